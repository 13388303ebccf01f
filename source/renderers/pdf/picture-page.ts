import type {Tools} from '../tools.js';
import type {PdfElement} from './document.js';
import type {Picture} from './layout.js';
import {Typesetter} from './typesetter.js';

/** What a file says of itself. */
export type Labels = {readonly title: string; readonly subject: string; readonly author: string; readonly date: string};

/** A picture of SVG as a PDF of one page that is as large as the picture, in lines and letters instead of pixels. */
export async function renderPicturePage({svg, width, height, description}: Picture, labels: Labels, tools: Tools): Promise<Uint8Array> {
	const typesetter = await Typesetter.load(tools.readAsset);
	const figure: PdfElement = {type: 'Figure', children: [], alternative: description};
	return tools.writePdf({
		...labels,
		language: 'en',
		pages: [{width, height, places: [], items: [{kind: 'picture', x: 0, y: 0, width, height, scale: 1, svg: typesetter.showMissing(svg), element: figure}]}],
		bookmarks: [],
		structure: {type: 'Document', children: [figure]},
	});
}
