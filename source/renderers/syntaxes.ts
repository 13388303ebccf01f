import {escapeCsvField, escapeMarkdown, escapeMermaidLabel, formatMarkdownCode, formatMarkdownLink, formatYamlText} from './escape.js';
import type {Syntax} from './template-engine.js';

/** GitHub Flavored Markdown: `{{ text }}`, `{{ id | code }}`, `{{ url | link }}`. */
export const markdown: Syntax = {
	escape: escapeMarkdown,
	filters: {code: formatMarkdownCode, link: formatMarkdownLink},
	tidy: text => `${text.replaceAll(/[ \t]+$/gmv, '').replaceAll(/\n{3,}/gv, '\n\n').trim()}\n`,
};

/** Mermaid: `"{{ text }}"` inside quotes, `{{ text | yaml }}` in the front matter. */
export const mermaid: Syntax = {
	escape: escapeMermaidLabel,
	filters: {yaml: formatYamlText},
	tidy: text => `${text.trim()}\n`,
};

/** CSV: `{{ text }}` is a whole field, quoted where it must be. */
export const csv: Syntax = {
	escape: escapeCsvField,
	filters: {},
	// Line breaks are data here.
	tidy: text => text,
};
