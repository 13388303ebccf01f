import {getOrMake} from '../core/records.js';

/** How a field of a row is written, by the name a pattern gives it; it escapes what it prints. Gets the field, and the row it stands in. */
export type FieldFormat = (value: unknown, row: unknown, path: string) => string;

type FieldFormats = Readonly<Record<string, FieldFormat>>;

type Field = {
	readonly path: string;
	/** The names in the path; the first apart, as most paths have no more. */
	readonly first: string;
	readonly others: readonly string[];
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
export function formatRow(row: unknown, pattern: string, formats: FieldFormats): string {
	return formatParts(row, findParts(pattern, formats), formats);
}

/**
Write a row for each entry of a list by one pattern, each with a line break at its end.

@throws {TypeError} As `formatRow()`, and when it is no list.
*/
export function formatRows(rows: unknown, pattern: string, formats: FieldFormats): string {
	const parts = findParts(pattern, formats);
	let text = '';
	for (const row of readList(rows)) {
		text += `${formatParts(row, parts, formats)}\n`;
	}

	return text;
}

function formatParts(row: unknown, parts: readonly Part[], formats: FieldFormats): string {
	let text = '';
	// Until V8 makes fast code of it an iterator costs as much as a field, and there are tens of thousands.
	for (let index = 0; index < parts.length; index++) { // eslint-disable-line unicorn/no-for-loop, @typescript-eslint/prefer-for-of
		const part = parts[index]!;
		text += typeof part === 'string' ? part : formatField(row, part, formats);
	}

	return text;
}

function parsePattern(pattern: string): readonly Part[] {
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
			...splitPath(path!),
			format: format ?? 'text',
			...(before === undefined ? {} : {wrap: [before, after!] as const}),
			...(otherwise === undefined ? {} : {otherwise}),
		};
	});
}

function formatField(row: unknown, field: Field, formats: FieldFormats): string {
	field.write ??= findFormat(field.format, formats);
	const {write, otherwise, wrap} = field;
	const value = follow(row, field);
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
	return follow(row, splitPath(path));
}

type FieldPath = Pick<Field, 'path' | 'first' | 'others'>;

function splitPath(path: string): FieldPath {
	const [first = '', ...others] = path.split('.');
	return {path, first, others};
}

function follow(row: unknown, {path, first, others}: FieldPath): unknown {
	let value = readStep(row, first, path);
	if (others.length > 0) {
		for (const step of others) {
			value = readStep(value, step, path);
		}
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
