import test from 'ava';
import fc from 'fast-check';
import {countLines, shareWidth, TableWidths} from '../../source/renderers/column-widths.js';
import type {Span, Table} from '../../source/renderers/request-tree.js';

const measure = (cell: readonly Span[], isHead: boolean) => {
	const text = cell.map(span => span.text).join('');
	const size = isHead ? 2 : 1;
	return {word: Math.max(...text.split(/\s/v).map(word => word.length * size)), lines: text.split('\n').map(line => line.length * size)};
};

const spans = (text: string): readonly Span[] => text === '' ? [] : [{text, isBold: false, isItalic: false, isCode: false, url: undefined}];

function makeTable(head: readonly string[] | undefined, rows: ReadonlyArray<readonly string[]>, toFill: readonly number[] = []): Table {
	return {
		type: 'table',
		columns: rows[0]!.map((_, index) => ({align: 'left', isToFill: toFill.includes(index)})),
		head: head?.map(text => spans(text)),
		rows: rows.map(row => row.map(text => spans(text))),
	};
}

const findAll = (tables: readonly Table[], available: number) => new TableWidths(tables, {padding: 0, measure, findRoom: () => 12}).findWidths(tables[0]!, available);
const find = (table: Table, available: number) => findAll([table], available);
const sum = (widths: readonly number[]) => Math.round(widths.reduce((total, width) => total + width, 0));

test('columns fill the width, and no word breaks', t => {
	const widths = find(makeTable(['Line', 'What'], [['R-12345', 'one two three four five six'], ['R-2', 'x']]), 40);
	t.is(sum(widths), 40);
	t.true(widths[0]! >= 8, 'the bold head is wider than its text');
	t.true(widths[1]! >= 27, 'a whole line fits');
});

test('width goes where it saves lines', t => {
	const [, short, long] = find(makeTable(undefined, [['a', 'b b', 'word '.repeat(60)]]), 100);
	t.true(long! > 10 * short!);
});

test('a table without a head is no wider than its texts, and one with a head is as wide as its place', t => {
	t.deepEqual(find(makeTable(undefined, [['ab', 'abcdef']]), 80), [2, 6]);
	const [first, second] = find(makeTable(['x', 'y'], [['ab', 'abcdef']]), 80);
	t.is(Math.round(first!), 20);
	t.is(Math.round(second!), 60);
});

test('tables with the same head have the same widths, and others have their own', t => {
	const short = makeTable(['Line', 'What'], [['R-1', 'x']]);
	const long = makeTable(['Line', 'What'], [['R-1', 'word '.repeat(60)]]);
	const other = makeTable(['Id', 'What'], [['R-1', 'x']]);
	t.deepEqual(findAll([short, long, other], 100), findAll([long, short, other], 100));
	t.notDeepEqual(findAll([other, long], 100), findAll([short, long], 100));
});

test('a column to fill in keeps room to write, and gets what no text needs', t => {
	const widths = find(makeTable(['Name', 'By'], [['x '.repeat(200), '']], [1]), 60);
	t.true(widths[1]! >= 12);
	t.is(sum(widths), 60);
	t.true(find(makeTable(['Name', 'By'], [['x '.repeat(200), 'by: ____'], ['x', 'me']]), 60)[1]! >= 12);
	t.deepEqual(find(makeTable(['Name', 'By'], [['x', '']], [1]), 60), [8, 52]);
});

test('a word that is too long for its column takes no width from the others', t => {
	const widths = find(makeTable(['A', 'B', 'C'], [['x'.repeat(5000), 'one two', 'three four']]), 100);
	t.true(widths[1]! >= 3 && widths[2]! >= 5, `${widths.join(' ')}`);
	t.is(sum(widths), 100);
});

test('columns share a width without breaking words where it is enough, and use no more than there is', t => {
	const column = fc.record({least: fc.integer({min: 1, max: 100}), cells: fc.array(fc.array(fc.integer({min: 0, max: 2000}), {maxLength: 3}), {minLength: 4, maxLength: 4})});
	fc.assert(fc.property(fc.array(column, {minLength: 1, maxLength: 9}), fc.integer({min: 50, max: 900}), (columns, available) => {
		const widths = shareWidth(columns, available);
		const isEnough = columns.reduce((total, {least}) => total + least, 0) <= available;
		return widths.reduce((total, width) => total + width, 0) <= available + 1e-6 && widths.every((width, index) => width > 0 && (!isEnough || width >= columns[index]!.least - 1e-6));
	}));
	// The column with more to say gets more.
	const [short, long] = shareWidth([{least: 10, cells: [[400], [100]]}, {least: 10, cells: [[4000], [1000]]}], 300);
	t.true(long! > 3 * short!);
});

test('a text takes the lines that it has, and more where they are too long', t => {
	t.is(countLines([6], 2), 3);
	t.is(countLines([1, 1, 1], 10), 3);
	t.is(countLines([8, 0], 3), 4);
});
