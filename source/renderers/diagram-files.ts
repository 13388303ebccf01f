import type {Plan} from '../core/model.js';
import type {Diagram, Letters} from './diagram/index.js';
import type {RenderedFile} from './format.js';
import type {Typesetter} from './pdf/typesetter.js';
import type {Templates} from './syntax.js';
import type {Tools} from './tools.js';
import {renderMermaid} from './topology.js';

type Way = {
	readonly kind: Parameters<NonNullable<Tools['drawMermaid']>>[1];
	/** What the pictures are written with; undefined where that is left to who opens them. */
	readonly findLetters?: (typesetter: Typesetter) => Letters;
	readonly write: (diagram: Diagram) => RenderedFile['content'] | Promise<RenderedFile['content']>;
};

/**
The diagrams of a plan as files of one kind: drawn by mermaid-cli where somebody asked for it, otherwise our own pictures.

@param way.kind - What their names end with.
@param way.findLetters - Which characters our own pictures can show.
@param way.write - Turns a picture of our own into what its file holds.
*/
export async function renderDiagramFiles(plan: Plan, templates: Templates, {drawMermaid, readAsset}: Tools, {kind, findLetters, write}: Way): Promise<RenderedFile[]> {
	if (drawMermaid === undefined) {
		const {drawDiagrams} = await import('./diagram/index.js');
		const diagrams = await drawDiagrams(plan, findLetters?.(await loadTypesetter(readAsset)));
		return Promise.all(diagrams.map(async diagram => ({path: `${diagram.name}.${kind}`, content: await write(diagram)})));
	}

	const diagrams = renderMermaid(plan, templates, 'diagram');
	const pictures = await drawMermaid(diagrams, kind);
	return diagrams.map(({name}, position) => ({path: `${name}.${kind}`, content: kind === 'svg' ? new TextDecoder().decode(pictures[position]) : pictures[position]!}));
}

/** The fonts of the program, to ask what they have. */
export async function loadTypesetter(readAsset: Tools['readAsset']): Promise<Typesetter> {
	const {Typesetter} = await import('./pdf/typesetter.js');
	return Typesetter.load(readAsset);
}
