import type {Plan} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {drawOverview, type Diagram} from '../diagram/index.js';
import {Typesetter} from '../pdf/typesetter.js';
import {indexPlan} from '../plan-index.js';
import type {Templates} from '../syntax.js';
import type {Tools} from '../tools.js';
import {renderOverview} from '../topology.js';
import {page, textWidth} from './styles.js';

type Pixels = {readonly type: 'png'; readonly data: Uint8Array | string};

/** The overview diagram as a picture in a document of Word. */
export type Picture = {
	readonly image: Pixels | {readonly type: 'svg'; readonly data: Uint8Array; readonly fallback: Pixels};
	/** On the page, in units of 1/96 inch. */
	readonly width: number;
	readonly height: number;
	/** What it shows, for those who cannot see it. */
	readonly description: string;
	/** What to say below it. */
	readonly note: string | undefined;
};

/** About as many pixels as a printer shows across the page; a picture that is higher than wide gets no more. */
const pixels = 3000;

/** PNG of one transparent pixel. */
const emptyPicture = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII=';

/**
Draw the overview: in pixels, which every program shows the same, or else as SVG, which Word has shown since 2019, and other programs not always.

The document is made without a rasterizer, too: a request with the second best picture, and the reason below it, is worth more than none.
*/
export async function drawPicture(plan: Plan, templates: Templates, {rasterize, drawMermaid, readAsset}: Tools): Promise<Picture> {
	if (drawMermaid !== undefined) {
		const [data] = await drawMermaid([{name: 'topology', text: renderOverview(indexPlan(plan), templates)}], 'png');
		return {image: {type: 'png', data: data!}, ...fitPage(readSize(data!)), description: 'Zones, their hosts, and the lines between them', note: undefined};
	}

	const typesetter = await Typesetter.load(readAsset);
	const {svg, ...picture} = await drawOverview(plan, character => typesetter.has(character));
	try {
		const scale = Math.min(4, Math.max(1, Math.ceil(pixels / Math.max(picture.width, picture.height))));
		return {...describe(picture), image: {type: 'png', data: await rasterize(svg, scale)}, note: undefined};
	} catch (error) {
		const reason = showLine(error instanceof Error ? error.message : String(error), 300);
		// Who opens it has letters that the program has not.
		const vector = await drawOverview(plan);
		return {
			...describe(vector),
			image: {type: 'svg', data: new TextEncoder().encode(vector.svg), fallback: {type: 'png', data: emptyPicture}},
			note: `This diagram is an SVG picture, as it could not be drawn in pixels: ${reason}. A program that shows nothing above cannot read SVG: Word can since 2019, and every browser shows the same picture from the format svg.`,
		};
	}
}

function describe({width, height, description}: Omit<Diagram, 'svg'>): Pick<Picture, 'width' | 'height' | 'description'> {
	return {...fitPage({width, height}), description};
}

/** Letters of a picture become as large as those of a table. */
const mostMagnified = 0.8;

/** As large as its letters want it, or as the page lets it be, with a heading above. */
function fitPage({width, height}: {readonly width: number; readonly height: number}): {readonly width: number; readonly height: number} {
	// Twips are 1/1440 inch.
	const most = {width: textWidth / 15, height: (page.height - page.top - page.bottom - 1100) / 15};
	const factor = Math.min(mostMagnified, most.width / width, most.height / height);
	return {width: Math.round(width * factor), height: Math.round(height * factor)};
}

/** The size that a PNG says it has (RFC 2083 §4.1.1): mermaid-cli draws two pixels for one of the screen. */
function readSize(png: Uint8Array): {readonly width: number; readonly height: number} {
	const view = new DataView(png.buffer, png.byteOffset);
	return {width: view.getUint32(16) / 2, height: view.getUint32(20) / 2};
}
