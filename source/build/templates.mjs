/*
Makes JavaScript of the templates of this program, which print the same several times as fast: liquidjs would have to read them first, and then go
through each for every name and every text in it.

What is made here takes care of what the templates do and of no more. Other tags, filters and operators end the build; other values than documents
have end the rendering, and liquidjs takes over, see renderTemplate().
*/
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {Liquid} from 'liquidjs';
import {importSource} from './import-source.mjs';

/** What source/renderers/compiled-template.ts does as filters of Liquid do. All other filters are those of the format. */
const known = new Set(['append', 'concat', 'default', 'join', 'map', 'minus', 'where']);
/** Filters whose first parameter is a pattern of a row. */
const patternFilters = new Set(['row', 'rows']);
/** Other filters of Liquid. */
const unknown = new Set(Object.keys(new Liquid().filters).filter(name => !known.has(name)));

const root = path.resolve(import.meta.dirname, '../..');

/** The program's own. */
const {parsePattern} = await importSource('source/renderers/row.ts');

/** @type {import('esbuild').Plugin} */
export const compiledTemplates = {
	name: 'compiled-templates',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onLoad({filter: /[\\/]source[\\/]renderers[\\/]compiled-templates\.ts$/}, async () => ({contents: compileTemplates(await readTemplates()), loader: 'js'}));
	},
};

async function readTemplates() {
	const folder = path.join(root, 'templates/documents');
	const files = await readdir(folder);
	const names = files.filter(name => name.endsWith('.liquid')).toSorted();
	return Object.fromEntries(await Promise.all(names.map(async name => [name, await readFile(path.join(folder, name), 'utf8')])));
}

/**
Make a module of templates, in the place of source/renderers/compiled-templates.ts.

@param {Readonly<Record<string, string>>} texts - By name; with all that they render.
@returns {string}
*/
export function compileTemplates(texts) {
	const liquid = new Liquid({templates: texts, relativeReference: false});
	const names = Object.keys(texts);
	const compilers = names.map(name => {
		try {
			const compiler = new Compiler(names, names.indexOf(name));
			return {name, code: compiler.compile(liquid.parse(texts[name], name)), parts: compiler.parts, patterns: compiler.patterns};
		} catch (error) {
			throw new Error(`The template ${name} cannot be compiled: ${error.message}`, {cause: error});
		}
	});
	const partsOf = Object.fromEntries(compilers.map(({name, parts}) => [name, parts]));
	return [
		// Few need them: who compares a template with its text. In one piece they need not be read before.
		`let texts;\nexport const readTexts = () => texts ??= JSON.parse(${JSON.stringify(JSON.stringify(texts))});`,
		...compilers.flatMap(({patterns}) => patterns),
		...compilers.map(({name, code}) => `function ${nameFunction(names, name)}(view, tools) {\nlet text = '';\n${code}return text;\n}`),
		`export const templates = {\n${names.map(name => `${JSON.stringify(name)}: {parts: ${JSON.stringify([...collectParts(name, partsOf)])}, render: ${nameFunction(names, name)}},`).join('\n')}\n};`,
		'',
	].join('\n');
}

const nameFunction = (names, name) => `template${names.indexOf(name)}`;

/** A template with all that it renders. */
function collectParts(name, partsOf, parts = new Set()) {
	if (!parts.has(name)) {
		parts.add(name);
		for (const part of partsOf[name]) {
			collectParts(part, partsOf, parts);
		}
	}

	return parts;
}

/** Makes the statements of one template, which add to `text`. */
class Compiler {
	/** Templates that this one renders. */
	parts = new Set();
	/** Functions for patterns of rows, each a constant of the module. */
	patterns = [];
	#names;
	#number;
	/** Names that `assign` gives a value, for the whole template. */
	#assigned = new Set();
	/** Those of the loops around, the innermost last. */
	#loops = [];
	#loopCount = 0;

	constructor(names, number) {
		this.#names = names;
		this.#number = number;
	}

	compile(nodes) {
		const code = this.#compileAll(nodes);
		return `${[...this.#assigned].map(name => `let assigned_${name};\n`).join('')}${code}`;
	}

	#compileAll(nodes) {
		return nodes.map(node => this.#compileNode(node)).join('');
	}

