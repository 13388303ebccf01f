import type {DiagramDeny} from '../topology-view.js';
import {makeBlock, placeBlock, type Paragraph} from './block.js';
import {gap, makeTextLabel, type Part} from './parts.js';
import type {Arrow, ArrowKind, Box, Picture, PlacedText, Point, Rect} from './picture.js';

const margin = 24;
const leastWidth = 520;

/** What a picture is about, placed with its top left at 0, 0. */
export type Content = {readonly width: number; readonly height: number; readonly boxes: readonly Box[]; readonly arrows: readonly Arrow[]};

type Words = {
	readonly name: string;
	readonly title: string;
	/** Which request it belongs to. */
	readonly subtitle: string;
	readonly description: string;
	/** Sentences below it. */
	readonly notes: readonly string[];
};

/** Put title, contents, denied traffic, legend and notes one below the other. */
export function compose(words: Words, content: Content, denies: readonly DiagramDeny[]): Picture {
	const width = Math.max(leastWidth, content.width);
	const heading = makeBlock([{text: words.title, size: 18, isBold: true, most: 3}, {text: words.subtitle, size: 11, isQuiet: true, most: 2}], width);
	const texts: PlacedText[] = placeBlock(heading, {x: margin, y: margin}, {isCentred: false});
	const boxes: Box[] = [];
	const arrows: Arrow[] = [];
	let top = margin + heading.height + 16;
	const add = (part: Content, left: number) => {
		const offset = {x: left, y: top};
		const moved = moveContent(part, offset);
		boxes.push(...moved.boxes);
		arrows.push(...moved.arrows);
		top += part.height + 20;
	};

	add(content, margin + Math.max(0, Math.round((width - content.width) / 2)));
	if (denies.length > 0) {
		add(placeDenies(denies, width), margin);
	}

	const legend = placeLegend([...new Set(arrows.map(({kind}) => kind))], {x: margin, y: top}, width);
	top += legend.height;
	for (const note of words.notes) {
		const block = makeBlock([{text: note, size: 11, isQuiet: true, most: 4}], width);
		texts.push(...placeBlock(block, {x: margin, y: top}, {isCentred: false}));
		top += block.height;
	}

	return {
		name: words.name,
		title: words.title,
		description: words.description,
		width: width + (2 * margin),
		height: Math.ceil(top) + margin - (legend.height > 0 || words.notes.length > 0 ? 0 : 20),
		boxes,
		arrows,
		legend: legend.arrows,
		texts,
	};
}

function placeDenies(denies: readonly DiagramDeny[], room: number): Content {
	const rows = denies.map(deny => {
		const end = (text: string): Part => makeEnd(text);
		const [source, target] = [end(deny.source), end(deny.target)];
		const label = makeTextLabel([{text: `DENY ${deny.services.join(', ')}`, size: 11, isBold: true, most: 4}]);
		const height = Math.max(source.height, target.height, label.height);
		const middle = Math.round(height / 2);
		const length = label.width + 64;
		const at = (part: Part, x: number) => part.place({x, y: middle - Math.round(part.height / 2)});
		const arrow: Arrow = {
			kind: 'denied',
			points: [{x: source.width, y: middle}, {x: source.width + length, y: middle}],
			label: label.place({x: source.width + 28, y: middle - Math.round(label.height / 2), width: label.width, height: label.height}),
			sourceZones: [],
			targetZones: [],
			sourceHosts: [],
			targetHosts: [],
			lines: deny.denies,
			fullText: `Denied from ${deny.source} to ${deny.target}: ${deny.services.join(', ')}`,
		};
		return {width: source.width + length + target.width, height, boxes: [at(source, 0), at(target, source.width + length)], arrows: [arrow]};
	});
	const width = Math.max(...rows.map(row => row.width));
	const columns = Math.max(1, Math.min(rows.length, Math.floor((room + (3 * gap)) / (width + (3 * gap)))));
	const height = Math.max(...rows.map(row => row.height));
	const placed = rows.map((row, position) => {
		const offset = {x: (position % columns) * (width + (3 * gap)), y: Math.floor(position / columns) * (height + gap)};
		return moveContent(row, offset);
	});
	return {
		width,
		height: (Math.ceil(rows.length / columns) * (height + gap)) - gap,
		boxes: placed.flatMap(row => row.boxes),
		arrows: placed.flatMap(row => row.arrows),
	};
}

