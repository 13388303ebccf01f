import {groupBy, own} from '../records.js';
import type {Check, Notice} from './check.js';
import {countDays} from './days.js';
import {formatCount, indexLines, listIds, listOpenings} from './openings.js';

const longestDays = 365;

/** Facts that may no longer be, or never were, the whole truth. */
export const evidenceStale: Check = {
	id: 'evidence-stale',
	title: 'Evidence is old or incomplete',
	severity: 'low',
	looksFor: `Products of which nobody has compared the catalog with the documents for more than ${longestDays} days (low), and documents with a caution, as an incomplete copy (info); only those that lines rest on`,
	why: 'Vendors change ports between releases: a line that rests on old or partial text may open what is no longer used and miss what is',
	remedy: 'Compare the lines with the vendor\'s current document before the change, and update the catalog',
	falseAlarm: 'The release in use is the one that the document describes',
	find({catalog, flows, rules, today}) {
		const findLines = indexLines(rules);
		const openings = listOpenings(flows);
		const products = [...groupBy(openings, flow => flow.product)].flatMap(([id, group]): Notice[] => {
			const product = own(catalog.products, id);
			if (product === undefined || countDays(product.reviewed, today) <= longestDays) {
				return [];
			}

			return [{
				subject: `products/${id}`,
				message: `The catalog of ${product.name} was last compared with its documents on ${product.reviewed}, ${countDays(product.reviewed, today)} days before this request`,
				rules: findLines(group),
				flows: listIds(group),
			}];
		});
		const cited = openings.flatMap(flow => flow.sources.filter(source => source.caution !== undefined).map(source => ({flow, source})));
		const documents = [...groupBy(cited, ({source}) => source.document)].map(([id, group]): Notice => {
			const about = group.map(({flow}) => flow);
			const {title, caution} = group[0].source;
			return {
				subject: `documents/${id}`,
				message: `${formatCount(listIds(about).length, 'flow')} ${listIds(about).length === 1 ? 'rests' : 'rest'} on "${title}", of which the catalog warns: ${getFirstSentence(caution!)}`,
				severity: 'info',
				rules: findLines(about),
				flows: listIds(about),
			};
		});
		return [...products, ...documents];
	},
};

/** The rest stands with the document itself. */
function getFirstSentence(text: string): string {
	return text.split(/\.(?:\s|$)/v, 1)[0]!;
}
