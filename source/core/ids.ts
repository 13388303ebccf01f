import {sha256} from '@noble/hashes/sha2.js';
import {bytesToHex, utf8ToBytes} from '@noble/hashes/utils.js';

// Crockford's alphabet: no I, L, O or U, so that an id can be read out and typed again.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Characters of a hash that an id has at least: among a hundred lines hardly two begin alike. */
const shortestId = 4;

/** SHA-256 of a text as lower-case hexadecimal (FIPS 180-4). */
export function hashText(text: string): string {
	return hashBytes(utf8ToBytes(text));
}

/** SHA-256 of bytes as lower-case hexadecimal (FIPS 180-4). */
export function hashBytes(bytes: Uint8Array): string {
	return bytesToHex(sha256(bytes));
}

/** JSON with sorted keys, so that equal values always give equal text. */
export function formatCanonicalJson(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) => typeof inner === 'object' && inner !== null && !Array.isArray(inner)
		? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => a < b ? -1 : 1))
		: (typeof inner === 'bigint' ? String(inner) : inner));
}

/**
Short ids for some keys: the shortest prefix of at least four characters of each key's hash that no other key shares.

The same key gets the same id in another plan, unless that plan holds a key whose hash begins alike; then both grow by a
character, as git abbreviates commits. Who compares two plans matches by key, and finds a free id with `deriveFreeId()`.

@param keys - Different from one another.
@example
deriveShortIds('R', ['lan>dmz/tcp']).get('lan>dmz/tcp');
//=> 'R-7Q4X'
*/
export function deriveShortIds(prefix: string, keys: readonly string[]): Map<string, string> {
	const hashes = keys.map(key => ({key, hash: hashKey(key)})).toSorted((a, b) => a.hash < b.hash ? -1 : 1);
	const countShared = (hash: string, other = ''): number => {
		let length = 0;
		while (length < hash.length && hash[length] === other[length]) {
			length++;
		}

		return length;
	};

	return new Map(hashes.map(({key, hash}, index) => {
		const length = Math.max(shortestId, countShared(hash, hashes[index - 1]?.hash) + 1, countShared(hash, hashes[index + 1]?.hash) + 1);
		return [key, `${prefix}-${hash.slice(0, length)}`];
	}));
}

/**
A short id for a key beside others that stand: as many more characters of its hash as it takes to be none of them.

@param id - The id that the key has among the keys of its own plan.
*/
export function deriveFreeId(id: string, key: string, taken: ReadonlySet<string>): string {
	const prefix = id.slice(0, id.indexOf('-') + 1);
	const hash = hashKey(key);
	let free = id;
	while (taken.has(free) && free.length < prefix.length + hash.length) {
		free = prefix + hash.slice(0, free.length - prefix.length + 1);
	}

	return free;
}

/** Whether an id is one that a key can have: its prefix and at least four characters of the key's hash. */
export function isIdOf(id: string, prefix: string, key: string): boolean {
	return id.length >= prefix.length + 1 + shortestId && `${prefix}-${hashKey(key)}`.startsWith(id);
}

function hashKey(key: string): string {
	return encode(sha256(utf8ToBytes(key)));
}

/** The first 160 bits as 32 digits. */
function encode(bytes: Uint8Array): string {
	let text = '';
	// Five bytes are eight digits.
	for (let start = 0; start < 20; start += 5) {
		let rest = bytes.slice(start, start + 5).reduce((number, byte) => (number * 256) + byte, 0);
		let digits = '';
		for (let digit = 0; digit < 8; digit++) {
			digits = alphabet[rest % 32]! + digits;
			rest = Math.floor(rest / 32);
		}

		text += digits;
	}

	return text;
}
