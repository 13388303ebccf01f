import type {Flow, Plan, Rule} from '../model.js';
import {formatPortRanges, parsePortList, portRangesContain, readPorts, subtractPortRanges, type PortRange} from '../ports.js';
import {compare} from '../problem.js';
import type {Endpoint, Piece} from './endpoint.js';

/** What is asked for: an IP protocol, and its destination ports where it has any. */
export type AskedService = {readonly protocol: Rule['protocol']; readonly number?: number; readonly ports: readonly PortRange[]; readonly text: string};

/** A line that permits what is asked, or a part of it. */
export type PermittingLine = {
	readonly rule: Rule;
	/** The flows behind it that ask for these ports between these hosts. */
	readonly flows: readonly Flow[];
	/** Which of the asked ports it permits; empty for a protocol without ports. */
	readonly ports: readonly string[];
};

/** In what a documented connection differs from what is asked. */
export type Difference = 'direction' | 'initiator' | 'responder' | 'protocol' | 'ports';

export type NearFlow = {readonly flow: Flow; readonly differs: readonly Difference[]; readonly lines: readonly string[]};

export type Explanation = {
	readonly from: Endpoint;
	readonly to: Endpoint;
	readonly service: string;
	/** `local`: both are one host, and no firewall sees it. `partly`: some of the hosts, addresses or ports. */
	readonly verdict: 'permitted' | 'partly' | 'not-permitted' | 'local';
	readonly lines: readonly PermittingLine[];
	/** What of a partly permitted question is not: from, to and ports. */
	readonly uncovered: ReadonlyArray<{readonly from: string; readonly to: string; readonly ports: readonly string[]}>;
	/** Where not all is permitted: the documented connections that come nearest, nearest first. */
	readonly nearest: readonly NearFlow[];
};

/**
Read a service as somebody asks for it: `tcp/443`, `udp/5900-6923`, `tcp/80,443`, `icmp`, `ip/112`.

@returns The service, or what is wrong with the text.
*/
export function parseService(text: string): AskedService | string {
	const [protocol, rest] = /^(tcp|udp|icmp|ip)(?:\/(.*))?$/v.exec(text.toLowerCase())?.slice(1) as ['tcp' | 'udp' | 'icmp' | 'ip', string | undefined] | undefined ?? [''];
	switch (protocol) {
		case 'tcp':
		case 'udp': {
			const ports = parsePortList(rest ?? '');
			return typeof ports === 'string' ? `${ports}: write it as ${protocol}/443 or ${protocol}/5900-6923` : {protocol, ports, text: `${protocol.toUpperCase()} ${formatPortRanges(ports).join(', ')}`};
		}

		case 'icmp': {
			return rest === undefined ? {protocol, ports: [], text: 'ICMP'} : 'ICMP has no ports: write icmp';
		}

		case 'ip': {
			return /^\d{1,3}$/v.test(rest ?? '') && Number(rest) <= 255 ? {protocol, number: Number(rest), ports: [], text: `IP protocol ${Number(rest)}`} : 'an IP protocol is a number up to 255: write ip/112';
		}

		case '': {
			const turned = /^(?<port>[\d,\-]+)\/(?<name>tcp|udp)$/v.exec(text.toLowerCase())?.groups;
			return turned ? `the protocol comes first: write ${turned['name']}/${turned['port']}` : 'a service is a protocol with its ports: write tcp/443, udp/53, icmp or ip/112';
		}
	}
}

/** As many documented connections as help; more would be a list of everything. */
const shownNear = 5;

/**
Say whether one end of a design may reach another with a service, by which lines, and which documented connections stand behind them; or, where it may not, which come nearest.

Of a host every interface counts, of a zone every host in it and the rest of its addresses, of a range every address.
*/
export function explain(plan: Plan, from: Endpoint, to: Endpoint, service: AskedService): Explanation {
	const shared = {from, to, service: service.text};
	if (isOneMachine(plan, from, to)) {
		return {...shared, verdict: 'local', lines: [], uncovered: [], nearest: []};
	}

	const flows = new Map(plan.flows.map(flow => [flow.id, flow]));
	const rules = plan.rules.filter(rule => rule.protocol === service.protocol && rule.number === service.number);
	const lines = rules.flatMap((rule): PermittingLine[] => {
		const ports = intersectPorts(rule.ports, service.ports);
		const isAsked = (service.ports.length === 0 || ports.length > 0) && from.pieces.some(piece => isSource(rule, piece)) && to.pieces.some(piece => isDestination(rule, piece));
		if (!isAsked) {
			return [];
		}

		const about = rule.flows.flatMap(id => flows.get(id) ?? []).filter(flow => isAt(flow.initiator, from) && isAt(flow.responder, to) && (service.ports.length === 0 || intersectPorts(flow.service.ports, service.ports).length > 0));
		return [{rule, flows: about, ports: formatPortRanges(ports)}];
	});
	const uncovered = from.pieces.flatMap(source => to.pieces.flatMap(destination => {
		const about = lines.filter(({rule}) => isSource(rule, source) && isDestination(rule, destination));
		const missing = subtractPortRanges(service.ports, about.flatMap(({ports}) => readPorts(ports)));
		return (service.ports.length === 0 ? about.length === 0 : missing.length > 0) && !isSame(source, destination) ? [{from: source.title, to: destination.title, ports: formatPortRanges(missing)}] : [];
	}));
	const verdict = lines.length === 0 ? 'not-permitted' : (uncovered.length === 0 ? 'permitted' : 'partly');
	const known = new Set(lines.flatMap(line => line.flows.map(({catalogFlow}) => catalogFlow)));
	return {...shared, verdict, lines, uncovered: verdict === 'partly' ? uncovered : [], nearest: verdict === 'permitted' ? [] : findNearest({...plan, flows: plan.flows.filter(({catalogFlow}) => !known.has(catalogFlow))}, from, to, service)};
}

