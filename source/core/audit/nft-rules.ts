import type {IpVersion} from '../model.js';
import {own} from '../records.js';
import {parseIcmpType, parseProtocol} from './protocols.js';
import {enterInDoubt, limits, parseDumpAddress, parseDumpPorts, type ReadRuleset} from './reading.js';
import {allPackets, intersectRegions, mergeRegions, type Region} from './region.js';
import {allStatesBut, hooks, MatchBuilder, matchInterface, parseFlags, states, type Action, type BaseChain, type FirewallRule, type State} from './ruleset.js';
import {uniteSpans, type Spans} from './spans.js';

/*
What rules of nftables mean, whether they stood in its text or its JSON: statements of keys, values and verdicts.
*/

/** A value for each key, as nft prints it: `10.0.0.0/8`, `80-90`, `tcp`; `*` for any. */
export type Element = readonly string[];

export type Verdict = {readonly kind: 'accept' | 'drop' | 'return' | 'continue'} | {readonly kind: 'jump' | 'goto'; readonly chain: string} | {readonly kind: 'unknown'; readonly reason: string};

/** A set or map by its name, or written where it is used. */
export type Source<Entry> = {readonly name: string} | {readonly elements: readonly Entry[]};

export type Statement
	= | {readonly kind: 'match'; readonly keys: readonly string[]; readonly isNegated: boolean; readonly values: Source<Element>; readonly text: string}
		| {readonly kind: 'map'; readonly keys: readonly string[]; readonly entries: Source<MapEntry>; readonly text: string}
		| {readonly kind: 'verdict'; readonly verdict: Verdict}
		/** A match or statement that is not known: whether the packet goes on is not known either, nor whether it goes anywhere else when the statement may decide that. */
		| {readonly kind: 'unknown'; readonly text: string; readonly mayDecide?: boolean};

export type MapEntry = {readonly element: Element; readonly verdict: Verdict};

/** A named set or map of a table. */
export type NftSet = {
	readonly elements: readonly Element[];
	readonly entries: readonly MapEntry[];
	/** Why its elements are not known; a reason for people. */
	readonly unknown: string | undefined;
};

export type NftTable = {
	readonly family: string;
	readonly name: string;
	readonly sets: Map<string, NftSet>;
};

/** Fields that rules compare: whoever changes one makes another packet of it. */
export const telling: ReadonlySet<string> = new Set(['saddr', 'daddr', 'sport', 'dport', 'protocol', 'nexthdr']);

const familyVersions: Readonly<Record<string, readonly IpVersion[]>> = {inet: [4, 6], ip: [4], ip6: [6], bridge: [4, 6], netdev: [4, 6]};

/** IP versions that a table of this family sees. */
export const versionsOf = (family: string): readonly IpVersion[] => own(familyVersions, family) ?? [];

/**
Where packets enter a chain of a table: at its hook, or, as not every packet of a network comes to bridges and cards, in doubt before or behind it.

@param name - Of the chain, for people.
@returns Chains to add besides, and the base; undefined for a hook that is not known.
*/
export function enterChain({family}: NftTable, {name, hook, ...base}: Omit<BaseChain, 'chain' | 'hook'> & {readonly chain: string; readonly name: string; readonly hook: string}): {readonly chains: ReadonlyArray<readonly [id: string, rules: FirewallRule[]]>; readonly base: ReadRuleset['bases'][number]} | undefined {
	const known = hooks.find(candidate => candidate === hook);
	if (known !== undefined && ['ip', 'ip6', 'inet'].includes(family)) {
		return {chains: [], base: {...base, hook: known}};
	}

	const entry = enterInDoubt({...base, hook, action: {kind: 'jump', chain: base.chain}, reason: `chain ${name}, which not every packet comes to`});
	const id = `${base.chain}\u{0}`;
	return entry && {chains: [[id, entry.rules]], base: {...base, ...entry.base, chain: id}};
}

/** Said of a table that is left out. */
export function describeSkipped({family, name}: Pick<NftTable, 'family' | 'name'>, isDormant: boolean): string {
	return `Table ${family} ${name} is not compared: ${isDormant ? 'it is dormant' : `it is of family ${family}`}.`;
}

