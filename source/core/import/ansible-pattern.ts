import {quote} from './problem-list.js';

/** More hosts than this are in no inventory; a range can mean them by mistake. */
export const maxHosts = 100_000;

/** Letters in the order in which a range counts them. */
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
List the hosts that an entry of an inventory means: its port is dropped and its ranges are counted out.

A range is `[first:last]` or `[first:last:step]`, of numbers or of letters, both ends included. A first number with a leading zero gives
all of them its width, and a missing one is 0.

@see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#adding-ranges-of-hosts
@returns The names, or a phrase saying what is wrong.

@example
expandHostPattern('web[08:10].example.com:22');
//=> ['web08.example.com', 'web09.example.com', 'web10.example.com']
*/
export function expandHostPattern(pattern: string): readonly string[] | string {
	// The bound keeps the work on one entry small, and no name is that long.
	if (pattern.length > 1000) {
		return `${quote(pattern)} is too long for the name of a host`;
	}

	const bare = dropPort(pattern);
	if (bare.endsWith(':') && !bare.endsWith('::')) {
		return `${quote(pattern)} ends with a colon and has no port`;
	}

	let names = [''];
	let rest = bare;
	for (let open = rest.indexOf('['); open !== -1; open = rest.indexOf('[')) {
		const close = rest.indexOf(']', open);
		const range = close === -1 ? `${quote(pattern)} has a bracket that is not closed` : expandRange(rest.slice(open + 1, close));
		if (typeof range === 'string') {
			return close === -1 ? range : `${quote(pattern)}: ${range}`;
		}

		if (range.count * names.length > maxHosts) {
			return `${quote(pattern)} means more than ${maxHosts} hosts`;
		}

		const head = rest.slice(0, open);
		const steps = range.list();
		names = names.flatMap(name => steps.map(step => `${name}${head}${step}`));
		rest = rest.slice(close + 1);
	}

	return names.map(name => `${name}${rest}`);
}

/** Brackets around an address with a port are no range. */
function dropPort(pattern: string): string {
	const bracketed = /^\[(?<host>.+)\]:\d+$/v.exec(pattern)?.groups?.['host'];
	return bracketed ?? /^(?<host>(?:[^:\[\]]|\[[^\]]*\])*):\d+$/v.exec(pattern)?.groups?.['host'] ?? pattern;
}

type Range = {readonly count: number; readonly list: () => readonly string[]};

/** The steps of a range, which are not counted out before their number is known to be small. */
function expandRange(text: string): Range | string {
	const [first = '', last, step = '1', ...more] = text.split(':');
	if (last === undefined || more.length > 0) {
		return `[${text}] is no range: write [first:last] or [first:last:step]`;
	}

	if (!/^\d{1,9}$/v.test(step) || Number(step) === 0) {
		return `the step of [${text}] is no number above zero`;
	}

	const isLetters = /^[a-z]$/iv.test(first) && /^[a-z]$/iv.test(last);
	if (!isLetters && !(/^\d{0,15}$/v.test(first) && /^\d{1,15}$/v.test(last))) {
		return `[${text}] counts neither from number to number nor from letter to letter`;
	}

	const width = !isLetters && first.length > 1 && first.startsWith('0') ? first.length : 0;
	if (width > 0 && last.length !== width) {
		return `both ends of [${text}] must have the same number of digits`;
	}

	const from = isLetters ? letters.indexOf(first) : Number(first);
	const to = isLetters ? letters.indexOf(last) : Number(last);
	if (from > to) {
		return `[${text}] goes backwards`;
	}

	const by = Number(step);
	const count = Math.floor((to - from) / by) + 1;
	return {
		count,
		list: () => Array.from({length: count}, (_, index) => isLetters ? letters[from + (index * by)]! : String(from + (index * by)).padStart(width, '0')),
	};
}
