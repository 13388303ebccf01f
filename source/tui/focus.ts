import {doneId, type Control, type Entry, type Tab, type Ui} from './control.js';
import type {ReviewItem} from './review/item.js';
import {formatLine} from './text/styled.js';

/*
What is highlighted on a screen. Keys, drawing, help and what is worked out behind all ask here, so that they mean the same thing.
*/

type Of<Kind extends Control['kind']> = Extract<Control, {readonly kind: Kind}>;

/** Entries that a filter leaves: every word of it stands in the label, the note, the heading or the id. */
export function filterEntries<Item extends Entry>(entries: readonly Item[], filter: string | undefined): readonly Item[] {
	const words = splitFilter(filter);
	return words.length === 0
		? entries
		: entries.filter(({id, label, note, group}) => {
			const text = `${id} ${label} ${note ?? ''} ${group ?? ''}`.toLowerCase();
			return words.every(word => text.includes(word));
		});
}

/** The entries of a list that are shown, and the index of the highlighted one. */
export function findEntry(control: Of<'list'> | Of<'multi'>, ui: Ui): {readonly entries: ReadonlyArray<Entry & {readonly isChosen?: boolean}>; readonly focus: number} {
	const entries = filterEntries<Entry & {readonly isChosen?: boolean}>(control.entries, ui.filter);
	return {entries, focus: findIndex(entries.map(({id}) => id), ui.focus, control.kind === 'list' ? control.initial : undefined)};
}

/** The rows of a form or matrix, the last of which goes on, and the index of the highlighted one. */
export function findRow(control: Of<'form'> | Of<'matrix'>, ui: Ui): {readonly ids: readonly string[]; readonly focus: number} {
	const rows = control.kind === 'form' ? control.fields : control.rows;
	const ids = [...rows.map(({id}) => id), doneId];
	return {ids, focus: findIndex(ids, ui.focus)};
}

/** The tab that is open. */
export function findTab({tabs}: Of<'tabs'>, ui: Ui): {readonly tab: Tab; readonly index: number} {
	const index = findIndex(tabs.map(({id}) => id), ui.tab);
	return {tab: tabs[index]!, index};
}

/** Whether the items of a tab can be filtered. */
export function isFilterable({isComplete}: Tab): boolean {
	return isComplete !== true;
}

/** The items of a tab that a filter leaves, those of them that can be highlighted, and the index of the one that is. */
export function findItem(tab: Tab, all: readonly ReviewItem[], ui: Ui): {readonly items: readonly ReviewItem[]; readonly selectable: readonly ReviewItem[]; readonly focus: number} {
	const items = isFilterable(tab) ? filterItems(all, ui.filter) : all;
	const selectable = items.filter(({isHeading}) => isHeading !== true);
	return {items, selectable, focus: findIndex(selectable.map(({id}) => id), ui.tabFocus?.[tab.id])};
}

/** Items that have every word of a filter in their lines, their id or what they stand under; and what those stand under. */
function filterItems(items: readonly ReviewItem[], filter: string | undefined): readonly ReviewItem[] {
	const words = splitFilter(filter);
	if (words.length === 0) {
		return items;
	}

	const kept = new Set<ReviewItem>();
	let group: readonly ReviewItem[] = [];
	let heading: readonly ReviewItem[] = [];
	for (const item of items) {
		if (item.isHeading) {
			heading = [item];
			continue;
		}

		if (item.isGroup) {
			group = [item];
			heading = [];
		}

		const shown = [...group, ...heading, item];
		const text = shown.map(part => readText(part)).join(' ');
		if (words.every(word => text.includes(word))) {
			for (const part of shown) {
				kept.add(part);
			}
		}
	}

	return [...kept];
}

/** What a filter looks at, by item: each key asks again. */
const texts = new WeakMap<ReviewItem, string>();

function readText(item: ReviewItem): string {
	const known = texts.get(item);
	if (known !== undefined) {
		return known;
	}

	// What is wrapped between two words is still next to one another.
	const text = `${item.id} ${item.lines.map(styled => formatLine(styled).trim()).join(' ')}`.toLowerCase();
	texts.set(item, text);
	return text;
}

function splitFilter(filter = ''): string[] {
	return filter.toLowerCase().split(/\s+/v).filter(word => word !== '');
}

function findIndex(ids: readonly string[], focus: string | undefined, initial?: string): number {
	const index = focus === undefined ? -1 : ids.indexOf(focus);
	return index === -1 ? Math.max(0, initial === undefined ? 0 : ids.indexOf(initial)) : index;
}
