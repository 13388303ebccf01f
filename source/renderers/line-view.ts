import type {Encryption, Evidence, Flow, Plan, Rule, RuleEnd, Trust, Zone} from '../core/model.js';
import {compare} from '../core/problem.js';
import {getOrMake} from '../core/records.js';
import {trustLevels} from '../core/vocabulary.js';
import type {PlanIndex} from './plan-index.js';
import {encryptionWords, findDistinct, fold, formatIpVersion, formatProtocol, formatService} from './words.js';

/** How many addresses of an end, and how many ends of a line, a table cell shows; the appendix has all of them. */
const shownAddresses = 4;
const shownEnds = 6;

/** A zone where a document names it in passing. */
export type ZoneReference = {
	readonly id: string;
	readonly title: string;
	readonly trust: Trust | '';
	readonly vlan: number | undefined;
	readonly networks: readonly string[];
};

/** One end of a line: a host with its addresses in the line's IP version. */
export type EndView = {
	readonly title: string;
	readonly host: string;
	readonly role: string;
	readonly interface: string;
	/** At most a few; `more` says how many are left out. */
	readonly addresses: readonly string[];
	readonly more: number;
	/** Empty when the addresses are known. */
	readonly placeholder: string;
};

export type EvidenceView = {
	readonly row: string;
	readonly document: string;
	readonly title: string;
	readonly section: string;
	readonly where: string;
	readonly hasCaution: boolean;
};

/** A line of a table. */
export type LineView = {
	readonly id: string;
	readonly scope: Rule['scope'];
	readonly status: string;
	readonly isReady: boolean;
	/** What it lacks before somebody can enter it; empty when nothing. */
	readonly obstacle: string;
	readonly ipVersion: string;
	/** As `TCP 80, 443`. */
	readonly service: string;
	readonly protocol: string;
	readonly sourceZone: ZoneReference;
	readonly destinationZone: ZoneReference;
	readonly sources: readonly EndView[];
	readonly moreSources: number;
	readonly destinations: readonly EndView[];
	readonly moreDestinations: number;
	readonly need: Rule['need'];
	readonly encrypted: string;
	readonly hasClearText: boolean;
	readonly logging: string;
	readonly expiry: string;
	readonly purposes: ReadonlyArray<{readonly ports: string; readonly purpose: string; readonly application: string; readonly encrypted: string}>;
	readonly evidence: readonly EvidenceView[];
	readonly flows: readonly string[];
};

/** Why lines of a group are there: one documented connection, with all lines that carry it. */
export type ReasonView = {
	readonly lines: readonly string[];
	/** `product/flow` of the catalog. */
	readonly flow: string;
	/** How many pairs of hosts carry it here. */
	readonly pairs: number;
	readonly service: string;
	readonly application: string;
	readonly purpose: string;
	readonly initiators: readonly string[];
	readonly responders: readonly string[];
	readonly need: Flow['need'];
	/** When it is needed, in words; empty when always. */
	readonly condition: string;
	readonly encrypted: string;
	readonly evidence: readonly EvidenceView[];
	readonly isOfSite: boolean;
};

/** What a reviewer should look at, about some lines. */
export type NoteView = {
	readonly lines: readonly string[];
	readonly services: readonly string[];
	/** Empty when the note is only about the rest. */
	readonly review: string;
	/** The ports the documents state where the site has others. */
	readonly documentedPorts: string;
	/** The documents contradict each other here. */
	readonly hasReadings: boolean;
};

/** A value that all lines of a group have, or each value with the lines that have it. */
export type SharedValue = ReadonlyArray<{readonly value: string; readonly lines: readonly string[]}>;

/** Lines of one conduit, or of one zone's host firewalls, with what they have in common and why they are there. */
export type LineGroupView = {
	readonly source: ZoneReference;
	readonly destination: ZoneReference;
	/** Whether the destination is trusted more, less or as much as the source. */
	readonly trustStep: 'up' | 'down' | 'level' | 'unknown';
	readonly lines: readonly LineView[];
	readonly reasons: readonly ReasonView[];
	readonly notes: readonly NoteView[];
	readonly ipVersions: readonly string[];
	readonly logging: SharedValue;
	readonly expiry: SharedValue;
	/** All services of the group as text, merged by protocol. */
	readonly services: readonly string[];
	readonly clearText: readonly string[];
	/** Services of which no document says whether they are encrypted. */
	readonly unstated: readonly string[];
	/** Findings about its lines that are open. */
	readonly openFindings: number;
};

/** Makes views of lines, each once. */
export class LineViewer {
	readonly #index: PlanIndex;
	readonly #openFindings = new Map<string, Set<string>>();
	readonly #lines = new Map<Rule, LineView>();

