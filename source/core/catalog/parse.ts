import type * as z from 'zod/mini';
import {compare, sortProblems, suggest, type Problem} from '../problem.js';
import {checkTree, findTooLong, readTree, type Structured} from '../structured-text.js';
import {applicationsSchema, documentSchema, productSchema, rolesSchema, type Applications, type Catalog, type Product, type Roles, type SourceDocument} from './schema.js';

/** A file of a catalog folder: its path inside the folder with slashes, and its text. */
export type CatalogFile = {readonly path: string; readonly text: string};

/** A catalog with the places of its parts, for checks that name them. */
export type ParsedCatalog = {
	readonly catalog: Catalog;
	/** Adds file, line and column to a problem about a product. */
	readonly locateProduct: (product: string, problem: Problem) => Problem;
	/** Adds file, line and column to a problem about a document. */
	readonly locateDocument: (document: string, problem: Problem) => Problem;
};

/** What came of the files of a catalog. */
export type CatalogOutcome = {
	readonly value: ParsedCatalog;
	readonly problems?: never;
	readonly unsound?: never;
} | {
	readonly value?: never;
	readonly problems: readonly Problem[];
	/** The catalog all the same, where only words in it are wrong: for the checks, so that all problems are said at once. */
	readonly unsound: ParsedCatalog | undefined;
};

/**
Read the files of a catalog folder: `products/*.yaml`, `documents/*.yaml`, `roles.yaml` and `services.yaml`.

@param base - A catalog that the folder adds to; a product or document of the same id replaces the one there. Without a base, `roles.yaml` is needed.
@returns The catalog, or every problem of every file.
*/
export function parseCatalog(files: readonly CatalogFile[], base?: Catalog): CatalogOutcome {
	const reader = new CatalogReader();
	for (const file of files.toSorted((a, b) => compare(a.path, b.path))) {
		reader.read(file);
	}

	const {problems, isSound, products, documents} = reader;
	const roles = reader.roles ?? base?.roles;
	if (roles === undefined && problems.length === 0) {
		problems.push({code: 'catalog/no-roles', path: [], file: 'roles.yaml', message: 'there is no roles.yaml'});
	}

	if (roles === undefined || !isSound) {
		return {problems: sortProblems(problems), unsound: undefined};
	}

	const parsed: ParsedCatalog = {
		catalog: {products: merge(base?.products, products), documents: merge(base?.documents, documents), roles, applications: {...base?.applications, ...reader.applications}},
		locateProduct: (product, problem) => products.get(product)?.locate(problem) ?? {...problem, file: `products/${product}.yaml`},
		locateDocument: (document, problem) => documents.get(document)?.locate(problem) ?? {...problem, file: `documents/${document}.yaml`},
	};
	return problems.length === 0 ? {value: parsed} : {problems: sortProblems(problems), unsound: parsed};
}

function merge<Value>(known: Readonly<Record<string, Value>> | undefined, added: ReadonlyMap<string, Structured<Value>>): Record<string, Value> {
	const entries = Object.entries({...known, ...Object.fromEntries([...added].map(([id, {value}]) => [id, value]))});
	return Object.fromEntries(entries.toSorted(([a], [b]) => compare(a, b)));
}

class CatalogReader {
	readonly products = new Map<string, Structured<Product>>();
	readonly documents = new Map<string, Structured<SourceDocument>>();
	readonly problems: Problem[] = [];
	roles: Roles | undefined;
	applications: Applications | undefined;
	/** Whether every file has at least the shape of one. */
	isSound = true;

	read(file: CatalogFile): void {
		if (/^products\/[^\/]+\.ya?ml$/v.test(file.path)) {
			this.#place(this.products, file, this.#parse(file, productSchema));
		} else if (/^documents\/[^\/]+\.ya?ml$/v.test(file.path)) {
			this.#place(this.documents, file, this.#parse(file, documentSchema));
		} else if (file.path === 'roles.yaml') {
			this.roles = this.#parse(file, rolesSchema)?.value;
		} else if (file.path === 'services.yaml') {
			this.applications = this.#parse(file, applicationsSchema)?.value;
		} else {
			this.problems.push({code: 'catalog/unknown-file', path: [], file: file.path, message: 'this is no file of a catalog', hint: suggest(file.path, ['roles.yaml', 'services.yaml', 'products/*.yaml', 'documents/*.yaml'])});
		}
	}

	#parse<Schema extends z.ZodMiniType>(file: CatalogFile, schema: Schema): Structured<z.infer<Schema>> | undefined {
		const tooLong = findTooLong(file.text, file.path);
		const tree = tooLong === undefined ? readTree(file.text, file.path) : {problems: [tooLong]};
		if (tree.problems) {
			this.#report(tree.problems);
			this.isSound = false;
			return undefined;
		}

		const {locate} = tree.value;
		const {value, problems, salvage} = checkTree(tree.value, schema);
		if (problems === undefined) {
			return {value, locate};
		}

		this.#report(problems);
		if (salvage === undefined || salvage.replaced.length > 0) {
			this.isSound = false;
			return undefined;
		}

		return {value: salvage.data as z.infer<Schema>, locate};
	}

	#report(problems: readonly Problem[]): void {
		for (const problem of problems) {
			this.problems.push(problem);
		}
	}

	#place<Value extends {readonly id: string}>(into: Map<string, Structured<Value>>, {path}: CatalogFile, parsed: Structured<Value> | undefined): void {
		if (parsed === undefined) {
			return;
		}

		const {id} = parsed.value;
		const expected = path.replace(/^.*\//v, '').replace(/\.ya?ml$/v, '');
		if (id !== expected) {
			this.problems.push(parsed.locate({code: 'catalog/file-name', path: ['id'], message: `the id "${id}" is not the file's name`, hint: `rename the file or write id: ${expected}`}));
		}

		if (into.has(id)) {
			this.problems.push(parsed.locate({code: 'catalog/duplicate-file', path: ['id'], message: `another file has the id "${id}"`, hint: 'keep one of them'}));
		}

		into.set(id, parsed);
	}
}