	#compileNode(node) {
		switch (node.name ?? node.constructor.name) {
			case 'HTML': {
				return node.str === '' ? '' : `text += ${JSON.stringify(node.str)};\n`;
			}

			case 'Output': {
				return `text += tools.print(${this.#compileValue(node.value)});\n`;
			}

			case 'comment': {
				return '';
			}

			case 'assign': {
				const value = this.#compileValue(node.value, true);
				this.#assigned.add(requireName(node.key));
				return `assigned_${node.key} = tools.require(${value});\n`;
			}

			case 'if':
			case 'unless': {
				const branches = node.branches.map(({value, templates}, index) => `if (${index === 0 && node.name === 'unless' ? '!' : ''}${this.#compileCondition(value)}) {\n${this.#compileAll(templates)}}`);
				return `${branches.join(' else ')}${this.#compileElse(node.elseTemplates)}\n`;
			}

			case 'case': {
				return this.#compileCase(node);
			}

			case 'for': {
				return this.#compileLoop(node);
			}

			case 'render': {
				return this.#compilePart(node);
			}

			default: {
				throw new Error(`nothing is known of the tag "${node.name}"`);
			}
		}
	}

	#compileElse(nodes) {
		return nodes === undefined || nodes.length === 0 ? '' : ` else {\n${this.#compileAll(nodes)}}`;
	}

	#compileCase({value, branches, elseTemplates}) {
		const constants = branches.flatMap(({values}) => values.map(token => compileConstant(token)));
		if (new Set(constants).size < constants.length) {
			throw new Error('the same value stands in two "when" of a case');
		}

		const target = this.#compileValue(value, true);
		const choices = branches.map(({values, templates}) => `${values.map(token => `case ${compileConstant(token)}:`).join(' ')} {\n${this.#compileAll(templates)}break; }\n`);
		return `switch (${target}) {\n${choices.join('')}default: {\n${this.#compileAll(elseTemplates)}}\n}\n`;
	}

	#compileLoop({variable, collection, hash: {hash}, templates, elseTemplates}) {
		const {limit, ...others} = hash;
		if (Object.keys(others).length > 0) {
			throw new Error(`nothing is known of "${Object.keys(others).join(', ')}" in a loop`);
		}

		const list = this.#compileToken(collection, false);
		const id = ++this.#loopCount;
		this.#loops.push({variable: requireName(variable), id});
		const body = this.#compileAll(templates);
		this.#loops.pop();
		const rounds = limit === undefined ? `list${id}.length` : `Math.min(list${id}.length, ${compileConstant(limit)})`;
		const code = `for (let index${id} = 0, rounds${id} = ${rounds}; index${id} < rounds${id}; index${id}++) {\nconst item${id} = tools.require(list${id}[index${id}]);\n${body}}\n`;
		return `const list${id} = tools.requireList(${list});\n${elseTemplates.length === 0 ? code : `if (list${id}.length === 0) {\n${this.#compileAll(elseTemplates)}} else {\n${code}}\n`}`;
	}

	#compilePart({file, hash: {hash}, with: one, forBinding: each}) {
		if (typeof file !== 'string' || !this.#names.includes(file) || one !== undefined || each !== undefined) {
			throw new Error('a part is rendered by something else than its name and its values');
		}

		this.parts.add(file);
		const values = Object.entries(hash).map(([key, token]) => `${requireName(key)}: ${this.#compileToken(token, false)}`);
		return `text += ${nameFunction(this.#names, file)}({${values.join(', ')}}, tools);\n`;
	}

	/** @param {boolean} isLenient - Whether what there is not is nothing instead of a mistake. */
	#compileValue({initial, filters}, isLenient = false) {
		let {code} = this.#compileExpression(initial, isLenient || filters[0]?.name === 'default');
		for (const {name, args} of filters) {
			if (unknown.has(name) || args.some(argument => Array.isArray(argument))) {
				throw new Error(`nothing is known of the filter "${name}" as it stands there`);
			}

			const values = args.map(token => patternFilters.has(name) && typeof token.content === 'string' ? this.#compilePattern(token.content) : this.#compileToken(token, false));
			code = `tools.filters.${requireName(name)}(${[code, ...values].join(', ')})`;
		}

		return code;
	}

	#compilePattern(pattern) {
		const name = `pattern${this.#number}_${this.patterns.length}`;
		this.patterns.push(`const ${name} = ${compilePattern(pattern)};`);
		return name;
	}

	#compileCondition({initial, filters}) {
		if (filters.length > 0) {
			throw new Error('a condition has a filter');
		}

		return asCondition(this.#compileExpression(initial, true));
	}

	/** Outcome: the code, and whether it gives a boolean. */
	#compileExpression({postfix}, isLenient) {
		const operands = [];
		for (const token of postfix) {
			if (token.operator === undefined) {
				operands.push({code: this.#compileToken(token, isLenient), isConstant: token.props === undefined});
				continue;
			}

			const right = operands.pop();
			const left = operands.pop();
			operands.push({code: compileOperator(token.operator, left, right), isBoolean: true});
		}

		return operands[0];
	}

	#compileToken(token, isLenient) {
		if (token.props === undefined) {
			return compileConstant(token);
		}

		if (token.variable !== undefined) {
			throw new Error('a field is read of something else than a name');
		}

		const [name, ...fields] = token.props.map(({content}) => requireName(content));
		const read = isLenient ? 'tools.find' : 'tools.read';
		let code = name === 'forloop' ? this.#compileRound(fields.shift()) : this.#compileName(name, read);
		for (const field of fields) {
			code = `${read}(${code}, '${field}')`;
		}

		return code;
	}

	/** A loop's name hides an assigned one, and that a field of the view. */
	#compileName(name, read) {
		const loop = this.#loops.findLast(({variable}) => variable === name);
		if (loop !== undefined) {
			return `item${loop.id}`;
		}

		const field = `${read}(view, '${name}')`;
		return this.#assigned.has(name) ? `(assigned_${name} ?? ${field})` : field;
	}

	#compileRound(field) {
		const loop = this.#loops.at(-1);
		const index = `index${loop?.id}`;
		const code = {first: `(${index} === 0)`, last: `(${index} === rounds${loop?.id} - 1)`, index: `(${index} + 1)`}[field];
		if (loop === undefined || code === undefined) {
			throw new Error(`nothing is known of forloop.${field}`);
		}

		return code;
	}
}

