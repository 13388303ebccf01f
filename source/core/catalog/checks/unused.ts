import {own} from '../../records.js';
import {listComparisons, listConditions, nameEnds, type CatalogCheck} from './check.js';

/** Everything a product asks or names has an effect. */
export const unusedEntries: CatalogCheck = {
	id: 'product/unused',
	description: 'Every option, parameter, mode, component and actor is used by something',
	scope: 'product',
	find(product, {products}) {
		const comparisons = listConditions(product).flatMap(({condition}) => listComparisons(condition));
		const used = new Set<string>();
		for (const comparison of comparisons) {
			for (const [kind, word] of Object.entries(comparison)) {
				used.add(`${kind === 'on' || kind === 'apart' ? 'component' : kind} ${String(word)}`);
			}
		}

		for (const flow of product.flows) {
			const {initiator, responder} = nameEnds(flow);
			for (const party of [initiator, responder]) {
				used.add(`${own(product.components, party) ? 'component' : 'actor'} ${party}`);
			}

			used.add(`parameter ${flow.service.parameter ?? ''}`);
			for (const mode of [flow.mode ?? []].flat()) {
				used.add(`mode ${mode}`);
			}
		}

		for (const {component} of product.advice) {
			used.add(`component ${component ?? ''}`);
		}

		for (const {components} of Object.values(products)) {
			for (const {is} of Object.values(components)) {
				for (const reference of is ?? []) {
					used.add(`component ${reference.startsWith(`${product.id}/`) ? reference.slice(product.id.length + 1) : ''}`);
				}
			}
		}

		const sections = {option: 'options', parameter: 'parameters', mode: 'modes', component: 'components', actor: 'actors'} as const;
		return Object.entries(sections).flatMap(([kind, section]) => Object.keys(product[section] ?? {}).filter(id => !used.has(`${kind} ${id}`)).map(id => ({
			path: [section, id],
			message: `nothing uses the ${kind} "${id}"`,
		})));
	},
};
