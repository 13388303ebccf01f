import type {AnalysisContext} from '../../source/core/analysis/check.js';
import {findFindings} from '../../source/core/analysis/index.js';
import type {Product, Roles} from '../../source/core/catalog/schema.js';
import {networkRoles} from '../../source/core/vocabulary.js';
import type {HostDraft} from '../../source/core/hosts.js';
import type {Catalog, Evidence, Finding, Flow, Host, HostInterface, Missing, NetworkRole, Profile} from '../../source/core/model.js';
import {derivePlacement, deriveZones} from '../../source/core/placement.js';
import {formatPortRanges, mergePortRanges, parsePortList} from '../../source/core/ports.js';
import type {ProfileZone} from '../../source/core/profile/schema.js';
import {getOrMake} from '../../source/core/records.js';
import {deriveConduits, deriveRules} from '../../source/core/rules.js';

/** A flow in few words; between two interfaces that are named `host/role`. */
export type FlowSketch = {
	readonly id?: string;
	readonly product?: string;
	readonly from: string;
	readonly to: string;
	/** As `tcp 80, 443`, `icmp`, `ip 41`. */
	readonly service: string;
	readonly application?: string;
	readonly encrypted?: Flow['encrypted'];
	readonly disposition?: Flow['disposition'];
	readonly missing?: Missing;
	/** The parameter that the ports come from. */
	readonly parameter?: string;
	/** Network role that the catalog gives both ends, where it is another than the one of the interfaces. */
	readonly documentedRole?: NetworkRole;
	/** Components at the ends, where they do not have the name of the host. */
	readonly responder?: string;
	readonly source?: Partial<Evidence>;
};

export type InterfaceSketch = {
	readonly zone: string;
	readonly addresses?: string[];
	readonly actor?: true;
	/** Where the host is not one component of its name. */
	readonly components?: ReadonlyArray<readonly [product: string, component: string]>;
};

/** A design in few words. */
export type DesignSketch = {
	readonly zones: Readonly<Record<string, Partial<ProfileZone>>>;
	/** Interfaces as `host/role`; an actor is somebody outside. */
	readonly interfaces: Readonly<Record<string, InterfaceSketch>>;
	readonly flows: readonly FlowSketch[];
	readonly products?: Readonly<Record<string, Partial<Product>>>;
	readonly networks?: Profile['networks'];
	readonly change?: Profile['change'];
	readonly acceptedFindings?: Profile['acceptedFindings'];
	readonly today?: string;
};

export const today = '2026-11-22';

/** A change record that no check minds. */
export const completeChange = {
	requester: 'Ada',
	owner: 'Grace',
	approvers: ['Edsger'],
	kind: 'permanent',
	review: '2027-11-22',
	test: {responsible: 'Barbara'},
	rollback: {responsible: 'Barbara'},
} as const satisfies Profile['change'];

const applications: Catalog['applications'] = {
	database: {name: 'Database', alternative: 'the database with TLS'},
	https: {name: 'HTTPS'},
	nfs: {name: 'NFS'},
	ssh: {name: 'SSH', administrative: true},
	syslog: {name: 'Syslog', clearText: true, alternative: 'syslog over TLS'},
};

const role = (name: string) => ({name, summary: name});
const roles: Roles = {
	management: role('Management'),
	storage: role('Storage'),
	migration: role('Migration'),
	guest: role('Virtual machines'),
	heartbeat: role('Heartbeat'),
	client: {...role('Client access'), explicit: true},
	console: {...role('Console'), explicit: true},
	backup: role('Backup'),
	'out-of-band': role('Out-of-band'),
};

/**
The context of a design: zones, interfaces and lines are derived as in the program, only the flows are made from sketches.

Zones are internal unless they say otherwise, products are reviewed today, and the change record is complete.
*/
export function makeContext(sketch: DesignSketch): AnalysisContext {
	const profile = makeProfile(sketch);
	const zones = deriveZones(profile);
	const placement = derivePlacement(profile, zones, roles);
	const drafts = makeDrafts(sketch);
	const findInterface = (id: string): HostInterface => {
		const end = readEnd(id);
		return placement.findInterface(drafts.get(end.host)!, [end.role]);
	};

	const flows = sketch.flows.map((flow, index) => makeFlow(flow, index, findInterface(flow.from), findInterface(flow.to)));
	for (const id of Object.keys(sketch.interfaces)) {
		findInterface(id);
	}

	const rules = deriveRules(flows, profile, drafts, findInterface);
	const hosts = [...drafts.values()].map(({roles: _roles, unnamed: _unnamed, ...host}): Host => ({...host, cluster: 'default', interfaces: placement.listInterfaces(host.id)}));
	return {catalog: makeCatalog(sketch), profile, zones, hosts, flows, rules, conduits: deriveConduits(rules), today: sketch.today ?? today};
}

/** Findings of one check in a design. */
export function findOf(check: string, sketch: DesignSketch): Finding[] {
	return findFindings(makeContext(sketch)).filter(finding => finding.check === check);
}

/** What a test usually compares of findings, in their order. */
export function summarize(findings: readonly Finding[]): string[] {
	return findings.map(({id, severity, status}) => `${status === 'open' ? severity : status} ${id}`);
}

