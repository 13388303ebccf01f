import {readFile} from 'node:fs/promises';
import test from 'ava';
import {formatSelection, hashSelection, rememberHashes, type SelectionHashes} from '../../source/core/catalog/hash.js';
import type {Catalog, Product, SourceDocument} from '../../source/core/catalog/schema.js';
import {formatCanonicalJson, hashText} from '../../source/core/ids.js';
import {compare} from '../../source/core/problem.js';
import {readTestCatalog} from '../helpers/catalog.js';

// Copies, of which no other test can have told a hash.
const makeCatalog = async (): Promise<Catalog> => structuredClone(await readTestCatalog());

function select(catalog: Catalog, ids: readonly string[]): readonly [products: readonly Product[], documents: readonly SourceDocument[]] {
	const products = ids.map(id => catalog.products[id]!);
	return [products, [...new Set(products.flatMap(product => product.documents))].toSorted(compare).map(id => catalog.documents[id]!)];
}

test('the program brings the right hash for every selection of its products', async t => {
	const catalog = await makeCatalog();
	const {hashes} = JSON.parse(await readFile('dist/catalog.json', 'utf8')) as {hashes: SelectionHashes};
	const ids = Object.keys(catalog.products);
	t.is(Object.keys(hashes).length, (2 ** ids.length) - 1);
	t.true([...ids, formatSelection(ids)].every(selection => Object.hasOwn(hashes, selection)));
	for (const [selection, hash] of Object.entries(hashes)) {
		t.is(hash, hashText(formatCanonicalJson(select(catalog, selection.split('+')))), `${selection}`);
	}
});

test('a hash that is known is not computed again', async t => {
	const catalog = await makeCatalog();
	rememberHashes(catalog, {olvm: 'known'});
	t.is(hashSelection(...select(catalog, ['olvm'])), 'known');
	t.is(hashSelection(...select(catalog, ['okm', 'olvm'])), hashText(formatCanonicalJson(select(catalog, ['okm', 'olvm']))));
	t.is(hashSelection([], []), hashText('[[],[]]'));
});

test('a product or a document that replaces one of the catalog changes the hash', async t => {
	const catalog = await makeCatalog();
	const [products, documents] = select(catalog, ['olvm', 'vplus']);
	rememberHashes(catalog, {'olvm+vplus': 'known'});
	const [olvm, vplus] = products as [Product, Product];
	const [first, ...others] = documents as [SourceDocument, ...SourceDocument[]];
	const changes: ReadonlyArray<ReturnType<typeof select>> = [
		[[{...olvm, name: 'Another'}, vplus], documents],
		[[olvm, {...vplus, name: 'Another'}], documents],
		[products, [{...first, title: 'Another'}, ...others]],
		[products, others],
	];
	for (const change of changes) {
		const expected = hashText(formatCanonicalJson(change));
		t.is(hashSelection(...change), expected);
		// The second time it may be remembered.
		t.is(hashSelection(...change), expected);
	}

	t.is(hashSelection(products, documents), 'known');
});
