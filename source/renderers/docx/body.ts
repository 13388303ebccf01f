import {
	BookmarkEnd,
	BookmarkStart,
	ConcreteHyperlink,
	HeadingLevel,
	ImageRun,
	Paragraph,
	Table,
	TableCell,
	TableOfContents,
	TableRow,
	TextRun,
	type IParagraphOptions,
	type IRunOptions,
	type ParagraphChild,
	type XmlComponent,
} from 'docx';
import {getOrMake} from '../../core/records.js';
import {showUnfit} from '../../core/text.js';
import {countLines, TableWidths} from '../column-widths.js';
import {formatPlain, type Block, type Heading, type List, type Quote, type Span, type Table as TableBlock} from '../request-tree.js';
import type {Picture} from './picture.js';
import {bullets, cellPadding, colors, formatNumbersId, listIndent, measureCell, styleIds, textWidth} from './styles.js';

/** What may stand in a cell of Word. */
type Part = Paragraph | Table;

/** Where a block stands: what is around it decides how it looks. */
type Place = {
	/** How many lists it is in. */
	readonly depth: number;
	/** What is left of the width of the page. */
	readonly width: number;
	/** What comes next belongs to it, and must not begin on another page. */
	readonly leadsOn: boolean;
};

/** Deeper lists look like the deepest: Word has no more levels. */
const deepestList = 8;

/** A row that is longer than this may go on on the next page. */
const mostLinesKept = 24;

/** A list of as many items stays with the table that it leads to. */
const mostItemsKept = 6;

/** Room to write: a word and a date, or a signature. */
const noteHeight = 400;
const signatureHeight = 560;
const noteWidth = 1900;

/** Contents are worth their space in a document of some sections. */
const leastContents = 5;

const thinLine = {style: 'single', size: 4, color: colors.line} as const;
const noLine = {style: 'nil', size: 0} as const;

/** Makes Word's elements of the blocks of a request, and knows what belongs to the document as a whole. */
export class BodyWriter {
	/** Addresses that the document leads to, in the order of their relationships: `link1`, `link2`. */
	readonly links = new Map<string, string>();

	/** First numbers of its numbered lists. */
	readonly listStarts = new Set<number>();

	readonly #picture: Picture;

	/** Bookmarks of lines by line id. */
	readonly #lines: ReadonlyMap<string, string>;

	/** Bookmarks that are already set. */
	readonly #set = new Set<string>();

	/** The highest headings, of which a document has one: its title. */
	readonly #titleLevel: number;

	readonly #widths: TableWidths;

	#bookmarks = 0;
	#headings = 0;
	#lists = 0;

	/**
	@param blocks - The whole document.
	@param lineIds - Ids of lines: where one is named, it leads to the row that begins with it.
	*/
	constructor(blocks: readonly Block[], lineIds: ReadonlySet<string>, picture: Picture) {
		this.#picture = picture;
		this.#widths = new TableWidths(blocks, {padding: cellPadding, measure: measureCell, findRoom: () => noteWidth});
		this.#titleLevel = findHeadings(blocks).filter(({level}) => level === 1).length === 1 ? 1 : 0;
		this.#lines = new Map([...findLineRows(blocks, lineIds)].map((id, index) => [id, `line_${index + 1}`]));
	}

