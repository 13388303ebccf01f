import type {Catalog, NetworkRole, Plan, Profile} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';

const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};

/**
A design like another one in which every zone has networks of its own and every interface addresses of its own, so that every line can be entered: the IP versions of the zones stay,
a host of several machines has two addresses.
*/
export function addressDesign(catalog: Catalog, profile: Profile): {readonly profile: Profile; readonly plan: Plan} {
	const {zones} = plan(catalog, profile, options);
	const placed: Profile = {
		...profile,
		networks: {management: profile.zones[0]!.id, ...profile.networks},
		hosts: Object.fromEntries(Object.entries(profile.hosts ?? {}).map(([id, {addresses: _, ...host}]) => [id, host])),
		zones: profile.zones.map((zone, index) => ({...zone, networks: listNetworks(zones.find(({id}) => id === zone.id)!.ipVersions, index)})),
	};
	const bare = plan(catalog, placed, options);
	const used = new Map<string, number>();
	const hosts: Record<string, NonNullable<Profile['hosts']>[string]> = {...placed.hosts};
	for (const host of bare.hosts) {
		const addresses: Partial<Record<NetworkRole, string[]>> = {};
		for (const {role, zone, ipVersions} of host.interfaces) {
			const index = profile.zones.findIndex(({id}) => id === zone);
			if (index === -1) {
				continue;
			}

			const first = used.get(zone!) ?? 10;
			used.set(zone!, first + 3);
			addresses[role] = ipVersions.map(version => formatAddresses(version, index, first, host.several));
		}

		hosts[host.id] = {...hosts[host.id], addresses};
	}

	const addressed = {...placed, hosts};
	return {profile: addressed, plan: plan(catalog, addressed, options)};
}

function listNetworks(versions: ReadonlyArray<4 | 6>, index: number): string[] {
	return versions.map(version => version === 4 ? `10.${index + 1}.0.0/16` : `fd00:${index + 1}::/64`);
}

function formatAddresses(version: 4 | 6, zone: number, first: number, isSeveral: boolean): string {
	const format = (number: number) => version === 4 ? `10.${zone + 1}.${Math.floor(number / 250)}.${(number % 250) + 1}` : `fd00:${zone + 1}::${(number + 1).toString(16)}`;
	// Two machines side by side: never across the last part of an IPv4 address.
	const start = (first % 250) === 249 ? first + 1 : first;
	return isSeveral ? `${format(start)}-${format(start + 1)}` : format(start);
}
