import type {Cell, CellObject, Feature, Sheet} from 'write-excel-file/universal';
import {isDate} from '../core/dates.js';
import {getOrMake} from '../core/records.js';
import {countLines, shareWidth, type ColumnNeeds} from './column-widths.js';
import {escapeXml, showUnfitForXml} from './escape.js';
import {normalizeZip} from './zip.js';

/** A cell: text, which is never read as anything else, bold where it warns; or a count. */
export type WorkbookCell = string | number | {readonly warning: string};

/** A sheet with a head in its first row. */
export type WorkbookTable = {
	/** At most 31 characters, none of `[ ] / \ : * ?`. */
	readonly title: string;
	readonly rows: ReadonlyArray<readonly WorkbookCell[]>;
};

/** What is printed on every page, and stands in the properties of the file. */
export type WorkbookText = {
	readonly title: string;
	/** How the document is to be handled; may be empty. */
	readonly marking: string;
	/** Which document this is, at the foot of every page. */
	readonly reference: string;
	readonly creator: string;
	/** Day the content is of. */
	readonly date: string;
};

/** Rows that a sheet holds (Excel specifications and limits). */
const maxRows = 1_048_576;

/**
Lines that a row shows: it is at most 409 points high (Excel specifications and limits), and what is more would be there, but neither seen nor printed.

So many lines of the widest column are also far below the 32,767 characters and 253 line breaks of a cell.
*/
const maxLines = 33;
const lineHeight = 12;

/** Widths in characters: of the narrowest and the widest column, of the longest word that is not broken, of the button that filters, and of a landscape page of A4, on which letters are then about 7 points high. */
const narrowest = 7;
const widest = 90;
const longestWord = 24;
const buttonWidth = 3;
const pageWidth = 230;

/** About how many lines a page has below the head. */
const pageLines = 52;

/**
A workbook (Office Open XML, ECMA-376) with a sheet for each table: its head stays in view and can be filtered by, and is repeated on every printed page with the first column.

Text is never a formula, a number or a link, also when somebody edits it: its cells have the type and the format of text. The same input gives the same bytes.
*/
export async function formatWorkbook(tables: readonly WorkbookTable[], text: WorkbookText): Promise<Uint8Array> {
	const {default: writeExcelFile} = await import('write-excel-file/universal');
	const laidOut = tables.flatMap(table => layOut(table));
	const texts = new TextStore();
	const sheets = laidOut.map(({title, rows, widths}): Sheet<Blob> => ({
		sheet: title,
		data: rows.map(({cells, lines}, position) => cells.map(cell => formatCell(cell, (lines * lineHeight) + 3, position === 0, texts))),
		columns: widths.map(width => ({width})),
		orientation: 'landscape',
		stickyRowsCount: 1,
		stickyColumnsCount: 1,
	}));
	const blob = await writeExcelFile(sheets, {fontFamily: 'Arial', fontSize: 9, features: [describePrinting(laidOut, text), describeProperties(text)]}).toBlob();
	return normalizeZip(new Uint8Array(await blob.arrayBuffer()), {'xl/sharedStrings.xml': xml => texts.write(xml)});
}

/** Cells, and the lines of the highest of them. */
type LaidOutRow = {readonly cells: readonly WorkbookCell[]; readonly lines: number};

/** A sheet with nothing too large for it. */
export type LaidOut = {readonly title: string; readonly rows: readonly LaidOutRow[]; readonly widths: readonly number[]};

/**
Fit a table into sheets: a row with more text than a row can show becomes several rows, a table with too many rows several sheets. Nothing is left out.

The first cell of such rows says so, as `R-1 (1 of 2)`; what is not too long stands in each of them, so that filters find them all.
*/
export function layOut({title, rows}: WorkbookTable, limit = maxRows): LaidOut[] {
	const columns = Math.max(1, ...rows.map(row => row.length));
	const [head, ...body] = [rows[0] ?? [], ...rows.slice(1)].map(row => [...row, ...Array.from({length: columns - row.length}, () => '')]);
	const widths = findWidths(head!.map(cell => readText(cell)), body);
	const headRow = {cells: head!, lines: Math.max(...head!.map((cell, column) => wrap(readText(cell), widths[column]! - buttonWidth).length))};
	const fitted = body.flatMap(row => splitRow(row, widths));
	const room = limit - 1;
	return Array.from({length: Math.max(1, Math.ceil(fitted.length / room))}, (_, part) => ({
		title: part === 0 ? title : `${title} (${part + 1})`,
		rows: [headRow, ...fitted.slice(part * room, (part + 1) * room)],
		widths,
	}));
}

