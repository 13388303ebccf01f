import {compareAddressRanges, formatAddressRange, mergeAddressRanges, parseAddress, parseNetwork, type AddressRange} from '../addresses.js';
import {formatOption, parseParameter} from '../answers.js';
import {listOptionValues} from '../catalog/checks/answers.js';
import type {Catalog, Product} from '../catalog/schema.js';
import {evaluate} from '../conditions.js';
import {deriveHosts, formatHostId, splitReference, type Inventory} from '../hosts.js';
import {parsePortList} from '../ports.js';
import {suggest, type Problem} from '../problem.js';
import {getOrMake, own} from '../records.js';
import type {ProductAnswers, Profile} from './schema.js';

type Hosts = ReturnType<typeof deriveHosts>['hosts'];

/**
Find everything in a profile that no design can mean: words the catalog does not know, addresses that are none, zones that
contradict each other. What is merely missing is no problem here; the plan shows it as an open question.

@returns Problems with paths, in no particular order.
*/
export function findProfileProblems(profile: Profile, catalog: Catalog): Problem[] {
	const inventory = deriveHosts(catalog, profile);
	const {hosts} = inventory;
	return [
		...Object.entries(profile.products).flatMap(([id, answers]) => findProductProblems(id, answers, profile, catalog)),
		...(Object.keys(profile.products).length === 0 ? [{code: 'profile/no-products', path: ['products'], message: 'no product is chosen', hint: suggest('', Object.keys(catalog.products))}] : []),
		...findZoneProblems(profile),
		...findMissingPlaces(profile, catalog, inventory),
		...findHostProblems(profile, catalog, hosts),
		...findOutsiderProblems(profile, catalog, hosts),
		...findSiteFlowProblems(profile, hosts),
		...findRecordProblems(profile),
	];
}

/**
Find what a change of the answers would break: problems that were not there before. Where in the profile one stands does not count, as
places move when something before them is taken away.
*/
export function findNewProblems(before: Profile, after: Profile, catalog: Catalog): Problem[] {
	const identify = ({message, hint}: Problem) => JSON.stringify([message, hint]);
	const known = new Set(findProfileProblems(before, catalog).map(problem => identify(problem)));
	return findProfileProblems(after, catalog).filter(problem => !known.has(identify(problem)));
}

function findProductProblems(id: string, answers: ProductAnswers, profile: Profile, catalog: Catalog): Problem[] {
	const product = own(catalog.products, id);
	if (product === undefined) {
		return [{code: 'profile/unknown-product', path: ['products', id], message: `there is no product "${id}"`, hint: suggest(id, Object.keys(catalog.products)), isAboutKey: true}];
	}

	const path = ['products', id];
	const modes = Object.keys(product.modes ?? {});
	const unknown = (section: string, word: string, known: readonly string[], kind: string): Problem[] => known.includes(word) ? [] : [{code: `profile/unknown-${kind}`, path: [...path, section, word], message: `${product.name} has no ${kind} "${word}"`, hint: suggest(word, known), isAboutKey: true}];
	return [
		...(answers.version === undefined || product.versions.includes(answers.version) ? [] : [{code: 'profile/unknown-version', path: [...path, 'version'], message: `${product.name} has no version "${answers.version}"`, hint: suggest(answers.version, product.versions)}]),
		...(modes.length > 0 && (answers.modes ?? []).length === 0 ? [{code: 'profile/no-mode', path: [...path, 'modes'], message: `${product.name} needs at least one mode, which says what it works with`, hint: suggest('', modes)}] : []),
		...(answers.modes ?? []).flatMap((mode, index) => modes.includes(mode) ? [] : [{code: 'profile/unknown-mode', path: [...path, 'modes', index], message: `${product.name} has no mode "${mode}"`, hint: suggest(mode, modes)}]),
		...Object.keys(answers.options ?? {}).flatMap(option => unknown('options', option, Object.keys(product.options), 'option')),
		...Object.keys(answers.parameters ?? {}).flatMap(parameter => unknown('parameters', parameter, Object.keys(product.parameters), 'parameter')),
		...Object.keys(answers.components ?? {}).flatMap(component => unknown('components', component, Object.keys(product.components), 'component')),
		...findOptionProblems(product, answers),
		...findParameterProblems(product, answers),
		...findComponentProblems(product, answers, profile, catalog),
	];
}

