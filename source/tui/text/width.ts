import stringWidth from 'string-width';
import {formatLine, joinSpans, span, type Span, type StyledLine} from './styled.js';

let segmenter: Intl.Segmenter | undefined;

/** Splits into what a person sees as one character, as a letter with its accents. Made when first needed: that takes longer than a whole frame. */
function getSegmenter(): Intl.Segmenter {
	segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'});
	return segmenter;
}

/** Characters after which a long word breaks best, the better ones first: paths, ids, addresses and lists keep their parts together. */
const breakable: ReadonlyArray<ReadonlySet<string>> = [new Set('/,;->@|'), new Set(':._')];

/** Stands for a character that is wider than the whole line. */
const tooWide = '?';

/**
How many cells a terminal gives to a text on one line.

@param text - Shown text, which has gone through `showLine()` or `showUnfit()`; a line break counts as nothing.
*/
export function measureWidth(text: string): number {
	return stringWidth(text);
}

/** The same for a line of several tones. */
export function measureLine(styled: StyledLine): number {
	return measureWidth(formatLine(styled));
}

/**
Cut a text to some columns. What was cut ends with the ellipsis, itself cut where not even that fits.

A character is shown whole or not at all, so that the result may be narrower than the columns.

@param columns - Terminal cells; below 1 nothing fits.
@param ellipsis - `…`, or `...` for terminals with ASCII only.
@example
truncate('management', 6, '…');
//=> 'manag…'
*/
export function truncate(text: string, columns: number, ellipsis = '…'): string {
	if (measureWidth(text) <= columns) {
		return text;
	}

	return columns < 1 ? '' : formatLine(cutSpans([span(text)], columns, ellipsis));
}

/** The same for a line of several tones; the ellipsis has the tone of what it stands for. */
export function truncateLine(styled: StyledLine, columns: number, ellipsis = '…'): StyledLine {
	if (measureLine(styled) <= columns) {
		return styled;
	}

	return columns < 1 ? [] : cutSpans(styled, columns, ellipsis);
}

/** Fill a text with spaces up to some columns. A text that is wider stays as it is: `truncate()` it first. */
export function pad(text: string, columns: number): string {
	return text + ' '.repeat(Math.max(0, columns - measureWidth(text)));
}

/** The same with the spaces in front, as for numbers. */
export function padStart(text: string, columns: number): string {
	return ' '.repeat(Math.max(0, columns - measureWidth(text))) + text;
}

/** The same for a line of several tones; the spaces are plain. */
export function padLine(styled: StyledLine, columns: number): StyledLine {
	const missing = columns - measureLine(styled);
	return missing > 0 ? joinSpans([...styled, span(' '.repeat(missing))]) : styled;
}

/** Cut or fill a text to exactly some columns, for a cell of a table. */
export function fit(text: string, columns: number, ellipsis = '…'): string {
	return pad(truncate(text, columns, ellipsis), columns);
}

/** The same for a line of several tones. */
export function fitLine(styled: StyledLine, columns: number, ellipsis = '…'): StyledLine {
	return padLine(truncateLine(styled, columns, ellipsis), columns);
}

/**
Break a text into lines at its spaces and at its line breaks. A word that is longer than the line is broken, after a sign as
`/` or `-` where it has one.

@param columns - Terminal cells, at least 1. No line is wider: a character of two cells in one column becomes `?`.
@returns At least one line; an empty text gives one empty line. Lines do not end with a space.
@example
wrapText('from the office', 8);
//=> ['from the', 'office']
*/
export function wrapText(text: string, columns: number): string[] {
	return text.split('\n').flatMap(part => wrapLine([span(part)], columns).map(wrapped => formatLine(wrapped)));
}

