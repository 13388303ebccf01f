import fc from 'fast-check';
import {formatAddressRange, mergeAddressRanges, parseNetwork, type AddressRange} from '../../source/core/addresses.js';
import {listOptionValues} from '../../source/core/catalog/checks/answers.js';
import type {Option, Parameter, Product} from '../../source/core/catalog/schema.js';
import {deriveHosts} from '../../source/core/hosts.js';
import type {Catalog, NetworkRole, Profile} from '../../source/core/model.js';
import {compare} from '../../source/core/problem.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import type {Change, ProductAnswers, ProfileHost, ProfileZone, SiteFlow} from '../../source/core/profile/schema.js';
import {getOrMake, own} from '../../source/core/records.js';
import {networkRoles, trustLevels} from '../../source/core/vocabulary.js';

/*
Random designs over a real catalog.

What can be chosen at once is (a sketch); `build()` then turns positions in lists that depend on one another, as hosts and
zones, into words, so that every profile means something and fast-check can make a counterexample smaller part by part.
*/

const letters = [...'"\'`|<>&=+-@#*_~[](){}%$\\/;:,.!?^ aZ9', 'end', 'é', '漢', '😀', '\u00A0', '<br>', '-->', '%%', '${', '{{', '"]'];
const wholeTexts = [
	'end',
	'A',
	'=1+2',
	'+1',
	'-1',
	'@SUM(A1)',
	'=cmd|\' /C calc\'!A0',
	'| a | b |',
	'`code`',
	'```',
	'**bold** _it_',
	'[link](javascript:alert(1))',
	'# title',
	'1. item',
	'---',
	'<script>alert(1)</script>',
	'<!-- no -->',
	'&lt;b&gt;',
	']]>',
	'"quoted" and \'single\'',
	'"; rm -rf /',
	'$(reboot)',
	'`reboot`',
	'%PATH%',
	String.raw`\"`,
	'\\',
	'{{ plan }}',
	'{% raw %}',
	'a: b',
	'null',
	'true',
	'0x10',
	'subgraph x',
	'click a "b"',
	'o--o',
	'x--x',
	'--> b',
	'Ünïcödé',
	'管理 网络',
	'שלום',
	'🚒🧱',
	' leading',
	'trailing ',
	'__proto__',
	'constructor',
	'toString',
	'a'.repeat(200),
];

/** One line of text as a hostile or careless person writes it; never a character that the schema refuses. */
const randomLine: fc.Arbitrary<string> = fc.oneof(
	{withCrossShrink: true},
	{arbitrary: fc.constantFrom('Office', 'Platform team', 'A. Architect'), weight: 3},
	{arbitrary: fc.constantFrom(...wholeTexts), weight: 2},
	{arbitrary: fc.string({unit: fc.constantFrom(...letters), minLength: 1, maxLength: 20}), weight: 1},
);

/** Lines of text, likewise. */
const randomProse: fc.Arbitrary<string> = fc.oneof(randomLine, fc.array(randomLine, {minLength: 1, maxLength: 3}).map(lines => lines.join('\n')));

const randomDate = fc.constantFrom('2019-12-31', '2024-02-29', '2026-11-21', '2026-11-22', '2026-12-01', '2027-11-22', '2050-01-01');

// Words that have a meaning in some format the documents are written in, besides plain ones.
const zoneIds = ['lan', 'management', 'end', 'o', 'x', 'default', 'a.b', '0', '1-2', 'graph', 'class', 'any', 'client', 'dmz', 'tostring', 'z'.repeat(80)] as const;
const siteHostIds = ['jump-host', 'scanner', 'click', '7'] as const;
const groupIds = ['group-1', 'group-2', 'style', 'olvm-kvm-host', 'olvm-manager', 'oracle-vm-server', 'okm-kma', 'vplus-node', 'administrators'] as const;
const clusters = ['default', 'pool-1', 'pool-2'] as const;

const anyOf = fc.nat({max: 9999});

