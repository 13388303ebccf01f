import {doneId, type Action, type Control, type Entry, type Field, type Result, type Ui} from './control.js';
import {filterEntries, findEntry, findItem, findRow, findTab, isFilterable} from './focus.js';
import type {Key} from './keys.js';
import {editField, makeField, type TextField} from './text-field.js';

/*
What keys do to a control. Each function sees one key and the state as it is after the key before it: a burst of keys in one read does
the same as single ones, and nothing is taken from what was on the screen when they were pressed.
*/

/** What a key came to: what somebody is in the middle of, and what it decided. */
export type Driven = {readonly ui: Ui; readonly result?: Result | undefined; /** The key meant nothing here. */ readonly isIdle?: true; /** A text was taken over; the key is still to be applied, to the control as it is then. */ readonly isAgain?: true};

export type DriveOptions = {
	/** Entries that Page Down goes. */
	readonly page: number;
	/** Entries are numbered, and a digit goes to one. */
	readonly isNumbered: boolean;
	/** Columns that scrolling texts are wrapped to. */
	readonly columns: number;
};

/** Apply a key to a control. */
export function drive(control: Control, ui: Ui, key: Key, options: DriveOptions): Driven {
	switch (control.kind) {
		case 'list': {
			return driveList(control, ui, key, options);
		}

		case 'multi': {
			return driveMulti(control, ui, key, options);
		}

		case 'form': {
			return driveForm(control, ui, key, options);
		}

		case 'matrix': {
			return driveMatrix(control, ui, key, options);
		}

		case 'tabs': {
			return driveTabs(control, ui, key, options);
		}

		case 'text': {
			return driveText(control, ui, key, options);
		}
	}
}

/** Whether letters are text here, and not keys. */
export function isTyping(control: Control, ui: Ui): boolean {
	return ui.isFiltering === true || (control.kind === 'form' && findFocusedField(control, ui)?.kind === 'text');
}

/**
Take over what is half typed, as somebody leaves.

@returns The change, if there is one; a text with a problem stays where it is.
*/
export function settle(control: Control, ui: Ui): Driven {
	return control.kind === 'form' ? commitField(control, ui) : {ui};
}

type Of<Kind extends Control['kind']> = Extract<Control, {readonly kind: Kind}>;

const isNamed = (key: Key, ...names: readonly string[]): boolean => key.kind === 'named' && names.includes(key.name);
/** The name of a key; empty for text. */
const nameKey = (key: Key): string => key.kind === 'named' ? key.name : '';
const isText = (key: Key, ...texts: readonly string[]): boolean => key.kind === 'text' && texts.includes(key.text);

/** Where a key moves among some entries; undefined when it does not move. */
function move(key: Key, index: number, count: number, page: number): number | undefined {
	const clamp = (wanted: number) => Math.max(0, Math.min(count - 1, wanted));
	if (isNamed(key, 'up') || isText(key, 'k')) {
		return clamp(index - 1);
	}

	if (isNamed(key, 'down') || isText(key, 'j')) {
		return clamp(index + 1);
	}

	switch (nameKey(key)) {
		case 'pageup': {
			return clamp(index - page);
		}

		case 'pagedown': {
			return clamp(index + page);
		}

		case 'home': {
			return clamp(0);
		}

		case 'end': {
			return clamp(count - 1);
		}

		default: {
			return undefined;
		}
	}
}

function findNumbered(key: Key, count: number, {isNumbered}: DriveOptions): number | undefined {
	const number = isNumbered && key.kind === 'text' && /^[1-9]$/v.test(key.text) ? Number(key.text) : undefined;
	return number !== undefined && number <= count ? number - 1 : undefined;
}

function findAction(control: {readonly actions?: readonly Action[]}, key: Key): Action | undefined {
	return control.actions?.find(action => (key.kind === 'text' && key.text === action.key) || (key.kind === 'named' && key.name === action.key));
}

