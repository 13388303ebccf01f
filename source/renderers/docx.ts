import {changeRequest} from './change-request.js';
import type {Format} from './format.js';

/** The change request for Word. */
export const docx: Format = {
	id: 'docx',
	name: 'Change request, Word',
	description: 'DOCX: the change request with its diagram, contents, page numbers and room to sign',
	group: 'office',
	isSingleFile: true,
	isText: false,
	templates: changeRequest.templates,
	async render(plan, templates, tools) {
		const {writeRequest} = await import('./docx/write-request.js');
		return [{path: 'change-request.docx', content: await writeRequest(plan, templates, tools)}];
	},
};
