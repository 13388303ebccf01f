import {renderDiagramFiles} from './diagram-files.js';
import type {Format} from './format.js';
import {diagramTemplates} from './topology.js';

/** The diagrams as PDF, a page as large as each. */
export const diagramPdf: Format = {
	id: 'diagram-pdf',
	name: 'Diagrams as PDF',
	description: 'the same pictures as PDF files of one page, for documents and large printers',
	group: 'pictures',
	isSingleFile: false,
	isText: false,
	templates: diagramTemplates,
	async render(plan, templates, tools) {
		const labels = {subject: `${plan.profile.title}, revision ${plan.request.revision}`, author: `${plan.tool.name} ${plan.tool.version}`, date: plan.date};
		return renderDiagramFiles(plan, templates, tools, {
			kind: 'pdf',
			findLetters: typesetter => character => typesetter.canPrint(character),
			async write(diagram) {
				const {renderPicturePage} = await import('./pdf/picture-page.js');
				return renderPicturePage(diagram, {...labels, title: diagram.title}, tools);
			},
		});
	},
};
