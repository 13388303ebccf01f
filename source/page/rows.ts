import {matches, type Filter, type Subject} from './filter.js';

/** A row of one of the tables that are filtered. */
export type Row = Subject & {readonly element: HTMLElement};

/** A part of the page with a heading that counts its rows. */
type Part = {
	readonly count: HTMLElement;
	/** What stood there at first. */
	readonly all: string;
	/** Rows that count, and with them their number. */
	readonly rows: readonly Row[];
};

/** How many lines and connections there are, and how many of them are shown. */
export type Sums = {readonly lines: number; readonly shownLines: number; readonly connections: number; readonly shownConnections: number};

/** The tables of the page, with what a filter compares their rows with. */
export class Tables {
	readonly lines = new Map<string, Row>();
	readonly #rows: Row[] = [];
	readonly #connections: Row[] = [];
	readonly #parts: Part[];
	readonly #containers: ReadonlyArray<readonly [container: HTMLElement, rows: readonly Row[]]>;
	/** What stands of a line outside its row: why it is needed, and ends that its row leaves out. */
	readonly #otherTexts = new Map<string, string>();

	constructor() {
		const flows = new Map<string, Row[]>();
		for (const element of findAll('.filtered .reason')) {
			this.#addText(split(element.dataset['lines']), element);
		}

		for (const element of findAll('.ends[data-line]')) {
			this.#addText(split(element.dataset['line']), element);
		}

		for (const element of findAll('.filtered tr.line')) {
			const row = this.#makeRow(element, []);
			this.lines.set(element.id, row);
		}

		const others = findAll('.filtered [data-lines]').map(element => ({element, flow: element.dataset['flow']}));
		for (const {element, flow} of others.filter(other => other.flow !== undefined)) {
			const row = this.#makeRow(element, this.#findLines(element));
			flows.set(flow!, [...flows.get(flow!) ?? [], row]);
			this.#connections.push(row);
		}

		for (const {element} of others.filter(other => other.flow === undefined)) {
			this.#makeRow(element, [...this.#findLines(element), ...split(element.dataset['flows']).flatMap(id => flows.get(id) ?? [])]);
		}

		// Such as a zone without lines, which has nothing but its head.
		for (const element of findAll('.filtered .group[data-zones]').filter(group => group.querySelector('tr') === null)) {
			this.#makeRow(element, []);
		}

		const rows = new Map(this.#rows.map(row => [row.element, row]));
		const listRows = (container: Element, selector: string) => findAll(selector, container).map(element => rows.get(element)).filter(row => row !== undefined);
		this.#containers = findAll('.filtered .group, .filtered tbody, .filtered .reasons').map(container => [container, listRows(container, 'tr, .reason')] as const).filter(([, members]) => members.length > 0);
		this.#parts = findAll('.filtered').map(part => {
			const lines = listRows(part, '.line');
			const count = part.querySelector<HTMLElement>('.count')!;
			return {count, all: count.textContent, rows: lines.length > 0 ? lines : listRows(part, 'tr')};
		});
	}

	/**
	Show the rows that a filter asks for, and how many they are.

	@param format - Writes the count of one part.
	*/
	show(filter: Filter, format: (shown: number, all: string) => string): Sums {
		const shown = new Set(this.#rows.filter(row => matches(row, filter)));
		for (const row of this.#rows) {
			setHidden(row.element, !shown.has(row));
			const detail = row.element.nextElementSibling;
			if (detail instanceof HTMLElement && detail.classList.contains('opened')) {
				setHidden(detail, !shown.has(row));
			}
		}

		for (const [container, rows] of this.#containers) {
			setHidden(container, rows.every(row => !shown.has(row)));
		}

		const isFiltered = Object.keys(filter).length > 0;
		for (const {count, all, rows} of this.#parts) {
			count.textContent = isFiltered && all !== '0' ? format(rows.filter(row => shown.has(row)).length, all) : all;
		}

		const countShown = (rows: readonly Row[]) => rows.filter(row => shown.has(row)).length;
		const lines = [...this.lines.values()].filter(({element}) => !element.classList.contains('denied'));
		return {lines: lines.length, shownLines: countShown(lines), connections: this.#connections.length, shownConnections: countShown(this.#connections)};
	}

	#addText(ids: readonly string[], element: HTMLElement): void {
		for (const id of ids) {
			this.#otherTexts.set(id, `${this.#otherTexts.get(id) ?? ''} ${readText(element)}`);
		}
	}

	#findLines(element: HTMLElement): Row[] {
		return split(element.dataset['lines']).map(id => this.lines.get(id)).filter(row => row !== undefined);
	}

	#makeRow(element: HTMLElement, subjects: readonly Row[]): Row {
		let text: string | undefined;
		const others = this.#otherTexts.get(element.id) ?? '';
		const group = element.closest<HTMLElement>('.group')?.dataset ?? {};
		const {zones = group['zones'], products, ports, encrypted, dispositions} = element.dataset;
		const isLine = element.classList.contains('line');
		const row: Row = {
			element,
			text() {
				text ??= `${readText(element)} ${isLine ? others : ''}`;
				return text;
			},
			traits: {
				...(zones !== undefined && {zone: split(zones)}),
				...(products !== undefined && {product: split(products)}),
				...(ports !== undefined && {port: split(ports)}),
				...(encrypted !== undefined && {encrypted: split(encrypted)}),
				...(dispositions !== undefined && {disposition: split(dispositions)}),
				...(isLine && {conduit: split(group['conduit']), lines: [element.id]}),
			},
			subjects,
		};
		this.#rows.push(row);
		return row;
	}
}

/** Repeat the head of each column at its cells, less the first one: that is the head of its row. */
export function labelTable({tHead, tBodies}: HTMLTableElement): void {
	const labels = [...tHead?.rows[0]?.cells ?? []].map(cell => cell.textContent);
	for (const {cells} of [...tBodies].flatMap(body => [...body.rows])) {
		if (cells.length === labels.length) {
			for (const [column, cell] of [...cells].entries()) {
				if (column > 0) {
					cell.dataset['label'] = labels[column]!;
				}
			}
		}
	}
}

/** Elements in the order of the page. */
export function findAll(selector: string, within: ParentNode = document): HTMLElement[] {
	return [...within.querySelectorAll<HTMLElement>(selector)];
}

/** Entries of an attribute that holds a list. */
export function split(text: string | undefined): string[] {
	return text?.split(' ').filter(Boolean) ?? [];
}

function readText(element: HTMLElement): string {
	return element.textContent.toLowerCase();
}

/** Even to set what is set already makes a browser look at the row again. */
function setHidden(element: HTMLElement, isHidden: boolean): void {
	if (element.hidden !== isHidden) {
		element.hidden = isHidden;
	}
}
