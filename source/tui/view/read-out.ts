import {showLine} from '../../core/text.js';
import type {Control, Field, Ui} from '../control.js';
import {readField} from '../drive.js';
import {findEntry, findItem, findRow, findTab, isFilterable} from '../focus.js';
import {listAllLines} from '../review/item.js';
import {writeSigns} from '../text/signs.js';
import {formatLine} from '../text/styled.js';
import {wrapText} from '../text/width.js';
import type {Snapshot} from '../snapshot.js';
import {listKeys, type Size} from './frame.js';

/**
A screen as plain text from top to bottom, for a screen reader: what is asked, numbered answers, what is highlighted, keys. No table, no
columns, nothing that only its place explains.
*/
export function readOut(snapshot: Snapshot, {columns, rows}: Size, isUnicode: boolean): string[] {
	const {control, rail, counts, message, busy, saving} = snapshot;
	const current = rail.findIndex(({state}) => state === 'current');
	const head = [
		`Step ${current + 1} of ${rail.length}: ${showLine(rail[current]?.title ?? '')}${(rail[current]?.open ?? 0) > 0 ? `, ${rail[current]!.open} to answer` : ''}.${counts === undefined ? '' : ` ${counts.networkLines} lines between zones, ${counts.hostLines} on hosts, ${counts.questions} open questions of which ${counts.blocking} block, ${counts.findings} findings.`}`,
		`${showLine(control.question)}${/[.?!]$/v.test(control.question) ? '' : '.'}${control.intro === undefined ? '' : ` ${showLine(control.intro)}`}`,
	];
	const said = [
		...(busy === undefined ? [] : [`${busy}.`]),
		...(message === undefined ? [] : [`${message.tone === 'danger' || message.tone === 'warning' ? 'Note: ' : ''}${writeSigns(showLine(message.text), isUnicode)}`]),
		...(saving.state === 'failed' ? [`Not saved: ${writeSigns(showLine(saving.problem), isUnicode)}`] : []),
	];
	const keys = `Keys: ${listKeys(snapshot, false).map(({keys: name, label}) => `${name.replace('^', 'ctrl+')} ${label}`).join(', ')}.`;
	const wrap = (texts: readonly string[]) => texts.flatMap(text => wrapText(text, columns - 1));
	const frame = [...wrap(head), ...wrap(said), ...wrap([keys])];
	const room = Math.max(3, rows - 2 - frame.length);
	const effects = [...snapshot.effects].filter(([, effect]) => effect !== undefined && effect !== '').map(([key, effect]) => `${nameAnswer(control, key)}: ${writeSigns(effect!, isUnicode)}.`);
	return [...wrap(head), ...readControl(snapshot, effects, {room, columns: columns - 1, isUnicode}), ...wrap(said), ...wrap([keys])];
}

function nameAnswer(control: Control, key: string): string {
	const [fieldId, value] = key.split('\u{0}');
	const field = control.kind === 'form' ? control.fields.find(({id}) => id === fieldId) : undefined;
	return field?.kind === 'choice' ? `Answer ${showLine(field.choices.find(choice => choice.value === value)?.label ?? '')}` : 'It changes';
}

