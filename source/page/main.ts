/*
The script of the page: it filters, opens lines, and moves the diagrams. All it shows is on the page without it.
*/
import {canOpen, setOpen} from './detail.js';
import {Diagrams, type Choice} from './diagram.js';
import {facets, formatPlace, isPort, parsePlace, type Facet, type Filter} from './filter.js';
import {findAll, labelTable, Tables} from './rows.js';

const form = document.querySelector<HTMLFormElement>('#filters')!;
const status = document.querySelector<HTMLElement>('#filter-status')!;
const chip = document.querySelector<HTMLButtonElement>('#filter-conduit')!;
const portField = document.querySelector<HTMLInputElement>('#filter-port')!;
const summary = document.querySelector<HTMLElement>('#filter-summary')!;
const clearButton = document.querySelector<HTMLButtonElement>('#filter-clear')!;

const tables = new Tables();
/** What no field of the form shows. */
let chosen: Pick<Filter, 'conduit' | 'lines'> = {};
/** The line that is open, or the part that was gone to. */
let at = '';

function readFilter(): Filter {
	const values = new FormData(form);
	const filter: Partial<Record<Facet, string>> = {...chosen};
	for (const facet of facets) {
		const value = values.get(facet);
		if (typeof value === 'string' && value.trim() !== '' && (facet !== 'port' || isPort(value.trim()))) {
			filter[facet] = value.trim();
		}
	}

	return filter;
}

function showFilter(filter: Filter): void {
	for (const facet of facets) {
		const field = form.elements.namedItem(facet);
		if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
			field.value = filter[facet] ?? '';
			// A zone or product of an address that this page has not.
			if (field instanceof HTMLSelectElement && field.selectedIndex === -1) {
				field.value = '';
			}
		}
	}

	chosen = {...(filter.conduit !== undefined && {conduit: filter.conduit}), ...(filter.lines !== undefined && {lines: filter.lines})};
}

function applyFilter(): void {
	const filter = readFilter();
	const port = portField.value.trim();
	portField.setCustomValidity(port === '' || isPort(port) ? '' : portField.dataset['invalid']!);
	portField.toggleAttribute('aria-invalid', !portField.validity.valid);
	portField.title = portField.validationMessage;
	const isFiltered = Object.keys(filter).length > 0;
	const sums = tables.show(filter, (shown, all) => fill(status.dataset['count']!, {shown, all}));
	const text = fill(status.dataset[isFiltered ? 'some' : 'all']!, {all: sums.lines, shown: sums.shownLines, connections: sums.connections, shownConnections: sums.shownConnections});
	if (status.textContent !== text) {
		status.textContent = text;
	}

	document.documentElement.classList.toggle('is-filtered', isFiltered);
	clearButton.disabled = !isFiltered;
	chip.hidden = Object.keys(chosen).length === 0;
	chip.replaceChildren(...describeChosen());
	summary.replaceChildren(...describeFilter());
}

/** What the button says that takes the choice back: the heading of the conduit, or the ids of the lines. */
function describeChosen(): ReadonlyArray<Node | string> {
	if (chosen.conduit !== undefined) {
		const heading = findAll('.group[data-conduit]').find(({dataset}) => dataset['conduit'] === chosen.conduit)?.querySelector('h3');
		const words = [...heading?.childNodes ?? []].filter(node => !(node instanceof Element && node.matches('.badge')));
		// Less the space before a badge.
		return words.length > 0 ? words.slice(0, words.at(-1)!.textContent?.trim() === '' ? -1 : undefined).map(node => node.cloneNode(true)) : [chosen.conduit];
	}

	const ids = chosen.lines?.split(' ') ?? [];
	return [ids.length > 3 ? `${ids[0]!}, ${ids[1]!} … ${ids.at(-1)!}` : ids.join(', ')];
}

