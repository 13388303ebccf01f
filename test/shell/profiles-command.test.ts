import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {spawn as spawnInTerminal} from '@lydell/node-pty';
import test from 'ava';
import {compare} from '../../source/core/problem.js';
import {makeDraft, type Draft} from '../../source/core/profile/draft.js';
import {formatProfile} from '../../source/core/profile/format.js';
import {ProfileStore} from '../../source/shell/profile-store.js';

const root = process.cwd();
const program = path.join(root, 'dist/cli.cjs');
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-profiles-'));

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

type Result = {readonly code: number | undefined; readonly stdout: string; readonly stderr: string};

let sites = 0;

/** A user with a home and a folder to stand in. */
class Site {
	readonly home: string;
	readonly folder: string;
	readonly profiles: string;
	readonly environment: NodeJS.ProcessEnv;

	constructor() {
		sites++;
		this.home = path.join(scratch, `home-${sites}`);
		this.folder = path.join(scratch, `folder-${sites}`);
		this.profiles = path.join(this.home, 'profiles');
		this.environment = {...process.env, VIRT_FW_WIZARD_HOME: this.home};
	}

	async run(...args: readonly string[]): Promise<Result> {
		return this.runWith('', ...args);
	}

	async runWith(input: string, ...args: readonly string[]): Promise<Result> {
		await mkdir(this.folder, {recursive: true});
		const child = spawn(process.execPath, [program, ...args], {cwd: this.folder, env: this.environment});
		const exit = once(child, 'close') as Promise<[number | undefined]>;
		child.stdin.on('error', () => undefined).end(input);
		const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
		return {code, stdout, stderr};
	}

	/** Save a design as the wizard does. */
	async save(name: string, more: Partial<Draft> = {}): Promise<ProfileStore> {
		const store = new ProfileStore({folder: this.profiles, now: () => new Date('2026-11-22T10:00:00.000Z')});
		await store.prepare();
		store.save({draft: {...makeDraft(name, `Title of ${name}`), products: {olvm: {}}, chosen: ['olvm'], ...more}, isFinished: false});
		return store;
	}

	async list(): Promise<string[]> {
		const names = await readdir(this.profiles);
		return names.toSorted(compare);
	}
}

