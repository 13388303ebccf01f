import {Buffer} from 'node:buffer';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {Script} from 'node:vm';
import {crc32} from 'node:zlib';

/*
Runs the program with what V8 made of it the last time: to compile it takes longer than most commands work.

Cached code is code. It is read only where nobody but this user can write, and only behind a checksum, for V8 itself would run what is
damaged. Trouble with the cache is never told and never matters: the program is compiled then as if there were none.
*/

/** Raised when the layout of the file changes. */
const layout = 'virt-fw-wizard code 1';
/** Checksum of all that follows it, length of the index, both unsigned 32-bit numbers. Then the index as JSON, then the parts. */
const headBytes = 8;
const mostBytes = 64 * 1024 * 1024;
/** V8 copies what does not begin at such an address. */
const alignment = 8;

const savedAfterMs = 2000;
/** V8 keeps only the functions that ran, and one command does not always run the same: so many runs add theirs. */
const learningRuns = 3;
const dayMs = 24 * 60 * 60 * 1000;
/** Somebody may use two versions of the program or of Node in turn: what is removed has not been used for that long. */
const keptMs = 7 * dayMs;
/** And no more files than these, of a megabyte each, where somebody builds the program all day. */
const keptFiles = 20;

export type Program = {
	/** The folder of its files. */
	readonly folder: string;
	/** The file that runs first. */
	readonly main: string;
	/** Another one for every other content of the files. */
	readonly build: string;
	/** What it is asked to do. Each command uses other parts and has a cache file of its own, with nothing in it to be read in vain. */
	readonly command: string;
};

type Place = {readonly folder: string; readonly file: string};

/** What V8 made of one file of the program. `stamp` changes when somebody edits the file, which V8 does not notice while its length is the same. */
type Part = {readonly code: Uint8Array; readonly stamp: string};

type Parts = Map<string, Part>;

/** `runs` are those that have added to the parts. */
type Cache = {readonly parts: Parts; readonly runs: number};

type Index = {readonly layout: string; readonly runs: number; readonly parts: ReadonlyArray<readonly [name: string, stamp: string, bytes: number]>};

/**
Run the program. What had to be compiled is kept when it ends, or earlier when it waits for somebody; never before it has answered.

Switched off by `VIRT_FW_WIZARD_CODE_CACHE=0`.
*/
export function runProgram(program: Program): void {
	const {folder, main} = program;
	// First of all: V8 takes cached code only with the settings it was made with.
	optimizeLater(program);
	endAtOnce();
	const requireOther = createRequire(path.join(folder, main));
	const place = findPlace(program);
	if (place === undefined) {
		requireOther(`./${main}`);
		return;
	}

	const {parts, runs} = readCache(place);
	const scripts = new Map<string, {readonly script: Script; readonly stamp: string}>();
	const modules = new Map<string, {readonly exports: unknown}>();
	let isNew = false;

	const load = (name: string): unknown => {
		const known = modules.get(name);
		if (known !== undefined) {
			return known.exports;
		}

		const filename = path.join(folder, name);
		const {size, mtimeMs} = fs.statSync(filename);
		const stamp = `${size} ${mtimeMs}`;
		const part = parts.get(name);
		const cachedData = part?.stamp === stamp ? part.code : undefined;
		const head = '(function (exports, require, module, __filename, __dirname) { ';
		const script = new Script(`${head}${fs.readFileSync(filename, 'utf8')}\n})`, {filename, columnOffset: -head.length, ...(cachedData === undefined ? {} : {cachedData})});
		isNew ||= cachedData === undefined || script.cachedDataRejected === true;
		scripts.set(name, {script, stamp});

		const module = {exports: {}};
		modules.set(name, module);
		const run = script.runInThisContext() as (...values: readonly unknown[]) => void;
		run.call(module.exports, module.exports, requireAny, module, filename, folder);
		return module.exports;
	};

	const requireAny = (id: string): unknown => /^\.\/[^\/]+\.cjs$/v.test(id) ? load(id.slice(2)) : requireOther(id);

	load(main);

	let isSaved = false;
	const save = (): void => {
		if (!isSaved && (isNew || runs < learningRuns)) {
			isSaved = true;
			for (const [name, {script, stamp}] of scripts) {
				parts.set(name, {code: script.createCachedData(), stamp});
			}

			writeCache(place, {parts, runs: isNew ? 1 : runs + 1});
		}
	};

	setTimeout(save, savedAfterMs).unref();
	process.once('exit', code => {
		// A command that was typed wrongly gives no file, least of all one of that name.
		if (code === 0 || code === 1) {
			save();
		}
	});
}

