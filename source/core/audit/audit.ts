import {findProtocolNumber, type Policy, type PolicyRule} from '../firewall/policy.js';
import type {IpVersion} from '../model.js';
import {getOrMake} from '../records.js';
import {Evaluator, findApplies, TooComplex, type Doubt, type Ending, type Outcome} from './evaluate.js';
import {allPackets, anyAddress, anyPort, describeRegions, intersectRegionLists, mergeRegions, subtractRegions, toAddressSpans, toSpans, type Extent, type Region} from './region.js';
import {RegionIndex} from './region-index.js';
import type {BaseChain, Chain, FirewallRule, Hook, Ruleset, State} from './ruleset.js';

/** Where a rule of the firewall stands. */
export type RulePlace = {readonly file: string; readonly line: number | undefined; readonly chain: string; readonly text: string};

/**
What a firewall has of a line.

`wider`: all of it, by rules that let more through than any line asks for. `partly`: some of its addresses or ports. `shadowed`: rules for it come too late. `not-assessable`: what
decides it cannot be said in addresses, ports and states.
*/
export type LineStatus = 'implemented' | 'wider' | 'partly' | 'shadowed' | 'missing' | 'not-assessable';

export type AuditedLine = {
	readonly line: string;
	readonly action: PolicyRule['action'];
	readonly ipVersion: IpVersion;
	readonly title: string;
	readonly status: LineStatus;
	/** Rules that let it through, or drop it when it is a deny; none where a policy does. */
	readonly rules: readonly RulePlace[];
	/** What of a permit is dropped, or of a deny let through. */
	readonly missing: readonly Extent[];
	/** Rules that drop it before others would let it through. */
	readonly shadowedBy: readonly RulePlace[];
	/** What cannot be assessed of it, and which matches made it so. */
	readonly unassessed: readonly Extent[];
	readonly reasons: readonly Reason[];
	/** Whether what belongs to an open connection passes: its packets, replies and errors. Undefined where nothing of it is opened. */
	readonly replies: 'open' | 'closed' | 'unknown' | undefined;
};

export type Reason = {readonly rule: RulePlace | undefined; readonly text: string};

/** What a rule, or a policy, lets through and no line asks for. */
export type Opening = {
	/** Undefined for a policy. */
	readonly rule: RulePlace | undefined;
	readonly ipVersion: IpVersion;
	readonly extents: readonly Extent[];
	/** Otherwise some of it may be dropped: too many rules meet to say which. */
	readonly isExact: boolean;
	/** Otherwise whether it is open depends on matches that cannot be assessed. */
	readonly isCertain: boolean;
	readonly reasons: readonly Reason[];
};

export type Audit = {
	readonly subject: Pick<Policy, 'kind' | 'id' | 'title'>;
	readonly lines: readonly AuditedLine[];
	readonly openings: readonly Opening[];
	/** What was not compared: one sentence each. */
	readonly remarks: readonly string[];
	/** The firewall has every line and its replies, and opens nothing more. */
	readonly isRight: boolean;
};

const mainHook = {gateway: 'forward', host: 'input'} as const satisfies Record<Policy['kind'], Hook>;
const path: Readonly<Record<Policy['kind'], readonly Hook[]>> = {gateway: ['prerouting', 'forward', 'postrouting'], host: ['prerouting', 'input']};
/** The way back of what a line opened. */
const pathBack: Readonly<Record<Policy['kind'], readonly Hook[]>> = {gateway: path.gateway, host: ['output', 'postrouting']};

const icmpOf = {4: 1, 6: 58} as const;

const lineSteps = 300_000;
const openingSteps = 20_000;
/** For all rules together: an answer comes in seconds whatever the dump. */
const allSteps = 3_000_000;

