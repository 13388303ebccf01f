import {mergeAddressRanges, type AddressRange} from '../addresses.js';
import type {Deny, Host, HostInterface, IpVersion, Plan, Rule, RuleEnd} from '../model.js';
import {doPortsMeet, mergePortRanges, readPorts, type PortRange} from '../ports.js';
import type {Problem} from '../problem.js';
import {getOrMake} from '../records.js';

/*
What a firewall must do for a plan, as data that every kind of firewall can be written from: addresses as numbers, ports merged, each rule with its line.

A policy is complete or it is not there: what cannot be said in addresses is a problem, and no policy is made without it.
*/

/** Addresses that rules share: written once, where a firewall has sets or groups. */
export type AddressGroup = {
	/** Lower-case letters, digits, hyphens and dots, beginning with `v4-` or `v6-`; unique in its policy. */
	readonly id: string;
	/** Whose addresses they are. */
	readonly title: string;
	readonly ipVersion: IpVersion;
	/** Merged and sorted. */
	readonly ranges: readonly AddressRange[];
};

/** What is let through, or dropped, when a connection is opened. */
export type PolicyRule = {
	/** Id of the line or deny it stands for. */
	readonly line: string;
	readonly action: 'permit' | 'deny';
	readonly ipVersion: IpVersion;
	readonly protocol: Rule['protocol'];
	/** IP protocol number when protocol is `ip`. */
	readonly number?: number;
	/** Merged; empty for protocols without ports. */
	readonly ports: readonly PortRange[];
	/** Undefined where every address is meant, as denies do. */
	readonly source: AddressGroup | undefined;
	readonly destination: AddressGroup | undefined;
	/** The request asks to log the beginning of each connection. */
	readonly isLogged: boolean;
	/** From whom to whom and what for, in one line. */
	readonly title: string;
};

/** The rules of one firewall, denies first; whatever none of them permits is dropped. */
export type Policy = {
	/** `gateway`: the firewall between zones. `host`: that of one host, or of each of a set of alike machines, for what is opened towards it. */
	readonly kind: 'gateway' | 'host';
	/** `gateway`, or the id of the host. */
	readonly id: string;
	readonly title: string;
	/** In order of their ids. */
	readonly groups: readonly AddressGroup[];
	readonly rules: readonly PolicyRule[];
	/** IP versions that it carries. */
	readonly ipVersions: readonly IpVersion[];
	/** Dropped connections are logged. */
	readonly logsDrops: boolean;
	/** What the request says of logging and a firewall cannot do, or leaves to others: one sentence each. */
	readonly remarks: readonly string[];
};

export type Policies = {readonly gateway: Policy; readonly hosts: readonly Policy[]};

/**
Derive the policies of a plan: that of the gateway between its zones, and one for each host with a firewall of its own.

@returns The policies, or every reason why lines cannot be written as addresses and ports: addresses that are missing, names in the place of addresses, a deny that would
drop what a line permits.
*/
export function derivePolicies(plan: Plan): {readonly policies: Policies; readonly problems?: never} | {readonly policies?: never; readonly problems: readonly Problem[]} {
	const problems = findPolicyProblems(plan);
	if (problems.length > 0) {
		return {problems};
	}

	const maker = new PolicyMaker(plan);
	return {
		policies: {
			gateway: maker.make({kind: 'gateway', id: 'gateway', title: 'Gateway between the zones'}, plan.rules.filter(({scope}) => scope === 'network'), plan.denies),
			hosts: plan.hosts.filter(({kind}) => kind === 'host').map(host => maker.makeForHost(host)),
		},
	};
}

/** What keeps lines from becoming rules of a firewall, in the order of the lines. */
export function findPolicyProblems(plan: Plan): Problem[] {
	const interfaces = new Map(plan.hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry]));
	return [
		...plan.rules.flatMap((rule): Problem[] => {
			const ends = [...rule.sources, ...rule.destinations];
			const missing = ends.filter(end => end.placeholder !== undefined || !interfaces.get(end.interface)!.ranges.some(({version}) => version === rule.ipVersion));
			const named = ends.flatMap(end => interfaces.get(end.interface)?.names ?? []);
			return [
				...missing.map((end): Problem => ({code: 'firewall/no-address', path: ['hosts', end.host, 'addresses', end.role], message: `line ${rule.id} has no address of ${end.title} in ${end.role}, IPv${rule.ipVersion}`, hint: 'give it in the profile'})),
				...[...new Set(named)].map((name): Problem => ({code: 'firewall/name', path: [], message: `line ${rule.id} names ${name}, and a firewall compares addresses`, hint: 'give the addresses in its place'})),
			];
		}),
		...plan.denies.flatMap(deny => plan.rules.filter(rule => covers(deny, rule)).map((rule): Problem => ({code: 'firewall/deny-shadows', path: [], message: `deny ${deny.id} would drop what line ${rule.id} permits`, hint: 'a person must say which of them holds'}))),
	];
}

function covers(deny: Deny, rule: Rule): boolean {
	const isForVersion = deny.ipVersion === undefined || deny.ipVersion === rule.ipVersion;
	return rule.scope === 'network' && isForVersion && doServicesMeet({...deny, ports: readPorts(deny.ports)}, {...rule, ports: readPorts(rule.ports)}, rule.ipVersion);
}

type PolicyService = Pick<PolicyRule, 'protocol' | 'number' | 'ports'>;

