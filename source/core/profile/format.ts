import {stringify} from 'yaml';
import {orderKeys} from './order-keys.js';
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
