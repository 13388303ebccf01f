import {findUnfitCharacter} from '../../text.js';
import type {CatalogCheck, CatalogProblem} from './check.js';

/** No text of a product can disturb a terminal or a reader. */
export const fitTexts: CatalogCheck = {
	id: 'product/text',
	description: 'Texts have no control characters and no marks that reorder them',
	scope: 'product',
	find: product => findUnfitTexts(product, []),
};

/** The same for the rows of a document. */
export const fitRows: CatalogCheck = {
	id: 'document/text',
	description: 'Texts have no control characters and no marks that reorder them',
	scope: 'document',
	find: document => findUnfitTexts(document, []),
};

function findUnfitTexts(value: unknown, path: ReadonlyArray<string | number>): CatalogProblem[] {
	if (typeof value === 'string') {
		const unfit = findUnfitCharacter(value, {multiline: true});
		return unfit === undefined ? [] : [{path, message: `the text contains ${unfit}`}];
	}

	return typeof value === 'object' && value !== null
		? Object.entries(value).flatMap(([key, inner]) => findUnfitTexts(inner, [...path, Array.isArray(value) ? Number(key) : key]))
		: [];
}