/** Keys that lists have in common: filter, move, actions. */
function driveEntries(control: Of<'list'> | Of<'multi'>, ui: Ui, key: Key, options: DriveOptions): Driven & {readonly focused: Entry | undefined} {
	const {entries, focus: index} = findEntry(control, ui);
	const ids = entries.map(({id}) => id);
	const focused = entries[index];
	if (ui.isFiltering) {
		const filter = editFilter(ui.filter ?? '', key);
		if (filter !== undefined) {
			return {ui: {...ui, filter, focus: filterEntries<Entry>(control.entries, filter)[0]?.id}, focused};
		}
	}

	const isArrow = key.kind === 'named';
	const moved = ui.isFiltering && !isArrow ? undefined : (move(key, index, ids.length, options.page) ?? findNumbered(key, ids.length, options));
	if (moved !== undefined) {
		return {ui: {...ui, focus: ids[moved]}, focused};
	}

	const isFiltered = ui.isFiltering === true || (ui.filter ?? '') !== '';
	if (isNamed(key, 'escape') && isFiltered) {
		return {ui: {...ui, filter: '', isFiltering: false, focus: focused?.id}, focused};
	}

	if (isText(key, '/') && !ui.isFiltering) {
		return {ui: {...ui, isFiltering: true, filter: ui.filter ?? ''}, focused};
	}

	const action = ui.isFiltering ? undefined : findAction(control, key);
	if (action) {
		return {ui: {...ui, focus: focused?.id}, result: action.run(focused?.id), focused};
	}

	return {ui, focused, isIdle: true};
}

function editFilter(filter: string, key: Key): string | undefined {
	if (key.kind !== 'named') {
		return filter + key.text.replaceAll('\n', ' ');
	}

	switch (nameKey(key)) {
		case 'backspace': {
			return [...filter].slice(0, -1).join('');
		}

		case 'ctrl+u': {
			return '';
		}

		default: {
			return undefined;
		}
	}
}

function driveList(control: Of<'list'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const {focused, ...driven} = driveEntries(control, ui, key, options);
	if (driven.isIdle && isNamed(key, 'ctrl+n') && control.proceed) {
		return {ui, result: control.proceed};
	}

	if (driven.isIdle && isNamed(key, 'enter', 'ctrl+n') && focused) {
		return {ui: {...ui, focus: focused.id, filter: '', isFiltering: false}, result: control.pick(focused.id)};
	}

	return driven;
}

function driveMulti(control: Of<'multi'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const {focused, ...driven} = driveEntries(control, ui, key, options);
	if (!driven.isIdle) {
		return driven;
	}

	if (focused && (isNamed(key, 'tab') || (isText(key, ' ') && !ui.isFiltering))) {
		return {ui: {...ui, focus: focused.id}, result: {draft: control.toggle(focused.id)}};
	}

	if (isNamed(key, 'enter') && ui.isFiltering) {
		return {ui: {...ui, isFiltering: false, focus: focused?.id}};
	}

	if (isNamed(key, 'enter', 'ctrl+n')) {
		const refusal = control.refuse();
		return {ui: {...ui, focus: focused?.id}, result: refusal === undefined ? {go: 'next'} : {message: {text: refusal, tone: 'warning'}}};
	}

	return driven;
}

function findFocusedField(control: Of<'form'>, ui: Ui): Field | undefined {
	return control.fields[findRow(control, ui).focus];
}

/** The text of a field: what is being typed, else what is stored. */
export function readField(field: Extract<Field, {readonly kind: 'text'}>, ui: Ui): TextField {
	return ui.texts?.[field.id] ?? makeField(field.value);
}

function driveForm(control: Of<'form'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const {ids, focus: index} = findRow(control, ui);
	const field = control.fields[index];
	if (field?.kind === 'text') {
		const edited = isNamed(key, 'up', 'down', 'enter', 'tab', 'backtab', 'escape', 'pageup', 'pagedown', 'ctrl+n') ? undefined : editField(readField(field, ui), flatten(key, field.isMultiline === true));
		if (edited !== undefined) {
			return {ui: {...ui, focus: field.id, texts: {...ui.texts, [field.id]: edited}, problems: omit(ui.problems, field.id)}};
		}
	}

	// Who changes their mind gets back what was there; the next escape goes a step back.
	if (field?.kind === 'text' && isNamed(key, 'escape') && ui.texts?.[field.id] !== undefined) {
		const isChanged = ui.texts[field.id]!.text !== field.value;
		const undone = {...ui, texts: omit(ui.texts, field.id), problems: omit(ui.problems, field.id)};
		return isChanged ? {ui: undone} : {ui: undone, isIdle: true};
	}

	if (field?.kind === 'choice') {
		const value = chooseByKey(field, key);
		if (value !== undefined) {
			return {ui: {...ui, focus: field.id}, result: field.set(value)};
		}
	}

	// A form of one question needs no second enter.
	const isSubmit = isNamed(key, 'ctrl+n') || (isNamed(key, 'enter') && (field === undefined || control.fields.length === 1));
	const moved = isSubmit ? undefined : moveInForm(key, index, ids.length, field, options);
	const action = isSubmit || (field?.kind === 'text' && key.kind !== 'named') ? undefined : findAction(control, key);
	if (!isSubmit && moved === undefined && action === undefined) {
		return {ui, isIdle: true};
	}

	const committed = commitField(control, ui);
	if (committed.result?.draft !== undefined) {
		return {...committed, isAgain: true};
	}

	// A text that is wrong keeps the focus: whoever goes on would not see that it does not count.
	const isWrong = field !== undefined && committed.ui.problems?.[field.id] !== undefined;
	if (isSubmit) {
		return isWrong ? committed : submitForm(control, committed.ui);
	}

	if (moved !== undefined) {
		return isWrong && moved > index ? committed : {ui: {...committed.ui, focus: ids[moved]}};
	}

	return isWrong ? committed : {ui: committed.ui, result: action!.run(field?.id)};
}

