import {showLine} from '../../core/text.js';
import {doneId, type Control, type Field, type Paragraph, type Ui} from '../control.js';
import {readField} from '../drive.js';
import {findEntry, findItem, findRow, findTab, isFilterable} from '../focus.js';
import {listEffects, type NamedEffect} from '../previews.js';
import type {Snapshot} from '../snapshot.js';
import {writeSigns, type Signs} from '../text/signs.js';
import {line, span, type Span, type StyledLine} from '../text/styled.js';
import {fit, fitLine, measureLine, measureWidth, padLine, splitGraphemes, truncate, truncateLine, wrapLine} from '../text/width.js';

/*
What a control shows in some columns and rows, as lines. Pure: the same snapshot and size give the same lines.
*/

/** One thing that can be highlighted, or a heading. */
export type Row = {readonly id: string; readonly lines: readonly StyledLine[]; readonly isFocused: boolean};

/** A row whose lines are made when they are drawn: of a list of a thousand only a few are. */
class LazyRow implements Row {
	readonly id: string;
	readonly isFocused: boolean;
	readonly #make: () => readonly StyledLine[];
	#lines: readonly StyledLine[] | undefined;

	constructor(id: string, isFocused: boolean, make: () => readonly StyledLine[]) {
		this.id = id;
		this.isFocused = isFocused;
		this.#make = make;
	}

	get lines(): readonly StyledLine[] {
		this.#lines ??= this.#make();
		return this.#lines;
	}
}

/** A control as it is drawn: what scrolls, and what is said of the highlighted one. */
export type Body = {
	/** Columns of the control. */
	readonly columns: number;
	/** Above the rows, and not scrolled. */
	readonly head: readonly StyledLine[];
	readonly rows: readonly Row[];
	readonly detail: readonly StyledLine[];
};

export type BodyOptions = {readonly columns: number; readonly rows: number; readonly signs: Signs; readonly isUnicode: boolean};

/** Lay out a control. */
export function layOutBody({control, ui, effects}: Pick<Snapshot, 'control' | 'ui' | 'effects'>, options: BodyOptions): Body {
	switch (control.kind) {
		case 'list':
		case 'multi': {
			return layOutEntries(control, ui, effects, options);
		}

		case 'form': {
			return layOutForm(control, ui, effects, options);
		}

		case 'matrix': {
			return layOutMatrix(control, ui, options);
		}

		case 'tabs': {
			return layOutTabs(control, ui, options);
		}

		case 'text': {
			return layOutText(control, ui, options);
		}
	}
}

type Of<Kind extends Control['kind']> = Extract<Control, {readonly kind: Kind}>;
type Effects = Snapshot['effects'];

const marker = 2;

/** Rows and detail in the room there is: the detail gets what it needs up to less than half, the rows the rest. */
function share(head: readonly StyledLine[], rows: readonly Row[], detail: readonly StyledLine[], {columns, rows: room, signs, isFirst = false}: BodyOptions & {readonly isFirst?: boolean}): Body {
	const free = Math.max(2, room - head.length);
	const needed = rows.length > free ? Number.POSITIVE_INFINITY : countLines(rows);
	const wanted = detail.length === 0 ? 0 : detail.length + 1;
	const detailRoom = Math.max(0, Math.min(wanted, Math.max(free - needed, Math.floor(free * 0.45))));
	const {visible, above, below} = findWindow(rows, free - detailRoom, isFirst);
	const shown = detailRoom <= 1 ? [] : cutLines(detail, detailRoom - 1, columns, signs);
	return {head, columns, rows: markMore(visible, {above, below}, columns, signs), detail: shown};
}

function countLines(rows: readonly Row[]): number {
	return rows.reduce((sum, row) => sum + row.lines.length, 0);
}

/** The first lines of a text; where some are left out, help shows them all. */
export function cutLines(lines: readonly StyledLine[], count: number, columns: number, {ellipsis}: Signs): StyledLine[] {
	if (lines.length <= count) {
		return [...lines];
	}

	const hint = ` ${ellipsis} (help shows all)`;
	const last = lines[count - 1]!;
	return [...lines.slice(0, count - 1), line(...truncateLine(last, columns - measureWidth(hint), ''), span(hint, 'muted'))];
}

