import {intersectRanges, mergeAddressRanges, type AddressRange} from '../core/addresses.js';
import {doServicesMeet} from '../core/firewall/policy.js';
import type {Flow, FlowEnd, IpVersion, Rule, RuleEnd, Zone} from '../core/model.js';
import {formatPortRanges, mergePortRanges, portRangesContain, readPorts, subtractPortRanges, type PortRange} from '../core/ports.js';
import {getOrMake} from '../core/records.js';
import type {TestKind} from '../core/test-case.js';
import type {LineView, LineViewer, ZoneReference} from './line-view.js';
import type {PlanIndex} from './plan-index.js';
import {formatIpVersion, formatProtocol, formatService} from './words.js';

/** What came of the tests of some kinds about a line, flow or zone. */
export type FindResult = (subject: string, kinds: readonly TestKind[]) => string;

/** A line, and what to try from each of its sources to each of its destinations: it must get through. */
export type PositiveTest = {
	readonly line: LineView;
	/** Ports to try: each single port, and the first and last of each range. Empty for protocols without ports. */
	readonly ports: string;
	/** A range is among them, of which only the ends are tried. */
	readonly hasRange: boolean;
	/** What came of it, by whom and when; empty where nobody handed in results. */
	readonly result: string;
};

/** A line, and what nearby must stay closed. */
export type NegativeTest = {
	readonly line: LineView;
	/** The nearest ports below and above that no line between the same two zones permits. */
	readonly neighbours: string;
	/** The same with their protocol. */
	readonly neighbourServices: string;
	/** Port to try from the destination to the source; empty when the other direction permits the ports as well. */
	readonly reverse: string;
	readonly result: string;
};

/** A zone that others have no line into. */
export type ZoneTest = {
	readonly zone: ZoneReference;
	readonly from: readonly ZoneReference[];
	/** A line of the zone whose destination and service serve as the target. */
	readonly line: LineView;
	readonly port: string;
	readonly result: string;
};

/** A line of an earlier request that goes, and its ports that no line of this one permits between the same zones. */
export type RemovedTest = {readonly line: LineView; readonly ports: string; readonly result: string};

/** A documented service that this request leaves closed. */
export type WithheldTest = {
	readonly service: string;
	readonly initiator: string;
	readonly responder: string;
	readonly flow: string;
	readonly result: string;
};

export type TestPlan = {
	readonly positive: readonly PositiveTest[];
	/** UDP and protocols without ports: no answer proves nothing. */
	readonly positiveUnanswered: readonly PositiveTest[];
	readonly negative: readonly NegativeTest[];
	readonly negativeUnanswered: readonly NegativeTest[];
	readonly zones: readonly ZoneTest[];
	readonly withheld: readonly WithheldTest[];
	readonly removed: readonly RemovedTest[];
};

/**
Derive the tests of a request from its lines: what must get through, and what must not.

A negative test never names what another line of the request permits; that other rules of the same firewall do not is for the tester to know.

@param findResult - What came of the tests of some kinds about a line, flow or zone, in words; empty where nothing is known.
*/
export function deriveTestPlan(index: PlanIndex, viewer: LineViewer, findResult: FindResult = () => ''): TestPlan {
	const {rules} = index.plan;
	const permitted = new PermittedPorts(rules);
	const positive = rules.map(rule => derivePositive(rule, viewer, findResult));
	const negative = rules.map(rule => deriveNegative(rule, viewer, permitted, findResult)).filter(test => test.neighbours !== '' || test.reverse !== '');
	const answers = ({line}: {readonly line: LineView}) => line.protocol === 'TCP';
	return {
		positive: positive.filter(test => answers(test)),
		positiveUnanswered: positive.filter(test => !answers(test)),
		negative: negative.filter(test => answers(test)),
		negativeUnanswered: negative.filter(test => !answers(test)),
		zones: deriveZoneTests(index, viewer, findResult),
		withheld: deriveWithheld(index, findResult),
		removed: index.plan.removed.flatMap(rule => deriveRemoved(rule, viewer, permitted, findResult)),
	};
}

