/* eslint-disable no-await-in-loop -- One thing is looked at after the other. */
import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';
import Conf from 'conf';
import esbuild from 'esbuild';
import {compare} from '../../source/core/problem.js';
import {makeDraft, type Draft} from '../../source/core/profile/draft.js';
import {findProfileFolder} from '../../source/shell/profile-folder.js';
import {ProfileStore, type RecordContent} from '../../source/shell/profile-store.js';
import {UserError} from '../../source/shell/user-error.js';
import {asNobody, nobodyBanner} from '../helpers/nobody.js';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-store-'));

/*
A process of its own with a store: it does what its first argument says, and tells of it in JSON lines.
*/
const script = path.join(scratch, 'store.cjs');
await esbuild.build({
	stdin: {
		resolveDir: process.cwd(),
		contents: String.raw`
			import process from 'node:process';
			import {makeDraft} from './source/core/profile/draft.ts';
			import {ProfileStore} from './source/shell/profile-store.ts';

			const [job, folder, name, word = ''] = process.argv.slice(2);
			const tell = value => process.stdout.write(JSON.stringify(value) + '\n');
			const store = new ProfileStore({folder});
			const save = (title, description) => store.save({draft: {...makeDraft(name, title), ...(description ? {description} : {})}, isFinished: false});
			const jobs = {
				save() {
					const {record, notes} = save(word);
					tell({name: record.draft.name, notes});
				},
				many() {
					for (let number = 0; ; number++) {
						save('Number ' + number, 'x'.repeat(3000));
						tell(number);
					}
				},
				large() {
					save('Large', 'x'.repeat(4000).replaceAll('x', '\u{20AC}'));
					tell('saved');
				},
				lock() {
					tell(store.lock(name) ?? null);
					setInterval(() => undefined, 1000);
				},
				leave() {
					tell(store.lock(name) ?? null);
				},
				listen() {
					tell(process.eventNames().filter(event => String(event).startsWith('SIG') && event !== 'SIGXFSZ'));
				},
			};
			store.prepare().then(() => {
				tell('ready');
				jobs[job]();
			}).catch(error => {
				tell({error: error.name + ': ' + error.message, hint: error.hint});
				process.exitCode = 2;
			});
		`,
	},
	bundle: true,
	platform: 'node',
	format: 'cjs',
	target: 'node20',
	outfile: script,
	banner: {js: nobodyBanner},
	logLevel: 'warning',
});

let folders = 0;

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

/** A name for a folder that is not there yet. */
function makeName(): string {
	folders++;
	return path.join(scratch, `folder-${folders}`, 'profiles');
}

async function makeStore(folder = makeName()): Promise<ProfileStore & {readonly folder: string}> {
	const store = new ProfileStore({folder, now: () => new Date('2026-11-22T10:00:00.000Z')});
	await store.prepare();
	return store as ProfileStore & {readonly folder: string};
}

const content = (name: string, title = 'A design', more: Partial<Draft> = {}): RecordContent => ({draft: {...makeDraft(name, title), ...more}, isFinished: false});

async function list(folder: string): Promise<string[]> {
	const names = await readdir(folder);
	return names.toSorted(compare);
}

async function runScript(...args: readonly string[]): Promise<unknown[]> {
	const child = spawn(process.execPath, [script, ...args], {stdio: ['ignore', 'pipe', 'inherit']});
	const output = await text(child.stdout);
	return output.trim().split('\n').map(line => JSON.parse(line) as unknown);
}

/** Wait until a process has told so many lines. */
async function waitForLines(child: ChildProcess, count: number): Promise<string[]> {
	let output = '';
	for await (const chunk of child.stdout!) {
		output += String(chunk);
		const lines = output.split('\n').slice(0, -1);
		if (lines.length >= count) {
			return lines;
		}
	}

	throw new Error(`The process ended after: ${output}`);
}

