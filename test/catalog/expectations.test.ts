import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import type {Catalog, CatalogFlow} from '../../source/core/model.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {findDifferences, findUsedFlows, readExpectations, type Expectation} from '../helpers/expectations.js';

/*
Each file of expectations/ holds the answers for one product and every connection that its documents call for with these answers,
written from the documents by somebody who had not seen the flows of the catalog. Where a plan differs the document decides, at
the place that `row` names; neither file is corrected to fit the other. helpers/expectations.ts describes the files.
*/
const catalog = await readTestCatalog();
const expectations = await readExpectations(path.join(process.cwd(), 'test/catalog/expectations'));

function listExpectations(product: string): Expectation[] {
	return expectations.map(({expectation}) => expectation).filter(expectation => expectation.product === product);
}

for (const {file, expectation} of expectations) {
	test(`${expectation.product}: documents and plan agree, connection by connection: ${expectation.title} (${file})`, t => {
		t.is(findDifferences(catalog, expectation).join('\n'), '');
	});
}

for (const [id, {flows, modes = {}, options}] of Object.entries(catalog.products)) {
	test(`${id}: some expectation needs each flow of the catalog`, t => {
		const used = new Set(listExpectations(id).flatMap(expectation => findUsedFlows(catalog, expectation)));
		t.deepEqual(flows.map(flow => `${id}/${flow.id}`).filter(flow => !used.has(flow)), []);
	});

	test(`${id}: some expectation has each mode, and some answers each option`, t => {
		const answers = listExpectations(id).map(expectation => expectation.answers);
		t.deepEqual(Object.keys(modes).filter(mode => !answers.some(answer => answer.modes?.includes(mode))), []);
		t.deepEqual(Object.keys(options).filter(option => !answers.some(answer => answer.options?.[option] !== undefined)), []);
	});
}

test('vplus: every mode of the 7.0 page has an expectation of its own', t => {
	const ofPage = Object.entries(catalog.products['vplus']!.modes!).filter(([, mode]) => mode.sources?.[0]?.startsWith('vplus-requirements/')).map(([id]) => id);
	t.is(ofPage.length, 15);
	t.deepEqual(ofPage.filter(mode => !expectations.some(({file}) => file === `vplus.${mode}.yaml`)), []);
});

/** Differences of a file that is changed, or of one beside a changed catalog. */
function findChanged(file: string, change: (expectation: Expectation) => Partial<Expectation>, changedCatalog = catalog): string[] {
	const {expectation} = expectations.find(entry => entry.file === file)!;
	return findDifferences(changedCatalog, {...expectation, ...change(expectation)});
}

