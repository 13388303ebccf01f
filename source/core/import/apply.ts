import {parseAddress} from '../addresses.js';
import type {Draft} from '../profile/draft.js';
import {own} from '../records.js';
import {formatParsed} from './address-list.js';
import type {AcceptedAddresses} from './match.js';

/**
A design with imported addresses; the one given stays as it is.

@param mode - Whether the addresses take the place of those that an interface has, or stand behind them; those it has already are not
repeated then, however they are spelled. Interfaces that the import says nothing about keep theirs either way.
*/
export function applyImport(draft: Draft, accepted: readonly AcceptedAddresses[], mode: 'replace' | 'add'): Draft {
	const hosts = new Map(Object.entries(draft.hosts ?? {}));
	const replaced = new Set<string>();
	for (const {host, role, addresses} of accepted) {
		const known = hosts.get(host) ?? {};
		// An interface may come twice: both are new then.
		const isKept = mode === 'add' || replaced.has(`${host}/${role}`);
		const kept = isKept ? own(known.addresses, role) ?? [] : [];
		replaced.add(`${host}/${role}`);
		hosts.set(host, {...known, addresses: {...known.addresses, [role]: unite(kept, addresses)}});
	}

	return accepted.length === 0 ? draft : {...draft, hosts: Object.fromEntries(hosts)};
}

function unite(kept: readonly string[], added: readonly string[]): string[] {
	const spellings = new Set(kept.map(text => formatCanonical(text)));
	return [...kept, ...added.filter(text => {
		const canonical = formatCanonical(text);
		const isNew = !spellings.has(canonical);
		spellings.add(canonical);
		return isNew;
	})];
}

function formatCanonical(text: string): string {
	const parsed = parseAddress(text);
	return typeof parsed === 'string' ? text : formatParsed(parsed);
}
