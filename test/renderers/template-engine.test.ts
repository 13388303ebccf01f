import test from 'ava';
import {escapeMarkdown, formatMarkdownCode} from '../../source/renderers/escape.js';
import {Fragment} from '../../source/renderers/fragment.js';
import {formatRow, readTexts} from '../../source/renderers/row.js';
import {csv, markdown, mermaid} from '../../source/renderers/syntaxes.js';
import {renderTemplate} from '../../source/renderers/template-engine.js';
import {TemplateError} from '../../source/renderers/template-error.js';

const render = (template: string, view: Readonly<Record<string, unknown>> = {}, parts: Readonly<Record<string, string>> = {}) => renderTemplate('main.md.liquid', {...parts, 'main.md.liquid': template}, view, markdown).trimEnd();

test('everything printed is escaped for its format', t => {
	const view = {text: '*a* | "<b>"', list: ['=1', '|']};
	t.is(render('{{ text }}', view), String.raw`\*a\* \| "&lt;b&gt;"`);
	t.is(render('{% for item in list %}{{ item }}{% endfor %}', view), String.raw`\=1\|`);
	t.is(render('{{ list | join: "_" }}', view), String.raw`\=1\_\|`);
	t.is(render('{% assign x = text %}{% echo x %}', view), String.raw`\*a\* \| "&lt;b&gt;"`);
	t.is(render('{% liquid\necho text %}', view), String.raw`\*a\* \| "&lt;b&gt;"`);
	t.is(render('{% cycle text, "b" %}', view), String.raw`\*a\* \| "&lt;b&gt;"`);
	t.is(render('{% render "_part.md.liquid", text: text %}', view, {'_part.md.liquid': '{{ text }}'}), String.raw`\*a\* \| "&lt;b&gt;"`);
	t.is(renderTemplate('a.mmd.liquid', {'a.mmd.liquid': 'x["{{ text }}"]'}, view, mermaid), 'x["#42;a#42; | #quot;#lt;b#gt;#quot;"]\n');
	t.is(renderTemplate('a.csv.liquid', {'a.csv.liquid': '{{ text }},{{ list[0] }}'}, view, csv), '"*a* | ""<b>""",\'=1');
});

test('a captured text is escaped again rather than not at all', t => {
	t.is(render('{% capture x %}{{ text }}{% endcapture %}{{ x }}', {text: '*'}), String.raw`\\\*`);
});

test('a template cannot switch escaping off', t => {
	const error = t.throws(() => render('{{ text | raw }}', {text: '*'}), {instanceOf: TemplateError});
	t.regex(error.problems[0]!.message, /"raw" is not available/v);
	t.throws(() => render('{{ text | raw | upcase }}', {text: '*'}), {instanceOf: TemplateError});
});

test('only fragments pass as they are, and no longer when a filter took them for text', t => {
	const view = {fragment: new Fragment('**a**'), list: [new Fragment('*b*'), '*']};
	t.is(render('{{ fragment }}', view), '**a**');
	t.is(render('{{ list }}', view), String.raw`*b*\*`);
	t.is(render('{{ fragment | append: "" }}', view), String.raw`\*\*a\*\*`);
});

test('filters of a format write values in another of its ways', t => {
	t.is(render('{{ id | code }} {{ ids | code }}', {id: 'R_1', ids: ['a', 'b*']}), '`R_1` `a`, `b*`');
	t.is(render('{{ url | link }}', {url: 'https://a.example/b'}), '<https://a.example/b>');
	t.is(renderTemplate('a.mmd.liquid', {'a.mmd.liquid': 'title: {{ title | yaml }}'}, {title: 'a "b"'}, mermaid), String.raw`title: "a \"b\""` + '\n');
});

test('counting words are the template\'s', t => {
	t.is(render('{{ 1 | count: "line", "lines" }}, {{ n | count: "line", "lines" }}', {n: 0}), '1 line, 0 lines');
});

