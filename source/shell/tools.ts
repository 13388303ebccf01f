import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Tools} from '../renderers/index.js';
import {packageFolder} from './package-files.js';
import {UserError} from './user-error.js';

/** What renderers get from this machine; nothing is looked for or loaded before one asks for it. */
export function makeTools(): Tools {
	return {
		readAsset: async name => readFile(path.join(packageFolder, 'assets', name)),
		async rasterize() {
			throw new UserError('pictures of pixels are not there yet');
		},
		drawMermaid: undefined,
	};
}
