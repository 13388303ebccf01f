export type IpVersion = 4 | 6;

/**
Consecutive IP addresses as numbers, both ends inclusive; a single address has `from` equal to `to`.
*/
export type AddressRange = {readonly version: IpVersion; readonly from: bigint; readonly to: bigint};

/**
An address range that is exactly one CIDR block, with the length of its prefix.
*/
export type Network = AddressRange & {readonly prefix: number};

/**
What a profile may give as an address. `text` is the shortest text of the range and `name` is in lower case without a final dot, so
two spellings of one thing are equal as strings.
*/
export type ParsedAddress
	= | {readonly kind: 'ip'; readonly range: AddressRange; readonly text: string}
		| {readonly kind: 'name'; readonly name: string};

/**
Two entries of a list that share addresses, and the addresses they share. `first` is the one whose id sorts first.
*/
export type Overlap<Entry> = {readonly first: Entry; readonly second: Entry; readonly shared: AddressRange};

const lastIpv4 = (2n ** 32n) - 1n;
const lastIpv6 = (2n ** 128n) - 1n;

// ::ffff:0:0/96, RFC 4291 §2.5.5.2.
const mappedFrom = 0xFF_FF_00_00_00_00n;
const mappedTo = 0xFF_FF_FF_FF_FF_FFn;

/**
Read an address of a profile: an address, a CIDR, a range or a fully qualified domain name.

Strict, because programs disagree about everything that is not: no leading zeros in IPv4 (some read `010` as 8), no short forms, no
zone ids, no host bits in a CIDR. The whole address space is refused in every spelling, as no line may mean *any*; whether a smaller
block is too broad is a finding, not an error here.

IPv6 is read in all three forms of RFC 4291 §2.2. What names IPv4 nodes is refused and the IPv4 text proposed: everything in
`::ffff:0:0/96` however written (RFC 4291 §2.5.5.2), as a firewall would make an IPv6 line of it that no packet on the wire matches, and
the deprecated `::1.2.3.4` (§2.5.5.1).

Names follow RFC 1123 §2.1: labels of letters, digits and inner hyphens, 63 characters each and 253 in all, two labels at least. The
final dot of an absolute name is dropped. The last label may not be a number, hexadecimal ones included, as resolvers take such names
for IPv4 addresses. Names in other scripts are written in their `xn--` form.

@returns The address, or a short phrase saying what is wrong with the text. The phrase never repeats characters that could steer a
terminal.

@example
parseAddress('10.0.0.0-10.0.0.255');
//=> {kind: 'ip', range: {version: 4, from: 167772160n, to: 167772415n}, text: '10.0.0.0/24'}

parseAddress('10.0.0.5/24');
//=> '10.0.0.5/24 has host bits set: the network is 10.0.0.0/24'
*/
export function parseAddress(text: string): ParsedAddress | string {
	// Most addresses are single IPv4 ones, which have no second spelling.
	const ipv4 = parseIpv4(text);
	if (ipv4 !== undefined) {
		const value = BigInt(ipv4);
		return {kind: 'ip', range: {version: 4, from: value, to: value}, text};
	}

	if (!plainText.test(text)) {
		return explainText(text);
	}

	if (text.includes('/')) {
		const block = parseBlock(text);
		return typeof block === 'string' ? block : {kind: 'ip', range: block.range, text: block.text};
	}

	if (!isMeantAsIp(text)) {
		return parseName(text);
	}

	const parsed = text.includes('-') ? parseRange(text) : parseSingle(text);
	return typeof parsed === 'string' && /^[^:]+[.][^:]+:\d+$/v.test(text)
		? `${text} has a port: write only the address`
		: parsed;
}

/**
Read a network of a zone: a CIDR and nothing else, as strictly as `parseAddress()`.

@returns The network, or a short phrase saying what is wrong with the text.
*/
export function parseNetwork(text: string): Network | string {
	if (!plainText.test(text)) {
		return explainText(text);
	}

	const block = parseBlock(text);
	return typeof block === 'string' ? block : {...block.range, prefix: block.prefix};
}

