import type {CatalogFlow} from '../catalog/schema.js';
import {hashText} from '../ids.js';
import type {Catalog, Flow, FlowEnd, HostInterface, Rule, RuleEnd, Service, Trust, Zone} from '../model.js';
import {formatPortRanges, mergePortRanges, readPorts} from '../ports.js';
import {trustLevels} from '../vocabulary.js';
import {getOrMake, groupBy} from '../records.js';

/*
What several checks ask about a design.
*/

type PlacedEnd = FlowEnd & {readonly host: string; readonly zone: string};

/** A flow that some firewall must permit; its hosts and zones are known. */
export type Opening = Flow & {readonly initiator: PlacedEnd; readonly responder: PlacedEnd};

/** Flows that a firewall must permit: the network's, or only the host's. */
export function listOpenings(flows: readonly Flow[]): Opening[] {
	return flows.filter((flow): flow is Opening => flow.disposition === 'cross-zone' || flow.disposition === 'intra-zone');
}

/** Flows that leave their zone, so that a network firewall must permit them. */
export function listCrossings(flows: readonly Flow[]): Opening[] {
	return listOpenings(flows).filter(flow => flow.disposition === 'cross-zone');
}

/** Id of the conduit that carries an opening. */
export function formatConduit({initiator, responder}: Opening): string {
	return `${initiator.zone}>${responder.zone}`;
}

const linesOfFlows = new WeakMap<readonly Rule[], (keys: readonly string[]) => Rule[]>();

/** Make a lookup from flows to the ids of the lines that permit them, in the order of the lines; the checks of a design share one. */
export function indexLines(rules: readonly Rule[]): (flows: readonly Flow[]) => string[] {
	const find = getOrMake(linesOfFlows, rules, () => indexRules(rules, rule => rule.flows));
	return flows => find(flows.map(flow => flow.id)).map(rule => rule.id);
}

/** Make a lookup from interfaces to the lines that they are a source of, or an end of. */
export function indexInterfaces(rules: readonly Rule[], end: 'source' | 'either'): (interfaces: readonly HostInterface[]) => Rule[] {
	const find = indexRules(rules, rule => [...rule.sources, ...end === 'either' ? rule.destinations : []].map(({interface: id}) => id));
	return interfaces => find(interfaces.map(({id}) => id));
}

function indexRules(rules: readonly Rule[], listKeys: (rule: Rule) => readonly string[]): (keys: readonly string[]) => Rule[] {
	// Most checks find nothing, and then nobody asks.
	let positions: Map<string, number[]> | undefined;
	const index = () => {
		const made = new Map<string, number[]>();
		for (const [position, rule] of rules.entries()) {
			for (const key of listKeys(rule)) {
				getOrMake(made, key, () => []).push(position);
			}
		}

		return made;
	};

	return keys => {
		positions ??= index();
		const found = new Set(keys.flatMap(key => positions!.get(key) ?? []));
		return [...found].toSorted((a, b) => a - b).map(position => rules[position]!);
	};
}

/** What a finding about some lines refers to. */
export function describeLines(lines: readonly Rule[]): {readonly rules: readonly string[]; readonly flows: readonly string[]} {
	return {rules: listIds(lines), flows: [...new Set(lines.flatMap(rule => rule.flows))]};
}

/** Ids, each once. */
export function listIds(entries: ReadonlyArray<{readonly id: string}>): string[] {
	return [...new Set(entries.map(entry => entry.id))];
}

/** The catalog's entries of some products, by `product/flow`, as `Flow.catalogFlow` names them. */
export function indexCatalogFlows(catalog: Catalog, products: readonly string[]): Map<string, CatalogFlow> {
	return new Map(products.flatMap(product => (Object.hasOwn(catalog.products, product) ? catalog.products[product]!.flows : []).map(flow => [`${product}/${flow.id}`, flow])));
}

/** Interfaces at one end of some lines, each once. */
export function listInterfaces(ends: readonly RuleEnd[], interfaces: ReadonlyMap<string, HostInterface>): HostInterface[] {
	return [...new Set(ends.map(end => end.interface))].map(id => interfaces.get(id)).filter(entry => entry !== undefined);
}

/** Rank of a trust: the higher, the more trusted. */
export function rankTrust(trust: Trust): number {
	return trustLevels.indexOf(trust);
}

/** Whether only machines of the organization's own operation are in the zone: neither users nor outsiders. */
export function isProtected(zone: Zone | undefined): boolean {
	return zone?.trust === 'internal' || zone?.trust === 'restricted';
}

const longestPortsInId = 60;

/**
A service as part of an id, the same whenever its protocol and ports are.

@example
formatServiceId({protocol: 'tcp', ports: ['80', '443']});
//=> 'tcp-80,443'
*/
export function formatServiceId({protocol, number, ports}: Pick<Service, 'protocol' | 'number' | 'ports'>): string {
	const text = number === undefined ? ports.join(',') : String(number);
	// Somebody has to type an id to accept a finding, and a list of ports has no longest one.
	const short = text.length > longestPortsInId ? `${ports[0]!}+${ports.length - 1}-${hashText(text).slice(0, 8)}` : text;
	return short === '' ? protocol : `${protocol}-${short}`;
}

/** A service in words: `TCP 80, 443`, `ICMP`, `IP protocol 41`. */
export function formatService({protocol, number, ports}: Pick<Service, 'protocol' | 'number' | 'ports'>): string {
	return protocol === 'ip' ? `IP protocol ${number ?? 'unknown'}` : [protocol.toUpperCase(), ports.join(', ')].filter(Boolean).join(' ');
}

/** What some flows open together, in words: `TCP 80, 443 and UDP 161`. */
export function formatServices(flows: readonly Flow[]): string {
	const groups = groupBy(flows.map(flow => flow.service), ({protocol, number}) => formatServiceId({protocol, ...(number === undefined ? {} : {number}), ports: []}));
	return joinWords([...groups.values()].map(services => formatService({
		...services[0],
		ports: formatPortRanges(mergePortRanges(readPorts(services.flatMap(({ports}) => ports)))),
	})), 20);
}

/** Purposes of some flows, each once. */
export function listPurposes(flows: readonly Flow[]): string {
	return joinClauses([...new Set(flows.map(flow => flow.purpose))], 3);
}

/**
Words as a list in a sentence, with the number of those that would make it too long.

@example
joinWords(['a', 'b', 'c', 'd'], 2);
//=> 'a, b and 2 more'
*/
export function joinWords(words: readonly string[], limit = 5): string {
	const shown = shorten(words, limit);
	return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

/** As `joinWords()`, for parts that hold commas themselves. */
export function joinClauses(clauses: readonly string[], limit = 5): string {
	return shorten(clauses, limit).join('; ');
}

function shorten(words: readonly string[], limit: number): readonly string[] {
	const rest = words.length - limit;
	return rest > 0 ? [...words.slice(0, limit), `${rest} more`] : words;
}

/** A number with its noun: `1 line`, `2 lines`. */
export function formatCount(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
