import {formatAddresses} from '../core/addresses.js';
import type {Deny, Host, HostInterface, Rule, Trust, Zone} from '../core/model.js';
import {compare} from '../core/problem.js';
import {getOrMake, groupBy} from '../core/records.js';
import {trustLevels} from '../core/vocabulary.js';
import {formatMermaidId} from './escape.js';
import {groupServices} from './line-view.js';
import type {PlanIndex} from './plan-index.js';
import {fold, formatIpVersion, formatService} from './words.js';

/*
Above these a diagram is folded: readers give up long before engines slow down. First those that are alike share a box, where there are more than a few; then, where
that is not enough, a box stands for the hosts of a zone or the zones of a trust.
*/
const fewEdges = 24;
const fewNodes = 16;
const maxEdges = 40;
const maxNodes = 60;
/** Up to so many connections of hosts can be followed in one picture of all hosts. */
const maxHostEdges = 15;

/** A host inside its zone, or several that are alike: with the same connections to the same others. */
export type DiagramHost = {
	readonly id: string;
	/** Ids in the plan of the hosts it stands for. */
	readonly members: readonly string[];
	/** How many hosts it stands for. */
	readonly hostCount: number;
	/** Its title; of several, some of theirs. */
	readonly title: string;
	/** How many hosts the title leaves out. */
	readonly moreTitles: number;
	/** How many machines it is, where the profile says so; otherwise 0. */
	readonly machines: number;
	/** Some of its addresses in this zone; empty while none is known. */
	readonly addresses: readonly string[];
	readonly more: number;
	readonly interfaces: ReadonlyArray<{readonly role: string; readonly addresses: readonly string[]; readonly more: number}>;
};

/** A zone with its hosts; or, folded, one box that stands for the hosts of a zone, for zones that are alike or for all zones of one trust. */
export type DiagramZone = {
	readonly id: string;
	/** `unplaced` holds the hosts that are in no zone. */
	readonly kind: 'zone' | 'alike' | 'trust' | 'unplaced';
	/** Its title; of zones that are alike, some of theirs; of a trust none. */
	readonly title: string;
	/** How many zones the title leaves out. */
	readonly moreTitles: number;
	readonly trust: Trust | 'none';
	readonly vlan: number | undefined;
	readonly networks: readonly string[];
	readonly moreNetworks: number;
	/** Ids in the plan of the zones it stands for. */
	readonly members: readonly string[];
	/** How many zones it stands for. */
	readonly zoneCount: number;
	readonly hostCount: number;
	/** Empty when it is folded, or has none. */
	readonly hosts: readonly DiagramHost[];
};

/** An arrow from what opens connections to what accepts them. */
export type DiagramEdge = {
	readonly source: string;
	readonly target: string;
	/** Ids of some of its lines. */
	readonly lines: readonly string[];
	readonly moreLines: number;
	/** Ids of all of its lines. */
	readonly allLines: readonly string[];
	/** As `TCP 80, 443 +3`. */
	readonly services: string;
	/** Likewise those that are not encrypted; empty when none is known to be. */
	readonly clearText: string;
	/** How many of its lines still lack an address. */
	readonly notReady: number;
};

/** Traffic that is dropped on purpose. */
export type DiagramDeny = {
	readonly sourceId: string;
	readonly source: string;
	readonly targetId: string;
	readonly target: string;
	readonly services: readonly string[];
	/** Ids of all of its denies. */
	readonly denies: readonly string[];
};

export type DiagramView = {
	readonly title: string;
	/** The zone that a detail is about. */
	readonly zone: string;
	readonly zones: readonly DiagramZone[];
	readonly edges: readonly DiagramEdge[];
	readonly denies: readonly DiagramDeny[];
	readonly folded: Folding;
};

/** What one box stands for where there is too much for a picture: hosts or zones that are alike, the hosts of a zone, or all zones of one trust. Each includes those before it. */
export const foldings = ['no', 'alike', 'hosts', 'zones'] as const;
export type Folding = (typeof foldings)[number];

