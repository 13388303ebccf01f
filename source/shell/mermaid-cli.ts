import {Buffer} from 'node:buffer';
import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {showLine} from '../core/text.js';
import type {Tools} from '../renderers/index.js';
import {findBrowser, findBrowserInstaller} from './find-browser.js';
import {findMachine, findPathStyle, listPathFolders, readVariable, type Machine} from './find-program.js';
import {packageFolder} from './package-files.js';
import {UserError} from './user-error.js';

/*
Diagrams through mermaid-cli, which somebody installed, and a browser. Both run in a process of their own (mermaid-worker.ts), so that they can be ended whatever they do.
*/

/** What kinds of picture there are to draw. */
export type PictureKind = 'svg' | 'png' | 'pdf';

/** What the worker is asked to do, once. */
export type Job = {
	/** The file that `import '@mermaid-js/mermaid-cli'` stands for. */
	readonly entry: string;
	/** Without one it is the browser that puppeteer once downloaded, if it did. */
	readonly browser: string | undefined;
	/** Empty, for the profile of the browser and what else it keeps; removed when all is done. */
	readonly folder: string;
	readonly isRoot: boolean;
	readonly kind: PictureKind;
	/** How many pictures are drawn at the same time. */
	readonly parallel: number;
	readonly diagrams: ReadonlyArray<{readonly name: string; readonly text: string}>;
};

/** What the worker tells. */
export type Report
	/** It knows mermaid-cli; it has a browser. */
	= | {readonly type: 'loaded' | 'opened'}
		| {readonly type: 'drawn'; readonly index: number; readonly picture: Uint8Array}
		| {readonly type: 'done'}
		| {readonly type: 'failed'; readonly at: 'load' | 'find' | 'open' | 'draw'; readonly name?: string; readonly message: string};

/** Of version 11, the last that runs on every Node this program runs on; puppeteer of the same age, and no scripts, as its own would download a browser. */
const installCommand = 'npm install --global --ignore-scripts @mermaid-js/mermaid-cli@11 puppeteer@24';

const limitVariable = 'VIRT_FW_WIZARD_BROWSER_SECONDS';
const usualSeconds = 60;

/**
Draws diagrams with mermaid-cli, all of one call in one browser.

@param browser - What `--browser` says.
@param signal - Ends what is being drawn.
@returns A function that throws a UserError when the package or a browser is missing, or fails.
*/
export function makeMermaidDrawer(browser: string | undefined, signal: AbortSignal | undefined): NonNullable<Tools['drawMermaid']> {
	return async (diagrams, kind) => {
		if (diagrams.length === 0) {
			return [];
		}

		const machine = findMachine();
		const seconds = readLimit(machine);
		const entry = findMermaidCli(machine, packageFolder);
		if (entry === undefined) {
			throw new UserError('mermaid-cli is not installed', {hint: `add it with: ${installCommand}`});
		}

		const pictures = await work({
			entry,
			browser: findBrowser(browser, machine),
			isRoot: process.getuid?.() === 0,
			kind,
			parallel: Math.min(os.availableParallelism(), 4),
			diagrams: diagrams.map(({name, text}) => ({name, text})),
		}, {seconds, signal, machine});
		return kind === 'pdf' ? pictures.map(picture => removeDates(picture)) : pictures;
	};
}

function readLimit(machine: Machine): number {
	const text = readVariable(machine, limitVariable);
	const seconds = text === undefined ? usualSeconds : Number(text);
	if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
		throw new UserError(`${limitVariable} is "${showLine(text!, 80)}", and no number of seconds`, {hint: `write it as ${limitVariable}=120, or unset it`});
	}

	return seconds;
}

/**
Where mermaid-cli is: beside this program, in the folder somebody is in or one around it, or where the `mmdc` of the search path belongs to.

@returns The file that it is imported from; undefined when there is none.
*/
export function findMermaidCli(machine: Machine, programFolder: string): string | undefined {
	for (const folder of [programFolder, machine.cwd, ...listCommandFolders(machine)]) {
		try {
			return createRequire(path.join(folder, 'any.js')).resolve('@mermaid-js/mermaid-cli');
		} catch {
			// It is not there; perhaps in the next.
		}
	}

	return undefined;
}

/** Folders from which Node finds the packages of the commands `mmdc` on the search path. */
function listCommandFolders(machine: Machine): string[] {
	const style = findPathStyle(machine);
	return listPathFolders(machine).flatMap(folder => {
		if (machine.platform === 'win32') {
			// A script there, with the packages beside it or, below node_modules, around it.
			return machine.look(style.join(folder, 'mmdc.cmd')) === 'nothing' ? [] : [folder];
		}

		const command = style.join(folder, 'mmdc');
		return machine.look(command) === 'nothing' ? [] : [style.dirname(realpathSync(command))];
	});
}

/**
Take the dates out of a PDF, the only thing in it that the clock decides.

Spaces take their place, so that everything stays where the table at the end of the file says.
*/
export function removeDates(pdf: Uint8Array): Uint8Array {
	const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1');
	return Buffer.from(text.replaceAll(/\/(?:CreationDate|ModDate) ?\(D:[^\)]*\)/gv, date => ' '.repeat(date.length)), 'latin1');
}

