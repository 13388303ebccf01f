import type * as z from 'zod/mini';
import {maxDepth, maxJsonLength, maxTextLength} from './limits.js';
import {readPlainYaml} from './plain-yaml.js';
import {sortProblems, type Outcome, type Problem} from './problem.js';
import {reservedKeys} from './records.js';
import {describeIssues, salvage, type Issue, type Salvage} from './schema-problems.js';
import {showUnfit} from './text.js';
import {readYaml, type YamlText} from './yaml-text.js';

/** A checked value, and where each part of it stands in its text. */
export type Structured<Value> = {
	readonly value: Value;
	/** Adds file, line and column to a problem with a path. */
	readonly locate: (problem: Problem) => Problem;
};

/** Text as data, before any schema. */
export type Tree = {
	readonly data: unknown;
	/** What is wrong whatever the data means, as a key that stands twice. */
	readonly problems: readonly Problem[];
	readonly locate: (problem: Problem) => Problem;
};

/** What a schema says of a tree. */
export type Checked<Value> = {
	readonly value: Value;
	readonly problems?: never;
	readonly salvage?: never;
} | {
	readonly value?: never;
	readonly problems: readonly Problem[];
	/** The data in the shape of a value, for checks that look further: so that all problems are said at once. */
	readonly salvage: Salvage | undefined;
};

/**
Read YAML or JSON text and check it against a schema.

@param file - The file's name as the user knows it, for messages.
@returns The value, or every problem at once in order of line.
*/
export function parseStructuredText<Schema extends z.ZodMiniType>(text: string, schema: Schema, file: string): Outcome<Structured<z.infer<Schema>>> {
	const tree = readTree(text, file);
	if (tree.problems) {
		return tree;
	}

	const {locate} = tree.value;
	const checked = checkTree(tree.value, schema);
	return checked.problems ? {problems: checked.problems} : {value: {value: checked.value, locate}};
}

/**
Read YAML or JSON text as data. Anchors are allowed in moderation; tags, several documents, duplicate keys and keys that would reach an
object's prototype are problems.

@returns The data, or every error of syntax: with those there is no data to speak of.
*/
export function readTree(text: string, file: string): Outcome<Tree> {
	// What editors of another system put in front of a text is no part of it.
	const source = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
	if (source.trim() === '') {
		return {problems: [{code: 'text/empty', path: [], file, line: 1, column: 1, message: 'the text is empty'}]};
	}

	const json = source.length > maxJsonLength ? undefined : readJson(source);
	if (json === undefined && source.length > maxTextLength) {
		return {problems: [formatTooLong(source, file)]};
	}

	const lines = new LineFinder(source, file);
	const quick = json ?? readPlainYaml(source);
	if (quick !== undefined) {
		let yaml: YamlText | undefined;
		const locate = (problem: Problem): Problem => {
			if (source.length > maxTextLength) {
				return {...problem, file};
			}

			// JSON is YAML, too, and this reader knows where things stand. Only a problem makes it worth the time.
			yaml ??= readYaml(source);
			return lines.locate(problem, yaml.findOffset(problem.path, problem.isAboutKey === true));
		};

		return {value: {data: quick.data, problems: [], locate}};
	}

	const yaml = readYaml(source);
	const problems = yaml.problems.map(({problem, offset}) => lines.locate({...problem, message: showUnfit(problem.message)}, offset));
	return yaml.isComplete
		? {value: {data: yaml.data, problems, locate: problem => lines.locate(problem, yaml.findOffset(problem.path, problem.isAboutKey === true))}}
		: {problems: sortProblems(problems)};
}

/** The problem of a text that is too long to be a profile or a catalog file; undefined when it is not. */
export function findTooLong(text: string, file: string): Problem | undefined {
	return text.length > maxTextLength ? formatTooLong(text, file) : undefined;
}

function formatTooLong(text: string, file: string): Problem {
	return {code: 'text/too-long', path: [], file, line: 1, column: 1, message: `the text has ${text.length} characters`, hint: `at most ${maxTextLength} are read`};
}