function makeProfile({zones, interfaces, products, flows, networks, change, acceptedFindings}: DesignSketch): Profile {
	type Settings = {readonly zones: Record<string, string>; readonly addresses: Record<string, string[]>};
	const hosts = new Map<string, Settings>();
	for (const [id, {zone, addresses}] of Object.entries(interfaces)) {
		const end = readEnd(id);
		const host = getOrMake(hosts, end.host, (): Settings => ({zones: {}, addresses: {}}));
		host.zones[end.role] = zone;
		host.addresses[end.role] = addresses ?? [];
	}

	return {
		schemaVersion: 1,
		name: 'test',
		title: 'Test',
		products: Object.fromEntries([...new Set(['acme', ...Object.keys(products ?? {}), ...flows.map(flow => flow.product ?? 'acme')])].map(id => [id, {}])),
		zones: Object.entries(zones).map(([id, zone]) => ({id, title: id, trust: 'internal', ...zone})),
		networks: networks ?? {},
		hosts: Object.fromEntries(hosts),
		change: change ?? completeChange,
		...(acceptedFindings === undefined ? {} : {acceptedFindings}),
	};
}

function makeDrafts({interfaces}: DesignSketch): Map<string, HostDraft> {
	return new Map(Object.entries(interfaces).map(([id, {actor, components}]) => {
		const {host} = readEnd(id);
		return [host, {
			id: host,
			title: host,
			kind: actor ? 'actor' : 'host',
			components: (components ?? [['acme', host]]).map(([product, component]) => ({product, component})),
			several: false,
			roles: [],
			hostFirewall: {automatic: false, by: 'administrator'},
			unnamed: false,
		}];
	}));
}

function makeFlow({product = 'acme', missing, ...flow}: FlowSketch, index: number, source: HostInterface, destination: HostInterface): Flow {
	const id = `${product}/${flow.id ?? `flow-${index}`}`;
	const isSame = source.zone === destination.zone;
	return {
		id: `${id}@${source.host}>${destination.host}`,
		product,
		catalogFlow: id,
		disposition: flow.disposition ?? (isSame ? 'intra-zone' : 'cross-zone'),
		reason: '',
		initiator: {component: source.host, name: source.host, host: source.host, zone: source.zone, role: source.role},
		responder: {component: flow.responder ?? destination.host, name: flow.responder ?? destination.host, host: destination.host, zone: destination.zone, role: destination.role},
		service: {...readService(flow.service), ...(flow.application === undefined ? {} : {application: flow.application})},
		need: 'required',
		encrypted: flow.encrypted ?? 'yes',
		purpose: `Purpose of ${id}`,
		ipVersions: source.ipVersions.filter(version => destination.ipVersions.includes(version)),
		...(missing === undefined ? {} : {missing}),
		sources: [{document: 'manual', title: 'Manual', section: '1', where: 'row 1', row: 'manual/row-1', ...flow.source}],
	};
}

function readEnd(id: string): {readonly host: string; readonly role: NetworkRole} {
	const [host = '', name] = id.split('/');
	return {host, role: networkRoles.find(candidate => candidate === name)!};
}

function readService(text: string): Flow['service'] {
	const protocol = (['tcp', 'udp', 'icmp', 'ip'] as const).find(name => name === text.split(' ')[0])!;
	const rest = text.slice(protocol.length + 1);
	if (protocol === 'ip') {
		return {protocol, number: Number(rest), ports: []};
	}

	const ranges = rest === '' ? [] : parsePortList(rest);
	if (typeof ranges === 'string') {
		throw new TypeError(ranges);
	}

	return {protocol, ports: formatPortRanges(mergePortRanges(ranges))};
}

function makeCatalog({flows, products}: DesignSketch): Catalog {
	const ids = [...new Set(['acme', ...Object.keys(products ?? {}), ...flows.map(flow => flow.product ?? 'acme')])];
	return {
		products: Object.fromEntries(ids.map(id => [id, makeProduct(id, flows, products?.[id])])),
		documents: {},
		roles,
		applications,
	};
}

function makeProduct(id: string, flows: readonly FlowSketch[], settings: Partial<Product> = {}): Product {
	return {
		id,
		name: id.toUpperCase(),
		kind: 'virtualization',
		summary: id,
		versions: ['1'],
		defaultVersion: '1',
		reviewed: today,
		documents: ['manual'],
		components: {},
		actors: {},
		options: {},
		parameters: {},
		flows: flows.map((flow, index) => ({flow, name: flow.id ?? `flow-${index}`})).filter(({flow}) => (flow.product ?? 'acme') === id).map(({flow, name}) => {
			const describe = (end: string) => ({component: readEnd(end).host, role: flow.documentedRole ?? readEnd(end).role});

			return {
				id: name,
				summary: name,
				initiator: describe(flow.from),
				responder: describe(flow.to),
				service: {protocol: readService(flow.service).protocol, ...(flow.parameter === undefined ? {} : {parameter: flow.parameter})},
				need: 'required',
				encrypted: flow.encrypted ?? 'yes',
				sources: ['manual/row-1'],
			};
		}),
		advice: [],
		openQuestions: [],
		...settings,
	};
}
