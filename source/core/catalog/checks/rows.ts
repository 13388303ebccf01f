import {compare} from '../../problem.js';
import {own} from '../../records.js';
import type {Catalog, CatalogFlow, Product, Row, SourceDocument} from '../schema.js';
import {listSources, nameEnds, type CatalogCheck, type CatalogProblem} from './check.js';

/**
Every row of every document is in the catalog exactly, or set aside with a reason.

Row indexes and product files are written independently of each other, so that this compares two transcriptions: for a
row with ports the flows that cite it must state its services, no more and no fewer, between its parties.
*/
export const rowsCovered: CatalogCheck = {
	id: 'row/coverage',
	description: 'Flows that cite a row state exactly its services, parties and encryption; every statement is cited; nothing is left over',
	scope: 'document',
	find: (document, catalog) => document.rows.flatMap((row, index) => findDeviations(document, row, catalog).map(problem => ({...problem, path: ['rows', index]}))),
};

type Citation = {readonly product: Product; readonly flow: CatalogFlow};

function findDeviations(document: SourceDocument, row: Row, catalog: Catalog): Array<Omit<CatalogProblem, 'path'>> {
	const reference = `${document.id}/${row.id}`;
	const flows = listCitations(catalog).get(reference) ?? [];
	const isCited = listCited(catalog).has(reference);
	if (row.setAside !== undefined) {
		return flows.length === 0 ? [] : [{message: `row "${row.id}" is set aside, but flow ${flows[0]!.flow.id} cites it`}];
	}

	if (!isCited) {
		return [{message: `nothing covers row "${row.id}": ${row.says}`, hint: 'cite it, or set it aside with a reason'}];
	}

	return row.kind === 'flow' ? compareFlows(row, flows) : [];
}

function compareFlows(row: Row, flows: readonly Citation[]): Array<Omit<CatalogProblem, 'path'>> {
	const problems: Array<Omit<CatalogProblem, 'path'>> = [];
	const covered = new Map<string, Set<string>>();
	for (const {product, flow} of flows) {
		const ends = nameEnds(flow);
		const initiators = findWords(product, ends.initiator, row.from);
		const responders = findWords(product, ends.responder, row.to);
		for (const [end, words, party, expected] of [['initiator', initiators, ends.initiator, row.from], ['responder', responders, ends.responder, row.to]] as const) {
			if (words.length === 0) {
				problems.push({message: `row "${row.id}": the ${end} ${party} of flow ${flow.id} is none of ${(expected ?? []).join(', ')}`, hint: `correct the flow, or add the document's word to "named" of ${party}`});
			}
		}

		for (const from of initiators) {
			for (const to of responders) {
				const key = `${from} -> ${to}`;
				covered.set(key, new Set([...covered.get(key) ?? [], ...listServices(product, flow)]));
			}
		}

		if (row.encrypted !== undefined && row.encrypted !== 'unstated' && row.encrypted !== flow.encrypted && flow.reading === undefined) {
			problems.push({message: `row "${row.id}" says encrypted: ${row.encrypted}, flow ${flow.id} says ${flow.encrypted}`});
		}
	}

	const expected = [...new Set(row.services)].toSorted(compare);
	for (const from of row.from ?? ['(not named)']) {
		for (const to of row.to ?? ['(not named)']) {
			const found = [...covered.get(`${from} -> ${to}`) ?? []].toSorted(compare);
			const missing = expected.filter(service => !found.includes(service));
			const extra = found.filter(service => !expected.includes(service));
			if (missing.length > 0 || extra.length > 0) {
				problems.push({message: [`row "${row.id}" from ${from} to ${to}:`, missing.length > 0 ? `no flow states ${missing.join(', ')}` : '', missing.length > 0 && extra.length > 0 ? 'and' : '', extra.length > 0 ? `the row does not state ${extra.join(', ')}` : ''].filter(Boolean).join(' ')});
			}
		}
	}

	return problems;
}

function findWords(product: Product, party: string, words: readonly string[] | undefined): readonly string[] {
	const named = own<{readonly named?: readonly string[] | undefined}>(product.components, party)?.named ?? own(product.actors, party)?.named ?? [];
	return words === undefined ? ['(not named)'] : words.filter(word => named.includes(word));
}

/** Services of a flow as a row index writes them. */
function listServices(product: Product, {service}: CatalogFlow): string[] {
	if (service.protocol === 'icmp') {
		return ['icmp'];
	}

	if (service.protocol === 'ip') {
		return [`ip/${service.number}`];
	}

	const parameter = service.parameter === undefined ? undefined : own(product.parameters, service.parameter);
	if (parameter?.documented === 'unstated') {
		return ['unstated'];
	}

	const printed = parameter?.documented === undefined ? [parameter?.default ?? []].flat().flatMap(text => String(text).split(/,\s*/v)) : [parameter.documented];
	const ports = parameter === undefined ? service.ports ?? [] : printed;
	return ports.map(port => `${service.protocol}/${port}`);
}

// One catalog is asked about many rows: what cites what is found once.
const citations = new WeakMap<Catalog, ReadonlyMap<string, readonly Citation[]>>();
const cited = new WeakMap<Catalog, ReadonlySet<string>>();

function listCitations(catalog: Catalog): ReadonlyMap<string, readonly Citation[]> {
	const known = citations.get(catalog);
	if (known) {
		return known;
	}

	const found = new Map<string, Citation[]>();
	for (const product of Object.values(catalog.products)) {
		for (const flow of product.flows) {
			for (const reference of flow.sources) {
				found.set(reference, [...found.get(reference) ?? [], {product, flow}]);
			}
		}
	}

	citations.set(catalog, found);
	return found;
}

function listCited(catalog: Catalog): ReadonlySet<string> {
	const known = cited.get(catalog);
	if (known) {
		return known;
	}

	const found = new Set(Object.values(catalog.products).flatMap(product => listSources(product).flatMap(({rows}) => rows)));
	cited.set(catalog, found);
	return found;
}

/** How many rows a document has, by what became of them. */
export function countRows(document: SourceDocument): {readonly rows: number; readonly flowRows: number; readonly statements: number; readonly setAside: number} {
	const setAside = document.rows.filter(row => row.setAside !== undefined).length;
	const flowRows = document.rows.filter(row => row.kind === 'flow' && row.setAside === undefined).length;
	return {rows: document.rows.length, flowRows, statements: document.rows.length - flowRows - setAside, setAside};
}

/** Rows of an index are told apart, and those with ports say which. */
export const rowShape: CatalogCheck = {
	id: 'row/shape',
	description: 'Row ids are unique; a flow row that is used states its services; services can be read',
	scope: 'document',
	find(document) {
		const seen = new Set<string>();
		return document.rows.flatMap((row, index): CatalogProblem[] => {
			const isRepeated = seen.has(row.id);
			seen.add(row.id);
			return [
				...(isRepeated ? [{path: ['rows', index, 'id'], message: `the row id "${row.id}" stands twice`}] : []),
				...(row.kind === 'flow' && row.setAside === undefined && (row.services ?? []).length === 0 ? [{path: ['rows', index], message: `row "${row.id}" states no service`}] : []),
				...(row.services ?? []).filter(service => !/^(?:icmp|unstated|ip\/\d{1,3}|(?:tcp|udp)\/\S+)$/v.test(service)).map(service => ({path: ['rows', index, 'services'], message: `"${service}" is no service as tcp/22`})),
			];
		});
	},
};
