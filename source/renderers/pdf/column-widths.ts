import type {MeasuredText} from './typesetter.js';

/** A column of a table, or of several tables that shall look alike. */
export type ColumnNeeds = {
	/** Below it a word would be broken. */
	readonly least: number;
	/** With it no line is broken. */
	readonly most: number;
	/** For each row the length of all that stands in the cell, as if it were one line. */
	readonly lengths: readonly number[];
};

/** How far one column is widened at a time: fine enough that nobody sees a step. */
const step = 3;

/** More rows would not change the outcome, and each costs time. */
const maxRows = 300;

/**
What the cells of a column need.

@param cells - Of one column, head included.
@param size - Of the font.
@param room - For what people write into it by hand; 0 otherwise.
@param maxLeast - Words longer than this are broken rather than that they press the other columns.
*/
export function findNeeds(cells: readonly MeasuredText[], {size, room, maxLeast}: {readonly size: number; readonly room: number; readonly maxLeast: number}): ColumnNeeds {
	return {
		least: Math.max(room, Math.min(maxLeast, Math.max(...cells.map(cell => cell.wordWidth * size)))),
		most: Math.max(room, ...cells.map(cell => cell.width * size)),
		lengths: cells.map(cell => cell.totalWidth * size),
	};
}

/**
Share a width among columns so that the rows become as low as they can together.

Each column gets its least; what is left goes, step by step, to the column that shortens the table most. The height of a row is that of its highest cell,
for which a norm of the fourth power stands: it changes with every cell, so that each step tells which way is better.

@returns A width for each column; their sum is `available`, or less when no line needs more.
*/
export function shareWidth(columns: readonly ColumnNeeds[], available: number): readonly number[] {
	const least = columns.reduce((sum, column) => sum + column.least, 0);
	if (least >= available) {
		return columns.map(column => column.least * available / least);
	}

	const most = columns.reduce((sum, column) => sum + column.most, 0);
	if (most <= available) {
		return columns.map(column => column.most);
	}

	const rowCount = columns[0]!.lengths.length;
	const stride = Math.ceil(rowCount / maxRows);
	const rows = Array.from({length: Math.ceil(rowCount / stride)}, (_, row) => columns.map(({lengths}) => lengths[row * stride]!));
	const widths = columns.map(column => column.least);
	for (let left = available - least; left > 0; left -= step) {
		const extra = Math.min(step, left);
		const heights = rows.map(row => findHeight(row, widths));
		let best = -1;
		let bestGain = -1;
		for (const [index, width] of widths.entries()) {
			if (width >= columns[index]!.most) {
				continue;
			}

			const wider = widths.with(index, width + extra);
			const gain = rows.reduce((sum, row, position) => sum + heights[position]! - findHeight(row, wider), 0);
			if (gain > bestGain) {
				best = index;
				bestGain = gain;
			}
		}

		widths[best]! += extra;
	}

	return widths;
}

function findHeight(row: readonly number[], widths: readonly number[]): number {
	let sum = 0;
	for (const [index, length] of row.entries()) {
		const height = length / widths[index]!;
		sum += height * height * height * height;
	}

	return Math.sqrt(Math.sqrt(sum));
}
