import {suggest} from '../../problem.js';
import {own} from '../../records.js';
import type {Catalog, Condition, Product} from '../schema.js';
import {listOptionValues} from './answers.js';
import {listComparisons, listConditions, type CatalogCheck} from './check.js';

/** Conditions compare things that exist with values they can have. */
export const conditionReferences: CatalogCheck = {
	id: 'condition/unknown',
	description: 'Conditions name options, parameters, components, modes, versions and products that exist',
	scope: 'product',
	find: (product, {products}) => listConditions(product).flatMap(({condition, path}) => listComparisons(condition).flatMap(comparison => findUnknown(comparison, product, products).map(([word, known]) => ({
		path,
		message: `"${word}" is not known here`,
		hint: suggest(word, known),
	})))),
};

function findUnknown(condition: Condition, product: Product, products: Catalog['products']): Array<[string, readonly string[]]> {
	const missing = (word: string, known: readonly string[]): Array<[string, readonly string[]]> => known.includes(word) ? [] : [[word, known]];
	if ('option' in condition) {
		const option = own(product.options, condition.option);
		return option === undefined ? missing(condition.option, Object.keys(product.options)) : missing(condition.is, listOptionValues(option));
	}

	if ('parameter' in condition) {
		return missing(condition.parameter, Object.entries(product.parameters).filter(([, {kind}]) => kind === 'count').map(([id]) => id));
	}

	if ('version' in condition) {
		return Object.values(condition.version).flatMap(version => version === undefined ? [] : missing(version, product.versions));
	}

	if ('component' in condition) {
		const components = [...Object.keys(product.components), ...Object.values(products).filter(({id}) => id !== product.id).flatMap(other => Object.keys(other.components).map(id => `${other.id}/${id}`))];
		return [condition.component, 'on' in condition ? condition.on : undefined, 'apart' in condition ? condition.apart : undefined].flatMap(word => word === undefined ? [] : missing(word, components));
	}

	if ('mode' in condition) {
		return missing(condition.mode, Object.keys(product.modes ?? {}));
	}

	return 'product' in condition ? missing(condition.product, Object.keys(products)) : [];
}

/** No condition is false in every design. */
export const conditionsHold: CatalogCheck = {
	id: 'condition/never',
	description: 'Every condition holds for some answers',
	scope: 'product',
	find: product => listConditions(product).filter(({condition}) => !canHold(condition, product)).map(({path}) => ({
		path,
		message: 'this condition can never hold',
		hint: 'look for two answers that exclude each other',
	})),
};

/** Where a component runs, as far as a condition can see it. */
const placements = ['on', 'apart', 'unused'] as const;

/*
Tries every combination of the answers a condition looks at. Conditions are small by design, so that this stays a handful
of combinations; what is too large to try counts as possible.
*/
function canHold(condition: Condition, product: Product): boolean {
	const variables = new Map<string, readonly unknown[]>();
	for (const comparison of listComparisons(condition)) {
		const [name, values] = findVariable(comparison, product);
		variables.set(name, [...new Set([...variables.get(name) ?? [], ...values])]);
	}

	const entries = [...variables];
	const combinations = entries.reduce((product_, [, values]) => product_ * values.length, 1);
	if (combinations > 100_000) {
		return true;
	}

	for (let number = 0; number < combinations; number++) {
		let rest = number;
		const assignment = new Map(entries.map(([name, values]) => {
			const value = values[rest % values.length];
			rest = Math.floor(rest / values.length);
			return [name, value];
		}));
		if (holds(condition, product, assignment)) {
			return true;
		}
	}

	return false;
}

function findVariable(condition: Condition, product: Product): [string, readonly unknown[]] {
	if ('option' in condition) {
		const option = own(product.options, condition.option);
		return [`option ${condition.option}`, option ? listOptionValues(option) : [condition.is]];
	}

	if ('parameter' in condition) {
		return [`parameter ${condition.parameter}`, [condition.atLeast - 1, condition.atLeast]];
	}

	if ('version' in condition) {
		return ['version', product.versions.map((_, index) => index)];
	}

	if ('component' in condition) {
		if ('used' in condition) {
			return [`use ${condition.component}`, [true, false]];
		}

		return [`place ${condition.component} ${'on' in condition ? condition.on : condition.apart}`, placements];
	}

	return 'mode' in condition ? [`mode ${condition.mode}`, [true, false]] : [`product ${(condition as {product: string}).product}`, [true, false]];
}

function holds(condition: Condition, product: Product, assignment: ReadonlyMap<string, unknown>): boolean {
	if ('all' in condition) {
		return condition.all.every(part => holds(part, product, assignment));
	}

	if ('any' in condition) {
		return condition.any.some(part => holds(part, product, assignment));
	}

	if ('not' in condition) {
		return !holds(condition.not, product, assignment);
	}

	const value = assignment.get(findVariable(condition, product)[0]);
	if ('option' in condition) {
		return value === condition.is;
	}

	if ('parameter' in condition) {
		return Number(value) >= condition.atLeast;
	}

	if ('version' in condition) {
		const {atLeast, below} = condition.version;
		return (atLeast === undefined || Number(value) >= product.versions.indexOf(atLeast)) && (below === undefined || Number(value) < product.versions.indexOf(below));
	}

	if ('on' in condition || 'apart' in condition) {
		const isUsed = assignment.get(`use ${condition.component}`);
		return value === ('on' in condition ? 'on' : 'apart') && isUsed !== false;
	}

	if ('used' in condition) {
		return value === condition.used;
	}

	return value === true;
}
