import type {PdfElement, PdfItem, PdfPage, PdfPlace} from './document.js';
import {measureRuns, type Run} from './typesetter.js';

/** A4 on its side: the tables of lines have eight columns. */
export const pageSize = {width: 841.89, height: 595.28} as const;

const margins = {left: 40, right: 40, top: 56, bottom: 46} as const;

/** The part of a page that text fills. */
export const area = {
	left: margins.left,
	right: pageSize.width - margins.right,
	top: margins.top,
	bottom: pageSize.height - margins.bottom,
	width: pageSize.width - margins.left - margins.right,
	height: pageSize.height - margins.top - margins.bottom,
} as const;

/** How text is printed: font size, height of a line, colour. */
export type TextStyle = {readonly size: number; readonly leading: number; readonly color: string};

/** A point of the text, to which one can go back to paint behind what came after it. */
export type Mark = {readonly page: number; readonly item: number; readonly y: number};

/** On the last page where no other is named. */
export type Point = {readonly x: number; readonly y: number; readonly page?: number};

type Box = {readonly x: number; readonly y: number; readonly width: number; readonly height: number};

type Sheet = {readonly items: PdfItem[]; readonly places: PdfPlace[]};

/** How far letters of DejaVu reach above and below the line they stand on, at a font size of one. */
const ascent = 0.928;
const descent = 0.236;

/** Pages that are being filled from top to bottom. */
export class Sheets {
	/** Where the next line begins on the last page. */
	y: number = area.top;

	readonly #sheets: Sheet[] = [{items: [], places: []}];

	/** The number of the last page, from 0. */
	get last(): number {
		return this.#sheets.length - 1;
	}

	/** How much of the last page is free. */
	get free(): number {
		return area.bottom - this.y;
	}

	get isAtTop(): boolean {
		return this.y <= area.top;
	}

	startPage(): void {
		this.#sheets.push({items: [], places: []});
		this.y = area.top;
	}

	/** Start a page when so much does not fit on this one. */
	need(height: number): void {
		if (height > this.free + 0.01 && !this.isAtTop) {
			this.startPage();
		}
	}

	/** Leave a gap, but not at the top of a page. */
	skip(height: number): void {
		if (!this.isAtTop) {
			this.y = Math.min(this.y + height, area.bottom);
		}
	}

	/** Print runs beside each other; `y` is the top of their line. */
	print(runs: readonly Run[], {x, y, page = this.last}: Point, {size, leading, color}: TextStyle, element?: PdfElement): void {
		const baseline = y + ((leading - ((ascent + descent) * size)) / 2) + (ascent * size);
		let left = x;
		for (const {text, font, isOblique, target, width} of runs) {
			const isLink = target !== undefined && 'url' in target;
			this.#sheets[page]!.items.push({kind: 'text', x: round(left), y: round(baseline), width: round(width * size), text, font, size, color: isLink ? linkColor : color, isOblique, target, element});
			left += width * size;
		}
	}

	/** Print runs so that they end at a point. */
	printBefore(runs: readonly Run[], {x, ...point}: Point, style: TextStyle, element?: PdfElement): void {
		this.print(runs, {...point, x: x - (measureRuns(runs) * style.size)}, style, element);
	}

	fill({x, y, width, height}: Box, color: string, page = this.last): void {
		this.#sheets[page]!.items.push({kind: 'box', x: round(x), y: round(y), width: round(width), height: round(height), color});
	}

	/** Draw a picture where the next line would begin. */
	draw({svg, width, height}: {readonly svg: string; readonly width: number; readonly height: number}, x: number, scale: number, element: PdfElement): void {
		const size = {width: round(width * scale), height: round(height * scale)};
		this.#sheets.at(-1)!.items.push({kind: 'picture', x: round(x), y: round(this.y), ...size, scale, svg, element});
		this.y += size.height;
	}

	/** Name this place, for links. */
	name(name: string): void {
		this.#sheets.at(-1)!.places.push({name, y: round(this.y)});
	}

	mark(): Mark {
		return {page: this.last, item: this.#sheets.at(-1)!.items.length, y: this.y};
	}

	/** Fill a strip behind all that came after a mark, on each of its pages. */
	fillBehind(mark: Mark, x: number, width: number, color: string): void {
		for (let {page} = mark; page <= this.last; page++) {
			const top = page === mark.page ? mark.y : area.top;
			const bottom = page === this.last ? this.y : area.bottom;
			this.#sheets[page]!.items.splice(page === mark.page ? mark.item : 0, 0, {kind: 'box', x: round(x), y: round(top), width: round(width), height: round(bottom - top), color});
		}
	}

	finish(): readonly PdfPage[] {
		return this.#sheets.map(({items, places}) => ({...pageSize, items, places}));
	}
}

const linkColor = '#1a4a8a';

/** Hundredths of a point, so that the digits do not depend on the order of sums. */
function round(length: number): number {
	return Math.round(length * 100) / 100;
}
