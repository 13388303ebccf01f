import process from 'node:process';
import readline from 'node:readline';
import type {WriteStream} from 'node:tty';
import {findSystemCode} from './user-error.js';

/** What a terminal can do, from what the environment says of it. */
export type TerminalTraits = {
	/** There is somebody to ask: keys come from a terminal, and what is drawn goes to one. */
	readonly isInteractive: boolean;
	/** It shows more than ASCII. */
	readonly isUnicode: boolean;
	/** It can move its cursor and has a second screen. */
	readonly isFullScreen: boolean;
	readonly isReadOut: boolean;
};

/**
Look at the environment.

Windows' old console shows no Unicode; of the others the locale decides, as POSIX has it: `LC_ALL`, then `LC_CTYPE`, then `LANG`.
*/
export function findTerminalTraits({env = process.env, platform = process.platform, isInputTerminal = process.stdin.isTTY, isErrorTerminal = process.stderr.isTTY}: {readonly env?: NodeJS.ProcessEnv; readonly platform?: NodeJS.Platform; readonly isInputTerminal?: boolean; readonly isErrorTerminal?: boolean} = {}): TerminalTraits {
	const isDumb = env['TERM'] === 'dumb';
	const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(value => value !== undefined && value !== '') ?? '';
	const isModernWindows = env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] !== undefined || env['ConEmuTask'] !== undefined || env['TERM']?.startsWith('xterm') === true;
	return {
		// Of a stream that is no terminal Node does not say that it is none.
		isInteractive: Boolean(isInputTerminal && isErrorTerminal),
		isUnicode: !isDumb && env['TERM'] !== 'linux' && (platform === 'win32' ? isModernWindows : /utf-?8/iv.test(locale) || (platform === 'darwin' && locale === '')),
		isFullScreen: !isDumb,
		isReadOut: env['INK_SCREEN_READER'] === 'true',
	};
}

/** How long an escape may be the beginning of a longer key, in milliseconds: terminals far away send keys in pieces. */
const escapeTimeoutMs = 75;

const enterScreen = '\u{1B}[?1049h\u{1B}[H';
const leaveScreen = '\u{1B}[?1049l';
const startPaste = '\u{1B}[?2004h';
const endPaste = '\u{1B}[?2004l';
const hideCursor = '\u{1B}[?25l';
const showCursor = '\u{1B}[?25h';
const clearScreen = '\u{1B}[2J\u{1B}[H';

/** One key of the terminal, as Node tells it. */
export type KeyListener = (text: string | undefined, key: {readonly name?: string; readonly ctrl?: boolean; readonly meta?: boolean; readonly shift?: boolean; readonly sequence?: string}) => void;

export type TerminalEvents = {
	readonly onKey: KeyListener;
	/** The terminal is gone or the system asks to end; called once. The exit code is that of a process ended so. */
	readonly onEnd: (exitCode: number) => void;
};

/** Exit codes of processes that a signal ended. */
const signalCodes = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;

/**
The terminal while the wizard has it: keys one by one, a screen of its own, and everything as it was when it is closed, however that comes.

What is drawn goes to standard error, so that standard output is free for documents.
*/
export class Terminal {
	/** For Ink: standard error, with the last frame remembered. */
	readonly stream: NodeJS.WriteStream;
	readonly #input = process.stdin;
	readonly #output: WriteStream = process.stderr;
	readonly #events: TerminalEvents;
	readonly #isFullScreen: boolean;
	#lastFrame = '';
	#isOpen = false;
	#hasEnded = false;
	readonly #resizeListeners = new Set<() => void>();

	constructor(events: TerminalEvents, {isFullScreen}: {readonly isFullScreen: boolean}) {
		this.#events = events;
		this.#isFullScreen = isFullScreen;
		this.stream = this.#makeStream();
	}

