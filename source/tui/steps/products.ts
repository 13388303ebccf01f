import type {Product} from '../../core/catalog/schema.js';
import type {Catalog} from '../../core/model.js';
import {own} from '../../core/records.js';
import type {StepKind} from './step.js';

/** Which products the design has. */
export const products: StepKind = () => [{
	id: 'products',
	title: 'Products',
	control({design: {catalog, draft}}) {
		const chosen = new Set(draft.chosen);
		return {
			kind: 'multi',
			question: 'Which products does the design have?',
			entries: Object.values(catalog.products).toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)).map(product => ({
				id: product.id,
				label: product.name,
				note: product.id,
				group: headings[product.kind],
				isChosen: chosen.has(product.id),
				about: [{text: `${product.summary}.`}, {text: describeFacts(product, catalog), tone: 'muted'}],
			})),
			toggle: id => ({...draft, chosen: Object.keys(catalog.products).filter(product => (product === id) !== chosen.has(product))}),
			refuse: () => chosen.size === 0 ? 'Choose at least one product: space selects the highlighted one' : undefined,
		};
	},
}];

const headings: Readonly<Record<Product['kind'], string>> = {
	virtualization: 'Virtualization',
	'key management': 'Key management',
	backup: 'Backup',
	infrastructure: 'Infrastructure',
};

const kinds = Object.keys(headings);

function describeFacts({flows, documents, reviewed}: Product, catalog: Catalog): string {
	const titles = documents.map(id => own(catalog.documents, id)?.title ?? id);
	const more = titles.length - 2;
	return `${flows.length} documented flows from ${titles.slice(0, 2).join('; ')}${more > 0 ? ` and ${more} more documents` : ''}; compared with them on ${reviewed}`;
}
