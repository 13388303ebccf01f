import {suggest, type Problem} from '../problem.js';
import {parseAddressList} from './address-list.js';
import {readCsvRows, type CsvCell, type CsvFlaw, type CsvRow} from './csv-rows.js';
import {findBadName, ProblemList, quote, refuseLongText} from './problem-list.js';

/** One address of a table, with the words that say whose it is. */
export type ImportedAddress = {
	readonly kind: 'address';
	/** As the table has it. */
	readonly host: string;
	/** As the table has it; empty when it has none. */
	readonly role: string;
	/** In the form a profile holds. */
	readonly address: string;
	/** Line of the text, counted from 1. */
	readonly line: number;
};

/** The addresses of a table that could be read, and what in it could not. */
export type ImportedAddresses = {readonly entries: readonly ImportedAddress[]; readonly problems: readonly Problem[]};

const separators = [',', ';', '\t'] as const;
const columns = ['host', 'role', 'address'] as const;
const example = 'the first line must be host,role,address (or with semicolons or tabs); role may be left out';

/**
Read addresses out of a CSV text with the columns `host`, `role` and `address`.

The first line names the columns, in any order and case, and tells the separator: comma, semicolon or tab. Other columns are passed over,
`role` may be missing, and lines that are empty or begin with `#` say nothing. A cell may hold several addresses, as `parseAddressList()`
reads them; one without any stands for a host whose address is not known yet.

@param file - The file's name as the user knows it, for messages.
@returns One entry for each address. Lines with a problem give none of the addresses that the problem is about.
*/
export function parseAddressCsv(text: string, file?: string): ImportedAddresses {
	const problems = new ProblemList(file);
	if (refuseLongText(text, problems)) {
		return {entries: [], problems: problems.list()};
	}

	const source = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
	const table = findHeader(source);
	if (typeof table === 'string') {
		problems.add({code: 'csv/no-header', line: 1, column: 1, message: table, hint: example});
		return {entries: [], problems: problems.list()};
	}

	const {rows, header} = table;
	const entries: ImportedAddress[] = [];
	const seen = new Map<string, number>();
	for (const [index, {text: name, line, column}] of header.entries()) {
		const word = foldColumn(name);
		if (columns.includes(word as 'host') && seen.has(word)) {
			problems.add({code: 'csv/duplicate-column', line, column, message: `the column ${quote(word)} stands twice`, hint: 'the first of them is read'});
		} else {
			seen.set(word, index);
		}
	}

	for (const row of rows) {
		if (row.flaw !== undefined) {
			addFlaw(row.flaw, problems);
		} else if (!isEmpty(row)) {
			entries.push(...readRow(row, header, seen, problems));
		}
	}

	return {entries, problems: problems.list()};
}

function readRow({cells, line}: CsvRow, header: readonly CsvCell[], places: ReadonlyMap<string, number>, problems: ProblemList): ImportedAddress[] {
	const find = (name: typeof columns[number]): CsvCell | undefined => cells[places.get(name) ?? -1];
	const host = find('host')?.text.trim() ?? '';
	const role = find('role')?.text.trim() ?? '';
	const address = find('address');
	const surplus = cells.slice(header.length).find(cell => cell.text.trim() !== '');
	if (surplus !== undefined) {
		problems.add({code: 'csv/long-line', line: surplus.line, column: surplus.column, message: `the line has ${cells.length} cells and the header ${header.length}`, hint: 'put several addresses of one cell in quotes, as "10.0.0.1, 10.0.0.2"'});
		return [];
	}

	if (address === undefined) {
		problems.add({code: 'csv/short-line', line, column: 1, message: `the line has no cell for the address: ${cells.length} of ${header.length}`, hint: 'is it separated as the first line is?'});
		return [];
	}

	const bad = findBadName(host) ?? findBadName(role);
	if (bad !== undefined) {
		problems.add({code: 'import/name', line, column: 1, message: bad});
		return [];
	}

	const list = parseAddressList(address.text);
	for (const problem of list.problems) {
		const isFirstLine = problem.line === 1;
		problems.add({...problem, line: address.line + (problem.line ?? 1) - 1, column: (problem.column ?? 1) + (isFirstLine ? address.column - 1 : 0)});
	}

	if (host === '') {
		if (list.addresses.length > 0) {
			problems.add({code: 'csv/no-host', line, column: 1, message: 'the line names no host', hint: 'repeat the host on every line'});
		}

		return [];
	}

	return list.addresses.map(text => ({kind: 'address', host, role, address: text, line: address.line}));
}

/** The rows after the header, and the header; or what the first line lacks. */
function findHeader(text: string): {readonly rows: Iterable<CsvRow>; readonly header: readonly CsvCell[]} | string {
	// Spreadsheets write such a line for one another.
	const hint = /^sep=(?<separator>[,;\t])(?:\r\n?|\n|$)/iv.exec(text)?.groups?.['separator'];
	let lacks = 'the text is empty';
	for (const separator of hint === undefined ? separators : [hint]) {
		const rows = readCsvRows(text, separator);
		if (hint !== undefined) {
			rows.next();
		}

		for (let next = rows.next(); next.done !== true; next = rows.next()) {
			if (isEmpty(next.value)) {
				continue;
			}

			const header = next.value.cells;
			const names = header.map(cell => foldColumn(cell.text));
			if (next.value.flaw === undefined && names.includes('host') && names.includes('address')) {
				return {rows, header};
			}

			lacks = describeLack(names, lacks);
			break;
		}
	}

	return lacks;
}

/** What is said of the separator that finds most. */
function describeLack(names: readonly string[], before: string): string {
	const missing = ['host', 'address'].filter(name => !names.includes(name));
	if (missing.length === 2) {
		return before.startsWith('there') ? before : 'the first line does not name the columns';
	}

	return `there is no column ${quote(missing[0] ?? '')}: ${suggest(missing[0] ?? '', names.map(name => quote(name).slice(1, -1)))}`;
}

function foldColumn(text: string): string {
	return text.trim().toLowerCase();
}

function isEmpty({cells, flaw}: CsvRow): boolean {
	return cells[0]?.text.trimStart().startsWith('#') === true || (flaw === undefined && cells.every(cell => cell.text.trim() === ''));
}

function addFlaw({code, line, column}: CsvFlaw, problems: ProblemList): void {
	problems.add(code === 'csv/unclosed-quote'
		? {code, line, column, message: 'this quote is not closed: nothing after it was read', hint: 'close it, or double it where a quote is meant'}
		: {code, line, column, message: 'text follows the closing quote, so that this line was not read', hint: 'double a quote that stands inside a value'});
}
