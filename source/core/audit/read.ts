import type {Outcome, Problem} from '../problem.js';
import {isFirewalld} from './firewalld-config.js';
import {readFirewalld} from './firewalld.js';
import {isIpSetDump, readIpSets, type IpSet} from './ip-sets.js';
import {isIptablesDump, readIptables} from './iptables.js';
import {isNftJson, readNftJson} from './nft-json.js';
import {isNftText, readNftText} from './nft-text.js';
import {DumpError, enterInDoubt, limits, type DumpFile, type ReadRuleset} from './reading.js';
import type {BaseChain, Chain, Ruleset} from './ruleset.js';

type Kind = 'iptables' | 'ipset' | 'nft' | 'nft-json' | 'firewalld';

const readable = 'iptables-save, ip6tables-save, ipset save, nft list ruleset, nft -j list ruleset, firewall-cmd --list-all-zones and XML of firewalld can be read';

function findKind({name, text}: DumpFile): Kind {
	if (text.length > limits.textLength) {
		throw new DumpError(name, undefined, `the file is longer than ${limits.textLength} characters`);
	}

	if (isNftJson(text)) {
		return 'nft-json';
	}

	if (isNftText(text)) {
		return 'nft';
	}

	if (isIptablesDump(text)) {
		return 'iptables';
	}

	if (isIpSetDump(text)) {
		return 'ipset';
	}

	if (isFirewalld(text)) {
		return 'firewalld';
	}

	throw new DumpError(name, undefined, 'this is no dump of a firewall that is known', readable);
}

/**
Read the dumps of one firewall, each of a kind that its text tells.

@returns The ruleset, or why files cannot be read: what is cut off is not assessed in part.
*/
export function readRuleset(given: readonly DumpFile[]): Outcome<Ruleset> {
	const files = given.map(file => ({...file, text: file.text.replace(/^\uFEFF/v, '')}));
	const problems: Problem[] = [];
	const attempt = <Value>(action: () => Value): Value | undefined => {
		try {
			return action();
		} catch (error) {
			if (!(error instanceof DumpError)) {
				throw error;
			}

			problems.push(error.problem);
			return undefined;
		}
	};

	const kinds = files.map(file => attempt(() => findKind(file)));
	const sets = new Map<string, IpSet>(files.flatMap((file, index) => kinds[index] === 'ipset' ? [...attempt(() => readIpSets(file)) ?? []] : []));
	const read = files.flatMap((file, index): ReadRuleset[] => {
		const ruleset = attempt(() => {
			switch (kinds[index]) {
				case 'iptables': {
					return readIptables(file, sets);
				}

				case 'nft': {
					return readNftText(file);
				}

				case 'nft-json': {
					return readNftJson(file);
				}

				case 'ipset':
				case 'firewalld':
				case undefined: {
					return undefined;
				}
			}
		});
		return ruleset === undefined ? [] : [ruleset];
	});
	const firewalld = files.filter((_, index) => kinds[index] === 'firewalld');
	const zones = firewalld.length === 0 ? undefined : attempt(() => readFirewalld(firewalld));
	if (zones !== undefined) {
		read.push(zones);
	}

	if (problems.length === 0 && read.length === 0) {
		problems.push({code: 'audit/ruleset', path: [], message: 'the files hold sets and no rules', hint: readable});
	}

	if (problems.length > 0) {
		return {problems};
	}

	const ruleset = join(findHidden(read));
	const loop = findLoop(ruleset);
	return loop === undefined ? {value: ruleset} : {problems: [loop]};
}

/** What a file says that it does not show is in doubt, unless another file of that kind is there to show it. */
function findHidden(read: readonly ReadRuleset[]): readonly ReadRuleset[] {
	const hidden = new Set(read.flatMap(({hidden = []}) => hidden).filter(version => read.filter(({hidden, versions}) => hidden !== undefined && versions.includes(version)).length < 2));
	return [...read, ...[...hidden].map((version): ReadRuleset => {
		const reason = 'rules of the older iptables, which the files do not show';
		const entries = ['prerouting', 'output'].map(hook => ({id: `${reason}\u{0}${version}\u{0}${hook}`, ...enterInDoubt({action: {kind: 'unknown', reason}, reason, hook, file: 'iptables-legacy'})!}));
		return {
			chains: new Map(entries.map(({id, rules}) => [id, rules])),
			bases: entries.map(({id, base}) => ({...base, chain: id, versions: [version]})),
			versions: [],
			remarks: [],
		};
	})];
}

function join(read: readonly ReadRuleset[]): Ruleset {
	const chains = new Map<string, Chain>(read.flatMap(({chains: own}) => [...own].map(([id, rules]) => [id, {id, rules}] as const)));
	return {
		chains,
		bases: read.flatMap(({bases}) => bases.map((base): BaseChain => ({...base, chain: chains.get(base.chain)!}))).toSorted((a, b) => a.priority - b.priority),
		versions: new Set(read.flatMap(({versions}) => versions)),
		remarks: [...new Set(read.flatMap(({remarks}) => remarks))],
	};
}

/** Chains that lead back to themselves, or too deep: no kernel takes them. */
function findLoop({chains}: Ruleset): Problem | undefined {
	const depths = new Map<string, number>();
	const open = new Set<string>();
	const visit = (id: string): Problem | undefined => {
		if (depths.has(id)) {
			return undefined;
		}

		open.add(id);
		let depth = 0;
		for (const {action, file, line} of chains.get(id)!.rules) {
			if (action.kind !== 'jump' && action.kind !== 'goto') {
				continue;
			}

			const problem = open.has(action.chain) || open.size > limits.depth ? makeProblem(file, line) : visit(action.chain);
			if (problem !== undefined) {
				return problem;
			}

			depth = Math.max(depth, depths.get(action.chain)! + 1);
			if (depth > limits.depth) {
				return makeProblem(file, line);
			}
		}

		open.delete(id);
		depths.set(id, depth);
		return undefined;
	};

	for (const id of chains.keys()) {
		const problem = visit(id);
		if (problem !== undefined) {
			return problem;
		}
	}

	return undefined;
}

function makeProblem(file: string, line: number | undefined): Problem {
	return {code: 'audit/ruleset', path: [], file, ...(line === undefined ? {} : {line}), message: `chains lead back to themselves, or deeper than ${limits.depth}`, hint: 'no kernel takes such rules: is this the dump of a firewall?'};
}
