import {parseAddress} from '../addresses.js';
import {maxDepth} from '../limits.js';
import {compare, type Problem} from '../problem.js';
import {getOrMake} from '../records.js';
import {formatParsed} from './address-list.js';
import {expandHostPattern, maxHosts} from './ansible-pattern.js';
import {findBadName, quote, type ProblemList} from './problem-list.js';

/** A machine of an Ansible inventory. */
export type AnsibleHost = {
	readonly kind: 'machine';
	/** Its name in the inventory; safe to be shown. */
	readonly name: string;
	/** What `ansible_host` says, else the name where that is an address, in the form a profile holds. */
	readonly address: string | undefined;
	/** Whether the inventory says `ansible_host` for it, be it usable or not. */
	readonly isGiven: boolean;
	/** Every group it is in, also through other groups, sorted; `all` and `ungrouped` say nothing and are left out. */
	readonly groups: readonly string[];
	/** Line of the text where it stands first, counted from 1. */
	readonly line: number;
};

/** Line and column of a text, counted from 1. */
export type Place = {readonly line: number; readonly column: number};

/** Groups beyond this are in no inventory. */
const maxGroups = 10_000;

/** So many entries of hosts in groups are read: without the bound ranges that repeat each other would take very long. */
const maxEntries = 1_000_000;

/** A host in more groups than this is in no inventory; without the bound the groups of all hosts could outgrow the memory. */
const maxGroupsAbove = 200;

/** The variables that say an address, the older one last. */
export const addressVariables = ['ansible_host', 'ansible_ssh_host'] as const;

/** Groups that every inventory has. */
const impliedGroups: ReadonlySet<string> = new Set(['all', 'ungrouped']);

type Given = {readonly address: string | undefined; readonly isOld: boolean};
type Machine = {readonly place: Place; readonly groups: Set<string>; given?: Given};
type Group = {readonly place: Place; readonly parents: Set<string>; given?: Given};

/** Collects the hosts and groups of an inventory, whatever its format, and finds in the end which groups each host is in. */
export class InventoryBuilder {
	readonly problems: ProblemList;
	readonly #machines = new Map<string, Machine>();
	readonly #groups = new Map<string, Group>();
	#entries = 0;
	#isFull = false;

	constructor(problems: ProblemList) {
		this.problems = problems;
	}

	/** @returns Whether there is such a group now. */
	addGroup(name: string, place: Place): boolean {
		if (this.#groups.has(name)) {
			return true;
		}

		const bad = findBadName(name);
		if (bad !== undefined || this.#groups.size >= maxGroups) {
			this.#refuse(bad, `groups than ${maxGroups}`, place);
			return false;
		}

		this.#groups.set(name, {place, parents: new Set()});
		return true;
	}

	hasGroup(name: string): boolean {
		return impliedGroups.has(name) || this.#groups.has(name);
	}

	/** Put a group into another one; both are there. */
	addChild(parent: string, child: string): void {
		this.#groups.get(child)?.parents.add(parent);
	}

	/** @returns The names of the hosts that an entry means; none when it cannot be read. */
	addHosts(pattern: string, group: string, place: Place): readonly string[] {
		if (this.#entries >= maxEntries) {
			this.#refuse(undefined, `entries than ${maxEntries}`, place);
			return [];
		}

		const names = expandHostPattern(pattern);
		if (typeof names === 'string') {
			this.problems.add({code: 'ansible/host', ...place, message: names});
			return [];
		}

		this.#entries += names.length;
		return names.filter(name => this.#addHost(name, group, place));
	}

	setHostAddress(names: readonly string[], variable: string, value: unknown, place: Place): void {
		const known = names.map(name => this.#machines.get(name)).filter(machine => machine !== undefined);
		this.#setAddress(known, variable, value, place);
	}

	setGroupAddress(group: string, variable: string, value: unknown, place: Place): void {
		const known = this.#groups.get(group);
		this.#setAddress(known === undefined ? [] : [known], variable, value, place);
	}

	/** The hosts, in the order of the text. */
	list(): readonly AnsibleHost[] {
		const ranks = this.#rankGroups();
		const chains = new Map<string, {readonly groups: readonly string[]; readonly given: Given | undefined}>();
		return [...this.#machines].map(([name, machine]) => {
			const chain = getOrMake(chains, [...machine.groups].toSorted(compare).join('\n'), () => this.#describeChain(machine.groups, ranks));
			const given = machine.given ?? chain.given;
			return {kind: 'machine', name, address: given === undefined ? readName(name) : given.address, isGiven: given !== undefined, groups: chain.groups, line: machine.place.line};
		});
	}

	#addHost(name: string, group: string, place: Place): boolean {
		const known = this.#machines.get(name);
		if (known !== undefined) {
			known.groups.add(group);
			return true;
		}

		const bad = name === '' ? 'the name of a host is missing' : findBadName(name);
		if (bad !== undefined || this.#machines.size >= maxHosts) {
			this.#refuse(bad, `hosts than ${maxHosts}`, place);
			return false;
		}

		this.#machines.set(name, {place, groups: new Set([group])});
		return true;
	}

	#refuse(bad: string | undefined, excess: string, place: Place): void {
		if (bad !== undefined) {
			this.problems.add({code: 'import/name', ...place, message: bad});
		} else if (!this.#isFull) {
			this.#isFull = true;
			this.problems.add({code: 'ansible/too-many', ...place, message: `the inventory has more ${excess}: the rest was not read`});
		}
	}

