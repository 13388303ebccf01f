import type {DiagramEdge, DiagramHost, DiagramZone} from '../topology-view.js';
import {makeBlock, placeBlock, type Block, type Paragraph} from './block.js';
import type {Arrow, ArrowKind, Box, PlacedText, Point, Rect} from './picture.js';
import {count} from './words.js';

/** Between the frame of a box and what is in it. */
export const padding = 10;
/** Between boxes in the same zone. */
export const gap = 12;

const labelPadding = 5;

/** A box of a size of its own, that has no place yet. */
export type Part = {readonly block: Block; readonly width: number; readonly height: number; readonly place: (origin: Point, size?: {readonly width: number; readonly height: number}) => Box};

/**
A host with its addresses.

@param inside - Lines between its own machines.
*/
export function makeHostPart(host: DiagramHost, zones: readonly string[], {isFull, inside = []}: {readonly isFull: boolean; readonly inside?: readonly DiagramEdge[]}): Part {
	const machines = host.machines > 1 ? [{text: count(host.machines, 'machine', 'machines'), size: 11, isQuiet: true}] : [];
	const paragraphs: Paragraph[] = [
		{text: formatTitle(host.title, host.moreTitles, host.hostCount === 1 ? '' : `${host.hostCount} alike: `), size: 12, isBold: true, most: 4},
		...machines,
		...(isFull
			? host.interfaces.map(({role, addresses, more}) => ({text: `${role}: ${formatAddresses(addresses, more)}`, size: 11, isQuiet: true, most: 5}))
			: [{text: formatAddresses(host.addresses, host.more), size: 11, isQuiet: true, most: 3}]),
		...inside.flatMap(edge => [
			{text: `Among themselves: ${formatServices(edge.services)}`, size: 11, most: 3},
			...listWarnings(edge).map(text => ({text, size: 11, isBold: true, most: 2})),
		]),
	];
	return makePart(makeBlock(paragraphs, isFull ? 240 : 190), {
		kind: 'host',
		trust: 'none',
		zones,
		hosts: host.members,
		lines: inside.flatMap(edge => edge.allLines),
		fullText: paragraphs.map(({text}) => text).join('\n'),
	});
}

/** A zone without its hosts, or a box that stands for several zones. */
export function makeZonePart(zone: DiagramZone, inside: readonly DiagramEdge[] = []): Part {
	const paragraphs = listZoneTexts(zone, inside);
	return makePart(makeBlock(paragraphs, 220), {
		kind: 'zone',
		trust: zone.trust,
		zones: zone.members,
		hosts: [],
		lines: inside.flatMap(edge => edge.allLines),
		fullText: paragraphs.map(({text}) => text).join('\n'),
	});
}

/** What the box of a zone says of it. */
export function listZoneTexts(zone: DiagramZone, inside: readonly DiagramEdge[] = []): Paragraph[] {
	const hosts = zone.hosts.length === 0 ? [{text: count(zone.hostCount, 'host', 'hosts'), size: 11, isQuiet: true}] : [];
	const between = inside.flatMap(edge => [
		{text: `Among themselves: ${formatLines(edge)}`, size: 11, most: 2},
		{text: formatServices(edge.services), size: 11, most: 2},
		...listWarnings(edge).map(text => ({text, size: 11, isBold: true, most: 2})),
	]);
	if (zone.kind === 'unplaced') {
		return [{text: 'In no zone', size: 13, isBold: true}, ...hosts, ...between];
	}

	const traits = [`trust: ${zone.trust}`, zone.vlan === undefined ? '' : `VLAN ${zone.vlan}`].filter(Boolean).join(', ');
	const networks = formatAddresses(zone.networks, zone.moreNetworks, '');
	return [
		{text: zone.kind === 'trust' ? count(zone.zoneCount, 'zone', 'zones') : formatTitle(zone.title, zone.moreTitles, zone.kind === 'alike' ? `${zone.zoneCount} zones alike: ` : ''), size: 13, isBold: true, most: 4},
		{text: traits, size: 11, isQuiet: true},
		{text: networks, size: 11, isQuiet: true, most: 3},
		...hosts,
		...between,
	];
}

function makePart(block: Block, box: Omit<Box, 'rect' | 'texts'>): Part {
	const own = {width: block.width + (2 * padding), height: block.height + (2 * padding)};
	return {
		block,
		...own,
		place: (origin, size = own) => ({
			...box,
			rect: {...origin, ...size},
			texts: placeBlock(block, {x: origin.x + Math.round(size.width / 2), y: origin.y + Math.round((size.height - block.height) / 2)}, {isCentred: true}),
		}),
	};
}

export type LabelPart = {readonly width: number; readonly height: number; readonly place: (rect: Rect) => {readonly rect: Rect; readonly texts: readonly PlacedText[]}};