test('absent texts can be asked for, and unknown names are errors', t => {
	t.is(render('{{ text | default: "not given" }}{% if text == "" %}!{% endif %}', {text: ''}), 'not given!');
	t.is(render('{% if nothing %}a{% else %}b{% endif %}'), 'b');
	const error = t.throws(() => render('a\n{{ tekst }}', {text: ''}), {instanceOf: TemplateError});
	t.like(error.problems, [{code: 'template/render', file: 'main.md.liquid', line: 2}]);
	t.regex(error.message, /^main\.md\.liquid:2: .*tekst/v);
});

test('a list of fields cannot be printed by accident', t => {
	const error = t.throws(() => render('{{ host }}', {host: {title: 'a'}}), {instanceOf: TemplateError});
	t.regex(error.problems[0]!.message, /name one of them/v);
});

test('all mistakes are reported at once, each with its file and line', t => {
	const error = t.throws(() => render('{{ a }}\n{% render "_part.md.liquid" %}\n{{ "x" | wat }}', {}, {'_part.md.liquid': '\n{{ b }}'}), {instanceOf: TemplateError});
	t.deepEqual(error.problems.map(({code, file, line}) => [code, file, line]), [['template/parse', 'main.md.liquid', 3]]);
	const second = t.throws(() => render('{{ a }}\n{% render "_part.md.liquid" %}\n{{ c }}', {}, {'_part.md.liquid': '\n{{ b }}'}), {instanceOf: TemplateError});
	t.deepEqual(second.problems.map(({file, line}) => [file, line]), [['_part.md.liquid', 2], ['main.md.liquid', 1], ['main.md.liquid', 3]]);
});

test('a template that is missing is named', t => {
	const error = t.throws(() => renderTemplate('a.md.liquid', {}, {}, markdown), {instanceOf: TemplateError});
	t.like(error.problems, [{code: 'template/missing', file: 'a.md.liquid', message: 'there is no template "a.md.liquid"'}]);
	const part = t.throws(() => render('\n{% render "_gone.md.liquid" %}'), {instanceOf: TemplateError});
	t.like(part.problems, [{code: 'template/missing', file: 'main.md.liquid', line: 2, message: 'there is no template "_gone.md.liquid"'}]);
});

test('a template that is not closed is named with its line', t => {
	const error = t.throws(() => render('a\n{% if x %}b'), {instanceOf: TemplateError});
	t.like(error.problems, [{code: 'template/parse', file: 'main.md.liquid', line: 2}]);
});

for (const [name, template] of Object.entries({
	'the prototype of a value': '{{ text.constructor }}',
	'the prototype of a list': '{{ list.constructor }}{{ list.__proto__ }}',
	'a part called like a property of objects': '{% render "constructor" %}',
	'a file of the machine': '{% render "/etc/passwd" %}',
	'a file through a path': '{% render "../../package.json" %}',
	'the clock': '{{ "now" | date: "%Y" }}',
	chance: '{{ list | sample }}',
	'HTML tables': '{% tablerow i in list %}{{ i }}{% endtablerow %}',
	layouts: '{% layout "a" %}',
	'a private field of a fragment': '{{ fragment.text }}',
})) {
	test(`a template does not reach ${name}`, t => {
		t.throws(() => render(template, {text: 'a', list: ['b'], fragment: new Fragment('c')}), {instanceOf: TemplateError});
	});
}

test('a template that would fill the memory is stopped', t => {
	t.throws(() => render('{% for i in (1..1000000000) %}a{% endfor %}'), {instanceOf: TemplateError});
	t.throws(() => render(`{% assign x = "aaaaaaaaaaaaaaaa" %}${'{% assign x = x | append: x %}'.repeat(40)}`), {instanceOf: TemplateError});
});

test('loops inside loops are stopped by the time they take', t => {
	// Over a list that is there already, which takes no memory. The clock runs a second at each look.
	const {performance} = globalThis;
	let seconds = 0;
	Object.defineProperty(globalThis, 'performance', {configurable: true, value: {now: () => 1000 * seconds++}});
	t.teardown(() => {
		Object.defineProperty(globalThis, 'performance', {configurable: true, value: performance});
	});
	t.throws(() => render(`${'{% for i in list %}'.repeat(9)}${'{% endfor %}'.repeat(9)}`, {list: Array.from({length: 1000}, () => 'a')}), {instanceOf: TemplateError, message: /time|limit/v});
	t.true(seconds > 60);
});