	constructor(index: PlanIndex) {
		this.#index = index;
		for (const finding of index.plan.findings.filter(({status}) => status === 'open')) {
			for (const rule of finding.rules) {
				getOrMake(this.#openFindings, rule, () => new Set()).add(finding.id);
			}
		}
	}

	viewZone(id: string): ZoneReference {
		const zone = this.#index.findZone(id);
		return {id, title: zone?.title ?? id, trust: zone?.trust ?? '', vlan: zone?.vlan, networks: zone?.networks ?? []};
	}

	viewLine(rule: Rule): LineView {
		return getOrMake(this.#lines, rule, () => this.#makeLine(rule));
	}

	viewGroup(source: string, destination: string, rules: readonly Rule[]): LineGroupView {
		const lines = rules.map(rule => this.viewLine(rule));
		const from = this.#index.findZone(source);
		const to = this.#index.findZone(destination);
		return {
			source: this.viewZone(source),
			destination: this.viewZone(destination),
			trustStep: compareTrust(from, to),
			lines,
			...this.#explain(rules),
			ipVersions: findDistinct(rules.map(rule => formatIpVersion(rule.ipVersion))),
			logging: share(lines, line => line.logging),
			expiry: share(lines, line => line.expiry),
			services: listServices(rules),
			clearText: listServicesBy(rules, 'no'),
			unstated: listServicesBy(rules, 'unstated'),
			openFindings: new Set(rules.flatMap(rule => [...this.#openFindings.get(rule.id) ?? []])).size,
		};
	}

	#makeLine(rule: Rule): LineView {
		const sources = fold(rule.sources, shownEnds);
		const destinations = fold(rule.destinations, shownEnds);
		const flows = this.#index.listFlows(rule.flows);
		return {
			id: rule.id,
			scope: rule.scope,
			status: rule.status,
			isReady: rule.isReady,
			obstacle: rule.isReady ? '' : 'address missing',
			ipVersion: formatIpVersion(rule.ipVersion),
			service: formatService(rule),
			protocol: formatProtocol(rule),
			sourceZone: this.viewZone(rule.sourceZone),
			destinationZone: this.viewZone(rule.destinationZone),
			sources: sources.shown.map(end => viewEnd(end)),
			moreSources: sources.more,
			destinations: destinations.shown.map(end => viewEnd(end)),
			moreDestinations: destinations.more,
			need: rule.need,
			encrypted: formatEncryption(rule),
			hasClearText: rule.services.some(service => service.encrypted === 'no'),
			logging: rule.logging,
			expiry: formatExpiry(rule, this.#index.plan),
			purposes: rule.services.map(({ports, purpose, application, encrypted}) => ({
				ports: ports.join(', '),
				purpose,
				application: application ?? '',
				encrypted: encryptionWords[encrypted],
			})),
			evidence: viewEvidence(flows.flatMap(flow => flow.sources)),
			flows: rule.flows,
		};
	}

	/** The documented connections behind some lines, in order of the first line that carries them, and what to review about them. */
	#explain(rules: readonly Rule[]): Pick<LineGroupView, 'reasons' | 'notes'> {
		const groups = new Map<string, {lines: string[]; flows: Set<Flow>}>();
		for (const rule of rules) {
			for (const flow of this.#index.listFlows(rule.flows)) {
				const group = getOrMake(groups, flow.catalogFlow, () => ({lines: [], flows: new Set<Flow>()}));
				group.lines.push(rule.id);
				group.flows.add(flow);
			}
		}

		const positions = new Map(rules.map((rule, position) => [rule.id, position]));
		const explained = [...groups.values()].map(({lines, flows}) => {
			const [flow] = [...flows] as [Flow, ...Flow[]];
			return {flow, position: positions.get(lines[0]!)!, reason: this.#viewReason(findDistinct(lines), [...flows])};
		}).toSorted((a, b) => (a.position - b.position) || compareServices(a.reason.service, b.reason.service) || compare(a.reason.flow, b.reason.flow));
		return {reasons: explained.map(({reason}) => reason), notes: listNotes(explained)};
	}

	#viewReason(lines: readonly string[], flows: readonly Flow[]): ReasonView {
		const [flow] = flows as [Flow, ...Flow[]];
		const title = (host: string | undefined) => this.#index.findHost(host)?.title ?? host ?? '';
		return {
			lines,
			flow: flow.catalogFlow,
			pairs: flows.length,
			service: formatService(flow.service),
			application: flow.service.application ?? '',
			purpose: flow.purpose,
			initiators: findDistinct(flows.map(({initiator}) => title(initiator.host))),
			responders: findDistinct(flows.map(({responder}) => title(responder.host))),
			need: flow.need,
			condition: flow.condition ?? '',
			encrypted: encryptionWords[flow.encrypted],
			evidence: viewEvidence(flow.sources),
			isOfSite: flow.product === 'site',
		};
	}
}

function listNotes(explained: ReadonlyArray<{readonly flow: Flow; readonly reason: ReasonView}>): NoteView[] {
	const notes = new Map<string, Array<{readonly flow: Flow; readonly reason: ReasonView}>>();
	for (const entry of explained) {
		const {review, reading, service} = entry.flow;
		if (review !== undefined || reading !== undefined || service.documentedPorts !== undefined) {
			getOrMake(notes, JSON.stringify([review, reading !== undefined, service.documentedPorts]), () => []).push(entry);
		}
	}

	return [...notes.values()].map(entries => {
		const [{flow}] = entries as [typeof entries[number]];
		return {
			lines: findDistinct(entries.flatMap(({reason}) => reason.lines)),
			services: findDistinct(entries.map(({reason}) => reason.service)),
			review: flow.review ?? '',
			documentedPorts: flow.service.documentedPorts?.join(', ') ?? '',
			hasReadings: flow.reading !== undefined,
		};
	});
}

/** By protocol, then by first port. */
function compareServices(a: string, b: string): number {
	const key = (service: string) => /^(?<protocol>\D+)(?<port>\d*)/v.exec(service)?.groups ?? {};
	return compare(key(a)['protocol'] ?? '', key(b)['protocol'] ?? '') || (Number(key(a)['port'] ?? 0) - Number(key(b)['port'] ?? 0));
}

function viewEnd(end: RuleEnd): EndView {
	const {shown, more} = fold(end.addresses, shownAddresses);
	return {title: end.title, host: end.host, role: end.role, interface: end.interface, addresses: shown, more, placeholder: end.placeholder ?? ''};
}

/** Whether a table leaves out addresses or ends of a line, so that the appendix must have them. */
export function isShortened(rule: Rule): boolean {
	return [rule.sources, rule.destinations].some(ends => fold(ends, shownEnds).more > 0 || ends.some(end => fold(end.addresses, shownAddresses).more > 0));
}

/** Distinct rows of evidence in order of their first appearance. */
export function viewEvidence(sources: readonly Evidence[]): EvidenceView[] {
	return [...new Map(sources.map(source => [source.row, source])).values()].map(({row, document, title, section, where, caution}) => ({
		row, document, title, section, where, hasCaution: caution !== undefined,
	}));
}

function formatEncryption({encrypted, services}: Rule): string {
	if (encrypted !== 'mixed') {
		return encryptionWords[encrypted];
	}

	const ports = (value: Encryption) => findDistinct(services.filter(service => service.encrypted === value).flatMap(service => service.ports));
	return (['no', 'unstated', 'yes'] as const).filter(value => ports(value).length > 0).map(value => `${encryptionWords[value]}: ${ports(value).join(', ')}`).join('; ');
}

function formatExpiry({expiry}: Rule, {change}: Plan): string {
	const end = expiry === '' ? 'not given' : expiry;
	return change.review === undefined ? end : `${end}, next review ${change.review}`;
}

function compareTrust(source: Zone | undefined, destination: Zone | undefined): LineGroupView['trustStep'] {
	if (source === undefined || destination === undefined) {
		return 'unknown';
	}

	const step = trustLevels.indexOf(destination.trust) - trustLevels.indexOf(source.trust);
	if (step === 0) {
		return 'level';
	}

	return step > 0 ? 'up' : 'down';
}

function share(lines: readonly LineView[], read: (line: LineView) => string): SharedValue {
	const groups = new Map<string, string[]>();
	for (const line of lines) {
		getOrMake(groups, read(line), () => []).push(line.id);
	}

	return [...groups].map(([value, ids]) => ({value, lines: ids}));
}

function listServicesBy(rules: readonly Rule[], encrypted: Encryption): string[] {
	return listServices(rules.flatMap(rule => rule.services.filter(service => service.encrypted === encrypted).map(({ports}) => ({...rule, ports}))));
}

type ServiceLike = {readonly protocol: string; readonly number?: number | undefined; readonly ports: readonly string[]};

/** Services merged by protocol, ports in order: `TCP 80, 443`, `UDP 7410`. */
export function listServices(services: readonly ServiceLike[]): string[] {
	return groupServices(services).map(({name, ports}) => [name, ports.join(', ')].filter(Boolean).join(' '));
}

/** Distinct ports of each protocol, in order of the port. */
export function groupServices(services: readonly ServiceLike[]): ReadonlyArray<{readonly name: string; readonly ports: readonly string[]}> {
	const groups = new Map<string, Set<string>>();
	for (const service of services) {
		const ports = getOrMake(groups, formatProtocol(service), () => new Set());
		for (const port of service.ports) {
			ports.add(port);
		}
	}

	const comparePorts = (a: string, b: string) => (Number.parseInt(a, 10) - Number.parseInt(b, 10)) || compare(a, b);
	return [...groups].toSorted(([a], [b]) => compare(a, b)).map(([name, ports]) => ({name, ports: [...ports].toSorted(comparePorts)}));
}
