import {formatProblems, suggest} from '../core/problem.js';
import {countRows} from '../core/catalog/checks/rows.js';
import type {Catalog, CatalogFlow, Party, Product} from '../core/catalog/schema.js';
import {formatCondition} from '../core/conditions.js';
import {EvidenceFinder} from '../core/evidence.js';
import {own} from '../core/records.js';
import {showLine} from '../core/text.js';
import {readBuiltInCatalog} from '../shell/package-files.js';
import {inFolder, parseCatalogFolder, readCatalog} from '../shell/read-catalog.js';
import {UserError} from '../shell/user-error.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';

/** `catalog`: the facts behind everything, and their check. */
export async function runCatalog(input: CommandInput): Promise<number> {
	const subcommand = input.words[0]!;
	const argument = input.words[1];
	if (subcommand === 'check') {
		return runCheck(input, argument ?? input.values['catalog']);
	}

	const catalog = await readCatalog(input.values['catalog']);
	switch (subcommand) {
		case 'list': {
			return print(input, Object.values(catalog.products).map(product => summarize(product)), formatList);
		}

		case 'documents': {
			return print(input, Object.values(catalog.documents).map(({rows, $schema, ...document}) => ({...document, ...countRows({...document, rows})})), formatDocuments);
		}

		case 'show': {
			return print(input, findProduct(catalog, argument), formatProduct);
		}

		default: {
			return print(input, listRows(findProduct(catalog, argument), catalog), formatRows);
		}
	}
}

function print<Value>({switches, write}: CommandInput, value: Value, format: (value: Value) => readonly string[]): number {
	write(switches.has('json') ? formatJson(value) : format(value).map(line => `${showLine(line)}\n`).join(''));
	return exitCodes.done;
}

async function runCheck({switches, write, writeError}: CommandInput, folder: string | undefined): Promise<number> {
	const {findCatalogProblems} = await import('../core/catalog/checks/index.js');
	const builtIn: Parameters<typeof findCatalogProblems>[0] = {catalog: readBuiltInCatalog(), locateProduct: (product, problem) => ({...problem, file: `products/${product}.yaml`}), locateDocument: (document, problem) => ({...problem, file: `documents/${document}.yaml`})};
	const parsed = folder === undefined ? builtIn : await parseCatalogFolder(folder);
	const problems = findCatalogProblems(parsed).map(problem => folder === undefined ? problem : inFolder(folder, problem));
	const documents = Object.values(parsed.catalog.documents).map(document => ({id: document.id, ...countRows(document)}));
	if (switches.has('json')) {
		write(formatJson({problems, documents}));
	} else if (problems.length > 0) {
		writeError(`${formatProblems(problems)}${problems.length} problem${problems.length === 1 ? '' : 's'} found.\n`);
	} else {
		const rows = documents.reduce((sum, document) => sum + document.rows, 0);
		const setAside = documents.reduce((sum, document) => sum + document.setAside, 0);
		writeError(`${Object.keys(parsed.catalog.products).length} products, ${Object.values(parsed.catalog.products).reduce((sum, product) => sum + product.flows.length, 0)} flows; ${rows} rows of ${documents.length} documents: ${rows - setAside} covered, ${setAside} set aside with a reason. No problem found.\n`);
	}

	return problems.length === 0 ? exitCodes.done : exitCodes.no;
}

function findProduct(catalog: Catalog, id: string | undefined): Product {
	const known = Object.keys(catalog.products);
	const product = id === undefined ? undefined : own(catalog.products, id);
	if (product === undefined) {
		throw id === undefined ? new UserError('which product?', {hint: `one of ${known.join(', ')}`}) : new UserError(`there is no product "${showLine(id, 80)}"`, {hint: suggest(id, known)});
	}

	return product;
}

function summarize(product: Product) {
	const {id, name, kind, summary, versions, reviewed, documents, flows} = product;
	return {id, name, kind, summary, versions, reviewed, documents, flows: flows.length};
}

function formatList(products: ReadonlyArray<ReturnType<typeof summarize>>): string[] {
	return products.flatMap(product => [`${product.id}: ${product.name} (${product.kind})`, `    ${product.summary}`, `    versions ${product.versions.join(', ')}; ${product.flows} flows from ${product.documents.length} documents; reviewed ${product.reviewed}`]);
}

