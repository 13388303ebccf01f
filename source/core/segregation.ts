import type {NetworkRole, Roles} from './catalog/schema.js';
import type {HostDraft, Inventory} from './hosts.js';
import type {Catalog} from './model.js';
import type {Draft} from './profile/draft.js';
import type {Profile, ProfileZone} from './profile/schema.js';
import {own} from './records.js';

/** A way to segregate the networks, from which an architect goes on. */
export type Segregation = {
	readonly id: string;
	readonly title: string;
	readonly summary: string;
	readonly make: (inventory: Inventory, catalog: Catalog) => NetworkSet;
};

/** Zones, and what is in them: for everybody, and for single hosts. */
export type NetworkSet = {
	readonly zones: readonly ProfileZone[];
	readonly networks: Profile['networks'];
	readonly hosts: Readonly<Record<string, Profile['networks']>>;
};

const clients: ProfileZone = {id: 'clients', title: 'Office clients', trust: 'user'};
const administration: ProfileZone = {id: 'admin', title: 'Administration', trust: 'internal', administration: true};
const infrastructure: ProfileZone = {id: 'infrastructure', title: 'Infrastructure services', trust: 'internal'};
const management: ProfileZone = {id: 'management', title: 'Management', trust: 'restricted'};
const dmz: ProfileZone = {id: 'dmz', title: 'Access (DMZ)', trust: 'dmz'};

/** Roles that get a zone of their own, in the order in which documents and people name them. */
const segregatedRoles: readonly NetworkRole[] = ['storage', 'migration', 'heartbeat', 'backup', 'guest', 'out-of-band'];

/** Every preset, from the simplest; a new one is an entry here. */
export const segregations: readonly Segregation[] = [
	{
		id: 'flat',
		title: 'One flat network',
		summary: 'Everything in one zone: no line crosses a firewall between networks, every line is a host firewall\'s.',
		make: () => ({zones: [{id: 'lan', title: 'All hosts', trust: 'internal', administration: true}], networks: {management: 'lan'}, hosts: {}}),
	},
	{
		id: 'management-clients',
		title: 'Management and clients',
		summary: 'The hosts in one zone, the people and programs that use them in another.',
		make: () => ({
			zones: [clients, {...management, administration: true}],
			networks: {management: 'management', client: 'clients', console: 'clients'},
			hosts: {},
		}),
	},
	{
		id: 'by-role',
		title: 'Separated by role, as the documents advise',
		summary: 'A zone for management and one for each other role of this design, as storage, migration or backup; administrators, infrastructure services and clients apart.',
		make: separateByRole,
	},
	{
		id: 'by-role-dmz',
		title: 'Separated by role, with a DMZ',
		summary: 'As above, and whatever clients reach on a host of its own, as a console proxy, stands in a DMZ.',
		make(inventory, catalog) {
			const {zones, networks, hosts} = separateByRole(inventory, catalog);
			const proxies = findProxies(inventory);
			return {zones: [...zones, dmz], networks, hosts: {...hosts, ...Object.fromEntries(proxies.map(host => [host.id, placeAll(host, dmz.id)]))}};
		},
	},
];

function separateByRole(inventory: Inventory, catalog: Catalog): NetworkSet {
	const hosts = [...inventory.hosts.values()];
	const used = segregatedRoles.filter(role => hosts.some(host => host.roles.includes(role)));
	const administrators = new Set(findAdministrators(inventory, catalog));
	const outsiders = hosts.filter(host => host.kind === 'actor');
	const services = outsiders.filter(host => !administrators.has(host.id) && host.roles.includes('management'));
	const isClient = outsiders.some(host => host.roles.some(role => role === 'client' || role === 'console'));
	const zones = [
		...(isClient ? [clients] : []),
		administration,
		...(services.length > 0 ? [infrastructure] : []),
		management,
		...used.map(role => ({id: role, title: catalog.roles[role].name, trust: role === 'guest' ? 'internal' as const : 'restricted' as const})),
	];
	return {
		zones,
		networks: {management: management.id, ...(isClient ? {client: clients.id, console: clients.id} : {}), ...Object.fromEntries(used.map(role => [role, role]))},
		hosts: Object.fromEntries<Profile['networks']>([
			...outsiders.filter(host => administrators.has(host.id)).map(host => [host.id, placeAll(host, administration.id)] as const),
			...services.map(host => [host.id, {management: infrastructure.id}] as const),
		]),
	};
}

function placeAll({roles}: HostDraft, zone: string): Profile['networks'] {
	return Object.fromEntries(roles.map(role => [role, zone]));
}

