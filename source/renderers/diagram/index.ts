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
import {allHostsName, formatName, isDrawn} from '../topology.js';
import {viewAllHosts, viewOverview, viewZoneDetail, type DiagramView, type DiagramZone} from '../topology-view.js';
import {compose, type Content} from './compose.js';
import {drawAllHostsContent, drawDetailContent, drawOverviewContent} from './draw.js';
import {showText} from './measure.js';
import {count} from './words.js';
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

/** All diagrams of a plan: the overview first, then each zone that has a host or a line, then all hosts where these are few. */
export async function drawDiagrams(plan: Plan): Promise<readonly Diagram[]> {
	const index = new PlanIndex(plan);
	const diagrams = [await drawOverviewOf(index)];
	for (const zone of index.zones.filter(candidate => isDrawn(index, candidate))) {
		// eslint-disable-next-line no-await-in-loop -- They share one engine, which does one after the other anyway.
		diagrams.push(await drawZone(index, zone));
	}

	const allHosts = viewAllHosts(index);
	return allHosts === undefined ? diagrams : [...diagrams, await drawAllHosts(index, allHosts)];
}

async function drawOverviewOf(index: PlanIndex): Promise<Diagram> {
	const view = viewOverview(index, 'no');
	return finish(index, view, {name: 'diagram', zone: undefined, title: view.title, what: 'All zones'}, await drawOverviewContent(view));
}

async function drawZone(index: PlanIndex, zone: Zone): Promise<Diagram> {
	const view = viewZoneDetail(index, zone, 'no');
	return finish(index, view, {name: formatName('diagram', zone), zone: zone.id, title: `${view.title}: ${zone.title}`, what: 'One zone in detail'}, await drawDetailContent(view));
}

async function drawAllHosts(index: PlanIndex, view: DiagramView): Promise<Diagram> {
	return finish(index, view, {name: allHostsName, zone: undefined, title: view.title, what: 'All hosts'}, await drawAllHostsContent(view));
}

type Subject = {readonly name: string; readonly zone: string | undefined; readonly title: string; readonly what: string};

function finish({plan: {request, date}}: PlanIndex, view: DiagramView, {name, zone, title, what}: Subject, content: Content): Diagram {
	const picture = compose({
		name,
		title,
		subtitle: `${what}. Request ${request.id}, revision ${request.revision}, ${date}.`,
		description: describe(view, what),
		notes: listNotes(view),
	}, content, view.denies);
	return {name, zone, title: showText(title), description: picture.description, svg: writeSvg(picture), width: picture.width, height: picture.height};
}

/** What a picture does not show by itself. */
function listNotes({folded, zones, edges, zone}: DiagramView): string[] {
	const isGrouped = zones.some(({kind, hosts}) => kind === 'alike' || hosts.some(({hostCount}) => hostCount > 1));
	return [
		...(zone === '' && edges.length === 0 ? ['No line leads from one zone to another.'] : []),
		...(isGrouped ? ['Hosts or zones with the same connections to the same others are one box; the port tables name each.'] : []),
		...(folded === 'hosts' ? ['A box stands for all hosts of its zone, which are too many for one picture; the port tables name each.'] : []),
		...(folded === 'zones' ? ['A box stands for all zones of one trust, which are too many for one picture; the port tables name each.'] : []),
	];
}

/** The picture in words, for who cannot see it. */
function describe({zones, edges, denies}: DiagramView, what: string): string {
	const names = new Map(zones.flatMap(zone => [[zone.id, nameZone(zone)] as const, ...zone.hosts.map(host => [host.id, host.title] as const)]));
	const arrows = edges.map(({source, target, services, clearText, notReady}) => [
		`${names.get(source) ?? source} to ${names.get(target) ?? target}: ${services}`,
		clearText === '' ? '' : ` (clear text: ${clearText})`,
		notReady === 0 ? '' : ' (not ready)',
	].join(''));
	const dropped = denies.map(({source, target, services}) => `denied from ${source} to ${target}: ${services.join(', ')}`);
	return `${what}. ${[...arrows, ...dropped].join('; ') || 'No connections'}.`;
}

function nameZone({kind, title, trust, zoneCount}: DiagramZone): string {
	switch (kind) {
		case 'zone':
		case 'alike': {
			return title;
		}

		case 'trust': {
			return `${count(zoneCount, 'zone', 'zones')} of trust ${trust}`;
		}

		case 'unplaced': {
			return 'hosts in no zone';
		}
	}
}
