import type {Plan} from '../core/model.js';
import {changeRequest} from './change-request.js';
import type {Format} from './format.js';
import type {Margins} from './pdf/layout.js';

/** The change request as PDF, for those who approve it, and for the files. */
export const changeRequestPdf: Format = {
	id: 'pdf',
	name: 'Change request, PDF',
	description: 'PDF: the change request as pages to print and sign, with the diagram, contents and bookmarks',
	group: 'office',
	isSingleFile: true,
	isText: false,
	templates: changeRequest.templates,
	async render(plan, templates, tools) {
		const [{drawOverview}, {deriveRequestTree}, {Typesetter}, {layOut}] = await Promise.all([import('./diagram/index.js'), import('./request-tree.js'), import('./pdf/typesetter.js'), import('./pdf/layout.js')]);
		const blocks = deriveRequestTree(plan, templates);
		const typesetter = await Typesetter.load(tools.readAsset);
		const picture = await drawOverview(plan, character => typesetter.canPrint(character));
		const content = await tools.writePdf({
			...layOut(blocks, picture, describeMargins(plan), typesetter),
			title: `Firewall change request ${plan.request.id}`,
			subject: `${plan.profile.title}, revision ${plan.request.revision}`,
			author: `${plan.tool.name} ${plan.tool.version}`,
			date: plan.date,
			language: 'en',
		});
		return [{path: 'change-request.pdf', content}];
	},
};

/** A page that gets lost must still say of what it is a part, and whether one may act on it. */
function describeMargins({request, ready, change, profile, date}: Plan): Margins {
	return {
		topLeft: `${request.id}, revision ${request.revision}`,
		topMiddle: ready ? '' : 'NOT READY: do not implement',
		topRight: change.marking ?? '',
		bottomLeft: `${profile.title}, ${date}`,
	};
}