/**
The rows that fit, with the focused one among them and its heading where possible.

@param isFirst - Nothing above the focused row can have the focus: what stands there is seen now or never.
*/
function findWindow(rows: readonly Row[], room: number, isFirst: boolean): {readonly visible: readonly Row[]; readonly above: boolean; readonly below: boolean} {
	if (rows.length <= room && countLines(rows) <= room) {
		return {visible: rows, above: false, below: false};
	}

	const focus = Math.max(0, rows.findIndex(row => row.isFocused));
	let [first, last] = [focus, focus];
	let used = rows[focus]?.lines.length ?? 0;
	// Grow by turns, so that the focused row stays in the middle.
	for (let isUp = true; ; isUp = isFirst || !isUp) {
		const up = rows[first - 1];
		const down = rows[last + 1];
		const canUp = up !== undefined && used + up.lines.length <= room;
		const canDown = down !== undefined && used + down.lines.length <= room;
		if (!canUp && !canDown) {
			break;
		}

		if (canUp && (isUp || !canDown)) {
			first--;
			used += up.lines.length;
		} else if (canDown) {
			last++;
			used += down.lines.length;
		}
	}

	const visible = rows.slice(first, last + 1).map(row => ({id: row.id, isFocused: row.isFocused, lines: row.lines.slice(0, room)}));
	return {visible, above: first > 0, below: last < rows.length - 1};
}

/** Signs at the right edge of the first and last line where there is more. */
function markMore(rows: readonly Row[], {above, below}: {readonly above: boolean; readonly below: boolean}, columns: number, {up, down, ellipsis}: Signs): readonly Row[] {
	const mark = (styled: StyledLine, sign: string): StyledLine => [...fitLine(styled, columns - 2, ellipsis), span(` ${sign}`, 'accent')];
	return rows.map((row, index) => ({
		...row,
		lines: row.lines.map((styled, position) => {
			const isFirst = above && index === 0 && position === 0;
			const isLast = below && index === rows.length - 1 && position === row.lines.length - 1;
			return isFirst ? mark(styled, up) : (isLast ? mark(styled, down) : styled);
		}),
	}));
}

function markLines(lines: readonly StyledLine[], isFocused: boolean, signs: Signs): StyledLine[] {
	return lines.map((styled, index) => [span(isFocused && index === 0 ? `${signs.pointer} ` : '  ', 'selected'), ...styled]);
}

function withHeadings<Item extends {readonly group?: string | undefined}>(items: readonly Item[], columns: number, describe: (item: Item, index: number) => Row): Row[] {
	let group: string | undefined;
	return items.flatMap((item, index) => {
		const isNew = item.group !== undefined && item.group !== '' && item.group !== group;
		group = item.group;
		return [
			...(isNew ? [new LazyRow(`heading ${group}`, false, () => wrapLine([span(showLine(item.group ?? ''), 'muted')], columns))] : []),
			describe(item, index),
		];
	});
}

function layOutEntries(control: Of<'list'> | Of<'multi'>, ui: Ui, effects: Effects, options: BodyOptions): Body {
	const {columns, signs} = options;
	const {entries, focus} = findEntry(control, ui);
	const focused = entries[focus];
	const rows = withHeadings(entries, columns, ({id, label, note, isChosen}, index) => {
		const isFocused = index === focus;
		return new LazyRow(id, isFocused, () => {
			const box = control.kind === 'multi' ? [span(isChosen === true ? `${signs.checked} ` : `${signs.unchecked} `, isChosen === true ? 'good' : 'plain')] : [];
			const text = line(span(showLine(label), isFocused ? 'selected' : 'plain'), note === undefined ? undefined : span(`  ${showLine(note)}`, 'muted'));
			const indent = marker + measureLine(box);
			const lines = wrapLine(text, columns - indent).map((styled, position) => [...(position === 0 ? box : [span(' '.repeat(indent - marker))]), ...styled]);
			return markLines(lines, isFocused, signs);
		});
	});
	const filter = describeFilter(ui, entries.length, control.entries.length, signs);
	const detail = focused === undefined ? [noMatch] : [...wrapParagraphs(focused.about, columns), ...wrapEffects(listEffects(control, ui, effects), columns, options)];
	return share(filter === undefined ? [] : [truncateLine(filter, columns, signs.ellipsis)], rows, detail, options);
}

