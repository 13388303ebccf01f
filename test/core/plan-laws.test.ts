import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {formatAddresses, mergeAddressRanges, parseAddress, type AddressRange} from '../../source/core/addresses.js';
import {conditionsHold} from '../../source/core/catalog/checks/conditions.js';
import {listOptionValues} from '../../source/core/catalog/checks/answers.js';
import type {CatalogFlow, Condition, Party, Product} from '../../source/core/catalog/schema.js';
import {evaluate} from '../../source/core/conditions.js';
import {deriveFlows} from '../../source/core/flows.js';
import {deriveHosts, type ChosenProduct, type Inventory} from '../../source/core/hosts.js';
import {formatCanonicalJson} from '../../source/core/ids.js';
import {dispositions, type Flow, type NetworkRole, type Plan, type Profile, type Rule, type Zone} from '../../source/core/model.js';
import {parsePlan} from '../../source/core/plan-schema.js';
import {plan} from '../../source/core/plan.js';
import {derivePlacement, deriveZones, type Placement} from '../../source/core/placement.js';
import {formatPortRanges, mergePortRanges, parsePortRange, unitePortRanges, type PortRange} from '../../source/core/ports.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import {profileSchema} from '../../source/core/profile/schema.js';
import {getOrMake, own} from '../../source/core/records.js';
import {compareRules, deriveRules, mergePermits} from '../../source/core/rules.js';
import {planToJson} from '../../source/renderers/index.js';
import {networkRoles} from '../../source/core/vocabulary.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile, reorderProfile} from '../helpers/random-profile.js';

const catalog = structuredClone(await readTestCatalog());
// A plan names its catalog by a hash of all that is in it, which takes longer than the rest of the plan and concerns no law.
for (const entry of [...Object.values(catalog.products), ...Object.values(catalog.documents)]) {
	Object.defineProperty(entry, 'toJSON', {value: () => entry.id});
}

const anyProfile = randomProfile(catalog);
// For laws that derive every design twice.
const smallProfile = randomProfile(catalog, {maxProducts: 2});
const anyNumber = fc.nat({max: 9999});
const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};

// A failure shows the seed and the smallest example that fails.
const law = test.macro((t, property: fc.IProperty<unknown>) => {
	t.notThrows(() => {
		fc.assert(property, {numRuns: 1000, includeErrorInReport: true});
	});
});

type Derived = {readonly inventory: Inventory; readonly placement: Placement; readonly flows: readonly Flow[]};

/** The part of the pipeline from profile to flows: what `plan()` does before it writes down all that surrounds them. */
function derive(profile: Profile): Derived {
	const inventory = deriveHosts(catalog, profile);
	const placement = derivePlacement(profile, deriveZones(profile), catalog.roles);
	return {inventory, placement, flows: deriveFlows(catalog, profile, inventory, placement)};
}

/** The lines of flows. */
function deriveLines(profile: Profile, {inventory, placement, flows} = derive(profile)): readonly Rule[] {
	const interfaces = new Map([...inventory.hosts.keys()].flatMap(host => placement.listInterfaces(host).map(entry => [entry.id, entry])));
	return deriveRules(flows, profile, inventory.hosts, id => interfaces.get(id)!);
}

const pick = <Value>(values: readonly Value[], position: number): Value => values[position % values.length]!;
const isOpen = ({disposition}: Flow) => disposition === 'cross-zone' || disposition === 'intra-zone';
/** Flows without what they quote from the catalog, which is most of their text. */
const summarize = (flows: readonly Flow[]) => flows.map(({sources, reading, purpose, ...flow}) => flow);
const listDuplicates = (ids: readonly string[]) => new Set(ids).size === ids.length ? [] : ids.filter((id, index) => ids.indexOf(id) !== index);

/** The values are equal, whatever the order of their keys. */
function assertSame(actual: unknown, expected: unknown): void {
	if (JSON.stringify(actual) !== JSON.stringify(expected)) {
		assert.equal(formatCanonicalJson(actual), formatCanonicalJson(expected));
	}
}

test('random profiles are free of problems', law, fc.property(anyProfile, profile => {
	assert.deepEqual(findProfileProblems(profile, catalog), []);
	assert.deepEqual(profileSchema.safeParse(profile).error?.issues ?? [], []);
}));

/*
Flows.
*/

const nameParty = (party: Party) => 'component' in party ? party.component : party.actor;

type Documented = {readonly chosen: ChosenProduct; readonly flow: CatalogFlow};

function indexDocumented({chosen}: Inventory): Map<string, Documented> {
	return new Map(chosen.flatMap(entry => entry.product.flows.map(flow => [`${entry.product.id}/${flow.id}`, {chosen: entry, flow}])));
}

