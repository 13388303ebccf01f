import {parseNetwork} from '../../core/addresses.js';
import {parseAddressList} from '../../core/import/address-list.js';

type Tried<Value> = Value | {readonly problem: string; readonly draft?: never};

/** Entries of a text: one a line, or separated by commas, semicolons or spaces. */
export function splitList(text: string): string[] {
	return text.split(/[\s,;]+/v).filter(part => part !== '');
}

/**
Entries that may hold spaces, as names of people: one a line, or separated by semicolons; by commas where there is neither.

@example
splitNames('Smith, John; Doe, Jane');
//=> ['Smith, John', 'Doe, Jane']
*/
export function splitNames(text: string): string[] {
	const separator = /[\n;]/v.test(text) ? /[\n;]/v : /,/v;
	return text.split(separator).map(part => part.trim()).filter(part => part !== '');
}

/** Names as one text, which `splitNames()` reads as the same names. */
export function joinNames(names: readonly string[]): string {
	return names.length === 1 && names[0]!.includes(',') ? `${names[0]};` : names.join('; ');
}

/** Read networks with prefix; the first that is none is the problem. */
export function readNetworkList<Value>(text: string, take: (networks: readonly string[]) => Value): Tried<Value> {
	const networks = [...new Set(splitList(text))];
	const problem = networks.map(network => parseNetwork(network)).find(parsed => typeof parsed === 'string');
	return problem === undefined ? take(networks) : {problem};
}

/** Read addresses as people paste them; the first that is none is the problem. */
export function readAddressList<Value>(text: string, take: (addresses: readonly string[]) => Value): Tried<Value> {
	const {addresses, problems} = parseAddressList(text);
	const [first] = problems;
	if (first === undefined) {
		return take(addresses);
	}

	const more = problems.length - 1;
	return {problem: `${first.line !== undefined && first.line > 1 ? `line ${first.line}: ` : ''}${first.message}${more > 0 ? ` (and ${more} more)` : ''}`};
}
