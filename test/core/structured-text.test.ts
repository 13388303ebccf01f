import test from 'ava';
import fc from 'fast-check';
import {parse, stringify} from 'yaml';
import * as z from 'zod/mini';
import {maxTextLength} from '../../source/core/limits.js';
import {findNearest, formatProblems, suggest, type Problem} from '../../source/core/problem.js';
import {parseStructuredText, readTree} from '../../source/core/structured-text.js';
import {escapeUnfit, findUnfitCharacter, showLine, showUnfit} from '../../source/core/text.js';

const role = z.enum(['management', 'storage']);
const schema = z.strictObject({
	name: z.string().check(z.minLength(1), z.maxLength(20)),
	trust: z.optional(z.enum(['dmz', 'internal'])),
	vlan: z.optional(z.int().check(z.minimum(1), z.maximum(4094))),
	version: z.optional(z.literal(1)),
	zones: z.optional(z.array(z.strictObject({id: z.string(), title: z.optional(z.string())}))),
	roles: z.optional(z.partialRecord(role, z.string())),
	options: z.optional(z.record(z.string().check(z.regex(/^[a-z]+$/v, 'a key is lower-case letters')), z.union([z.string(), z.boolean()]))),
	flow: z.optional(z.union([z.strictObject({component: z.string(), role}), z.strictObject({actor: z.string()})])),
});

function list(text: string): string[] {
	const {problems = []} = parseStructuredText(text, schema, 'profile.yaml');
	return problems.map(({line, column, code}) => `${line}:${column} ${code}`);
}

function parseOne(text: string): Problem {
	const {problems = []} = parseStructuredText(text, schema, 'profile.yaml');
	return problems[0] ?? {code: 'none', path: [], message: ''};
}

const reads = test.macro({
	exec(t, text: string, expected: unknown) {
		const {value, problems} = parseStructuredText(text, schema, 'profile.yaml');
		t.is(problems, undefined);
		t.deepEqual(value?.value, expected as never);
	},
	title: (name = '') => `reads ${name}`,
});

test('YAML', reads, 'name: a\nzones:\n  - id: b\n', {name: 'a', zones: [{id: 'b'}]});
test('JSON', reads, '{"name": "a", "zones": [{"id": "b"}]}', {name: 'a', zones: [{id: 'b'}]});
test('a mark of byte order before YAML and JSON', reads, '\u{FEFF}name: a', {name: 'a'});
test('lines that end as on Windows', reads, 'name: a\r\nzones:\r\n  - id: >\r\n      b\r\n      c\r\n', {name: 'a', zones: [{id: 'b c\n'}]});
test('JSON indented with tabs', reads, '{\n\t"name": "a"\n}', {name: 'a'});
test('yes and on as words, dates as words', reads, 'name: 2026-11-22\noptions: {a: yes, b: on, c: true}', {name: '2026-11-22', options: {a: 'yes', b: 'on', c: true}});
test('the same words under a directive of YAML 1.1', reads, '%YAML 1.1\n---\nname: yes\noptions: {a: on, b: 1:20}', {name: 'yes', options: {a: 'on', b: '1:20'}});
test('keys that look like something else', reads, 'name: a\noptions: {null: x, true: y}', {name: 'a', options: {null: 'x', true: 'y'}});
test('an alias', reads, 'name: &a b\nzones:\n  - &z {id: *a}\n  - *z\n', {name: 'b', zones: [{id: 'b'}, {id: 'b'}]});
test('the last anchor of a name before its alias', reads, 'name: &a b\nzones: [{id: &a c}, {id: *a}]', {name: 'b', zones: [{id: 'c'}, {id: 'c'}]});
test('names that are dangerous elsewhere', reads, 'name: end\noptions: {tostring: \'=1+1\', valueof: \'| `a` <b>\'}', {name: 'end', options: {tostring: '=1+1', valueof: '| `a` <b>'}});

const refuses = test.macro<[text: string, ...expected: string[]]>({
	exec(t, text, ...expected) {
		t.deepEqual(list(text), expected);
	},
	title: (name, text) => `refuses ${name ?? JSON.stringify(text)}`,
});