/** Networks of a zone by its position in `zoneIds`: no two zones overlap, some are adjacent. */
const networksOf = {
	ipv4: (position: number) => [`10.0.${position}.0/24`, `172.16.${position}.${position * 8}/29`, `10.${64 + position}.0.0/16`, `192.0.2.${100 + position}/32`, `198.${32 + (2 * position)}.0.0/15`],
	ipv6: (position: number) => [`2001:db8:0:${position.toString(16)}::/64`, `fd00:0:0:${position.toString(16)}00::/56`, `2001:db8:ffff::${position.toString(16)}/128`],
};

const randomZone = fc.record({
	position: fc.nat({max: zoneIds.length - 1}),
	title: randomLine,
	trust: fc.constantFrom(...trustLevels),
	administration: fc.option(fc.boolean(), {nil: undefined}),
	vlan: fc.option(fc.integer({min: 1, max: 4094}), {nil: undefined, freq: 1}),
	networks: fc.constantFrom('ipv4', 'dual', 'dual', 'ipv4', 'ipv6', 'none'),
	ipv4: fc.subarray([0, 1, 2, 3, 4], {minLength: 1, maxLength: 3}),
	ipv6: fc.subarray([0, 1, 2], {minLength: 1}),
});

type ZoneSketch = typeof randomZone extends fc.Arbitrary<infer Sketch> ? Sketch : never;

/** One number for an address: `buildAddress()` reads its parts, which is much faster to draw than a record. */
const randomAddress = fc.nat({max: 0x7F_FF_FF_FF});

// Management is where a host is for everything else, so that it is drawn more often.
const randomRole = fc.constantFrom('management', 'management', 'client', ...networkRoles);
const perRole = <Value>(value: fc.Arbitrary<Value>) => fc.array(fc.tuple(randomRole, value), {maxLength: 4});

const randomSettings = fc.record({
	host: anyOf,
	title: randomLine,
	count: fc.constantFrom(1, 2, 3, 100_000),
	cluster: fc.constantFrom(...clusters),
	zones: perRole(anyOf),
	addresses: perRole(fc.array(randomAddress, {maxLength: 3})),
}, {requiredKeys: ['host']});

type SettingsSketch = typeof randomSettings extends fc.Arbitrary<infer Sketch> ? Sketch : never;

const randomSiteEnd = fc.record({host: anyOf, isSite: fc.boolean(), role: fc.option(fc.constantFrom(...networkRoles), {nil: undefined})});
const randomPort = fc.oneof(fc.constantFrom(22, 80, 443, 5900, 65_535), fc.integer({min: 1, max: 65_535}));
const randomRange = fc.tuple(randomPort, fc.nat({max: 120})).map(([from, length]) => length < 60 ? String(from) : `${from}-${Math.min(from + length, 65_535)}`);
const randomPorts = fc.array(randomRange, {minLength: 1, maxLength: 4});

const randomSiteFlow = fc.record({
	id: fc.constantFrom('scan', 'metrics', 'end', '1', 'a.b'),
	initiator: randomSiteEnd,
	responder: randomSiteEnd,
	protocol: fc.constantFrom('tcp', 'udp'),
	ports: randomPorts.map(ports => ports.join(', ')),
	encrypted: fc.constantFrom('yes', 'no', 'unstated', undefined),
	purpose: randomLine,
	reason: randomProse,
});

const randomChange: fc.Arbitrary<Change> = fc.record({
	title: randomLine,
	ticket: randomLine,
	project: randomLine,
	environment: randomLine,
	marking: randomLine,
	requester: randomLine,
	owner: randomLine,
	contacts: fc.array(randomLine, {maxLength: 2}),
	approvers: fc.array(randomLine, {maxLength: 2}),
	reason: randomProse,
	impact: randomProse,
	kind: fc.constantFrom('permanent', 'temporary'),
	window: randomLine,
	expiry: randomDate,
	review: randomDate,
	logging: fc.constantFrom('none', 'session start', 'session end', 'session start and end'),
	test: fc.record({responsible: randomLine, note: randomProse}, {requiredKeys: ['responsible']}),
	rollback: fc.record({responsible: randomLine, note: randomProse}, {requiredKeys: ['responsible']}),
}, {requiredKeys: []});

