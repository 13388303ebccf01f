import type {Plan} from '../core/model.js';
import {TemplateError, UnfitPlanError, type Format, type RenderedFile, type Templates, type Tools} from '../renderers/index.js';
import {MissingToolError, UserError} from './user-error.js';

/** A format that was not written, and what it lacks. */
export type LeftOut = {readonly format: Format; readonly message: string; readonly hint: string | undefined};

/**
The files of some formats, in their order.

@param options.optional - Formats that are left out where a tool they need is missing, instead of ending it all.
@throws {UserError} When a template is wrong, a tool that a format needs is missing, or a format cannot say what the plan says.
*/
export async function renderDocuments(plan: Plan, formats: readonly Format[], {templates, tools, optional = new Set()}: {readonly templates: Templates; readonly tools: Tools; readonly optional?: ReadonlySet<Format>}): Promise<{readonly files: readonly RenderedFile[]; readonly left: readonly LeftOut[]}> {
	const files: RenderedFile[] = [];
	const left: LeftOut[] = [];
	for (const format of formats) {
		try {
			// eslint-disable-next-line no-await-in-loop -- They share what the first of them worked out, and memory.
			files.push(...await format.render(plan, templates, tools));
		} catch (error) {
			if (!(error instanceof MissingToolError && optional.has(format))) {
				throw explain(error);
			}

			left.push({format, message: error.message, hint: error.hint});
		}
	}

	return {files, left};
}

function explain(error: unknown): unknown {
	if (error instanceof UnfitPlanError) {
		return new UserError(error.message, {problems: error.problems, cause: error, hint: 'correct the profile, or leave the format away; nothing was written'});
	}

	return error instanceof TemplateError ? new UserError('a template is wrong', {problems: error.problems, cause: error, hint: 'correct it; nothing was written'}) : error;
}
