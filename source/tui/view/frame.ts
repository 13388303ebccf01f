import {showLine} from '../../core/text.js';
import type {Message} from '../control.js';
import {findRow, findTab, isFilterable} from '../focus.js';
import {keyHelp, type KeyHelp} from '../keys.js';
import {getSigns, writeSigns, type Signs} from '../text/signs.js';
import {line, span, type StyledLine} from '../text/styled.js';
import {fitLine, measureLine, truncateLine, wrapLine} from '../text/width.js';
import type {Snapshot} from '../snapshot.js';
import {cutLines, layOutBody, type Body} from './body.js';

export type Size = {readonly columns: number; readonly rows: number};

/** A whole screen as lines: never wider than the terminal, and one line shorter. */
export type Frame = {
	readonly header: StyledLine;
	/** The steps, on the left; empty where the terminal is too narrow for them. */
	readonly rail: readonly StyledLine[];
	readonly railWidth: number;
	readonly question: readonly StyledLine[];
	readonly body: Body;
	/** Lines of the middle part, from below the header to above the footer. */
	readonly height: number;
	readonly message: readonly StyledLine[];
	readonly footer: readonly StyledLine[];
};

const railWidth = 23;
const minColumnsForRail = 76;
const minRowsForRail = 16;

/** Columns that a control has. */
export function findMainColumns(size: Size, steps: number): number {
	return Math.max(20, hasRail(size, steps) ? size.columns - railWidth - 1 : size.columns - 1);
}

/** One step alone is no way to show. */
const hasRail = ({columns, rows}: Size, steps: number): boolean => steps > 1 && columns >= minColumnsForRail && rows >= minRowsForRail;

/** Lay out a screen. */
export function layOutFrame(snapshot: Snapshot, size: Size, isUnicode: boolean): Frame {
	const signs = getSigns(isUnicode);
	const {columns, rows} = size;
	const {control, message, busy, saving, rail} = snapshot;
	const main = findMainColumns(size, rail.length);
	const isRailShown = hasRail(size, rail.length);
	const footer = wrapKeys(listKeys(snapshot, isUnicode), columns - 1, signs).slice(0, 2);
	const said: readonly Message[] = [
		...(busy === undefined ? [] : [{text: `${busy}…`, tone: 'muted' as const}]),
		...(message === undefined ? (saving.state === 'failed' ? [{text: saving.problem, tone: 'danger' as const}] : []) : [message]),
	];
	const messages = said.flatMap(({text, tone}) => wrapLine([span(`${tone === 'danger' || tone === 'warning' ? '! ' : ''}${writeSigns(showLine(text, 600), isUnicode)}`, tone)], columns - 1, {hanging: 2})).slice(0, 3);
	const height = Math.max(4, rows - 1 - 2 - footer.length - messages.length);
	const question = [
		...wrapLine([span(showLine(control.question), 'strong')], main),
		...(control.intro === undefined ? [] : cutLines(wrapLine([span(showLine(control.intro), 'muted')], main), rows < 18 ? 1 : Math.max(3, Math.floor(rows / 6)), main, signs)),
		[],
	];
	const body = layOutBody(snapshot, {columns: main, rows: Math.max(2, height - question.length), signs, isUnicode});
	return {
		header: layOutHeader(snapshot, columns - 1, isRailShown, signs),
		rail: isRailShown ? layOutRail(snapshot, height, signs) : [],
		railWidth: isRailShown ? railWidth : 0,
		question,
		body,
		height,
		message: messages,
		footer,
	};
}

