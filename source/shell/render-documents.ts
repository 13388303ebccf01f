import type {Plan} from '../core/model.js';
import {TemplateError, UnfitPlanError, type Format, type RenderedFile, type Templates, type Tools} from '../renderers/index.js';
import {UserError} from './user-error.js';

/**
The files of some formats, in their order.

@throws {UserError} When a template is wrong, or a tool that a format needs is missing.
*/
export async function renderDocuments(plan: Plan, formats: readonly Format[], templates: Templates, tools: Tools): Promise<RenderedFile[]> {
	try {
		const files: RenderedFile[] = [];
		for (const format of formats) {
			// eslint-disable-next-line no-await-in-loop -- They share what the first of them worked out, and memory.
			files.push(...await format.render(plan, templates, tools));
		}

		return files;
	} catch (error) {
		if (error instanceof UnfitPlanError) {
			throw new UserError(error.message, {problems: error.problems, cause: error, hint: 'correct the profile, or leave the format away; nothing was written'});
		}

		throw error instanceof TemplateError ? new UserError('a template is wrong', {problems: error.problems, cause: error, hint: 'correct it; nothing was written'}) : error;
	}
}
