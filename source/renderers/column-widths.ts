import {formatPlain, type Span, type Table} from './request-tree.js';

/** How wide a text on one line is, in the unit of the widths that come out. */
export type MeasureText = (text: string, style: Omit<Span, 'text'>) => number;

export type ColumnWidthOptions = {
	/** The width of the whole table, less what its cells keep free around their texts. */
	readonly available: number;
	readonly measure: MeasureText;
	/** The least width of a column that people write into. */
	readonly toFill: number;
};

/** What is longer may break after a hyphen: ids of connections and documents. */
const longWord = 16;

/** Where a text asks somebody to write. */
const blank = '____';

/** Into how many parts the width that is left over is dealt out. */
const parts = 60;

/**
Find widths for the columns of a table, so that no word breaks where that can be had and the table is as short as it can be.

Every column first gets its longest word. What is left goes, part by part, to the column that then saves most lines, and in the end to all columns by what their texts would take on one line.
*/
export function findColumnWidths({columns, head, rows}: Table, {available, measure, toFill}: ColumnWidthOptions): readonly number[] {
	const cells = [...(head === undefined ? [] : [head.map(spans => spans.map(span => ({...span, isBold: true})))]), ...rows];
	const isWrittenInto = (index: number) => columns[index]!.isToFill || rows.some(row => formatPlain(row[index]!).includes(blank));
	const least = columns.map((_, index) => Math.max(isWrittenInto(index) ? toFill : 0, ...cells.map(row => findLongestWord(row[index]!, measure))));
	const wanted = cells.map(row => row.map(spans => splitLines(spans).map(line => measureLine(line, measure))));
	const sum = least.reduce((total, width) => total + width, 0);
	if (sum >= available) {
		return least.map(width => width * available / sum);
	}

	const widths = [...least];
	let left = available - sum;
	const part = left / parts;
	while (left > part / 2) {
		const savings = findSavings(widths, wanted, part);
		const most = Math.max(...savings);
		if (most <= 0) {
			break;
		}

		widths[savings.indexOf(most)]! += part;
		left -= part;
	}

	const lines = columns.map((_, index) => Math.max(least[index]!, ...wanted.map(row => Math.max(0, ...row[index]!))));
	const all = lines.reduce((total, width) => total + width, 0);
	return widths.map((width, index) => width + (left * lines[index]! / all));
}

/** About how many lines a row takes. */
export function countLines(row: ReadonlyArray<readonly Span[]>, widths: readonly number[], measure: MeasureText): number {
	return Math.max(...row.map((spans, index) => splitLines(spans).map(line => Math.max(1, Math.ceil(measureLine(line, measure) / widths[index]!))).reduce((total, count) => total + count, 0)));
}

/** How many lines of text all rows together save when a column gets one part more; a fraction, as a row in which nothing fits yet comes closer too. */
function findSavings(widths: readonly number[], wanted: ReadonlyArray<ReadonlyArray<readonly number[]>>, part: number): number[] {
	const savings = widths.map(() => 0);
	for (const row of wanted) {
		const heights = row.map((lines, index) => countCell(lines, widths[index]!));
		const highest = Math.max(...heights);
		const index = heights.indexOf(highest);
		const second = Math.max(1, ...heights.filter((_, other) => other !== index));
		savings[index]! += highest - Math.max(second, countCell(row[index]!, widths[index]! + part));
	}

	return savings;
}

function countCell(lines: readonly number[], width: number): number {
	let sum = 0;
	for (const line of lines) {
		sum += Math.max(1, line / width);
	}

	return sum;
}

function findLongestWord(spans: readonly Span[], measure: MeasureText): number {
	const words = spans.flatMap(({text, ...style}) => text.split(/\s+/v).flatMap(word => word.length > longWord ? word.split(/(?<=-)/v) : [word]).map(word => measure(word, style)));
	return Math.max(0, ...words);
}

function measureLine(line: readonly Span[], measure: MeasureText): number {
	return line.map(({text, ...style}) => measure(text, style)).reduce((total, width) => total + width, 0);
}

/** The lines of a cell as its line breaks part them. */
function splitLines(spans: readonly Span[]): ReadonlyArray<readonly Span[]> {
	if (!formatPlain(spans).includes('\n')) {
		return [spans];
	}

	const lines: Span[][] = [[]];
	for (const span of spans) {
		const [first, ...others] = span.text.split('\n').map(text => ({...span, text}));
		lines.at(-1)!.push(first!);
		lines.push(...others.map(part => [part]));
	}

	return lines;
}