/** Commands that derive a design and end. */
const briefCommands = new Set(['check', 'generate']);

/**
Let Node 20 leave undone what pays off only in programs that run for long.

It waits fifteen times as long as it would before it makes fast code of a function: to make it takes more than a third of the time of a command that soon ends,
and for one of seconds still more than it saves. And it does not begin to look for garbage in all of memory as soon as there are 20 MB, but when memory has run
short: by then such a command has ended. Later versions of Node have a quick compiler for what is in between, and were not measured.
*/
function optimizeLater({command}: Program): void {
	if (briefCommands.has(command) && process.version.startsWith('v20.')) {
		// What Node brings of its own modules, compiled, it takes only with the settings it began with: what these commands need is loaded before.
		process.getBuiltinModule('node:crypto');
		Reflect.get(process.getBuiltinModule('node:util'), 'parseArgs');
		process.getBuiltinModule('node:v8').setFlagsFromString('--interrupt-budget=1000000 --no-incremental-marking');
	}
}

/** When nothing is left to do Node takes all of memory apart before it ends, which is as long as to write a document. */
function endAtOnce(): void {
	process.once('beforeExit', () => {
		process.exit(); // With the code that was set.
	});
}

/** Where the cache of a program is, or would be; nothing when there must not be one. */
function findPlace({build, command}: Program): Place | undefined {
	const {VIRT_FW_WIZARD_CODE_CACHE: choice, NODE_V8_COVERAGE: coverage} = process.env;
	// Coverage counts what runs, and code out of a cache is not counted in full.
	if (choice === '0' || coverage !== undefined || process.getuid?.() !== process.geteuid?.()) {
		return undefined;
	}

	const base = findCacheFolder();
	if (base === undefined) {
		return undefined;
	}

	const folder = path.join(base, 'virt-fw-wizard');
	return {folder, file: path.join(folder, `${build}-${process.version}-${process.arch}-${command}.code`)};
}

/** The user's folder for what programs can make again. */
function findCacheFolder(): string | undefined {
	const {XDG_CACHE_HOME: chosen, LOCALAPPDATA: local} = process.env;
	// The XDG Base Directory Specification says to ignore a relative path.
	if (chosen !== undefined && path.isAbsolute(chosen)) {
		return chosen;
	}

	if (process.platform === 'win32') {
		return local !== undefined && path.isAbsolute(local) ? local : undefined;
	}

	try {
		const home = os.homedir();
		return path.isAbsolute(home) ? path.join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache') : undefined;
	} catch {
		// A user without an entry in the list of users, as in some containers, and without HOME.
		return undefined;
	}
}

/** Whether it belongs to this user, and neither its group nor others may write. On Windows the user's own folder sees to that. */
const isOurs = ({uid, mode}: fs.Stats): boolean => process.platform === 'win32' || (uid === process.getuid?.() && !/[2367]/v.test(mode.toString(8).slice(-2)));

function isOurFolder(folder: string): boolean {
	const stats = fs.lstatSync(folder);
	return stats.isDirectory() && isOurs(stats);
}

function readCache({folder, file}: Place): Cache {
	try {
		const bytes = isOurFolder(folder) ? readOurFile(file) : undefined;
		return bytes === undefined ? makeEmpty() : parseCache(bytes);
	} catch {
		return makeEmpty();
	}
}

const makeEmpty = (): Cache => ({parts: new Map(), runs: 0});

