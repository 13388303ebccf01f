/*
Makes Ink start fast. What is published takes 19 times as long to draw a list as `node -e 0` takes; with these changes, in one bundle, it is less than 4.

- What Ink does only for its own developers is left out, and with it every `await` outside a function, which CommonJS does not have.
- Yoga, the layout engine, is compiled at once from a file of its own, not from text and by way of a promise.
- The width of simple text is its length; tables of Unicode are built for text that needs them (see ink/simple-text.mjs).
- Ink draws nothing when the variable CI is set. Whether to draw is for the program to say, so Ink is told that this is no CI.

Each change says what it replaces and fails the build when that is not there, so that an update of a package cannot lose it in silence.
*/
import {Buffer} from 'node:buffer';
import {readFile} from 'node:fs/promises';
import path from 'node:path';

const simpleText = path.join(import.meta.dirname, 'ink/simple-text.mjs');
const importSimpleText = 'import {isSimple, splitText} from \'virt-fw-wizard:simple-text\';\n';

/** What comes in place of the line of yoga-layout that waits for the engine. */
const startYoga = `
import {readFileSync} from 'node:fs';
import path from 'node:path';
import yogaFile from 'virt-fw-wizard:yoga.wasm';

const assembly = {
	instantiateWasm(imports, onReady) {
		const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path.join(import.meta.dirname, yogaFile))), imports);
		onReady(instance);
		return instance.exports;
	},
};
void loadYoga(assembly);
const Yoga = wrapAssembly(assembly);
`;

const yogaBinary = 'yoga-layout/dist/binaries/yoga-wasm-base64-esm.js';
const yogaBinaryStart = 'H="data:application/octet-stream;base64,';
const yogaBinaryEnd = '";';

/** Lines that are remembered from frame to frame: those of a few screens. */
const keptLines = 200;

/** By file in node_modules: what gives way, up to `until` where it is given, and what comes in its place. */
const changes = {
	'ink/build/reconciler.js': [
		{from: 'if (isDev()) {', until: 'const diff =', to: ''},
		{from: 'async function loadPackageJson() {', until: 'export default createReconciler(', to: 'const packageJson = {name: undefined, version: undefined};\n'},
	],
	'ink/build/utils.js': [
		{from: 'process.env[\'DEV\'] === \'true\'', to: 'false'},
	],
	'is-in-ci/index.js': [
		{from: 'check(\'CI\') || check(\'CONTINUOUS_INTEGRATION\')', to: 'false'},
	],
	// Two modules of Node that are loaded for a case that does not come up: a wrong argument, and a terminal of unknown size.
	'signal-exit/index.js': [
		{from: 'var assert = require(\'assert\')', to: 'var assert = {equal() {}}'},
	],
	'terminal-size/index.js': [
		{from: 'import {execFileSync} from \'node:child_process\';', to: 'const execFileSync = (...values) => process.getBuiltinModule(\'node:child_process\').execFileSync(...values);'},
	],
	'yoga-layout/dist/src/index.js': [
		{from: 'const Yoga = wrapAssembly(await loadYoga());', to: startYoga},
	],
	[yogaBinary]: [
		{from: 'var _scriptDir = import.meta.url;', to: 'var _scriptDir = \'\';'},
		{from: yogaBinaryStart, until: yogaBinaryEnd, to: 'H="'},
	],
	'@alcalzone/ansi-tokenize/build/tokenize.js': [
		{from: 'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });', to: importSimpleText},
		{from: 'segmenter.segment(str)', to: 'splitText(str)'},
		// No single unit below this is two columns wide; the tables of widths are asked twice for each character otherwise.
		{from: 'const fullWidth = isFullwidthGrapheme(segment, codePoint);', to: 'const fullWidth = (segment.length > 1 || codePoint >= 0x1100) && isFullwidthGrapheme(segment, codePoint);'},
	],
	'@alcalzone/ansi-tokenize/build/styledChars.js': [
		// Characters in one style share its list, which nobody changes.
		{from: 'styles: [...codes],', to: 'styles: codes,'},
		// Each cell of the screen is compared with the one before it; to find nothing takes seven lists and sets.
		{
			from: 'ret += ansiCodesToString(diffAnsiCodes(chars[i - 1].styles, char.styles));',
			to: 'if (char.styles !== chars[i - 1].styles && (char.styles.length !== chars[i - 1].styles.length || char.styles.some(({code}, at) => code !== chars[i - 1].styles[at].code))) ret += ansiCodesToString(diffAnsiCodes(chars[i - 1].styles, char.styles));',
		},
	],
	'ink/build/output.js': [
		// Ten thousand objects for the empty cells of every frame, which nobody changes either.
		{from: 'export default class Output {', to: 'const blank = {type: \'char\', value: \' \', fullWidth: false, styles: []};\n\nexport default class Output {'},
		{from: 'const row = [];', until: 'output.push(row);', to: 'const row = Array.from({length: this.width}).fill(blank);\n'},
		// Most lines of a frame were in the one before.
		{from: 'class OutputCaches {', to: 'let sharedCaches;\n\nclass OutputCaches {'},
		{from: 'caches = new OutputCaches();', to: `caches = sharedCaches === undefined || sharedCaches.styledChars.size > ${keptLines} ? (sharedCaches = new OutputCaches()) : sharedCaches;`},
	],
	'slice-ansi/tokenize-ansi.js': [
		{from: 'const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: \'grapheme\'});', to: importSimpleText},
		{from: 'GRAPHEME_SEGMENTER.segment(visibleString)', to: 'splitText(visibleString)'},
		{from: 'GRAPHEME_SEGMENTER.segment(pair)', to: 'splitText(pair)'},
		{from: 'GRAPHEME_SEGMENTER.segment(string)', to: 'splitText(string)'},
		// To look up a property of Unicode takes a while already when the expression is made.
		{from: String.raw`const EMOJI_PRESENTATION_GRAPHEME_REGEX = /\p{Emoji_Presentation}/u;`, to: 'let emojiPresentation;'},
		{from: 'EMOJI_PRESENTATION_GRAPHEME_REGEX.test(grapheme)', to: String.raw`!isSimple(grapheme) && (emojiPresentation ??= new RegExp('\\p{Emoji_Presentation}', 'u')).test(grapheme)`},
	],
};

