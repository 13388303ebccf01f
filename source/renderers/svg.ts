import {renderDiagramFiles} from './diagram-files.js';
import type {Format} from './format.js';
import {diagramTemplates} from './topology.js';

/** Diagrams as SVG: all zones, and each zone with its hosts. */
export const svg: Format = {
	id: 'svg',
	name: 'Diagrams as SVG',
	description: 'pictures of the topology that scale: all zones, and one for each zone',
	group: 'pictures',
	isSingleFile: false,
	isText: true,
	templates: diagramTemplates,
	render: async (plan, templates, tools) => renderDiagramFiles(plan, templates, tools, {kind: 'svg', write: ({svg: content}) => content}),
};
