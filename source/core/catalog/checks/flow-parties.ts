import {own} from '../../records.js';
import {suggest} from '../../problem.js';
import type {CatalogCheck, CatalogProblem} from './check.js';

/** Both ends of a flow exist and can have an interface in the role it is carried on. */
export const flowParties: CatalogCheck = {
	id: 'flow/unknown-party',
	description: 'Every flow joins components or actors of the product, on network roles they have',
	scope: 'product',
	find: (product, {roles: words}) => product.flows.flatMap((flow, index) => (['initiator', 'responder'] as const).flatMap((end): CatalogProblem[] => {
		const party = flow[end];
		const [kind, name] = 'component' in party ? ['component', party.component] as const : ['actor', party.actor] as const;
		const known = kind === 'component' ? product.components : product.actors;
		const found = own<{readonly roles: readonly string[]}>(known, name);
		if (found === undefined) {
			return [{path: ['flows', index, end, kind], message: `there is no ${kind} "${name}"`, hint: suggest(name, Object.keys(known))}];
		}

		return [party.role ?? []].flat().filter(role => !found.roles.includes(role) && own(words, role)?.explicit !== true).map(role => ({
			path: ['flows', index, end, 'role'],
			message: `${name} has no network role ${role}`,
			hint: `add it to the roles of ${name}, or use ${found.roles.join(' or ')}`,
		}));
	})),
};
