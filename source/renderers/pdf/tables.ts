import {TableWidths} from '../column-widths.js';
import type {Block, Span, Table} from '../request-tree.js';
import type {PdfElement} from './document.js';
import type {Places} from './places.js';
import {area, type Sheets} from './sheet.js';
import {addElement} from './structure.js';
import {findIndent, headGround, lineWidth, quotePadding, ruleColor, tableStyle} from './styles.js';
import type {Line, MeasuredText, Typesetter} from './typesetter.js';

const cellPadding = {x: 3.5, y: 2.6} as const;

/** For a signature, a name and a date written by hand. */
const formRow = {column: 92, height: 27} as const;

/** For a few words behind a test. */
const noteRow = {column: 96, height: 17} as const;

/** Tables up to this height are not parted. */
const smallTable = area.height * 0.5;

/** A row with its lines broken. */
type Row = {readonly cells: ReadonlyArray<readonly Line[]>; readonly height: number; readonly place: string | undefined};

type PreparedTable = {readonly widths: readonly number[]; readonly head: Row | undefined; readonly rows: readonly Row[]};

/** Measures text of a cell, bold in a head. */
type MeasureCell = (spans: readonly Span[], isHead: boolean) => MeasuredText;

/** The tables of a document: their columns, and their rows on pages. */
export class Tables {
	readonly #sheets: Sheets;
	readonly #typesetter: Typesetter;
	readonly #places: Places;
	readonly #measure: MeasureCell;
	readonly #tables = new Map<Table, PreparedTable>();

	constructor(blocks: readonly Block[], {sheets, typesetter, places, measure}: {readonly sheets: Sheets; readonly typesetter: Typesetter; readonly places: Places; readonly measure: MeasureCell}) {
		this.#sheets = sheets;
		this.#typesetter = typesetter;
		this.#places = places;
		this.#measure = measure;
		const widths = new TableWidths(blocks, {
			padding: cellPadding.x,
			measure(spans, isHead) {
				const {wordWidth, widths: lines} = measure(spans, isHead);
				return {word: wordWidth * tableStyle.size, lines: lines.map(line => line * tableStyle.size)};
			},
			findRoom: ({columns}) => findRoom(columns).column,
		});
		for (const {table, width} of findTables(blocks, area.width)) {
			this.#tables.set(table, this.#breakTable(table, widths.findWidths(table, width)));
		}
	}

	/** How much of a table must stand on one page with its first line. */
	measureBeginning(table: Table): number {
		const {head, rows} = this.#tables.get(table)!;
		const whole = sumHeights(rows) + (head?.height ?? 0);
		return whole <= smallTable ? whole : Math.min((head?.height ?? 0) + (rows[0]?.height ?? 0), smallTable);
	}

