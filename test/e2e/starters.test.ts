import {spawnSync} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {parse} from 'yaml';
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

for (const [name, preset] of Object.entries(presets)) {
	test.serial(`the design of ${name} can be built with keys from an empty screen, and its documents are those of generate`, async t => {
		const {home, remove} = await makeHome();
		t.teardown(remove);
		const run = (...args: readonly string[]) => {
			const {status, stdout, stderr} = spawnSync(process.execPath, [program, ...args, '--date', date], {cwd: path.join(home, 'work'), env: makeEnvironment(home), encoding: 'utf8', maxBuffer: 2 ** 28});
			t.is(status, 0, stderr);
			return stdout;
		};

		const starterPlan = JSON.parse(run('generate', name, '--format', 'plan', '--stdout')) as Plan;
		const profile = parse(await readFile(path.join(process.cwd(), `templates/profiles/${name}.yaml`), 'utf8')) as Profile;
		const terminal = new Terminal({command: [process.execPath, program, '--date', date], columns: 200, rows: 60, home});
		t.teardown(async () => terminal.end());
		const builder = new Builder(terminal);
		await builder.build({profile, catalog: await readTestCatalog(), titles: new Map(starterPlan.hosts.map(({id, title}) => [id, title])), preset, folder: 'written'});
		t.deepEqual(await terminal.exit, {code: 0, signal: 0});
		t.log(`${terminal.pressed} keys, ${builder.screens.length} screens`);

		run('generate', name, '--out', 'again');
		const read = async (folder: string) => new Map(await Promise.all((await readdir(path.join(home, 'work', folder))).toSorted().map(async file => [file, await readFile(path.join(home, 'work', folder, file), 'utf8')] as const)));
		const [written, again] = [await read('written'), await read('again')];
		t.deepEqual([...written.keys()], [...again.keys()]);
		for (const [file, content] of [...written].toReversed()) {
			// A comparison of whole documents would fill many screens; their lines tell enough.
			t.deepEqual(content.split('\n').filter((line, index) => line !== again.get(file)!.split('\n')[index]).slice(0, 5), [], `${file} is another than generate writes`);
			t.true(content === again.get(file), file);
		}

		const plan = JSON.parse(written.get('plan.json')!) as Plan;
		for (const part of Object.keys(starterPlan) as Array<keyof Plan>) {
			t.deepEqual(plan[part], starterPlan[part], part);
		}
	});
}
