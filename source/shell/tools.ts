import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {AssetName, Tools} from '../renderers/index.js';
import {packageFolder} from './package-files.js';

/** What somebody asks for. */
export type ToolOptions = {
	/** Who draws the pictures: this program, where nothing is said, or mermaid-cli with a browser. */
	readonly renderer?: 'embedded' | 'mermaid-cli';
	/** The browser for mermaid-cli, where it is not to be looked for. */
	readonly browser?: string | undefined;
	/** Ends programs that still run. */
	readonly signal?: AbortSignal | undefined;
};

/** What renderers get from this machine; nothing is looked for or loaded before one asks for it. */
export function makeTools({renderer, browser, signal}: ToolOptions = {}): Tools {
	const readAsset = async (name: AssetName) => readFileSync(path.join(packageFolder, 'assets', name));
	return {
		readAsset,
		async writePdf(document) {
			const {writePdf} = await import('./write-pdf.js');
			const [sans, sansBold, mono] = await Promise.all([readAsset('sans.ttf'), readAsset('sans-bold.ttf'), readAsset('mono.ttf')]);
			return writePdf(document, {sans, 'sans-bold': sansBold, mono});
		},
		async rasterize(svg, scale) {
			const {rasterize} = await import('./rasterize.js');
			return rasterize(svg, scale);
		},
		drawMermaid: renderer === 'mermaid-cli'
			? async (diagrams, kind) => {
				const {makeMermaidDrawer} = await import('./mermaid-cli.js');
				return makeMermaidDrawer(browser, signal)(diagrams, kind);
			}
			: undefined,
	};
}
