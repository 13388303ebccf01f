import type {Condition, Parameter, Product} from './catalog/schema.js';
import {listOptionValues} from './catalog/checks/answers.js';
import {evaluate} from './conditions.js';
import {splitReference, type ChosenProduct, type Inventory} from './hosts.js';
import type {Catalog} from './model.js';
import type {Draft} from './profile/draft.js';
import {own} from './records.js';

/** One way to answer a question. */
export type Choice = {
	/** As a profile writes it. */
	readonly value: string;
	readonly label: string;
	/** What it means, where the catalog says more than its label. */
	readonly summary?: string;
	/** What to know before choosing it. */
	readonly caution?: string;
	/** Rows of the documents it rests on, where it has its own. */
	readonly sources?: readonly string[];
};

type Common = {
	/** Id of the product it is about. */
	readonly product: string;
	/** Id in the product file; `version` and `modes` for those two. */
	readonly id: string;
	readonly text: string;
	/** Why the vendor's documents raise it, or what it means. */
	readonly summary: string;
	/** Rows of the documents it rests on, as `document/row`. */
	readonly sources: readonly string[];
};

/** What a chosen product asks of the architect. */
export type Question
	= | (Common & {readonly kind: 'version' | 'component' | 'option'; readonly choices: readonly Choice[]; readonly value: string; readonly isDefault: boolean})
		| (Common & {readonly kind: 'modes'; readonly choices: ReadonlyArray<Choice & {readonly group: string}>; readonly values: readonly string[]})
		| (Common & {readonly kind: 'parameter'; readonly parameter: Parameter; /** As somebody would type it; empty without a value. */ readonly value: string; readonly isDefault: boolean});

/**
The questions that the chosen products raise, in the order to ask them: what decides whether another is asked comes before it.

Questions that do not apply, because their condition does not hold, are left out.
*/
export function listQuestions(catalog: Catalog, draft: Draft, inventory: Inventory): Question[] {
	return inventory.chosen.flatMap(chosen => [
		...listVersionQuestions(chosen, draft),
		...listModeQuestions(chosen, inventory),
		...listComponentQuestions(chosen, draft, catalog, inventory),
		...listOptionQuestions(chosen, draft),
		...listParameterQuestions(chosen, draft),
	]);
}

function listVersionQuestions({product, answers}: ChosenProduct, draft: Draft): Question[] {
	if (product.versions.length < 2) {
		return [];
	}

	return [{
		kind: 'version',
		product: product.id,
		id: 'version',
		text: `Which release of ${product.name}?`,
		summary: `The documents differ between releases; without an answer it is ${product.defaultVersion}.`,
		sources: [],
		choices: product.versions.map(version => ({value: version, label: version})),
		value: answers.version,
		isDefault: own(draft.products, product.id)?.version === undefined,
	}];
}

function listModeQuestions({product, answers}: ChosenProduct, inventory: Inventory): Question[] {
	const modes = Object.entries(product.modes ?? {});
	if (modes.length === 0) {
		return [];
	}

	const own = findPlatformsOfDesign(product, inventory);

	return [{
		kind: 'modes',
		product: product.id,
		id: 'modes',
		text: `What does ${product.name} work with, and how?`,
		summary: 'Each way of working has ports of its own, and in some the other side opens the connection.',
		sources: modes.flatMap(([, mode]) => mode.sources ?? []),
		// The platforms of this design come first.
		choices: modes.toSorted(([, a], [, b]) => Number(own.has(b.platform)) - Number(own.has(a.platform))).map(([value, mode]) => ({value, label: mode.name, group: mode.platform, summary: mode.summary, ...(mode.caution === undefined ? {} : {caution: mode.caution}), sources: mode.sources ?? findModeSources(product, value)})),
		values: modes.map(([id]) => id).filter(id => answers.modes.has(id)),
	}];
}

/** Platforms whose components are those of other products of the design. */
function findPlatformsOfDesign({components, modes}: Product, {chosen}: Inventory): ReadonlySet<string> {
	const products = new Set(chosen.map(({product}) => product.id));
	const conditions = Object.values(components)
		.filter(({is}) => is?.some(reference => products.has(splitReference(reference, '')[0])))
		.map(({when}) => JSON.stringify(when ?? {}));
	return new Set(Object.entries(modes ?? {}).filter(([id]) => conditions.some(condition => condition.includes(`{"mode":"${id}"}`))).map(([, {platform}]) => platform));
}

/** A way of working without sources of its own rests on those of its flows. */
function findModeSources({flows}: Product, mode: string): string[] {
	return [...new Set(flows.filter(flow => [flow.mode ?? []].flat().includes(mode)).flatMap(({sources}) => sources))];
}

