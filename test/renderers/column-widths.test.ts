import test from 'ava';
import {countLines, findColumnWidths, type ColumnWidthOptions} from '../../source/renderers/column-widths.js';
import type {Span, Table} from '../../source/renderers/request-tree.js';

const measure: ColumnWidthOptions['measure'] = (text, {isBold}) => text.length * (isBold ? 2 : 1);
const spans = (text: string): readonly Span[] => text === '' ? [] : [{text, isBold: false, isItalic: false, isCode: false, url: undefined}];

function makeTable(head: readonly string[] | undefined, rows: ReadonlyArray<readonly string[]>, toFill: readonly number[] = []): Table {
	return {
		type: 'table',
		columns: rows[0]!.map((_, index) => ({align: 'left', isToFill: toFill.includes(index)})),
		head: head?.map(text => spans(text)),
		rows: rows.map(row => row.map(text => spans(text))),
	};
}

const find = (table: Table, available: number) => findColumnWidths(table, {available, measure, toFill: 12});
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

test('a table that fits on one line each shares what is left by length', t => {
	const [first, second] = find(makeTable(undefined, [['ab', 'abcdef']]), 80);
	t.is(Math.round(first!), 20);
	t.is(Math.round(second!), 60);
});

test('a column to fill in keeps room to write', t => {
	const widths = find(makeTable(['Name', 'By'], [['x '.repeat(200), '']], [1]), 60);
	t.true(widths[1]! >= 12);
	t.is(sum(widths), 60);
	t.true(find(makeTable(['Name', 'By'], [['x '.repeat(200), 'by: ____'], ['x', 'me']]), 60)[1]! >= 12);
});

test('words that do not fit at all share the width', t => {
	const widths = find(makeTable(undefined, [['x'.repeat(300), 'y'.repeat(100)]]), 40);
	t.deepEqual(widths.map(width => Math.round(width)), [30, 10]);
});

test('long ids may break after a hyphen, and short ones do not', t => {
	const [first] = find(makeTable(undefined, [['R-12-34-56', 'z '.repeat(400)]]), 100);
	t.true(first! >= 10);
	const [second] = find(makeTable(undefined, [['aaaaaaaaa-bbbbbbbbb-ccccccccc', 'z '.repeat(400)]]), 100);
	t.true(second! < 29);
});

test('the lines of a row are those of its highest cell', t => {
	t.is(countLines([spans('abcdef'), spans('a\nb\nc')], [2, 10], measure), 3);
	t.is(countLines([spans('abcdefgh'), spans('a\nb\nc'), []], [2, 10, 10], measure), 4);
});
