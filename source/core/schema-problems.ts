import type * as z from 'zod/mini';
import {suggest, type Problem} from './problem.js';
import {showLine} from './text.js';

/** Something that a schema finds wrong with data. */
export type Issue = z.core.$ZodIssue;

type Path = ReadonlyArray<string | number>;

/** Say what a schema finds wrong: with paths, what was found, what would have been right, and the nearest word that is known. */
export function describeIssues(issues: readonly Issue[], schema: z.ZodMiniType, data: unknown): Problem[] {
	return issues.flatMap(issue => describeIssue(issue, schema, data));
}

function describeIssue(issue: Issue, schema: z.ZodMiniType, data: unknown): Problem[] {
	const path = findPath(issue);
	const at = path.length === 0 ? 'the text' : `"${showLine(String(path.at(-1)), 80)}"`;
	const value = findValue(data, path);
	const found = formatFound(value);
	const problem = (code: string, message: string, hint?: string): Problem => ({code, path, message, ...(hint === undefined ? {} : {hint})});
	switch (issue.code) {
		case 'unrecognized_keys': {
			const known = listKeys(findSchema(schema, path, data));
			return issue.keys.map(key => ({code: 'schema/unknown-key', path: [...path, key], message: `there is no key "${showLine(key, 80)}" here`, hint: suggest(key, known), isAboutKey: true}));
		}

		case 'invalid_type': {
			const expected = formatExpected(issue.expected);
			return [value === undefined ? problem('schema/missing', `${at} is missing`, `it is ${expected}`) : problem('schema/type', `${at} is ${found}`, value === null ? `fill it with ${expected}, or remove it` : `it must be ${expected}`)];
		}

		case 'invalid_value': {
			return [describeValue(problem, at, value, issue.values)];
		}

		case 'invalid_union': {
			const [best] = issue.errors.toSorted((a, b) => weigh(a) - weigh(b));
			return best === undefined || best.length === 0
				? [problem('schema/value', `${at} has a form that is not known`)]
				: describeIssues(best.map(inner => ({...inner, path: [...issue.path, ...inner.path]})), schema, data);
		}

		case 'too_small': {
			return [problem('schema/too-small', issue.message === 'Invalid input' ? `${at} is too small or empty` : `${at}: ${issue.message}`, `at least ${String(issue.minimum)}${formatUnit(issue.origin)}`)];
		}

		case 'too_big': {
			return [problem('schema/too-big', `${at} is too large or too long`, `at most ${String(issue.maximum)}${formatUnit(issue.origin)}`)];
		}

		case 'invalid_key': {
			const [inner] = issue.issues;
			return [{
				...problem('schema/key', `the key ${at} is not allowed${inner === undefined || inner.code === 'invalid_value' ? ' here' : `: ${inner.message}`}`, inner?.code === 'invalid_value' ? suggest(String(path.at(-1)), inner.values.map(String)) : undefined),
				isAboutKey: true,
			}];
		}

		case 'invalid_format':
		case 'custom':
		case 'not_multiple_of':
		case 'invalid_element': {
			return [problem('schema/form', `${at} is ${found}: ${issue.message}`)];
		}
	}
}

function describeValue(problem: (code: string, message: string, hint?: string) => Problem, at: string, value: unknown, allowed: readonly unknown[]): Problem {
	const words = allowed.map(String);
	if (value === undefined) {
		return problem('schema/missing', `${at} is missing`, suggest('', words));
	}

	const word = typeof value === 'string' ? value : JSON.stringify(value);
	const meant = words.indexOf(word);
	return meant === -1
		? problem('schema/value', `${at} is ${formatFound(value)}`, suggest(typeof value === 'string' ? value : '', words))
		// It looks right and is not: "1" in quotes where a number is meant.
		: problem('schema/type', `${at} is ${formatFound(value)}`, `it must be the ${typeof allowed[meant]} ${word}: ${typeof value === 'string' ? 'without' : 'in'} quotes`);
}

function findPath(issue: Issue): Array<string | number> {
	return issue.path.map(step => typeof step === 'symbol' ? String(step) : step);
}

/** Prefer the alternative that recognises most of the value: deep problems weigh less than a wrong shape at the top. */
function weigh(issues: readonly Issue[]): number {
	return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 20 * issue.keys.length : 10) - Math.min(issue.path.length, 9), 0);
}

function findValue(data: unknown, path: Path): unknown {
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

	return typeof value === 'string' ? `"${showLine(value, 60)}"` : `the ${typeof value} ${(value as number | boolean).toString()}`;
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

		case 'int': {
			return 'a whole number';
		}

		default: {
			return `a ${expected}`;
		}
	}
}

