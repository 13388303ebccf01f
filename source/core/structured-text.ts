import {isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node as YamlNode} from 'yaml';
import type * as z from 'zod/mini';
import {sortProblems, suggest, type Outcome, type Problem} from './problem.js';
import {showUnfit} from './text.js';

/** The longest profile or catalog text that is read, in characters: far above any real one, and low enough to answer at once. */
export const maxTextLength = 4_000_000;

const reservedKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A checked value, and where each part of it stands in its text. */
export type Structured<Value> = {
	readonly value: Value;
	/** Adds file, line and column to a problem with a path. */
	readonly locate: (problem: Problem) => Problem;
};

/**
Read YAML or JSON text and check it against a schema.

JSON is a part of YAML 1.2, so that one reader serves both and can say where each part stands. Anchors are allowed in
moderation; tags, several documents, duplicate keys and keys that would reach an object's prototype are refused.

@param file - The file's name as the user knows it, for messages.
@returns The value, or every problem at once in order of line.
*/
export function parseStructuredText<Schema extends z.ZodMiniType>(text: string, schema: Schema, file: string): Outcome<Structured<z.infer<Schema>>> {
	if (text.length > maxTextLength) {
		return {problems: [{code: 'text/too-long', path: [], file, message: `the text has ${text.length} characters`, hint: `at most ${maxTextLength} are read`}]};
	}

	if (text.trim() === '') {
		return {problems: [{code: 'text/empty', path: [], file, line: 1, column: 1, message: 'the text is empty'}]};
	}

	const lines = new LineCounter();
	try {
		const document = parseDocument(text, {lineCounter: lines, uniqueKeys: true, prettyErrors: false, stringKeys: true});
		const locate = makeLocator(document, lines, file);
		const syntax = listSyntaxProblems(document, lines, file);
		const reserved = syntax.length === 0 ? listReservedKeys(document.contents, []).map(problem => locate(problem)) : [];
		if (syntax.length > 0 || reserved.length > 0) {
			return {problems: sortProblems([...syntax, ...reserved])};
		}

		const data: unknown = document.toJS({maxAliasCount: 100});
		const checked = schema.safeParse(data);
		return checked.success
			? {value: {value: checked.data, locate}}
			: {problems: sortProblems(formatIssues(checked.error.issues, schema, data).map(problem => locate(problem)))};
	} catch (error) {
		if (error instanceof ReferenceError) {
			return {problems: [{code: 'yaml/aliases', path: [], file, message: 'aliases repeat too much of the text', hint: 'write the repeated parts out'}]};
		}

		if (error instanceof RangeError) {
			return {problems: [{code: 'yaml/too-deep', path: [], file, message: 'lists and maps are nested too deeply'}]};
		}

		throw error;
	}
}

function listSyntaxProblems(document: Document.Parsed, lines: LineCounter, file: string): Problem[] {
	return [...document.errors, ...document.warnings].slice(0, 50).map(({code, message, pos}) => {
		const {line, col} = lines.linePos(pos[0]);
		return {code: `yaml/${code.toLowerCase().replaceAll('_', '-')}`, path: [], file, line, column: col, message: showUnfit(message.replaceAll(/\s+/gv, ' ').slice(0, 300))};
	});
}

function listReservedKeys(node: unknown, path: ReadonlyArray<string | number>): Problem[] {
	if (isSeq(node)) {
		return node.items.flatMap((item, index) => listReservedKeys(item, [...path, index]));
	}

	if (!isMap(node)) {
		return [];
	}

	return node.items.flatMap(pair => {
		const key = isScalar(pair.key) ? String(pair.key.value) : '';
		const inner = [...path, key];
		return reservedKeys.has(key) ? [{code: 'text/reserved-key', path: inner, message: `the key "${key}" is reserved`}] : listReservedKeys(pair.value, inner);
	});
}

function makeLocator(document: Document.Parsed, lines: LineCounter, file: string): (problem: Problem) => Problem {
	return problem => {
		let node: unknown = document.contents;
		let offset = findOffset(node) ?? 0;
		for (const step of problem.path) {
			if (isMap(node)) {
				const pair: unknown = node.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === String(step));
				if (!isPair(pair)) {
					break;
				}

				const isLast = step === problem.path.at(-1);
				offset = findOffset(isLast && isScalar(pair.value) ? pair.value : pair.key) ?? offset;
				node = pair.value;
			} else if (isSeq(node)) {
				node = node.items[Number(step)];
				offset = findOffset(node) ?? offset;
			} else {
				break;
			}
		}

		const {line, col} = lines.linePos(offset);
		return {...problem, file, line, column: col};
	};
}

function findOffset(node: unknown): number | undefined {
	return (node as YamlNode | undefined | null)?.range?.[0];
}

type Issue = z.core.$ZodIssue;

function formatIssues(issues: readonly Issue[], schema: z.ZodMiniType, data: unknown): Problem[] {
	return issues.flatMap(issue => formatIssue(issue, schema, data));
}

