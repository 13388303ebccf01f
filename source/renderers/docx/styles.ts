import type {INumberingOptions, IStylesOptions} from 'docx';
import type {TextSize} from '../column-widths.js';
import type {Span} from '../request-tree.js';

/* Sizes in twips, a twentieth of a point, unless they say otherwise: Word's unit. */

/** A4 on its side: the tables of lines have eight columns. */
export const page = {width: 16_838, height: 11_906, margin: 850, top: 1250, bottom: 1050, header: 560, footer: 480} as const;

export const textWidth = page.width - (2 * page.margin);

/** What a cell keeps free on each side of its text. */
export const cellPadding = 70;

/** Grey for grounds and lines, dark enough and light enough for any printer. */
export const colors = {ground: 'E7EBF0', codeGround: 'F3F4F6', line: '8A94A3', caution: 'B42318', notice: '3B4757', muted: '4B5563', heading: '16324F'} as const;

/** Word and LibreOffice have these, or others of the same widths in their place. */
const fonts = {text: 'Arial', code: 'Consolas'} as const;

/** Sizes in half points, as Word counts those of letters. */
const sizes = {text: 19, table: 16, tableCode: 15, small: 15} as const;

/** Names of styles, by which somebody restyles the document. */
export const styleIds = {
	table: 'TableText',
	tableHead: 'TableHead',
	tableCode: 'TableCode',
	code: 'CodeText',
	codeBlock: 'CodeBlock',
	caption: 'Caption',
	contentsTitle: 'ContentsTitle',
	continued: 'ListContinued',
} as const;

const heading = (size: number, before: number, after: number, outlineLevel?: number) => ({
	run: {size, bold: true, color: colors.heading, font: fonts.text},
	paragraph: {spacing: {before, after}, keepNext: true, keepLines: true, ...(outlineLevel === undefined ? {} : {outlineLevel})},
});

export const styles: IStylesOptions = {
	default: {
		document: {
			run: {font: fonts.text, size: sizes.text, language: {value: 'en-GB'}},
			paragraph: {spacing: {after: 100, line: 259, lineRule: 'auto'}},
		},
		title: heading(36, 0, 160),
		heading1: heading(28, 360, 140, 0),
		heading2: heading(23, 260, 100, 1),
		heading3: heading(20, 200, 80, 2),
		heading4: heading(19, 160, 60, 3),
		heading5: heading(19, 160, 60, 4),
		heading6: heading(19, 160, 60, 5),
		hyperlink: {run: {color: '1D4ED8', underline: {type: 'single'}}},
	},
	paragraphStyles: [
		{id: styleIds.table, name: 'Table Text', basedOn: 'Normal', run: {size: sizes.table}, paragraph: {spacing: {before: 20, after: 20, line: 240, lineRule: 'auto'}}},
		{id: styleIds.tableHead, name: 'Table Head', basedOn: styleIds.table, run: {bold: true}, paragraph: {keepNext: true}},
		{id: styleIds.codeBlock, name: 'Code Block', basedOn: 'Normal', run: {font: fonts.code, size: sizes.table, noProof: true}, paragraph: {shading: {fill: colors.codeGround}, spacing: {line: 240, lineRule: 'auto'}}},
		{id: styleIds.caption, name: 'caption', basedOn: 'Normal', run: {size: sizes.small, color: colors.muted}},
		{id: styleIds.contentsTitle, name: 'Contents Title', basedOn: 'Normal', next: 'Normal', run: {bold: true, size: 23, color: colors.heading}, paragraph: {keepNext: true, spacing: {before: 240, after: 60}}},
		{id: styleIds.continued, name: 'List Continued', basedOn: 'Normal', paragraph: {spacing: {after: 60}}},
		{id: 'TOC1', name: 'toc 1', basedOn: 'Normal', paragraph: {spacing: {before: 40, after: 20}}},
		{id: 'TOC2', name: 'toc 2', basedOn: 'Normal', run: {size: sizes.table}, paragraph: {indent: {left: 300}, spacing: {after: 0}}},
		{id: 'Header', name: 'header', basedOn: 'Normal', run: {size: sizes.small, color: colors.muted}, paragraph: {spacing: {after: 0}}},
		{id: 'Footer', name: 'footer', basedOn: 'Normal', run: {size: sizes.small, color: colors.muted}, paragraph: {spacing: {after: 0}}},
	],
	characterStyles: [
		{id: styleIds.code, name: 'Code Text', run: {font: fonts.code, size: sizes.text - 1, noProof: true}},
		{id: styleIds.tableCode, name: 'Table Code', run: {font: fonts.code, size: sizes.tableCode, noProof: true}},
	],
};

