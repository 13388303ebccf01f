import {
	closeSync, fsyncSync, linkSync, openSync, renameSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {showLine} from '../core/text.js';
import {findStatus, removeFile} from './files.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/**
Write one file that somebody named: whole or not at all, and never through a link.

@param force - Replace the file that is there.
@throws {UserError} When something is there already, or it cannot be written.
*/
export function writeFile(file: string, text: string, {force = false}: {readonly force?: boolean} = {}): void {
	const target = path.resolve(file);
	const temporary = path.join(path.dirname(target), `.virt-fw-wizard.${process.pid}.tmp`);
	try {
		requirePlace(target, file, force);
		removeFile(temporary);
		const descriptor = openSync(temporary, 'wx', 0o644);
		try {
			try {
				writeFileSync(descriptor, text);
				fsyncSync(descriptor);
			} finally {
				closeSync(descriptor);
			}

			move(temporary, target, force);
		} finally {
			removeFile(temporary);
		}
	} catch (error) {
		const reason = formatSystemError(error);
		throw error instanceof UserError || reason === undefined ? error : new UserError(`"${showLine(file, 200)}" cannot be written: ${reason}`, {hint: findSystemCode(error) === 'EEXIST' ? forceHint : 'name another file with --out', cause: error});
	}
}

const forceHint = 'name another file with --out, or add --force to replace it';

function requirePlace(target: string, file: string, force: boolean): void {
	const status = findStatus(target);
	if (status === undefined) {
		return;
	}

	if (!status.isFile()) {
		throw new UserError(`"${showLine(file, 200)}" is ${status.isSymbolicLink() ? 'a link, and links are not followed' : (status.isDirectory() ? 'a folder' : 'no file')}`, {hint: 'name another file with --out'});
	}

	if (!force) {
		throw new UserError(`"${showLine(file, 200)}" exists already`, {hint: forceHint});
	}
}

function move(temporary: string, target: string, force: boolean): void {
	if (force) {
		renameSync(temporary, target);
		return;
	}

	try {
		// Unlike a rename it fails when something came there meanwhile.
		linkSync(temporary, target);
	} catch (error) {
		if (findSystemCode(error) === 'EEXIST' || findStatus(target) !== undefined) {
			throw error;
		}

		// Some disks know no hard links.
		renameSync(temporary, target);
	}
}