function findOptionProblems(product: Product, answers: ProductAnswers): Problem[] {
	return Object.entries(answers.options ?? {}).flatMap(([id, value]) => {
		const option = own(product.options, id);
		const values = option === undefined ? [] : listOptionValues(option);
		const word = String(value);
		const meant = own(otherWords, word.toLowerCase());
		return option === undefined || values.includes(formatOption(value)) ? [] : [{code: 'profile/option-value', path: ['products', product.id, 'options', id], message: `"${word}" is no answer to "${option.question}"`, hint: meant !== undefined && values.includes(meant) ? `write ${meant}` : suggest(word, values)}];
	});
}

/** Words that other formats have for yes and no. */
const otherWords: Readonly<Record<string, string>> = {on: 'yes', true: 'yes', y: 'yes', 1: 'yes', off: 'no', false: 'no', n: 'no', 0: 'no'};

function findParameterProblems(product: Product, answers: ProductAnswers): Problem[] {
	return Object.entries(answers.parameters ?? {}).flatMap(([id, value]) => {
		const parameter = own(product.parameters, id);
		const parsed = parameter === undefined ? undefined : parseParameter(parameter, value);
		const expected = {port: 'one port, as "7777"', ports: 'ports, as "80, 443"', 'port-range': 'a port or range, as "6900-6999"', services: 'a list, as [tcp/2049, udp/111]', count: 'a number'};
		return typeof parsed === 'string' ? [{code: 'profile/parameter-value', path: ['products', product.id, 'parameters', id], message: sayWrong([value].flat().join(', '), parsed), hint: `write ${expected[parameter!.kind]}`}] : [];
	});
}

/** A phrase about a text that people typed, with the text when the phrase does not begin with it. */
function sayWrong(text: string, phrase: string): string {
	if (phrase.startsWith(`"${text}"`)) {
		return phrase;
	}

	return /^(?:is|does) /v.test(phrase) ? `"${text}" ${phrase}` : `"${text}": ${phrase}`;
}

function findComponentProblems(product: Product, answers: ProductAnswers, profile: Profile, catalog: Catalog): Problem[] {
	return Object.entries(answers.components ?? {}).flatMap(([id, placement]): Problem[] => {
		const component = own(product.components, id);
		const path = ['products', product.id, 'components', id];
		if (component === undefined || placement === 'own-host') {
			return [];
		}

		if (placement === 'not-used') {
			const reference = `${product.id}/${id}`;
			const host = Object.entries(profile.hosts ?? {}).find(([, {components}]) => components?.includes(reference) === true)?.[0];
			if (host !== undefined) {
				return [{code: 'profile/contradicting-placement', path, message: `${component.name} is not used, but the host "${host}" lists it`, hint: `leave this out, or take ${reference} from the components of hosts.${host}`}];
			}

			return component.placement?.choices.includes('not-used') === true ? [] : [{code: 'profile/needed-component', path, message: `${component.name} cannot be left out: the documents describe no ${product.name} without it`, hint: suggest('', component.placement?.choices ?? ['own-host'])}];
		}

		const [otherProduct, other] = splitReference(placement, product.id);
		if (own(profile.products, otherProduct) === undefined || own(own(catalog.products, otherProduct)?.components, other) === undefined) {
			const known = ['own-host', 'not-used', ...Object.keys(product.components).filter(name => name !== id), ...Object.keys(profile.products).filter(name => name !== product.id).flatMap(name => Object.keys(own(catalog.products, name)?.components ?? {}).map(inner => `${name}/${inner}`))];
			return [{code: 'profile/placement', path, message: `"${placement}" is no place to run`, hint: suggest(placement, known)}];
		}

		return isCircular(product.id, id, profile, catalog) ? [{code: 'profile/circular-placement', path, message: `${component.name} runs with a component that runs with it: neither has a host`, hint: 'give one of them own-host'}] : [];
	});
}

