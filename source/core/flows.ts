import type {CatalogFlow, NetworkRole, Party, Product} from './catalog/schema.js';
import {evaluate, findFailingParts, formatCondition} from './conditions.js';
import {EvidenceFinder} from './evidence.js';
import type {ChosenProduct, HostDraft, Inventory} from './hosts.js';
import {ipVersions, type Catalog, type Disposition, type Flow, type FlowEnd, type HostInterface, type IpVersion, type Missing, type Profile, type Service} from './model.js';
import type {Placement} from './placement.js';
import {parsePortList, formatPortRanges, unitePortRanges} from './ports.js';
import type {SiteFlow} from './profile/schema.js';
import {groupBy, own} from './records.js';

/** What a catalog flow says wherever it is carried. */
type Documented = Omit<Flow, 'id' | 'disposition' | 'reason' | 'initiator' | 'responder' | 'ipVersions' | 'missing'>;

type NamedParty = {readonly id: string; readonly name: string; readonly roles: readonly NetworkRole[]};

type PlacedHost = {readonly host: HostDraft; readonly place: HostInterface; readonly cluster: string; readonly end: FlowEnd};

type Verdict = {readonly disposition: Disposition; readonly reason: string; readonly missing?: Missing; readonly ipVersions?: readonly IpVersion[]};

/**
Give every documented connection of the chosen products its disposition, and every flow that the site adds.

A catalog flow becomes one flow for each pair of hosts that carries it, or a single flow without hosts where none does, so
that nothing documented is without a disposition. Sorted by product, then in the order of the catalog file, then by hosts.
*/
export function deriveFlows(catalog: Catalog, profile: Profile, inventory: Inventory, placement: Placement): Flow[] {
	const evidence = new EvidenceFinder(catalog);
	const deriver = new FlowDeriver(profile, inventory, placement, evidence);
	return [
		...inventory.chosen.flatMap(chosen => chosen.product.flows.flatMap(flow => deriver.derive(chosen, flow))),
		...(profile.siteFlows ?? []).flatMap(flow => deriver.deriveSiteFlow(flow)),
	];
}

class FlowDeriver {
	readonly #profile: Profile;
	readonly #inventory: Inventory;
	readonly #placement: Placement;
	readonly #evidence: EvidenceFinder;

	constructor(profile: Profile, inventory: Inventory, placement: Placement, evidence: EvidenceFinder) {
		this.#profile = profile;
		this.#inventory = inventory;
		this.#placement = placement;
		this.#evidence = evidence;
	}

