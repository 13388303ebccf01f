import test from 'ava';
import fc from 'fast-check';
import {showUnfit} from '../../source/core/text.js';
import {
	escapeCsvField,
	escapeHtml,
	escapeMarkdown,
	escapeMermaidLabel,
	formatCssText,
	formatHtmlLink,
	formatMarkdownCode,
	formatMarkdownFence,
	formatMarkdownLink,
	formatMermaidId,
	formatYamlText,
	quoteCsvField,
} from '../../source/renderers/escape.js';
import {parseMermaid} from '../helpers/parse-mermaid.js';

/** Texts made of what formats take for syntax. */
const hostile = fc.array(fc.constantFrom(
	...'*_`~|[]()<>&#-+=!\\$"\';:@{}%^,.\n\t 01ax',
	'&lt;',
	'&#35;',
	'#quot;',
	'https://',
	'www.',
	'```',
	'%%{init: {}}%%',
	'<br/>',
	'<!--',
	'-->',
	':100:',
	'@all',
	'1. ',
	'end',
	'"]',
	'ﬂ°',
	'\u{202E}',
	'\u{1B}[31m',
	'\uD800',
	'é',
	'＝',
), {maxLength: 14}).map(parts => parts.join(''));

const escapesMarkdown = test.macro({
	exec(t, text: string, expected: string) {
		t.is(escapeMarkdown(text), expected);
	},
	title: (name, text: string) => `Markdown: ${name ?? JSON.stringify(text)}`,
});

test('plain words stay as they are', escapesMarkdown, 'OLVM Manager (core), 12 machines: 10.0.0.1/24', 'OLVM Manager (core), 12 machines: 10.0.0.1/24');
test('a pipe cannot end a cell', escapesMarkdown, 'a | b', String.raw`a \| b`);
test('a backslash before a pipe does not free it', escapesMarkdown, String.raw`a\|b`, String.raw`a\\\|b`);
test('a line break becomes a break that cells know', escapesMarkdown, 'a \n\n b', 'a<br><br>b');
test('other white space is one space, and none outside', escapesMarkdown, '\t a\t  b ', 'a b');
test('emphasis, code and strikethrough', escapesMarkdown, '*a* _b_ `c` ~d~', String.raw`\*a\* \_b\_ \`c\` \~d\~`);
test('HTML, comments too', escapesMarkdown, '<b onclick="x">&lt;</b> <!--', '&lt;b onclick="x"&gt;&amp;lt;&lt;/b&gt; &lt;!--');
test('an ampersand that begins no entity', escapesMarkdown, 'R&D; a & b', 'R&amp;D; a & b');
test('links, images and footnotes', escapesMarkdown, '![x](y) [^1]', String.raw`!\[x\](y) \[^1\]`);
test('a heading', escapesMarkdown, '# a', String.raw`\# a`);
test('the end of a heading', escapesMarkdown, 'LAN ##', String.raw`LAN \#\#`);
test('a list, a rule and a heading below', escapesMarkdown, '- a', String.raw`\- a`);
test('a plus sign', escapesMarkdown, '+49 30', String.raw`\+49 30`);
test('a numbered list', escapesMarkdown, '1. a', String.raw`1\. a`);
test('an address is no numbered list', escapesMarkdown, '10.0.0.1', '10.0.0.1');
test('a URL is no link', escapesMarkdown, 'see https://a.example and www.b.example', String.raw`see https\://a.example and www\.b.example`);
test('formulas of GitHub', escapesMarkdown, '$a$', String.raw`\$a\$`);
test('emoji codes, which IPv6 addresses can hold', escapesMarkdown, '2001:db8:100::1, fd00:a:b::, 20:00:30', '2001:<!-- -->db8:<!-- -->100::1, fd00:<!-- -->a:<!-- -->b::, 20:00:30');
test('a name that would be told', escapesMarkdown, '@all, but mail to a@b.example', '@<!-- -->all, but mail to a@b.example');
test('terminal control and reordering marks', escapesMarkdown, '\u{1B}[31m \u{202E}', String.raw`&lt;U+001B&gt;\[31m &lt;U+202E&gt;`);
test('no text', escapesMarkdown, '', '');

