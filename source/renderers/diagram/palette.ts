import type {Trust} from '../../core/model.js';

/** How the frame and the ground of a box look. `dashes` are lengths of strokes and gaps. */
export type Look = {readonly fill: string; readonly stroke: string; readonly strokeWidth: number; readonly dashes: string};

/*
Light tints of red, orange, yellow, blue and green with dark frames of the same colour; the templates of the Mermaid diagrams have the same. Black text on them has a contrast
of 15:1 or more (WCAG 2.2), each frame of 5.9:1 or more. Tints this light are near to one another for colour-blind readers (deuteranopia: ΔE 4.7 between red and green), so that
colour is never alone: the less trusted a zone, the more broken its frame, which also holds on paper without colour, and its trust stands in it as a word.
*/
export const trustLooks: Readonly<Record<Trust | 'none', Look>> = {
	untrusted: {fill: '#f7d4d4', stroke: '#7a1f1f', strokeWidth: 3, dashes: '3 3'},
	dmz: {fill: '#fbe6c8', stroke: '#7a4a00', strokeWidth: 2, dashes: '8 3'},
	user: {fill: '#fdf8d8', stroke: '#6b6100', strokeWidth: 1, dashes: '12 2'},
	internal: {fill: '#dceefb', stroke: '#1d4e79', strokeWidth: 2, dashes: ''},
	restricted: {fill: '#dcf2dc', stroke: '#1f5a1f', strokeWidth: 4, dashes: ''},
	none: {fill: '#eeeeee', stroke: '#555555', strokeWidth: 1, dashes: '1 3'},
};

export const hostLook: Look = {fill: '#ffffff', stroke: '#333333', strokeWidth: 1, dashes: ''};
export const deniedLook: Look = {fill: '#ffffff', stroke: '#000000', strokeWidth: 1, dashes: '2 2'};

export const colours = {
	paper: '#ffffff',
	text: '#000000',
	/** Of what is said besides: addresses, networks. */
	quiet: '#3d3d3d',
	permitted: '#1f1f1f',
	clearText: '#9a3412',
	notReady: '#5b21b6',
	denied: '#000000',
	/** Text on `denied`. */
	onDenied: '#ffffff',
} as const;