	derive(chosen: ChosenProduct, flow: CatalogFlow): Flow[] {
		const {service, verdict: serviceVerdict} = resolveService(chosen, flow);
		const common = this.#describeDocumented(chosen, flow, service);
		const initiator = formatParty(flow.initiator, chosen.product);
		const responder = formatParty(flow.responder, chosen.product);
		const initiatorHosts = this.#findHosts(chosen, initiator.id);
		const responderHosts = this.#findHosts(chosen, responder.id);
		const isSameParty = initiator.id === responder.id;
		const sources = initiatorHosts.map(host => this.#findEnd(host, initiator));
		const destinations = responderHosts.map(host => this.#findEnd(host, responder));
		const decide = (from: PlacedHost, to: PlacedHost) => this.#decidePair(from, to, {isSameParty, family: flow.family});
		// Inside a machine nobody has to name a port.
		const isLocal = () => sources.every(from => destinations.every(to => decide(from, to).disposition === 'local'));
		const verdict = decideWithoutHosts(chosen, flow)
			?? findUnused([[initiator, initiatorHosts], [responder, responderHosts]])
			?? (serviceVerdict === undefined || isLocal() ? undefined : serviceVerdict);
		if (verdict) {
			return [describeAbsent(common, verdict, describeAbsentEnd(initiator, initiatorHosts), describeAbsentEnd(responder, responderHosts))];
		}

		const flows: Flow[] = [];
		let apart = 0;
		const clusters = flow.scope === 'cluster' ? groupBy(destinations, ({cluster}) => cluster) : undefined;
		for (const from of sources) {
			const reached = clusters === undefined ? destinations : clusters.get(from.cluster) ?? [];
			apart += destinations.length - reached.length;
			for (const to of reached) {
				flows.push(describePlaced(common, decide(from, to), from.end, to.end));
			}
		}

		if (apart > 0) {
			flows.push(describeAbsent(common, {disposition: 'not-needed', reason: `Only inside one cluster: ${apart} pair${apart === 1 ? '' : 's'} of hosts in different clusters need${apart === 1 ? 's' : ''} no rule`}, describeAbsentEnd(initiator, []), describeAbsentEnd(responder, [])));
		}

		return flows;
	}

	deriveSiteFlow(flow: SiteFlow): Flow[] {
		const from = this.#inventory.hosts.get(flow.initiator.host);
		const to = this.#inventory.hosts.get(flow.responder.host);
		const ranges = parsePortList(flow.ports);
		if (!from || !to || typeof ranges === 'string') {
			return [];
		}

		const initiator = this.#findEnd(from, {id: from.id, name: from.title, roles: [flow.initiator.role ?? 'management']});
		const responder = this.#findEnd(to, {id: to.id, name: to.title, roles: [flow.responder.role ?? 'management']});
		const {missing, ...verdict} = this.#decidePair(initiator, responder, {isSameParty: from === to, family: undefined});
		return [{
			id: `site/${flow.id}@${from.id}>${to.id}`,
			product: 'site',
			catalogFlow: `site/${flow.id}`,
			initiator: initiator.end,
			responder: responder.end,
			service: {protocol: flow.protocol, ports: formatPortRanges(unitePortRanges(ranges))},
			need: 'optional',
			condition: flow.reason,
			encrypted: flow.encrypted ?? 'unstated',
			purpose: flow.purpose,
			...verdict,
			ipVersions: verdict.ipVersions ?? [],
			...(missing === undefined ? {} : {missing}),
			review: 'Added by the site: no vendor document states this flow',
			sources: [],
		}];
	}

	#findEnd(host: HostDraft, {id, name, roles}: NamedParty): PlacedHost {
		const place = this.#placement.findInterface(host, roles);
		return {host, place, cluster: findCluster(this.#profile, host.id), end: {component: id, name, host: host.id, zone: place.zone, role: place.role}};
	}

	#describeDocumented({product}: ChosenProduct, flow: CatalogFlow, service: Service): Documented {
		return {
			product: product.id,
			catalogFlow: `${product.id}/${flow.id}`,
			service,
			need: flow.need,
			...(flow.when === undefined ? {} : {condition: formatCondition(flow.when, product)}),
			encrypted: flow.encrypted,
			purpose: flow.summary,
			...(flow.review === undefined ? {} : {review: flow.review}),
			...(flow.reading === undefined ? {} : {reading: this.#describeReading(flow.reading)}),
			sources: this.#evidence.findAll(flow.sources),
		};
	}

	#describeReading({chosen, because, others}: NonNullable<CatalogFlow['reading']>): NonNullable<Flow['reading']> {
		return {chosen, because, others: others.map(({row, says}) => ({says, evidence: this.#evidence.get(row)}))};
	}

	#findHosts(chosen: ChosenProduct, party: string): HostDraft[] {
		return this.#inventory.findHosts(chosen.product.id, party).map(id => this.#inventory.hosts.get(id)).filter(host => host !== undefined);
	}

	#decidePair({host: from, place: source}: PlacedHost, {host: to, place: destination}: PlacedHost, {isSameParty, family}: {readonly isSameParty: boolean; readonly family: 'ipv4' | 'ipv6' | undefined}): Verdict {
		// Where nobody has said how many machines a host is, only components that are several by nature talk to their like.
		if (from === to && !this.#hasSeveralMachines(from, source, isSameParty)) {
			return {disposition: 'local', reason: isSameParty ? 'The host is a single machine, which does not talk to itself over the network' : 'Both ends run on the same host'};
		}

		for (const [host, {isPlaceholder}] of [[from, source], [to, destination]] as const) {
			if (host.unnamed && isPlaceholder) {
				return {disposition: 'needs-input', reason: `The documents do not say who "${host.title}" is: no rule before the site names its addresses`, missing: {kind: 'peer', host: host.id}};
			}
		}

		for (const {host, role, zone} of [source, destination]) {
			if (zone === undefined) {
				return {disposition: 'needs-input', reason: `No zone is given for ${host} in the role ${role}`, missing: {kind: 'zone', host, role}};
			}
		}

		const shared = ipVersions.filter(version => source.ipVersions.includes(version) && destination.ipVersions.includes(version) && (family === undefined || family === `ipv${version}`));
		if (shared.length === 0) {
			return {disposition: 'needs-input', reason: `${from.title} and ${to.title} have no IP version in common`, missing: {kind: 'ip-version', initiator: source.id, responder: destination.id}};
		}

		return source.zone === destination.zone
			? {disposition: 'intra-zone', reason: from === to ? `Between the machines of ${from.title}, inside ${source.zone}: host firewalls only` : `Both ends are in ${source.zone}: host firewalls only`, ipVersions: shared}
			: {disposition: 'cross-zone', reason: `From ${source.zone} to ${destination.zone}: network firewall and host firewall`, ipVersions: shared};
	}

	#hasSeveralMachines(host: HostDraft, {ranges, names, isPlaceholder}: HostInterface, otherwise: boolean): boolean {
		const count = own(this.#profile.hosts, host.id)?.count;
		if (count !== undefined) {
			return count > 1;
		}

		if (!host.several) {
			return false;
		}

		const perVersion = ipVersions.map(version => ranges.filter(range => range.version === version));
		return (isPlaceholder && otherwise) || names.length > 1 || perVersion.some(found => found.length > 1 || found.some(range => range.from !== range.to));
	}
}

/** A flow between two hosts. */
function describePlaced(common: Documented, {disposition, reason, missing, ipVersions: versions = []}: Verdict, initiator: FlowEnd, responder: FlowEnd): Flow {
	const flow = {...common, id: `${common.catalogFlow}@${initiator.host}>${responder.host}`, disposition, reason, initiator, responder, ipVersions: versions};
	return missing === undefined ? flow : {...flow, missing};
}

/** A flow that no pair of hosts carries. */
function describeAbsent(common: Documented, {disposition, reason, missing}: Verdict, initiator: FlowEnd, responder: FlowEnd): Flow {
	return {...common, id: common.catalogFlow, disposition, reason, initiator, responder, ipVersions: [], ...(missing === undefined ? {} : {missing})};
}

/** An end of a flow that no pair of hosts carries; with its host where exactly one would be meant. */
function describeAbsentEnd({id, name, roles}: NamedParty, hosts: readonly HostDraft[]): FlowEnd {
	return {component: id, name, host: hosts.length === 1 ? hosts[0]!.id : undefined, zone: undefined, role: roles[0]!};
}

/** The cluster or pool of a host; hosts of which the profile says nothing are in one cluster. */
export function findCluster(profile: Profile, host: string): string {
	return own(profile.hosts, host)?.cluster ?? 'default';
}

function formatParty(party: Party, product: Product): NamedParty {
	if ('component' in party) {
		return {id: party.component, name: own(product.components, party.component)!.name, roles: [party.role].flat()};
	}

	const {name, roles} = own(product.actors, party.actor)!;
	return {id: party.actor, name, roles: party.role === undefined ? roles : [party.role].flat()};
}

function decideWithoutHosts({product, answers, context}: ChosenProduct, flow: CatalogFlow): Verdict | undefined {
	const modes = flow.mode === undefined ? [] : [flow.mode].flat();
	if (modes.length > 0 && !modes.some(mode => answers.modes.has(mode))) {
		const names = modes.map(mode => `"${own(product.modes, mode)?.name ?? mode}"`).join(' or ');
		return {disposition: 'not-needed', reason: `Belongs to ${names}, which this design does not use`};
	}

	const holds = flow.when === undefined ? true : evaluate(flow.when, context);
	if (holds === false) {
		const failing = findFailingParts(flow.when!, context).map(part => formatCondition(part, product)).join(' and ');
		return {disposition: 'not-needed', reason: `Only when ${failing}, which is not so here`};
	}

	if (holds === 'unknown') {
		return {disposition: 'needs-input', reason: `Depends on an answer that is missing: ${formatCondition(flow.when!, product)}`, missing: {kind: 'parameter', parameter: findCountParameter(flow)}};
	}

	if (flow.withheld && (flow.withheld.unless === undefined || evaluate(flow.withheld.unless, context) !== true)) {
		return {disposition: 'not-opened', reason: flow.withheld.reason};
	}

	if (flow.action === 'deny') {
		return {disposition: 'denied', reason: 'Explicit drop that the document advises'};
	}

	return undefined;
}

function findCountParameter(flow: CatalogFlow): string {
	return /"parameter":"(?<id>[^"]+)"/v.exec(JSON.stringify(flow.when))?.groups?.['id'] ?? '';
}

function findUnused(parties: ReadonlyArray<readonly [NamedParty, readonly HostDraft[]]>): Verdict | undefined {
	const unused = parties.filter(([, hosts]) => hosts.length === 0).map(([{name}]) => name);
	return unused.length === 0 ? undefined : {disposition: 'not-needed', reason: `${[...new Set(unused)].join(' and ')} ${unused.length === 1 ? 'is' : 'are'} not part of this design`};
}

function resolveService(chosen: ChosenProduct, {service}: CatalogFlow): {readonly service: Service; readonly verdict?: Verdict} {
	const base = {protocol: service.protocol, ...(service.number === undefined ? {} : {number: service.number}), ...(service.application === undefined ? {} : {application: service.application})};
	if (service.parameter === undefined) {
		const ranges = service.ports === undefined ? [] : parsePortList(service.ports.join(','));
		return {service: {...base, ports: typeof ranges === 'string' ? [] : formatPortRanges(unitePortRanges(ranges))}};
	}

	const {ports, documentedPorts, verdict} = resolveParameter(chosen, service.parameter, service.protocol);
	return {service: {...base, ports, ...(documentedPorts === undefined ? {} : {documentedPorts})}, ...(verdict === undefined ? {} : {verdict})};
}

/** The ports that a parameter gives a protocol, or why it gives none. */
function resolveParameter({answers, product}: ChosenProduct, id: string, protocol: Service['protocol']): {readonly ports: readonly string[]; readonly documentedPorts?: readonly string[]; readonly verdict?: Verdict} {
	const parameter = own(product.parameters, id);
	const value = own(answers.parameters, id);
	const question = parameter?.question ?? id;
	const byDefault = parameter?.default === undefined ? undefined : [parameter.default].flat().join(', ');
	const documented = parameter?.documented ?? byDefault;
	if (value === undefined || value.kind === 'count') {
		const verdict: Verdict = {disposition: 'needs-input', reason: `The documents leave the value to the site: ${question}`, missing: {kind: 'parameter', parameter: id}};
		return {ports: [], ...(documented === undefined ? {} : {documentedPorts: [documented]}), verdict};
	}

	if (value.kind === 'services') {
		const ports = protocol === 'udp' ? value.udp : value.tcp;
		return ports.length > 0 ? {ports} : {ports, verdict: {disposition: 'not-needed', reason: `The site's list for "${question}" has no ${protocol.toUpperCase()} port`}};
	}

	// Where the documents give no value, the site's is no change but the missing part.
	const isChanged = !value.isDefault && byDefault !== undefined && byDefault !== value.ports.join(', ');
	return {ports: value.ports, ...(isChanged ? {documentedPorts: [documented!]} : {})};
}