/**
Statements of one rule as rules that are evaluated one after the other: a map has one for each of its verdicts.

Packets that are in no entry of a map leave the rule, as those do that come back from a chain an entry sent them to; only those of entries that say `continue` go on in it.
*/
export function deriveRules(table: NftTable, statements: readonly Statement[], place: Pick<FirewallRule, 'file' | 'line' | 'chain' | 'text'>, idOf: (chain: string) => string | undefined, versions: readonly IpVersion[]): FirewallRule[] {
	const rules: FirewallRule[] = [];
	if (statements.length > maxStatements) {
		return [{...place, ...build(table, [], versions).build(), action: {kind: 'unknown', reason: `${statements.length} statements in one rule`}}];
	}

	const before: Statement[] = [];
	const add = (more: readonly Statement[], action: Action): void => {
		rules.push({...place, ...build(table, [...before, ...more], versions).build(), action});
	};

	for (const statement of statements) {
		if (statement.kind === 'verdict') {
			// Who sends from where the way back does not lead pretends to be somebody else, and that is no line.
			if (statement.verdict.kind !== 'drop' || !before.some(own => own.kind === 'unknown' && reversePath.test(own.text))) {
				add([], toAction(statement.verdict, idOf));
			}

			return rules;
		}

		if (statement.kind !== 'map') {
			before.push(statement);
			continue;
		}

		const {keys, entries, text} = statement;
		const set = 'name' in entries ? table.sets.get(entries.name) : undefined;
		const list = 'name' in entries ? (set?.unknown === undefined ? set?.entries : undefined) : entries.elements;
		// Each entry looks at the matches before it once more.
		if (list === undefined || list.length * before.reduce((sum, own) => sum + countElements(table, own), 1) > limits.rules) {
			const reason = set?.unknown ?? text;
			add([], {kind: 'unknown', reason});
			before.push({kind: 'unknown', text: reason});
			continue;
		}

		const named = list.filter(({element}) => element[0] !== '*');
		const match = (elements: readonly Element[], isNegated = false): Statement => ({kind: 'match', keys, isNegated, values: {elements}, text});
		for (const {element, verdict} of named) {
			add([match([element])], toAction(verdict, idOf));
		}

		const any = list.find(({element}) => element[0] === '*');
		if (any !== undefined) {
			add([match(named.map(({element}) => element), true)], toAction(any.verdict, idOf));
		}

		const isContinued = ({verdict}: MapEntry) => verdict.kind === 'continue' || verdict.kind === 'unknown';
		if (any !== undefined && isContinued(any)) {
			before.push(match(named.filter(entry => !isContinued(entry)).map(({element}) => element), true));
		} else if (named.some(entry => isContinued(entry))) {
			before.push(match(named.filter(entry => isContinued(entry)).map(({element}) => element)));
		} else {
			return rules;
		}
	}

	const deciding = before.find(statement => statement.kind === 'unknown' && statement.mayDecide);
	if (deciding?.kind === 'unknown') {
		add([], {kind: 'unknown', reason: deciding.text});
	}

	return rules;
}

/** A packet that came in where no packet to its sender goes out (RFC 3704 §2.2). */
export const reversePath = /^fib saddr \. (?:mark \. )?iif oif (?:missing|== 0|0|eq 0)$/v;

/** More in one rule is no rule that somebody wrote. */
const maxStatements = 200;

function countElements({sets}: NftTable, statement: Statement): number {
	if (statement.kind !== 'match') {
		return 1;
	}

	const {values} = statement;
	return 'name' in values ? sets.get(values.name)?.elements.length ?? 0 : values.elements.length;
}

function toAction(verdict: Verdict, idOf: (chain: string) => string | undefined): Action {
	if (verdict.kind !== 'jump' && verdict.kind !== 'goto') {
		return verdict;
	}

	const id = idOf(verdict.chain);
	return id === undefined ? {kind: 'unknown', reason: `chain ${verdict.chain}, which is not there`} : {kind: verdict.kind, chain: id};
}

function build(table: NftTable, statements: readonly Statement[], versions: readonly IpVersion[]): MatchBuilder {
	const builder = new MatchBuilder(versions);
	for (const statement of statements) {
		if (statement.kind === 'unknown') {
			builder.unknown.push(statement.text);
		} else if (statement.kind === 'match') {
			addMatch(builder, table, statement);
		}
	}

	return builder;
}

