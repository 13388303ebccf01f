import type {Encryption, IpVersion} from '../core/model.js';

/** The name of an IP protocol as documents print it: TCP, UDP, ICMP, IP protocol 41. */
export function formatProtocol({protocol, number}: {readonly protocol: string; readonly number?: number | undefined}): string {
	if (protocol === 'ip') {
		return number === undefined ? 'IP protocol' : `IP protocol ${number}`;
	}

	return protocol.toUpperCase();
}

/**
A protocol with its ports: `TCP 80, 443`. Protocols without ports are their name alone.
*/
export function formatService({ports, ...service}: {readonly protocol: string; readonly number?: number | undefined; readonly ports: readonly string[]}): string {
	return [formatProtocol(service), ports.join(', ')].filter(Boolean).join(' ');
}

/** What a document says of encryption, as a table says it. */
export const encryptionWords: Readonly<Record<Encryption, string>> = {
	yes: 'yes',
	no: 'no (clear text)',
	unstated: 'not stated',
};

/** `IPv4`, `IPv6`. */
export function formatIpVersion(version: IpVersion): string {
	return `IPv${version}`;
}

/** Distinct texts in the order of their first appearance. */
export function findDistinct(texts: Iterable<string>): string[] {
	return [...new Set(texts)];
}

/** The first texts of a list, and how many are left. */
export function fold<Item>(items: readonly Item[], limit: number): {readonly shown: readonly Item[]; readonly more: number} {
	// Leaving out a single one would save nothing.
	return items.length <= limit + 1 ? {shown: items, more: 0} : {shown: items.slice(0, limit), more: items.length - limit};
}