/**
The diagram of all zones: hosts inside their zones, one arrow for each direction between two zones.

Above some number of zones or arrows those zones that are alike are one box; above some number of hosts each zone is one box that says how many; where that leaves too
much, the zones of one trust are one box.

@param least - Fold at least so far.
*/
export function viewOverview(index: PlanIndex, least: Folding): DiagramView {
	const {plan} = index;
	const unplaced = plan.hosts.filter(host => host.interfaces.every(entry => entry.zone === undefined));
	const hosts = index.zones.reduce((sum, zone) => sum + index.listHosts(zone.id).length, unplaced.length);
	const formatZone = (id: string) => formatMermaidId('zone', id);
	const each = listConduitEdges(index, formatZone);
	const nodes = index.zones.map(({id, trust}) => ({id: formatZone(id), kind: trust}));
	const groups = isAtLeast(least, 'alike') || nodes.length > fewNodes || each.length > fewEdges ? groupAlike(nodes, each) : undefined;
	const formatGroup = (id: string) => groups?.get(formatZone(id)) ?? formatZone(id);
	const grouped = groups === undefined ? each : listConduitEdges(index, formatGroup);
	const boxes = [...groupBy(index.zones, zone => formatGroup(zone.id))];
	const isByTrust = isAtLeast(least, 'zones') || boxes.length > maxNodes || grouped.length > maxEdges;
	const isFolded = isByTrust || isAtLeast(least, 'hosts') || hosts > maxNodes;
	const zones = isByTrust
		? viewTrusts(index, index.zones)
		: boxes.map(([id, members]) => viewZones(index, members, id, isFolded ? [] : listSingleHosts(index, members[0].id, 2)));
	return {
		title: plan.profile.title,
		zone: '',
		zones: [...zones, ...(unplaced.length === 0 ? [] : [viewUnplaced(unplaced, isFolded)])],
		edges: isByTrust ? listConduitEdges(index, id => formatTrustId(index, id)) : grouped,
		denies: viewDenies(plan.denies),
		folded: describeFolding(isByTrust, isFolded, boxes.length < index.zones.length),
	};
}

/**
The diagram of one zone: its hosts with their addresses in it, every other zone as one box, one arrow for each direction between a host and a zone, or
between two hosts.

@param least - Fold at least so far.
*/
export function viewZoneDetail(index: PlanIndex, zone: Zone, least: Folding): DiagramView {
	const hosts = index.listHosts(zone.id);
	const peerIds = new Set([...index.listInbound(zone.id).map(rule => rule.sourceZone), ...index.listOutbound(zone.id).map(rule => rule.destinationZone)]);
	const peers = index.zones.filter(peer => peerIds.has(peer.id));
	const formatHost = (id: string) => formatMermaidId('host', zone.id, id);
	const formatPeer = (id: string) => formatMermaidId('peer', id);
	const each = listDetailEdges(index, zone, formatHost, formatPeer);
	const nodes = [...hosts.map(({id}) => ({id: formatHost(id), kind: 'host'})), ...peers.map(({id, trust}) => ({id: formatPeer(id), kind: trust}))];
	const groups = isAtLeast(least, 'alike') || nodes.length > fewNodes || each.length > fewEdges ? groupAlike(nodes, each) : undefined;
	const findGroup = (id: string) => groups?.get(id) ?? id;
	const hostBoxes = [...groupBy(hosts, ({id}) => findGroup(formatHost(id)))];
	const peerBoxes = [...groupBy(peers, ({id}) => findGroup(formatPeer(id)))];
	const isByTrust = isAtLeast(least, 'zones') || peerBoxes.length > maxNodes;
	const formatPeerBox = (id: string) => isByTrust ? formatTrustId(index, id) : findGroup(formatPeer(id));
	const detailed = listDetailEdges(index, zone, id => findGroup(formatHost(id)), formatPeerBox);
	const isFolded = isByTrust || isAtLeast(least, 'hosts') || hostBoxes.length > maxNodes || detailed.length > maxEdges;
	const own = formatMermaidId('zone', zone.id);
	return {
		title: index.plan.profile.title,
		zone: zone.title,
		zones: [
			viewZones(index, [zone], own, isFolded ? [] : hostBoxes.map(([id, members]) => viewHosts(members, zone.id, id, 6))),
			...(isByTrust ? viewTrusts(index, peers) : peerBoxes.map(([id, members]) => viewZones(index, members, id, []))),
		],
		edges: isFolded ? listDetailEdges(index, zone, () => own, formatPeerBox) : detailed,
		denies: [],
		folded: describeFolding(isByTrust, isFolded, hostBoxes.length < hosts.length || peerBoxes.length < peers.length),
	};
}

