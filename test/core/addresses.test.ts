import {isIPv4, isIPv6} from 'node:net';
import test from 'ava';
import {containsCidr, mergeCidr, overlapCidr, parseCidr} from 'cidr-tools';
import fc from 'fast-check';
import {
	compareAddressRanges,
	countAddresses,
	findOverlaps,
	formatAddresses,
	formatAddressRange,
	intersectRanges,
	mergeAddressRanges,
	parseAddress,
	parseNetwork,
	rangesContain,
	toCidrs,
	type AddressRange,
	type IpVersion,
} from '../../source/core/addresses.js';

/** The range of a text that must be readable. */
const range = (text: string): AddressRange => {
	const parsed = parseAddress(text);
	if (typeof parsed === 'string' || parsed.kind !== 'ip') {
		throw new Error(`Not an IP address: ${JSON.stringify(parsed)}`);
	}

	return parsed.range;
};

const readsIp = test.macro({
	exec(t, text: string, expected: string) {
		const parsed = parseAddress(text);
		t.like(parsed, {kind: 'ip', text: expected});
		t.is(formatAddressRange(range(text)), expected);
	},
	title: (_, text: string, expected: string) => text === expected ? `reads ${text} as it is` : `reads ${text} as ${expected}`,
});

test(readsIp, '10.0.0.1', '10.0.0.1');
test(readsIp, '0.0.0.0', '0.0.0.0');
test(readsIp, '255.255.255.255', '255.255.255.255');
test(readsIp, '10.0.0.0/24', '10.0.0.0/24');
test(readsIp, '10.0.0.1/32', '10.0.0.1');
test(readsIp, '0.0.0.0/1', '0.0.0.0/1');
test(readsIp, '128.0.0.0/1', '128.0.0.0/1');
test(readsIp, '10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9');
test(readsIp, '10.0.0.0-10.0.0.255', '10.0.0.0/24');
test(readsIp, '10.0.0.7-10.0.0.7', '10.0.0.7');
test(readsIp, '10.0.0.128-10.0.1.127', '10.0.0.128-10.0.1.127');
test(readsIp, '::', '::');
test(readsIp, '::1', '::1');
test(readsIp, '1::', '1::');
test(readsIp, '2001:DB8:0:0:0:0:0:1', '2001:db8::1');
test(readsIp, '2001:0db8::0001', '2001:db8::1');
test(readsIp, '2001:db8::/32', '2001:db8::/32');
test(readsIp, '2001:db8::1/128', '2001:db8::1');
test(readsIp, '2001:db8::-2001:db8::ffff', '2001:db8::/112');
test(readsIp, '2001:db8::1-2001:db8::9', '2001:db8::1-2001:db8::9');
test(readsIp, '8000::/1', '8000::/1');
test(readsIp, 'fe80::1', 'fe80::1');
// A run at least two groups long is cut, the longest, and of equals the first: RFC 5952 §4.2.
test(readsIp, '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1');
test(readsIp, '2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1');
test(readsIp, '2001:0:0:1:0:0:0:1', '2001:0:0:1::1');
test(readsIp, '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1');
test(readsIp, '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0');
test(readsIp, '::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8');
test(readsIp, '1:2:3:4:5:6::', '1:2:3:4:5:6::');
// The dotted form of RFC 4291 §2.2 is read; RFC 5952 §5 keeps it for no prefix that is accepted here.
test(readsIp, '64:ff9b::192.0.2.33', '64:ff9b::c000:221');
test(readsIp, '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304');
test(readsIp, '::1:0.0.0.1', '::1:0:1');

const readsName = test.macro({
	exec(t, text: string, name: string) {
		t.deepEqual(parseAddress(text), {kind: 'name', name});
	},
	title: (_, text: string) => `reads ${text.length > 40 ? `${text.length} characters` : text} as a name`,
});

const label63 = 'a'.repeat(63);
const name253 = `${label63}.${label63}.${label63}.${'b'.repeat(61)}`;
test(readsName, 'vcenter.example.com', 'vcenter.example.com');
test(readsName, 'VCenter.Example.COM', 'vcenter.example.com');
test(readsName, 'ntp.example.com.', 'ntp.example.com');
test(readsName, 'host-1.example.com', 'host-1.example.com');
test(readsName, '0.pool.ntp.org', '0.pool.ntp.org');
test(readsName, '1-2.example.com', '1-2.example.com');
test(readsName, '3com.com', '3com.com');
test(readsName, 'a.b', 'a.b');
test(readsName, 'xn--bcher-kva.example', 'xn--bcher-kva.example');
test(readsName, '10.0.0.1.example', '10.0.0.1.example');
test(readsName, 'host.lan1', 'host.lan1');
test(readsName, 'dead.beef', 'dead.beef');
test(readsName, name253, name253);
test(readsName, `${name253}.`, name253);

