import type {Flow, FlowEnd} from '../core/model.js';
import type {TextFormat} from './format.js';
import {PlanIndex} from './plan-index.js';
import {csv} from './syntaxes.js';
import {renderTemplate} from './template-engine.js';
import {formatIpVersion, formatProtocol} from './words.js';

/** Every flow as a row, for spreadsheets and scripts. */
export const flowsCsv: TextFormat = {
	id: 'flows',
	name: 'Flows',
	description: 'CSV: every documented connection with what became of it, its lines and its evidence',
	isSingleFile: true,
	isText: true,
	templates: ['flows.csv.liquid'],
	render(plan, templates) {
		const index = new PlanIndex(plan);
		return [{path: 'flows.csv', content: renderTemplate('flows.csv.liquid', templates, {flows: plan.flows.map(flow => viewRow(flow, index))}, csv)}];
	},
};

function viewRow(flow: Flow, index: PlanIndex): Readonly<Record<string, unknown>> {
	const {service, reading} = flow;
	return {
		id: flow.id,
		product: flow.product,
		catalogFlow: flow.catalogFlow,
		disposition: flow.disposition,
		reason: flow.reason,
		initiator: viewEnd(flow.initiator, index),
		responder: viewEnd(flow.responder, index),
		protocol: formatProtocol(service),
		ports: service.ports.join(', '),
		documentedPorts: service.documentedPorts?.join(', ') ?? '',
		application: service.application ?? '',
		need: flow.need,
		condition: flow.condition ?? '',
		encrypted: flow.encrypted,
		purpose: flow.purpose,
		ipVersions: flow.ipVersions.map(version => formatIpVersion(version)).join(', '),
		lines: index.listLines(flow.id).join(', '),
		review: flow.review ?? '',
		reading: reading === undefined ? '' : [`${reading.chosen} (${reading.because})`, ...reading.others.map(({says, evidence}) => `${evidence.row}: ${says}`)].join('; '),
		evidence: flow.sources.map(({title, section, where, row}) => `${title}: ${section}: ${where} (${row})`).join('; '),
	};
}

function viewEnd({component, host, zone, role}: FlowEnd, index: PlanIndex): Readonly<Record<string, string>> {
	return {component, host: host ?? '', title: index.findHost(host)?.title ?? '', zone: zone ?? '', role};
}
