import {readFileSync} from 'node:fs';
import path from 'node:path';
import {rememberHashes, type SelectionHashes} from '../core/catalog/hash.js';
import type {Catalog} from '../core/catalog/schema.js';
import type {Profile} from '../core/profile/schema.js';

/** The folder of the installed package that holds the catalog and the templates. */
export const packageFolder = import.meta.dirname;

let builtInCatalog: Catalog | undefined;

/** The catalog that the build prepared from `catalog/`: checked there, so that it is only read here, and once. */
export function readBuiltInCatalog(): Catalog {
	if (builtInCatalog === undefined) {
		const {hashes, ...catalog} = readJson('catalog.json') as Catalog & {readonly hashes: SelectionHashes};
		rememberHashes(catalog, hashes);
		builtInCatalog = catalog;
	}

	return builtInCatalog;
}

/** A profile that comes with this program, to begin with. */
export type Starter = {
	/** Its name, also that of its file. */
	readonly name: string;
	readonly title: string;
	/** What it is an example of, in one sentence. */
	readonly description: string;
	readonly profile: Profile;
};

let starters: readonly Starter[] | undefined;

/** The starter profiles, in order of name: checked against the built-in catalog by the build, so that they are only read here, and once. */
export function listStarters(): readonly Starter[] {
	starters ??= readJson('starters.json') as readonly Starter[];
	return starters;
}

/** The text of a starter profile as people read it, and as another catalog needs it to name what is wrong. */
export function findStarterFile({name}: Starter): string {
	return path.join(packageFolder, 'templates', 'profiles', `${name}.yaml`);
}

function readJson(name: string): unknown {
	return JSON.parse(readFileSync(path.join(packageFolder, name), 'utf8'));
}