function layOutHeader({title, rail, counts, saving}: Snapshot, columns: number, isRailShown: boolean, signs: Signs): StyledLine {
	const current = rail.findIndex(({state}) => state === 'current');
	const place = isRailShown || rail.length < 2 ? undefined : `${current + 1}/${rail.length} ${rail[current]?.title ?? ''}`;
	const numbers = isRailShown || counts === undefined ? undefined : `${counts.networkLines}+${counts.hostLines} lines, ${counts.questions} open, ${counts.findings} found`;
	const left = place === undefined
		? line(span('virt-fw-wizard', 'accent'), title === undefined ? undefined : `  ${showLine(title)}`)
		: line(span(place, 'accent'));
	const right = line(numbers === undefined ? undefined : span(numbers, 'muted'), saving.state === 'failed' ? span(' NOT SAVED', 'danger') : undefined);
	const room = columns - measureLine(right) - (right.length > 0 ? 2 : 0);
	return room < 20 ? truncateLine(left, columns, signs.ellipsis) : [...fitLine(left, room, signs.ellipsis), ...(right.length > 0 ? [span('  '), ...right] : [])];
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

function layOutRail({rail, counts}: Snapshot, height: number, signs: Signs): StyledLine[] {
	const numbers = counts === undefined
		? []
		: [
			[],
			line(span(count(counts.networkLines, 'line'), 'strong'), ' between zones'),
			line(span(count(counts.hostLines, 'line'), 'strong'), ' on hosts'),
			line(span(count(counts.questions, 'open question'))),
			...(counts.blocking === 0 ? [] : [line(span(`  of which ${counts.blocking} block`, 'warning'))]),
			line(span(count(counts.findings, 'finding'))),
		];
	const room = height - numbers.length;
	const current = Math.max(0, rail.findIndex(({state}) => state === 'current'));
	const first = Math.max(0, Math.min(current - Math.floor(room / 2), rail.length - room));
	const steps = rail.slice(first, first + room).map(({title, state, open}): StyledLine => {
		const sign = {done: signs.done, current: signs.pointer, ahead: signs.none}[state];
		const mark = open > 0 ? ` ${open}?` : '';
		const name = truncateLine([span(showLine(title))], railWidth - 3 - mark.length, signs.ellipsis);
		return line(span(`${sign} `, state === 'current' ? 'selected' : 'muted'), ...name.map(part => span(part.text, state === 'current' ? 'selected' : (state === 'ahead' ? 'muted' : 'plain'))), span(mark, 'warning'));
	});
	return [...steps, ...numbers];
}

/** The keys that do something here, the most needed first. */
export function listKeys({control, ui, isHelp, isTyping, isReturning}: Snapshot, isUnicode: boolean): Array<{readonly keys: string; readonly label: string}> {
	const name = ({keys, ascii, label}: KeyHelp, other?: string) => ({keys: isUnicode ? keys : (ascii ?? keys), label: other ?? label});
	if (isHelp) {
		return [name(keyHelp.move, 'scroll'), name(keyHelp.back, 'close')];
	}

	const actions = (control.actions ?? []).filter(({key}) => !isTyping || key.startsWith('ctrl+')).map(({key, label}) => ({keys: key.startsWith('ctrl+') ? `^${key.slice(5).toUpperCase()}` : key, label}));
	const back = control.isFirst ? [] : [name(keyHelp.back, isReturning ? 'back to the review' : 'back')];
	const rest = [...actions, ...back, name(isTyping ? keyHelp.helpWhileTyping : keyHelp.help), name(keyHelp.quit)];
	switch (control.kind) {
		case 'list': {
			return [name(keyHelp.move), name(keyHelp.pick), ...(control.proceed === undefined ? [] : [name(keyHelp.proceed, 'go on')]), ...(isTyping ? [] : [name(keyHelp.filter)]), ...rest];
		}

		case 'multi': {
			return [name(keyHelp.move), ...(isTyping ? [name(keyHelp.pick, 'end filter')] : [name(keyHelp.mark), name(keyHelp.next, isReturning ? 'done' : 'next'), name(keyHelp.filter)]), ...rest];
		}

		case 'form': {
			const field = control.fields[findRow(control, ui).focus];
			return [name(keyHelp.move), ...(field?.kind === 'choice' ? [name(keyHelp.change)] : []), name(keyHelp.next, field === undefined ? 'go on' : 'next'), name(keyHelp.proceed, isReturning ? 'done' : 'go on'), ...rest];
		}

		case 'matrix': {
			return [name(keyHelp.walk), name(keyHelp.pick, 'change'), name(keyHelp.proceed, isReturning ? 'done' : 'go on'), ...rest];
		}

		case 'tabs': {
			const {tab} = findTab(control, ui);
			return isTyping
				? [name(keyHelp.move), name(keyHelp.pick, 'end filter'), ...rest]
				: [name(keyHelp.tabs), name(keyHelp.move), name(keyHelp.jump), name(keyHelp.proceed, 'go on'), ...(isFilterable(tab) ? [name(keyHelp.filter)] : []), ...rest];
		}

		case 'text': {
			return [name(keyHelp.move, 'scroll'), ...(control.done === undefined ? [] : [name(keyHelp.pick, control.doneLabel ?? 'go on')]), ...rest];
		}
	}
}

function wrapKeys(keys: ReadonlyArray<{readonly keys: string; readonly label: string}>, columns: number, {none}: Signs): StyledLine[] {
	const lines: StyledLine[] = [];
	for (const {keys: name, label} of keys) {
		const part = line(span(name, 'accent'), span(` ${label}`, 'muted'));
		const last = lines.at(-1);
		const joined = last === undefined ? part : [...last, span(` ${none} `, 'muted'), ...part];
		if (last === undefined || measureLine(joined) > columns) {
			lines.push(part);
		} else {
			lines[lines.length - 1] = joined;
		}
	}

	return lines;
}