function readControl({control, ui}: Snapshot, effects: readonly string[], {room, columns, isUnicode}: {readonly room: number; readonly columns: number; readonly isUnicode: boolean}): string[] {
	const wrap = (texts: readonly string[]) => texts.flatMap(text => wrapText(text, columns));
	switch (control.kind) {
		case 'list':
		case 'multi': {
			const {entries, focus} = findEntry(control, ui);
			const focused = entries[focus];
			const filter = ui.isFiltering === true || (ui.filter ?? '') !== '' ? [`Filter: ${showLine(ui.filter ?? '')}. ${entries.length} of ${control.entries.length} match.`] : [];
			const about = wrap([...filter, ...(focused === undefined ? ['Nothing matches.'] : [`Number ${focus + 1} of ${entries.length} is highlighted. ${focused.about.map(({text}) => showLine(text)).join(' ')}`]), ...effects]);
			const listed = entries.map((entry, index) => `${index + 1}. ${entry.group === undefined ? '' : `${showLine(entry.group)}: `}${entry.isChosen === undefined ? '' : `${entry.isChosen ? 'selected' : 'not selected'}: `}${showLine(entry.label)}${entry.note === undefined ? '' : `, ${showLine(entry.note)}`}${index === focus ? ' (highlighted)' : ''}`);
			return fitAround(listed.map(text => wrap([text])), focus, Math.max(1, room - about.length), about, room);
		}

		case 'form': {
			const {focus} = findRow(control, ui);
			const field = control.fields[focus];
			const group = field?.group === undefined || field.group === '' ? '' : `${showLine(field.group)}: `;
			const about = field === undefined ? [`${control.done ?? 'Continue'}: press enter.`] : [`Question ${focus + 1} of ${control.fields.length}: ${group}${readFieldOut(field, ui, isUnicode)}`, ...field.about.map(({text}) => showLine(text)), ...effects];
			return wrap(about).slice(0, room);
		}

		case 'matrix': {
			const {focus} = findRow(control, ui);
			const row = control.rows[focus];
			const column = control.columns.findIndex(({id}) => id === ui.column);
			const cells = row === undefined ? [] : control.columns.map(({label}, index) => `${label}: ${row.cells[index]!.isIdle ? 'none' : showLine(row.cells[index]!.text)}`);
			return wrap(row === undefined ? ['Continue: press enter.'] : [`Row ${focus + 1} of ${control.rows.length}: ${showLine(row.label)}. ${column === -1 ? cells.join(', ') : cells[column]!}.`]).slice(0, room);
		}

		case 'tabs': {
			const {tab, index} = findTab(control, ui);
			const {selectable: items, focus} = findItem(tab, tab.items(columns), ui);
			const item = items[focus];
			const isFiltered = isFilterable(tab) && (ui.isFiltering === true || (ui.filter ?? '') !== '');
			const filter = isFiltered ? ` Filter: ${showLine(ui.filter ?? '')}.${items.length === 0 ? ' Nothing matches; escape shows all again.' : ''}` : '';
			return [`Tab ${index + 1} of ${control.tabs.length}: ${tab.label}. Item ${items.length === 0 ? 0 : focus + 1} of ${items.length}.${filter}`, ...(item === undefined ? [] : listAllLines(item).map(styled => formatLine(styled).trim()))].slice(0, room);
		}

		case 'text': {
			const lines = control.lines(columns - 4).map(styled => formatLine(styled));
			const first = Math.max(0, Math.min(ui.scroll ?? 0, lines.length - room));
			return lines.slice(first, first + room);
		}
	}
}

function readFieldOut(field: Field, ui: Ui, isUnicode: boolean): string {
	if (field.kind === 'choice') {
		const answer = field.choices.find(({value}) => value === field.value)?.label ?? field.value;
		return `${showLine(field.label)} Answer: ${showLine(answer)}${field.isDefault ? ', assumed' : ''}. Choices: ${field.choices.map(({label}) => showLine(label)).join(', ')}.`;
	}

	const {text} = readField(field, ui);
	const problem = ui.problems?.[field.id];
	const hints = `${field.placeholder === undefined ? '' : `, which means ${showLine(field.placeholder)}`}${field.example === undefined ? '' : `, for example ${showLine(field.example)}`}`;
	return `${showLine(field.label)}. ${text === '' ? `Empty${hints}` : `Text: ${writeSigns(showLine(text.replaceAll('\n', ', '), 400), isUnicode)}`}.${problem === undefined ? '' : ` Wrong: ${writeSigns(showLine(problem), isUnicode)}.`}`;
}

/** Entries around the highlighted one that fit, and what is said of it. */
function fitAround(entries: readonly string[][], focus: number, room: number, about: readonly string[], all: number): string[] {
	let [first, last] = [focus, focus];
	let used = entries[focus]?.length ?? 0;
	for (let isGrowing = entries.length > 0; isGrowing;) {
		isGrowing = false;
		for (const next of [first - 1, last + 1]) {
			const entry = entries[next];
			if (entry !== undefined && used + entry.length <= room) {
				used += entry.length;
				first = Math.min(first, next);
				last = Math.max(last, next);
				isGrowing = true;
			}
		}
	}

	return [...entries.slice(first, last + 1).flat(), ...about].slice(0, all);
}