/** How far each level of a list stands in. */
export const listIndent = 340;

const depths = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const listParagraph = (level: number) => ({indent: {left: listIndent * (level + 1), hanging: listIndent}, spacing: {after: 60}});

/** Names of the kinds of list; each list has an instance of its own, so that its numbers begin anew. */
export const bullets = 'bullets';
export const formatNumbersId = (start: number): string => `numbers-from-${start}`;

/** @param starts - First numbers of the document's numbered lists. */
export function makeNumbering(starts: Iterable<number>): INumberingOptions {
	const marks = ['•', '–', '▪'];
	return {
		config: [
			{reference: bullets, levels: depths.map(level => ({level, format: 'bullet', text: marks[level % marks.length]!, alignment: 'left', style: {paragraph: listParagraph(level)}}))},
			...[...starts].map(start => ({
				reference: formatNumbersId(start),
				levels: depths.map(level => ({level, format: 'decimal' as const, text: `%${level + 1}.`, alignment: 'left' as const, start, style: {paragraph: listParagraph(level)}})),
			})),
		],
	};
}

/** Widths of letters of Arial in thousandths of their size, about; where Word has another font, columns stay as good. */
const letterWidths: ReadonlyArray<readonly [letters: RegExp, width: number]> = [
	[/[\p{M}\u{200B}-\u{200F}]/v, 0],
	[/[iljI\|!.,:;'`]/v, 260],
	[/[ftr \(\)\[\]\/\\\-"]/v, 320],
	[/[mwMW@%→…—]/v, 900],
	[/[A-Z]|[<>#+=~]|&/v, 690],
	[/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/v, 1000],
];
const otherLetter = 560;
const codeLetter = 610;
const widths = new Map<string, number>();

/** About how wide a text in a table is. */
function measureTableText(text: string, {isBold, isCode}: {readonly isBold: boolean; readonly isCode: boolean}): number {
	let sum = 0;
	for (const letter of text) {
		sum += isCode ? codeLetter : findLetterWidth(letter);
	}

	// Not to break a word for the width of a line of the table.
	return text === '' ? 0 : (sum * (isCode ? sizes.tableCode : sizes.table) * 10 / 1000 * (isBold ? 1.08 : 1)) + 16;
}

/** What is longer may break after a hyphen: ids of connections and documents. */
const longWord = 16;

/** About how long the text of a cell is, in twips. */
export function measureCell(spans: readonly Span[], isHead: boolean): TextSize {
	let word = 0;
	const lines = [0];
	for (const {text, isCode, isBold} of spans) {
		const look = {isCode, isBold: isBold || isHead};
		for (const part of text.split(/\s+/v).flatMap(one => one.length > longWord ? one.split(/(?<=-)/v) : [one])) {
			word = Math.max(word, measureTableText(part, look));
		}

		const [first, ...others] = text.split('\n').map(line => measureTableText(line, look));
		lines.push(lines.pop()! + first!, ...others);
	}

	return {word, lines};
}

function findLetterWidth(letter: string): number {
	let width = widths.get(letter);
	if (width === undefined) {
		width = letterWidths.find(([letters]) => letters.test(letter))?.[1] ?? otherLetter;
		widths.set(letter, width);
	}

	return width;
}