test('a design that was saved is read again, in a file of its own that only its user can read', async t => {
	const store = await makeStore();
	const {record, notes} = store.save({draft: makeDraft('pilot', 'Pilot'), isFinished: true, position: 'review'});
	t.deepEqual(notes, []);
	t.deepEqual(record, {format: 1, updated: '2026-11-22T10:00:00.000Z', isFinished: true, position: 'review', draft: makeDraft('pilot', 'Pilot')});
	t.deepEqual(new ProfileStore({folder: store.folder}).read('pilot'), record);
	t.deepEqual(await list(store.folder), ['pilot.json']);
	const modes = await Promise.all([store.folder, path.join(store.folder, 'pilot.json')].map(async file => {
		const {mode} = await stat(file);
		return mode % 0o1000;
	}));
	t.deepEqual(modes, [0o700, 0o600]);

	t.deepEqual(new Conf({cwd: store.folder, configName: 'pilot', accessPropertiesByDotNotation: false}).store as unknown, record);
});

test('a list tells what each design is about, and which cannot be read', async t => {
	const store = await makeStore();
	store.save(content('b', 'Second', {chosen: ['olvm', 'okm']}));
	store.save(content('a', 'First'));
	await writeFile(path.join(store.folder, 'c.json'), '{"format": 1,\n"updated": ');
	await writeFile(path.join(store.folder, 'd.json'), '{"format": 2}');
	await mkdir(path.join(store.folder, 'e.json'));
	await writeFile(path.join(store.folder, 'Notes.txt'), 'mine');
	await writeFile(path.join(store.folder, 'No slug.json'), '{}');
	await writeFile(path.join(store.folder, 'f.damaged-2026-11-22.json'), '{');
	await writeFile(path.join(store.folder, 'g.json.1.new'), '{');
	const updated = '2026-11-22T10:00:00.000Z';
	const [a, b, c, d, error, ...rest] = store.list();
	t.deepEqual([a, b], [
		{kind: 'saved', name: 'a', title: 'First', chosen: [], updated, isFinished: false},
		{kind: 'saved', name: 'b', title: 'Second', chosen: ['olvm', 'okm'], updated, isFinished: false},
	]);
	t.like(c, {kind: 'damaged', name: 'c', problems: [{file: path.join(store.folder, 'c.json'), line: 2}]});
	t.like(d, {kind: 'newer', name: 'd', problems: [{code: 'profile/newer'}]});
	t.like(error, {kind: 'damaged', name: 'e', problems: [{code: 'text/unreadable'}]});
	t.deepEqual(rest, []);
});

test('reading makes nothing, and needs nothing to be there', t => {
	const folder = makeName();
	const store = new ProfileStore({folder});
	t.deepEqual(store.list(), []);
	t.false(store.has('pilot'));
	t.is(store.uniqueName('pilot'), 'pilot');
	t.throws(() => store.read('pilot'), {instanceOf: UserError, message: /no saved profile "pilot"/v});
	t.false(new ProfileStore({folder: path.join(scratch, 'store.cjs', 'profiles')}).has('pilot'));
	t.throws(() => store.save(content('pilot')), {message: /prepare/v});
});

test('the folder is the one that conf would choose', t => {
	// Both look at the environment of this process.
	t.is(findProfileFolder({...process.env, VIRT_FW_WIZARD_HOME: ''}), path.join(path.dirname(new Conf({projectName: 'virt-fw-wizard', projectSuffix: ''}).path), 'profiles'));
	t.is(findProfileFolder({VIRT_FW_WIZARD_HOME: '/somewhere'}), path.resolve('/somewhere/profiles'));
	t.is(findProfileFolder({XDG_CONFIG_HOME: '/etc/me'}, 'linux'), path.join('/etc/me', 'virt-fw-wizard', 'profiles'));
	t.is(findProfileFolder({XDG_CONFIG_HOME: 'relative'}, 'linux'), path.join(os.homedir(), '.config', 'virt-fw-wizard', 'profiles'));
	t.is(findProfileFolder({}, 'darwin'), path.join(os.homedir(), 'Library', 'Preferences', 'virt-fw-wizard', 'profiles'));
	t.is(findProfileFolder({APPDATA: '/roaming'}, 'win32'), path.join('/roaming', 'virt-fw-wizard', 'Config', 'profiles'));
});

