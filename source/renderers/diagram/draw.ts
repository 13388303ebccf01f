import type {Trust} from '../../core/model.js';
import {trustLevels} from '../../core/vocabulary.js';
import type {DiagramEdge, DiagramView, DiagramZone} from '../topology-view.js';
import {makeBlock, placeBlock, type Block} from './block.js';
import {findBounds, moveContent, type Content} from './compose.js';
import {layOut, type Direction, type Layout, type LayoutEdge, type LayoutNode} from './layout.js';
import {arrange, findArrowKind, gap, listZoneTexts, makeHostPart, makeLabel, makeZonePart, padding, type Part} from './parts.js';
import type {Arrow, Box, Point, Rect} from './picture.js';

/** A page is so many times as wide as it is high. */
const pageRatio = 1.5;

/** A picture of so many units fits every page, whatever its form. */
const smallPicture = 1000;

/** What an arrow can lead to. */
type Node = {readonly id: string; readonly part: Part; readonly rank: number; readonly zones: readonly string[]; readonly hosts: readonly string[]};

/** The overview: a box for each zone with its hosts in rows, arrows between the boxes of zones. */
export async function drawOverviewContent(view: DiagramView): Promise<Content> {
	const nodes = view.zones.map((zone, position): Node => ({
		id: zone.id,
		part: makeFilledZone(zone, view.edges.filter(edge => edge.source === zone.id && edge.target === zone.id)),
		rank: findRank(view.zones, position),
		zones: zone.members,
		hosts: [],
	}));
	const edges = view.edges.filter(edge => edge.source !== edge.target);
	const connected = nodes.filter(({id}) => edges.some(edge => edge.source === id || edge.target === id));
	const layout = await layOutForPage(connected, edges);
	const placed = drawNodes(connected, layout);
	const alone = arrangeNodes(nodes.filter(node => !connected.includes(node)), layout);
	return join([{...placed, arrows: drawArrows(connected, edges, layout, {withLines: true})}, alone], layout.width >= layout.height * pageRatio ? 'below' : 'beside');
}

/** Zones of one trust have one rank. */
function findRank(zones: readonly DiagramZone[], position: number): number {
	return new Set(zones.slice(0, position + 1).map(({trust}) => trust)).size - 1;
}

function makeFilledZone(zone: DiagramZone, inside: readonly DiagramEdge[]): Part {
	if (zone.hosts.length === 0) {
		return makeZonePart(zone, inside);
	}

	const header = makeBlock(listZoneTexts(zone, inside), 320);
	const hosts = arrange(zone.hosts.map(host => makeHostPart(host, zone.members, {isFull: false})), 1.2);
	const own = {width: Math.max(header.width, hosts.width) + (2 * padding) + 4, height: header.height + hosts.height + (3 * padding)};
	const base = makeZonePart(zone, inside);
	return {
		block: header,
		...own,
		place: (origin, size = own) => ({
			...base.place(origin, size),
			texts: placeBlock(header, {x: origin.x + Math.round(size.width / 2), y: origin.y + padding}, {isCentred: true}),
			inner: hosts.place({x: origin.x + Math.round((size.width - hosts.width) / 2), y: origin.y + header.height + (2 * padding)}),
		}),
	};
}

/**
One zone in detail: its hosts in full within its frame, and each other zone as one box beside it: left of it those that open connections to it, right those
that accept them. A zone that does both stands on the side of its trust.
*/
export async function drawDetailContent(view: DiagramView): Promise<Content> {
	const [own, ...peers] = view.zones as [DiagramZone, ...DiagramZone[]];
	const inside = (id: string) => view.edges.filter(edge => edge.source === id && edge.target === id);
	const edges = view.edges.filter(edge => edge.source !== edge.target);
	const parts = own.hosts.map(host => makeHostPart(host, own.members, {isFull: true, inside: inside(host.id)}));
	// The frame around the hosts is as wide as its words, so that it reaches nothing beside it.
	const leastWidth = Math.max(makeHeader(own).width, ...own.hosts.map(({id}, position) => edges.some(({source, target}) => source === id || target === id) ? 0 : parts[position]!.width));
	const hosts = own.hosts.length === 0
		? [{id: own.id, part: makeZonePart(own, inside(own.id)), rank: 1, zones: own.members, hosts: []}]
		: own.hosts.map((host, position): Node => {
			const part = parts[position]!;
			return {id: host.id, part: {...part, width: Math.max(part.width, leastWidth)}, rank: 1, zones: own.members, hosts: host.members};
		});
	const others = peers.map((peer): Node => {
		const opens = edges.some(edge => edge.source === peer.id);
		const accepts = edges.some(edge => edge.target === peer.id);
		const isLessTrusted = trustLevels.indexOf(peer.trust as Trust) <= trustLevels.indexOf(own.trust as Trust);
		return {id: peer.id, part: makeZonePart(peer, inside(peer.id)), rank: opens && (!accepts || isLessTrusted) ? 0 : 2, zones: peer.members, hosts: []};
	});
	const nodes = [...hosts, ...others];
	const connected = nodes.filter(({id}) => edges.some(edge => edge.source === id || edge.target === id));
	const layout = await layOutNodes(connected, edges, {withLines: false, direction: 'RIGHT'});
	const placed = drawNodes(connected, layout);
	const arrows = drawArrows(connected, edges, layout, {withLines: false});
	if (own.hosts.length === 0) {
		return join([{...placed, arrows}, arrangeNodes(hosts.filter(node => !connected.includes(node)), layout)], 'below');
	}

	const members = hosts.map(({id}) => layout.nodes.get(id)).filter(rect => rect !== undefined);
	return frame(own, {...placed, arrows}, members, hosts.filter(node => !connected.includes(node)));
}

