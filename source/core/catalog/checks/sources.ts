import {findRow} from '../../evidence.js';
import {suggest} from '../../problem.js';
import {own} from '../../records.js';
import {listSources, type CatalogCheck} from './check.js';

/** Every source resolves to a row of a document that the product lists, and every listed document is used. */
export const sources: CatalogCheck = {
	id: 'product/sources',
	description: 'Every source is a row of a document the product lists; every listed document is cited',
	scope: 'product',
	find(product, catalog) {
		const cited = listSources(product);
		const used = new Set(cited.flatMap(({rows}) => rows.map(row => row.slice(0, row.indexOf('/')))));
		return [
			...cited.flatMap(({rows, path}) => rows.flatMap((reference, index) => {
				const document = reference.slice(0, reference.indexOf('/'));
				if (!product.documents.includes(document)) {
					return [{path: [...path, index], message: `"${reference}" is in no document of this product`, hint: suggest(document, product.documents)}];
				}

				const rowIds = own(catalog.documents, document)?.rows.map(row => `${document}/${row.id}`) ?? [];
				return findRow(catalog, reference) ? [] : [{path: [...path, index], message: `there is no row "${reference}"`, hint: suggest(reference, rowIds)}];
			})),
			...product.documents.flatMap((id, index) => used.has(id) && own(catalog.documents, id) !== undefined
				? []
				: [{
					path: ['documents', index],
					message: own(catalog.documents, id) === undefined ? `there is no document "${id}"` : `nothing cites "${id}"`,
					hint: suggest(id, Object.keys(catalog.documents).filter(known => known !== id)),
				}]),
		];
	},
};