/** Whether a design wants a documented flow at all, wherever its hosts are. */
function isWanted({chosen: {answers, context}, flow}: Documented): boolean {
	const modes = [flow.mode ?? []].flat();
	return (modes.length === 0 || modes.some(mode => answers.modes.has(mode))) && (flow.when === undefined || evaluate(flow.when, context) === true);
}

function isWithheld({chosen: {context}, flow: {withheld}}: Documented): boolean {
	return withheld !== undefined && (withheld.unless === undefined || evaluate(withheld.unless, context) !== true);
}

/** How many pairs of hosts carry each documented flow that some pair carries. */
function groupPairs(flows: readonly Flow[]): Map<string, number> {
	const pairs = new Map<string, number>();
	for (const {id, catalogFlow, product} of flows) {
		if (product !== 'site' && id !== catalogFlow) {
			pairs.set(catalogFlow, (pairs.get(catalogFlow) ?? 0) + 1);
		}
	}

	return pairs;
}

test('every documented flow ends somewhere, and the sums add up', law, fc.property(anyProfile, profile => {
	const {inventory, flows} = derive(profile);
	const documented = indexDocumented(inventory);
	const expected = [...documented.keys(), ...(profile.siteFlows ?? []).map(({id}) => `site/${id}`)].toSorted();
	assert.deepEqual([...new Set(flows.map(flow => flow.catalogFlow))].toSorted(), expected);
	assert.deepEqual(listDuplicates(flows.map(flow => flow.id)), []);
	// Every pair of hosts is a flow, unless one flow says of several that they carry none.
	const ids = new Set(flows.map(flow => flow.id));
	for (const [id, pairs] of groupPairs(flows)) {
		const {chosen: {product}, flow} = documented.get(id)!;
		const [from, to] = [flow.initiator, flow.responder].map(party => inventory.findHosts(product.id, nameParty(party)).length);
		assert.ok(ids.has(id) ? pairs < from! * to! : pairs === from! * to!, id);
	}

	for (const flow of flows) {
		const {disposition, initiator, responder, service, ipVersions, missing, sources, product} = flow;
		assert.ok(dispositions.includes(disposition), flow.id);
		assert.equal(missing !== undefined, disposition === 'needs-input', flow.id);
		assert.equal(ipVersions.length > 0, isOpen(flow), flow.id);
		assert.ok(product === 'site' || sources.length > 0, flow.id);
		if (isOpen(flow)) {
			assert.ok(initiator.host !== undefined && responder.host !== undefined && initiator.zone !== undefined && responder.zone !== undefined, flow.id);
			assert.equal(initiator.zone === responder.zone, disposition === 'intra-zone', flow.id);
			assert.ok(service.protocol === 'icmp' || (service.protocol === 'ip' ? service.number !== undefined : service.ports.length > 0), `${flow.id} is for any port`);
		}

		// Two components on one host talk over the network only where it is several machines by the profile's own words.
		if (initiator.host !== undefined && initiator.host === responder.host && initiator.component !== responder.component && isOpen(flow)) {
			const {count, addresses} = own(profile.hosts, initiator.host)!;
			assert.ok(count === undefined ? Object.values(addresses ?? {}).some(list => list.length > 0) : count > 1, flow.id);
		}

		if (disposition === 'local') {
			assert.equal(initiator.host, responder.host, flow.id);
		}
	}
}));

test('a flow is only not needed, not opened or denied when the design or its document says so', law, fc.property(anyProfile, profile => {
	const {inventory, flows} = derive(profile);
	const documented = indexDocumented(inventory);
	for (const {id, catalogFlow, disposition, service, product} of flows.filter(flow => flow.product !== 'site')) {
		const entry = documented.get(catalogFlow)!;
		const parties = [nameParty(entry.flow.initiator), nameParty(entry.flow.responder)];
		const isAbsent = parties.some(party => inventory.findHosts(product, party).length === 0);
		switch (disposition) {
			case 'not-needed': {
				const isListedElsewhere = entry.flow.service.parameter !== undefined && service.ports.length === 0;
				assert.ok(!isWanted(entry) || isAbsent || entry.flow.scope === 'cluster' || isListedElsewhere, id);
				break;
			}

			case 'not-opened': {
				assert.ok(isWanted(entry) && isWithheld(entry), id);
				break;
			}

			case 'denied': {
				assert.ok(isWanted(entry) && entry.flow.action === 'deny', id);
				break;
			}

			case 'cross-zone':
			case 'intra-zone':
			case 'local':
			case 'needs-input': {
				assert.ok(!isWithheld(entry) && entry.flow.action !== 'deny' && !isAbsent, id);
				assert.ok(disposition === 'needs-input' || isWanted(entry), id);
				break;
			}
		}
	}
}));

