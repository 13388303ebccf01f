import {parsePortRange} from '../core/ports.js';

/*
What a reader looks for, as the address of the page carries it: `#zone=core&port=443&at=R-7Q4X`. Without a filter the address is that of a part or line alone: `#R-7Q4X`.
*/

/** What can be asked for; all of it must hold for a row to be shown. */
export const facets = ['text', 'zone', 'product', 'port', 'encrypted', 'disposition', 'conduit', 'lines'] as const;
export type Facet = (typeof facets)[number];

/** What is asked for, by facet; what is not asked for has no entry. */
export type Filter = Readonly<Partial<Record<Facet, string>>>;

/** What one row is about. A facet that it lacks is asked of the rows it names. */
export type Subject = {
	/** In lower case. */
	readonly text: () => string;
	readonly traits: Readonly<Partial<Record<Exclude<Facet, 'text'>, readonly string[]>>>;
	/** The lines and connections it is about. */
	readonly subjects: readonly Subject[];
};

/** A filter, and where on the page its sender was. */
export type Place = {readonly filter: Filter; readonly at: string};

/** Read what follows the `#` of an address; anything that is no filter is the name of a place. */
export function parsePlace(hash: string): Place {
	if (!/^[a-z]+=/v.test(hash)) {
		return {filter: {}, at: decode(hash)};
	}

	const values = new URLSearchParams(hash);
	return {
		filter: Object.fromEntries(facets.map(facet => [facet, values.get(facet) ?? ''] as const).filter(([, value]) => value !== '')),
		at: values.get('at') ?? '',
	};
}

/** What `parsePlace()` reads back; empty for the page as it is at first. */
export function formatPlace({filter, at}: Place): string {
	const values = new URLSearchParams(facets.map(facet => [facet, filter[facet] ?? '']).filter(([, value]) => value !== ''));
	if (values.size === 0) {
		return encodeURIComponent(at);
	}

	if (at !== '') {
		values.set('at', at);
	}

	return values.toString();
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// Somebody typed a stray percent sign.
		return text;
	}
}

/** Whether a row is to be shown. */
export function matches(subject: Subject, filter: Filter): boolean {
	const rest: Partial<Record<Facet, string>> = {};
	for (const facet of facets) {
		const wanted = filter[facet];
		if (wanted === undefined) {
			continue;
		}

		if (facet === 'text') {
			if (!wanted.toLowerCase().split(/\s+/v).every(word => subject.text().includes(word))) {
				rest.text = wanted;
			}
		} else if (subject.traits[facet] === undefined) {
			rest[facet] = wanted;
		} else if (!comparers[facet](subject.traits[facet], wanted)) {
			return false;
		}
	}

	return Object.keys(rest).length === 0 || subject.subjects.some(other => matches(other, rest));
}

const isAmong = (values: readonly string[], wanted: string) => values.includes(wanted);

const comparers: Readonly<Record<Exclude<Facet, 'text'>, (values: readonly string[], wanted: string) => boolean>> = {
	zone: (values, wanted) => values.includes(wanted) || values.includes('*'),
	product: isAmong,
	port: (values, wanted) => values.some(value => overlap(value, wanted)),
	encrypted: isAmong,
	disposition: isAmong,
	conduit: isAmong,
	lines: (values, wanted) => wanted.split(' ').some(line => values.includes(line)),
};

/** Whether two ports or ranges have a port in common. What is no port has none. */
function overlap(a: string, b: string): boolean {
	const [first, second] = [parsePortRange(a), parsePortRange(b)];
	return typeof first !== 'string' && typeof second !== 'string' && first.from <= second.to && second.from <= first.to;
}

/** Whether a text can be looked for as a port. */
export function isPort(text: string): boolean {
	return typeof parsePortRange(text) !== 'string';
}