function makeEnd(text: string): Part {
	const paragraphs: Paragraph[] = [{text, size: 12, isBold: true, most: 4}];
	const block = makeBlock(paragraphs, 170);
	const size = {width: block.width + 20, height: block.height + 16};
	return {
		block,
		...size,
		place: origin => ({
			kind: 'denied',
			trust: 'none',
			zones: [],
			hosts: [],
			lines: [],
			fullText: text,
			rect: {...origin, ...size},
			texts: placeBlock(block, {x: origin.x + Math.round(size.width / 2), y: origin.y + 8}, {isCentred: true}),
		}),
	};
}

const legendWords: Readonly<Record<ArrowKind, string>> = {
	permitted: 'opens connections to',
	'clear-text': 'clear text among them',
	'not-ready': 'not ready: addresses are missing',
	'clear-text-not-ready': 'clear text, and not ready',
	denied: 'denied',
};

/** The looks of arrows that a picture uses, in words, in as many rows as they need. */
function placeLegend(kinds: readonly ArrowKind[], origin: Point, room: number): {readonly height: number; readonly arrows: readonly Arrow[]} {
	const sampleWidth = 44;
	const arrows: Arrow[] = [];
	let [x, y] = [0, 0];
	for (const kind of Object.keys(legendWords) as ArrowKind[]) {
		if (kinds.includes(kind)) {
			const label = makeTextLabel([{text: legendWords[kind], size: 11}], 300);
			if (x > 0 && x + sampleWidth + label.width > room) {
				[x, y] = [0, y + 28];
			}

			const middle = origin.y + y + 12;
			arrows.push({
				kind,
				points: [{x: origin.x + x, y: middle}, {x: origin.x + x + sampleWidth, y: middle}],
				label: label.place({x: origin.x + x + sampleWidth + 4, y: middle - Math.round(label.height / 2), width: label.width, height: label.height}),
				sourceZones: [],
				targetZones: [],
				sourceHosts: [],
				targetHosts: [],
				lines: [],
				fullText: legendWords[kind],
			});
			x += sampleWidth + label.width + 28;
		}
	}

	return {height: arrows.length === 0 ? 0 : y + 28, arrows};
}

/** Move all of a content. */
export function moveContent({boxes, arrows}: Pick<Content, 'boxes' | 'arrows'>, offset: Point): Pick<Content, 'boxes' | 'arrows'> {
	return {boxes: boxes.map(box => moveBox(box, offset)), arrows: arrows.map(arrow => moveArrow(arrow, offset))};
}

function moveBox(box: Box, offset: Point): Box {
	return {...box, rect: moveRect(box.rect, offset), texts: moveTexts(box.texts, offset)};
}

function moveArrow(arrow: Arrow, offset: Point): Arrow {
	return {
		...arrow,
		points: arrow.points.map(point => movePoint(point, offset)),
		label: {rect: moveRect(arrow.label.rect, offset), texts: moveTexts(arrow.label.texts, offset)},
	};
}

function moveTexts(texts: readonly PlacedText[], offset: Point): PlacedText[] {
	return texts.map(text => ({...text, ...movePoint(text, offset)}));
}

function moveRect(rect: Rect, offset: Point): Rect {
	return {...rect, ...movePoint(rect, offset)};
}

function movePoint({x, y}: Point, offset: Point): Point {
	return {x: x + offset.x, y: y + offset.y};
}

/** The least rectangle around others; at the origin where there are none. */
export function findBounds(rects: readonly Rect[]): Rect {
	if (rects.length === 0) {
		return {x: 0, y: 0, width: 0, height: 0};
	}

	const x = Math.min(...rects.map(rect => rect.x));
	const y = Math.min(...rects.map(rect => rect.y));
	return {
		x,
		y,
		width: Math.max(...rects.map(rect => rect.x + rect.width)) - x,
		height: Math.max(...rects.map(rect => rect.y + rect.height)) - y,
	};
}
