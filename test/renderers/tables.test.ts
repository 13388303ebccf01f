import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {parseAddressCsv} from '../../source/core/import/csv.js';
import {readCsvRows} from '../../source/core/import/csv-rows.js';
import type {Flow, Plan, Rule} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {compare} from '../../source/core/problem.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {showUnfit} from '../../source/core/text.js';
import {csv} from '../../source/renderers/csv.js';
import {planToJson} from '../../source/renderers/index.js';
import {tables} from '../../source/renderers/tables.js';
import {listSheets} from '../../source/renderers/xlsx.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile} from '../helpers/random-profile.js';
import {makeLargePlan, makeSamplePlan, templates} from '../helpers/sample-plan.js';

const catalog = await readTestCatalog();
const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};
const starters = readdirSync('templates/profiles').map(file => path.basename(file, '.yaml'));
const makeStarterPlan = (name: string) => plan(catalog, parseProfile(readFileSync(`templates/profiles/${name}.yaml`, 'utf8'), name, catalog).value!, options);

type TableRow = Readonly<Record<string, string>>;

/** The rows of a table as its sheet has them, by the columns of its head. */
function readRecords(design: Plan, id: string): TableRow[] {
	const [head, ...rows] = listSheets(design, templates).find(({title}) => title === tables.find(table => table.id === id)!.title)!.rows.map(row => row.map(cell => typeof cell === 'object' ? cell.warning : String(cell)));
	return rows.map(row => Object.fromEntries(head!.map((name, column) => [name, row[column]!])));
}

/** Files of CSV, each row as its fields. */
function readFiles(design: Plan): Map<string, string[][]> {
	return new Map(csv.render(design, templates).map(file => [file.path, [...readCsvRows(file.content, ',')].map(({cells}) => cells.map(({text}) => text))]));
}

const join = (texts: ReadonlyArray<string | undefined>) => showUnfit(texts.join(', '));
const connections = (flows: readonly string[]) => join([...new Set(flows.map(flow => flow.split('@')[0]))]);
const listAddresses = (ends: Rule['sources']) => join([...new Set(ends.flatMap(({addresses, placeholder}) => placeholder === undefined ? addresses : [placeholder]))]);

/** Every part of a plan stands in its table exactly once and complete, and nothing else does. */
function holdsAll(t: ExecutionContext, design: Plan): void {
	const {rules, removed, denies} = design;
	const ordered = [...rules.filter(({scope}) => scope === 'network'), ...rules.filter(({scope}) => scope === 'host')];
	const lines = readRecords(design, 'lines');
	t.deepEqual(lines.map(row => row['Line']), [...denies, ...ordered, ...removed].map(({id}) => showUnfit(id)));
	t.deepEqual(lines.map(row => row['Action']), [...denies.map(() => 'deny'), ...ordered.map(() => 'permit'), ...removed.map(() => 'remove')]);
	for (const [position, rule] of [...ordered, ...removed].entries()) {
		const row = lines[denies.length + position]!;
		t.like(row, {
			Ready: rule.isReady ? 'yes' : 'no, address missing',
			Firewall: rule.scope,
			'Source addresses': listAddresses(rule.sources),
			'Destination addresses': listAddresses(rule.destinations),
			IP: `IPv${rule.ipVersion}`,
			Ports: join(rule.ports),
			Need: rule.need,
			Logging: showUnfit(rule.logging),
			Connections: connections(rule.flows),
		}, `${rule.id}`);
		t.is(row['Status'], position < ordered.length ? rule.status : 'remove');
	}

	for (const [position, deny] of denies.entries()) {
		t.like(lines[position], {'Source hosts': showUnfit(deny.source), 'Destination hosts': showUnfit(deny.destination), Ports: join(deny.ports), Purpose: showUnfit(deny.purpose)});
	}

	const titles = new Map(design.zones.map(({id, title}) => [id, showUnfit(title)]));
	const key = (rule: Rule, zone: string, direction: string) => rule.services.map(({ports, purpose}) => JSON.stringify([titles.get(zone), direction, rule.id, join(ports), showUnfit(purpose)]));
	const expected = rules.flatMap(rule => rule.scope === 'host' ? key(rule, rule.sourceZone, 'inside') : [...key(rule, rule.sourceZone, 'outbound'), ...key(rule, rule.destinationZone, 'inbound')]);
	t.deepEqual(readRecords(design, 'ports').map(row => JSON.stringify([row['Zone'], row['Direction'], row['Line'], row['Ports'], row['Purpose']])).toSorted(compare), expected.toSorted(compare));
	for (const row of readRecords(design, 'ports')) {
		const line = lines.find(({Line: id}) => id === row['Line'])!;
		t.deepEqual([row['From addresses'], row['To addresses'], row['Ready']], [line['Source addresses'], line['Destination addresses'], line['Ready']]);
	}

	const {hosts, zones} = JSON.parse(planToJson(design)) as {hosts: Array<{id: string; title: string; interfaces: Array<{role: string; zone?: string; addresses: string[]}>}>; zones: Array<{id: string; networks: string[]}>};
	t.deepEqual(
		readRecords(design, 'hosts').map(row => [row['Host'], row['Title'], row['Role'], row['Zone id'], row['Address']]),
		hosts.flatMap(({id, title, interfaces}) => interfaces.length === 0
			? [[id, showUnfit(title), '', '', '']]
			: interfaces.map(({role, zone, addresses}) => [id, showUnfit(title), role, zone ?? '', join(addresses)])),
	);
	t.deepEqual(readRecords(design, 'zones').map(row => `${row['Id']} ${row['Networks']}`).toSorted(compare), zones.map(({id, networks}) => `${id} ${join(networks)}`).toSorted(compare));
	t.deepEqual(
		readRecords(design, 'findings').map(row => Object.values(row)),
		design.findings.map(({id, severity, status, title, message, why, remedy, rules: about, flows, acceptance: {by = '', on = '', until = '', reason = ''} = {}}) =>
			[id, severity, status, title, message, why, remedy, join(about), connections(flows), by, on, until, reason].map(text => showUnfit(text))),
	);
	t.deepEqual(
		readRecords(design, 'questions').map(row => [row['Question'], row['Ask'], row['Blocking'], row['Text'], row['Answer'], row['Entries']]),
		design.openQuestions.map(({id, askOf, blocking, text, answer, flows}) => [id, askOf, blocking ? 'yes' : 'no', text, answer?.answer ?? '', String(flows.length)].map(value => showUnfit(value))),
	);
	const viewFlow = ({id, disposition, reason, service, purpose}: Flow) => [id, disposition, reason, join(service.ports), purpose].map(text => showUnfit(text));
	t.deepEqual(readRecords(design, 'flows').map(row => [row['Flow'], row['Disposition'], row['Reason'], row['Ports'], row['Purpose']]), design.flows.map(flow => viewFlow(flow)));
}

