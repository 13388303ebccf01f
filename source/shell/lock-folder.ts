import {closeSync, lstatSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {showLine} from '../core/text.js';
import {findStatus, removeFile} from './files.js';
import {findSystemCode, UserError} from './user-error.js';

const lockName = '.virt-fw-wizard.lock';

/** How long another run may take to write its documents. */
const waitMs = 10_000;
const pollMs = 50;

/** When a lock of another machine, whose runs cannot be seen, is taken for a leftover. */
const abandonedMs = 60_000;

/** Locks of this run. */
const held = new Set<string>();

/**
Keep other runs of this program from writing to a folder at the same time.

@param folder - The folder as the user knows it, for messages.
@param check - Called while it waits; throws to give up.
@returns Ends it.
@throws {UserError} When another run does not end.
*/
export async function lockFolder(target: string, folder: string, check: () => void): Promise<() => void> {
	const lock = path.join(target, lockName);
	for (let waitedMs = 0; ; waitedMs += pollMs) {
		check();
		if (tryToLock(lock)) {
			return () => {
				unlock(lock);
			};
		}

		if (isAbandoned(lock)) {
			removeAbandoned(lock);
		} else if (waitedMs >= waitMs) {
			throw new UserError(`another run is writing to "${showLine(folder)}"`, {hint: `wait for it; if there is none, remove ${showLine(path.join(folder, lockName))}`});
		}

		// Loaded by the few runs that wait.
		// eslint-disable-next-line no-await-in-loop -- A pause before the next look.
		const {setTimeout} = await import('node:timers/promises');
		// eslint-disable-next-line no-await-in-loop -- The same.
		await setTimeout(pollMs);
	}
}

/** Remove an abandoned lock; of several runs that wait for it only one, as the next would remove the lock of the first. */
function removeAbandoned(lock: string): void {
	const second = `${lock}.2`;
	if (!tryToLock(second)) {
		const status = findStatus(second);
		if (status !== undefined && Date.now() - status.mtimeMs > abandonedMs) {
			removeFile(second);
		}

		return;
	}

	if (isAbandoned(lock)) {
		removeFile(lock);
	}

	unlock(second);
}

function unlock(lock: string): void {
	removeFile(lock);
	held.delete(lock);
}

function tryToLock(lock: string): boolean {
	try {
		const descriptor = openSync(lock, 'wx', 0o644);
		held.add(lock);
		try {
			writeFileSync(descriptor, `${process.pid} ${os.hostname()}\n`);
		} catch (error) {
			unlock(lock);
			throw error;
		} finally {
			closeSync(descriptor);
		}

		return true;
	} catch (error) {
		if (findSystemCode(error) === 'EEXIST') {
			return false;
		}

		throw error;
	}
}

/** Whether the run that locked was killed: on this machine, or too long ago to still be at it. */
function isAbandoned(lock: string): boolean {
	if (held.has(lock)) {
		return false;
	}

	try {
		const status = lstatSync(lock);
		if (!status.isFile()) {
			return false;
		}

		const [, pid, host] = /^(?<pid>\d+) (?<host>.+)\n$/v.exec(readFileSync(lock, 'utf8')) ?? [];
		// A lock is empty between its making and its first byte; it stays so when its writer is killed just then.
		return pid === undefined || host !== os.hostname() ? Date.now() - status.mtimeMs > abandonedMs : !isRunning(Number(pid));
	} catch (error) {
		if (findSystemCode(error) === 'ENOENT') {
			return false;
		}

		throw error;
	}
}

/** Whether a process of this machine runs, other than this one. */
export function isRunning(pid: number): boolean {
	// This run asks for the lock, so that a lock of the same number is an earlier run's: numbers start anew in each container.
	if (pid === process.pid) {
		return false;
	}

	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return findSystemCode(error) === 'EPERM';
	}
}
