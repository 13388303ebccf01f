import {getOrMake} from '../core/records.js';

/** How a field of a row is written, by the name a pattern gives it; it escapes what it prints. Gets the field, and the row it stands in. */
export type FieldFormat = (value: unknown, row: unknown, path: string) => string;

type FieldFormats = Readonly<Record<string, FieldFormat>>;

/** A pattern as the build compiles it: writes a row as `formatRow()` does, and throws where that would. */
export type CompiledPattern = (row: unknown, formats: FieldFormats, tools: typeof patternTools) => string;

type Field = {
	readonly path: string;
	readonly steps: readonly string[];
	readonly format: string;
	/** The format itself, looked up for the first row. */
	write?: FieldFormat;
	readonly wrap?: readonly [before: string, after: string];
	readonly otherwise?: string;
};

type Part = string | Field;

const patterns = new WeakMap<FieldFormats, Map<string, readonly Part[]>>();

function findParts(pattern: string, formats: FieldFormats): readonly Part[] {
	const known = patterns.get(formats) ?? new Map<string, readonly Part[]>();
	patterns.set(formats, known);
	return getOrMake(known, pattern, () => parsePattern(pattern));
}

/**
Write a row by a pattern: for tables of hundreds of rows, where an output for each cell, and a round of a loop for each row, would take most of the time of a document.

Text of the pattern is printed as it stands; fields stand in brackets:

- `[path]` or `[path:format]`: a field, escaped, or written by a format; a list of texts is joined by commas
- `[path?before * after]`: only when it is not empty, with text around it
- `[path!otherwise]`: the text instead when it is empty

@param pattern - As `[id:code] | [service][application? (*)] | [reverse!-]`.
@throws {TypeError} When the pattern cannot be read, or names a field or format that there is not.
*/
export function formatRow(row: unknown, pattern: unknown, formats: FieldFormats): string {
	return findWriter(pattern, formats)(row);
}

/**
Write a row for each entry of a list by one pattern, each with a line break at its end.

@throws {TypeError} As `formatRow()`, and when it is no list.
*/
export function formatRows(rows: unknown, pattern: unknown, formats: FieldFormats): string {
	const write = findWriter(pattern, formats);
	let text = '';
	for (const row of readList(rows)) {
		text += `${write(row)}\n`;
	}

	return text;
}

function findWriter(pattern: unknown, formats: FieldFormats): (row: unknown) => string {
	if (typeof pattern === 'function') {
		return row => (pattern as CompiledPattern)(row, formats, patternTools);
	}

	const parts = findParts(String(pattern), formats);
	return row => formatParts(row, parts, formats);
}

/** What compiled patterns call. */
const patternTools = {
	read: readStep,
	isEmpty,
	wrap: (before: string, text: string, after: string): string => text === '' ? '' : `${before}${text}${after}`,
};

function formatParts(row: unknown, parts: readonly Part[], formats: FieldFormats): string {
	let text = '';
	for (const part of parts) {
		text += typeof part === 'string' ? part : formatField(row, part, formats);
	}

	return text;
}

/** The parts of a pattern: text, and fields. */
export function parsePattern(pattern: string): readonly Part[] {
	return pattern.split(/(?<field>\[[^\[\]]*\])/v).map((text): Part => {
		const match = /^\[(?<path>[\w.]+)(?::(?<format>\w+))?(?:\?(?<before>[^*]*)\*(?<after>.*)|!(?<otherwise>.*))?\]$/v.exec(text);
		if (!match?.groups) {
			if (text.startsWith('[')) {
				throw new TypeError(`${text} is no field as [path], [path:format], [path?before * after] or [path!otherwise]`);
			}

			return text;
		}

		const {path, format, before, after, otherwise} = match.groups;
		return {
			path: path!,
			steps: path!.split('.'),
			format: format ?? 'text',
			...(before === undefined ? {} : {wrap: [before, after!] as const}),
			...(otherwise === undefined ? {} : {otherwise}),
		};
	});
}

function formatField(row: unknown, field: Field, formats: FieldFormats): string {
	field.write ??= findFormat(field.format, formats);
	const {write, otherwise, wrap} = field;
	const value = follow(row, field.steps, field.path);
	const text = otherwise !== undefined && isEmpty(value) ? '' : write(value, row, field.path);
	if (text === '') {
		return otherwise ?? '';
	}

	return wrap === undefined ? text : `${wrap[0]}${text}${wrap[1]}`;
}

function findFormat(name: string, formats: FieldFormats): FieldFormat {
	if (!Object.hasOwn(formats, name)) {
		throw new TypeError(`there is no format "${name}": known are ${Object.keys(formats).join(', ')}`);
	}

	return formats[name]!;
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/**
A field of a view by its path, as `initiator.host`.

@throws {TypeError} When there is none.
*/
export function readField(row: unknown, path: string): unknown {
	return follow(row, path.split('.'), path);
}

function follow(row: unknown, steps: readonly string[], path: string): unknown {
	let value = row;
	for (const step of steps) {
		value = readStep(value, step, path);
	}

	return value;
}

function readStep(value: unknown, step: string, path: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
		throw new TypeError(`there is no field "${path}"`);
	}

	return (value as Readonly<Record<string, unknown>>)[step];
}

/**
A field as a list.

@throws {TypeError} When it is something else.
*/
export function readList<Entry>(value: unknown): readonly Entry[] {
	if (!Array.isArray(value)) {
		throw new TypeError('this is no list');
	}

	return value as readonly Entry[];
}

/**
A field as texts: one, several, or none when it has no value.

@throws {TypeError} When it is something else.
*/
export function readTexts(value: unknown): readonly string[] {
	// What most fields are, at a tenth of the price.
	if (typeof value === 'string') {
		return [value];
	}

	if (Array.isArray(value) && value.every(item => typeof item === 'string')) {
		return value;
	}

	return [value ?? []].flat().map(item => {
		if (typeof item !== 'string' && typeof item !== 'number') {
			throw new TypeError('this is no text but holds several fields: name one of them');
		}

		return String(item);
	});
}
