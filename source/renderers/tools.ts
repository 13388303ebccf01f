import type {PdfDocument} from './pdf/document.js';

/** Files that come with the program, beside its code. */
export type AssetName = 'sans.ttf' | 'sans-bold.ttf' | 'mono.ttf' | 'page.js' | 'page.css';

/** A diagram as text of Mermaid, and the name of its file without ending. */
export type MermaidDiagram = {readonly name: string; readonly text: string};

/**
What pictures and documents of bytes need from outside: files that come with the program, and programs and packages that somebody may have installed.

Whoever hands these in says what is missing in words; a renderer passes such an error on.
*/
export type Tools = {
	readonly readAsset: (name: AssetName) => Promise<Uint8Array>;
	/** Draw a picture of SVG as PNG, so many pixels for each unit of the picture. */
	readonly rasterize: (svg: string, scale: number) => Promise<Uint8Array>;
	/** Write pages as PDF. Not here: the packages that write PDF need Node. */
	readonly writePdf: (document: PdfDocument) => Promise<Uint8Array>;
	/** Draw diagrams with mermaid-cli in the place of our own pictures; undefined where nobody asked for it. The outcome has one picture for each, in their order. */
	readonly drawMermaid: ((diagrams: readonly MermaidDiagram[], kind: 'svg' | 'png' | 'pdf') => Promise<readonly Uint8Array[]>) | undefined;
};
