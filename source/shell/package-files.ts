import {readFileSync} from 'node:fs';
import path from 'node:path';
import {rememberHashes, type SelectionHashes} from '../core/catalog/hash.js';
import type {Catalog} from '../core/catalog/schema.js';

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

function readJson(name: string): unknown {
	return JSON.parse(readFileSync(path.join(packageFolder, name), 'utf8'));
}