	#setAddress(owners: ReadonlyArray<Machine | Group>, variable: string, value: unknown, place: Place): void {
		const isOld = variable !== addressVariables[0];
		const changed = owners.filter(({given}) => given === undefined || given.isOld || !isOld);
		if (changed.length === 0) {
			return;
		}

		const address = this.#readAddress(variable, value, place);
		for (const owner of changed) {
			owner.given = {address, isOld};
		}
	}

	#readAddress(variable: string, value: unknown, place: Place): string | undefined {
		const read = parseGiven(variable, value);
		if ('address' in read) {
			return read.address;
		}

		this.problems.add({...read, ...place});
		return undefined;
	}

	/** Groups above each group, and how far it is from the top, so that the lower of two groups can be told. */
	#rankGroups(): Ranks {
		const children = new Map<string, string[]>();
		const open = new Map<string, number>();
		for (const [name, {parents}] of this.#groups) {
			open.set(name, parents.size);
			for (const parent of parents) {
				getOrMake(children, parent, () => []).push(name);
			}
		}

		const above = new Map<string, ReadonlySet<string>>();
		const depths = new Map<string, number>();
		const ready = [...open].filter(([, count]) => count === 0).map(([name]) => name);
		// Grows while it is read: a group follows when all groups it is in are done.
		for (const name of ready) {
			const parents = [...this.#groups.get(name)!.parents];
			const depth = Math.max(0, ...parents.map(parent => (depths.get(parent) ?? 0) + 1));
			const inherited = new Set<string>();
			for (const parent of parents) {
				for (const group of [parent, ...above.get(parent) ?? []]) {
					inherited.add(group);
				}

				// Enough to know that it is too much.
				if (inherited.size > maxGroupsAbove) {
					break;
				}
			}

			const isTooMuch = depth > maxDepth || inherited.size > maxGroupsAbove;
			if (isTooMuch && depth <= maxDepth + 1) {
				this.problems.add({code: 'ansible/too-deep', ...this.#groups.get(name)!.place, message: `the group ${quote(name)} is in too many groups or too deep inside them, which are passed over`});
			}

			depths.set(name, isTooMuch ? maxDepth + 2 : depth);
			above.set(name, isTooMuch ? new Set() : inherited);
			for (const child of children.get(name) ?? []) {
				const count = open.get(child)! - 1;
				open.set(child, count);
				if (count === 0) {
					ready.push(child);
				}
			}
		}

		this.#reportCycle(new Set([...open].filter(([, count]) => count > 0).map(([name]) => name)));
		return {above, depths};
	}

	/** @param left - Groups of which each is, directly or not, inside one that contains itself. */
	#reportCycle(left: ReadonlySet<string>): void {
		let [name] = left;
		const seen = new Set<string>();
		while (name !== undefined && !seen.has(name)) {
			seen.add(name);
			name = [...this.#groups.get(name)?.parents ?? []].find(parent => left.has(parent));
		}

		if (name !== undefined) {
			this.problems.add({code: 'ansible/cycle', ...this.#groups.get(name)!.place, message: `the group ${quote(name)} contains itself, directly or through its children`, hint: 'the groups around it were passed over'});
		}
	}

	#describeChain(direct: ReadonlySet<string>, {above, depths}: Ranks): {readonly groups: readonly string[]; readonly given: Given | undefined} {
		const groups = [...new Set([...direct].flatMap(name => [name, ...above.get(name) ?? []]))];
		// The group furthest down decides; of several the last by name, as Ansible merges them.
		const [nearest] = [...new Set([...groups, 'all'])]
			.flatMap(name => {
				const given = this.#groups.get(name)?.given;
				return given === undefined ? [] : [{name, given, depth: name === 'all' ? -1 : depths.get(name) ?? 0}];
			})
			.toSorted((a, b) => (b.depth - a.depth) || compare(b.name, a.name));
		return {groups: groups.filter(name => !impliedGroups.has(name)).toSorted(compare), given: nearest?.given};
	}
}

type Ranks = {readonly above: ReadonlyMap<string, ReadonlySet<string>>; readonly depths: ReadonlyMap<string, number>};

/** A name that is an address itself; a short one says nothing outside the site's own resolver. */
function readName(name: string): string | undefined {
	const parsed = parseAddress(name);
	return typeof parsed === 'string' || (parsed.kind === 'ip' && parsed.range.from !== parsed.range.to) ? undefined : formatParsed(parsed);
}

/** What a variable says, as an address in the form a profile holds; else what is wrong with it. */
function parseGiven(variable: string, value: unknown): {readonly address: string} | Pick<Problem, 'code' | 'message' | 'hint'> {
	if (typeof value !== 'string') {
		return {code: 'ansible/address', message: `${variable} holds no address`};
	}

	const text = value.trim();
	if (text.startsWith('$ANSIBLE_VAULT')) {
		return {code: 'ansible/vaulted', message: `${variable} is encrypted with Ansible Vault, and was not used`, hint: 'give the address itself'};
	}

	if (/\{[%\{]/v.test(text)) {
		return {code: 'ansible/templated', message: `${variable} is a template, and was not used: ${quote(text)}`, hint: 'give the address itself; ansible-inventory --list may know it'};
	}

	const parsed = parseAddress(text);
	if (typeof parsed === 'string') {
		return {code: 'ansible/address', message: text !== '' && parsed.includes(text) ? `${variable}: ${parsed}` : `${variable} ${quote(text)}: ${parsed}`};
	}

	return parsed.kind === 'ip' && parsed.range.from !== parsed.range.to
		? {code: 'ansible/address', message: `${variable}: ${quote(text)} is more than one address`}
		: {address: formatParsed(parsed)};
}
