import {Buffer} from 'node:buffer';
import {buffer} from 'node:stream/consumers';
import PdfKit from 'pdfkit';
import drawSvg from 'pdfmake/js/3rd-party/svg-to-pdfkit/source.js';
import type {PdfBookmark, PdfDocument, PdfElement, PdfFont, PdfItem, PdfPage, PdfTarget} from '../renderers/index.js';

type Kit = PDFKit.PDFDocument;
type StructureElement = PDFKit.PDFStructureElement;

/**
Write pages as a PDF 1.7 with tagged text. The same document gives the same bytes: nothing is taken from the clock, and the id of the file is a hash of what it says of itself.

@param fonts - The font files.
*/
export async function writePdf(document: PdfDocument, fonts: Readonly<Record<PdfFont, Uint8Array>>): Promise<Uint8Array> {
	const kit = new PdfKit({
		autoFirstPage: false,
		pdfVersion: '1.7',
		tagged: true,
		displayTitle: true,
		lang: document.language,
		info: {
			Title: document.title,
			Subject: document.subject,
			Author: document.author,
			Creator: document.author,
			CreationDate: new Date(`${document.date}T00:00:00Z`),
			ModDate: new Date(`${document.date}T00:00:00Z`),
		},
		// Otherwise it begins with Helvetica, which would not be embedded.
		font: '',
	});
	for (const [name, file] of Object.entries(fonts)) {
		kit.registerFont(name, Buffer.from(file));
		shapePlainly(kit.font(name));
	}

	const structure = new Map<PdfElement, StructureElement>();
	kit.addStructure(makeStructure(kit, document.structure, structure));
	for (const page of document.pages) {
		kit.addPage({size: [page.width, page.height], margin: 0});
		new PageWriter(kit, structure).write(page.items);
		for (const {name, y} of page.places) {
			kit.addNamedDestination(name, 'XYZ', 0, y, null);
		}
	}

	addBookmarks(kit.outline, document.bookmarks, document.pages);
	kit.end();
	return buffer(kit);
}

/**
Without kerning and ligatures text is as wide as it was measured, and is found letter by letter.

Features could be given with each text as well, but then every word is shaped each time it is printed, which takes most of the time of a document.
*/
function shapePlainly(kit: Kit): void {
	const {_font: {font}} = kit as unknown as {readonly _font: {readonly font: {layout: (text: string, features?: Readonly<Record<string, boolean>>) => unknown}}};
	const layout = font.layout.bind(font);
	font.layout = text => layout(text, {kern: false, liga: false, clig: false, calt: false});
}

/** The tree of what the text means, without the text yet. */
function makeStructure(kit: Kit, element: PdfElement, known: Map<PdfElement, StructureElement>): StructureElement {
	const made = kit.struct(element.type, {
		...(element.alternative === undefined ? {} : {alt: element.alternative}),
		...(element.type === 'TH' ? {scope: 'Column'} : {}),
	});
	for (const child of element.children) {
		made.add(makeStructure(kit, child, known));
	}

	known.set(element, made);
	return made;
}

function addBookmarks(outline: PDFKit.PDFOutline, bookmarks: readonly PdfBookmark[], pages: readonly PdfPage[]): void {
	for (const {title, page, y, children} of bookmarks) {
		// It counts `left` from the right edge; its types do not know that an entry can lead to a place on a page.
		const options = {fit: false, pageNumber: page, top: y, left: pages[page]!.width, expanded: false};
		addBookmarks(outline.addItem(title, options), children, pages);
	}
}

/** Writes the items of one page; neighbours with the same meaning are marked together. */
class PageWriter {
	readonly #kit: Kit;
	readonly #structure: ReadonlyMap<PdfElement, StructureElement>;
	#color = '';

	constructor(kit: Kit, structure: ReadonlyMap<PdfElement, StructureElement>) {
		this.#kit = kit;
		this.#structure = structure;
	}

	write(items: readonly PdfItem[]): void {
		let open: PdfElement | undefined | 'none' = 'none';
		for (const item of items) {
			const element = item.kind === 'box' ? undefined : item.element;
			const target = item.kind === 'text' ? item.target : undefined;
			if (open !== 'none' && (element !== open || target !== undefined)) {
				this.#kit.endMarkedContent();
				open = 'none';
			}

			if (item.kind === 'text' && element !== undefined && target !== undefined) {
				this.#writeLink(item, this.#structure.get(element)!, target);
				continue;
			}

			if (open === 'none') {
				open = element;
				this.#mark(element);
			}

			this.#writeItem(item);
		}

		if (open !== 'none') {
			this.#kit.endMarkedContent();
		}
	}

	#mark(element: PdfElement | undefined): void {
		if (element === undefined) {
			this.#kit.markContent('Artifact', {type: 'Layout'});
		} else {
			this.#structure.get(element)!.add(this.#kit.markStructureContent(element.type));
		}
	}

	#writeItem(item: PdfItem): void {
		switch (item.kind) {
			case 'text': {
				this.#setColor(item.color);
				this.#kit.font(item.font).fontSize(item.size).text(item.text, item.x, item.y, {lineBreak: false, baseline: 'alphabetic', oblique: item.isOblique});
				break;
			}

			case 'box': {
				this.#setColor(item.color);
				this.#kit.rect(item.x, item.y, item.width, item.height).fill();
				break;
			}

			case 'picture': {
				this.#kit.save().translate(item.x, item.y).scale(item.scale);
				drawSvg(this.#kit, item.svg, 0, 0, {width: item.width / item.scale, height: item.height / item.scale, assumePt: true, fontCallback: (_, isBold) => isBold ? 'sans-bold' : 'sans'});
				this.#kit.restore();
				this.#color = '';
				break;
			}
		}
	}

	#writeLink(item: PdfItem & {readonly kind: 'text'}, parent: StructureElement, target: PdfTarget): void {
		const link = this.#kit.struct('Link');
		parent.add(link);
		link.add(this.#kit.markStructureContent('Link'));
		this.#writeItem(item);
		this.#kit.endMarkedContent();
		const [x, y, width, height] = [item.x, item.y - item.size, item.width, item.size * 1.25];
		// To pdfkit an object is a text and a plain string a name.
		// eslint-disable-next-line no-new-wrappers, unicorn/new-for-builtins -- As above.
		const options = {structParent: link, Contents: new String(item.text) as string};
		if ('url' in target) {
			this.#kit.link(x, y, width, height, target.url, options);
		} else {
			this.#kit.annotate(x, y, width, height, Object.assign(options, {Subtype: 'Link', Dest: target.place} as const));
		}

		// An element knows the page of its annotations only while that page is the last.
		link.end();
	}

	#setColor(color: string): void {
		if (color !== this.#color) {
			this.#kit.fillColor(color);
			this.#color = color;
		}
	}
}