test('nothing leaves the folder, and no name is one that another system keeps', async t => {
	const store = await makeStore();
	for (const name of ['../out', 'a/b', String.raw`a\b`, '/etc/passwd', '.', '..', '', 'A', 'con', 'nul.x', 'com1', 'a.damaged-2026', 'x'.repeat(81), 'constructor', 'a\u0000b', 'a\n']) {
		t.throws(() => store.save(content(name)), {instanceOf: UserError, message: /cannot be saved as/v}, `${name}`);
		t.throws(() => store.lock(name), {instanceOf: UserError}, `${name}`);
		t.throws(() => store.read(name), {instanceOf: UserError}, `${name}`);
		t.throws(() => {
			store.remove(name);
		}, {instanceOf: UserError}, `${name}`);
		t.false(store.has(name), `${name}`);
	}

	store.save(content('pilot'));
	t.throws(() => store.rename('pilot', '../out'), {instanceOf: UserError});
	t.throws(() => store.copy('pilot', 'con'), {instanceOf: UserError});
	t.deepEqual(await list(path.dirname(store.folder)), ['profiles']);
	t.deepEqual(await list(store.folder), ['pilot.json']);
});

test('rename, copy and remove keep the answers and refuse names that are taken', async t => {
	const store = await makeStore();
	store.save({...content('a', 'First'), position: 'zones'});
	store.save(content('b'));
	t.throws(() => store.rename('a', 'b'), {instanceOf: UserError, message: /"b" already/v});
	t.throws(() => store.rename('a', 'a'), {instanceOf: UserError, message: /"a" already/v});
	t.throws(() => store.copy('a', 'b'), {instanceOf: UserError, message: /"b" already/v});
	t.throws(() => store.copy('none', 'c'), {instanceOf: UserError, message: /no saved profile "none"/v});
	t.throws(() => store.create(content('a')), {instanceOf: UserError, message: /"a" already/v});
	t.is(store.lock('a'), undefined);
	store.rename('a', 'c');
	t.deepEqual(await list(store.folder), ['b.json', 'c.json', 'c.lock']);
	store.copy('c', 'd');
	const {draft, position} = store.read('d');
	t.deepEqual({draft, position}, {draft: makeDraft('d', 'First'), position: 'zones'});
	store.remove('c');
	t.deepEqual(await list(store.folder), ['b.json', 'd.json']);
	t.throws(() => {
		store.remove('c');
	}, {instanceOf: UserError, message: /no saved profile "c"/v});
	store.save(store.read('d'));
	t.deepEqual(store.read('d').draft, makeDraft('d', 'First'));
	t.is(store.uniqueName('d'), 'd-2');
	t.is(store.uniqueName('D & Größe'), 'd-grosse');
});

test('a file that somebody renamed has the new name', async t => {
	const store = await makeStore();
	store.save(content('a'));
	await rename(path.join(store.folder, 'a.json'), path.join(store.folder, 'b.json'));
	const record = store.read('b');
	t.is(record.draft.name, 'b');
	t.is(store.save(record).record.draft.name, 'b');
	t.deepEqual(await list(store.folder), ['b.json']);
});

test('what somebody else saved meanwhile is not overwritten', async t => {
	const first = await makeStore();
	const second = await makeStore(first.folder);
	first.save(content('pilot', 'First'));
	const {record, notes} = second.save(content('pilot', 'Second'));
	t.is(record.draft.name, 'pilot-2');
	t.regex(notes.join('\n'), /a saved profile "pilot" already.*saved as "pilot-2"/v);

	second.read('pilot');
	first.save(content('pilot', 'First again'));
	const changed = second.save(content('pilot', 'Second again'));
	t.is(changed.record.draft.name, 'pilot-3');
	t.regex(changed.notes.join('\n'), /"pilot" was changed by somebody else/v);
	t.deepEqual(['pilot', 'pilot-2', 'pilot-3'].map(name => first.read(name).draft.title), ['First again', 'Second', 'Second again']);

	// What is gone is nobody's.
	await rm(path.join(first.folder, 'pilot.json'));
	t.is(first.save(content('pilot')).record.draft.name, 'pilot');
});