	/** Print a table below what is there. Its rows stay whole where a page can hold them, and its head is on each of its pages. */
	layOut(table: Table, x: number, parent: PdfElement): void {
		const {head, rows, widths} = this.#tables.get(table)!;
		const element = addElement(parent, 'Table');
		const edges = findEdges(x, widths);
		const printer = new TablePrinter(this.#sheets, edges);
		const headRow = head && addRow(addElement(element, 'THead'), 'TH', widths.length);
		const body = addElement(element, 'TBody');
		const headHeight = head?.height ?? 0;
		printer.begin();
		if (head && headRow) {
			printer.printHead(head, headRow.children);
		}

		const startPage = () => {
			printer.end();
			this.#sheets.startPage();
			printer.begin();
			if (head) {
				printer.printHead(head, []);
			}
		};

		for (const row of rows) {
			const cells = addRow(body, 'TD', widths.length).children;
			if (row.height > this.#sheets.free && row.height <= area.height - headHeight) {
				startPage();
			}

			if (row.place !== undefined) {
				this.#sheets.name(row.place);
			}

			if (row.height <= this.#sheets.free + 0.01) {
				printer.printRow(row, cells);
				continue;
			}

			this.#printInParts(row, cells, printer, startPage);
		}

		printer.end();
		this.#sheets.skip(9);
	}

	/** A row that is higher than a page. */
	#printInParts(row: Row, cells: readonly PdfElement[], printer: TablePrinter, startPage: () => void): void {
		const count = Math.max(...row.cells.map(({length}) => length));
		for (let line = 0; line < count;) {
			let fitting = Math.floor((this.#sheets.free - (2 * cellPadding.y)) / tableStyle.leading);
			if (fitting < Math.min(4, count - line)) {
				startPage();
				fitting = Math.max(1, Math.floor((this.#sheets.free - (2 * cellPadding.y)) / tableStyle.leading));
			}

			const part = row.cells.map(lines => lines.slice(line, line + fitting));
			printer.printRow({...row, cells: part, height: (Math.max(...part.map(({length}) => length)) * tableStyle.leading) + (2 * cellPadding.y)}, cells);
			line += fitting;
		}
	}

	#breakTable({columns, head, rows}: Table, widths: readonly number[]): PreparedTable {
		const room = columns.some(({isToFill}) => isToFill) ? findRoom(columns).height : 0;
		const breakRow = (cells: ReadonlyArray<readonly Span[]>, isHead: boolean): Row => {
			const lines = cells.map((spans, index) => this.#typesetter.wrap(this.#measure(spans, isHead), widths[index]! / tableStyle.size));
			return {
				cells: lines,
				height: Math.max(isHead ? 0 : room, (Math.max(...lines.map(({length}) => length)) * tableStyle.leading) + (2 * cellPadding.y)),
				place: isHead ? undefined : this.#places.findName(cells[0]!),
			};
		};

		const bodyRows = rows.map(cells => breakRow(cells, false));
		if (head === undefined) {
			return {widths, head: undefined, rows: bodyRows};
		}

		const headRow = breakRow(head, true);
		// A head that leaves no room for rows is not printed again.
		return headRow.height > smallTable ? {widths, head: undefined, rows: [headRow, ...bodyRows]} : {widths, head: headRow, rows: bodyRows};
	}
}

/** Prints rows, and the lines around them. */
class TablePrinter {
	readonly #sheets: Sheets;
	/** Where columns begin, and where the last one ends. */
	readonly #edges: readonly number[];
	#top = 0;

	constructor(sheets: Sheets, edges: readonly number[]) {
		this.#sheets = sheets;
		this.#edges = edges;
	}

	/** The part of a table on one page. */
	begin(): void {
		this.#top = this.#sheets.y;
		this.#printRule();
	}

	end(): void {
		for (const edge of this.#edges) {
			this.#sheets.fill({x: edge - (lineWidth / 2), y: this.#top, width: lineWidth, height: this.#sheets.y - this.#top}, ruleColor);
		}
	}

	/** @param elements - Of its cells; none where it is printed again. */
	printHead(row: Row, elements: readonly PdfElement[]): void {
		this.#sheets.fill({x: this.#edges[0]!, y: this.#sheets.y, width: this.#edges.at(-1)! - this.#edges[0]!, height: row.height}, headGround);
		this.printRow(row, elements);
	}

	printRow({cells, height}: Row, elements: readonly PdfElement[]): void {
		for (const [index, lines] of cells.entries()) {
			for (const [number, {runs}] of lines.entries()) {
				this.#sheets.print(runs, {x: this.#edges[index]! + cellPadding.x, y: this.#sheets.y + cellPadding.y + (number * tableStyle.leading)}, tableStyle, elements[index]);
			}
		}

		this.#sheets.y += height;
		this.#printRule();
	}

	#printRule(): void {
		this.#sheets.fill({x: this.#edges[0]!, y: this.#sheets.y - (lineWidth / 2), width: this.#edges.at(-1)! - this.#edges[0]!, height: lineWidth}, ruleColor);
	}
}

/** How much room people need to write into a table: more where they sign than where they note an outcome. */
function findRoom(columns: Table['columns']): typeof formRow | typeof noteRow {
	return columns.filter(({isToFill}) => isToFill).length > 1 ? formRow : noteRow;
}

/** Every table, and how wide the place is where it stands. */
function findTables(blocks: readonly Block[], width: number): ReadonlyArray<{readonly table: Table; readonly width: number}> {
	return blocks.flatMap(block => {
		if (block.type === 'list') {
			return block.items.flatMap(item => findTables(item, width - findIndent(block)));
		}

		if (block.type === 'quote') {
			return findTables(block.blocks, width - quotePadding.left - quotePadding.right);
		}

		return block.type === 'table' ? [{table: block, width}] : [];
	});
}

function findEdges(x: number, widths: readonly number[]): readonly number[] {
	const edges = [x];
	for (const width of widths) {
		edges.push(edges.at(-1)! + width + (2 * cellPadding.x));
	}

	return edges;
}

function sumHeights(rows: readonly Row[]): number {
	return rows.reduce((sum, {height}) => sum + height, 0);
}

function addRow(parent: PdfElement, type: 'TH' | 'TD', count: number): PdfElement {
	const row = addElement(parent, 'TR');
	for (let index = 0; index < count; index++) {
		addElement(row, type);
	}

	return row;
}
