import type {Signs} from '../text/signs.js';
import {line, span, type Span, type StyledLine} from '../text/styled.js';
import {fitLine, measureLine, measureWidth, padLine, truncate, truncateLine, wrapLine} from '../text/width.js';
import type {ReviewItem} from './item.js';

/** A line that says what follows. */
export function makeHeading(id: string, lines: readonly StyledLine[]): ReviewItem {
	return {id, lines, isHeading: true};
}

/** Add a detail that says all of an item, made when it is first asked for. */
export function addWholeDetail(item: ReviewItem, make: () => readonly StyledLine[]): ReviewItem {
	return addDetail({...item, isDetailWhole: true}, make);
}

/** Add a detail that is made when it is first asked for: most items are never opened. */
export function addDetail(item: ReviewItem, make: () => readonly StyledLine[]): ReviewItem {
	let made: readonly StyledLine[] | undefined;
	return {
		...item,
		get detail() {
			made ??= make();
			return made;
		},
	};
}

/** Lines below one another, the second and later ones of each text indented. */
export function wrapAll(lines: readonly StyledLine[], columns: number, hanging = 2): StyledLine[] {
	return lines.flatMap(styled => wrapLine(styled, columns, {hanging}));
}

/** Wrap lines to what is left of an indent, and indent them. */
export function indentLines(lines: readonly StyledLine[], columns: number, indent: number): StyledLine[] {
	const room = Math.max(1, columns - indent);
	return lines.flatMap(styled => wrapLine(styled, room)).map(wrapped => columns > indent ? [span(' '.repeat(indent)), ...wrapped] : wrapped);
}

/** A text below a label, as `Why: …`; nothing where the text is empty. */
export function wrapField(label: string, text: string | ReadonlyArray<string | Span>, columns: number): StyledLine[] {
	const parts = typeof text === 'string' ? [text] : text;
	return measureLine(line(...parts)) === 0 ? [] : wrapLine(line(span(`${label}: `, 'muted'), ...parts), columns, {hanging: 2});
}

export type Column = {readonly width: number; readonly lines: readonly StyledLine[]};

/** Blocks side by side, each wrapped to its width, with two spaces between them. */
export function joinColumns(columns: readonly Column[]): StyledLine[] {
	const wrapped = columns.map(({width, lines}) => ({width, lines: lines.flatMap(styled => wrapLine(styled, width, {hanging: 1}))}));
	const height = Math.max(...wrapped.map(({lines}) => lines.length));
	return Array.from({length: height}, (_, row) => trimEnd(wrapped.flatMap(({width, lines}, position) => [
		...(position === 0 ? [] : [span('  ')]),
		...fitLine(lines[row] ?? [], width),
	])));
}

/** Spaces at the end draw nothing. */
function trimEnd(styled: StyledLine): StyledLine {
	const kept = [...styled];
	for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
		const text = last.text.trimEnd();
		kept.pop();
		if (text !== '') {
			return [...kept, span(text, last.tone)];
		}
	}

	return kept;
}

/**
A box around some lines with a title and a word in its frame. A title that does not fit there stands inside.

@param width - At least 8.
@param height - Lines inside, at least; the box is filled up.
*/
export function drawBox({title, word, body, width, height, signs}: {
	readonly title: string;
	readonly word: string;
	readonly body: readonly StyledLine[];
	readonly width: number;
	readonly height: number;
	readonly signs: Signs;
}): StyledLine[] {
	const shownWord = truncate(word, Math.max(0, width - 6), signs.ellipsis);
	const isInFrame = fitsFrame(title, word, width);
	const filled = width - 6 - measureWidth(shownWord) - (isInFrame ? measureWidth(title) + 2 : 0);
	const inside = width - 4;
	const rows = [...(isInFrame ? [] : wrapLine([span(title, 'strong')], inside)), ...body];
	return [
		line(
			span(`${signs.topLeft}${signs.horizontal}`, 'muted'),
			...(isInFrame ? [span(` ${title} `, 'strong')] : []),
			span(`${signs.horizontal.repeat(Math.max(0, filled))} ${shownWord} `, 'muted'),
			span(`${signs.horizontal}${signs.topRight}`, 'muted'),
		),
		...Array.from({length: Math.max(height, rows.length)}, (_, row) => line(
			span(`${signs.vertical} `, 'muted'),
			...padLine(truncateLine(rows[row] ?? [], inside, signs.ellipsis), inside),
			span(` ${signs.vertical}`, 'muted'),
		)),
		line(span(`${signs.bottomLeft}${signs.horizontal.repeat(width - 2)}${signs.bottomRight}`, 'muted')),
	];
}

/** How many lines a box needs inside. */
export function measureBox({title, word, body, width}: {readonly title: string; readonly word: string; readonly body: readonly StyledLine[]; readonly width: number}): number {
	return body.length + (fitsFrame(title, word, width) ? 0 : wrapLine([span(title)], width - 4).length);
}

function fitsFrame(title: string, word: string, width: number): boolean {
	return measureWidth(title) + measureWidth(word) <= width - 9;
}
