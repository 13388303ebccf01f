/*
Figures of the benchmark, and how they are shown.
*/

/** @param {number[]} numbers */
export function median(numbers) {
	const sorted = numbers.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle];
}

/** What 95 of 100 do not exceed. */
export function percentile95(numbers) {
	return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * 0.95) - 1];
}

/** As `12 (10-15)`. */
export const formatSpread = (numbers, digits = 0) => `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`;

/** A line of times, and what they are to those of `node -e 0` in the same rounds. */
export function formatTimes(title, times, floors) {
	const ratios = times.map((time, round) => time / floors[round]);
	return `  ${title.padEnd(28)} ${formatSpread(times, 1).padEnd(22)} ${median(ratios).toFixed(2)}x`;
}
