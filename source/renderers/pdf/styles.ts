import type {List} from '../request-tree.js';
import type {TextStyle} from './sheet.js';

export const black = '#000000';
export const grey = '#555555';
export const headGround = '#e3e7ec';
export const ruleColor = '#a9b0b8';

export const bodyStyle: TextStyle = {size: 9, leading: 12.6, color: black};
export const tableStyle: TextStyle = {size: 7.5, leading: 9.8, color: black};
export const codeStyle: TextStyle = {size: 7, leading: 9, color: black};
export const marginStyle: TextStyle = {size: 7.5, leading: 10, color: grey};

/** By level. */
export const headingStyles: ReadonlyArray<TextStyle & {readonly before: number; readonly after: number}> = [
	{size: 19, leading: 25, color: black, before: 0, after: 6},
	{size: 13.5, leading: 18, color: black, before: 18, after: 5},
	{size: 10.5, leading: 14, color: black, before: 12, after: 4},
	{size: 9.5, leading: 13, color: black, before: 9, after: 3},
];

export const quotePadding = {left: 14, right: 12} as const;
export const lineWidth = 0.5;

/** How far the text of a list stands in. */
export function findIndent({start}: List): number {
	return start === undefined ? 12 : 20;
}
