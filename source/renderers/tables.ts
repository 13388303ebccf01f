import type {Deny, Flow, FlowEnd, Host, Plan, Rule, RuleEnd} from '../core/model.js';
import {viewHead} from './document-view.js';
import {LineViewer, type LineView} from './line-view.js';
import {indexPlan, type PlanIndex} from './plan-index.js';
import {listAddresses} from './topology-view.js';
import {encryptionWords, findDistinct, formatIpVersion, formatProtocol} from './words.js';

/** A table of the plan: a file of CSV, and a sheet of a workbook. */
export type Table = {
	/** Its file is `<id>.csv`, its template `<id>.csv.liquid`. */
	readonly id: string;
	/** Name of its sheet: at most 31 characters, none of `[ ] / \ : * ?`. */
	readonly title: string;
};

/** The tables in the order of their importance for somebody who has to enter the lines. */
export const tables: readonly Table[] = [
	{id: 'lines', title: 'Lines'},
	{id: 'ports', title: 'Ports by zone'},
	{id: 'zones', title: 'Zones'},
	{id: 'hosts', title: 'Hosts'},
	{id: 'findings', title: 'Findings'},
	{id: 'questions', title: 'Questions'},
	{id: 'flows', title: 'Documented connections'},
	{id: 'request', title: 'Request'},
];

/** File names of the templates of all tables. */
export const tableTemplates: readonly string[] = tables.map(({id}) => formatTemplateName({id}));

/** File name of the template of a table. */
export function formatTemplateName({id}: Pick<Table, 'id'>): string {
	return `${id}.csv.liquid`;
}

type Row = Readonly<Record<string, unknown>>;

/** What templates of tables can print: the request and its sums, and the rows of each table, complete. An absent text is empty. */
export function viewTables(plan: Plan): Row {
	const index = indexPlan(plan);
	const viewer = new LineViewer(index);
	return {
		...viewHead(plan),
		// Denies stand before what they are an exception to, as on a firewall; what is to go comes last.
		lines: [
			...plan.denies.map(deny => viewDeny(deny)),
			...plan.rules.filter(({scope}) => scope === 'network').map(rule => viewRule(rule, 'permit', index, viewer)),
			...plan.rules.filter(({scope}) => scope === 'host').map(rule => viewRule(rule, 'permit', index, viewer)),
			...plan.removed.map(rule => viewRule(rule, 'remove', index, viewer)),
		],
		ports: listPorts(index, viewer),
		zones: index.zones.map(zone => ({
			id: zone.id,
			title: zone.title,
			trust: zone.trust,
			administration: zone.administration ? 'yes' : 'no',
			vlan: zone.vlan ?? '',
			networks: zone.networks,
			ipVersions: zone.ipVersions.map(version => formatIpVersion(version)),
			hosts: index.listHosts(zone.id).length,
			inbound: index.listInbound(zone.id).length,
			outbound: index.listOutbound(zone.id).length,
			inside: index.listInside(zone.id).length,
		})),
		hosts: plan.hosts.flatMap(host => listInterfaces(host, index)),
		findings: plan.findings.map(finding => ({
			id: finding.id,
			severity: finding.severity,
			status: finding.status,
			title: finding.title,
			message: finding.message,
			why: finding.why,
			remedy: finding.remedy,
			lines: finding.rules,
			connections: listConnections(finding.flows),
			acceptedBy: finding.acceptance?.by ?? '',
			acceptedOn: finding.acceptance?.on ?? '',
			acceptedUntil: finding.acceptance?.until ?? '',
			acceptedBecause: finding.acceptance?.reason ?? '',
		})),
		questions: plan.openQuestions.map(question => ({
			id: question.id,
			product: question.product,
			askOf: question.askOf,
			blocking: question.blocking ? 'yes' : 'no',
			text: question.text,
			answer: question.answer?.answer ?? '',
			answeredBy: question.answer?.by ?? '',
			answeredOn: question.answer?.on ?? '',
			lines: findDistinct(question.flows.flatMap(flow => index.listLines(flow))),
			connections: listConnections(question.flows),
			entries: question.flows.length,
			evidence: question.sources.map(({row}) => row),
		})),
		flows: plan.flows.map(flow => viewFlow(flow, index)),
	};
}

function viewDeny(deny: Deny): Row {
	const end = (host: string) => ({zone: '', zoneId: '', hosts: [host], addresses: []});
	return {
		id: deny.id,
		action: 'deny',
		status: '',
		ready: '',
		firewall: 'edge',
		source: end(deny.source),
		destination: end(deny.destination),
		ipVersion: deny.ipVersion === undefined ? 'IPv4, IPv6' : formatIpVersion(deny.ipVersion),
		protocol: formatProtocol(deny),
		ports: deny.ports,
		applications: [],
		purposes: [deny.purpose],
		encrypted: '',
		need: '',
		logging: '',
		expiry: '',
		reviews: deny.review === undefined ? [] : [deny.review],
		connections: listConnections(deny.flows),
		evidence: findDistinct(deny.sources.map(({row}) => row)),
	};
}

