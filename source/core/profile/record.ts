import * as z from 'zod/mini';
import {sortProblems, type Problem} from '../problem.js';
import {checkTree, findTooLong, readTree, type Tree} from '../structured-text.js';
import {draftSchema} from './draft.js';
import {migrateProfile} from './migrations.js';
import {profileVersion} from './schema.js';

/** The form of saved profiles that this program writes. */
const recordFormat = 1;

/** A design as it is saved: all answers, and where the wizard stood. */
const recordSchema = z.strictObject({
	format: z.literal(recordFormat),
	updated: z.string().check(z.refine(text => /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/v.test(text) && Number.isFinite(Date.parse(text)), {error: 'a time is written 2026-11-22T10:00:00.000Z'})),
	isFinished: z.boolean(),
	position: z.optional(z.string().check(z.maxLength(4000))),
	draft: draftSchema,
});

export type ProfileRecord = z.infer<typeof recordSchema>;

/** A saved profile; or why it cannot be used, and whether that is because a newer version of this program wrote it. */
export type RecordOutcome = {readonly value: ProfileRecord; readonly problems?: never} | {readonly value?: never; readonly problems: readonly Problem[]; readonly isNewer: boolean};

/** A saved profile as the text of its file. */
export function formatRecord(record: ProfileRecord): string {
	return `${JSON.stringify(record, undefined, '\t')}\n`;
}

/**
Read the text of a saved profile; the answers of older versions are migrated.

@param file - The file's name, for messages.
@returns The record, or every problem at once in order of line.
*/
export function parseRecord(text: string, file: string): RecordOutcome {
	const tooLong = findTooLong(text, file);
	const read = tooLong === undefined ? readTree(text, file) : {problems: [tooLong]};
	if (read.problems) {
		return {problems: read.problems, isNewer: false};
	}

	const tree = read.value;
	const newer = findNewer(tree);
	if (newer !== undefined) {
		return {problems: [newer], isNewer: true};
	}

	const {value, problems} = checkTree(migrate(tree), recordSchema);
	if (problems) {
		return {problems, isNewer: false};
	}

	// YAML reads nearly as well, but is nothing that this program saved.
	return isJson(text) ? {value} : {problems: sortProblems([tree.locate({code: 'text/not-json', path: [], message: 'this is not JSON, as which profiles are saved', hint: 'virt-fw-wizard profiles import reads profiles in YAML'})]), isNewer: false};
}

function findNewer({data, locate}: Tree): Problem | undefined {
	const record = asMap(data);
	const [path, found, known] = isAbove(record?.['format'], recordFormat)
		? [['format'], record?.['format'], recordFormat]
		: [['draft', 'schemaVersion'], asMap(record?.['draft'])?.['schemaVersion'], profileVersion];
	return isAbove(found, known) ? locate({code: 'profile/newer', path, message: `this profile was saved by a newer version of this program (${path.at(-1)!} ${String(found)})`, hint: `this version reads up to ${known}: update with npx virt-fw-wizard@latest`}) : undefined;
}

function isAbove(value: unknown, known: number): boolean {
	return typeof value === 'number' && value > known;
}

/** A record with its answers in the form of this version; problems still are where they stand in the text. */
function migrate(tree: Tree): Tree {
	const record = asMap(tree.data);
	const draft = asMap(record?.['draft']);
	const migrated = draft === undefined ? undefined : migrateProfile(draft);
	if (migrated === undefined) {
		return tree;
	}

	return {
		...tree,
		data: {...record, draft: migrated.profile},
		locate(problem) {
			const [first, ...rest] = problem.path;
			return first === 'draft' ? {...tree.locate({...problem, path: ['draft', ...migrated.findOrigin(rest)]}), path: problem.path} : tree.locate(problem);
		},
	};
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : undefined;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text.startsWith('\u{FEFF}') ? text.slice(1) : text);
		return true;
	} catch {
		return false;
	}
}