/** Components that run with one that this design does not have: without a host their flows would be lost. */
function findMissingPlaces(profile: Profile, catalog: Catalog, {chosen, findHosts}: Inventory): Problem[] {
	return chosen.flatMap(({product, context}) => Object.entries(own(profile.products, product.id)?.components ?? {}).flatMap(([id, placement]): Problem[] => {
		const component = own(product.components, id);
		const isPart = component !== undefined && (component.when === undefined || evaluate(component.when, context) === true);
		const [otherProduct, other] = splitReference(placement, product.id);
		const target = own(chosen.find(candidate => candidate.product.id === otherProduct)?.product.components, other);
		if (!isPart || placement === 'own-host' || placement === 'not-used' || target === undefined || findHosts(product.id, id).length > 0 || isCircular(product.id, id, profile, catalog)) {
			return [];
		}

		return [{code: 'profile/no-place', path: ['products', product.id, 'components', id], message: `${component.name} is to run with ${target.name}, which has no host in this design`, hint: 'write own-host, or a component that this design has'}];
	}));
}

function isCircular(product: string, component: string, profile: Profile, catalog: Catalog): boolean {
	const seen = new Set<string>();
	let current: [string, string] = [product, component];
	while (!seen.has(current.join('/'))) {
		seen.add(current.join('/'));
		const given = own(own(profile.products, current[0])?.components, current[1]) ?? own(own(catalog.products, current[0])?.components, current[1])?.placement?.default ?? 'own-host';
		if (given === 'own-host' || given === 'not-used') {
			return false;
		}

		current = splitReference(given, current[0]);
	}

	return true;
}

function findZoneProblems(profile: Profile): Problem[] {
	const ids = profile.zones.map(zone => zone.id);
	const known = new Set(ids);
	const repeated = findRepeated(ids).map(index => ({code: 'profile/duplicate-zone', path: ['zones', index, 'id'], message: `the zone "${ids[index]}" stands twice`, hint: 'give each zone an id of its own'}));
	const entries: ZoneNetwork[] = [];
	const unreadable = profile.zones.flatMap((zone, index) => (zone.networks ?? []).flatMap((text, position): Problem[] => {
		const path = ['zones', index, 'networks', position];
		const range = parseNetwork(text);
		if (typeof range === 'string') {
			return [{code: 'profile/network', path, message: range}];
		}

		entries.push({order: entries.length, zone: index, range, path, text});
		return [];
	}));
	const overlaps = findZoneOverlaps(entries).map(([earlier, later]) => ({code: 'profile/overlapping-zones', path: later.path, message: `${later.text} of zone "${ids[later.zone]}" overlaps ${earlier.text} of zone "${ids[earlier.zone]}"`, hint: 'an address must lie in one zone only: split the larger network'}));
	const roles = Object.entries(profile.networks).flatMap(([role, zone]) => zone === undefined || known.has(zone) ? [] : [{code: 'profile/unknown-zone', path: ['networks', role], message: `there is no zone "${zone}"`, hint: suggest(zone, ids)}]);
	return [...repeated, ...unreadable, ...overlaps, ...roles];
}

type ZoneNetwork = {readonly order: number; readonly zone: number; readonly range: AddressRange; readonly path: ReadonlyArray<string | number>; readonly text: string};

