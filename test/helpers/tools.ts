import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Tools} from '../../source/renderers/index.js';
import {writePdf} from '../../source/shell/write-pdf.js';

/** What a build put beside the program; no picture of pixels, no browser. */
export const tools: Tools = {
	readAsset: async name => readFile(path.join(process.cwd(), 'dist/assets', name)),
	async rasterize() {
		throw new Error('This test draws no pixels');
	},
	async writePdf(document) {
		const [sans, sansBold, mono] = await Promise.all([tools.readAsset('sans.ttf'), tools.readAsset('sans-bold.ttf'), tools.readAsset('mono.ttf')]);
		return writePdf(document, {sans, 'sans-bold': sansBold, mono});
	},
	drawMermaid: undefined,
};
