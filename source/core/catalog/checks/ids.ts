import {compare, suggest} from '../../problem.js';
import {own} from '../../records.js';
import {formatHostId, splitReference} from '../../hosts.js';
import type {CatalogCheck, CatalogProblem} from './check.js';

/** Ids are unique, flows sorted, and entries that moved still lead somewhere. */
export const uniqueIds: CatalogCheck = {
	id: 'product/ids',
	description: 'Ids are unique, flows are sorted by id, moved flows exist, no party is both a component and an actor',
	scope: 'product',
	find(product, {products}) {
		const problems: CatalogProblem[] = [];
		for (const section of ['flows', 'advice', 'openQuestions'] as const) {
			const seen = new Set<string>();
			for (const [index, {id}] of product[section].entries()) {
				if (seen.has(id)) {
					problems.push({path: [section, index, 'id'], message: `the id "${id}" stands twice in ${section}`});
				}

				seen.add(id);
			}
		}

		for (const [index, {id}] of product.flows.entries()) {
			const before = product.flows[index - 1]?.id;
			if (before !== undefined && compare(before, id) > 0) {
				problems.push({path: ['flows', index, 'id'], message: `"${id}" stands after "${before}"`, hint: 'sort the flows by id'});
			}
		}

		for (const [old, id] of Object.entries(product.moved ?? {})) {
			if (!product.flows.some(flow => flow.id === id)) {
				problems.push({path: ['moved', old], message: `there is no flow "${id}"`, hint: suggest(id, product.flows.map(flow => flow.id))});
			}
		}

		for (const id of Object.keys(product.actors)) {
			if (own(product.components, id)) {
				problems.push({path: ['actors', id], message: `"${id}" is a component as well`});
			}
		}

		const taken = new Map(Object.values(products).filter(other => other.id !== product.id).flatMap(other => [...Object.keys(other.components), ...Object.keys(other.actors)].map(id => [formatHostId(other.id, id), `${other.id}/${id}`])));
		for (const section of ['components', 'actors'] as const) {
			for (const id of Object.keys(product[section])) {
				const other = taken.get(formatHostId(product.id, id));
				if (other !== undefined) {
					problems.push({path: [section, id], message: `its host would be called like that of ${other}`});
				}
			}
		}

		return problems;
	},
};

/** Versions, defaults, placements and references between products are words that exist. */
export const references: CatalogCheck = {
	id: 'product/references',
	description: 'Defaults, placements, components of other products, and flows that questions name exist',
	scope: 'product',
	find(product, {products}) {
		const problems: CatalogProblem[] = [];
		if (!product.versions.includes(product.defaultVersion)) {
			problems.push({path: ['defaultVersion'], message: `there is no version "${product.defaultVersion}"`, hint: suggest(product.defaultVersion, product.versions)});
		}

		for (const [id, {placement, is}] of Object.entries(product.components)) {
			const words = ['own-host', 'not-used', ...Object.keys(product.components).filter(other => other !== id)];
			for (const [index, choice] of (placement?.choices ?? []).entries()) {
				if (!words.includes(choice)) {
					problems.push({path: ['components', id, 'placement', 'choices', index], message: `"${choice}" is no placement`, hint: suggest(choice, words)});
				}
			}

			if (placement && !placement.choices.includes(placement.default)) {
				problems.push({path: ['components', id, 'placement', 'default'], message: `"${placement.default}" is not one of the choices`, hint: suggest(placement.default, placement.choices)});
			}

			for (const [index, reference] of (is ?? []).entries()) {
				const [other, component] = splitReference(reference, product.id);
				if (other === product.id || own(own(products, other)?.components, component) === undefined) {
					problems.push({path: ['components', id, 'is', index], message: `there is no component ${reference} of another product`, hint: suggest(reference, Object.values(products).flatMap(known => Object.keys(known.components).map(name => `${known.id}/${name}`)))});
				}
			}
		}

		const flows = product.flows.map(flow => flow.id);
		for (const [index, question] of product.openQuestions.entries()) {
			for (const flow of question.flows ?? []) {
				if (!flows.includes(flow)) {
					problems.push({path: ['openQuestions', index, 'flows'], message: `there is no flow "${flow}"`, hint: suggest(flow, flows)});
				}
			}
		}

		for (const [index, {component}] of product.advice.entries()) {
			if (component !== undefined && own(product.components, component) === undefined) {
				problems.push({path: ['advice', index, 'component'], message: `there is no component "${component}"`, hint: suggest(component, Object.keys(product.components))});
			}
		}

		return problems;
	},
};
