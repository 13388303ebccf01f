import type {Filter} from './compiled-template.js';
import {Fragment} from './fragment.js';

/** Template texts by file name, as `change-request.md.liquid`. */
export type Templates = Readonly<Record<string, string>>;

/** How values become text of a format. */
export type Syntax = {
	/** Applied to everything a template prints, so that no template can forget it. */
	readonly escape: (text: string) => string;
	/** Filters that write a value in another way of the format; what they return is printed as it is. */
	readonly filters: Readonly<Record<string, (text: string) => string>>;
	/** Filters that write a whole object or list of the view, for what stands in hundreds of rows; they escape what they print themselves. */
	readonly composites: Readonly<Record<string, (value: unknown, ...parameters: readonly unknown[]) => string>>;
	/** Applied to the whole text: removes what tags of a template leave behind. */
	readonly tidy: (text: string) => string;
};

/** Filters besides Liquid's own. */
export function makeFilters({filters, composites}: Syntax): Readonly<Record<string, Filter>> {
	const formatAll = (value: unknown, format: (text: string) => string) => new Fragment(Array.isArray(value) ? value.map(item => format(formatPlain(item))).join(', ') : format(formatPlain(value)));
	return {
		// `{{ 2 | count: "line", "lines" }}` prints "2 lines".
		count: (value, one, many) => `${String(value)} ${String(value === 1 ? one : many)}`,
		...Object.fromEntries(Object.entries(filters).map(([name, format]): [string, Filter] => [name, value => formatAll(value, format)])),
		...Object.fromEntries(Object.entries(composites).map(([name, format]): [string, Filter] => [name, (value, ...parameters) => new Fragment(format(value, ...parameters))])),
	};
}

/** A value as text of a format. */
export function formatOutput(value: unknown, escape: (text: string) => string): string {
	if (value instanceof Fragment) {
		return value.toString();
	}

	return Array.isArray(value) ? value.map(item => formatOutput(item, escape)).join('') : escape(formatPlain(value));
}

function formatPlain(value: unknown): string {
	if (value === undefined || value === null) {
		return '';
	}

	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
		return String(value);
	}

	throw new TypeError('this is no text but holds several fields: name one of them');
}
