import {formatAddresses} from '../core/addresses.js';
import type {Deny, Host, HostInterface, Rule, Trust, Zone} from '../core/model.js';
import {compare} from '../core/problem.js';
import {getOrMake} from '../core/records.js';
import {trustLevels} from '../core/vocabulary.js';
import {formatMermaidId} from './escape.js';
import {groupServices} from './line-view.js';
import type {PlanIndex} from './plan-index.js';
import {fold, formatIpVersion, formatService} from './words.js';

/*
Above these a diagram is folded: engines slow down and readers give up long before Mermaid's own limit of 500 edges.
*/
const maxEdges = 60;
const maxNodes = 60;

/** A host inside its zone. */
export type DiagramHost = {
	readonly id: string;
	/** Its id in the plan. */
	readonly host: string;
	readonly title: string;
	/** How many machines it is, where the profile says so; otherwise 0. */
	readonly machines: number;
	/** Some of its addresses in this zone; empty while none is known. */
	readonly addresses: readonly string[];
	readonly more: number;
	readonly interfaces: ReadonlyArray<{readonly role: string; readonly addresses: readonly string[]; readonly more: number}>;
};

/** A zone with its hosts; or, folded, one box that stands for the hosts of a zone or for all zones of one trust. */
export type DiagramZone = {
	readonly id: string;
	/** `unplaced` holds the hosts that are in no zone. */
	readonly kind: 'zone' | 'trust' | 'unplaced';
	readonly title: string;
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

/** What one box stands for where there is too much for a picture: the hosts of a zone, or all zones of one trust. */
export const foldings = ['no', 'hosts', 'zones'] as const;
export type Folding = (typeof foldings)[number];

/**
The diagram of all zones: hosts inside their zones, one arrow for each direction between two zones.

Above some number of hosts each zone is one box that says how many; above some number of zones or arrows, the zones of one trust are one box.

@param least - Fold at least so far.
*/
export function viewOverview(index: PlanIndex, least: Folding): DiagramView {
	const {plan} = index;
	const unplaced = plan.hosts.filter(host => host.interfaces.every(entry => entry.zone === undefined));
	const hosts = index.zones.reduce((sum, zone) => sum + index.listHosts(zone.id).length, unplaced.length);
	const isByTrust = least === 'zones' || index.zones.length > maxNodes || plan.conduits.length > maxEdges;
	const isFolded = isByTrust || least === 'hosts' || hosts > maxNodes;
	const zones = isByTrust
		? viewTrusts(index, index.zones)
		: index.zones.map(zone => viewZone(index, zone, formatMermaidId('zone', zone.id), isFolded ? [] : index.listHosts(zone.id).map(host => viewHost(host, zone.id, 2))));
	return {
		title: plan.profile.title,
		zone: '',
		zones: [...zones, ...(unplaced.length === 0 ? [] : [viewUnplaced(unplaced, isFolded)])],
		edges: isByTrust ? listTrustEdges(index) : listConduitEdges(index),
		denies: viewDenies(plan.denies),
		folded: describeFolding(isByTrust, isFolded),
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
	const isByTrust = least === 'zones' || peers.length > maxNodes;
	const formatPeer = (id: string) => isByTrust ? formatTrustId(index, id) : formatMermaidId('peer', id);
	const detailed = listDetailEdges(index, zone, host => formatMermaidId('host', zone.id, host), formatPeer);
	const isFolded = isByTrust || least === 'hosts' || hosts.length > maxNodes || detailed.length > maxEdges;
	const own = formatMermaidId('zone', zone.id);
	return {
		title: index.plan.profile.title,
		zone: zone.title,
		zones: [
			viewZone(index, zone, own, isFolded ? [] : hosts.map(host => viewHost(host, zone.id, 6))),
			...(isByTrust ? viewTrusts(index, peers) : peers.map(peer => viewZone(index, peer, formatMermaidId('peer', peer.id), []))),
		],
		edges: isFolded ? listDetailEdges(index, zone, () => own, formatPeer) : detailed,
		denies: [],
		folded: describeFolding(isByTrust, isFolded),
	};
}

function describeFolding(isByTrust: boolean, isFolded: boolean): Folding {
	if (isByTrust) {
		return 'zones';
	}

	return isFolded ? 'hosts' : 'no';
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

function listConduitEdges(index: PlanIndex): DiagramEdge[] {
	return index.plan.conduits.map(conduit => {
		const rules = index.listRules(conduit);
		return viewEdge(formatMermaidId('zone', conduit.source), formatMermaidId('zone', conduit.destination), rules, rules.map(rule => rule.id));
	});
}

function listTrustEdges(index: PlanIndex): DiagramEdge[] {
	const edges = new EdgeCollector();
	for (const rule of index.plan.rules.filter(({scope}) => scope === 'network')) {
		edges.add(formatTrustId(index, rule.sourceZone), formatTrustId(index, rule.destinationZone), rule);
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

function viewZone(index: PlanIndex, zone: Zone, id: string, hosts: readonly DiagramHost[]): DiagramZone {
	const {shown, more} = fold(zone.networks, 2);
	return {
		id,
		kind: 'zone',
		title: shorten(zone.title),
		trust: zone.trust,
		vlan: zone.vlan,
		networks: shown,
		moreNetworks: more,
		members: [zone.id],
		zoneCount: 1,
		hostCount: index.listHosts(zone.id).length,
		hosts,
	};
}

function viewUnplaced(hosts: readonly Host[], isFolded: boolean): DiagramZone {
	return {
		id: formatMermaidId('none', 'zone'),
		kind: 'unplaced',
		title: '',
		trust: 'none',
		vlan: undefined,
		networks: [],
		moreNetworks: 0,
		members: [],
		zoneCount: 0,
		hostCount: hosts.length,
		hosts: isFolded ? [] : hosts.map(host => viewHost(host, undefined, 2)),
	};
}

function viewHost(host: Host, zone: string | undefined, limit: number): DiagramHost {
	const interfaces = host.interfaces.filter(entry => entry.zone === zone);
	const {shown, more} = fold([...new Set(interfaces.flatMap(entry => listAddresses(entry)))], limit);
	return {
		id: zone === undefined ? formatMermaidId('unplaced', host.id) : formatMermaidId('host', zone, host.id),
		host: host.id,
		title: shorten(host.title),
		machines: host.count ?? 0,
		addresses: shown,
		more,
		interfaces: interfaces.map(entry => {
			const {shown: addresses, more: left} = fold(listAddresses(entry), limit);
			return {role: entry.role, addresses, more: left};
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
	const groups = new Map<string, [Deny, ...Deny[]]>();
	for (const deny of denies) {
		const key = JSON.stringify([deny.source, deny.destination]);
		const group = groups.get(key);
		if (group === undefined) {
			groups.set(key, [deny]);
		} else {
			group.push(deny);
		}
	}

	return [...groups.values()].toSorted(([a], [b]) => compare(a.id, b.id)).map((group, position) => ({
		sourceId: formatMermaidId('denied', 'source', String(position)),
		source: shorten(group[0].source),
		targetId: formatMermaidId('denied', 'target', String(position)),
		target: shorten(group[0].destination),
		services: group.map(deny => [formatService(deny), deny.ipVersion === undefined ? '' : `(${formatIpVersion(deny.ipVersion)})`].filter(Boolean).join(' ')),
		denies: group.map(({id}) => id),
	}));
}
