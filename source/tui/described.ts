import type {Control, Paragraph, Ui} from './control.js';
import {findEntry, findItem, findRow, findTab} from './focus.js';
import {listAllLines} from './review/item.js';
import type {StyledLine} from './text/styled.js';

/** What help is asked about: a question, an entry, or an item of the review with all its lines. */
export type Described = {
	readonly id: string;
	readonly label: string;
	readonly about: readonly Paragraph[];
	readonly sources?: readonly string[];
	readonly lines?: (columns: number) => readonly StyledLine[];
};

/** The highlighted entry or field. */
export function findFocused(control: Control, ui: Ui): Described | undefined {
	switch (control.kind) {
		case 'list':
		case 'multi': {
			const {entries, focus} = findEntry(control, ui);
			return entries[focus];
		}

		case 'form': {
			return control.fields[findRow(control, ui).focus];
		}

		case 'matrix': {
			return control.rows[findRow(control, ui).focus];
		}

		case 'tabs': {
			const {tab} = findTab(control, ui);
			return {
				id: tab.id,
				label: tab.label,
				about: [],
				lines(columns) {
					const {selectable, focus} = findItem(tab, tab.items(columns), ui);
					const item = selectable[focus];
					return item === undefined ? [] : listAllLines(item);
				},
			};
		}

		case 'text': {
			return undefined;
		}
	}
}
