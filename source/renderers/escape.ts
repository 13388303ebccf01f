import {showUnfit} from '../core/text.js';

/*
One escaper for each place of each format that text from a profile or a catalog can get into. Each takes any text at all and
gives text that its format reads as nothing but characters. Control characters and marks that reorder text are shown as their
code points everywhere, as `<U+202E>`: they cannot be written in any of these formats without acting on the reader's screen.
*/

/** Text of GitHub Flavored Markdown that needs no escape, but for runs of spaces and `www`. */
const plainMarkdown = /^(?:[A-Za-z](?:[A-Za-z\d ,.;\(\)\/'"\-]*[A-Za-z\d.\)])?|\d[\d\-]*)$/v;

/**
Escape text for GitHub Flavored Markdown, for a paragraph, a list item, a heading and a table cell alike.

- Every character that can begin a construct anywhere is escaped: backslash, backtick, `*`, `_`, `~`, brackets, `|`, `$` (GitHub's math) and `<`, `>` as entities,
  so that the text stays text in HTML blocks too, where backslashes mean nothing.
- What has a meaning only at the beginning of a line is escaped at the beginning of the text: `#`, `-`, `+`, `=`, `1.`, `1)`; and `#` at its end, where it would close a heading.
- An ampersand is escaped where an entity could be read.
- Line breaks become `<br>`, which both paragraphs and cells show as such; other white space becomes one space.
- URLs are kept from becoming links (`https\://`, `www\.`), so that all links of a document are the document's own. A mail address still becomes one: no
  escape prevents it, and it leads to nothing but what it shows.
- What GitHub's own filters would replace or act upon in text is parted by an empty comment: emoji codes, which also stand in IPv6 addresses
  (`2001:db8:100::1`, `fd00:a:b::`), and `@name`, which would send mail to whoever has that name.
*/
export function escapeMarkdown(text: string): string {
	// Most titles, purposes and places are words between which nothing can begin; a document has thousands of them.
	if (plainMarkdown.test(text) && !/ {2}|[wW]{3}/v.test(text)) {
		return text;
	}

	return showUnfit(text)
		.replaceAll(/[ \t]*\n[ \t]*/gv, '\n')
		.replaceAll(/[ \t]+/gv, ' ')
		.replaceAll(/^[ \n]+|[ \n]+$/gv, '')
		.replaceAll(/&(?=#?[A-Za-z0-9]+;)/gv, '&amp;')
		.replaceAll(/[\\`*_~\[\]\|$]/gv, String.raw`\$&`)
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replace(/^[#\-+=]/v, String.raw`\$&`)
		.replaceAll(/(?<!\\)#(?=#*$)/gv, String.raw`\#`)
		.replace(/^(\d+)([.\)])(?= |$)/v, String.raw`$1\$2`)
		.replaceAll(/:(?=\/\/)/gv, String.raw`\:`)
		.replaceAll(/(www)\./giv, String.raw`$1\.`)
		.replaceAll(/(?<![A-Za-z0-9])@(?=[A-Za-z0-9])/gv, '@<!-- -->')
		.replaceAll(/:(?=(?:[A-Za-z0-9+\-]|\\_)*[A-Za-z](?:[A-Za-z0-9+\-]|\\_)*:|[+\-]1:|100:|1234:)/gv, ':<!-- -->')
		.replaceAll('\n', '<br>');
}

/**
Write text as a code span of GitHub Flavored Markdown: for ids, addresses and ports, which must reach the reader letter for letter.

Text with a pipe cannot be one, because it would show differently inside and outside a table: it is escaped as text instead. So is text without
any character to show.
*/
export function formatMarkdownCode(text: string): string {
	const line = showUnfit(text).replaceAll(/[ \t\n]+/gv, ' ').replaceAll(/^ | $/gv, '');
	if (line === '' || line.includes('|')) {
		return escapeMarkdown(line);
	}

	const fence = '`'.repeat(findLongestRun(line) + 1);
	const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
	return `${fence}${padding}${line}${padding}${fence}`;
}

/**
Write text as a fenced code block of Markdown, in which nothing ends it early.

@param language - A fixed word, as `mermaid`.
*/
export function formatMarkdownFence(text: string, language: string): string {
	const fence = '`'.repeat(Math.max(3, findLongestRun(text) + 1));
	return `${fence}${language}\n${text.replace(/\n$/v, '')}\n${fence}`;
}

function findLongestRun(text: string): number {
	return Math.max(0, ...[...text.matchAll(/`+/gv)].map(([run]) => run.length));
}

/** A link of Markdown with the address as its text, for `http` and `https`; any other address is escaped as text. */
export function formatMarkdownLink(url: string): string {
	return /^https?:\/\/[A-Za-z0-9.\-]+(?::\d+)?(?:\/(?:[A-Za-z0-9\-._~\/?#@!$'*+,;=:%]|&)*)?$/v.test(url) ? `<${url}>` : escapeMarkdown(url);
}

const mermaidEntities: ReadonlyMap<string, string> = new Map([
	['"', '#quot;'],
	['#', '#35;'],
	['&', '#amp;'],
	['<', '#lt;'],
	['>', '#gt;'],
	['%', '#37;'],
	['\\', '#92;'],
	['`', '#96;'],
	['*', '#42;'],
	['$', '#36;'],
	// With this Mermaid marks entities in texts for itself.
	['ﬂ', '#64258;'],
]);

/**
Escape text for a label of Mermaid that stands in double quotes.

Besides the quote this covers what Mermaid reads inside labels: its own entities (`#`), HTML, Markdown (backtick, `*`, a leading `-`, `+` or `1.`), formulas (`$$`),
directives and comments (`%%`) and `\n`. Line breaks become spaces; a template breaks lines itself with `<br/>`. A label that is a keyword, as `end`, is harmless in quotes.
*/
export function escapeMermaidLabel(text: string): string {
	if (text === '') {
		// An empty label is a syntax error.
		return ' ';
	}

	return showUnfit(text)
		.replaceAll(/[ \t\n]+/gv, ' ')
		.replaceAll(/&|["#<>%\\`*$ﬂ]/gv, character => mermaidEntities.get(character)!)
		.replace(/^ ?([\-+])(?= )/v, (_, sign: string) => `#${sign.codePointAt(0)!};`)
		.replace(/^ ?(\d+)\.(?= )/v, '$1#46;');
}

/**
Make an id of Mermaid from some texts, different for different texts.

@param prefix - A fixed word of letters. With it no id is a keyword or starts with `o` or `x` after an edge, where Mermaid would read an arrow head.

@example
formatMermaidId('zone', 'dmz-east');
//=> 'zone_dmz_east'
*/
export function formatMermaidId(prefix: string, ...parts: readonly string[]): string {
	const isPlain = (character: string | undefined) => character !== undefined && /^[a-z0-9]$/v.test(character);
	const encode = (part: string) => part.replaceAll(/[^a-z0-9]/gv, (character, offset: number) => character === '-' && isPlain(part[offset - 1]) && isPlain(part[offset + 1])
		? '_'
		: `X${character.codePointAt(0)!.toString(16).toUpperCase()}X`);
	return `${prefix}_${parts.map(part => encode(part)).join('__')}`;
}

/** Write text as a double-quoted scalar of YAML on one line, for the front matter of a diagram. JSON strings are such scalars. */
export function formatYamlText(text: string): string {
	return JSON.stringify(showUnfit(text).replaceAll(/[ \t\n]+/gv, ' '));
}

/** Text that is a field of CSV as it stands, for which no spreadsheet has another meaning: most ids, names, addresses and words are. */
const plainCsv = /^[A-Za-z\d](?:[A-Za-z\d \(\)<>\/.:_@\-]*[A-Za-z\d\)>])?$/v;

/**
Write text as a field of CSV (RFC 4180) for programs that take it as it is: one with a comma, a quote, a line break or outer space is quoted.

People who open it in a spreadsheet need `escapeCsvField()`.
*/
export function quoteCsvField(text: string): string {
	return plainCsv.test(text) ? text : quoteShown(showUnfit(text));
}

function quoteShown(shown: string): string {
	return /[,"\n]|^\s|\s$/v.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/**
Escape text for a field of CSV (RFC 4180) that people open in a spreadsheet.

One that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, a leading tab or line break, and the full-width forms) gets an apostrophe before it, behind
leading space and quotes too: programs that read the file see it. So does what follows a semicolon, tab or line break in it, where a cell would begin in a
spreadsheet whose language separates by semicolons, or by tabs.
*/
export function escapeCsvField(text: string): string {
	if (plainCsv.test(text)) {
		return text;
	}

	const shown = showUnfit(text);
	const guarded = shown.replaceAll(/(?<before>[;\t\n]["\s]*)(?=[=+\-@＝＋－＠])/gv, '$<before>\'');
	return quoteShown(/^["\s]*[=+\-@＝＋－＠]|^[\t\n]/v.test(shown) ? `'${guarded}` : guarded);
}

/** Replace what XML 1.0 forbids or advises against, and libraries drop in silence, by its code point. */
export function showUnfitForXml(text: string): string {
	return showUnfit(text).replaceAll(/\p{NChar}/gv, character => `<U+${character.codePointAt(0)!.toString(16).toUpperCase()}>`);
}

const xmlEntities: ReadonlyMap<string, string> = new Map([['&', '&amp;'], ['<', '&lt;'], ['>', '&gt;'], ['"', '&quot;']]);

/** Escape text for XML 1.0, for the text of an element and an attribute in quotes alike. */
export function escapeXml(text: string): string {
	return showUnfitForXml(text).replaceAll(/[&<>"]/gv, character => xmlEntities.get(character)!);
}

const htmlEntities: ReadonlyMap<string, string> = new Map([
	['&', '&amp;'],
	['<', '&lt;'],
	['>', '&gt;'],
	['"', '&quot;'],
	['\'', '&#39;'],
	['`', '&#96;'],
	['\n', '&#10;'],
	['\t', '&#9;'],
]);

/**
Escape text for HTML, between tags and inside the quotes of an attribute alike.

Line breaks and tabs are character references too: they survive whatever tidies the document, and a style decides whether they show. It is not enough for what a
browser runs or follows (`href`, `style`, `on…`): for addresses use `formatHtmlLink()`, and the rest has no place in a document.
*/
export function escapeHtml(text: string): string {
	return showUnfit(text).replaceAll(/[&<>"'`\n\t]/gv, character => htmlEntities.get(character)!);
}

/** A link of HTML with the address as its text, for `http` and `https`; any other address is escaped as text. */
export function formatHtmlLink(url: string): string {
	const text = escapeHtml(url);
	return /^https?:\/\/[A-Za-z0-9.\-]+(?::\d+)?(?:[\/?#][!-~]*)?$/v.test(url) ? `<a href="${text}" rel="noreferrer">${text}</a>` : text;
}

/** Write text as a string of CSS (CSS Syntax Level 3): all but letters of ASCII and digits as code points, so that nothing ends the string, or the element that it stands in. */
export function formatCssText(text: string): string {
	const escaped = showUnfit(text).replaceAll(/[^A-Za-z\d]/gv, character => `\\${character.codePointAt(0)!.toString(16)} `);
	return `"${escaped}"`;
}