function splitRow(row: readonly WorkbookCell[], widths: readonly number[]): readonly LaidOutRow[] {
	// The outermost characters of a line stand at some distance from the border.
	const wrapped = row.map((cell, column) => wrap(readText(cell), widths[column]! - 1));
	const lines = Math.max(...wrapped.map(({length}) => length));
	if (lines <= maxLines) {
		return [{cells: row, lines}];
	}

	const count = Math.ceil(lines / maxLines);
	return Array.from({length: count}, (_, part) => {
		const parts = wrapped.map(all => all.length <= maxLines ? all : all.slice(part * maxLines, (part + 1) * maxLines));
		return {
			cells: row.map((cell, column) => {
				const text = parts[column]!.join('');
				if (column === 0) {
					return `${text} (${part + 1} of ${count})`;
				}

				return typeof cell === 'object' ? {warning: text} : (typeof cell === 'number' ? cell : text);
			}),
			lines: Math.max(...parts.map(({length}) => length)),
		};
	});
}

/**
Widths of columns, in whole characters, with which a sheet takes the least paper.

More pages beside each other make lower rows, and fewer below each other; the least of them have room for the words of the head beside the button that filters, and for most words.
*/
function findWidths(head: readonly string[], rows: ReadonlyArray<readonly WorkbookCell[]>): readonly number[] {
	const needs = head.map((title, column) => describeColumn(title, rows.map(row => readText(row[column]!))));
	const fewest = countPages(needs.map(({least}) => least));
	const [best] = [0, 1, 2].map(more => {
		const widths = fitPages(needs, fewest + more);
		const lines = rows.reduce((total, _, row) => total + Math.max(...needs.map(({cells}, column) => countLines(cells[row]!, widths[column]!))), 0);
		return {widths, pages: countPages(widths) * Math.ceil(lines / pageLines)};
	}).toSorted((a, b) => a.pages - b.pages);
	return best!.widths;
}

function describeColumn(title: string, texts: readonly string[]): ColumnNeeds {
	let least = Math.max(narrowest, ...title.split(' ').map(word => measure(word) + buttonWidth + 1));
	const cells = texts.map(text => text.split('\n').map(line => {
		for (const [word] of line.matchAll(/\S+/gv)) {
			least = Math.max(least, Math.min(longestWord, measure(word)) + 2);
		}

		// The outermost characters stand at some distance from the border.
		return measure(line) + 2;
	}));
	return {least, cells};
}

/** Share as many pages beside each other among columns, none of which goes from one page to the next. */
function fitPages(needs: readonly ColumnNeeds[], pages: number): readonly number[] {
	const shared = shareWidth(needs, (pages * pageWidth) - ((pages - 1) * needs[0]!.least));
	const shrink = (factor: number) => shared.map((width, column) => Math.min(widest, Math.max(needs[column]!.least, Math.floor(width * factor))));
	for (let percent = 100; percent > 70; percent--) {
		const widths = shrink(percent / 100);
		if (countPages(widths) <= pages) {
			return widths;
		}
	}

	return shrink(0.7);
}

/** How many pages columns take beside each other, with the first on each. */
function countPages([first = 0, ...others]: readonly number[]): number {
	let pages = 1;
	let used = first;
	for (const width of others) {
		if (used + width > pageWidth) {
			pages++;
			used = first;
		}

		used += width;
	}

	return pages;
}