test('a profile is imported, planned by its name, exported, and gives the same plan again', async t => {
	const site = new Site();
	t.deepEqual(await site.run('profiles', 'import', 'estate', '--name', 'mine'), {code: 0, stdout: '', stderr: 'the profile is saved as "mine"\n'});
	const {code, stderr} = await site.run('profiles', 'export', 'mine', '--out', 'mine.yaml');
	t.deepEqual({code, stderr}, {code: 0, stderr: '"mine" is exported to mine.yaml\n'});
	t.regex(await readFile(path.join(site.folder, 'mine.yaml'), 'utf8'), /^# A profile of virt-fw-wizard.*\nschemaVersion: 1\nname: mine\n/v);
	const [byName, byFile, starter] = await Promise.all(['mine', 'mine.yaml', 'estate'].map(async word => site.run('generate', word, '--format', 'plan', '--stdout', '--date', '2026-11-22')));
	t.is(byName!.code, 0);
	t.is(byName!.stdout, byFile!.stdout);
	const {rules, flows} = JSON.parse(byName!.stdout) as {rules: unknown; flows: unknown};
	t.like(JSON.parse(starter!.stdout), {rules, flows});
	const {stdout} = await site.run('profiles', 'export', 'mine');
	t.is(stdout, await readFile(path.join(site.folder, 'mine.yaml'), 'utf8'));
	t.deepEqual(await site.runWith(stdout, 'profiles', 'import', '-', '--name', 'again', '--json'), {code: 0, stdout: '{\n\t"name": "again",\n\t"notes": []\n}\n', stderr: ''});
	t.deepEqual(await site.list(), ['again.json', 'mine.json']);
});

test('export writes over nothing without --force, and through no link with it', async t => {
	const site = new Site();
	await site.save('pilot');
	await mkdir(path.join(site.folder, 'folder'), {recursive: true});
	await writeFile(path.join(site.folder, 'there.yaml'), 'mine');
	await symlink('there.yaml', path.join(site.folder, 'link.yaml'));
	const [there, link, folder, nowhere, stray] = await Promise.all([
		['--out', 'there.yaml'],
		['--out', 'link.yaml', '--force'],
		['--out', 'folder', '--force'],
		['--out', 'none/x.yaml'],
		['--force'],
	].map(async words => site.run('profiles', 'export', 'pilot', ...words)));
	t.deepEqual([there, link, folder, nowhere, stray].map(result => result!.code), [2, 2, 2, 2, 2]);
	t.regex(there!.stderr, /"there\.yaml" exists already\n.*--force/v);
	t.regex(link!.stderr, /"link\.yaml" is a link/v);
	t.regex(folder!.stderr, /"folder" is a folder/v);
	t.regex(nowhere!.stderr, /"none\/x\.yaml" cannot be written: there is no such file or folder/v);
	t.is(await readFile(path.join(site.folder, 'there.yaml'), 'utf8'), 'mine');
	const forced = await site.run('profiles', 'export', 'pilot', '--out', 'there.yaml', '--force');
	t.is(forced.code, 0);
	const {stdout} = await site.run('profiles', 'export', 'pilot', '--out', '-');
	t.is(await readFile(path.join(site.folder, 'there.yaml'), 'utf8'), stdout);
	const names = await readdir(site.folder);
	t.deepEqual(names.toSorted(compare), ['folder', 'link.yaml', 'there.yaml']);
});

test('import refuses what generate would refuse, and names that are taken or cannot be', async t => {
	const site = new Site();
	await site.save('estate');
	await mkdir(site.folder, {recursive: true});
	await writeFile(path.join(site.folder, 'wrong.yaml'), 'schemaVersion: 1\nname: wrong\ntitle: Wrong\nproducts: {ovlm: {}}\nzones: [{id: lan, title: LAN, trust: internal}]\nnetworks: {management: lan}\n');
	const [taken, device, wrong, none] = await Promise.all([['estate'], ['estate', '--name', 'con'], ['wrong.yaml'], ['nothing']].map(async words => site.run('profiles', 'import', ...words)));
	t.deepEqual([taken, device, wrong, none].map(result => result!.code), [2, 2, 2, 2]);
	t.regex(taken!.stderr, /a saved profile "estate" already\n.*--name estate-2/v);
	t.regex(device!.stderr, /cannot be saved as "con"/v);
	t.regex(wrong!.stderr, /wrong\.yaml:4:\d+ profile\/unknown-product/v);
	t.regex(none!.stderr, /no file and no starter profile "nothing"/v);
	t.deepEqual(await site.list(), ['estate.json']);
});

test('a list tells where the profiles are, what each is, and which is damaged', async t => {
	const site = new Site();
	const empty = await site.run('profiles', 'list');
	t.deepEqual(empty, {code: 0, stdout: '', stderr: `No profile is saved in ${site.profiles}\n`});
	await site.save('a');
	await site.save('b', {chosen: [], title: 'Empty'});
	await writeFile(path.join(site.profiles, 'c.json'), '{"format": 1,\n');
	const {code, stdout, stderr} = await site.run('profiles', 'list');
	t.is(code, 0);
	t.is(stdout, 'a: Title of a (Oracle Linux Virtualization Manager; not finished, saved 2026-11-22 10:00 UTC)\nb: Empty (no product yet; not finished, saved 2026-11-22 10:00 UTC)\nc: damaged\n');
	t.regex(stderr, /c\.json:2:\d+ .*\n[\s\S]*3 profiles are saved in /v);
	const json = await site.run('profiles', 'list', '--json');
	t.like(JSON.parse(json.stdout), {folder: site.profiles, profiles: [{kind: 'saved', name: 'a', chosen: ['olvm'], updated: '2026-11-22T10:00:00.000Z', isFinished: false}, {name: 'b'}, {kind: 'damaged', name: 'c'}]});
});

test('show prints the answers, also of a design that is not finished', async t => {
	const site = new Site();
	await site.save('pilot', {chosen: []});
	const shown = await site.run('profiles', 'show', 'pilot');
	t.is(shown.code, 0);
	t.is(shown.stdout, `# Saved 2026-11-22 10:00 UTC, not finished\n${formatProfile({schemaVersion: 1, name: 'pilot', title: 'Title of pilot', products: {}, zones: makeDraft('x', 'x').zones, networks: {management: 'lan'}})}`);
	const json = await site.run('profiles', 'show', 'pilot', '--json');
	t.deepEqual(JSON.parse(json.stdout), JSON.parse(await readFile(path.join(site.profiles, 'pilot.json'), 'utf8')));
});

test('rename, copy and delete do what they say', async t => {
	const site = new Site();
	await site.save('a');
	t.deepEqual(await site.run('profiles', 'copy', 'a', 'b'), {code: 0, stdout: '', stderr: '"a" is copied to "b"\n'});
	t.deepEqual(await site.run('profiles', 'rename', 'a', 'c'), {code: 0, stdout: '', stderr: '"a" is called "c" now\n'});
	const [taken, unknown, wrong, nobody] = await Promise.all([['copy', 'b', 'c'], ['copy', 'a', 'd'], ['rename', 'b', '../b'], ['delete', 'b']].map(async words => site.run('profiles', ...words)));
	t.deepEqual([taken, unknown, wrong, nobody].map(result => result!.code), [2, 2, 2, 2]);
	t.regex(taken!.stderr, /a saved profile "c" already/v);
	t.regex(unknown!.stderr, /no saved profile "a"/v);
	t.regex(wrong!.stderr, /cannot be saved as "\.\.\/b"/v);
	t.regex(nobody!.stderr, /without a terminal nobody can be asked\n.*profiles delete b --yes/v);
	t.deepEqual(await site.list(), ['b.json', 'c.json']);
	t.deepEqual(await site.run('profiles', 'delete', 'b', '--yes'), {code: 0, stdout: '', stderr: '"b" is deleted\n'});
	t.deepEqual(await site.list(), ['c.json']);
});

test('delete asks on a terminal, and only yes is yes', async t => {
	const site = new Site();
	await site.save('pilot');
	await mkdir(site.folder, {recursive: true});
	const answer = async (keys: string): Promise<{readonly code: number; readonly output: string}> => {
		const terminal = spawnInTerminal(process.execPath, [program, 'profiles', 'delete', 'pilot'], {cwd: site.folder, env: site.environment, cols: 100});
		let output = '';
		terminal.onData(data => {
			const isAsked = output.includes('[y/N]');
			output += data;
			if (!isAsked && output.includes('[y/N]')) {
				terminal.write(keys);
			}
		});
		return new Promise(resolve => {
			terminal.onExit(({exitCode}) => {
				resolve({code: exitCode, output});
			});
		});
	};

	for (const keys of ['\r', 'n\r', 'maybe\r', '\u0003', '\u0004']) {
		// eslint-disable-next-line no-await-in-loop -- One question after the other.
		const {code, output} = await answer(keys);
		t.is(code, 1, `${JSON.stringify(output)}`);
		t.regex(output, /Delete "pilot" \(Title of pilot\) for good\?/v);
		t.regex(output, /Nothing was deleted/v);
	}

	const {code} = await answer('yes\r');
	t.is(code, 0);
	t.deepEqual(await site.list(), []);
});

test('wrong words are refused, with what there is', async t => {
	const site = new Site();
	await site.save('pilot');
	const uses: Array<readonly [readonly string[], RegExp]> = [
		[[], /profiles needs <list \| show NAME/v],
		[['lst'], /profiles has no "lst"\n.*did you mean "list"/v],
		[['show'], /which saved profile\?\n.*one of pilot/v],
		[['show', 'pilto'], /no saved profile "pilto"\n.*did you mean "pilot"/v],
		[['show', '../pilot'], /no saved profile "\.\.\/pilot"/v],
		[['import'], /profiles import needs FILE/v],
		[['rename', 'pilot'], /which name shall it have\?\n.*profiles rename pilot pilot-2/v],
		[['list', 'pilot'], /profiles list takes no further word/v],
		[['copy', 'a', 'b', 'c'], /one word too many: "c"/v],
		[['list', '--yes'], /profiles list has no option "--yes"/v],
	];
	const results = await Promise.all(uses.map(async ([words]) => site.run('profiles', ...words)));
	for (const [index, [words, pattern]] of uses.entries()) {
		t.is(results[index]!.code, 2, `${words.join(' ')}`);
		t.regex(results[index]!.stderr, pattern);
	}
});

test('a <profile> is a file, a saved profile or a starter, in this order', async t => {
	const site = new Site();
	await site.save('estate', {title: 'Mine'});
	await site.save('pilot');
	const check = async (...words: readonly string[]): Promise<string> => {
		const {stdout, stderr} = await site.run('check', ...words, '--date', '2026-11-22');
		return `${stdout.split('\n')[0]!}${stderr.split('\n').slice(0, 2).join(' ')}`;
	};

	t.is(await check('estate'), 'Mine');
	t.regex(await check('olvm-flat'), /on one flat network$/v);
	// Documents are written to a folder of the profile's name.
	await mkdir(path.join(site.folder, 'estate'));
	t.is(await check('estate'), 'Mine');
	await writeFile(path.join(site.folder, 'pilot'), formatProfile({schemaVersion: 1, name: 'file', title: 'The file', products: {olvm: {}}, zones: makeDraft('x', 'x').zones, networks: {management: 'lan'}}));
	t.is(await check('pilot'), 'The file');
	t.regex(await check('polit'), /no file, no saved profile and no starter profile "polit" did you mean "pilot"/v);
});

test('problems of a saved profile name it, and products of a site\'s own are not forgotten', async t => {
	const site = new Site();
	await site.save('pilot', {products: {olvm: {version: '1'}}, chosen: ['olvm', 'acme']});
	const {code, stderr} = await site.run('generate', 'pilot');
	t.is(code, 2);
	t.regex(stderr, /^saved profile "pilot" profile\/unknown-product there is no product "acme"\n.*--catalog/v);
	t.regex(stderr, /saved profile "pilot" profile\/unknown-version/v);
	await site.save('empty', {chosen: []});
	const empty = await site.run('check', 'empty');
	t.regex(empty.stderr, /saved profile "empty" profile\/no-products/v);
	await writeFile(path.join(site.profiles, 'broken.json'), '{');
	const broken = await site.run('check', 'broken');
	t.is(broken.code, 2);
	t.regex(broken.stderr, /broken\.json:1:\d+ .*\n[\s\S]*the saved profile "broken" is damaged/v);
});

test('who has no folder of saved profiles, or cannot read it, loses nothing else', async t => {
	const site = new Site();
	await writeFile(site.home, 'a file');
	const starter = await site.run('check', 'olvm-flat');
	t.is(starter.code, 0);
	const unknown = await site.run('check', 'unknown');
	t.regex(unknown.stderr, /folder of saved profiles .* cannot be read: part of the path is not a folder\n.*VIRT_FW_WIZARD_HOME/v);
	const saved = await site.run('profiles', 'import', 'estate');
	t.is(saved.code, 2);
	t.regex(saved.stderr, /VIRT_FW_WIZARD_HOME/v);
});
