import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {root} from './bundle.mjs';
import {importSource} from './import-source.mjs';

/** Products of one design that hardly anybody exceeds; of more, only all of them have their hash in the catalog. */
const maxSelected = 3;

/**
Read catalog/ with the core's own parser; its parts are in order of id. `hashes` has those of its selections of products, which take long to compute.

@returns {Promise<import('../core/catalog/schema.js').Catalog & {readonly hashes: import('../core/catalog/hash.js').SelectionHashes}>}
*/
export async function readCatalog() {
	const [{parseCatalog}, {formatSelection, hashSelection}, files] = await Promise.all([importSource('source/core/catalog/parse.ts'), importSource('source/core/catalog/hash.ts'), readFiles()]);
	const {value, problems} = parseCatalog(files);
	if (problems) {
		throw new Error(`The catalog cannot be read.\n${problems.map(problem => formatProblem('catalog', problem)).join('\n')}`);
	}

	const catalog = Object.fromEntries(Object.entries(value.catalog).map(([name, part]) => [name, sortKeys(part)]));
	const hashes = Object.fromEntries(listSelections(Object.keys(catalog.products)).map(ids => {
		const products = ids.map(id => catalog.products[id]);
		const documents = [...new Set(products.flatMap(product => product.documents))].toSorted().map(id => catalog.documents[id]);
		return [formatSelection(ids), hashSelection(products, documents)];
	}));
	return {...catalog, hashes};
}

/** Every selection of a few ids, and all of them; the ids of each in the order given. */
function listSelections(ids) {
	const select = (rest, most) => most === 0 ? [] : rest.flatMap((id, index) => [[id], ...select(rest.slice(index + 1), most - 1).map(others => [id, ...others])]);
	return [...select(ids, maxSelected), ...(ids.length > maxSelected ? [ids] : [])];
}

async function readFiles() {
	const folder = path.join(root, 'catalog');
	const names = await readdir(folder, {recursive: true});
	return Promise.all(names.filter(name => name.endsWith('.yaml')).toSorted().map(async name => ({
		path: name.replaceAll(path.sep, '/'),
		text: await readFile(path.join(folder, name), 'utf8'),
	})));
}

/** A problem on one line, with its place below a folder of the project. */
export function formatProblem(folder, {file, line, column, code, message, hint}) {
	const place = [`${folder}/${file}`, line, column].filter(part => part !== undefined).join(':');
	return `${place} ${code} ${message}${hint ? ` (${hint})` : ''}`;
}

const sortKeys = record => Object.fromEntries(Object.keys(record).toSorted().map(key => [key, record[key]]));
