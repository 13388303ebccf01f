import type {Catalog, SourceDocument} from './catalog/schema.js';
import type {Evidence} from './model.js';
import {own} from './records.js';

/**
Find a row of a source document.

@param reference - `document/row`.
@returns Undefined when there is no such row.
*/
export function findRow(catalog: Pick<Catalog, 'documents'>, reference: string): {readonly document: SourceDocument; readonly row: SourceDocument['rows'][number]} | undefined {
	const slash = reference.indexOf('/');
	const document = own(catalog.documents, reference.slice(0, slash));
	const row = document?.rows.find(candidate => candidate.id === reference.slice(slash + 1));
	return document && row ? {document, row} : undefined;
}

/** Resolves row references to what a reader needs to find the row again; each row is looked up once. */
export class EvidenceFinder {
	readonly #catalog: Catalog;
	readonly #known = new Map<string, Evidence>();

	constructor(catalog: Catalog) {
		this.#catalog = catalog;
	}

	/** @throws {RangeError} When there is no such row: a bug here, as `catalog check` refuses such a file. */
	get(reference: string): Evidence {
		const known = this.#known.get(reference);
		if (known) {
			return known;
		}

		const found = findRow(this.#catalog, reference);
		if (!found) {
			throw new RangeError(`No document has the row ${reference}`);
		}

		const {document, row} = found;
		const evidence: Evidence = {
			document: document.id,
			title: document.title,
			section: row.section,
			where: row.where,
			row: reference,
			...(document.url === undefined ? {} : {url: document.url}),
			...(document.caution === undefined ? {} : {caution: document.caution}),
		};
		this.#known.set(reference, evidence);
		return evidence;
	}

	findAll(references: readonly string[] | undefined): Evidence[] {
		return (references ?? []).map(reference => this.get(reference));
	}
}
