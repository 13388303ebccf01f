import {drawDiagrams} from './diagram/index.js';
import type {Format} from './format.js';
import {diagramTemplates, renderMermaid} from './topology.js';

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
		if (tools.drawMermaid === undefined) {
			const [diagrams, {renderPicturePage}] = await Promise.all([drawDiagrams(plan), import('./pdf/picture-page.js')]);
			const labels = {subject: `${plan.profile.title}, revision ${plan.request.revision}`, author: `${plan.tool.name} ${plan.tool.version}`, date: plan.date};
			return Promise.all(diagrams.map(async diagram => ({path: `${diagram.name}.pdf`, content: await renderPicturePage(diagram, {...labels, title: diagram.title}, tools)})));
		}

		const diagrams = renderMermaid(plan, templates, 'diagram');
		const pictures = await tools.drawMermaid(diagrams, 'pdf');
		return diagrams.map(({name}, position) => ({path: `${name}.pdf`, content: pictures[position]!}));
	},
};
