import {spawnSync} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {parse} from 'yaml';
import type {Catalog} from '../../source/core/catalog/schema.js';
import type {Plan} from '../../source/core/model.js';
import type {Profile} from '../../source/core/profile/schema.js';
import {Builder, type BuildOptions} from '../helpers/build-design.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeEnvironment, makeHome, program, Terminal} from '../helpers/terminal.js';

/*
Whoever has a finished design on paper must be able to enter it, from an empty screen and with keys alone, and get the same documents.
*/
const date = '2026-11-22';
const presets: Readonly<Record<string, BuildOptions['preset']>> = {
	'olvm-flat': 'flat',
	'oracle-vm-pool': 'flat',
	'okm-cluster': 'by-role',
	'olvm-segregated': 'by-role-dmz',
	'vplus-backup': 'management-clients',
	estate: 'flat',
};

/**
A profile as far as the wizard asks for it.

Its description is not typed, and nobody is asked for the release of a product that has one; zones stand in the order in which they were made, ways of
working in that of the catalog; a number is kept as it was typed; and what a profile says of interfaces that its plan does not have counts for
nothing.
*/
function describeAsked({description: _, ...profile}: Profile, {hosts}: Plan, catalog: Catalog): unknown {
	const interfaces = new Set(hosts.flatMap(host => host.interfaces.map(({id}) => id)));
	const pick = (id: string, record: Readonly<Record<string, unknown>> = {}) => Object.fromEntries(Object.entries(record).filter(([role]) => interfaces.has(`${id}/${role}`)));
	return {
		...profile,
		products: Object.fromEntries(Object.entries(profile.products).map(([id, {version, modes, parameters = {}, ...answers}]) => [id, {
			...answers,
			...(catalog.products[id]!.versions.length > 1 ? {version} : {}),
			modes: modes?.toSorted(),
			parameters: Object.fromEntries(Object.entries(parameters).map(([parameter, value]) => [parameter, Array.isArray(value) ? value : String(value)])),
		}])),
		zones: Object.fromEntries(profile.zones.map(zone => [zone.id, zone])),
		networks: Object.fromEntries(Object.entries(profile.networks).filter(([role]) => [...interfaces].some(id => id.endsWith(`/${role}`)))),
		// A preset also places those whom no connection of the design concerns; nothing follows from it.
		hosts: Object.fromEntries(Object.entries(profile.hosts ?? {})
			.map(([id, {zones, addresses, ...host}]) => [id, {...host, zones: pick(id, zones), addresses: pick(id, addresses)}] as const)
			.filter(([, {zones, addresses, ...host}]) => Object.keys({...zones, ...addresses, ...host}).length > 0)),
	};
}

/** Paths of the values that differ; a list is one value. */
function listDifferences(a: unknown, b: unknown, at = ''): string[] {
	const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
	if (isRecord(a) && isRecord(b)) {
		return [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted().flatMap(key => listDifferences(a[key], b[key], at === '' ? key : `${at}.${key}`));
	}

	return JSON.stringify(a) === JSON.stringify(b) ? [] : [`${at}: ${JSON.stringify(a) ?? 'nothing'} in place of ${JSON.stringify(b) ?? 'nothing'}`];
}

/** Thousands of keys take minutes: `JOURNEYS=all` builds every starter, as before a release; without it those that differ most among the small ones. */
const isAsked = (name: string): boolean => process.env['JOURNEYS'] === 'all' || name === 'olvm-flat' || name === 'oracle-vm-pool';

for (const [name, preset] of Object.entries(presets).filter(([starter]) => isAsked(starter))) {
	test.serial(`the design of ${name} can be built with keys from an empty screen, and its documents are those of generate`, async t => {
		const {home, remove} = await makeHome();
		t.teardown(remove);
		const run = (...args: readonly string[]) => {
			const {status, stdout, stderr} = spawnSync(process.execPath, [program, ...args], {cwd: path.join(home, 'work'), env: makeEnvironment(home), encoding: 'utf8', maxBuffer: 2 ** 28});
			t.is(status, 0, `it said: ${stderr}`);
			return stdout;
		};

		const starterPlan = JSON.parse(run('generate', name, '--format', 'plan', '--stdout', '--date', date)) as Plan;
		const catalog = await readTestCatalog();
		const profile = parse(await readFile(path.join(process.cwd(), `templates/profiles/${name}.yaml`), 'utf8')) as Profile;
		const terminal = new Terminal({command: [process.execPath, program, '--date', date], columns: 200, rows: 75, home});
		t.teardown(async () => terminal.end());
		const builder = new Builder(terminal);
		await builder.build({profile, catalog, titles: new Map(starterPlan.hosts.map(({id, title}) => [id, title])), preset, folder: 'written'});
		t.deepEqual(await terminal.exit, {code: 0, signal: 0});
		t.log(`${terminal.pressed} keys, ${builder.screens.length} screens`);

		run('generate', name, '--out', 'again', '--date', date);
		const read = async (name: string) => {
			const folder = path.join(home, 'work', name);
			const files = await readdir(folder);
			return new Map(await Promise.all(files.map(async file => [file, await readFile(path.join(folder, file), 'utf8')] as const)));
		};

		const [written, again] = [await read('written'), await read('again')];
		t.deepEqual(new Set(written.keys()), new Set(again.keys()));
		for (const [file, content] of written) {
			// A comparison of whole documents would fill many screens; their lines tell enough.
			t.deepEqual(content.split('\n').filter((line, index) => line !== again.get(file)!.split('\n')[index]).slice(0, 5), [], `${file} is another than generate writes`);
			t.true(content === again.get(file), `${file} is another`);
		}

		// The hash tells one set of answers from another; which differ is looked at next.
		const withoutHash = ({request: {revision: _, ...request}, profile: {hash: __, description: ___, ...rest}, answers, ...plan}: Plan) => ({
			...plan,
			request,
			profile: rest,
			// Nobody is asked for the release of a product that has one.
			answers: answers.map(({kind, isDefault, ...answer}) => ({...answer, kind, isDefault: kind === 'version' || isDefault})),
		});
		const [plan, wanted] = [withoutHash(JSON.parse(written.get('plan.json')!) as Plan), withoutHash(starterPlan)];
		for (const part of Object.keys(wanted) as Array<keyof typeof wanted>) {
			t.deepEqual(plan[part], wanted[part], `another ${part}`);
		}

		const saved = parse(run('profiles', 'export', name)) as Profile;
		t.deepEqual(listDifferences(describeAsked(saved, starterPlan, catalog), describeAsked(profile, starterPlan, catalog)), []);
	});
}