test('an empty text', refuses, '', '1:1 text/empty');
test('a text of white space', refuses, '\u{FEFF} \n\t\n', '1:1 text/empty');
test('a text of comments', refuses, '# nothing\n', '1:1 schema/type');
test('10 MB of text', refuses, 'x'.repeat(10_000_000), '1:1 text/too-long');
test('10 MB of broken JSON', refuses, `{"name": "${'x'.repeat(10_000_000)}`, '1:1 text/too-long');
test(refuses, 'name: a\n\ttrust: dmz', '2:1 yaml/tab-as-indent');
test(refuses, 'name: "a', '1:9 yaml/missing-char');
test(refuses, 'name: [a', '1:9 yaml/bad-indent');
test(refuses, 'name: a\nname: b\n', '2:1 yaml/duplicate-key');
test(refuses, '{"name": "a",\n "zones": [{"id": "b", "id": "c"}]}', '2:24 yaml/duplicate-key');
test(refuses, String.raw`{"name": "a", "a\"": 1, "a\"": 1}`, '1:15 schema/unknown-key', '1:25 yaml/duplicate-key');
test(refuses, 'name: a\n---\nname: b\n', '2:1 yaml/multiple-docs');
test(refuses, 'name: !secret a', '1:7 yaml/tag-resolve-failed');
test(refuses, 'name: !!binary aGVsbG8=', '1:7 yaml/tag-resolve-failed');
test(refuses, 'name: !!timestamp 2026-11-22', '1:7 yaml/tag-resolve-failed');
test(refuses, 'name: &a b\n<<: *a', '2:1 yaml/merge-key');
test(refuses, 'name: *a', '1:7 yaml/bad-alias');
test(refuses, 'name: a\nzones: &a [*a]', '2:12 yaml/bad-alias');
test(refuses, 'name: a\n[b]: c', '2:1 yaml/non-string-key');
test(refuses, 'name: a\nvlan: 022', '2:7 yaml/number');
test(refuses, 'name: a\nvlan: 0x16', '2:7 yaml/number');
test(refuses, 'name: a\nvlan: 0o26', '2:7 yaml/number');
test(refuses, 'name: 0012', '1:7 yaml/number');
test(refuses, 'name: a\nvlan: 1.5', '2:7 schema/type');
test(refuses, 'name: a\nvlan: 4095', '2:7 schema/too-big');
test(refuses, 'name: a\nvlan: .inf', '2:7 schema/type');
test('keys of a prototype, wherever they are', refuses, 'name: a\n__proto__: {a: 1}\nzones: [{id: b, constructor: c}]\noptions:\n  prototype: x\n', '2:1 text/reserved-key', '3:17 text/reserved-key', '5:3 text/reserved-key');
test('keys of a prototype in JSON', refuses, '{"name": "a",\n"__proto__": {"trust": "dmz"}}', '2:1 text/reserved-key');
test('lists in lists without end', refuses, '['.repeat(1_000_000), '1:101 yaml/too-deep');
test('lists in lists on one line', refuses, '- '.repeat(100_000), '1:201 yaml/too-deep');
test('lists in lists, closed', refuses, `${'['.repeat(150)}${']'.repeat(150)}`, '1:101 yaml/too-deep');
test('maps in maps by indentation', refuses, `name: a\n${Array.from({length: 300}, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')}`, '2:1 schema/unknown-key', '102:101 yaml/too-deep');
test('JSON that is too deep', refuses, `{"name": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '1:109 yaml/too-deep');
test('a list for a map', refuses, '- name: a', '1:1 schema/type');
test('a word for a map', refuses, 'olvm', '1:1 schema/type');

test('aliases of aliases do not fill the memory', t => {
	const levels = Array.from({length: 30}, (_, level) => `a${level + 1}: &a${level + 1} [${Array.from({length: 10}, () => `*a${level}`).join(', ')}]`);
	t.deepEqual(list(`a0: &a0 [x]\n${levels.join('\n')}`).filter(line => line.includes('yaml/')), ['7:25 yaml/aliases']);
});

test('very many anchors, aliases and keys take no longer for being many', t => {
	const write = (text: (index: number) => string) => Array.from({length: 40_000}, (_, index) => text(index)).join(', ');
	t.deepEqual(list(`name: a\nx: [${write(index => `&a${index} x`)}]\ny: [${write(index => `*a${index}`)}]\nz: {${write(index => `k${index}: 1`)}}\n`), ['2:1 schema/unknown-key', '3:1 schema/unknown-key', '4:1 schema/unknown-key']);
});

test('every one of 10,000 unknown keys is a problem, and the answer for people stays short', t => {
	const {problems = []} = parseStructuredText(`name: a\n${Array.from({length: 10_000}, (_, index) => `key${index}: 1\n`).join('')}`, schema, 'profile.yaml');
	t.is(problems.length, 10_000);
	t.deepEqual(problems.at(-1), {code: 'schema/unknown-key', path: ['key9999'], message: 'there is no key "key9999" here', hint: 'known are name, trust, vlan, version, zones, roles, options, flow', isAboutKey: true, file: 'profile.yaml', line: 10_001, column: 1});
	const lines = formatProblems(problems).split('\n');
	t.is(lines.length, 102);
	t.is(lines.at(-2), 'and 9950 more');
});

test('more problems than a schema can collect are one problem', t => {
	const exhausted = z.string().check(z.refine(() => {
		throw new RangeError('Maximum call stack size exceeded');
	}));
	t.is(parseStructuredText('a', exhausted, 'f').problems?.[0]?.code, 'schema/too-many');
});

test('of endless errors of syntax the first thousand are said', t => {
	const problems = list('[a]] '.repeat(100_000));
	t.is(problems.length, 1001);
	t.is(problems.at(-1)?.split(' ')[1], 'yaml/too-many');
});

test('all that is wrong with text and form is said at once, in order of line', t => {
	t.deepEqual(list(`trust: intern
vlan: 0x10
zones:
  - titel: x
    id: 5
  - id: b
    id: c
roles: {managment: a}
extra: {}
`), [
		'1:1 schema/missing',
		'1:8 schema/value',
		'2:7 yaml/number',
		'4:5 schema/unknown-key',
		'5:9 schema/type',
		'7:5 yaml/duplicate-key',
		'8:9 schema/unknown-key',
		'9:1 schema/unknown-key',
	]);
});

const explains = test.macro({
	exec(t, text: string, expected: readonly [message: RegExp, hint: RegExp | undefined]) {
		const {message, hint} = parseOne(text);
		t.regex(message, expected[0]);
		if (expected[1] === undefined) {
			t.is(hint, undefined);
		} else {
			t.regex(hint ?? '', expected[1]);
		}
	},
	title: (_, text: string) => `explains ${JSON.stringify(text.slice(0, 60))}`,
});

test(explains, 'nam: a', [/no key "nam"/v, /did you mean "name"/v]);
test(explains, 'name: a\ntrust: internl', [/"trust" is "internl"/v, /did you mean "internal"/v]);
test(explains, 'name: a\ntrust: 5', [/"trust" is the number 5/v, /known are dmz, internal/v]);
test(explains, 'name: a\nzones: [{id: b, tittle: c}]', [/no key "tittle"/v, /did you mean "title"/v]);
test(explains, 'name: a\nroles: {managment: b}', [/no key "managment"/v, /did you mean "management"/v]);
test(explains, 'name: a\nroles: {management: 5}', [/"management" is the number 5/v, /a text \(quote it/v]);
test(explains, 'name: a\noptions:\nroles: {}', [/"options" is empty/v, /fill it with a map of keys and values, or remove it/v]);
test(explains, 'name: a\nzones: olvm', [/"zones" is "olvm"/v, /a list/v]);
test(explains, 'name: a\nzones: {id: b}', [/"zones" is a map/v, /a list/v]);
test(explains, 'name: a\noptions: [b]', [/"options" is a list/v, /a map of keys and values/v]);
test(explains, 'name: a\noptions: {B: c}', [/the key "B" is not allowed: a key is lower-case/v, undefined]);
test(explains, 'name: a\nversion: "1"', [/"version" is "1"/v, /it must be the number 1: without quotes/v]);
test(explains, 'name: a\nversion: 2', [/"version" is the number 2/v, /known are 1/v]);
test(explains, 'name: a\nflow: {component: b, roel: storage}', [/"role" is missing/v, /known are management, storage/v]);
test(explains, 'name: a\nflow: {component: b, role: storag}', [/"role" is "storag"/v, /did you mean "storage"/v]);
test(explains, `name: ${'x'.repeat(21)}`, [/"name" is too large or too long/v, /at most 20 characters/v]);
test(explains, 'name: a\nvlan: 022', [/022 is a different number to different readers/v, /write 22, or "022" in quotes/v]);

test('a hostile word is neither repeated whole nor raw', t => {
	const {message} = parseOne(`name: a\ntrust: "\\e[31m\\u202E${'x'.repeat(100_000)}"`);
	t.true(message.length < 200);
	t.true(message.startsWith('"trust" is "<U+001B>[31m<U+202E>xxx'));
	t.is(formatProblems([{code: 'a/b', path: [], file: 'x\n\u{1B}[2J', line: 1, column: 2, message: 'm\u{9B}\n', hint: 'h\t'}]), 'x<U+000A><U+001B>[2J:1:2 a/b m<U+009B><U+000A>\n    h<U+0009>\n');
	t.true(formatProblems([{code: 'a/b', path: [], message: 'x'.repeat(4_000_000)}]).length < 500);
	for (const text of ['name: "\u{1B}[31m', '\u{1B}[31m: [', '"\u{202E}": "\\q"', '%\u{1B}[31m\n---\nname: a']) {
		const {problems = []} = parseStructuredText(text, schema, 'f');
		t.true(problems.length > 0);
		t.is(findUnfitCharacter(formatProblems(problems), {multiline: true}), undefined);
	}
});

test('a place is where the wrong thing is: the key of a wrong key, the value of a wrong value, the map that lacks something', t => {
	t.deepEqual(list('name: a\nzones:\n- {title: x}\nroles: {foo: b}\n'), ['3:3 schema/missing', '4:9 schema/unknown-key']);
	t.deepEqual(list('name: a\r\nroles:\r\n  storage: 5\r\n'), ['3:12 schema/type']);
	t.deepEqual(list('\u{FEFF}nam: a'), ['1:1 schema/unknown-key', '1:1 schema/missing']);
	t.deepEqual(list('{"name": "a",\n\t"roles": {"storage": 5}}'), ['2:23 schema/type']);
	t.deepEqual(list('zones: [&z {id: 5}, *z]\nname: a\noptions: {x: *z}'), ['1:17 schema/type', '1:17 schema/type', '3:11 schema/type']);
});

test('a path is followed by its steps, whatever they are called', t => {
	const {value} = readTree('a: {b: {a: x}}', 'f');
	t.deepEqual(value?.locate({code: 'x/y', path: ['a', 'c', 'a'], message: ''}), {code: 'x/y', path: ['a', 'c', 'a'], message: '', file: 'f', line: 1, column: 1});
	t.is(value?.locate({code: 'x/y', path: ['a', 'b', 'a'], message: ''}).column, 12);
});

test('JSON is read as the same data however it is read, and as YAML', t => {
	fc.assert(fc.property(fc.dictionary(fc.string({minLength: 1}), fc.jsonValue({maxDepth: 3}), {minKeys: 1}), data => {
		const text = JSON.stringify(data, undefined, 2);
		const {value, problems} = readTree(text, 'f');
		if (problems === undefined && value.problems.length === 0) {
			t.deepEqual(value.data, JSON.parse(text));
		} else {
			t.regex(text, /"(?:__proto__|constructor|prototype|<<)"/v);
		}
	}));
});

test('YAML is read as its library reads it', t => {
	const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('010', 'yes', '<<', '- a', '# b', ': c', '\n', 'a\n b\n\n', '~', '*a', '&a', '"', '\'', '%'));
	const {tree} = fc.letrec(tie => ({tree: fc.oneof({maxDepth: 3}, leaf, fc.array(tie('tree'), {maxLength: 3}), fc.dictionary(fc.constantFrom('a', 'b', 'zone', '1', 'null', '- x', '# y'), tie('tree'), {maxKeys: 3}))}));
	fc.assert(fc.property(tree, data => {
		const shared = {first: data, again: data};
		const text = stringify(shared);
		t.deepEqual(readTree(text, 'f').value?.data, parse(text));
	}));
});

test('a text of the greatest length is read', t => {
	t.is(list(`name: a\n#${'x'.repeat(maxTextLength - 9)}`).length, 0);
	t.deepEqual(list(`name: a\n#${'x'.repeat(maxTextLength - 8)}`), ['1:1 text/too-long']);
});

