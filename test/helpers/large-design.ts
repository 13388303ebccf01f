import type {Profile} from '../../source/core/model.js';

/**
A design for benchmarks: Oracle VM server pools, a zone each, with OLVM and OKM beside them.

At scale 1 it has 500 hosts in 40 zones with 20,000 addresses; other scales have that many times as many of each.
*/
export function largeDesign(scale: number): Profile {
	const zoneCount = Math.max(3, Math.round(40 * scale));
	const hostCount = Math.round(500 * scale);
	const addressCount = Math.round(20_000 * scale);
	const pools = zoneCount - 2;
	const serverCount = hostCount - 10;
	const hosts: Record<string, NonNullable<Profile['hosts']>[string]> = {
		'oracle-vm-manager': {addresses: {management: ['10.250.0.10']}},
		'olvm-manager': {addresses: {management: ['10.250.0.11']}},
		'okm-kma': {addresses: {management: ['10.250.0.21-10.250.0.24']}},
		administrators: {zones: {management: 'clients'}, addresses: {management: ['10.251.0.10', '10.251.0.11']}},
		'okm-ntp-peer': {addresses: {management: ['10.250.0.123']}},
		'okm-agent': {zones: {management: 'clients'}, addresses: {management: ['10.251.1.0/24']}},
		'oracle-vm-web-browser': {addresses: {client: ['10.251.2.0/24']}},
		'oracle-vm-cli-client': {addresses: {client: ['10.251.0.10', '10.251.0.11']}},
		'oracle-vm-console-client': {addresses: {client: ['10.251.2.0/24']}},
		'olvm-kvm-host': {addresses: {management: ['10.250.1.1-10.250.1.8']}},
	};
	const perServer = Math.floor((addressCount - 30) / serverCount);
	for (let index = 0; index < serverCount; index++) {
		const pool = index % pools;
		const position = Math.floor(index / pools);
		// Every second address, so that no two of them join to a range.
		const addresses = Array.from({length: perServer}, (_, number) => {
			const offset = 2 * ((position * perServer) + number);
			return `10.${pool}.${Math.floor(offset / 256)}.${offset % 256}`;
		});
		hosts[`server-${pool}-${position}`] = {components: ['oracle-vm/server'], cluster: `pool-${pool}`, zones: {management: `pool-${pool}`}, addresses: {management: addresses}};
	}

	return {
		schemaVersion: 1,
		name: 'large',
		title: 'A large design',
		products: {
			'oracle-vm': {version: '3.4', options: {'clustered-pool': 'yes'}, parameters: {'secure-vnc-port-range': '6900-6999', 'serial-console-port-range': '10000-10099'}},
			olvm: {},
			okm: {},
		},
		zones: [
			{id: 'management', title: 'Management', trust: 'restricted', networks: ['10.250.0.0/16']},
			{id: 'clients', title: 'Clients', trust: 'user', networks: ['10.251.0.0/16']},
			...Array.from({length: pools}, (_, pool) => ({id: `pool-${pool}`, title: `Pool ${pool}`, trust: 'restricted' as const, networks: [`10.${pool}.0.0/16`]})),
		],
		networks: {management: 'management', client: 'clients'},
		hosts,
	};
}
