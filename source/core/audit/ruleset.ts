import type {IpVersion} from '../model.js';
import {allPackets, intersectRegionLists, subtractRegions, type Region} from './region.js';
import type {Spans} from './spans.js';

/*
What firewalls of different kinds have in common: chains of rules, and where in the kernel they begin. Readers make it; `evaluate.ts` asks it.
*/

/** Connection states that rules tell apart; `related` are errors and helpers' connections. */
export const states = ['new', 'established', 'related', 'invalid', 'untracked'] as const;
export type State = (typeof states)[number];

export type Action
	= | {readonly kind: 'accept' | 'drop' | 'return' | 'continue'}
		| {readonly kind: 'jump' | 'goto'; readonly chain: string}
		/** What it does to a packet is not known. */
		| {readonly kind: 'unknown'; readonly reason: string};

/** A rule as it is evaluated. A packet passes it when it is in a region, in one of the states, and all that is not known holds. */
export type FirewallRule = {
	readonly file: string;
	/** Line of the file, from 1; undefined where a format has no lines. */
	readonly line: number | undefined;
	/** Whose rule it is, for people. */
	readonly chain: string;
	readonly text: string;
	readonly regions: Readonly<Record<IpVersion, readonly Region[]>>;
	/** Undefined for all. */
	readonly states: ReadonlySet<State> | undefined;
	/** Matches on TCP flags: what is left of the mask must be equal, or must not. */
	readonly flags: ReadonlyArray<{readonly mask: number; readonly value: number; readonly isNegated: boolean}>;
	/** Matches that say nothing in terms of addresses, ports and states. */
	readonly unknown: readonly string[];
	readonly action: Action;
};

export type Chain = {readonly id: string; readonly rules: readonly FirewallRule[]};

export const hooks = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;
export type Hook = (typeof hooks)[number];

/** Where packets enter the chains. */
export type BaseChain = {
	readonly chain: Chain;
	readonly hook: Hook;
	readonly priority: number;
	readonly versions: readonly IpVersion[];
	readonly policy: 'accept' | 'drop';
	/** Only what opens a connection comes here: the rest is rewritten alike without being asked. */
	readonly isNat: boolean;
	readonly file: string;
};

export type Ruleset = {
	readonly chains: ReadonlyMap<string, Chain>;
	/** In the order in which a packet meets those of one hook. */
	readonly bases: readonly BaseChain[];
	/** IP versions that the files tell of. */
	readonly versions: ReadonlySet<IpVersion>;
	/** What stands in the files and is not compared: one sentence each. */
	readonly remarks: readonly string[];
};

const maxPairs = 200_000;
/** What is left of a negated list falls into pieces with every element. */
const maxNegated = 500;

/** Collects what a rule matches, match by match. */
export class MatchBuilder {
	readonly unknown: string[] = [];
	readonly flags: Array<FirewallRule['flags'][number]> = [];
	states: ReadonlySet<State> | undefined;
	#regions: Record<IpVersion, readonly Region[]>;
	readonly #hopLimits: string[] = [];

	constructor(versions: readonly IpVersion[]) {
		this.#regions = {4: versions.includes(4) ? [allPackets(4)] : [], 6: versions.includes(6) ? [allPackets(6)] : []};
	}

	/** Only packets of this version. */
	restrictVersion(version: IpVersion): void {
		this.#regions = {4: [], 6: [], [version]: this.#regions[version]};
	}

	/** Only packets of which every named set holds the value. */
	restrict(part: Partial<Omit<Region, 'source' | 'destination'>>): void {
		for (const version of [4, 6] as const) {
			if (this.#regions[version].length > 0) {
				this.restrictTo(version, [{...allPackets(version), ...part}]);
			}
		}
	}

	restrictAddress(version: IpVersion, end: 'source' | 'destination', spans: Spans<bigint>): void {
		this.restrictVersion(version);
		this.restrictTo(version, [{...allPackets(version), [end]: spans}]);
	}

	/** Only packets of one of these regions, or of none. */
	restrictTo(version: IpVersion, regions: readonly Region[], isNegated = false): void {
		const own = this.#regions[version];
		if (own.length === 0) {
			return;
		}

		// Each pair makes a region: lists that are too long together are not followed.
		if (own.length * regions.length > (isNegated ? maxNegated : maxPairs)) {
			this.unknown.push(`${regions.length} elements`);
			return;
		}

		this.#regions = {...this.#regions, [version]: isNegated ? subtractRegions(own, regions) : intersectRegionLists(own, regions)};
	}

	/** Only packets of which one of the parts holds the values. */
	restrictEither(version: IpVersion, parts: ReadonlyArray<Partial<Region>>): void {
		this.restrictTo(version, parts.map(part => ({...allPackets(version), ...part})));
	}

	/** Only packets with this of the flags of a mask. What the first packet says of congestion (RFC 3168 §6.1.1) is its sender's choice: it is not known. */
	restrictFlags(mask: number | undefined, value: number | undefined, isNegated: boolean, text: string): void {
		if (mask === undefined || value === undefined || mask >= tcpFlags.ecn) {
			this.unknown.push(text);
		} else {
			this.flags.push({mask, value, isNegated});
		}
	}

	restrictStates(only: ReadonlySet<State>): void {
		const {states: before} = this;
		this.states = before === undefined ? only : new Set([...only].filter(state => before.has(state)));
	}

	/** A hop limit of 255 is what neighbour discovery has anyway (RFC 4861 §7.1); of anything else it is not known. */
	requireFullHopLimit(text: string): void {
		this.#hopLimits.push(text);
	}

	build(): Pick<FirewallRule, 'regions' | 'states' | 'flags' | 'unknown'> {
		const isDiscovery = [...this.#regions[4], ...this.#regions[6]].every(({protocol, port}) => protocol.every(({from, end}) => from === 58 && end === 59) && port.every(({from, end}) => from >= 133 * 256 && end <= 138 * 256));
		return {regions: this.#regions, states: this.states, flags: this.flags, unknown: [...this.unknown, ...(isDiscovery ? [] : this.#hopLimits)]};
	}
}

/** All states but these. */
export const allStatesBut = (named: ReadonlySet<State>): ReadonlySet<State> => new Set(states.filter(state => !named.has(state)));

/** No packet of a network comes in by this interface; every other one does. `+` and `*` stand for any ending. */
export function matchInterface(pattern: string): 'all' | 'none' | 'unknown' {
	if (pattern === '+' || pattern === '*') {
		return 'all';
	}

	return pattern === 'lo' ? 'none' : 'unknown';
}

/** Bits of TCP flags. */
export const tcpFlags = {fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128} as const;

/** Flags by their names, separated by commas or bars; undefined where one is not known. */
export function parseFlags(text: string): number | undefined {
	const words = text.toLowerCase().split(/[,\|]/v).filter(word => word !== 'none' && word !== '0x0');
	const named = new Set(words.flatMap(word => word === 'all' ? ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] : [word]));
	return [...named].every(word => Object.hasOwn(tcpFlags, word)) ? [...named].reduce((bits, word) => bits + tcpFlags[word as keyof typeof tcpFlags], 0) : undefined;
}
