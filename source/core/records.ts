/** Keys that would reach the prototype of an object. */
export const reservedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
The value of a record's own key, or undefined: never something inherited, as `constructor`.

Keys come from files that people write, so that every lookup by such a word goes through here.
*/
export function own<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
	return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A map, or a weak one. */
type Entries<Key, Value> = {readonly get: (key: Key) => Value | undefined; readonly set: (key: Key, value: Value) => unknown};

/** The entry of a map, made when it is missing. */
export function getOrMake<Key, Value>(map: Entries<Key, Value>, key: Key, make: () => Value): Value {
	const known = map.get(key);
	if (known !== undefined) {
		return known;
	}

	const made = make();
	map.set(key, made);
	return made;
}

/** Values by a key, in order of first appearance. */
export function groupBy<Value>(values: readonly Value[], getKey: (value: Value) => string): Map<string, [Value, ...Value[]]> {
	const groups = new Map<string, [Value, ...Value[]]>();
	for (const value of values) {
		const key = getKey(value);
		const group = groups.get(key);
		if (group === undefined) {
			groups.set(key, [value]);
		} else {
			group.push(value);
		}
	}

	return groups;
}
