import {sortProblems, type Problem} from '../../problem.js';
import type {ParsedCatalog} from '../parse.js';
import {answers} from './answers.js';
import type {CatalogCheck} from './check.js';
import {conditionReferences, conditionsHold} from './conditions.js';
import {flowNeed} from './flow-need.js';
import {flowParties} from './flow-parties.js';
import {flowService} from './flow-service.js';
import {references, uniqueIds} from './ids.js';
import {rowShape, rowsCovered} from './rows.js';
import {sources} from './sources.js';
import {fitRows, fitTexts} from './texts.js';
import {unusedEntries} from './unused.js';

/** Every check of a catalog; a new one is a file and a line here. */
export const catalogChecks: readonly CatalogCheck[] = [
	flowParties,
	flowService,
	flowNeed,
	uniqueIds,
	references,
	answers,
	conditionReferences,
	conditionsHold,
	sources,
	unusedEntries,
	fitTexts,
	rowShape,
	rowsCovered,
	fitRows,
];

/** Run every check over a catalog: all problems at once, with file, line and column. */
export function findCatalogProblems({catalog, locateProduct, locateDocument}: ParsedCatalog): Problem[] {
	const found: Problem[] = [];
	for (const {id: code, ...check} of catalogChecks) {
		if (check.scope === 'product') {
			const {find} = check;
			found.push(...Object.values(catalog.products).flatMap(product => find(product, catalog).map(problem => locateProduct(product.id, {...problem, code}))));
		} else {
			const {find} = check;
			found.push(...Object.values(catalog.documents).flatMap(document => find(document, catalog).map(problem => locateDocument(document.id, {...problem, code}))));
		}
	}

	return sortProblems(found);
}
