import {
	Document, Footer, Header, Packer, PageNumber, Paragraph, Tab,
} from 'docx';
import {isDate} from '../../core/dates.js';
import type {Plan} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {deriveRequestTree} from '../request-tree.js';
import type {Templates} from '../syntax.js';
import type {Tools} from '../tools.js';
import {normalizeZip} from '../zip.js';
import {BodyWriter, makeRun} from './body.js';
import {drawPicture} from './picture.js';
import {makeNumbering, page, styles, textWidth} from './styles.js';

const tabStops = [{type: 'right', position: textWidth}] as const;

const paper = {
	page: {
		// Turned by its orientation.
		size: {width: page.height, height: page.width, orientation: 'landscape'},
		margin: {left: page.margin, right: page.margin, top: page.top, bottom: page.bottom, header: page.header, footer: page.footer},
	},
} as const;

/** On the same page as what was before. */
const continued = {...paper, type: 'continuous'} as const;

const hyperlink = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink';

/**
Write the change request as a document of Word (ECMA-376, Office Open XML).

@throws {TemplateError} When a template cannot be rendered, or writes Markdown that only a browser can show.
*/
export async function writeRequest(plan: Plan, templates: Templates, tools: Tools): Promise<Uint8Array> {
	const blocks = deriveRequestTree(plan, templates);
	const lines = new Set([...plan.rules, ...plan.removed, ...plan.denies].map(({id}) => id));
	const writer = new BodyWriter(blocks, lines, await drawPicture(plan, templates, tools));
	const {start, contents, rest} = writer.writeDocument(blocks);
	const maker = formatShort(`${plan.tool.name} ${plan.tool.version}`);
	// Later sections have the header and footer of the first.
	const around = {
		headers: {default: new Header({children: [writeHeader(plan)]})},
		footers: {default: new Footer({children: [writeFooter(plan, maker)]})},
	};
	const file = new Document({
		title: formatShort(`Firewall change request ${plan.request.id}`),
		subject: formatShort(plan.change.title ?? plan.profile.title),
		keywords: formatShort(`revision ${plan.request.revision}`),
		creator: maker,
		lastModifiedBy: maker,
		revision: 1,
		// Of Word 2013 and later: without it Word opens the document in the mode for older ones.
		compatabilityModeVersion: 15,
		styles,
		numbering: makeNumbering(writer.listStarts),
		sections: [
			{...around, properties: paper, children: start},
			...(contents.length === 0 ? [] : [{properties: {...continued, column: {count: 2, space: 500}}, children: contents}]),
			...(rest.length === 0 ? [] : [{properties: continued, children: rest}]),
		],
	});
	for (const [url, id] of writer.links) {
		file.Document.Relationships.addRelationship(id, hyperlink, url, 'External');
	}

	const bytes = new Uint8Array(await Packer.toArrayBuffer(file));
	return normalizeZip(bytes, {'docProps/core.xml': xml => replaceTimes(xml, plan.date)});
}

function writeHeader({request, change, ready}: Plan): Paragraph {
	const marking = formatShort(change.marking ?? '');
	return new Paragraph({
		style: 'Header',
		tabStops,
		children: [
			makeRun({text: formatShort(`Firewall change request ${request.id}, revision ${request.revision}`)}),
			makeRun({text: ready ? '' : '   NOT READY: do not implement', bold: true}),
			...(marking === '' ? [] : [makeRun({children: [new Tab(), `Handling: ${marking}`], bold: true})]),
		],
	});
}

function writeFooter({date}: Plan, maker: string): Paragraph {
	return new Paragraph({
		style: 'Footer',
		tabStops,
		children: [
			makeRun({text: formatShort(`${date}, made with ${maker}`)}),
			makeRun({children: [new Tab(), 'Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES]}),
		],
	});
}

/** A text for one line that is not too long. */
const formatShort = (text: string): string => showLine(text, 150);

/** The library writes the time of day; a document of a plan is of the plan's day. */
function replaceTimes(xml: string, date: string): string {
	return xml.replaceAll(/(?<=<dcterms:(?:created|modified) xsi:type="dcterms:W3CDTF">)[^<]*/gv, isDate(date) ? `${date}T00:00:00Z` : '1980-01-01T00:00:00Z');
}
