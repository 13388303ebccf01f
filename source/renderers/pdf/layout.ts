import {getOrMake} from '../../core/records.js';
import {formatPlain, type Block, type Code, type Heading, type List, type Quote, type Span} from '../request-tree.js';
import type {PdfBookmark, PdfElement, PdfPage} from './document.js';
import {Places} from './places.js';
import {area, Sheets, type TextStyle} from './sheet.js';
import {addElement} from './structure.js';
import {black, bodyStyle, codeStyle, findIndent, headingStyles, lineWidth, marginStyle, quotePadding, ruleColor} from './styles.js';
import {Tables} from './tables.js';
import {measureRuns, type Line, type MeasuredText, type Run, type Typesetter} from './typesetter.js';

/** A drawing, as large as its units say or smaller. */
export type Picture = {readonly svg: string; readonly width: number; readonly height: number; readonly description: string};

/** What stands on every page, above and below its text. */
export type Margins = {
	readonly topLeft: string;
	readonly topMiddle: string;
	readonly topRight: string;
	readonly bottomLeft: string;
};

export type LaidOut = {readonly pages: readonly PdfPage[]; readonly bookmarks: readonly PdfBookmark[]; readonly structure: PdfElement};

const alertTitles = {note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution'} as const;
const alertColors = {note: ['#2f6f4f', '#eef5f1'], tip: ['#2f6f4f', '#eef5f1'], important: ['#44546a', '#eff1f4'], warning: ['#8a5a00', '#fbf3e3'], caution: ['#9b1c1c', '#fbecec']} as const;

type MutableBookmark = PdfBookmark & {readonly children: MutableBookmark[]};

/**
Put blocks of text on pages.

Headings stay with what follows them, rows of tables stay whole where a page can hold them, and the head of a table is printed again on each of its pages. Nothing is
left out for lack of room: long words and rows that are higher than a page are broken.

@param picture - For the place of the diagram.
*/
export function layOut(blocks: readonly Block[], picture: Picture, margins: Margins, typesetter: Typesetter): LaidOut {
	return new Layout(blocks, picture, typesetter).run(margins);
}

class Layout {
	readonly #sheets = new Sheets();
	readonly #structure: PdfElement = {type: 'Document', children: []};
	readonly #bookmarks: MutableBookmark[] = [];
	readonly #blocks: readonly Block[];
	readonly #picture: Picture;
	readonly #typesetter: Typesetter;
	readonly #places: Places;
	readonly #measured = new Map<readonly Span[], MeasuredText>();
	readonly #tables: Tables;
	/** Entries of the list of contents whose page is not known when they are printed. */
	readonly #entries: Array<{readonly heading: Heading; readonly page: number; readonly y: number; readonly right: number; readonly element: PdfElement}> = [];
	readonly #headingPages = new Map<Heading, number>();
	readonly #headingNames = new Map<Heading, string>();

	constructor(blocks: readonly Block[], picture: Picture, typesetter: Typesetter) {
		this.#blocks = blocks;
		this.#picture = picture;
		this.#typesetter = typesetter;
		this.#places = new Places(blocks);
		this.#tables = new Tables(blocks, {
			sheets: this.#sheets,
			typesetter,
			places: this.#places,
			measure: (spans, isHead) => this.#measure(spans, isHead),
		});
	}

	run(margins: Margins): LaidOut {
		const sections = this.#blocks.findIndex(block => isSection(block));
		const start = sections === -1 ? this.#blocks.length : sections;
		this.#layOutBlocks(this.#blocks.slice(0, start), area.left, area.width, this.#structure);
		this.#layOutContents();
		this.#layOutBlocks(this.#blocks.slice(start), area.left, area.width, this.#structure);
		this.#finishContents();
		this.#printMargins(margins);
		return {pages: this.#sheets.finish(), bookmarks: this.#bookmarks, structure: this.#structure};
	}

	#layOutBlocks(blocks: readonly Block[], x: number, width: number, parent: PdfElement): void {
		for (const [index, block] of blocks.entries()) {
			this.#sheets.need(Math.min(this.#measureStart(blocks, index, width), area.height));
			this.#layOutBlock(block, x, width, parent);
		}
	}

	#layOutBlock(block: Block, x: number, width: number, parent: PdfElement): void {
		switch (block.type) {
			case 'heading': {
				this.#layOutHeading(block, x, width, parent);
				break;
			}

			case 'paragraph': {
				this.#name(block.spans);
				this.#printLines(this.#wrap(block.spans, width, bodyStyle), x, bodyStyle, addElement(parent, 'P'));
				this.#sheets.skip(5);
				break;
			}

			case 'list': {
				this.#layOutList(block, x, width, parent);
				break;
			}

			case 'table': {
				this.#tables.layOut(block, x, parent);
				break;
			}

			case 'quote': {
				this.#layOutQuote(block, x, width, parent);
				break;
			}

			case 'code': {
				this.#layOutCode(block, x, width, parent);
				break;
			}

			case 'diagram': {
				this.#layOutPicture(x, width, parent);
				break;
			}

			case 'rule': {
				this.#sheets.skip(4);
				this.#sheets.fill({x, y: this.#sheets.y, width, height: lineWidth}, ruleColor);
				this.#sheets.skip(6);
				break;
			}
		}
	}

	/** How much of the blocks from an index on must stand on one page: what introduces something stays with its beginning. */
	#measureStart(blocks: readonly Block[], index: number, width: number): number {
		const block = blocks[index];
		if (block === undefined) {
			return 0;
		}

		const after = () => this.#measureStart(blocks, index + 1, width);
		if (block.type === 'heading') {
			const style = findHeadingStyle(block);
			return style.before + (this.#wrap(block.spans, width, style, true).length * style.leading) + style.after + after();
		}

		if (blocks[index + 1]?.type === 'table') {
			// A sentence that says what the table shows, or a few facts that hold for all of its rows.
			if (block.type === 'paragraph') {
				const lines = this.#wrap(block.spans, width, bodyStyle).length;
				return (Math.min(lines, 3) * bodyStyle.leading) + (lines <= 3 ? 5 + after() : 0);
			}

			if (block.type === 'list' && block.items.length <= 6 && block.items.every(item => item.length === 1 && item[0]!.type === 'paragraph')) {
				return (block.items.length * (bodyStyle.leading + 2)) + 4 + after();
			}
		}

		return this.#measureBeginning(block, width);
	}

	/** How much of a block must stand on one page with its first line. */
	#measureBeginning(block: Exclude<Block, Heading>, width: number): number {
		switch (block.type) {
			case 'paragraph': {
				return Math.min(this.#wrap(block.spans, width, bodyStyle).length, 3) * bodyStyle.leading;
			}

			case 'list': {
				return 2 * bodyStyle.leading;
			}

			case 'table': {
				return this.#tables.measureBeginning(block);
			}

			case 'quote': {
				return 4 * bodyStyle.leading;
			}

			case 'code': {
				return 4 * codeStyle.leading;
			}

			case 'diagram': {
				return this.#picture.height * this.#findScale(width);
			}

			case 'rule': {
				return 10;
			}
		}
	}

	#layOutHeading(block: Heading, x: number, width: number, parent: PdfElement): void {
		const style = findHeadingStyle(block);
		this.#sheets.skip(style.before);
		this.#headingPages.set(block, this.#sheets.last);
		this.#sheets.name(this.#nameHeading(block));
		this.#addBookmark(block);
		this.#printLines(this.#wrap(block.spans, width, style, true), x, style, addElement(parent, `H${toLevel(block)}`));
		if (block.level === 2) {
			this.#sheets.fill({x, y: this.#sheets.y + 1, width, height: lineWidth}, ruleColor);
		}

		this.#sheets.skip(style.after);
	}

	#addBookmark(block: Heading): void {
		// The title of the document is that of the window.
		if (block.level === 1) {
			return;
		}

		let siblings = this.#bookmarks;
		for (let level = 2; level < block.level && siblings.length > 0; level++) {
			siblings = siblings.at(-1)!.children;
		}

		siblings.push({title: formatPlain(block.spans).replaceAll('\n', ' '), page: this.#sheets.last, y: this.#sheets.y, children: []});
	}

	#layOutList(block: List, x: number, width: number, parent: PdfElement): void {
		const {start, items} = block;
		const list = addElement(parent, 'L');
		const indent = findIndent(block);
		for (const [index, blocks] of items.entries()) {
			const item = addElement(list, 'LI');
			this.#sheets.need(bodyStyle.leading);
			this.#sheets.print(this.#typesetter.setPlain(start === undefined ? '•' : `${start + index}.`, 'sans'), {x: x + 2, y: this.#sheets.y}, bodyStyle, addElement(item, 'Lbl'));
			const body = addElement(item, 'LBody');
			if (blocks.length === 0) {
				this.#sheets.y += bodyStyle.leading;
			}

			for (const part of blocks) {
				if (part.type === 'paragraph') {
					this.#name(part.spans);
					this.#printLines(this.#wrap(part.spans, width - indent, bodyStyle), x + indent, bodyStyle, addElement(body, 'P'));
					this.#sheets.skip(2);
				} else {
					this.#layOutBlock(part, x + indent, width - indent, body);
				}
			}
		}

		this.#sheets.skip(4);
	}

	#layOutQuote({alert, blocks}: Quote, x: number, width: number, parent: PdfElement): void {
		const quote = addElement(parent, 'BlockQuote');
		const [barColor, ground] = alert === undefined ? [ruleColor, '#f5f6f7'] : alertColors[alert];
		const mark = this.#sheets.mark();
		this.#sheets.skip(6);
		if (alert !== undefined) {
			this.#printLines([{runs: this.#typesetter.setPlain(alertTitles[alert], 'sans-bold')}], x + quotePadding.left, {...bodyStyle, color: barColor}, addElement(quote, 'P'));
			this.#sheets.skip(2);
		}

		this.#layOutBlocks(blocks, x + quotePadding.left, width - quotePadding.left - quotePadding.right, quote);
		this.#sheets.skip(3);
		this.#sheets.fillBehind(mark, x, 4, barColor);
		this.#sheets.fillBehind(mark, x, width, ground);
		this.#sheets.skip(8);
	}

	#layOutCode({text}: Code, x: number, width: number, parent: PdfElement): void {
		const spans: readonly Span[] = [{text: text.replaceAll('\t', '    '), isBold: false, isItalic: false, isCode: true, url: undefined}];
		const lines = this.#typesetter.wrap(this.#typesetter.measure(spans), (width - 12) / codeStyle.size);
		const mark = this.#sheets.mark();
		this.#sheets.skip(4);
		this.#printLines(lines, x + 6, codeStyle, addElement(parent, 'Code'));
		this.#sheets.skip(4);
		this.#sheets.fillBehind(mark, x, width, '#f3f4f6');
		this.#sheets.skip(6);
	}

	#layOutPicture(x: number, width: number, parent: PdfElement): void {
		const scale = this.#findScale(width);
		this.#sheets.need(this.#picture.height * scale);
		const element: PdfElement = {type: 'Figure', children: [], alternative: this.#picture.description};
		parent.children.push(element);
		const svg = this.#typesetter.showMissing(this.#picture.svg);
		this.#sheets.draw({...this.#picture, svg}, x + ((width - (this.#picture.width * scale)) / 2), scale, element);
		this.#sheets.skip(8);
	}

	/** As large as the page allows, but not larger than a pixel of a screen, of which 96 are an inch. */
	#findScale(width: number): number {
		return Math.min(72 / 96, width / this.#picture.width, area.height / this.#picture.height);
	}

	/** The list of contents: sections with their pages, in two columns. */
	#layOutContents(): void {
		const headings = this.#blocks.filter(block => isSection(block));
		if (headings.length < 3) {
			return;
		}

		const style: TextStyle = {...bodyStyle, leading: 14};
		const rowCount = Math.ceil(headings.length / 2);
		const gap = 30;
		const width = (area.width - gap) / 2;
		this.#sheets.need(40 + (rowCount * style.leading));
		this.#sheets.skip(10);
		const title: TextStyle = {size: 10.5, leading: 14, color: black};
		this.#printLines([{runs: this.#typesetter.setPlain('Contents', 'sans-bold')}], area.left, title, addElement(this.#structure, 'P'));
		this.#sheets.skip(3);
		const contents = addElement(this.#structure, 'TOC');
		const top = this.#sheets.y;
		for (const [index, heading] of headings.entries()) {
			const x = area.left + (index < rowCount ? 0 : width + gap);
			const y = top + ((index % rowCount) * style.leading);
			const element = addElement(addElement(contents, 'TOCI'), 'P');
			const target = {place: this.#nameHeading(heading)};
			const runs = this.#fit(formatPlain(heading.spans).replaceAll('\n', ' '), 'sans', (width - 30) / style.size).map(run => ({...run, target}));
			this.#sheets.print(runs, {x, y}, style, element);
			this.#sheets.fill({x, y: y + style.leading - 1, width, height: 0.25}, ruleColor);
			this.#entries.push({heading, page: this.#sheets.last, y, right: x + width, element});
		}

		this.#sheets.y = top + (rowCount * style.leading);
		this.#sheets.skip(6);
	}

	#finishContents(): void {
		for (const {heading, page, y, right, element} of this.#entries) {
			const runs = this.#typesetter.setPlain(String(this.#headingPages.get(heading)! + 1), 'sans', {place: this.#nameHeading(heading)});
			this.#sheets.printBefore(runs, {x: right, y, page}, {...bodyStyle, leading: 14}, element);
		}
	}

	#printMargins({topLeft, topMiddle, topRight, bottomLeft}: Margins): void {
		const top = 28;
		const bottom = area.bottom + 14;
		const third = (area.width / 3) - 10;
		const left = this.#fit(topLeft, 'sans', third / marginStyle.size);
		const middle = this.#fit(topMiddle, 'sans-bold', third / marginStyle.size);
		const right = this.#fit(topRight, 'sans-bold', third / marginStyle.size);
		const foot = this.#fit(bottomLeft, 'sans', 2 * third / marginStyle.size);
		for (let page = 0; page <= this.#sheets.last; page++) {
			this.#sheets.print(left, {x: area.left, y: top, page}, marginStyle);
			this.#sheets.print(middle, {x: area.left + ((area.width - (measureRuns(middle) * marginStyle.size)) / 2), y: top, page}, {...marginStyle, color: alertColors.caution[0]});
			this.#sheets.printBefore(right, {x: area.right, y: top, page}, {...marginStyle, color: black});
			this.#sheets.fill({x: area.left, y: top + marginStyle.leading + 2, width: area.width, height: lineWidth}, ruleColor, page);
			this.#sheets.print(foot, {x: area.left, y: bottom, page}, marginStyle);
			this.#sheets.printBefore(this.#typesetter.setPlain(`Page ${page + 1} of ${this.#sheets.last + 1}`, 'sans'), {x: area.right, y: bottom, page}, marginStyle);
		}
	}

	/** Text on one line, cut where there is no more room. */
	#fit(text: string, font: 'sans' | 'sans-bold', width: number): readonly Run[] {
		const runs = this.#typesetter.setPlain(text, font);
		if (measureRuns(runs) <= width) {
			return runs;
		}

		const characters = [...text];
		const cut = (count: number) => this.#typesetter.setPlain(`${characters.slice(0, count).join('')}…`, font);
		// So many fit, and so many do not.
		let [fitting, tooMany] = [0, characters.length];
		while (tooMany - fitting > 1) {
			const middle = Math.floor((fitting + tooMany) / 2);
			[fitting, tooMany] = measureRuns(cut(middle)) <= width ? [middle, tooMany] : [fitting, middle];
		}

		return cut(fitting);
	}

	#printLines(lines: readonly Line[], x: number, style: TextStyle, element: PdfElement): void {
		for (const {runs} of lines) {
			this.#sheets.need(style.leading);
			this.#sheets.print(runs, {x, y: this.#sheets.y}, style, element);
			this.#sheets.y += style.leading;
		}
	}

	/** The name of the place where a heading stands. */
	#nameHeading(heading: Heading): string {
		return getOrMake(this.#headingNames, heading, () => `heading-${this.#headingNames.size + 1}`);
	}

	#name(spans: readonly Span[]): void {
		const name = this.#places.findName(spans);
		if (name !== undefined) {
			this.#sheets.name(name);
		}
	}

	#wrap(spans: readonly Span[], width: number, {size}: TextStyle, isBold = false): readonly Line[] {
		return this.#typesetter.wrap(this.#measure(spans, isBold), width / size);
	}

	#measure(spans: readonly Span[], isBold = false): MeasuredText {
		const known = this.#measured.get(spans);
		if (known !== undefined) {
			return known;
		}

		const isOwner = this.#places.findName(spans) !== undefined;
		const measured = this.#typesetter.measure(isBold ? spans.map(span => ({...span, isBold: true})) : spans, span => isOwner && span === spans[0] ? undefined : this.#places.findTarget(span));
		this.#measured.set(spans, measured);
		return measured;
	}
}

function isSection(block: Block): block is Heading {
	return block.type === 'heading' && block.level === 2;
}

function toLevel({level}: Heading): 1 | 2 | 3 | 4 | 5 | 6 {
	return Math.min(6, Math.max(1, level)) as 1 | 2 | 3 | 4 | 5 | 6;
}

function findHeadingStyle(heading: Heading): (typeof headingStyles)[number] {
	return headingStyles[Math.min(heading.level, headingStyles.length) - 1]!;
}
