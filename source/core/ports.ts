/**
TCP or UDP ports, both ends inclusive; a single port has `from` equal to `to`.
*/
export type PortRange = {readonly from: number; readonly to: number};

const lastPort = 65_535;
const example = 'a port such as 443 or a range such as 5900-6923';

/**
Read one port or range of ports: `22`, `5900-6923`.

Ports are 1 to 65535: port 0 is reserved (RFC 6335 §6) and no firewall line means it. Anything but digits and one hyphen is refused,
leading zeros too, so that every port has one spelling.

@returns The range, or a short phrase saying what is wrong with the text.

@example
parsePortRange('5900-6923');
//=> {from: 5900, to: 6923}

parsePortRange('443-');
//=> '"443-" is not a port such as 443 or a range such as 5900-6923'
*/
export function parsePortRange(text: string): PortRange | string {
	if (text === '') {
		return 'a port is missing';
	}

	const match = /^(\d+)(?:-(\d+))?$/v.exec(text);
	if (!match) {
		return `${quote(text)} is not ${example}`;
	}

	const [, fromText = '', toText = fromText] = match;
	for (const port of [fromText, toText]) {
		if (/^0\d/v.test(port)) {
			return `${quote(port)} has a leading zero`;
		}

		if (Number(port) < 1 || Number(port) > lastPort) {
			return `${quote(port)} is not a port: ports are 1 to ${lastPort}`;
		}
	}

	const range = {from: Number(fromText), to: Number(toText)};
	return range.from > range.to
		? `the range ${text} goes backwards: write ${toText}-${fromText}`
		: range;
}

/** Port ranges of a plan's texts, in their order. Those that cannot be read are left out; none of a derived flow or line is. */
export function readPorts(texts: readonly string[]): PortRange[] {
	return texts.map(text => parsePortRange(text)).filter(range => typeof range !== 'string');
}

/**
Read a comma separated list of ports and ranges, with or without spaces around the items: `80, 443,5900-6923`.

The ranges come back as they were typed: in that order, repeats and overlaps included.

@returns The ranges, never an empty list, or a short phrase about the first item that is wrong.
*/
export function parsePortList(text: string): readonly PortRange[] | string {
	const items = text.split(',').map(item => item.replaceAll(/^ +| +$/gv, ''));
	if (items.length === 1 && items[0] === '') {
		return 'a port is missing';
	}

	const ranges: PortRange[] = [];
	for (const [index, item] of items.entries()) {
		if (item === '') {
			return `item ${index + 1} of the list is empty`;
		}

		const range = parsePortRange(item);
		if (typeof range === 'string') {
			return range;
		}

		ranges.push(range);
	}

	return ranges;
}

/**
The text `parsePortRange()` reads back: `22`, `5900-6923`.

@throws {RangeError} When a bound is not a port number or `from > to`: a bug here, as user text goes through `parsePortRange()`.
*/
export function formatPortRange(range: PortRange): string {
	assertPortRange(range);
	return range.from === range.to ? String(range.from) : `${range.from}-${range.to}`;
}

/**
The text of each range, in the given order and unmerged: documented neighbours such as 15900 and 15901 stay two ports unless the
caller merges them.
*/
export function formatPortRanges(ranges: readonly PortRange[]): readonly string[] {
	return ranges.map(range => formatPortRange(range));
}

/**
Merge overlapping and adjacent port ranges into the fewest ranges that cover the same ports.

Bounds are inclusive port numbers, 0 to 65535 (RFC 6335 §6). The result is sorted by `from`.

@param ranges - In any order; left unchanged.
@throws {RangeError} When a bound is not a port number or `from > to`: a bug here, as user text goes through `parsePortRange()`.

@example
mergePortRanges([{from: 81, to: 90}, {from: 80, to: 80}]);
//=> [{from: 80, to: 90}]
*/
export function mergePortRanges(ranges: readonly PortRange[]): readonly PortRange[] {
	return uniteRanges(ranges, 1);
}

/**
Unite port ranges for people to read: overlapping ones become one, adjacent ones stay apart.

A document that lists 54322 and 54323 is then quoted as such, and not as a range it does not have. The result covers the
same ports as `mergePortRanges()` and is sorted by `from`.

@param ranges - In any order; left unchanged.
@throws {RangeError} As `mergePortRanges()`.

@example
formatPortRanges(unitePortRanges([{from: 15_901, to: 15_901}, {from: 15_900, to: 15_900}]));
//=> ['15900', '15901']
*/
export function unitePortRanges(ranges: readonly PortRange[]): readonly PortRange[] {
	return uniteRanges(ranges, 0);
}

/**
How many different ports the ranges hold; a port in several of them counts once.
*/
export function countPorts(ranges: readonly PortRange[]): number {
	let count = 0;
	for (const {from, to} of mergePortRanges(ranges)) {
		count += to - from + 1;
	}

	return count;
}

/**
The ports of `ranges` that are in none of `removed`, merged and sorted.

@example
subtractPortRanges([{from: 5900, to: 6923}], [{from: 6000, to: 6000}]);
//=> [{from: 5900, to: 5999}, {from: 6001, to: 6923}]
*/
export function subtractPortRanges(ranges: readonly PortRange[], removed: readonly PortRange[]): readonly PortRange[] {
	const holes = mergePortRanges(removed);
	const rest: PortRange[] = [];
	for (const {from, to} of mergePortRanges(ranges)) {
		let start = from;
		for (const hole of holes) {
			if (hole.to < start || hole.from > to) {
				continue;
			}

			if (hole.from > start) {
				rest.push({from: start, to: hole.from - 1});
			}

			start = hole.to + 1;
		}

		if (start <= to) {
			rest.push({from: start, to});
		}
	}

	return rest;
}

/** Whether two services of one protocol share a port; an empty list is a service on every port. */
export function doPortsMeet(a: readonly PortRange[], b: readonly PortRange[]): boolean {
	return a.length === 0 || b.length === 0 || a.some(range => b.some(other => range.from <= other.to && other.from <= range.to));
}

/**
Whether every port of `range` is in at least one of `ranges`.
*/
export function portRangesContain(ranges: readonly PortRange[], range: PortRange): boolean {
	assertPortRange(range);
	return mergePortRanges(ranges).some(({from, to}) => from <= range.from && range.to <= to);
}

function assertPortRange({from, to}: PortRange): void {
	// Comparisons with NaN are false, so each bound is asked for what it must be and not for what it must not.
	if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= lastPort)) {
		throw new RangeError(`Not a port range: from ${from} to ${to}`);
	}
}

// Messages reach terminals and documents: text that is long or could steer a terminal is not repeated in them.
function quote(text: string): string {
	return /^[ -~]{1,20}$/v.test(text) ? `"${text}"` : 'the text';
}

/** @param reach - How far a range may begin after the end of another and still join it: 1 joins adjacent ones, 0 only what overlaps. */
function uniteRanges(ranges: readonly PortRange[], reach: 0 | 1): readonly PortRange[] {
	for (const range of ranges) {
		assertPortRange(range);
	}

	const merged: PortRange[] = [];
	for (const {from, to} of ranges.toSorted((a, b) => (a.from - b.from) || (a.to - b.to))) {
		const last = merged.at(-1);
		if (last && from <= last.to + reach) {
			merged[merged.length - 1] = {from: last.from, to: Math.max(last.to, to)};
		} else {
			merged.push({from, to});
		}
	}

	return merged;
}
