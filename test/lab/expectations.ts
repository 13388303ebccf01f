import {parseAddress, rangesContain, type AddressRange} from '../../source/core/addresses.js';
import type {IpVersion, Plan, Rule} from '../../source/core/model.js';
import {parsePortRange, portRangesContain, type PortRange} from '../../source/core/ports.js';
import type {Machine, Probe} from './network.js';

/*
What must get through in a design and what must not, said from the plan's lines and flows alone: nothing here knows how a firewall writes a rule.
*/

/** A connection to try, and the line or flow it is about. */
export type Trial = Probe & {readonly about: string};
/** An echo request to try. */
export type Ping = {readonly from: string; readonly to: string; readonly about: string};

type Card = {readonly machine: Machine; readonly id: string; readonly version: IpVersion; readonly address: string};

const readPorts = (texts: readonly string[]): PortRange[] => texts.map(text => parsePortRange(text) as PortRange);

/** The ports of a list that show where it begins and ends. */
const listEdges = (ports: readonly PortRange[]): number[] => [...new Set(ports.flatMap(({from, to}) => [from, to]))];

/** As many pairs of machines of one line as are tried: first and last of each end. */
const triedEnds = 2;

export class Expectations {
	readonly #plan: Plan;
	readonly #cards: readonly Card[];

	constructor(plan: Plan, machines: readonly Machine[]) {
		this.#plan = plan;
		this.#cards = machines.flatMap(machine => machine.interfaces.flatMap(({id, addresses}) => addresses.map(entry => ({machine, id, ...entry}))));
	}

	/** Connections that lines permit: each line from and to some of its machines, with the ends of its port ranges. */
	listNeeded(): Trial[] {
		return this.#plan.rules.flatMap(rule => this.#listPairs(rule).flatMap(([from, to]) => listEdges(readPorts(rule.ports)).map((port): Trial => ({from: from.address, to: to.address, protocol: rule.protocol as Probe['protocol'], port, about: rule.id}))));
	}

	listPings(): {readonly needed: readonly Ping[]; readonly forbidden: readonly Ping[]} {
		const needed = this.#plan.rules.filter(({protocol}) => protocol === 'icmp').flatMap(rule => this.#listPairs(rule).map(([from, to]): Ping => ({from: from.address, to: to.address, about: rule.id})));
		const reverse = needed.map(({from, to, about}) => ({from: to, to: from, about: `reverse of ${about}`}));
		return {needed, forbidden: reverse.filter(({from, to}) => this.#isFiltered(from, to) && !this.#isPermitted({from, to, protocol: 'icmp', port: 0}))};
	}

	/**
	Connections that no line permits: one port beside each line, the line's ports backwards and from other machines, and every documented connection that is not opened.

	@param pick - A number below another one, to choose among many.
	*/
	listForbidden(pick: (below: number) => number): Trial[] {
		const {rules, flows} = this.#plan;
		const candidates: Trial[] = [];
		for (const rule of rules.filter(({ports}) => ports.length > 0)) {
			const protocol = rule.protocol as Probe['protocol'];
			const ports = listEdges(readPorts(rule.ports));
			const beside = [...new Set(ports.flatMap(port => [port - 1, port + 1]))].filter(port => port >= 1 && port <= 65_535);
			for (const [from, to] of this.#listPairs(rule)) {
				candidates.push(
					...beside.map((port): Trial => ({from: from.address, to: to.address, protocol, port, about: `beside ${rule.id}`})),
					{from: from.address, to: to.address, protocol: protocol === 'tcp' ? 'udp' : 'tcp', port: ports[0]!, about: `other protocol of ${rule.id}`},
					...ports.map((port): Trial => ({from: to.address, to: from.address, protocol, port, about: `reverse of ${rule.id}`})),
				);
				// Somebody else who would use the line: any machine, other zones among them.
				const strangers = this.#cards.filter(card => card.version === to.version && card.machine !== to.machine);
				for (let count = 0; count < 3 && strangers.length > 0; count++) {
					candidates.push({from: strangers[pick(strangers.length)]!.address, to: to.address, protocol, port: ports[0]!, about: `stranger to ${rule.id}`});
				}
			}
		}

		for (const flow of flows.filter(({disposition, service}) => disposition !== 'cross-zone' && disposition !== 'intra-zone' && (service.protocol === 'tcp' || service.protocol === 'udp'))) {
			const ports = listEdges(readPorts([...flow.service.ports, ...flow.service.documentedPorts ?? []].filter(text => typeof parsePortRange(text) !== 'string')));
			for (const [from, to] of this.#pair(this.#findCards([`${flow.initiator.host}/${flow.initiator.role}`]), this.#findCards([`${flow.responder.host}/${flow.responder.role}`]))) {
				candidates.push(...ports.map((port): Trial => ({from: from.address, to: to.address, protocol: flow.service.protocol as Probe['protocol'], port, about: `${flow.disposition} ${flow.id}`})));
			}
		}

		const distinct = new Map(candidates.map(trial => [`${trial.from} ${trial.to} ${trial.protocol} ${trial.port}`, trial]));
		return [...distinct.values()].filter(trial => this.#isFiltered(trial.from, trial.to) && !this.#isPermitted(trial));
	}

	#listPairs(rule: Rule): Array<readonly [from: Card, to: Card]> {
		const ofVersion = (cards: readonly Card[]) => cards.filter(({version}) => version === rule.ipVersion);
		return this.#pair(ofVersion(this.#findCards(rule.sources.map(end => end.interface))), ofVersion(this.#findCards(rule.destinations.map(end => end.interface))));
	}

	#findCards(interfaces: readonly string[]): readonly Card[] {
		const cards = this.#cards.filter(({id}) => interfaces.includes(id));
		return cards.length <= triedEnds * 2 ? cards : [...cards.slice(0, triedEnds), ...cards.slice(-triedEnds)];
	}

	#pair(sources: readonly Card[], destinations: readonly Card[]): Array<readonly [from: Card, to: Card]> {
		return sources.flatMap(from => destinations.filter(to => to.machine !== from.machine && to.version === from.version).map(to => [from, to] as const));
	}

	/** Whether a firewall of the design stands between two addresses: that of the gateway, or of the host that has the second. */
	#isFiltered(from: string, to: string): boolean {
		const [source, destination] = [from, to].map(address => this.#cards.find(card => card.address === address)!) as [Card, Card];
		if (source.machine === destination.machine) {
			return false;
		}

		const findZone = ({machine, id}: Card) => machine.interfaces.find(entry => entry.id === id)!.zone;
		// A host into which no line leads gets no configuration.
		const hasFirewall = this.#plan.hosts.find(({id}) => id === destination.machine.host)!.kind === 'host' && this.#plan.rules.some(rule => rule.destinations.some(end => end.host === destination.machine.host));
		return findZone(source) !== findZone(destination) || hasFirewall;
	}

	#isPermitted({from, to, protocol, port}: {readonly from: string; readonly to: string; readonly protocol: string; readonly port: number}): boolean {
		const [source, destination] = [from, to].map(text => (parseAddress(text) as {range: AddressRange}).range) as [AddressRange, AddressRange];
		const interfaces = new Map(this.#plan.hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry]));
		const has = (ends: Rule['sources'], range: AddressRange) => ends.some(end => rangesContain(interfaces.get(end.interface)!.ranges, range));
		return this.#plan.rules.some(rule => rule.protocol === protocol && has(rule.sources, source) && has(rule.destinations, destination) && (protocol === 'icmp' || portRangesContain(readPorts(rule.ports), {from: port, to: port})));
	}
}
