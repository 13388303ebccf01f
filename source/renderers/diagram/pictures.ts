import type {Plan, Zone} from '../../core/model.js';
import {indexPlan, type PlanIndex} from '../plan-index.js';
import {allHostsName, formatName, isDrawn} from '../topology.js';
import {viewAllHosts, viewOverview, viewZoneDetail, type DiagramView, type DiagramZone} from '../topology-view.js';
import {compose, type Content} from './compose.js';
import {drawAllHostsContent, drawDetailContent, drawOverviewContent} from './draw.js';
import {showText} from './measure.js';
import type {Picture} from './picture.js';
import {count} from './words.js';

/** A picture, and the zone it is about; undefined for pictures of the whole design. */
export type PictureOfPlan = Picture & {readonly zone: string | undefined};

/**
The overview alone.

@param notes - To stand below it.
*/
export async function makeOverview(plan: Plan, notes: readonly string[] = []): Promise<PictureOfPlan> {
	return makeOverviewOf(indexPlan(plan), notes);
}

/**
All pictures of a plan: the overview first, then each zone that has a host or a line, then all hosts where these are few.

@param notes - To stand below each.
*/
export async function makePictures(plan: Plan, notes: readonly string[] = []): Promise<readonly PictureOfPlan[]> {
	const index = indexPlan(plan);
	const pictures = [await makeOverviewOf(index, notes)];
	for (const zone of index.zones.filter(candidate => isDrawn(index, candidate))) {
		// eslint-disable-next-line no-await-in-loop -- They share one engine, which does one after the other anyway.
		pictures.push(await makeDetail(index, zone, notes));
	}

	const allHosts = viewAllHosts(index);
	return allHosts === undefined ? pictures : [...pictures, await makeAllHosts(index, allHosts, notes)];
}

async function makeOverviewOf(index: PlanIndex, notes: readonly string[]): Promise<PictureOfPlan> {
	const view = viewOverview(index, 'no');
	return finish(index, view, {name: 'diagram', zone: undefined, title: view.title, what: 'All zones', notes}, await drawOverviewContent(view));
}

async function makeDetail(index: PlanIndex, zone: Zone, notes: readonly string[]): Promise<PictureOfPlan> {
	const view = viewZoneDetail(index, zone, 'no');
	return finish(index, view, {name: formatName('diagram', zone), zone: zone.id, title: `${view.title}: ${zone.title}`, what: 'One zone in detail', notes}, await drawDetailContent(view));
}

async function makeAllHosts(index: PlanIndex, view: DiagramView, notes: readonly string[]): Promise<PictureOfPlan> {
	return finish(index, view, {name: allHostsName, zone: undefined, title: view.title, what: 'All hosts', notes}, await drawAllHostsContent(view));
}

type Subject = {readonly name: string; readonly zone: string | undefined; readonly title: string; readonly what: string; readonly notes: readonly string[]};

function finish({plan: {request, date}}: PlanIndex, view: DiagramView, {name, zone, title, what, notes}: Subject, content: Content): PictureOfPlan {
	const picture = compose({
		name,
		title: showText(title),
		subtitle: `${what}. Request ${request.id}, revision ${request.revision}, ${date}.`,
		description: describe(view, what),
		notes: [...listNotes(view), ...notes],
	}, content, view.denies);
	return {...picture, zone};
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