const randomAcceptance = fc.record({finding: anyOf, free: randomLine, reason: randomProse, by: randomLine, on: randomDate, until: fc.option(randomDate, {nil: undefined})});
const randomAnswer = fc.record({question: anyOf, free: randomLine, answer: randomProse, by: randomLine, on: randomDate});

function randomOption(option: Option): fc.Arbitrary<string | boolean> {
	return fc.constantFrom<Array<string | boolean>>(...listOptionValues(option), ...(option.kind === 'yes-no' ? [true, false] : []));
}

function randomParameter({kind, from}: Parameter): fc.Arbitrary<string | number | Array<string | number>> {
	switch (kind) {
		case 'count': {
			return fc.oneof(fc.nat({max: 40}), fc.nat({max: 40}).map(String));
		}

		case 'port': {
			return fc.oneof(randomPort, randomPort.map(String), randomPort.map(port => [port]));
		}

		case 'port-range': {
			const first = from === undefined ? randomPort : fc.constant(from);
			return fc.tuple(first, fc.nat({max: 999})).map(([port, length]) => length === 0 ? port : `${port}-${Math.min(port + length, 65_535)}`);
		}

		case 'ports': {
			return fc.oneof(randomPorts, randomPorts.map(ports => ports.join(', ')));
		}

		case 'services': {
			const service = fc.tuple(fc.constantFrom('tcp', 'udp'), fc.oneof(fc.constantFrom('111', '2049', '2048-2050'), randomRange)).map(([protocol, ports]) => `${protocol}/${ports}`);
			const services = fc.array(service, {minLength: 1, maxLength: 5});
			return fc.oneof(services, services.map(items => items.join(', ')));
		}
	}
}