function moveInForm(key: Key, index: number, count: number, field: Field | undefined, {page}: DriveOptions): number | undefined {
	if (isNamed(key, 'enter', 'tab')) {
		return Math.min(count - 1, index + 1);
	}

	if (isNamed(key, 'backtab')) {
		return Math.max(0, index - 1);
	}

	return field?.kind === 'text' && key.kind !== 'named' ? undefined : move(key, index, count, page);
}

/** In a text of one line a pasted line break is a space. */
function flatten(key: Key, isMultiline: boolean): Key {
	return key.kind === 'paste' && !isMultiline ? {kind: 'paste', text: key.text.trim().replaceAll(/\s*\n\s*/gv, ' ')} : key;
}

function chooseByKey({choices, value}: Extract<Field, {readonly kind: 'choice'}>, key: Key): string | undefined {
	const index = choices.findIndex(choice => choice.value === value);
	if (isNamed(key, 'right') || isText(key, ' ')) {
		return choices[(index + 1) % choices.length]?.value;
	}

	if (isNamed(key, 'left')) {
		return choices.at(index - 1)?.value;
	}

	// Y and n answer a question that has only these two answers.
	const isYesNo = choices.length === 2 && choices.every(choice => choice.value === 'yes' || choice.value === 'no');
	if (isYesNo && isText(key, 'y', 'Y')) {
		return 'yes';
	}

	return isYesNo && isText(key, 'n', 'N') ? 'no' : undefined;
}

function commitField(control: Of<'form'>, ui: Ui): Driven {
	const field = findFocusedField(control, ui);
	const typed = field === undefined ? undefined : ui.texts?.[field.id];
	if (field?.kind !== 'text' || typed === undefined || field.set === undefined) {
		return {ui};
	}

	if (typed.text === field.value) {
		return {ui: {...ui, texts: omit(ui.texts, field.id), problems: omit(ui.problems, field.id)}};
	}

	const {draft, problem} = field.set(typed.text);
	return problem === undefined
		? {ui: {...ui, texts: omit(ui.texts, field.id), problems: omit(ui.problems, field.id)}, result: {draft}}
		: {ui: {...ui, problems: {...ui.problems, [field.id]: problem}}};
}

function submitForm(control: Of<'form'>, ui: Ui): Driven {
	const wrong = control.fields.find(({id}) => ui.problems?.[id] !== undefined);
	if (wrong) {
		return {ui: {...ui, focus: wrong.id}};
	}

	const texts = Object.fromEntries(control.fields.filter(field => field.kind === 'text' && field.set === undefined).map(field => [field.id, field.kind === 'text' ? readField(field, ui).text : '']));
	const {problems, ...result} = control.submit(texts);
	const first = control.fields.find(({id}) => problems?.[id] !== undefined);
	return first ? {ui: {...ui, problems: problems!, focus: first.id}} : {ui, result};
}

