import {doRegionsMeet, type Region} from './region.js';
import type {Spans} from './spans.js';

/** Fewer are looked at one after the other. */
const minimum = 32;
/** Where a list is longer, the hull of its spans stands for it. */
const maxSpans = 64;
/** As many hits of one set as are worth looking at before another set is tried. */
const patience = [48, 1000] as const;

const indexed = ['destination', 'source', 'port'] as const;

/** Finds which of many things share packets with a region, without a look at all of them. */
export class RegionIndex {
	readonly #regions: ReadonlyArray<readonly Region[]>;
	readonly #trees: readonly SpanTree[];

	/** @param regions - Those of each thing. */
	constructor(regions: ReadonlyArray<readonly Region[]>) {
		this.#regions = regions;
		this.#trees = regions.length < minimum ? [] : indexed.map(dimension => new SpanTree(regions.flatMap((own, item) => own.flatMap(region => listEntries(region[dimension], item)))));
	}

	/** Numbers of the things that share packets with a region, in their order. */
	listMeeting(region: Region): readonly number[] {
		const meets = (item: number) => this.#regions[item]!.some(own => doRegionsMeet(own, region));
		for (const limit of patience) {
			for (const [index, dimension] of indexed.entries()) {
				const spans = region[dimension];
				const hits = spans.length > 0 && this.#trees[index]?.find(spans[0]!.from, spans.at(-1)!.end, limit);
				if (hits) {
					return [...hits].filter(item => meets(item)).toSorted((a, b) => a - b);
				}
			}
		}

		return [...this.#regions.keys()].filter(item => meets(item));
	}
}

type Entry = {readonly from: bigint | number; readonly end: bigint | number; readonly item: number};

function listEntries(spans: Spans<bigint> | Spans<number>, item: number): Entry[] {
	const list = spans.length > maxSpans ? [{from: spans[0]!.from, end: spans.at(-1)!.end}] : spans;
	return list.map(({from, end}) => ({from, end, item}));
}

/** Spans in a balanced tree by their beginning, in which every node knows the last end below it. */
class SpanTree {
	readonly #entries: readonly Entry[];
	readonly #lastEnds: Array<bigint | number>;

	constructor(entries: readonly Entry[]) {
		this.#entries = entries.toSorted((a, b) => a.from < b.from ? -1 : Number(a.from > b.from));
		this.#lastEnds = this.#entries.map(({end}) => end);
		this.#fill(0, this.#entries.length);
	}

	/** The items of spans that meet this one, or undefined when they are more than the limit. */
	find(from: bigint | number, end: bigint | number, limit: number): ReadonlySet<number> | undefined {
		const found = new Set<number>();
		return this.#visit(0, this.#entries.length, {from, end}, found, limit) ? found : undefined;
	}

	#fill(begin: number, end: number): bigint | number | undefined {
		if (begin >= end) {
			return undefined;
		}

		const middle = Math.floor((begin + end) / 2);
		let last = this.#entries[middle]!.end;
		for (const below of [this.#fill(begin, middle), this.#fill(middle + 1, end)]) {
			if (below !== undefined && below > last) {
				last = below;
			}
		}

		this.#lastEnds[middle] = last;
		return last;
	}

	#visit(begin: number, end: number, wanted: {readonly from: bigint | number; readonly end: bigint | number}, found: Set<number>, limit: number): boolean {
		if (begin >= end) {
			return true;
		}

		const middle = Math.floor((begin + end) / 2);
		if (this.#lastEnds[middle]! <= wanted.from) {
			return true;
		}

		if (!this.#visit(begin, middle, wanted, found, limit)) {
			return false;
		}

		const entry = this.#entries[middle]!;
		if (entry.from >= wanted.end) {
			return true;
		}

		if (entry.end > wanted.from) {
			found.add(entry.item);
			if (found.size > limit) {
				return false;
			}
		}

		return this.#visit(middle + 1, end, wanted, found, limit);
	}
}
