import process from 'node:process';
import {isDate} from '../core/dates.js';
import {showLine} from '../core/text.js';
import {findTerminalTraits} from '../shell/terminal.js';
import {UserError} from '../shell/user-error.js';
import type {CommandInput} from './command.js';
import {parseRenderer} from './renderer.js';

/** `wizard`, and the program without a command: asks, derives and writes, with a terminal. */
export async function runWizard(input: CommandInput): Promise<number> {
	if (input.words[0] === '-') {
		throw new UserError('the wizard takes keys from standard input, and no profile', {hint: 'name a file; or save the profile first with: virt-fw-wizard profiles import -'});
	}

	const traits = findTerminalTraits();
	if (!traits.isInteractive) {
		throw new UserError('the wizard needs a terminal for its keys and its screen', {hint: `without one, write a profile and run: virt-fw-wizard generate ${input.words[0] === undefined ? '<profile>' : showLine(input.words[0], 80)} --out request (see virt-fw-wizard --help)`});
	}

	const {date} = input.values;
	if (date !== undefined && !isDate(date)) {
		throw new UserError(`"${showLine(date, 80)}" is no date`, {hint: 'write it as 2026-11-22'});
	}

	parseRenderer(input.values);
	const {openWizard} = await import('./wizard-session.js');
	return openWizard(input, {...traits, isReadOut: traits.isReadOut || input.switches.has('screen-reader'), isPiped: !process.stdout.isTTY});
}
