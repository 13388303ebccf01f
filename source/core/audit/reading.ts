import {parseAddress, type AddressRange} from '../addresses.js';
import type {IpVersion} from '../model.js';
import type {Problem} from '../problem.js';
import {own} from '../records.js';
import {allPackets} from './region.js';
import type {BaseChain, FirewallRule, Hook} from './ruleset.js';

/*
What readers of firewalls' dumps share.
*/

/** One dump with its name. */
export type DumpFile = {readonly name: string; readonly text: string};

/** Why a dump cannot be read: it is not assessed in part, because the part that is missing could be what matters. */
export class DumpError extends Error {
	readonly problem: Problem;

	constructor(file: string, line: number | undefined, message: string, hint?: string) {
		super(message);
		this.problem = {code: 'audit/ruleset', path: [], file, ...(line === undefined ? {} : {line}), message, ...(hint === undefined ? {} : {hint})};
	}
}

export const truncatedHint = 'is the file complete? Write it anew with the firewall\'s own command';

/** Said where a dump has such rules. */
export const reversePathRemark = 'Packets that come in where none to their sender go out are dropped as forged (reverse path): that is not compared.';

/** No firewall that people look after has more; a file that does is a mistake or meant to do harm. */
export const limits = {rules: 200_000, chains: 50_000, elements: 1_000_000, textLength: 100_000_000, depth: 64} as const;

/** What one file tells of, before it is joined with others. */
export type ReadRuleset = {
	/** By ids that no other file has. */
	readonly chains: ReadonlyMap<string, readonly FirewallRule[]>;
	readonly bases: ReadonlyArray<Omit<BaseChain, 'chain'> & {readonly chain: string}>;
	readonly versions: readonly IpVersion[];
	readonly remarks: readonly string[];
	/** IP versions of which the file says that another program shows more rules. */
	readonly hidden?: readonly IpVersion[];
};

const placeOf: Readonly<Record<string, {readonly hook: Hook; readonly priority: number}>> = {
	ingress: {hook: 'prerouting', priority: -1e9},
	prerouting: {hook: 'prerouting', priority: -1e8},
	input: {hook: 'prerouting', priority: -1e7},
	forward: {hook: 'forward', priority: -1e9},
	output: {hook: 'postrouting', priority: 1e7},
	postrouting: {hook: 'postrouting', priority: 1e8},
	egress: {hook: 'postrouting', priority: 1e9},
};

/**
Rules that only some packets come to, as those of a bridge or of a network card: whether one does is not known, so that what they drop is in doubt.

@param hook - Where the kernel asks them.
@returns Rules to enter them by, and where; undefined for a hook that is not known.
*/
export function enterInDoubt({action, reason, hook, policy = 'accept', file}: {readonly action: FirewallRule['action']; readonly reason: string; readonly hook: string; readonly policy?: 'accept' | 'drop'; readonly file: string}): {readonly rules: FirewallRule[]; readonly base: Pick<BaseChain, 'hook' | 'priority' | 'policy' | 'isNat' | 'file'>} | undefined {
	const place = own(placeOf, hook);
	if (place === undefined) {
		return undefined;
	}

	const rule: FirewallRule = {file, line: undefined, chain: hook, text: reason, regions: {4: [allPackets(4)], 6: [allPackets(6)]}, states: undefined, flags: [], unknown: [reason], action};
	return {rules: [rule, ...(policy === 'drop' ? [{...rule, action: {kind: 'drop'} as const}] : [])], base: {...place, policy: 'accept', isNat: false, file}};
}

/**
Read an address as firewalls print it: one address, a prefix, an old mask, or a range.

@returns The range, or undefined for anything else, as a name or a mask with holes.
*/
export function parseDumpAddress(text: string): AddressRange | undefined {
	const [, address, rest] = /^([\da-fA-F.:]+)(?:\/([\d.]{1,15}))?$/v.exec(text) ?? [];
	if (address === undefined) {
		const parts = text.split('-');
		const [from, to] = parts.length === 2 ? parts.map(part => parseOne(part)) : [];
		return from !== undefined && to?.version === from.version && from.from <= to.from ? {version: from.version, from: from.from, to: to.from} : undefined;
	}

	const one = parseOne(address);
	if (one === undefined || rest === undefined) {
		return one;
	}

	const bits = one.version === 4 ? 32 : 128;
	const prefix = rest.includes('.') ? parseMask(rest) : Number(rest);
	if (prefix === undefined || !Number.isInteger(prefix) || prefix > bits) {
		return undefined;
	}

	const from = one.from - BigInt.asUintN(bits - prefix, one.from);
	return {version: one.version, from, to: from + (2n ** BigInt(bits - prefix)) - 1n};
}

function parseOne(text: string): AddressRange | undefined {
	// IPv4 written as IPv6 is nothing that a design may name, and a firewall may.
	const [, dotted] = /^::ffff:(\d+(?:\.\d+){3})$/v.exec(text) ?? [];
	const parsed = parseAddress(dotted ?? text);
	if (typeof parsed === 'string' || parsed.kind !== 'ip' || parsed.range.from !== parsed.range.to) {
		return undefined;
	}

	return dotted === undefined ? parsed.range : {version: 6, from: 0xFF_FF_00_00_00_00n + parsed.range.from, to: 0xFF_FF_00_00_00_00n + parsed.range.from};
}

function parseMask(text: string): number | undefined {
	const mask = parseOne(text);
	const bits = mask?.from.toString(2).padStart(32, '0');
	return bits !== undefined && /^1*0*$/v.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

/** Read a port or a range of ports, port 0 included; undefined for anything else. */
export function parseDumpPorts(text: string, separator: ':' | '-'): {readonly from: number; readonly to: number} | undefined {
	const [first, last = first, ...more] = text.split(separator);
	const parse = (part: string | undefined, otherwise: number) => part === '' && separator === ':' ? otherwise : (/^\d{1,5}$/v.test(part ?? '') ? Number(part) : Number.NaN);
	const [from, to] = [parse(first, 0), parse(last, 65_535)];
	return more.length === 0 && text !== '' && from <= to && to <= 65_535 ? {from, to} : undefined;
}
