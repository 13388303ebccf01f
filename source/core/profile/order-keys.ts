import type * as z from 'zod/mini';
import {compare} from '../problem.js';

type Definition = {
	readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
	readonly innerType?: z.ZodMiniType;
	readonly element?: z.ZodMiniType;
	readonly valueType?: z.ZodMiniType;
};

/**
Put the keys of an answer in the order of its schema, and those that are words of a catalog or of the site in order of the alphabet.

The same answers then give the same text, in whatever order they were given. Keys whose value is undefined are left out.
*/
export function orderKeys(value: unknown, schema: z.ZodMiniType | undefined): unknown {
	const {shape, innerType, element, valueType} = (schema?._zod.def ?? {}) as Definition;
	if (innerType !== undefined) {
		return orderKeys(value, innerType);
	}

	if (Array.isArray(value)) {
		return value.map(item => orderKeys(item, element));
	}

	if (typeof value !== 'object' || value === null) {
		return value;
	}

	const record = value as Readonly<Record<string, unknown>>;
	const keys = shape === undefined ? Object.keys(record).toSorted(compare) : Object.keys(shape).filter(key => Object.hasOwn(record, key));
	return Object.fromEntries(keys.filter(key => record[key] !== undefined).map(key => [key, orderKeys(record[key], shape?.[key] ?? valueType)]));
}