test('a template or a text of any length is stopped at the limit', t => {
	t.throws(() => render('a'.repeat(1_000_001)), {instanceOf: TemplateError, message: /limit/v});
	t.is(render('a'.repeat(900_000)).length, 900_000);
	const text = 'a'.repeat(1_000_000);
	t.throws(() => render('{% for i in (1..300) %}{% assign x = x | append: text %}{% endfor %}', {text, x: ''}), {instanceOf: TemplateError, message: /memory/v});
	t.throws(() => render('{{ text | replace: "a", text }}', {text: 'a'.repeat(20_000)}), {instanceOf: TemplateError, message: /memory/v});
});

test('filters and tags that do not exist are named with their line and column', t => {
	const filter = t.throws(() => render('a\n{{ text | nofilter }}', {text: 'a'}), {instanceOf: TemplateError});
	t.like(filter.problems, [{file: 'main.md.liquid', line: 2, column: 1, message: 'undefined filter: nofilter'}]);
	const tag = t.throws(() => render('a\n b{% notag %}'), {instanceOf: TemplateError});
	t.like(tag.problems, [{file: 'main.md.liquid', line: 2, column: 3}]);
	t.regex(tag.problems[0]!.message, /notag/v);
});

test('a template that calls itself is stopped', t => {
	t.throws(() => render('{% render "main.md.liquid" %}'), {instanceOf: TemplateError});
});

test('what tags leave behind is tidied in Markdown', t => {
	t.is(render('# a\n\n{% if true %}\n\nb  \n{% endif %}\n\n\nc\n\n\n'), '# a\n\nb\n\nc');
});

test('a row is written by its pattern, each field escaped', t => {
	const line = {id: 'R-1', title: 'a|b', names: ['<x>', 'y'], empty: '', end: {host: 'h_1'}};
	const formats = {text: (value: unknown) => readTexts(value).map(text => escapeMarkdown(text)).join(', '), code: (value: unknown) => formatMarkdownCode(String(value))};
	t.is(formatRow(line, '[id:code] | **[title]** | [names] | [end.host] | [empty!-] | [empty? (*)][id? (*)]', formats), '`R-1` | **a\\|b** | &lt;x&gt;, y | h\\_1 | - |  (R-1)');
});

test('rows of a list are written by one pattern, each with a line break at its end', t => {
	const rows = [{id: '|', names: ['*', '=b']}, {id: 'c\n', names: []}];
	t.is(render('{{ rows | rows: "| [id] | [names!none] |" }}', {rows}), '| \\| | \\*, \\=b |\n| c | none |');
	t.is(render('{{ rows | rows: "| [id] |" }}', {rows: []}), '');
	t.is(renderTemplate('a.csv.liquid', {'a.csv.liquid': 'id\n{{ rows | rows: "[id],[names]" -}}\n'}, {rows}, csv), 'id\n|,"*, =b"\n"c\n",\n');
	t.throws(() => render('{{ rows | rows: "[id]" }}', {rows: {id: 'a'}}), {instanceOf: TemplateError, message: /this is no list/v});
	t.throws(() => render('{{ rows | rows: "[nobody]" }}', {rows}), {instanceOf: TemplateError, message: /there is no field "nobody"/v});
});

test('a field that is empty is not formatted when the pattern has another text for it', t => {
	const formats = {text: String, list: () => 'none'};
	t.is(formatRow({list: []}, '[list:list]', formats), 'none');
	t.is(formatRow({list: []}, '[list:list!by the site]', formats), 'by the site');
	t.is(formatRow({list: ['a']}, '[list:list!by the site]', formats), 'none');
});

test('a pattern that names what there is not says so', t => {
	const formats = {text: String};
	t.throws(() => formatRow({id: 1}, '[nobody]', formats), {message: /there is no field "nobody"/v});
	t.throws(() => formatRow({id: 1}, '[id:loud]', formats), {message: /there is no format "loud"/v});
	t.throws(() => formatRow({id: 1}, '[a b]', formats), {message: /is no field as/v});
	t.throws(() => formatRow({}, '[constructor]', formats), {message: /there is no field/v});
});
