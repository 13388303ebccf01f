/*
Makes source/renderers/diagram/font-widths.ts: how wide the characters of the fonts that come with the program are, so that a picture knows how much room its texts
take without reading a font.

	node source/build/fonts.mjs
*/
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {create} from 'fontkit';
import {root} from './bundle.mjs';
import {isMain} from './is-main.mjs';

export const widthsFile = path.join(root, 'source/renderers/diagram/font-widths.ts');

/** Letters of Latin, Greek and Cyrillic scripts with their marks; punctuation, arrows. */
const ranges = ['\u0020\u007E', '\u00A0\u052F', '\u1E00\u1EFF', '\u2010\u2044', '\u2190\u21FF'].map(([from, to]) => [from.codePointAt(0), to.codePointAt(0)]);

const fonts = {regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf'};

/** The text of the file. */
export async function formatWidths() {
	const tables = await Promise.all(Object.entries(fonts).map(async ([name, file]) => {
		const font = create(await readFile(path.join(root, 'node_modules/dejavu-fonts-ttf/ttf', file)));
		return `\t${name}: [\n${ranges.map(([from, to]) => `\t\t[${from}, '${formatRange(font, from, to)}'],\n`).join('')}\t],\n`;
	}));
	return `/** Made by source/build/fonts.mjs: for each font the first character of some ranges, and for each character of it two hexadecimal digits, hundredths of an em rounded up; 00 where the font has none. */
export const fontWidths = {
${tables.join('')}} as const;
`;
}

function formatRange(font, from, to) {
	return Array.from({length: to - from + 1}, (_, offset) => {
		const codePoint = from + offset;
		const width = font.hasGlyphForCodePoint(codePoint) ? Math.ceil(font.glyphForCodePoint(codePoint).advanceWidth * 100 / font.unitsPerEm) : 0;
		return width.toString(16).padStart(2, '0');
	}).join('');
}

if (isMain(import.meta.url)) {
	await writeFile(widthsFile, await formatWidths());
}
