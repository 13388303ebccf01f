/*
Diagrams of a plan as SVG, without a browser: other renderers put them into documents.

Every element of the plan is a `<g>`:

- `class="zone"` with `data-zone` (zone ids, separated by spaces; several where one box stands for several zones),
- `class="host"` with `data-host` and `data-zone`,
- `class="edge permitted|clear-text|not-ready|clear-text-not-ready|denied"` with `data-lines` (line ids; ids of denies), `data-source` and `data-target` (zone ids),
  and in details `data-source-host` and `data-target-host`.

A zone or host with lines that stay within it has `data-lines` too. Each of them has a `<title>` with its whole text. Ids are `<name>-title` and `<name>-desc` only, so that
several diagrams can stand in one page. There is no script, style, link or reference in it.
*/
import type {Plan, Zone} from '../../core/model.js';
import {PlanIndex} from '../plan-index.js';
import {formatName, isDrawn} from '../topology.js';
import {viewOverview, viewZoneDetail, type DiagramView} from '../topology-view.js';
import {compose} from './compose.js';
import {drawDetailContent, drawOverviewContent} from './draw.js';
import {writeSvg} from './write-svg.js';

/** A picture of a plan. */
export type Diagram = {
	/** Name of its file without ending: `diagram`, `diagram-<zone>`. */
	readonly name: string;
	/** The zone that a detail is about; undefined for pictures of the whole design. */
	readonly zone: string | undefined;
	readonly title: string;
	/** What it shows, in a sentence for who cannot see it. */
	readonly description: string;
	/** A whole document of SVG 1.1, which can also stand in HTML. */
	readonly svg: string;
	/** In pixels at its natural size. */
	readonly width: number;
	readonly height: number;
};

/** The overview alone: all zones, and one arrow for each direction between two. */
export async function drawOverview(plan: Plan): Promise<Diagram> {
	return drawOverviewOf(new PlanIndex(plan));
}

/** All diagrams of a plan: the overview first, then each zone that has a host or a line. */
export async function drawDiagrams(plan: Plan): Promise<readonly Diagram[]> {
	const index = new PlanIndex(plan);
	const diagrams = [await drawOverviewOf(index)];
	for (const zone of index.zones.filter(candidate => isDrawn(index, candidate))) {
		// eslint-disable-next-line no-await-in-loop -- They share one engine, which does one after the other anyway.
		diagrams.push(await drawZone(index, zone));
	}

	return diagrams;
}

async function drawOverviewOf(index: PlanIndex): Promise<Diagram> {
	const view = viewOverview(index, 'no');
	const picture = compose({
		name: 'diagram',
		title: view.title,
		subtitle: formatSubtitle(index.plan, 'all zones'),
		description: describe(view, 'All zones'),
		notes: [],
	}, await drawOverviewContent(view), view.denies);
	return {name: picture.name, zone: undefined, title: picture.title, description: picture.description, svg: writeSvg(picture), width: picture.width, height: picture.height};
}

async function drawZone(index: PlanIndex, zone: Zone): Promise<Diagram> {
	const view = viewZoneDetail(index, zone, 'no');
	const picture = compose({
		name: formatName('diagram', zone),
		title: `${view.title}: ${zone.title}`,
		subtitle: formatSubtitle(index.plan, 'one zone in detail'),
		description: describe(view, `Zone ${zone.title}`),
		notes: [],
	}, await drawDetailContent(view), []);
	return {name: picture.name, zone: zone.id, title: picture.title, description: picture.description, svg: writeSvg(picture), width: picture.width, height: picture.height};
}

function formatSubtitle({request, date}: Plan, what: string): string {
	return `Request ${request.id}, revision ${request.revision}, ${date}: ${what}`;
}

function describe({zones, edges}: DiagramView, what: string): string {
	return `${what}: ${zones.length} boxes, ${edges.length} arrows.`;
}