/**
The shortest text of a range: one address, a CIDR if it is exactly one, else `from-to`.

IPv6 is written as RFC 5952 recommends; addresses in `::ffff:0:0/96` keep their last 32 bits dotted (§5). `parseAddress()` reads the text
back, except for what it refuses.

@throws {RangeError} When a bound is outside its IP version or `from > to`: a bug here, as user text goes through `parseAddress()`.
*/
export function formatAddressRange(range: AddressRange): string {
	assertAddressRange(range);
	const {version, from, to} = range;
	if (from === to) {
		return formatIp(version, from);
	}

	const prefix = findPrefix(range);
	return prefix === undefined
		? `${formatIp(version, from)}-${formatIp(version, to)}`
		: `${formatIp(version, from)}/${prefix}`;
}

/**
The fewest texts for all addresses of the ranges: merged, sorted, each in its shortest text.

@example
formatAddresses([range('10.0.0.129'), range('10.0.0.0/25'), range('10.0.0.128')]);
//=> ['10.0.0.0-10.0.0.129']
*/
export function formatAddresses(ranges: readonly AddressRange[]): readonly string[] {
	return mergeAddressRanges(ranges).map(range => formatAddressRange(range));
}

/**
Order ranges by IP version, first address and last address; negative when `a` comes first, for `toSorted()`.
*/
export function compareAddressRanges(a: AddressRange, b: AddressRange): number {
	if (a.version !== b.version) {
		return a.version - b.version;
	}

	return compare(a.from, b.from) || compare(a.to, b.to);
}

/**
Merge overlapping and adjacent ranges into the fewest that cover the same addresses, sorted, IPv4 before IPv6.

@param ranges - In any order; left unchanged.
@returns The ranges themselves when they are merged and sorted already, as most are that are asked for again.
@throws {RangeError} When a bound is outside its IP version or `from > to`: a bug here, as user text goes through `parseAddress()`.
*/
export function mergeAddressRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
	for (const range of ranges) {
		assertAddressRange(range);
	}

	if (ranges.every((range, index) => index === 0 || isBeyond(ranges[index - 1]!, range))) {
		return ranges;
	}

	const merged: AddressRange[] = [];
	let last: AddressRange | undefined;
	for (const {version, from, to} of ranges.toSorted(compareAddressRanges)) {
		if (last?.version !== version || from > last.to + 1n) {
			last = {version, from, to};
			merged.push(last);
		} else if (to > last.to) {
			last = {version, from: last.from, to};
			merged[merged.length - 1] = last;
		}
	}

	return merged;
}

/** Whether a range comes after another one, with at least one address between them or in another IP version. */
function isBeyond(first: AddressRange, second: AddressRange): boolean {
	return first.version === second.version ? second.from > first.to && second.from - first.to > 1n : first.version < second.version;
}

/**
The fewest CIDR blocks that cover exactly the addresses of the ranges, sorted, IPv4 before IPv6.

For firewalls that know no ranges; `formatAddressRange()` gives the text of a block.
*/
export function toCidrs(ranges: readonly AddressRange[]): readonly Network[] {
	const networks: Network[] = [];
	for (const {version, from, to} of mergeAddressRanges(ranges)) {
		let start = from;
		while (start <= to) {
			// The largest block that starts here, by its own alignment and by what is left.
			let hostBits = 0;
			let end = start;
			for (let bits = 1; bits <= bitsOf(version); bits++) {
				const blockEnd = start + hostMask(bits);
				if (blockEnd > to || BigInt.asUintN(bits, start) !== 0n) {
					break;
				}

				hostBits = bits;
				end = blockEnd;
			}

			networks.push({
				version,
				from: start,
				to: end,
				prefix: bitsOf(version) - hostBits,
			});
			start = end + 1n;
		}
	}

	return networks;
}

/**
Whether every address of `range` is in at least one of `ranges`.
*/
export function rangesContain(ranges: readonly AddressRange[], range: AddressRange): boolean {
	assertAddressRange(range);
	return mergeAddressRanges(ranges).some(({version, from, to}) => version === range.version && from <= range.from && range.to <= to);
}

