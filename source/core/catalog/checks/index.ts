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
	return sortProblems(catalogChecks.flatMap(check => check.scope === 'product'
		? Object.values(catalog.products).flatMap(product => check.find(product, catalog).map(problem => locateProduct(product.id, {...problem, code: check.id})))
		: Object.values(catalog.documents).flatMap(document => check.find(document, catalog).map(problem => locateDocument(document.id, {...problem, code: check.id})))));
}