function formatUnit(origin: string): string {
	switch (origin) {
		case 'string': {
			return ' characters';
		}

		case 'array': {
			return ' entries';
		}

		default: {
			return '';
		}
	}
}

type Definition = {
	readonly type: string;
	readonly shape?: Record<string, z.ZodMiniType>;
	readonly innerType?: z.ZodMiniType;
	readonly element?: z.ZodMiniType;
	readonly keyType?: z.ZodMiniType;
	readonly valueType?: z.ZodMiniType;
	readonly options?: readonly z.ZodMiniType[];
	readonly getter?: () => z.ZodMiniType;
};

/** The schema at a path, as far as it can be followed. */
function findSchema(schema: z.ZodMiniType | undefined, path: Path, data: unknown): z.ZodMiniType | undefined {
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

/** The keys a schema knows: of an object, or of a record whose keys are a closed list. */
function listKeys(schema: z.ZodMiniType | undefined): string[] {
	const definition = schema?._zod.def as unknown as Definition | undefined;
	return definition?.shape === undefined ? [...definition?.keyType?._zod.values ?? []].map(String) : Object.keys(definition.shape);
}

/** Data of the right shape, made from data with problems so that what else is wrong can be looked for. */
export type Salvage = {
	readonly data: unknown;
	/** Paths of the parts that had to be replaced or left out. */
	readonly replaced: readonly Path[];
};

/**
Make data of the shape a schema asks for: parts of a wrong type are replaced by empty ones, or left out, as unknown keys are.
Words and numbers stay as they are, right or wrong.

@param issues - What the schema finds wrong with the data.
@param findIssues - The same for other data; undefined when that is too much.
@returns Undefined when it cannot be done.
*/
export function salvage(data: unknown, schema: z.ZodMiniType, issues: readonly Issue[], findIssues: (data: unknown) => readonly Issue[] | undefined): Salvage | undefined {
	if (!issues.some(issue => isAboutShape(issue, data))) {
		return {data, replaced: []};
	}

	const copy: unknown = structuredClone(data);
	const replaced: Path[] = [];
	let left: readonly Issue[] | undefined = issues;
	// A part that is replaced by an empty one may need parts of its own: a round for each level.
	for (let round = 0; left !== undefined && round < 8; round++) {
		const shapes = left.filter(issue => isAboutShape(issue, copy));
		if (shapes.length === 0) {
			return {data: copy, replaced};
		}

		for (const issue of shapes) {
			const path = findPath(issue);
			if (!replace(copy, path, issue)) {
				return undefined;
			}

			// An unknown key of an object means nothing to anybody; one of a record may stand for an entry that is missing.
			if (issue.code !== 'unrecognized_keys' || (findSchema(schema, path, copy)?._zod.def as Definition | undefined)?.keyType !== undefined) {
				replaced.push(issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path);
			}
		}

		left = findIssues(copy);
	}

	return undefined;
}

/** What leaves data of another type than the schema's; what stands behind a wrong key has not even been looked at. */
const shapeCodes: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_union', 'invalid_key', 'unrecognized_keys']);

function isAboutShape(issue: Issue, data: unknown): boolean {
	return shapeCodes.has(issue.code) || (issue.code === 'invalid_value' && typeof findValue(data, findPath(issue)) !== typeof issue.values[0]);
}

function replace(data: unknown, path: Path, issue: Issue): boolean {
	if (issue.code === 'unrecognized_keys') {
		const map = findValue(data, path) as Record<string, unknown>;
		return issue.keys.every(key => Reflect.deleteProperty(map, key));
	}

	const last = path.at(-1);
	const parent = findValue(data, path.slice(0, -1));
	if (last === undefined || typeof parent !== 'object' || parent === null) {
		return false;
	}

	const target = parent as Record<string | number, unknown>;
	if (issue.code === 'invalid_union' || issue.code === 'invalid_key') {
		return !Array.isArray(parent) && Reflect.deleteProperty(target, last);
	}

	const value = issue.code === 'invalid_value' ? issue.values[0] : makeEmpty[(issue as {readonly expected?: string}).expected ?? '']?.();
	target[last] = value;
	return value !== undefined;
}

const makeEmpty: Readonly<Record<string, () => unknown>> = {
	object: () => ({}),
	record: () => ({}),
	array: () => [],
	string: () => '',
	number: () => 1,
	int: () => 1,
	boolean: () => false,
};