/** Compare what a policy asks for with what a firewall has. */
export function auditPolicy(policy: Policy, ruleset: Ruleset): Audit {
	const audited = new Map(([4, 6] as const).map(version => [version, auditVersion(policy, ruleset, version)]));
	const lines = policy.rules.flatMap(rule => audited.get(rule.ipVersion)!.lines.get(rule) ?? []);
	const openings = [...audited.values()].flatMap(result => result.openings);
	const remarks = [...ruleset.remarks, ...[...audited.values()].flatMap(result => result.remarks)];
	const isRight = lines.every(line => isLineRight(line)) && openings.length === 0;
	return {subject: {kind: policy.kind, id: policy.id, title: policy.title}, lines, openings, remarks, isRight};
}

/** Whether a firewall has all of a line and of the replies to it, and lets no more through for it. */
export function isLineRight({status, replies}: AuditedLine): boolean {
	return status === 'implemented' && (replies === undefined || replies === 'open');
}

type VersionAudit = {readonly lines: ReadonlyMap<PolicyRule, AuditedLine>; readonly openings: readonly Opening[]; readonly remarks: readonly string[]};

function auditVersion(policy: Policy, ruleset: Ruleset, version: IpVersion): VersionAudit {
	const own = policy.rules.filter(rule => rule.ipVersion === version);
	const listBases = (hooks: readonly Hook[]) => hooks.flatMap(hook => ruleset.bases.filter(base => base.hook === hook && base.versions.includes(version)));
	const bases = listBases(path[policy.kind]);
	const hook = mainHook[policy.kind];
	if (!bases.some(base => base.hook === hook)) {
		const text = ruleset.versions.has(version) ? `the files have no chain for IPv${version} at ${hook}` : `the files say nothing of IPv${version}`;
		return {
			lines: new Map(own.map(rule => [rule, {...startLine(rule), status: 'not-assessable', unassessed: describeRegions([toRegion(rule)], version), reasons: [{rule: undefined, text}]}])),
			openings: [],
			remarks: own.length === 0 ? [`IPv${version} is not compared: ${text}.`] : [],
		};
	}

	return new VersionAuditor({kind: policy.kind, rules: own, ruleset, version, bases, basesBack: listBases(pathBack[policy.kind])}).audit();
}

const startLine = ({line, action, ipVersion, title}: PolicyRule): Omit<AuditedLine, 'status'> => ({line, action, ipVersion, title, rules: [], missing: [], shadowedBy: [], unassessed: [], reasons: [], replies: undefined});

/** The packets that open what a rule of a policy permits. */
export function toRegion(rule: PolicyRule): Region {
	const {ipVersion, ports, source, destination} = rule;
	const protocol = findProtocolNumber(rule, ipVersion);
	return {
		protocol: toSpans([{from: protocol, to: protocol}]),
		port: ports.length === 0 ? anyPort : toSpans(ports),
		sourcePort: anyPort,
		source: source === undefined ? anyAddress[ipVersion] : toAddressSpans(source.ranges, ipVersion),
		destination: destination === undefined ? anyAddress[ipVersion] : toAddressSpans(destination.ranges, ipVersion),
	};
}

/** Errors about other packets: RFC 792, RFC 4443 §2.1. */
const errorTypes = {4: [3, 11, 12], 6: [1, 2, 3, 4]} as const;

function icmpRegion(version: IpVersion, types: readonly number[]): Region {
	return {...allPackets(version), protocol: toSpans([{from: icmpOf[version], to: icmpOf[version]}]), port: toSpans(types.map(type => ({from: type * 256, to: (type * 256) + 255})))};
}

/** What no line has to ask for: errors, and what a host must hear or IPv6 does not work (RFC 4890 §4.4.1), as our own configurations let it through. */
function listBasics(kind: Policy['kind'], version: IpVersion): Region[] {
	const linkLocal = [{from: 0xFE_80n * (2n ** 112n), end: 0xFE_C0n * (2n ** 112n)}];
	return [
		icmpRegion(version, errorTypes[version]),
		...(kind === 'host' && version === 6 ? [icmpRegion(6, [134, 135, 136]), {...icmpRegion(6, [130]), source: linkLocal}] : []),
	];
}

