import type {IpVersion} from '../model.js';
import {getOrMake} from '../records.js';
import {allPackets, intersectRegions, subtractRegion, type Region} from './region.js';
import {RegionIndex} from './region-index.js';
import {tcpFlags, type BaseChain, type Chain, type FirewallRule, type Hook, type Ruleset, type State} from './ruleset.js';

/*
What a firewall does with packets, region by region: the first rule that decides holds, chains are entered and left, a policy stands at the end. A rule of which it is not known whether
it holds decides nothing; it leaves a doubt, and only where the end is the same with and without it is that end known.
*/

export type Verdict = 'accept' | 'drop';

/** A rule that may have decided before, and how. */
export type Doubt = {readonly rule: FirewallRule; readonly verdicts: readonly Verdict[]; readonly reasons: readonly string[]};

/** Packets that came to one end, with the rules that decided it: what dropped them, or what let them through where others would have been dropped; none where policies did. */
export type Ending = {readonly region: Region; readonly rules: readonly FirewallRule[]; readonly doubts: readonly Doubt[]};

/** Every packet that was asked for is in exactly one of the lists. */
export type Outcome = {
	readonly accepted: readonly Ending[];
	readonly dropped: readonly Ending[];
	/** With doubts that would change the end. */
	readonly unknown: readonly Ending[];
};

type Piece = {readonly region: Region; readonly doubts: readonly Doubt[]};
type Decide = (piece: Piece, verdict: Verdict, rule: FirewallRule | undefined) => void;

/** So many pieces that no answer would come in time. */
export class TooComplex extends Error {
	override readonly name: string = 'TooComplex';
}

const both: readonly Verdict[] = ['accept', 'drop'];

/** What a rule that accepts is worth as the reason for an open port: most where packets that no rule accepts are dropped, nothing where they pass anyway on their way to the filter. */
const weights = {other: 0, main: 1, closing: 2} as const;
type Weight = (typeof weights)[keyof typeof weights];

/** Answers for one IP version and the chains that a packet meets. */
export class Evaluator {
	readonly #ruleset: Ruleset;
	readonly #version: IpVersion;
	readonly #bases: ReadonlyArray<{readonly base: BaseChain; readonly weight: Weight}>;
	readonly #indexes = new Map<Chain, RegionIndex>();
	#left = 0;
	#ignored: ReadonlySet<FirewallRule> = new Set();

	/**
	@param bases - In the order in which packets meet them.
	@param mainHook - Where firewalls let through and drop.
	*/
	constructor(ruleset: Ruleset, version: IpVersion, bases: readonly BaseChain[], mainHook: Hook) {
		this.#ruleset = ruleset;
		this.#version = version;
		this.#bases = bases.map(base => ({base, weight: isClosing(base, ruleset, version) ? weights.closing : (base.hook === mainHook && !base.isNat ? weights.main : weights.other)}));
	}

	/** Whether every packet needs a rule that lets it through. */
	get isClosing(): boolean {
		return this.#bases.some(({weight}) => weight === weights.closing);
	}

	/** How many looks at a rule were left after the last answer. */
	get left(): number {
		return this.#left;
	}

	/**
	What becomes of packets in one state.

	@param steps - After how many looks at a rule it is given up.
	@param ignored - As if these rules were not there.
	@throws {TooComplex}
	*/
	evaluate(region: Region, state: State, {steps, ignored = new Set()}: {readonly steps: number; readonly ignored?: ReadonlySet<FirewallRule>}): Outcome {
		this.#left = steps;
		this.#ignored = ignored;
		const dropped: Ending[] = [];
		let open: Array<Ending & {readonly weight: Weight}> = [{region, rules: [], doubts: [], weight: weights.other}];
		for (const {base, weight} of this.#bases) {
			if (base.isNat && state !== 'new') {
				continue;
			}

			const next: typeof open = [];
			for (const before of open) {
				this.#enter(base, before.region, state, (piece, verdict, rule) => {
					const decider = rule === undefined ? [] : [rule];
					const changing = piece.doubts.filter(doubt => doubt.verdicts.some(other => other !== verdict));
					if (verdict === 'drop' && changing.length === 0) {
						dropped.push({region: piece.region, rules: decider, doubts: [...before.doubts, ...changing]});
					} else {
						// A policy that lets through closes nothing.
						const own = rule === undefined && weight === weights.closing ? weights.main : weight;
						const isOpener = own !== weights.other && own >= before.weight;
						next.push({region: piece.region, rules: isOpener ? decider : before.rules, doubts: [...before.doubts, ...changing], weight: isOpener ? own : before.weight});
					}
				});
			}

