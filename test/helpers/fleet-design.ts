import type {Profile} from '../../source/core/model.js';
import {getOrMake} from '../../source/core/records.js';

const poolZones = 38;
/** Machines of a server pool. */
const poolSize = 32;

type ProfileHost = NonNullable<Profile['hosts']>[string];

/**
A design of many machines in 40 zones that has an address for every line: Oracle VM servers in pools, an IP network each, with OLVM and OKM beside them.

Each machine has ten addresses, of which no two blocks join with anything else: seven IPv4 addresses, an IPv4 range of two, an IPv6 address.

@param machines - How many servers there are.
@param machinesPerHost - How many alike machines an entry of the profile stands for: a pool, unless this says otherwise.
*/
export function fleetDesign(machines: number, machinesPerHost = poolSize): Profile {
	const servers = new Map<string, ProfileHost & {readonly count: number; readonly addresses: {readonly management: string[]}}>();
	for (let index = 0; index < machines; index++) {
		const zone = index % poolZones;
		const position = Math.floor(index / poolZones);
		const pool = `pool-${zone}-${Math.floor(position / poolSize)}`;
		const host = getOrMake(servers, `${pool}-${Math.floor((position % poolSize) / machinesPerHost)}`, () => ({components: ['oracle-vm/server'], count: 0, cluster: pool, zones: {management: `zone-${zone}`}, addresses: {management: []}}));
		servers.set(`${pool}-${Math.floor((position % poolSize) / machinesPerHost)}`, {...host, count: host.count + 1});
		host.addresses.management.push(...listAddresses(zone, position));
	}

	return {
		schemaVersion: 1,
		name: 'fleet',
		title: 'A fleet',
		products: {
			'oracle-vm': {version: '3.4', options: {'clustered-pool': 'yes'}, parameters: {'secure-vnc-port-range': '6900-6999', 'serial-console-port-range': '10000-10099'}},
			olvm: {},
			okm: {},
		},
		zones: [
			{id: 'management', title: 'Management', trust: 'restricted', networks: ['10.250.0.0/16', '2001:db8:250::/48']},
			{id: 'clients', title: 'Clients', trust: 'user', networks: ['10.251.0.0/16', '2001:db8:251::/48']},
			...Array.from({length: poolZones}, (_, zone) => ({id: `zone-${zone}`, title: `Server pools ${zone}`, trust: 'restricted' as const, networks: [`10.${zone}.0.0/16`, `2001:db8:${zone}::/48`]})),
		],
		networks: {management: 'management', client: 'clients'},
		hosts: {...others, ...Object.fromEntries(servers)},
	};
}

const clients: ProfileHost = {addresses: {client: ['10.251.2.0/24', '2001:db8:251:2::/64']}};

const others: Readonly<Record<string, ProfileHost>> = {
	'oracle-vm-manager': {addresses: {management: ['10.250.0.10', '2001:db8:250::10']}},
	'olvm-manager': {addresses: {management: ['10.250.0.11', '2001:db8:250::11']}},
	'olvm-kvm-host': {addresses: {management: ['10.250.1.1-10.250.1.8']}},
	'okm-kma': {addresses: {management: ['10.250.0.21-10.250.0.24']}},
	'okm-okm-manager': {addresses: {management: ['10.250.0.30']}},
	'okm-ntp-peer': {addresses: {management: ['10.250.0.123']}},
	'okm-agent': {zones: {management: 'clients'}, addresses: {management: ['10.251.1.0/24']}},
	administrators: {zones: {management: 'clients'}, addresses: {management: ['10.251.0.10', '10.251.0.11', '2001:db8:251::10']}},
	'oracle-vm-web-browser': clients,
	'oracle-vm-cli-client': clients,
	'oracle-vm-console-client': clients,
	'olvm-administration-portal-client': clients,
	'olvm-vm-portal-client': clients,
	'olvm-rest-api-client': clients,
};

/** Addresses of the machine with a number in its zone. */
function listAddresses(zone: number, position: number): string[] {
	const format = (offset: number) => {
		const address = (20 * position) + offset + 4;
		return `10.${zone}.${Math.floor(address / 256)}.${address % 256}`;
	};

	return [
		...[0, 2, 4, 6, 8, 10, 12].map(offset => format(offset)),
		// From an odd address, so that it is no network.
		`${format(15)}-${format(16)}`,
		`2001:db8:${zone}::${(2 * (position + 1)).toString(16)}`,
	];
}
