import * as z from 'zod/mini';
import type {Catalog} from '../catalog/schema.js';
import {evaluate} from '../conditions.js';
import {described} from '../described.js';
import {deriveHosts, listSiteHosts, splitReference, type Inventory} from '../hosts.js';
import {suggest, type Problem} from '../problem.js';
import {own} from '../records.js';
import {networksSchema, profileSchema, profileVersion, slugSchema, zonesSchema, type ProductAnswers, type Profile, type ProfileHost} from './schema.js';

/** Zones and placements of one way to segregate the networks, set aside while another is looked at. */
const networkSet = z.strictObject({
	zones: zonesSchema,
	networks: networksSchema,
	hosts: described(z.record(slugSchema, networksSchema), 'Zone of each network role of single hosts'),
});

/**
A design in the making: every answer ever given, also those that do not apply at the moment.

It is a profile and a little more. `products` also holds the answers of products that are not chosen now, `hosts` those of machines that
the design does not have now; `completeProfile()` leaves them out.
*/
export const draftSchema = z.extend(profileSchema, {
	chosen: described(z.array(slugSchema), 'The products of the design'),
	segregation: described(z.optional(slugSchema), 'The network preset that the zones come from'),
	networkSets: described(z.optional(z.record(slugSchema, networkSet)), 'Zones and placements of the presets that were tried before'),
});

export type Draft = z.infer<typeof draftSchema>;

/** The zone of a design whose networks nobody has described yet: everything in one. */
const firstZone = {id: 'lan', title: 'All hosts', trust: 'internal', administration: true} as const;

/** A design without any answer. */
export function makeDraft(name: string, title: string): Draft {
	return {schemaVersion: profileVersion, name, title, products: {}, zones: [firstZone], networks: {management: firstZone.id}, chosen: []};
}

/** Go on with a profile as a design. */
export function openProfile(profile: Profile): Draft {
	return {...profile, chosen: Object.keys(profile.products)};
}

/**
Begin a design from an example: its products, answers, zones and placements.

Networks, addresses, the change record and accepted findings of an example are invented. Nobody may find them in a request that says it
is ready, so that they are left for the architect to give.
*/
export function beginFromExample({description: _, change: _change, acceptedFindings: _accepted, answeredQuestions: _answered, ...example}: Profile): Draft {
	const hosts = mapValues(example.hosts ?? {}, ({addresses: _addresses, ...host}) => host);
	return openProfile({
		...example,
		zones: example.zones.map(({networks: _networks, vlan: _vlan, ...zone}) => zone),
		hosts: Object.fromEntries(Object.entries(hosts).filter(([, host]) => Object.keys(host).length > 0)),
	});
}

/**
The profile a design comes to: its answers less those that do not apply.

Left out are products that are not chosen, options and parameters whose condition does not hold, placements on what is not part of the
design, hosts that nothing of it runs on, and words of zones that are gone. What is merely missing stays missing.
*/
export function completeProfile(draft: Draft, catalog: Catalog): Profile {
	const {chosen, segregation, networkSets, ...profile} = draft;
	const products = Object.fromEntries(chosen.filter(id => own(catalog.products, id) !== undefined).map(id => [id, own(draft.products, id) ?? {}]));
	const placed: Profile = {...profile, products: mapValues(products, (answers, id) => withoutLostPlacements(answers, id, products, catalog))};
	const inventory = deriveHosts(catalog, placed);
	const applying: Profile = {...placed, products: mapValues(placed.products, (answers, id) => withoutIdleAnswers(answers, id, inventory))};
	const zones = new Set(draft.zones.map(zone => zone.id));
	const networks = pickKnownZones(draft.networks, zones);
	const {hosts} = deriveHosts(catalog, applying);
	const siteHosts = new Set(listSiteHosts(draft));
	const keptHosts = Object.entries(draft.hosts ?? {})
		.filter(([id, host]) => hosts.has(id) || siteHosts.has(id) || (host.components ?? []).some(reference => own(products, splitReference(reference, '')[0]) !== undefined))
		.map(([id, host]) => [id, describeHost(host, {zones, networks, products, isOfSite: siteHosts.has(id)})] as const)
		// A host of the site's own flows may have nothing but its name.
		.filter(([id, host]) => siteHosts.has(id) || Object.keys(host).length > 0);
	const {hosts: _, ...rest} = applying;
	return {...rest, networks, ...(keptHosts.length > 0 ? {hosts: Object.fromEntries(keptHosts)} : {})};
}