/** Outsiders that administer, or open administrative connections: the catalog says of each service whether it gives control. */
function findAdministrators({chosen, findHosts}: Inventory, {applications}: Catalog): string[] {
	return chosen.flatMap(({product}) => [
		...Object.entries(product.actors).filter(([, actor]) => actor.administers).flatMap(([id]) => findHosts(product.id, id)),
		...product.flows.flatMap(({initiator, service}) => 'actor' in initiator && own(applications, service.application ?? '')?.administrative === true ? findHosts(product.id, initiator.actor) : []),
	]);
}

/** Hosts of components that may stand elsewhere than their product, that do, and that clients reach. */
function findProxies({chosen, hosts}: Inventory): HostDraft[] {
	return [...hosts.values()].filter(host => host.kind === 'host' && host.components.length > 0 && host.components.every(({product, component}) => {
		const entry = own(chosen.find(candidate => candidate.product.id === product)?.product.components, component);
		return entry?.placement !== undefined && entry.roles.some(role => role === 'client' || role === 'console');
	}));
}

/** Id of networks that come from no preset, as those of a profile that was opened. */
export const ownNetworks = 'own';

/**
A design with the networks of a preset. What was there is kept under its own preset, and comes back with it.

@param id - Of an entry of `segregations`; or `ownNetworks`, where the design had some before.
@throws {RangeError} When there is no such preset.
*/
export function applySegregation(draft: Draft, id: string, inventory: Inventory, catalog: Catalog): Draft {
	const {segregation: before = ownNetworks, ...common} = draft;
	if (before === id) {
		return draft;
	}

	const set = own(draft.networkSets, id) ?? segregations.find(entry => entry.id === id)?.make(inventory, catalog);
	if (set === undefined) {
		throw new RangeError(`There is no preset ${id}`);
	}

	const {[id]: _, ...others} = {...draft.networkSets, [before]: readNetworks(draft)};
	return {...writeNetworks(common, set), ...(id === ownNetworks ? {} : {segregation: id}), networkSets: others};
}

/**
A design with what its preset would have made for the products as they are now, and what is not there yet: zones, roles without a zone, and hosts that no zone was
chosen for. What was changed stays; without a preset, or with nothing to add, it is the same design.
*/
export function completeSegregation(draft: Draft, inventory: Inventory, catalog: Catalog): Draft {
	const preset = segregations.find(({id}) => id === draft.segregation);
	if (preset === undefined) {
		return draft;
	}

	const made = preset.make(inventory, catalog);
	const {networks, hosts} = draft;
	const roles = Object.entries(made.networks).filter(([role]) => own(networks, role) === undefined);
	const placed = Object.entries(made.hosts).filter(([host]) => own(hosts, host)?.zones === undefined);
	const used = new Set([...roles.map(([, zone]) => zone), ...placed.flatMap(([, zones]) => Object.values(zones))]);
	const taken = new Set(draft.zones.map(({id}) => id));
	const zones = made.zones.filter(({id}) => used.has(id) && !taken.has(id));
	if (roles.length === 0 && placed.length === 0) {
		return draft;
	}

	return {
		...draft,
		zones: [...draft.zones, ...zones],
		networks: {...networks, ...Object.fromEntries(roles)},
		hosts: {...hosts, ...Object.fromEntries(placed.map(([host, places]) => [host, {...own(hosts, host), zones: places}]))},
	};
}

function readNetworks({zones, networks, hosts}: Draft): NonNullable<Draft['networkSets']>[string] {
	return {zones, networks, hosts: Object.fromEntries(Object.entries(hosts ?? {}).filter(([, host]) => host.zones !== undefined).map(([id, host]) => [id, host.zones!]))};
}

function writeNetworks(draft: Draft, set: NetworkSet): Draft {
	const ids = [...new Set([...Object.keys(draft.hosts ?? {}), ...Object.keys(set.hosts)])];
	const hosts = Object.fromEntries(ids.map(id => {
		const {zones: _, ...host} = own(draft.hosts, id) ?? {};
		const zones = own(set.hosts, id);
		return [id, {...host, ...(zones === undefined ? {} : {zones})}] as const;
	}).filter(([, host]) => Object.keys(host).length > 0));
	return {...draft, zones: [...set.zones], networks: set.networks, hosts};
}

/** Network roles worth a column in a matrix: those that some of the hosts have, management first. */
export function listUsedRoles(hosts: readonly HostDraft[], roles: Roles): NetworkRole[] {
	return (Object.keys(roles) as NetworkRole[]).filter(role => role === 'management' || hosts.some(host => host.roles.includes(role))).toSorted((a, b) => Number(b === 'management') - Number(a === 'management'));
}