test('a line that is dropped, made up, reversed or encrypted otherwise is found', t => {
	const find = (...connections: string[]) => findChanged('vplus.os-agent.yaml', ({permitted: [first]}) => ({permitted: [{row: first!.row, connections}]}))
		.filter(line => line.startsWith('permitted: ')).map(line => line.replace(/ \(.*$/v, ''));
	const line = 'os-agent -> node tcp/15900 unstated';
	const missing = 'permitted: missing:';
	const extra = 'permitted: not expected:';
	t.deepEqual(find(line), []);
	t.deepEqual(find(), [`${extra} ${line}`]);
	t.deepEqual(find(line, 'os-agent -> node udp/514 no'), [`${missing} os-agent -> node udp/514 no`]);
	t.deepEqual(find('os-agent -> node tcp/15900 yes'), [`${missing} os-agent -> node tcp/15900 yes`, `${extra} ${line}`]);
	t.deepEqual(find('node -> os-agent tcp/15900 unstated'), [`${missing} node -> os-agent tcp/15900 unstated`, `${extra} ${line}`]);
	t.deepEqual(find('os-agent -> node tcp/15900-15902 unstated'), [`${missing} os-agent -> node tcp/15901-15902 unstated`]);
});

test('the parts of a range that nobody expects are found', t => {
	const line = 'vm-portal-client -> kvm-host tcp/5900-6923 yes';
	const replace = (connections: string[], ports: string[]) => connections.flatMap(text => text === line ? ports.map(range => line.replace('5900-6923', range)) : [text]);
	const find = (...ports: string[]) => findChanged('olvm.defaults.yaml', ({permitted}) => ({permitted: permitted.map(({row, connections}) => ({row, connections: replace(connections, ports)}))}))
		.filter(text => text.startsWith('permitted: ')).map(text => text.replace(/ \(.*$/v, ''));
	t.deepEqual(find('5900-6923'), []);
	t.deepEqual(find('5900-6000', '6001-6923'), []);
	t.deepEqual(find('5900-6000', '6001-6922'), ['permitted: not expected: vm-portal-client -> kvm-host tcp/6923 yes']);
	t.deepEqual(find('5899-6000', '6002-6923'), [
		'permitted: missing: vm-portal-client -> kvm-host tcp/5899 yes',
		'permitted: not expected: vm-portal-client -> kvm-host tcp/6001 yes',
	]);
});

test('what is never permitted is found in any part of a range, and only in its protocol and direction', t => {
	const find = (line: string) => findChanged('olvm.defaults.yaml', () => ({never: [{why: 'so it is', connections: [line]}]}));
	t.regex(find('* -> kvm-host tcp/6923-7000').join('\n'), /^never: permitted, although so it is: \* -> kvm-host tcp\/6923-7000 \(/v);
	t.regex(find('vm-portal-client -> * tcp/5000-5900').join('\n'), /^never: permitted, although so it is: vm-portal-client -> \* tcp\/5000-5900 \(/v);
	t.deepEqual(find('* -> kvm-host udp/6923'), []);
	t.deepEqual(find('* -> kvm-host tcp/6924-7000'), []);
	t.deepEqual(find('kvm-host -> vm-portal-client tcp/5900'), []);
});

/** What is wrong, and how the differences begin that must be found. */
type Mistake<Change> = {readonly file: string; readonly change: Change; readonly expected: readonly string[]};

const isFound = test.macro({
	exec(t, {file, change, expected}: Mistake<(expectation: Expectation) => Partial<Expectation>>) {
		const found = findChanged(file, change);
		t.deepEqual(expected.filter(beginning => !found.some(line => line.startsWith(beginning))), []);
	},
	title: (subject = '') => `a wrong expectation is found: ${subject}`,
});

test('the IP version of a line', isFound, {
	file: 'okm.everything.yaml',
	change: ({permitted}) => ({permitted: permitted.map(({ipVersion, ...row}) => row)}),
	expected: [
		'permitted: missing: kma -> dhcp-server udp/68 unstated (kma, Table 1-2, 68, connecting) in IPv6',
		'the request: missing: okm-kma -> dhcp-server udp/68 (kma, Table 1-2, 68, connecting) in IPv6',
		'needsInput with addresses of nobody: missing: kma -> dhcp-server udp/68 unstated (kma, Table 1-2, 68, connecting) in IPv6',
	],
});
test('the IP version of a drop', isFound, {
	file: 'okm.everything.yaml',
	change: ({denied}) => ({denied: denied.map(row => ({...row, ipVersion: 6}))}),
	expected: [
		'denied: missing: internal-host -> internet-host ip/41 unstated',
		'the drops: not expected: Internal hosts -> Internet hosts udp/3544',
	],
});
test('no drop', isFound, {
	file: 'okm.everything.yaml',
	change: () => ({denied: []}),
	expected: [
		'denied: not expected: internal-host -> internet-host ip/41 unstated',
		'the drops: not expected: Internal hosts -> Internet hosts ip/41',
	],
});
test('an unnamed outsider too few', isFound, {
	file: 'okm.defaults.yaml',
	change: () => ({unnamed: []}),
	expected: [
		'permitted with addresses of components: missing: ntp-peer -> kma tcp/123 unstated',
		'needsInput with addresses of nobody: not expected: ntp-peer -> kma udp/123 unstated',
	],
});
test('unnamed outsiders too many', isFound, {
	file: 'okm.defaults.yaml',
	change: () => ({unnamed: ['ntp-peer', 'agent', 'customers']}),
	expected: [
		'unnamed: has no line: customers',
		'permitted with addresses of components: not expected: agent -> kma tcp/3331 unstated',
		'needsInput with addresses of nobody: missing: agent -> kma tcp/3331 unstated',
	],
});
test('opened instead of withheld', isFound, {
	file: 'vplus.fusioncompute.yaml',
	change: ({permitted, notOpened}) => ({permitted: [...permitted, ...notOpened], notOpened: []}),
	expected: [
		'permitted: missing: node -> fusioncompute-host tcp/445 unstated',
		'notOpened: not expected: fusioncompute-host -> node tcp/445 unstated',
		'the request: missing: vplus-node -> vplus-fusioncompute-host tcp/445',
		'never: permitted, although the page names hosts of another platform: * -> * tcp/445',
	],
});
test('opened instead of local', isFound, {
	file: 'olvm.defaults.yaml',
	change: ({permitted, local}) => ({permitted: [...permitted, ...local], local: []}),
	expected: [
		'permitted: missing: data-warehouse -> manager tcp/5432 no',
		'local: not expected: manager -> manager udp/5432 no',
	],
});
test('one interface of two', isFound, {
	file: 'vplus.xen-single-image.transfer-nic.yaml',
	change: ({permitted: [first]}) => ({permitted: [first!]}),
	expected: [
		'permitted: not expected: node -> xen-hypervisor@backup tcp/443 unstated',
		'the request: not expected: vplus-node/management -> vplus-xen-hypervisor/backup tcp/443',
	],
});
test('an interface that nobody has', isFound, {
	file: 'vplus.xen-single-image.transfer-nic.yaml',
	change: () => ({interfaces: {'vplus-xen': ['storage']}}),
	expected: ['interfaces: no host of the design: vplus-xen', 'interfaces: nobody has this one: xen-hypervisor@backup'],
});
test('machines that are not one', isFound, {
	file: 'vplus.with-olvm-separate-proxy.yaml',
	change: () => ({sameHost: {'ovirt-manager': 'olvm/kvm-host', server: 'node'}}),
	expected: [
		'not one machine: ovirt-manager on olvm-manager, olvm/kvm-host on olvm-kvm-host',
		'not one machine: server on vplus-server, node on vplus-node',
	],
});
test('a design without the product beside', isFound, {
	file: 'vplus.with-olvm-separate-proxy.yaml',
	change: () => ({beside: {}}),
	expected: [
		'permitted: not expected: node -> ovirt-manager tcp/54323 unstated',
		'not one machine: ovirt-manager on vplus-ovirt-manager, olvm/manager on none',
	],
});
test('documents and parties that do not exist', isFound, {
	file: 'okm.defaults.yaml',
	change: ({documents, permitted, never}) => ({
		documents: {...documents, other: 'Another document'},
		permitted: [...permitted, {row: 'elsewhere, Table 1', connections: ['nobody -> kma tcp/1 no']}],
		never: [...never, {why: 'so it is', connections: ['* -> nowhere tcp/1']}],
		unnamed: ['somebody'],
	}),
	expected: [
		'no document of the file: elsewhere',
		'no row of the document: other',
		'neither a component nor an actor: nobody',
		'neither a component nor an actor: nowhere',
		'neither a component nor an actor: somebody',
	],
});
test('answers that the product does not know', isFound, {
	file: 'okm.defaults.yaml',
	change: () => ({answers: {options: {dns: 'perhaps'}}}),
	expected: ['the answers are wrong: products.okm.options.dns: '],
});

const isFoundInCatalog = test.macro({
	exec(t, {file, flow: id, change, expected}: Mistake<(flow: CatalogFlow) => CatalogFlow[]> & {readonly flow: string}) {
		const [name] = file.split('.') as [string];
		const product = catalog.products[name]!;
		const flows = product.flows.flatMap(flow => flow.id === id ? change(flow) : [flow]);
		const changed: Catalog = {...catalog, products: {...catalog.products, [name]: {...product, flows}}};
		const found = findChanged(file, () => ({}), changed);
		t.deepEqual(expected.filter(beginning => !found.some(line => line.startsWith(beginning))), []);
	},
	title: (subject = '') => `a wrong flow of the catalog is found: ${subject}`,
});

test('another port', isFoundInCatalog, {
	file: 'vplus.os-agent.yaml',
	flow: 'agent-os-agent-node',
	change: flow => [{...flow, service: {...flow.service, ports: ['15901']}}],
	expected: ['permitted: missing: os-agent -> node tcp/15900 unstated', 'never: permitted, although the agent opens the connection'],
});
test('reversed', isFoundInCatalog, {
	file: 'vplus.os-agent.yaml',
	flow: 'agent-os-agent-node',
	change: flow => [{...flow, initiator: flow.responder, responder: flow.initiator}],
	expected: ['permitted: missing: os-agent -> node tcp/15900 unstated', 'never: permitted, although the agent opens the connection'],
});
test('encrypted otherwise', isFoundInCatalog, {
	file: 'vplus.os-agent.yaml',
	flow: 'agent-os-agent-node',
	change: flow => [{...flow, encrypted: 'yes'}],
	expected: ['permitted: not expected: os-agent -> node tcp/15900 yes'],
});
test('removed', isFoundInCatalog, {
	file: 'vplus.os-agent.yaml',
	flow: 'agent-os-agent-node',
	change: () => [],
	expected: ['permitted: missing: os-agent -> node tcp/15900 unstated', 'the request: missing: vplus-os-agent/management -> vplus-node/management tcp/15900'],
});
test('no longer withheld', isFoundInCatalog, {
	file: 'vplus.fusioncompute.yaml',
	flow: 'smb-node-fusioncompute-host',
	change: ({withheld, ...flow}) => [flow],
	expected: ['permitted: not expected: node -> fusioncompute-host tcp/445 unstated', 'never: permitted, although the page names hosts of another platform'],
});
