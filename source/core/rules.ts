import {formatAddresses} from './addresses.js';
import type {Encryption} from './catalog/schema.js';
import type {HostDraft} from './hosts.js';
import {deriveFreeId, deriveShortIds, isIdOf} from './ids.js';
import type {Conduit, Deny, Flow, FlowEnd, HostInterface, IpVersion, Profile, Rule, RuleEnd, Service} from './model.js';
import {formatPortRanges, mergePortRanges, parsePortRange, readPorts, unitePortRanges, type PortRange} from './ports.js';
import {compare} from './problem.js';
import {getOrMake} from './records.js';

/**
What flows between some interfaces permit: every source may reach every destination on every port.

`ports` is empty for protocols without ports. A merge never adds a source, a destination or a port to another's.
*/
type Permit = {
	readonly protocol: string;
	readonly ports: readonly PortRange[];
	readonly sources: readonly string[];
	readonly destinations: readonly string[];
	readonly flows: readonly Flow[];
};

/**
Merge permits into lines that permit exactly what the permits do.

Two permits join when they agree in two of: sources, destinations, protocol with ports; the third is then united. First the
ports of each pair, then destinations, then sources, until no two lines of the result agree in two of the three. The order of
the input does not matter, and merging the result again changes nothing.

A line that another one covers stays, where they agree in less: as a client to one server, beside all clients to all servers on
more ports. It is there for flows of its own, and its id would go and come with the other's.
*/
export function mergePermits(permits: readonly Permit[]): Permit[] {
	// Most permits share their lists with others, so that a text for each list is made once.
	const portTexts = new Map<readonly PortRange[], string>();
	const formatPorts = ({protocol, ports}: Permit) => `${protocol} ${getOrMake(portTexts, ports, () => formatPortRanges(mergePortRanges(ports)).join(','))}`;
	const endTexts = new Map<readonly string[], string>();
	const formatEnds = (ends: readonly string[]) => getOrMake(endTexts, ends, () => ends.join(' '));
	const formatBetween = ({protocol, sources, destinations}: Permit) => `${protocol} ${formatEnds(sources)} > ${formatEnds(destinations)}`;
	let merged = joinBy(permits, formatBetween);
	for (let before = Number.POSITIVE_INFINITY; merged.length < before;) {
		before = merged.length;
		merged = joinBy(merged, permit => `${formatPorts(permit)} ${formatEnds(permit.sources)}`);
		merged = joinBy(merged, permit => `${formatPorts(permit)} ${formatEnds(permit.destinations)}`);
		merged = joinBy(merged, formatBetween);
	}

	return merged;
}

function joinBy(permits: readonly Permit[], formatKey: (permit: Permit) => string): Permit[] {
	const groups = new Map<string, Permit[]>();
	for (const permit of permits) {
		getOrMake(groups, formatKey(permit), () => []).push(permit);
	}

	return [...groups].toSorted(([a], [b]) => compare(a, b)).map(([, group]) => group.length === 1
		? group[0]!
		: {
			protocol: group[0]!.protocol,
			ports: joinLists(group.map(permit => permit.ports), unitePortRanges),
			sources: joinLists(group.map(permit => permit.sources), unite),
			destinations: joinLists(group.map(permit => permit.destinations), unite),
			flows: [...new Set(group.flatMap(permit => permit.flows))],
		});
}

/** What is in some lists, as one list; the list itself where all are the same one. */
function joinLists<Item>(lists: ReadonlyArray<readonly Item[]>, join: (items: readonly Item[]) => readonly Item[]): readonly Item[] {
	return lists.every(list => list === lists[0]) ? lists[0]! : join(lists.flat());
}

function unite(ids: readonly string[]): string[] {
	return [...new Set(ids)].toSorted(compare);
}

/** How ids of lines begin. */
const prefixes = {network: 'R', host: 'H'} as const;

