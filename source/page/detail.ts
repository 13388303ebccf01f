import {findAll} from './rows.js';

/** Open or close what is known of a line below its row. */
export function setOpen(row: HTMLElement, isOpen: boolean): void {
	const link = row.querySelector('a.id')!;
	link.setAttribute('aria-expanded', String(isOpen));
	row.classList.toggle('open', isOpen);
	const opened = findOpened(row);
	if (isOpen && opened === undefined) {
		row.after(makeDetail(row));
	} else if (!isOpen) {
		opened?.remove();
	}
}

/** Whether a row can be opened, as lines can; of a deny everything stands in its row. */
export function canOpen(element: Element | undefined): element is HTMLElement {
	return element instanceof HTMLElement && element.matches('tr.line:not(.denied)');
}

function findOpened(row: HTMLElement): Element | undefined {
	const next = row.nextElementSibling;
	return next?.classList.contains('opened') ? next : undefined;
}

/** Everything shown is copied from elsewhere on the page, where it can be found without this script too. */
function makeDetail(row: HTMLElement): HTMLTableRowElement {
	const copy = document.querySelector<HTMLTemplateElement>('#line-detail')!.content.cloneNode(true) as DocumentFragment;
	const about = `[data-lines~="${CSS.escape(row.id)}"]`;
	const fills: Readonly<Record<string, Node[]>> = {
		reasons: copyReasons(row.closest('.group')!, about),
		notes: listOf(findAll(`li.note${about}`).map(note => [...note.cloneNode(true).childNodes])),
		ends: findAll(`.ends[data-line="${CSS.escape(row.id)}"] > dl`).map(list => list.cloneNode(true)),
		findings: copyAsList(`tr.finding${about}`, 2),
		questions: copyAsList(`tr.question${about}`, 1),
	};
	for (const part of findAll('[data-fill]', copy)) {
		const nodes = fills[part.dataset['fill']!] ?? [];
		if (nodes.length > 0) {
			part.append(...nodes);
		} else {
			part.remove();
		}
	}

	const detail = document.createElement('tr');
	detail.className = 'opened';
	const cell = detail.insertCell();
	cell.colSpan = row.children.length;
	cell.append(copy);
	return detail;
}

/** The table of reasons, less those of other lines and the column that names the lines. */
function copyReasons(group: Element, about: string): Node[] {
	const items = findAll(`li.reason${about}`, group);
	if (items.length > 0) {
		return listOf(items.map(item => [...item.cloneNode(true).childNodes]));
	}

	const reasons = findAll(`tr.reason${about}`, group);
	const table = reasons[0]?.closest('table')?.cloneNode(false) as HTMLTableElement | undefined;
	if (table === undefined) {
		return [];
	}

	const head = reasons[0]!.closest('table')!.tHead!.cloneNode(true) as HTMLTableSectionElement;
	table.append(head);
	table.createTBody().append(...reasons.map(reason => reason.cloneNode(true)));
	for (const {classList, cells} of table.rows) {
		classList.remove('reason');
		cells[0]!.remove();
	}

	for (const tableRow of table.rows) {
		tableRow.hidden = false;
		delete tableRow.dataset['lines'];
	}

	return [table];
}

function copyAsList(selector: string, cells: number): Node[] {
	return listOf(findAll(selector).map(row => [...row.children].slice(0, cells).flatMap(cell => [...cell.cloneNode(true).childNodes, document.createTextNode(' ')])));
}

function listOf(entries: readonly Node[][]): Node[] {
	if (entries.length === 0) {
		return [];
	}

	const list = document.createElement('ul');
	for (const entry of entries) {
		const item = document.createElement('li');
		item.append(...entry);
		list.append(item);
	}

	return [list];
}