/**
The diagram of all hosts with an arrow for each direction between two; undefined where they are too many to follow, or where the detail of the only zone shows the same.
*/
export function viewAllHosts(index: PlanIndex): DiagramView | undefined {
	const zones = index.zones.filter(zone => index.listHosts(zone.id).length > 0);
	const edges = new EdgeCollector();
	for (const rule of index.plan.rules) {
		for (const source of rule.sources) {
			for (const destination of rule.destinations) {
				edges.add(formatMermaidId('host', rule.sourceZone, source.host), formatMermaidId('host', rule.destinationZone, destination.host), rule);
			}
		}
	}

	const listed = edges.list({withIds: true});
	const between = listed.filter(edge => edge.source !== edge.target).length;
	if (zones.length < 2 || between === 0 || between > maxHostEdges || listed.length > 2 * maxHostEdges) {
		return undefined;
	}

	return {
		title: `${index.plan.profile.title}: all hosts`,
		zone: '',
		zones: zones.map(zone => viewZones(index, [zone], formatMermaidId('zone', zone.id), listSingleHosts(index, zone.id, 2))),
		edges: listed,
		denies: [],
		folded: 'no',
	};
}

function isAtLeast(folding: Folding, other: Folding): boolean {
	return foldings.indexOf(folding) >= foldings.indexOf(other);
}

function describeFolding(isByTrust: boolean, isFolded: boolean, isGrouped: boolean): Folding {
	if (isByTrust) {
		return 'zones';
	}

	if (isFolded) {
		return 'hosts';
	}

	return isGrouped ? 'alike' : 'no';
}

/**
Find boxes that are alike: of one kind, with the same services to and from boxes that are alike in turn. What has no arrow is like nothing else.

This is colour refinement: boxes begin with the colour of their kind, and get another as long as their arrows lead to boxes of other colours. Where all boxes of one colour share a
box, each arrow between two of these stands for the same services of each of their members.

@returns The first box that each is alike to, itself included.
*/
function groupAlike(nodes: ReadonlyArray<{readonly id: string; readonly kind: string}>, edges: readonly DiagramEdge[]): ReadonlyMap<string, string> {
	const connected = new Set(edges.flatMap(({source, target}) => [source, target]));
	let groups = firstOfEach(nodes.map(({id, kind}) => [id, connected.has(id) ? kind : `alone: ${id}`]));
	for (;;) {
		const finer = refine(groups, edges);
		if (new Set(finer.values()).size === new Set(groups.values()).size) {
			return groups;
		}

		groups = finer;
	}
}

/** Tell boxes of one group apart by what leads where from them, and from where to them. */
function refine(groups: ReadonlyMap<string, string>, edges: readonly DiagramEdge[]): Map<string, string> {
	const arrows = new Map<string, Set<string>>();
	for (const {source, target, services, clearText, notReady} of edges) {
		getOrMake(arrows, source, () => new Set()).add(JSON.stringify(['to', groups.get(target), services, clearText, notReady > 0]));
		getOrMake(arrows, target, () => new Set()).add(JSON.stringify(['from', groups.get(source), services, clearText, notReady > 0]));
	}

	return firstOfEach([...groups].map(([id, group]) => [id, JSON.stringify([group, [...arrows.get(id) ?? []].toSorted(compare)])]));
}

