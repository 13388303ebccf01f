import type {IpVersion} from '../model.js';
import {getOrMake} from '../records.js';
import {parseIcmpType, parseProtocol} from './protocols.js';
import {DumpError, limits, parseDumpAddress, parseDumpPorts, type DumpFile} from './reading.js';
import {allPackets, mergeRegions, subtractRegions, toSpans, type Region} from './region.js';

/** A set of ipset(8): what a match on it holds, by the direction of each part; undefined where its kind is not known. */
export type IpSet = {
	readonly parts: number;
	/** Why no match on it can be assessed. */
	readonly unknown: string | undefined;
	readonly listRegions: (version: IpVersion, directions: readonly string[]) => readonly Region[] | undefined;
};

type Entry = {readonly value: string; readonly isExcluded: boolean};

/** Each exception may cut every element. */
const maxExcluded = 500;

const knownParts = new Set(['ip', 'net', 'port']);

/** Whether a text is what `ipset save` prints. */
export const isIpSetDump = (text: string): boolean => /^create \S+ (?:hash|bitmap|list):/mv.test(text);

/**
Read what `ipset save` prints.

@throws {DumpError} When a line cannot be read.
*/
export function readIpSets({name: file, text}: DumpFile): ReadonlyMap<string, IpSet> {
	const kinds = new Map<string, {readonly kind: string; readonly options: readonly string[]}>();
	const entries = new Map<string, Entry[]>();
	let count = 0;
	for (const [index, line] of text.split('\n').entries()) {
		// A comment may hold any word.
		const words = line.replaceAll(/"(?:[^"\\]|\\.)*"/gv, '""').trim().split(/\s+/v);
		const [command, name, value] = words;
		if (command === '' || command?.startsWith('#')) {
			continue;
		}

		if (command === 'create' && name !== undefined && value !== undefined) {
			kinds.set(name, {kind: value, options: words.slice(3)});
		} else if (command === 'add' && name !== undefined && value !== undefined && kinds.has(name)) {
			count++;
			getOrMake(entries, name, () => []).push({value, isExcluded: words.slice(3).includes('nomatch')});
		} else {
			throw new DumpError(file, index + 1, 'this is no line of ipset save', 'ipset save prints create and add');
		}

		if (count > limits.elements) {
			throw new DumpError(file, index + 1, `the sets have more than ${limits.elements} elements`);
		}
	}

	if (text !== '' && !text.endsWith('\n')) {
		throw new DumpError(file, undefined, 'the last line is cut off', 'is the file complete?');
	}

	return new Map([...kinds].map(([name, {kind, options}]) => [name, makeSet(name, kind, options, entries.get(name) ?? [])]));
}

/** Options after which a set does not hold what its elements say. */
const changing = ['timeout', 'netmask', 'bitmask', 'markmask'];

function makeSet(name: string, kind: string, options: readonly string[], entries: readonly Entry[]): IpSet {
	const parts = kind.slice(kind.indexOf(':') + 1).split(',');
	const isKnown = /^(?:hash|bitmap):/v.test(kind) && parts.every(part => knownParts.has(part));
	const option = changing.find(word => options.includes(word));
	const known = new Map<string, readonly Region[] | undefined>();
	return {
		parts: parts.length,
		unknown: isKnown ? (option === undefined ? undefined : `set ${name}, whose elements have ${option === 'timeout' ? 'an end' : `a ${option}`}`) : `set ${name} of type ${kind}`,
		listRegions: (version, directions) => getOrMake(known, `${version} ${directions.join(',')}`, () => isKnown ? findRegions(version, directions, parts, entries) : undefined),
	};
}

function findRegions(version: IpVersion, directions: readonly string[], parts: readonly string[], entries: readonly Entry[]): readonly Region[] | undefined {
	const read = entries.map(({value, isExcluded}) => ({region: readEntry(version, directions, parts, value), isExcluded}));
	const excluded = read.filter(({isExcluded}) => isExcluded);
	if (read.some(({region}) => region === 'unknown') || excluded.length > maxExcluded) {
		return undefined;
	}

	const held = mergeRegions(read.filter(({isExcluded}) => !isExcluded).map(({region}) => region).filter(region => typeof region === 'object'));
	const isNested = excluded.length > 0 && read.some(({region, isExcluded}) => !isExcluded && typeof region === 'object' && excluded.some(({region: other}) => typeof other === 'object' && subtractRegions([region], [other]).length === 0));
	// Of what lies in an exception and is held all the same, the smaller block counts: that is more than is followed here.
	return isNested ? undefined : subtractRegions(held, excluded.map(({region}) => region).filter(region => typeof region === 'object'));
}

function readEntry(version: IpVersion, directions: readonly string[], parts: readonly string[], value: string): Region | 'unknown' | undefined {
	const values = value.split(',');
	if (values.length !== parts.length || directions.length < parts.length) {
		return 'unknown';
	}

	let region = allPackets(version);
	for (const [index, part] of parts.entries()) {
		const isSource = directions[index] === 'src';
		if (part === 'port') {
			const [, protocolText = 'tcp', ports] = /^(?:([\w\-]+):)?(.+)$/v.exec(values[index]!) ?? [];
			const protocol = parseProtocol(protocolText);
			const isIcmp = protocol === 1 || protocol === 58;
			const type = ports === undefined || !isIcmp ? undefined : parseIcmpType(ports, protocol);
			// A type by its name is the type with the code 0.
			const range = type === undefined ? (ports === undefined || isIcmp ? undefined : parseDumpPorts(ports, '-')) : (/^\d+\/\d+$/v.test(ports!) ? type : {from: type.from, to: type.from});
			if (protocol === undefined || range === undefined) {
				return 'unknown';
			}

			// A bitmap of ports does not look at the protocol, but only TCP and UDP are asked; the kernel compares an unnamed one with both.
			region = {...region, protocol: toSpans(parts.length === 1 ? [{from: 6, to: 6}, {from: 17, to: 17}] : [{from: protocol, to: protocol}]), [isSource && !isIcmp ? 'sourcePort' : 'port']: toSpans([range])};
		} else {
			const range = parseDumpAddress(values[index]!);
			if (range === undefined) {
				return 'unknown';
			}

			if (range.version !== version) {
				return undefined;
			}

			region = {...region, [isSource ? 'source' : 'destination']: [{from: range.from, end: range.to + 1n}]};
		}
	}

	return region;
}
