import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Tools} from '../renderers/index.js';
import {packageFolder} from './package-files.js';
import {rasterize} from './rasterize.js';

/** What renderers get from this machine; nothing is looked for or loaded before one asks for it. */
export function makeTools(): Tools {
	return {
		readAsset: async name => readFile(path.join(packageFolder, 'assets', name)),
		rasterize,
		drawMermaid: undefined,
	};
}
