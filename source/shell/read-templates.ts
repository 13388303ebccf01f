import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {compare, suggest} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {declareBuiltIn, type Templates} from '../renderers/index.js';
import {packageFolder} from './package-files.js';
import {readText} from './read-text.js';
import {formatSystemError, UserError} from './user-error.js';

/**
The document templates: those of this program, with the ones of a site's folder in their place.

@param folder - A folder of template files named like the built-in ones; names beginning with `_` may be new parts of them.
@returns File name to text.
@throws {UserError} When the folder cannot be read, or holds a template that no document uses.
*/
export async function readTemplates(folder: string | undefined): Promise<Templates> {
	const templates = readBuiltInTemplates();
	if (folder === undefined) {
		return templates;
	}

	const own = await readFolder(folder);
	const names = Object.keys(own);
	if (names.length === 0) {
		throw new UserError(`"${showLine(folder)}" holds no templates`, {hint: `a template is called like one of ${Object.keys(templates).join(', ')}`});
	}

	const problems = names.filter(name => !Object.hasOwn(templates, name) && !name.startsWith('_')).map(name => ({code: 'template/unknown', path: [], file: path.join(folder, name), message: 'no document uses this template', hint: suggest(name, Object.keys(templates))}));
	if (problems.length > 0) {
		throw new UserError(`the template folder "${showLine(folder)}" holds what no document uses`, {problems, hint: 'rename it; the name of a part of your own begins with _'});
	}

	return {...templates, ...own};
}

/** The document templates of this program: file name to text. Each is read when somebody wants its text, which for most documents nobody does. */
export function readBuiltInTemplates(): Templates {
	const folder = path.join(packageFolder, 'templates', 'documents');
	const names = readdirSync(folder).filter(name => name.endsWith('.liquid')).toSorted(compare);
	return declareBuiltIn(Object.defineProperties<Templates>({}, Object.fromEntries(names.map(name => [name, {
		enumerable: true,
		get: () => readFileSync(path.join(folder, name), 'utf8'),
	}]))));
}

/** What somebody must know who changes them, in Markdown. */
export async function readTemplateGuide(): Promise<string> {
	return readText(path.join(packageFolder, 'templates', 'documents.md'));
}

async function readFolder(folder: string): Promise<Record<string, string>> {
	try {
		const names = readdirSync(folder).filter(name => name.endsWith('.liquid')).toSorted(compare);
		return Object.fromEntries(await Promise.all(names.map(async name => [name, await readText(path.join(folder, name))] as const)));
	} catch (error) {
		const reason = formatSystemError(error);
		throw reason === undefined ? error : new UserError(`the template folder "${showLine(folder)}" cannot be read: ${reason}`, {cause: error});
	}
}