class VersionAuditor {
	readonly #kind: Policy['kind'];
	readonly #rules: readonly PolicyRule[];
	readonly #ruleset: Ruleset;
	readonly #version: IpVersion;
	readonly #bases: readonly BaseChain[];
	readonly #evaluator: Evaluator;
	readonly #evaluatorBack: Evaluator;
	#steps = allSteps;

	constructor({kind, rules, ruleset, version, bases, basesBack}: {readonly kind: Policy['kind']; readonly rules: readonly PolicyRule[]; readonly ruleset: Ruleset; readonly version: IpVersion; readonly bases: readonly BaseChain[]; readonly basesBack: readonly BaseChain[]}) {
		this.#kind = kind;
		this.#rules = rules;
		this.#ruleset = ruleset;
		this.#version = version;
		this.#bases = bases;
		this.#evaluator = new Evaluator(ruleset, version, bases, mainHook[kind]);
		this.#evaluatorBack = new Evaluator(ruleset, version, basesBack, mainHook[kind]);
	}

	audit(): VersionAudit {
		const found = this.#rules.map(rule => this.#auditLine(rule));
		const openings = this.#listOpenings();
		const widening = new Set(openings.filter(({opening}) => opening.isCertain).map(({rule}) => rule));
		return {
			lines: new Map(found.map(({rule, line, endings}) => {
				const isWider = line.status === 'implemented' && line.action === 'permit' && endings.some(({rules}) => rules.length === 0 ? widening.has(undefined) : rules.some(own => widening.has(own)));
				return [rule, isWider ? {...line, status: 'wider'} : line];
			})),
			openings: openings.map(({opening}) => opening),
			remarks: [],
		};
	}

