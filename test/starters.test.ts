import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {parsePlan} from '../source/core/plan-schema.js';
import {compare} from '../source/core/problem.js';
import {parseProfile} from '../source/core/profile/parse.js';
import type {Catalog, Plan, Profile} from '../source/core/model.js';
import {textFormats} from '../source/renderers/index.js';
import {readTestCatalog} from './helpers/catalog.js';
import {parseMermaid} from './helpers/parse-mermaid.js';
import {templates} from './helpers/sample-plan.js';
import {makeStarterPlan} from './helpers/starter-plan.js';

const root = process.cwd();
const folder = path.join(root, 'templates/profiles');
const names = readdirSync(folder).map(file => path.basename(file, '.yaml'));

type Starters = ReadonlyArray<{readonly name: string; readonly title: string; readonly description: string; readonly profile: Profile}>;

const render = (design: Plan) => textFormats.flatMap(format => format.render(design, templates));

test('there is a starter for every product, and one for all of them', async t => {
	const catalog = await readTestCatalog(root);
	const plans = await Promise.all(names.map(async name => makeStarterPlan(name)));
	const chosen = plans.map(({catalog: {products}}) => products.map(({id}) => id));
	t.deepEqual([...new Set(chosen.flat())].toSorted(), Object.keys(catalog.products));
	t.true(chosen.some(products => products.length === Object.keys(catalog.products).length));
});

test('the program brings what its starters say', async t => {
	const catalog = await readTestCatalog(root);
	const starters = JSON.parse(readFileSync(path.join(root, 'dist/starters.json'), 'utf8')) as Starters;
	t.deepEqual(starters.map(({name}) => name), names.toSorted(compare));
	for (const {name, title, description, profile} of starters) {
		const text = readFileSync(path.join(folder, `${name}.yaml`), 'utf8');
		const {value} = parseProfile(text, `${name}.yaml`, catalog);
		// As text, because the order of keys shows in documents.
		t.is(JSON.stringify(profile), JSON.stringify(value), `${name}`);
		t.is(title, value!.title);
		t.true(text.startsWith(`# ${description}\n`), `${name}`);
	}
});

test('a starter that is wrong fails the build, with all that is wrong', async t => {
	const made = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-starters-'));
	t.teardown(async () => rm(made, {recursive: true, force: true}));
	const text = readFileSync(path.join(folder, 'olvm-flat.yaml'), 'utf8');
	await writeFile(path.join(made, 'good.yaml'), text.replace('name: olvm-flat', 'name: good'));
	const {readStarters} = await import(path.join(root, 'source/build/starters.mjs')) as {readStarters: (catalog: Catalog, folder: string) => Promise<Starters>};
	const catalog = await readTestCatalog(root);
	const [starter, ...others] = await readStarters(catalog, made);
	t.deepEqual(others, []);
	t.is(starter!.profile.name, 'good');

	await writeFile(path.join(made, 'misnamed.yaml'), text);
	await writeFile(path.join(made, 'nameless.yaml'), text.replace(/^#.*\n/v, '').replace('name: olvm-flat', 'name: nameless'));
	await writeFile(path.join(made, 'unknown.yaml'), text.replace('trust: internal', 'trust: intern'));
	const {message} = await t.throwsAsync(readStarters(catalog, made));
	t.deepEqual(message.split('\n').slice(1).map(line => line.split(' ').slice(0, 2).join(' ')), [
		'templates/profiles/misnamed.yaml starter/name',
		'templates/profiles/nameless.yaml:1:1 starter/description',
		'templates/profiles/unknown.yaml:13:56 schema/value',
	]);
});

for (const name of names) {
	test(`${name}: the request is ready, and every documented flow has its disposition`, async t => {
		const design = await makeStarterPlan(name);
		t.deepEqual(design.notReady, []);
		t.is(design.profile.name, name);
		t.is(Object.values(design.accounting.byDisposition).reduce((sum, count) => sum + count, 0), design.flows.length);
		t.is(new Set(design.flows.map(flow => flow.catalogFlow)).size, design.accounting.documented);
	});

	test(`${name}: Mermaid parses every diagram, far below its limits`, async t => {
		const design = await makeStarterPlan(name);
		const documents = render(design);
		const diagrams = documents.filter(document => document.path.endsWith('.mmd'));
		const used = new Set(design.hosts.flatMap(host => host.interfaces.map(({zone}) => zone)));
		t.deepEqual(diagrams.map(diagram => diagram.path).filter(file => file !== 'all-hosts.mmd').toSorted(), ['topology.mmd', ...design.zones.filter(zone => used.has(zone.id)).map(zone => `topology-${zone.id}.mmd`)].toSorted());
		for (const {path: file, content} of diagrams) {
			await t.notThrowsAsync(parseMermaid(content), `${file}`); // eslint-disable-line no-await-in-loop -- The parser keeps state.
			t.true(content.length < 25_000, `${file}`);
			t.true((content.match(/ (?:--[>ox]|\.-[>o]) /gv) ?? []).length < 100, `${file}`);
		}

		const overview = diagrams.find(({path: file}) => file === 'topology.mmd')!.content;
		t.is((overview.match(/ (?:--[>o]|\.-[>o]) /gv) ?? []).length, design.conduits.length, 'one arrow for each ordered pair of zones');
	});

	test(`${name}: every line stands in the request and in the port tables, with its evidence`, async t => {
		const design = await makeStarterPlan(name);
		const documents = new Map(render(design).map(document => [document.path, document.content]));
		const request = documents.get('change-request.md')!;
		const ports = documents.get('ports.md')!;
		for (const rule of design.rules) {
			t.true(request.includes(`| \`${rule.id}\` |`), `${rule.id}`);
			t.true(ports.includes(`| \`${rule.id}\` |`), `${rule.id}`);
		}

		for (const row of new Set(design.flows.flatMap(flow => flow.sources.map(source => source.row)))) {
			t.true(request.includes(row), `${row}`);
		}

		t.is(documents.get('flows.csv')!.trimEnd().split('\n').length, design.flows.length + 1);
		t.is(parsePlan(documents.get('plan.json')!, 'plan.json').problems, undefined);
	});

	test(`${name}: the same profile gives the same bytes`, async t => {
		t.deepEqual(render(await makeStarterPlan(name)), render(await makeStarterPlan(name)));
	});
}

test('the documents of the golden scenario are as reviewed', async t => {
	const golden = path.join(root, 'test/golden/oracle-vm-pool');
	const documents = render(await makeStarterPlan('oracle-vm-pool'));
	if (process.env['UPDATE_GOLDEN'] === '1') {
		rmSync(golden, {recursive: true, force: true});
		mkdirSync(golden, {recursive: true});
		for (const {path: file, content} of documents) {
			writeFileSync(path.join(golden, file), content);
		}
	}

	t.deepEqual(readdirSync(golden), documents.map(document => document.path).toSorted());
	for (const {path: file, content} of documents) {
		t.is(content, readFileSync(path.join(golden, file), 'utf8'), `${file}: look at the difference, and if it is meant, run the tests again with UPDATE_GOLDEN=1`);
	}
});
