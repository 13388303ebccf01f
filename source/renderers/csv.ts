import type {TextFormat} from './format.js';
import {csv as syntax} from './syntaxes.js';
import {formatTemplateName, tables, tableTemplates, viewTables} from './tables.js';
import {renderTemplate} from './template-engine.js';

/** Every table of the plan as a file, for scripts and spreadsheets. */
export const csv: TextFormat = {
	id: 'csv',
	name: 'Tables',
	description: 'CSV: lines, ports by zone, zones, hosts and addresses, findings, questions, and every documented connection with what became of it',
	group: 'text',
	isSingleFile: false,
	isText: true,
	templates: tableTemplates,
	render(plan, templates) {
		const view = viewTables(plan);
		return tables.map(table => ({path: `${table.id}.csv`, content: renderTemplate(formatTemplateName(table), templates, view, syntax)}));
	},
};
