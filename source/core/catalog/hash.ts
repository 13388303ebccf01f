import {formatCanonicalJson, hashText} from '../ids.js';
import {own} from '../records.js';
import type {Catalog, Product, SourceDocument} from './schema.js';

/** Hashes of selections of a catalog's products: the ids of the products, in order and joined by `+`, to the hash. */
export type SelectionHashes = Readonly<Record<string, string>>;

/*
To write out and hash half a megabyte takes as long as half of a small plan. The objects of a catalog never change, so that what was computed
for some of them holds as long as they are the same objects.
*/
const remembered = new WeakMap<Product, {readonly catalog: Catalog; readonly hashes: SelectionHashes}>();
type Part = Product | SourceDocument;
const computed = new WeakMap<Product, {readonly parts: readonly Part[]; readonly hash: string}>();

/**
Hash all that a catalog says of some products: it changes with every word of them and of their documents.

@param products - In order of id.
@param documents - The documents of these products, in order of id.
@returns SHA-256 as hexadecimal of the canonical JSON of both lists.
*/
export function hashSelection(products: readonly Product[], documents: readonly SourceDocument[]): string {
	const [first] = products;
	const parts = [...products, ...documents];
	const known = first === undefined ? undefined : (findRemembered(first, products, documents) ?? findComputed(first, parts));
	if (known !== undefined) {
		return known;
	}

	const hash = hashText(formatCanonicalJson([products, documents]));
	if (first !== undefined) {
		computed.set(first, {parts, hash});
	}

	return hash;
}

/**
Tell the hashes of selections of a catalog, computed before with `hashSelection()`.

They count for these very objects only: a product that replaces one of them, or a copy of it, is hashed anew.
*/
export function rememberHashes(catalog: Catalog, hashes: SelectionHashes): void {
	for (const product of Object.values(catalog.products)) {
		remembered.set(product, {catalog, hashes});
	}
}

/** The name of a selection in `SelectionHashes`. */
export function formatSelection(products: readonly string[]): string {
	return products.join('+');
}

function findRemembered(first: Product, products: readonly Product[], documents: readonly SourceDocument[]): string | undefined {
	const entry = remembered.get(first);
	const isSame = entry !== undefined
		&& products.every(product => own(entry.catalog.products, product.id) === product)
		&& documents.every(document => own(entry.catalog.documents, document.id) === document)
		&& documents.length === new Set(products.flatMap(product => product.documents)).size;
	return isSame ? own(entry.hashes, formatSelection(products.map(({id}) => id))) : undefined;
}

function findComputed(first: Product, parts: readonly Part[]): string | undefined {
	const entry = computed.get(first);
	return entry?.parts.length === parts.length && entry.parts.every((part, index) => part === parts[index]) ? entry.hash : undefined;
}
