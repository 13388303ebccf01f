import type {Plan} from '../core/model.js';
import {viewDocument} from './document-view.js';
import {formatMarkdownFence} from './escape.js';
import type {TextFormat} from './format.js';
import {Fragment} from './fragment.js';
import {indexPlan} from './plan-index.js';
import {markdown} from './syntaxes.js';
import type {Templates} from './syntax.js';
import {renderTemplate} from './template-engine.js';
import {diagramTemplates, renderOverview} from './topology.js';

/** Templates of the document itself, without those of the diagram in it. */
export const requestTemplates = [
	'change-request.md.liquid',
	'_answers.md.liquid',
	'_line-group.md.liquid',
	'_line-table.md.liquid',
	'_shared.md.liquid',
	'_shortened.md.liquid',
	'_zone.md.liquid',
] as const;

/** The firewall change request, for the people who approve and implement it. */
export const changeRequest: TextFormat = {
	id: 'change-request',
	name: 'Firewall change request',
	description: 'Markdown: every line with its reason and evidence, findings, tests, rollback and the record to sign',
	group: 'text',
	isSingleFile: true,
	isText: true,
	templates: [...requestTemplates, ...diagramTemplates],
	render(plan, templates) {
		const diagram = new Fragment(formatMarkdownFence(renderOverview(indexPlan(plan), templates), 'mermaid'));
		return [{path: 'change-request.md', content: renderChangeRequest(plan, templates, diagram)}];
	},
};

/** The words of the change request as Markdown, with something in the place of its diagram. */
export function renderChangeRequest(plan: Plan, templates: Templates, diagram: Fragment): string {
	return renderTemplate('change-request.md.liquid', templates, {...viewDocument(plan), diagram}, markdown);
}
