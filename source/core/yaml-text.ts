import {Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type Alias, type CST, type Node, type Pair, type YAMLMap} from 'yaml';
import {maxDepth} from './limits.js';
import type {Problem} from './problem.js';
import {reservedKeys} from './records.js';

/** So many errors of syntax say that this is no YAML at all. */
const maxErrors = 1000;

/** So many parts may come from aliases; a text without aliases has fewer. */
const maxRepeated = 1_000_000;

/** A problem of the text itself, and where it stands. */
export type TextProblem = {readonly problem: Pick<Problem, 'code' | 'message' | 'hint' | 'path' | 'isAboutKey'>; readonly offset: number};

/** YAML text as data, and where each part of it stands. */
export type YamlText = {
	readonly data: unknown;
	/** Whether the text could be read to its end; without that the data says nothing. */
	readonly isComplete: boolean;
	readonly problems: readonly TextProblem[];
	/** The offset of the part at a path, or of the nearest part around it that is there. */
	readonly findOffset: (path: ReadonlyArray<string | number>, isAboutKey: boolean) => number;
};

/**
Read YAML 1.2 text as plain data.

What has no one meaning for every reader is a problem: tags beyond the core schema, several documents, keys that stand twice, merge
keys, numbers such as 010. So is what takes long to read and is in no real file: deep nesting, aliases of aliases.
*/
export function readYaml(text: string): YamlText {
	const found: TextProblem[] = [];
	const contents = compose(text, found);
	if (found.length > 0) {
		return {data: undefined, isComplete: false, problems: found, findOffset: () => 0};
	}

	const reader = new NodeReader();
	return {data: reader.read(contents), isComplete: true, problems: reader.problems, findOffset: (path, isAboutKey) => reader.findOffset(contents, path, isAboutKey)};
}

/** Ends the reading of a text that cannot be meant. */
class TooMuchError extends Error {
	override readonly name = 'TooMuchError';
}

/** The root node of the only document of a text; undefined when it is empty or cannot be read. */
function compose(text: string, found: TextProblem[]): Node | undefined {
	const add = (code: string, message: string, offset: number, hint?: string): void => {
		if (found.length >= maxErrors) {
			found.push({problem: {code: 'yaml/too-many', path: [], message: 'from here on the text was not read: too much is wrong before'}, offset});
			throw new TooMuchError();
		}

		if (code === 'RESOURCE_EXHAUSTION') {
			throw new RangeError(message);
		}

		found.push({problem: {code: `yaml/${code.toLowerCase().replaceAll('_', '-')}`, path: [], message: message.replaceAll(/\s+/gv, ' ').slice(0, 300), ...(hint === undefined ? {} : {hint})}, offset});
	};

	// The schema is named, so that a %YAML directive cannot make `yes` a truth value and 010 eight.
	const composer = new Composer({schema: 'core', merge: false, resolveKnownTags: false, uniqueKeys: false, stringKeys: true});
	// It would collect its errors without end, each with a stack.
	(composer as unknown as {onError: (source: number | readonly [number, ...number[]] | {readonly offset: number}, code: string, message: string) => void}).onError = (source, code, message) => {
		add(code, message, typeof source === 'number' ? source : ('offset' in source ? source.offset : source[0]));
	};

	try {
		let contents: Node | undefined;
		let documents = 0;
		for (const document of composer.compose(listTokens(text, add), true, text.length)) {
			for (const {code, message, pos: [offset]} of document.errors) {
				add(code, message, offset);
			}

			documents++;
			if (documents === 1) {
				contents = document.contents ?? undefined;
			} else {
				add('multiple-docs', 'the text holds several documents', document.range[0], 'keep one of them, without the lines of three hyphens');
				break;
			}
		}

		return contents;
	} catch (error) {
		if (error instanceof RangeError) {
			found.unshift({problem: {code: 'yaml/too-deep', path: [], message: 'lists and maps are nested too deeply'}, offset: 0});
		} else if (!(error instanceof TooMuchError)) {
			throw error;
		}

		return undefined;
	}
}

/** What the lexer puts between the parts of a text: at a document, after broken flow, before a scalar. */
const scalarMark = '\u{1F}';
const lexerMarks = new Set(['\u{2}', '\u{18}', scalarMark]);

const nesting: Readonly<Record<string, number>> = {'[': 1, '{': 1, ']': -1, '}': -1};

/** Tokens of a text, as long as it does not open more lists and maps than anybody closes. */
function * listTokens(text: string, add: (code: string, message: string, offset: number) => void): Generator<CST.Token, void> {
	const parser = new Parser();
	let depth = 0;
	let indicators = 0;
	let isScalar = false;
	let offset = 0;
	for (const lexeme of new Lexer().lex(text)) {
		// The lexer's own marks are no part of the text; one announces a scalar, whose text is not to be taken for a sign.
		const isMark = !isScalar && lexerMarks.has(lexeme);
		const sign: string = isScalar ? '' : lexeme;
		isScalar = sign === scalarMark;
		depth = Math.max(0, depth + (nesting[sign] ?? 0));
		if (sign === '\n' || sign === '\r\n') {
			indicators = 0;
		} else if (depth === 0 && (sign === '-' || sign === '?')) {
			indicators++;
		}

		if (depth > maxDepth || indicators > maxDepth) {
			add('too-deep', 'lists and maps are nested too deeply', offset);
			throw new TooMuchError();
		}

		offset += isMark ? 0 : lexeme.length;
		yield * listErrors(parser.next(lexeme), add);
	}

	yield * listErrors(parser.end(), add);
}

