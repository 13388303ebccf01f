import {splitReference} from '../hosts.js';
import type {Catalog, Flow, Host} from '../model.js';
import {formatPortRanges, mergePortRanges, readPorts, type PortRange} from '../ports.js';
import {groupBy, own} from '../records.js';
import type {Check, Notice} from './check.js';
import {formatService, indexLines, joinClauses, listIds} from './openings.js';

/** Flows of one product to one service of a host. */
type Claim = {
	readonly product: string;
	/** What answers, with components that are one and the same under one name. */
	readonly component: string;
	readonly application: string | undefined;
	readonly protocol: Flow['service']['protocol'];
	readonly ports: readonly PortRange[];
	readonly flows: readonly Flow[];
};

type Clash = {readonly first: Claim; readonly second: Claim; readonly shared: readonly PortRange[]; readonly kind: 'conflict' | 'two names' | 'unknown'};

/** Each product brings a server of its own for these; for the others, as SSH or NFS, one of the operating system answers to all. */
const ownServer: ReadonlySet<string> = new Set(['http', 'https']);

/** One port that two products want on one host. */
export const portClaimedTwice: Check = {
	id: 'port-claimed-twice',
	title: 'One port claimed by two products',
	severity: 'high',
	looksFor: 'Ports of one interface that two products use for different applications: high, and low where both mean the same component and only name it differently. Not assessable where a document names no application, or where each of two components brings a web server',
	why: 'Only one program can listen on a port: the second does not start or moves to another port, and the line then opens the wrong service',
	remedy: 'Put one of the two components on a host or an address of its own, or change the port in the product and in this design',
	falseAlarm: 'One program serves both products, as a shared web server or NFS server does',
	find({catalog, flows, hosts, rules}) {
		const findLines = indexLines(rules);
		const hostsById = new Map(hosts.filter(host => host.kind === 'host').map(host => [host.id, host]));
		const listening = flows.filter(flow => flow.product !== 'site' && (flow.disposition === 'cross-zone' || flow.disposition === 'intra-zone' || flow.disposition === 'local') && hostsById.has(flow.responder.host ?? ''));
		return [...groupBy(listening, ({responder}) => `${responder.host!}/${responder.role}`)].flatMap(([id, group]) => {
			const host = hostsById.get(group[0].responder.host!)!;
			const clashes = findClashes(listClaims(group, host, catalog));
			return [...groupBy(clashes, ({first, second}) => `${id}/${first.product}+${second.product}`)].map(([subject, between]): Notice => {
				const certain = between.filter(clash => clash.kind !== 'unknown');
				const about = certain.length > 0 ? certain : between;
				const involved = about.flatMap(({first, second}) => [...first.flows, ...second.flows]);
				const isConflict = about.some(clash => clash.kind === 'conflict');
				return {
					subject,
					message: `On "${host.title}" (${group[0].responder.role}), ${joinClauses([...new Set(about.map(clash => formatClash(clash, catalog)))], 3)}`,
					...(certain.length > 0 ? {severity: isConflict ? 'high' : 'low'} as const : {assessable: false, remedy: 'Check on the host, or with the vendors, whether one program serves both; if not, put them apart'} as const),
					rules: findLines(involved),
					flows: listIds(involved),
				};
			});
		});
	},
};

function listClaims(flows: readonly Flow[], host: Host, catalog: Catalog): Claim[] {
	// Only different products can clash, and most hosts have one.
	if (flows.every(({product}) => product === flows[0]!.product)) {
		return [];
	}

	const present = new Set(host.components.map(({product, component}) => `${product}/${component}`));
	const identify = (flow: Flow) => {
		const same = own(own(catalog.products, flow.product)?.components, flow.responder.component)?.is?.find(other => present.has(other));
		return same ?? `${flow.product}/${flow.responder.component}`;
	};

	return [...groupBy(flows, flow => JSON.stringify([flow.product, identify(flow), flow.service.application, flow.service.protocol, flow.service.ports])).values()].map(group => ({
		product: group[0].product,
		component: identify(group[0]),
		application: group[0].service.application,
		protocol: group[0].service.protocol,
		ports: readPorts(group[0].service.ports),
		flows: group,
	}));
}

function findClashes(claims: readonly Claim[]): Clash[] {
	return claims.flatMap(first => claims.filter(second => first.product < second.product && first.protocol === second.protocol).flatMap(second => {
		const shared = first.ports.flatMap(a => second.ports.filter(b => a.from <= b.to && b.from <= a.to).map(b => ({from: Math.max(a.from, b.from), to: Math.min(a.to, b.to)})));
		const kind = compareClaims(first, second);
		return shared.length === 0 || kind === undefined ? [] : [{first, second, shared: mergePortRanges(shared), kind}];
	}));
}

function compareClaims(a: Claim, b: Claim): Clash['kind'] | undefined {
	// What one product only knows by another name belongs to the other one: the two do not meet there, they mean the same.
	const isSameComponent = getOwner(a) === getOwner(b);
	if (a.application === undefined || b.application === undefined) {
		return isSameComponent ? undefined : 'unknown';
	}

	if (a.application === b.application) {
		return !isSameComponent && ownServer.has(a.application) ? 'unknown' : undefined;
	}

	return isSameComponent ? 'two names' : 'conflict';
}

function getOwner({product, component}: Claim): string {
	return splitReference(component, product)[0];
}

function formatClash({first, second, shared, kind}: Clash, catalog: Catalog): string {
	const describe = ({product, component, application}: Claim) => {
		const [owner, name] = splitReference(component, product);
		const title = own(own(catalog.products, owner)?.components, name)?.name ?? name;
		const use = application === undefined ? 'a service that its documents do not name' : own(catalog.applications, application)?.name ?? application;
		return `by ${own(catalog.products, product)?.name ?? product} for ${use} (${title})`;
	};

	const doubt = kind === 'unknown' ? ', and the documents do not say whether one program serves both' : '';
	return `${formatService({protocol: first.protocol, ports: formatPortRanges(shared)})} is claimed ${describe(first)} and ${describe(second)}${doubt}`;
}
