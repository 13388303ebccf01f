import {own} from '../core/records.js';
import {makeTemplateTools, type TemplateTools} from './compiled-template.js';
import {readTexts, templates as compiledTemplates} from './compiled-templates.js';
import {renderParsed} from './liquid.js';
import {formatOutput, makeFilters, type Syntax, type Templates} from './syntax.js';

/**
Render a template with the fields of a view, in a sandbox: it sees nothing but the view and the other templates, and stops at limits of time and size.

@param name - File name of the template.
@throws {TemplateError} When it is missing, cannot be parsed or names what there is not.
*/
export function renderTemplate(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string {
	return syntax.tidy(renderCompiled(name, templates, view, syntax) ?? renderParsed(name, templates, view, syntax));
}

const builtIn = new WeakSet<Templates>();

/** Say that some templates are those that this program came with, all of them and unchanged: nobody has to read them then. */
export function declareBuiltIn<All extends Templates>(templates: All): All {
	builtIn.add(templates);
	return templates;
}

/** The text of a template that the build compiled; nothing when somebody changed it or a part of it, or when something is wrong, which liquidjs then tells. */
function renderCompiled(name: string, templates: Templates, view: Readonly<Record<string, unknown>>, syntax: Syntax): string | undefined {
	const compiled = own(compiledTemplates, name);
	if (compiled === undefined || !(builtIn.has(templates) || compiled.parts.every(part => templates[part] === readTexts()[part]))) {
		return undefined;
	}

	try {
		return compiled.render(view, findTools(syntax));
	} catch {
		return undefined;
	}
}

const tools = new WeakMap<Syntax, TemplateTools>();

function findTools(syntax: Syntax): TemplateTools {
	const found = tools.get(syntax) ?? makeTemplateTools(value => formatOutput(value, syntax.escape), makeFilters(syntax));
	tools.set(syntax, found);
	return found;
}
