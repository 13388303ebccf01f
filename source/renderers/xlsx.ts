import {readCsvRows} from '../core/import/csv-rows.js';
import type {Plan} from '../core/model.js';
import type {Format} from './format.js';
import {sheet, sheetMarks} from './syntaxes.js';
import {formatTemplateName, tables, tableTemplates, viewTables} from './tables.js';
import type {Templates} from './syntax.js';
import {renderTemplate} from './template-engine.js';
import type {WorkbookCell, WorkbookTable} from './workbook.js';

/** The tables as sheets, for the people who enter the lines: to filter, to copy from and to print. */
export const xlsx: Format = {
	id: 'xlsx',
	name: 'Workbook',
	description: 'Excel: the tables as sheets, with filters, to copy from and to print',
	group: 'office',
	isSingleFile: true,
	isText: false,
	templates: tableTemplates,
	async render(plan, templates) {
		const {formatWorkbook} = await import('./workbook.js');
		const {change, date, profile, request, tool} = plan;
		const content = await formatWorkbook(listSheets(plan, templates), {
			title: change.title ?? profile.title,
			marking: change.marking ?? '',
			reference: `Request ${request.id}, revision ${request.revision}`,
			creator: tool.name,
			date,
		});
		return [{path: 'change-request.xlsx', content}];
	},
};

/** The tables as their templates write them, the request itself first: what a site changes in a template changes its sheet too. */
export function listSheets(plan: Plan, templates: Templates): WorkbookTable[] {
	const view = viewTables(plan);
	return tables.toSorted((a, b) => Number(b.id === 'request') - Number(a.id === 'request')).map(table => ({
		title: table.title,
		rows: [...readCsvRows(renderTemplate(formatTemplateName(table), templates, view, sheet), ',')].map(({cells}) => cells.map(({text}) => readCell(text))),
	}));
}

function readCell(text: string): WorkbookCell {
	if (text.startsWith(sheetMarks.number)) {
		return Number(text.slice(1));
	}

	return text.startsWith(sheetMarks.warning) ? {warning: text.slice(1)} : text;
}
