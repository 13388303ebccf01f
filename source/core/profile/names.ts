import {maxSlugLength as maxLength, reservedSlugs, slugPattern} from '../vocabulary.js';

/** What Windows opens as a device whatever stands behind the first dot (Microsoft, "Naming Files, Paths, and Namespaces"). */
const deviceNames = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/v;

/** A saved profile that could not be read is kept under its name and this. */
const setAsideMark = '.damaged';

/**
Say why a profile cannot be saved under a name; undefined when it can. A saved profile is a file of that name, on any system.

@param name - Whatever somebody typed.
*/
export function findNameProblem(name: string): {readonly message: string; readonly hint: string} | undefined {
	if (name.length > maxLength) {
		return {message: `it has ${name.length} characters`, hint: `at most ${maxLength}`};
	}

	if (!slugPattern.test(name) || reservedSlugs.includes(name)) {
		return {message: 'a name is lower-case letters, digits and single hyphens or dots', hint: `as ${formatName(name)}`};
	}

	if (deviceNames.test(name)) {
		return {message: 'Windows keeps this name for a device', hint: `as ${formatName(name)}`};
	}

	return name.includes(setAsideMark) ? {message: 'names with ".damaged" are those of files that could not be read', hint: `as ${formatName(name)}`} : undefined;
}

/**
A name that a profile can be saved under, as near as possible to what somebody typed.

@example
formatName('Größe & Würde');
//=> 'grosse-wurde'
*/
export function formatName(text: string): string {
	const plain = text.slice(0, 1000).replaceAll('ß', 'ss').normalize('NFKD').replaceAll(/\p{Mark}/gv, '').toLowerCase();
	const name = joinParts(plain.replaceAll(/[^a-z\d.]+/gv, '-'), maxLength);
	if (name === '' || reservedSlugs.includes(name)) {
		return name === '' ? 'profile' : `profile-${name}`;
	}

	const safe = name.replaceAll(setAsideMark, '-damaged');
	return deviceNames.test(safe) ? joinParts(`profile-${safe}`, maxLength) : safe;
}

/**
The name itself, or with the first number behind it that makes it free.

@param isTaken - Asked for each candidate.
*/
export function findFreeName(name: string, isTaken: (name: string) => boolean): string {
	let candidate = name;
	for (let number = 2; isTaken(candidate); number++) {
		const suffix = `-${number}`;
		candidate = `${joinParts(name, maxLength - suffix.length)}${suffix}`;
	}

	return candidate;
}

/** Single hyphens and dots only, and none at the ends. */
function joinParts(text: string, length: number): string {
	return text.replaceAll(/[.\-]*\.[.\-]*/gv, '.').replaceAll(/-+/gv, '-').replace(/^[.\-]+/v, '').slice(0, length).replace(/[.\-]+$/v, '');
}