/** For each id the first of those that have the same colour. */
function firstOfEach(colours: ReadonlyArray<readonly [id: string, colour: string]>): Map<string, string> {
	const first = new Map<string, string>();
	return new Map(colours.map(([id, colour]) => [id, getOrMake(first, colour, () => id)]));
}

/** Arrows between some boxes, each with the lines that make it. */
class EdgeCollector {
	readonly #groups = new Map<string, {readonly source: string; readonly target: string; readonly rules: Set<Rule>}>();

	add(source: string, target: string, rule: Rule): void {
		getOrMake(this.#groups, `${source} ${target}`, () => ({source, target, rules: new Set<Rule>()})).rules.add(rule);
	}

	list({withIds}: {readonly withIds: boolean}): DiagramEdge[] {
		return [...this.#groups.values()].map(({source, target, rules}) => viewEdge(source, target, [...rules], withIds ? [...rules].map(rule => rule.id) : []));
	}
}

function listDetailEdges(index: PlanIndex, zone: Zone, formatHost: (host: string) => string, formatPeer: (zone: string) => string): DiagramEdge[] {
	const edges = new EdgeCollector();
	for (const rule of index.listInbound(zone.id)) {
		for (const {host} of rule.destinations) {
			edges.add(formatPeer(rule.sourceZone), formatHost(host), rule);
		}
	}

	for (const rule of index.listOutbound(zone.id)) {
		for (const {host} of rule.sources) {
			edges.add(formatHost(host), formatPeer(rule.destinationZone), rule);
		}
	}

	for (const rule of index.listInside(zone.id)) {
		for (const source of rule.sources) {
			for (const destination of rule.destinations) {
				edges.add(formatHost(source.host), formatHost(destination.host), rule);
			}
		}
	}

	return edges.list({withIds: false});
}

function listConduitEdges(index: PlanIndex, formatBox: (zone: string) => string): DiagramEdge[] {
	const edges = new EdgeCollector();
	for (const conduit of index.plan.conduits) {
		for (const rule of index.listRules(conduit)) {
			edges.add(formatBox(conduit.source), formatBox(conduit.destination), rule);
		}
	}

	return edges.list({withIds: true});
}

function formatTrustId(index: PlanIndex, zone: string): string {
	return formatMermaidId('trust', index.findZone(zone)?.trust ?? 'none');
}

function viewTrusts(index: PlanIndex, zones: readonly Zone[]): DiagramZone[] {
	return trustLevels.filter(trust => zones.some(zone => zone.trust === trust)).map(trust => {
		const members = zones.filter(zone => zone.trust === trust);
		return {
			id: formatMermaidId('trust', trust),
			kind: 'trust',
			title: '',
			moreTitles: 0,
			trust,
			vlan: undefined,
			networks: [],
			moreNetworks: 0,
			members: members.map(({id}) => id),
			zoneCount: members.length,
			hostCount: new Set(members.flatMap(zone => index.listHosts(zone.id))).size,
			hosts: [],
		};
	});
}

/** A zone, or several that are alike. */
function viewZones(index: PlanIndex, zones: readonly [Zone, ...Zone[]], id: string, hosts: readonly DiagramHost[]): DiagramZone {
	const isAlone = zones.length === 1;
	const networks = fold(zones.flatMap(zone => zone.networks), 2);
	return {
		id,
		kind: isAlone ? 'zone' : 'alike',
		...viewTitles(zones),
		trust: zones[0].trust,
		vlan: isAlone ? zones[0].vlan : undefined,
		networks: networks.shown,
		moreNetworks: networks.more,
		members: zones.map(zone => zone.id),
		zoneCount: zones.length,
		hostCount: new Set(zones.flatMap(zone => index.listHosts(zone.id))).size,
		hosts: isAlone ? hosts : [],
	};
}

/** The title of one, or some titles of several. */
function viewTitles(items: ReadonlyArray<{readonly title: string}>): {readonly title: string; readonly moreTitles: number} {
	const {shown, more} = fold(items.map(({title}) => shorten(title)), 4);
	return {title: shown.join(', '), moreTitles: more};
}

function viewUnplaced(hosts: readonly Host[], isFolded: boolean): DiagramZone {
	return {
		id: formatMermaidId('none', 'zone'),
		kind: 'unplaced',
		title: '',
		moreTitles: 0,
		trust: 'none',
		vlan: undefined,
		networks: [],
		moreNetworks: 0,
		members: [],
		zoneCount: 0,
		hostCount: hosts.length,
		hosts: isFolded ? [] : hosts.map(host => viewHosts([host], undefined, formatMermaidId('unplaced', host.id), 2)),
	};
}

function listSingleHosts(index: PlanIndex, zone: string, limit: number): DiagramHost[] {
	return index.listHosts(zone).map(host => viewHosts([host], zone, formatMermaidId('host', zone, host.id), limit));
}

/** A host in a zone, or several that are alike. */
function viewHosts(hosts: readonly [Host, ...Host[]], zone: string | undefined, id: string, limit: number): DiagramHost {
	const interfaces = hosts.flatMap(host => host.interfaces.filter(entry => entry.zone === zone));
	const {shown, more} = fold([...new Set(interfaces.flatMap(entry => listAddresses(entry)))], limit);
	return {
		id,
		members: hosts.map(host => host.id),
		hostCount: hosts.length,
		...viewTitles(hosts),
		machines: hosts.length === 1 ? hosts[0].count ?? 0 : 0,
		addresses: shown,
		more,
		interfaces: [...new Set(interfaces.map(({role}) => role))].map(role => {
			const {shown: addresses, more: left} = fold([...new Set(interfaces.filter(entry => entry.role === role).flatMap(entry => listAddresses(entry)))], limit);
			return {role, addresses, more: left};
		}),
	};
}

/** The beginning of a title that is too long for a box. */
function shorten(title: string): string {
	const characters = [...title];
	return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : title;
}

/** Addresses and names of an interface as text, IPv4 first. */
export function listAddresses({ranges, names}: HostInterface): string[] {
	return [...formatAddresses(ranges), ...names];
}

function viewEdge(source: string, target: string, rules: readonly Rule[], ids: readonly string[]): DiagramEdge {
	const {shown, more} = fold(ids, 3);
	return {
		source,
		target,
		lines: shown,
		moreLines: more,
		allLines: rules.map(rule => rule.id),
		services: formatShortServices(rules),
		clearText: formatShortServices(rules.flatMap(rule => rule.services.filter(service => service.encrypted === 'no').map(({ports}) => ({...rule, ports})))),
		notReady: rules.filter(rule => !rule.isReady).length,
	};
}

/** Services in a few words: at most four ports, then how many more there are. */
function formatShortServices(services: Parameters<typeof groupServices>[0]): string {
	const all = groupServices(services).flatMap(({name, ports}) => ports.length === 0 ? [{name, port: ''}] : ports.map(port => ({name, port})));
	const {shown, more} = fold(all, 4);
	const text = shown.map(({name, port}, position) => [shown[position - 1]?.name === name ? '' : name, port].filter(Boolean).join(' ')).join(', ');
	return more === 0 ? text : `${text} +${more}`;
}

function viewDenies(denies: readonly Deny[]): DiagramDeny[] {
	const groups = [...groupBy(denies, ({source, destination}) => JSON.stringify([source, destination])).values()];
	return groups.toSorted(([a], [b]) => compare(a.id, b.id)).map((group, position) => ({
		sourceId: formatMermaidId('denied', 'source', String(position)),
		source: shorten(group[0].source),
		targetId: formatMermaidId('denied', 'target', String(position)),
		target: shorten(group[0].destination),
		services: group.map(deny => [formatService(deny), deny.ipVersion === undefined ? '' : `(${formatIpVersion(deny.ipVersion)})`].filter(Boolean).join(' ')),
		denies: group.map(({id}) => id),
	}));
}
