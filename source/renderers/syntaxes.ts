import {escapeCsvField, escapeMarkdown, escapeMermaidLabel, formatMarkdownCode, formatMarkdownLink, formatYamlText} from './escape.js';
import type {EndView, EvidenceView} from './line-view.js';
import type {Syntax} from './template-engine.js';

/**
GitHub Flavored Markdown: `{{ text }}`, `{{ id | code }}`, `{{ url | link }}`.

What every row of a table has is written by one filter each: `{{ line.sources | ends: line.moreSources }}`, `{{ flow | from_to }}`, and
`{{ flow.evidence | evidence }}`, or `evidence: "cells"` for one row of a document below the other.
*/
export const markdown: Syntax = {
	escape: escapeMarkdown,
	filters: {code: formatMarkdownCode, link: formatMarkdownLink},
	composites: {
		ends: (ends, more) => formatEnds(readList<EndView>(ends), Number(more ?? 0)),
		evidence: (entries, between) => formatEvidence(readList<EvidenceView>(entries), between === 'cells' ? '<br>' : '; '),
		from_to: flow => formatFromTo(flow as ConnectionView),
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

/** CSV: `{{ text }}` is a whole field, quoted where it must be; `{{ flow | fields: "id", "initiator.host" }}` is a row of them. */
export const csv: Syntax = {
	escape: escapeCsvField,
	filters: {},
	composites: {
		fields: (row, ...names) => names.map(name => escapeCsvField(readField(row, String(name)))).join(','),
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

function readList<Entry>(value: unknown): readonly Entry[] {
	if (!Array.isArray(value)) {
		throw new TypeError('this is no list');
	}

	return value as readonly Entry[];
}

function readField(row: unknown, name: string): string {
	let value: unknown = row;
	for (const step of name.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
			throw new TypeError(`there is no field "${name}"`);
		}

		value = (value as Readonly<Record<string, unknown>>)[step];
	}

	if (typeof value !== 'string' && typeof value !== 'number') {
		throw new TypeError(`"${name}" is no text`);
	}

	return String(value);
}

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
function formatFromTo({disposition, initiator, responder}: ConnectionView): string {
	const names = `${escapeMarkdown(initiator.name)} → ${escapeMarkdown(responder.name)}`;
	const hosts = [initiator, responder].map(end => end.hosts.map(host => escapeMarkdown(host)).join(', '));
	return dispositionsWithHosts.has(disposition) && hosts.every(text => text !== '') ? `${names}<br>on ${hosts.join(' → ')}` : names;
}

function formatCodes(texts: readonly string[]): string {
	return texts.map(text => formatMarkdownCode(text)).join(', ');
}
