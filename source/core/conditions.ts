import type {Condition, Product} from './catalog/schema.js';
import type {ResolvedAnswers} from './answers.js';
import {own} from './records.js';

/** What a condition is evaluated against. */
export type ConditionContext = {
	readonly product: Product;
	readonly answers: ResolvedAnswers;
	/** Hosts that a component of this product, or `product/component` of another, runs on; empty when it is not used. */
	readonly findHosts: (component: string) => readonly string[];
	readonly isChosen: (product: string) => boolean;
};

/**
Whether a condition holds in a design: `unknown` when it hangs on a count that nobody has given.

@throws {RangeError} When it names something the product does not have: a bug here, as `catalog check` refuses such a file.
*/
export function evaluate(condition: Condition, context: ConditionContext): boolean | 'unknown' {
	if ('all' in condition) {
		return combine(condition.all.map(part => evaluate(part, context)), false);
	}

	if ('any' in condition) {
		return combine(condition.any.map(part => evaluate(part, context)), true);
	}

	if ('not' in condition) {
		const inner = evaluate(condition.not, context);
		return inner === 'unknown' ? inner : !inner;
	}

	if ('option' in condition) {
		return own(context.answers.options, condition.option) === condition.is;
	}

	if ('parameter' in condition) {
		const value = own(context.answers.parameters, condition.parameter);
		return value?.kind === 'count' ? value.count >= condition.atLeast : 'unknown';
	}

	if ('version' in condition) {
		return evaluateVersion(condition.version, context);
	}

	if ('on' in condition) {
		return sharesHost(condition.component, condition.on, context);
	}

	if ('apart' in condition) {
		return context.findHosts(condition.component).length > 0 && !sharesHost(condition.component, condition.apart, context);
	}

	if ('used' in condition) {
		return (context.findHosts(condition.component).length > 0) === condition.used;
	}

	return 'mode' in condition ? context.answers.modes.has(condition.mode) : context.isChosen(condition.product);
}

function combine(parts: ReadonlyArray<boolean | 'unknown'>, decisive: boolean): boolean | 'unknown' {
	if (parts.includes(decisive)) {
		return decisive;
	}

	return parts.includes('unknown') ? 'unknown' : !decisive;
}

function evaluateVersion(bounds: {readonly atLeast?: string | undefined; readonly below?: string | undefined}, {product, answers}: ConditionContext): boolean {
	const position = findVersion(product, answers.version);
	return (bounds.atLeast === undefined || position >= findVersion(product, bounds.atLeast))
		&& (bounds.below === undefined || position < findVersion(product, bounds.below));
}

function findVersion(product: Product, version: string): number {
	const position = product.versions.indexOf(version);
	if (position === -1) {
		throw new RangeError(`${product.id} has no version ${version}`);
	}

	return position;
}

function sharesHost(component: string, other: string, {findHosts}: ConditionContext): boolean {
	const hosts = new Set(findHosts(other));
	return findHosts(component).some(host => hosts.has(host));
}

/**
Say a condition in words that can follow "only when".

@example
formatCondition({option: 'kdump', is: 'yes'}, product);
//=> '"Kdump is enabled" is yes'
*/
export function formatCondition(condition: Condition, product: Product): string {
	const component = (id: string) => own(product.components, id)?.name ?? id;
	if ('all' in condition) {
		return joinParts(condition.all, 'and', product);
	}

	if ('any' in condition) {
		return joinParts(condition.any, 'or', product);
	}

	if ('not' in condition) {
		return formatNegation(condition.not, product);
	}

	if ('option' in condition) {
		const option = own(product.options, condition.option);
		const value = own(option?.choices, condition.is) ?? condition.is;
		return `"${option?.question ?? condition.option}" is answered ${value}`;
	}

	if ('parameter' in condition) {
		return `${own(product.parameters, condition.parameter)?.summary ?? condition.parameter} is at least ${condition.atLeast}`;
	}

	if ('version' in condition) {
		const {atLeast, below} = condition.version;
		return [`${product.name}`, atLeast === undefined ? '' : `${atLeast} or later`, atLeast !== undefined && below !== undefined ? 'and' : '', below === undefined ? '' : `before ${below}`].filter(Boolean).join(' ');
	}

	if ('on' in condition) {
		return `${component(condition.component)} runs on the host of ${component(condition.on)}`;
	}

	if ('apart' in condition) {
		return `${component(condition.component)} runs on another host than ${component(condition.apart)}`;
	}

	if ('used' in condition) {
		return `${component(condition.component)} is ${condition.used ? '' : 'not '}used`;
	}

	return 'mode' in condition ? `${own(product.modes, condition.mode)?.name ?? condition.mode} is used` : `${condition.product} is part of the design`;
}

function formatNegation(condition: Condition, product: Product): string {
	if ('option' in condition || 'any' in condition || 'all' in condition || 'not' in condition) {
		return `it is not so that ${formatCondition(condition, product)}`;
	}

	return `not: ${formatCondition(condition, product)}`;
}

function joinParts(parts: readonly Condition[], word: 'and' | 'or', product: Product): string {
	return parts.map(part => {
		const said = formatCondition(part, product);
		return parts.length > 1 && ('all' in part || 'any' in part) ? `(${said})` : said;
	}).join(` ${word} `);
}

/**
The parts of a false condition that make it so: what a reader needs to know instead of the whole condition.

@returns Conditions that do not hold, each said by `formatCondition()`.
*/
export function findFailingParts(condition: Condition, context: ConditionContext): Condition[] {
	if ('all' in condition) {
		return condition.all.filter(part => evaluate(part, context) === false).flatMap(part => findFailingParts(part, context));
	}

	return [condition];
}