/** The lines that a text takes in a column, each with the blanks and the break at its end: together they are the text. */
export function wrap(text: string, width: number): readonly string[] {
	if (text.length <= width && measure(text) <= width && !text.includes('\n')) {
		return [text];
	}

	const lines: string[] = [];
	let line = '';
	let used = 0;
	const end = () => {
		lines.push(line);
		line = '';
		used = 0;
	};

	for (const [word] of text.matchAll(/\n|\S+[^\S\n]*|[^\S\n]+/gv)) {
		const size = measure(word.trimEnd());
		if (word !== '\n' && used > 0 && used + size > width) {
			end();
		}

		// A word that is too long for a line of its own is broken anywhere.
		for (const piece of size > width ? word : [word]) {
			const pieceSize = measure(piece);
			if (size > width && used + pieceSize > width) {
				end();
			}

			line += piece;
			used += pieceSize;
		}

		if (word === '\n') {
			end();
		}
	}

	return [...lines, line];
}

/** Columns that a text takes: characters of East Asian scripts are twice as wide. */
function measure(text: string): number {
	return /^[ -~]*$/v.test(text) ? text.length : text.length + (text.match(/[\u{1100}-\u{115F}\u{2E80}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FF00}-\u{FF60}]/gv)?.length ?? 0);
}

function readText(cell: WorkbookCell): string {
	return typeof cell === 'object' ? cell.warning : String(cell);
}

const bodyStyle = {align: 'left', alignVertical: 'top'} as const;
/** The format of text: what somebody edits in such a cell stays text, also behind an equals sign. */
const textStyle = {...bodyStyle, type: String, format: '@', wrap: true} as const;
const headStyle = {...textStyle, fontWeight: 'bold', backgroundColor: '#D9D9D9', alignVertical: 'center', bottomBorderStyle: 'medium', bottomBorderColor: '#000000'} as const;

function formatCell(cell: WorkbookCell, height: number, isHead: boolean, texts: TextStore): Cell {
	if (isHead) {
		return {...headStyle, height, value: texts.keep(readText(cell))};
	}

	if (typeof cell === 'number') {
		return {...bodyStyle, height, value: cell, type: Number};
	}

	// A cell without content is no cell: a third of all are.
	return cell === '' ? null : {...textStyle, height, value: texts.keep(readText(cell)), ...(typeof cell === 'object' ? {fontWeight: 'bold'} : {})} satisfies CellObject;
}

/**
The texts of cells, for which the library gets keys: it would drop some characters, and take `constructor` for a text that it has already.
*/
class TextStore {
	readonly #texts: string[] = [];
	readonly #keys = new Map<string, string>();

