import {formatAddressRange, type AddressRange} from '../addresses.js';
import type {IpVersion} from '../model.js';
import {compare} from '../problem.js';
import {getOrMake} from '../records.js';
import {nameProtocol} from './protocols.js';
import {doSpansMeet, intersectSpans, subtractSpans, uniteSpans, type Spans} from './spans.js';

/**
Packets of one IP version: every combination of a value of each set. Packets of protocols without ports have all of them, so that no set of ports leaves them out or takes them in
without their protocol.
*/
export type Region = {
	readonly protocol: Spans<number>;
	/** Destination ports; of ICMP the type times 256, plus the code. */
	readonly port: Spans<number>;
	readonly sourcePort: Spans<number>;
	readonly source: Spans<bigint>;
	readonly destination: Spans<bigint>;
};

export type Dimension = keyof Region;

/** From what is told apart fastest. */
const dimensions = ['protocol', 'port', 'destination', 'source', 'sourcePort'] as const satisfies readonly Dimension[];

export const anyProtocol: Spans<number> = [{from: 0, end: 256}];
export const anyPort: Spans<number> = [{from: 0, end: 65_536}];
export const anyAddress: Readonly<Record<IpVersion, Spans<bigint>>> = {4: [{from: 0n, end: 2n ** 32n}], 6: [{from: 0n, end: 2n ** 128n}]};

const universes: Readonly<Record<IpVersion, Region>> = {4: makeUniverse(4), 6: makeUniverse(6)};

function makeUniverse(version: IpVersion): Region {
	return {protocol: anyProtocol, port: anyPort, sourcePort: anyPort, source: anyAddress[version], destination: anyAddress[version]};
}

/** All packets of an IP version. */
export const allPackets = (version: IpVersion): Region => universes[version];

/** Address ranges of one IP version as a set. */
export function toAddressSpans(ranges: readonly AddressRange[], version: IpVersion): Spans<bigint> {
	return uniteSpans(ranges.filter(range => range.version === version).map(({from, to}) => ({from, end: to + 1n})));
}

/** Inclusive ranges as a set. */
export function toSpans(ranges: ReadonlyArray<{readonly from: number; readonly to: number}>): Spans<number> {
	return uniteSpans(ranges.map(({from, to}) => ({from, end: to + 1})));
}

/** Whether two regions share a packet. */
export function doRegionsMeet(a: Region, b: Region): boolean {
	return doSpansMeet(a.protocol, b.protocol) && doSpansMeet(a.port, b.port) && doSpansMeet(a.destination, b.destination) && doSpansMeet(a.source, b.source) && doSpansMeet(a.sourcePort, b.sourcePort);
}

/** The packets that are in both, or undefined. */
export function intersectRegions(a: Region, b: Region): Region | undefined {
	return doRegionsMeet(a, b)
		? {
			protocol: intersectSpans(a.protocol, b.protocol),
			port: intersectSpans(a.port, b.port),
			sourcePort: intersectSpans(a.sourcePort, b.sourcePort),
			source: intersectSpans(a.source, b.source),
			destination: intersectSpans(a.destination, b.destination),
		}
		: undefined;
}

/** The packets that are in one of the first and in one of the second: a region for each pair that shares any. */
export function intersectRegionLists(first: readonly Region[], second: readonly Region[]): Region[] {
	return first.flatMap(region => second.map(other => intersectRegions(region, other)).filter(both => both !== undefined));
}

/** The packets of a region that are not in another, as regions that share none. */
export function subtractRegion(region: Region, removed: Region): Region[] {
	if (!doRegionsMeet(region, removed)) {
		return [region];
	}

	const pieces: Region[] = [];
	let rest = region;
	for (const dimension of dimensions) {
		const outside = subtractSpans<bigint | number>(rest[dimension], removed[dimension]);
		if (outside.length > 0) {
			pieces.push({...rest, [dimension]: outside});
			rest = {...rest, [dimension]: intersectSpans<bigint | number>(rest[dimension], removed[dimension])};
		}
	}

	return pieces;
}

/** The packets of regions that are in none of the removed ones. */
export function subtractRegions(regions: readonly Region[], removed: readonly Region[]): readonly Region[] {
	let rest = regions;
	for (const region of removed) {
		if (rest.length === 0) {
			break;
		}

		rest = rest.flatMap(piece => subtractRegion(piece, region));
	}

	return rest;
}

/** Fewer regions with the same packets: those that differ in one set become one. */
export function mergeRegions(regions: readonly Region[]): readonly Region[] {
	let merged = regions;
	for (const dimension of dimensions) {
		if (merged.length < 2) {
			break;
		}

		const groups = new Map<string, Region[]>();
		for (const region of merged) {
			const key = dimensions.map(other => other === dimension ? '' : (region[other] as Spans<bigint | number>).map(({from, end}) => `${from}-${end}`).join(' ')).join('|');
			getOrMake(groups, key, () => []).push(region);
		}

		merged = [...groups.values()].map(group => group.length === 1 ? group[0]! : {...group[0]!, [dimension]: uniteSpans<bigint | number>(group.flatMap((region): Spans<bigint | number> => region[dimension]))});
	}

	return merged;
}

/** A region for people and programs: texts of addresses, protocols and ports; an empty list of ports where all are meant. */
export type Extent = {
	readonly ipVersion: IpVersion;
	readonly sources: readonly string[];
	readonly destinations: readonly string[];
	readonly protocols: readonly string[];
	readonly ports: readonly string[];
	readonly sourcePorts: readonly string[];
};

/** Say which packets regions hold, fewest words first. */
export function describeRegions(regions: readonly Region[], ipVersion: IpVersion): Extent[] {
	return mergeRegions(regions).map(({source, destination, protocol, port, sourcePort}) => ({
		ipVersion,
		sources: formatAddressSpans(source, ipVersion),
		destinations: formatAddressSpans(destination, ipVersion),
		protocols: isSame(protocol, anyProtocol) ? ['any'] : listValues(protocol).map(({from, to}) => from === to ? nameProtocol(from) : `${from}-${to}`),
		ports: isSame(port, anyPort) ? [] : (isIcmp(protocol) ? listValues(port).map(range => formatIcmp(range)) : formatNumbers(port)),
		sourcePorts: isSame(sourcePort, anyPort) ? [] : formatNumbers(sourcePort),
	})).toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
}

const isSame = <Value>(a: Spans<Value>, b: Spans<Value>): boolean => a.length === b.length && a.every(({from, end}, index) => from === b[index]!.from && end === b[index]!.end);
const isIcmp = (protocol: Spans<number>): boolean => protocol.every(({from, end}) => end === from + 1 && (from === 1 || from === 58));
const listValues = (spans: Spans<number>): Array<{readonly from: number; readonly to: number}> => spans.map(({from, end}) => ({from, to: end - 1}));
const formatNumbers = (spans: Spans<number>): string[] => listValues(spans).map(({from, to}) => from === to ? String(from) : `${from}-${to}`);

function formatIcmp({from, to}: {readonly from: number; readonly to: number}): string {
	const [first, last] = [from, to].map(value => Math.floor(value / 256)) as [number, number];
	const hasCodes = from % 256 !== 0 || to % 256 !== 255;
	return hasCodes ? `type ${first} code ${from % 256} to type ${last} code ${to % 256}` : `type ${first === last ? first : `${first}-${last}`}`;
}

function formatAddressSpans(spans: Spans<bigint>, version: IpVersion): string[] {
	return isSame(spans, anyAddress[version]) ? ['any'] : spans.map(({from, end}) => formatAddressRange({version, from, to: end - 1n}));
}
