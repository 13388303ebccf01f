import type {NetworkRole, Roles} from '../catalog/schema.js';
import type {HostDraft} from '../hosts.js';
import {compare, suggest, type Problem} from '../problem.js';
import {getOrMake} from '../records.js';
import type {AnsibleHost} from './ansible.js';
import type {ImportedAddress} from './csv.js';
import {foldName, HostNames} from './host-names.js';
import {ProblemList, quote} from './problem-list.js';

/** What an import says about one machine. */
export type ImportEntry = ImportedAddress | AnsibleHost;

/** Addresses of one interface of the design. */
export type AcceptedAddresses = {
	/** Id of a host of the design. */
	readonly host: string;
	readonly role: NetworkRole;
	/** In the form a profile holds, each once, in the order of the text. */
	readonly addresses: readonly string[];
};

/** A name of the import that is no one host of the design, so that somebody has to say which. */
export type UnmatchedName = {
	/** As the import has it; safe to be shown. */
	readonly name: string;
	readonly kind: 'host' | 'group';
	/** The interface that the addresses would be of. */
	readonly role: NetworkRole;
	/** Those that no other name gave to a host. */
	readonly addresses: readonly string[];
	/** Line of the text where it stands first, counted from 1. */
	readonly line: number;
	/**
	`unknown`: nothing of the design is called so; `ambiguous`: several hosts are; `several`: the host is, but it is one machine and the
	import has several.
	*/
	readonly why: 'unknown' | 'ambiguous' | 'several';
	/** Ids of the hosts that may be meant, the likeliest first; empty when nothing is near. */
	readonly candidates: readonly string[];
};

export type Matches = {
	/** In order of host and role. */
	readonly accepted: readonly AcceptedAddresses[];
	/** In the order of the text. */
	readonly unmatched: readonly UnmatchedName[];
	readonly problems: readonly Problem[];
};

/**
Find the hosts of a design that imported addresses belong to.

A table names a host by its id, its title or `product/component`, and a role by its id or name. Of an Ansible inventory, the name of a
group or of a machine is compared with the id, the id without its product, the title and the components of each host, whatever the case
and with `_` and blanks as `-`; a full name also counts by its first part where that is an id. Its addresses are of management.

A name that fits several hosts, or a group of machines that fits one machine, is not guessed but returned in `unmatched`.

@param file - The file's name as the user knows it, for messages.
*/
export function matchImport(entries: readonly ImportEntry[], hosts: ReadonlyMap<string, HostDraft>, roles: Roles, file?: string): Matches {
	const matcher = new Matcher(hosts, roles, new ProblemList(file));
	const unmatched = [
		...matcher.matchRows(entries.filter(entry => entry.kind === 'address')),
		...matcher.matchMachines(entries.filter(entry => entry.kind === 'machine')),
	];
	return {accepted: matcher.accepted.list(), unmatched: unmatched.toSorted((a, b) => a.line - b.line), problems: matcher.problems.list()};
}

/** Addresses by host and role. */
class Collector {
	readonly #found = new Map<string, Map<NetworkRole, Set<string>>>();

	add(host: string, role: NetworkRole, address: string): void {
		const interfaces = getOrMake(this.#found, host, () => new Map<NetworkRole, Set<string>>());
		getOrMake(interfaces, role, () => new Set()).add(address);
	}

	list(): AcceptedAddresses[] {
		return [...this.#found].toSorted(([a], [b]) => compare(a, b)).flatMap(([host, interfaces]) =>
			[...interfaces].toSorted(([a], [b]) => compare(a, b)).map(([role, addresses]) => ({host, role, addresses: [...addresses]})));
	}
}

type Named = {readonly name: string; readonly kind: 'host' | 'group'; readonly machines: AnsibleHost[]};

class Matcher {
	readonly accepted = new Collector();
	readonly problems: ProblemList;
	readonly #names: HostNames;
	readonly #hosts: ReadonlyMap<string, HostDraft>;
	readonly #roles: Roles;

	constructor(hosts: ReadonlyMap<string, HostDraft>, roles: Roles, problems: ProblemList) {
		this.#names = new HostNames(hosts);
		this.#hosts = hosts;
		this.#roles = roles;
		this.problems = problems;
	}

