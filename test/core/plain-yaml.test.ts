import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {readPlainYaml} from '../../source/core/plain-yaml.js';
import {formatProfile} from '../../source/core/profile/format.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {readYaml} from '../../source/core/yaml-text.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile} from '../helpers/random-profile.js';

/*
Two readers of YAML must never read two things: what the quick one reads, the other one reads alike, and finds nothing wrong with it.

	VFW_YAML_RUNS=1000000 node source/build/unit.mjs test/core/plain-yaml.test.ts
*/

const runs = Number(process.env['VFW_YAML_RUNS'] ?? 20_000);

const folder = 'templates/profiles';
const starters = readdirSync(folder).map(name => readFileSync(path.join(folder, name), 'utf8'));
const hasAnchor = (text: string): boolean => text.includes(' &');

/** @throws When the quick reader reads what the other one does not. */
function compareReaders(text: string): void {
	const quick = readPlainYaml(text);
	if (quick === undefined) {
		return;
	}

	const {data, isComplete, problems} = readYaml(text);
	if (!isComplete || problems.length > 0 || !isDeepStrictEqual(data, quick.data)) {
		throw new Error(`${JSON.stringify(text)} is ${JSON.stringify(quick.data)} to one, and ${JSON.stringify(data)} to the other, who says ${JSON.stringify(problems)}`);
	}
}

test('the starter profiles are plain, as they are and as the program writes them', async t => {
	const catalog = await readTestCatalog();
	for (const text of starters) {
		t.is(readPlainYaml(text) === undefined, hasAnchor(text));
		const written = formatProfile(parseProfile(text, 'profile.yaml', catalog).value!);
		t.deepEqual(readPlainYaml(written), {data: readYaml(written).data});
	}
});

test('what the program writes is read alike, whatever stands in it', async t => {
	const catalog = await readTestCatalog();
	t.notThrows(() => {
		fc.assert(fc.property(randomProfile(catalog), profile => {
			compareReaders(formatProfile(profile));
		}), {numRuns: 200});
	});
});

/** Signs and words of YAML, whole and broken. */
const tokens = [
	'a',
	'b',
	'key',
	'é',
	'日本',
	'😀',
	'a b',
	'0',
	'-1',
	'007',
	'0x1',
	'1e3',
	'3.4',
	'.5',
	'.inf',
	'10.0.0.1',
	'10.0.0.0/24',
	'::1',
	'true',
	'True',
	'null',
	'~',
	'yes',
	'<<',
	'__proto__',
	' ',
	'  ',
	'    ',
	'\n',
	'\n  ',
	'\n    ',
	'\n- ',
	'\n  - ',
	'\n\n',
	': ',
	':',
	'- ',
	'-',
	'? ',
	'?',
	',',
	', ',
	'[',
	']',
	'{',
	'}',
	'#',
	' # ',
	'&a ',
	'*a',
	'! ',
	'!!str ',
	'|',
	'|\n',
	'|-\n',
	'>\n',
	'>+\n',
	'|2\n',
	'%',
	'@',
	'`',
	'"',
	'\'',
	'\'\'',
	'"a"',
	'\'a\'',
	String.raw`"a\nb"`,
	String.raw`"\u0041"`,
	String.raw`"\x"`,
	'\\',
	'---',
	'\n---\n',
	'\n...\n',
	'%YAML 1.1\n',
	'\t',
	'\r\n',
	'\u{2028}',
	'\u{FEFF}',
	'\0',
	'=',
];

const anyText = fc.array(fc.constantFrom(...tokens), {minLength: 1, maxLength: 14}).map(words => words.join(''));
const anyValue = anyText.map(text => `key: ${text}`);

/** Some lines of a starter profile, with some of them mistyped. */
const mistyped = fc.tuple(fc.constantFrom(...starters), fc.nat(), fc.integer({min: 1, max: 15}), fc.array(fc.tuple(fc.nat(), fc.nat({max: 3}), fc.constantFrom(...tokens)), {maxLength: 3})).map(([starter, first, count, edits]) => {
	const lines = starter.split('\n');
	let text = lines.slice(first % lines.length).slice(0, count).join('\n');
	for (const [place, removed, added] of edits) {
		const start = place % (text.length + 1);
		text = text.slice(0, start) + added + text.slice(start + removed);
	}

	return text;
});

test('what the quick reader reads, the other one reads alike', t => {
	t.notThrows(() => {
		fc.assert(fc.property(fc.oneof(anyText, anyValue, mistyped), compareReaders), {numRuns: runs});
	});
});

const leaves = test.macro({
	exec(t, text: string) {
		t.is(readPlainYaml(text), undefined);
	},
	title: (_, text) => `leaves to the other reader: ${JSON.stringify(text)}`,
});

test(leaves, 'a: &b c');
test(leaves, 'a: *b');
test(leaves, 'a: !!str 1');
test(leaves, '%YAML 1.1\n---\na: yes');
test(leaves, '---\na: b');
test(leaves, '...\na: b');
test(leaves, 'a: b\n---\nc: d');
test(leaves, 'a: 022');
test(leaves, 'a: 0x16');
test(leaves, 'a: 1.5');
test(leaves, 'a: +1');
test(leaves, 'a: .inf');
test(leaves, 'a: True');
test(leaves, 'a: b\na: c');
test(leaves, '{a: b, "a": c}');
test(leaves, '<<: {a: b}');
test(leaves, '__proto__: a');
test(leaves, '[a]: b');
test(leaves, ': b');
test(leaves, 'a: |2\n   b');
test(leaves, 'a: >+\n  b\n\n');
test(leaves, 'a:\n- [a,] ?b: c');
test(leaves, 'a:\n- {}b: c');
test(leaves, 'a:\n- "x"b: c');
test(leaves, 'a:\tb');
test(leaves, 'a: b\r\n');
test(leaves, 'a: "b');
test(leaves, '# nothing');
test(leaves, '[a]');
test(leaves, 'a: >-\n\n  b');
test(leaves, 'a: >-\n  b\n # c');
test(leaves, '- '.repeat(200));
test(leaves, '['.repeat(200));
