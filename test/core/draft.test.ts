import test from 'ava';
import fc from 'fast-check';
import type {Catalog, Profile} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {completeProfile, draftSchema, findLostProducts, makeDraft, openProfile, type Draft} from '../../source/core/profile/draft.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import {profileSchema} from '../../source/core/profile/schema.js';
import {actAll, beginDraft, lookAt, randomActions} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile} from '../helpers/random-profile.js';

const derive = (catalog: Catalog, profile: Profile) => plan(catalog, profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
const findCodes = (catalog: Catalog, draft: Draft) => findProfileProblems(completeProfile(draft, catalog), catalog).map(({code}) => code);

test('a new design is a draft, and lacks only a product', async t => {
	const catalog = await readTestCatalog();
	const draft = makeDraft('site', 'Site');
	t.true(draftSchema.safeParse(draft).success);
	t.deepEqual(findCodes(catalog, draft), ['profile/no-products']);
});

test('a profile that is opened as a design comes to the same profile', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomProfile(catalog), profile => {
		const draft = openProfile(profile);
		t.true(draftSchema.safeParse(draft).success);
		const completed = completeProfile(draft, catalog);
		const [before, after] = [derive(catalog, profile), derive(catalog, completed)];
		t.deepEqual(after.rules, before.rules);
		t.deepEqual(findProfileProblems(completed, catalog), []);
		// What is complete stays as it is.
		t.deepEqual(completeProfile(openProfile(completed), catalog), completed);
	}), {numRuns: 40});
});

test('a host of the site stays in a network in which it has no address yet', async t => {
	const catalog = await readTestCatalog();
	const profile: Profile = {
		schemaVersion: 1,
		name: 'site',
		title: 'Site',
		products: {okm: {}},
		zones: [{id: 'lan', title: 'LAN', trust: 'internal'}],
		networks: {management: 'lan', 'out-of-band': 'lan'},
		hosts: {'jump-host': {addresses: {'out-of-band': []}}, scanner: {}},
		siteFlows: [{id: 'scan', protocol: 'tcp', ports: '1', purpose: 'Scan', reason: 'Audit', initiator: {host: 'jump-host', role: 'out-of-band'}, responder: {host: 'scanner'}, encrypted: 'yes'}],
	};
	const completed = completeProfile(openProfile(profile), catalog);
	t.deepEqual(completed.hosts, profile.hosts);
	t.deepEqual(derive(catalog, completed).rules, derive(catalog, profile).rules);
	t.true(derive(catalog, completed).rules.some(({flows}) => flows.includes('site/scan@jump-host>scanner')));
});

test('answers of products that are not chosen are left out, and come back with them', async t => {
	const catalog = await readTestCatalog();
	const both: Draft = {
		...beginDraft(catalog, ['olvm', 'oracle-vm']),
		products: {olvm: {options: {kdump: 'yes'}, parameters: {'kdump-port': '7411'}}, 'oracle-vm': {version: '3.4', options: {'clustered-pool': 'yes'}}},
		hosts: {'oracle-vm-server': {addresses: {management: ['10.0.0.1']}, title: 'Servers'}, 'olvm-manager': {addresses: {management: ['10.0.0.2']}}},
	};
	const all = completeProfile(both, catalog);
	const without = completeProfile({...both, chosen: ['olvm']}, catalog);
	t.deepEqual(without.products, {olvm: all.products['olvm']!});
	t.deepEqual(without.hosts, {'olvm-manager': {addresses: {management: ['10.0.0.2']}}});
	t.deepEqual(findProfileProblems(without, catalog), []);
	t.deepEqual(completeProfile({...both, chosen: ['olvm', 'oracle-vm']}, catalog), all);
	t.deepEqual(Object.keys(completeProfile({...both, chosen: []}, catalog).products), []);
});

test('a product that the catalog does not know is left out and told', async t => {
	const catalog = await readTestCatalog();
	const draft = {...beginDraft(catalog, ['olvm']), chosen: ['olvm', 'acme', 'tostring']};
	t.deepEqual(Object.keys(completeProfile(draft, catalog).products), ['olvm']);
	t.deepEqual(findLostProducts(draft, catalog).map(({code, path}) => [code, path]), [['profile/unknown-product', ['chosen', 1]], ['profile/unknown-product', ['chosen', 2]]]);
	t.deepEqual(findLostProducts({...draft, chosen: ['olvm']}, catalog), []);
});

test('options and parameters whose condition does not hold are left out, and come back with it', async t => {
	const catalog = await readTestCatalog();
	const draft: Draft = {...beginDraft(catalog, ['okm']), products: {okm: {options: {'sp-outside-access': 'yes', 'sp-http': 'yes', dns: 'yes'}, parameters: {'sp-snmp-port': '1610'}}}};
	t.deepEqual(completeProfile(draft, catalog).products['okm'], draft.products['okm']);
	const without: Draft = {...draft, products: {okm: {...draft.products['okm'], options: {...draft.products['okm']!.options, 'sp-outside-access': 'no'}}}};
	t.deepEqual(completeProfile(without, catalog).products['okm'], {options: {'sp-outside-access': 'no', dns: 'yes'}});
});

