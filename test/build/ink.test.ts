import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import fc from 'fast-check';

/*
Ink in the program's bundle, with what source/build/ink.mjs changes, beside Ink as it is published: what is drawn must be the same.
*/
const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-ink-'));
const require = createRequire(import.meta.url);

type Fields = Readonly<Record<string, unknown>>;
type Tree = {readonly type: unknown};

/** What is compared, of which there is one copy in the bundle and one in node_modules. */
type Packages = {
	readonly ink: {
		readonly Box: unknown;
		readonly Text: unknown;
		readonly renderToString: (tree: Tree, options: {readonly columns: number}) => string;
	};
	readonly createElement: (type: unknown, properties: Fields, ...children: readonly unknown[]) => Tree;
	readonly stringWidth: (text: string, options?: Fields) => number;
	readonly sliceAnsi: (text: string, start: number, end?: number) => string;
	readonly wrapAnsi: (text: string, columns: number, options?: Fields) => string;
	readonly cliTruncate: (text: string, columns: number, options?: Fields) => string;
	readonly ansi: {
		readonly tokenize: (text: string, end?: number) => Fields[];
		readonly styledCharsFromTokens: (tokens: Fields[]) => Fields[];
		readonly styledCharsToString: (characters: Fields[]) => string;
	};
};

const source = `
	export * as ink from 'ink';
	export {createElement} from 'react';
	export {default as stringWidth} from 'string-width';
	export {default as sliceAnsi} from 'slice-ansi';
	export {default as wrapAnsi} from 'wrap-ansi';
	export {default as cliTruncate} from 'cli-truncate';
	export * as ansi from '@alcalzone/ansi-tokenize';
`;

type Build = {readonly bundleScript: (options: Fields) => Promise<unknown>};
/** Not bundled with this test: a build script knows where it lies. */
const {bundleScript} = await import(pathToFileURL(path.join(root, 'source/build/bundle.mjs')).href) as Build;

async function bundle(contents: string, name: string, resolveDir = root): Promise<string> {
	const outfile = path.join(scratch, name);
	await bundleScript({stdin: {contents, resolveDir}, outfile, logLevel: 'silent'});
	return outfile;
}

const changed = require(await bundle(source, 'changed.cjs')) as Packages;
const entry = path.join(root, '.build/test/published-packages.mjs');
await mkdir(path.dirname(entry), {recursive: true});
await writeFile(entry, source);
const published = await import(pathToFileURL(entry).href) as Packages;

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

/** What widths, colours and wraps are told apart by. */
const pieces = [
	'a|Zone| |  |0|#|*|~|\n|\r\n|\t|\u0000|\u007F|\u0085|\u00A0|\u00AD|©|®|é|e\u0301|ø|ſ|Ω|ж|\u0483|ệ',
	'—|…|•|‰|€|→|↑↓|↔|⚠|⚠\uFE0F|ℹ|─|│|╭|█|▶|◀|●|◼|✓|✔|✗|✘|✖|❯|❤\uFE0F|➕',
	'1\uFE0F\u20E3|#\u20E3|😀|👍🏽|👩‍💻|🇸🇪|🇸|\u{1F3F4}\u{E0067}\u{E007F}|漢|漢字|かな|が|か\u3099|ｶﾞ|Ａ|한국|\u1112\u1161\u11AB|ก็|नि|क्ष|שׁ|لا|\u200B|\u200D|\u200E|\u2028|\uFEFF',
	'\uD83D|\uDE00|\uFFFD|\u{E000}|\u{20BB7}',
	'\u001B[31m|\u001B[39m|\u001B[1m|\u001B[2m|\u001B[22m|\u001B[1;4;38;5;196m|\u001B[48;2;1;2;3m|\u001B[0m|\u001B[m|\u001B|\u001B[|\u001B[2K|\u009B31m|\u0007|\u001B]8;;https://example.com\u0007|\u001B]8;;\u0007',
].join('|').split('|');

const text = fc.oneof(
	fc.array(fc.constantFrom(...pieces), {maxLength: 12}).map(parts => parts.join('')),
	// Colours around plain words, as most of what is drawn.
	fc.array(fc.constantFrom('rule', 'zone ', '│', '\u001B[31m', '\u001B[39m', '\u001B[1m', '\u001B[2m', '\u001B[22m'), {maxLength: 12}).map(parts => parts.join('')),
);

