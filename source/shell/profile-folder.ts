import {closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {maxTextLength} from '../core/limits.js';
import {findNameProblem} from '../core/profile/names.js';
import {compare} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/*
Where saved profiles lie, and reading them: what every command may need, so that nothing heavy is loaded here.
*/

const program = 'virt-fw-wizard';

/** Names another folder for what this program keeps. */
export const homeVariable = 'VIRT_FW_WIZARD_HOME';

/** Four bytes are the most that UTF-8 uses for a character. */
const maxBytes = 4 * maxTextLength;

type Environment = Readonly<Record<string, string | undefined>>;

/**
The folder of the saved profiles: `profiles` in the place where this system keeps configuration, or in the folder that
`VIRT_FW_WIZARD_HOME` names. It need not be there.

@returns Undefined when the system knows no home of this user, as in some containers.
*/
export function findProfileFolder(environment: Environment = process.env, platform: NodeJS.Platform = process.platform): string | undefined {
	const chosen = environment[homeVariable];
	if (chosen !== undefined && chosen !== '') {
		return path.resolve(chosen, 'profiles');
	}

	const home = findHome();
	if (platform === 'win32') {
		const roaming = environment['APPDATA'];
		const base = roaming !== undefined && roaming !== '' ? roaming : findBelow(home, 'AppData', 'Roaming');
		return findBelow(base, program, 'Config', 'profiles');
	}

	if (platform === 'darwin') {
		return findBelow(home, 'Library', 'Preferences', program, 'profiles');
	}

	// A path that is not absolute does not count, says the XDG Base Directory Specification: it would mean another folder in each folder.
	const configuration = environment['XDG_CONFIG_HOME'];
	const base = configuration !== undefined && path.isAbsolute(configuration) ? configuration : findBelow(home, '.config');
	return findBelow(base, program, 'profiles');
}

function findBelow(folder: string | undefined, ...parts: readonly string[]): string | undefined {
	return folder === undefined ? undefined : path.join(folder, ...parts);
}

function findHome(): string | undefined {
	try {
		const home = os.homedir();
		return path.isAbsolute(home) ? home : undefined;
	} catch {
		return undefined;
	}
}

/** The file of a saved profile. */
export function findProfilePath(folder: string, name: string): string {
	return path.join(folder, `${name}.json`);
}

/**
Names of the saved profiles, readable or not.

@returns None when there is no such folder.
@throws {UserError} When it cannot be read.
*/
export function listSavedNames(folder: string | undefined): string[] {
	return listFiles(folder).filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length)).filter(name => findNameProblem(name) === undefined).toSorted(compare);
}

/** Names of all files of the folder, those that are no profiles too. */
export function listFiles(folder: string | undefined): string[] {
	try {
		return folder === undefined ? [] : readdirSync(folder);
	} catch (error) {
		const reason = formatSystemError(error);
		if (findSystemCode(error) === 'ENOENT') {
			return [];
		}

		throw reason === undefined ? error : new UserError(`the folder of saved profiles "${showLine(folder!)}" cannot be read: ${reason}`, {hint: `name another one with ${homeVariable}`, cause: error});
	}
}

/** What stands in the file of a saved profile: its text, or in words why there is none. */
export type FileText = {readonly text: string} | {readonly text?: never; readonly reason: string; readonly code?: string | undefined};

/**
Read a file of the folder; undefined when it is not there.

Only what is a file of some size is read: a pipe of that name would be waited for.
*/
export function readSavedText(file: string): FileText | undefined {
	try {
		const descriptor = openSync(file, constants.O_RDONLY + (constants.O_NONBLOCK ?? 0));
		try {
			const status = fstatSync(descriptor);
			if (!status.isFile()) {
				return {reason: 'this is no file'};
			}

			return status.size > maxBytes ? {reason: `this is larger than ${maxBytes} bytes`} : decode(readAll(descriptor, status.size));
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		const code = findSystemCode(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			return isLink(file) ? {reason: 'this is a link that leads nowhere', code} : undefined;
		}

		const reason = formatSystemError(error);
		if (reason === undefined) {
			throw error;
		}

		return {reason, code};
	}
}

function isLink(file: string): boolean {
	try {
		return lstatSync(file).isSymbolicLink();
	} catch {
		return false;
	}
}

function readAll(descriptor: number, size: number): Uint8Array {
	const bytes = new Uint8Array(size);
	let length = 0;
	for (let read = 1; read > 0 && length < size; length += read) {
		read = readSync(descriptor, bytes, {offset: length, length: size - length});
	}

	return bytes.subarray(0, length);
}

function decode(bytes: Uint8Array): FileText {
	try {
		return {text: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)};
	} catch {
		return {reason: 'this is not UTF-8 text'};
	}
}