function formatIssue(issue: Issue, schema: z.ZodMiniType, data: unknown): Problem[] {
	const path = issue.path.map(step => typeof step === 'symbol' ? String(step) : step);
	const at = path.length === 0 ? 'the text' : `"${showUnfit(String(path.at(-1)))}"`;
	const problem = (code: string, message: string, hint?: string): Problem => ({code, path, message, ...(hint === undefined ? {} : {hint})});
	const found = formatFound(findValue(data, path));
	switch (issue.code) {
		case 'unrecognized_keys': {
			const known = listKeys(findSchema(schema, path, data));
			return issue.keys.map(key => ({code: 'schema/unknown-key', path: [...path, key], message: `there is no key "${showUnfit(key.slice(0, 80))}" here`, hint: suggest(key, known)}));
		}

		case 'invalid_type': {
			return [found === 'nothing' ? problem('schema/missing', `${at} is missing`, `it is ${formatExpected(issue.expected)}`) : problem('schema/type', `${at} is ${found}`, `it must be ${formatExpected(issue.expected)}`)];
		}

		case 'invalid_value': {
			const values = issue.values.map(String);
			return [found === 'nothing' ? problem('schema/missing', `${at} is missing`, suggest('', values)) : problem('schema/value', `${at} is ${found}`, suggest(String(findValue(data, path)), values))];
		}

		case 'invalid_union': {
			const best = [...issue.errors].sort((a, b) => weigh(a) - weigh(b))[0];
			return best === undefined || best.length === 0
				? [problem('schema/value', `${at} has a form that is not known`)]
				: formatIssues(best.map(inner => ({...inner, path: [...issue.path, ...inner.path]})), schema, data);
		}

		case 'too_small': {
			return [problem('schema/too-small', issue.message === 'Invalid input' ? `${at} is too small or empty` : `${at}: ${issue.message}`, `at least ${String(issue.minimum)}`)];
		}

		case 'too_big': {
			return [problem('schema/too-big', `${at} is too large or too long`, `at most ${String(issue.maximum)}`)];
		}

		case 'invalid_key': {
			return [problem('schema/key', `the key ${at} is not allowed: ${issue.issues[0]?.message ?? 'wrong form'}`)];
		}

		case 'invalid_format':
		case 'custom':
		case 'not_multiple_of':
		case 'invalid_element': {
			return [problem('schema/form', `${at} is ${found}: ${issue.message}`)];
		}
	}
}

/** Prefer the alternative that recognises most of the value: deep problems weigh less than a wrong shape at the top. */
function weigh(issues: readonly Issue[]): number {
	return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 20 * issue.keys.length : 10) - Math.min(issue.path.length, 9), 0);
}

function findValue(data: unknown, path: ReadonlyArray<string | number>): unknown {
	let value = data;
	for (const step of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
			return undefined;
		}

		value = (value as Record<string | number, unknown>)[step];
	}

	return value;
}

function formatFound(value: unknown): string {
	if (value === undefined) {
		return 'nothing';
	}

	if (value === null) {
		return 'empty';
	}

	if (Array.isArray(value)) {
		return 'a list';
	}

	if (typeof value === 'object') {
		return 'a map';
	}

	const text = showUnfit(String(value));
	return typeof value === 'string' ? `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"` : `the ${typeof value} ${text}`;
}

function formatExpected(expected: string): string {
	switch (expected) {
		case 'object':
		case 'record': {
			return 'a map of keys and values';
		}

		case 'array': {
			return 'a list';
		}

		case 'string': {
			return 'a text (quote it if it looks like something else)';
		}

		default: {
			return `a ${expected}`;
		}
	}
}

type Definition = {readonly type: string; readonly shape?: Record<string, z.ZodMiniType>; readonly innerType?: z.ZodMiniType; readonly element?: z.ZodMiniType; readonly valueType?: z.ZodMiniType; readonly options?: readonly z.ZodMiniType[]; readonly getter?: () => z.ZodMiniType};

/** The schema at a path, as far as it can be followed. */
function findSchema(schema: z.ZodMiniType | undefined, path: ReadonlyArray<string | number>, data: unknown): z.ZodMiniType | undefined {
	if (schema === undefined) {
		return undefined;
	}

	const definition = schema._zod.def as unknown as Definition;
	if (definition.type === 'lazy' || definition.innerType) {
		return findSchema(definition.innerType ?? definition.getter?.(), path, data);
	}

	const [step, ...rest] = path;
	if (definition.options) {
		const candidates = definition.options.map(option => findSchema(option, path, data)).filter(option => option !== undefined);
		const value = step === undefined ? data : undefined;
		return candidates.find(option => typeof value === 'object' && value !== null && listKeys(option).some(key => Object.hasOwn(value, key))) ?? candidates[0];
	}

	if (step === undefined) {
		return schema;
	}

	return findSchema(definition.shape ? definition.shape[String(step)] : definition.element ?? definition.valueType, rest, findValue(data, [step]));
}

function listKeys(schema: z.ZodMiniType | undefined): string[] {
	const definition = schema?._zod.def as unknown as Definition | undefined;
	return Object.keys(definition?.shape ?? {});
}