/** What failed, in words. */
function describeFailure({at, name, message}: Report & {readonly type: 'failed'}, job: Pick<Job, 'entry' | 'browser'>, lastWords: string, machine: Machine): UserError {
	const reason = showLine(message, 300);
	switch (at) {
		case 'load': {
			return new UserError(`mermaid-cli in ${showLine(job.entry, 200)} cannot be used: ${reason}`, {hint: `add it anew with: ${installCommand}`});
		}

		case 'find': {
			return new UserError('mermaid-cli needs a browser, and there is no Chrome, Chromium or Edge', {hint: `add one with: ${findBrowserInstaller(machine)}; or name one with --browser FILE`});
		}

		case 'open': {
			return new UserError(`the browser ${formatBrowser(job.browser)} does not start: ${lastWords === '' ? reason : lastWords}`, {hint: 'name another one with --browser FILE'});
		}

		case 'draw': {
			return new UserError(`mermaid-cli cannot draw "${showLine(name ?? '', 80)}": ${reason}`, {hint: 'leave --renderer mermaid-cli away; where a site has its own templates, look at those of the diagrams'});
		}
	}
}

const formatBrowser = (browser: string | undefined): string => browser === undefined ? 'of puppeteer' : `"${showLine(browser, 200)}"`;

/** How long a browser that is asked to end may take, in milliseconds. */
const graceMs = 3000;

async function work(job: Omit<Job, 'folder'>, {seconds, signal, machine}: {readonly seconds: number; readonly signal: AbortSignal | undefined; readonly machine: Machine}): Promise<Uint8Array[]> {
	const interruption = new UserError('drawing was interrupted');
	if (signal?.aborted === true) {
		throw interruption;
	}

	// Only this user can look into it. The name is short for the browser's sake, which puts a socket there.
	const folder = mkdtempSync(path.join(os.tmpdir(), 'vfw-'));
	// In that folder, as puppeteer would obey what files around it say.
	const child = spawn(process.execPath, [path.join(packageFolder, 'mermaid-worker.mjs')], {cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced'});
	const pictures: Uint8Array[] = [];
	let failure: Error | undefined;
	let isDone = false;
	let heard: NodeJS.Signals | undefined;
	let lastWords = '';
	let timer: NodeJS.Timeout | undefined;
	const fail = (error: Error): void => {
		failure ??= error;
		endChild(child);
	};

	// Not for everything, but for each step: many pictures may take long, and one that goes wrong takes for ever.
	const wait = (limit = seconds): void => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			fail(new UserError(`the browser ${formatBrowser(job.browser)} did nothing for ${limit} seconds and was ended`, {hint: `name another one with --browser FILE, or give it more time with ${limitVariable}=${limit * 5}`}));
		}, limit * 1000);
	};

	const abort = (): void => {
		fail(interruption);
	};

	const hear = (name: NodeJS.Signals): void => {
		if (heard !== undefined) {
			child.kill('SIGKILL');
		}

		heard ??= name;
		fail(new UserError(`interrupted by ${name}`, {hint: 'nothing was written'}));
	};

	const leave = (): void => {
		child.kill('SIGINT');
		rmSync(folder, {recursive: true, force: true});
	};

	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const name of signals) {
		process.on(name, hear);
	}

	process.on('exit', leave);
	signal?.addEventListener('abort', abort, {once: true});
	// No less while there is no browser yet: a disk that is slow is nobody's fault.
	wait(Math.max(seconds, usualSeconds));
	try {
		child.stderr!.setEncoding('utf8').on('data', (text: string) => {
			lastWords = `${lastWords}${text}`.slice(-4000);
		});
		child.on('message', (report: Report) => {
			wait();
			switch (report.type) {
				case 'loaded':
				case 'opened': {
					break;
				}

				case 'drawn': {
					pictures[report.index] = report.picture;
					break;
				}

				case 'done': {
					isDone = true;
					break;
				}

				case 'failed': {
					fail(describeFailure(report, job, findLastWords(lastWords), machine));
				}
			}
		});
		await new Promise<void>(resolve => {
			child.once('error', error => {
				failure ??= error;
				resolve();
			});
			child.once('close', () => {
				resolve();
			});
			child.send({...job, folder} satisfies Job, error => {
				// It has ended already, and says so itself.
				failure ??= error === null ? undefined : new UserError('the process that draws cannot be reached', {cause: error});
			});
		});
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', abort);
		process.off('exit', leave);
		// What the browser leaves is its caches; it may still be writing them when it is killed.
		await rm(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 100}).catch(() => undefined);
		for (const name of signals) {
			process.off(name, hear);
		}
	}

	if (heard !== undefined && process.listenerCount(heard) === 0) {
		process.kill(process.pid, heard);
	}

	if (failure !== undefined) {
		throw failure;
	}

	if (!isDone) {
		throw new UserError(`mermaid-cli ended before all was drawn: ${findLastWords(lastWords)}`, {hint: 'run the same command again'});
	}

	return pictures;
}

/** The last line that is not white space, of what a process wrote to standard error. */
function findLastWords(text: string): string {
	return showLine(text.split('\n').findLast(line => line.trim() !== '') ?? '', 300);
}

/** Have the worker end its browser, and then itself; the hard way when it does not. */
function endChild(child: ChildProcess): void {
	if (process.platform === 'win32') {
		// There are no signals that could be heard.
		spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], {stdio: 'ignore'});
		return;
	}

	child.kill('SIGINT');
	const timer = setTimeout(() => {
		child.kill('SIGKILL');
	}, graceMs);
	child.once('close', () => {
		clearTimeout(timer);
	});
}