test('a component that the design uses runs somewhere', law, fc.property(anyProfile, profile => {
	const {chosen, findHosts, hosts} = deriveHosts(catalog, profile);
	for (const {product, answers, context} of chosen) {
		for (const [id, component] of Object.entries(product.components)) {
			const isUsed = answers.placements[id] !== 'not-used' && (component.when === undefined || evaluate(component.when, context) === true);
			assert.ok(!isUsed || findHosts(product.id, id).length > 0, `${product.id}/${id} has no host`);
		}

		for (const party of [...Object.keys(product.components), ...Object.keys(product.actors)]) {
			assert.deepEqual(findHosts(product.id, party).filter(host => !hosts.has(host)), []);
		}
	}
}));

/*
Lines.
*/

/** What is open: for each scope, IP version, pair of interfaces and protocol the ports. */
type Openings = Map<string, PortRange[]>;

function readPorts(texts: readonly string[]): PortRange[] {
	return texts.map(text => parsePortRange(text)).filter(range => typeof range !== 'string');
}

function expandFlows(flows: readonly Flow[], ipVersions: readonly number[] = [4, 6]): Openings {
	const openings: Openings = new Map();
	for (const {disposition, initiator, responder, service, ipVersions: versions} of flows) {
		for (const version of versions.filter(candidate => ipVersions.includes(candidate))) {
			getOrMake(openings, [disposition === 'cross-zone' ? 'network' : 'host', version, `${initiator.zone}/${initiator.host}/${initiator.role}`, `${responder.zone}/${responder.host}/${responder.role}`, service.protocol, service.number ?? ''].join(' '), () => []).push(...readPorts(service.ports));
		}
	}

	return openings;
}

function expandRules(rules: readonly Rule[]): Openings {
	const openings: Openings = new Map();
	for (const {scope, ipVersion, sourceZone, destinationZone, protocol, number, ports, sources, destinations} of rules) {
		for (const source of sources) {
			for (const destination of destinations) {
				getOrMake(openings, [scope, ipVersion, `${sourceZone}/${source.interface}`, `${destinationZone}/${destination.interface}`, protocol, number ?? ''].join(' '), () => []).push(...readPorts(ports));
			}
		}
	}

	return openings;
}

function assertSameOpenings(actual: Openings, expected: Openings): void {
	const describe = (openings: Openings) => [...openings].map(([key, ports]) => `${key} ${formatPortRanges(mergePortRanges(ports)).join(',')}`).toSorted();
	assert.deepEqual(describe(actual), describe(expected));
}

test('lines permit exactly what their flows need, and every open flow has its lines', law, fc.property(anyProfile, profile => {
	const derived = derive(profile);
	const {flows, inventory} = derived;
	const rules = deriveLines(profile, derived);
	assertSameOpenings(expandRules(rules), expandFlows(flows.filter(flow => isOpen(flow))));

	const byId = new Map(flows.map(flow => [flow.id, flow]));
	const documented = indexDocumented(inventory);
	const carried = new Set<string>();
	for (const rule of rules) {
		const behind = rule.flows.map(id => byId.get(id)!);
		assertSameOpenings(expandRules([rule]), expandFlows(behind, [rule.ipVersion]));
		assert.equal(rule.conduit, `${rule.sourceZone}>${rule.destinationZone}`);
		assert.equal(rule.scope, rule.sourceZone === rule.destinationZone ? 'host' : 'network');
		assert.deepEqual(rule.ports, formatPortRanges(unitePortRanges(readPorts(rule.ports))), 'each port stands once, in order');
		assertSameOpenings(new Map([['', readPorts(rule.services.flatMap(service => service.ports))]]), new Map([['', readPorts(rule.ports)]]));
		assert.deepEqual(new Set(rule.services.map(({purpose, encrypted}) => `${encrypted} ${purpose}`)), new Set(behind.map(({purpose, encrypted}) => `${encrypted} ${purpose}`)));
		for (const flow of behind) {
			const entry = documented.get(flow.catalogFlow);
			assert.ok(isOpen(flow) && flow.ipVersions.includes(rule.ipVersion), flow.id);
			assert.ok(flow.product === 'site' || (isWanted(entry!) && !isWithheld(entry!) && entry!.flow.action !== 'deny'), flow.id);
			assert.ok(entry?.flow.family === undefined || entry.flow.family === `ipv${rule.ipVersion}`, flow.id);
			carried.add(`${flow.id} ${rule.ipVersion}`);
		}
	}

	assert.deepEqual(carried, new Set(flows.filter(flow => isOpen(flow)).flatMap(flow => flow.ipVersions.map(version => `${flow.id} ${version}`))));
}));