	/** Take the terminal over. */
	open(): void {
		// Node's own decoder tells keys apart also when many come in one read.
		readline.emitKeypressEvents(this.#input, {escapeCodeTimeout: escapeTimeoutMs} as unknown as readline.Interface);
		this.#input.on('keypress', this.#hearKey);
		this.#input.on('end', this.#hearHangup);
		this.#input.on('error', this.#hearHangup);
		this.#output.on('error', this.#hearHangup);
		this.#output.on('resize', this.#hearResize);
		for (const signal of Object.keys(signalCodes)) {
			process.on(signal, this.#hearSignal);
		}

		process.on('SIGCONT', this.#resume);
		// Whatever ends the process, the terminal is given back.
		process.on('exit', this.close);
		this.#enter();
		this.#input.resume();
	}

	/** Give the terminal back as it was. */
	readonly close = (): void => {
		this.#leave();
		this.#input.off('keypress', this.#hearKey);
		this.#input.off('end', this.#hearHangup);
		this.#input.off('error', this.#hearHangup);
		this.#output.off('resize', this.#hearResize);
		for (const signal of Object.keys(signalCodes)) {
			process.off(signal, this.#hearSignal);
		}

		process.off('SIGCONT', this.#resume);
		process.off('exit', this.close);
		this.#input.pause();
		this.#input.unref?.();
	};

	getSize(): {readonly columns: number; readonly rows: number} {
		// A terminal that does not know its size says 0.
		return {columns: this.#output.columns || 80, rows: this.#output.rows || 24};
	}

	/** @returns Ends it. */
	onResize(listener: () => void): () => void {
		this.#resizeListeners.add(listener);
		return () => {
			this.#resizeListeners.delete(listener);
		};
	}

	#enter(): void {
		this.#isOpen = true;
		this.#setRawMode(true);
		this.#write(`${this.#isFullScreen ? enterScreen : ''}${startPaste}${hideCursor}`);
	}

	#leave(): void {
		if (!this.#isOpen) {
			return;
		}

		this.#isOpen = false;
		this.#write(`${endPaste}${this.#isFullScreen ? leaveScreen : ''}${showCursor}`);
		this.#setRawMode(false);
	}

	#setRawMode(isRaw: boolean): void {
		try {
			this.#input.setRawMode(isRaw);
		} catch (error) {
			// A terminal that is gone has no mode.
			if (findSystemCode(error) === undefined) {
				throw error;
			}
		}
	}

	#write(text: string): void {
		if (!this.#hasEnded || !this.#output.destroyed) {
			this.#output.write(text);
		}
	}

	/** Draw the last frame again on an empty screen. */
	#redraw(): void {
		if (this.#isFullScreen) {
			this.#write(clearScreen);
		}

		this.#write(`${this.#lastFrame}${hideCursor}`);
	}

	#suspend(): void {
		this.#leave();
		process.kill(process.pid, 'SIGTSTP');
	}

	readonly #resume = (): void => {
		if (!this.#isOpen) {
			this.#enter();
			this.#redraw();
		}
	};

	readonly #hearKey: KeyListener = (text, key) => {
		if (key.ctrl === true && key.name === 'z' && process.platform !== 'win32') {
			this.#suspend();
		} else if (key.ctrl === true && key.name === 'l') {
			this.#redraw();
		} else {
			this.#events.onKey(text, key);
		}
	};

	readonly #hearResize = (): void => {
		if (!this.#isOpen) {
			return;
		}

		// What was drawn for another size lies anywhere now.
		if (this.#isFullScreen) {
			this.#write(clearScreen);
		}

		for (const listener of this.#resizeListeners) {
			listener();
		}

		this.#redraw();
	};

	readonly #hearSignal = (signal: NodeJS.Signals): void => {
		this.#end(signalCodes[signal as keyof typeof signalCodes]);
	};

	readonly #hearHangup = (): void => {
		this.#end(signalCodes.SIGHUP);
	};

	#end(exitCode: number): void {
		if (!this.#hasEnded) {
			this.#hasEnded = true;
			this.#events.onEnd(exitCode);
		}
	}

	/** Standard error as Ink sees it. A frame ends with a line break; what else Ink writes moves the cursor. */
	#makeStream(): NodeJS.WriteStream {
		const output = this.#output;
		const write = (chunk: string, ...rest: readonly unknown[]): boolean => {
			if (chunk.includes('\n')) {
				this.#lastFrame = chunk;
			}

			return (output.write as (chunk: string, ...rest: readonly unknown[]) => boolean)(chunk, ...rest);
		};

		return new Proxy(output, {
			get(target, name) {
				const value: unknown = name === 'write' ? write : Reflect.get(target, name, target);
				return typeof value === 'function' && name !== 'write' ? (value as (...args: readonly unknown[]) => unknown).bind(target) : value;
			},
		});
	}
}
