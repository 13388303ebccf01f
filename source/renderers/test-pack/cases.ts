import {formatAddressRange, parseAddress, type AddressRange} from '../../core/addresses.js';
import type {Host, IpVersion, Plan, Rule, RuleEnd} from '../../core/model.js';
import type {TestCase, TestKind, TestProtocol} from '../../core/test-case.js';
import {indexPlan, type PlanIndex} from '../plan-index.js';
import {findReverse, listClosedPorts, listClosedZones, listNeighbours, listTriedPorts, listWithheldFlows, PermittedPorts} from '../test-plan.js';

/** Something of the test plan that no script can try, and why. */
export type Untestable = {readonly kind: TestKind; readonly subject: string; readonly reason: string};

/** All that the test plan of a request means for scripts. */
export type TestPack = {readonly cases: readonly TestCase[]; readonly untestable: readonly Untestable[]};

const packs = new WeakMap<Plan, TestPack>();

/**
Derive the connections that scripts try, from the choices of the test plan.

Of a set of machines the first and the last are tried. A line of many sources and destinations is not tried between all of them: each of them takes part.
*/
export function deriveTestPack(plan: Plan): TestPack {
	const pack = packs.get(plan) ?? new PackMaker(plan).make();
	packs.set(plan, pack);
	return pack;
}

/** Every pair of a line is tried up to here; of more, as many as it takes for each end to take part. */
const mostPairs = 256;

/** As many machines an outsider may be, for the first and the last address to be some: a larger range is a network of which nobody here knows who is there. */
const mostMachines = 16n;

type Source = {readonly interface: string; readonly host: Host | undefined; readonly ranges: readonly AddressRange[]};
type Target = {readonly host: Host | undefined; readonly to: string};

class PackMaker {
	readonly #index: PlanIndex;
	readonly #permitted: PermittedPorts;
	readonly #cases: TestCase[] = [];
	readonly #untestable = new Map<string, Untestable>();
	/** Hosts that lines lead to. */
	readonly #accepting: ReadonlySet<string>;

	constructor(plan: Plan) {
		this.#index = indexPlan(plan);
		this.#permitted = new PermittedPorts(plan.rules);
		this.#accepting = new Set(plan.rules.flatMap(rule => rule.destinations.map(end => end.host)));
	}

