import test from 'ava';
import fc from 'fast-check';
import {
	countPorts,
	formatPortRange,
	formatPortRanges,
	mergePortRanges,
	parsePortList,
	parsePortRange,
	portRangesContain,
	subtractPortRanges,
	type PortRange,
} from '../../source/core/ports.js';

const reads = test.macro({
	exec(t, text: string, expected: PortRange) {
		t.deepEqual(parsePortRange(text), expected);
		t.is(formatPortRange(expected), text);
	},
	title: (_, text: string) => `reads ${text} and writes it back`,
});

test(reads, '1', {from: 1, to: 1});
test(reads, '22', {from: 22, to: 22});
test(reads, '65535', {from: 65_535, to: 65_535});
test(reads, '5900-6923', {from: 5900, to: 6923});
test(reads, '1-65535', {from: 1, to: 65_535});

test('a range of one port is written as that port', t => {
	t.deepEqual(parsePortRange('80-80'), {from: 80, to: 80});
	t.is(formatPortRange({from: 80, to: 80}), '80');
});

const refuses = test.macro({
	exec(t, text: string, expected: RegExp) {
		const result = parsePortRange(text);
		if (typeof result === 'string') {
			t.regex(result, expected);
		} else {
			t.fail(`read as ${formatPortRange(result)}`);
		}
	},
	title: (_, text: string) => `refuses ${text.length > 40 ? `${text.length} characters` : JSON.stringify(text)} as a port`,
});

test(refuses, '', /missing/v);
test(refuses, '0', /ports are 1 to 65535/v);
test(refuses, '0-80', /ports are 1 to 65535/v);
test(refuses, '65536', /ports are 1 to 65535/v);
test(refuses, '80-65536', /"65536" is not a port/v);
test(refuses, '9'.repeat(400), /ports are 1 to 65535/v);
test(refuses, '080', /"080" has a leading zero/v);
test(refuses, '00', /leading zero/v);
test(refuses, '80-090', /"090" has a leading zero/v);
test(refuses, '443-80', /goes backwards: write 80-443/v);
test(refuses, '443-', /"443-" is not a port such as/v);
test(refuses, '-443', /is not a port/v);
test(refuses, '80--90', /is not a port/v);
test(refuses, '80-90-100', /is not a port/v);
test(refuses, '5900-xxxx', /is not a port/v);
test(refuses, '+80', /is not a port/v);
test(refuses, '8e1', /is not a port/v);
test(refuses, '0x50', /is not a port/v);
test(refuses, '80.0', /is not a port/v);
test(refuses, ' 80', /is not a port/v);
test(refuses, '80 ', /is not a port/v);
test(refuses, '80\n', /is not a port/v);
test(refuses, '80 - 90', /is not a port/v);
test(refuses, '80,443', /is not a port/v);
test(refuses, '80–90', /is not a port/v);
test(refuses, '٨٠', /is not a port/v);
test(refuses, '\u{1B}[2J', /^the text is not a port/v);

test('a list keeps the typed order, repeats and overlaps', t => {
	t.deepEqual(parsePortList('443, 80,5900-6923 ,  80'), [
		{from: 443, to: 443},
		{from: 80, to: 80},
		{from: 5900, to: 6923},
		{from: 80, to: 80},
	]);
});

test('a list says which of its items is wrong', t => {
	t.is(parsePortList(''), 'a port is missing');
	t.is(parsePortList('  '), 'a port is missing');
	t.is(parsePortList('80,,443'), 'item 2 of the list is empty');
	t.is(parsePortList('80, '), 'item 2 of the list is empty');
	t.is(parsePortList(',80'), 'item 1 of the list is empty');
	t.is(parsePortList('80, 443-'), '"443-" is not a port such as 443 or a range such as 5900-6923');
	t.is(parsePortList('80, 0443'), '"0443" has a leading zero');
	t.is(typeof parsePortList('80;443'), 'string');
	t.is(typeof parsePortList('80 443'), 'string');
	t.is(typeof parsePortList('80,\t443'), 'string');
});

test('texts stay in order and documented neighbours stay apart until somebody merges them', t => {
	t.deepEqual(formatPortRanges([{from: 15_901, to: 15_901}, {from: 15_900, to: 15_900}]), ['15901', '15900']);
});

test('adjacent and overlapping ranges merge, others do not', t => {
	t.deepEqual(mergePortRanges([]), []);
	t.deepEqual(mergePortRanges([{from: 81, to: 90}, {from: 80, to: 80}]), [{from: 80, to: 90}]);
	t.deepEqual(mergePortRanges([{from: 80, to: 90}, {from: 85, to: 86}]), [{from: 80, to: 90}]);
	t.deepEqual(mergePortRanges([{from: 82, to: 82}, {from: 80, to: 80}]), [{from: 80, to: 80}, {from: 82, to: 82}]);
});

test('a hole is cut out of a range', t => {
	t.deepEqual(subtractPortRanges([{from: 5900, to: 6923}], [{from: 6000, to: 6000}]), [{from: 5900, to: 5999}, {from: 6001, to: 6923}]);
	t.deepEqual(subtractPortRanges([{from: 80, to: 90}], [{from: 1, to: 80}, {from: 90, to: 65_535}]), [{from: 81, to: 89}]);
	t.deepEqual(subtractPortRanges([{from: 80, to: 90}], [{from: 0, to: 65_535}]), []);
});