const nearest = test.macro({
	exec(t, word: string, known: readonly string[], expected: string | undefined) {
		t.is(findNearest(word, known), expected);
	},
	title: (_, word: string, known: readonly string[], expected: string | undefined) => `${expected ?? 'nothing'} is nearest to "${word.slice(0, 20)}" among ${known.join(', ')}`,
});

test(nearest, 'olmv', ['okm', 'olvm', 'oracle-vm'], 'olvm');
test(nearest, 'OLVM', ['okm', 'olvm'], 'olvm');
test(nearest, 'managment', ['migration', 'management'], 'management');
test(nearest, 'on', ['yes', 'no'], undefined);
test(nearest, 'ye', ['yes', 'no'], 'yes');
test(nearest, 'a', ['acceptedFindings'], undefined);
test(nearest, '', ['a', 'b'], undefined);
test(nearest, 'kvm-host', ['manager', 'olvm-kvm-host'], 'olvm-kvm-host');
test(nearest, 'x'.repeat(5000), ['x'], undefined);

test('a suggestion lists what is known when nothing is near, and not without end', t => {
	t.is(suggest('', ['a', 'b']), 'known are a, b');
	t.is(suggest('zzzz', []), 'there is none to choose from');
	t.is(suggest('zzzz', Array.from({length: 20}, (_, index) => `k${index}`)), 'known are k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11 and 8 more');
});