/**
The addresses that are both in one of `a` and in one of `b`, merged and sorted.
*/
export function intersectRanges(a: readonly AddressRange[], b: readonly AddressRange[]): readonly AddressRange[] {
	const mergedA = mergeAddressRanges(a);
	const mergedB = mergeAddressRanges(b);
	const shared: AddressRange[] = [];
	let indexA = 0;
	let indexB = 0;
	for (;;) {
		const rangeA = mergedA[indexA];
		const rangeB = mergedB[indexB];
		if (!rangeA || !rangeB) {
			return shared;
		}

		const both = intersect(rangeA, rangeB);
		if (both) {
			shared.push(both);
		}

		// The range that ends first can meet nothing further on.
		if (endsBefore(rangeA, rangeB)) {
			indexA++;
		} else {
			indexB++;
		}
	}
}

/**
How many different addresses the ranges hold, IPv4 and IPv6 together; an address in several of them counts once.
*/
export function countAddresses(ranges: readonly AddressRange[]): bigint {
	let count = 0n;
	for (const {from, to} of mergeAddressRanges(ranges)) {
		count += to - from + 1n;
	}

	return count;
}

/**
Find every pair of entries with different ids that share addresses. An id may have several entries; those are not compared with
each other.

Takes O(n log n) for n entries, and as much for n pairs found. Pairs are sorted by the ids and then the ranges of `first` and `second`,
whatever the order of the entries.

@example
findOverlaps([{id: 'lan', range: range('10.0.0.0/8')}, {id: 'dmz', range: range('10.1.0.0/16')}]);
//=> [{first: {id: 'dmz', …}, second: {id: 'lan', …}, shared: range('10.1.0.0/16')}]
*/
export function findOverlaps<Entry extends {readonly id: string; readonly range: AddressRange}>(entries: readonly Entry[]): ReadonlyArray<Overlap<Entry>> {
	for (const {range} of entries) {
		assertAddressRange(range);
	}

	const overlaps: Array<Overlap<Entry>> = [];
	// Entries that begin no later than the current one, by id: the many entries one id may have are never compared with each other.
	const open = new Map<string, Entry[]>();
	for (const entry of entries.toSorted((a, b) => compareAddressRanges(a.range, b.range) || compare(a.id, b.id))) {
		for (const [id, candidates] of open) {
			if (id === entry.id) {
				continue;
			}

			// Those that have ended are dropped, so a look at a candidate either finds a pair or is the last one.
			const remaining: Entry[] = [];
			for (const candidate of candidates) {
				const shared = intersect(candidate.range, entry.range);
				if (shared) {
					remaining.push(candidate);
					overlaps.push(id < entry.id ? {first: candidate, second: entry, shared} : {first: entry, second: candidate, shared});
				}
			}

			if (remaining.length > 0) {
				open.set(id, remaining);
			} else {
				open.delete(id);
			}
		}

		const own = open.get(entry.id);
		if (own) {
			own.push(entry);
		} else {
			open.set(entry.id, [entry]);
		}
	}

	return overlaps.toSorted((a, b) => compare(a.first.id, b.first.id)
		|| compare(a.second.id, b.second.id)
		|| compareAddressRanges(a.first.range, b.first.range)
		|| compareAddressRanges(a.second.range, b.second.range));
}

// `text` is the canonical text of `value`.
type Ip = {readonly version: IpVersion; readonly value: bigint; readonly text: string};

// Text that passes is short, plain ASCII and safe to repeat in a message.
const longestText = 300;
const plainText = /^[\-.\/0-9:A-Za-z]{1,300}$/v;

