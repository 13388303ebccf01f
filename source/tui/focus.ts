import {doneId, type Control, type Entry, type Tab, type Ui} from './control.js';
import type {ReviewItem} from './review/item.js';

/*
What is highlighted on a screen. Keys, drawing, help and what is worked out behind all ask here, so that they mean the same thing.
*/

type Of<Kind extends Control['kind']> = Extract<Control, {readonly kind: Kind}>;

/** Entries that a filter leaves: every word of it stands in the label, the note, the heading or the id. */
export function filterEntries<Item extends Entry>(entries: readonly Item[], filter: string | undefined): readonly Item[] {
	const words = (filter ?? '').toLowerCase().split(/\s+/v).filter(word => word !== '');
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

/** The items of a tab that can be highlighted, and the index of the one that is. */
export function findItem(tab: Tab, items: readonly ReviewItem[], ui: Ui): {readonly selectable: readonly ReviewItem[]; readonly focus: number} {
	const selectable = items.filter(({isHeading}) => isHeading !== true);
	return {selectable, focus: findIndex(selectable.map(({id}) => id), ui.tabFocus?.[tab.id])};
}

function findIndex(ids: readonly string[], focus: string | undefined, initial?: string): number {
	const index = focus === undefined ? -1 : ids.indexOf(focus);
	return index === -1 ? Math.max(0, initial === undefined ? 0 : ids.indexOf(initial)) : index;
}