/** Some keys of a record, each with a random answer. */
function randomPart<Entry, Value>(entries: Readonly<Record<string, Entry>>, randomValue: (entry: Entry) => fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> {
	return fc.record(Object.fromEntries(Object.entries(entries).map(([id, entry]) => [id, randomValue(entry)])), {requiredKeys: [], noNullPrototype: true}) as fc.Arbitrary<Record<string, Value>>;
}

function randomAnswers(product: Product): fc.Arbitrary<ProductAnswers> {
	const modes = Object.keys(product.modes ?? {});
	const answers: fc.Arbitrary<ProductAnswers> = fc.record({
		version: fc.constantFrom(...product.versions),
		options: randomPart(product.options, randomOption),
		parameters: randomPart(product.parameters, randomParameter),
	}, {requiredKeys: [], noNullPrototype: true});
	if (modes.length === 0) {
		return answers;
	}

	const chosenModes = fc.oneof(
		{withCrossShrink: true},
		{arbitrary: fc.uniqueArray(fc.constantFrom(...modes), {minLength: 1, maxLength: 6}), weight: 9},
		{arbitrary: fc.constant(modes), weight: 1},
	);
	return fc.tuple(answers, chosenModes).map(([others, chosen]) => ({...others, modes: chosen}));
}

const randomPlacement = fc.record({product: anyOf, component: anyOf, kind: fc.constantFrom('offered', 'together', 'cross', 'own-host'), target: anyOf});

function randomSketch(catalog: Catalog, products: readonly string[], maxProducts: number) {
	const chosen = products.map(id => fc.tuple(fc.constant(id), randomAnswers(catalog.products[id]!)));
	return fc.record({
		name: fc.constantFrom('site', 'end', '0', 'a-b.c'),
		title: randomLine,
		description: fc.option(randomProse, {nil: undefined}),
		products: fc.uniqueArray(fc.oneof(...chosen), {minLength: 1, maxLength: Math.min(maxProducts, products.length), selector: ([id]) => id}),
		placements: fc.oneof(fc.constant([]), fc.array(randomPlacement, {maxLength: 6})),
		zones: fc.uniqueArray(randomZone, {minLength: 1, maxLength: 8, selector: ({position}) => position}),
		networks: perRole(anyOf),
		/** Zone of management, and whether it is missing, as in one of ten. */
		management: fc.tuple(anyOf, fc.nat({max: 9}).map(number => number === 9)),
		groups: fc.uniqueArray(fc.record({id: fc.constantFrom(...groupIds), components: fc.array(anyOf, {minLength: 1, maxLength: 3})}), {maxLength: 4, selector: ({id}) => id}),
		/** Zones of management that hosts take in turn; 0 leaves it where the profile puts it for all. */
		spread: fc.array(fc.nat({max: 8}), {maxLength: 6}),
		/** Addresses of management that hosts have in turn, if any. */
		addressed: fc.array(fc.option(randomAddress, {nil: undefined, freq: 2}), {maxLength: 6}),
		settings: fc.array(randomSettings, {maxLength: 16}),
		siteFlows: fc.uniqueArray(randomSiteFlow, {maxLength: 3, selector: ({id}) => id}),
		change: fc.option(randomChange, {nil: undefined}),
		acceptedFindings: fc.array(randomAcceptance, {maxLength: 3}),
		answeredQuestions: fc.array(randomAnswer, {maxLength: 2}),
	});
}

type Sketch = ReturnType<typeof randomSketch> extends fc.Arbitrary<infer Shape> ? Shape : never;

/**
Random profiles over a catalog, free of problems.

They use any products, versions, modes, options and parameters; components together, on hosts of another product or not used;
one to eight zones of either or both IP versions or without networks; roles, zones, parameters and addresses that are
sometimes missing; several groups of hosts for one component; flows of the site; and hostile texts wherever texts are free.

@param options.products - Product ids to choose from; all of the catalog when left out.
@param options.maxProducts - How many of them a profile has at most.
*/
export function randomProfile(catalog: Catalog, options: {readonly products?: readonly string[]; readonly maxProducts?: number} = {}): fc.Arbitrary<Profile> {
	const {products = Object.keys(catalog.products), maxProducts = products.length} = options;
	return randomSketch(catalog, products, maxProducts).map(sketch => build(sketch, catalog));
}

function build(sketch: Sketch, catalog: Catalog): Profile {
	const zones = sketch.zones.map(zone => buildZone(zone));
	const [managementZone, isMissing] = sketch.management;
	const bare: Profile = {
		schemaVersion: 1,
		name: sketch.name,
		title: sketch.title,
		...(sketch.description === undefined ? {} : {description: sketch.description}),
		products: Object.fromEntries(sketch.products),
		zones,
		networks: mapValues([...sketch.networks, ...(isMissing ? [] : [['management', managementZone] as const])], zone => pick(zones, zone).id),
	};
	const placed = buildGroups(sketch.placements.length === 0 ? bare : removeRefused(buildPlacements(bare, sketch, catalog), catalog), sketch, catalog);
	const hosted = buildHosts(placed, sketch, catalog);
	const acceptedFindings = buildAcceptances(hosted, sketch);
	const answeredQuestions = buildQuestions(hosted, sketch, catalog);
	return {
		...hosted,
		...(sketch.change === undefined ? {} : {change: sketch.change}),
		...(acceptedFindings.length === 0 ? {} : {acceptedFindings}),
		...(Object.keys(answeredQuestions).length === 0 ? {} : {answeredQuestions}),
	};
}

function buildZone({position, title, trust, administration, vlan, networks: kind, ipv4, ipv6}: ZoneSketch): ProfileZone {
	const networks = [
		...(kind === 'ipv4' || kind === 'dual' ? ipv4.map(index => networksOf.ipv4(position)[index]!) : []),
		...(kind === 'ipv6' || kind === 'dual' ? ipv6.map(index => networksOf.ipv6(position)[index]!) : []),
	];
	return {
		id: zoneIds[position]!,
		title,
		trust,
		...(administration === undefined ? {} : {administration}),
		...(networks.length === 0 ? {} : {networks}),
		...(vlan === undefined ? {} : {vlan}),
	};
}

function buildPlacements(profile: Profile, {placements}: Sketch, catalog: Catalog): Profile {
	const products = structuredClone(profile.products);
	const chosen = Object.keys(products);
	for (const {product: productIndex, component: componentIndex, kind, target} of placements) {
		const product = catalog.products[pick(chosen, productIndex)]!;
		const [id, component] = pick(Object.entries(product.components), componentIndex);
		const others = chosen.filter(other => other !== product.id).flatMap(other => Object.keys(catalog.products[other]!.components).map(name => `${other}/${name}`));
		const choices = {
			offered: component.placement?.choices ?? ['own-host'],
			together: Object.keys(product.components).filter(name => name !== id),
			cross: others,
			'own-host': ['own-host'],
		}[kind];
		if (choices.length > 0) {
			products[product.id] = {...products[product.id]!, components: {...products[product.id]!.components, [id]: pick(choices, target)}};
		}
	}

	return {...profile, products};
}

/** Take out placements that the profile check refuses, as two components that each run with the other. */
function removeRefused(profile: Profile, catalog: Catalog): Profile {
	const problem = findProfileProblems(profile, catalog).find(({path}) => path[0] === 'products' && path[2] === 'components');
	if (problem === undefined) {
		return profile;
	}

	const [, product, , refused] = problem.path.map(String);
	const products = Object.entries(profile.products).map(([id, {components = {}, ...answers}]) => {
		// What is refused may be a default that another placement spoils: then none stays.
		const isGiven = own(own(profile.products, product!)?.components, refused!) !== undefined;
		const kept = isGiven ? Object.entries(components).filter(([component]) => id !== product || component !== refused) : [];
		return [id, {...answers, ...(kept.length === 0 ? {} : {components: Object.fromEntries(kept)})}] as const;
	});
	return removeRefused({...profile, products: Object.fromEntries(products)}, catalog);
}

/** Hosts that the profile lists components on, as several groups of alike machines. */
function buildGroups(profile: Profile, {groups}: Sketch, catalog: Catalog): Profile {
	const parties = Object.keys(profile.products).toSorted(compare).flatMap(id => {
		const product = catalog.products[id]!;
		const used = Object.keys(product.components).filter(component => own(profile.products[id]!.components, component) !== 'not-used');
		return [...used, ...Object.keys(product.actors)].map(party => `${id}/${party}`);
	});
	const hosts = Object.fromEntries(groups.map(({id, components}) => [id, {components: [...new Set(components.map(component => pick(parties, component)))]}]));
	return groups.length === 0 ? profile : removeRefusedHosts({...profile, hosts}, catalog);
}

/** Take out hosts that the profile check refuses, as one that has the id of somebody outside. */
function removeRefusedHosts(profile: Profile, catalog: Catalog): Profile {
	const refused = new Set(findProfileProblems(profile, catalog).filter(({code}) => code === 'profile/host-of-outsider').map(({path}) => path[1]));
	return refused.size === 0 ? profile : removeRefusedHosts({...profile, hosts: Object.fromEntries(Object.entries(profile.hosts!).filter(([id]) => !refused.has(id)))}, catalog);
}

function buildHosts(profile: Profile, {spread, addressed, settings, siteFlows}: Sketch, catalog: Catalog): Profile {
	const groups = profile.hosts ?? {};
	const derived = [...deriveHosts(catalog, profile).hosts.keys()];
	const known = [...new Set([...derived, ...Object.keys(groups)])].toSorted(compare);
	const flows = siteFlows.map(({initiator, responder, encrypted, ...flow}): SiteFlow => {
		const end = ({host, isSite, role}: typeof initiator) => ({host: isSite ? pick(siteHostIds, host) : pick(derived, host), ...(role === undefined ? {} : {role})});
		return {...flow, initiator: end(initiator), responder: end(responder), ...(encrypted === undefined ? {} : {encrypted})};
	});
	const site = [...new Set(flows.flatMap(flow => [flow.initiator.host, flow.responder.host]))].filter(id => !known.includes(id));
	const all = [...known, ...site];
	const placed = new Map(all.map((id, index): [string, ProfileHost] => {
		const zoneNumber = spread.length === 0 ? 0 : pick(spread, index);
		const own = zoneNumber === 0 ? undefined : pick(profile.zones, zoneNumber).id;
		const zone = own ?? profile.networks.management;
		const sketch = addressed.length === 0 ? undefined : pick(addressed, index);
		return [id, {
			...groups[id],
			...(own === undefined ? {} : {zones: {management: own}}),
			// An address in a role that has no zone would be nowhere.
			...(zone === undefined || sketch === undefined ? {} : {addresses: {management: [buildAddress(sketch + (index * 97), zone, profile)]}}),
		}];
	}));
	for (const entry of settings) {
		const id = pick(all, entry.host);
		placed.set(id, {...placed.get(id), ...buildSettings(entry, placed.get(id) ?? {}, profile)});
	}

	// A host that nothing is said of is only written down where a flow of the site names it.
	const hosts = Object.fromEntries([...placed].filter(([id, host]) => site.includes(id) || Object.keys(host).length > 0));
	return {
		...profile,
		...(Object.keys(hosts).length === 0 ? {} : {hosts}),
		...(flows.length === 0 ? {} : {siteFlows: flows}),
	};
}

function buildSettings({host: _host, zones: zonePicks, addresses: addressSketches, ...others}: SettingsSketch, before: ProfileHost, profile: Profile): ProfileHost {
	const zones: Partial<Record<NetworkRole, string>> = {...before.zones, ...mapValues(zonePicks ?? [], zone => pick(profile.zones, zone).id)};
	const addresses = mapValues((addressSketches ?? []).flatMap(([role, sketches]) => {
		const zone = zones[role] ?? profile.networks[role];
		return zone === undefined ? [] : [[role, sketches.map(sketch => buildAddress(sketch, zone, profile))] as const];
	}), texts => texts);
	return {
		...others,
		...(Object.keys(zones).length === 0 && zonePicks === undefined ? {} : {zones}),
		// What was placed before goes with its zone: the address may lie in no network of the new one.
		...(addressSketches === undefined && zonePicks === undefined ? {} : {addresses}),
	};
}

const networkRanges = new Map<string, AddressRange>();

function readNetwork(text: string): AddressRange {
	return getOrMake(networkRanges, text, () => {
		const network = parseNetwork(text);
		if (typeof network === 'string') {
			throw new TypeError(network);
		}

		return network;
	});
}

const names = ['a.example.com', 'db-1.corp.example', 'xn--bcher-kva.example', 'VCenter.Example.COM.', 'o.end'] as const;
const elsewhere = ['203.0.113.0/24', '2001:db8:eeee::/64'].map(text => readNetwork(text));
const addressKinds = ['single', 'range', 'block', 'network', 'single', 'range', 'name'] as const;

function buildAddress(sketch: number, zone: string, {zones}: Profile): string {
	const kind = pick(addressKinds, sketch);
	const at = Math.floor(sketch / addressKinds.length) % 10_000;
	const length = Math.floor(sketch / 70_000) % 600;
	if (kind === 'name') {
		return pick(names, at);
	}

	const {version, from, to} = pick(listPlaces(zone, zones, length % 10 === 9), at);
	const first = from + (BigInt(at) % (to - from + 1n));
	const upTo = (last: bigint) => formatAddressRange({version, from: first, to: last < to ? last : to});
	switch (kind) {
		case 'single': {
			return upTo(first);
		}

		case 'range': {
			return upTo(first + BigInt(length));
		}

		case 'block': {
			const size = 2n ** BigInt(length % 9);
			const start = first - (first % size);
			return start < from || start + size - 1n > to ? upTo(first) : formatAddressRange({version, from: start, to: start + size - 1n});
		}

		case 'network': {
			return formatAddressRange({version, from, to});
		}
	}
}

/** Where an address of a zone can lie: in its networks; in those of other zones, which is a finding; anywhere while it has none. */
function listPlaces(zone: string, zones: readonly ProfileZone[], isElsewhere: boolean): readonly AddressRange[] {
	const listRanges = (list: readonly ProfileZone[]) => list.flatMap(entry => (entry.networks ?? []).map(text => readNetwork(text)));
	const inside = listRanges(zones.filter(({id}) => id === zone));
	if (inside.length > 0 && !isElsewhere) {
		return inside;
	}

	// Merged, so that some lie across the border of two adjacent zones.
	const all = mergeAddressRanges(listRanges(zones));
	return inside.length > 0 ? all : [...all, ...elsewhere];
}

function buildAcceptances(profile: Profile, {acceptedFindings}: Sketch): NonNullable<Profile['acceptedFindings']> {
	const zones = profile.zones.map(({id}) => id);
	const ids = ['expiry@change', 'test-and-rollback@test', ...zones.flatMap(id => [`mixed-separation@${id}`, `zone-networks@${id}`, `broad-source@${id}`])];
	const found = new Map(acceptedFindings.map(({finding, free, until, ...acceptance}) => {
		const id = finding % 4 === 0 ? free : pick(ids, finding);
		return [id, {finding: id, ...acceptance, ...(until === undefined ? {} : {until})}];
	}));
	return [...found.values()];
}

// Keys that no file may hold.
const reservedKeys = new Set(['__proto__', 'constructor', 'prototype']);

function buildQuestions(profile: Profile, {answeredQuestions}: Sketch, catalog: Catalog): NonNullable<Profile['answeredQuestions']> {
	const ids = Object.keys(profile.products).flatMap(id => catalog.products[id]!.openQuestions.map(question => `${id}/${question.id}`));
	const entries = answeredQuestions.map(({question, free, ...answer}) => [ids.length === 0 || question % 4 === 0 ? free : pick(ids, question), answer] as const);
	return Object.fromEntries(entries.filter(([id]) => !reservedKeys.has(id)));
}

function pick<Value>(values: readonly Value[], position: number): Value {
	return values[position % values.length]!;
}

function mapValues<Value, Result>(values: ReadonlyArray<readonly [NetworkRole, Value]>, map: (value: Value) => Result): Partial<Record<NetworkRole, Result>> {
	return Object.fromEntries(values.map(([role, value]) => [role, map(value)]));
}

/**
The same profile with its keys and its lists of zones, networks and addresses in another order, which must mean the same.

@param order - Any number; the same gives the same order.
*/
export function reorderProfile(profile: Profile, order: number): Profile {
	let state = order;
	// A shuffle that depends on nothing but `order`: Numerical Recipes' linear congruential generator.
	const shuffle = <Value>(values: readonly Value[]): Value[] => values.map(value => {
		state = ((state * 1_664_525) + 1_013_904_223) % (2 ** 32);
		return {value, rank: state};
	}).toSorted((a, b) => a.rank - b.rank).map(({value}) => value);
	const shuffleKeys = (value: unknown): unknown => {
		if (Array.isArray(value)) {
			return value.map(item => shuffleKeys(item));
		}

		return typeof value === 'object' && value !== null
			? Object.fromEntries(shuffle(Object.entries(value)).map(([key, inner]) => [key, shuffleKeys(inner)]))
			: value;
	};

	const shuffled = shuffleKeys(profile) as Profile;
	const zones = shuffle(shuffled.zones).map(zone => zone.networks === undefined ? zone : {...zone, networks: shuffle(zone.networks)});
	const hosts = Object.entries(shuffled.hosts ?? {}).map(([id, host]) => [id, {
		...host,
		...(host.components === undefined ? {} : {components: shuffle(host.components)}),
		...(host.addresses === undefined ? {} : {addresses: Object.fromEntries(Object.entries(host.addresses).map(([role, addresses]) => [role, shuffle(addresses ?? [])]))}),
	}] as const);
	return {...shuffled, zones, ...(shuffled.hosts === undefined ? {} : {hosts: Object.fromEntries(hosts)})};
}