/** What a profile says about an interface in one IP version, as text. */
function readInterface({hosts}: Profile, host: string, role: NetworkRole): {readonly ranges: readonly AddressRange[]; readonly names: readonly string[]} {
	const parsed = (own(own(hosts, host)?.addresses, role) ?? []).map(text => parseAddress(text)).filter(address => typeof address !== 'string');
	return {
		ranges: mergeAddressRanges(parsed.flatMap(address => address.kind === 'ip' ? [address.range] : [])),
		names: [...new Set(parsed.flatMap(address => address.kind === 'name' ? [address.name] : []))].toSorted(),
	};
}

test('lines print exactly the addresses that the profile gives, of one IP version, and never any', law, fc.property(anyProfile, profile => {
	const derived = derive(profile);
	for (const {id, ipVersion, sources, destinations, isReady} of deriveLines(profile, derived)) {
		const ends = [...sources, ...destinations];
		for (const {interface: key, host, role, addresses, placeholder} of ends) {
			const {ranges, names} = readInterface(profile, host, role);
			assert.equal(key, `${host}/${role}`);
			assert.equal(placeholder !== undefined, ranges.length + names.length === 0, `${id} ${key}`);
			assert.ok(placeholder === undefined || derived.inventory.hosts.get(host)?.unnamed === false, `${id} is for ${host}, and nobody says who that is`);
			assert.equal(addresses.length > 0, placeholder === undefined, `${id} ${key} has no address of IPv${ipVersion}`);
			const printed = addresses.map(text => parseAddress(text));
			assert.deepEqual(printed.flatMap(address => typeof address === 'string' ? [address] : []), []);
			const printedRanges = printed.flatMap(address => typeof address !== 'string' && address.kind === 'ip' ? [address.range] : []);
			assert.ok(printedRanges.every(range => range.version === ipVersion), id);
			assert.deepEqual(formatAddresses(printedRanges), formatAddresses(ranges.filter(range => range.version === ipVersion)));
			assert.deepEqual(printed.flatMap(address => typeof address !== 'string' && address.kind === 'name' ? [address.name] : []), names);
			assert.ok(![...addresses, placeholder].some(text => text === 'any' || text === '0.0.0.0/0' || text === '::/0'), id);
		}

		assert.equal(isReady, ends.every(end => end.placeholder === undefined));
	}
}));

type Permit = Parameters<typeof mergePermits>[0][number];

const lastPort = 9;
const fewNames = (letter: string) => fc.uniqueArray(fc.constantFrom(...[1, 2, 3, 4].map(number => `${letter}${number}`)), {minLength: 1, maxLength: 3}).map(names => names.toSorted());
const fewRanges = fc.array(fc.tuple(fc.integer({min: 1, max: lastPort}), fc.nat({max: 2})).map(([from, length]) => ({from, to: Math.min(from + length, lastPort)})), {minLength: 1, maxLength: 3});
// Any, because merging looks at nothing in a flow.
const someFlows = derive({schemaVersion: 1, name: 'a', title: 'A', products: {okm: {}}, zones: [{id: 'a', title: 'A', trust: 'internal'}], networks: {}}).flows.slice(0, 5);
const randomPermit = (sources: fc.Arbitrary<string[]>, destinations: fc.Arbitrary<string[]>): fc.Arbitrary<Permit> => fc.record({
	protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp', 'ip/41'),
	ports: fewRanges,
	sources,
	destinations,
	flows: fc.subarray([...someFlows], {minLength: 1, maxLength: 2}),
}).map(permit => permit.protocol === 'icmp' || permit.protocol === 'ip/41' ? {...permit, ports: []} : permit);
const manyPermits = fc.array(randomPermit(fewNames('s'), fewNames('d')), {maxLength: 12});
// As flows give them: from one interface to one interface.
const pairPermits = fc.array(randomPermit(fewNames('s').map(names => names.slice(0, 1)), fewNames('d').map(names => names.slice(0, 1))), {maxLength: 24});
const shuffled = (permits: fc.Arbitrary<Permit[]>) => permits.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, {minLength: list.length})));

/** Every single connection that permits allow. */
function listCells(permits: readonly Permit[]): Set<string> {
	return new Set(permits.flatMap(({protocol, ports, sources, destinations}) => {
		const numbers = ports.length === 0 ? [0] : ports.flatMap(({from, to}) => Array.from({length: to - from + 1}, (_, index) => from + index));
		return sources.flatMap(source => destinations.flatMap(destination => numbers.map(port => `${protocol} ${source} ${destination} ${port}`)));
	}));
}

const formatPermits = (permits: readonly Permit[]) => permits.map(({protocol, ports, sources, destinations, flows}) => {
	const ids = flows.map(flow => flow.id).toSorted().join(' ');
	return `${protocol} ${formatPortRanges(ports).join(',')} ${sources.join(' ')} > ${destinations.join(' ')} (${ids})`;
}).toSorted();