const noMatch = line(span('Nothing matches; escape shows all again', 'muted'));

/** What is filtered for, and how many that leaves; undefined while there is no filter. */
function describeFilter({filter = '', isFiltering}: Ui, left: number, all: number, signs: Signs): StyledLine | undefined {
	return isFiltering === true || filter !== ''
		? line(span('Filter: ', 'accent'), showLine(filter), ...(isFiltering === true ? [span(signs.caret, 'selected')] : []), span(`  ${left} of ${all}`, 'muted'))
		: undefined;
}

function wrapParagraphs(paragraphs: readonly Paragraph[], columns: number): StyledLine[] {
	return paragraphs.filter(({text}) => text !== '').flatMap(({text, tone}) => showLine(text) === '' ? [] : wrapLine([span(tone === 'warning' || tone === 'danger' ? `! ${showLine(text)}` : showLine(text), tone)], columns, {hanging: 0}));
}

/** What other answers change; their labels stand out. */
function wrapEffects(effects: readonly NamedEffect[], columns: number, {signs, isUnicode}: BodyOptions): StyledLine[] {
	return effects.flatMap(({label, effect}) => wrapLine(line(span(`${label}: `, 'accent'), effect === undefined ? signs.ellipsis : writeSigns(showLine(effect), isUnicode)), columns, {hanging: 2}));
}

function layOutForm(control: Of<'form'>, ui: Ui, effects: Effects, options: BodyOptions): Body {
	const {columns, signs} = options;
	const {fields} = control;
	const {focus} = findRow(control, ui);
	const layout = chooseFormLayout(fields, columns);
	const rows: Row[] = [
		...withHeadings(fields, columns, (field, index) => {
			const isFocused = index === focus;
			return new LazyRow(field.id, isFocused, () => markLines(layOutField(field, ui, isFocused, layout, options), isFocused, signs));
		}),
		...describeDone(control.done ?? 'Continue', focus === fields.length, signs),
	];
	const field = fields[focus];
	return share([], rows, field === undefined ? [] : [...wrapParagraphs(field.about, columns), ...wrapEffects(listEffects(control, ui, effects), columns, options)], options);
}

function describeDone(label: string, isFocused: boolean, signs: Signs): Row[] {
	return [{id: doneId, lines: markLines([line(span(`${label} ${signs.next}`, isFocused ? 'selected' : 'strong'))], isFocused, signs), isFocused}];
}

type FormLayout = {
	/** Short answers stand in front of the question; 0 where some answer is long. */
	readonly answerWidth: number;
	/** Short labels stand in a column of their own; 0 where some label is long. */
	readonly labelWidth: number;
};

function chooseFormLayout(fields: readonly Field[], columns: number): FormLayout {
	const answers = fields.flatMap(field => field.kind === 'choice' ? field.choices.map(({label}) => measureWidth(label)) : []);
	const labels = fields.map(({label}) => measureWidth(showLine(label)));
	const longest = Math.max(0, ...answers);
	const widest = Math.max(0, ...labels);
	return {
		answerWidth: longest <= 5 && fields.every(({kind}) => kind === 'choice') ? longest : 0,
		labelWidth: widest <= Math.min(28, Math.floor(columns / 2)) ? widest : 0,
	};
}

function layOutField(field: Field, ui: Ui, isFocused: boolean, {answerWidth, labelWidth}: FormLayout, {columns, signs, isUnicode}: BodyOptions): StyledLine[] {
	const room = columns - marker;
	const tone = isFocused ? 'selected' : 'plain';
	if (field.kind === 'choice' && answerWidth > 0) {
		const answer = formatAnswer(field, answerWidth);
		const width = answerWidth + 4;
		return wrapLine([span(showLine(field.label), tone)], room - width).map((styled, index) => [index === 0 ? answer : span(' '.repeat(width - 2)), span('  '), ...styled]);
	}

	const isBelow = labelWidth === 0;
	const valueRoom = isBelow ? room - 2 : room - labelWidth - 2;
	const value = field.kind === 'choice' ? wrapLine([formatAnswer(field, 0)], valueRoom) : [layOutTyped(field, ui, isFocused, valueRoom, signs)];
	const problem = ui.problems?.[field.id];
	const problems = problem === undefined ? [] : wrapLine([span(`! ${writeSigns(showLine(problem, 300), isUnicode)}`, 'danger')], room - 2).map((styled): StyledLine => [span('  '), ...styled]);
	if (isBelow) {
		return [...wrapLine([span(showLine(field.label), tone)], room), ...value.map((styled): StyledLine => [span('  '), ...styled]), ...problems];
	}

	return [...value.map((styled, index): StyledLine => [span(fit(index === 0 ? showLine(field.label) : '', labelWidth + 2, signs.ellipsis), tone), ...styled]), ...problems];
}