test('what cannot be shown is told apart from what can', t => {
	const unfit = (text: string) => findUnfitCharacter(text, {multiline: false});
	t.is(unfit('Ünïcödé 管理 שלום 🚒 "quoted" | `a` <b>'), undefined);
	t.is(unfit('ab\u{1B}[31m'), 'a character that cannot be shown (U+001B) at position 3');
	t.is(unfit('\u{202E}'), 'a character that cannot be shown (U+202E) at position 1');
	t.is(unfit('a\u{AD}b'), 'a character that cannot be shown (U+00AD) at position 2');
	t.is(unfit('a\u{FFFE}'), 'a character that cannot be shown (U+FFFE) at position 2');
	t.is(unfit('a\u{E0041}'), 'a character that cannot be shown (U+E0041) at position 2');
	t.is(unfit('a\tb'), 'a character that cannot be shown (U+0009) at position 2');
	t.is(unfit('a\nb'), 'a line break (U+000A) at position 2');
	t.is(findUnfitCharacter('a\nb', {multiline: true}), undefined);
	t.is(unfit('\u{D800}'), 'half of a character (a lone surrogate)');
});

test('what is shown holds nothing that steers a terminal', t => {
	fc.assert(fc.property(fc.string({unit: fc.integer({min: 0, max: 0x10_FF_FF}).map(codePoint => String.fromCodePoint(codePoint))}), text => {
		t.is(findUnfitCharacter(showUnfit(text.replaceAll('\t', '')), {multiline: true}), undefined);
		t.is(findUnfitCharacter(showLine(text), {multiline: false}), undefined);
		const json = JSON.stringify({text});
		t.deepEqual(JSON.parse(escapeUnfit(json)), JSON.parse(json));
		t.is(findUnfitCharacter(escapeUnfit(json), {multiline: false}), undefined);
	}));
	t.is(showLine('a\nb\tc'), 'a<U+000A>b<U+0009>c');
	t.is(showLine('abcdef', 3), 'abc…');
});
