import {Liquid} from 'liquidjs';
import {sortProblems, type Problem} from '../core/problem.js';
import {getOrMake} from '../core/records.js';
import {showUnfit} from '../core/text.js';
import {formatOutput, makeFilters, type Syntax, type Templates} from './syntax.js';
import {TemplateError} from './template-error.js';

/*
Liquid's own tags and filters, less those that read a clock, a locale or chance, write HTML, evaluate strings, or inherit layouts:
wording needs lists, conditions and parts.
*/
export const keptTags: ReadonlySet<string> = new Set(['#', 'assign', 'break', 'capture', 'case', 'comment', 'continue', 'cycle', 'echo', 'for', 'if', 'liquid', 'raw', 'render', 'unless']);
export const keptFilters: ReadonlySet<string> = new Set([
	'abs',
	'append',
	'at_least',
	'at_most',
	'capitalize',
	'compact',
	'concat',
	'default',
	'divided_by',
	'downcase',
	'first',
	'join',
	'last',
	'lstrip',
	'map',
	'minus',
	'modulo',
	'plus',
	'prepend',
	'remove',
	'remove_first',
	'replace',
	'replace_first',
	'reverse',
	'rstrip',
	'size',
	'slice',
	'sort',
	'split',
	'strip',
	'sum',
	'times',
	'truncate',
	'truncatewords',
	'uniq',
	'upcase',
	'where',
]);

/**
Render a template with liquidjs, which reads it first.

@throws {TemplateError} When it is missing, cannot be parsed or names what there is not.
*/
export function renderParsed(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string {
	const engine = findEngine(templates, syntax);
	try {
		return engine.renderFileSync(name, view) as string;
	} catch (error) {
		throw new TemplateError(listProblems(error as LiquidFailure, name, templates), {cause: error});
	}
}

// One plan renders some twenty documents from the same templates: each is parsed once.
const engines = new WeakMap<Templates, Map<Syntax, Liquid>>();

function findEngine(templates: Templates, syntax: Syntax): Liquid {
	const known = engines.get(templates) ?? new Map<Syntax, Liquid>();
	engines.set(templates, known);
	return getOrMake(known, syntax, () => makeEngine(templates, syntax));
}

function makeEngine(templates: Templates, syntax: Syntax): Liquid {
	const engine = new Liquid({
		// Without a prototype, so that a part called `constructor` is missing like any other.
		templates: Object.assign(Object.create(null) as Record<string, string>, templates),
		cache: true,
		relativeReference: false,
		// Only dates have a locale, and no filter writes dates. Without one liquidjs asks the system for it, which takes 15 ms.
		locale: 'en-US',
		ownPropertyOnly: true,
		strictFilters: true,
		strictVariables: true,
		lenientIf: true,
		catchAllErrors: true,
		outputEscape: (value: unknown) => formatOutput(value, syntax.escape),
		parseLimit: 1_000_000,
		renderLimit: 60_000,
		memoryLimit: 200_000_000,
	});
	for (const tag of Object.keys(engine.tags).filter(name => !keptTags.has(name))) {
		Reflect.deleteProperty(engine.tags, tag);
	}

	for (const filter of Object.keys(engine.filters).filter(name => !keptFilters.has(name))) {
		engine.unregisterFilter(filter);
	}

	// `raw` would print what a profile says unescaped; a fragment needs no filter.
	engine.registerFilter('raw', () => {
		throw new TypeError('"raw" is not available: everything printed is escaped for its format');
	});
	for (const [name, filter] of Object.entries(makeFilters(syntax))) {
		engine.registerFilter(name, filter);
	}

	return engine;
}

/** What liquidjs throws: one error, or several in one. */
type LiquidFailure = {
	readonly errors?: readonly LiquidFailure[];
	readonly originalError?: {readonly message: string};
	readonly token?: {readonly input: string; readonly file?: string; readonly getPosition: () => [line: number, column: number]};
	readonly name: string;
	readonly message: string;
};

function listProblems(error: LiquidFailure, name: string, templates: Templates): Problem[] {
	const problems = new Map<string, Problem>();
	// Without recursion, because a template that renders itself makes errors inside errors, thousands deep.
	const open = [error];
	for (let failure = open.pop(); failure !== undefined; failure = open.pop()) {
		if (failure.errors === undefined) {
			const problem = describeError(failure, name, templates);
			problems.set(JSON.stringify(problem), problem);
		} else {
			open.push(...failure.errors);
		}
	}

	return sortProblems([...problems.values()]);
}

function describeError({name: kind, message, originalError, token}: LiquidFailure, name: string, templates: Templates): Problem {
	const [line, column] = token?.getPosition() ?? [];
	const text = originalError?.message ?? message;
	const missing = /^ENOENT: Failed to lookup "(?<file>.*)" in/v.exec(text)?.groups?.['file'];
	return {
		code: missing === undefined ? (kind === 'RenderError' || kind === 'UndefinedVariableError' ? 'template/render' : 'template/parse') : 'template/missing',
		message: missing === undefined ? showUnfit(text === 'Maximum call stack size exceeded' ? 'the template renders itself without end' : text) : `there is no template "${showUnfit(missing)}"`,
		path: [],
		file: token?.file ?? findFile(token?.input, templates) ?? name,
		...(line === undefined ? {} : {line}),
		...(column === undefined ? {} : {column}),
	};
}

/** An unknown name inside an expression is reported without its file, but with the text around it. */
function findFile(input: string | undefined, templates: Templates): string | undefined {
	return Object.keys(templates).find(name => templates[name] === input);
}