	/** The parts of the document: what is before the contents, the contents, and the rest. Only the first when there are few headings. */
	writeDocument(blocks: readonly Block[]): {readonly start: readonly Part[]; readonly contents: readonly TableOfContents[]; readonly rest: readonly Part[]} {
		const headings = findHeadings(blocks).filter(({level}) => this.#isListed(level));
		const first = headings.length < leastContents ? blocks.length : blocks.indexOf(headings[0]!);
		const place = {depth: 0, width: textWidth, leadsOn: false};
		const start = this.#writeBlocks(blocks.slice(0, first), place);
		const title = new Paragraph({style: styleIds.contentsTitle, pageBreakBefore: true, children: [new TextRun('Contents')]});
		return {
			start: first === blocks.length ? start : [...start, title],
			contents: first === blocks.length ? [] : [this.#writeContents(headings)],
			rest: this.#writeBlocks(blocks.slice(first), place),
		};
	}

	#isListed(level: number): boolean {
		return level > this.#titleLevel && level <= this.#titleLevel + 2;
	}

	/** A table of contents without page numbers, which only Word can know: it adds them when somebody updates the table. */
	#writeContents(headings: readonly Heading[]): TableOfContents {
		const entries = headings.map(({level, spans}, index) => makeParagraph(
			{style: `TOC${level - this.#titleLevel}`},
			[new ConcreteHyperlink([new TextRun(formatLine(spans))], '', formatHeadingBookmark(index + 1))],
		));
		return new TableOfContents('Contents', {hyperlink: true, headingStyleRange: '1-2', beginDirty: false, contentChildren: entries});
	}