function derivePositive(rule: Rule, viewer: LineViewer, findResult: FindResult): PositiveTest {
	return {
		line: viewer.viewLine(rule),
		ports: listTriedPorts(rule).join(', '),
		hasRange: readPorts(rule.ports).some(({from, to}) => from !== to),
		result: findResult(rule.id, ['open']),
	};
}

/** Ports of a line to try: each single port, and the first and last of each range. */
export function listTriedPorts({ports}: Pick<Rule, 'ports'>): number[] {
	return readPorts(ports).flatMap(({from, to}) => from === to ? [from] : [from, to]);
}

function deriveNegative(rule: Rule, viewer: LineViewer, permitted: PermittedPorts, findResult: FindResult): NegativeTest {
	const neighbours = listNeighbours(rule, permitted);
	const reverse = findReverse(rule, permitted);
	return {
		line: viewer.viewLine(rule),
		neighbours: neighbours.join(', '),
		neighbourServices: neighbours.length === 0 ? '' : `${formatProtocol(rule)} ${neighbours.join(', ')}`,
		reverse: reverse === undefined ? '' : (reverse === 'all' ? formatProtocol(rule) : `${formatProtocol(rule)} ${reverse}`),
		result: findResult(rule.id, ['beside', 'reverse']),
	};
}

/** The nearest ports below and above those of a line that no line between the same two zones permits. */
export function listNeighbours(rule: Rule, permitted: PermittedPorts): number[] {
	const ranges = mergePortRanges(readPorts(rule.ports));
	const [first, last] = [ranges[0], ranges.at(-1)];
	const allowed = permitted.listPorts(rule.conduit, rule);
	return first === undefined || last === undefined ? [] : [findClosed(allowed, first.from - 1, -1), findClosed(allowed, last.to + 1, 1)].filter(port => port !== undefined);
}

/** The port of a line to try from its destination to its source, or `all` for a protocol without ports; undefined where the other direction is permitted as well. */
export function findReverse(rule: Rule, permitted: PermittedPorts): number | 'all' | undefined {
	if (rule.scope === 'host') {
		// Both directions are lines of the same zone, and its hosts may well talk both ways.
		return undefined;
	}

	const back = permitted.listPorts(`${rule.destinationZone}>${rule.sourceZone}`, rule);
	const ranges = mergePortRanges(readPorts(rule.ports));
	if (ranges.length === 0) {
		return back === 'all' ? undefined : 'all';
	}

	return back === 'all' ? undefined : ranges.map(range => range.from).find(from => !portRangesContain(back, {from, to: from}));
}

function findClosed(allowed: readonly PortRange[] | 'all', start: number, step: 1 | -1): number | undefined {
	if (allowed === 'all') {
		return undefined;
	}

	for (let port = start; port >= 1 && port <= 65_535;) {
		const inside = allowed.find(range => range.from <= port && port <= range.to);
		if (inside === undefined) {
			return port;
		}

		port = step === 1 ? inside.to + 1 : inside.from - 1;
	}

	return undefined;
}

/** Ports that the lines from one zone to another permit between any of their hosts; `all` for a protocol without ports that they permit. */
export class PermittedPorts {
	readonly #ports = new Map<string, readonly PortRange[] | 'all'>();

	constructor(rules: readonly Rule[]) {
		const groups = new Map<string, Rule[]>();
		for (const rule of rules) {
			getOrMake(groups, formatKey(rule.conduit, rule), () => []).push(rule);
		}

		for (const [key, group] of groups) {
			this.#ports.set(key, group.some(rule => rule.ports.length === 0) ? 'all' : mergePortRanges(group.flatMap(rule => readPorts(rule.ports))));
		}
	}

	listPorts(conduit: string, rule: Pick<Rule, 'protocol' | 'number' | 'ipVersion'>): readonly PortRange[] | 'all' {
		return this.#ports.get(formatKey(conduit, rule)) ?? [];
	}
}

function formatKey(conduit: string, {ipVersion, ...service}: {readonly ipVersion: IpVersion; readonly protocol: string; readonly number?: number | undefined}): string {
	return `${conduit} ${formatIpVersion(ipVersion)} ${formatProtocol(service)}`;
}