const refuses = test.macro({
	exec(t, text: string, expected: RegExp | string) {
		const result = parseAddress(text);
		if (typeof result !== 'string') {
			t.fail(`read as ${result.kind === 'ip' ? result.text : result.name}`);
		} else if (typeof expected === 'string') {
			t.is(result, expected);
		} else {
			t.regex(result, expected);
		}
	},
	title: (_, text: string) => `refuses ${text.length > 40 ? `${text.length} characters that begin with ${text.slice(0, 8)}` : JSON.stringify(text)}`,
});

test(refuses, '', 'an address is missing');
test(refuses, ' ', /spaces/v);
test(refuses, ' 10.0.0.1', /spaces/v);
test(refuses, '10.0.0.1\n', /spaces/v);
test(refuses, '10.0.0.1 - 10.0.0.9', /spaces/v);
test(refuses, `${'a.'.repeat(150)}b`, 'an address has at most 300 characters');
test(refuses, '010.0.0.1', '010.0.0.1 is ambiguous: 010 has a leading zero, which some programs read as octal');
test(refuses, '10.0.0.00', /leading zero/v);
test(refuses, '256.0.0.1', '256.0.0.1 is not an IP address: 256 is above 255');
test(refuses, '10.0.0.999999999999', /above 255/v);
test(refuses, '10.0.0', '10.0.0 is not an IP address: IPv4 has four numbers');
test(refuses, '10', /four numbers/v);
test(refuses, '167772161', /four numbers/v);
test(refuses, '10.0.0.0.1', /four numbers/v);
test(refuses, '10.0.0.', /not an IP address/v);
test(refuses, '10.0.0.1.', /not an IP address/v);
test(refuses, '.10.0.0.1', /not an IP address/v);
test(refuses, '10..0.1', /not an IP address/v);
test(refuses, '.', /not an IP address/v);
test(refuses, '-', /missing/v);
test(refuses, '10.0.0.5/24', '10.0.0.5/24 has host bits set: the network is 10.0.0.0/24');
test(refuses, '2001:DB8::5/64', '2001:DB8::5/64 has host bits set: the network is 2001:db8::/64');
test(refuses, '10.0.0.1/31', '10.0.0.1/31 has host bits set: the network is 10.0.0.0/31');
test(refuses, '10.0.0.0/33', 'the prefix /33 is too long: IPv4 has 32 bits');
test(refuses, '2001:db8::/129', 'the prefix /129 is too long: IPv6 has 128 bits');
test(refuses, '10.0.0.0/999', /too long/v);
test(refuses, '10.0.0.0/', /no valid prefix/v);
test(refuses, '10.0.0.0/08', /no valid prefix/v);
test(refuses, '10.0.0.0/-8', /no valid prefix/v);
test(refuses, '10.0.0.0/1e1', /no valid prefix/v);
test(refuses, '10.0.0.0/255.255.255.0', /no valid prefix/v);
test(refuses, '10.0.0.0/24/24', /no valid prefix/v);
test(refuses, '10.0.0/24', /four numbers/v);
test(refuses, '/24', /missing/v);
test(refuses, 'example.com/24', /not an IP address/v);
test(refuses, '0.0.0.0/0', '0.0.0.0/0 means any address and is never accepted: name the networks that are meant');
test(refuses, '10.0.0.0/0', /^0\.0\.0\.0\/0 means any address/v);
test(refuses, '0.0.0.0-255.255.255.255', /means any address/v);
test(refuses, '::/0', '::/0 means any address and is never accepted: name the networks that are meant');
test(refuses, '0::0/0', /means any address/v);
test(refuses, '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', /means any address/v);
test(refuses, 'fe80::1%eth0', /zone id/v);
test(refuses, '10.0.0.9-10.0.0.1', '10.0.0.9-10.0.0.1 goes backwards: write 10.0.0.1-10.0.0.9');
test(refuses, '2001:db8::9-2001:DB8::1', /goes backwards: write 2001:db8::1-2001:db8::9/v);
test(refuses, '10.0.0.1-2001:db8::1', /mixes IPv4 and IPv6/v);
test(refuses, '2001:db8::1-10.0.0.1', /mixes IPv4 and IPv6/v);
test(refuses, '10.0.0.1-9', '10.0.0.1-9 is cut short: write the last address in full');
test(refuses, '10.0.0.1-', /missing/v);
test(refuses, '-10.0.0.1', /missing/v);
test(refuses, '10.0.0.1-10.0.0.2-10.0.0.3', /not an IP address/v);
test(refuses, '10.0.0.0/24-10.0.1.0/24', /no valid prefix/v);
test(refuses, '10.0.0.1-10.0.1.0/24', /not an IP address/v);
test(refuses, '::ffff:1.2.3.4', '::ffff:1.2.3.4 is IPv4 written as IPv6: write 1.2.3.4');
test(refuses, '::ffff:102:304', '::ffff:1.2.3.4 is IPv4 written as IPv6: write 1.2.3.4');
test(refuses, '::ffff:10.0.0.0/120', '::ffff:10.0.0.0/120 is IPv4 written as IPv6: write 10.0.0.0/24');
test(refuses, '::ffff:10.0.0.1-::ffff:10.0.0.9', /write 10\.0\.0\.1-10\.0\.0\.9$/v);
test(refuses, '::ffff:0:0/96', /write the IPv4 networks that are meant$/v);
test(refuses, '::1.2.3.4', '::1.2.3.4 is IPv4 written as IPv6: write 1.2.3.4');
test(refuses, '::ffff:01.2.3.4', /not an IPv6 address/v);
test(refuses, '::1.2.3', /not an IPv6 address/v);
test(refuses, '1.2.3.4::', /not an IPv6 address/v);
test(refuses, '1:2:3:4:5:6:7:1.2.3.4', /not an IPv6 address/v);
test(refuses, ':', /not an IPv6 address/v);
test(refuses, ':::', /not an IPv6 address/v);
test(refuses, '1::2::3', /not an IPv6 address/v);
test(refuses, ':1:2:3:4:5:6:7:8', /not an IPv6 address/v);
test(refuses, '1:2:3:4:5:6:7:', /not an IPv6 address/v);
test(refuses, '1:2:3:4:5:6:7', /not an IPv6 address/v);
test(refuses, '1:2:3:4:5:6:7:8:9', /not an IPv6 address/v);
test(refuses, '1:2:3:4::5:6:7:8', /not an IPv6 address/v);
test(refuses, '::1:2:3:4:5:6:7:8', /not an IPv6 address/v);
test(refuses, '2001:db8::00001', /not an IPv6 address/v);
test(refuses, '2001:db8::g', /not an IPv6 address/v);
test(refuses, '2001:DB8::G', /not an IPv6 address/v);
test(refuses, '10.0.0.1:443', '10.0.0.1:443 has a port: write only the address');
test(refuses, 'host-1.example.com:443', 'host-1.example.com:443 has a port: write only the address');
test(refuses, 'https://vcenter.example.com/ui', 'https://vcenter.example.com/ui is a URL: write only its host');
test(refuses, '[2001:db8::1]', 'an address cannot contain [');
test(refuses, '10.0.0.*', 'an address cannot contain *');
test(refuses, '10.0.0.1,10.0.0.2', 'an address cannot contain ,');
test(refuses, 'my_host.example.com', 'an address cannot contain _');
test(refuses, 'bücher.example', 'an address cannot contain U+00FC');
test(refuses, '10.0.0.1–10.0.0.9', 'an address cannot contain U+2013');
test(refuses, '\u{1B}[2J', 'an address cannot contain U+001B');
test(refuses, '１０.0.0.1', /cannot contain U\+FF11/v);
test(refuses, 'vcenter', 'vcenter is not a full name: write its domain too, as in vcenter.example.com');
test(refuses, 'localhost.', /not a full name/v);
test(refuses, 'any', /not a full name/v);
test(refuses, 'a..example.com', /empty part/v);
test(refuses, '.example.com', /empty part/v);
test(refuses, 'example.com..', /empty part/v);
test(refuses, '-a.example.com', /hyphen/v);
test(refuses, 'a-.example.com', /hyphen/v);
test(refuses, 'a.example.123', /last part of a name is not a number/v);
test(refuses, '10.0.0.0x1', /last part of a name is not a number/v);
test(refuses, '10.0.0.x', /not an address: write a network/v);
test(refuses, '192.168.xxx.XXX', /not an address: write a network/v);
test(refuses, `${'a'.repeat(64)}.example.com`, /longer than 63/v);
test(refuses, `${name253}b`, 'a host name has at most 253 characters');