/** All hosts in the frames of their zones, with arrows from host to host. */
export async function drawAllHostsContent(view: DiagramView): Promise<Content> {
	const edges = view.edges.filter(edge => edge.source !== edge.target);
	const zones = view.zones.map((zone, position) => {
		const header = makeBlock(listZoneTexts(zone), 220);
		const hosts = zone.hosts.map((host): Node => {
			const part = makeHostPart(host, zone.members, {isFull: false, inside: view.edges.filter(edge => edge.source === host.id && edge.target === host.id)});
			return {id: host.id, part, rank: 0, zones: zone.members, hosts: host.members};
		});
		return {zone, header, hosts, rank: findRank(view.zones, position)};
	});
	const layout = await layOut(zones.map(({zone, header, hosts, rank}): LayoutNode => ({
		id: zone.id,
		width: header.width + (2 * padding),
		height: 0,
		rank,
		header: header.height + (2 * padding),
		children: hosts.map(({id, part}) => describeNode(id, part, 0, edges)),
	})), edges.map(edge => describeEdge(edge, {withLines: true})), 'RIGHT');
	const frames = zones.map(({zone, header}): Box => {
		const rect = layout.nodes.get(zone.id)!;
		return {...makeZonePart(zone).place(rect), rect, texts: placeBlock(header, {x: rect.x + Math.round(rect.width / 2), y: rect.y + padding}, {isCentred: true})};
	});
	const hosts = zones.flatMap(zone => zone.hosts);
	return normalize([...frames, ...drawNodes(hosts, layout).boxes], drawArrows(hosts, edges, layout, {withLines: true}));
}

/** Draw the frame of a zone around its hosts, with those that no arrow concerns below the others. */
function frame(zone: DiagramZone, content: Content, members: readonly Rect[], alone: readonly Node[]): Content {
	const span = findBounds(members);
	const isWithin = ({x, width}: Rect) => x < span.x + span.width + padding && x + width > span.x - padding;
	const labels = content.arrows.map(({label}) => label.rect).filter(rect => isWithin(rect));
	const wide = findBounds([...members, ...labels]);
	const segments = content.arrows.flatMap(({points}) => listSegments(points)).filter(rect => isWithin(rect)).map(rect => {
		const x = Math.max(rect.x, wide.x);
		return {...rect, x, width: Math.max(0, Math.min(rect.x + rect.width, wide.x + wide.width) - x)};
	});
	const within = findBounds([...members, ...labels, ...segments]);
	const rest = arrange(alone.map(({part}) => part), Math.max(pageRatio, within.width / 300), within.width === 0 ? undefined : within.width);
	const header = makeHeader(zone);
	const width = Math.max(within.width, rest.width, header.width) + (2 * padding);
	const x = within.x - Math.round((width - within.width) / 2);
	const y = within.y - header.height - (2 * padding);
	const restTop = within.y + within.height + (within.height > 0 && rest.height > 0 ? gap : 0);
	const rect = {x, y, width, height: restTop + rest.height + padding - y};
	const box: Box = {
		...makeZonePart(zone).place({x, y}),
		rect,
		texts: placeBlock(header, {x: x + Math.round(width / 2), y: y + padding}, {isCentred: true}),
	};
	const boxes = [box, ...content.boxes, ...rest.place({x: x + Math.round((width - rest.width) / 2), y: restTop})];
	return normalize(boxes, content.arrows);
}

function makeHeader(zone: DiagramZone): Block {
	return makeBlock(listZoneTexts(zone), 300);
}

