import {readFileSync, renameSync, unlinkSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type Conf from 'conf';
import {findFreeName, findNameProblem, formatName} from '../core/profile/names.js';
import type {ProfileSummary} from '../core/profile/summary.js';
import {formatRecord, parseRecord, type ProfileRecord} from '../core/profile/record.js';
import {suggest, type Problem} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {loadConf} from './load-conf.js';
import {findStatus, makeFolders, removeFile, synchronize} from './files.js';
import {
	findProfileFolder, findProfilePath, homeVariable, listFiles, listSavedNames, readSavedText, type FileText,
} from './profile-folder.js';
import {
	findHolder, findLockPath, isHeld, releaseLock, renewLock, takeLock, type LockHolder,
} from './profile-lock.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/** A saved profile as a list shows it. */
export type SavedProfile = (ProfileSummary & {readonly kind: 'saved'}) | {
	/** It cannot be read; or a newer version of this program saved it. */
	readonly kind: 'damaged' | 'newer';
	readonly name: string;
	readonly problems: readonly Problem[];
};

/** What the wizard saves; the name stands in the draft. */
export type RecordContent = Pick<ProfileRecord, 'draft' | 'isFinished' | 'position'>;

/** What became of a save. */
export type SaveResult = {
	/** The record as it is on disk, perhaps under another name than the one that was asked for. */
	readonly record: ProfileRecord;
	/** What the person should know about it, as sentences: another name, or a damaged file that was set aside. */
	readonly notes: readonly string[];
};

/** Where a record or a lock is put until it is whole, and what conf in turn makes of that. */
const stagingPattern = /^(?<name>.+)\.(?:json|lock|lock\.2)\.\d+\.new(?:\.tmp-[\da-f]+)?$/v;

/**
The saved profiles: a file of conf each, in a folder that only the user can read.

Reading needs no conf. All that writes does, so that `prepare()` comes first; from then on everything happens at once and what a
call has written is on disk when it returns.
*/
export class ProfileStore {
	/** Where the profiles lie; undefined when the system knows no place. */
	readonly folder: string | undefined;
	readonly #now: () => Date;
	#conf: typeof Conf | undefined;

	/** What was last read from or written to each file, to notice that somebody else wrote. */
	readonly #known = new Map<string, string>();

	/** @param folder - Of the profiles, in place of the usual one. */
	constructor({folder = findProfileFolder(), now = () => new Date()}: {readonly folder?: string | undefined; readonly now?: () => Date} = {}) {
		this.folder = folder;
		this.#now = now;
	}

	/** Get ready to write, and remove what killed processes left. */
	async prepare(): Promise<void> {
		this.#conf ??= await loadConf();
		this.#removeLeftovers();
	}

	/**
	Every saved profile in order of name; those that cannot be read with the reason.

	@throws {UserError} When the folder cannot be read.
	*/
	list(): SavedProfile[] {
		return listSavedNames(this.folder).flatMap((name): SavedProfile[] => {
			const found = this.#look(name);
			if (found.kind !== 'saved') {
				return found.kind === 'none' ? [] : [{kind: found.kind, name, problems: found.problems}];
			}

			const {draft: {title, chosen}, updated, isFinished} = found.record;
			return [{kind: 'saved', name, title, chosen, updated, isFinished}];
		});
	}

	/** Whether there is a saved profile of a name, readable or not. */
	has(name: string): boolean {
		return this.#look(name).kind !== 'none';
	}

	/**
	Read a saved profile.

	@returns With the name of its file in the draft, also when somebody renamed the file.
	@throws {UserError} When there is none, or it cannot be read.
	*/
	read(name: string): ProfileRecord {
		const found = this.#look(name);
		switch (found.kind) {
			case 'none': {
				throw new UserError(`there is no saved profile "${showLine(name, 80)}"`, {hint: suggest(name, listSavedNames(this.folder))});
			}

			case 'saved': {
				this.#known.set(name, found.text);
				return {...found.record, draft: {...found.record.draft, name}};
			}

			case 'newer': {
				throw new UserError(`the saved profile "${name}" is of a newer version of this program`, {problems: found.problems, hint: 'it was left as it is'});
			}

			case 'damaged': {
				throw new UserError(`the saved profile "${name}" is damaged`, {problems: found.problems, hint: `it was left as it is; correct ${showLine(findProfilePath(this.folder!, name))}, or remove it with virt-fw-wizard profiles delete ${name}`});
			}
		}
	}

	/**
	Save a design. It is on disk when this returns.

	Nothing of somebody else's is overwritten: when the file is not the one this store last read or wrote, when it is a link, or when another
	process has the profile open, the design gets the next free name, and the result says so.

	@throws {UserError} When it cannot be written: everything is then as it was.
	*/
	save({draft, isFinished, position}: RecordContent): SaveResult {
		const wanted = draft.name;
		requireName(wanted);
		return this.#guard(`"${wanted}" cannot be saved`, folder => {
			const makeRecord = (name: string): ProfileRecord => ({format: 1, updated: this.#now().toISOString(), isFinished, ...(position === undefined ? {} : {position}), draft: {...draft, name}});
			const saved = this.#trySave(folder, makeRecord(wanted));
			if (typeof saved !== 'string') {
				return saved;
			}

			const tried = new Set([wanted]);
			for (;;) {
				const name = this.#findFreeName(wanted, tried);
				tried.add(name);
				const next = this.#trySave(folder, makeRecord(name));
				// Somebody may have taken that name just now too.
				if (typeof next !== 'string') {
					this.#moveLock(folder, wanted, name);
					return {record: next.record, notes: [`${saved}: your answers are saved as "${name}"`, ...next.notes]};
				}
			}
		});
	}

	/**
	Give a saved profile another name. A lock that this store holds goes with it.

	@throws {UserError} When the name is taken or cannot be one, or somebody has the profile open.
	*/
	rename(name: string, newName: string): SaveResult {
		this.read(name);
		return this.#guard(`"${name}" cannot be renamed`, folder => {
			const result = this.#withLock(folder, name, () => {
				// Once more, as somebody may have saved until now.
				const record = this.read(name);
				const copied = this.#create(folder, {...record, draft: {...record.draft, name: newName}});
				this.#unlink(folder, name);
				return copied;
			});
			this.#moveLock(folder, name, newName);
			return result;
		});
	}

	/**
	Copy a saved profile.

	@throws {UserError} When the name is taken or cannot be one.
	*/
	copy(name: string, newName: string): SaveResult {
		const record = this.read(name);
		return this.#guard(`"${name}" cannot be copied`, folder => this.#create(folder, {...record, draft: {...record.draft, name: newName}}));
	}

	/**
	Save a design under a name that must be free.

	@throws {UserError} When the name is taken or cannot be one, or the file cannot be written.
	*/
	create({draft, isFinished, position}: RecordContent): SaveResult {
		requireName(draft.name);
		return this.#guard(`"${draft.name}" cannot be saved`, folder => this.#create(folder, {format: 1, updated: this.#now().toISOString(), isFinished, ...(position === undefined ? {} : {position}), draft}));
	}

	/**
	Remove a saved profile for good, also one that cannot be read.

	@throws {UserError} When there is none, or somebody has it open.
	*/
	remove(name: string): void {
		if (!this.has(name)) {
			this.read(name);
		}

		this.#guard(`"${name}" cannot be removed`, folder => {
			this.#withLock(folder, name, () => {
				this.#unlink(folder, name);
			});
			this.unlock(name);
		});
	}

	/** A name that is free, as near as possible to what somebody typed. */
	uniqueName(wanted: string): string {
		return this.#findFreeName(wanted, new Set());
	}

	/**
	Keep a profile to this process while it is open, until `unlock()` or the end of the process.

	@returns Who has it open; undefined when it is this process now.
	@throws {UserError} When the folder cannot be written.
	*/
	lock(name: string): LockHolder | undefined {
		requireName(name);
		return this.#guard(`"${name}" cannot be opened for writing`, folder => takeLock(findLockPath(folder, name)));
	}

	unlock(name: string): void {
		if (this.folder !== undefined) {
			releaseLock(findLockPath(this.folder, name));
		}
	}

	/** Which other process has a profile open. */
	findHolder(name: string): LockHolder | undefined {
		return this.folder === undefined ? undefined : findHolder(findLockPath(this.folder, name));
	}

	#findFreeName(wanted: string, tried: ReadonlySet<string>): string {
		const names = new Set(listFiles(this.folder));
		return findFreeName(formatName(wanted), name => tried.has(name) || names.has(`${name}.json`) || (names.has(`${name}.lock`) && this.findHolder(name) !== undefined));
	}

	#look(name: string): Found {
		if (this.folder === undefined || findNameProblem(name) !== undefined) {
			return {kind: 'none'};
		}

		const file = findProfilePath(this.folder, name);
		const read = readSavedText(file);
		if (read === undefined) {
			return {kind: 'none'};
		}

		return read.text === undefined ? {kind: 'damaged', problems: [describeUnreadable(file, read)], isReadable: read.code === undefined} : parse(read.text, file);
	}

	/** Save under the name of the record, or say in words why its file must not be replaced. */
	#trySave(folder: string, record: ProfileRecord): SaveResult | string {
		const {name} = record.draft;
		const lock = findLockPath(folder, name);
		const wasHeld = isHeld(lock);
		const holder = takeLock(lock);
		if (holder !== undefined) {
			return `"${name}" is open in ${formatHolder(holder)}`;
		}

		try {
			const obstacle = this.#findObstacle(folder, name);
			if (obstacle !== undefined) {
				return obstacle;
			}

			const notes = this.#write(folder, record);
			renewLock(lock);
			return {record, notes};
		} finally {
			if (!wasHeld) {
				releaseLock(lock);
			}
		}
	}

	/** Why the file of a name must not be replaced, in words; undefined when it may be. */
	#findObstacle(folder: string, name: string): string | undefined {
		const status = findStatus(findProfilePath(folder, name));
		if (status === undefined || this.#isSetAside(name)) {
			return undefined;
		}

		if (status.isSymbolicLink()) {
			return `the file of "${name}" is a link, and nothing is written through links`;
		}

		const known = this.#known.get(name);
		if (known === undefined) {
			return `there is a saved profile "${name}" already`;
		}

		return readSavedText(findProfilePath(folder, name))?.text === known ? undefined : `"${name}" was changed by somebody else meanwhile`;
	}

	/** Whether the file of a name gives way to another, and is kept: nobody can go on with it. What only cannot be opened is somebody's. */
	#isSetAside(name: string): boolean {
		const found = this.#look(name);
		return found.kind === 'damaged' && found.isReadable;
	}

	#create(folder: string, record: ProfileRecord): SaveResult {
		const {name} = record.draft;
		requireName(name);
		return this.#withLock(folder, name, () => {
			if (findStatus(findProfilePath(folder, name)) !== undefined && !this.#isSetAside(name)) {
				throw new UserError(`there is a saved profile "${name}" already`, {hint: `choose another name, as ${this.uniqueName(name)}`});
			}

			return {record, notes: this.#write(folder, record)};
		});
	}

	/** Write a record whose lock is held: the whole text beside its place, then there. The outcome is what else happened. */
	#write(folder: string, record: ProfileRecord): string[] {
		const {name} = record.draft;
		const text = formatRecord(record);
		const file = findProfilePath(folder, name);
		const {problems} = parseRecord(text, file);
		if (problems) {
			throw new UserError('these answers have a form that could not be read again', {problems, hint: 'correct them; what was saved before is still there'});
		}

		const staged = this.#stage(folder, name, text);
		try {
			const setAside = this.#isSetAside(name) ? this.#setAside(folder, name) : undefined;
			renameSync(staged, file);
			this.#known.set(name, text);
			synchronize(folder);
			return setAside === undefined ? [] : [`the file of "${name}" was damaged and is kept as ${showLine(setAside)}`];
		} catch (error) {
			removeFile(staged);
			throw error;
		}
	}

	/** Let conf write a text into a file that nobody reads yet. */
	#stage(folder: string, name: string, text: string): string {
		if (this.#conf === undefined) {
			throw new Error('prepare() comes before the first write');
		}

		this.#removeStaged(folder, name);
		const Store = this.#conf;
		const store = new Store<Record<string, unknown>>({
			cwd: folder,
			configName: name,
			fileExtension: `json.${process.pid}.new`,
			configFileMode: 0o600,
			accessPropertiesByDotNotation: false,
			serialize: () => text,
		});
		try {
			store.store = JSON.parse(text) as Record<string, unknown>;
			// A disk that fills up takes the first part of a text and reports no error, which conf does not notice.
			if (readFileSync(store.path, 'utf8') !== text) {
				throw Object.assign(new Error('Not all of it was written'), {code: 'ENOSPC'});
			}

			return store.path;
		} catch (error) {
			this.#removeStaged(folder, name);
			throw error;
		}
	}

	/** Keep a file that is in the way and cannot be read. The outcome is where it is now. */
	#setAside(folder: string, name: string): string {
		const base = `${name}.damaged-${this.#now().toISOString().slice(0, 10)}`;
		for (let number = 1; ; number++) {
			const kept = path.join(folder, `${base}${number === 1 ? '' : `-${number}`}.json`);
			if (findStatus(kept) === undefined) {
				renameSync(findProfilePath(folder, name), kept);
				return kept;
			}
		}
	}

	#unlink(folder: string, name: string): void {
		unlinkSync(findProfilePath(folder, name));
		this.#known.delete(name);
		synchronize(folder);
	}

	/** Hold the lock of a profile for a moment, unless this process holds it anyway. */
	#withLock<Value>(folder: string, name: string, action: () => Value): Value {
		const lock = findLockPath(folder, name);
		if (isHeld(lock)) {
			return action();
		}

		const holder = takeLock(lock);
		if (holder !== undefined) {
			throw new UserError(`"${name}" is open in ${formatHolder(holder)}`, {hint: `close it there first; if there is none, remove ${showLine(holder.file)}`});
		}

		try {
			return action();
		} finally {
			releaseLock(lock);
		}
	}

	/** Who has one profile open and goes on with another one keeps that to itself as well. */
	#moveLock(folder: string, from: string, to: string): void {
		if (isHeld(findLockPath(folder, from))) {
			takeLock(findLockPath(folder, to));
			this.unlock(from);
		}
	}

	/** Make the folder where there is none, and say what the system says in words. */
	#guard<Value>(message: string, action: (folder: string) => Value): Value {
		const {folder} = this;
		if (folder === undefined) {
			throw new UserError(`${message}: the system knows no home folder of this user`, {hint: `name a folder with ${homeVariable}, or export to a file`});
		}

		try {
			makeFolders(folder, 0o700);
			return action(folder);
		} catch (error) {
			const reason = formatSystemError(error);
			throw error instanceof UserError || reason === undefined ? error : new UserError(`${message}: ${reason}`, {hint: adviseOnFolder(folder, findSystemCode(error)), cause: error});
		}
	}

	#removeLeftovers(): void {
		const {folder} = this;
		if (folder === undefined) {
			return;
		}

		try {
			const names = new Set(listFiles(folder).flatMap(file => stagingPattern.exec(file)?.groups?.['name'] ?? /^(?<name>.+)\.lock(?:\.2)?$/v.exec(file)?.groups?.['name'] ?? []));
			for (const name of names) {
				const lock = findLockPath(folder, name);
				// Who holds the lock is writing, or may be any moment.
				if (!isHeld(lock) && takeLock(lock) === undefined) {
					this.#removeStaged(folder, name);
					removeFile(`${lock}.2`);
					releaseLock(lock);
				}
			}
		} catch {
			// Who cannot tidy up cannot write either, and is told when it matters.
		}
	}

	#removeStaged(folder: string, name: string): void {
		for (const file of listFiles(folder)) {
			if (stagingPattern.exec(file)?.groups?.['name'] === name) {
				removeFile(path.join(folder, file));
			}
		}
	}
}

