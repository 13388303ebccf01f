import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pty, {type IPty} from '@lydell/node-pty';
import xterm from '@xterm/headless';

/*
The built program in a pseudo-terminal, as somebody has it in front of them: keys go in as bytes, and what comes out is drawn by a
terminal without a window.
*/

/** Keys as xterm sends them. */
export const keys = {
	up: '\u{1B}[A',
	down: '\u{1B}[B',
	right: '\u{1B}[C',
	left: '\u{1B}[D',
	pageUp: '\u{1B}[5~',
	pageDown: '\u{1B}[6~',
	home: '\u{1B}[H',
	end: '\u{1B}[F',
	enter: '\r',
	escape: '\u{1B}',
	tab: '\t',
	backspace: '\u{7F}',
	f1: '\u{1B}OP',
	ctrl: (letter: string) => String.fromCodePoint(letter.toLowerCase().codePointAt(0)! - 96),
	/** What a terminal sends for a paste when the program asked for brackets. */
	paste: (text: string) => `\u{1B}[200~${text.replaceAll('\n', '\r')}\u{1B}[201~`,
} as const;

export const program = path.join(process.cwd(), 'dist/cli.cjs');

/** A loaded machine with two cores is slow; a wait that takes this long is in vain. */
const deadlineMs = 60_000;

export type Exit = {readonly code: number; readonly signal: number};

