import {parsePortRange} from '../../ports.js';
import {suggest} from '../../problem.js';
import {own} from '../../records.js';
import type {CatalogCheck, CatalogProblem} from './check.js';

/** A service is complete and names only what exists. */
export const flowService: CatalogCheck = {
	id: 'flow/service',
	description: 'TCP and UDP have ports, ICMP has none, other IP protocols have a number; parameters, modes and applications exist',
	scope: 'product',
	find: (product, {applications}) => product.flows.flatMap(({service, mode}, index): CatalogProblem[] => {
		const path = ['flows', index, 'service'];
		const hasPorts = service.ports !== undefined || service.parameter !== undefined;
		const carriesPorts = service.protocol === 'tcp' || service.protocol === 'udp';
		const problems: CatalogProblem[] = [];
		if (carriesPorts !== hasPorts) {
			problems.push({path, message: carriesPorts ? `${service.protocol} needs ports or a parameter` : `${service.protocol} has no ports`});
		}

		if (service.ports !== undefined && service.parameter !== undefined) {
			problems.push({path, message: 'ports and a parameter cannot both be given'});
		}

		if ((service.protocol === 'ip') !== (service.number !== undefined)) {
			problems.push({path, message: service.protocol === 'ip' ? 'an IP protocol needs its number' : 'only ip has a protocol number'});
		}

		for (const [position, text] of (service.ports ?? []).entries()) {
			const range = parsePortRange(text);
			if (typeof range === 'string') {
				problems.push({path: [...path, 'ports', position], message: `"${text}": ${range}`});
			}
		}

		const parameter = service.parameter === undefined ? undefined : own(product.parameters, service.parameter);
		if (service.parameter !== undefined && (parameter === undefined || parameter.kind === 'count')) {
			problems.push({path: [...path, 'parameter'], message: `there is no parameter for ports "${service.parameter}"`, hint: suggest(service.parameter, Object.keys(product.parameters))});
		}

		if (service.application !== undefined && own(applications, service.application) === undefined) {
			problems.push({path: [...path, 'application'], message: `services.yaml has no "${service.application}"`, hint: suggest(service.application, Object.keys(applications))});
		}

		const modes = Object.keys(product.modes ?? {});
		return [...problems, ...[mode ?? []].flat().filter(id => !modes.includes(id)).map(id => ({path: ['flows', index, 'mode'], message: `there is no mode "${id}"`, hint: suggest(id, modes)}))];
	}),
};
