import test from 'ava';
import fc from 'fast-check';
import {formatLine, joinSpans, line, span} from '../../../source/tui/text/styled.js';
import {fit, fitLine, measureLine, measureWidth, pad, padStart, truncate, truncateLine, wrapLine, wrapText} from '../../../source/tui/text/width.js';

const words = fc.array(fc.oneof(fc.string({unit: 'grapheme', maxLength: 12}), fc.constantFrom('a/b-c', '管理者', '🖥️', '10.0.0.0/24', 'é', '   ')), {maxLength: 12}).map(parts => parts.join(' ').replaceAll(/\p{Cc}/gv, ''));
const columns = fc.integer({min: 1, max: 40});

test('a wide character counts as two cells and an accent as none', t => {
	t.is(measureWidth('abc'), 3);
	t.is(measureWidth('管理'), 4);
	t.is(measureWidth('e\u0301'), 1);
	t.is(measureWidth('🖥️'), 2);
});

test('a text that fits is not cut', t => {
	t.is(truncate('abc', 3), 'abc');
	t.is(truncate('管理', 4), '管理');
	t.is(truncate('', 0), '');
});

test('a text that is cut ends with the ellipsis', t => {
	t.is(truncate('management', 6), 'manag…');
	t.is(truncate('management', 6, '...'), 'man...');
	t.is(truncate('management', 2, '...'), '..');
	t.is(truncate('management', 1), '…');
	t.is(truncate('management', 0), '');
	t.is(truncate('management', -3), '');
});

test('cutting never splits a wide character or takes off its accent', t => {
	t.is(truncate('管理者', 4), '管…');
	t.is(truncate('管理者', 5), '管理…');
	t.is(truncate('e\u0301e\u0301e\u0301', 2), 'e\u0301…');
});

test('the ellipsis of a line has the tone of what it stands for', t => {
	t.deepEqual(truncateLine(line('ab', span('cdef', 'strong')), 4), [span('ab'), span('c…', 'strong')]);
	t.deepEqual(truncateLine(line('ab', span('cdef', 'strong')), 3), [span('ab'), span('…', 'strong')]);
});

test('cells of a table are cut or filled', t => {
	t.is(pad('管', 4), '管  ');
	t.is(pad('abcdef', 4), 'abcdef');
	t.is(padStart('7', 3), '  7');
	t.is(fit('abcdef', 4), 'abc…');
	t.is(fit('管理者', 4), '管… ');
	t.is(formatLine(fitLine(line('a', span('b', 'strong')), 4)), 'ab  ');
});

test('a text is broken at its spaces and its line breaks', t => {
	t.deepEqual(wrapText('from the office', 8), ['from the', 'office']);
	t.deepEqual(wrapText('one\ntwo three', 20), ['one', 'two three']);
	t.deepEqual(wrapText('', 10), ['']);
	t.deepEqual(wrapText('ends with a space ', 30), ['ends with a space']);
});

test('a word that is longer than the line is broken, after a sign where it has one', t => {
	t.deepEqual(wrapText('see abcdefghij', 4), ['see', 'abcd', 'efgh', 'ij']);
	t.deepEqual(wrapText('olvm/manager-api', 14), ['olvm/manager-', 'api']);
	t.deepEqual(wrapText('管理者 x', 4), ['管理', '者 x']);
});

test('a character that is wider than the line is shown as a question mark', t => {
	t.deepEqual(wrapText('管a', 1), ['?', 'a']);
});

test('lines after the first can hang, but not so far that nothing fits', t => {
	t.deepEqual(wrapLine(line('one two three'), 8, {hanging: 2}).map(wrapped => formatLine(wrapped)), ['one two', '  three']);
	t.deepEqual(wrapLine(line('one two'), 4, {hanging: 20}).map(wrapped => formatLine(wrapped)), ['one', '  tw', '  o']);
	t.deepEqual(wrapLine(line('管理'), 2, {hanging: 2}).map(wrapped => formatLine(wrapped)), ['管', '理']);
});

test('a word of several tones stays together', t => {
	t.deepEqual(wrapLine(line('to ', span('Core', 'strong'), ', Edge'), 8), [[span('to '), span('Core', 'strong'), span(',')], [span('Edge')]]);
});

test('no wrapped line is wider than the columns, and nothing but spaces is lost', t => {
	t.notThrows(() => {
		fc.assert(fc.property(words, words, columns, fc.integer({min: 0, max: 30}), (first, second, width, hanging) => {
			const styled = line(first, span(second, 'strong'));
			const lines = wrapLine(styled, width, {hanging});
			const strip = (text: string) => text.replaceAll(' ', '');
			const text = lines.map(wrapped => formatLine(wrapped)).join('');
			return lines.every(wrapped => measureLine(wrapped) <= width) && (width < 10 || strip(text) === strip(formatLine(styled)));
		}), {numRuns: 300});
	});
});

test('no cut line is wider than the columns, and what is cut is a beginning', t => {
	t.notThrows(() => {
		fc.assert(fc.property(words, fc.integer({min: -1, max: 40}), fc.constantFrom('…', '...'), (text, width, ellipsis) => {
			const cut = truncate(text, width, ellipsis);
			const isWhole = measureWidth(text) <= width;
			return isWhole ? cut === text : measureWidth(cut) <= Math.max(0, width) && (width < 3 || text.startsWith(cut.slice(0, -ellipsis.length)));
		}), {numRuns: 300});
	});
});

test('neighbours of one tone are joined', t => {
	t.deepEqual(joinSpans([span('a'), span('b'), span('', 'strong'), span('c', 'strong')]), [span('ab'), span('c', 'strong')]);
});