for (const name of starters) {
	test(`${name}: the tables hold every line, port, host, finding, question and flow exactly once`, t => {
		holdsAll(t, makeStarterPlan(name));
	});
}

test('a plan in which every part has something to show is in the tables', t => {
	holdsAll(t, makeSamplePlan());
	t.like(readRecords(makeSamplePlan(), 'lines').find(({Line: id}) => id === 'H-BEAT'), {Ready: 'no, address missing', 'Source addresses': '<nodes migration IPv4>'});
	t.like(Object.fromEntries(readRecords(makeSamplePlan(), 'request').map(row => [row['What'], row['Value']])), {Ready: 'no', 'Not ready because': 'Open question address@nodes/migration', 'Replaces request': 'CHG-0', 'Explicit denies': '1', 'Network lines to remove': '1'});
});

test('random designs with hostile texts are in the tables', t => {
	fc.assert(fc.property(randomProfile(catalog, {maxProducts: 2}), profile => {
		holdsAll(t, plan(catalog, profile, options));
	}), {numRuns: 15});
});

test('the files of CSV say what the sheets say, but for the guards of formulas', t => {
	fc.assert(fc.property(randomProfile(catalog, {maxProducts: 1}), profile => {
		const design = plan(catalog, profile, options);
		const files = readFiles(design);
		const drop = (text: string) => text.replaceAll('\'', '');
		for (const {title, rows} of listSheets(design, templates)) {
			const file = files.get(`${tables.find(table => table.title === title)!.id}.csv`)!;
			t.deepEqual(file.map(row => row.map(field => drop(field))), rows.map(row => row.map(cell => drop(typeof cell === 'object' ? cell.warning : String(cell)))), `${title}`);
		}
	}), {numRuns: 10});
});

test('every row of a file has the fields of its head, and none is a formula', t => {
	const nasty = '=1+1", @x; -2\n+3\t=4';
	const sample = makeSamplePlan();
	const design: Plan = {
		...sample,
		change: {...sample.change, title: nasty, requester: nasty, contacts: [nasty], reason: nasty},
		zones: sample.zones.map(zone => ({...zone, title: nasty})),
		hosts: sample.hosts.map(host => ({...host, title: nasty})),
		rules: sample.rules.map(rule => ({...rule, sources: rule.sources.map(end => ({...end, title: nasty})), services: rule.services.map(service => ({...service, purpose: nasty, application: nasty}))})),
		findings: sample.findings.map(finding => ({...finding, message: nasty})),
		openQuestions: sample.openQuestions.map(question => ({...question, text: nasty})),
	};
	for (const [file, rows] of readFiles(design)) {
		t.true(rows.length > 1, `${file}`);
		for (const row of rows) {
			t.is(row.length, rows[0]!.length, `${file}`);
			for (const field of row) {
				t.notRegex(field, /^["\s]*[=+\-@]|[;\t\n]["\s]*[=+\-@]/v, `${file}`);
			}
		}
	}
});

test('the hosts can be imported again', t => {
	const design = makeSamplePlan();
	const {entries, problems} = parseAddressCsv(csv.render(design, templates).find(file => file.path === 'hosts.csv')!.content);
	t.deepEqual(problems, []);
	t.deepEqual(entries.filter(({host}) => host === 'nodes').map(({role, address}) => `${role} ${address}`), [...['21', '23', '25', '27', '29', '31-10.0.0.32'].map(end => `management 10.0.0.${end}`)]);
});

test('the lines come first, because they stand for all tables where only one is printed', t => {
	t.deepEqual(csv.render(makeSamplePlan(), templates).map(file => file.path), ['lines.csv', 'ports.csv', 'zones.csv', 'hosts.csv', 'findings.csv', 'questions.csv', 'flows.csv', 'request.csv']);
});

for (const count of [250, 2000]) {
	test(`${count} lines are all in the tables`, t => {
		const design = makeLargePlan({zones: 10, hostsPerZone: count / 10, peers: 1});
		const files = readFiles(design);
		t.is(new Set(files.get('lines.csv')!.slice(1).map(([id]) => id)).size, count);
		t.is(files.get('ports.csv')!.length, (2 * count) + 1);
		t.is(files.get('flows.csv')!.length, count + 1);
	});
}
