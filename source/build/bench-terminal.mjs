/*
How long programs take that draw on a terminal: until something is seen, from a key to the frame that follows, and how much memory.
*/
import {mkdir, readFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import pty from '@lydell/node-pty';
import {formatSpread, formatTimes, median, percentile95} from './bench-figures.mjs';

const columns = 120;
const rows = 40;
const deadlineMs = 20_000;
/** Long enough that one frame is over before the next key. */
const betweenKeysMs = 80;

const now = () => Number(process.hrtime.bigint()) / 1e6;

/**
@typedef {{
	readonly args: readonly string[],
	readonly environment: Readonly<Record<string, string | undefined>>,
	readonly cwd: string,
}} Start - Arguments for this Node, the whole environment, and the folder to start in.
*/

/** A program under a terminal of its own. */
class Session {
	/** What it wrote since the last `clear()`. */
	#output = '';
	#start = now();
	#waiting;
	#process;
	#exit;

	/** @param {Start} start */
	constructor({args, environment, cwd}) {
		this.#process = pty.spawn(process.execPath, [...args], {cols: columns, rows, cwd, env: {...environment, TERM: 'xterm-256color'}});
		this.#process.onData(text => {
			this.#output += text;
			this.#waiting?.(now());
		});
		this.#exit = new Promise(resolve => {
			this.#process.onExit(({exitCode}) => {
				resolve(exitCode);
				this.#waiting?.(now(), true);
			});
		});
	}

	/**
	@param {(output: string) => boolean} isEnough
	@returns {Promise<number>} Milliseconds from the start or the last key until enough was written.
	*/
	async waitFor(isEnough) {
		const isDone = this.#look(isEnough, now(), false);
		if (isDone !== undefined) {
			return isDone;
		}

		let timer;
		try {
			return await new Promise((resolve, reject) => {
				timer = setTimeout(() => {
					reject(new Error(`Waited in vain for ${deadlineMs} ms. The terminal shows:\n${this.#output}`));
				}, deadlineMs);
				this.#waiting = (time, isOver = false) => {
					try {
						const milliseconds = this.#look(isEnough, time, isOver);
						if (milliseconds !== undefined) {
							resolve(milliseconds);
						}
					} catch (error) {
						reject(error);
					}
				};
			});
		} finally {
			clearTimeout(timer);
			this.#waiting = undefined;
		}
	}

	#look(isEnough, time, isOver) {
		if (isEnough(this.#output)) {
			return time - this.#start;
		}

		if (isOver) {
			throw new Error(`The program ended early. The terminal shows:\n${this.#output}`);
		}

		return undefined;
	}

	press(key) {
		this.#output = '';
		this.#start = now();
		this.#process.write(key);
	}

	/** @returns {Promise<number | undefined>} The most memory it had so far, in megabytes; only Linux tells. */
	async readPeakMegabytes() {
		if (process.platform !== 'linux') {
			return undefined;
		}

		const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
		return Number(/^VmHWM:\s+(\d+) kB$/mv.exec(status)[1]) / 1024;
	}

	/** @returns {Promise<number>} The exit code. */
	async waitForExit() {
		return this.#exit;
	}

	async end() {
		try {
			this.#process.kill('SIGKILL');
		} catch {
			// It has ended.
		}

		await this.#exit;
	}
}

/** Milliseconds until a program that ends by itself has ended. */
async function timeExit(start) {
	const before = now();
	const session = new Session(start);
	const exitCode = await session.waitForExit();
	const milliseconds = now() - before;
	if (exitCode !== 0) {
		throw new Error(`node ${start.args.join(' ')} ended with ${exitCode}`);
	}

	return milliseconds;
}

/** Milliseconds until a program shows a text. It is killed then, before it writes a cache. */
async function timeFirstFrame(start, marker) {
	const session = new Session(start);
	try {
		return await session.waitFor(output => output.includes(marker));
	} finally {
		await session.end();
	}
}

/** Whether a program shows a text before it ends. */
async function isShown(start, marker) {
	try {
		await timeFirstFrame(start, marker);
		return true;
	} catch {
		return false;
	}
}

/** Run a program until it has written its cache of compiled code below a folder, which it does while it waits for a key. */
async function warmUp(start, marker, folder) {
	const session = new Session(start);
	try {
		await session.waitFor(output => output.includes(marker));
		const end = now() + deadlineMs;
		let names = [];
		while (!names.some(name => name.endsWith('.code'))) {
			if (now() > end) {
				throw new Error(`The program wrote no cache into ${folder}`);
			}

			await sleep(100); // eslint-disable-line no-await-in-loop -- Until it is there.
			names = await readdir(path.join(folder, 'virt-fw-wizard')).catch(() => []); // eslint-disable-line no-await-in-loop
		}
	} finally {
		await session.end();
	}
}

