import type {ELK, ElkNode} from 'elkjs/lib/elk-api.js';
import type {Point, Rect} from './picture.js';

/** A box to be placed; those of a lower rank stand further left. */
export type LayoutNode = {readonly id: string; readonly width: number; readonly height: number; readonly rank: number};

/** An arrow to be drawn, with the room its label takes. */
export type LayoutEdge = {readonly source: string; readonly target: string; readonly label: {readonly width: number; readonly height: number}};

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
	'elk.padding': '[top=0,left=0,bottom=0,right=0]',
} as const;

let engine: Promise<ELK> | undefined;

/** ELK takes longer to start than to lay out most designs: there is one for all pictures. */
async function startEngine(): Promise<ELK> {
	const {default: {default: Elk}} = await import('elkjs/lib/elk.bundled.js');
	return new Elk({algorithms: ['layered']});
}

/** Place boxes in columns by their rank, and lead arrows around them at right angles; no label is on a box or on another label. */
export async function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], direction: 'RIGHT' | 'DOWN'): Promise<Layout> {
	engine ??= startEngine();
	const elk = await engine;
	const graph: ElkNode = {
		id: 'picture',
		layoutOptions: {...options, 'elk.direction': direction},
		children: nodes.map(({id, width, height, rank}) => ({id, width, height, layoutOptions: {'elk.partitioning.partition': String(rank)}})),
		edges: edges.map(({source, target, label}, position) => ({id: `edge ${position}`, sources: [source], targets: [target], labels: [{text: ' ', ...label, layoutOptions: {'elk.edgeLabels.inline': 'true'}}]})),
	};
	const laidOut: ElkNode = await elk.layout(graph);
	return {
		width: Math.ceil(laidOut.width!),
		height: Math.ceil(laidOut.height!),
		nodes: new Map(laidOut.children!.map(({id, x, y, width, height}) => [id, roundRect({x: x!, y: y!, width: width!, height: height!})])),
		edges: laidOut.edges!.map(({sections, labels}) => {
			const {startPoint, bendPoints = [], endPoint} = sections![0]!;
			const {x, y, width, height} = labels![0]!;
			return {points: [startPoint, ...bendPoints, endPoint].map(point => roundPoint(point)), label: roundRect({x: x!, y: y!, width: width!, height: height!})};
		}),
	};
}

function roundPoint({x, y}: Point): Point {
	return {x: Math.round(x), y: Math.round(y)};
}

function roundRect({x, y, width, height}: Rect): Rect {
	return {...roundPoint({x, y}), width: Math.round(width), height: Math.round(height)};
}