function listComponentQuestions(chosen: ChosenProduct, draft: Draft, catalog: Catalog, inventory: Inventory): Question[] {
	const {product, answers} = chosen;
	return Object.entries(product.components).filter(([, component]) => applies(component, chosen)).flatMap(([id, component]): Question[] => {
		const answer = own(own(draft.products, product.id)?.components, id);
		// A place in a product that is not chosen does not count, until it is chosen again.
		const given = answer === undefined || answer === 'own-host' || answer === 'not-used' || isPart(answer, product, catalog, inventory) ? answer : undefined;
		const same = component.is?.find(reference => isPart(reference, product, catalog, inventory));
		const values = [...new Set([...(same === undefined ? [] : [same]), ...(component.placement?.choices ?? ['own-host']), ...(given === undefined ? [] : [given])])];
		if (values.length < 2) {
			return [];
		}

		const value = given ?? same ?? answers.placements[id]!;
		return [{
			kind: 'component',
			product: product.id,
			id,
			text: `${component.name}: on which host?`,
			summary: component.summary,
			sources: component.placement?.sources ?? [],
			choices: values.map(choice => ({value: choice, label: choice === same ? `it is the ${nameComponent(choice, product, catalog)} of this design` : describePlacement(choice, product, catalog)})),
			value,
			isDefault: given === undefined,
		}];
	});
}

function isPart(reference: string, {id: asking}: Product, catalog: Catalog, inventory: Inventory): boolean {
	const [product, component] = splitReference(reference, asking);
	return inventory.chosen.some(({product: {id}}) => id === product) && own(own(catalog.products, product)?.components, component) !== undefined;
}

/** Where a component runs, in words that can follow "It runs". */
export function describePlacement(placement: string, product: Product, catalog: Catalog): string {
	switch (placement) {
		case 'own-host': {
			return 'on a host of its own';
		}

		case 'not-used': {
			return 'nowhere: it is not used';
		}

		default: {
			return `on the host of ${nameComponent(placement, product, catalog)}`;
		}
	}
}

function nameComponent(reference: string, product: Product, catalog: Catalog): string {
	const [id, component] = splitReference(reference, product.id);
	return own(own(catalog.products, id)?.components, component)?.name ?? reference;
}

function listOptionQuestions(chosen: ChosenProduct, draft: Draft): Question[] {
	const {product, answers} = chosen;
	return Object.entries(product.options).filter(([, option]) => applies(option, chosen)).map(([id, option]) => ({
		kind: 'option',
		product: product.id,
		id,
		text: option.question,
		summary: option.kind === 'yes-no' ? `Yes: ${option.summary}.` : `${option.summary}.`,
		sources: option.sources ?? [],
		choices: listOptionValues(option).map(value => ({value, label: own(option.choices, value) ?? value})),
		value: answers.options[id]!,
		isDefault: own(own(draft.products, product.id)?.options, id) === undefined,
	}));
}

function listParameterQuestions(chosen: ChosenProduct, draft: Draft): Question[] {
	const {product} = chosen;
	return Object.entries(product.parameters).filter(([, parameter]) => applies(parameter, chosen)).map(([id, parameter]) => {
		const given = own(own(draft.products, product.id)?.parameters, id);
		const value = given ?? parameter.default ?? '';
		return {
			kind: 'parameter',
			product: product.id,
			id,
			text: parameter.question,
			summary: parameter.summary,
			sources: parameter.sources,
			parameter,
			value: Array.isArray(value) ? value.join(', ') : String(value),
			isDefault: given === undefined,
		};
	});
}

function applies({when}: {readonly when?: Condition | undefined}, {context}: ChosenProduct): boolean {
	return when === undefined || evaluate(when, context) === true;
}

/**
A design with another answer to a question of a product.

@param value - As a profile writes it; undefined takes the answer back, so that the default counts.
*/
export function answerQuestion(draft: Draft, {kind, product, id}: Pick<Question, 'kind' | 'product' | 'id'>, value: string | readonly string[] | undefined): Draft {
	const answers = own(draft.products, product) ?? {};
	const section = ({component: 'components', option: 'options', parameter: 'parameters', version: 'version', modes: 'modes'} as const)[kind];
	const {[section]: before, ...rest} = answers;
	let after: unknown = value;
	if (section === 'components' || section === 'options' || section === 'parameters') {
		const {[id]: _, ...others} = (before ?? {}) as Record<string, unknown>;
		const entries = {...others, ...(value === undefined ? {} : {[id]: value})};
		after = Object.keys(entries).length > 0 ? entries : undefined;
	}

	return {...draft, products: {...draft.products, [product]: {...rest, ...(after === undefined ? {} : {[section]: after})}}};
}
