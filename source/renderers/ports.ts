import {formatMarkdownFence} from './escape.js';
import type {TextFormat} from './format.js';
import {Fragment} from './fragment.js';
import {indexPlan} from './plan-index.js';
import {markdown} from './syntaxes.js';
import {renderTemplate} from './template-engine.js';
import {diagramTemplates, isDrawn, renderZone} from './topology.js';
import {viewDocument} from './document-view.js';

/** The port tables: what comes into each zone, what goes out, what stays inside. */
export const ports: TextFormat = {
	id: 'ports',
	name: 'Port tables',
	description: 'Markdown: what comes into each zone, goes out of it and stays inside',
	group: 'text',
	isSingleFile: true,
	isText: true,
	templates: ['ports.md.liquid', '_port-table.md.liquid', '_shortened.md.liquid', ...diagramTemplates],
	render(plan, templates) {
		const index = indexPlan(plan);
		const view = viewDocument(plan);
		const diagrams = new Map(index.zones.filter(zone => isDrawn(index, zone)).map(zone => [zone.id, new Fragment(formatMarkdownFence(renderZone(index, zone, templates), 'mermaid'))]));
		const zones = view.zones.map(zone => ({...zone, diagram: diagrams.get(zone.id) ?? ''}));
		return [{path: 'ports.md', content: renderTemplate('ports.md.liquid', templates, {...view, zones}, markdown)}];
	},
};