test('a placement on a component that the design does not have is left out', async t => {
	const catalog = await readTestCatalog();
	const draft: Draft = {...beginDraft(catalog, ['vplus', 'olvm']), products: {...beginDraft(catalog, ['vplus']).products, olvm: {components: {'websocket-proxy': 'own-host'}}}};
	const placed: Draft = {...draft, products: {...draft.products, vplus: {...draft.products['vplus'], components: {'ovirt-manager': 'olvm/manager', server: 'own-host'}}}};
	t.deepEqual(completeProfile(placed, catalog).products['vplus']!.components, {'ovirt-manager': 'olvm/manager', server: 'own-host'});
	t.deepEqual(completeProfile({...placed, chosen: ['vplus']}, catalog).products['vplus']!.components, {server: 'own-host'});
});

test('hosts that nothing runs on are left out, with their zones and addresses', async t => {
	const catalog = await readTestCatalog();
	const draft: Draft = {
		...beginDraft(catalog, ['olvm']),
		products: {olvm: {components: {'websocket-proxy': 'manager'}}},
		hosts: {'olvm-websocket-proxy': {zones: {management: 'lan'}, addresses: {management: ['10.0.0.3']}}, 'olvm-manager': {addresses: {management: ['10.0.0.2'], storage: ['10.9.0.1'], client: []}, zones: {guest: 'gone'}}},
	};
	t.deepEqual(completeProfile(draft, catalog).hosts, {'olvm-manager': {addresses: {management: ['10.0.0.2']}}});
	t.deepEqual(findCodes(catalog, draft), []);
	const apart: Draft = {...draft, products: {olvm: {components: {'websocket-proxy': 'own-host'}}}};
	t.deepEqual(completeProfile(apart, catalog).hosts!['olvm-websocket-proxy'], draft.hosts!['olvm-websocket-proxy']);
});

test('a role in a zone that is gone is nowhere', async t => {
	const catalog = await readTestCatalog();
	const draft: Draft = {...beginDraft(catalog, ['olvm']), networks: {management: 'lan', storage: 'gone'}};
	t.deepEqual(completeProfile(draft, catalog).networks, {management: 'lan'});
	t.deepEqual(findCodes(catalog, draft), []);
});

test('a release that the catalog no longer has is a problem to correct, and no reason to end', async t => {
	const catalog = await readTestCatalog();
	for (const id of Object.keys(catalog.products)) {
		const begin = beginDraft(catalog, [id]);
		const draft: Draft = {...begin, products: {[id]: {...begin.products[id], version: '0.0'}}};
		t.deepEqual(findCodes(catalog, draft), ['profile/unknown-version'], `${id}`);
		const {questions} = lookAt(catalog, draft);
		const version = questions.find(({kind}) => kind === 'version');
		t.true(version?.kind === 'version');
	}
});

test('property names of JavaScript objects are words like others', async t => {
	const catalog = await readTestCatalog();
	const draft = {...beginDraft(catalog, ['olvm']), hosts: JSON.parse('{"tostring": {"zones": {"management": "lan"}}}') as Draft['hosts'], chosen: ['olvm', 'valueof']};
	t.deepEqual(findCodes(catalog, draft), []);
});

test('whatever is chosen, answered and taken back is a draft whose profile plans, without a problem of what is left over', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomActions, actions => {
		const draft = actAll(catalog, makeDraft('design', 'Design'), actions);
		t.is(draftSchema.safeParse(draft).error?.issues, undefined);
		const profile = completeProfile(draft, catalog);
		t.is(profileSchema.safeParse(profile).error?.issues, undefined);
		// Only what is still missing.
		t.deepEqual(findProfileProblems(profile, catalog).filter(({code}) => code !== 'profile/no-products' && code !== 'profile/no-mode'), []);
		t.deepEqual(completeProfile(openProfile(profile), catalog), profile);
		const {flows, hosts} = derive(catalog, profile);
		t.true(flows.every(({disposition, missing}) => (disposition === 'needs-input') === (missing !== undefined)));
		t.true(hosts.every(({interfaces}) => interfaces.length >= 0));
	}), {numRuns: 150});
});

test('what was answered before products were taken away and chosen again comes to the same profile', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomActions, fc.array(fc.nat({max: 9}), {maxLength: 4}), (actions, others) => {
		const draft = actAll(catalog, beginDraft(catalog, Object.keys(catalog.products)), actions);
		const ids = Object.keys(catalog.products);
		const away = {...draft, chosen: draft.chosen.filter((_, index) => !others.includes(index))};
		t.true(draftSchema.safeParse(away).success);
		t.deepEqual(findProfileProblems(completeProfile(away, catalog), catalog).filter(({code}) => code !== 'profile/no-products' && code !== 'profile/no-mode'), []);
		t.deepEqual(completeProfile({...away, chosen: ids.filter(id => draft.chosen.includes(id))}, catalog), completeProfile(draft, catalog));
	}), {numRuns: 60});
});
