/* eslint-disable no-await-in-loop -- One thing is looked at after the other. */
import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {
	access, chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import esbuild from 'esbuild';
import {compare} from '../../source/core/problem.js';
import {formatSystemError, UserError} from '../../source/shell/user-error.js';
import {writeDocuments, type DocumentFile} from '../../source/shell/write-documents.js';
import {asNobody, nobodyBanner} from '../helpers/nobody.js';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-write-'));
// One test runs as somebody else.
await chmod(scratch, 0o755);
/*
A run of its own, to be stopped in the middle: writeDocuments() of very many documents, with a program around it.
*/
const script = path.join(scratch, 'write.cjs');
await esbuild.build({
	stdin: {
		resolveDir: process.cwd(),
		contents: String.raw`
			import process from 'node:process';
			import {writeDocuments} from './source/shell/write-documents.ts';

			const [folder, count, text] = process.argv.slice(2);
			writeDocuments(folder, Array.from({length: Number(count)}, (_, index) => ({path: index + '.md', content: (text + index + '\n').repeat(2000)}))).catch(error => {
				process.stdout.write(error.name + ': ' + error.message + '\n' + error.hint);
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

// Tests run at the same time, and each listens for signals.
process.setMaxListeners(100);

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

/** A name for a folder that is not there yet. */
function makeName(): string {
	folders++;
	return path.join(scratch, `folder-${folders}`);
}

const documents = (...texts: readonly string[]): DocumentFile[] => texts.map((text, index) => ({path: `${'abcdef'[index]!}.md`, content: `${text}\n`}));
const read = async (folder: string, name = 'a.md') => readFile(path.join(folder, name), 'utf8');

async function list(folder: string): Promise<string[]> {
	const names = await readdir(folder);
	return names.toSorted(compare);
}

async function statuses(folder: string, files: readonly DocumentFile[], force = false): Promise<Record<string, string>> {
	const results = await writeDocuments(folder, files, {force});
	return Object.fromEntries(results.map(({path: name, status}) => [name, status]));
}

async function findMode(file: string): Promise<number> {
	const {mode} = await stat(file);
	return mode % 0o1000;
}

async function refuse(t: ExecutionContext, folder: string, files: readonly DocumentFile[], message: RegExp, force = false): Promise<UserError> {
	const error = await t.throwsAsync(writeDocuments(folder, files, {force}), {instanceOf: UserError, message});
	return error;
}

const manifest = '.virt-fw-wizard.json';
const lock = '.virt-fw-wizard.lock';

test('documents are created, left alone, replaced and removed', async t => {
	const folder = makeName();
	t.deepEqual(await statuses(folder, documents('one', 'two')), {'a.md': 'created', 'b.md': 'created'});
	t.deepEqual(await list(folder), [manifest, 'a.md', 'b.md']);
	t.is(await read(folder, 'b.md'), 'two\n');

	const {mtimeMs, ino} = await stat(path.join(folder, 'a.md'));
	t.deepEqual(await statuses(folder, documents('one', 'two')), {'a.md': 'unchanged', 'b.md': 'unchanged'});
	t.deepEqual(await statuses(folder, documents('one', 'three', 'four')), {'a.md': 'unchanged', 'b.md': 'replaced', 'c.md': 'created'});
	const after = await stat(path.join(folder, 'a.md'));
	t.deepEqual([after.mtimeMs, after.ino], [mtimeMs, ino]);
	t.is(await read(folder, 'b.md'), 'three\n');

	t.deepEqual(await statuses(folder, documents('one')), {'a.md': 'unchanged', 'b.md': 'removed', 'c.md': 'removed'});
	t.deepEqual(await list(folder), [manifest, 'a.md']);
});

test('a document keeps the permissions somebody gave it', async t => {
	const folder = makeName();
	await writeDocuments(folder, documents('one'));
	await chmod(path.join(folder, 'a.md'), 0o600);
	await writeDocuments(folder, documents('two'));
	t.is(await findMode(path.join(folder, 'a.md')), 0o600);
});

test('edits are kept, all are named at once, and nothing else is written', async t => {
	const folder = makeName();
	await writeDocuments(folder, documents('one', 'two', 'three'));
	await writeFile(path.join(folder, 'a.md'), 'mine\n');
	await writeFile(path.join(folder, 'b.md'), new Uint8Array([0xFF, 0xFE]));
	const error = await refuse(t, folder, documents('1', '2', '3'), /holds what must not be replaced/v);
	t.deepEqual(error.problems.map(({code, file, message}) => `${code} ${file} ${message}`), ['a.md', 'b.md'].map(name => `output/foreign ${path.join(folder, name)} this was changed since it was written`));
	t.regex(error.hint!, /--force/v);
	t.is(await read(folder), 'mine\n');
	t.is(await read(folder, 'c.md'), 'three\n');
	t.deepEqual(await list(folder), [manifest, 'a.md', 'b.md', 'c.md']);

	t.deepEqual(await statuses(folder, documents('1', '2', '3'), true), {'a.md': 'replaced', 'b.md': 'replaced', 'c.md': 'replaced'});
	t.is(await read(folder), '1\n');
});

test('an edit that is what would be written is no conflict', async t => {
	const folder = makeName();
	await writeDocuments(folder, documents('one'));
	await writeFile(path.join(folder, 'a.md'), 'two\n');
	t.deepEqual(await statuses(folder, documents('two')), {'a.md': 'unchanged'});
	t.deepEqual(await statuses(folder, documents('three')), {'a.md': 'replaced'});
});

test('files of somebody else are left alone', async t => {
	const folder = makeName();
	await mkdir(path.join(folder, 'sub'), {recursive: true});
	await writeFile(path.join(folder, 'a.md'), 'theirs\n');
	await writeFile(path.join(folder, 'notes.txt'), 'theirs\n');
	const {problems} = await refuse(t, folder, documents('one'), /must not be replaced/v);
	t.is(problems[0]?.message, 'this was not written by this program');
	t.deepEqual(await statuses(folder, documents('one'), true), {'a.md': 'replaced'});
	t.is(await read(folder, 'notes.txt'), 'theirs\n');
	t.deepEqual(await list(folder), [manifest, 'a.md', 'notes.txt', 'sub']);
});

test('a document that is no longer part of the output stays when somebody changed it', async t => {
	const folder = makeName();
	await writeDocuments(folder, documents('one', 'two', 'three'));
	await writeFile(path.join(folder, 'b.md'), 'mine\n');
	t.deepEqual(await statuses(folder, documents('one')), {'a.md': 'unchanged', 'c.md': 'removed'});
	t.is(await read(folder, 'b.md'), 'mine\n');
});

test('a list of what was written that is damaged, or names files elsewhere, does no harm', async t => {
	const outside = makeName();
	await mkdir(outside);
	await writeFile(path.join(outside, 'x.md'), 'one\n');
	const folder = makeName();
	await writeDocuments(folder, documents('one'));
	const {'a.md': hash} = JSON.parse(await read(folder, manifest)) as Record<string, string>;
	const name = `../${path.basename(outside)}/x.md`;
	for (const text of ['', '{', '[]', 'null', '"a"', '{"a.md": 5}', JSON.stringify({[name]: hash, '../..': hash, [path.join(outside, 'x.md')]: hash, '.': hash, __proto__: hash})]) {
		await writeFile(path.join(folder, manifest), text);
		await refuse(t, folder, documents('two'), /must not be replaced/v);
		t.deepEqual(await statuses(folder, documents('one')), {'a.md': 'unchanged'}, `${text}`);
	}

	t.is(await read(outside, 'x.md'), 'one\n');
});

test('links are never followed, with or without force', async t => {
	const target = makeName();
	await mkdir(target);
	const link = makeName();
	await symlink(target, link);
	for (const name of [link, `${link}/`, `${link}/.`, path.join(link, 'x', '..')]) {
		const {hint} = await refuse(t, name, documents('one'), /is a link/v, true);
		t.regex(hint!, /name the folder it leads to/v);
	}

	t.deepEqual(await list(target), []);

	const folder = makeName();
	await mkdir(folder);
	await writeFile(path.join(target, 'secret'), 'theirs\n');
	await symlink(path.join(target, 'secret'), path.join(folder, 'a.md'));
	await symlink(path.join(target, 'nothing'), path.join(folder, 'b.md'));
	const {problems} = await refuse(t, folder, documents('one', 'two', 'three'), /must not be replaced/v, true);
	t.deepEqual(problems.map(({code, file}) => `${code} ${path.basename(file!)}`), ['output/link a.md', 'output/link b.md']);
	t.is(await read(target, 'secret'), 'theirs\n');
	t.deepEqual(await list(folder), ['a.md', 'b.md']);
});

test('a link in place of the list of what was written, or of a lock, is not followed', async t => {
	const target = makeName();
	await mkdir(target);
	await writeFile(path.join(target, 'list'), '{}');
	const folder = makeName();
	await mkdir(folder);
	await symlink(path.join(target, 'list'), path.join(folder, manifest));
	t.deepEqual(await statuses(folder, documents('one')), {'a.md': 'created'});
	t.is(await read(target, 'list'), '{}');
	const status = await lstat(path.join(folder, manifest));
	t.true(status.isFile());
});

test('a folder that is a file, or in one, and a document that is a folder are refused', async t => {
	const file = makeName();
	await writeFile(file, 'theirs');
	await refuse(t, file, documents('one'), /is a file/v);
	await refuse(t, path.join(file, 'x'), documents('one'), /part of the path is not a folder/v);
	t.is(await readFile(file, 'utf8'), 'theirs');

	const folder = makeName();
	await mkdir(path.join(folder, 'a.md'), {recursive: true});
	const {problems} = await refuse(t, folder, documents('one', 'two'), /must not be replaced/v, true);
	t.deepEqual(problems.map(({code}) => code), ['output/no-file']);
	t.deepEqual(await list(folder), ['a.md']);
});

test('errors of the system are said in words, and mistakes of the program are not', t => {
	const say = (code: string) => formatSystemError(Object.assign(new Error('x'), {code}));
	t.is(say('ENOSPC'), 'the disk is full');
	t.is(say('EWHATEVER'), 'the system says EWHATEVER');
	for (const code of ['ERR_INVALID_ARG_VALUE', 'MODULE_NOT_FOUND', 'constructor', '']) {
		t.is(say(code), undefined);
	}

	t.is(formatSystemError(new Error('ENOENT')), undefined);
});

test('a document below the folder is a mistake of the program', async t => {
	await t.throwsAsync(writeDocuments(makeName(), [{path: '../a.md', content: ''}]), {instanceOf: RangeError});
	await t.throwsAsync(writeDocuments(makeName(), [{path: 'b/a.md', content: ''}]), {instanceOf: RangeError});
});

test('a name that steers a terminal is not repeated raw', async t => {
	const file = path.join(scratch, 'red\u{1B}[31m\n');
	await writeFile(file, '');
	const {message} = await refuse(t, file, documents('one'), /is a file/v);
	t.regex(message, /red<U\+001B>\[31m<U\+000A>/v);
});

test('folders are made as needed, and not left when nothing could be written', async t => {
	const folder = path.join(makeName(), 'b', 'c');
	t.deepEqual(await statuses(`${folder}/`, documents('one')), {'a.md': 'created'});

	const other = makeName();
	await refuse(t, path.join(other, 'b'), [{path: 'x'.repeat(300), content: ''}], /the name is too long/v);
	await t.throwsAsync(access(other));

	// Under a folder that was there already.
	await mkdir(other);
	await refuse(t, path.join(other, 'b'), [{path: 'x'.repeat(300), content: ''}], /the name is too long/v);
	t.deepEqual(await list(other), []);
});

test('a place where no folder can be made is an answer, not a wait without end', async t => {
	await refuse(t, '/proc/virt-fw-wizard/documents', documents('one'), /there is no such file or folder|access is denied|the system does not permit it|read-only/v);
});

test('what a killed run left is tidied up, and nothing else', async t => {
	const folder = makeName();
	await writeDocuments(folder, documents('one', 'two'));
	const {pid} = spawnSync(process.execPath, ['-e', '0']);
	const mine = ['.a.md.tmp', '.a.md.12.tmp', '.virt-fw-wizard.x.a.md.tmp', '.virt-fw-wizard.12.a.md.tmp.bak'];
	for (const name of [`.virt-fw-wizard.${pid}.a.md.tmp`, `.virt-fw-wizard.${process.pid}.b.md.tmp`, `.virt-fw-wizard.7.${manifest}.tmp`, '.virt-fw-wizard.7.gone.md.tmp', ...mine]) {
		await writeFile(path.join(folder, name), 'half');
	}

	for (const text of [`${pid} ${os.hostname()}\n`, `${process.pid} ${os.hostname()}\n`]) {
		await writeFile(path.join(folder, lock), text);
		await writeDocuments(folder, documents('one', text));
	}

	t.deepEqual(await list(folder), [manifest, 'a.md', 'b.md', ...mine].toSorted());
});

test('two runs into one folder take turns', async t => {
	const folder = makeName();
	const names = ['a.md', 'b.md', 'c.md'];
	const outcomes = await Promise.all(['one', 'two', 'three', 'four'].map(async text => statuses(folder, documents(text, text, text))));
	const texts = await Promise.all(names.map(async name => read(folder, name)));
	t.is(new Set(texts).size, 1);
	t.deepEqual(outcomes.map(outcome => new Set(Object.values(outcome)).size), [1, 1, 1, 1]);
	t.is(outcomes.filter(outcome => outcome['a.md'] === 'created').length, 1);
	t.deepEqual(await list(folder), [manifest, ...names]);
});

const writeApart = (folder: string, count: number, text: string): ChildProcess => spawn(process.execPath, [script, folder, String(count), text], {stdio: 'ignore'});
const isTemporary = (name: string): boolean => name.endsWith('.tmp');

/**
Write twelve documents, then many new ones over them, and stop that with a signal as soon as some are on the disk.

A run that has written all before the signal reaches it shows nothing: it is repeated from the start with twice as many.
*/
async function interrupt(folder: string, signal: NodeJS.Signals, count = 300): Promise<NodeJS.Signals | undefined> {
	await once(writeApart(folder, 12, 'old'), 'exit');
	const child = writeApart(folder, count, 'new');
	const exit = once(child, 'exit') as Promise<[number | undefined, NodeJS.Signals | undefined]>;
	for (let names: readonly string[] = []; child.exitCode === null && names.filter(name => isTemporary(name)).length < 3; names = await readdir(folder)) {
		await setTimeout(1);
	}

	child.kill(signal);
	const [code, ending] = await exit;
	// The first document is moved first: what is new there was written whole before the signal came.
	const first = await read(folder, '0.md');
	if ((code === 0 || first.startsWith('new')) && count < 10_000) {
		await rm(folder, {recursive: true});
		return interrupt(folder, signal, count * 2);
	}

	return ending;
}

async function assertOld(t: ExecutionContext, folder: string, names: readonly string[]): Promise<void> {
	for (const name of names) {
		const text = await read(folder, name);
		t.true(text.startsWith('old'), `${name}`);
	}
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	test(`${signal} in the middle of writing leaves everything as it was`, async t => {
		const folder = makeName();
		t.is(await interrupt(folder, signal), signal);
		const names = await list(folder);
		t.deepEqual(names, [manifest, ...Array.from({length: 12}, (_, index) => `${index}.md`)].toSorted());
		await assertOld(t, folder, names.filter(name => name !== manifest));
	});
}

test('a run that is killed in the middle of writing hurts no document and not the next run', async t => {
	const folder = makeName();
	t.is(await interrupt(folder, 'SIGKILL'), 'SIGKILL');
	const names = await list(folder);
	t.true(names.some(name => isTemporary(name)));
	await assertOld(t, folder, names.filter(name => name.endsWith('.md')));

	const results = await writeDocuments(folder, Array.from({length: 20}, (_, index) => ({path: `${index}.md`, content: 'next\n'})));
	t.deepEqual(results.map(({status}) => status), Array.from({length: 20}, (_, index) => index < 12 ? 'replaced' : 'created'));
	const left = await list(folder);
	t.deepEqual(left.filter(name => !name.endsWith('.md')), [manifest]);
});

test('a file that grows too large for the system leaves everything as it was', async t => {
	const folder = makeName();
	await mkdir(folder);
	await writeDocuments(folder, documents('one'));
	// In blocks of 512 or 1024 bytes: enough for the lock, and not for a document.
	const {status, stdout} = spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 4; exec "$@"', 'sh', process.execPath, script, folder, '3', 'new'], {encoding: 'utf8'});
	t.is(status, 2);
	t.regex(stdout, /^UserError: .* cannot be written: the file would be too large\n.*nothing was changed$/v);
	t.deepEqual(await list(folder), [manifest, 'a.md']);
	t.is(await read(folder), 'one\n');
});

/** Mount a small disk on a folder; false where that is not permitted. */
function mount(folder: string, ...options: readonly string[]): boolean {
	return spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', folder]).status === 0;
}

// Without the program the tests are skipped, which a run that needs all tools counts as a failure. To mount may still not be permitted.
const onDisk = spawnSync('mount', ['--version']).error === undefined ? test : test.skip;

onDisk('a full disk leaves everything as it was', async t => {
	const folder = makeName();
	await mkdir(folder);
	if (!mount(folder, 'size=128k')) {
		t.log('not tried: to mount a small disk is not permitted here');
		t.pass();
		return;
	}

	t.teardown(() => spawnSync('umount', [folder]));
	await writeDocuments(folder, documents('one'));
	const error = await refuse(t, folder, documents('two', 'x'.repeat(200_000)), /cannot be written: the disk is full/v);
	t.regex(error.hint!, /nothing was changed/v);
	t.deepEqual(await list(folder), [manifest, 'a.md']);
	t.is(await read(folder), 'one\n');

	await refuse(t, path.join(folder, 'new', 'folder'), documents('x'.repeat(200_000)), /the disk is full/v);
	t.deepEqual(await list(folder), [manifest, 'a.md']);

	// Not even the lock fits.
	await writeFile(path.join(folder, 'rest'), 'x'.repeat(200_000)).catch(() => undefined);
	await refuse(t, folder, documents('two'), /the disk is full/v);
	t.deepEqual(await list(folder), [manifest, 'a.md', 'rest']);
});

onDisk('a disk that is read-only is an answer', async t => {
	const folder = makeName();
	await mkdir(folder);
	if (!mount(folder, 'size=128k')) {
		t.log('not tried: to mount a small disk is not permitted here');
		t.pass();
		return;
	}

	t.teardown(() => spawnSync('umount', [folder]));
	await writeDocuments(folder, documents('one'));
	t.is(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
	await refuse(t, folder, documents('two'), /cannot be written: the disk is read-only/v);
	await refuse(t, path.join(folder, 'new'), documents('two'), /cannot be written: the disk is read-only/v);
	t.is(await read(folder), 'one\n');
});

test('a folder without permission is an answer', async t => {
	const folder = makeName();
	await mkdir(folder);
	await chmod(folder, 0o555);
	t.teardown(async () => chmod(folder, 0o755));
	const {status, stdout} = spawnSync(process.execPath, [script, folder, '1', 'new'], {encoding: 'utf8', env: asNobody});
	t.regex(stdout, /cannot be written: access is denied/v);
	t.is(status, 2);
	t.deepEqual(await list(folder), []);
});
