import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {formatAddresses, parseAddress, parseNetwork, type AddressRange} from '../../source/core/addresses.js';
import {dispositions, type Conduit, type Disposition, type Evidence, type Flow, type Host, type HostInterface, type IpVersion, type NetworkRole, type Plan, type Rule, type Zone} from '../../source/core/model.js';

const folder = path.resolve('templates/documents');

/** The program's own templates of documents. */
export const templates: Readonly<Record<string, string>> = Object.fromEntries(readdirSync(folder).toSorted().map(name => [name, readFileSync(path.join(folder, name), 'utf8')]));

const evidence = (row: string, details: Partial<Evidence> = {}): Evidence => ({
	document: 'acme-ports',
	title: 'Acme Cluster: Ports',
	section: 'Ports of the manager',
	where: `Row ${row}`,
	row: `acme-ports/${row}`,
	url: 'https://docs.example.com/acme/ports',
	...details,
});

export function makeZone(zone: Partial<Zone> & {readonly id: string}): Zone {
	const ranges = (zone.networks ?? []).map(network => parseNetwork(network)).filter(range => typeof range !== 'string');
	return {
		title: zone.id,
		trust: 'internal',
		administration: false,
		networks: [],
		ranges,
		ipVersions: ranges.some(range => range.version === 6) ? [4, 6] : [4],
		...zone,
	};
}

function makeInterface(host: string, role: NetworkRole, zone: string | undefined, addresses: readonly string[]): HostInterface {
	const parsed = addresses.map(text => parseAddress(text));
	const ranges: AddressRange[] = [];
	const names: string[] = [];
	for (const address of parsed) {
		if (typeof address === 'string') {
			throw new TypeError(address);
		}

		if (address.kind === 'name') {
			names.push(address.name);
		} else {
			ranges.push(address.range);
		}
	}

	const versions = ([4, 6] as const).filter(version => ranges.some(range => range.version === version));
	return {id: `${host}/${role}`, host, role, zone, ranges, names, ipVersions: versions.length === 0 ? [4] : versions, isPlaceholder: addresses.length === 0};
}

export function makeHost(id: string, {roles, ...host}: Partial<Omit<Host, 'interfaces'>> & {readonly roles: Readonly<Partial<Record<NetworkRole, readonly [zone: string | undefined, ...addresses: string[]]>>>}): Host {
	return {
		id,
		title: id,
		kind: 'host',
		components: [{product: 'acme', component: id}],
		several: false,
		cluster: 'default',
		hostFirewall: {automatic: false, by: 'administrator'},
		interfaces: Object.entries(roles).map(([role, [zone, ...addresses]]) => makeInterface(id, role as NetworkRole, zone, addresses)),
		...host,
	};
}

/** A flow between two hosts of a plan, or without them. */
export function makeFlow(id: string, flow: Partial<Flow> & {readonly between?: readonly [HostInterface, HostInterface]}): Flow {
	const {between, ...rest} = flow;
	const end = (entry: HostInterface | undefined, component: string) => ({component: entry?.host ?? component, name: entry?.host ?? component, host: entry?.host, zone: entry?.zone, role: entry?.role ?? 'management'} as const);
	return {
		id: between ? `acme/${id}@${between[0].host}>${between[1].host}` : `acme/${id}`,
		product: 'acme',
		catalogFlow: `acme/${id}`,
		disposition: 'cross-zone',
		reason: 'From one zone to another',
		initiator: end(between?.[0], 'somebody'),
		responder: end(between?.[1], 'something'),
		service: {protocol: 'tcp', ports: ['443'], application: 'https'},
		need: 'required',
		encrypted: 'yes',
		purpose: `Purpose of ${id}`,
		ipVersions: [4],
		sources: [evidence(id)],
		...rest,
	};
}