function readOurFile(file: string): Uint8Array | undefined {
	const descriptor = fs.openSync(file, 'r');
	try {
		const stats = fs.fstatSync(descriptor);
		if (!stats.isFile() || !isOurs(stats) || stats.size > mostBytes) {
			return undefined;
		}

		const now = Date.now();
		if (stats.mtimeMs < now - dayMs) {
			// Still in use; see `keptMs`.
			fs.futimesSync(descriptor, now / 1000, now / 1000);
		}

		return fs.readFileSync(descriptor);
	} finally {
		fs.closeSync(descriptor);
	}
}

const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** @throws When the bytes are not what formatCache() made. */
function parseCache(bytes: Uint8Array): Cache {
	const head = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
	if (head.getUint32(0, true) !== crc32(bytes.subarray(4))) {
		return makeEmpty();
	}

	const indexEnd = headBytes + head.getUint32(4, true);
	const index = JSON.parse(new TextDecoder().decode(bytes.subarray(headBytes, indexEnd))) as Index;
	if (index.layout !== layout) {
		return makeEmpty();
	}

	const parts: Parts = new Map();
	let offset = align(indexEnd);
	for (const [name, stamp, length] of index.parts) {
		parts.set(name, {stamp, code: bytes.subarray(offset, offset + length)});
		offset = align(offset + length);
	}

	return {parts, runs: index.runs};
}

function formatCache({parts, runs}: Cache): Uint8Array {
	const index: Index = {layout, runs, parts: Array.from(parts, ([name, {stamp, code}]) => [name, stamp, code.length])};
	const indexBytes = Buffer.from(JSON.stringify(index));
	const indexEnd = headBytes + indexBytes.length;
	const chunks: Uint8Array[] = [Buffer.alloc(headBytes), indexBytes, Buffer.alloc(align(indexEnd) - indexEnd)];
	for (const {code} of parts.values()) {
		chunks.push(code, Buffer.alloc(align(code.length) - code.length));
	}

	const bytes = Buffer.concat(chunks);
	bytes.writeUInt32LE(indexBytes.length, 4);
	bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
	return bytes;
}

/** Write the whole file or none, whoever else writes it at the same time. */
function writeCache({folder, file}: Place, cache: Cache): void {
	const draft = `${file}.${process.pid}-${Date.now()}`;
	try {
		makeFolder(folder);
		if (!isOurFolder(folder)) {
			return;
		}

		fs.writeFileSync(draft, formatCache(cache), {mode: 0o600, flag: 'wx'});
		fs.renameSync(draft, file);
		removeOld(folder);
	} catch {
		fs.rmSync(draft, {force: true});
	}
}

/** Make the program's folder and, in a home that exists, the folder of caches. */
function makeFolder(folder: string): void {
	const missing = [folder, path.dirname(folder)].filter(each => !fs.existsSync(each));
	// Such as `sudo` with the home folder of somebody else, who could not write there any more.
	if (missing.length > 0 && process.getuid?.() === 0 && fs.statSync(path.dirname(missing.at(-1)!)).uid !== 0) {
		throw new Error('A home folder that is not that of this user');
	}

	for (const each of missing.toReversed()) {
		try {
			// One by one: with `recursive` Node never returns where the system says that a folder cannot be, as in /proc.
			fs.mkdirSync(each, {mode: 0o700});
		} catch (error) {
			// Another process was faster.
			if (!fs.existsSync(each)) {
				throw error;
			}
		}
	}
}

/** Remove caches of other versions, and drafts of processes that were killed, which nobody has used for days. */
function removeOld(folder: string): void {
	const oldest = Date.now() - keptMs;
	const files = fs.readdirSync(folder).filter(name => /\.code(?:\.[\d\-]+)?$/v.test(name)).map(name => {
		const file = path.join(folder, name);
		return {file, mtimeMs: fs.lstatSync(file).mtimeMs};
	}).toSorted((a, b) => b.mtimeMs - a.mtimeMs);
	for (const [index, {file, mtimeMs}] of files.entries()) {
		if (index >= keptFiles || mtimeMs < oldest) {
			fs.rmSync(file, {force: true});
		}
	}
}
