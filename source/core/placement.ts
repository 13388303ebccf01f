import {parseAddress, mergeAddressRanges, parseNetwork, type AddressRange} from './addresses.js';
import type {NetworkRole, Roles} from './catalog/schema.js';
import type {HostDraft} from './hosts.js';
import {ipVersions, type HostInterface, type IpVersion, type Profile, type Zone} from './model.js';
import {compare} from './problem.js';
import {own} from './records.js';

/** Zones of a profile, in order of id. Networks that cannot be read are left out: `findProfileProblems()` reports them. */
export function deriveZones(profile: Profile): Zone[] {
	return profile.zones.map(zone => {
		const ranges = (zone.networks ?? []).map(network => parseNetwork(network)).filter(range => typeof range !== 'string');
		return {
			id: zone.id,
			title: zone.title,
			trust: zone.trust,
			administration: zone.administration ?? false,
			...(zone.vlan === undefined ? {} : {vlan: zone.vlan}),
			networks: zone.networks ?? [],
			ranges,
			ipVersions: findIpVersions(ranges, [4]),
		};
	}).toSorted((a, b) => compare(a.id, b.id));
}

/** Which interface of a host carries a role, and in which zone it is. */
export type Placement = {
	/** The interface for the first of some roles in order of preference that the host has; else its management interface. */
	readonly findInterface: (host: HostDraft, roles: readonly NetworkRole[]) => HostInterface;
	/** Every interface asked for so far, by host. */
	readonly listInterfaces: (host: string) => readonly HostInterface[];
};

/**
Give each host's network roles a zone.

A host has an interface in a role when the profile places that role for this host, or when the profile places the role for
everybody and the host's components have it. A role that the catalog marks as explicit (client access, console) is where
outsiders are: a host is only there when the profile says so. Whatever has no interface of its own uses management.
*/
export function derivePlacement(profile: Profile, zones: readonly Zone[], roles: Roles): Placement {
	const zonesById = new Map(zones.map(zone => [zone.id, zone]));
	const interfaces = new Map<string, Map<NetworkRole, HostInterface>>();

	const hasInterface = (host: HostDraft, role: NetworkRole): boolean => {
		if (own(own(profile.hosts, host.id)?.zones, role) !== undefined) {
			return true;
		}

		const isExplicit = host.kind === 'host' && roles[role].explicit === true;
		return !isExplicit && host.roles.includes(role) && own(profile.networks, role) !== undefined;
	};

	return {
		findInterface(host, preferred) {
			const role = preferred.find(candidate => hasInterface(host, candidate)) ?? 'management';
			const known = interfaces.get(host.id) ?? new Map<NetworkRole, HostInterface>();
			interfaces.set(host.id, known);
			const made = known.get(role) ?? describeInterface(host.id, role, profile, zonesById);
			known.set(role, made);
			return made;
		},
		listInterfaces: host => [...interfaces.get(host)?.values() ?? []].toSorted((a, b) => compare(a.id, b.id)),
	};
}

function describeInterface(host: string, role: NetworkRole, profile: Profile, zones: ReadonlyMap<string, Zone>): HostInterface {
	const settings = own(profile.hosts, host);
	const zone = zones.get(own(settings?.zones, role) ?? own(profile.networks, role) ?? '');
	const ranges: AddressRange[] = [];
	const names: string[] = [];
	for (const text of own(settings?.addresses, role) ?? []) {
		const parsed = parseAddress(text);
		if (typeof parsed === 'string') {
			continue;
		}

		if (parsed.kind === 'name') {
			names.push(parsed.name);
		} else {
			ranges.push(parsed.range);
		}
	}

	const isPlaceholder = ranges.length === 0 && names.length === 0;
	const zoneVersions = zone?.ipVersions ?? [4];
	return {
		id: `${host}/${role}`,
		host,
		role,
		zone: zone?.id,
		ranges: mergeAddressRanges(ranges),
		names: [...new Set(names)].toSorted(compare),
		ipVersions: isPlaceholder ? zoneVersions : ipVersions.filter(version => ranges.some(range => range.version === version) || (names.length > 0 && zoneVersions.includes(version))),
		isPlaceholder,
	};
}

function findIpVersions(ranges: readonly AddressRange[], otherwise: readonly IpVersion[]): readonly IpVersion[] {
	const found = ipVersions.filter(version => ranges.some(range => range.version === version));
	return found.length > 0 ? found : otherwise;
}
