const dayMs = 24 * 60 * 60 * 1000;

/**
Days from one day to another, both written YYYY-MM-DD; negative when `to` is the earlier one.

@example
countDays('2024-02-28', '2024-03-01');
//=> 2
*/
export function countDays(from: string, to: string): number {
	return (toTime(to) - toTime(from)) / dayMs;
}

function toTime(day: string): number {
	const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
	return Date.UTC(year, month - 1, date);
}
