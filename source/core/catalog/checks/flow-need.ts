import type {CatalogCheck} from './check.js';

/** Whether a flow is needed agrees with its condition. */
export const flowNeed: CatalogCheck = {
	id: 'flow/need',
	description: 'Conditional and optional flows say when they apply; required ones always do within their mode',
	scope: 'product',
	find: product => product.flows.flatMap((flow, index) => {
		if (flow.need !== 'required') {
			return flow.when === undefined && flow.withheld === undefined && flow.mode === undefined ? [{path: ['flows', index, 'need'], message: `a flow that is ${flow.need} needs a "when" that says the condition`}] : [];
		}

		return flow.when === undefined ? [] : [{path: ['flows', index, 'need'], message: 'a required flow has no condition', hint: 'write need: conditional, or remove "when"'}];
	}),
};