	#auditLine(rule: PolicyRule): {readonly rule: PolicyRule; readonly line: AuditedLine; readonly endings: readonly Ending[]} {
		const region = toRegion(rule);
		const outcome = this.#attempt(region, 'new');
		if (outcome === undefined) {
			return {rule, endings: [], line: {...startLine(rule), status: 'not-assessable', unassessed: describeRegions([region], this.#version), reasons: [tooComplex]}};
		}

		const [right, wrong] = rule.action === 'permit' ? [outcome.accepted, outcome.dropped] : [outcome.dropped, outcome.accepted];
		const shadow = rule.action === 'permit' ? this.#findShadow(wrong) : {rules: [], isWhole: false};
		const status = findStatus(outcome.unknown, wrong, right, shadow.isWhole);
		return {
			rule,
			endings: right,
			line: {
				...startLine(rule),
				status,
				rules: listPlaces(right.flatMap(({rules}) => rules)),
				missing: this.#describe(wrong),
				shadowedBy: listPlaces(shadow.rules),
				unassessed: this.#describe(outcome.unknown),
				reasons: listReasons(outcome.unknown.flatMap(({doubts}) => doubts)),
				replies: rule.action === 'permit' && outcome.accepted.length > 0 ? this.#findReplies(region) : undefined,
			},
		};
	}

	readonly #describe = (endings: readonly Ending[]): Extent[] => describeRegions(endings.map(({region}) => region), this.#version);

	#attempt(region: Region, state: State, {ignored, evaluator = this.#evaluator}: {readonly ignored?: ReadonlySet<FirewallRule>; readonly evaluator?: Evaluator} = {}): Outcome | undefined {
		try {
			return evaluator.evaluate(region, state, {steps: lineSteps, ...(ignored === undefined ? {} : {ignored})});
		} catch (error) {
			if (!(error instanceof TooComplex)) {
				throw error;
			}

			return undefined;
		}
	}

	/** Rules without which later ones would let through what they drop. */
	#findShadow(dropped: readonly Ending[]): {readonly rules: readonly FirewallRule[]; readonly isWhole: boolean} {
		const ignored = new Set<FirewallRule>();
		let open = dropped;
		let isWhole = dropped.length > 0;
		let isOpened = false;
		for (let round = 0; round < 8 && open.length > 0; round++) {
			const deciding = open.flatMap(({rules}) => rules);
			if (deciding.length === 0) {
				break;
			}

			for (const rule of deciding) {
				ignored.add(rule);
			}

			const outcomes = open.map(({region}) => this.#attempt(region, 'new', {ignored}));
			isOpened ||= outcomes.some(outcome => outcome?.accepted.some(({rules}) => rules.length > 0));
			isWhole &&= outcomes.every(outcome => outcome?.unknown.length === 0 && outcome.accepted.every(({rules}) => rules.length > 0));
			open = outcomes.flatMap(outcome => outcome?.dropped ?? []);
		}

		return isOpened ? {rules: [...ignored], isWhole: isWhole && open.length === 0} : {rules: [], isWhole: false};
	}

	/** What belongs to a connection that a line opened. */
	#findReplies(region: Region): NonNullable<AuditedLine['replies']> {
		const back = {...region, source: region.destination, destination: region.source};
		const errors = icmpRegion(this.#version, errorTypes[this.#version]);
		const reply = {...back, sourcePort: region.protocol[0]!.from === icmpOf[this.#version] ? anyPort : region.port, port: anyPort};
		const outcomes = [
			this.#attempt(region, 'established'),
			this.#attempt(reply, 'established', {evaluator: this.#evaluatorBack}),
			this.#attempt({...errors, source: back.source, destination: back.destination}, 'related', {evaluator: this.#evaluatorBack}),
			...(this.#kind === 'host' ? [this.#attempt({...errors, source: region.source, destination: region.destination}, 'related')] : []),
		];
		if (outcomes.some(outcome => outcome !== undefined && outcome.dropped.length > 0)) {
			return 'closed';
		}

		return outcomes.every(outcome => outcome?.unknown.length === 0) ? 'open' : 'unknown';
	}

	#listOpenings(): Array<{readonly rule: FirewallRule | undefined; readonly opening: Opening}> {
		const asked = [...this.#rules.filter(({action}) => action === 'permit').map(rule => toRegion(rule)), ...listBasics(this.#kind, this.#version)];
		const index = new RegionIndex(asked.map(region => [region]));
		const inflow = this.#findInflow();
		const openings: Array<{readonly rule: FirewallRule | undefined; readonly opening: Opening}> = [];
		const subtractAsked = (regions: readonly Region[]) => regions.flatMap(region => subtractRegions([region], index.listMeeting(region).map(item => asked[item]!)));
		const add = (rule: FirewallRule | undefined, regions: readonly Region[]): void => {
			const opening = this.#findOpening(rule, regions, subtractAsked);
			if (opening !== undefined) {
				openings.push({rule, opening});
			}
		};

		for (const [chain, regions] of inflow) {
			for (const rule of chain.rules) {
				const applies = findApplies(rule, 'new');
				// Who may leave a chain here comes to what another rule or the policy makes of it, past what would have dropped it.
				const mayOpen = rule.action.kind === 'accept' || rule.action.kind === 'unknown' || (applies === 'maybe' && (rule.action.kind === 'return' || rule.action.kind === 'goto'));
				if (mayOpen && applies !== 'no') {
					add(rule, intersectRegionLists(rule.regions[this.#version], regions));
				}
			}
		}

		if (!this.#evaluator.isClosing) {
			add(undefined, [allPackets(this.#version)]);
		}

		return openings;
	}

	#findOpening(rule: FirewallRule | undefined, regions: readonly Region[], subtractAsked: (regions: readonly Region[]) => readonly Region[]): Opening | undefined {
		const start = {rule: rule === undefined ? undefined : toPlace(rule), ipVersion: this.#version};
		const excess = subtractAsked(regions);
		if (excess.length === 0) {
			return undefined;
		}

		try {
			let steps = Math.min(openingSteps, this.#steps);
			const found: Array<{readonly ending: Ending; readonly isCertain: boolean}> = [];
			for (const region of excess) {
				const outcome = this.#evaluator.evaluate(region, 'new', {steps});
				steps = Math.min(steps, this.#evaluator.left);
				found.push(
					...outcome.accepted.filter(ending => ending.rules.at(-1) === rule).map(ending => ({ending, isCertain: true})),
					...outcome.unknown.filter(({rules, doubts}) => rules.at(-1) === rule || (rule !== undefined && doubts.some(doubt => doubt.rule === rule))).map(ending => ({ending, isCertain: false})),
				);
			}

			this.#steps -= openingSteps - steps;
			if (found.length === 0) {
				return undefined;
			}

			const certain = found.filter(({isCertain}) => isCertain);
			const shown = certain.length > 0 ? certain : found;
			return {...start, extents: this.#describe(shown.map(({ending}) => ending)), isExact: true, isCertain: certain.length > 0, reasons: certain.length > 0 ? [] : listReasons(found.flatMap(({ending}) => ending.doubts))};
		} catch (error) {
			if (!(error instanceof TooComplex)) {
				throw error;
			}

			this.#steps -= openingSteps;
			return {...start, extents: describeRegions(regions, this.#version), isExact: false, isCertain: false, reasons: [tooComplex]};
		}
	}

	/** Which packets may come to each chain, in the order of the way; rules before them are not looked at. */
	#findInflow(): ReadonlyMap<Chain, readonly Region[]> {
		const inflow = new Map<Chain, Region[]>();
		const order: Chain[] = [];
		const seen = new Set<Chain>();
		const visit = (chain: Chain): void => {
			if (seen.has(chain)) {
				return;
			}

			seen.add(chain);
			for (const {action} of chain.rules) {
				if (action.kind === 'jump' || action.kind === 'goto') {
					visit(this.#ruleset.chains.get(action.chain)!);
				}
			}

			order.unshift(chain);
		};

		for (const {chain} of this.#bases.toReversed()) {
			visit(chain);
			inflow.set(chain, [allPackets(this.#version)]);
		}

		const merged = new Map<Chain, readonly Region[]>();
		for (const chain of order) {
			const regions = limit(mergeRegions(inflow.get(chain) ?? []), this.#version);
			merged.set(chain, regions);
			for (const rule of chain.rules) {
				if ((rule.action.kind === 'jump' || rule.action.kind === 'goto') && findApplies(rule, 'new') !== 'no') {
					const target = getOrMake(inflow, this.#ruleset.chains.get(rule.action.chain)!, () => []);
					for (const region of intersectRegionLists(rule.regions[this.#version], regions)) {
						target.push(region);
					}
				}
			}
		}

		return merged;
	}
}

function findStatus(unknown: readonly Ending[], wrong: readonly Ending[], right: readonly Ending[], isShadowed: boolean): LineStatus {
	if (unknown.length > 0) {
		return 'not-assessable';
	}

	if (wrong.length === 0) {
		return 'implemented';
	}

	if (isShadowed) {
		return 'shadowed';
	}

	return right.length === 0 ? 'missing' : 'partly';
}

/** More regions than this are not kept apart: what is asked is asked of the whole firewall anyway. */
const limit = (regions: readonly Region[], version: IpVersion): readonly Region[] => regions.length > 500 ? [allPackets(version)] : regions;

const tooComplex: Reason = {rule: undefined, text: 'too many rules meet here'};

const toPlace = ({file, line, chain, text}: FirewallRule): RulePlace => ({file, line, chain, text});

function listPlaces(rules: readonly FirewallRule[]): RulePlace[] {
	return [...new Map([...new Set(rules)].map(rule => [`${rule.file}:${rule.line ?? ''}:${rule.chain}:${rule.text}`, toPlace(rule)])).values()].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function listReasons(doubts: readonly Doubt[]): Reason[] {
	const reasons = doubts.flatMap(({rule, reasons: texts}) => texts.map((text): Reason => ({rule: toPlace(rule), text})));
	return [...new Map(reasons.map(reason => [`${reason.rule!.file}:${reason.rule!.line ?? ''}:${reason.rule!.chain}:${reason.text}`, reason])).values()];
}
