import {Buffer} from 'node:buffer';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {bundlePure, root} from './bundle.mjs';

/**
Read catalog/ with the core's own parser; its parts are in order of id.

@returns {Promise<import('../core/catalog/schema.js').Catalog>}
*/
export async function readCatalog() {
	const [{parseCatalog}, files] = await Promise.all([importSource('source/core/catalog/parse.ts'), readFiles()]);
	const {value, problems} = parseCatalog(files);
	if (problems) {
		throw new Error(`The catalog cannot be read.\n${problems.map(problem => formatProblem(problem)).join('\n')}`);
	}

	return Object.fromEntries(Object.entries(value.catalog).map(([name, part]) => [name, sortKeys(part)]));
}

/** Import a file of the core, which is TypeScript, through a bundle in memory. */
async function importSource(entry) {
	const {outputFiles: [bundle]} = await bundlePure(entry, 'memory.js', {write: false});
	return import(`data:text/javascript;base64,${Buffer.from(bundle.contents).toString('base64')}`);
}

async function readFiles() {
	const folder = path.join(root, 'catalog');
	const names = await readdir(folder, {recursive: true});
	return Promise.all(names.filter(name => name.endsWith('.yaml')).toSorted().map(async name => ({
		path: name.replaceAll(path.sep, '/'),
		text: await readFile(path.join(folder, name), 'utf8'),
	})));
}

function formatProblem({file, line, column, code, message, hint}) {
	const place = [`catalog/${file}`, line, column].filter(part => part !== undefined).join(':');
	return `${place} ${code} ${message}${hint ? ` (${hint})` : ''}`;
}

const sortKeys = record => Object.fromEntries(Object.keys(record).toSorted().map(key => [key, record[key]]));
