/* eslint-disable no-await-in-loop -- One key follows the other. */
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {compare} from '../../source/core/problem.js';
import {parseRecord, type ProfileRecord} from '../../source/core/profile/record.js';
import {isHeader, asks, isAt, look, readScreen, shows, words} from './screens.js';
import {keys, program, type Terminal} from './terminal.js';

/*
What several end-to-end tests do with a wizard.
*/

export const date = '2026-11-22';
export const wizardCommand = [process.execPath, program, '--date', date] as const;

/** Go from the first screen into a new design that begins as an example whose title has some words. */
export async function openExample(terminal: Terminal, filter: string): Promise<void> {
	await terminal.waitFor(asks(words.start.question));
	await terminal.press(`/${filter}`, shows(({focused}) => focused.toLowerCase().includes(filter.toLowerCase()) || undefined), `an example with "${filter}"`);
	await terminal.press(keys.enter, asks(words.start.titleQuestion));
	await terminal.press(keys.enter, isAt(words.steps.products));
}

/** Go into a design without any answer. */
export async function openBlank(terminal: Terminal, title: string): Promise<void> {
	await terminal.waitFor(asks(words.start.question));
	await terminal.press('/empty', shows(({focused}) => focused.startsWith(words.start.blank) || undefined));
	await terminal.press(keys.enter, asks(words.start.titleQuestion));
	await terminal.press(`${title}${keys.enter}`, isAt(words.steps.products));
}

/** One step on. */
export async function goOn(terminal: Terminal): Promise<void> {
	const {step} = look(terminal);
	await terminal.press(keys.ctrl('n'), shows(shown => shown.step !== step || undefined), `a step after ${step}`);
}

/** On until a step is shown. */
export async function goTo(terminal: Terminal, step: string): Promise<void> {
	while (look(terminal).step !== step) {
		await goOn(terminal);
	}
}

/** Press a key that may change nothing, and wait until it was heard: help opens and closes behind it. */
export async function hear(terminal: Terminal, bytes: string): Promise<void> {
	const isHelp = (lines: readonly string[]) => words.closeHelp.test(lines.findLast(line => line !== '') ?? '');
	terminal.write(bytes);
	await terminal.press(keys.f1, lines => isHelp(lines) || undefined, 'help');
	await terminal.press(keys.f1, lines => (!isHelp(lines) && readScreen(lines) !== undefined) || undefined, 'help closed');
	terminal.pressed -= 2;
}

/** Every saved profile of a home, each as it is on disk. */
export async function readSaved(home: string): Promise<Map<string, ProfileRecord>> {
	const folder = path.join(home, 'profiles-home/profiles');
	const files = await readdir(folder);
	const names = files.filter(name => name.endsWith('.json'));
	return new Map(await Promise.all(names.toSorted(compare).map(async name => {
		const {value, problems} = parseRecord(await readFile(path.join(folder, name), 'utf8'), name);
		if (problems) {
			throw new Error(`${name} cannot be read: ${JSON.stringify(problems)}`);
		}

		return [path.basename(name, '.json'), value] as const;
	})));
}

/** What is wrong with how a screen fills its terminal; nothing for a good one. */
export function findMisfits(terminal: Terminal): string[] {
	const lines = terminal.screen();
	const filled = lines.filter(line => line !== '');
	const [header = ''] = lines;
	const last = filled.at(-1) ?? '';
	const wrapped = terminal.findWrappedRows();
	const headers = lines.filter(line => isHeader(line)).length;
	const footers = lines.filter(line => words.footerEnd.test(line)).length;
	return [
		...(isHeader(header) ? [] : ['the header is not in the first line']),
		...(headers > 1 ? [`${headers} headers`] : []),
		...(words.footerEnd.test(last) ? [] : ['the footer is not in the last line that is not empty']),
		...(footers > 1 ? [`${footers} footers`] : []),
		...(wrapped.length > 0 ? [`too long for the terminal, so that it wraps: ${wrapped.map(row => lines[row - 1]).join('; ')}`] : []),
	];
}