test('what is no port range throws, as a bug', t => {
	for (const range of [
		{from: -1, to: 1},
		{from: 1, to: 65_536},
		{from: 2, to: 1},
		{from: 1.5, to: 2},
		{from: Number.NaN, to: 1},
		{from: 1, to: Number.NaN},
	]) {
		t.throws(() => formatPortRange(range), {instanceOf: RangeError});
		t.throws(() => mergePortRanges([range]), {instanceOf: RangeError});
		t.throws(() => portRangesContain([], range), {instanceOf: RangeError});
	}
});

// A failure shows the seed and the smallest example that fails.
const law = test.macro((t, property: fc.IProperty<unknown>) => {
	t.notThrows(() => {
		fc.assert(property, {numRuns: 1000});
	});
});

const rangeUpTo = (last: number): fc.Arbitrary<PortRange> => fc
	.tuple(fc.integer({min: 1, max: last}), fc.integer({min: 1, max: last}))
	.map(([a, b]) => ({from: Math.min(a, b), to: Math.max(a, b)}));
const anyRange = rangeUpTo(65_535);
// Few ports, so that ranges meet often and every port can be looked at.
const lastFew = 60;
const shortRange = fc
	.tuple(fc.integer({min: 1, max: lastFew}), fc.integer({min: 0, max: 6}))
	.map(([from, length]) => ({from, to: Math.min(from + length, lastFew)}));
const fewRanges = fc.array(fc.oneof({arbitrary: shortRange, weight: 4}, rangeUpTo(lastFew)), {maxLength: 12});

const portsOf = (ranges: readonly PortRange[]): Set<number> => {
	const ports = new Set<number>();
	for (const {from, to} of ranges) {
		for (let port = from; port <= to; port++) {
			ports.add(port);
		}
	}

	return ports;
};

const sorted = (ports: Iterable<number>) => [...ports].toSorted((a, b) => a - b);
const isFewest = (ranges: readonly PortRange[]) => ranges.every((range, index) => index === 0 || range.from > ranges[index - 1]!.to + 1);

test('every range is read back from its text', law, fc.property(anyRange, range => {
	const result = parsePortRange(formatPortRange(range));
	return typeof result !== 'string' && result.from === range.from && result.to === range.to;
}));

test('every list is read back from its texts, with any spaces between', law, fc.property(fc.array(fc.tuple(anyRange, fc.nat(3), fc.nat(3)), {minLength: 1}), items => {
	const text = items.map(([range, before, after]) => `${' '.repeat(before)}${formatPortRange(range)}${' '.repeat(after)}`).join(',');
	const result = parsePortList(text);
	return typeof result !== 'string' && formatPortRanges(result).join(',') === text.replaceAll(' ', '');
}));

test('a text is read only when it is exactly the text of a range', law, fc.property(fc.oneof(fc.string({unit: fc.constantFrom(...'0123456789-+ .,'), maxLength: 12}), fc.string()), text => {
	const result = parsePortRange(text);
	return typeof result === 'string'
		? result.length > 0 && result.length < 120
		: formatPortRange(result) === text || `${result.from}-${result.to}` === text;
}));

test('merging keeps exactly the ports, in the fewest ranges', law, fc.property(fewRanges, ranges => {
	const merged = mergePortRanges(ranges);
	return isFewest(merged) && sorted(portsOf(merged)).join(',') === sorted(portsOf(ranges)).join(',');
}));

test('the order of ranges never matters, merging again changes nothing and the input stays', law, fc.property(
	fc.array(anyRange).chain(ranges => fc.tuple(fc.constant(ranges), fc.shuffledSubarray(ranges, {minLength: ranges.length}))),
	([ranges, shuffled]) => {
		const before = JSON.stringify(ranges);
		const merged = JSON.stringify(mergePortRanges(ranges));
		return merged === JSON.stringify(mergePortRanges(shuffled))
			&& merged === JSON.stringify(mergePortRanges(mergePortRanges(ranges)))
			&& before === JSON.stringify(ranges);
	},
));

test('each port counts once', law, fc.property(fewRanges, ranges => countPorts(ranges) === portsOf(ranges).size));

test('subtracting leaves exactly the ports that are not removed, in the fewest ranges', law, fc.property(fewRanges, fewRanges, (ranges, removed) => {
	const rest = subtractPortRanges(ranges, removed);
	const removedPorts = portsOf(removed);
	const expected = sorted(portsOf(ranges)).filter(port => !removedPorts.has(port));
	return isFewest(rest) && sorted(portsOf(rest)).join(',') === expected.join(',');
}));

test('ranges contain a range when they hold each of its ports, together or alone', law, fc.property(fewRanges, shortRange, (ranges, range) => {
	const ports = portsOf(ranges);
	return portRangesContain(ranges, range) === sorted(portsOf([range])).every(port => ports.has(port));
}));

test('what is left and what was removed share nothing', law, fc.property(fc.array(anyRange), fc.array(anyRange), (ranges, removed) => {
	const rest = subtractPortRanges(ranges, removed);
	return countPorts(rest) + countPorts(removed) === countPorts([...ranges, ...removed]);
}));