/** An answer in brackets; in parentheses while it is only assumed. */
function formatAnswer({choices, value, isDefault}: Extract<Field, {readonly kind: 'choice'}>, width: number): Span {
	const label = showLine(choices.find(choice => choice.value === value)?.label ?? value);
	const filled = width === 0 ? label : fit(label, width);
	return isDefault ? span(`(${filled})`, 'muted') : span(`[${filled}]`, 'strong');
}

/** The part of a text around its caret that fits. */
function layOutTyped(field: Extract<Field, {readonly kind: 'text'}>, ui: Ui, isFocused: boolean, columns: number, signs: Signs): StyledLine {
	const {text, caret: position} = readField(field, ui);
	const show = (shown: string) => showLine(shown.replaceAll('\n', signs.lineBreak));
	if (!isFocused) {
		// Of a list of a thousand addresses only the beginning is looked at.
		return text === ''
			? [span(truncate(field.placeholder === undefined ? signs.none : `(${showLine(field.placeholder)})`, columns, signs.ellipsis), 'muted')]
			: [span(truncate(show(text.slice(0, columns * 8)), columns, signs.ellipsis), 'strong')];
	}

	const start = Math.max(0, position - columns);
	const cells = [...splitGraphemes(text).slice(start, position + columns).map(character => show(character)), ' '];
	const caret = position - start;
	let first = caret;
	let used = measureWidth(cells[caret] ?? ' ');
	while (first > 0 && used + measureWidth(cells[first - 1]!) <= columns - 1) {
		first--;
		used += measureWidth(cells[first]!);
	}

	let last = caret;
	while (last < cells.length - 1 && used + measureWidth(cells[last + 1]!) <= columns - 1) {
		last++;
		used += measureWidth(cells[last]!);
	}

	const shown = field.placeholder === undefined ? (field.example === undefined ? undefined : `for example ${field.example}`) : `(${field.placeholder})`;
	const hint = text === '' && shown !== undefined ? span(truncate(` ${showLine(shown)}`, columns - 2, signs.ellipsis), 'muted') : undefined;
	const isCut = first > 0 || start > 0;
	return line(isCut ? span(signs.ellipsis, 'muted') : undefined, cells.slice(isCut ? first + measureWidth(signs.ellipsis) : first, caret).join(''), {text: cells[caret] === ' ' ? signs.caret : cells[caret]!, tone: 'caret'}, cells.slice(caret + 1, last + 1).join(''), hint);
}