for (const [name, permits] of [['any permits', manyPermits], ['permits between pairs of interfaces', pairPermits]] as const) {
	test(`merging ${name} permits exactly their union, in any order, and merging again changes nothing`, law, fc.property(shuffled(permits), ([list, other]) => {
		const merged = mergePermits(list);
		assert.deepEqual(listCells(merged), listCells(list));
		assert.deepEqual(new Set(merged.flatMap(permit => permit.flows)), new Set(list.flatMap(permit => permit.flows)));
		assert.deepEqual(formatPermits(mergePermits(merged)), formatPermits(merged));
		assert.deepEqual(formatPermits(mergePermits(other)), formatPermits(merged));
	}));
}

test('no two lines can be joined without permitting more', law, fc.property(pairPermits, permits => {
	const merged = mergePermits(permits);
	for (const [index, first] of merged.entries()) {
		for (const second of merged.slice(index + 1).filter(candidate => candidate.protocol === first.protocol)) {
			const joined = {
				...first,
				ports: [...first.ports, ...second.ports],
				sources: [...first.sources, ...second.sources],
				destinations: [...first.destinations, ...second.destinations],
			};
			assert.ok(listCells([joined]).size > listCells([first, second]).size, formatPermits([first, second]).join(' joins '));
		}
	}

	// What flows open is never in two lines.
	assert.equal(merged.reduce((sum, permit) => sum + listCells([permit]).size, 0), listCells(permits).size);
}));

/*
Changes of a design.
*/

/** Dispositions by flow id. */
const listDispositions = (flows: readonly Flow[]) => new Map(flows.map(flow => [flow.id, flow.disposition]));

test('moving a component to another host loses no documented flow', law, fc.property(smallProfile, anyNumber, anyNumber, (profile, componentNumber, targetNumber) => {
	const parties = Object.keys(profile.products).toSorted().flatMap(id => Object.keys(catalog.products[id]!.components).map(component => [id, component] as const));
	const [product, component] = pick(parties, componentNumber);
	const [otherProduct, other] = pick(parties, targetNumber);
	const place = (placement: string): Profile => {
		const answers = profile.products[product]!;
		return {...profile, products: {...profile.products, [product]: {...answers, components: {...answers.components, [component]: placement}}}};
	};

	const together = place(`${otherProduct}/${other}`);
	fc.pre(product !== otherProduct || component !== other);
	fc.pre(findProfileProblems(together, catalog).length === 0);
	const list = (design: Profile) => [...new Set(derive(design).flows.map(flow => flow.catalogFlow))];
	assert.deepEqual(list(together), list(place('own-host')));
}));

test('moving a host to another zone changes only the flows of this host', law, fc.property(smallProfile, anyNumber, anyNumber, (profile, hostNumber, zoneNumber) => {
	const before = derive(profile);
	const host = pick([...before.inventory.hosts.keys()], hostNumber);
	const zone = pick(profile.zones, zoneNumber).id;
	const zones = Object.fromEntries(networkRoles.map(role => [role, zone]));
	const after = derive({...profile, hosts: {...profile.hosts, [host]: {...own(profile.hosts, host), zones}}});
	const others = (flows: readonly Flow[]) => summarize(flows).filter(flow => flow.initiator.host !== host && flow.responder.host !== host);
	assertSame(others(after.flows), others(before.flows));
	assert.deepEqual(after.flows.map(flow => flow.id), before.flows.map(flow => flow.id));
	assert.ok(after.flows.every(flow => !(isOpen(flow) || flow.disposition === 'local') || [flow.initiator, flow.responder].every(end => end.host !== host || end.zone === zone)));
}));

test('making two zones one keeps between them to host firewalls, and changes nothing else', law, fc.property(smallProfile, anyNumber, (profile, pairNumber) => {
	const zones = deriveZones(profile);
	// A zone of another IP version would give hosts without addresses that version.
	const haveSameVersions = (a: Zone, b: Zone) => a.ipVersions.join(' ') === b.ipVersions.join(' ');
	const pairs = zones.flatMap((first, index) => zones.slice(index + 1).filter(second => haveSameVersions(first, second)).map(second => [first.id, second.id] as const));
	fc.pre(pairs.length > 0);
	const [kept, gone] = pick(pairs, pairNumber);
	const rename = (roles: Profile['networks'] | undefined) => Object.fromEntries(Object.entries(roles ?? {}).map(([role, zone]) => [role, zone === gone ? kept : zone]));
	const networks = profile.zones.filter(({id}) => id === kept || id === gone).flatMap(zone => zone.networks ?? []);
	const hosts = Object.entries(profile.hosts ?? {}).map(([id, host]) => [id, {...host, zones: rename(host.zones)}] as const);
	const joined: Profile = {
		...profile,
		zones: profile.zones.filter(({id}) => id !== gone).map(zone => zone.id === kept ? {...zone, networks} : zone),
		networks: rename(profile.networks),
		hosts: Object.fromEntries(hosts),
	};
	const between = new Set([`${kept}>${gone}`, `${gone}>${kept}`]);
	const expected = derive(profile).flows.map(({id, disposition, initiator, responder}) => {
		const isBetween = disposition === 'cross-zone' && between.has(`${initiator.zone}>${responder.zone}`);
		return [id, isBetween ? 'intra-zone' : disposition] as const;
	});
	assert.deepEqual(listDispositions(derive(joined).flows), new Map(expected));
}));

