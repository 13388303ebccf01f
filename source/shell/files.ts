import {
	closeSync, fsyncSync, lstatSync, mkdirSync, openSync, statSync, unlinkSync, type Stats,
} from 'node:fs';
import path from 'node:path';
import {findSystemCode} from './user-error.js';

/**
Make a folder, and those around it where they are missing.

One by one, as `recursive` never ends where the system says that there is no such folder after all, as in /proc.

@param mode - Who may use the new ones.
@returns The first that had to be made; undefined when none was.
*/
export function makeFolders(folder: string, mode = 0o777): string | undefined {
	const missing: string[] = [];
	for (let parent = folder; findTarget(parent) === undefined; parent = path.dirname(parent)) {
		missing.unshift(parent);
	}

	for (const each of missing) {
		try {
			mkdirSync(each, mode);
		} catch (error) {
			// Another process that began at the same time made it.
			if (findSystemCode(error) !== 'EEXIST' || findTarget(each)?.isDirectory() !== true) {
				throw error;
			}
		}
	}

	return missing[0];
}

/** What is there of a name, links not followed; undefined when nothing is. */
export function findStatus(file: string): Stats | undefined {
	return lstatSync(file, {throwIfNoEntry: false});
}

function findTarget(file: string): Stats | undefined {
	return statSync(file, {throwIfNoEntry: false});
}

/** Make what was renamed in a folder last, where the system can. */
export function synchronize(folder: string): void {
	try {
		const descriptor = openSync(folder, 'r');
		try {
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	} catch {
		// Windows opens no folders, and some network disks know no such request.
	}
}

/** Remove a file that is of no use to anybody, if it is there. */
export function removeFile(file: string): void {
	try {
		unlinkSync(file);
	} catch {
		// It is gone, or will be removed by the next process that can.
	}
}