/**
The same for a line of several tones.

@param options.hanging - Spaces in front of every line but the first; fewer where they would take more than half of the columns.
*/
export function wrapLine(styled: StyledLine, columns: number, {hanging = 0}: {readonly hanging?: number} = {}): StyledLine[] {
	const width = Math.max(1, Math.floor(columns));
	const text = formatLine(styled);
	if (measureWidth(text) <= width && !text.endsWith(' ')) {
		return [joinSpans(styled)];
	}

	// An indent leaves at least half of the columns, and two for a wide character.
	const maxIndent = Math.max(0, Math.min(Math.floor(width / 2), width - 2));
	const indent = ' '.repeat(Math.min(hanging, maxIndent));
	const lines: StyledLine[] = [];
	let current: Span[] = [];
	let used = 0;
	let gap: Word = {spans: [], width: 0};
	let isEmpty = true;
	const endLine = () => {
		lines.push(joinSpans(current));
		current = indent === '' ? [] : [span(indent)];
		used = indent.length;
		gap = {spans: [], width: 0};
		isEmpty = true;
	};

	const add = (...words: readonly Word[]) => {
		for (const word of words) {
			current.push(...word.spans);
			used += word.width;
		}

		gap = {spans: [], width: 0};
		isEmpty = false;
	};

	for (const word of splitWords(styled)) {
		if (word.isSpace) {
			gap = word;
		} else if (used + gap.width + word.width <= width) {
			add(gap, word);
		} else {
			// Spaces in front of a text indent it; where they leave no room for a word they are not worth a line.
			if (!isEmpty) {
				endLine();
			} else if (gap.width > 0 && gap.width <= maxIndent) {
				add(gap);
			}

			const pieces = breakWord(word, width - used, width - indent.length);
			for (const [index, piece] of pieces.entries()) {
				if (index > 0) {
					endLine();
				}

				add(piece);
			}
		}
	}

	return [...lines, joinSpans(current)];
}

type Word = {readonly spans: readonly Span[]; readonly width: number; readonly isSpace?: boolean};

/** Words and the spaces between them, in order. A word may go through several spans, as one with a comma in another tone. */
function splitWords(styled: StyledLine): Word[] {
	const words: Array<{spans: Span[]; isSpace: boolean}> = [];
	for (const {text, tone} of styled) {
		for (const part of text.match(/ +|[^ ]+/gv) ?? []) {
			const isSpace = part.startsWith(' ');
			const last = words.at(-1);
			if (last?.isSpace === isSpace) {
				last.spans.push(span(part, tone));
			} else {
				words.push({spans: [span(part, tone)], isSpace});
			}
		}
	}

	return words.map(({spans, isSpace}) => ({spans, isSpace, width: measureLine(spans)}));
}

/**
Break a word into pieces that fit.

@param first - Columns of the first piece.
@param rest - Columns of the others.
*/
function breakWord(word: Word, first: number, rest: number): Word[] {
	const pieces: Word[] = [];
	let cells: Cell[] = [];
	let used = 0;
	for (const cell of splitCells(word.spans)) {
		const room = pieces.length === 0 ? first : rest;
		const fitting = cell.width > Math.min(first, rest) ? {text: tooWide, tone: cell.tone, width: 1} : cell;
		if (used + fitting.width > room) {
			const kept = findBreak(cells, rest - fitting.width);
			pieces.push(joinCells(cells.slice(0, kept)));
			cells = cells.slice(kept);
			used = sumWidths(cells);
		}

		cells.push(fitting);
		used += fitting.width;
	}

	return [...pieces, joinCells(cells)];
}

/**
How many cells stay on the line: up to the last sign that a word breaks after, unless that leaves the line half empty.

@param room - Columns that the next line has for what moves to it.
*/
function findBreak(cells: readonly Cell[], room: number): number {
	const breaks = breakable.map(signs => cells.findLastIndex(({text}) => signs.has(text)) + 1);
	return breaks.find(after => after > cells.length / 2 && sumWidths(cells.slice(after)) <= room) ?? cells.length;
}

function sumWidths(cells: readonly Cell[]): number {
	return cells.reduce((sum, {width}) => sum + width, 0);
}

function cutSpans(styled: StyledLine, columns: number, ellipsis: string): StyledLine {
	const cut = [...takeCells([span(ellipsis)], columns)].map(({text}) => text).join('');
	const room = columns - measureWidth(cut);
	const kept = [...takeCells(styled, room)];
	const following = splitCells(styled)[kept.length];
	return joinSpans([...kept.map(({text, tone}) => span(text, tone)), span(cut, following?.tone)]);
}

/** The first characters of a line, as many as fit. */
function takeCells(styled: StyledLine, columns: number): Cell[] {
	const taken: Cell[] = [];
	let used = 0;
	for (const cell of splitCells(styled)) {
		used += cell.width;
		if (used > columns) {
			break;
		}

		taken.push(cell);
	}

	return taken;
}

type Cell = Span & {readonly width: number};

function splitCells(styled: StyledLine): Cell[] {
	return styled.flatMap(({text, tone}) => splitGraphemes(text).map(grapheme => ({text: grapheme, tone, width: measureWidth(grapheme)})));
}

/** What a person sees as single characters. */
export function splitGraphemes(text: string): string[] {
	// Most texts are ASCII, where every character stands alone.
	return /^[ -~]*$/v.test(text) ? [...text] : Array.from(getSegmenter().segment(text), ({segment}) => segment);
}

function joinCells(cells: readonly Cell[]): Word {
	return {spans: joinSpans(cells), width: sumWidths(cells)};
}