/** A plan without what names the profile, and with what it quotes from the profile in one order. */
function normalize({request: _request, profile: _profile, answers, change, zones, hosts, flows, findings, openQuestions, ...others}: Plan) {
	// Numbers as large as addresses have no JSON.
	const showRanges = <Entry extends {readonly ranges: readonly AddressRange[]}>(entry: Entry) => ({...entry, ranges: formatAddresses(entry.ranges)});
	return {
		...others,
		flows: summarize(flows),
		answers: answers.map(answer => JSON.stringify(answer)).toSorted(),
		zones: zones.map(zone => ({...showRanges(zone), networks: zone.networks.toSorted()})),
		hosts: hosts.map(host => ({...host, interfaces: host.interfaces.map(entry => showRanges(entry))})),
		quoted: formatCanonicalJson([change, findings.map(({acceptance}) => acceptance), openQuestions.map(({answer}) => answer)]),
		findings: findings.map(({acceptance, ...finding}) => finding),
		openQuestions: openQuestions.map(({answer, ...question}) => question),
	};
}

test('the order of keys, zones, networks, hosts and addresses does not matter', law, fc.property(smallProfile, anyNumber, (profile, order) => {
	assertSame(normalize(plan(catalog, reorderProfile(profile, order), options)), normalize(plan(catalog, profile, options)));
}));

/*
Ids of lines.
*/

/** Ids are shortened hashes, which grow when another line's hash begins alike. */
const isSameId = (a: string | undefined, b: string) => a !== undefined && (a.startsWith(b) || b.startsWith(a));
/** All of a line that its id stands for: not its ports. */
const describeLine = ({scope, conduit, ipVersion, protocol, number, sources, destinations}: Rule) =>
	JSON.stringify([scope, conduit, ipVersion, protocol, number, sources.map(end => end.interface), destinations.map(end => end.interface)]);

// A vPlus node protects the other platforms of the same design: of these pairs the products are no strangers.
const relatives = new Set(['vplus olvm', 'olvm vplus', 'vplus oracle-vm', 'oracle-vm vplus']);

test('a product in zones of its own changes no line of the others', law, fc.property(smallProfile, anyNumber, (profile, productNumber) => {
	const strangers = Object.keys(catalog.products).filter(id => !Object.hasOwn(profile.products, id) && Object.keys(profile.products).every(other => !relatives.has(`${id} ${other}`)));
	fc.pre(strangers.length > 0);
	const product = catalog.products[pick(strangers, productNumber)]!;
	const modes = Object.keys(product.modes ?? {});
	const hosts = Object.keys({...product.components, ...product.actors}).map(party => `${product.id}-${party}`);
	const shared = Object.values(product.actors).flatMap(actor => actor.shared ?? []);
	// A design that gives a host of its own such an id shares that host with the product.
	fc.pre([...hosts, ...shared].every(id => own(profile.hosts, id)?.components === undefined));
	const apart = Object.fromEntries(networkRoles.map(role => [role, 'apart']));
	const wider: Profile = {
		...profile,
		products: {...profile.products, [product.id]: modes.length === 0 ? {} : {modes: [pick(modes, productNumber)]}},
		zones: [...profile.zones, {id: 'apart', title: 'Apart', trust: 'internal', networks: ['10.200.0.0/16']}],
		hosts: {...profile.hosts, ...Object.fromEntries(hosts.map(id => [id, {zones: apart}]))},
	};
	const after = new Map(deriveLines(wider).map(rule => [describeLine(rule), rule]));
	for (const rule of deriveLines(profile)) {
		const same = after.get(describeLine(rule));
		assert.ok(isSameId(same?.id, rule.id), `${rule.id} ${describeLine(rule)} is now ${same?.id}`);
		assert.deepEqual([same?.ports, same?.flows], [rule.ports, rule.flows]);
	}
}));

