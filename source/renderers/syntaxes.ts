import {escapeCsvField, escapeMarkdown, escapeMermaidLabel, formatMarkdownCode, formatMarkdownLink, formatYamlText} from './escape.js';
import type {EndView, EvidenceView} from './line-view.js';
import {formatRow, formatRows, readField, readList, readTexts, type FieldFormat} from './row.js';
import type {Syntax} from './template-engine.js';

/** Formats of fields in a row of a Markdown table. */
const markdownFields: Readonly<Record<string, FieldFormat>> = {
	text: value => readTexts(value).map(text => escapeMarkdown(text)).join(', '),
	code: value => formatCodes(readTexts(value)),
	ends: (value, row, path) => formatEnds(readList<EndView>(value), Number(readField(row, path.replace(/\w+$/v, name => `more${name.charAt(0).toUpperCase()}${name.slice(1)}`)))),
	evidence: value => formatEvidence(readList<EvidenceView>(value), '<br>'),
	rows: value => formatEvidence(readList<EvidenceView>(value), '; '),
	titles: value => readList<{readonly title: string}>(value).map(({title}) => escapeMarkdown(title)).join(', '),
	parties: (_, row) => formatParties(row as ConnectionView),
	purposes: value => readList<{readonly ports: string; readonly purpose: string}>(value).map(({ports, purpose}) => `${ports === '' ? '' : `${escapeMarkdown(ports)}: `}${escapeMarkdown(purpose)}`).join('<br>'),
	// Clear text must not be overlooked.
	warning: value => readTexts(value).map(text => text.includes('clear text') ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text)).join(', '),
};

/**
GitHub Flavored Markdown: `{{ text }}`, `{{ id | code }}`, `{{ url | link }}`, `{{ flow.evidence | evidence }}`, `{{ line.sources | ends: line.moreSources }}`.

A long table is written by one pattern: `{{ lines | rows: "| [id:code] | [status] | [sources:ends] |" }}`, which ends each row with a line break, or a part of a row with `row`;
see `formatRow()`. Formats of fields: text, code, ends (hosts with their addresses), evidence (rows of documents, one below the other), rows (the same on one line), titles (of zones),
parties (who opens a documented connection to whom), purposes, warning (bold where it says clear text).
*/
export const markdown: Syntax = {
	escape: escapeMarkdown,
	filters: {code: formatMarkdownCode, link: formatMarkdownLink},
	composites: {
		ends: (ends, more) => formatEnds(readList<EndView>(ends), Number(more ?? 0)),
		evidence: entries => formatEvidence(readList<EvidenceView>(entries), '; '),
		row: (row, pattern) => formatRow(row, String(pattern), markdownFields),
		rows: (rows, pattern) => formatRows(rows, String(pattern), markdownFields),
	},
	tidy: text => `${text.replaceAll(/[ \t]+$/gmv, '').replaceAll(/\n{3,}/gv, '\n\n').trim()}\n`,
};

/** Mermaid: `"{{ text }}"` inside quotes, `{{ text | yaml }}` in the front matter. */
export const mermaid: Syntax = {
	escape: escapeMermaidLabel,
	filters: {yaml: formatYamlText},
	composites: {},
	tidy: text => `${text.trim()}\n`,
};

const csvFields: Readonly<Record<string, FieldFormat>> = {text: value => escapeCsvField(readTexts(value).join(', '))};

/** CSV: `{{ text }}` is a whole field, quoted where it must be; `{{ flow | row: "[id],[initiator.host]" }}` is a row of them, `{{ flows | rows: … }}` a row for each. */
export const csv: Syntax = {
	escape: escapeCsvField,
	filters: {},
	composites: {
		row: (row, pattern) => formatRow(row, String(pattern), csvFields),
		rows: (rows, pattern) => formatRows(rows, String(pattern), csvFields),
	},
	// Line breaks are data here.
	tidy: text => text,
};

/** The two ends of a documented connection, as document views have them. */
type ConnectionView = {
	readonly disposition: string;
	readonly initiator: {readonly name: string; readonly hosts: readonly string[]};
	readonly responder: {readonly name: string; readonly hosts: readonly string[]};
};

const dispositionsWithHosts = new Set(['cross-zone', 'intra-zone', 'local', 'needs-input']);

/** The hosts at one end of a line with their addresses. */
function formatEnds(ends: readonly EndView[], more: number): string {
	const entries = ends.map(({title, placeholder, addresses, more: left}) => {
		const shown = placeholder === '' ? `${formatCodes(addresses)}${left > 0 ? ` and ${left} more` : ''}` : formatMarkdownCode(placeholder);
		return `${escapeMarkdown(title)}: ${shown}`;
	});
	return [...entries, ...(more > 0 ? [`and ${more} more hosts`] : [])].join('<br>');
}

/** Rows of the vendors' documents. */
function formatEvidence(entries: readonly EvidenceView[], separator: string): string {
	if (entries.length === 0) {
		return 'none';
	}

	return entries.map(({section, where, row, hasCaution}) =>
		`${escapeMarkdown(section)}: ${escapeMarkdown(where)} (${formatMarkdownCode(row)}${hasCaution ? ', source with a caution' : ''})`).join(separator);
}

/** Who opens a documented connection to whom, and the hosts they run on where that matters. */
function formatParties({disposition, initiator, responder}: ConnectionView): string {
	const names = `${escapeMarkdown(initiator.name)} → ${escapeMarkdown(responder.name)}`;
	const hosts = [initiator, responder].map(end => end.hosts.map(host => escapeMarkdown(host)).join(', '));
	return dispositionsWithHosts.has(disposition) && hosts.every(text => text !== '') ? `${names}<br>on ${hosts.join(' → ')}` : names;
}

function formatCodes(texts: readonly string[]): string {
	return texts.map(text => formatMarkdownCode(text)).join(', ');
}
