import {readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import type {Catalog, Profile} from '../core/model.js';
import {compare, sortProblems, suggest, type Problem} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {findStarterFile, listStarters, readBuiltInCatalog, type Starter} from './package-files.js';
import {findProfileFolder, listSavedNames} from './profile-folder.js';
import {nameFile, readText} from './read-text.js';
import {findSystemCode, UserError} from './user-error.js';

/** What a `<profile>` argument means: a file, `-` for standard input included, a saved profile, or a starter profile. */
export type ProfileSource
	= | {readonly kind: 'file'; readonly file: string}
		| {readonly kind: 'saved'; readonly name: string}
		| {readonly kind: 'starter'; readonly starter: Starter};

/**
Find what a `<profile>` argument means: a path, the name of a saved profile or of a starter profile, or `-`; in this order.

A folder hides neither: documents are written to a folder of the profile's name.

@throws {UserError} When it is none of them.
*/
export function findProfileSource(argument: string): ProfileSource {
	return findSource(argument, listSaved());
}

/**
Find the file that an argument means: a path, the name of a starter profile, or `-`.

@throws {UserError} When it is none of them.
*/
export function findProfileFile(argument: string): string {
	const source = findSource(argument, undefined);
	switch (source.kind) {
		case 'file': {
			return source.file;
		}

		case 'starter': {
			return findStarterFile(source.starter);
		}

		case 'saved': {
			throw new RangeError('No saved profile was looked for');
		}
	}
}

function findSource(argument: string, saved: ReturnType<typeof listSaved> | undefined): ProfileSource {
	const kind = argument === '-' ? 'file' : findKind(argument);
	if (kind === 'file') {
		return {kind, file: argument};
	}

	if (saved?.names.includes(argument)) {
		return {kind: 'saved', name: argument};
	}

	const starters = listStarters();
	const starter = starters.find(({name}) => name === argument);
	if (starter !== undefined) {
		return {kind: 'starter', starter};
	}

	if (kind === 'folder') {
		return {kind: 'file', file: argument};
	}

	// Whether it would have been a saved profile nobody knows.
	if (saved?.error !== undefined) {
		throw saved.error;
	}

	const known = [...new Set([...saved?.names ?? [], ...starters.map(({name}) => name)]), ...listProfilesBeside(argument)];
	throw new UserError(`there is no file${saved === undefined ? '' : ', no saved profile'} and no starter profile "${showLine(argument, 200)}"`, {hint: suggest(argument, known)});
}

function listSaved(): {readonly names: readonly string[]; readonly error?: UserError} {
	try {
		return {names: listSavedNames(findProfileFolder())};
	} catch (error) {
		if (error instanceof UserError) {
			return {names: [], error};
		}

		throw error;
	}
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
	const source = findProfileSource(argument);
	if (source.kind === 'saved') {
		return readSavedProfile(source.name, catalog);
	}

	if (source.kind === 'file') {
		return readProfileFile(source.file, catalog);
	}

	// The build checked the starters against the built-in catalog; for another one they are read like any file.
	return catalog === readBuiltInCatalog() ? source.starter.profile : readProfileFile(findStarterFile(source.starter), catalog);
}

/**
Read and check a profile in a file.

@param file - A path, or `-` for standard input.
@throws {UserError} With every problem of the profile at once.
*/
export async function readProfileFile(file: string, catalog: Catalog): Promise<Profile> {
	const text = await readText(file);
	const {parseProfile} = await import('../core/profile/parse.js');
	const {value, problems} = parseProfile(text, nameFile(file), catalog);
	if (problems) {
		throw formatWrongProfile(problems, 'correct them and run the same command again; nothing was written');
	}

	return value;
}

/**
Read a saved profile, and check what its answers come to.

@throws {UserError} When there is none, when it cannot be read, or with every problem at once.
*/
export async function readSavedProfile(name: string, catalog: Catalog): Promise<Profile> {
	const {ProfileStore} = await import('./profile-store.js');
	const {draft} = new ProfileStore().read(name);
	const [{completeProfile, findLostProducts}, {findProfileProblems}] = await Promise.all([import('../core/profile/draft.js'), import('../core/profile/problems.js')]);
	const profile = completeProfile(draft, catalog);
	const lost = findLostProducts(draft, catalog);
	// Without those products none may be left, which then says nothing.
	const problems = [...lost, ...findProfileProblems(profile, catalog).filter(({code}) => lost.length === 0 || code !== 'profile/no-products')];
	if (problems.length > 0) {
		throw formatWrongProfile(sortProblems(problems.map(problem => ({...problem, file: `saved profile "${name}"`}))), 'correct its answers, or export it, correct the file and import that; nothing was written');
	}

	return profile;
}

function formatWrongProfile(problems: readonly Problem[], hint: string): UserError {
	return new UserError(`the profile has ${problems.length} problem${problems.length === 1 ? '' : 's'}`, {problems, hint});
}