// Only for texts that are not plain.
function explainText(text: string): string {
	if (text === '') {
		return 'an address is missing';
	}

	if (text.length > longestText) {
		return `an address has at most ${longestText} characters`;
	}

	if (/\s/v.test(text)) {
		return 'an address has no spaces in it';
	}

	const unexpected = /[^\-.\/0-9:A-Za-z]/v.exec(text)?.[0] ?? '';
	if (unexpected === '%') {
		return 'an address has no zone id (%) in it: that means something on one machine only';
	}

	const codePoint = (unexpected.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return `an address cannot contain ${/[!-~]/v.test(unexpected) ? unexpected : `U+${codePoint}`}`;
}

// `10.0.0.1-9` would pass as a name; nobody means one by digits, dots and hyphens alone.
function isMeantAsIp(text: string): boolean {
	return text.includes(':') || /^[\-.\d]+$/v.test(text);
}

type Block = {readonly range: AddressRange; readonly prefix: number; readonly text: string};

function parseBlock(text: string): Block | string {
	const slashAt = text.indexOf('/');
	if (slashAt === -1) {
		const ip = parseIp(text);
		return typeof ip === 'string'
			? `${text} is not a network such as 10.0.0.0/24`
			: `${text} has no prefix: write a network such as ${exampleNetwork(ip.version)}, or ${ip.text}/${bitsOf(ip.version)} for the one address`;
	}

	const ip = parseIp(text.slice(0, slashAt));
	if (typeof ip === 'string') {
		return text.includes('://') ? `${text} is a URL: write only its host` : ip;
	}

	const {version, value} = ip;
	const prefixText = text.slice(slashAt + 1);
	if (!/^(?:0|[1-9]\d{0,2})$/v.test(prefixText)) {
		return `${text} has no valid prefix: write a network such as ${exampleNetwork(version)}`;
	}

	const prefix = Number(prefixText);
	const hostBits = bitsOf(version) - prefix;
	if (hostBits < 0) {
		return `the prefix /${prefix} is too long: IPv${version} has ${bitsOf(version)} bits`;
	}

	const from = value - BigInt.asUintN(hostBits, value);
	const range = {version, from, to: from + hostMask(hostBits)};
	const refusal = findRefusal(range);
	if (refusal !== undefined) {
		return refusal;
	}

	return from === value
		? {range, prefix, text: hostBits === 0 ? ip.text : `${ip.text}/${prefix}`}
		: `${text} has host bits set: the network is ${formatAddressRange(range)}`;
}

function parseSingle(addressText: string): ParsedAddress | string {
	const ip = parseIp(addressText);
	if (typeof ip === 'string') {
		return ip;
	}

	const {version, value, text} = ip;
	const range = {version, from: value, to: value};
	return findRefusal(range) ?? {kind: 'ip', range, text};
}

function parseRange(text: string): ParsedAddress | string {
	const hyphenAt = text.indexOf('-');
	const lastText = text.slice(hyphenAt + 1);
	const first = parseIp(text.slice(0, hyphenAt));
	if (typeof first === 'string') {
		return first;
	}

	const last = parseIp(lastText);
	if (typeof last === 'string') {
		return /^\d+$/v.test(lastText) ? `${text} is cut short: write the last address in full` : last;
	}

	if (first.version !== last.version) {
		return `${text} mixes IPv4 and IPv6`;
	}

	if (first.value > last.value) {
		return `${text} goes backwards: write ${last.text}-${first.text}`;
	}

	const range = {version: first.version, from: first.value, to: last.value};
	return findRefusal(range) ?? {kind: 'ip', range, text: findPrefix(range) === undefined ? `${first.text}-${last.text}` : formatAddressRange(range)};
}

// Ranges that are well written and still not accepted.
function findRefusal(range: AddressRange): string | undefined {
	const {version, from, to} = range;
	if (from === 0n && to === lastOf(version)) {
		return `${formatAddressRange(range)} means any address and is never accepted: name the networks that are meant`;
	}

	if (version === 6 && from >= mappedFrom && to <= mappedTo) {
		const ipv4 = formatAddressRange({version: 4, from: from - mappedFrom, to: to - mappedFrom});
		return `${formatAddressRange(range)} is IPv4 written as IPv6: write ${ipv4 === '0.0.0.0/0' ? 'the IPv4 networks that are meant' : ipv4}`;
	}

	return undefined;
}

function parseIp(text: string): Ip | string {
	if (text === '') {
		return 'an address is missing';
	}

	if (!text.includes(':')) {
		const value = parseIpv4(text);
		// What is read as IPv4 has no second spelling.
		return value === undefined ? explainIpv4(text) : {version: 4, value: BigInt(value), text};
	}

	const value = parseIpv6(text);
	if (value === undefined) {
		return `${text} is not an IPv6 address`;
	}

	return text.includes('.') && value <= lastIpv4
		? `${text} is IPv4 written as IPv6: write ${formatIp(4, value)}`
		: {version: 6, value, text: formatIpv6(value)};
}

function parseIpv4(text: string): number | undefined {
	let value = 0;
	let octet: number | undefined;
	let dots = 0;
	for (let index = 0; index < text.length; index++) {
		const digit = text.codePointAt(index)! - 48;
		if (digit >= 0 && digit <= 9) {
			if (octet === 0) {
				return undefined;
			}

			octet = ((octet ?? 0) * 10) + digit;
			if (octet > 255) {
				return undefined;
			}
		} else if (text[index] === '.' && octet !== undefined) {
			value = (value * 256) + octet;
			octet = undefined;
			dots++;
		} else {
			return undefined;
		}
	}

	return dots === 3 && octet !== undefined ? (value * 256) + octet : undefined;
}

// Only for texts `parseIpv4()` has refused.
function explainIpv4(text: string): string {
	const parts = text.split('.');
	if (!parts.every(part => /^\d+$/v.test(part))) {
		return `${text} is not an IP address`;
	}

	if (parts.length !== 4) {
		return `${text} is not an IP address: IPv4 has four numbers`;
	}

	const padded = parts.find(part => /^0\d/v.test(part));
	return padded === undefined
		? `${text} is not an IP address: ${parts.find(part => Number(part) > 255) ?? ''} is above 255`
		: `${text} is ambiguous: ${padded} has a leading zero, which some programs read as octal`;
}

// The eight groups of the IPv6 address that is being read or written. Views turn groups into a number and back much faster than
// arithmetic or hexadecimal text.
const groups = new DataView(new ArrayBuffer(16));
const twoTo64 = 2n ** 64n;

function parseIpv6(text: string): bigint | undefined {
	let plain = text;
	if (text.includes('.')) {
		const dottedAt = text.lastIndexOf(':') + 1;
		const dotted = parseIpv4(text.slice(dottedAt));
		if (dotted === undefined) {
			return undefined;
		}

		plain = `${text.slice(0, dottedAt)}${Math.floor(dotted / 65_536).toString(16)}:${(dotted % 65_536).toString(16)}`;
	}

	let count = 0;
	let gapAt: number | undefined;
	let group = 0;
	let digits = 0;
	for (let index = 0; index < plain.length; index++) {
		const digit = hexDigitOf(plain.codePointAt(index)!);
		if (digit !== undefined && digits < 4 && count < 8) {
			group = (group * 16) + digit;
			digits++;
			continue;
		}

		const isGap = plain.startsWith('::', index);
		const isColon = plain[index] === ':' && digits > 0 && index < plain.length - 1;
		if (isGap ? gapAt !== undefined : !isColon) {
			return undefined;
		}

		if (digits > 0) {
			groups.setUint16(count * 2, group);
			count++;
			group = 0;
			digits = 0;
		}

		if (isGap) {
			gapAt = count;
			index++;
		}
	}

	if (digits > 0) {
		groups.setUint16(count * 2, group);
		count++;
	}

	// The double colon stands for one group of zeros at least.
	const missing = 8 - count;
	if (gapAt === undefined ? missing > 0 : missing === 0) {
		return undefined;
	}

	const zerosFrom = gapAt ?? 8;
	for (let index = 7; index >= zerosFrom; index--) {
		const from = index - missing;
		groups.setUint16(index * 2, from < zerosFrom ? 0 : groups.getUint16(from * 2));
	}

	return (groups.getBigUint64(0) * twoTo64) + groups.getBigUint64(8);
}

function hexDigitOf(codePoint: number): number | undefined {
	if (codePoint >= 0x30 && codePoint <= 0x39) {
		return codePoint - 0x30;
	}

	if (codePoint >= 0x61 && codePoint <= 0x66) {
		return codePoint - 0x61 + 10;
	}

	return codePoint >= 0x41 && codePoint <= 0x46 ? codePoint - 0x41 + 10 : undefined;
}

const longestName = 253;

function parseName(text: string): ParsedAddress | string {
	const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
	if (name.length > longestName) {
		return `a host name has at most ${longestName} characters`;
	}

	const labels = name.split('.');
	if (labels.includes('')) {
		return `${text} has an empty part between its dots`;
	}

	const long = labels.find(label => label.length > 63);
	if (long !== undefined) {
		return `the part ${long.slice(0, 20)}… of the name is longer than 63 characters`;
	}

	const hyphened = labels.find(label => label.startsWith('-') || label.endsWith('-'));
	if (hyphened !== undefined) {
		return `${text} is not a host name: ${hyphened} begins or ends with a hyphen`;
	}

	if (labels.length === 1) {
		return `${text} is not a full name: write its domain too, as in ${name}.example.com`;
	}

	// The test that decides in https://url.spec.whatwg.org/#ends-in-a-number-checker
	if (/^(?:\d+|0x[\da-f]*)$/v.test(labels.at(-1) ?? '')) {
		return `${text} is neither an IP address nor a name: the last part of a name is not a number`;
	}

	if (/^\d+(?:[.](?:\d+|x+)){3}$/v.test(name)) {
		return `${text} is not an address: write a network such as 10.0.0.0/24`;
	}

	return {kind: 'name', name};
}

// The prefix of a range that is one block.
function findPrefix({version, from, to}: AddressRange): number | undefined {
	const span = to - from;
	if (span === 0n) {
		return bitsOf(version);
	}

	// The last bits of a block are all zeros in its first address and all ones in its last. Most ranges fail in the very last bit.
	if (BigInt.asUintN(1, from) === 1n || BigInt.asUintN(1, to) === 0n) {
		return undefined;
	}

	const hostBits = span.toString(2).length;
	return span === hostMask(hostBits) && BigInt.asUintN(hostBits, from) === 0n ? bitsOf(version) - hostBits : undefined;
}

function formatIp(version: IpVersion, value: bigint): string {
	return version === 4 ? formatIpv4(Number(value)) : formatIpv6(value);
}

function formatIpv4(value: number): string {
	const high = Math.floor(value / 65_536);
	const low = value % 65_536;
	return `${Math.floor(high / 256)}.${high % 256}.${Math.floor(low / 256)}.${low % 256}`;
}

// RFC 5952 §4 and §5.
function formatIpv6(value: bigint): string {
	if (value >= mappedFrom && value <= mappedTo) {
		return `::ffff:${formatIpv4(Number(value - mappedFrom))}`;
	}

	groups.setBigUint64(0, value / twoTo64);
	groups.setBigUint64(8, value % twoTo64);
	// A single group of zeros is written out, and the first of the longest runs is not.
	let runFrom = 8;
	let runTo = 8;
	for (let index = 0, zeros = 0; index < 8; index++) {
		zeros = groups.getUint16(index * 2) === 0 ? zeros + 1 : 0;
		if (zeros > Math.max(runTo - runFrom, 1)) {
			runFrom = index + 1 - zeros;
			runTo = index + 1;
		}
	}

	// The texts between the colons: a run is an empty one, and at either end of the address there is another beside it.
	const texts: string[] = [];
	for (let index = 0; index < 8; index++) {
		if (index < runFrom || index >= runTo) {
			texts.push(groups.getUint16(index * 2).toString(16));
			continue;
		}

		if (index === 0 || index === 7) {
			texts.push('');
		}

		if (index === runFrom) {
			texts.push('');
		}
	}

	return texts.join(':');
}

function intersect(a: AddressRange, b: AddressRange): AddressRange | undefined {
	if (a.version !== b.version) {
		return undefined;
	}

	let {version, from, to} = a;
	if (b.from > from) {
		from = b.from;
	}

	if (b.to < to) {
		to = b.to;
	}

	return from <= to ? {version, from, to} : undefined;
}

function endsBefore(a: AddressRange, b: AddressRange): boolean {
	return a.version === b.version ? a.to < b.to : a.version < b.version;
}

function bitsOf(version: IpVersion): number {
	return version === 4 ? 32 : 128;
}

// The given number of ones.
function hostMask(bits: number): bigint {
	return BigInt.asUintN(bits, lastIpv6);
}

function exampleNetwork(version: IpVersion): string {
	return version === 4 ? '10.0.0.0/24' : '2001:db8::/64';
}

function lastOf(version: IpVersion): bigint {
	return version === 4 ? lastIpv4 : lastIpv6;
}

// Texts compare by their code units: the same order in every locale.
function compare<Value extends bigint | string>(a: Value, b: Value): number {
	if (a < b) {
		return -1;
	}

	return a > b ? 1 : 0;
}

function assertAddressRange({version, from, to}: AddressRange): void {
	if (from < 0n || from > to || to > lastOf(version)) {
		throw new RangeError(`Not an IPv${version} range: from ${from} to ${to}`);
	}
}
