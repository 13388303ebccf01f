/* eslint-disable no-await-in-loop -- One step is taken after the other, so that what was done can be undone. */
import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {renameSync, unlinkSync, type Stats} from 'node:fs';
import {chmod, lstat, mkdir, open, readdir, readFile, rmdir, stat, unlink} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {compare, type Outcome, type Problem} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {lockFolder} from './lock-folder.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/** A document to write: its name in the output folder, and its text or bytes. */
export type DocumentFile = {readonly path: string; readonly content: string | Uint8Array};

/** What was done with each file. */
export type WriteResult = {readonly path: string; readonly status: 'created' | 'replaced' | 'unchanged' | 'removed'};

/** Remembers what was written, so that somebody's edits are told from an earlier run. */
const usualManifest = '.virt-fw-wizard.json';

type Manifest = Readonly<Record<string, string>>;

/** A file that is to be there afterwards, and what is there now. */
type Planned = {readonly file: DocumentFile; readonly status: 'created' | 'replaced' | 'unchanged'; readonly mode?: number};

/** As many files are written at once as Node has threads for it. */
const writersAtOnce = 4;

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
		const made = await prepareFolder(target, folder);
		try {
			return await replaceDocuments(target, folder, files, {force, manifestName, interruption});
		} catch (error) {
			await removeFolders(target, made);
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
export async function previewDocuments(folder: string, files: readonly DocumentFile[]): Promise<{readonly results: readonly WriteResult[]; readonly problems: readonly Problem[]}> {
	const target = path.resolve(folder);
	try {
		if (await checkFolder(target, folder) === undefined) {
			return {results: files.map(file => ({path: file.path, status: 'created'})), problems: []};
		}

		const manifest = await readManifest(target, usualManifest);
		const examined = await Promise.all(files.map(async file => examine(target, folder, file, manifest, false)));
		const obsolete = await findObsolete(target, files, manifest);
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
async function prepareFolder(target: string, folder: string): Promise<string | undefined> {
	const status = await checkFolder(target, folder);
	return status === undefined ? makeFolders(target) : undefined;
}

/** The status of a folder to write to, undefined while there is none. */
async function checkFolder(target: string, folder: string): Promise<Stats | undefined> {
	const status = await findStatus(target);
	if (status?.isSymbolicLink()) {
		throw new UserError(`"${showLine(folder)}" is a link`, {hint: 'name the folder it leads to'});
	}

	if (status && !status.isDirectory()) {
		throw new UserError(`"${showLine(folder)}" is a file`, {hint: 'choose a folder'});
	}

	return status;
}

/**
Make a folder with those around it.

One by one, as `mkdir()` with `recursive` never ends where the system says that there is no such folder after all, as in /proc.
*/
async function makeFolders(target: string): Promise<string> {
	const missing = [target];
	for (let parent = path.dirname(target); await findStatus(parent) === undefined; parent = path.dirname(parent)) {
		missing.unshift(parent);
	}

	for (const folder of missing) {
		try {
			await mkdir(folder);
		} catch (error) {
			// Another run that began at the same time made it.
			const status = findSystemCode(error) === 'EEXIST' ? await stat(folder) : undefined;
			if (status?.isDirectory() !== true) {
				throw error;
			}
		}
	}

	return missing[0]!;
}

/** Remove the folders that were made for nothing, as far as they are empty. */
async function removeFolders(target: string, first: string | undefined): Promise<void> {
	if (first === undefined) {
		return;
	}

	for (let folder = target; folder.length >= first.length; folder = path.dirname(folder)) {
		try {
			await rmdir(folder);
		} catch {
			return;
		}
	}
}

async function findStatus(file: string): Promise<Stats | undefined> {
	try {
		return await lstat(file);
	} catch (error) {
		if (findSystemCode(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

async function replaceDocuments(target: string, folder: string, files: readonly DocumentFile[], {force, manifestName, interruption}: {readonly force: boolean; readonly manifestName: string; readonly interruption: Interruption}): Promise<WriteResult[]> {
	const unlock = await lockFolder(target, folder, () => {
		interruption.check();
	});
	try {
		const manifest = await readManifest(target, manifestName);
		await removeLeftovers(target);
		const examined = await Promise.all(files.map(async file => examine(target, folder, file, manifest, force)));
		const problems = examined.flatMap(entry => entry.problems ?? []);
		if (problems.length > 0) {
			throw new UserError(`"${showLine(folder)}" holds what must not be replaced`, {problems, hint: `choose another folder${problems.some(({code}) => code === 'output/foreign') ? ', or add --force to replace what was changed' : ''}; nothing was written`});
		}

		const planned = examined.flatMap(({value}) => value ?? []);
		const obsolete = await findObsolete(target, files, manifest);
		const written: DocumentFile = {path: manifestName, content: `${JSON.stringify(Object.fromEntries(files.map(file => [file.path, hashContent(file.content)])), undefined, '\t')}\n`};
		await moveFiles(target, [...planned.filter(({status}) => status !== 'unchanged'), {file: written, status: 'replaced'}], obsolete, interruption);
		return [
			...planned.map(({file, status}) => ({path: file.path, status})),
			...obsolete.map(name => ({path: name, status: 'removed' as const})),
		];
	} finally {
		await unlock();
	}
}

async function readManifest(target: string, manifestName: string): Promise<Manifest> {
	try {
		const status = await findStatus(path.join(target, manifestName));
		const content: unknown = status?.isFile() ? JSON.parse(await readFile(path.join(target, manifestName), 'utf8')) : undefined;
		return typeof content === 'object' && content !== null ? Object.fromEntries(Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {};
	} catch (error) {
		// Without a readable list every file counts as somebody's.
		if (error instanceof SyntaxError) {
			return {};
		}

		throw error;
	}
}

/** SHA-256 of a text in UTF-8, or of its bytes. The core's `hashText()` gives the same, and takes several times as long for a megabyte. */
const hashContent = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const toBytes = (content: string | Uint8Array): Uint8Array => typeof content === 'string' ? Buffer.from(content) : content;

/** What a document is called until it is moved to its place. */
const formatTemporaryName = (name: string): string => `.virt-fw-wizard.${process.pid}.${name}.tmp`;

const findTemporary = (target: string, {path: name}: DocumentFile): string => path.join(target, formatTemporaryName(name));

/** Remove what a run left that was killed: the folder is locked, so that nobody is writing it now. */
async function removeLeftovers(target: string): Promise<void> {
	const names = await readdir(target);
	await Promise.all(names.filter(name => /^\.virt-fw-wizard\.\d+\..+\.tmp$/v.test(name)).map(async name => unlink(path.join(target, name)).catch(() => undefined)));
}

async function examine(target: string, folder: string, file: DocumentFile, manifest: Manifest, force: boolean): Promise<Outcome<Planned>> {
	const place = path.join(target, file.path);
	const refuse = (code: string, message: string): Outcome<Planned> => ({problems: [{code, path: [], file: path.join(folder, file.path), message}]});
	const status = await findStatus(place);
	if (status === undefined) {
		return {value: {file, status: 'created'}};
	}

	if (!status.isFile()) {
		return refuse(status.isSymbolicLink() ? 'output/link' : 'output/no-file', status.isSymbolicLink() ? 'this is a link, and links are not followed' : 'this is no file');
	}

	// The last nine bits.
	const mode = status.mode % 0o1000;
	const bytes = status.size > maxCompareBytes ? undefined : await readFile(place);
	if (bytes?.equals(toBytes(file.content)) === true) {
		return {value: {file, status: 'unchanged', mode}};
	}

	const isOurs = bytes !== undefined && Object.hasOwn(manifest, file.path) && manifest[file.path] === hashContent(bytes);
	return isOurs || force ? {value: {file, status: 'replaced', mode}} : refuse('output/foreign', Object.hasOwn(manifest, file.path) ? 'this was changed since it was written' : 'this was not written by this program');
}

async function findObsolete(target: string, files: readonly DocumentFile[], manifest: Manifest): Promise<string[]> {
	const kept = new Set(files.map(file => file.path));
	const candidates = Object.keys(manifest).filter(name => !kept.has(name) && path.basename(name) === name && name !== usualManifest).toSorted(compare);
	const found: string[] = [];
	for (const name of candidates) {
		const status = await findStatus(path.join(target, name));
		if (status?.isFile() && status.size <= maxCompareBytes && hashContent(await readFile(path.join(target, name))) === manifest[name]) {
			found.push(name);
		}
	}

	return found;
}

async function moveFiles(target: string, files: readonly Planned[], obsolete: readonly string[], interruption: Interruption): Promise<void> {
	const staged: string[] = [];
	let moved = 0;
	try {
		await stageFiles(target, files, staged, interruption);
		interruption.check();
		// Without a pause from here on, in which a signal could be heard: either nothing is moved, or all.
		for (const [index, {file}] of files.entries()) {
			if (index === files.length - 1) {
				// The list of what was written comes last: who dies before it finds everything again.
				removeFiles(target, obsolete);
			}

			renameSync(findTemporary(target, file), path.join(target, file.path));
			moved++;
		}
	} catch (error) {
		// Those that were moved are no longer there.
		for (const temporary of staged) {
			await unlink(temporary).catch(() => undefined);
		}

		const reason = formatSystemError(error);
		throw moved === 0 || reason === undefined ? error : new UserError(`some documents were replaced, and then the system failed: ${reason}`, {hint: 'run the same command again', cause: error});
	}
}

/**
Write files whole beside their places, a few at the same time, as a disk confirms several in the time of one.

@param staged - Gets the name of each file as soon as it is there.
@throws The first trouble, when nothing is being written any more.
*/
async function stageFiles(target: string, files: readonly Planned[], staged: string[], interruption: Interruption): Promise<void> {
	const queue = [...files];
	const writeNext = async (): Promise<void> => {
		try {
			for (let planned = queue.shift(); planned !== undefined; planned = queue.shift()) {
				interruption.check();
				await stageFile(findTemporary(target, planned.file), planned, staged);
			}
		} catch (error) {
			// The others end with the file they are at.
			queue.length = 0;
			throw error;
		}
	};

	const writers = Array.from({length: writersAtOnce}, async () => writeNext());
	await Promise.allSettled(writers);
	await Promise.all(writers);
}

async function stageFile(temporary: string, {file, mode}: Planned, staged: string[]): Promise<void> {
	// `wx` fails when something of that name is there, links included.
	const handle = await open(temporary, 'wx', 0o644);
	staged.push(temporary);
	try {
		await handle.writeFile(file.content, 'utf8');
		await handle.sync();
	} finally {
		await handle.close();
	}

	if (mode !== undefined) {
		await chmod(temporary, mode);
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
