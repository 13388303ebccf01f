import type {Catalog} from '../catalog/schema.js';
import {sortProblems, type Outcome, type Problem} from '../problem.js';
import type {Salvage} from '../schema-problems.js';
import {checkTree, findTooLong, formatPath, readTree, type Tree} from '../structured-text.js';
import {migrateProfile} from './migrations.js';
import {findProfileProblems} from './problems.js';
import {profileSchema, profileVersion, type Profile} from './schema.js';

/**
Read a profile: YAML or JSON text, checked against its schema and against the catalog; older versions are migrated.

@param file - The file's name as the user knows it, for messages.
@returns The profile, or every problem at once in order of line.
*/
export function parseProfile(text: string, file: string, catalog: Catalog): Outcome<Profile> {
	const tooLong = findTooLong(text, file);
	const read = tooLong === undefined ? readTree(text, file) : {problems: [tooLong]};
	if (read.problems) {
		return read;
	}

	const {data, locate} = read.value;
	const version = typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : undefined;
	if (typeof version === 'number' && version > profileVersion) {
		return {problems: [locate({code: 'profile/newer', path: ['schemaVersion'], message: `this profile was written by a newer version of this program (schemaVersion ${version})`, hint: `this version reads up to ${profileVersion}: update with npx virt-fw-wizard@latest`})]};
	}

	return checkProfile(migrate(read.value), catalog);
}

/** An older profile in the form of this version; its problems still are where they stand in the text. */
function migrate(tree: Tree): Tree {
	const migrated = typeof tree.data === 'object' && tree.data !== null && !Array.isArray(tree.data) ? migrateProfile(tree.data as Readonly<Record<string, unknown>>) : undefined;
	if (migrated === undefined) {
		return tree;
	}

	return {
		...tree,
		data: migrated.profile,
		locate: problem => ({...tree.locate({...problem, path: migrated.findOrigin(problem.path)}), path: problem.path}),
	};
}

function checkProfile(tree: Tree, catalog: Catalog): Outcome<Profile> {
	const checked = checkTree(tree, profileSchema);
	if (checked.problems === undefined) {
		const problems = findProfileProblems(checked.value, catalog).map(problem => tree.locate(problem));
		return problems.length > 0 ? {problems: sortProblems(problems)} : {value: checked.value};
	}

	const further = checked.salvage === undefined ? [] : findFurtherProblems(checked.salvage, checked.problems, catalog);
	return {problems: sortProblems([...checked.problems, ...further.map(problem => tree.locate(problem))])};
}

/** What is wrong besides the form of a profile, less what only follows from it: words that a lost zone, network or host would have explained. */
function findFurtherProblems({data, replaced}: Salvage, known: readonly Problem[], catalog: Catalog): Problem[] {
	const said = new Set(known.map(({path}) => formatPath(path)));
	const lost = new Set(replaced.map(path => formatPath(path)));
	const isLost = (first: string, ...inner: string[]) => replaced.some(path => path[0] === first && (path.length <= 2 || path.slice(2).some(step => inner.includes(String(step)))));
	const hidden = new Set([
		...(isLost('zones', 'id') ? ['profile/unknown-zone'] : []),
		...(isLost('zones', 'networks') ? ['profile/address-outside'] : []),
		...(isLost('networks') || isLost('hosts', 'zones') ? ['profile/address-without-zone'] : []),
		...(isLost('products') || isLost('hosts', 'components') ? ['profile/no-products', 'profile/unknown-host', 'profile/unknown-component', 'profile/placement'] : []),
	]);
	return findProfileProblems(data as Profile, catalog).filter(({code, path}) =>
		!said.has(formatPath(path))
		&& !path.some((_, index) => lost.has(formatPath(path.slice(0, index + 1))))
		&& !hidden.has(code));
}