			open = next;
		}

		return {dropped, accepted: open.filter(({doubts}) => doubts.length === 0), unknown: open.filter(({doubts}) => doubts.length > 0)};
	}

	#enter(base: BaseChain, region: Region, state: State, decide: Decide): void {
		for (const piece of this.#walk(base.chain, {region, doubts: []}, state, decide)) {
			decide(piece, base.policy, undefined);
		}
	}

	/** @returns What comes out at the end of the chain. */
	#walk(chain: Chain, piece: Piece, state: State, decide: Decide): Piece[] {
		const index = getOrMake(this.#indexes, chain, () => new RegionIndex(chain.rules.map(rule => rule.action.kind === 'continue' ? [] : rule.regions[this.#version])));
		const returned: Piece[] = [];
		let pieces: Piece[] = [piece];
		for (const number of index.listMeeting(piece.region)) {
			const rule = chain.rules[number]!;
			const applies = this.#ignored.has(rule) ? 'no' : findApplies(rule, state);
			if (applies === 'no') {
				continue;
			}

			const next: Piece[] = [];
			for (const own of pieces) {
				this.#count();
				const {hits, rest} = this.#split(own, rule.regions[this.#version]);
				for (const other of rest) {
					next.push(other);
				}

				for (const hit of hits) {
					this.#count();
					this.#act(rule, applies, hit, state, decide, next, returned);
				}
			}

			pieces = next;
			if (pieces.length === 0) {
				break;
			}
		}

		return [...pieces, ...returned];
	}

	#act(rule: FirewallRule, applies: 'yes' | 'maybe', hit: Piece, state: State, decide: Decide, next: Piece[], returned: Piece[]): void {
		const {action} = rule;
		if (applies === 'maybe') {
			for (const piece of this.#doubt(rule, hit, state)) {
				next.push(piece);
			}

			return;
		}

		switch (action.kind) {
			case 'accept':
			case 'drop': {
				decide(hit, action.kind, rule);
				return;
			}

			case 'return': {
				returned.push(hit);
				return;
			}

			case 'continue': {
				next.push(hit);
				return;
			}

			case 'jump':
			case 'goto': {
				const left = this.#walk(this.#ruleset.chains.get(action.chain)!, hit, state, decide);
				const target = action.kind === 'jump' ? next : returned;
				for (const piece of left) {
					target.push(piece);
				}

				return;
			}

			case 'unknown': {
				next.push(addDoubt(hit, rule, both, [action.reason]));
			}
		}
	}

	/** Packets that a rule may have decided: they go on, with what it could have done. */
	#doubt(rule: FirewallRule, hit: Piece, state: State): readonly Piece[] {
		const {action, unknown} = rule;
		const reasons = unknown.length === 0 ? rule.flags.map(() => 'TCP flags of an open connection') : unknown;
		switch (action.kind) {
			case 'accept':
			case 'drop': {
				return [addDoubt(hit, rule, [action.kind], reasons)];
			}

			case 'continue': {
				return [hit];
			}

			case 'return':
			case 'unknown': {
				return [addDoubt(hit, rule, both, action.kind === 'unknown' ? [...reasons, action.reason] : reasons)];
			}

			case 'jump':
			case 'goto': {
				const possible: Array<{readonly region: Region; readonly doubts: readonly Doubt[]}> = [];
				const left = this.#walk(this.#ruleset.chains.get(action.chain)!, {region: hit.region, doubts: []}, state, (piece, verdict, decider) => {
					possible.push({region: piece.region, doubts: [...piece.doubts, {rule: decider ?? rule, verdicts: [verdict], reasons}]});
				});
				// Out of a chain that was gone to, one comes to the end of this one.
				possible.push(...left.map(({region, doubts}) => ({region, doubts: action.kind === 'goto' ? [...doubts, {rule, verdicts: both, reasons}] : doubts})).filter(({doubts}) => doubts.length > 0));
				return this.#spread(hit, possible);
			}
		}
	}

	#spread(hit: Piece, possible: ReadonlyArray<{readonly region: Region; readonly doubts: readonly Doubt[]}>): readonly Piece[] {
		let pieces: readonly Piece[] = [hit];
		for (const {region, doubts} of possible) {
			pieces = pieces.flatMap(piece => {
				this.#count();
				const shared = intersectRegions(piece.region, region);
				return shared === undefined
					? [piece]
					: [{region: shared, doubts: [...piece.doubts, ...doubts]}, ...subtractRegion(piece.region, region).map(rest => ({region: rest, doubts: piece.doubts}))];
			});
		}

		return pieces;
	}

	#split(piece: Piece, regions: readonly Region[]): {readonly hits: readonly Piece[]; readonly rest: readonly Piece[]} {
		const hits: Piece[] = [];
		let rest: readonly Region[] = [piece.region];
		for (const region of regions) {
			const next: Region[] = [];
			for (const own of rest) {
				this.#count();
				const shared = intersectRegions(own, region);
				if (shared === undefined) {
					next.push(own);
				} else {
					hits.push({region: shared, doubts: piece.doubts});
					next.push(...subtractRegion(own, region));
				}
			}

			rest = next;
		}

		return {hits, rest: rest.map(region => ({region, doubts: piece.doubts}))};
	}

	#count(): void {
		this.#left--;
		if (this.#left < 0) {
			throw new TooComplex('too many pieces');
		}
	}
}