function addMatch(builder: MatchBuilder, table: NftTable, {keys, isNegated, values, text}: Statement & {readonly kind: 'match'}): void {
	for (const key of keys) {
		// A field of one version is a match on that version, whatever its value.
		const [header] = key.split(' ');
		if (header === 'ip' || header === 'ip6') {
			builder.restrictVersion(header === 'ip' ? 4 : 6);
		}
	}

	const set = 'name' in values ? table.sets.get(values.name) : undefined;
	const elements = 'name' in values ? (set?.unknown === undefined ? set?.elements : undefined) : values.elements;
	if (elements === undefined) {
		builder.unknown.push(set?.unknown ?? text);
		return;
	}

	if (keys.length === 1 && addSimple(builder, keys[0]!, elements, isNegated, text)) {
		return;
	}

	for (const version of [4, 6] as const) {
		const regions = elements.map(element => findRegion(version, keys, element));
		const implied = findImplied(version, keys);
		if (regions.includes('unknown') || implied === 'unknown') {
			builder.unknown.push(text);
			return;
		}

		if (implied === undefined) {
			builder.restrictTo(version, []);
			continue;
		}

		const held = joinRegions(regions.filter(region => typeof region === 'object'), keys.length === 1);
		builder.restrictTo(version, [implied]);
		builder.restrictTo(version, held, isNegated);
	}
}

/** Of one key all elements differ in one set only, which is united at once. */
function joinRegions(regions: readonly Region[], isOneKey: boolean): readonly Region[] {
	if (!isOneKey || regions.length < 2) {
		return mergeRegions(regions);
	}

	const unite = <Value extends bigint | number>(find: (region: Region) => Spans<Value>): Spans<Value> => uniteSpans(regions.flatMap(region => find(region)));
	return [{protocol: unite(region => region.protocol), port: unite(region => region.port), sourcePort: unite(region => region.sourcePort), source: unite(region => region.source), destination: unite(region => region.destination)}];
}

/** Keys that are no part of a region. */
function addSimple(builder: MatchBuilder, key: string, elements: readonly Element[], isNegated: boolean, text: string): boolean {
	const words = elements.map(([word]) => word ?? '');
	switch (key) {
		case 'ct state': {
			if (words.every(word => (states as readonly string[]).includes(word))) {
				const named = new Set(words as State[]);
				builder.restrictStates(isNegated ? allStatesBut(named) : named);
			} else {
				builder.unknown.push(text);
			}

			return true;
		}

		case 'ct status': {
			// Whoever is sent elsewhere is in doubt since the rule that did it; nobody else matches.
			if (!isNegated && words.length === 1 && words[0] === 'dnat') {
				builder.restrict({protocol: []});
			} else {
				builder.unknown.push(text);
			}

			return true;
		}

		case 'iif':
		case 'iifname':
		case 'oif':
		case 'oifname': {
			const matched = words.map(word => matchInterface(word));
			if (matched.includes('all') ? isNegated : !isNegated && matched.every(word => word === 'none')) {
				builder.restrict({protocol: []});
			} else if (!matched.includes('all') && matched.includes('unknown')) {
				builder.unknown.push(text);
			}

			return true;
		}

		case 'ip6 hoplimit': {
			if (!isNegated && words.length === 1 && words[0] === '255') {
				builder.requireFullHopLimit(text);
			} else {
				builder.unknown.push(text);
			}

			return true;
		}

		default: {
			if (!key.startsWith('tcp flags /')) {
				return false;
			}

			builder.restrict({protocol: [{from: 6, end: 7}]});
			builder.restrictFlags(parseFlags(key.slice('tcp flags /'.length)), words.length === 1 ? parseFlags(words[0]!) : undefined, isNegated, text);
			return true;
		}
	}
}

/** What a packet must be for its keys to be looked at, whatever their values; undefined when no packet of this version has them. */
function findImplied(version: IpVersion, keys: readonly string[]): Region | 'unknown' | undefined {
	let region: Region | undefined = allPackets(version);
	for (const key of keys) {
		const known = describeKey(key);
		if (known === undefined) {
			return 'unknown';
		}

		if (known.version !== undefined && known.version !== version) {
			return undefined;
		}

		if (known.protocols !== undefined && region !== undefined) {
			region = intersectRegions(region, {...allPackets(version), protocol: known.protocols});
		}
	}

	return region;
}