/** What is asked for in words, for paper: it has no fields. */
function describeFilter(): ReadonlyArray<Node | string> {
	const fields = [...form.elements].filter(field => (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.value !== '') as Array<HTMLInputElement | HTMLSelectElement>;
	const entries = fields.map(field => [`${field.labels?.[0]?.textContent ?? field.name}: ${field instanceof HTMLSelectElement ? field.selectedOptions[0]!.textContent : field.value}`]);
	const parts = [...entries, ...(Object.keys(chosen).length > 0 ? [describeChosen()] : [])];
	return parts.flatMap((part, position) => position === 0 ? part : ['; ', ...part]);
}

function fill(pattern: string, values: Readonly<Record<string, number | string>>): string {
	return pattern.replaceAll(/\{(?<name>\w+)\}/gv, (_, name: string) => String(values[name]));
}

/** Keep the address such that a colleague who gets it sees the same. */
function writePlace(method: 'pushState' | 'replaceState'): void {
	const hash = `#${formatPlace({filter: readFilter(), at})}`;
	if (hash !== (location.hash || '#')) {
		history[method](null, '', hash);
	}
}

/** Go to a line or part, and show it whatever the filter says. */
function goTo(id: string): void {
	const target = id === '' ? null : document.querySelector(`#${CSS.escape(id)}`);
	if (!(target instanceof HTMLElement)) {
		return;
	}

	at = id;
	if (target.closest('[hidden]')) {
		showFilter({});
		applyFilter();
	}

	for (const row of findAll('tr.current')) {
		row.classList.remove('current');
	}

	if (target.matches('tr.line')) {
		target.classList.add('current');
	}

	if (canOpen(target)) {
		setOpen(target, true);
	}

	if (!target.matches('a, button, input, tr')) {
		target.tabIndex = -1;
	}

	const focusable = target.matches('tr') ? target.querySelector<HTMLElement>('a') : target;
	focusable?.focus({preventScroll: true});
	scrollToPlace(target);
}

/** Tables get their true height only when they come near the screen, which moves what is below them: so look again when that is drawn. */
function scrollToPlace(target: HTMLElement, times = 3): void {
	target.scrollIntoView({block: target.matches('tr') ? 'center' : 'start'});
	if (times > 1) {
		requestAnimationFrame(() => {
			scrollToPlace(target, times - 1);
		});
	}
}

function onChoice(choice: Choice): void {
	if (choice.kind === 'zone') {
		chosen = {};
		showFilter({...readFilter(), zone: choice.zone});
		diagrams.showZone(choice.zone);
		applyFilter();
		writePlace('pushState');
		return;
	}

	const conduit = `${choice.source}>${choice.target}`;
	const ids = new Set([...tables.lines].filter(([, {traits}]) => traits.conduit?.includes(conduit)).map(([id]) => id));
	const isWhole = ids.size > 0 && ids.size === choice.lines.length && choice.lines.every(id => ids.has(id));
	showFilter(isWhole ? {conduit} : {lines: choice.lines.join(' ')});
	applyFilter();
	const first = tables.lines.get(choice.lines[0] ?? '')?.element.closest<HTMLElement>('.filtered');
	goTo(first?.id ?? 'lines');
	writePlace('pushState');
}

function readPlace(): void {
	const place = parsePlace(location.hash.slice(1));
	showFilter(place.filter);
	if (place.filter.zone !== undefined) {
		diagrams.showZone(place.filter.zone);
	}

	at = '';
	applyFilter();
	goTo(place.at);
	// What this page has not, and what hid the line of the address, is not asked for.
	if (formatPlace({filter: readFilter(), at: ''}) !== formatPlace({filter: place.filter, at: ''})) {
		writePlace('replaceState');
	}
}

document.documentElement.classList.add('live');
// Without this script they lead to the whole of what it shows a part of.
for (const link of findAll('a[data-view]')) {
	link.setAttribute('href', `#${link.dataset['view']!}`);
}

for (const element of findAll('[data-script]')) {
	element.hidden = false;
}

// On a small screen a row is a card, and has no head above it.
const smallScreen = matchMedia('(max-width: 40rem)');
function labelCells(): void {
	if (smallScreen.matches) {
		for (const table of findAll('table') as HTMLTableElement[]) {
			labelTable(table);
		}
	}
}

smallScreen.addEventListener('change', labelCells);
labelCells();

for (const row of findAll('tr.line').filter(element => canOpen(element))) {
	setOpen(row, false);
}

const diagrams = new Diagrams(onChoice);

let isWaiting = false;
form.addEventListener('input', () => {
	// Several keys may come before the next frame is drawn.
	if (!isWaiting) {
		isWaiting = true;
		requestAnimationFrame(() => {
			isWaiting = false;
			at = '';
			applyFilter();
			writePlace('replaceState');
		});
	}
});
form.addEventListener('submit', event => {
	event.preventDefault();
});
form.addEventListener('reset', event => {
	event.preventDefault();
	showFilter({});
	applyFilter();
	writePlace('replaceState');
	form.querySelector<HTMLElement>('#filter-text')!.focus();
});
chip.addEventListener('click', () => {
	chosen = {};
	applyFilter();
	writePlace('replaceState');
	clearButton.focus();
});

document.addEventListener('click', event => {
	if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
		return;
	}

	const link = event.target.closest<HTMLAnchorElement>('a[href^="#"]');
	const row = event.target.closest('tr.line') ?? undefined;
	const id = link === null ? '' : parsePlace(link.getAttribute('href')!.slice(1)).at;
	if (link === null || (id !== '' && id === row?.id && canOpen(row))) {
		// The row of a line, or its own link, opens and closes it; the text of a row can be marked.
		if (canOpen(row) && (link !== null || (event.target.closest('a, button, summary') === null && String(getSelection()) === ''))) {
			event.preventDefault();
			const isOpen = row.classList.contains('open');
			setOpen(row, !isOpen);
			at = isOpen ? '' : row.id;
			for (const other of findAll('tr.current')) {
				other.classList.remove('current');
			}

			row.classList.toggle('current', !isOpen);
			writePlace('replaceState');
		}

		return;
	}

	const place = parsePlace(link.getAttribute('href')!.slice(1));
	event.preventDefault();
	if (Object.keys(place.filter).length > 0) {
		showFilter(place.filter);
		applyFilter();
	}

	goTo(place.at);
	writePlace('pushState');
});
addEventListener('hashchange', readPlace);

// Paper has no tables that scroll, and nobody can open anything on it.
let closed: HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
	closed = (findAll('details:not([open])') as HTMLDetailsElement[]);
	for (const details of closed) {
		details.open = true;
	}
});
addEventListener('afterprint', () => {
	for (const details of closed) {
		details.open = false;
	}
});

// What is gone to must not end below the form that stays at the top.
function measureForm(): void {
	document.documentElement.style.setProperty('--bar', getComputedStyle(form).position === 'sticky' ? `${form.offsetHeight}px` : '0px');
}

measureForm();
new ResizeObserver(measureForm).observe(form);

readPlace();
// The browser goes to the place of the address by itself at the end, and does not know what was opened there.
addEventListener('load', () => {
	goTo(at);
});
