import {escapeCsvField, escapeHtml, escapeMarkdown, escapeMermaidLabel, formatHtmlLink, formatMarkdownCode, formatMarkdownLink, formatYamlText, quoteCsvField} from './escape.js';
import type {EndView, EvidenceView} from './line-view.js';
import {remember} from './remember.js';
import {formatRow, formatRows, readField, readList, readTexts, type FieldFormat} from './row.js';
import type {Syntax} from './syntax.js';

const writeText = remember(escapeMarkdown);
const writeCode = remember(formatMarkdownCode);
const writeField = remember(escapeCsvField);

/** Formats of fields in a row of a Markdown table. */
const markdownFields: Readonly<Record<string, FieldFormat>> = {
	text: value => typeof value === 'string' ? writeText(value) : readTexts(value).map(text => writeText(text)).join(', '),
	code: value => formatCodes(readTexts(value)),
	ends: (value, row, path) => formatEnds(readList<EndView>(value), Number(readField(row, nameRest(path)))),
	evidence: value => formatEvidence(readList<EvidenceView>(value), '<br>'),
	rows: value => formatEvidence(readList<EvidenceView>(value), '; '),
	titles: value => readList<{readonly title: string}>(value).map(({title}) => writeText(title)).join(', '),
	parties: (_, row) => formatParties(row as ConnectionView),
	purposes: value => readList<{readonly ports: string; readonly purpose: string}>(value).map(({ports, purpose}) => `${ports === '' ? '' : `${writeText(ports)}: `}${writeText(purpose)}`).join('<br>'),
	// Clear text must not be overlooked.
	warning: value => readTexts(value).map(text => text.includes('clear text') ? `**${writeText(text)}**` : writeText(text)).join(', '),
};

/**
GitHub Flavored Markdown: `{{ text }}`, `{{ id | code }}`, `{{ url | link }}`, `{{ flow.evidence | evidence }}`, `{{ line.sources | ends: line.moreSources }}`.

A long table is written by one pattern: `{{ lines | rows: "| [id:code] | [status] | [sources:ends] |" }}`, which ends each row with a line break, or a part of a row with `row`;
see `formatRow()`. Formats of fields: text, code, ends (hosts with their addresses), evidence (rows of documents, one below the other), rows (the same on one line), titles (of zones),
parties (who opens a documented connection to whom), purposes, warning (bold where it says clear text).
*/
export const markdown: Syntax = {
	escape: writeText,
	filters: {code: writeCode, link: formatMarkdownLink},
	composites: {
		ends: (ends, more) => formatEnds(readList<EndView>(ends), Number(more ?? 0)),
		evidence: entries => formatEvidence(readList<EvidenceView>(entries), '; '),
		row: (row, pattern) => formatRow(row, pattern, markdownFields),
		rows: (rows, pattern) => formatRows(rows, pattern, markdownFields),
	},
	tidy: tidyMarkdown,
};

/** Without space at the ends of lines and without several empty lines. */
function tidyMarkdown(text: string): string {
	const trimmed = hasSpaceAtEnd(text) ? text.replaceAll(/[ \t]+$/gmv, '') : text;
	const tidy = trimmed.includes('\n\n\n') ? trimmed.replaceAll(/\n{3,}/gv, '\n\n') : trimmed;
	return `${tidy.trim()}\n`;
}

/** Whether a line ends with space, told in a tenth of the time that a regular expression takes. */
function hasSpaceAtEnd(text: string): boolean {
	for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
		if (text[end - 1] === ' ' || text[end - 1] === '\t') {
			return true;
		}
	}

	return false;
}

/** Mermaid: `"{{ text }}"` inside quotes, `{{ text | yaml }}` in the front matter. */
export const mermaid: Syntax = {
	escape: remember(escapeMermaidLabel),
	filters: {yaml: formatYamlText},
	composites: {},
	tidy: text => `${text.trim()}\n`,
};

/** Fields of a row of CSV, by how a text becomes a field. */
function makeCsvFields(escape: (text: string) => string): Readonly<Record<string, FieldFormat>> {
	const text: FieldFormat = value => escape(typeof value === 'string' ? value : readTexts(value).join(', '));
	return {
		text,
		list: value => escape(readTexts(value).join('; ')),
		number: text,
		warning: text,
	};
}