/** Whole packages for which something else is loaded; each is a change too. */
const stringWidthChange = 'string-width';
const throttleChange = 'es-toolkit/compat';

/**
@param {string} text
@param {{from: string, until?: string, to: string}} change
@param {string} name - Of the file, for the error.
*/
function applyChange(text, {from, until, to}, name) {
	const start = text.indexOf(from);
	const end = until === undefined ? start + from.length : text.indexOf(until, start + from.length);
	if (start === -1 || end === -1 || text.includes(from, start + 1)) {
		throw new Error(`${name} is not what source/build/ink.mjs changes: it should hold once ${from}${until === undefined ? '' : ` and after it ${until}`}`);
	}

	return text.slice(0, start) + to + text.slice(end);
}

/** @type {import('esbuild').Plugin} */
export const fastInk = {
	name: 'fast-ink',
	setup(build) {
		/* eslint-disable require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag. */
		const done = new Set();

		build.onStart(() => {
			done.clear();
		});

		for (const [name, list] of Object.entries(changes)) {
			const pattern = name.replaceAll('.', String.raw`\.`).replaceAll('/', String.raw`[\\/]`);
			build.onLoad({filter: new RegExp(String.raw`[\\/]node_modules[\\/]${pattern}$`)}, async ({path: file}) => {
				done.add(name);
				let contents = await readFile(file, 'utf8');
				for (const change of list) {
					contents = applyChange(contents, change, name);
				}

				return {contents};
			});
		}

		build.onResolve({filter: /^virt-fw-wizard:simple-text$/}, () => ({path: simpleText}));

		// The binary is taken out of the text that it is published in.
		build.onResolve({filter: /^virt-fw-wizard:yoga\.wasm$/}, ({resolveDir}) => ({
			path: path.resolve(resolveDir, '../binaries/yoga.wasm'),
			namespace: 'yoga',
			pluginData: path.join(resolveDir, '../binaries', path.basename(yogaBinary)),
		}));
		build.onLoad({filter: /./, namespace: 'yoga'}, async ({pluginData: file}) => {
			const text = await readFile(file, 'utf8');
			const start = text.indexOf(yogaBinaryStart) + yogaBinaryStart.length;
			return {contents: Buffer.from(text.slice(start, text.indexOf(yogaBinaryEnd, start)), 'base64'), loader: 'file'};
		});

		// Packages may each have a string-width of their own.
		build.onResolve({filter: /^string-width$/}, async ({path: name, resolveDir, kind, pluginData}) => {
			if (pluginData === stringWidthChange) {
				return undefined;
			}

			done.add(stringWidthChange);
			const original = await build.resolve(name, {resolveDir, kind, pluginData: stringWidthChange});
			return {path: original.path, namespace: stringWidthChange};
		});
		build.onLoad({filter: /./, namespace: stringWidthChange}, ({path: original}) => ({
			// The bundle runs a module that is `require()`d when it gets there, not at its start.
			contents: `
				import stripAnsi from 'strip-ansi';
				import {makeStringWidth} from 'virt-fw-wizard:simple-text';

				export default makeStringWidth(stripAnsi, () => require(${JSON.stringify(original)}).default);
			`,
			resolveDir: path.dirname(original),
		}));

		// Of this package with hundreds of files Ink uses one function. If it comes to use another, it is not found there.
		build.onResolve({filter: /^es-toolkit\/compat$/}, async ({resolveDir, pluginData}) => {
			if (pluginData === throttleChange) {
				return undefined;
			}

			done.add(throttleChange);
			const whole = await build.resolve(throttleChange, {resolveDir, kind: 'import-statement', pluginData: throttleChange});
			return {path: path.join(path.dirname(whole.path), 'function/throttle.mjs')};
		});

		build.onEnd(({metafile, errors}) => {
			const inputs = Object.keys(metafile?.inputs ?? {});
			const missing = [...Object.keys(changes), stringWidthChange, throttleChange].filter(name => !done.has(name));
			if (errors.length > 0 || missing.length === 0 || !inputs.some(name => name.includes('node_modules/ink/'))) {
				return undefined;
			}

			return {errors: [{text: `Ink no longer loads what source/build/ink.mjs changes: ${missing.join(', ')}`}]};
		});
		/* eslint-enable require-unicode-regexp */
	},
};
