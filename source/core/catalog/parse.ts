import * as z from 'zod/mini';
import type {Outcome, Problem} from '../problem.js';
import {sortProblems} from '../problem.js';
import {parseStructuredText, type Structured} from '../structured-text.js';
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

/**
Read the files of a catalog folder: `products/*.yaml`, `documents/*.yaml`, `roles.yaml` and `services.yaml`.

@param base - A catalog that the folder adds to; a product or document of the same id replaces the one there. Without a base, `roles.yaml` is needed.
@returns The catalog, or every problem of every file.
*/
export function parseCatalog(files: readonly CatalogFile[], base?: Catalog): Outcome<ParsedCatalog> {
	const problems: Problem[] = [];
	const read = <Schema extends z.ZodMiniType>(file: CatalogFile, schema: Schema): Structured<z.infer<Schema>> | undefined => {
		const outcome = parseStructuredText(file.text, schema, file.path);
		problems.push(...outcome.problems ?? []);
		return outcome.value;
	};

	const products = new Map<string, Structured<Product>>();
	const documents = new Map<string, Structured<SourceDocument>>();
	let roles: Roles | undefined = base?.roles;
	let applications: Applications = base?.applications ?? {};
	const place = <Value extends {readonly id: string}>(into: Map<string, Structured<Value>>, file: CatalogFile, parsed: Structured<Value> | undefined): void => {
		if (parsed === undefined) {
			return;
		}

		const expected = file.path.replace(/^.*\//v, '').replace(/\.ya?ml$/v, '');
		if (parsed.value.id !== expected) {
			problems.push(parsed.locate({code: 'catalog/file-name', path: ['id'], message: `the id "${parsed.value.id}" is not the file's name`, hint: `rename the file or write id: ${expected}`}));
		}

		into.set(parsed.value.id, parsed);
	};

	for (const file of files) {
		if (/^products\/[^\/]+\.ya?ml$/v.test(file.path)) {
			place(products, file, read(file, productSchema));
		} else if (/^documents\/[^\/]+\.ya?ml$/v.test(file.path)) {
			place(documents, file, read(file, documentSchema));
		} else if (file.path === 'roles.yaml') {
			roles = read(file, rolesSchema)?.value as Roles | undefined ?? roles;
		} else if (file.path === 'services.yaml') {
			applications = {...applications, ...read(file, applicationsSchema)?.value};
		}
	}

	if (roles === undefined && problems.length === 0) {
		problems.push({code: 'catalog/no-roles', path: [], file: 'roles.yaml', message: 'there is no roles.yaml'});
	}

	if (problems.length > 0) {
		return {problems: sortProblems(problems)};
	}

	const merge = <Value>(known: Readonly<Record<string, Value>> | undefined, added: ReadonlyMap<string, Structured<Value>>): Record<string, Value> =>
		Object.fromEntries(Object.entries({...known, ...Object.fromEntries([...added].map(([id, {value}]) => [id, value]))}).sort(([a], [b]) => a < b ? -1 : 1));
	return {value: {
		catalog: {products: merge(base?.products, products), documents: merge(base?.documents, documents), roles: roles!, applications},
		locateProduct: (product, problem) => products.get(product)?.locate(problem) ?? {...problem, file: `products/${product}.yaml`},
		locateDocument: (document, problem) => documents.get(document)?.locate(problem) ?? {...problem, file: `documents/${document}.yaml`},
	}};
}
