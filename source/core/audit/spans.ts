/*
Sets of addresses, ports and numbers as sorted lists of spans. Their ends are exclusive, so that nothing here has to know what comes after a value.
*/

/** From a first value up to, and without, an end. */
export type Span<Value> = {readonly from: Value; readonly end: Value};

/** Sorted, neither overlapping nor adjacent; empty for nothing. */
export type Spans<Value> = ReadonlyArray<Span<Value>>;

type Ordered = bigint | number;

/** Spans in any order as a set. */
export function uniteSpans<Value extends Ordered>(spans: Spans<Value>): Spans<Value> {
	if (spans.length < 2) {
		return spans;
	}

	const united: Array<Span<Value>> = [];
	for (const span of spans.toSorted((a, b) => a.from < b.from ? -1 : Number(a.from > b.from))) {
		const last = united.at(-1);
		if (last === undefined || span.from > last.end) {
			united.push(span);
		} else if (span.end > last.end) {
			united[united.length - 1] = {from: last.from, end: span.end};
		}
	}

	return united;
}

/** Whether two sets share a value. */
export function doSpansMeet<Value extends Ordered>(a: Spans<Value>, b: Spans<Value>): boolean {
	for (let indexA = 0, indexB = 0; indexA < a.length && indexB < b.length;) {
		const spanA = a[indexA]!;
		const spanB = b[indexB]!;
		if (spanA.end <= spanB.from) {
			indexA++;
		} else if (spanB.end <= spanA.from) {
			indexB++;
		} else {
			return true;
		}
	}

	return false;
}

/** Whether a set lies within the one span of another. */
function isWithin<Value extends Ordered>(inner: Spans<Value>, outer: Spans<Value>): boolean {
	return outer.length === 1 && inner.length > 0 && inner[0]!.from >= outer[0]!.from && inner.at(-1)!.end <= outer[0]!.end;
}

/** The values that are in both sets. */
export function intersectSpans<Value extends Ordered>(a: Spans<Value>, b: Spans<Value>): Spans<Value> {
	// Most sets hold everything, or one span: whichever lies within a span of the other is the answer itself.
	if (a === b || isWithin(a, b)) {
		return a;
	}

	if (isWithin(b, a)) {
		return b;
	}

	const shared: Array<Span<Value>> = [];
	for (let indexA = 0, indexB = 0; indexA < a.length && indexB < b.length;) {
		const spanA = a[indexA]!;
		const spanB = b[indexB]!;
		// eslint-disable-next-line unicorn/prefer-math-min-max -- Math knows no bigint.
		const from = spanA.from > spanB.from ? spanA.from : spanB.from;
		// eslint-disable-next-line unicorn/prefer-math-min-max -- Math knows no bigint.
		const end = spanA.end < spanB.end ? spanA.end : spanB.end;
		if (from < end) {
			shared.push({from, end});
		}

		if (spanA.end < spanB.end) {
			indexA++;
		} else {
			indexB++;
		}
	}

	return shared;
}

/** The values of the first set that are not in the second. */
export function subtractSpans<Value extends Ordered>(a: Spans<Value>, b: Spans<Value>): Spans<Value> {
	if (a === b) {
		return [];
	}

	const rest: Array<Span<Value>> = [];
	let index = 0;
	for (const {from, end} of a) {
		let start = from;
		while (index < b.length && b[index]!.end <= start) {
			index++;
		}

		for (let hole = index; hole < b.length && b[hole]!.from < end; hole++) {
			if (b[hole]!.from > start) {
				rest.push({from: start, end: b[hole]!.from});
			}

			start = b[hole]!.end;
		}

		if (start < end) {
			rest.push({from: start, end});
		}
	}

	return rest;
}
