import {parseParameter} from '../../answers.js';
import {suggest} from '../../problem.js';
import type {Option} from '../schema.js';
import type {CatalogCheck, CatalogProblem} from './check.js';

/** The words an option can be answered with. */
export function listOptionValues(option: Option): string[] {
	return option.kind === 'yes-no' ? ['yes', 'no'] : Object.keys(option.choices ?? {});
}

/** Options and parameters can be answered, and their defaults are answers. */
export const answers: CatalogCheck = {
	id: 'product/answers',
	description: 'A choice has choices, a default is one of them, a parameter default can be read',
	scope: 'product',
	find(product) {
		const problems: CatalogProblem[] = [];
		for (const [id, option] of Object.entries(product.options)) {
			const values = listOptionValues(option);
			if ((option.kind === 'choice') !== (option.choices !== undefined)) {
				problems.push({path: ['options', id], message: option.kind === 'choice' ? 'a choice needs choices' : 'a yes-no option has no choices'});
			} else if (!values.includes(option.default)) {
				problems.push({path: ['options', id, 'default'], message: `"${option.default}" is no answer`, hint: suggest(option.default, values)});
			}
		}

		for (const [id, parameter] of Object.entries(product.parameters)) {
			const parsed = parameter.default === undefined ? undefined : parseParameter(parameter, parameter.default);
			if (typeof parsed === 'string') {
				problems.push({path: ['parameters', id, 'default'], message: parsed});
			}

			if (parameter.default === undefined && parameter.documented === undefined && parameter.kind !== 'count') {
				problems.push({path: ['parameters', id], message: 'without a default it must say how the documents print it', hint: 'add documented:'});
			}
		}

		return problems;
	},
};
