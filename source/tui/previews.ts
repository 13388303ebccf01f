import type {Draft} from '../core/profile/draft.js';
import {showLine} from '../core/text.js';
import type {Control, Ui} from './control.js';
import {readField} from './drive.js';
import {findEntry, findRow} from './focus.js';

/** What another answer changes, named as the screen names it; its effect is undefined while it is not derived yet, and empty where there is none. */
export type NamedEffect = {readonly label: string; readonly effect: string | undefined};

/** The longest text whose effect is worked out while it is typed: of thousands of addresses only when they are taken over. */
const maxPreviewLength = 1000;

/** The most answers whose effect is worked out for one question. */
const maxPreviews = 8;

/** The other answers to the highlighted question, each with the design it would make. */
export function listPreviews(control: Control, ui: Ui): ReadonlyArray<{readonly key: string; readonly make: () => Draft | undefined}> {
	switch (control.kind) {
		case 'list':
		case 'multi': {
			const {entries, focus} = findEntry(control, ui);
			const entry = entries[focus];
			const make = control.kind === 'multi' && entry ? () => control.toggle(entry.id) : entry?.preview;
			return entry === undefined || make === undefined ? [] : [{key: entry.id, make}];
		}

		case 'form': {
			const field = control.fields[findRow(control, ui).focus];
			if (field === undefined) {
				return [];
			}

			if (field.kind === 'choice') {
				return field.choices.filter(({value}) => value !== field.value).slice(0, maxPreviews).map(({value}) => ({key: `${field.id}\u{0}${value}`, make: () => field.set(value).draft}));
			}

			const {text} = readField(field, ui);
			return field.set === undefined || text === field.value || text.length > maxPreviewLength ? [] : [{key: `${field.id}\u{0}${text}`, make: () => field.set!(text).draft}];
		}

		case 'matrix':
		case 'tabs':
		case 'text': {
			return [];
		}
	}
}

/** What other answers to the highlighted question change, of those that have an effect or may have one. */
export function listEffects(control: Control, ui: Ui, effects: ReadonlyMap<string, string | undefined>): NamedEffect[] {
	return nameAnswers(control, ui).filter(({key}) => effects.has(key) && effects.get(key) !== '').map(({key, label}) => ({label, effect: effects.get(key)}));
}

/** The answers whose effects are shown, by the keys of their previews. */
function nameAnswers(control: Control, ui: Ui): ReadonlyArray<{readonly key: string; readonly label: string}> {
	switch (control.kind) {
		case 'list':
		case 'multi': {
			const {entries, focus} = findEntry(control, ui);
			const entry = entries[focus];
			const label = control.kind === 'list' ? 'It changes' : (entry?.isChosen === true ? 'Without it' : 'With it');
			return entry === undefined ? [] : [{key: entry.id, label}];
		}

		case 'form': {
			const field = control.fields[findRow(control, ui).focus];
			if (field === undefined) {
				return [];
			}

			return field.kind === 'choice'
				? field.choices.map(({value, label}) => ({key: `${field.id}\u{0}${value}`, label: showLine(label)}))
				: [{key: `${field.id}\u{0}${readField(field, ui).text}`, label: 'It changes'}];
		}

		case 'matrix':
		case 'tabs':
		case 'text': {
			return [];
		}
	}
}