function driveMatrix(control: Of<'matrix'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const {ids: rows, focus: row} = findRow(control, ui);
	const columns = [undefined, ...control.columns.map(({id}) => id)];
	const column = Math.max(0, columns.indexOf(ui.column));
	if (isNamed(key, 'ctrl+n') || (isNamed(key, 'enter') && rows[row] === doneId)) {
		return {ui, result: {go: 'next'}};
	}

	const moved = move(key, row, rows.length, options.page);
	if (moved !== undefined && !isNamed(key, 'home', 'end')) {
		return {ui: {...ui, focus: rows[moved]}};
	}

	const sideways = moveSideways(key, column, columns.length);
	if (sideways !== undefined) {
		return {ui: {...ui, focus: rows[row], column: columns[sideways]}};
	}

	const here = columns[column];
	if (rows[row] !== doneId && (isNamed(key, 'enter') || isText(key, ' '))) {
		return {ui: {...ui, focus: rows[row], column: here}, result: control.open(rows[row]!, here)};
	}

	if (rows[row] !== doneId && here !== undefined && isNamed(key, 'backspace', 'delete')) {
		return {ui, result: control.clear(rows[row]!, here)};
	}

	const action = findAction(control, key);
	return action ? {ui, result: action.run(rows[row])} : {ui, isIdle: true};
}

function moveSideways(key: Key, index: number, count: number): number | undefined {
	if (isNamed(key, 'left', 'backtab') || isText(key, 'h')) {
		return Math.max(0, index - 1);
	}

	if (isNamed(key, 'right', 'tab') || isText(key, 'l')) {
		return Math.min(count - 1, index + 1);
	}

	if (isNamed(key, 'home')) {
		return 0;
	}

	return isNamed(key, 'end') ? count - 1 : undefined;
}

function driveTabs(control: Of<'tabs'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const tabs = control.tabs.map(({id}) => id);
	const {tab, index} = findTab(control, ui);
	const {selectable, focus} = findItem(tab, tab.items(options.columns), ui);
	const ids = selectable.map(({id}) => id);
	const focused = ids[focus] === undefined ? {} : {tabFocus: {...ui.tabFocus, [tab.id]: ids[focus]}};
	if (ui.isFiltering) {
		const filter = editFilter(ui.filter ?? '', key);
		if (filter !== undefined) {
			return {ui: {...ui, filter, tabFocus: omit(ui.tabFocus, tab.id)}};
		}

		if (isNamed(key, 'enter')) {
			return {ui: {...ui, ...focused, isFiltering: false}};
		}
	}

	if (isNamed(key, 'escape') && (ui.isFiltering === true || (isFilterable(tab) && (ui.filter ?? '') !== ''))) {
		return {ui: {...ui, ...focused, filter: '', isFiltering: false}};
	}

	if (isText(key, '/') && isFilterable(tab)) {
		return {ui: {...ui, isFiltering: true, filter: ui.filter ?? ''}};
	}

	if (isNamed(key, 'left', 'right', 'tab', 'backtab') || isText(key, 'h', 'l')) {
		const step = isNamed(key, 'left', 'backtab') || isText(key, 'h') ? -1 : 1;
		return {ui: {...ui, isFiltering: false, tab: tabs[(index + step + tabs.length) % tabs.length]}};
	}

	const numbered = findNumbered(key, tabs.length, {...options, isNumbered: true});
	if (numbered !== undefined) {
		return {ui: {...ui, tab: tabs[numbered]}};
	}

	const moved = move(key, focus, ids.length, Math.max(1, Math.floor(options.page / 3)));
	if (moved !== undefined) {
		return {ui: {...ui, tabFocus: {...ui.tabFocus, [tab.id]: ids[moved] ?? ''}}};
	}

	if (isNamed(key, 'enter') && selectable[focus]) {
		return {ui, result: tab.open(selectable[focus])};
	}

	if (isNamed(key, 'ctrl+n')) {
		return {ui, result: {go: 'next'}};
	}

	const action = findAction(control, key);
	return action ? {ui, result: action.run(ids[focus])} : {ui, isIdle: true};
}

function driveText(control: Of<'text'>, ui: Ui, key: Key, options: DriveOptions): Driven {
	const count = control.lines(options.columns).length;
	// The first line that can be at the top: below it is a page, as the screen shows it.
	const moved = move(key, Math.min(ui.scroll ?? 0, Math.max(0, count - options.page)), Math.max(1, count - options.page + 1), options.page);
	if (moved !== undefined) {
		return {ui: {...ui, scroll: moved}};
	}

	if (isNamed(key, 'enter', 'ctrl+n') && control.done) {
		return {ui, result: control.done};
	}

	const action = findAction(control, key);
	return action ? {ui, result: action.run(undefined)} : {ui, isIdle: true};
}

function omit<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Readonly<Record<string, Value>> {
	const {[key]: _, ...rest} = record ?? {};
	return rest;
}