test('a line keeps its id when a port is added, and the other lines stay as they were', law, fc.property(smallProfile, anyNumber, (profile, ruleNumber) => {
	const before = deriveLines(profile);
	const candidates = before.filter(({sources, destinations, protocol}) => sources.length === 1 && destinations.length === 1 && (protocol === 'tcp' || protocol === 'udp'));
	fc.pre(candidates.length > 0);
	const rule = pick(candidates, ruleNumber);
	// A port that no other line has, so that the line joins no other.
	const used = mergePortRanges(before.flatMap(({ports}) => readPorts(ports)));
	const port = used[0]!.from > 1 ? 1 : used[0]!.to + 1;
	const end = (ends: Rule['sources']) => ({host: ends[0]!.host, role: ends[0]!.role});
	const flow = {id: 'added', initiator: end(rule.sources), responder: end(rule.destinations), protocol: rule.protocol as 'tcp' | 'udp', ports: String(port), purpose: 'Added', reason: 'For the test'};
	const after = deriveLines({...profile, siteFlows: [...profile.siteFlows ?? [], flow]});
	const {rules} = compareRules(after, before);
	const changed = rules.find(candidate => describeLine(candidate) === describeLine(rule));
	assert.equal(changed?.id, rule.id);
	assert.deepEqual(changed.ports, formatPortRanges(unitePortRanges([...readPorts(rule.ports), {from: port, to: port}])));
	assert.equal(changed.status, 'change');
	assert.deepEqual(rules.filter(({id, status}) => status === 'add' && before.some(line => line.id === id)), []);
	// In the other IP version the same hosts may share a line with others, from which they then part.
	const isOther = (line: Rule) => line.ipVersion === rule.ipVersion && describeLine(line) !== describeLine(rule);
	const listOthers = (lines: readonly Rule[]) => lines.filter(line => isOther(line)).map(line => `${describeLine(line)} ${line.ports.join(',')}`).toSorted();
	assert.deepEqual(listOthers(after), listOthers(before));
	assert.deepEqual(compareRules(after, after).rules.filter(({status}) => status !== 'keep'), []);
}));

/*
The whole plan.
*/

test('every id of a plan is unique, what it refers to is there, and ready means that nothing stands in the way', law, fc.property(anyProfile, profile => {
	const result = plan(catalog, profile, options);
	const {flows, rules, conduits, denies, hosts, zones, findings, openQuestions, advice, accounting, ready, notReady} = result;
	for (const list of [flows, rules, conduits, denies, hosts, zones, findings, openQuestions, advice, hosts.flatMap(host => host.interfaces)]) {
		assert.deepEqual(listDuplicates(list.map(({id}) => id)), []);
	}

	// A second time, by another way.
	const derived = derive(profile);
	assertSame([summarize(flows), rules], [summarize(derived.flows), deriveLines(profile, derived)]);
	assert.equal(accounting.documented, derived.inventory.chosen.reduce((sum, {product}) => sum + product.flows.length, 0));
	assert.equal(accounting.flows, flows.length);
	assert.equal(Object.values(accounting.byDisposition).reduce((sum, count) => sum + count, 0), flows.length);
	assert.deepEqual(Object.keys(accounting.byDisposition).toSorted(), dispositions.toSorted());

	const known = {flows: new Set(flows.map(({id}) => id)), rules: new Set(rules.map(({id}) => id))};
	for (const {id, ...references} of [...findings, ...openQuestions.map(question => ({...question, rules: []})), ...conduits, ...denies.map(deny => ({...deny, rules: []}))]) {
		assert.deepEqual([...references.flows.filter(flow => !known.flows.has(flow)), ...references.rules.filter(rule => !known.rules.has(rule))], [], id);
	}

	assert.deepEqual(conduits.flatMap(conduit => conduit.rules).toSorted(), rules.filter(rule => rule.scope === 'network').map(({id}) => id).toSorted());
	assert.deepEqual(denies.flatMap(deny => deny.flows).toSorted(), flows.filter(({disposition}) => disposition === 'denied').map(({id}) => id).toSorted());
	assert.equal(ready, notReady.length === 0);
	const stops = [...openQuestions.filter(({blocking}) => blocking), ...findings.filter(({status, severity}) => status === 'open' && (severity === 'critical' || severity === 'high'))];
	assert.ok(stops.every(({id}) => notReady.some(reason => reason.includes(id))));
	const asked = new Set(openQuestions.flatMap(({blocking, flows: about}) => blocking ? about : []));
	assert.ok(flows.every(({id, disposition}) => disposition !== 'needs-input' || asked.has(id)));
	assert.ok(rules.every(({isReady, scope}) => isReady || scope === 'host' || !ready));
}));

// These have the fewest flows, and so the shortest texts.
const shortProfile = randomProfile(catalog, {products: ['okm', 'oracle-vm'], maxProducts: 1});