export type TerminalOptions = {
	/** What to run; the wizard without it. A text is a command line for `sh`. */
	readonly command?: readonly string[] | string;
	readonly columns?: number;
	readonly rows?: number;
	/** Folder that stands for the home of somebody; the profiles are below it. */
	readonly home: string;
	/** Folder to start in; the home without it. */
	readonly cwd?: string;
	/** Set in place of what `makeEnvironment()` gives; undefined takes a variable away. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** Make an empty home, and the function that removes it. */
export async function makeHome(): Promise<{readonly home: string; readonly remove: () => Promise<void>}> {
	const home = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-e2e-'));
	await mkdir(path.join(home, 'work'));
	return {
		home,
		async remove() {
			await rm(home, {recursive: true, force: true, maxRetries: 5});
		},
	};
}

/** An environment made from nothing: neither the settings of who runs the tests nor those of a build server count. */
export function makeEnvironment(home: string): Record<string, string> {
	const {PATH: path_ = '', XDG_CACHE_HOME: cache} = process.env;
	return {
		PATH: path_,
		HOME: home,
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		VIRT_FW_WIZARD_HOME: path.join(home, 'profiles-home'),
		// The tests share what is compiled, as the sessions of one person do.
		XDG_CACHE_HOME: cache ?? path.join(home, 'cache'),
	};
}

/** A condition on the screen; what it returns is what was waited for. */
export type Condition<Value> = (lines: readonly string[]) => Value | undefined | false;

/** A program in a pseudo-terminal. */
export class Terminal {
	/** Resolves when the program has ended and all it wrote is on the screen. */
	readonly exit: Promise<Exit>;
	/** Keys that were pressed: each character and each escape sequence is one. */
	pressed = 0;
	readonly #process: IPty;
	readonly #screen: xterm.Terminal;
	#raw = '';
	#exit: Exit | undefined;
	#unparsed = 0;
	#check: (() => void) | undefined;

	constructor({command = [process.execPath, program], columns = 80, rows = 24, home, cwd, environment}: TerminalOptions) {
		const [file, ...args] = typeof command === 'string' ? ['sh', '-c', command] : command;
		const env = Object.fromEntries(Object.entries({...makeEnvironment(home), ...environment}).filter(([, value]) => value !== undefined));
		this.#screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 5000});
		this.#process = pty.spawn(file!, args, {cols: columns, rows, cwd: cwd ?? path.join(home, 'work'), env});
		this.#process.onData(text => {
			this.#raw += text;
			this.#unparsed++;
			this.#screen.write(text, () => {
				this.#unparsed--;
				this.#look();
			});
		});
		this.exit = new Promise(resolve => {
			this.#process.onExit(({exitCode, signal = 0}) => {
				this.#exit = {code: exitCode, signal};
				this.#screen.write('', () => {
					this.#look();
					resolve(this.#exit!);
				});
			});
		});
	}

	get pid(): number {
		return this.#process.pid;
	}

	/** Everything the program wrote. */
	get raw(): string {
		return this.#raw;
	}

	/** Whether the cursor can be seen, from the last word that was said about it. */
	get isCursorShown(): boolean {
		return this.#raw.lastIndexOf('\u{1B}[?25h') >= this.#raw.lastIndexOf('\u{1B}[?25l');
	}

	get isAlternateScreen(): boolean {
		return this.#screen.buffer.active.type === 'alternate';
	}

	get isBracketedPaste(): boolean {
		return this.#screen.modes.bracketedPasteMode;
	}

	get size(): {readonly columns: number; readonly rows: number} {
		return {columns: this.#screen.cols, rows: this.#screen.rows};
	}

	/** The lines of the screen from top to bottom, without spaces at their ends. */
	screen(): string[] {
		const {active} = this.#screen.buffer;
		return Array.from({length: this.#screen.rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
	}

	/** Rows that the terminal made of one line that was too long for it. */
	findWrappedRows(): number[] {
		const {active} = this.#screen.buffer;
		return Array.from({length: this.#screen.rows}, (_, row) => row).filter(row => active.getLine(active.baseY + row)?.isWrapped === true);
	}

	/** Press keys: all bytes in one write, as a terminal passes on a burst. */
	write(bytes: string): void {
		// eslint-disable-next-line no-control-regex -- Escape sequences are keys here.
		this.pressed += bytes.match(/\u{1B}\[20[01]~|\u{1B}\[[\d;]*[A-Za-z~]|\u{1B}O[A-Z]|[\s\S]/gv)?.length ?? 0;
		this.#process.write(bytes);
	}

	/**
	Wait until the screen fulfils a condition. A frame that is still being drawn is not looked at.

	@param what - What is waited for, for the message when it does not come.
	@throws {Error} When it does not come, or the program ends before, with what the screen shows.
	*/
	async waitFor<Value>(wanted: string | RegExp | Condition<Value>, what = String(wanted)): Promise<Value | true> {
		const condition: Condition<Value | true> = typeof wanted === 'function'
			? wanted
			: lines => lines.some(line => typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line)) || undefined;
		let timer: NodeJS.Timeout | undefined;
		try {
			return await new Promise((resolve, reject) => {
				const fail = (why: string) => {
					reject(new Error(`${why} while waiting for: ${what}\nThe screen shows:\n${this.screen().map(line => `| ${line}`).join('\n')}`));
				};

				timer = setTimeout(() => {
					fail(`${deadlineMs} ms went by`);
				}, deadlineMs);
				this.#check = () => {
					// Between these marks a frame is not whole.
					if (this.#unparsed > 0 || this.#screen.modes.synchronizedOutputMode) {
						return;
					}

					let value: Value | true | undefined | false;
					try {
						value = condition(this.screen());
					} catch (error) {
						reject(error instanceof Error ? error : new Error(String(error)));
						return;
					}

					if (value !== undefined && value !== false) {
						resolve(value);
					} else if (this.#exit) {
						fail(`The program ended with ${JSON.stringify(this.#exit)}`);
					}
				};

				this.#check();
			});
		} finally {
			clearTimeout(timer);
			this.#check = undefined;
		}
	}

	/** Press keys and wait. */
	async press<Value>(bytes: string, wanted: string | RegExp | Condition<Value>, what?: string): Promise<Value | true> {
		this.write(bytes);
		return this.waitFor(wanted, what ?? `${typeof wanted === 'function' ? 'another screen' : String(wanted)} after ${JSON.stringify(bytes)}`);
	}

	resize(columns: number, rows: number): void {
		// The window is resized first, then the program hears of it.
		this.#screen.resize(columns, rows);
		this.#process.resize(columns, rows);
	}

	kill(signal: NodeJS.Signals): void {
		this.#process.kill(signal);
	}

	/** Close the window: the terminal is gone for the program. */
	close(): void {
		(this.#process as IPty & {readonly destroy: () => void}).destroy();
	}

	/** End the program in any case, for the end of a test. */
	async end(): Promise<void> {
		if (this.#exit === undefined) {
			try {
				this.#process.kill('SIGKILL');
			} catch {
				// It has just ended.
			}

			await this.exit;
		}

		this.#screen.dispose();
	}

	#look(): void {
		this.#check?.();
	}
}