	matchRows(rows: readonly ImportedAddress[]): UnmatchedName[] {
		const open = new Map<string, {readonly row: ImportedAddress; readonly role: NetworkRole; readonly ids: readonly string[]; readonly addresses: Set<string>}>();
		const reported = new Set<string>();
		for (const row of rows) {
			const {host, role: word, address, line} = row;
			const role = findRole(word, this.#roles);
			if (role === undefined) {
				// Said once for each word: a column that has it wrong has it wrong everywhere.
				if (!reported.has(word)) {
					reported.add(word);
					this.problems.add({code: 'import/unknown-role', line, message: `there is no network role ${quote(word)}`, hint: suggest(word, Object.keys(this.#roles))});
				}

				continue;
			}

			const ids = this.#names.findByText(host);
			if (ids.length === 1) {
				this.accepted.add(ids[0]!, role, address);
			} else {
				getOrMake(open, `${host}\n${role}`, () => ({row, role, ids, addresses: new Set<string>()})).addresses.add(address);
			}
		}

		return [...open.values()].map(({row: {host, line}, role, ids, addresses}) => ({
			name: host,
			kind: 'host',
			role,
			addresses: [...addresses],
			line,
			why: ids.length === 0 ? 'unknown' : 'ambiguous',
			candidates: ids.length === 0 ? this.#names.findNear(host) : ids,
		}));
	}

	matchMachines(machines: readonly AnsibleHost[]): UnmatchedName[] {
		const found = listNames(machines).map(named => ({...named, ids: this.#names.findByName(named.name)}));
		// Which machines each host of the design would be.
		const members = new Map<string, Set<AnsibleHost>>();
		for (const {ids, machines: named} of found) {
			if (ids.length === 1) {
				const known = getOrMake(members, ids[0]!, () => new Set());
				for (const machine of named) {
					known.add(machine);
				}
			}
		}

		const matched = [...members].filter(([id, its]) => its.size === 1 || this.#hosts.get(id)?.several === true);
		for (const [id, its] of matched) {
			for (const machine of its) {
				this.#take(machine, id);
			}
		}

		const taken = new Set(matched.flatMap(([, its]) => [...its]));
		return found.flatMap(({name, kind, machines: named, ids}): UnmatchedName[] => {
			const left = named.filter(machine => !taken.has(machine));
			// Machines that nothing is called like are asked about by their groups.
			const isAsked = kind === 'group' || ids.length > 0 || named.every(({groups}) => groups.length === 0);
			if (left.length === 0 || !isAsked) {
				return [];
			}

			const addresses = [...new Set(left.flatMap(({address}) => address ?? []))];
			return [{name, kind, role: 'management', addresses, line: left[0]!.line, why: findReason(ids), candidates: ids.length === 0 ? this.#names.findNear(name) : ids}];
		});
	}

	#take({name, address, isGiven, line}: AnsibleHost, id: string): void {
		if (address !== undefined) {
			this.accepted.add(id, 'management', address);
		} else if (!isGiven) {
			// What is wrong with one that is given was said where it stands.
			this.problems.add({code: 'import/no-address', line, message: `${quote(name)} belongs to ${id}, and its address is not known`, hint: 'give it ansible_host, or its full name with the domain'});
		}
	}
}

/** Every machine and every group of machines, in the order of the text. */
function listNames(machines: readonly AnsibleHost[]): Named[] {
	const hosts = new Map<string, Named>();
	const groups = new Map<string, Named>();
	for (const machine of machines) {
		getOrMake(hosts, machine.name, (): Named => ({name: machine.name, kind: 'host', machines: []})).machines.push(machine);
		for (const group of machine.groups) {
			getOrMake(groups, group, (): Named => ({name: group, kind: 'group', machines: []})).machines.push(machine);
		}
	}

	return [...hosts.values(), ...groups.values()];
}

function findReason(ids: readonly string[]): UnmatchedName['why'] {
	if (ids.length === 0) {
		return 'unknown';
	}

	return ids.length === 1 ? 'several' : 'ambiguous';
}

/** The role that a word means, by its id or name; nothing said means management. */
function findRole(word: string, roles: Roles): NetworkRole | undefined {
	const folded = foldName(word);
	return folded === '' ? 'management' : (Object.keys(roles) as NetworkRole[]).find(id => id === folded || foldName(roles[id].name) === folded);
}