type Found
	= | {readonly kind: 'none'}
		| {readonly kind: 'saved'; readonly record: ProfileRecord; readonly text: string}
		| {readonly kind: 'newer'; readonly problems: readonly Problem[]}
		| {readonly kind: 'damaged'; readonly problems: readonly Problem[]; readonly isReadable: boolean};

function parse(text: string, file: string): Found {
	const outcome = parseRecord(text, file);
	if (outcome.problems === undefined) {
		return {kind: 'saved', record: outcome.value, text};
	}

	return outcome.isNewer ? {kind: 'newer', problems: outcome.problems} : {kind: 'damaged', problems: outcome.problems, isReadable: true};
}

function describeUnreadable(file: string, {reason}: FileText & {readonly text?: never}): Problem {
	return {code: 'text/unreadable', path: [], file, message: `this cannot be read: ${reason}`};
}

/** @throws {UserError} When no profile can be saved under a name. */
function requireName(name: string): void {
	const problem = findNameProblem(name);
	if (problem !== undefined) {
		throw new UserError(`a profile cannot be saved as "${showLine(name, 80)}": ${problem.message}`, {hint: problem.hint});
	}
}

/** Say who has a profile open. */
export function formatHolder({pid, host, since}: LockHolder): string {
	return `${pid === undefined ? 'another process' : `process ${pid} on ${showLine(host!, 80)}`} (since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
}

function adviseOnFolder(folder: string, code: string | undefined): string {
	const other = `name another folder with ${homeVariable}, or export to a file`;
	return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code ?? '') ? `make room on the disk of ${showLine(folder)}, ${other}` : `profiles are saved in ${showLine(folder)}; ${other}`;
}
