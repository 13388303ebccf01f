import {evaluate} from './conditions.js';
import type {EvidenceFinder} from './evidence.js';
import type {Inventory} from './hosts.js';
import type {Evidence, Flow, Host, Missing, PlanAdvice, PlanQuestion, Profile} from './model.js';
import {compare} from './problem.js';
import {getOrMake, own} from './records.js';

/**
List what somebody must still answer: what keeps a flow from becoming a rule, what keeps a rule from being complete, and
what the documents themselves leave open.

Questions with the same id are asked once, about all their flows. Blocking ones first, then by id.
*/
export function deriveOpenQuestions(profile: Profile, inventory: Inventory, flows: readonly Flow[], hosts: readonly Host[], evidence: EvidenceFinder): PlanQuestion[] {
	return [
		...listMissing(flows, inventory),
		...listMissingAddresses(flows, hosts),
		...listDocumentGaps(inventory, flows, evidence),
	].map(question => {
		const answer = own(profile.answeredQuestions, question.id);
		return answer === undefined || question.blocking ? question : {...question, answer};
	}).toSorted((a, b) => (Number(b.blocking) - Number(a.blocking)) || compare(a.id, b.id));
}

function listMissing(flows: readonly Flow[], inventory: Inventory): PlanQuestion[] {
	const groups = new Map<string, {first: Flow; missing: Missing; flows: string[]; sources: Evidence[]}>();
	for (const flow of flows) {
		if (flow.disposition === 'needs-input' && flow.missing) {
			const group = getOrMake(groups, formatMissingId(flow, flow.missing), () => ({first: flow, missing: flow.missing!, flows: [], sources: []}));
			group.flows.push(flow.id);
			group.sources.push(...flow.sources);
		}
	}

	return [...groups].map(([id, {first, missing, flows: ids, sources}]) => ({
		id,
		product: first.product,
		text: formatMissing(first, missing, inventory),
		askOf: 'requester',
		blocking: true,
		flows: [...new Set(ids)].toSorted(compare),
		sources: [...new Map(sources.map(source => [source.row, source])).values()],
	}));
}

function formatMissingId(flow: Flow, missing: Missing): string {
	switch (missing.kind) {
		case 'peer': {
			return `peer@${missing.host}`;
		}

		case 'parameter': {
			return `parameter@${flow.product}/${missing.parameter}`;
		}

		case 'zone': {
			return `zone@${missing.host}/${missing.role}`;
		}

		case 'ip-version': {
			return `ip-version@${missing.initiator}>${missing.responder}`;
		}
	}
}

function formatMissing(flow: Flow, missing: Missing, {chosen, hosts}: Inventory): string {
	switch (missing.kind) {
		case 'peer': {
			return `Which addresses has "${hosts.get(missing.host)?.title ?? missing.host}"? Name them under hosts.${missing.host}.addresses, or switch off what needs it`;
		}

		case 'parameter': {
			const parameter = own(chosen.find(({product}) => product.id === flow.product)?.product.parameters, missing.parameter);
			const size = parameter?.from === undefined ? '' : `; the range begins at ${parameter.from} and needs one port for each console: 100 virtual machines on the largest server give ${parameter.from}-${parameter.from + 99}`;
			return `${parameter?.question ?? missing.parameter}: set products.${flow.product}.parameters.${missing.parameter}; the documents give no value${size}`;
		}

		case 'zone': {
			return `Which zone is ${missing.host} in for the role ${missing.role}? Set networks.${missing.role}, or hosts.${missing.host}.zones.${missing.role}`;
		}

		case 'ip-version': {
			return `${missing.initiator} and ${missing.responder} have no IP version in common: which address has either in the version of the other?`;
		}
	}
}

function listMissingAddresses(flows: readonly Flow[], hosts: readonly Host[]): PlanQuestion[] {
	const missing = new Set(hosts.flatMap(host => host.interfaces).filter(({isPlaceholder}) => isPlaceholder).map(({id}) => id));
	const users = new Map<string, string[]>();
	for (const flow of missing.size === 0 ? [] : flows) {
		if (flow.disposition === 'cross-zone') {
			for (const end of [flow.initiator, flow.responder]) {
				const id = `${end.host}/${end.role}`;
				if (missing.has(id)) {
					getOrMake(users, id, () => []).push(flow.id);
				}
			}
		}
	}

	return hosts.flatMap(host => host.interfaces.filter(({id, isPlaceholder}) => isPlaceholder && users.has(id)).map(({id, role}): PlanQuestion => ({
		id: `address@${id}`,
		product: host.components[0]?.product ?? '',
		text: `Which addresses has "${host.title}" in the role ${role}? Name them under hosts.${host.id}.addresses.${role}`,
		askOf: 'requester',
		blocking: true,
		flows: [...new Set(users.get(id))].toSorted(compare),
		sources: [],
	})));
}

function listDocumentGaps({chosen}: Inventory, flows: readonly Flow[], evidence: EvidenceFinder): PlanQuestion[] {
	const asked = chosen.flatMap(({product, context}) => product.openQuestions.filter(({when}) => when === undefined || evaluate(when, context) === true).map(question => ({product, question})));
	const byCatalogFlow = new Map<string, string[]>(asked.flatMap(({product, question}) => (question.flows ?? []).map(id => [`${product.id}/${id}`, []])));
	for (const flow of flows) {
		byCatalogFlow.get(flow.catalogFlow)?.push(flow.id);
	}

	return asked.map(({product, question}): PlanQuestion => ({
		id: `${product.id}/${question.id}`,
		product: product.id,
		text: question.text,
		askOf: question.askOf,
		blocking: false,
		flows: (question.flows ?? []).flatMap(id => byCatalogFlow.get(`${product.id}/${id}`)!).toSorted(compare),
		sources: evidence.findAll(question.sources),
	}));
}

/** Every other demand of the documents that holds in this design, with the host it is a prerequisite on. */
export function deriveAdvice({chosen, findHosts}: Inventory, evidence: EvidenceFinder): PlanAdvice[] {
	return chosen.flatMap(({product, context}) => product.advice
		.filter(({when, component}) => (when === undefined || evaluate(when, context) === true) && (component === undefined || findHosts(product.id, component).length > 0))
		.map((advice): PlanAdvice => ({
			id: `${product.id}/${advice.id}`,
			product: product.id,
			for: advice.for,
			text: advice.text,
			hosts: advice.component === undefined ? [] : findHosts(product.id, advice.component),
			own: advice.own ?? false,
			sources: evidence.findAll(advice.sources),
		})));
}
