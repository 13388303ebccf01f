import * as z from 'zod/mini';
import type {Catalog} from '../catalog/schema.js';
import {sortProblems, type Outcome} from '../problem.js';
import {parseStructuredText} from '../structured-text.js';
import {migrateProfile} from './migrations.js';
import {findProfileProblems} from './problems.js';
import {profileSchema, profileVersion, type Profile} from './schema.js';

const versioned = z.looseObject({schemaVersion: z.optional(z.unknown())});

/**
Read a profile: YAML or JSON text, checked against its schema and against the catalog; older versions are migrated.

@param file - The file's name as the user knows it, for messages.
@returns The profile, or every problem at once in order of line.
*/
export function parseProfile(text: string, file: string, catalog: Catalog): Outcome<Profile> {
	const raw = parseStructuredText(text, versioned, file);
	if (raw.problems) {
		return raw;
	}

	const {schemaVersion} = raw.value.value;
	if (typeof schemaVersion === 'number' && schemaVersion > profileVersion) {
		return {problems: [raw.value.locate({code: 'profile/newer', path: ['schemaVersion'], message: `this profile was written by a newer version of this program (schemaVersion ${schemaVersion})`, hint: `this version reads up to ${profileVersion}: update with npx virt-fw-wizard@latest`})]};
	}

	const migrated = migrateProfile(raw.value.value);
	const parsed = migrated === undefined ? parseStructuredText(text, profileSchema, file) : parseStructuredText(JSON.stringify(migrated, undefined, '\t'), profileSchema, `${file} (migrated to version ${profileVersion})`);
	if (parsed.problems) {
		return parsed;
	}

	const {value, locate} = parsed.value;
	const problems = findProfileProblems(value, catalog).map(problem => locate(problem));
	return problems.length > 0 ? {problems: sortProblems(problems)} : {value};
}