type Key = {readonly version?: IpVersion; readonly protocols?: Spans<number>; readonly part: keyof Region | 'version'; readonly icmp?: 1 | 58};

const one = (protocol: number): Spans<number> => [{from: protocol, end: protocol + 1}];
/** Protocols that begin with a source and a destination port. */
const portProtocols: Spans<number> = uniteSpans([6, 17, 33, 132, 136].map(number => ({from: number, end: number + 1})));

const keys: ReadonlyMap<string, Key> = new Map<string, Key>([
	['ip saddr', {version: 4, part: 'source'}],
	['ip daddr', {version: 4, part: 'destination'}],
	['ip6 saddr', {version: 6, part: 'source'}],
	['ip6 daddr', {version: 6, part: 'destination'}],
	['ip protocol', {version: 4, part: 'protocol'}],
	['ip6 nexthdr', {version: 6, part: 'protocol'}],
	['meta l4proto', {part: 'protocol'}],
	['meta nfproto', {part: 'version'}],
	['meta protocol', {part: 'version'}],
	['th dport', {protocols: portProtocols, part: 'port'}],
	['th sport', {protocols: portProtocols, part: 'sourcePort'}],
	['icmp type', {version: 4, protocols: one(1), part: 'port', icmp: 1}],
	['icmpv6 type', {version: 6, protocols: one(58), part: 'port', icmp: 58}],
	...([['tcp', 6], ['udp', 17], ['dccp', 33], ['sctp', 132], ['udplite', 136]] as const).flatMap(([name, number]): Array<[string, Key]> => [
		[`${name} dport`, {protocols: one(number), part: 'port'}],
		[`${name} sport`, {protocols: one(number), part: 'sourcePort'}],
	]),
]);

const describeKey = (key: string): Key | undefined => keys.get(key);

function findRegion(version: IpVersion, keyTexts: readonly string[], element: Element): Region | 'unknown' | undefined {
	if (element.length !== keyTexts.length) {
		return element[0] === '*' && element.length === 1 ? allPackets(version) : 'unknown';
	}

	let region: Region | undefined = allPackets(version);
	for (const [index, text] of keyTexts.entries()) {
		const part = findPart(version, text, element[index]!);
		if (part === 'unknown') {
			return 'unknown';
		}

		region = region === undefined || part === undefined ? undefined : intersectRegions(region, {...allPackets(version), ...part});
	}

	return region;
}

function findPart(version: IpVersion, keyText: string, value: string): Partial<Region> | 'unknown' | undefined {
	const key = describeKey(keyText);
	if (key === undefined) {
		return 'unknown';
	}

	if (key.version !== undefined && key.version !== version) {
		return undefined;
	}

	const protocols = key.protocols === undefined ? {} : {protocol: key.protocols};
	if (value === '*') {
		return protocols;
	}

	switch (key.part) {
		case 'source':
		case 'destination': {
			const range = parseDumpAddress(value);
			return range?.version === version ? {[key.part]: [{from: range.from, end: range.to + 1n}]} : 'unknown';
		}

		case 'protocol': {
			const [first = '', last = first, ...more] = parseProtocol(value) === undefined ? value.split('-') : [value];
			const [from, to] = [parseProtocol(first), parseProtocol(last)];
			return from === undefined || to === undefined || from > to || more.length > 0 ? 'unknown' : {protocol: [{from, end: to + 1}]};
		}

		case 'version': {
			const own = version === 4 ? ['ipv4', 'ip', '2'] : ['ipv6', 'ip6', '10'];
			return own.includes(value) ? {} : (['ipv4', 'ip', '2', 'ipv6', 'ip6', '10'].includes(value) ? undefined : 'unknown');
		}

		case 'port':
		case 'sourcePort': {
			const range = key.icmp === undefined ? parseDumpPorts(value, '-') : parseIcmpType(value, key.icmp);
			return range === undefined ? 'unknown' : {...protocols, [key.part]: [{from: range.from, end: range.to + 1}]};
		}
	}
}
