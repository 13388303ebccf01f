import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {listMissingChangeFields} from '../../source/core/change-fields.js';
import {plan} from '../../source/core/plan.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import type {Flow, Plan, Profile} from '../../source/core/model.js';
import {listFindings} from '../../source/tui/review/findings.js';
import {listAllLines, type ReviewItem, type ReviewOptions} from '../../source/tui/review/item.js';
import {listLines} from '../../source/tui/review/lines.js';
import {listPorts} from '../../source/tui/review/ports.js';
import {findFindingTarget, findQuestionTarget} from '../../source/tui/review/targets.js';
import {drawTopology} from '../../source/tui/review/topology.js';
import {formatLine} from '../../source/tui/text/styled.js';
import {measureLine} from '../../source/tui/text/width.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {largeDesign} from '../helpers/large-design.js';
import {makeHost, makePlan, makeSamplePlan, makeZone} from '../helpers/sample-plan.js';

const parts = {topology: drawTopology, ports: listPorts, lines: listLines, findings: listFindings} as const;
const folder = path.resolve('templates/profiles');
const names = readdirSync(folder).map(file => path.basename(file, '.yaml'));
const widths = [44, 58, 80, 120];

async function readStarter(name: string): Promise<Profile> {
	const {value, problems} = parseProfile(readFileSync(path.join(folder, `${name}.yaml`), 'utf8'), `${name}.yaml`, await readTestCatalog());
	if (problems) {
		throw new Error(JSON.stringify(problems));
	}

	return value;
}