/**
What stands on an arrow: its lines and services, then in words what its look says too.

@param withLines - Name its lines.
*/
export function makeLabel(edge: DiagramEdge, {withLines}: {readonly withLines: boolean}): LabelPart & {readonly fullText: string} {
	const paragraphs: Paragraph[] = [
		...(withLines ? [{text: formatLines(edge), size: 11, isBold: true, most: 2}] : []),
		{text: formatServices(edge.services), size: 11, most: 3},
		...listWarnings(edge).map(text => ({text, size: 11, isBold: true, most: 2})),
	];
	return {...makeTextLabel(paragraphs), fullText: paragraphs.map(({text}) => text).join('\n')};
}

export function makeTextLabel(paragraphs: readonly Paragraph[], room = 190): LabelPart {
	const block = makeBlock(paragraphs, room);
	return {
		width: block.width + (2 * labelPadding),
		height: block.height + (2 * labelPadding),
		place: rect => ({rect, texts: placeBlock(block, {x: rect.x + Math.round(rect.width / 2), y: rect.y + Math.round((rect.height - block.height) / 2)}, {isCentred: true})}),
	};
}

/** `3 lines: R-AAAA, R-BBBB +1`. */
function formatLines({lines, moreLines, allLines}: DiagramEdge): string {
	const ids = lines.length === 0 ? '' : `: ${lines.join(', ')}${moreLines > 0 ? ` +${moreLines}` : ''}`;
	return allLines.length === 1 && lines.length === 1 ? lines[0]! : `${count(allLines.length, 'line', 'lines')}${ids}`;
}

/** Services as they stand in a picture: a protocol stays on one line with its first port. */
function formatServices(services: string): string {
	return services.replaceAll(/(?<=[A-Z]) (?=\d)/gv, '\u{A0}');
}

function listWarnings({clearText, notReady, allLines}: DiagramEdge): string[] {
	return [
		...(clearText === '' ? [] : [`clear text: ${formatServices(clearText)}`]),
		...(notReady === 0 ? [] : [notReady === allLines.length ? 'not ready: no address yet' : `not ready: ${notReady} of ${allLines.length} lines`]),
	];
}

/** How an arrow looks. */
export function findArrowKind({clearText, notReady}: DiagramEdge): ArrowKind {
	if (clearText === '') {
		return notReady === 0 ? 'permitted' : 'not-ready';
	}

	return notReady === 0 ? 'clear-text' : 'clear-text-not-ready';
}

function formatTitle(title: string, more: number, before: string): string {
	return `${before}${title}${more > 0 ? ` +${more}` : ''}`;
}

function formatAddresses(addresses: readonly string[], more: number, none = 'no address yet'): string {
	return addresses.length === 0 ? none : `${addresses.join(', ')}${more > 0 ? ` +${more}` : ''}`;
}

/** Ids at both ends of an arrow. */
export type ArrowEnds = Pick<Arrow, 'sourceZones' | 'targetZones' | 'sourceHosts' | 'targetHosts'>;

/**
Arrange boxes of different sizes in rows, all columns as wide as the widest.

@param ratio - Width to height that is aimed at.
@param most - Width that is not to be exceeded.
*/
export function arrange(parts: readonly Part[], ratio: number, most = Number.POSITIVE_INFINITY): {readonly width: number; readonly height: number; readonly place: (origin: Point) => Box[]} {
	if (parts.length === 0) {
		return {width: 0, height: 0, place: () => []};
	}

	const width = Math.max(...parts.map(part => part.width));
	const candidates = parts.map((_, position) => arrangeIn(parts, position + 1, width)).filter((candidate, position) => position === 0 || candidate.width <= most);
	const distance = (size: {readonly width: number; readonly height: number}) => Math.max(size.width / size.height / ratio, ratio * size.height / size.width);
	return candidates.toSorted((a, b) => distance(a) - distance(b))[0]!;
}

function arrangeIn(parts: readonly Part[], columns: number, width: number) {
	const rows = Array.from({length: Math.ceil(parts.length / columns)}, (_, row) => parts.slice(row * columns, (row + 1) * columns));
	const heights = rows.map(row => Math.max(...row.map(part => part.height)));
	const sum = (values: readonly number[]) => values.reduce((total, value) => total + value + gap, -gap);
	return {
		width: sum(Array.from({length: columns}, () => width)),
		height: sum(heights),
		place: (origin: Point) => rows.flatMap((row, rowIndex) => row.map((part, column) => part.place(
			{x: origin.x + (column * (width + gap)), y: origin.y + sum(heights.slice(0, rowIndex)) + gap},
			{width, height: heights[rowIndex]!},
		))),
	};
}