test('ranges are numbers, both ends included', t => {
	t.deepEqual(range('10.0.0.0/24'), {version: 4, from: 167_772_160n, to: 167_772_415n});
	t.deepEqual(range('255.255.255.255'), {version: 4, from: 4_294_967_295n, to: 4_294_967_295n});
	t.deepEqual(range('::1-::ff'), {version: 6, from: 1n, to: 255n});
	t.deepEqual(range('8000::/1'), {version: 6, from: 2n ** 127n, to: (2n ** 128n) - 1n});
});

test('a network is a CIDR and nothing else', t => {
	t.deepEqual(parseNetwork('10.0.0.0/24'), {
		version: 4,
		from: 167_772_160n,
		to: 167_772_415n,
		prefix: 24,
	});
	t.like(parseNetwork('2001:db8::/64'), {version: 6, prefix: 64});
	t.like(parseNetwork('10.0.0.1/32'), {from: 167_772_161n, to: 167_772_161n, prefix: 32});
	t.is(parseNetwork('10.0.0.1'), '10.0.0.1 has no prefix: write a network such as 10.0.0.0/24, or 10.0.0.1/32 for the one address');
	t.is(parseNetwork('2001:DB8::1'), '2001:DB8::1 has no prefix: write a network such as 2001:db8::/64, or 2001:db8::1/128 for the one address');
	t.is(parseNetwork('10.0.0.5/24'), '10.0.0.5/24 has host bits set: the network is 10.0.0.0/24');
	t.is(parseNetwork('10.0.0.0-10.0.0.255'), '10.0.0.0-10.0.0.255 is not a network such as 10.0.0.0/24');
	t.is(parseNetwork('lan.example.com'), 'lan.example.com is not a network such as 10.0.0.0/24');
	for (const text of ['', ' 10.0.0.0/24', '0.0.0.0/0', '::/0', '10.0.0.0/33', '::ffff:10.0.0.0/120', 'fe80::%eth0/64']) {
		t.is(typeof parseNetwork(text), 'string', `${text} is no network`);
	}
});