/** Sort out the parser's own errors, which would else be collected without end. */
function * listErrors(tokens: Iterable<CST.Token>, add: (code: string, message: string, offset: number) => void): Generator<CST.Token, void> {
	for (const token of tokens) {
		if (token.type === 'error') {
			add('unexpected-token', token.source === '' ? token.message : `${token.message}: ${JSON.stringify(token.source.slice(0, 40))}`, token.offset);
		} else {
			yield token;
		}
	}
}

/** Makes plain data of nodes and remembers where they stand. */
class NodeReader {
	readonly problems: TextProblem[] = [];
	readonly #path: Array<string | number> = [];
	/** The last node of each anchor so far, what it holds, and in how many parts. */
	readonly #anchors = new Map<string, {readonly node: Node; readonly value: unknown; readonly size: number}>();
	readonly #targets = new Map<Alias, Node>();
	readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
	#size = 0;
	#repeated = 0;

	read(node: unknown): unknown {
		if (isAlias(node)) {
			return this.#readAlias(node);
		}

		const before = this.#size;
		this.#size++;
		const value = this.#readPlain(node);
		const anchor = (node as {readonly anchor?: string} | undefined)?.anchor;
		if (anchor !== undefined) {
			this.#anchors.set(anchor, {node: node as Node, value, size: this.#size - before});
		}

		return value;
	}

	findOffset(root: Node | undefined, path: ReadonlyArray<string | number>, isAboutKey: boolean): number {
		let node: unknown = root;
		let offset = findStart(root) ?? 0;
		for (const step of path) {
			if (isAlias(node)) {
				node = this.#targets.get(node);
			}

			if (isMap(node)) {
				const pair = this.#listPairs(node).get(String(step));
				if (pair === undefined) {
					break;
				}

				offset = findStart(isScalar(pair.value) && !isAboutKey ? pair.value : pair.key) ?? offset;
				node = pair.value;
			} else if (isSeq(node)) {
				node = node.items[Number(step)];
				offset = findStart(node) ?? offset;
			} else {
				break;
			}
		}

		return offset;
	}

	#readPlain(node: unknown): unknown {
		if (isScalar(node)) {
			if (typeof node.value === 'number' && /^[+\-]?0(?:[ox]|\d)/v.test(node.source ?? '')) {
				this.#add(node, {code: 'yaml/number', message: `${node.source} is a different number to different readers`, hint: `write ${node.value}, or "${node.source}" in quotes where a text is meant`});
			}

			return node.value;
		}

		if (!isMap(node) && !isSeq(node)) {
			return null;
		}

		if (this.#path.length >= maxDepth) {
			this.#add(node, {code: 'yaml/too-deep', message: 'lists and maps are nested too deeply'});
			return null;
		}

		return isMap(node) ? this.#readMap(node) : node.items.map((item, index) => this.#readAt(index, item));
	}

	#readMap(node: YAMLMap): Record<string, unknown> {
		const entries: Record<string, unknown> = {};
		const seen = new Set<string>();
		for (const {key: keyNode, value} of node.items) {
			const key = String(this.read(keyNode));
			if (reservedKeys.has(key)) {
				this.#add(keyNode, {code: 'text/reserved-key', message: `the key "${key}" is reserved`}, key);
			} else if (key === '<<') {
				this.#add(keyNode, {code: 'yaml/merge-key', message: 'merge keys are not read', hint: 'write the keys out'}, key);
			} else if (seen.has(key)) {
				this.#add(keyNode, {code: 'yaml/duplicate-key', message: `the key "${key.slice(0, 80)}" stands twice`, hint: 'keep one of them'}, key);
			} else {
				seen.add(key);
				entries[key] = this.#readAt(key, value);
			}
		}

		return entries;
	}

	#readAt(step: string | number, node: unknown): unknown {
		this.#path.push(step);
		const value = this.read(node);
		this.#path.pop();
		return value;
	}

	#readAlias(node: Alias): unknown {
		const anchor = this.#anchors.get(node.source);
		if (anchor === undefined) {
			this.#add(node, {code: 'yaml/bad-alias', message: `no anchor "${node.source.slice(0, 80)}" ends before this alias`});
			return null;
		}

		this.#size += anchor.size;
		this.#repeated += anchor.size;
		if (this.#repeated > maxRepeated) {
			// Said once: each further alias would only be the same again.
			if (this.#repeated - anchor.size <= maxRepeated) {
				this.#add(node, {code: 'yaml/aliases', message: 'aliases repeat too much of the text', hint: 'write the repeated parts out'});
			}

			return null;
		}

		this.#targets.set(node, anchor.node);
		return anchor.value;
	}

	#listPairs(node: YAMLMap): ReadonlyMap<string, Pair> {
		const known = this.#pairs.get(node);
		if (known) {
			return known;
		}

		// Of a key that stands twice the first counts, as above.
		const pairs = new Map(node.items.toReversed().map(pair => [isScalar(pair.key) ? String(pair.key.value) : '', pair]));
		this.#pairs.set(node, pairs);
		return pairs;
	}

	#add(node: unknown, problem: Pick<Problem, 'code' | 'message' | 'hint'>, key?: string): void {
		const about = key === undefined ? {path: [...this.#path]} : {path: [...this.#path, key], isAboutKey: true as const};
		this.problems.push({problem: {...problem, ...about}, offset: findStart(node) ?? 0});
	}
}

function findStart(node: unknown): number | undefined {
	return (node as Node | undefined)?.range?.[0];
}