test('Markdown: nothing that begins a construct is left, and the text can be read back', t => {
	const normalize = (text: string) => showUnfit(text).replaceAll(/[ \t]*\n[ \t]*/gv, '\n').replaceAll(/[ \t]+/gv, ' ').replaceAll(/^[ \n]+|[ \n]+$/gv, '');
	const read = (escaped: string) => escaped
		.replaceAll('<!-- -->', '')
		.replaceAll('<br>', '\n')
		.replaceAll(/\\(?<character>[!-\/:-@\[-`\{-~])/gv, '$<character>')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&amp;', '&');
	fc.assert(fc.property(hostile, text => {
		const escaped = escapeMarkdown(text);
		// Pairs of a backslash and what it escapes are out of the way, then nothing that is special may stand alone.
		const bare = escaped.replaceAll(/\\.|<!-- -->|<br>/gv, ' ');
		t.notRegex(bare, /[*_`~\|\[\]$<>\n]|:\/\/|&(?!(?:lt|gt|amp);)#?[A-Za-z0-9]+;/v);
		t.notRegex(escaped, /^(?:[#\-+=]|\d+[.\)](?: |$))/v);
		t.is(showUnfit(escaped), escaped);
		t.is(read(escaped), normalize(text));
	}));
});

test('Markdown code: ids and addresses are printed letter for letter', t => {
	t.is(formatMarkdownCode('fd00:100::10'), '`fd00:100::10`');
	t.is(formatMarkdownCode('<kvm-host management IPv4>'), '`<kvm-host management IPv4>`');
	t.is(formatMarkdownCode('lan>dmz'), '`lan>dmz`');
});

test('Markdown code: backticks get a longer fence, pipes and nothing get none', t => {
	t.is(formatMarkdownCode('a`b'), '``a`b``');
	t.is(formatMarkdownCode('`'), '`` ` ``');
	t.is(formatMarkdownCode('a|b'), String.raw`a\|b`);
	t.is(formatMarkdownCode(' '), '');
});

test('Markdown code: no text gets out of its span', t => {
	const isSpan = (code: string) => {
		const span = /^(?<fence>`+)(?<inner>.*[^`]|.*[^`] )\k<fence>$/v.exec(code)?.groups;
		return span !== undefined && !/[\|\n]/v.test(code) && !span['inner']!.split(/[^`]+/v).includes(span['fence']!);
	};

	fc.assert(fc.property(hostile, text => {
		const code = formatMarkdownCode(text);
		t.true(isSpan(code) || code === escapeMarkdown(showUnfit(text).replaceAll(/[ \t\n]+/gv, ' ')));
		t.is(showUnfit(code), code);
	}));
});

test('Markdown fence: the block ends where it should', t => {
	t.is(formatMarkdownFence('flowchart LR\n', 'mermaid'), '```mermaid\nflowchart LR\n```');
	t.is(formatMarkdownFence('a\n```\nb', 'mermaid'), '````mermaid\na\n```\nb\n````');
});

test('Markdown link: only web addresses are links', t => {
	t.is(formatMarkdownLink('https://docs.example.com/a/b.html?c=d&e#f'), '<https://docs.example.com/a/b.html?c=d&e#f>');
	for (const url of ['data:text/html,x', 'https://a.example/<b>', 'https://a.example/ b', 'https://a.example/|', 'ftp://a.example']) {
		t.notRegex(formatMarkdownLink(url), /^<|[^\\]\|/v);
	}
});

const escapesLabel = test.macro({
	exec(t, text: string, expected: string) {
		t.is(escapeMermaidLabel(text), expected);
	},
	title: (name, text: string) => `Mermaid label: ${name ?? JSON.stringify(text)}`,
});

test('plain words stay as they are', escapesLabel, 'KVM hosts: 10.0.0.1-10.0.0.9 (east)', 'KVM hosts: 10.0.0.1-10.0.0.9 (east)');
test('a quote', escapesLabel, 'the "core"', 'the #quot;core#quot;');
test('entities of Mermaid and of HTML', escapesLabel, '#35; &lt;', '#35;35; #amp;lt;');
test('HTML', escapesLabel, '<b>a</b>', '#lt;b#gt;a#lt;/b#gt;');
test('a Markdown string', escapesLabel, '`*a*`', '#96;#42;a#42;#96;');
test('lists, which some versions refuse', escapesLabel, '1. a', '1#46; a');
test('a leading hyphen', escapesLabel, '- a', '#45; a');
test('directives and comments', escapesLabel, '%%{init}%%', '#37;#37;{init}#37;#37;');
test('a formula', escapesLabel, '$$x$$', '#36;#36;x#36;#36;');
test('line breaks, written or meant', escapesLabel, 'a\nb\\nc', 'a b#92;nc');
test('the mark that Mermaid uses itself', escapesLabel, 'ﬂ°°60¶ß', '#64258;°°60¶ß');
test('a keyword', escapesLabel, 'end', 'end');
test('nothing, which would be a syntax error', escapesLabel, '', ' ');

test('Mermaid: any text is a label, a title and part of an id', async t => {
	await fc.assert(fc.asyncProperty(hostile, hostile, async (a, b) => {
		const label = escapeMermaidLabel(a);
		t.notRegex(label, /["<>%`\\\n]/v);
		t.is(showUnfit(label), label);
		const [zone, host] = [formatMermaidId('zone', a), formatMermaidId('host', a, b)];
		t.regex(host, /^[a-zA-Z0-9_]+$/v);
		await t.notThrowsAsync(parseMermaid(`---
title: ${formatYamlText(a)}
config:
  layout: elk
---
flowchart LR
	subgraph ${zone}["${label}<br/>10.0.0.0/8"]
		${host}["${escapeMermaidLabel(b)}"]:::host
	end
	${host} -- "${label}" --> peer_x
	${host} -. "${label}" .-> ${zone}x
	${host} -- "DENY ${label}" --x peer_y
	classDef host fill:#ffffff
`));
	}), {numRuns: 60});
});

test('Mermaid id: different texts have different ids', t => {
	t.is(formatMermaidId('zone', 'dmz-east'), 'zone_dmz_east');
	const parts = fc.array(fc.string({unit: fc.constantFrom('a', 'b', '-', '_', '.', 'X', '2', 'D')}), {minLength: 1, maxLength: 3});
	fc.assert(fc.property(parts, parts, (a, b) => {
		t.is(formatMermaidId('z', ...a) === formatMermaidId('z', ...b), JSON.stringify(a) === JSON.stringify(b));
	}));
});

test('YAML text: it stays on its line and in its quotes', t => {
	t.is(formatYamlText('a "b"\n---\nc: d'), String.raw`"a \"b\" --- c: d"`);
});

const escapesField = test.macro({
	exec(t, text: string, expected: string) {
		t.is(escapeCsvField(text), expected);
	},
	title: (name, text: string) => `CSV: ${name ?? JSON.stringify(text)}`,
});

test('plain words stay as they are', escapesField, 'KVM hosts', 'KVM hosts');
test('commas and quotes', escapesField, 'a, "b"', '"a, ""b"""');
test('a line break is data', escapesField, 'a\nb', '"a\nb"');
test('outer space is data', escapesField, ' a', '" a"');
test('a carriage return is shown', escapesField, '\r=1', '<U+000D>=1');
for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
	test(`a formula with ${sign}`, escapesField, `${sign}1`, `'${sign}1`);
}

test('a formula behind a tab', escapesField, '\t=1', '\'\t\'=1');
test('a formula behind a line break', escapesField, '\n=1', '"\'\n\'=1"');
test('a formula behind a space', escapesField, ' =1', '\' =1');
test('a formula behind a quote', escapesField, '"=1"', '"\'""=1"""');
test('a formula behind what another language separates fields by', escapesField, 'a;=1; "+2"', '"a;\'=1; ""\'+2"""');
test('a formula on the next line', escapesField, 'a\n-1', '"a\n\'-1"');
test('a hyphen within', escapesField, 'R-1; a-b', 'R-1; a-b');
test('a formula that needs quotes', escapesField, '=A1,"x"', '"\'=A1,""x"""');

test('CSV: fields come back as they were, but for the guard and what cannot be shown', t => {
	fc.assert(fc.property(fc.array(hostile, {minLength: 1, maxLength: 4}), fields => {
		const text = `${fields.map(field => escapeCsvField(field)).join(',')}\n`;
		const [read] = parseCsv(text);
		const drop = (field: string) => field.replaceAll('\'', '');
		t.deepEqual(read!.map(field => drop(field)), fields.map(field => drop(showUnfit(field))));
		// Nor where a spreadsheet has semicolons or tabs between its cells, and commas and quotes are text.
		for (const field of [...read!, ...text.split(/[;\t\n]/v)]) {
			t.notRegex(field, /^["\s]*[=+\-@＝＋－＠]/v);
		}
	}));
});

test('CSV for sheets: fields come back as they were, but for what cannot be shown', t => {
	fc.assert(fc.property(fc.array(hostile, {minLength: 1, maxLength: 4}), fields => {
		t.deepEqual(parseCsv(`${fields.map(field => quoteCsvField(field)).join(',')}\n`), [fields.map(field => showUnfit(field))]);
	}));
});

/** Read CSV (RFC 4180). */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	const pattern = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\n]*))(?<end>,|\n)/gvy;
	for (const {groups} of text.matchAll(pattern)) {
		row.push(groups!['quoted']?.replaceAll('""', '"') ?? groups!['plain']!);
		if (groups!['end'] === '\n') {
			rows.push(row);
			row = [];
		}
	}

	return rows;
}

const escapesHtml = test.macro({
	exec(t, text: string, expected: string) {
		t.is(escapeHtml(text), expected);
	},
	title: (name, text: string) => `HTML: ${name ?? JSON.stringify(text)}`,
});

test('plain words stay as they are in HTML', escapesHtml, 'KVM hosts: 10.0.0.1-10.0.0.9 (east), fd00::1', 'KVM hosts: 10.0.0.1-10.0.0.9 (east), fd00::1');
test('a tag', escapesHtml, '<b>', '&lt;b&gt;');
test('every quote that can end an attribute', escapesHtml, '"\'`', '&quot;&#39;&#96;');
test('an entity is shown as it was typed', escapesHtml, '&lt;', '&amp;lt;');
test('line breaks and tabs', escapesHtml, 'a\nb\tc', 'a&#10;b&#9;c');
test('control, order and half a character', escapesHtml, '\u{1B}\u{202E}\uD800', '&lt;U+001B&gt;&lt;U+202E&gt;\uFFFD');

test('HTML: any text can be read back, and holds nothing that begins or ends anything', t => {
	const names: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'', '#96': '`', '#10': '\n', '#9': '\t'};
	fc.assert(fc.property(hostile, text => {
		const escaped = escapeHtml(text);
		t.notRegex(escaped, /[<>"'`\n\t]|&(?!(?:amp|lt|gt|quot|#39|#96|#10|#9);)/v);
		t.is(showUnfit(escaped), escaped);
		t.is(escaped.replaceAll(/&(?<name>[^;]+);/gv, (_, name: string) => names[name]!), showUnfit(text));
	}));
});

test('HTML link: only web addresses are links', t => {
	t.is(formatHtmlLink('https://docs.example.com/a?b=c&d#e'), '<a href="https://docs.example.com/a?b=c&amp;d#e" rel="noreferrer">https://docs.example.com/a?b=c&amp;d#e</a>');
	// eslint-disable-next-line no-script-url -- It must not become a link.
	for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://a.example/ b', 'https://a.example/\u{202E}', 'ftp://a.example', String.raw`https:\\a.example`, '']) {
		t.is(formatHtmlLink(url), escapeHtml(url));
	}
});

test('CSS: any text is one string', t => {
	t.is(formatCssText('FCR-1'), String.raw`"FCR\2d 1"`);
	t.is(formatCssText('a"}</style>'), String.raw`"a\22 \7d \3c \2f style\3e "`);
	fc.assert(fc.property(hostile, text => {
		const escaped = formatCssText(text);
		t.regex(escaped, /^"(?:[A-Za-z\d]|\\[\da-f]{1,6} )*"$/v);
		t.is(escaped.slice(1, -1).replaceAll(/\\(?<code>[\da-f]+) /gv, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))), showUnfit(text));
	}));
});
