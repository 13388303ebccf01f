import type {Trust} from '../../core/model.js';
import type {TextStyle} from './measure.js';

/*
A picture before it is written: everything has its place. All numbers are whole, in units of the picture; the origin is at its top left.
*/

export type Point = {readonly x: number; readonly y: number};
export type Rect = Point & {readonly width: number; readonly height: number};

/** A line of text; `x` is its middle where it is centred, else its left, `y` its baseline. */
export type PlacedText = Point & {readonly text: string; readonly style: TextStyle; readonly isCentred: boolean; readonly isQuiet: boolean};

/** Something with a frame and lines of text. */
export type Box = {
	readonly kind: 'zone' | 'host' | 'denied';
	readonly rect: Rect;
	readonly texts: readonly PlacedText[];
	/** Of a zone. */
	readonly trust: Trust | 'none';
	/** Ids in the plan of the zones it stands for or, for a host, is in. */
	readonly zones: readonly string[];
	/** Ids in the plan of the hosts it stands for; empty for a zone. */
	readonly hosts: readonly string[];
	/** Ids of lines that stay within it. */
	readonly lines: readonly string[];
	/** All there is to say, where the box shows only the beginning. */
	readonly fullText: string;
	/** Boxes that stand in it. */
	readonly inner?: readonly Box[];
};

/** How an arrow looks, by shape as well as by colour: clear text is dashed, not ready has a hollow head, denied a cross. */
export type ArrowKind = 'permitted' | 'clear-text' | 'not-ready' | 'clear-text-not-ready' | 'denied';

export type Arrow = {
	readonly kind: ArrowKind;
	readonly points: readonly Point[];
	readonly label: {readonly rect: Rect; readonly texts: readonly PlacedText[]};
	/** Ids in the plan of the zones at its ends, where an end is one or is in one. */
	readonly sourceZones: readonly string[];
	readonly targetZones: readonly string[];
	readonly sourceHosts: readonly string[];
	readonly targetHosts: readonly string[];
	readonly lines: readonly string[];
	readonly fullText: string;
};

export type Picture = {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly width: number;
	readonly height: number;
	/** Those that contain others come first. */
	readonly boxes: readonly Box[];
	readonly arrows: readonly Arrow[];
	/** Samples of the looks that arrows of this picture have. */
	readonly legend: readonly Arrow[];
	/** Title, and what else is outside all boxes. */
	readonly texts: readonly PlacedText[];
};
