import {stringify} from 'yaml';
import type * as z from 'zod/mini';
import {compare} from '../problem.js';
import {profileSchema, type Profile} from './schema.js';

/**
Write a profile as YAML, as it is exported: it reads back as the same profile, and the same answers always give the same text.

Keys stand in the order of the schema, and those that are words of a catalog or of the site in order of the alphabet.
*/
export function formatProfile(profile: Profile): string {
	const yaml = stringify(orderKeys(profile, profileSchema), {
		aliasDuplicateObjects: false,
		// Readers of YAML 1.1 take an unquoted yes for true, and a bare 12:30 for a number.
		compat: 'yaml-1.1',
		lineWidth: 0,
		singleQuote: true,
	});
	return `# A profile of virt-fw-wizard. "virt-fw-wizard generate" with the name of this file writes its documents.\n${yaml}`;
}

type Definition = {
	readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
	readonly innerType?: z.ZodMiniType;
	readonly element?: z.ZodMiniType;
	readonly valueType?: z.ZodMiniType;
};

function orderKeys(value: unknown, schema: z.ZodMiniType | undefined): unknown {
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