/** A machine does not ask a firewall to reach itself; a host of several machines does, for the others. */
function isOneMachine(plan: Plan, from: Endpoint, to: Endpoint): boolean {
	const listHosts = ({pieces}: Endpoint) => new Set(pieces.flatMap(piece => piece.interfaces.length === 0 ? [''] : piece.interfaces.map(id => findHost(id))));
	const [sources, destinations] = [listHosts(from), listHosts(to)];
	const host = plan.hosts.find(({id}) => sources.has(id));
	return sources.size === 1 && destinations.size === 1 && host?.several === false && host.kind === 'host' && destinations.has(host.id);
}

/** The host of an interface. */
const findHost = (id: string): string => id.slice(0, id.lastIndexOf('/'));

const isSame = (a: Piece, b: Piece): boolean => a.interfaces.length > 0 && a.interfaces.join(' ') === b.interfaces.join(' ');

const fits = ({ipVersion}: Rule, piece: Piece): boolean => piece.ipVersion === undefined || piece.ipVersion === ipVersion;
const isSource = (rule: Rule, piece: Piece): boolean => fits(rule, piece) && rule.sources.some(end => piece.interfaces.includes(end.interface));
const isDestination = (rule: Rule, piece: Piece): boolean => fits(rule, piece) && rule.destinations.some(end => piece.interfaces.includes(end.interface));

/** Whether one end of a flow is on an endpoint, on whichever of its interfaces. */
function isAt({host, role}: Flow['initiator'], {pieces}: Endpoint): boolean {
	return pieces.some(({interfaces}) => interfaces.includes(`${host}/${role}`));
}

function intersectPorts(texts: readonly string[], asked: readonly PortRange[]): readonly PortRange[] {
	return subtractPortRanges(asked, subtractPortRanges(asked, readPorts(texts)));
}

/** How far apart a connection and a question are by each difference. */
const weights: Readonly<Record<Difference, number>> = {direction: 2, initiator: 3, responder: 3, ports: 2, protocol: 1};
const farthest = 4;

function findNearest({flows, rules}: Pick<Plan, 'flows' | 'rules'>, from: Endpoint, to: Endpoint, service: AskedService): NearFlow[] {
	const near = flows.map(flow => {
		const differs = [...compareEnds(flow, from, to), ...compareServices(flow, service)];
		return {flow, differs, distance: differs.reduce((sum, difference) => sum + weights[difference], 0)};
	}).filter(({distance}) => distance <= farthest).toSorted((a, b) => (a.distance - b.distance) || compare(a.flow.id, b.flow.id));
	// One documented connection between many pairs of hosts is named once.
	const first = new Map(near.toReversed().map(entry => [entry.flow.catalogFlow, entry]));
	return near.filter(entry => first.get(entry.flow.catalogFlow) === entry).slice(0, shownNear).map(({flow, differs}) => ({
		flow,
		differs,
		lines: rules.filter(rule => rule.flows.includes(flow.id)).map(({id}) => id),
	}));
}

function compareEnds({initiator, responder}: Flow, from: Endpoint, to: Endpoint): Difference[] {
	const straight: Difference[] = [...(isOn(initiator, from) ? [] : ['initiator' as const]), ...(isOn(responder, to) ? [] : ['responder' as const])];
	return straight.length > 0 && isOn(initiator, to) && isOn(responder, from) ? ['direction'] : straight;
}

/** Whether one end of a flow is on a host of an endpoint, in whichever network role. */
function isOn({host}: Flow['initiator'], {pieces}: Endpoint): boolean {
	return host !== undefined && pieces.some(({interfaces}) => interfaces.some(id => findHost(id) === host));
}

function compareServices({service: documented}: Flow, asked: AskedService): Difference[] {
	const hasPorts = asked.ports.every(range => portRangesContain(readPorts(documented.ports), range));
	return [
		...(documented.protocol === asked.protocol && documented.number === asked.number ? [] : ['protocol' as const]),
		...(hasPorts ? [] : ['ports' as const]),
	];
}