test('addresses in ::ffff:0:0/96 that a calculation leaves are written dotted', t => {
	t.is(formatAddressRange({version: 6, from: 0xFF_FF_01_02_03_04n, to: 0xFF_FF_01_02_03_04n}), '::ffff:1.2.3.4');
	t.is(formatAddressRange({version: 6, from: 0xFF_FF_FF_FF_FF_FFn, to: 0xFF_FF_FF_FF_FF_FFn}), '::ffff:255.255.255.255');
	t.is(formatAddressRange({version: 6, from: 0xFF_FF_00_00_00_00n, to: 0xFF_FF_FF_FF_FF_FFn}), '::ffff:0.0.0.0/96');
});

test('addresses become the fewest texts, IPv4 first', t => {
	t.deepEqual(formatAddresses([]), []);
	t.deepEqual(formatAddresses(['2001:db8::1', '10.0.0.129', '10.0.0.0/25', '10.0.0.128', '2001:db8::/127'].map(text => range(text))), ['10.0.0.0-10.0.0.129', '2001:db8::/127']);
	t.deepEqual(formatAddresses(['10.0.1.0/24', '10.0.0.0/24'].map(text => range(text))), ['10.0.0.0/23']);
	t.deepEqual(formatAddresses(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'].map(text => range(text))), ['0.0.0.0/0', '::/0']);
});

test('the last IPv4 address does not run into the first IPv6 address', t => {
	t.deepEqual(formatAddresses([range('255.255.255.255'), range('::'), range('::1:0:0')]), ['255.255.255.255', '::', '::1:0:0']);
	t.false(rangesContain([range('10.0.0.0/8')], range('::a00:1')));
	t.deepEqual(intersectRanges([range('10.0.0.0/8')], [range('::a00:1')]), []);
	t.deepEqual(findOverlaps([{id: 'a', range: range('10.0.0.1')}, {id: 'b', range: range('::a00:1')}]), []);
});

test('a range becomes the fewest CIDR blocks', t => {
	t.deepEqual(toCidrs([range('10.0.0.1-10.0.0.9')]).map(network => formatAddressRange(network)), ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8/31']);
	t.like(toCidrs([range('10.0.0.0/24')])[0], {version: 4, prefix: 24});
	t.deepEqual(toCidrs(['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'].map(text => range(text))).map(({version, prefix}) => `${version} /${prefix}`), ['4 /0', '6 /0']);
});

test('overlaps name both entries and what they share', t => {
	const lan = {id: 'lan', range: range('10.0.0.0/8')};
	const dmz = {id: 'dmz', range: range('10.1.0.0/16')};
	const dmz6 = {id: 'dmz', range: range('2001:db8::/64')};
	const guests = {id: 'guests', range: range('192.168.0.0/24')};
	t.deepEqual(findOverlaps([lan, dmz, dmz6, guests]), [{first: dmz, second: lan, shared: dmz.range}]);
	t.deepEqual(findOverlaps([]), []);
});

test('entries of one id are not compared with each other, but each with those of others', t => {
	const wide = {id: 'a', range: range('10.0.0.0/8')};
	const narrow = {id: 'a', range: range('10.0.0.0/24')};
	const host = {id: 'b', range: range('10.0.0.1')};
	t.deepEqual(findOverlaps([wide, narrow]), []);
	t.deepEqual(findOverlaps([host, narrow, wide]), [
		{first: narrow, second: host, shared: host.range},
		{first: wide, second: host, shared: host.range},
	]);
});

test('what is no address range throws, as a bug', t => {
	const ranges: readonly AddressRange[] = [
		{version: 4, from: -1n, to: 1n},
		{version: 4, from: 2n, to: 1n},
		{version: 4, from: 0n, to: 2n ** 32n},
		{version: 6, from: 0n, to: 2n ** 128n},
	];
	for (const wrong of ranges) {
		t.throws(() => formatAddressRange(wrong), {instanceOf: RangeError});
		t.throws(() => mergeAddressRanges([wrong]), {instanceOf: RangeError});
		t.throws(() => rangesContain([], wrong), {instanceOf: RangeError});
		t.throws(() => findOverlaps([{id: 'a', range: wrong}]), {instanceOf: RangeError});
	}
});

// A failure shows the seed and the smallest example that fails.
const law = test.macro((t, property: fc.IProperty<unknown>) => {
	t.notThrows(() => {
		fc.assert(property, {numRuns: 1000});
	});
});

const bitsOf = (version: IpVersion) => version === 4 ? 32 : 128;
const mapped: AddressRange = {version: 6, from: 0xFF_FF_00_00_00_00n, to: 0xFF_FF_FF_FF_FF_FFn};
const isMapped = ({version, from, to}: AddressRange) => version === 6 && from >= mapped.from && to <= mapped.to;
const isAny = ({version, from, to}: AddressRange) => from === 0n && to === (2n ** BigInt(bitsOf(version))) - 1n;

const anyVersion = fc.constantFrom<IpVersion[]>(4, 6);
// Whole groups of zeros are what the short form of IPv6 is about; random numbers have none.
const anyValue = (version: IpVersion): fc.Arbitrary<bigint> => version === 4
	? fc.bigInt({min: 0n, max: (2n ** 32n) - 1n})
	: fc.array(fc.oneof(fc.constant(0), fc.constant(0xFF_FF), fc.integer({min: 0, max: 0xFF_FF})), {minLength: 8, maxLength: 8})
		.map(groups => BigInt(`0x${groups.map(group => group.toString(16).padStart(4, '0')).join('')}`));
const anyRange: fc.Arbitrary<AddressRange> = anyVersion.chain(version => fc
	.tuple(anyValue(version), anyValue(version))
	.map(([a, b]) => a < b ? {version, from: a, to: b} : {version, from: b, to: a}));
const anyBlock = anyVersion.chain(version => fc
	.tuple(anyValue(version), fc.integer({min: 0, max: bitsOf(version)}))
	.map(([value, prefix]) => ({version, value, prefix})));

// The same 64 addresses at the start, in the middle and at the end of the IP version, so that ranges meet often and every address can be
// looked at.
const windowLength = 64;
const windows: ReadonlyArray<{readonly version: IpVersion; readonly start: bigint}> = [
	{version: 4, start: 0n},
	{version: 4, start: range('10.0.0.224').from},
	{version: 4, start: (2n ** 32n) - 64n},
	{version: 6, start: 0n},
	{version: 6, start: range('2001:db8::').from},
	{version: 6, start: (2n ** 128n) - 64n},
];
const windowRange = fc
	.tuple(fc.nat(windows.length - 1), fc.nat(windowLength - 1), fc.oneof({arbitrary: fc.nat(4), weight: 3}, fc.nat(windowLength - 1)))
	.map(([window, offset, length]): AddressRange => {
		const {version, start} = windows[window]!;
		return {version, from: start + BigInt(offset), to: start + BigInt(Math.min(offset + length, windowLength - 1))};
	});
const windowRanges = fc.array(windowRange, {maxLength: 14});
const windowBlock = fc
	.tuple(fc.nat(windows.length - 1), fc.nat(windowLength - 1), fc.nat(6))
	.map(([window, offset, hostBits]): AddressRange => {
		const {version, start} = windows[window]!;
		const size = 2n ** BigInt(hostBits);
		const value = start + BigInt(offset);
		const from = value - (value % size);
		return {version, from, to: from + size - 1n};
	});
const windowBlocks = fc.array(windowBlock, {minLength: 1, maxLength: 14});

const keysOf = (ranges: readonly AddressRange[]): Set<string> => {
	const keys = new Set<string>();
	for (const {version, from, to} of ranges) {
		for (let value = from; value <= to; value++) {
			keys.add(`${version} ${value}`);
		}
	}

	return keys;
};

const sortedKeys = (ranges: readonly AddressRange[]) => [...keysOf(ranges)].toSorted().join(',');
const isFewest = (ranges: readonly AddressRange[]) => ranges.every((current, index) => {
	const previous = ranges[index - 1];
	return previous === undefined || previous.version < current.version || (previous.version === current.version && previous.to + 1n < current.from);
});
const textOf = (ranges: readonly AddressRange[]) => ranges.map(each => `${each.version} ${each.from}-${each.to}`).join(',');
// A CIDR text made without the code under test: the oracle writes the block.
const oracleText = ({version, from, to}: AddressRange) => {
	const hex = from.toString(16).padStart(bitsOf(version) / 4, '0');
	const address = version === 4
		? hex.replaceAll(/../gv, byte => `${Number.parseInt(byte, 16)}.`).slice(0, -1)
		: hex.replaceAll(/.{4}/gv, group => `${group}:`).slice(0, -1);
	return `${address}/${bitsOf(version) - ((to - from).toString(2).length * (to === from ? 0 : 1))}`;
};

const oracleRange = (text: string): AddressRange => {
	const {version, start, end} = parseCidr(text);
	return {version, from: start, to: end};
};

test('every range is read back from its text', law, fc.property(fc.oneof(anyRange, windowRange), expected => {
	fc.pre(!isMapped(expected) && !isAny(expected));
	const text = formatAddressRange(expected);
	const parsed = parseAddress(text);
	return typeof parsed !== 'string' && parsed.kind === 'ip' && parsed.text === text && textOf([parsed.range]) === textOf([expected]);
}));

test('every IPv4 text is read as it stands, to the number the oracle reads', law, fc.property(fc.ipV4(), text => {
	const parsed = parseAddress(text);
	return typeof parsed !== 'string' && parsed.kind === 'ip' && parsed.text === text && parsed.range.from === parseCidr(text).start && parsed.range.to === parsed.range.from;
}));

test('every IPv6 text is read to the number the oracle reads, and written as a URL writes it', law, fc.property(fc.ipV6(), text => {
	const {start} = parseCidr(text);
	const expected: AddressRange = {version: 6, from: start, to: start};
	const parsed = parseAddress(text);
	if (isMapped(expected) || (text.includes('.') && start < 2n ** 32n)) {
		return typeof parsed === 'string' && parsed.includes('IPv4 written as IPv6');
	}

	return typeof parsed !== 'string' && parsed.kind === 'ip'
		&& textOf([parsed.range]) === textOf([expected])
		&& `[${parsed.text}]` === new URL(`http://[${text}]/`).hostname;
}));

test('IPv6 texts with many zeros are written as a URL writes them', law, fc.property(anyValue(6), value => {
	const expected: AddressRange = {version: 6, from: value, to: value};
	fc.pre(!isMapped(expected));
	const [address = ''] = oracleText(expected).split('/');
	return `[${formatAddressRange(expected)}]` === new URL(`http://[${address}]/`).hostname;
}));

const almostAddress = fc.oneof(
	fc.tuple(fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), fc.nat(45), fc.constantFrom('', '0', '1', 'f', 'g', '.', ':', '::', '-', '/', ' ', '%'), fc.nat(2))
		.map(([text, at, inserted, removed]) => text.slice(0, at) + inserted + text.slice(at + removed)),
	fc.string({unit: fc.constantFrom(...'0123456789abcdefABCDEF:.'), maxLength: 24}),
	fc.array(fc.constantFrom('0', '10', '255', '256', '01', '.', '.', '.'), {maxLength: 9}).map(parts => parts.join('')),
	fc.array(fc.constantFrom('0', 'ffff', '1', 'abc', '00000', ':', ':', ':', '::', '1.2.3.4'), {maxLength: 16}).map(parts => parts.join('')),
);

test('a text is one address exactly where Node says so, but for IPv4 written as IPv6', law, fc.property(almostAddress, text => {
	fc.pre(!/[%\-\/]/v.test(text));
	const parsed = parseAddress(text);
	return typeof parsed === 'string' && parsed.includes('IPv4 written as IPv6')
		? isIPv6(text)
		: (typeof parsed !== 'string' && parsed.kind === 'ip') === (isIPv4(text) || isIPv6(text));
}));

test('any text gives a value or one printable line, and a value is read again from its own text', law, fc.property(fc.oneof(fc.string({unit: 'binary', maxLength: 400}), almostAddress, fc.domain(), fc.webUrl()), text => {
	const parsed = parseAddress(text);
	if (typeof parsed === 'string') {
		return /^[ -~…]{1,800}$/v.test(parsed);
	}

	const again = parseAddress(parsed.kind === 'ip' ? parsed.text : parsed.name);
	return typeof again !== 'string' && (parsed.kind === 'ip' ? again.kind === 'ip' && again.text === parsed.text : again.kind === 'name' && again.name === parsed.name);
}));

test('every domain is a name, in lower case', law, fc.property(fc.domain(), fc.boolean(), (domain, isAbsolute) => {
	const parsed = parseAddress(isAbsolute ? `${domain}.` : domain);
	return typeof parsed !== 'string' && parsed.kind === 'name' && parsed.name === domain.toLowerCase();
}));

test('a CIDR is read when it has no host bits, and else the message names the network the oracle names', law, fc.property(anyBlock, ({version, value, prefix}) => {
	const [address = ''] = oracleText({version, from: value, to: value}).split('/');
	const text = `${address}/${prefix}`;
	const expected = oracleRange(text);
	const network = parseNetwork(text);
	const parsed = parseAddress(text);
	if (isAny(expected) || isMapped(expected)) {
		return typeof network === 'string' && network === parsed;
	}

	if (expected.from === value) {
		return typeof network !== 'string' && network.prefix === prefix && textOf([network]) === textOf([expected])
			&& typeof parsed !== 'string' && parsed.kind === 'ip' && textOf([parsed.range]) === textOf([expected]) && !('prefix' in parsed.range);
	}

	return typeof network === 'string' && network === parsed
		&& textOf([range(network.split(' ').at(-1)!)]) === textOf([expected]);
}));

test('merging keeps exactly the addresses, in the fewest ranges', law, fc.property(windowRanges, ranges => {
	const merged = mergeAddressRanges(ranges);
	return isFewest(merged) && sortedKeys(merged) === sortedKeys(ranges) && countAddresses(ranges) === BigInt(keysOf(ranges).size);
}));

test('the order of ranges never matters, merging again changes nothing and the input stays', law, fc.property(
	fc.array(fc.oneof(anyRange, windowRange)).chain(ranges => fc.tuple(fc.constant(ranges), fc.shuffledSubarray(ranges, {minLength: ranges.length}))),
	([ranges, shuffled]) => {
		const before = textOf(ranges);
		const merged = mergeAddressRanges(ranges);
		return textOf(merged) === textOf(mergeAddressRanges(shuffled))
			&& textOf(merged) === textOf(mergeAddressRanges(merged))
			&& textOf(merged) === textOf(merged.toSorted(compareAddressRanges))
			&& before === textOf(ranges);
	},
));

test('CIDR blocks are those the oracle merges to', law, fc.property(fc.oneof(windowBlocks, fc.array(anyBlock, {minLength: 1}).map(blocks =>
	blocks.map(({version, value, prefix}) => oracleRange(`${oracleText({version, from: value, to: value}).split('/')[0]}/${prefix}`)))), blocks => {
	const expected = mergeCidr(blocks.map(block => oracleText(block))).map(text => oracleRange(text)).toSorted(compareAddressRanges);
	const networks = toCidrs(blocks);
	return textOf(networks) === textOf(expected)
		&& networks.every(({version, from, to, prefix}) => to - from + 1n === 2n ** BigInt(bitsOf(version) - prefix));
}));

test('CIDR blocks of any ranges cover the same addresses and no two of them could be one', law, fc.property(fc.array(fc.oneof(anyRange, windowRange), {maxLength: 5}), ranges => {
	const networks = toCidrs(ranges);
	return textOf(mergeAddressRanges(networks)) === textOf(mergeAddressRanges(ranges))
		&& networks.every(({version, from, to, prefix}) => to - from + 1n === 2n ** BigInt(bitsOf(version) - prefix) && from % (to - from + 1n) === 0n)
		&& networks.every((network, index) => {
			const next = networks[index + 1];
			return next?.version !== network.version || next.prefix !== network.prefix || next.from !== network.to + 1n || network.from % (2n * (network.to - network.from + 1n)) !== 0n;
		});
}));

test('formatted addresses are read back to the same addresses', law, fc.property(fc.array(fc.oneof(anyRange, windowRange)), ranges => {
	const merged = mergeAddressRanges(ranges);
	fc.pre(!merged.some(each => isAny(each) || isMapped(each)));
	return textOf(formatAddresses(ranges).map(text => range(text))) === textOf(merged);
}));

test('ranges contain a range when they hold each of its addresses', law, fc.property(windowRanges, windowRange, (ranges, inner) => {
	const keys = keysOf(ranges);
	return rangesContain(ranges, inner) === [...keysOf([inner])].every(key => keys.has(key));
}));

// The oracle does not see that two halves contain the whole, unless they are merged first.
test('containing a block agrees with the oracle', law, fc.property(windowBlocks, windowBlock, (blocks, inner) =>
	rangesContain(blocks, inner) === containsCidr(mergeCidr(blocks.map(block => oracleText(block))), oracleText(inner))));

test('an intersection holds exactly the addresses of both, in the fewest ranges, either way round', law, fc.property(windowRanges, windowRanges, (a, b) => {
	const shared = intersectRanges(a, b);
	const keysOfB = keysOf(b);
	const expected = [...keysOf(a)].filter(key => keysOfB.has(key)).toSorted().join(',');
	return isFewest(shared) && sortedKeys(shared) === expected && textOf(shared) === textOf(intersectRanges(b, a));
}));

test('an intersection of wide ranges is what is left of both counts', law, fc.property(fc.array(anyRange), fc.array(anyRange), (a, b) =>
	countAddresses(intersectRanges(a, b)) === countAddresses(a) + countAddresses(b) - countAddresses([...a, ...b])));

const entries = fc.array(fc.record({id: fc.constantFrom('a', 'b', 'c', 'd', 'B'), range: fc.oneof(windowRange, anyRange)}), {maxLength: 24});
const pairText = (first: {id: string; range: AddressRange}, second: {id: string; range: AddressRange}, shared: AddressRange) => `${first.id} ${textOf([first.range])} ${second.id} ${textOf([second.range])} ${textOf([shared])}`;

test('overlaps are the pairs that comparing all with all finds', law, fc.property(entries, list => {
	const expected: string[] = [];
	for (const [index, a] of list.entries()) {
		for (const b of list.slice(index + 1)) {
			const [shared] = intersectRanges([a.range], [b.range]);
			if (a.id !== b.id && shared) {
				expected.push(a.id < b.id ? pairText(a, b, shared) : pairText(b, a, shared));
			}
		}
	}

	return findOverlaps(list).map(({first, second, shared}) => pairText(first, second, shared)).toSorted().join('\n') === expected.toSorted().join('\n');
}));

test('the order of entries never matters to overlaps', law, fc.property(
	entries.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, {minLength: list.length}))),
	([list, shuffled]) => {
		const texts = [list, shuffled].map(each => findOverlaps(each).map(({first, second, shared}) => pairText(first, second, shared)).join('\n'));
		return texts[0] === texts[1];
	},
));

test('two blocks overlap where the oracle says so', law, fc.property(windowBlock, windowBlock, (a, b) =>
	(findOverlaps([{id: 'a', range: a}, {id: 'b', range: b}]).length === 1) === overlapCidr(oracleText(a), oracleText(b))));