/** Whether two services share a packet of an IP version; one may give the number of a protocol that the other one names. */
export function doServicesMeet(a: PolicyService, b: PolicyService, ipVersion: IpVersion): boolean {
	return findProtocolNumber(a, ipVersion) === findProtocolNumber(b, ipVersion) && doPortsMeet(a.ports, b.ports);
}

/** The number of an IP protocol, which a line may give in the place of a name. */
export function findProtocolNumber({protocol, number}: Pick<PolicyService, 'protocol' | 'number'>, ipVersion: IpVersion): number {
	switch (protocol) {
		case 'tcp': {
			return 6;
		}

		case 'udp': {
			return 17;
		}

		case 'icmp': {
			return ipVersion === 4 ? 1 : 58;
		}

		case 'ip': {
			return number!;
		}
	}
}

const loggedStart = new Set(['session start', 'session start and end']);

class PolicyMaker {
	readonly #plan: Plan;
	readonly #interfaces: ReadonlyMap<string, HostInterface>;
	readonly #rulesInto = new Map<string, Rule[]>();
	/** By IP version and interfaces: the ends of many lines are the same. */
	readonly #groups = new Map<string, AddressGroup>();
	readonly #ids = new Set<string>();

	constructor(plan: Plan) {
		this.#plan = plan;
		this.#interfaces = new Map(plan.hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry]));
		for (const rule of plan.rules) {
			for (const host of new Set(rule.destinations.map(end => end.host))) {
				getOrMake(this.#rulesInto, host, () => []).push(rule);
			}
		}
	}

	makeForHost(host: Host): Policy {
		const rules = (this.#rulesInto.get(host.id) ?? []).map(rule => ({...rule, destinations: rule.destinations.filter(end => end.host === host.id)}));
		return this.make({kind: 'host', id: host.id, title: host.title}, rules, []);
	}

	make(subject: Pick<Policy, 'kind' | 'id' | 'title'>, lines: readonly Rule[], denies: readonly Deny[]): Policy {
		const rules = [...denies.flatMap(deny => this.#listDenied(deny)), ...lines.map(line => this.#permit(line))];
		const groups = new Set(rules.flatMap(({source, destination}) => [source, destination]).filter(group => group !== undefined));
		return {
			...subject,
			groups: [...groups].toSorted((a, b) => a.id < b.id ? -1 : 1),
			rules,
			ipVersions: ([4, 6] as const).filter(version => rules.some(rule => rule.ipVersion === version)),
			logsDrops: this.#plan.change.logging !== 'none',
			remarks: listRemarks(this.#plan.change.logging),
		};
	}

	#permit(rule: Rule): PolicyRule {
		return {
			line: rule.id,
			action: 'permit',
			ipVersion: rule.ipVersion,
			protocol: rule.protocol,
			...(rule.number === undefined ? {} : {number: rule.number}),
			ports: mergePortRanges(readPorts(rule.ports)),
			source: this.#findGroup(rule.sources, rule.ipVersion, `${rule.id}-sources`),
			destination: this.#findGroup(rule.destinations, rule.ipVersion, `${rule.id}-destinations`),
			isLogged: loggedStart.has(rule.logging),
			title: `${formatTitles(rule.sources)} to ${formatTitles(rule.destinations)}: ${[...new Set(rule.services.map(({purpose}) => purpose))].join('; ')}`,
		};
	}

	#listDenied(deny: Deny): PolicyRule[] {
		return (deny.ipVersion === undefined ? [4, 6] as const : [deny.ipVersion]).map(ipVersion => ({
			line: deny.id,
			action: 'deny',
			ipVersion,
			protocol: deny.protocol,
			...(deny.number === undefined ? {} : {number: deny.number}),
			ports: mergePortRanges(readPorts(deny.ports)),
			source: undefined,
			destination: undefined,
			isLogged: this.#plan.change.logging !== 'none',
			title: `${deny.source} to ${deny.destination}: ${deny.purpose}`,
		}));
	}

	#findGroup(ends: readonly RuleEnd[], ipVersion: IpVersion, name: string): AddressGroup {
		return getOrMake(this.#groups, `${ipVersion} ${ends.map(end => end.interface).join(' ')}`, () => {
			const own = ends.length === 1 ? `${ends[0]!.host}-${ends[0]!.role}` : name.toLowerCase();
			return {
				id: this.#findFreeId(`v${ipVersion}-${own}`),
				title: formatTitles(ends),
				ipVersion,
				ranges: mergeAddressRanges(ends.flatMap(end => this.#interfaces.get(end.interface)!.ranges.filter(range => range.version === ipVersion))),
			};
		});
	}

	/** Two hosts `a` with role `b-c` and `a-b` with `c` would share a name. */
	#findFreeId(wanted: string): string {
		let id = wanted;
		for (let count = 2; this.#ids.has(id); count++) {
			id = `${wanted}.${count}`;
		}

		this.#ids.add(id);
		return id;
	}
}

function formatTitles(ends: readonly RuleEnd[]): string {
	const titles = [...new Set(ends.map(({title, role}) => `${title} (${role})`))];
	return titles.length > 4 ? `${titles.slice(0, 3).join(', ')} and ${titles.length - 3} more` : titles.join(', ');
}

function listRemarks(logging: Plan['change']['logging']): string[] {
	switch (logging) {
		case 'session end':
		case 'session start and end': {
			return ['The request asks to log the end of sessions. A packet filter sees only their packets: connection tracking has to report ends, as conntrackd or ulogd2 do.'];
		}

		case undefined: {
			return ['The request leaves logging to the policy of the zones: permitted connections are not logged here, dropped ones are.'];
		}

		case 'none':
		case 'session start': {
			return [];
		}
	}
}
