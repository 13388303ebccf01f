import process from 'node:process';
import chalk from 'chalk';
import {render} from 'ink';
import {showLine} from '../core/text.js';
import {Terminal, type TerminalTraits} from '../shell/terminal.js';
import {KeyDecoder} from '../tui/keys.js';
import {App} from '../tui/view/app.js';
import {wrapText} from '../tui/text/width.js';
import {findMainColumns} from '../tui/view/frame.js';
import {Wizard} from '../tui/wizard.js';
import {defaultFormatIds, exitCodes, type CommandInput} from './command.js';
import {FirstServices} from './wizard-first-services.js';

/** A pause in the keys after which plans are derived, in milliseconds: shorter than somebody reads, longer than between two keys of a burst. */
const restMs = 40;

export type SessionTraits = TerminalTraits & {readonly isPiped: boolean};

/**
Run the wizard on this terminal until somebody leaves it.

@returns The exit code: 0, or that of a process that a signal ended.
*/
export async function openWizard(input: CommandInput, {isUnicode, isFullScreen, isReadOut, isPiped}: SessionTraits): Promise<number> {
	let end: (exitCode: number) => void = () => undefined;
	let fail: (error: unknown) => void = () => undefined;
	const ended = new Promise<number>((resolve, reject) => {
		end = resolve;
		fail = reject;
	});

	const services = new FirstServices({
		values: input.values,
		isPiped,
		defer(callback) {
			setTimeout(() => {
				guard(callback);
			}, restMs);
		},
		fail,
	});
	// A broken assumption ends the wizard with the terminal as it was; every answer is saved by then.
	const guard = (callback: () => void): void => {
		try {
			callback();
		} catch (error) {
			fail(error);
		}
	};

	const decoder = new KeyDecoder();
	const terminal: Terminal = new Terminal({
		onKey(text, key) {
			guard(() => {
				for (const decoded of decoder.decode(text, key)) {
					wizard.press(decoded);
				}
			});
		},
		onEnd(exitCode) {
			end(exitCode);
		},
	}, {isFullScreen: isFullScreen && !isReadOut});
	const wizard: Wizard = new Wizard({
		services,
		isUnicode,
		isNumbered: isReadOut,
		// Who leads standard output somewhere wants a document there.
		output: {folder: input.values['out'] ?? '', formats: defaultFormatIds, printed: isPiped ? 'change-request' : undefined},
		async loadModules() {
			const {designModules} = await import('../tui/modules.js');
			return designModules;
		},
		getPage() {
			const size = terminal.getSize();
			return {page: Math.max(3, size.rows - 12), columns: findMainColumns(size, wizard.getSnapshot().rail.length) - 4};
		},
	});
	wizard.subscribe(() => {
		if (wizard.getSnapshot().isLeaving) {
			end(exitCodes.done);
		}
	});

	// Without colour bold and inverse still tell what is highlighted; a terminal that knows neither gets plain text.
	chalk.level = isFullScreen ? 1 : 0;
	const hasColor = (process.env['NO_COLOR'] ?? '') === '' && process.env['FORCE_COLOR'] !== '0';
	let exitCode: number = exitCodes.done;
	terminal.open();
	try {
		const display = {getSize: () => terminal.getSize(), onResize: (listener: () => void) => terminal.onResize(listener)};
		const app = render(<App wizard={wizard} display={display} isUnicode={isUnicode} isReadOut={isReadOut} hasColor={hasColor}/>, {
			stdout: terminal.stream,
			stdin: process.stdin,
			exitOnCtrlC: false,
			patchConsole: false,
			maxFps: 60,
			isScreenReaderEnabled: isReadOut,
		});
		try {
			if (input.words[0] !== undefined) {
				wizard.begin({kind: 'open-file', file: input.words[0]});
			}

			void app.waitUntilExit().catch((error: unknown) => {
				fail(error);
			});
			setImmediate(() => {
				services.warmUp();
			});
			exitCode = await ended;
		} finally {
			app.unmount();
		}
	} finally {
		terminal.close();
		services.close();
	}

	sayGoodbye(input, wizard, services, terminal.getSize().columns);
	return exitCode === exitCodes.done && !wizard.isKept ? exitCodes.no : exitCode;
}

function sayGoodbye({write, writeError}: CommandInput, wizard: Wizard, services: FirstServices, columns: number): void {
	if (services.printed !== undefined) {
		write(services.printed);
	}

	const {report} = wizard.output;
	if (report !== undefined) {
		writeError(`${report.flatMap(({text}) => wrapText(showLine(text), columns)).join('\n')}\n`);
	} else if (wizard.draft !== undefined) {
		const {saving} = wizard.getSnapshot();
		const {exported} = wizard;
		writeError(saving.state === 'failed'
			? (exported === undefined ? 'Your answers could not be saved.\n' : `Your answers could not be saved in the program's folder; they are in ${showLine(exported)}.\n`)
			: `Your answers are saved as "${showLine(wizard.draft.name)}". virt-fw-wizard goes on with them.\n`);
	}
}