async function derive(profile: Profile, today = '2026-11-22'): Promise<Plan> {
	return plan(await readTestCatalog(), profile, {today, tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
}

/** The design with everything left out that may be left out. */
function strip({schemaVersion, name, title, products, zones, networks, hosts}: Profile): Profile {
	return {
		schemaVersion,
		name,
		title,
		products: Object.fromEntries(Object.entries(products).map(([id, {parameters: _, ...answers}]) => [id, answers])),
		zones: zones.map(({networks: _, ...zone}) => zone),
		networks,
		hosts: Object.fromEntries(Object.entries(hosts ?? {}).map(([id, {addresses: _, ...host}]) => [id, host])),
	};
}

/** Every text of a design at its longest, in a script with wide characters. */
function lengthen(profile: Profile): Profile {
	const long = '防火墙 管理者 Netzwerkübergangsverantwortliche '.repeat(6).slice(0, 199).trim();
	return {
		...profile,
		title: long,
		zones: profile.zones.map(zone => ({...zone, title: long})),
		hosts: Object.fromEntries(Object.entries(profile.hosts ?? {}).map(([id, host]) => [id, {...host, title: long.replaceAll(' ', '')}])),
	};
}

function format(items: readonly ReviewItem[]): string {
	return items.map(({lines}) => `${lines.map(styled => formatLine(styled)).join('\n')}\n`).join('');
}

/** What is wider than the columns, of the lines and of the details. */
function findTooWide(items: readonly ReviewItem[], columns: number): string[] {
	return items.flatMap(({lines, detail}) => [...lines, ...detail ?? []]).filter(styled => measureLine(styled) > columns || formatLine(styled).includes('\n')).map(styled => formatLine(styled));
}

function ids(items: readonly ReviewItem[], prefix: string): string[] {
	return items.filter(({id}) => id.startsWith(prefix)).map(({id}) => id.slice(prefix.length));
}

const drawAll = (design: Plan, options: ReviewOptions) => Object.values(parts).map(draw => draw(design, options));

for (const name of names) {
	test(`${name}: no line is wider than the columns, whatever is left out and however long the names are`, async t => {
		const profile = await readStarter(name);
		const plans = await Promise.all([profile, strip(profile), lengthen(profile)].map(async design => derive(design)));
		for (const design of plans) {
			for (const columns of [...widths, 20]) {
				for (const items of drawAll(design, {columns, unicode: columns !== 58})) {
					t.deepEqual(findTooWide(items, columns), []);
				}
			}
		}
	});

	test(`${name}: without Unicode there is nothing but ASCII`, async t => {
		const design = await derive(await readStarter(name));
		for (const items of drawAll(design, {columns: 80, unicode: false})) {
			const all = items.flatMap(({lines, detail}) => [...lines, ...detail ?? []]).map(styled => formatLine(styled)).join('\n');
			t.regex(all, /^[ -~\n]*$/v);
		}
	});

	test(`${name}: every zone, conduit, line, flow without a line, finding and question has its item once`, async t => {
		const profile = await readStarter(name);
		for (const design of await Promise.all([profile, strip(profile)].map(async entry => derive(entry)))) {
			for (const columns of [58, 120]) {
				const options = {columns, unicode: true};
				const [topology, ports, lines, findings] = drawAll(design, options) as [ReviewItem[], ReviewItem[], ReviewItem[], ReviewItem[]];
				for (const items of [topology, ports, lines, findings]) {
					t.is(new Set(items.map(({id}) => id)).size, items.length, 'ids are unique');
					t.true(items.every(item => item.lines.length > 0));
				}

				const zones = design.zones.map(({id}) => id).toSorted();
				const targets = topology.filter(({id}) => id.startsWith('zone:')).flatMap(({target, moreTargets}) => [target, ...moreTargets ?? []]);
				const cards = targets.map(target => target?.kind === 'zone' ? target.zone : '').filter(Boolean);
				t.deepEqual(cards.toSorted(), zones);
				t.deepEqual(ids(topology, 'conduit:').toSorted(), design.conduits.map(({id}) => id).toSorted());
				t.deepEqual(ids(ports, 'zone:').toSorted(), zones);
				for (const {id, scope, sourceZone, destinationZone} of design.rules) {
					const expected = scope === 'host' ? [`inside:${sourceZone}:${id}`] : [`inbound:${destinationZone}:${id}`, `outbound:${sourceZone}:${id}`];
					t.deepEqual(ports.map(item => item.id).filter(item => item.endsWith(`:${id}`)).toSorted(), expected);
				}

				t.deepEqual(ids(lines, 'line:').toSorted(), design.rules.map(({id}) => id).toSorted());
				const shown = new Set(ids(lines, 'flow:'));
				const without = design.flows.filter(({disposition}) => disposition === 'not-opened' || disposition === 'needs-input');
				const isShown = ({catalogFlow, reason}: Flow) => without.some(other => shown.has(other.id) && other.catalogFlow === catalogFlow && other.reason === reason);
				t.deepEqual(without.filter(flow => !isShown(flow)).map(({id}) => id), []);
				t.deepEqual(ids(findings, 'finding:'), design.findings.map(({id}) => id));
				t.deepEqual(ids(findings, 'question:').toSorted(), design.openQuestions.map(({id}) => id).toSorted());
				t.deepEqual(ids(findings, 'change:'), listMissingChangeFields(design.change).map(({field}) => field));
			}
		}
	});

	test(`${name}: with everything left out, every question and finding has an answer to go to`, async t => {
		const stripped = strip(await readStarter(name));
		const designs = await Promise.all([stripped, {...stripped, networks: {}, hosts: {}}].map(async profile => derive(profile, '2028-11-22')));
		for (const design of designs) {
			t.true(design.openQuestions.some(({blocking}) => blocking));
			const isKnown = (target: ReviewItem['target']) => {
				if (target === undefined) {
					return false;
				}

				switch (target.kind) {
					case 'zone': {
						return design.zones.some(({id}) => id === target.zone);
					}

					case 'interface': {
						return design.hosts.some(({id}) => id === target.host);
					}

					case 'finding': {
						return design.findings.some(({id}) => id === target.id);
					}

					case 'question': {
						return design.openQuestions.some(({id}) => id === target.id);
					}

					case 'change': {
						return true;
					}

					case 'option':
					case 'parameter':
					case 'component':
					case 'mode':
					case 'version': {
						return design.answers.some(({kind, product, id}) => kind === target.kind && product === target.product && id === target.id);
					}
				}
			};

			const unaimed = [
				...design.openQuestions.filter(question => !isKnown(findQuestionTarget(design, question).target)),
				...design.findings.filter(finding => {
					const {target, reason} = findFindingTarget(design, finding);
					return target === undefined ? finding.status !== 'not-assessable' || reason === '' : !isKnown(target);
				}),
			];
			t.deepEqual(unaimed.map(({id}) => id), []);
		}
	});
}

test('a missing address leads to its interface, a missing value to its parameter, a missing field to the change', async t => {
	const stripped = strip(await readStarter('oracle-vm-pool'));
	const design = await derive(stripped);
	const find = (id: string) => listFindings(design, {columns: 80, unicode: true}).find(item => item.id === id)?.target;
	t.deepEqual(find('question:address@oracle-vm-manager/management'), {kind: 'interface', host: 'oracle-vm-manager', role: 'management'});
	t.deepEqual(find('question:parameter@oracle-vm/secure-vnc-port-range'), {kind: 'parameter', product: 'oracle-vm', id: 'secure-vnc-port-range'});
	t.deepEqual(find('change:requester'), {kind: 'change', field: 'requester'});
	t.deepEqual(find('finding:test-and-rollback@change.rollback'), {kind: 'change', field: 'rollback'});
	const homeless = await derive({...stripped, networks: {}, hosts: {}});
	const question = homeless.openQuestions.find(({id}) => id.startsWith('zone@'))!;
	t.is(`zone@${Object.values(findQuestionTarget(homeless, question).target!).slice(1).join('/')}`, question.id);
});

test('a component is drawn only in the zones of its interfaces, and one without a zone in none', t => {
	const design = makePlan({
		zones: [makeZone({id: 'a', title: 'Zone A', networks: ['10.0.0.0/24']}), makeZone({id: 'b', title: 'Zone B', networks: ['10.1.0.0/24']})],
		hosts: [
			makeHost('first', {title: 'First', roles: {management: ['a', '10.0.0.1'], storage: ['b', '10.1.0.1']}}),
			makeHost('second', {title: 'Second', roles: {management: ['a', '10.0.0.2'], migration: [undefined]}}),
			makeHost('third', {title: 'Third', roles: {management: [undefined]}}),
		],
	});
	const items = drawTopology(design, {columns: 58, unicode: true});
	const text = (id: string) => format(items.filter(item => item.id === id));
	t.regex(text('zone:a'), /First: management 10\.0\.0\.1/v);
	t.regex(text('zone:a'), /Second: management 10\.0\.0\.2/v);
	t.notRegex(text('zone:a'), /storage|migration|Third/v);
	t.regex(text('zone:b'), /First: storage 10\.1\.0\.1/v);
	t.notRegex(text('zone:b'), /management|Second|Third/v);
	t.regex(text('unplaced'), /Second: migration.*Third: management/sv);
	t.notRegex(text('unplaced'), /First/v);
});

test('what is denied, in clear text or unknown says so in words', t => {
	const design = makeSamplePlan();
	for (const unicode of [true, false]) {
		const topology = format(drawTopology(design, {columns: 80, unicode}));
		t.regex(topology, /denied: IPv4 IP protocol 41/v);
		t.regex(topology, /! clear text: TCP 8080/v);
		t.regex(topology, /! no networks/v);
		t.regex(format(listLines(design, {columns: 80, unicode})), /encrypted: ! no \(clear text\): 8080; yes: 443/v);
		t.regex(format(listLines(design, {columns: 120, unicode})), /address\s+missing/v);
		t.regex(format(listFindings(design, {columns: 80, unicode})), /! HIGH open, blocks.*MEDIUM accepted.*cannot be assessed/sv);
	}
});

test('lines to take away are listed apart and lead nowhere', t => {
	const items = listLines(makeSamplePlan(), {columns: 80, unicode: true});
	const removed = items.find(({id}) => id === 'removed-line:R-GONE')!;
	t.regex(format([removed]), /TCP 21 {2}remove/v);
	t.is(removed.target, undefined);
	t.true(items.findIndex(({id}) => id === 'removed') > items.findIndex(({id}) => id === 'line:H-BEAT'));
});

test('help and screen readers say of an item everything, and a line of the request once', t => {
	const options = {columns: 80, unicode: true};
	const read = (item: ReviewItem) => listAllLines(item).map(styled => formatLine(styled)).join('\n');
	for (const item of listLines(makeSamplePlan(), options).filter(({id}) => id.startsWith('line:'))) {
		t.is(read(item).split(item.id.replace('line:', '')).length, 2);
		t.regex(read(item), /Evidence: /v);
	}

	for (const item of listFindings(makeSamplePlan(), options).filter(({id}) => id.startsWith('finding:'))) {
		t.true(read(item).startsWith(item.lines.map(styled => formatLine(styled)).join('\n')));
	}
});

test('texts of people cannot move the cursor', t => {
	const zone = makeZone({id: 'a', title: 'Red\u001B[31m\nzone'});
	const design = makePlan({zones: [zone], hosts: [makeHost('first', {title: 'First\u009B2J', roles: {management: ['a']}})]});
	for (const items of drawAll(design, {columns: 58, unicode: true})) {
		t.notRegex(format(items), /[\u{1B}\u{9B}]/v); // eslint-disable-line no-control-regex -- They are what must not be there.
	}

	t.regex(format(drawTopology(design, {columns: 58, unicode: true})), /Red<U\+001B>\[31m<U\+000A>zone/v);
});

test('a design without zones, hosts and lines can be shown', t => {
	for (const items of drawAll(makePlan({}), {columns: 44, unicode: true})) {
		t.deepEqual(findTooWide(items, 44), []);
	}
});

test('a large design fits too, and its matrix is drawn in parts', async t => {
	const design = await derive(largeDesign(0.4));
	for (const columns of widths) {
		for (const items of drawAll(design, {columns, unicode: true})) {
			t.deepEqual(findTooWide(items.map(({detail: _, ...item}) => item), columns), []);
		}
	}

	t.true(ids(drawTopology(design, {columns: 44, unicode: true}), 'matrix-columns:').length > 1);
});

test('the numbers of the matrix are those of the conduits, in all parts together', async t => {
	const design = await derive(await readStarter('estate'));
	for (const columns of widths) {
		const rows = drawTopology(design, {columns, unicode: false}).filter(({id}) => id.startsWith('matrix-row:'));
		const cells = rows.flatMap(({lines}) => lines.flatMap(styled => formatLine(styled).replace(/^\s*\d+/v, '').match(/\(?\d+\)?/gv) ?? []));
		const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + Number(text.replaceAll(/\D/gv, '')), 0);
		t.is(sum(cells.filter(text => text.startsWith('('))), design.rules.filter(({scope}) => scope === 'host').length);
		t.is(sum(cells.filter(text => !text.startsWith('('))), design.rules.filter(({scope}) => scope === 'network').length);
	}
});

test('the review of the golden scenario is as reviewed', async t => {
	const golden = path.resolve('test/golden/review');
	const complete = await derive(await readStarter('oracle-vm-pool'));
	const stripped = await derive(strip(await readStarter('oracle-vm-pool')));
	const texts = {
		'complete-80.txt': drawAll(complete, {columns: 80, unicode: true}),
		'stripped-58-ascii.txt': drawAll(stripped, {columns: 58, unicode: false}),
	};
	for (const [file, lists] of Object.entries(texts)) {
		const content = lists.map((items, position) => `=== ${Object.keys(parts)[position]!}\n${format(items)}`).join('\n');
		if (process.env['UPDATE_GOLDEN'] === '1') {
			mkdirSync(golden, {recursive: true});
			writeFileSync(path.join(golden, file), content);
		}

		t.is(content, readFileSync(path.join(golden, file), 'utf8'), `${file}: look at the difference, and if it is meant, run the tests again with UPDATE_GOLDEN=1`);
	}
});
