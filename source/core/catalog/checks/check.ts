import type {Problem} from '../../problem.js';
import type {Catalog, CatalogFlow, Condition, Product, SourceDocument} from '../schema.js';

/** One property that every catalog must have. */
export type CatalogCheck = {
	/** As `flow/unknown-party`; the code of its problems. */
	readonly id: string;
	readonly description: string;
} & (
	| {readonly scope: 'product'; readonly find: (product: Product, catalog: Catalog) => readonly CatalogProblem[]}
	| {readonly scope: 'document'; readonly find: (document: SourceDocument, catalog: Catalog) => readonly CatalogProblem[]}
);

/** A problem before the runner adds its code and its place. */
export type CatalogProblem = Pick<Problem, 'message' | 'hint' | 'path'>;

/** A condition of a product file, and where it stands. */
export type PlacedCondition = {readonly condition: Condition; readonly path: ReadonlyArray<string | number>};

/** Every condition of a product file. */
export function listConditions(product: Product): PlacedCondition[] {
	const found: PlacedCondition[] = [];
	const add = (condition: Condition | undefined, ...path: Array<string | number>): void => {
		if (condition !== undefined) {
			found.push({condition, path});
		}
	};

	for (const [id, component] of Object.entries(product.components)) {
		add(component.when, 'components', id, 'when');
		add(component.hostFirewall?.automaticWhen, 'components', id, 'hostFirewall', 'automaticWhen');
	}

	for (const section of ['options', 'parameters'] as const) {
		for (const [id, {when}] of Object.entries<{readonly when?: Condition | undefined}>(product[section])) {
			add(when, section, id, 'when');
		}
	}

	for (const [index, flow] of product.flows.entries()) {
		add(flow.when, 'flows', index, 'when');
		add(flow.withheld?.unless, 'flows', index, 'withheld', 'unless');
	}

	for (const section of ['advice', 'openQuestions'] as const) {
		for (const [index, {when}] of product[section].entries()) {
			add(when, section, index, 'when');
		}
	}

	return found;
}

/** The simple comparisons a condition is made of. */
export function listComparisons(condition: Condition): Condition[] {
	if ('all' in condition) {
		return condition.all.flatMap(part => listComparisons(part));
	}

	if ('any' in condition) {
		return condition.any.flatMap(part => listComparisons(part));
	}

	return 'not' in condition ? listComparisons(condition.not) : [condition];
}

/** Everything in a product file that names rows of documents, with where it stands. */
export function listSources(product: Product): Array<{readonly rows: readonly string[]; readonly path: ReadonlyArray<string | number>}> {
	const found: Array<{rows: readonly string[]; path: ReadonlyArray<string | number>}> = [];
	const add = (rows: readonly string[] | undefined, ...path: Array<string | number>): void => {
		if (rows !== undefined) {
			found.push({rows, path});
		}
	};

	for (const [id, {placement}] of Object.entries(product.components)) {
		add(placement?.sources, 'components', id, 'placement', 'sources');
	}

	for (const section of ['options', 'parameters', 'modes'] as const) {
		for (const [id, {sources}] of Object.entries<{readonly sources?: readonly string[] | undefined}>(product[section] ?? {})) {
			add(sources, section, id, 'sources');
		}
	}

	for (const [index, flow] of product.flows.entries()) {
		add(flow.sources, 'flows', index, 'sources');
		add(flow.reading?.others.map(other => other.row), 'flows', index, 'reading', 'others');
	}

	for (const section of ['advice', 'openQuestions'] as const) {
		for (const [index, {sources}] of product[section].entries()) {
			add(sources, section, index, 'sources');
		}
	}

	return found;
}

/** What a flow's ends are called in the product file. */
export function nameEnds(flow: CatalogFlow): {readonly initiator: string; readonly responder: string} {
	const name = (party: CatalogFlow['initiator']) => 'component' in party ? party.component : party.actor;
	return {initiator: name(flow.initiator), responder: name(flow.responder)};
}