	#writeBlocks(blocks: readonly Block[], place: Place): Part[] {
		return blocks.flatMap((block, index) => block.type === 'heading'
			? [this.#writeHeading(block, isToSign(blocks, index))]
			: this.#writeBlock(block, {...place, leadsOn: ['table', 'list'].includes(blocks[index + 1]?.type ?? '')}));
	}

	#writeBlock(block: Exclude<Block, Heading>, place: Place): readonly Part[] {
		switch (block.type) {
			case 'paragraph': {
				return [makeParagraph({...continueList(place), keepNext: place.leadsOn}, this.#writeSpans(block.spans, styleIds.code))];
			}

			case 'list': {
				return this.#writeList(block, place);
			}

			case 'table': {
				return this.#writeTable(block, place);
			}

			case 'quote': {
				return this.#writeQuote(block, place);
			}

			case 'code': {
				return [new Paragraph({...continueList(place), style: styleIds.codeBlock, children: writeLines(block.text, {})})];
			}

			case 'diagram': {
				return this.#writePicture(place);
			}

			case 'rule': {
				return [new Paragraph({border: {bottom: thinLine}, children: []})];
			}
		}
	}

	#writeHeading({level, spans}: Heading, pageBreakBefore: boolean): Paragraph {
		const own = level - this.#titleLevel;
		const text = [new TextRun(formatLine(spans))];
		if (own === 0) {
			return new Paragraph({heading: HeadingLevel.TITLE, children: text});
		}

		const heading = ([HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3, HeadingLevel.HEADING_4, HeadingLevel.HEADING_5, HeadingLevel.HEADING_6] as const)[own - 1]!;
		return makeParagraph({heading, pageBreakBefore}, this.#isListed(level) ? this.#bookmark(formatHeadingBookmark(++this.#headings), text) : text);
	}

	#writeList({start, items}: List, place: Place): readonly Part[] {
		const level = Math.min(place.depth, deepestList);
		const instance = ++this.#lists;
		if (start !== undefined) {
			this.listStarts.add(start);
		}

		const numbering = start === undefined ? {reference: bullets, level} : {reference: formatNumbersId(start), level, instance};
		return items.flatMap(item => {
			const [first] = item;
			const isText = first?.type === 'paragraph';
			const head = makeParagraph({numbering, keepNext: place.leadsOn && items.length <= mostItemsKept}, isText ? this.#writeSpans(first.spans, styleIds.code) : []);
			return [head, ...this.#writeBlocks(isText ? item.slice(1) : item, {...place, depth: place.depth + 1, width: place.width - listIndent})];
		});
	}

	#writeTable(table: TableBlock, {width}: Place): readonly Part[] {
		const {columns, head, rows} = table;
		const blanks = countBlanks(table);
		const inner = this.#widths.findWidths(table, width);
		const widths = roundWidths(inner.map(size => size + (2 * cellPadding)), width);
		const height = blanks > 1 ? signatureHeight : noteHeight;
		const writeCells = (cells: ReadonlyArray<readonly Span[]>, isHead: boolean) => cells.map((spans, index) => new TableCell({
			children: [makeParagraph(
				{style: isHead ? styleIds.tableHead : styleIds.table, alignment: columns[index]!.align},
				this.#writeCell(spans, {isFirst: index === 0, isLabel: isHead || (head === undefined && index === 0)}),
			)],
			...(isHead || (head === undefined && index === 0) ? {shading: {fill: colors.ground, type: 'clear', color: 'auto'}} : {}),
		}));
		return [
			new Table({
				width: {size: width, type: 'dxa'},
				layout: 'fixed',
				columnWidths: widths,
				margins: {left: cellPadding, right: cellPadding, top: 20, bottom: 20},
				borders: {top: thinLine, bottom: thinLine, left: thinLine, right: thinLine, insideHorizontal: thinLine, insideVertical: thinLine},
				rows: [
					...(head === undefined ? [] : [new TableRow({tableHeader: true, cantSplit: true, children: writeCells(head, true)})]),
					...rows.map(cells => new TableRow({
						cantSplit: cells.every((spans, index) => countLines(measureCell(spans, false).lines, inner[index]!) <= mostLinesKept),
						...(blanks > 0 ? {height: {value: height, rule: 'atLeast' as const}} : {}),
						children: writeCells(cells, false),
					})),
				],
			}),
			// Word joins tables that nothing parts.
			new Paragraph({style: styleIds.table, children: []}),
		];
	}

	#writeCell(spans: readonly Span[], {isFirst, isLabel}: {readonly isFirst: boolean; readonly isLabel: boolean}): readonly XmlComponent[] {
		const [only] = spans;
		const bookmark = isFirst && isLineRow(spans) ? this.#lines.get(only!.text) : undefined;
		if (bookmark !== undefined && !this.#set.has(bookmark)) {
			this.#set.add(bookmark);
			return this.#bookmark(bookmark, writeLines(only!.text, {style: styleIds.tableCode}));
		}

		return this.#writeSpans(isLabel ? spans.map(span => ({...span, isBold: true})) : spans, styleIds.tableCode);
	}

	/** A box, so that nobody reads over it. */
	#writeQuote({alert, blocks}: Quote, place: Place): readonly Part[] {
		const color = alert === 'caution' || alert === 'warning' ? colors.caution : colors.notice;
		const thickLine = {style: 'single', size: 36, color} as const;
		const {width} = place;
		const parts = this.#writeBlocks(blocks, {depth: 0, width: width - 400, leadsOn: false});
		const last = parts.at(-1);
		return [
			new Table({
				width: {size: width, type: 'dxa'},
				layout: 'fixed',
				columnWidths: [width],
				margins: {left: 200, right: 200, top: 80, bottom: 40},
				borders: {top: noLine, bottom: noLine, right: noLine, left: thickLine},
				rows: [new TableRow({
					children: [new TableCell({
						shading: {fill: colors.codeGround, type: 'clear', color: 'auto'},
						children: [
							...(alert === undefined ? [] : [new Paragraph({keepNext: true, children: [makeRun({text: alert.toUpperCase(), bold: true, color})]})]),
							...parts,
							// A cell of Word ends with a paragraph.
							...(last instanceof Paragraph ? [] : [new Paragraph({children: []})]),
						],
					})],
				})],
			}),
			new Paragraph({style: styleIds.table, children: []}),
		];
	}

