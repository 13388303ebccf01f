import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {parseCatalog} from '../../source/core/catalog/parse.js';
import type {Catalog} from '../../source/core/catalog/schema.js';
import {getOrMake} from '../../source/core/records.js';

const catalogs = new Map<string, Promise<Catalog>>();

/**
The catalog as its files are now, read once for each root.

@param root - Folder that holds `catalog/`; AVA runs tests in the folder of package.json.
@throws {Error} When the catalog cannot be read, with all its problems.
*/
export async function readTestCatalog(root = process.cwd()): Promise<Catalog> {
	return getOrMake(catalogs, root, async () => parseFolder(path.join(root, 'catalog')));
}

async function parseFolder(folder: string): Promise<Catalog> {
	const names = await readdir(folder, {recursive: true});
	const files = await Promise.all(names.filter(name => name.endsWith('.yaml')).toSorted().map(async name => ({
		path: name.replaceAll(path.sep, '/'),
		text: await readFile(path.join(folder, name), 'utf8'),
	})));
	const {value, problems} = parseCatalog(files);
	if (problems) {
		throw new Error(['The catalog cannot be read:', ...problems.map(({file, line, column, code, message}) => `catalog/${file}:${line}:${column} ${code} ${message}`)].join('\n'));
	}

	return value.catalog;
}
