import {cutText, measureText, showText, wrapText, type TextStyle} from './measure.js';
import type {PlacedText, Point} from './picture.js';

/** Lines of text one below the other, and the room they take. */
export type Block = {readonly lines: readonly BlockLine[]; readonly width: number; readonly height: number};
type BlockLine = {readonly text: string; readonly style: TextStyle; readonly isQuiet: boolean};

/** A text as it comes from the plan, with how it is to look. */
export type Paragraph = {
	readonly text: string;
	readonly size: number;
	readonly isBold?: boolean;
	readonly isQuiet?: boolean;
	/** At most so many lines; one where nothing is said. */
	readonly most?: number;
};

const lineHeight = 1.35;

/** Break paragraphs into lines no wider than a room; empty ones take none. */
export function makeBlock(paragraphs: readonly Paragraph[], room: number): Block {
	const lines = paragraphs.flatMap(({text, size, isBold = false, isQuiet = false, most = 1}) => {
		const style = {size, isBold};
		const shown = showText(text);
		return shown === '' ? [] : wrapText(shown, room, most, style).map(line => ({text: cutText(line, room, style), style, isQuiet}));
	});
	return {
		lines,
		width: Math.ceil(Math.max(0, ...lines.map(({text, style}) => measureText(text, style)))),
		height: Math.ceil(lines.reduce((sum, {style}) => sum + (style.size * lineHeight), 0)),
	};
}

/**
Give the lines of a block their places.

@param origin - Its top left; its top middle when lines are centred.
*/
export function placeBlock({lines}: Block, origin: Point, {isCentred}: {readonly isCentred: boolean}): PlacedText[] {
	let top = origin.y;
	return lines.map(line => {
		// The letters of these fonts go 0.93 em up and 0.24 em down.
		const baseline = Math.round(top + (line.style.size * 1.03));
		top += line.style.size * lineHeight;
		return {...line, x: Math.round(origin.x), y: baseline, isCentred};
	});
}