/** A zone with a line to try in it, and the zones that have none into it. */
export function listClosedZones(index: PlanIndex): ReadonlyArray<{readonly zone: Zone; readonly from: readonly Zone[]; readonly target: Rule}> {
	return index.zones.flatMap(zone => {
		const lines = [...index.listInbound(zone.id), ...index.listInside(zone.id)];
		const target = lines.find(rule => rule.protocol === 'tcp') ?? lines[0];
		const open = new Set(index.listInbound(zone.id).map(rule => rule.sourceZone));
		const from = index.zones.filter(other => other.id !== zone.id && !open.has(other.id));
		return target === undefined || from.length === 0 ? [] : [{zone, from, target}];
	});
}

function deriveZoneTests(index: PlanIndex, viewer: LineViewer, findResult: FindResult): ZoneTest[] {
	return listClosedZones(index).map(({zone, from, target}) => ({
		zone: viewer.viewZone(zone.id),
		from: from.map(other => viewer.viewZone(other.id)),
		line: viewer.viewLine(target),
		port: String(readPorts(target.ports)[0]?.from ?? ''),
		result: findResult(zone.id, ['zone']),
	}));
}

function deriveWithheld(index: PlanIndex, findResult: FindResult): WithheldTest[] {
	const title = (end: FlowEnd) => index.findHost(end.host)?.title ?? end.name;
	return listWithheldFlows(index).map(flow => ({service: formatService(flow.service), initiator: title(flow.initiator), responder: title(flow.responder), flow: flow.catalogFlow, result: findResult(flow.id, ['withheld'])}));
}

/** Flows withheld towards a known host, where no line permits one of their ports between the same machines: hosts may share addresses, and who is not known may be anybody. */
export function listWithheldFlows(index: PlanIndex): readonly Flow[] {
	const lines = index.plan.rules.map(rule => ({rule, ports: readPorts(rule.ports)}));
	const listRanges = (id: string | undefined) => index.findHost(id)?.interfaces.flatMap(({ranges}) => ranges) ?? [];
	const machines = new Map<readonly RuleEnd[], {readonly hosts: ReadonlySet<string>; readonly ranges: readonly AddressRange[]}>();
	const isAmong = (host: string, ends: readonly RuleEnd[]) => {
		const {hosts, ranges} = getOrMake(machines, ends, () => ({hosts: new Set(ends.map(end => end.host)), ranges: mergeAddressRanges(ends.flatMap(end => listRanges(end.host)))}));
		return hosts.has(host) || intersectRanges(ranges, listRanges(host)).length > 0;
	};

	return index.plan.flows.filter(({disposition, initiator, responder, service}) => {
		if (disposition !== 'not-opened' || responder.host === undefined || service.ports.length === 0) {
			return false;
		}

		const [from, to, withheld] = [initiator.host, responder.host, readPorts(service.ports)];
		return !lines.some(({rule, ports}) => doServicesMeet({...service, ports: withheld}, {...rule, ports}, rule.ipVersion)
			&& (from === undefined || isAmong(from, rule.sources))
			&& isAmong(to, rule.destinations));
	});
}

function deriveRemoved(rule: Rule, viewer: LineViewer, permitted: PermittedPorts, findResult: FindResult): RemovedTest[] {
	const closed = listClosedPorts(rule, permitted);
	return closed === undefined ? [] : [{line: viewer.viewLine(rule), ports: formatPortRanges(closed).join(', '), result: findResult(rule.id, ['removed'])}];
}

/** Ports of a removed line that no other line permits between the same zones, none for a protocol without ports; undefined where all of them are permitted still. */
export function listClosedPorts(rule: Rule, permitted: PermittedPorts): readonly PortRange[] | undefined {
	const still = permitted.listPorts(rule.conduit, rule);
	if (still === 'all') {
		return undefined;
	}

	const closed = subtractPortRanges(readPorts(rule.ports), still);
	return rule.ports.length > 0 && closed.length === 0 ? undefined : closed;
}