/** A function that writes a row by a pattern, see source/renderers/row.ts. */
function compilePattern(pattern) {
	const parts = parsePattern(pattern).map(part => typeof part === 'string' ? JSON.stringify(part) : compileField(part)).filter(code => code !== '""');
	return `(row, formats, tools) => ${parts.join(' + ') || '""'}`;
}

function compileField({path: name, steps, format, wrap, otherwise}) {
	let value = 'row';
	for (const step of steps) {
		value = `tools.read(${value}, ${JSON.stringify(step)}, ${JSON.stringify(name)})`;
	}

	const text = `formats.${requireName(format)}(${value}, row, ${JSON.stringify(name)})`;
	if (otherwise !== undefined) {
		// A field of some value may still be written as nothing.
		return `(tools.isEmpty(${value}) ? ${JSON.stringify(otherwise)} : ${text} || ${JSON.stringify(otherwise)})`;
	}

	return wrap === undefined ? text : `tools.wrap(${JSON.stringify(wrap[0])}, ${text}, ${JSON.stringify(wrap[1])})`;
}

const asCondition = ({code, isBoolean}) => isBoolean ? code : `tools.holds(${code})`;

function compileOperator(operator, left, right) {
	switch (operator) {
		case 'and':
		case 'or': {
			return `(${asCondition(left)} ${operator === 'and' ? '&&' : '||'} ${asCondition(right)})`;
		}

		case '==':
		case '!=': {
			// Lists would be compared one by one, but a text or a number is no list.
			const code = left.isConstant || right.isConstant ? `(${left.code} === ${right.code})` : `tools.isSame(${left.code}, ${right.code})`;
			return operator === '==' ? code : `!${code}`;
		}

		case '>':
		case '<': {
			return `(tools.requireNumber(${left.code}) ${operator} tools.requireNumber(${right.code}))`;
		}

		default: {
			throw new Error(`nothing is known of the operator "${operator}"`);
		}
	}
}

/** A text, a number, true or false. */
function compileConstant({content}) {
	if (!['string', 'number', 'boolean'].includes(typeof content)) {
		throw new TypeError('nothing is known of a value that is no text, number, true or false');
	}

	return JSON.stringify(content);
}

/** A name as JavaScript may have it, too. */
function requireName(name) {
	if (!/^[a-z]\w*$/iv.test(name)) {
		throw new Error(`"${name}" is no name`);
	}

	return name;
}
