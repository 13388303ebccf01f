import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {findCatalogProblems} from '../../source/core/catalog/checks/index.js';
import {countRows} from '../../source/core/catalog/checks/rows.js';
import {parseCatalog} from '../../source/core/catalog/parse.js';
import {plan} from '../../source/core/plan.js';
import {parsePortRange, type PortRange} from '../../source/core/ports.js';
import {compare} from '../../source/core/problem.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {own} from '../../source/core/records.js';

const entries = await readdir('catalog', {recursive: true});
const names = entries.filter(name => name.endsWith('.yaml')).toSorted(compare);
const files = await Promise.all(names.map(async name => ({path: name.replaceAll(path.sep, '/'), text: await readFile(path.join('catalog', name), 'utf8')})));
const {value: parsed, problems} = parseCatalog(files);
if (parsed === undefined) {
	throw new Error(problems.map(({file, line, column, code, message}) => `${file}:${line}:${column} ${code} ${message}`).join('\n'));
}

const {catalog} = parsed;

test('the catalog has no problem', t => {
	t.deepEqual(findCatalogProblems(parsed).map(({file, line, column, code, message}) => `${file}:${line}:${column} ${code} ${message}`), []);
});

/*
Written down so that a row cannot get lost together with the flow that covers it: who changes a number here has counted again.
*/
// Rows, those with ports, statements, those set aside.
const rows: Record<string, number[]> = {
	'okm-connections': [38, 31, 5, 2],
	'olvm-firewall': [28, 21, 7, 0],
	'olvm-planning': [1, 0, 1, 0],
	'oracle-vm-concepts-3.3': [2, 1, 1, 0],
	'oracle-vm-installation-3.1': [7, 5, 0, 2],
	'oracle-vm-installation-3.3': [9, 6, 0, 3],
	'oracle-vm-overview': [68, 22, 29, 17],
	'oracle-vm-preinstallation': [25, 8, 14, 3],
	'oracle-vm-security-3.3': [9, 8, 1, 0],
	'oracle-vm-security-3.4': [9, 7, 2, 0],
	'oracle-vm-users-guide-3.1': [2, 0, 2, 0],
	'storware-architecture': [9, 0, 3, 6],
	'storware-olvm': [1, 0, 1, 0],
	'storware-requirements-7.1': [16, 15, 1, 0],
	'vplus-requirements': [50, 32, 15, 3],
	'vplus-requirements-undated': [10, 8, 1, 1],
	'vprotect-high-availability-4.3': [4, 4, 0, 0],
	'vprotect-manual-4.3': [10, 7, 2, 1],
	'vprotect-requirements-4.3': [39, 37, 2, 0],
};

test('no row of a document got lost', t => {
	t.deepEqual(Object.fromEntries(Object.values(catalog.documents).map(document => {
		const {rows: all, flowRows, statements, setAside} = countRows(document);
		return [document.id, [all, flowRows, statements, setAside]];
	})), rows);
});

test('every row is covered or set aside with a reason, and every document belongs to a product', t => {
	const cited = new Set(Object.values(catalog.products).flatMap(product => JSON.stringify(product).match(/"[\-.a-z\d]+\/[\-.a-z\d]+"/gv) ?? []));
	const left = Object.values(catalog.documents).flatMap(document => document.rows.filter(row => row.setAside === undefined && !cited.has(`"${document.id}/${row.id}"`)).map(row => `${document.id}/${row.id}`));
	t.deepEqual(left, []);
	const used = new Set(Object.values(catalog.products).flatMap(product => product.documents));
	t.deepEqual(Object.keys(catalog.documents).filter(id => !used.has(id)), []);
});

/** Every range of ports a product can open: of its flows, of defaults and of what its documents print. */
function listPorts(id: string): PortRange[] {
	const product = catalog.products[id]!;
	const texts = [
		...product.flows.flatMap(({service}) => service.parameter === undefined ? service.ports ?? [] : [own(product.parameters, service.parameter)?.default ?? []].flat().map(String)),
		...Object.values(product.parameters).filter(({kind}) => kind !== 'count').flatMap(({default: value = []}) => [value].flat().map(String)),
	];
	return texts.flatMap(text => text.split(/[\s,]+/v)).map(text => parsePortRange(text.replace(/^(?:tcp|udp)\//v, ''))).filter(range => typeof range !== 'string');
}

const holds = (port: number) => ({from, to}: PortRange) => from <= port && port <= to;

function holdsAny(text: string, ports: readonly number[]): boolean {
	const range = parsePortRange(text);
	return typeof range !== 'string' && ports.some(port => holds(port)(range));
}

test('the console proxy of Oracle VM on 15901 and the agent of vPlus on 15900 never become each other, nor a range', t => {
	t.deepEqual(listPorts('oracle-vm').filter(range => holds(15_900)(range)), []);
	t.deepEqual(listPorts('oracle-vm').filter(range => holds(15_901)(range)), [{from: 15_901, to: 15_901}]);
	t.deepEqual(listPorts('vplus').filter(range => holds(15_901)(range)), []);
	t.true(listPorts('vplus').filter(range => holds(15_900)(range)).every(({from, to}) => from === 15_900 && to === 15_900));
	t.true(listPorts('vplus').some(range => holds(15_900)(range)));

	const application = (id: string, port: string) => new Set(catalog.products[id]!.flows.filter(({service}) => service.ports?.includes(port)).map(({service}) => service.application));
	t.deepEqual(application('oracle-vm', '15901'), new Set(['vnc']));
	t.deepEqual(application('vplus', '15900'), new Set(['backup-agent']));

	for (const {id, rows: documentRows} of Object.values(catalog.documents)) {
		for (const {id: row, services = []} of documentRows) {
			for (const service of services.filter(text => /159\d\d/v.test(text))) {
				t.is(service, id.startsWith('oracle-vm') ? 'tcp/15901' : 'tcp/15900', `${id}/${row}`);
			}
		}
	}
});

test('both ports in one design stay two lines', t => {
	// Release 3.2 is the last one whose documents name the console proxy.
	const {value: profile, problems: wrong} = parseProfile(`schemaVersion: 1
name: both
title: Console proxy and agents
products:
  oracle-vm: {version: '3.2'}
  vplus: {modes: [os-agent]}
zones:
  - {id: lan, title: LAN, trust: internal, networks: [10.0.0.0/24]}
  - {id: core, title: Core, trust: restricted, networks: [10.0.1.0/24]}
networks: {management: core}
hosts:
  oracle-vm-console-client: {zones: {client: lan}, addresses: {client: [10.0.0.10]}}
  vplus-os-agent: {zones: {management: lan, guest: lan, backup: lan}, addresses: {management: [10.0.0.10], guest: [10.0.0.10], backup: [10.0.0.10]}}
  oracle-vm-manager: {addresses: {management: [10.0.1.10]}}
  vplus-node: {addresses: {management: [10.0.1.10]}}
`, 'both.yaml', catalog);
	t.is(wrong, undefined);
	const {rules} = plan(catalog, profile!, {today: '2026-11-22', tool: {name: 'test', version: '0'}});
	const found = rules.map(rule => rule.ports.filter(port => holdsAny(port, [15_900, 15_901]))).filter(ports => ports.length > 0);
	t.deepEqual(found.toSorted(([a], [b]) => compare(a!, b!)), [['15900'], ['15901']]);
});
