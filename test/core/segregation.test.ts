import test from 'ava';
import fc from 'fast-check';
import type {Catalog, Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {completeProfile, draftSchema, makeDraft, openProfile, type Draft} from '../../source/core/profile/draft.js';
import {compare} from '../../source/core/problem.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import {applySegregation, completeSegregation, listUsedRoles, segregations} from '../../source/core/segregation.js';
import {actAll, beginDraft, lookAt, randomActions} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';

const derive = (catalog: Catalog, draft: Draft): Plan => plan(catalog, completeProfile(draft, catalog), {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
const choose = (catalog: Catalog, draft: Draft, id: string): Draft => applySegregation(draft, id, lookAt(catalog, draft).inventory, catalog);

/** What is said of networks: all that a preset decides. */
const readNetworks = ({zones, networks, hosts}: Draft) => ({zones, networks, hosts: Object.fromEntries(Object.entries(hosts ?? {}).filter(([, host]) => host.zones !== undefined).map(([id, host]) => [id, host.zones]))});

function listSubsets(ids: readonly string[]): string[][] {
	return Array.from({length: 2 ** ids.length}, (_, bits) => ids.filter((_id, index) => Math.floor(bits / (2 ** index)) % 2 === 1));
}

for (const {id} of segregations) {
	test(`${id}: every interface of every combination of products is in a zone, and no connection waits for one`, async t => {
		const catalog = await readTestCatalog();
		for (const chosen of listSubsets(Object.keys(catalog.products)).filter(({length}) => length > 0)) {
			const draft = choose(catalog, beginDraft(catalog, chosen), id);
			t.true(draftSchema.safeParse(draft).success);
			t.deepEqual(findProfileProblems(completeProfile(draft, catalog), catalog), [], `${chosen.join(' ')}`);
			const {hosts, flows, zones} = derive(catalog, draft);
			t.deepEqual(hosts.flatMap(host => host.interfaces).filter(({zone}) => zone === undefined), []);
			t.deepEqual(flows.filter(({missing}) => missing?.kind === 'zone'), []);
			// A zone that nothing is in would only be in the way.
			const used = new Set([...Object.values(draft.networks), ...Object.values(draft.hosts ?? {}).flatMap(host => Object.values(host.zones ?? {}))]);
			t.deepEqual(zones.map(zone => zone.id).filter(zone => !used.has(zone) && zone !== 'dmz' && zone !== 'admin'), []);
		}
	});
}

test('on a flat network no line is between zones', async t => {
	const catalog = await readTestCatalog();
	const {rules, zones} = derive(catalog, choose(catalog, beginDraft(catalog, Object.keys(catalog.products)), 'flat'));
	t.is(zones.length, 1);
	t.deepEqual([...new Set(rules.map(({scope}) => scope))], ['host']);
});

test('separated by role, each role has a zone of its own, and people and services are apart from the hosts', async t => {
	const catalog = await readTestCatalog();
	const {hosts} = derive(catalog, choose(catalog, beginDraft(catalog, ['olvm', 'oracle-vm']), 'by-role'));
	const interfaces = hosts.flatMap(host => host.interfaces.map(entry => ({...entry, kind: host.kind})));
	for (const role of ['storage', 'migration', 'heartbeat', 'guest']) {
		t.true(interfaces.filter(entry => entry.role === role).every(({zone}) => zone === role), `${role}`);
	}

	t.true(interfaces.filter(({kind, role}) => kind === 'host' && role === 'management').every(({zone}) => zone === 'management'));
	t.is(interfaces.find(({id}) => id === 'administrators/management')!.zone, 'admin');
	t.deepEqual(interfaces.filter(({kind, zone}) => kind === 'actor' && zone === 'management'), []);
});

test('the DMZ holds exactly the proxies that have a host of their own', async t => {
	const catalog = await readTestCatalog();
	const list = (draft: Draft) => Object.entries(choose(catalog, draft, 'by-role-dmz').hosts ?? {}).filter(([, host]) => Object.values(host.zones ?? {}).includes('dmz')).map(([id]) => id).toSorted();
	const place = (components: Record<string, string>): Draft => ({...beginDraft(catalog, ['olvm']), products: {olvm: {components}}});
	t.deepEqual(list(place({})), []);
	t.deepEqual(list(place({'websocket-proxy': 'own-host'})), ['olvm-websocket-proxy']);
	t.deepEqual(list(place({'websocket-proxy': 'own-host', 'image-io-proxy': 'own-host'})), ['olvm-image-io-proxy', 'olvm-websocket-proxy']);
	t.deepEqual(list(place({'websocket-proxy': 'not-used', 'image-io-proxy': 'manager'})), []);
	// A database stands apart from the manager without being reached by clients.
	t.deepEqual(list(place({'engine-database': 'own-host', 'data-warehouse': 'own-host'})), []);
	// All of its interfaces stand there.
	const {hosts} = choose(catalog, place({'websocket-proxy': 'own-host'}), 'by-role-dmz');
	t.deepEqual(new Set(Object.values(hosts!['olvm-websocket-proxy']!.zones!)), new Set(['dmz']));
	t.true(Object.keys(hosts!['olvm-websocket-proxy']!.zones!).includes('management'));
});

test('going through the presets and back loses no zone, no placement and no address', async t => {
	const catalog = await readTestCatalog();
	let draft = beginDraft(catalog, ['olvm']);
	const left = new Map<string, unknown>();
	for (const [index, {id}] of segregations.entries()) {
		draft = choose(catalog, draft, id);
		// Somebody goes on from it: a zone more, networks, a host elsewhere.
		draft = {
			...draft,
			zones: [...draft.zones.map((zone, position) => ({...zone, title: `${zone.title} ${id}`, networks: [`10.${index}.${position}.0/24`]})), {id: `mine-${index}`, title: 'Mine', trust: 'internal'}],
			hosts: {...draft.hosts, 'olvm-manager': {...draft.hosts?.['olvm-manager'], title: 'Kept', zones: {management: `mine-${index}`}, addresses: {management: ['manager.example']}}},
		};
		left.set(id, readNetworks(draft));
	}

	for (const id of ['flat', 'by-role-dmz', 'by-role', 'management-clients', 'flat', 'by-role']) {
		draft = choose(catalog, draft, id);
		t.is(draft.segregation, id);
		t.deepEqual(readNetworks(draft), left.get(id), `${id}`);
		t.like(draft.hosts!['olvm-manager'], {title: 'Kept', addresses: {management: ['manager.example']}});
		t.true(draftSchema.safeParse(draft).success);
		t.deepEqual(findProfileProblems(completeProfile(draft, catalog), catalog), []);
	}
});

test('zones of one\'s own come back', async t => {
	const catalog = await readTestCatalog();
	const own: Draft = {...openProfile(completeProfile(beginDraft(catalog, ['olvm']), catalog)), zones: [{id: 'mine', title: 'Mine', trust: 'internal'}], networks: {management: 'mine'}, hosts: {'olvm-manager': {zones: {management: 'mine'}}}};
	const flat = choose(catalog, own, 'flat');
	const {networkSets, segregation, ...back} = choose(catalog, choose(catalog, flat, 'by-role'), 'own');
	t.is(segregation, undefined);
	t.deepEqual(readNetworks(back), readNetworks(own));
	t.deepEqual(Object.keys(networkSets!).toSorted(), ['by-role', 'flat']);
	t.deepEqual(findProfileProblems(completeProfile(back, catalog), catalog), []);
});

test('choosing the preset that is there changes nothing', async t => {
	const catalog = await readTestCatalog();
	const draft = choose(catalog, beginDraft(catalog, ['olvm']), 'by-role');
	t.is(choose(catalog, draft, 'by-role'), draft);
	const own = beginDraft(catalog, ['olvm']);
	t.is(choose(catalog, own, 'own'), own);
});

test('a preset is brought up to date with products that came after it, and what was changed stays', async t => {
	const catalog = await readTestCatalog();
	const complete = (draft: Draft) => completeSegregation(draft, lookAt(catalog, draft).inventory, catalog);
	const all = Object.keys(catalog.products);
	for (const {id} of segregations) {
		const small = choose(catalog, beginDraft(catalog, ['olvm']), id);
		t.is(complete(small), small, `${id} has nothing to add at once`);
		const changed = {...small, zones: small.zones.map((zone, index) => index === 0 ? {...zone, title: 'Mine', networks: ['10.0.0.0/24']} : zone)};
		const completed = complete({...changed, ...beginDraft(catalog, all), zones: changed.zones, networks: changed.networks, hosts: changed.hosts!, segregation: id});
		const whole = choose(catalog, beginDraft(catalog, all), id);
		t.deepEqual(completed.zones.map(zone => zone.id).toSorted(compare), whole.zones.map(zone => zone.id).toSorted(compare));
		t.deepEqual(readNetworks(completed).hosts, readNetworks(whole).hosts);
		t.deepEqual(completed.networks, {...whole.networks});
		t.deepEqual(completed.zones[0], changed.zones[0]);
		t.is(complete(completed), completed);
	}

	const own = beginDraft(catalog, all);
	t.is(complete(own), own);
});

test('a preset that there is not is a bug', async t => {
	const catalog = await readTestCatalog();
	t.throws(() => choose(catalog, makeDraft('a', 'A'), 'constructor'), {instanceOf: RangeError});
});

test('whatever was answered, a preset leaves no interface without a zone, and coming back to one brings it back', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomActions, fc.constantFrom(...segregations.map(({id}) => id)), fc.constantFrom(...segregations.map(({id}) => id)), (actions, first, second) => {
		const draft = actAll(catalog, makeDraft('design', 'Design'), actions);
		const there = choose(catalog, draft, first);
		t.deepEqual(derive(catalog, there).hosts.flatMap(host => host.interfaces).filter(({zone}) => zone === undefined), []);
		t.deepEqual(readNetworks(choose(catalog, choose(catalog, there, second), first)), readNetworks(there));
	}), {numRuns: 60});
});

test('the roles of a matrix are those that some host has, management first', async t => {
	const catalog = await readTestCatalog();
	const {inventory} = lookAt(catalog, beginDraft(catalog, ['olvm']));
	const hosts = [...inventory.hosts.values()];
	const roles = listUsedRoles(hosts, catalog.roles);
	t.is(roles[0], 'management');
	t.deepEqual(roles.toSorted(), [...new Set(hosts.flatMap(host => host.roles))].toSorted());
	t.deepEqual(listUsedRoles([], catalog.roles), ['management']);
});
