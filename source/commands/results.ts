import path from 'node:path';
import {showLine} from '../core/text.js';
import type {WriteResult} from '../shell/write-documents.js';

/** What became of each file, as lines. */
export function formatResults(folder: string, results: readonly WriteResult[]): string {
	const width = Math.max(...results.map(result => result.status.length));
	return `${results.map(({path: name, status}) => `${status.padEnd(width)}  ${showLine(path.join(folder, name))}`).join('\n')}\n`;
}
