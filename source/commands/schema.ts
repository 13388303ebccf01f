import * as z from 'zod/mini';
import {suggest} from '../core/problem.js';
import {documentSchema, productSchema} from '../core/catalog/schema.js';
import {planSchema} from '../core/plan-schema.js';
import {profileSchema} from '../core/profile/schema.js';
import {showLine} from '../core/text.js';
import {UserError} from '../shell/user-error.js';
import {exitCodes, formatJson, type schemaNames, type CommandInput} from './command.js';

const schemas = {
	profile: {title: 'Profile of virt-fw-wizard', schema: profileSchema},
	plan: {title: 'plan.json of virt-fw-wizard', schema: planSchema},
	catalog: {title: 'Product file of virt-fw-wizard', schema: productSchema},
	document: {title: 'Row index of a source document of virt-fw-wizard', schema: documentSchema},
} as const satisfies Readonly<Record<(typeof schemaNames)[number], unknown>>;

/** `schema`: the form of the files as JSON Schema (draft 2020-12), from the definitions that check them. */
export async function runSchema({words, write}: CommandInput): Promise<number> {
	const name = words[0]!;
	if (!Object.hasOwn(schemas, name)) {
		throw new UserError(`there is no schema "${showLine(name, 80)}"`, {hint: suggest(name, Object.keys(schemas))});
	}

	write(formatJson(formatJsonSchema(name as keyof typeof schemas)));
	return exitCodes.done;
}

/** A schema by name, as JSON Schema. */
export function formatJsonSchema(name: keyof typeof schemas): Record<string, unknown> {
	const {title, schema} = schemas[name];
	return {title, ...z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'})};
}
