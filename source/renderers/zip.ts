import {compare} from '../core/problem.js';

/** Changes to entries of a ZIP file that are text, by the entry's name. */
export type ZipEdits = Readonly<Record<string, (text: string) => string>>;

/** What readers of Office files (ECMA-376 part 2) look for before anything else. */
const firstEntries = ['[Content_Types].xml', '_rels/.rels'];

/**
Pack a ZIP file anew, so that the same content is the same bytes: libraries that write Office files put the time of day, and entries as they come, into theirs.

Every entry has the first day that ZIP can express (APPNOTE 4.4.6, 1980-01-01) at noon; the content types and relations of the package come first and the others follow by name.

@param edits - Entries to change, as UTF-8 text.
@throws {RangeError} When there is no entry that an edit is for: a bug here or a library that changed, as no text from outside is an entry's name.
*/
export async function normalizeZip(bytes: Uint8Array, edits: ZipEdits = {}): Promise<Uint8Array> {
	const {strFromU8, strToU8, unzipSync, zipSync} = await import('fflate');
	const entries = new Map(Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('/')));
	for (const [name, edit] of Object.entries(edits)) {
		const content = entries.get(name);
		if (content === undefined) {
			throw new RangeError(`there is no entry ${name}`);
		}

		entries.set(name, strToU8(edit(strFromU8(content))));
	}

	// ZIP stores the local time of day, which is what this is made of: no time zone gives another. At noon, no zone has ever put its clocks forward.
	const mtime = new Date(1980, 0, 1, 12);
	return zipSync(Object.fromEntries([...entries].toSorted(([a], [b]) => (findPosition(a) - findPosition(b)) || compare(a, b))), {mtime});
}

function findPosition(name: string): number {
	const position = firstEntries.indexOf(name);
	return position === -1 ? firstEntries.length : position;
}
