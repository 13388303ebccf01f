import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
// @ts-expect-error -- It brings no types.
import * as fontkit from 'fontkit';
import {measureText, wrapText} from '../../source/renderers/diagram/measure.js';

type Font = {readonly unitsPerEm: number; readonly layout: (text: string) => {readonly advanceWidth: number}};
const {create} = fontkit as {readonly create: (bytes: Uint8Array) => Font};

test('texts take no more room in the fonts of the program than pictures leave them', async t => {
	for (const [name, isBold] of [['sans.ttf', false], ['sans-bold.ttf', true]] as const) {
		// eslint-disable-next-line no-await-in-loop
		const font = create(await readFile(path.join(process.cwd(), 'dist/assets', name)));
		for (const text of ['Virtualization management', 'TCP 443, 8080 +3', '2001:db8:51::/64', 'AVAToffice fflf', 'Ünïcödé Ελληνικά Кириллица ẞ', '<U+202E> → …']) {
			const width = font.layout(text).advanceWidth * 12 / font.unitsPerEm;
			const measured = measureText(text, {size: 12, isBold});
			t.true(measured >= width, `${text}: ${measured} for ${width}`);
			t.true(measured < 1.1 * width, `${text}: ${measured} for ${width}`);
		}
	}
});

test('a line is no wider than its room, and long words are broken at their signs', t => {
	const style = {size: 11, isBold: false};
	const lines = wrapText('2001:db8:31:1234::10-2001:db8:31:1234::40 and some-very-long-host-name.example.com', 120, 9, style);
	t.true(lines.every(line => measureText(line, style) <= 120));
	t.is(lines.join('').replaceAll(' ', ''), '2001:db8:31:1234::10-2001:db8:31:1234::40andsome-very-long-host-name.example.com');
	t.true(lines[0]!.endsWith('-') || lines[0]!.endsWith(':'));
	t.regex(wrapText('word '.repeat(50).trim(), 100, 2, style).at(-1)!, /…$/v);
});
