import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {root} from './bundle.mjs';
import {formatProblem} from './catalog.mjs';
import {importSource} from './import-source.mjs';

const starterFolder = path.join(root, 'templates/profiles');

/**
Read templates/profiles/ with the core's own parser, in order of name.

The comment at the top of a starter is its description: `description:` of a profile is printed in the documents, and is the design's.

@param {import('../core/catalog/schema.js').Catalog} catalog
@param {string} [folder]
@returns {Promise<Array<{name: string, title: string, description: string, profile: import('../core/profile/schema.js').Profile}>>}
*/
export async function readStarters(catalog, folder = starterFolder) {
	const [{parseProfile}, files] = await Promise.all([importSource('source/core/profile/parse.ts'), listFiles(folder)]);
	const starters = await Promise.all(files.map(async file => parseStarter(file, await readFile(path.join(folder, file), 'utf8'), catalog, parseProfile)));
	const problems = starters.flatMap(starter => starter.problems ?? []);
	if (problems.length > 0) {
		throw new Error(`The starter profiles cannot be used.\n${problems.map(problem => formatProblem('templates/profiles', problem)).join('\n')}`);
	}

	return starters.map(({value}) => value);
}

function parseStarter(file, text, catalog, parseProfile) {
	const name = path.basename(file, '.yaml');
	const {value: profile, problems} = parseProfile(text, file, catalog);
	if (problems) {
		return {problems};
	}

	const description = /^# (?<sentence>\S.*\.)\n/v.exec(text)?.groups.sentence;
	const wrong = [
		...(profile.name === name ? [] : [{code: 'starter/name', file, message: `the name is "${profile.name}", and not the file's`, hint: `write name: ${name}`}]),
		...(description === undefined ? [{code: 'starter/description', file, line: 1, column: 1, message: 'nothing says what it is an example of', hint: 'begin the file with a comment of one sentence'}] : []),
	];
	return wrong.length > 0 ? {problems: wrong} : {value: {name, title: profile.title, description, profile}};
}

async function listFiles(folder) {
	const files = await readdir(folder);
	return files.filter(file => file.endsWith('.yaml')).toSorted();
}

/** The largest starter profile, as the one that asks most of the program. */
export async function findLargestStarter() {
	const files = await listFiles(starterFolder);
	const starters = await Promise.all(files.map(async file => {
		const {size} = await stat(path.join(starterFolder, file));
		return {file: path.join(starterFolder, file), size};
	}));
	return starters.toSorted((a, b) => b.size - a.size || (a.file < b.file ? -1 : 1))[0]?.file;
}