test('processes that save under one name at once lose nothing', async t => {
	const folder = makeName();
	const words = ['one', 'two', 'three', 'four'];
	const results = await Promise.all(words.map(async word => runScript('save', folder, 'pilot', word)));
	const names = results.map(([, result]) => (result as {name: string}).name);
	t.is(new Set(names).size, words.length, `${JSON.stringify(results)}`);
	const store = new ProfileStore({folder});
	t.deepEqual(names.map(name => store.read(name).draft.title), words);
	t.deepEqual(await list(folder), names.map(name => `${name}.json`).toSorted(compare));
});

test('kill -9 leaves a record that can be read, and nothing else that is seen', async t => {
	const folder = makeName();
	for (let round = 0; round < 8; round++) {
		const child = spawn(process.execPath, [script, 'many', folder, `pilot-${round}`], {stdio: ['ignore', 'pipe', 'inherit']});
		const exit = once(child, 'close');
		const lines = await waitForLines(child, 2 + round);
		child.kill('SIGKILL');
		await exit;
		const saved = Number(new ProfileStore({folder}).read(`pilot-${round}`).draft.title.replace('Number ', ''));
		t.true(saved >= Number(lines.at(-1)), `${saved} ${lines.at(-1)!}`);
	}

	t.is(new ProfileStore({folder}).list().length, 8);
	// A save in a later process finds the lock of a dead one, and the next to prepare removes what is left.
	await writeFile(path.join(folder, 'pilot-0.json.1.new.tmp-0123456789abcdef'), '{');
	await writeFile(path.join(folder, 'lost.json.1.new'), '{');
	const store = await makeStore(folder);
	t.deepEqual(await list(folder), Array.from({length: 8}, (_, round) => `pilot-${round}.json`));
	store.save(store.read('pilot-0'));
});

test('a disk that fills up leaves the last record as it was', async t => {
	const folder = makeName();
	const store = await makeStore(folder);
	store.save(content('pilot', 'Before'));
	// 8 kB fit in a file, so that the first part of the record does.
	const command = `ulimit -f 8; "${process.execPath}" "${script}" large "${folder}" other`;
	const {stdout} = spawnSync('bash', ['-c', command], {encoding: 'utf8'});
	const told = stdout.trim().split('\n').map(line => JSON.parse(line) as {error?: string; hint?: string});
	t.regex(told[1]?.error ?? stdout, /^UserError: "other" cannot be saved: (?:the disk is full|the file would be too large)/v);
	t.regex(told[1]?.hint ?? '', /make room.*VIRT_FW_WIZARD_HOME.*export/v);
	t.deepEqual(await list(folder), ['pilot.json']);
	t.is(store.read('pilot').draft.title, 'Before');
});

test('loading conf leaves signals to this program', async t => {
	t.deepEqual(await runScript('listen', makeName(), 'pilot'), ['ready', []]);
});

test('a folder that cannot be used is said, with what to do', async t => {
	const file = path.join(scratch, 'a-file');
	await writeFile(file, '');
	for (const folder of [file, path.join(file, 'profiles'), '/proc/virt-fw-wizard/profiles', `${scratch}/${'x'.repeat(300)}`]) {
		const store = await makeStore(folder);
		const error = t.throws(() => store.save(content('pilot')), {instanceOf: UserError, message: /^"pilot" cannot be saved: /v}, `${folder}`);
		t.regex(error?.hint ?? '', /VIRT_FW_WIZARD_HOME.*export to a file/v);
		t.throws(() => store.lock('pilot'), {instanceOf: UserError}, `${folder}`);
	}

	const nowhere = new ProfileStore({folder: undefined});
	t.is(typeof nowhere.list(), 'object');
});