	/** The key of a text. */
	keep(text: string): string {
		return getOrMake(this.#keys, text, () => `t${this.#texts.push(text) - 1}`);
	}

	/** Put the texts in the places of their keys, in the XML of shared strings. */
	write(xml: string): string {
		return xml.replaceAll(/<t>t(?<index>\d+)<\/t>/gv, (_, index: string) => `<t xml:space="preserve">${escapeCellText(this.#texts[Number(index)]!)}</t>`);
	}
}

/** Escape text for a cell, as XML in which what looks like an escape of cells, as `_x0041_`, stays what it is (ST_Xstring, ECMA-376 part 1, 22.9.2.19). */
export function escapeCellText(text: string): string {
	return escapeXml(text).replaceAll(/_(?=x[\dA-Fa-f]{4}_)/gv, '_x005F_');
}

/** Filters, and how sheets are printed: landscape, as many pages wide as they need, with the head and the first column on each, and a foot. */
function describePrinting(tables: readonly LaidOut[], {title, marking, reference}: WorkbookText): Feature<Blob> {
	const header = `&L${escapeHeader(title, 80)}&R${escapeHeader(marking, 60)}`;
	const footer = `&L&A&C${escapeHeader(reference, 80)}&RPage &P of &N`;
	const printing = `<headerFooter><oddHeader>${escapeXml(header)}</oddHeader><oddFooter>${escapeXml(footer)}</oddFooter></headerFooter>`;
	return {
		files: {
			transform: {
				'xl/worksheets/sheet{id}.xml': {
					// Ports are text, and no mistake.
					insert: (_, {sheetIndex}) => `${printing}<ignoredErrors><ignoredError sqref="${formatRange(tables[sheetIndex]!)}" numberStoredAsText="1"/></ignoredErrors>`,
					transform(xml, _, {sheetIndex}) {
						const table = tables[sheetIndex]!;
						const pages = countPages(table.widths);
						// Without the mark that somebody chose the height, a row follows what is edited in it.
						return edit(xml.replaceAll(/(?<=<row [^>]*) customHeight="1"/gv, ''), [
							[/<worksheet [^>]*>/v, found => `${found}<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`],
							[/<\/sheetData>/v, found => `${found}<autoFilter ref="${formatRange(table)}"/>`],
							[/<pageMargins [^>]*\/>/v, () => '<printOptions gridLines="1"/><pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'],
							[/<pageSetup [^>]*\/>/v, () => `<pageSetup paperSize="9" fitToWidth="${pages}" fitToHeight="0" pageOrder="overThenDown" orientation="landscape"/>`],
						]);
					},
				},
				'xl/workbook.xml': {
					transform: xml => edit(xml, [[/<definedNames\/>/v, () => `<definedNames>${tables.map((table, position) => defineNames(table, position)).join('')}</definedNames>`]]),
				},
			},
		},
	};
}

/** What the file says of itself, without a clock. */
function describeProperties({title, creator, date}: WorkbookText): Feature<Blob> {
	const time = isDate(date) ? ['created', 'modified'].map(name => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${date}T00:00:00Z</dcterms:${name}>`).join('') : '';
	return {
		files: {
			transform: {
				'[Content_Types].xml': {insert: () => '<Override ContentType="application/vnd.openxmlformats-package.core-properties+xml" PartName="/docProps/core.xml"/>'},
				'_rels/.rels': {insert: () => '<Relationship Id="rId-core" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'},
			},
			write: {
				files: () => ({
					'docProps/core.xml': '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
						+ 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
						+ `<dc:title>${escapeXml(title)}</dc:title><dc:creator>${escapeXml(creator)}</dc:creator>${time}</cp:coreProperties>`,
				}),
			},
		},
	};
}

/** The cells that a filter covers, and the rows and columns to repeat on every page. */
function defineNames(table: LaidOut, position: number): string {
	const name = escapeXml(`'${table.title.replaceAll('\'', '\'\'')}'`);
	return `<definedName name="_xlnm._FilterDatabase" localSheetId="${position}" hidden="1">${name}!${formatRange(table, '$')}</definedName>`
		+ `<definedName name="_xlnm.Print_Titles" localSheetId="${position}">${name}!$A:$A,${name}!$1:$1</definedName>`;
}

/** All cells of a sheet, as `A1:W20` or `$A$1:$W$20`. */
function formatRange({rows, widths}: LaidOut, fixed: '' | '$' = ''): string {
	return `${fixed}A${fixed}1:${fixed}${formatColumn(widths.length - 1)}${fixed}${rows.length}`;
}

/** Edit XML in places that the library offers no words for. */
function edit(xml: string, edits: ReadonlyArray<readonly [place: RegExp, write: (found: string) => string]>): string {
	let text = xml;
	for (const [place, write] of edits) {
		if (!place.test(text)) {
			throw new RangeError(`there is no ${place.source} in what the library writes`);
		}

		text = text.replace(place, found => write(found));
	}

	return text;
}

/** Text on every page, where an ampersand begins a code, and all of it may have 255 characters. */
function escapeHeader(text: string, maxLength: number): string {
	const line = showUnfitForXml(text).replaceAll(/\s+/gv, ' ');
	const cut = line.length > maxLength ? `${line.slice(0, maxLength - 1).replace(/[\u{D800}-\u{DBFF}]$/v, '')}…` : line;
	return cut.replaceAll('&', '&&');
}

/** The name of a column: A, B, … Z, AA. */
function formatColumn(index: number): string {
	return `${index >= 26 ? formatColumn(Math.floor(index / 26) - 1) : ''}${String.fromCodePoint(65 + (index % 26))}`;
}
