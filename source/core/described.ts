import * as z from 'zod/mini';

/**
Give a schema a description, which JSON Schemas show to the reader of an editor.

@returns A copy, as a schema that serves several keys would show the last description at all of them.
*/
export function described<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
	const copy = schema.clone();
	z.globalRegistry.add(copy, {description});
	return copy;
}