function makeCsv(fields: Readonly<Record<string, FieldFormat>>, escape: (text: string) => string, number: (text: string) => string): Syntax {
	return {
		escape,
		filters: {number},
		composites: {
			row: (row, pattern) => formatRow(row, pattern, fields),
			rows: (rows, pattern) => formatRows(rows, pattern, fields),
		},
		// Line breaks are data here.
		tidy: text => text,
	};
}

/**
CSV: `{{ text }}` is a whole field, quoted where it must be; `{{ flow | row: "[id],[initiator.host]" }}` is a row of them, `{{ flows | rows: … }}` a row for each.

Formats of fields: text, list (joined by semicolons, for texts that may hold commas), number (a count, which a sheet can add up), warning (which a sheet shows bold
where it says no, deny, remove or clear text).
*/
export const csv: Syntax = makeCsv(makeCsvFields(writeField), writeField, writeField);

/** Mark fields of a sheet that are no plain text: no text from outside holds these, as control characters are shown as their code points. */
export const sheetMarks = {number: '\u{1}', warning: '\u{2}'} as const;

const sheetFields = makeCsvFields(quoteCsvField);
const markNumber = (text: string) => /^\d+$/v.test(text) ? `${sheetMarks.number}${text}` : quoteCsvField(text);

/** The same for sheets, whose cells have a type, so that no apostrophe is needed: made to be read back, with `sheetMarks` before what is no plain text. */
export const sheet: Syntax = makeCsv({
	...sheetFields,
	number: value => markNumber(readTexts(value).join(', ')),
	warning(value) {
		const text = readTexts(value).join(', ');
		return /^(?:no|deny|remove)\b|clear text/v.test(text) ? quoteCsvField(`${text}`).replace(/^"?/v, start => `${start}${sheetMarks.warning}`) : quoteCsvField(text);
	},
}, quoteCsvField, markNumber);

/** Formats of fields in a row of an HTML table, or in any other element. */
const htmlFields: Readonly<Record<string, FieldFormat>> = {
	text: value => readTexts(value).map(text => escapeHtml(text)).join(', '),
	code: value => formatHtmlCodes(readTexts(value)),
	tokens: value => readTexts(value).map(text => escapeHtml(text)).join(' '),
	count: value => String(readList(value).length),
	lines: value => formatHtmlReferences(readTexts(value)),
	ends: (value, row, path) => formatHtmlEnds(readList<EndView>(value), Number(readField(row, nameRest(path)))),
	evidence: value => readList<EvidenceView>(value).map(entry => formatHtmlEvidence(entry)).join(''),
	titles: value => readList<{readonly title: string}>(value).map(({title}) => formatHtmlName(title)).join(', '),
	names: value => readTexts(value).map(text => formatHtmlName(text)).join(', '),
	parties: (_, row) => formatHtmlParties(row as ConnectionView),
	purposes: value => readList<{readonly ports: string; readonly purpose: string}>(value).map(({ports, purpose}) => `<span class="item">${ports === '' ? '' : `<code>${escapeHtml(ports)}</code> `}${escapeHtml(purpose)}</span>`).join(''),
	// Clear text must not be overlooked.
	warning: value => readTexts(value).map(text => text.includes('clear text') ? `<strong class="warning">${escapeHtml(text)}</strong>` : escapeHtml(text)).join(', '),
};

/**
HTML: `{{ text }}` between tags and in quoted attributes, `{{ id | code }}`, `{{ url | link }}`, `{{ line.id | lines }}` for links to lines, and rows as in Markdown:
`{{ lines | rows: "<tr id='[id]'><td>[id:code]</td></tr>" }}`.

Formats of fields, besides those of Markdown: names (which keep to themselves, should they be written from right to left), tokens (texts in an attribute, parted by spaces), count (of a list), lines (links to lines by their ids).
*/
export const html: Syntax = {
	escape: escapeHtml,
	filters: {code: text => formatHtmlCodes([text]), link: formatHtmlLink, name: formatHtmlName},
	composites: {
		lines: ids => formatHtmlReferences(readTexts(ids)),
		evidence: entries => htmlFields['evidence']!(entries, undefined, ''),
		row: (row, pattern) => formatRow(row, pattern, htmlFields),
		rows: (rows, pattern) => formatRows(rows, pattern, htmlFields),
	},
	tidy: text => `${text.trim()}\n`,
};

/** The two ends of a documented connection, as document views have them. */
type ConnectionView = {
	readonly disposition: string;
	readonly initiator: {readonly name: string; readonly hosts: readonly string[]};
	readonly responder: {readonly name: string; readonly hosts: readonly string[]};
};

const dispositionsWithHosts = new Set(['cross-zone', 'intra-zone', 'local', 'needs-input']);

/** The name of the field that says how many hosts a list of them leaves out: `moreSources` beside `sources`. */
function nameRest(path: string): string {
	const start = path.lastIndexOf('.') + 1;
	return `${path.slice(0, start)}more${path.charAt(start).toUpperCase()}${path.slice(start + 1)}`;
}

/** The hosts at one end of a line with their addresses. */
function formatEnds(ends: readonly EndView[], more: number): string {
	const entries = ends.map(({title, placeholder, addresses, more: left}) => {
		const shown = placeholder === '' ? `${formatCodes(addresses)}${left > 0 ? ` and ${left} more` : ''}` : writeCode(placeholder);
		return `${writeText(title)}: ${shown}`;
	});
	return [...entries, ...(more > 0 ? [`and ${more} more hosts`] : [])].join('<br>');
}

/** Rows of the vendors' documents. */
function formatEvidence(entries: readonly EvidenceView[], separator: string): string {
	if (entries.length === 0) {
		return 'none';
	}

	return entries.map(({section, where, row, hasCaution}) =>
		`${writeText(section)}: ${writeText(where)} (${writeCode(row)}${hasCaution ? ', source with a caution' : ''})`).join(separator);
}

/** Who opens a documented connection to whom, and the hosts they run on where that matters. */
function formatParties({disposition, initiator, responder}: ConnectionView): string {
	const names = `${writeText(initiator.name)} → ${writeText(responder.name)}`;
	const hosts = [initiator, responder].map(end => end.hosts.map(host => writeText(host)).join(', '));
	return dispositionsWithHosts.has(disposition) && hosts.every(text => text !== '') ? `${names}<br>on ${hosts.join(' → ')}` : names;
}

function formatCodes(texts: readonly string[]): string {
	return texts.map(text => writeCode(text)).join(', ');
}

/** A name with whatever stands around it: letters that are read from right to left would else turn an arrow or a range around (UAX #9, rule X5c). */
function formatHtmlName(text: string): string {
	return text === '' ? '' : `<bdi>${escapeHtml(text)}</bdi>`;
}

function formatHtmlCodes(texts: readonly string[]): string {
	return texts.filter(text => text !== '').map(text => `<code>${escapeHtml(text)}</code>`).join(', ');
}

/** More links than this are folded: one connection can have a line for every host. */
const shownReferences = 12;

function formatHtmlReferences(ids: readonly string[]): string {
	const links = ids.map(id => `<a class="id" href="#${escapeHtml(id)}">${escapeHtml(id)}</a>`).join(' ');
	return ids.length > shownReferences ? `<details><summary>${ids.length}</summary>${links}</details>` : links;
}

function formatHtmlEnds(ends: readonly EndView[], more: number): string {
	const entries = ends.map(({title, placeholder, addresses, more: left}) => {
		const shown = placeholder === '' ? `${formatHtmlCodes(addresses)}${left > 0 ? ` and ${left} more` : ''}` : `<code class="missing">${escapeHtml(placeholder)}</code>`;
		return `<span class="item">${formatHtmlName(title)} ${shown}</span>`;
	});
	return [...entries, ...(more > 0 ? [`<span class="item">and ${more} more hosts</span>`] : [])].join('');
}

function formatHtmlEvidence({section, where, row, hasCaution}: EvidenceView): string {
	return `<span class="item">${escapeHtml(section)}: ${escapeHtml(where)} <code>${escapeHtml(row)}</code>${hasCaution ? ' <em>source with a caution</em>' : ''}</span>`;
}

function formatHtmlParties({disposition, initiator, responder}: ConnectionView): string {
	const names = `${formatHtmlName(initiator.name)} → ${formatHtmlName(responder.name)}`;
	const hosts = [initiator, responder].map(end => end.hosts.map(host => formatHtmlName(host)).join(', '));
	return dispositionsWithHosts.has(disposition) && hosts.every(text => text !== '') ? `${names}<span class="item minor">on ${hosts.join(' → ')}</span>` : names;
}