/**
Derive the lines of a request: for each conduit and IP version what its flows need and nothing else, merged as `mergePermits()` does.

Cross-zone flows give network lines, intra-zone flows host lines. Sorted by scope, conduit, IP version and id.

@param findInterface - The interface with an id.
*/
export function deriveRules(flows: readonly Flow[], profile: Profile, hosts: ReadonlyMap<string, HostDraft>, findInterface: (id: string) => HostInterface): Rule[] {
	const groups = new Map<string, {scope: Rule['scope']; conduit: string; ipVersion: IpVersion; permits: Permit[]}>();
	const ports = new Map<Service, readonly PortRange[]>();
	// Lists of one interface, the same for every flow that ends there.
	const ends = new Map<FlowEnd, readonly string[]>();
	const interfaces = new Map<string, readonly string[]>();
	const listEnd = (end: FlowEnd) => getOrMake(ends, end, () => getOrMake(interfaces, `${end.host}/${end.role}`, () => [`${end.host}/${end.role}`]));
	for (const flow of flows) {
		if (flow.disposition !== 'cross-zone' && flow.disposition !== 'intra-zone') {
			continue;
		}

		const scope: Rule['scope'] = flow.disposition === 'cross-zone' ? 'network' : 'host';
		const conduit = `${flow.initiator.zone}>${flow.responder.zone}`;
		const permit: Permit = {
			protocol: formatProtocol(flow.service),
			ports: getOrMake(ports, flow.service, () => readPorts(flow.service.ports)),
			sources: listEnd(flow.initiator),
			destinations: listEnd(flow.responder),
			flows: [flow],
		};
		for (const ipVersion of flow.ipVersions) {
			getOrMake(groups, `${scope} ${conduit} ${ipVersion}`, () => ({scope, conduit, ipVersion, permits: []})).permits.push(permit);
		}
	}

	const drafts = [...groups.values()].flatMap(({permits, ...group}) => mergePermits(permits).map(permit => ({
		...group,
		permit,
		key: formatKey({...group, ...permit}),
	})));
	// Two host lists can only repeat when their ports differ, and those are joined: the key is unique without the ports, and a line keeps its id when a port is added.
	const ids = new Map((['network', 'host'] as const).flatMap(scope => [...deriveShortIds(prefixes[scope], drafts.filter(draft => draft.scope === scope).map(draft => draft.key))]));
	const describeEnd = makeEndDescriber(hosts, findInterface);
	return drafts.map(({scope, conduit, ipVersion, permit, key}): Rule => {
		const [sourceZone, destinationZone] = conduit.split('>') as [string, string];
		const sources = permit.sources.map(id => describeEnd(id, ipVersion));
		const destinations = permit.destinations.map(id => describeEnd(id, ipVersion));
		const kinds = listKinds(permit.flows);
		const [protocol, number] = permit.protocol.split('/') as [Rule['protocol'], string | undefined];
		return {
			id: ids.get(key)!,
			scope,
			conduit,
			sourceZone,
			destinationZone,
			ipVersion,
			protocol,
			...(number === undefined ? {} : {number: Number(number)}),
			ports: formatPortRanges(permit.ports),
			sources,
			destinations,
			need: findStrongestNeed(kinds),
			encrypted: joinEncryption(kinds.map(flow => flow.encrypted)),
			services: listServices(kinds),
			logging: profile.change?.logging ?? 'as the zone policy says',
			expiry: profile.change?.expiry ?? (profile.change?.kind === 'permanent' ? 'permanent' : ''),
			flows: unite(permit.flows.map(flow => flow.id)),
			status: 'add',
			isReady: [...sources, ...destinations].every(end => end.placeholder === undefined),
		};
	}).toSorted((a, b) => compareLines(a, b));
}

/** What a line is for as long as it has its id: all but its ports. */
function formatKey({scope, conduit, ipVersion, protocol, sources, destinations}: Pick<Rule, 'scope' | 'conduit' | 'ipVersion'> & Omit<Permit, 'ports' | 'flows'>): string {
	return `${scope} ${conduit} ${ipVersion} ${protocol} ${sources.join(' ')} > ${destinations.join(' ')}`;
}

function findKey(rule: Rule): string {
	return formatKey({...rule, protocol: formatProtocol(rule), sources: rule.sources.map(end => end.interface), destinations: rule.destinations.map(end => end.interface)});
}

/** Network lines before host lines; then by conduit, IP version and first destination, as a reader goes through them. */
function compareLines(a: Rule, b: Rule): number {
	return compare(b.scope, a.scope)
		|| compare(a.conduit, b.conduit)
		|| (a.ipVersion - b.ipVersion)
		|| compare(a.destinations[0]!.interface, b.destinations[0]!.interface)
		|| compare(a.id, b.id);
}

function formatProtocol({protocol, number}: Pick<Service, 'protocol' | 'number'>): string {
	return number === undefined ? protocol : `${protocol}/${number}`;
}

function makeEndDescriber(hosts: ReadonlyMap<string, HostDraft>, findInterface: (id: string) => HostInterface): (id: string, ipVersion: IpVersion) => RuleEnd {
	const known = new Map<string, RuleEnd>();
	return (id, ipVersion) => getOrMake(known, `${ipVersion} ${id}`, () => {
		const {host, role, ranges, names, isPlaceholder} = findInterface(id);
		return {
			host,
			title: hosts.get(host)?.title ?? host,
			role,
			interface: id,
			addresses: [...formatAddresses(ranges.filter(range => range.version === ipVersion)), ...names],
			...(isPlaceholder ? {placeholder: `<${host} ${role} IPv${ipVersion}>`} : {}),
		};
	});
}

