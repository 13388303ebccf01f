import type {Plan, Zone} from '../core/model.js';
import {getOrMake} from '../core/records.js';
import type {TextFormat} from './format.js';
import {indexPlan, type PlanIndex} from './plan-index.js';
import {mermaid} from './syntaxes.js';
import type {Templates} from './syntax.js';
import {renderTemplate} from './template-engine.js';
import type {MermaidDiagram} from './tools.js';
import {foldings, viewAllHosts, viewOverview, viewZoneDetail, type DiagramView, type Folding} from './topology-view.js';

/** Templates of the diagrams, which other documents contain. */
export const diagramTemplates = ['topology.mmd.liquid', 'topology-zone.mmd.liquid', '_edges.mmd.liquid', '_styles.mmd.liquid', '_trust-style.mmd.liquid', '_zone-label.mmd.liquid'] as const;

/** Diagrams in Mermaid: all zones, and each zone with its hosts. */
export const topology: TextFormat = {
	id: 'topology',
	name: 'Topology diagrams',
	description: 'Mermaid: zones, hosts and the lines between them; one diagram for each zone, and one of all hosts where these are few',
	group: 'text',
	isSingleFile: false,
	isText: true,
	templates: diagramTemplates,
	render: (plan, templates) => renderMermaid(plan, templates, 'topology').map(({name, text}) => ({path: `${name}.mmd`, content: text})),
};

/**
All diagrams of a plan as text of Mermaid, the overview first.

@param prefix - What their names begin with.
*/
export function renderMermaid(plan: Plan, templates: Templates, prefix: string): MermaidDiagram[] {
	const index = indexPlan(plan);
	const allHosts = viewAllHosts(index);
	return [
		{name: prefix, text: renderOverview(index, templates)},
		...index.zones.filter(zone => isDrawn(index, zone)).map(zone => ({name: formatName(prefix, zone), text: renderZone(index, zone, templates)})),
		...(allHosts === undefined ? [] : [{name: allHostsName, text: renderTemplate('topology.mmd.liquid', templates, allHosts, mermaid)}]),
	];
}

/** What the diagram of all hosts is called, which no diagram of a zone can be. */
export const allHostsName = 'all-hosts';

/** The name of a zone's diagram. Zone ids are letters, digits, hyphens and dots; whatever else a plan of another program says, its file stays in its folder. */
export function formatName(prefix: string, {id}: Zone): string {
	return `${prefix}-${id.replaceAll(/[^a-z0-9.\-]/gv, '_')}`;
}

/** Whether a zone has something to draw: a host, or a line. */
export function isDrawn(index: PlanIndex, zone: Zone): boolean {
	return index.listHosts(zone.id).length > 0 || index.listInbound(zone.id).length > 0 || index.listOutbound(zone.id).length > 0;
}

/** The diagram of all zones as text of Mermaid. */
export function renderOverview(index: PlanIndex, templates: Templates): string {
	return findDiagram(index, templates, '', () => renderSmall('topology.mmd.liquid', templates, least => viewOverview(index, least)));
}

/** The diagram of one zone as text of Mermaid. */
export function renderZone(index: PlanIndex, zone: Zone, templates: Templates): string {
	return findDiagram(index, templates, zone.id, () => renderSmall('topology-zone.mmd.liquid', templates, least => viewZoneDetail(index, zone, least)));
}

// A diagram is a file of its own and stands in a document too: it is drawn once for each plan and set of templates.
const drawn = new WeakMap<Plan, WeakMap<Templates, Map<string, string>>>();

function findDiagram({plan}: PlanIndex, templates: Templates, name: string, draw: () => string): string {
	const byTemplates = drawn.get(plan) ?? new WeakMap<Templates, Map<string, string>>();
	drawn.set(plan, byTemplates);
	const diagrams = byTemplates.get(templates) ?? new Map<string, string>();
	byTemplates.set(templates, diagrams);
	return getOrMake(diagrams, name, draw);
}

/** Fold until the text is well below the 50,000 characters that Mermaid takes. */
function renderSmall(name: string, templates: Templates, view: (least: Folding) => DiagramView): string {
	let text = '';
	for (const least of foldings) {
		text = renderTemplate(name, templates, view(least), mermaid);
		if (text.length <= 40_000) {
			break;
		}
	}

	return text;
}
