import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {Catalog} from '../core/catalog/schema.js';

/** The folder of the installed package that holds the catalog and the templates. */
export const packageFolder = import.meta.dirname;

/** The catalog that the build prepared from `catalog/`: checked there, so that it is only read here. */
export function readBuiltInCatalog(): Catalog {
	return JSON.parse(readFileSync(path.join(packageFolder, 'catalog.json'), 'utf8')) as Catalog;
}