test('a read-only folder is said, and reading goes on', async t => {
	// Root may write anywhere, so that somebody else tries.
	const folder = makeName();
	const store = await makeStore(folder);
	store.save(content('pilot'));
	await chmod(folder, 0o555);
	await chmod(path.dirname(folder), 0o755);
	await chmod(scratch, 0o755);
	t.teardown(async () => chmod(folder, 0o700));
	const {stdout} = spawnSync(process.execPath, [script, 'save', folder, 'other', 'x'], {encoding: 'utf8', env: asNobody});
	t.regex(stdout, /"other\\" cannot be saved: access is denied/v);
	t.is(new ProfileStore({folder}).read('pilot').draft.name, 'pilot');
});

test('a damaged file is kept, and set aside only when its place is needed', async t => {
	const store = await makeStore();
	const file = path.join(store.folder, 'pilot.json');
	store.save(content('pilot'));
	for (const damaged of ['', '\u0000'.repeat(100), '{"format": 1', '[]', '{}', 'format: 1\n']) {
		await writeFile(file, damaged);
		const error = t.throws(() => store.read('pilot'), {instanceOf: UserError, message: /"pilot" is damaged/v}, `${damaged}`);
		t.is((error).problems[0]?.file, file);
		t.is(await readFile(file, 'utf8'), damaged);
	}

	await writeFile(file, '{"format": 1');
	const {record, notes} = store.save(content('pilot', 'New'));
	t.is(record.draft.name, 'pilot');
	t.regex(notes.join('\n'), /was damaged and is kept as .*pilot\.damaged-2026-11-22\.json/v);
	t.is(await readFile(path.join(store.folder, 'pilot.damaged-2026-11-22.json'), 'utf8'), '{"format": 1');
	await writeFile(file, 'again');
	store.create(content('pilot'));
	t.deepEqual(await list(store.folder), ['pilot.damaged-2026-11-22-2.json', 'pilot.damaged-2026-11-22.json', 'pilot.json']);
	t.deepEqual(store.list().map(({name}) => name), ['pilot']);

	await writeFile(file, '{');
	store.remove('pilot');
	t.false(store.has('pilot'));
});

test('what a newer version saved is refused and left as it is', async t => {
	const store = await makeStore();
	const {record} = store.save(content('pilot'));
	for (const newer of [{...record, format: 2}, {...record, draft: {...record.draft, schemaVersion: 99}}]) {
		const file = path.join(store.folder, 'pilot.json');
		const written = JSON.stringify(newer);
		await writeFile(file, written);
		const error = t.throws(() => store.read('pilot'), {instanceOf: UserError, message: /newer version/v});
		t.is((error).problems[0]?.code, 'profile/newer');
		t.is(store.save(content('pilot')).record.draft.name, store.has('pilot-3') ? 'pilot-3' : 'pilot-2');
		t.throws(() => store.create(content('pilot')), {instanceOf: UserError});
		t.is(await readFile(file, 'utf8'), written);
	}
});

test('answers of an older version are migrated', async t => {
	const store = await makeStore();
	const {record} = store.save(content('pilot'));
	const {networks, ...draft} = record.draft;
	await writeFile(path.join(store.folder, 'pilot.json'), JSON.stringify({...record, draft: {...draft, schemaVersion: 0, roles: networks}}));
	t.deepEqual(store.read('pilot'), record);
	t.deepEqual(store.save(store.read('pilot')).notes, []);
});

test('nothing is written through a link', async t => {
	const store = await makeStore();
	store.save(content('target', 'Target'));
	const target = path.join(store.folder, '..', 'elsewhere.json');
	await rename(path.join(store.folder, 'target.json'), target);
	await symlink(target, path.join(store.folder, 'pilot.json'));
	await symlink(path.join(store.folder, 'nothing'), path.join(store.folder, 'dangling.json'));
	const before = await readFile(target, 'utf8');
	const record = store.read('pilot');
	t.is(record.draft.title, 'Target');
	const {record: saved, notes} = store.save({...record, draft: {...record.draft, title: 'Mine'}});
	t.is(saved.draft.name, 'pilot-2');
	t.regex(notes.join('\n'), /is a link/v);
	t.is(store.save(content('dangling')).record.draft.name, 'dangling-2');
	t.is(await readFile(target, 'utf8'), before);
	const status = await lstat(path.join(store.folder, 'pilot.json'));
	t.true(status.isSymbolicLink());
});

