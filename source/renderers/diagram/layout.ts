import type {ELK, ElkNode} from 'elkjs/lib/elk-api.js';
import type {Point, Rect} from './picture.js';

/** A box to be placed; those of a lower rank stand further left. */
export type LayoutNode = {
	readonly id: string;
	readonly width: number;
	readonly height: number;
	readonly rank: number;
	/** What is to be placed in it, below a header of its width and `header` units high: it grows around them. */
	readonly children?: readonly LayoutNode[];
	readonly header?: number;
};

/** An arrow to be drawn, with the room its label takes. */
export type LayoutEdge = {readonly source: string; readonly target: string; readonly label: {readonly width: number; readonly height: number}};

/** Where arrows lead that lead to a higher rank. */
export type Direction = 'RIGHT' | 'DOWN';

export type Layout = {
	readonly width: number;
	readonly height: number;
	readonly nodes: ReadonlyMap<string, Rect>;
	/** In the order of the edges. */
	readonly edges: ReadonlyArray<{readonly points: readonly Point[]; readonly label: Rect}>;
};

/** What layered layout is told; https://eclipse.dev/elk/reference/options.html says what each means. */
const options = {
	'elk.algorithm': 'layered',
	'elk.edgeRouting': 'ORTHOGONAL',
	'elk.partitioning.activate': 'true',
	'elk.separateConnectedComponents': 'false',
	'elk.spacing.nodeNode': '28',
	'elk.spacing.edgeEdge': '14',
	'elk.spacing.edgeNode': '18',
	'elk.spacing.portPort': '14',
	'elk.layered.spacing.nodeNodeBetweenLayers': '36',
	'elk.layered.spacing.edgeNodeBetweenLayers': '28',
	'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
	'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
	// All places are said from the top left of the picture, also of what stands in a box.
	'elk.json.shapeCoords': 'ROOT',
	'elk.json.edgeCoords': 'ROOT',
	'elk.padding': '[top=0,left=0,bottom=0,right=0]',
} as const;

let engine: Promise<ELK> | undefined;

/** ELK takes longer to start than to lay out most designs: there is one for all pictures. */
async function startEngine(): Promise<ELK> {
	const {default: {default: Elk}} = await import('elkjs/lib/elk.bundled.js');
	return new Elk({algorithms: ['layered']});
}

/** Place boxes in columns by their rank, and lead arrows around them at right angles; no label is on a box or on another label. */
export async function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], direction: Direction): Promise<Layout> {
	engine ??= startEngine();
	const elk = await engine;
	const isNested = nodes.some(({children}) => children !== undefined);
	// Across boxes in boxes the engine leads what goes to a lower rank all around the picture. It is laid out the other way round.
	const ranks = new Map(nodes.flatMap(({id, rank, children = []}) => [id, ...children.map(child => child.id)].map(member => [member, rank])));
	const turned = edges.map(({source, target}) => isNested && ranks.get(source)! > ranks.get(target)!);
	const graph: ElkNode = {
		id: 'picture',
		layoutOptions: {...options, 'elk.direction': direction, ...(isNested ? {'elk.hierarchyHandling': 'INCLUDE_CHILDREN'} : {})},
		children: nodes.map(node => describeNode(node)),
		edges: edges.map(({source, target, label}, position) => ({id: `edge ${position}`, ...(turned[position]! ? {sources: [target], targets: [source]} : {sources: [source], targets: [target]}), labels: [{text: ' ', ...label, layoutOptions: {'elk.edgeLabels.inline': 'true'}}]})),
	};
	const laidOut: ElkNode = await elk.layout(graph);
	return {
		width: Math.ceil(laidOut.width!),
		height: Math.ceil(laidOut.height!),
		nodes: new Map(listNodes(laidOut).map(({id, x, y, width, height}) => [id, roundRect({x: x!, y: y!, width: width!, height: height!})])),
		edges: laidOut.edges!.map(({sections, labels}, position) => {
			const {startPoint, bendPoints = [], endPoint} = sections![0]!;
			const points = [startPoint, ...bendPoints, endPoint].map(point => roundPoint(point));
			const {x, y, width, height} = labels![0]!;
			return {points: turned[position]! ? points.toReversed() : points, label: roundRect({x: x!, y: y!, width: width!, height: height!})};
		}),
	};
}

function describeNode({id, width, height, rank, children, header = 0}: LayoutNode): ElkNode {
	const partition = {'elk.partitioning.partition': String(rank)};
	return children === undefined
		? {id, width, height, layoutOptions: partition}
		: {
			id,
			children: children.map(child => describeNode(child)),
			layoutOptions: {
				...partition,
				'elk.partitioning.activate': 'false',
				'elk.padding': `[top=${header},left=14,bottom=14,right=14]`,
				'elk.nodeSize.constraints': 'MINIMUM_SIZE',
				'elk.nodeSize.minimum': `(${width},${height})`,
			},
		};
}

/** Boxes and those in them. */
function listNodes({children = []}: ElkNode): ElkNode[] {
	return children.flatMap(child => [child, ...listNodes(child)]);
}

function roundPoint({x, y}: Point): Point {
	return {x: Math.round(x), y: Math.round(y)};
}

function roundRect({x, y, width, height}: Rect): Rect {
	return {...roundPoint({x, y}), width: Math.round(width), height: Math.round(height)};
}
