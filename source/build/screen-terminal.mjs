/*
A program under a terminal that nobody sees: keys go in, and what stands on the screen comes out, with its colours.
*/
import process from 'node:process';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const deadlineMs = 30_000;

/**
What stands in cells beside one another and looks the same.

@typedef {{
	readonly text: string,
	readonly column: number,
	readonly cells: number,
	readonly color: number | undefined,
	readonly isBold: boolean,
	readonly isDim: boolean,
	readonly isInverse: boolean,
}} Run - `color` is one of the 16 of a terminal; undefined is that of plain text.
*/

/**
@typedef {{
	readonly args: readonly string[],
	readonly environment: Readonly<Record<string, string | undefined>>,
	readonly cwd: string,
	readonly columns: number,
	readonly rows: number,
}} ScreenStart - Arguments for this Node, the whole environment, and the folder to start in.
*/

export class ScreenTerminal {
	#terminal;
	#process;
	#exitCode;
	#exit;
	/** Pieces of output that are not on the screen yet. */
	#unread = 0;
	#listener = () => undefined;

	/** @param {ScreenStart} start */
	constructor({args, environment, cwd, columns, rows}) {
		this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
		this.#process = pty.spawn(process.execPath, [...args], {cols: columns, rows, cwd, env: {...environment, TERM: 'xterm-256color'}});
		this.#process.onData(text => {
			this.#unread++;
			this.#terminal.write(text, () => {
				this.#unread--;
				this.#listener();
			});
		});
		this.#exit = new Promise(resolve => {
			this.#process.onExit(({exitCode}) => {
				this.#exitCode = exitCode;
				resolve(exitCode);
				this.#listener();
			});
		});
	}

	/** @param {string} keys */
	press(keys) {
		this.#process.write(keys);
	}

	/** The text of each row, without spaces at its end. */
	get lines() {
		const {active} = this.#terminal.buffer;
		return Array.from({length: this.#terminal.rows}, (_, row) => active.getLine(active.baseY + row).translateToString(true));
	}

	/** The runs of each row; what is blank is in none. @returns {Run[][]} */
	get runs() {
		const {active} = this.#terminal.buffer;
		return Array.from({length: this.#terminal.rows}, (_, row) => readRuns(active.getLine(active.baseY + row)));
	}

	/**
	Wait until the screen shows something.

	@template Value
	@param {string} what - For the error, when it never comes.
	@param {(lines: string[]) => Value | undefined} find - Called with each whole frame; anything but undefined ends the waiting.
	@returns {Promise<Value>}
	*/
	async waitFor(what, find) {
		let timer;
		try {
			return await new Promise((resolve, reject) => {
				const fail = why => {
					reject(new Error(`${why} for ${what}. The screen shows:\n${this.lines.join('\n')}`));
				};

				timer = setTimeout(() => {
					fail(`Waited ${deadlineMs} ms in vain`);
				}, deadlineMs);
				this.#listener = () => {
					try {
						// A program marks where a frame begins and ends, so that nobody sees half of one.
						const isWhole = this.#unread === 0 && !this.#terminal.modes.synchronizedOutputMode;
						const found = isWhole ? find(this.lines) : undefined;
						if (found !== undefined) {
							resolve(found);
						} else if (this.#exitCode !== undefined) {
							fail(`The program ended with ${this.#exitCode} and left no hope`);
						}
					} catch (error) {
						reject(error);
					}
				};

				this.#listener();
			});
		} finally {
			clearTimeout(timer);
			this.#listener = () => undefined;
		}
	}

	/** @returns {Promise<number>} The exit code. */
	async waitForExit() {
		return this.#exit;
	}

	/** End the program, however far it is. */
	async end() {
		if (this.#exitCode === undefined) {
			this.#process.kill('SIGKILL');
		}

		await this.#exit;
		this.#terminal.dispose();
	}
}

function readRuns(bufferLine) {
	const runs = [];
	let last;
	for (let column = 0; column < bufferLine.length; column++) {
		const cell = bufferLine.getCell(column);
		const cells = cell.getWidth();
		if (cells === 0) {
			continue;
		}

		const text = cell.getChars() || ' ';
		const style = readStyle(cell);
		if (text === ' ' && !style.isInverse) {
			// One space stands within a text, as between two words; more of them are a gap.
			if (last !== undefined && last.column + last.cells === column) {
				last.space = ' ';
			}

			continue;
		}

		const space = last?.space ?? '';
		if (last !== undefined && last.column + last.cells + space.length === column && Object.entries(style).every(([name, value]) => last[name] === value)) {
			last.text += space + text;
			last.cells += space.length + cells;
		} else {
			last = {text, column, cells, ...style};
			runs.push(last);
		}

		delete last.space;
	}

	return runs.map(({space: _, ...run}) => run);
}

function readStyle(cell) {
	if (!cell.isBgDefault() || (!cell.isFgDefault() && !(cell.isFgPalette() && cell.getFgColor() < 16))) {
		throw new Error(`"${cell.getChars()}" has a colour that is not one of the 16 of any terminal, or a background`);
	}

	return {
		color: cell.isFgDefault() ? undefined : cell.getFgColor(),
		isBold: cell.isBold() !== 0,
		isDim: cell.isDim() !== 0,
		isInverse: cell.isInverse() !== 0,
	};
}