test('planning twice gives the same text, which other programs can read', law, fc.property(shortProfile, profile => {
	const result = plan(catalog, profile, options);
	const text = planToJson(result);
	assert.equal(planToJson(plan(catalog, profile, options)), text);
	const data = JSON.parse(text) as Plan;
	assertSame([data.flows, data.rules, data.findings, data.notReady], [result.flows, result.rules, result.findings, result.notReady]);
	const {value, problems} = parsePlan(text, 'plan.json');
	assert.deepEqual(problems ?? [], []);
	assert.deepEqual(value, data);
}));

/*
Conditions.
*/

const count: Product['parameters'][string] = {question: 'How many?', summary: 'The count', kind: 'count', sources: ['none']};

function randomCondition(product: Product): fc.Arbitrary<Condition> {
	const components = fc.constantFrom(...Object.keys(product.components));
	const versions = fc.constantFrom(...product.versions);
	const modes = Object.keys(product.modes ?? {});
	const simple: Array<fc.Arbitrary<Condition>> = [
		fc.constantFrom(...Object.entries(product.options).flatMap(([option, entry]) => listOptionValues(entry).map(is => ({option, is})))),
		fc.record({version: fc.record({atLeast: versions, below: versions}, {requiredKeys: []})}),
		fc.record({parameter: fc.constant('count'), atLeast: fc.nat({max: 5})}),
		fc.record({component: components, on: components}),
		fc.record({component: components, apart: components}),
		fc.record({component: components, used: fc.boolean()}),
		fc.record({product: fc.constantFrom(...Object.keys(catalog.products))}),
		...(modes.length === 0 ? [] : [fc.constantFrom(...modes).map(mode => ({mode}))]),
	];
	const {condition} = fc.letrec<{condition: Condition}>(tie => ({
		condition: fc.oneof(
			{maxDepth: 3, withCrossShrink: true},
			...simple,
			fc.record({all: fc.array(tie('condition'), {minLength: 1, maxLength: 3})}),
			fc.record({any: fc.array(tie('condition'), {minLength: 1, maxLength: 3})}),
			fc.record({not: tie('condition')}),
		),
	}));
	return condition;
}

const counted = new Map(Object.values(catalog.products).map(product => [product.id, {...product, parameters: {...product.parameters, count}}]));
const randomConditions = new Map([...counted].map(([id, product]) => [id, fc.array(randomCondition(product), {minLength: 1, maxLength: 12})]));
/** A design, conditions of its first product, and a count that somebody may have given. */
const conditionalDesign = smallProfile.chain(profile => fc.tuple(fc.constant(profile), randomConditions.get(Object.keys(profile.products)[0]!)!, fc.option(fc.nat({max: 6}), {nil: undefined})));

/** A product that has no conditions but some on its advice. */
function putConditions(product: Product, conditions: readonly Condition[]): Product {
	return {
		...product,
		components: Object.fromEntries(Object.entries(product.components).map(([id, {when, hostFirewall, ...component}]) => [id, component])),
		options: Object.fromEntries(Object.entries(product.options).map(([id, {when, ...option}]) => [id, option])),
		parameters: {},
		flows: [],
		openQuestions: [],
		advice: conditions.map((when, index) => ({id: `a${index}`, for: 'design', text: 'a', when, sources: ['none']})),
	};
}

test('a condition that holds in some design is one that the catalog check lets through', law, fc.property(conditionalDesign, ([profile, conditions, given]) => {
	const id = Object.keys(profile.products)[0]!;
	const product = counted.get(id)!;
	const answers = {...profile.products[id]!, ...(given === undefined ? {} : {parameters: {...profile.products[id]!.parameters, count: given}})};
	const {chosen} = deriveHosts({...catalog, products: {...catalog.products, [id]: product}}, {...profile, products: {...profile.products, [id]: answers}});
	const {context} = chosen.find(entry => entry.product === product)!;
	const holding = conditions.filter(condition => evaluate(condition, context) === true);
	assert.ok(conditionsHold.scope === 'product');
	assert.deepEqual(conditionsHold.find(putConditions(product, holding), catalog).map(({path}) => holding[Number(path[1])]), []);
}));

test('a component on each of several machines is reached from the others over the network', t => {
	const profile = (count: number): Profile => ({
		schemaVersion: 1,
		name: 'nodes',
		title: 'Nodes with the Server on them',
		products: {vplus: {modes: ['server-node'], components: {server: 'node'}}},
		zones: [{id: 'lan', title: 'LAN', trust: 'internal'}],
		networks: {management: 'lan'},
		hosts: {'vplus-node': {count}},
	});
	const find = (count: number) => derive(profile(count)).flows.filter(({catalogFlow}) => catalogFlow === 'vplus/https-node-server-8181').map(({disposition}) => disposition);
	t.deepEqual(find(3), ['intra-zone']);
	t.deepEqual(find(1), ['local']);
});