function formatDocuments(documents: ReadonlyArray<{readonly id: string; readonly title: string; readonly publisher: string; readonly extent: string; readonly caution?: string | undefined; readonly url?: string | undefined; readonly rows: number; readonly flowRows: number; readonly statements: number; readonly setAside: number}>): string[] {
	return documents.flatMap(document => [
		`${document.id}: ${document.title} (${document.publisher})`,
		...(document.url === undefined ? [] : [`    ${document.url}`]),
		`    ${document.rows} rows: ${document.flowRows} with ports, ${document.statements} statements, ${document.setAside} set aside`,
		`    read: ${document.extent}`,
		...(document.caution === undefined ? [] : [`    caution: ${document.caution}`]),
	]);
}

function formatProduct(product: Product): string[] {
	const section = (title: string, entries: readonly string[]) => entries.length === 0 ? [] : ['', `${title}:`, ...entries.map(entry => `  ${entry}`)];
	const when = (condition: Parameters<typeof formatCondition>[0] | undefined) => condition === undefined ? '' : ` (only when ${formatCondition(condition, product)})`;
	return [
		`${product.name} (${product.id}): ${product.summary}`,
		`versions ${product.versions.join(', ')}; default ${product.defaultVersion}; reviewed ${product.reviewed}`,
		...section('Components', Object.entries(product.components).map(([id, component]) => `${id}: ${component.name}; runs ${component.placement ? `${component.placement.default} by default, or ${component.placement.choices.filter(choice => choice !== component.placement!.default).join(', ')}` : 'on a host of its own'}${when(component.when)}`)),
		...section('Outsiders', Object.entries(product.actors).map(([id, actor]) => `${id}: ${actor.name}${actor.unnamed ? ' (the site names its addresses)' : ''}`)),
		...section('Modes', Object.entries(product.modes ?? {}).map(([id, mode]) => `${id}: ${mode.platform}, ${mode.name}${mode.caution === undefined ? '' : `; caution: ${mode.caution}`}`)),
		...section('Options', Object.entries(product.options).map(([id, option]) => `${id}: ${option.question} [${option.kind === 'yes-no' ? 'yes, no' : Object.keys(option.choices ?? {}).join(', ')}; default ${option.default}]${when(option.when)}`)),
		...section('Parameters', Object.entries(product.parameters).map(([id, parameter]) => `${id}: ${parameter.question} [${parameter.kind}; ${parameter.default === undefined ? `no default, printed as ${parameter.documented ?? 'nothing'}` : `default ${[parameter.default].flat().join(', ')}`}]${when(parameter.when)}`)),
		...section('Open questions', product.openQuestions.map(question => `${question.id} (${question.askOf}): ${question.text}`)),
	];
}

type CatalogRow = {readonly flow: string; readonly initiator: string; readonly responder: string; readonly service: string; readonly need: string; readonly condition?: string; readonly encrypted: string; readonly action: string; readonly purpose: string; readonly sources: ReturnType<EvidenceFinder['findAll']>};

function listRows(product: Product, catalog: Catalog): CatalogRow[] {
	const evidence = new EvidenceFinder(catalog);
	const name = (party: Party) => 'component' in party ? own(product.components, party.component)!.name : own(product.actors, party.actor)!.name;
	return product.flows.map(flow => ({
		flow: flow.id,
		initiator: name(flow.initiator),
		responder: name(flow.responder),
		service: formatService(flow, product),
		need: flow.need,
		...(flow.when === undefined ? {} : {condition: formatCondition(flow.when, product)}),
		encrypted: flow.encrypted,
		action: flow.action ?? (flow.withheld === undefined ? 'permit' : 'withheld'),
		purpose: flow.summary,
		sources: evidence.findAll(flow.sources),
	}));
}

function formatService({service}: CatalogFlow, product: Product): string {
	const parameter = service.parameter === undefined ? undefined : own(product.parameters, service.parameter);
	const ports = parameter === undefined ? service.ports ?? [] : [parameter.default ?? parameter.documented ?? []].flat();
	return [service.protocol, service.number, ports.join(', '), parameter === undefined ? '' : `(parameter ${service.parameter})`].filter(part => part !== undefined && part !== '').join(' ');
}

function formatRows(rows: readonly CatalogRow[]): string[] {
	return rows.flatMap(row => [
		`${row.flow}: ${row.initiator} -> ${row.responder} ${row.service} [${row.need}, encrypted ${row.encrypted}${row.action === 'permit' ? '' : `, ${row.action}`}]`,
		`    ${row.purpose}${row.condition === undefined ? '' : `; only when ${row.condition}`}`,
		...row.sources.map(source => `    ${source.title}, ${source.section}, ${source.where}`),
	]);
}
