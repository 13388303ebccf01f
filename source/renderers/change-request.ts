import {viewDocument} from './document-view.js';
import {formatMarkdownFence} from './escape.js';
import type {TextFormat} from './format.js';
import {Fragment} from './fragment.js';
import {PlanIndex} from './plan-index.js';
import {markdown} from './syntaxes.js';
import {renderTemplate} from './template-engine.js';
import {diagramTemplates, renderOverview} from './topology.js';

/** The firewall change request, for the people who approve and implement it. */
export const changeRequest: TextFormat = {
	id: 'change-request',
	name: 'Firewall change request',
	description: 'Markdown: every line with its reason and evidence, findings, tests, rollback and the record to sign',
	isSingleFile: true,
	isText: true,
	templates: [
		'change-request.md.liquid',
		'_answers.md.liquid',
		'_line-group.md.liquid',
		'_line-table.md.liquid',
		'_shared.md.liquid',
		'_shortened.md.liquid',
		'_zone.md.liquid',
		...diagramTemplates,
	],
	render(plan, templates) {
		const diagram = new Fragment(formatMarkdownFence(renderOverview(new PlanIndex(plan), templates), 'mermaid'));
		return [{path: 'change-request.md', content: renderTemplate('change-request.md.liquid', templates, {...viewDocument(plan), diagram}, markdown)}];
	},
};
