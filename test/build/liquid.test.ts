import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import * as changed from 'liquidjs';

/*
The bundles contain another liquidjs than is published (see source/build/liquid.mjs), and so do these tests. It must do the same.
*/

const published = createRequire(import.meta.url)('liquidjs') as typeof changed;
const {makeSynchronous} = await import(pathToFileURL(path.join(process.cwd(), 'source/build/liquid.mjs')).href) as {makeSynchronous: (text: string) => string};

const options = {ownPropertyOnly: true, strictFilters: true, strictVariables: true, lenientIf: true, catchAllErrors: true, relativeReference: false, outputEscape: (value: unknown) => `<${JSON.stringify(value) ?? ''}>`, memoryLimit: 20_000} as const;

/** What comes of a template: its text, or every error with its place. */
function render({Liquid}: typeof changed, templates: Readonly<Record<string, string>>, view: Readonly<Record<string, unknown>>): unknown {
	try {
		return new Liquid({...options, templates}).renderFileSync('main', view);
	} catch (error) {
		return describe(error as Failure);
	}
}

type Failure = Error & {readonly errors?: readonly Failure[]; readonly token?: {readonly getPosition: () => readonly number[]; readonly file?: string}};

const describe = ({name, message, errors, token}: Failure): unknown => ({name, message, file: token?.file, position: token?.getPosition(), errors: errors?.map(error => describe(error))});

const values = fc.constantFrom(
	'text',
	'list',
	'list[1]',
	'list.first',
	'texts.size',
	'object.inner.text',
	'object["key"]',
	'objects',
	'objects[0].n',
	'object[text]',
	'missing',
	'object.missing',
	'x',
	'item',
	'item.n',
	'forloop.index',
	'forloop.parentloop.index0',
	'none',
	'yes',
	'empty',
	'blank',
	'nil',
	'"a"',
	'\'b c\'',
	'3',
	'-1.5',
	'(1..n)',
	'(n..2)',
);
const filters = fc.constantFrom(
	'upcase',
	'append: "z"',
	'append: missing',
	'default: "d"',
	'default: text, allow_false: true',
	'size',
	'first',
	'last',
	'join: ", "',
	'map: "n"',
	'where: "n", 1',
	'where: "inner.text"',
	'sort',
	'sort: "n"',
	'sum',
	'sum: "n"',
	'uniq',
	'reverse',
	'concat: texts',
	'compact',
	'split: " "',
	'slice: 1, 2',
	'plus: 1',
	'divided_by: 0',
	'truncate: 2',
	'replace: "a", text',
	'unknown',
);
const operators = fc.constantFrom('==', '!=', '>', '<', '>=', '<=', 'contains', 'and', 'or');
const filtered = fc.tuple(values, fc.array(filters, {maxLength: 2})).map(([value, list]) => [value, ...list].join(' | '));
const condition = fc.oneof(filtered, fc.tuple(values, operators, values, fc.constantFrom('', ' or yes', ' and none')).map(([left, operator, right, more]) => `${left} ${operator} ${right}${more}`));

const makeTemplate = (parts: readonly string[]) => fc.letrec<{template: string; node: string}>(tie => ({
	template: fc.array(tie('node'), {maxLength: 4}).map(nodes => nodes.join('')),
	node: fc.oneof(
		{depthSize: 'small', withCrossShrink: true},
		fc.constantFrom('a', '\n', ' {%- comment %} c {% endcomment -%} ', '{% # c %}', '{% raw %}{{ a }}{% endraw %}', '{% break %}', '{% continue %}', '{% if %}', '{% for %}', '{% endif %}', '{{', '{% wat %}'),
		filtered.map(value => `{{ ${value} }}`),
		filtered.map(value => `{% echo ${value} %}`),
		filtered.map(value => `{% liquid\nassign x = ${value}\necho x\n%}`),
		filtered.map(value => `{%- assign x = ${value} -%}`),
		fc.tuple(values, values).map(([one, other]) => `{% cycle ${one}, ${other} %}`),
		fc.tuple(condition, tie('template'), condition, tie('template')).map(([one, then, other, otherwise]) => `{% if ${one} %}${then}{% elsif ${other} %}b{% else %}${otherwise}{% endif %}`),
		fc.tuple(condition, tie('template')).map(([value, then]) => `{% unless ${value} %}${then}{% else %}e{% endunless %}`),
		fc.tuple(values, values, values, tie('template')).map(([value, one, other, then]) => `{% case ${value} %}{% when ${one}, ${other} %}${then}{% when "a" or 3 %}w{% else %}e{% endcase %}`),
		fc.tuple(values, fc.constantFrom('', ' limit: 2', ' offset: n reversed', ' limit: missing'), tie('template')).map(([list, how, then]) => `{% for item in ${list}${how} %}${then}{% else %}e{% endfor %}`),
		tie('template').map(then => `{% capture x %}${then}{% endcapture %}{{ x }}`),
		fc.tuple(fc.constantFrom(...parts), fc.constantFrom('', ', item: list', ', x: missing', ' with object as item', ' for objects as item')).map(([name, how]) => `{% render ${name}${how} %}`),
	),
})).template;

const view = fc.record({
	text: fc.constantFrom('a', 'key', 'b c a', ''),
	texts: fc.array(fc.constantFrom('a', 'b', ''), {maxLength: 3}),
	list: fc.array(fc.constantFrom<unknown>(1, 'a', null, true), {maxLength: 4}),
	object: fc.record({key: fc.nat(3), inner: fc.record({text: fc.constantFrom('a', '')})}),
	objects: fc.array(fc.record({n: fc.integer({min: -1, max: 2}), inner: fc.record({text: fc.constant('a')})}), {maxLength: 3}),
	n: fc.integer({min: -1, max: 4}),
	yes: fc.constant(true),
	none: fc.constantFrom(null, false, undefined),
});

test('any template gives the same text, or the same errors at the same places, as with the published liquidjs', t => {
	const seen = {texts: 0, errors: 0};
	fc.assert(fc.property(makeTemplate(['"part"', '"part"', '"gone"', 'text']), makeTemplate(['"gone"', 'text']), view, (main, part, fields) => {
		const templates = {main, part};
		const expected = render(published, templates, fields);
		seen[typeof expected === 'string' ? 'texts' : 'errors']++;
		t.deepEqual(render(changed, templates, fields), expected);
	}), {numRuns: 3000});
	t.true(seen.texts > 300);
	t.true(seen.errors > 300);
});

test('rendering needs no generators', t => {
	const {Liquid, Value} = changed;
	const engine = new Liquid();
	t.is(typeof engine.renderer.renderTemplates([], new changed.Context()), 'string');
	t.is<unknown, unknown>(new Value('a.b | append: "c"', engine).value(new changed.Context({a: {b: 'b'}})), 'bc');
});

test('another text than that of liquidjs is no longer changed', t => {
	t.throws(() => makeSynchronous('function* other() {}'), {message: /no longer has.*toPostfix/v});
});