/**
Press keys in turn and wait for the frame after each.

@param {Start} start
@param {{marker: string, before?: readonly string[], keys?: readonly string[], count?: number}} options - `before` is pressed to get where `keys` are measured; each key must change what is shown.
@returns {Promise<{milliseconds: number[], peakMegabytes: number | undefined}>}
*/
async function timeKeys(start, {marker, before = [], keys = ['\u001B[B', '\u001B[A'], count = 60}) {
	const session = new Session(start);
	try {
		await session.waitFor(output => output.includes(marker));
		const milliseconds = [];
		for (const [index, key] of [...before, ...Array.from({length: count}, (_, at) => keys[at % keys.length])].entries()) {
			/* eslint-disable no-await-in-loop -- One key after the other. */
			await sleep(betweenKeysMs);
			session.press(key);
			// A frame has lines; what comes before it only tells the terminal that one begins.
			const time = await session.waitFor(output => output.includes('\n'));
			/* eslint-enable no-await-in-loop */
			if (index >= before.length) {
				milliseconds.push(time);
			}
		}

		return {milliseconds, peakMegabytes: await session.readPeakMegabytes()};
	} finally {
		await session.end();
	}
}

/**
Measure and print: the first frame with an empty cache of compiled code and a filled one, then keys in lists with the memory they took.

@param {{
	folder: string,
	environment: Readonly<Record<string, string | undefined>>,
	rounds: number,
	warmUps: number,
	args: readonly string[],
	marker: string,
	lists: ReadonlyArray<{title: string, args?: readonly string[], marker?: string, environment?: Readonly<Record<string, string>>, before?: readonly string[], keys?: readonly string[]}>,
}} options - `folder` is for what the program writes; `marker` is a text of the first screen; a list without `args` is on that screen.
*/
export async function benchTerminal({folder, environment, rounds, warmUps, args, marker, lists}) {
	const warmFolder = path.join(folder, 'warm');
	const startWith = (caches, words = args, additions = {}) => ({args: words, environment: {...environment, XDG_CACHE_HOME: caches, ...additions}, cwd: folder});
	await mkdir(warmFolder);
	if (!await isShown(startWith(warmFolder), marker)) {
		console.log(`Terminal: not measured, nothing shows "${marker}" yet`);
		return;
	}

	await warmUp(startWith(warmFolder), marker, warmFolder);
	const floors = [];
	const first = [];
	const later = [];
	for (let round = 0; round < warmUps + rounds; round++) {
		/* eslint-disable no-await-in-loop -- What runs at the same time is slower. */
		const emptyFolder = path.join(folder, `empty-${round}`);
		await mkdir(emptyFolder);
		const floor = await timeExit(startWith(warmFolder, ['-e', '0']));
		const cold = await timeFirstFrame(startWith(emptyFolder), marker);
		const warm = await timeFirstFrame(startWith(warmFolder), marker);
		/* eslint-enable no-await-in-loop */
		if (round >= warmUps) {
			floors.push(floor);
			first.push(cold);
			later.push(warm);
		}
	}

	console.log(`Terminal, ${rounds} rounds: median ms (min-max), median of the ratios`);
	console.log(formatTimes('node -e 0', floors, floors));
	console.log(formatTimes('first frame, first time', first, floors));
	console.log(formatTimes('first frame, later', later, floors));

	for (const {title, args: words = args, marker: listMarker = marker, environment: additions, ...options} of lists) {
		/* eslint-disable no-await-in-loop */
		const floor = await timeExit(startWith(warmFolder, ['-e', '0']));
		const {milliseconds, peakMegabytes} = await timeKeys(startWith(warmFolder, words, additions), {marker: listMarker, ...options});
		const floorAfter = await timeExit(startWith(warmFolder, ['-e', '0']));
		/* eslint-enable no-await-in-loop */
		const nodeMs = (floor + floorAfter) / 2;
		const p95 = percentile95(milliseconds);
		const memory = peakMegabytes === undefined ? '' : `   ${peakMegabytes.toFixed(0)} MB`;
		console.log(`  ${title.padEnd(28)} ${formatSpread(milliseconds, 1).padEnd(22)} ${(median(milliseconds) / nodeMs).toFixed(2)}x   95 %: ${p95.toFixed(1)} ms, ${(p95 / nodeMs).toFixed(2)}x${memory}`);
	}
}
