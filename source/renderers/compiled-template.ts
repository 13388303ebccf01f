/** What the build makes of a template. */
export type CompiledTemplate = {
	/** The names of the template and of all that it renders. */
	readonly parts: readonly string[];
	/** @throws When it is not certain that liquidjs would print the same. */
	readonly render: (view: Readonly<Record<string, unknown>>, tools: TemplateTools) => string;
};

export type Filter = (value: unknown, ...parameters: readonly unknown[]) => unknown;

/** What compiled templates call. Each of them throws where liquidjs would, and for values that no document has. */
export type TemplateTools = {
	readonly print: (value: unknown) => string;
	/** A field, which must be there. */
	readonly read: (value: unknown, key: string) => unknown;
	/** A field, or nothing where there is none. */
	readonly find: (value: unknown, key: string) => unknown;
	/** A value, which must be one. */
	readonly require: (value: unknown) => unknown;
	readonly requireList: (value: unknown) => readonly unknown[];
	readonly requireNumber: (value: unknown) => number;
	/** Whether two texts or numbers are the same. */
	readonly isSame: (value: unknown, other: unknown) => boolean;
	/** What a condition says of a value. */
	readonly holds: (value: unknown) => boolean;
	readonly filters: Readonly<Record<string, Filter>>;
};

/** @param print - Writes a value as text of a format. */
export function makeTemplateTools(print: (value: unknown) => string, filters: Readonly<Record<string, Filter>>): TemplateTools {
	return {
		print: value => print(require(value)),
		read: (value, key) => require(find(value, key)),
		find,
		require,
		requireList,
		requireNumber,
		isSame: (value, other) => isPlain(value) && isPlain(other) ? value === other : refuse(),
		holds: value => value !== undefined && value !== null && value !== false,
		filters: {...standardFilters, ...filters},
	};
}

function find(value: unknown, key: string): unknown {
	if (value === undefined || value === null) {
		return value;
	}

	if (typeof value === 'object' && Object.hasOwn(value, key)) {
		return (value as Readonly<Record<string, unknown>>)[key];
	}

	if (key === 'size' && (Array.isArray(value) || typeof value === 'string')) {
		return value.length;
	}

	if (typeof value === 'object' && !Array.isArray(value) && key !== 'size' && key !== 'first' && key !== 'last') {
		return undefined;
	}

	return refuse();
}

function require(value: unknown): unknown {
	return value ?? refuse();
}

function requireList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : refuse();
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function requireNumber(value: unknown): number {
	return typeof value === 'number' ? value : refuse();
}

function requireText(value: unknown): string {
	return typeof value === 'string' ? value : refuse();
}

/** Nobody reads it. */
function refuse(): never {
	throw new TypeError('not as in documents');
}

/** Filters of Liquid, for what templates use them for. */
const standardFilters: Readonly<Record<string, Filter>> = {
	append: (value, more) => requireText(value) + requireText(more),
	concat: (value, more) => [...requireList(value), ...requireList(more)],
	default(value, otherwise) {
		if (typeof value === 'string' || Array.isArray(value)) {
			return value.length > 0 ? value : otherwise;
		}

		return value === undefined || value === null || value === false ? otherwise : value;
	},
	join: (value, separator) => requireList(value).map(item => requireText(item)).join(requireText(separator)),
	map: (value, key) => requireList(value).map(item => require(find(item, requireText(key)))),
	minus: (value, less) => requireNumber(value) - requireNumber(less),
	where: (value, key, expected) => requireList(value).filter(item => requireText(find(item, requireText(key))) === requireText(expected)),
};
