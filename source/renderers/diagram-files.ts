import type {Plan} from '../core/model.js';
import {drawDiagrams, type Diagram} from './diagram/index.js';
import type {RenderedFile} from './format.js';
import type {Templates} from './template-engine.js';
import type {Tools} from './tools.js';
import {renderMermaid} from './topology.js';

type Way = {
	readonly kind: Parameters<NonNullable<Tools['drawMermaid']>>[1];
	readonly write: (diagram: Diagram) => RenderedFile['content'] | Promise<RenderedFile['content']>;
};

/**
The diagrams of a plan as files of one kind: drawn by mermaid-cli where somebody asked for it, otherwise our own pictures.

@param way.kind - What their names end with.
@param way.write - Turns a picture of our own into what its file holds.
*/
export async function renderDiagramFiles(plan: Plan, templates: Templates, {drawMermaid}: Tools, {kind, write}: Way): Promise<RenderedFile[]> {
	if (drawMermaid === undefined) {
		const diagrams = await drawDiagrams(plan);
		return Promise.all(diagrams.map(async diagram => ({path: `${diagram.name}.${kind}`, content: await write(diagram)})));
	}

	const diagrams = renderMermaid(plan, templates, 'diagram');
	const pictures = await drawMermaid(diagrams, kind);
	return diagrams.map(({name}, position) => ({path: `${name}.${kind}`, content: kind === 'svg' ? new TextDecoder().decode(pictures[position]) : pictures[position]!}));
}
