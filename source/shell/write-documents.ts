import {Buffer} from 'node:buffer';
import {
	closeSync, fchmodSync, fsync, openSync, readdirSync, readFileSync, renameSync, rmdirSync, unlinkSync, writeFileSync, type Stats,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {hashBytes} from '../core/ids.js';
import {compare, type Outcome, type Problem} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {findStatus, makeFolders, removeFile} from './files.js';
import {lockFolder} from './lock-folder.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/** A document to write: its name in the output folder, and its text or bytes. */
export type DocumentFile = {readonly path: string; readonly content: string | Uint8Array};

/** What was done with each file. */
export type WriteResult = {readonly path: string; readonly status: 'created' | 'replaced' | 'unchanged' | 'removed'};

/** Remembers what was written, so that somebody's edits are told from an earlier run. */
const usualManifest = '.virt-fw-wizard.json';

type Manifest = Readonly<Record<string, string>>;

/** A document as it is on disk. */
type File = {readonly path: string; readonly bytes: Uint8Array};

/** A file that is to be there afterwards, and what is there now. */
type Planned = {readonly file: File; readonly status: 'created' | 'replaced' | 'unchanged'; readonly mode?: number};

/** Files that are open at once: a disk confirms several in the time of one, and a system lets a process open some hundred. */
const openAtOnce = 32;

const confirmOnDisk = promisify(fsync);

/** Above this no document of ours is as large: it is not read to compare. */
const maxCompareBytes = 500_000_000;

/**
Write documents into a folder: all of them, or none.

Every file is first written whole beside its place, and all are moved there in one go when the last is on disk; a signal before that
leaves everything as it was. Files that somebody changed after an earlier run, or that this program never wrote, are left alone unless
`force` is set; links are never followed. Documents of an earlier run that are no longer part of the output are removed when nobody
changed them. Two runs into one folder take turns.

@param force - Replace also what somebody changed.
@param manifest - The file in the folder that remembers what was written: another one for files of another kind, which do not take the place of documents.
@throws {UserError} When the folder cannot be written, or holds something that must not be replaced.
*/
export async function writeDocuments(folder: string, files: readonly DocumentFile[], {force = false, manifest: manifestName = usualManifest}: {readonly force?: boolean; readonly manifest?: string} = {}): Promise<WriteResult[]> {
	if (files.some(file => path.basename(file.path) !== file.path)) {
		throw new RangeError('A document is a file in the folder, not below it');
	}

	// Without the final slash, which would lead through a link.
	const target = path.resolve(folder);
	const interruption = new Interruption();
	try {
		const made = prepareFolder(target, folder);
		try {
			return await replaceDocuments(target, folder, files.map(file => encodeFile(file)), {force, manifestName, interruption});
		} catch (error) {
			removeFolders(target, made);
			throw error;
		}
	} catch (error) {
		const reason = formatSystemError(error);
		throw error instanceof UserError || reason === undefined ? error : new UserError(`"${showLine(folder)}" cannot be written: ${reason}`, {hint: 'choose another folder; nothing was changed', cause: error});
	} finally {
		interruption.end();
	}
}

/**
Say what `writeDocuments()` would do, and do nothing.

@returns What would become of each file, and what stands in the way: files that must not be replaced.
@throws {UserError} When the folder is a link or a file, or cannot be read.
*/
export function previewDocuments(folder: string, files: readonly DocumentFile[]): {readonly results: readonly WriteResult[]; readonly problems: readonly Problem[]} {
	const target = path.resolve(folder);
	try {
		if (checkFolder(target, folder) === undefined) {
			return {results: files.map(file => ({path: file.path, status: 'created'})), problems: []};
		}

		const manifest = readManifest(target, usualManifest);
		const examined = files.map(file => examine(target, folder, encodeFile(file), manifest, false));
		const obsolete = findObsolete(target, files, manifest);
		return {
			results: [
				...examined.flatMap(({value}) => value === undefined ? [] : [{path: value.file.path, status: value.status}]),
				...obsolete.map(name => ({path: name, status: 'removed' as const})),
			],
			problems: examined.flatMap(({problems}) => problems ?? []),
		};
	} catch (error) {
		const reason = formatSystemError(error);
		throw error instanceof UserError || reason === undefined ? error : new UserError(`"${showLine(folder)}" cannot be read: ${reason}`, {hint: 'choose another folder', cause: error});
	}
}

/** Make the folder where there is none. The outcome is the first folder that had to be made. */
function prepareFolder(target: string, folder: string): string | undefined {
	const status = checkFolder(target, folder);
	return status === undefined ? makeFolders(target) : undefined;
}

/** The status of a folder to write to, undefined while there is none. */
function checkFolder(target: string, folder: string): Stats | undefined {
	const status = findStatus(target);
	if (status?.isSymbolicLink()) {
		throw new UserError(`"${showLine(folder)}" is a link`, {hint: 'name the folder it leads to'});
	}

	if (status && !status.isDirectory()) {
		throw new UserError(`"${showLine(folder)}" is a file`, {hint: 'choose a folder'});
	}

	return status;
}

/** Remove the folders that were made for nothing, as far as they are empty. */
function removeFolders(target: string, first: string | undefined): void {
	if (first === undefined) {
		return;
	}

	for (let folder = target; folder.length >= first.length; folder = path.dirname(folder)) {
		try {
			rmdirSync(folder);
		} catch {
			return;
		}
	}
}

async function replaceDocuments(target: string, folder: string, files: readonly File[], {force, manifestName, interruption}: {readonly force: boolean; readonly manifestName: string; readonly interruption: Interruption}): Promise<WriteResult[]> {
	const unlock = await lockFolder(target, folder, () => {
		interruption.check();
	});
	try {
		const known = readManifest(target, manifestName);
		removeLeftovers(target);
		const examined = files.map(file => examine(target, folder, file, known, force));
		const problems = examined.flatMap(entry => entry.problems ?? []);
		if (problems.length > 0) {
			throw new UserError(`"${showLine(folder)}" holds what must not be replaced`, {problems, hint: `choose another folder${problems.some(({code}) => code === 'output/foreign') ? ', or add --force to replace what was changed' : ''}; nothing was written`});
		}

		const planned = examined.flatMap(({value}) => value ?? []);
		const obsolete = findObsolete(target, files, known);
		const manifest: Manifest = Object.fromEntries(files.map(file => [file.path, hashBytes(file.bytes)]));
		const list = encodeFile({path: manifestName, content: `${JSON.stringify(manifest, undefined, '\t')}\n`});
		await moveFiles(target, [...planned.filter(({status}) => status !== 'unchanged'), {file: list, status: 'replaced'}], obsolete, interruption);
		return [
			...planned.map(({file, status}) => ({path: file.path, status})),
			...obsolete.map(name => ({path: name, status: 'removed' as const})),
		];
	} finally {
		unlock();
	}
}

function readManifest(target: string, manifestName: string): Manifest {
	try {
		const status = findStatus(path.join(target, manifestName));
		const content: unknown = status?.isFile() ? JSON.parse(readFileSync(path.join(target, manifestName), 'utf8')) : undefined;
		return typeof content === 'object' && content !== null ? Object.fromEntries(Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {};
	} catch (error) {
		// Without a readable list every file counts as somebody's.
		if (error instanceof SyntaxError) {
			return {};
		}

		throw error;
	}
}

function encodeFile({path: name, content}: DocumentFile): File {
	return {path: name, bytes: typeof content === 'string' ? Buffer.from(content) : content};
}

/** What a document is called until it is moved to its place. */
const formatTemporaryName = (name: string): string => `.virt-fw-wizard.${process.pid}.${name}.tmp`;

/** Remove what a run left that was killed: the folder is locked, so that nobody is writing it now. */
function removeLeftovers(target: string): void {
	for (const name of readdirSync(target)) {
		if (/^\.virt-fw-wizard\.\d+\..+\.tmp$/v.test(name)) {
			removeFile(path.join(target, name));
		}
	}
}

function examine(target: string, folder: string, file: File, manifest: Manifest, force: boolean): Outcome<Planned> {
	const place = path.join(target, file.path);
	const refuse = (code: string, message: string): Outcome<Planned> => ({problems: [{code, path: [], file: path.join(folder, file.path), message}]});
	const status = findStatus(place);
	if (status === undefined) {
		return {value: {file, status: 'created'}};
	}

	if (!status.isFile()) {
		return refuse(status.isSymbolicLink() ? 'output/link' : 'output/no-file', status.isSymbolicLink() ? 'this is a link, and links are not followed' : 'this is no file');
	}

	// The last nine bits.
	const mode = status.mode % 0o1000;
	const bytes = status.size > maxCompareBytes ? undefined : readFileSync(place);
	if (bytes?.equals(file.bytes) === true) {
		return {value: {file, status: 'unchanged', mode}};
	}

	const isOurs = bytes !== undefined && Object.hasOwn(manifest, file.path) && manifest[file.path] === hashBytes(bytes);
	return isOurs || force ? {value: {file, status: 'replaced', mode}} : refuse('output/foreign', Object.hasOwn(manifest, file.path) ? 'this was changed since it was written' : 'this was not written by this program');
}

function findObsolete(target: string, files: ReadonlyArray<{readonly path: string}>, manifest: Manifest): string[] {
	const kept = new Set(files.map(file => file.path));
	const candidates = Object.keys(manifest).filter(name => !kept.has(name) && path.basename(name) === name && name !== usualManifest).toSorted(compare);
	return candidates.filter(name => {
		const status = findStatus(path.join(target, name));
		return status?.isFile() && status.size <= maxCompareBytes && hashBytes(readFileSync(path.join(target, name))) === manifest[name];
	});
}

/** A file that is written whole beside its place. */
type Staged = {readonly temporary: string; readonly place: string};

async function moveFiles(target: string, files: readonly Planned[], obsolete: readonly string[], interruption: Interruption): Promise<void> {
	const staged: Staged[] = [];
	let moved = 0;
	try {
		await stageFiles(target, files, staged, interruption);
		interruption.check();
		// Without a pause from here on, in which a signal could be heard: either nothing is moved, or all.
		for (const {temporary, place} of staged) {
			if (moved === staged.length - 1) {
				// The list of what was written comes last: who dies before it finds everything again.
				removeFiles(target, obsolete);
			}

			renameSync(temporary, place);
			moved++;
		}
	} catch (error) {
		// Those that were moved are no longer there.
		for (const {temporary} of staged) {
			removeFile(temporary);
		}

		const reason = formatSystemError(error);
		throw moved === 0 || reason === undefined ? error : new UserError(`some documents were replaced, and then the system failed: ${reason}`, {hint: 'run the same command again', cause: error});
	}
}

/**
Write files whole beside their places.

@param staged - Gets each file as soon as it is there.
@throws The first trouble, when nothing is being written any more.
*/
async function stageFiles(target: string, files: readonly Planned[], staged: Staged[], interruption: Interruption): Promise<void> {
	for (let first = 0; first < files.length; first += openAtOnce) {
		interruption.check();
		// eslint-disable-next-line no-await-in-loop -- They are closed before others are opened.
		await stageSome(target, files.slice(first, first + openAtOnce), staged);
	}
}

/** First all of them are made: a disk confirms several in the time of one, and makes none meanwhile. */
async function stageSome(target: string, files: readonly Planned[], staged: Staged[]): Promise<void> {
	const open: number[] = [];
	try {
		for (const {file, mode} of files) {
			const temporary = path.join(target, formatTemporaryName(file.path));
			// `wx` fails when something of that name is there, links included.
			const descriptor = openSync(temporary, 'wx', 0o644);
			open.push(descriptor);
			staged.push({temporary, place: path.join(target, file.path)});
			writeFileSync(descriptor, file.bytes);
			if (mode !== undefined) {
				fchmodSync(descriptor, mode);
			}
		}

		const confirmations = open.map(async descriptor => confirmOnDisk(descriptor));
		await Promise.allSettled(confirmations);
		await Promise.all(confirmations);
	} finally {
		for (const descriptor of open) {
			closeSync(descriptor);
		}
	}
}

function removeFiles(target: string, names: readonly string[]): void {
	for (const name of names) {
		try {
			unlinkSync(path.join(target, name));
		} catch (error) {
			if (findSystemCode(error) !== 'ENOENT') {
				throw error;
			}
		}
	}
}

/** Holds a signal back until nothing is half done. */
class Interruption {
	static readonly #signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	#signal: NodeJS.Signals | undefined;

	constructor() {
		for (const signal of Interruption.#signals) {
			process.on(signal, this.#hear);
		}
	}

	/** @throws {UserError} When a signal came. */
	check(): void {
		if (this.#signal !== undefined) {
			throw new UserError(`interrupted by ${this.#signal}`, {hint: 'nothing was written'});
		}
	}

	/** Let signals through again, the one that came as well. */
	end(): void {
		for (const signal of Interruption.#signals) {
			process.off(signal, this.#hear);
		}

		if (this.#signal !== undefined) {
			process.kill(process.pid, this.#signal);
		}
	}

	readonly #hear = (signal: NodeJS.Signals): void => {
		const isSecond = this.#signal !== undefined;
		this.#signal ??= signal;
		if (isSecond) {
			// Who asks twice does not want to wait, as for a disk that does not answer. The next run tidies up.
			this.end();
		}
	};
}
