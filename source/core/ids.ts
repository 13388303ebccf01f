import {sha256} from '@noble/hashes/sha2.js';
import {bytesToHex, utf8ToBytes} from '@noble/hashes/utils.js';

// Crockford's alphabet: no I, L, O or U, so that an id can be read out and typed again.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** SHA-256 of a text as lower-case hexadecimal (FIPS 180-4). */
export function hashText(text: string): string {
	return bytesToHex(sha256(utf8ToBytes(text)));
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
character, as git abbreviates commits.

@param keys - Different from one another.
@example
deriveShortIds('R', ['lan>dmz/tcp']).get('lan>dmz/tcp');
//=> 'R-7Q4X'
*/
export function deriveShortIds(prefix: string, keys: readonly string[]): Map<string, string> {
	const hashes = keys.map(key => ({key, hash: encode(sha256(utf8ToBytes(key)))})).toSorted((a, b) => a.hash < b.hash ? -1 : 1);
	const countShared = (hash: string, other = ''): number => {
		const length = [...hash].findIndex((character, index) => character !== other[index]);
		return length === -1 ? hash.length : length;
	};

	return new Map(hashes.map(({key, hash}, index) => {
		const length = Math.max(4, countShared(hash, hashes[index - 1]?.hash) + 1, countShared(hash, hashes[index + 1]?.hash) + 1);
		return [key, `${prefix}-${hash.slice(0, length)}`];
	}));
}

function encode(bytes: Uint8Array): string {
	let rest = bytes.slice(0, 20).reduce((number, byte) => (number * 256n) + BigInt(byte), 0n);
	let text = '';
	for (let digit = 0; digit < 32; digit++) {
		text = alphabet[Number(rest % 32n)]! + text;
		rest /= 32n;
	}

	return text;
}
