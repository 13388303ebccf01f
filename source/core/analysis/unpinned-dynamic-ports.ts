import {groupBy, own} from '../records.js';
import type {Flow} from '../model.js';
import {formatPortRange, readPorts} from '../ports.js';
import type {Check, Notice} from './check.js';
import {formatService, formatServiceId, formatServices, indexCatalogFlows, indexLines, listOpenings, joinWords, listIds, listPurposes} from './openings.js';

/** From here on a range is one that a program chooses from while it runs. */
const dynamicPorts = 1000;

/** Ports that no document fixes, and that the product must be told. */
export const unpinnedDynamicPorts: Check = {
	id: 'unpinned-dynamic-ports',
	title: 'Ports that are not fixed',
	severity: 'low',
	looksFor: `Ports that the documents leave to the site, because they print an open end or only the name of a setting; and, as information, documented ranges of ${dynamicPorts} ports or more, from which a program chooses while it runs. Not assessable while the site has not named the ports`,
	why: 'A product that is not set to the ports of the request uses others: the lines then open nothing that is needed, and somebody later asks for a wider range',
	remedy: 'Set the same ports in the configuration of the product before the change, and check afterwards on which ports it listens',
	falseAlarm: 'The product is already set to these ports, and the change record says where',
	find({catalog, profile, flows, rules}) {
		const findLines = indexLines(rules);
		const catalogFlows = indexCatalogFlows(catalog, Object.keys(profile.products));
		const getParameter = (flow: Flow) => {
			const id = catalogFlows.get(flow.catalogFlow)?.service.parameter;
			const parameter = id === undefined ? undefined : own(own(catalog.products, flow.product)?.parameters, id);
			return parameter && {id: id!, path: `products.${flow.product}.parameters.${id!}`, ...parameter};
		};

		const isOpen = (flow: Flow) => {
			const parameter = getParameter(flow);
			return parameter !== undefined && parameter.default === undefined;
		};

		const openings = listOpenings(flows);
		const chosenBySite = [...groupBy(openings.filter(flow => isOpen(flow)), flow => `${flow.product}/${getParameter(flow)!.id}`)].map(([subject, group]): Notice => {
			const {question, documented} = getParameter(group[0])!;
			return {
				subject,
				message: `The site chose ${formatServices(group)} for "${question}"; the documents ${formatDocumented(documented)}`,
				rules: findLines(group),
				flows: listIds(group),
			};
		});
		const missing = flows.filter(flow => flow.disposition === 'needs-input' && flow.missing?.kind === 'parameter' && flow.missing.parameter === getParameter(flow)?.id);
		const unknown = [...groupBy(missing, flow => `${flow.product}/${getParameter(flow)!.id}`)].map(([subject, group]): Notice => {
			const {question, path, documented} = getParameter(group[0])!;
			return {
				subject,
				message: `"${question}" has no answer and the documents ${formatDocumented(documented)}, so that the ports are not known of: ${listPurposes(group)}`,
				assessable: false,
				remedy: `Set ${path}, and the same ports in the configuration of the product`,
				flows: listIds(group),
			};
		});
		const ranges = openings.filter(flow => !isOpen(flow)).flatMap(flow => readPorts(flow.service.ports)
			.filter(({from, to}) => to - from + 1 >= dynamicPorts)
			.map(range => ({flow, range: formatPortRange(range)})));
		const dynamic = [...groupBy(ranges, ({flow, range}) => `${flow.product}/${formatServiceId({protocol: flow.service.protocol, ports: [range]})}`)].map(([subject, group]): Notice => {
			const {flow: {product, service}, range} = group[0];
			const about = group.map(({flow}) => flow);
			const paths = [...new Set(about.map(flow => getParameter(flow)?.path).filter(path => path !== undefined))];
			return {
				subject,
				message: `${own(catalog.products, product)?.name ?? 'A service that the site added'} takes any port of ${formatService({protocol: service.protocol, ports: [range]})} while it runs, so that no test can try the one it will use: ${listPurposes(about)}`,
				severity: 'info',
				remedy: paths.length > 0
					? `Set a smaller range in the product and in ${joinWords(paths)}, or keep the documented one`
					: 'Keep other programs on these machines away from the range, and test a port on which the product listens at that moment',
				rules: findLines(about),
				flows: listIds(about),
			};
		});
		return [...chosenBySite, ...unknown, ...dynamic];
	},
};

/** What the documents have instead of a value. */
function formatDocumented(documented: string | undefined): string {
	return documented === undefined || documented === 'unstated' ? 'give no value' : `print ${documented}`;
}