/** Chosen products that the catalog does not know, as one of a site's own without its folder: a profile would be without them in silence. */
export function findLostProducts(draft: Draft, catalog: Catalog): Problem[] {
	return draft.chosen.flatMap((id, index) => own(catalog.products, id) === undefined ? [{code: 'profile/unknown-product', path: ['chosen', index], message: `there is no product "${id}"`, hint: `${suggest(id, Object.keys(catalog.products))} (products of your own are read with --catalog)`}] : []);
}

/** A placement on the host of a component that the design does not have counts as not given. */
function withoutLostPlacements(answers: ProductAnswers, id: string, products: Profile['products'], catalog: Catalog): ProductAnswers {
	const components = Object.entries(answers.components ?? {}).filter(([component, placement]) => {
		const [product, other] = splitReference(placement, id);
		const isPlace = placement === 'own-host' || placement === 'not-used' || (own(products, product) !== undefined && own(own(catalog.products, product)?.components, other) !== undefined);
		return isPlace && own(own(catalog.products, id)?.components, component) !== undefined;
	});
	return withSection(answers, 'components', components);
}

function withoutIdleAnswers(answers: ProductAnswers, id: string, {chosen}: Inventory): ProductAnswers {
	const {product, context} = chosen.find(entry => entry.product.id === id)!;
	const applies = (entry: {readonly when?: Parameters<typeof evaluate>[0] | undefined} | undefined) => entry !== undefined && (entry.when === undefined || evaluate(entry.when, context) === true);
	const options = Object.entries(answers.options ?? {}).filter(([option]) => applies(own(product.options, option)));
	const parameters = Object.entries(answers.parameters ?? {}).filter(([parameter]) => applies(own(product.parameters, parameter)));
	return withSection(withSection(answers, 'options', options), 'parameters', parameters);
}

function withSection(answers: ProductAnswers, section: 'components' | 'options' | 'parameters', entries: ReadonlyArray<readonly [string, unknown]>): ProductAnswers {
	const {[section]: _, ...rest} = answers;
	return entries.length > 0 ? {...rest, [section]: Object.fromEntries(entries)} : rest;
}

/** What a host's answers come to in a design. Networks without an address count for a host of the site's own flows, as nothing else says where it is. */
function describeHost(host: ProfileHost, {zones: known, networks, products, isOfSite}: {readonly zones: ReadonlySet<string>; readonly networks: Profile['networks']; readonly products: Profile['products']; readonly isOfSite: boolean}): ProfileHost {
	const {zones, addresses, components, ...rest} = host;
	const keptZones = pickKnownZones(zones ?? {}, known);
	const keptAddresses = Object.entries(addresses ?? {}).filter(([role, list]) => (isOfSite || (list?.length ?? 0) > 0) && (own(keptZones, role) ?? own(networks, role)) !== undefined);
	const keptComponents = (components ?? []).filter(reference => own(products, splitReference(reference, '')[0]) !== undefined);
	return {
		...rest,
		...(keptComponents.length > 0 ? {components: keptComponents} : {}),
		...(Object.keys(keptZones).length > 0 ? {zones: keptZones} : {}),
		...(keptAddresses.length > 0 ? {addresses: Object.fromEntries(keptAddresses)} : {}),
	};
}

function pickKnownZones(placements: Profile['networks'], known: ReadonlySet<string>): Profile['networks'] {
	return Object.fromEntries(Object.entries(placements).filter(([, zone]) => zone !== undefined && known.has(zone)));
}

function mapValues<Value>(record: Readonly<Record<string, Value>>, map: (value: Value, key: string) => Value): Record<string, Value> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
