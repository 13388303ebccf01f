import {readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import type {Catalog, Profile} from '../core/model.js';
import {compare, suggest} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {findStarterFile, listStarters, readBuiltInCatalog, type Starter} from './package-files.js';
import {nameFile, readText} from './read-text.js';
import {findSystemCode, UserError} from './user-error.js';

/** What a `<profile>` argument means: a file, or a starter profile. */
export type ProfileSource = {readonly kind: 'file'; readonly file: string} | {readonly kind: 'starter'; readonly starter: Starter};

/**
Find what a `<profile>` argument means: a path, the name of a starter profile, or `-`.

A folder does not hide a starter profile: documents are written to a folder of the profile's name.

@throws {UserError} When it is none of them.
*/
export function findProfile(argument: string): ProfileSource {
	const kind = argument === '-' ? 'file' : findKind(argument);
	if (kind === 'file') {
		return {kind, file: argument};
	}

	const starters = listStarters();
	const starter = starters.find(({name}) => name === argument);
	if (starter !== undefined) {
		return {kind: 'starter', starter};
	}

	if (kind === 'folder') {
		return {kind: 'file', file: argument};
	}

	throw new UserError(`there is no file and no starter profile "${showLine(argument, 200)}"`, {hint: suggest(argument, [...starters.map(({name}) => name), ...listProfilesBeside(argument)])});
}

function findKind(file: string): 'file' | 'folder' | undefined {
	try {
		return statSync(file).isDirectory() ? 'folder' : 'file';
	} catch (error) {
		// Why else it cannot be looked at is said by whoever reads it.
		return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(findSystemCode(error) ?? '') ? undefined : 'file';
	}
}

/** Files beside the one that is not there which could be meant. */
function listProfilesBeside(file: string): string[] {
	try {
		const folder = path.dirname(file);
		return readdirSync(folder).filter(name => /\.(?:ya?ml|json)$/v.test(name)).toSorted(compare).map(name => path.join(file.includes('/') ? folder : '', name));
	} catch {
		return [];
	}
}

/**
Read and check the profile that an argument names.

@throws {UserError} With every problem of the profile at once.
*/
export async function readProfile(argument: string, catalog: Catalog): Promise<Profile> {
	const source = findProfile(argument);
	if (source.kind === 'starter' && catalog === readBuiltInCatalog()) {
		return source.starter.profile;
	}

	const file = source.kind === 'starter' ? findStarterFile(source.starter) : source.file;
	const text = await readText(file);
	const {parseProfile} = await import('../core/profile/parse.js');
	const {value, problems} = parseProfile(text, nameFile(file), catalog);
	if (problems) {
		throw new UserError(`the profile has ${problems.length} problem${problems.length === 1 ? '' : 's'}`, {problems, hint: 'correct them and run the same command again; nothing was written'});
	}

	return value;
}