/** Every network that shares addresses with another zone's, beside the one that reaches furthest into it; the one that stands first in the profile comes first. */
function findZoneOverlaps(entries: readonly ZoneNetwork[]): Array<readonly [ZoneNetwork, ZoneNetwork]> {
	const found: Array<readonly [ZoneNetwork, ZoneNetwork]> = [];
	// Of the networks so far, those of two zones that reach furthest: one of them is not of the zone of the next network.
	let furthest: readonly ZoneNetwork[] = [];
	for (const entry of entries.toSorted((a, b) => compareAddressRanges(a.range, b.range))) {
		const sameVersion = furthest.filter(({range}) => range.version === entry.range.version);
		const others = sameVersion.filter(({zone}) => zone !== entry.zone);
		const other = others.find(({range}) => range.to >= entry.range.from);
		if (other) {
			found.push(other.order < entry.order ? [other, entry] : [entry, other]);
		}

		const longest = sameVersion.find(({zone, range}) => zone === entry.zone && range.to > entry.range.to) ?? entry;
		furthest = [longest, ...others].toSorted((a, b) => Number(b.range.to > a.range.to) - Number(a.range.to > b.range.to)).slice(0, 2);
	}

	return found;
}

function findHostProblems(profile: Profile, catalog: Catalog, known: Hosts): Problem[] {
	const zones = profile.zones.map(zone => zone.id);
	const knownZones = new Set(zones);
	const {zoneRanges, allRanges} = collectNetworks(profile);
	const parties = Object.keys(profile.products).flatMap(id => {
		const product = own(catalog.products, id);
		return product === undefined ? [] : [...Object.keys(product.components), ...Object.keys(product.actors)].map(party => `${id}/${party}`);
	});
	return Object.entries(profile.hosts ?? {}).flatMap(([id, host]): Problem[] => [
		...(known.has(id) || (host.components ?? []).length > 0 ? [] : [{code: 'profile/unknown-host', path: ['hosts', id], message: `nothing of this design runs on a host "${id}"`, hint: `${suggest(id, [...known.keys()])} (or list what runs on it under components)`}]),
		...(host.components ?? []).flatMap((reference, index) => parties.includes(reference) ? [] : [{code: 'profile/unknown-component', path: ['hosts', id, 'components', index], message: `no chosen product has "${reference}"`, hint: suggest(reference, parties)}]),
		...Object.entries(host.zones ?? {}).flatMap(([role, zone]) => zone === undefined || knownZones.has(zone) ? [] : [{code: 'profile/unknown-zone', path: ['hosts', id, 'zones', role], message: `there is no zone "${zone}"`, hint: suggest(zone, zones)}]),
		...Object.entries(host.addresses ?? {}).flatMap(([role, addresses]) => {
			const zone = own(host.zones, role) ?? own(profile.networks, role as 'management');
			return [
				...(zone === undefined ? [{code: 'profile/address-without-zone', path: ['hosts', id, 'addresses', role], message: `no zone is given for the role ${role}, so that these addresses are nowhere`, hint: `set networks.${role} or hosts.${id}.zones.${role}`}] : []),
				...(addresses ?? []).flatMap((text, index) => findAddressProblems(text, ['hosts', id, 'addresses', role, index], zoneRanges.get(zone ?? '') ?? [], allRanges)),
			];
		}),
	]);
}

/**
Hosts with components that have the id of somebody outside, who thereby lives on them: connections between the two would be local, and so lost.

Who means that lists the outsider there as well.
*/
function findOutsiderProblems(profile: Profile, catalog: Catalog, hosts: Hosts): Problem[] {
	return Object.entries(profile.hosts ?? {}).flatMap(([id, host]): Problem[] => {
		const listed = new Set(host.components);
		const members = (hosts.get(id)?.components ?? []).map(({product, component}) => {
			const {name, actors} = own(catalog.products, product)!;
			return {reference: `${product}/${component}`, name: `${name}: ${own(actors, component)?.name ?? component}`, isActor: own(actors, component) !== undefined, isUsual: (own(actors, component)?.shared ?? formatHostId(product, component)) === id};
		});
		const usual = members.filter(({isActor, isUsual}) => isActor && isUsual);
		const part = members.find(({reference, isActor}) => !isActor && listed.has(reference));
		if (part === undefined || usual.length === 0 || usual.some(({reference}) => listed.has(reference))) {
			return [];
		}

		return [{code: 'profile/host-of-outsider', path: ['hosts', id], isAboutKey: true, message: `"${id}" is the id of somebody outside (${usual[0]!.name}), with whom ${part.reference} would share a machine`, hint: `give this host another id; if they do share it, list ${usual.map(({reference}) => reference).join(', ')} under its components too`}];
	});
}