/** The line that flows between the same two interfaces make. */
export function makeRule(id: string, flows: readonly Flow[], hosts: readonly Host[], rule: Partial<Rule> = {}): Rule {
	const [flow] = flows as [Flow, ...Flow[]];
	const ipVersion = rule.ipVersion ?? 4;
	const end = ({host, role}: Flow['initiator']) => {
		const found = hosts.find(candidate => candidate.id === host)!;
		const entry = found.interfaces.find(candidate => candidate.role === role)!;
		const addresses = entry.isPlaceholder ? [] : formatAll(entry, ipVersion);
		return {host: found.id, title: found.title, role, interface: entry.id, addresses, ...(entry.isPlaceholder ? {placeholder: `<${found.id} ${role} IPv${ipVersion}>`} : {})};
	};

	const encryption = new Set(flows.map(({encrypted}) => encrypted));
	return {
		id,
		scope: flow.disposition === 'intra-zone' ? 'host' : 'network',
		conduit: `${flow.initiator.zone}>${flow.responder.zone}`,
		sourceZone: flow.initiator.zone!,
		destinationZone: flow.responder.zone!,
		ipVersion,
		protocol: flow.service.protocol,
		ports: flows.flatMap(({service}) => service.ports),
		sources: [end(flow.initiator)],
		destinations: [end(flow.responder)],
		need: flow.need,
		encrypted: encryption.size === 1 ? flow.encrypted : 'mixed',
		services: flows.map(({service, encrypted, purpose}) => ({ports: service.ports, encrypted, purpose, ...(service.application === undefined ? {} : {application: service.application})})),
		logging: 'session start',
		expiry: 'permanent',
		flows: flows.map(member => member.id),
		status: 'add',
		isReady: true,
		...rule,
	};
}

function formatAll({ranges, names}: HostInterface, version: IpVersion): string[] {
	return [...formatAddresses(ranges.filter(range => range.version === version)), ...names];
}

function listConduits(rules: readonly Rule[]): Conduit[] {
	const ids = [...new Set(rules.filter(({scope}) => scope === 'network').map(({conduit}) => conduit))];
	return ids.map(id => {
		const members = rules.filter(({conduit, scope}) => conduit === id && scope === 'network');
		return {id, source: members[0]!.sourceZone, destination: members[0]!.destinationZone, rules: members.map(rule => rule.id), flows: members.flatMap(rule => rule.flows)};
	});
}

/** A plan of some parts, with everything else as plain as can be. */
export function makePlan(parts: Partial<Plan>): Plan {
	const flows = parts.flows ?? [];
	return {
		schema: 'virt-fw-wizard/plan/1',
		tool: {name: 'virt-fw-wizard', version: '0.0.0'},
		date: '2026-11-22',
		request: {id: 'CHG-1', revision: '0123456789ab'},
		profile: {name: 'sample', title: 'Sample design', hash: 'a'.repeat(64), schemaVersion: 1},
		change: {},
		catalog: {
			hash: 'b'.repeat(64),
			products: [{id: 'acme', name: 'Acme Cluster', version: '2', reviewed: '2026-11-01'}],
			documents: [{id: 'acme-ports', title: 'Acme Cluster: Ports', publisher: 'Acme', url: 'https://docs.example.com/acme/ports', retrieved: '2026-11-01', extent: 'The whole page', rows: 6, setAside: [{row: 'acme-ports/figure', section: 'Ports', where: 'Figure', says: 'A picture of the ports', reason: 'The figure is missing from the copy'}]}],
		},
		answers: [],
		zones: [],
		hosts: [],
		conduits: listConduits(parts.rules ?? []),
		rules: [],
		removed: [],
		denies: [],
		findings: [],
		openQuestions: [],
		advice: [],
		ready: true,
		notReady: [],
		accounting: {
			documented: new Set(flows.map(flow => flow.catalogFlow)).size,
			flows: flows.length,
			byDisposition: Object.fromEntries(dispositions.map(id => [id, flows.filter(flow => flow.disposition === id).length])) as Record<Disposition, number>,
		},
		...parts,
		flows,
	};
}