/** Check data against a schema: the value, or every problem of the text and of the data at once in order of line. */
export function checkTree<Schema extends z.ZodMiniType>(tree: Tree, schema: Schema): Checked<z.infer<Schema>> {
	const {data, locate} = tree;
	const checked = tryToCheck(data, schema);
	if (checked === undefined) {
		return {problems: sortProblems([...tree.problems, locate({code: 'schema/too-many', path: [], message: 'more is wrong than can be listed', hint: 'is this the right file?'})]), salvage: undefined};
	}

	if (checked.success && tree.problems.length === 0) {
		return {value: checked.data};
	}

	const issues = listIssues(checked) ?? [];
	// What is wrong with the text of a part says more than what it came to.
	const known = new Set(tree.problems.filter(({isAboutKey}) => isAboutKey !== true).map(({path}) => formatPath(path)));
	const found = describeIssues(issues, schema, data).filter(({path}) => !known.has(formatPath(path)));
	return {problems: sortProblems([...tree.problems, ...found.map(problem => locate(problem))]), salvage: salvage(data, schema, issues, copy => listIssues(tryToCheck(copy, schema)))};
}

/** Undefined when more is wrong than the schema can collect: each list of issues becomes the arguments of one call. */
function tryToCheck<Schema extends z.ZodMiniType>(data: unknown, schema: Schema): z.core.util.SafeParseResult<z.infer<Schema>> | undefined {
	try {
		return schema.safeParse(data);
	} catch (error) {
		if (error instanceof RangeError) {
			return undefined;
		}

		throw error;
	}
}

function listIssues(checked: z.core.util.SafeParseResult<unknown> | undefined): readonly Issue[] | undefined {
	return checked === undefined ? undefined : checked.error?.issues ?? [];
}

/** A path as one text, to compare. */
export function formatPath(path: ReadonlyArray<string | number>): string {
	return JSON.stringify(path);
}

/**
Read JSON, much faster than as YAML.

@returns Undefined when it is none, or something about it wants to be said with its place.
*/
function readJson(text: string): {readonly data: unknown} | undefined {
	if (!/^\s*[\[\{]/v.test(text)) {
		return undefined;
	}

	try {
		const data: unknown = JSON.parse(text);
		const keys = countKeys(data, 0);
		return keys !== undefined && (text.length > maxTextLength || keys === countWrittenKeys(text)) ? {data} : undefined;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return undefined;
		}

		throw error;
	}
}

/** How many keys data has; undefined when one is reserved or the data is too deep. */
function countKeys(data: unknown, depth: number): number | undefined {
	if (typeof data !== 'object' || data === null) {
		return 0;
	}

	if (depth >= maxDepth) {
		return undefined;
	}

	const keys = Array.isArray(data) ? [] : Object.keys(data);
	let sum = keys.length;
	for (const value of Object.values(data)) {
		const inner = countKeys(value, depth + 1);
		if (inner === undefined) {
			return undefined;
		}

		sum += inner;
	}

	return keys.some(key => reservedKeys.has(key) || key === '<<') ? undefined : sum;
}

/** How many keys stand in JSON text, those that stand twice counted twice: `JSON.parse()` does not tell of them. */
function countWrittenKeys(text: string): number {
	let count = 0;
	for (let start = text.indexOf('"'); start !== -1;) {
		let end = text.indexOf('"', start + 1);
		while (isEscaped(text, end)) {
			end = text.indexOf('"', end + 1);
		}

		let after = end + 1;
		while (/\s/v.test(text[after] ?? '')) {
			after++;
		}

		count += text[after] === ':' ? 1 : 0;
		start = text.indexOf('"', after);
	}

	return count;
}

function isEscaped(text: string, position: number): boolean {
	let backslashes = 0;
	while (text[position - 1 - backslashes] === '\\') {
		backslashes++;
	}

	return backslashes % 2 === 1;
}

/** Finds the line and column of an offset; the lines are only looked for when there is a problem. */
class LineFinder {
	readonly #text: string;
	readonly #file: string;
	#starts: readonly number[] | undefined;

	constructor(text: string, file: string) {
		this.#text = text;
		this.#file = file;
	}

	locate(problem: Problem, offset: number): Problem {
		this.#starts ??= [0, ...[...this.#text.matchAll(/\n/gv)].map(({index}) => index + 1)];
		let low = 0;
		let high = this.#starts.length;
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			if (this.#starts[middle]! <= offset) {
				low = middle;
			} else {
				high = middle;
			}
		}

		return {...problem, file: this.#file, line: low + 1, column: offset - this.#starts[low]! + 1};
	}
}