function viewRule(rule: Rule, action: 'permit' | 'remove', index: PlanIndex, viewer: LineViewer): Row {
	const line = viewer.viewLine(rule);
	const flows = index.listFlows(rule.flows);
	return {
		...viewLine(rule, line),
		action,
		status: action === 'remove' ? 'remove' : rule.status,
		firewall: rule.scope,
		ports: rule.ports,
		applications: findDistinct(rule.services.map(({application}) => application).filter(application => application !== undefined)),
		purposes: rule.services.length === 1 ? [rule.services[0]!.purpose] : line.purposes.map(({ports, purpose}) => ports === '' ? purpose : `${ports}: ${purpose}`),
		encrypted: line.encrypted,
		reviews: findDistinct(flows.flatMap(flow => listReviews(flow))),
		connections: listConnections(rule.flows),
		evidence: line.evidence.map(({row}) => row),
	};
}

/** What a row of the lines and a row of the ports have in common. */
function viewLine(rule: Rule, line: LineView): Row {
	return {
		id: rule.id,
		ready: rule.isReady ? 'yes' : `no, ${line.obstacle}`,
		source: viewEnds(line.sourceZone, rule.sources),
		destination: viewEnds(line.destinationZone, rule.destinations),
		ipVersion: line.ipVersion,
		protocol: line.protocol,
		need: rule.need,
		logging: rule.logging,
		expiry: rule.expiry === '' ? 'not given' : rule.expiry,
	};
}

/** All hosts and addresses of one end: a table is where they are copied from. */
function viewEnds({id, title}: {readonly id: string; readonly title: string}, ends: readonly RuleEnd[]): Row {
	return {
		zone: title,
		zoneId: id,
		hosts: findDistinct(ends.map(end => end.title)),
		addresses: findDistinct(ends.flatMap(({addresses, placeholder}) => placeholder === undefined ? addresses : [placeholder])),
	};
}

/** What somebody should look at before a line is approved. */
function listReviews({review, reading, service}: Flow): string[] {
	return [
		...(service.documentedPorts === undefined ? [] : [`documented ports: ${service.documentedPorts.join(', ')}`]),
		...(review === undefined ? [] : [review]),
		...(reading === undefined ? [] : ['the documents contradict each other']),
	];
}

/** Every service of every line, in each zone that the line concerns: a line between two zones is there twice, once for each. */
function listPorts(index: PlanIndex, viewer: LineViewer): Row[] {
	return index.zones.flatMap(zone => [
		...index.listInbound(zone.id).map(rule => ({rule, direction: 'inbound', other: rule.sourceZone})),
		...index.listOutbound(zone.id).map(rule => ({rule, direction: 'outbound', other: rule.destinationZone})),
		...index.listInside(zone.id).map(rule => ({rule, direction: 'inside', other: ''})),
	].flatMap(({rule, direction, other}) => {
		const line = viewLine(rule, viewer.viewLine(rule));
		return rule.services.map(({ports, encrypted, purpose, application}) => ({
			...line,
			zone: zone.title,
			zoneId: zone.id,
			direction,
			otherZone: index.findZone(other)?.title ?? other,
			ports,
			application: application ?? '',
			purpose,
			encrypted: encryptionWords[encrypted],
			status: rule.status,
		}));
	}));
}

/** A row for each interface of a host; one without any is a row too. */
function listInterfaces(host: Host, index: PlanIndex): Row[] {
	const row = {
		id: host.id,
		title: host.title,
		kind: host.kind === 'actor' ? 'outside the products' : 'host',
		machines: host.count ?? '',
		cluster: host.cluster,
		components: host.components.map(({product, component}) => `${product}/${component}`),
		firewall: host.kind === 'actor' ? 'outside this design: its owner' : (host.hostFirewall.automatic ? `written by ${host.hostFirewall.by}` : `to be written by ${host.hostFirewall.by}`),
	};
	return host.interfaces.length === 0
		? [{...row, role: '', zone: '', zoneId: '', addresses: []}]
		: host.interfaces.map(entry => ({...row, role: entry.role, zone: index.findZone(entry.zone)?.title ?? entry.zone ?? '', zoneId: entry.zone ?? '', addresses: listAddresses(entry)}));
}

/** Ids of the documented connections of some flows; an earlier plan's flows are not in this one, and only their ids tell. */
function listConnections(flows: readonly string[]): string[] {
	return findDistinct(flows.map(flow => flow.replace(/@.*$/sv, '')));
}

function viewFlow(flow: Flow, index: PlanIndex): Row {
	const {service, reading} = flow;
	return {
		id: flow.id,
		product: flow.product,
		catalogFlow: flow.catalogFlow,
		disposition: flow.disposition,
		reason: flow.reason,
		initiator: viewFlowEnd(flow.initiator, index),
		responder: viewFlowEnd(flow.responder, index),
		protocol: formatProtocol(service),
		ports: service.ports,
		documentedPorts: service.documentedPorts ?? [],
		application: service.application ?? '',
		need: flow.need,
		condition: flow.condition ?? '',
		encrypted: flow.encrypted,
		purpose: flow.purpose,
		ipVersions: flow.ipVersions.map(version => formatIpVersion(version)),
		lines: index.listLines(flow.id),
		review: flow.review ?? '',
		reading: reading === undefined ? '' : [`${reading.chosen} (${reading.because})`, ...reading.others.map(({says, evidence}) => `${evidence.row}: ${says}`)].join('; '),
		evidence: flow.sources.map(({title, section, where, row}) => `${title}: ${section}: ${where} (${row})`),
	};
}

function viewFlowEnd({component, host, zone, role}: FlowEnd, index: PlanIndex): Row {
	return {component, host: host ?? '', title: index.findHost(host)?.title ?? '', zone: zone ?? '', role};
}
