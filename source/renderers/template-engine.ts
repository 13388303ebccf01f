import {Liquid} from 'liquidjs';
import {sortProblems, type Problem} from '../core/problem.js';
import {getOrMake, own} from '../core/records.js';
import {showUnfit} from '../core/text.js';
import {makeTemplateTools, type Filter, type TemplateTools} from './compiled-template.js';
import {templates as compiledTemplates, texts as compiledTexts} from './compiled-templates.js';
import {Fragment} from './fragment.js';
import {TemplateError} from './template-error.js';

/** Template texts by file name, as `change-request.md.liquid`. */
export type Templates = Readonly<Record<string, string>>;

/** How values become text of a format. */
export type Syntax = {
	/** Applied to everything a template prints, so that no template can forget it. */
	readonly escape: (text: string) => string;
	/** Filters that write a value in another way of the format; what they return is printed as it is. */
	readonly filters: Readonly<Record<string, (text: string) => string>>;
	/** Filters that write a whole object or list of the view, for what stands in hundreds of rows; they escape what they print themselves. */
	readonly composites: Readonly<Record<string, (value: unknown, ...parameters: readonly unknown[]) => string>>;
	/** Applied to the whole text: removes what tags of a template leave behind. */
	readonly tidy: (text: string) => string;
};

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
Render a template with the fields of a view, in a sandbox: it sees nothing but the view and the other templates, and stops at limits of time and size.

@param name - File name of the template.
@throws {TemplateError} When it is missing, cannot be parsed or names what there is not.
*/
export function renderTemplate(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string {
	return syntax.tidy(renderCompiled(name, templates, view, syntax) ?? renderParsed(name, templates, view, syntax));
}

/** The text of a template that the build compiled; nothing when somebody changed it or a part of it, or when something is wrong, which liquidjs then tells. */
function renderCompiled(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string | undefined {
	const compiled = own(compiledTemplates, name);
	if (compiled?.parts.every(part => templates[part] === compiledTexts[part]) !== true) {
		return undefined;
	}

	try {
		return compiled.render(view, findTools(syntax));
	} catch {
		return undefined;
	}
}

function renderParsed(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string {
	const engine = findEngine(templates, syntax);
	try {
		return engine.renderFileSync(name, view) as string;
	} catch (error) {
		throw new TemplateError(listProblems(error as LiquidFailure, name, templates), {cause: error});
	}
}

const tools = new WeakMap<Syntax, TemplateTools>();

function findTools(syntax: Syntax): TemplateTools {
	const found = tools.get(syntax) ?? makeTemplateTools(value => formatOutput(value, syntax.escape), makeFilters(syntax));
	tools.set(syntax, found);
	return found;
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

/** Filters besides Liquid's own. */
function makeFilters({filters, composites}: Syntax): Readonly<Record<string, Filter>> {
	const formatAll = (value: unknown, format: (text: string) => string) => new Fragment(Array.isArray(value) ? value.map(item => format(formatPlain(item))).join(', ') : format(formatPlain(value)));
	return {
		// `{{ 2 | count: "line", "lines" }}` prints "2 lines".
		count: (value, one, many) => `${String(value)} ${String(value === 1 ? one : many)}`,
		...Object.fromEntries(Object.entries(filters).map(([name, format]): [string, Filter] => [name, value => formatAll(value, format)])),
		...Object.fromEntries(Object.entries(composites).map(([name, format]): [string, Filter] => [name, (value, ...parameters) => new Fragment(format(value, ...parameters))])),
	};
}

function formatOutput(value: unknown, escape: (text: string) => string): string {
	if (value instanceof Fragment) {
		return value.toString();
	}

	return Array.isArray(value) ? value.map(item => formatOutput(item, escape)).join('') : escape(formatPlain(value));
}

function formatPlain(value: unknown): string {
	if (value === undefined || value === null) {
		return '';
	}

	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
		return String(value);
	}

	throw new TypeError('this is no text but holds several fields: name one of them');
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
