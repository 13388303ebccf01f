import {Buffer} from 'node:buffer';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import process from 'node:process';
import {maxTextLength} from '../core/limits.js';
import {showLine} from '../core/text.js';
import {findSystemCode, formatSystemError, UserError} from './user-error.js';

/** Four bytes are the most that UTF-8 uses for a character. */
const maxProfileBytes = 4 * maxTextLength;

/** How long somebody may take to begin writing to a pipe. */
const pipeWaitMs = 3000;

/** How often a pipe is looked at. */
const pipePollMs = 20;

/** The name of a `<profile>` argument in messages. */
export function nameFile(file: string): string {
	return file === '-' ? 'standard input' : file;
}

/**
Read a text file as UTF-8.

@param file - A path, or `-` for standard input.
@param maxBytes - The most that is read: what grows without end, as /dev/zero, is given up.
@throws {UserError} When it cannot be read, is too large, or is not UTF-8.
*/
export async function readText(file: string, {maxBytes = maxProfileBytes}: {readonly maxBytes?: number} = {}): Promise<string> {
	const name = file === '-' ? 'standard input' : `"${showLine(file, 200)}"`;
	const bytes = await readBytes(file, name, maxBytes);
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (error) {
		throw new UserError(`${name} is not UTF-8 text`, {problems: [{code: 'text/not-utf-8', path: [], file: nameFile(file), ...findFirstBad(bytes), message: 'from here on the text is not UTF-8', hint: 'save it as UTF-8'}], cause: error});
	}
}

/**
Read several text files, one after the other: standard input may be one of them.

@throws {UserError} As `readText()`.
*/
export async function readTexts(files: Iterable<string>, options: {readonly maxBytes?: number} = {}): Promise<Array<{readonly name: string; readonly text: string}>> {
	const texts: Array<{readonly name: string; readonly text: string}> = [];
	for (const file of files) {
		// eslint-disable-next-line no-await-in-loop -- Standard input, and memory, are there once.
		texts.push({name: nameFile(file), text: await readText(file, options)});
	}

	return texts;
}

async function readBytes(file: string, name: string, maxBytes: number): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	const add = (chunk: Uint8Array): void => {
		size += chunk.length;
		if (size > maxBytes) {
			throw new UserError(`${name} is larger than ${maxBytes} bytes`, {hint: 'is this the right file?'});
		}

		chunks.push(chunk);
	};

	try {
		if (file === '-') {
			for await (const chunk of process.stdin) {
				add(chunk as Uint8Array);
			}
		} else {
			// Without `O_NONBLOCK` a pipe that nobody writes to could not even be opened, nor given up.
			const descriptor = openSync(file, constants.O_RDONLY + (constants.O_NONBLOCK ?? 0));
			try {
				await readDescriptor(descriptor, name, add);
			} finally {
				closeSync(descriptor);
			}
		}
	} catch (error) {
		const reason = formatSystemError(error);
		throw reason === undefined ? error : new UserError(`${name} cannot be read: ${reason}`, {cause: error});
	}

	return Buffer.concat(chunks);
}

async function readDescriptor(descriptor: number, name: string, add: (chunk: Uint8Array) => void): Promise<void> {
	const status = fstatSync(descriptor);
	if (status.isDirectory()) {
		throw new UserError(`${name} is a folder`, {hint: 'name a file in it'});
	}

	// A pipe without a writer ends at once: the writer may only be late.
	let isWaiting = status.isFIFO();
	for (let waitedMs = 0; ;) {
		const chunk = readChunk(descriptor);
		if (chunk !== undefined && chunk.length > 0) {
			isWaiting = false;
			add(chunk);
			continue;
		}

		// Undefined: there is a writer, and nothing to read yet.
		if (chunk === undefined) {
			isWaiting = false;
		} else if (!isWaiting) {
			return;
		} else if (waitedMs >= pipeWaitMs) {
			throw new UserError(`${name} is a pipe, and nobody writes to it`, {hint: 'name a file, or write - and send the profile to standard input'});
		}

		// Loaded only where somebody waits.
		// eslint-disable-next-line no-await-in-loop -- A pause before the next look.
		const {setTimeout} = await import('node:timers/promises');
		// eslint-disable-next-line no-await-in-loop -- The same.
		await setTimeout(pipePollMs);
		waitedMs += pipePollMs;
	}
}

/** What comes next, in a buffer of its own, which is kept: nothing at the end, undefined when there is nothing yet. */
function readChunk(descriptor: number): Uint8Array | undefined {
	const buffer = new Uint8Array(65_536);
	try {
		return buffer.subarray(0, readSync(descriptor, buffer));
	} catch (error) {
		if (findSystemCode(error) === 'EAGAIN') {
			return undefined;
		}

		throw error;
	}
}

/** Where the first bytes stand that are no UTF-8. */
function findFirstBad(bytes: Uint8Array): {readonly line: number; readonly column: number} {
	const text = new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes);
	let position = text.indexOf('\u{FFFD}');
	let offset = Buffer.byteLength(text.slice(0, position));
	// Somebody may have written that very sign.
	while (position !== -1 && Buffer.from('\u{FFFD}').equals(bytes.subarray(offset, offset + 3))) {
		const next = text.indexOf('\u{FFFD}', position + 1);
		offset += Buffer.byteLength(text.slice(position, next));
		position = next;
	}

	const before = text.slice(0, position);
	return {line: before.split('\n').length, column: before.length - before.lastIndexOf('\n')};
}