const addDoubt = ({region, doubts}: Piece, rule: FirewallRule, verdicts: readonly Verdict[], reasons: readonly string[]): Piece => ({region, doubts: [...doubts, {rule, verdicts, reasons}]});

/** Whether a rule holds for the packets of its regions in a state. The first packet of a TCP connection has SYN and no other flag. */
export function findApplies(rule: FirewallRule, state: State): 'yes' | 'no' | 'maybe' {
	if (rule.action.kind === 'continue' || (rule.states !== undefined && !rule.states.has(state))) {
		return 'no';
	}

	if (state === 'new' && rule.flags.some(({mask, value, isNegated}) => ((hasSyn(mask) ? tcpFlags.syn : 0) === value) === isNegated)) {
		return 'no';
	}

	return rule.unknown.length > 0 || (state !== 'new' && rule.flags.length > 0) ? 'maybe' : 'yes';
}

const hasSyn = (mask: number): boolean => Math.floor(mask / tcpFlags.syn) % 2 === 1;

/** Whether a chain drops what none of its rules accepts, by its policy or by a rule that every packet meets. */
function isClosing({chain, policy}: BaseChain, ruleset: Ruleset, version: IpVersion): boolean {
	const known = new Map<Chain, Verdict | undefined>();
	const all = allPackets(version);
	const findEnd = (own: Chain): Verdict | undefined => {
		if (!known.has(own)) {
			known.set(own, searchEnd(own));
		}

		return known.get(own);
	};

	const searchEnd = (own: Chain): Verdict | undefined => {
		for (const rule of own.rules) {
			const {action} = rule;
			const end = action.kind === 'accept' || action.kind === 'drop' ? action.kind : (action.kind === 'jump' || action.kind === 'goto' ? findEnd(ruleset.chains.get(action.chain)!) : undefined);
			const applies = findApplies(rule, 'new');
			// Who may leave the chain here does not come to what ends it.
			if (applies !== 'no' && end === undefined && (action.kind === 'return' || action.kind === 'goto')) {
				return undefined;
			}

			if (applies === 'yes' && end !== undefined && rule.regions[version].some(region => subtractRegion(all, region).length === 0)) {
				return end;
			}
		}

		return undefined;
	};

	return (findEnd(chain) ?? policy) === 'drop';
}
