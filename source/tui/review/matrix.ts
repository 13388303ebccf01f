import type {Rule, Zone} from '../../core/model.js';
import {getOrMake} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import type {Signs} from '../text/signs.js';
import {line, span, type Span, type StyledLine} from '../text/styled.js';
import {fit, measureWidth, padStart, wrapLine} from '../text/width.js';
import type {ReviewItem, ReviewOptions} from './item.js';
import {makeHeading, wrapAll} from './layout.js';
import {listClearText, type PlanView} from './plan-view.js';

/** A name that is cut shorter than this says nothing: then the rows have only their numbers. */
const minName = 10;

/**
Draw a table of zones by zones with the number of lines from the row to the column.

Columns have numbers, and so have rows. Rows have names where there is room; a legend has them all where there is not. What is too wide
for the screen is drawn in parts, one below the other.
*/
export function drawMatrix(view: PlanView, {columns}: ReviewOptions, signs: Signs): ReviewItem[] {
	const counts = countLines(view);
	const zones = view.index.zones.map((zone, position) => ({zone, number: String(position + 1)}));
	const rows = zones.filter(({zone}) => view.index.listOutbound(zone.id).length > 0 || view.index.listInside(zone.id).length > 0);
	const reached = zones.filter(({zone}) => view.index.listInbound(zone.id).length > 0 || view.index.listInside(zone.id).length > 0);
	if (rows.length === 0) {
		return [];
	}

	const listRules = (source: Zone, destination: Zone) => counts.get(`${source.id}>${destination.id}`) ?? [];
	const numberWidth = Math.max(...zones.map(({number}) => number.length));
	const measure = (isAligned: boolean) => reached.map(column => {
		const format = (source: Zone): Span => formatCell(listRules(source, column.zone), source === column.zone, isAligned, signs);
		const head = `${column.number}${isAligned ? ' ' : ''}`;
		return {...column, format, head, width: 1 + Math.max(head.length, ...rows.map(row => format(row.zone).text.length))};
	});
	const sum = (measured: ReadonlyArray<{readonly width: number}>) => measured.reduce((total, {width}) => total + width, 0);
	// Numbers stand below one another when those without a mark leave its place free, where there is room for that.
	const hasMarks = rows.some(row => reached.some(column => listClearText(listRules(row.zone, column.zone)).length > 0));
	const aligned = measure(hasMarks);
	const cells = sum(aligned) <= columns - numberWidth ? aligned : measure(false);
	const longest = Math.max(...rows.map(({zone}) => measureWidth(showLine(zone.title))));
	const free = columns - numberWidth - 1 - sum(cells);
	const name = free >= Math.min(longest, minName) ? Math.min(longest, free) : 0;
	const labelWidth = numberWidth + (name === 0 ? 0 : name + 1);
	const parts = splitCells(cells, columns - labelWidth);
	const legend = zones.filter(entry => name < longest ? rows.includes(entry) || reached.includes(entry) : reached.includes(entry) && !rows.includes(entry));
	return [
		makeHeading('matrix', [[], ...wrapAll([line(span('Lines from zone to zone', 'strong'), span('  rows open connections to columns', 'muted'))], columns)]),
		...parts.flatMap((part, position): ReviewItem[] => [
			makeHeading(`matrix-columns:${position + 1}`, [
				...(position === 0 ? [] : [[]]),
				clip([span(' '.repeat(labelWidth)), span(part.map(({head, width}) => padStart(head, width)).join(''), 'muted')], columns),
			]),
			...rows.map(({zone, number}): ReviewItem => ({
				id: `matrix-row:${zone.id}${position === 0 ? '' : `:${position + 1}`}`,
				target: {kind: 'zone', zone: zone.id},
				lines: [clip([
					span(padStart(number, numberWidth), 'muted'),
					...(name === 0 ? [] : [span(` ${fit(showLine(zone.title), name, signs.ellipsis)}`)]),
					...part.map(column => {
						const {text, tone} = column.format(zone);
						return span(padStart(text, column.width), tone);
					}),
				], columns)],
			})),
		]),
		makeHeading('matrix-legend', [
			...legend.flatMap(({zone, number}) => wrapLine(line(span(padStart(number, numberWidth), 'muted'), ` ${showLine(zone.title)}`), columns, {hanging: numberWidth + 1})),
			...wrapAll([line(span(`(n) on host firewalls inside the zone; n${signs.alert} some in clear text; ${signs.none} none`, 'muted'))], columns, 0),
		]),
	];
}

/** Lines by `source>destination`; those inside a zone under `zone>zone`. */
function countLines({plan}: PlanView): Map<string, Rule[]> {
	const counts = new Map<string, Rule[]>();
	for (const rule of plan.rules) {
		getOrMake(counts, `${rule.sourceZone}>${rule.destinationZone}`, () => []).push(rule);
	}

	return counts;
}

/** As many columns side by side as fit, at least one. */
function splitCells<Cell extends {readonly width: number}>(cells: readonly Cell[], room: number): Cell[][] {
	const parts: Cell[][] = [];
	let used = 0;
	for (const cell of cells) {
		const part = parts.at(-1);
		if (part === undefined || used + cell.width > room) {
			parts.push([cell]);
			used = cell.width;
		} else {
			part.push(cell);
			used += cell.width;
		}
	}

	return parts;
}

function formatCell(rules: readonly Rule[], isInside: boolean, isAligned: boolean, signs: Signs): Span {
	if (rules.length === 0) {
		return span(`${signs.none}${isAligned ? ' ' : ''}`, 'muted');
	}

	const hasClearText = listClearText(rules).length > 0;
	const text = `${isInside ? `(${rules.length})` : rules.length}${hasClearText ? signs.alert : (isAligned ? ' ' : '')}`;
	return span(text, hasClearText ? 'warning' : 'plain');
}

/** A screen too narrow for one number and one cell shows what fits. */
function clip(styled: StyledLine, columns: number): StyledLine {
	return wrapLine(styled, columns)[0] ?? [];
}