/** Of the flows between many hosts that are one flow of the catalog, the last: they say the same. */
function listKinds(flows: readonly Flow[]): Flow[] {
	const kinds = new Map<string, Flow>();
	for (const flow of flows.toReversed()) {
		getOrMake(kinds, flow.catalogFlow, () => flow);
	}

	return [...kinds.values()].toReversed();
}

const needs = ['required', 'conditional', 'optional'] as const;

function findStrongestNeed(flows: readonly Flow[]): Rule['need'] {
	return needs.find(need => flows.some(flow => flow.need === need)) ?? 'required';
}

function joinEncryption(values: readonly Encryption[]): Rule['encrypted'] {
	const distinct = [...new Set(values)];
	return distinct.length === 1 ? distinct[0]! : 'mixed';
}

/** The services of a line, one entry for each purpose; several flows with one purpose are one entry. */
function listServices(flows: readonly Flow[]): Rule['services'] {
	const entries = new Map<string, Rule['services'][number] & {readonly first: number}>();
	for (const {service, encrypted, purpose} of flows) {
		const range = parsePortRange(service.ports[0] ?? '');
		entries.set(`${service.ports.join(',')} ${encrypted} ${purpose}`, {
			ports: service.ports,
			encrypted,
			purpose,
			...(service.application === undefined ? {} : {application: service.application}),
			first: typeof range === 'string' ? 0 : range.from,
		});
	}

	return [...entries].toSorted(([a, {first}], [b, {first: other}]) => (first - other) || compare(a, b)).map(([, {first, ...entry}]) => entry);
}

/** Group lines by conduit: every ordered pair of zones that something crosses, in order of its id. */
export function deriveConduits(rules: readonly Rule[]): Conduit[] {
	const conduits = new Map<string, Rule[]>();
	for (const rule of rules) {
		if (rule.scope === 'network') {
			getOrMake(conduits, rule.conduit, () => []).push(rule);
		}
	}

	return [...conduits].map(([id, members]) => ({
		id,
		source: members[0]!.sourceZone,
		destination: members[0]!.destinationZone,
		rules: members.map(rule => rule.id),
		flows: unite(members.flatMap(rule => rule.flows)),
	})).toSorted((a, b) => compare(a.id, b.id));
}

/** The explicit drops that documents advise; they belong before every permit at the edge. */
export function deriveDenies(flows: readonly Flow[], families: ReadonlyMap<string, IpVersion>): Deny[] {
	const denied = flows.filter(flow => flow.disposition === 'denied');
	const ids = deriveShortIds('D', denied.map(flow => flow.id));
	return denied.map(flow => ({
		id: ids.get(flow.id)!,
		ipVersion: families.get(flow.catalogFlow),
		protocol: flow.service.protocol,
		...(flow.service.number === undefined ? {} : {number: flow.service.number}),
		ports: flow.service.ports,
		source: flow.initiator.name,
		destination: flow.responder.name,
		purpose: flow.purpose,
		...(flow.review === undefined ? {} : {review: flow.review}),
		flows: [flow.id],
		sources: flow.sources,
	}));
}

/**
Mark lines against an earlier request: `add` what it did not have, `change` what it had differently, `keep` the rest.

A line that it had keeps its id of then, whatever other lines came or went: firewalls may know it by that. No new line gets an id of the earlier request.

@returns The marked lines, and the earlier lines that are gone.
*/
export function compareRules(rules: readonly Rule[], earlier: readonly Rule[] | undefined): {readonly rules: Rule[]; readonly removed: Rule[]} {
	if (earlier === undefined) {
		return {rules: [...rules], removed: []};
	}

	const taken = new Set(earlier.map(rule => rule.id));
	const before = new Map(earlier.map(rule => [findKey(rule), rule]));
	const marked = rules.map((rule): Rule => {
		const key = findKey(rule);
		const old = before.get(key);
		before.delete(key);
		if (old === undefined) {
			return {...rule, id: deriveFreeId(rule.id, key, taken), status: 'add'};
		}

		// A plan that other programs wrote may call its lines anything.
		const id = isIdOf(old.id, prefixes[rule.scope], key) ? old.id : deriveFreeId(rule.id, key, taken);
		return {...rule, id, status: formatOpening(old) === formatOpening(rule) ? 'keep' : 'change'};
	});
	return {rules: marked.toSorted((a, b) => compareLines(a, b)), removed: [...before.values()]};
}

/** What a line opens, as text: two lines are the same for a firewall when this is the same. */
function formatOpening(rule: Rule): string {
	const ends = (list: readonly RuleEnd[]) => list.map(end => `${end.interface} ${end.addresses.join(' ')}`);
	return JSON.stringify([rule.conduit, rule.ipVersion, rule.protocol, rule.number, rule.ports, ends(rule.sources), ends(rule.destinations), rule.expiry, rule.logging]);
}
