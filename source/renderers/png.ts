import {renderDiagramFiles} from './diagram-files.js';
import type {Diagram} from './diagram/index.js';
import type {Format} from './format.js';
import {diagramTemplates} from './topology.js';

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
	render: async (plan, templates, tools) => renderDiagramFiles(plan, templates, tools, {kind: 'png', findLetters: typesetter => character => typesetter.has(character), write: async diagram => tools.rasterize(diagram.svg, findScale(diagram))}),
};

function findScale({width, height}: Diagram): number {
	return Math.min(usualScale, Math.sqrt(mostPixels / (width * height)));
}
