import {getOrMake} from '../core/records.js';
import {formatPlain, listTables, type Block, type Span, type Table} from './request-tree.js';

/** How long a text is, in the unit of the widths that come out. */
export type TextSize = {
	/** Its longest part that should not be broken. */
	readonly word: number;
	/** Each of the lines that it has of itself. */
	readonly lines: readonly number[];
};

/** A column of a table, or of several tables that shall look alike. */
export type ColumnNeeds = {
	/** Below it a word would be broken, or a hand would have no room to write. */
	readonly least: number;
	/** For each row the lines of its cell. */
	readonly cells: ReadonlyArray<readonly number[]>;
};

/** How a format sets the tables of a document. */
export type TableSetting = {
	/** What each cell keeps free on one side of its text. */
	readonly padding: number;
	readonly measure: (spans: readonly Span[], isHead: boolean) => TextSize;
	/** The least width of a column that people write into. */
	readonly findRoom: (table: Table) => number;
};

/** Of the width of a table: a longer word is broken rather than that it presses the other columns. */
const mostForWord = 0.2;

/** Into how many parts the width is dealt out: fine enough that nobody sees a step. */
const parts = 250;

/** More rows would not change the outcome, and each costs time. */
const maxRows = 300;

/** Where a text asks somebody to write. */
const blank = '____';

/** The least width of a column: that of its longest word, where this is no more than a part of the table, and the room to write by hand. */
export function findLeast(words: Iterable<number>, {available, room}: {readonly available: number; readonly room: number}): number {
	let longest = 0;
	for (const word of words) {
		longest = Math.max(longest, word);
	}

	return Math.max(room, Math.min(available * mostForWord, longest));
}

/**
Share a width among columns so that the rows become as low as they can together.

Each column gets its least; what is left goes, step by step, to the column that shortens the table most. The height of a row is that of its highest cell,
for which a norm of the fourth power stands: it changes with every cell, so that each step tells which way is better.

@returns A width for each column; their sum is `available`, or less when no line needs more.
*/
export function shareWidth(columns: readonly ColumnNeeds[], available: number): readonly number[] {
	const least = columns.reduce((sum, column) => sum + column.least, 0);
	if (least >= available) {
		return columns.map(column => column.least * available / least);
	}

	const most = columns.map(column => findMost(column));
	if (most.reduce((sum, width) => sum + width, 0) <= available) {
		return most;
	}

	const sampled = columns.map(({cells}) => sample(cells));
	const widths = columns.map(column => column.least);
	const heights = sampled.map((cells, index) => cells.map(lines => findHeight(lines, widths[index]!)));
	const rowSums = sampled[0]!.map((_, row) => heights.reduce((sum, column) => sum + column[row]!, 0));
	const step = available / parts;
	for (let left = available - least; left > 0; left -= step) {
		const extra = Math.min(step, left);
		const gains = widths.map((width, index) => width >= most[index]! ? -1 : findGain(sampled[index]!, width + extra, {heights: heights[index]!, rowSums}));
		const best = gains.indexOf(Math.max(...gains));
		widths[best]! += extra;
		for (const [row, lines] of sampled[best]!.entries()) {
			const height = findHeight(lines, widths[best]!);
			rowSums[row]! += height - heights[best]![row]!;
			heights[best]![row] = height;
		}
	}

	return widths;
}

/** Finds the widths of columns of a document's tables: those with the same head, which stand below each other in many sections, are alike. */
export class TableWidths {
	readonly #setting: TableSetting;
	readonly #groups = new Map<string | Table, Table[]>();
	readonly #found = new Map<Table, Map<number, readonly number[]>>();

	/** @param blocks - The whole document. */
	constructor(blocks: readonly Block[], setting: TableSetting) {
		this.#setting = setting;
		for (const table of listTables(blocks)) {
			getOrMake(this.#groups, formatKey(table), () => []).push(table);
		}
	}

	/**
	Find widths for the texts in the columns, so that no word breaks where that can be had and the tables are as short as they can be together.

	Tables with a head are as wide as their place: what no text needs goes to the columns that people write into, else to all.

	@param table - Of the document.
	@param width - Of its place.
	*/
	findWidths(table: Table, width: number): readonly number[] {
		const group = this.#groups.get(formatKey(table))!;
		return getOrMake(getOrMake(this.#found, group[0]!, () => new Map<number, readonly number[]>()), width, () => this.#find(group, width));
	}

	#find(tables: readonly Table[], width: number): readonly number[] {
		const {padding, measure, findRoom} = this.#setting;
		const {columns, head} = tables[0]!;
		const available = width - (columns.length * 2 * padding);
		const needs = columns.map((_, index): ColumnNeeds => {
			const sizes = tables.flatMap(table => [...(table.head === undefined ? [] : [measure(table.head[index]!, true)]), ...table.rows.map(row => measure(row[index]!, false))]);
			const isWrittenInto = tables.some(table => table.columns[index]!.isToFill || table.rows.some(row => formatPlain(row[index]!).includes(blank)));
			return {least: findLeast(sizes.map(({word}) => word), {available, room: isWrittenInto ? findRoom(tables[0]!) : 0}), cells: sizes.map(({lines}) => lines)};
		});
		const widths = shareWidth(needs, available);
		const left = available - widths.reduce((sum, one) => sum + one, 0);
		if (head === undefined || left <= 0) {
			return widths;
		}

		const blanks = columns.filter(({isToFill}) => isToFill).length;
		return widths.map((one, index) => one + (blanks === 0 ? left * one / (available - left) : (columns[index]!.isToFill ? left / blanks : 0)));
	}
}

/** Without a head a table is like no other. */
function formatKey(table: Table): string | Table {
	return table.head === undefined ? table : JSON.stringify(table.head.map(spans => formatPlain(spans)));
}

/** About how many lines a text takes in a column. */
export function countLines(lines: readonly number[], width: number): number {
	let count = 0;
	for (const line of lines) {
		count += Math.max(1, Math.ceil(line / width));
	}

	return count;
}

/** With it no line is broken. */
function findMost({least, cells}: ColumnNeeds): number {
	let most = least;
	for (const lines of cells) {
		for (const line of lines) {
			most = Math.max(most, line);
		}
	}

	return most;
}

function sample<Item>(items: readonly Item[]): readonly Item[] {
	const stride = Math.ceil(items.length / maxRows);
	return stride <= 1 ? items : items.filter((_, index) => index % stride === 0);
}

/** How much lower all rows together become with another width of one column. */
function findGain(cells: ReadonlyArray<readonly number[]>, width: number, {heights, rowSums}: {readonly heights: readonly number[]; readonly rowSums: readonly number[]}): number {
	let gain = 0;
	for (const [row, lines] of cells.entries()) {
		const change = findHeight(lines, width) - heights[row]!;
		if (change !== 0) {
			gain += findRoot(rowSums[row]!) - findRoot(rowSums[row]! + change);
		}
	}

	return gain;
}

/** The fourth power of the lines that a text takes; in fractions, as a text in which nothing fits yet comes closer too. */
function findHeight(lines: readonly number[], width: number): number {
	let height = 0;
	for (const line of lines) {
		height += Math.max(1, line / width);
	}

	return height * height * height * height;
}

function findRoot(sum: number): number {
	return Math.sqrt(Math.sqrt(sum));
}
