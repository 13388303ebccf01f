import {drawDiagrams, type Diagram} from './diagram/index.js';
import type {Format} from './format.js';
import {diagramTemplates, renderMermaid} from './topology.js';

/** Pixels for each unit of a picture: text stays sharp on screens of today and on paper. */
const usualScale = 2;
/** Viewers and word processors fail at larger pictures. */
const mostPixels = 80_000_000;

/** The same diagrams as PNG. */
export const png: Format = {
	id: 'png',
	name: 'Diagrams as PNG',
	description: 'the same pictures in pixels, for programs that take no SVG',
	group: 'pictures',
	isSingleFile: false,
	isText: false,
	templates: diagramTemplates,
	async render(plan, templates, {drawMermaid, rasterize}) {
		if (drawMermaid === undefined) {
			const diagrams = await drawDiagrams(plan);
			return Promise.all(diagrams.map(async diagram => ({path: `${diagram.name}.png`, content: await rasterize(diagram.svg, findScale(diagram))})));
		}

		const diagrams = renderMermaid(plan, templates, 'diagram');
		const pictures = await drawMermaid(diagrams, 'png');
		return diagrams.map(({name}, position) => ({path: `${name}.png`, content: pictures[position]!}));
	},
};

function findScale({width, height}: Diagram): number {
	return Math.min(usualScale, Math.sqrt(mostPixels / (width * height)));
}
