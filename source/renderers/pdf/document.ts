/*
Pages as they are printed: what a program that writes PDF needs to know, and nothing of how they came to be.

Lengths are points (1/72 inch) from the left and the top of a page.
*/

/** The fonts of the program: their files are assets of these names. */
export type PdfFont = 'sans' | 'sans-bold' | 'mono';

/** Where a click leads: an address of `http` or `https`, or a place of the same document. */
export type PdfTarget = {readonly url: string} | {readonly place: string};

/** A part of the text and its meaning, for those who do not see the page (ISO 32000-1 §14.8). */
export type PdfElement = {
	readonly type: 'BlockQuote' | 'Code' | 'Document' | 'Figure' | 'H1' | 'H2' | 'H3' | 'H4' | 'H5' | 'H6' | 'L' | 'LBody' | 'LI' | 'Lbl' | 'P' | 'TBody' | 'TD' | 'TH' | 'THead' | 'TOC' | 'TOCI' | 'TR' | 'Table';
	/** In the order in which they are read. */
	readonly children: PdfElement[];
	/** What a picture shows, in words. */
	readonly alternative?: string;
};

/** What stands on a page; without an element it is decoration, which nobody reads aloud. */
export type PdfItem
	= | {
		readonly kind: 'text';
		readonly x: number;
		/** Of the line the letters stand on. */
		readonly y: number;
		readonly width: number;
		readonly text: string;
		readonly font: PdfFont;
		readonly size: number;
		/** As `#1a2b3c`. */
		readonly color: string;
		readonly isOblique: boolean;
		readonly target: PdfTarget | undefined;
		readonly element: PdfElement | undefined;
	}
	| {readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly color: string}
	| {
		readonly kind: 'picture';
		readonly x: number;
		readonly y: number;
		readonly width: number;
		readonly height: number;
		/** How many points a unit of the picture is. */
		readonly scale: number;
		readonly svg: string;
		readonly element: PdfElement;
	};

/** A place that links lead to. */
export type PdfPlace = {readonly name: string; readonly y: number};

export type PdfPage = {readonly width: number; readonly height: number; readonly items: readonly PdfItem[]; readonly places: readonly PdfPlace[]};

/** An entry of the list of contents that a viewer shows beside the pages. */
export type PdfBookmark = {readonly title: string; readonly page: number; readonly y: number; readonly children: readonly PdfBookmark[]};

export type PdfDocument = {
	readonly title: string;
	readonly subject: string;
	readonly author: string;
	/** As 2026-11-22. */
	readonly date: string;
	/** As BCP 47 has it. */
	readonly language: string;
	readonly pages: readonly PdfPage[];
	readonly bookmarks: readonly PdfBookmark[];
	readonly structure: PdfElement;
};
