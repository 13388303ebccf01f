import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';

/*
The cache of compiled code, as a user has it: dist/cli.cjs in processes of its own, each with a cache folder for the test.
*/
const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-cache-'));
const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

type Result = {readonly code: number | undefined; readonly stdout: string; readonly stderr: string};
type Environment = Readonly<Record<string, string | undefined>>;

async function run(environment: Environment, args: readonly string[] = ['catalog', 'list'], program = path.join(root, 'dist/cli.cjs')): Promise<Result> {
	const child = spawn(process.execPath, [program, ...args], {
		cwd: scratch,
		env: {...process.env, VIRT_FW_WIZARD_CODE_CACHE: undefined, NODE_V8_COVERAGE: undefined, ...environment},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const exit = once(child, 'close') as Promise<[number | undefined]>;
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
	return {code, stdout, stderr};
}

/** A folder for caches, and the program's own in it, which is not there yet. */
async function makeBase(): Promise<{readonly base: string; readonly folder: string; readonly environment: Environment}> {
	const base = await mkdtemp(path.join(scratch, 'base-'));
	return {base, folder: path.join(base, 'virt-fw-wizard'), environment: {XDG_CACHE_HOME: base}};
}

/** What `catalog list` says without a cache. */
const expected = await run({VIRT_FW_WIZARD_CODE_CACHE: '0'});

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

/** The exit code of a run. */
async function findCode(environment: Environment, ...args: readonly string[]): Promise<number | undefined> {
	const {code} = await run(environment, args);
	return code;
}

/** The permissions of a file or folder, as `700`. */
async function readMode(file: string): Promise<string> {
	const {mode} = await stat(file);
	return mode.toString(8).slice(-3);
}

/** The one cache file of a folder. */
async function findFile(t: ExecutionContext, folder: string): Promise<string> {
	const names = await readdir(folder);
	t.is(names.length, 1, `found: ${names.join(', ')}`);
	return path.join(folder, names[0]!);
}

/** Run often enough that the cache is complete: it learns from the first runs. */
async function settle(t: ExecutionContext, environment: Environment): Promise<void> {
	for (let round = 0; round < 3; round++) {
		t.deepEqual(await run(environment), expected); // eslint-disable-line no-await-in-loop -- Each learns from the one before.
	}
}

/** A folder with a complete cache of `catalog list`. */
async function makeCache(t: ExecutionContext): Promise<{readonly folder: string; readonly file: string; readonly environment: Environment}> {
	const {folder, environment} = await makeBase();
	await settle(t, environment);
	return {folder, file: await findFile(t, folder), environment};
}

test('a command keeps what was compiled where only its user can write, and uses it the next time', async t => {
	t.is(expected.code, 0);
	const {folder, file, environment} = await makeCache(t);
	t.regex(path.basename(file), /^[\da-f]{16}-v\d+\.\d+\.\d+-\w+-catalog\.code$/v);
	const modes = await Promise.all([readMode(folder), readMode(file)]);
	t.deepEqual(isWindows ? ['700', '600'] : modes, ['700', '600']);

	const {ino, mtimeMs} = await stat(file);
	t.deepEqual(await run(environment), expected);
	t.like(await stat(file), {ino, mtimeMs}, 'written again, so it was not used');
});

test('the first runs add what they used to the cache', async t => {
	const {folder, environment} = await makeBase();
	await findCode(environment, 'catalog', 'list', '--json');
	const file = await findFile(t, folder);
	const {size} = await stat(file);
	t.deepEqual(await run(environment), expected);
	const {size: sizeAfter} = await stat(file);
	t.true(sizeAfter > size);
});

test('each command has a file, and a wrong word has none', async t => {
	const {folder, environment} = await makeBase();
	t.is(await findCode(environment, 'schema', 'profile'), 0);
	t.is(await findCode(environment, 'catalgo', 'list'), 2);
	t.is(await findCode(environment, '--help'), 0);
	const names = await readdir(folder);
	t.deepEqual(names.map(name => name.replace(/^.*-/v, '')).toSorted((a, b) => a < b ? -1 : 1), ['help.code', 'schema.code']);
});

test('a part that an earlier run did not need is added', async t => {
	const {file, environment} = await makeCache(t);
	const {size} = await stat(file);
	t.is(await findCode(environment, 'catalog', 'check'), 0);
	const {size: sizeAfter} = await stat(file);
	t.true(sizeAfter > size);
	t.deepEqual(await run(environment), expected);
	const {size: sizeAtLast} = await stat(file);
	t.true(sizeAtLast > size, 'what this run did not need is still there');
});

test('--version leaves the cache alone', async t => {
	const {base, environment} = await makeBase();
	t.is(await findCode(environment, '--version'), 0);
	t.deepEqual(await readdir(base), []);
});

test('VIRT_FW_WIZARD_CODE_CACHE=0 switches it off', async t => {
	const {base, environment} = await makeBase();
	t.deepEqual(await run({...environment, VIRT_FW_WIZARD_CODE_CACHE: '0'}), expected);
	t.deepEqual(await readdir(base), []);
});

test('a cache that is cut, changed or something else is passed over and written anew', async t => {
	const {file, environment} = await makeCache(t);
	const good = await readFile(file);
	const inTheMiddle = Uint8Array.from(good);
	inTheMiddle[Math.floor(good.length / 2)]! += 1;
	const longIndex = Uint8Array.from(good);
	longIndex.fill(255, 4, 8);
	const wrong = [
		good.subarray(0, -100), good.subarray(0, 5), new Uint8Array(), inTheMiddle, longIndex, new TextEncoder().encode('not a cache at all'),
	];
	for (const bytes of wrong) {
		await writeFile(file, bytes); // eslint-disable-line no-await-in-loop -- One file.
		t.deepEqual(await run(environment), expected, `${bytes.length} bytes`); // eslint-disable-line no-await-in-loop
		const after = await readFile(file); // eslint-disable-line no-await-in-loop
		t.false(after.equals(bytes), `${bytes.length} bytes were not replaced`);
	}
});

test('a program whose files were edited runs as edited', async t => {
	const folder = await mkdtemp(path.join(scratch, 'dist-'));
	await cp(path.join(root, 'dist'), folder, {recursive: true});
	const {environment} = await makeBase();
	const program = path.join(folder, 'cli.cjs');
	const before = await run(environment, ['--help'], program);
	const main = path.join(folder, 'main.cjs');
	const source = await readFile(main, 'utf8');
	// Of the same length, which is all that V8 looks at.
	await writeFile(main, source.replaceAll('look at the products', 'LOOK AT THE PRODUCTS'));
	t.regex(before.stdout, /look at the products/v);
	const after = await run(environment, ['--help'], program);
	t.regex(after.stdout, /LOOK AT THE PRODUCTS/v);
});

test('processes that start together do not disturb each other', async t => {
	const {folder, environment} = await makeBase();
	const results = await Promise.all(Array.from({length: 4}, async () => run(environment)));
	t.deepEqual(results, [expected, expected, expected, expected]);
	const file = await findFile(t, folder);
	await settle(t, environment);
	const {mtimeMs} = await stat(file);
	t.deepEqual(await run(environment), expected);
	const {mtimeMs: mtimeAfter} = await stat(file);
	t.is(mtimeAfter, mtimeMs, 'what they left is whole');
});

test('what nobody has used for a week is removed, and what is used stays', async t => {
	const {folder, file, environment} = await makeCache(t);
	const longAgo = new Date(Date.now() - (8 * 24 * 60 * 60 * 1000));
	const old = path.join(folder, '0123456789abcdef-v20.0.0-x64-catalog.code');
	const draft = `${old}.123-456`;
	const recent = path.join(folder, 'fedcba9876543210-v20.0.0-x64-catalog.code');
	const foreign = path.join(folder, 'notes.txt');
	await Promise.all([old, draft, recent, foreign].map(async each => writeFile(each, '')));
	await Promise.all([old, draft, foreign, file].map(async each => utimes(each, longAgo, longAgo)));
	t.deepEqual(await run(environment), expected);
	t.is(await findCode(environment, 'schema', 'profile'), 0);
	const names = await readdir(folder);
	t.true([file, recent, foreign].every(each => names.includes(path.basename(each))));
	t.false(names.includes(path.basename(old)));
	t.false(names.includes(path.basename(draft)));
});

test('of very many builds only the last ones are kept', async t => {
	const {folder, environment} = await makeBase();
	await mkdir(folder, {mode: 0o700});
	const hourAgo = new Date(Date.now() - (60 * 60 * 1000));
	await Promise.all(Array.from({length: 30}, async (_, index) => {
		const file = path.join(folder, `${String(index).padStart(16, '0')}-v20.0.0-x64-catalog.code`);
		await writeFile(file, '');
		await utimes(file, hourAgo, hourAgo);
	}));
	t.deepEqual(await run(environment), expected);
	const names = await readdir(folder);
	t.is(names.length, 20);
	t.true(names.some(name => name.includes(process.version) && !name.startsWith('0000')));
});

const onPosix = isWindows ? test.skip : test;

onPosix('a file or folder that others may write is not read', async t => {
	const {folder, file, environment} = await makeCache(t);
	// Were it read, the run would leave this file as it is.
	const readAfter = async (): Promise<boolean> => {
		const {ino} = await stat(file);
		t.deepEqual(await run(environment), expected);
		const {ino: inoAfter} = await stat(file);
		return inoAfter === ino;
	};

	t.true(await readAfter());
	await chmod(file, 0o620);
	t.false(await readAfter());
	await settle(t, environment);
	t.true(await readAfter());
	await chmod(file, 0o602);
	t.false(await readAfter());

	// Nothing is written into such a folder either.
	await chmod(folder, 0o770);
	await writeFile(file, 'a trap');
	t.deepEqual(await run(environment), expected);
	t.is(await readFile(file, 'utf8'), 'a trap');
});

onPosix('a folder behind a link is not used', async t => {
	const {base, folder, environment} = await makeBase();
	const elsewhere = path.join(base, 'elsewhere');
	await mkdir(elsewhere, {mode: 0o700});
	await symlink(elsewhere, folder);
	t.deepEqual(await run(environment), expected);
	t.deepEqual(await readdir(elsewhere), []);
});

onPosix('without XDG_CACHE_HOME it is in the home folder, and a relative one is ignored', async t => {
	const {base} = await makeBase();
	const where = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
	await mkdir(path.join(base, 'Library'));
	t.deepEqual(await run({HOME: base, XDG_CACHE_HOME: 'relative'}), expected);
	await findFile(t, path.join(base, where, 'virt-fw-wizard'));
});

onPosix('the program runs where there is no home, or none to write to', async t => {
	const {base, folder} = await makeBase();
	await writeFile(folder, 'a file where the folder would be');
	const readOnly = path.join(base, 'read-only');
	await mkdir(readOnly, {mode: 0o500});
	const environments: Environment[] = [
		{XDG_CACHE_HOME: base},
		{XDG_CACHE_HOME: path.join(base, 'no/such/folder')},
		{XDG_CACHE_HOME: '/proc/none'},
		{XDG_CACHE_HOME: undefined, HOME: ''},
		{XDG_CACHE_HOME: undefined, HOME: path.join(base, 'nobody')},
		...(isRoot ? [] : [{XDG_CACHE_HOME: readOnly}, {XDG_CACHE_HOME: undefined, HOME: readOnly}]),
	];
	const results = await Promise.all(environments.map(async environment => run(environment)));
	t.deepEqual(results, environments.map(() => expected));
	const names = await readdir(base);
	t.deepEqual(names.toSorted((a, b) => a < b ? -1 : 1), ['read-only', 'virt-fw-wizard']);
});

(isRoot && !isWindows ? test : test.skip)('root leaves nothing in the home folder of somebody else', async t => {
	const {base} = await makeBase();
	await chown(base, 12_345, 12_345);
	t.deepEqual(await run({XDG_CACHE_HOME: undefined, HOME: base}), expected);
	t.deepEqual(await readdir(base), []);
});