function listSegments(points: readonly Point[]): Rect[] {
	return points.slice(1).map((point, position) => findBounds([{...point, width: 0, height: 0}, {...points[position]!, width: 0, height: 0}]));
}

/** From the left to the right; from the top to the bottom where that makes a picture of the form of a page out of one that is far from it. */
async function layOutForPage(nodes: readonly Node[], edges: readonly DiagramEdge[]): Promise<Layout> {
	const isPage = ({width, height}: Layout) => width < 3 * height && width > 0.7 * height;
	const wide = await layOutNodes(nodes, edges, {withLines: true, direction: 'RIGHT'});
	if (isPage(wide) || Math.max(wide.width, wide.height) < smallPicture) {
		return wide;
	}

	const high = await layOutNodes(nodes, edges, {withLines: true, direction: 'DOWN'});
	return isPage(high) ? high : wide;
}

type LayoutOptions = {readonly withLines: boolean; readonly direction: Direction};

async function layOutNodes(nodes: readonly Node[], edges: readonly DiagramEdge[], {withLines, direction}: LayoutOptions): Promise<Layout> {
	return nodes.length === 0
		? {width: 0, height: 0, nodes: new Map(), edges: []}
		: layOut(nodes.map(({id, part, rank}) => describeNode(id, part, rank, edges)), edges.map(edge => describeEdge(edge, {withLines})), direction);
}

function describeNode(id: string, part: Part, rank: number, edges: readonly DiagramEdge[]): LayoutNode {
	return {id, width: part.width, height: Math.max(part.height, 16 * countSide(edges, id)), rank};
}

function describeEdge(edge: DiagramEdge, {withLines}: {readonly withLines: boolean}): LayoutEdge {
	const {width, height} = makeLabel(edge, {withLines});
	return {source: edge.source, target: edge.target, label: {width, height}};
}

/** The most arrows that leave or reach a box on one side. */
function countSide(edges: readonly DiagramEdge[], id: string): number {
	return Math.max(edges.filter(({source}) => source === id).length, edges.filter(({target}) => target === id).length) + 1;
}

function drawNodes(nodes: readonly Node[], layout: Layout): Content {
	const boxes = nodes.flatMap(({id, part}) => {
		const rect = layout.nodes.get(id)!;
		return flatten(part.place(rect, rect));
	});
	return {width: layout.width, height: layout.height, boxes, arrows: []};
}

function flatten(box: Box): Box[] {
	const {inner = [], ...outer} = box;
	return [outer, ...inner.flatMap(member => flatten(member))];
}

function drawArrows(nodes: readonly Node[], edges: readonly DiagramEdge[], layout: Layout, {withLines}: {readonly withLines: boolean}): Arrow[] {
	const byId = new Map(nodes.map(node => [node.id, node]));
	return edges.map((edge, position) => {
		const {points, label} = layout.edges[position]!;
		const part = makeLabel(edge, {withLines});
		const [source, target] = [byId.get(edge.source)!, byId.get(edge.target)!];
		return {
			kind: findArrowKind(edge),
			points,
			label: part.place(label),
			sourceZones: source.zones,
			targetZones: target.zones,
			sourceHosts: source.hosts,
			targetHosts: target.hosts,
			lines: edge.allLines,
			fullText: part.fullText,
		};
	});
}

/** Boxes that no arrow concerns, in rows. */
function arrangeNodes(nodes: readonly Node[], {width, height}: Layout): Content {
	const arranged = arrange(nodes.map(({part}) => part), width > height * pageRatio ? width / 150 : pageRatio);
	return {width: arranged.width, height: arranged.height, boxes: arranged.place({x: 0, y: 0}).flatMap(box => flatten(box)), arrows: []};
}

/** Contents one below or beside the other. */
function join(contents: readonly Content[], place: 'below' | 'beside'): Content {
	const shown = contents.filter(({width}) => width > 0);
	const moved = shown.map((content, position) => {
		const sum = (side: 'width' | 'height') => shown.slice(0, position).reduce((total, before) => total + before[side] + (2 * gap), 0);
		return moveContent(content, place === 'below' ? {x: 0, y: sum('height')} : {x: sum('width'), y: 0});
	});
	return normalize(moved.flatMap(({boxes}) => boxes), moved.flatMap(({arrows}) => arrows));
}

/** Move all so that the top left is at 0, 0. */
function normalize(boxes: readonly Box[], arrows: readonly Arrow[]): Content {
	const bounds = findBounds([...boxes.map(({rect}) => rect), ...arrows.flatMap(({label, points}) => [label.rect, ...listSegments(points)])]);
	const offset = {x: -bounds.x, y: -bounds.y};
	return {width: bounds.width, height: bounds.height, ...moveContent({boxes, arrows}, offset)};
}
