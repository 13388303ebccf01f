import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Tools} from '../../source/renderers/index.js';

/** What a build put beside the program; no picture of pixels, no browser. */
export const tools: Tools = {
	readAsset: async name => readFile(path.join(process.cwd(), 'dist/assets', name)),
	async rasterize() {
		throw new Error('This test draws no pixels');
	},
	drawMermaid: undefined,
};