	#writePicture(place: Place): readonly Part[] {
		const {width, height, description, note} = this.#picture;
		const id = ++this.#bookmarks;
		const image = new ImageRun({
			...this.#picture.image,
			transformation: {width, height},
			// Where the picture cannot be shown, its frame can.
			...(note === undefined ? {} : {outline: {type: 'solidFill', solidFillType: 'rgb', value: colors.line, width: 6350}}),
			altText: {id: String(id), name: `Diagram ${id}`, title: 'Overview diagram', description: fit(description)},
		});
		return [
			new Paragraph({...continueList(place), keepNext: note !== undefined, children: [image]}),
			...(note === undefined ? [] : [new Paragraph({style: styleIds.caption, children: [new TextRun(note)]})]),
		];
	}

	#writeSpans(spans: readonly Span[], codeStyle: string): readonly XmlComponent[] {
		return spans.flatMap<XmlComponent>(({text, isBold, isItalic, isCode, url}) => {
			const look = {...(isBold ? {bold: true} : {}), ...(isItalic ? {italics: true} : {}), ...(isCode ? {style: codeStyle} : {})};
			if (url !== undefined) {
				const id = getOrMake(this.links, url, () => `link${this.links.size + 1}`);
				return [new ConcreteHyperlink(writeLines(text, {...look, style: 'Hyperlink'}), id)];
			}

			const runs = writeLines(text, look);
			const bookmark = isCode ? this.#lines.get(text) : undefined;
			return bookmark === undefined ? runs : [new ConcreteHyperlink(runs, '', bookmark)];
		});
	}

	#bookmark(name: string, children: readonly XmlComponent[]): readonly XmlComponent[] {
		const id = ++this.#bookmarks;
		return [new BookmarkStart(name, id), ...children, new BookmarkEnd(id)];
	}
}

/** Text as XML can hold it, in which nothing acts on the reader: what comes from values was made so before, what a site's template says was not. */
export const fit = (text: string): string => showUnfit(text).replaceAll('\t', ' ');

/** Bookmarks with numbers of our own are no children in the library's types: its own take their numbers from a counter of the process. */
function makeParagraph(options: IParagraphOptions, children: readonly XmlComponent[]): Paragraph {
	return new Paragraph({...options, children: children as ParagraphChild[]});
}

/** Text with a look. The types of what TextRun takes include text alone, so that a look given to it directly counts as the deprecated method of texts. */
export const makeRun = (options: IRunOptions): TextRun => new TextRun(options);

function writeLines(text: string, look: {readonly bold?: boolean; readonly italics?: boolean; readonly style?: string}): readonly TextRun[] {
	return fit(text).split('\n').map((line, index) => makeRun({...look, text: line, ...(index > 0 ? {break: 1} : {})}));
}

const formatLine = (spans: readonly Span[]): string => fit(formatPlain(spans)).replaceAll('\n', ' ');

const formatHeadingBookmark = (position: number): string => `heading_${position}`;

function continueList({depth}: Place): IParagraphOptions {
	return depth === 0 ? {} : {style: styleIds.continued, indent: {left: listIndent * Math.min(depth, deepestList + 1)}};
}

/** Headings of the document itself, in their order. */
function findHeadings(blocks: readonly Block[]): readonly Heading[] {
	return blocks.flatMap(block => block.type === 'heading' ? [block] : []);
}

/** Whether a section has a table to sign, so that it gets pages of its own, which travel without the rest. */
function isToSign(blocks: readonly Block[], heading: number): boolean {
	const rest = blocks.slice(heading + 1);
	const end = rest.findIndex(({type}) => type === 'heading');
	return (end === -1 ? rest : rest.slice(0, end)).some(block => block.type === 'table' && countBlanks(block) > 1);
}

/** How many columns of a table people write into. */
function countBlanks({columns}: TableBlock): number {
	return columns.filter(({isToFill}) => isToFill).length;
}

/** A first cell that is an id and nothing else. */
function isLineRow(spans: readonly Span[]): boolean {
	return spans.length === 1 && spans[0]!.isCode;
}

/** Ids of lines that have a row of their own. */
function findLineRows(blocks: readonly Block[], lineIds: ReadonlySet<string>): ReadonlySet<string> {
	const first = blocks.flatMap(block => block.type === 'table' ? block.rows.map(([cell]) => cell!) : []);
	return new Set(first.filter(spans => isLineRow(spans)).map(([span]) => span!.text).filter(id => lineIds.has(id)));
}

/** Whole twips that add up to the width. */
function roundWidths(widths: readonly number[], sum: number): number[] {
	const rounded = widths.map(width => Math.floor(width));
	const rest = sum - rounded.reduce((total, width) => total + width, 0);
	return rounded.map((width, index) => index === rounded.length - 1 ? width + rest : width);
}
