import {
	closeSync, linkSync, lstatSync, openSync, readFileSync, utimesSync, writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as z from 'zod/mini';
import {removeFile} from './files.js';
import {isRunning} from './lock-folder.js';
import {findSystemCode} from './user-error.js';

/** Who has a profile open: a process, where it can be told. */
export type LockHolder = {
	readonly pid?: number;
	readonly host?: string;
	/** When it took the lock, or last saved. */
	readonly since: Date;
	/** The lock itself, to be removed by hand when all else fails. */
	readonly file: string;
};

const contentSchema = z.object({pid: z.int().check(z.positive()), host: z.string(), started: z.optional(z.string())});

/** Where there are no hard links a lock is empty between its making and its first byte; it stays so when its writer is killed just then. */
const emptyMs = 60_000;

/** When a lock of another machine, whose processes cannot be seen, is taken for a leftover: nobody has saved for so long. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Locks of this process. */
const held = new Set<string>();

/** The file that stands for the lock of a profile. */
export function findLockPath(folder: string, name: string): string {
	return path.join(folder, `${name}.lock`);
}

/** Whether this process holds a lock. */
export function isHeld(lock: string): boolean {
	return held.has(lock);
}

/**
Take a lock, also one that a dead process left. It is given back when this process ends.

@returns Who holds it; undefined when this process does.
@throws A system error when the folder cannot be written.
*/
export function takeLock(lock: string): LockHolder | undefined {
	if (held.has(lock) || tryToTake(lock)) {
		return undefined;
	}

	if (isAbandoned(lock)) {
		removeAbandoned(lock);
		if (tryToTake(lock)) {
			return undefined;
		}
	}

	// It may have been given back just now, which the next who asks will find.
	return describeHolder(lock) ?? {since: new Date(), file: lock};
}

/** Give back a lock of this process; any other is left alone. */
export function releaseLock(lock: string): void {
	// Somebody may have removed it by hand, and another process taken it since.
	if (held.delete(lock) && isOurs(lock)) {
		removeFile(lock);
	}
}

function isOurs(lock: string): boolean {
	try {
		const content = readLock(lock)?.content;
		return content === undefined || (content.pid === process.pid && content.host === os.hostname());
	} catch {
		return false;
	}
}

/** Show other machines that somebody is still at it. */
export function renewLock(lock: string): void {
	try {
		utimesSync(lock, new Date(), new Date());
	} catch {
		// The record itself is safe, and only another machine would have looked.
	}
}

/** Who holds a lock; undefined when this process does, or nobody any more. */
export function findHolder(lock: string): LockHolder | undefined {
	return held.has(lock) || isAbandoned(lock) ? undefined : describeHolder(lock);
}

function tryToTake(lock: string): boolean {
	// Written whole beside its place, so that a lock always says whose it is, also when its writer is killed.
	const draft = `${lock}.${process.pid}.new`;
	try {
		removeFile(draft);
		writeLock(draft);
		if (!link(draft, lock)) {
			return false;
		}
	} finally {
		removeFile(draft);
	}

	if (held.size === 0) {
		process.off('exit', releaseAll);
		process.on('exit', releaseAll);
	}

	held.add(lock);
	return true;
}

/** Whether a finished lock could be put into its place, which must be free. */
function link(draft: string, lock: string): boolean {
	try {
		linkSync(draft, lock);
		return true;
	} catch (error) {
		// Who holds the lock removes what others prepare.
		if (['EEXIST', 'ENOENT'].includes(findSystemCode(error) ?? '')) {
			return false;
		}
	}

	try {
		// Some disks know no hard links.
		writeLock(lock);
		return true;
	} catch (error) {
		if (findSystemCode(error) === 'EEXIST') {
			return false;
		}

		throw error;
	}
}

function writeLock(file: string): void {
	const descriptor = openSync(file, 'wx', 0o600);
	try {
		writeSync(descriptor, `${JSON.stringify({pid: process.pid, host: os.hostname(), started: findStart(process.pid)})}\n`);
	} catch (error) {
		removeFile(file);
		throw error;
	} finally {
		closeSync(descriptor);
	}
}

function releaseAll(): void {
	for (const lock of held) {
		releaseLock(lock);
	}
}

/** Remove an abandoned lock; of several processes that want it only one, as the next would remove the lock of the first. */
function removeAbandoned(lock: string): void {
	const second = `${lock}.2`;
	if (!tryToTake(second)) {
		if (isAbandoned(second)) {
			removeFile(second);
		}

		return;
	}

	try {
		if (isAbandoned(lock)) {
			removeFile(lock);
		}
	} finally {
		releaseLock(second);
	}
}

type Lock = {readonly modified: Date; readonly content: z.infer<typeof contentSchema> | undefined};

function readLock(lock: string): Lock | undefined {
	try {
		const status = lstatSync(lock);
		return {modified: status.mtime, content: status.isFile() ? parseContent(readFileSync(lock, 'utf8')) : undefined};
	} catch (error) {
		if (findSystemCode(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

function parseContent(text: string): Lock['content'] {
	try {
		return contentSchema.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

/** Whether who took a lock was killed: on this machine, or too long ago to still be at it. */
function isAbandoned(lock: string): boolean {
	const found = held.has(lock) ? undefined : readLock(lock);
	if (found === undefined) {
		return false;
	}

	const {modified, content} = found;
	const ageMs = Date.now() - modified.getTime();
	if (content === undefined) {
		return ageMs > emptyMs;
	}

	if (content.host !== os.hostname()) {
		return ageMs > abandonedMs;
	}

	// After a restart of the machine another program may have the number.
	return !isRunning(content.pid) || (content.started !== undefined && content.started !== findStart(content.pid));
}

function describeHolder(lock: string): LockHolder | undefined {
	const found = readLock(lock);
	return found === undefined ? undefined : {...(found.content === undefined ? {} : {pid: found.content.pid, host: found.content.host}), since: found.modified, file: lock};
}

/** What tells a process from an earlier one of its number: when it started, where the system says so (proc(5), /proc/pid/stat, field 22). */
function findStart(pid: number): string | undefined {
	try {
		// The second field is a name in brackets that may hold spaces and brackets.
		const [, fields] = /^.*\) (?<fields>.*)$/sv.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
		const ticks = fields?.split(' ')[19];
		return ticks === undefined ? undefined : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
	} catch {
		return undefined;
	}
}