function layOutMatrix(control: Of<'matrix'>, ui: Ui, options: BodyOptions): Body {
	const {columns, signs} = options;
	const {rows, columns: roles} = control;
	const {focus} = findRow(control, ui);
	const column = ui.column === undefined ? -1 : roles.findIndex(({id}) => id === ui.column);
	const nameWidth = Math.min(Math.max(8, ...rows.map(({label}) => measureWidth(showLine(label)))), Math.floor(columns * 0.4));
	const widths = roles.map(({label}, index) => Math.min(16, Math.max(measureWidth(label), ...rows.map(({cells}) => measureWidth(cells[index]!.text) + (cells[index]!.isOwn ? 1 : 0)), 3)) + 1);
	// Two columns at the right are for signs that there is more.
	const {first, last} = fitColumns(widths, Math.max(0, column), columns - marker - nameWidth - 4);
	const shown = roles.map((role, index) => ({...role, index})).slice(first, last + 1);
	const head = line(
		span(' '.repeat(marker + nameWidth)),
		span(first > 0 ? `${signs.left} ` : '  ', 'accent'),
		...shown.map(({label, index}) => span(fit(label, widths[index]!, signs.ellipsis), index === column ? 'selected' : 'muted')),
		span(last < roles.length - 1 ? ` ${signs.right}` : '', 'accent'),
	);
	const table = rows.map(({id, label, cells}, index): Row => {
		const isFocused = index === focus;
		const styled = line(
			span(fit(showLine(label), nameWidth, signs.ellipsis), isFocused && column === -1 ? 'selected' : (index === 0 ? 'strong' : 'plain')),
			'  ',
			...shown.map(({index: position}) => {
				const {text, isOwn, isIdle} = cells[position]!;
				const isHere = isFocused && position === column;
				const content = isIdle ? signs.none : `${showLine(text)}${isOwn && index > 0 ? '*' : ''}`;
				return span(fit(isHere ? `[${truncate(content, widths[position]! - 3, signs.ellipsis)}]` : content, widths[position]!, signs.ellipsis), isHere ? 'selected' : (isOwn ? 'strong' : 'muted'));
			}),
		);
		return {id, lines: markLines([truncateLine(styled, columns - marker, signs.ellipsis)], isFocused, signs), isFocused};
	});
	const row = rows[focus];
	const role = roles[column];
	const cell = row?.cells[column];
	const detail = row === undefined
		? []
		: [
			...(cell === undefined || role === undefined ? [] : wrapLine(line(span(`${showLine(row.label)}, ${role.label.toLowerCase()}: `, 'accent'), cell.isIdle ? 'no interface of its own' : showLine(cell.text), cell.isOwn && focus > 0 ? span(' (set for this host; backspace takes it back)', 'muted') : undefined), columns)),
			...wrapParagraphs(row.about, columns),
		];
	return share([truncateLine(head, columns, signs.ellipsis)], [...table, ...describeDone('Continue', focus === rows.length, signs)], detail, options);
}

function fitColumns(widths: readonly number[], focus: number, room: number): {readonly first: number; readonly last: number} {
	let [first, last] = [focus, focus];
	let used = widths[focus] ?? 0;
	while (first > 0 && used + widths[first - 1]! <= room) {
		first--;
		used += widths[first]!;
	}

	while (last < widths.length - 1 && used + widths[last + 1]! <= room) {
		last++;
		used += widths[last]!;
	}

	return {first, last};
}

function layOutTabs(control: Of<'tabs'>, ui: Ui, options: BodyOptions): Body {
	const {columns, signs} = options;
	const {tab, index} = findTab(control, ui);
	const bar = line(...control.tabs.flatMap(({label}, position) => [span(position === index ? `[${position + 1} ${label}]` : ` ${position + 1} ${label} `, position === index ? 'selected' : 'plain'), span(' ')]));
	// Two columns at the right are for signs that there is more.
	const all = tab.items(columns - marker - 2);
	const {items, selectable, focus} = findItem(tab, all, ui);
	const focused = selectable[focus];
	const rows = items.map(item => new LazyRow(item.id, item === focused, () => markLines(item.lines, item === focused, signs)));
	const detail = (tab.isComplete ? [] : (focused?.detail ?? [])).map(styled => truncateLine(styled, columns, signs.ellipsis));
	const filter = isFilterable(tab) ? describeFilter(ui, selectable.length, all.filter(({isHeading}) => isHeading !== true).length, signs) : undefined;
	return share([bar, filter ?? []].map(styled => truncateLine(styled, columns, signs.ellipsis)), rows, items.length === 0 && all.length > 0 ? [noMatch] : detail, {...options, isFirst: focus === 0});
}

function layOutText(control: Of<'text'>, ui: Ui, {columns, rows, signs}: BodyOptions): Body {
	// As wide as where items are listed, so that keys and screen count the same lines.
	const lines = control.lines(columns - marker - 2);
	// Keys scroll by pages, of which this screen may show more.
	const first = lines.length <= rows ? 0 : Math.min(ui.scroll ?? 0, lines.length - 1);
	const visible = lines.slice(first, first + rows);
	const drawn = visible.map((styled, index): Row => ({id: String(first + index), lines: [padLine(truncateLine(styled, columns, signs.ellipsis), 1)], isFocused: false}));
	return {head: [], columns, rows: markMore(drawn, {above: first > 0, below: first + rows < lines.length}, columns, signs), detail: []};
}