	make(): TestPack {
		const {rules, removed} = this.#index.plan;
		for (const rule of rules) {
			this.#addLine(rule);
		}

		this.#addZones();
		this.#addWithheld();
		for (const rule of removed) {
			const ports = listClosedPorts(rule, this.#permitted);
			if (ports !== undefined) {
				this.#addClosed('removed', rule.id, rule, ports.flatMap(({from, to}) => from === to ? [from] : [from, to]), rule.sources, rule.destinations);
			}
		}

		return {cases: this.#cases, untestable: [...this.#untestable.values()]};
	}

	#addLine(rule: Rule): void {
		const {id, protocol, sources, destinations, ipVersion} = rule;
		if (protocol === 'ip') {
			this.#refuse('open', id, `IP protocol ${rule.number ?? ''}: only a capture, or the service itself, shows that it gets through`);
			return;
		}

		const [from, to] = [this.#listSources('open', id, sources), this.#listTargets('open', id, destinations, ipVersion)];
		const ports = protocol === 'icmp' ? [0] : listTriedPorts(rule);
		for (const [source, target] of pairUp(from, to, mostPairs)) {
			this.#add('open', id, source, target, ipVersion, protocol, ports);
		}

		if (protocol === 'icmp') {
			return;
		}

		// Whose own firewall is not part of this request may answer on any port inside its zone.
		const guarded = rule.scope === 'network' ? destinations : destinations.filter(end => this.#index.findHost(end.host)?.kind === 'host');
		this.#addClosed('beside', id, rule, listNeighbours(rule, this.#permitted), sources, guarded);
		const reverse = findReverse(rule, this.#permitted);
		if (typeof reverse === 'number') {
			this.#addClosed('reverse', id, rule, [reverse], destinations, sources);
		}
	}

	/** What must stay closed: each end takes part once, as every try takes as long as one waits. */
	#addClosed(kind: TestKind, subject: string, {protocol, ipVersion}: Pick<Rule, 'protocol' | 'ipVersion'>, ports: readonly number[], sources: readonly RuleEnd[], destinations: readonly RuleEnd[]): void {
		if ((protocol !== 'tcp' && protocol !== 'udp') || ports.length === 0) {
			return;
		}

		for (const [source, target] of pairUp(this.#listSources(kind, subject, sources), this.#listTargets(kind, subject, destinations, ipVersion), 0)) {
			this.#add(kind, subject, source, target, ipVersion, protocol, ports);
		}
	}

	#addZones(): void {
		for (const {zone, from, target} of listClosedZones(this.#index)) {
			const {protocol, ipVersion} = target;
			const port = listTriedPorts(target)[0];
			const [first] = this.#listTargets('zone', zone.id, target.destinations, ipVersion);
			if (first === undefined || port === undefined || (protocol !== 'tcp' && protocol !== 'udp')) {
				this.#refuse('zone', zone.id, 'no line into it has an address and a port to try');
				continue;
			}

			for (const other of from) {
				const members = this.#listMembers(other.id).filter(({ranges}) => ranges.some(({version}) => version === ipVersion));
				const source = members.find(({host}) => host?.kind === 'host') ?? members[0];
				if (source === undefined) {
					this.#refuse('zone', zone.id, `nobody in zone ${other.id} has an address of IPv${ipVersion}`);
				} else {
					this.#add('zone', zone.id, source, first, ipVersion, protocol, [port]);
				}
			}
		}
	}

	/** Interfaces in a zone. */
	#listMembers(zone: string): Source[] {
		return this.#index.listHosts(zone).flatMap(host => host.interfaces.filter(entry => entry.zone === zone).map((entry): Source => ({interface: entry.id, host, ranges: entry.ranges})));
	}

	#addWithheld(): void {
		for (const {id, initiator, responder, service: {protocol, ports}} of listWithheldFlows(this.#index)) {
			const [source, target] = [initiator, responder].map(end => this.#index.findHost(end.host)?.interfaces.find(entry => entry.role === end.role));
			const host = this.#index.findHost(responder.host);
			const isFiltered = source?.zone !== target?.zone || (host?.kind === 'host' && this.#accepting.has(host.id));
			if (source?.zone === undefined || target?.zone === undefined || !isFiltered) {
				this.#refuse('withheld', id, 'an end of it has no address in this design, or no firewall stands between them');
				continue;
			}

			for (const version of source.ipVersions.filter(entry => target.ipVersions.includes(entry))) {
				const describe = (entry: typeof source): RuleEnd => ({host: entry.host, title: '', role: entry.role, interface: entry.id, addresses: entry.ranges.filter(range => range.version === version).map(range => formatAddressRange(range))});
				this.#addClosed('withheld', id, {protocol, ipVersion: version}, listTriedPorts({ports}), [describe(source)], [describe(target)]);
			}
		}
	}

	#add(kind: TestKind, subject: string, source: Source, target: Target, ipVersion: IpVersion, protocol: TestProtocol, ports: readonly number[]): void {
		// A machine cannot try itself; where several are alike, the script leaves itself out.
		if (source.host !== undefined && source.host === target.host && !isSeveral(source, ipVersion)) {
			return;
		}

		for (const port of new Set(ports)) {
			this.#cases.push({kind, subject, source: source.interface, ipVersion, to: target.to, protocol, port});
		}
	}

	#listSources(kind: TestKind, subject: string, ends: readonly RuleEnd[]): Source[] {
		return ends.flatMap((end): Source[] => {
			const host = this.#index.findHost(end.host);
			const entry = host?.interfaces.find(({id}) => id === end.interface);
			if (end.placeholder !== undefined || entry === undefined) {
				this.#refuse(kind, subject, end.placeholder === undefined ? `${end.interface} is no longer part of the design` : `the address of ${end.placeholder} is missing`);
				return [];
			}

			return [{interface: entry.id, host, ranges: entry.ranges}];
		});
	}

	#listTargets(kind: TestKind, subject: string, ends: readonly RuleEnd[], version: IpVersion): Target[] {
		return ends.flatMap(end => {
			const host = this.#index.findHost(end.host);
			if (end.placeholder !== undefined) {
				this.#refuse(kind, subject, `the address of ${end.placeholder} is missing`);
				return [];
			}

			return end.addresses.flatMap((text): Target[] => {
				const address = parseAddress(text);
				if (typeof address === 'string') {
					this.#refuse(kind, subject, `${text} is no address`);
					return [];
				}

				if (address.kind === 'name') {
					return [{host, to: address.name}];
				}

				const {from, to} = address.range;
				if (address.range.version !== version) {
					return [];
				}

				if (host?.kind !== 'host' && to - from >= mostMachines) {
					this.#refuse(kind, subject, `${text} is a network: somebody has to choose a machine in it`);
					return [];
				}

				return (from === to ? [from] : [from, to]).map(number => ({host, to: formatAddressRange({version, from: number, to: number})}));
			});
		});
	}

	#refuse(kind: TestKind, subject: string, reason: string): void {
		this.#untestable.set([kind, subject, reason].join('\n'), {kind, subject, reason});
	}
}

function isSeveral({host, ranges}: Source, version: IpVersion): boolean {
	const own = ranges.filter(range => range.version === version);
	return host?.several === true && (own.length > 1 || own.some(({from, to}) => from !== to));
}

/** All pairs where they are few; of more, each entry of the longer list with one of the shorter, and of two lists that are the same with the next one. */
function pairUp<First, Second>(first: readonly First[], second: readonly Second[], most: number): Array<readonly [First, Second]> {
	if (first.length === 0 || second.length === 0) {
		return [];
	}

	return first.length * second.length <= most
		? first.flatMap(a => second.map(b => [a, b] as const))
		: Array.from({length: Math.max(first.length, second.length)}, (_, index) => [first[index % first.length]!, second[(index + 1) % second.length]!] as const);
}