test('a second process is told who has a profile open, and works on under another name', async t => {
	const store = await makeStore();
	store.save(content('pilot'));
	const child = spawn(process.execPath, [script, 'lock', store.folder, 'pilot'], {stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(() => child.kill('SIGKILL'));
	const exit = once(child, 'close');
	t.deepEqual(await waitForLines(child, 2), ['"ready"', 'null']);

	const holder = store.lock('pilot');
	t.like(holder, {pid: child.pid, host: os.hostname()});
	t.deepEqual(store.findHolder('pilot'), holder);
	for (const change of [() => store.rename('pilot', 'x'), () => {
		store.remove('pilot');
	}]) {
		t.throws(change, {instanceOf: UserError, message: new RegExp(`"pilot" is open in process ${child.pid} on`, 'v')});
	}

	t.is(store.copy('pilot', 'copy').record.draft.name, 'copy');
	const {record, notes} = store.save(content('pilot'));
	t.is(record.draft.name, 'pilot-2');
	t.regex(notes.join('\n'), /"pilot" is open in process \d+/v);

	child.kill('SIGKILL');
	await exit;
	t.is(store.findHolder('pilot'), undefined);
	t.is(store.lock('pilot'), undefined);
	t.is(store.lock('pilot'), undefined);
	store.unlock('pilot');
	t.deepEqual(await list(store.folder), ['copy.json', 'pilot-2.json', 'pilot.json']);
});

test('a process that ends gives its locks back', async t => {
	const folder = makeName();
	t.deepEqual(await runScript('leave', folder, 'pilot'), ['ready', null]);
	t.deepEqual(await list(folder), []);
});

test('a lock of another machine stands for a day, one without a word for a minute', async t => {
	const store = await makeStore();
	store.save(content('pilot'));
	const lock = path.join(store.folder, 'pilot.lock');
	await writeFile(lock, JSON.stringify({pid: 1, host: 'another machine'}));
	t.like(store.lock('pilot'), {pid: 1, host: 'another machine', file: lock});
	const age = async (minutes: number): Promise<void> => utimes(lock, new Date(Date.now() - (minutes * 60_000)), new Date(Date.now() - (minutes * 60_000)));
	await age(25 * 60);
	t.is(store.lock('pilot'), undefined);
	store.unlock('pilot');

	for (const text of ['', 'what?', '{"pid": -1}']) {
		await writeFile(lock, text);
		t.deepEqual(Object.keys(store.lock('pilot')!), ['since', 'file']);
		await age(2);
		t.is(store.lock('pilot'), undefined);
		store.unlock('pilot');
	}

	// One that somebody removed by hand is another's by now.
	t.is(store.lock('pilot'), undefined);
	await writeFile(lock, JSON.stringify({pid: 1, host: 'another machine'}));
	store.unlock('pilot');
	t.like(store.lock('pilot'), {host: 'another machine'});

	// Whose removal nobody can finish stays, and the answers go elsewhere.
	await writeFile(lock, JSON.stringify({pid: 2 ** 22, host: os.hostname()}));
	await writeFile(`${lock}.2`, JSON.stringify({pid: 1, host: 'another machine'}));
	t.is(store.save(content('pilot')).record.draft.name, 'pilot-2');
	await rm(`${lock}.2`);

	// A process of the same number that began at another time is another one.
	await writeFile(lock, JSON.stringify({pid: process.ppid, host: os.hostname(), started: 'another/1'}));
	t.is(store.lock('pilot'), undefined);
	store.unlock('pilot');
});

test('answers that could not be read again are refused, and what was saved stays', async t => {
	const store = await makeStore();
	store.save(content('pilot', 'Before'));
	const error = t.throws(() => store.save(content('pilot', '')), {instanceOf: UserError, message: /could not be read again/v});
	t.is((error).problems[0]?.path.join('.'), 'draft.title');
	t.is(store.read('pilot').draft.title, 'Before');
});
