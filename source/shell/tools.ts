import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {AssetName, Tools} from '../renderers/index.js';
import {packageFolder} from './package-files.js';
import {rasterize} from './rasterize.js';

/** What renderers get from this machine; nothing is looked for or loaded before one asks for it. */
export function makeTools(): Tools {
	const readAsset = async (name: AssetName) => readFile(path.join(packageFolder, 'assets', name));
	return {
		readAsset,
		async writePdf(document) {
			const {writePdf} = await import('./write-pdf.js');
			const [sans, sansBold, mono] = await Promise.all([readAsset('sans.ttf'), readAsset('sans-bold.ttf'), readAsset('mono.ttf')]);
			return writePdf(document, {sans, 'sans-bold': sansBold, mono});
		},
		rasterize,
		drawMermaid: undefined,
	};
}