/** A small plan in which every part of a document has something to show. */
export function makeSamplePlan(changes: Partial<Plan> = {}): Plan {
	const manager = makeHost('manager', {title: 'Acme manager', roles: {management: ['core', '10.0.0.10', '2001:db8:100::10']}});
	const nodes = makeHost('nodes', {
		title: 'Nodes',
		count: 7,
		several: true,
		hostFirewall: {automatic: true, by: 'the installer'},
		roles: {management: ['core', '10.0.0.21', '10.0.0.23', '10.0.0.25', '10.0.0.27', '10.0.0.29', '10.0.0.31-10.0.0.32'], migration: ['core']},
	});
	const proxy = makeHost('proxy', {title: 'Proxy', kind: 'actor', roles: {management: ['edge', '192.0.2.9', '2001:db8:100::9', 'proxy.example.com']}});
	const clients = makeHost('clients', {title: 'Portal clients', kind: 'actor', several: true, roles: {client: ['office', '10.1.0.0/25']}});
	const spare = makeHost('spare', {title: 'Spare machine', roles: {}});
	const hosts = [clients, manager, nodes, proxy, spare];
	const [managerCard, nodeCard, nodeMigration, proxyCard, clientCard] = [manager.interfaces[0]!, nodes.interfaces[0]!, nodes.interfaces[1]!, proxy.interfaces[0]!, clients.interfaces[0]!];

	const web = makeFlow('web', {between: [clientCard, managerCard], purpose: 'Portal in the browser'});
	const status = makeFlow('status', {
		between: [clientCard, managerCard],
		purpose: 'Status page',
		service: {protocol: 'tcp', ports: ['8080'], application: 'http', documentedPorts: ['80']},
		encrypted: 'no',
		need: 'conditional',
		condition: '"Is the status page on?" is answered yes',
		review: 'The document does not say who reads it',
	});
	const feed = makeFlow('feed', {between: [managerCard, proxyCard], purpose: 'Updates through the proxy', service: {protocol: 'tcp', ports: ['3128']}, encrypted: 'unstated', ipVersions: [4, 6]});
	const agent = makeFlow('agent', {
		between: [managerCard, nodeCard],
		disposition: 'intra-zone',
		service: {protocol: 'tcp', ports: ['9000-9010']},
		reading: {chosen: 'Ports from 9000 are opened', because: 'The newer document says so', others: [{says: 'Ports from 8000', evidence: evidence('old', {caution: 'Seen in part only'})}]},
	});
	const beat = makeFlow('beat', {between: [nodeMigration, nodeMigration], disposition: 'intra-zone', service: {protocol: 'udp', ports: ['694']}, encrypted: 'no'});
	const flows = [
		web,
		status,
		feed,
		agent,
		beat,
		makeFlow('database', {between: [managerCard, managerCard], disposition: 'local', reason: 'Both ends run on the same host', ipVersions: []}),
		makeFlow('mirror', {disposition: 'not-needed', reason: 'Only when there are two sites', ipVersions: []}),
		makeFlow('telnet', {
			disposition: 'not-opened',
			reason: 'Clear text, and SSH does the same',
			service: {protocol: 'tcp', ports: ['23']},
			initiator: {component: 'clients', name: 'clients', host: 'clients', zone: undefined, role: 'client'},
			responder: {component: 'manager', name: 'manager', host: 'manager', zone: undefined, role: 'management'},
			ipVersions: [],
		}),
		makeFlow('syslog', {disposition: 'needs-input', reason: 'The documents do not say who receives it', missing: {kind: 'parameter', parameter: 'receiver'}, service: {protocol: 'udp', ports: [], documentedPorts: ['514']}, ipVersions: []}),
		makeFlow('tunnel', {disposition: 'denied', reason: 'Explicit drop that the document advises', service: {protocol: 'ip', number: 41, ports: []}, ipVersions: []}),
	];
	const rules = [
		makeRule('R-WEB1', [web, status], hosts),
		makeRule('R-FED4', [feed], hosts, {status: 'keep'}),
		makeRule('R-FED6', [feed], hosts, {ipVersion: 6, status: 'change'}),
		makeRule('H-AGNT', [agent], hosts),
		makeRule('H-BEAT', [beat], hosts, {isReady: false}),
	];
	return makePlan({
		request: {id: 'CHG-1', revision: '0123456789ab', earlier: {id: 'CHG-0', revision: 'ba9876543210', date: '2026-10-01'}},
		change: {
			title: 'Rules for Acme',
			ticket: 'CHG-1',
			project: 'Acme',
			environment: 'production',
			marking: 'internal',
			requester: 'Dana Example',
			owner: 'Platform team',
			contacts: ['platform@example.com'],
			approvers: ['Network security', 'Risk office'],
			reason: 'A new cluster.\nIt replaces the old one.',
			impact: 'No portal.',
			kind: 'temporary',
			window: '2026-12-05 20:00 to 22:00',
			expiry: '2027-03-31',
			test: {responsible: 'Dana Example', note: 'Two people'},
			rollback: {responsible: 'Network operations', note: 'By phone'},
		},
		answers: [
			{product: 'acme', kind: 'component', id: 'database', question: 'Where does the database run?', value: 'manager', label: 'on the host of Manager', isDefault: true},
			{product: 'acme', kind: 'option', id: 'status', question: 'Is the status page on?', value: 'yes', label: 'yes', isDefault: false},
		],
		zones: [
			makeZone({id: 'core', title: 'Core', networks: ['10.0.0.0/24', '2001:db8:100::/64'], vlan: 20, administration: true}),
			makeZone({id: 'edge', title: 'Edge', trust: 'dmz', networks: ['192.0.2.0/28']}),
			makeZone({id: 'empty', title: 'Empty', trust: 'restricted'}),
			makeZone({id: 'office', title: 'Office', trust: 'user', networks: ['10.1.0.0/24']}),
		],
		hosts,
		flows,
		rules,
		removed: [makeRule('R-GONE', [makeFlow('gone', {between: [clientCard, managerCard], service: {protocol: 'tcp', ports: ['21']}, purpose: 'Old upload'})], hosts)],
		denies: [{id: 'D-0041', ipVersion: 4, protocol: 'ip', number: 41, ports: [], source: 'Internal hosts', destination: 'Internet hosts', purpose: 'No IPv6 inside IPv4', review: 'At the edge only', flows: ['acme/tunnel'], sources: [evidence('tunnel')]}],
		findings: [
			{id: 'clear-text@office>core', check: 'clear-text', title: 'Clear text', severity: 'high', status: 'open', message: 'tcp 8080 is not encrypted', why: 'It can be read', remedy: 'Use HTTPS', rules: ['R-WEB1'], flows: [status.id]},
			{id: 'clear-text@core', check: 'clear-text', title: 'Clear text', severity: 'medium', status: 'accepted', message: 'udp 694 is not encrypted', why: 'It can be read', remedy: 'Use IPsec', rules: ['H-BEAT'], flows: [beat.id], acceptance: {reason: 'Own network', by: 'R. Isk', on: '2026-11-20', until: '2027-06-30'}},
			{id: 'stale@acme-ports', check: 'stale', title: 'Old evidence', severity: 'low', status: 'not-assessable', message: 'No date is known', why: 'Documents change', remedy: 'Read it again', rules: [], flows: []},
		],
		openQuestions: [
			{id: 'address@nodes/migration', product: 'acme', text: 'Which addresses have the nodes for migration?', askOf: 'requester', blocking: true, flows: [beat.id], sources: []},
			{id: 'acme/q1', product: 'acme', text: 'Is 8080 a redirect?', askOf: 'vendor', blocking: false, flows: [status.id], sources: [evidence('status')]},
			{id: 'acme/q2', product: 'acme', text: 'Who receives syslog?', askOf: 'platform team', blocking: false, flows: [], answer: {answer: 'Nobody', by: 'P. Lat', on: '2026-11-19'}, sources: []},
		],
		advice: [
			{id: 'acme/keep-ipv6', product: 'acme', for: 'design', text: 'Keep IPv6 enabled', hosts: ['manager'], own: false, sources: [evidence('note')]},
			{id: 'acme/own', product: 'acme', for: 'risk', text: 'Keep 694 on a network of its own', hosts: [], own: true, sources: [evidence('beat')]},
		],
		ready: false,
		notReady: ['Open question address@nodes/migration'],
		...changes,
	});
}

