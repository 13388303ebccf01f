import {getOrMake} from '../../core/records.js';
import {showUnfitForXml} from '../escape.js';
import {fontWidths} from './font-widths.js';

/** Sizes are in units of the picture, which are pixels at its natural size. */
export type TextStyle = {readonly size: number; readonly isBold: boolean};

/** Room for a character that the fonts of the program do not have, in ems: as wide as the widest of the fonts that a viewer would take instead. */
const safeWidth = 1.4;

const tables = new Map<keyof typeof fontWidths, ReadonlyMap<number, number>>();

/** Widths in ems by code point. */
function readTable(font: keyof typeof fontWidths): ReadonlyMap<number, number> {
	return getOrMake(tables, font, () => new Map(fontWidths[font].flatMap(([from, digits]) => Array.from({length: digits.length / 2}, (_, offset) => {
		const width = Number.parseInt(digits.slice(2 * offset, 2 * (offset + 1)), 16) / 100;
		return [from + offset, width === 0 ? safeWidth : width] as const;
	}))));
}

/** Width of a text on one line. Kerning, which only brings letters nearer, is left out. */
export function measureText(text: string, {size, isBold}: TextStyle): number {
	const table = readTable(isBold ? 'bold' : 'regular');
	let width = 0;
	for (const character of text) {
		width += table.get(character.codePointAt(0)!) ?? safeWidth;
	}

	return width * size;
}

/** A text as a picture shows it: on one line, with what cannot be shown as code points. */
export function showText(text: string): string {
	return showUnfitForXml(text)
		.replaceAll(/[ \t\n]+/gv, ' ')
		.trim();
}

/** The beginning of a text that is wider than its room, with an ellipsis. */
export function cutText(text: string, room: number, style: TextStyle): string {
	if (measureText(text, style) <= room) {
		return text;
	}

	let left = room - measureText('…', style);
	let cut = '';
	for (const character of text) {
		left -= measureText(character, style);
		if (left < 0) {
			break;
		}

		cut += character;
	}

	return `${cut.trimEnd()}…`;
}

/**
Break a text into lines at its spaces, and within what is wider than a line.

@param most - Lines; what is left is cut off with an ellipsis.
*/
export function wrapText(text: string, room: number, most: number, style: TextStyle): string[] {
	const lines: string[] = [];
	let line = '';
	const words = text.split(' ').flatMap(word => breakWord(word, room, style));
	for (const [position, word] of words.entries()) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (line === '' || measureText(longer, style) <= room) {
			line = longer;
		} else if (lines.length === most - 1) {
			return [...lines, cutText([line, ...words.slice(position)].join(' '), room, style)];
		} else {
			lines.push(line);
			line = word;
		}
	}

	return [...lines, line];
}

/** Parts of a word that is wider than a line, which end where an address or a name has a sign if they can. */
function breakWord(word: string, room: number, style: TextStyle): string[] {
	if (measureText(word, style) <= room) {
		return [word];
	}

	const characters = [...word];
	let end = 1;
	while (measureText(characters.slice(0, end + 1).join(''), style) <= room) {
		end++;
	}

	const sign = characters.slice(0, end).findLastIndex(character => '-./:_@'.includes(character)) + 1;
	const cut = sign > end / 2 ? sign : end;
	return [characters.slice(0, cut).join(''), ...breakWord(characters.slice(cut).join(''), room, style)];
}
