import {drawDiagrams} from './diagram/index.js';
import type {Format} from './format.js';
import {diagramTemplates, renderMermaid} from './topology.js';

/** Diagrams as SVG: all zones, and each zone with its hosts. */
export const svg: Format = {
	id: 'svg',
	name: 'Diagrams as SVG',
	description: 'pictures of the topology that scale: all zones, and one for each zone',
	group: 'pictures',
	isSingleFile: false,
	isText: true,
	templates: diagramTemplates,
	async render(plan, templates, {drawMermaid}) {
		if (drawMermaid === undefined) {
			const drawn = await drawDiagrams(plan);
			return drawn.map(({name, svg: content}) => ({path: `${name}.svg`, content}));
		}

		const diagrams = renderMermaid(plan, templates, 'diagram');
		const pictures = await drawMermaid(diagrams, 'svg');
		return diagrams.map(({name}, position) => ({path: `${name}.svg`, content: new TextDecoder().decode(pictures[position])}));
	},
};