/** A plan with many zones, each with some hosts that all open a line to the first host of the next zones. */
export function makeLargePlan({zones: zoneCount, hostsPerZone, peers}: {readonly zones: number; readonly hostsPerZone: number; readonly peers: number}): Plan {
	const trusts = ['dmz', 'user', 'internal', 'restricted'] as const;
	const zones = Array.from({length: zoneCount}, (_, zone) => makeZone({id: `zone-${zone}`, title: `Zone ${zone}`, trust: trusts[zone % trusts.length]!, networks: [`10.${zone}.0.0/16`]}));
	const members = zones.map((zone, position) => Array.from({length: hostsPerZone}, (_, host) => makeHost(`host-${position}-${host}`, {title: `Host ${position}.${host}`, roles: {management: [zone.id, `10.${position}.${Math.floor(host / 250)}.${(host % 250) + 1}`]}})));
	const hosts = members.flat();
	const flows = members.flatMap((sources, zone) => Array.from({length: peers}, (_, peer) => members[(zone + peer + 1) % zoneCount]![0]!).flatMap(target => sources.map(source => makeFlow('web', {between: [source.interfaces[0]!, target.interfaces[0]!]}))));
	const rules = flows.map((flow, position) => makeRule(`R-${String(position).padStart(5, '0')}`, [flow], hosts));
	return makePlan({zones, hosts, flows, rules});
}