function measure({stringWidth, sliceAnsi, wrapAnsi, cliTruncate, ansi}: Packages, line: string): unknown {
	const tokens = ansi.tokenize(line);
	return {
		width: [stringWidth(line), stringWidth(line, {ambiguousIsNarrow: false}), stringWidth(line, {countAnsiEscapeCodes: true})],
		tokens,
		fewTokens: ansi.tokenize(line, 3),
		drawn: ansi.styledCharsToString(ansi.styledCharsFromTokens(tokens)),
		slices: [sliceAnsi(line, 0, 4), sliceAnsi(line, 1, 3), sliceAnsi(line, 2)],
		wrapped: [wrapAnsi(line, 5, {trim: false, hard: true}), wrapAnsi(line, 7)],
		cut: [cliTruncate(line, 4), cliTruncate(line, 5, {position: 'start'}), cliTruncate(line, 5, {position: 'middle'})],
	};
}

test('a character alone, twice and between others is as wide as in the published packages', t => {
	const wrong: string[] = [];
	for (let code = 0; code < 0x30_00; code++) {
		const character = String.fromCodePoint(code);
		for (const line of [character, `${character}${character}a`, `a${character}漢`]) {
			// An assertion each would take minutes.
			if (changed.stringWidth(line) !== published.stringWidth(line) || changed.wrapAnsi(line, 3, {hard: true}) !== published.wrapAnsi(line, 3, {hard: true})) {
				wrong.push(`U+${code.toString(16)} in ${JSON.stringify(line)}`);
			}
		}
	}

	t.deepEqual(wrong, []);
});

test('text is measured, split, cut and wrapped as by the published packages', t => {
	for (const piece of pieces) {
		t.deepEqual(measure(changed, piece), measure(published, piece), `of ${JSON.stringify(piece)}`);
	}

	fc.assert(fc.property(text, line => {
		t.deepEqual(measure(changed, line), measure(published, line), `of ${JSON.stringify(line)}`);
	}), {numRuns: 400});
});

function draw({ink: {Box, Text, renderToString}, createElement}: Packages, lines: readonly string[], columns: number): string {
	const title = createElement(Text, {bold: true, color: 'green'}, lines[0]);
	const cut = createElement(Text, {wrap: 'truncate'}, lines[1]);
	const parts = [createElement(Text, {key: 1, dimColor: true}, lines[2]), createElement(Text, {key: 2, inverse: true}, lines[0])];
	const clipped = createElement(Box, {justifyContent: 'space-between', overflow: 'hidden', width: 20}, parts);
	return renderToString(createElement(Box, {borderStyle: 'round', flexDirection: 'column', paddingX: 1}, title, cut, clipped), {columns});
}

test('frames have the same bytes as those of the published Ink', t => {
	t.regex(draw(changed, ['Zones', 'lan', 'dmz'], 40), /^╭─+╮\n│ .*Zones/v);
	fc.assert(fc.property(fc.array(text, {minLength: 3, maxLength: 3}), fc.integer({min: 8, max: 60}), (lines, columns) => {
		t.is(draw(changed, lines, columns), draw(published, lines, columns));
	}), {numRuns: 150});
});

test('Ink draws when the variable CI is set, and asks for no developer tools when DEV is', async t => {
	const program = await bundle('import {render, Text} from \'ink\'; import {createElement} from \'react\'; render(createElement(Text, {}, \'drawn\')).unmount();', 'draws.cjs');
	const {stdout, stderr} = spawnSync(process.execPath, [program], {encoding: 'utf8', env: {...process.env, CI: 'true', CONTINUOUS_INTEGRATION: '1', DEV: 'true'}});
	t.regex(stdout, /drawn/v);
	t.is(stderr, '');
});

test('a build fails when a package is no longer what is changed in it', async t => {
	const folder = await mkdtemp(path.join(scratch, 'packages-'));
	const write = async (name: string, contents: string): Promise<void> => {
		const file = path.join(folder, 'node_modules', name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, contents);
	};

	await write('is-in-ci/index.js', 'export default process.env.CI;');
	const message = /is-in-ci\/index\.js is not what source\/build\/ink\.mjs changes/v;
	await t.throwsAsync(bundle('import value from \'is-in-ci\'; console.log(value);', 'failed.cjs', folder), {message});

	await write('ink/index.js', 'export const render = () => 0;');
	await t.throwsAsync(bundle('import {render} from \'ink\'; render();', 'failed.cjs', folder), {message: /Ink no longer loads .*reconciler\.js.*string-width, es-toolkit/v});
});