function findAddressProblems(text: string, path: ReadonlyArray<string | number>, zone: readonly AddressRange[], all: readonly AddressRange[]): Problem[] {
	const parsed = parseAddress(text);
	if (typeof parsed === 'string') {
		return [{code: 'profile/address', path, message: parsed}];
	}

	// A zone without networks says nothing about what lies in it. An address in another zone is a finding of the analysis.
	if (parsed.kind === 'name' || zone.length === 0 || isWithin(parsed.range, zone) || isWithin(parsed.range, all)) {
		return [];
	}

	return [{code: 'profile/address-outside', path, message: `${formatAddressRange(parsed.range)} is in no zone of this profile`, hint: 'correct the address, or add its network to a zone'}];
}

/** The networks of each zone and of all together, merged; none at all when one cannot be read, as nobody knows then what lies outside. */
function collectNetworks(profile: Pick<Profile, 'zones'>): {readonly zoneRanges: ReadonlyMap<string, readonly AddressRange[]>; readonly allRanges: readonly AddressRange[]} {
	const found = new Map<string, AddressRange[]>();
	for (const zone of profile.zones) {
		for (const text of zone.networks ?? []) {
			const range = parseNetwork(text);
			if (typeof range === 'string') {
				return {zoneRanges: new Map(), allRanges: []};
			}

			getOrMake(found, zone.id, () => []).push(range);
		}
	}

	const zoneRanges = new Map([...found].map(([id, ranges]) => [id, mergeAddressRanges(ranges)]));
	return {zoneRanges, allRanges: mergeAddressRanges([...zoneRanges.values()].flat())};
}

/** Whether a range lies in one of some merged ranges. */
function isWithin(range: AddressRange, merged: readonly AddressRange[]): boolean {
	let low = 0;
	let high = merged.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const {version, to} = merged[middle]!;
		if (version < range.version || (version === range.version && to < range.from)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	const found = merged[low];
	return found?.version === range.version && found.from <= range.from && range.to <= found.to;
}

function findSiteFlowProblems(profile: Profile, hosts: Hosts): Problem[] {
	const flows = profile.siteFlows ?? [];
	const repeated = new Set(findRepeated(flows.map(flow => flow.id)));
	return flows.flatMap((flow, index): Problem[] => {
		const ports = parsePortList(flow.ports);
		return [
			...(repeated.has(index) ? [{code: 'profile/duplicate-flow', path: ['siteFlows', index, 'id'], message: `the site flow "${flow.id}" stands twice`}] : []),
			...(['initiator', 'responder'] as const).filter(end => !hosts.has(flow[end].host)).map(end => ({code: 'profile/unknown-host', path: ['siteFlows', index, end, 'host'], message: `there is no host "${flow[end].host}"`, hint: suggest(flow[end].host, [...hosts.keys()])})),
			...(typeof ports === 'string' ? [{code: 'profile/ports', path: ['siteFlows', index, 'ports'], message: sayWrong(flow.ports, ports), hint: 'write ports as "443" or "80, 5900-5910"'}] : []),
		];
	});
}

function findRecordProblems(profile: Profile): Problem[] {
	const accepted = (profile.acceptedFindings ?? []).map(({finding}) => finding);
	return findRepeated(accepted).map(index => ({code: 'profile/duplicate-acceptance', path: ['acceptedFindings', index, 'finding'], message: `"${accepted[index]}" is accepted twice`}));
}

/** Indexes of the words that stood earlier in a list. */
function findRepeated(words: readonly string[]): number[] {
	const seen = new Set<string>();
	return words.flatMap((word, index) => {
		const isRepeated = seen.has(word);
		seen.add(word);
		return isRepeated ? [index] : [];
	});
}
