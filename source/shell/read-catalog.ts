import {readdirSync} from 'node:fs';
import path from 'node:path';
import type {CatalogFile, CatalogOutcome, ParsedCatalog} from '../core/catalog/parse.js';
import type {Catalog} from '../core/catalog/schema.js';
import {compare, type Problem} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {readBuiltInCatalog} from './package-files.js';
import {readText} from './read-text.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/**
The catalog of this program, with the products of a site's own folder where one is named.

@param folder - A folder laid out like `catalog/`; its products are added, or replace those of the same id.
@throws {UserError} When the folder cannot be read, or its files are wrong.
*/
export async function readCatalog(folder: string | undefined): Promise<Catalog> {
	if (folder === undefined) {
		return readBuiltInCatalog();
	}

	const parsed = await parseCatalogFolder(folder);
	const {findCatalogProblems} = await import('../core/catalog/checks/index.js');
	const problems = findCatalogProblems(parsed).map(problem => inFolder(folder, problem));
	if (problems.length > 0) {
		throw formatWrongCatalog(folder, problems);
	}

	return parsed.catalog;
}

/**
Read and parse a catalog folder over the built-in catalog; what it means is only looked at when its form is wrong, to say all at once.

@throws {UserError} When the folder cannot be read, or a file does not have the form of one.
*/
export async function parseCatalogFolder(folder: string): Promise<ParsedCatalog> {
	const files = await readFiles(folder);
	if (files.length === 0) {
		throw new UserError(`"${showLine(folder)}" holds no catalog files`, {hint: 'a catalog folder has products/*.yaml and documents/*.yaml'});
	}

	const {parseCatalog} = await import('../core/catalog/parse.js');
	const outcome = parseCatalog(files, readBuiltInCatalog());
	if (outcome.problems) {
		const problems = [...outcome.problems, ...await findFurtherProblems(outcome)];
		throw formatWrongCatalog(folder, problems.map(problem => inFolder(folder, problem)));
	}

	return outcome.value;
}

async function findFurtherProblems({problems, unsound}: CatalogOutcome & {readonly value?: never}): Promise<Problem[]> {
	if (unsound === undefined) {
		return [];
	}

	const {findCatalogProblems} = await import('../core/catalog/checks/index.js');
	const formatPlace = ({file, line, column}: Problem) => `${file}:${line}:${column}`;
	const said = new Set(problems.map(problem => formatPlace(problem)));
	return findCatalogProblems(unsound).filter(problem => !said.has(formatPlace(problem)));
}

function formatWrongCatalog(folder: string, problems: readonly Problem[]): UserError {
	return new UserError(`the catalog in "${showLine(folder)}" has ${problems.length} problem${problems.length === 1 ? '' : 's'}`, {problems, hint: 'correct them and run the same command again'});
}

/** A problem with its file as a path from where the user stands. */
export function inFolder<Located extends {readonly file?: string}>(folder: string, problem: Located): Located {
	return problem.file === undefined ? problem : {...problem, file: path.join(folder, problem.file)};
}

async function readFiles(folder: string): Promise<CatalogFile[]> {
	const names: string[] = [];
	for (const part of ['', 'documents', 'products']) {
		try {
			const entries = readdirSync(path.join(folder, part), {withFileTypes: true});
			names.push(...entries.filter(entry => !entry.isDirectory() && /\.ya?ml$/v.test(entry.name)).map(entry => part === '' ? entry.name : `${part}/${entry.name}`));
		} catch (error) {
			const reason = formatSystemError(error);
			if (reason === undefined) {
				throw error;
			}

			// A folder of products alone is a catalog too.
			if (part === '' || findSystemCode(error) !== 'ENOENT') {
				throw new UserError(`the catalog folder "${showLine(path.join(folder, part))}" cannot be read: ${reason}`, {cause: error});
			}
		}
	}

	return Promise.all(names.toSorted(compare).map(async name => ({path: name, text: await readText(path.join(folder, name))})));
}
