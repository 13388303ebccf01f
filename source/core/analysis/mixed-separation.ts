import type {NetworkRole} from '../catalog/schema.js';
import type {Flow} from '../model.js';
import {compare} from '../problem.js';
import {getOrMake, own} from '../records.js';
import type {Check} from './check.js';
import {indexCatalogFlows, indexLines, isProtected, joinWords, listIds, listOpenings} from './openings.js';

/** Roles of which the documents say, or practice holds, that they get a network of their own. */
const separated: ReadonlySet<NetworkRole> = new Set(['migration', 'storage', 'heartbeat', 'backup', 'out-of-band']);

/** Roles in which people, or what they control, are. */
const outside: ReadonlySet<NetworkRole> = new Set(['client', 'console', 'guest']);

/** Roles that belong apart and share a zone. */
export const mixedSeparation: Check = {
	id: 'mixed-separation',
	title: 'Network roles that belong apart share a zone',
	severity: 'low',
	looksFor: 'Zones in which migration, storage, heartbeat, backup or out-of-band traffic runs beside another role: medium where clients, consoles or virtual machines are in the zone, or where it is neither internal nor restricted. One finding for each zone, whatever number of flows',
	why: 'No network firewall sees what stays inside a zone, so only host firewalls keep the others in it away from memory and disks of virtual machines, from backups and from service processors; and heavy traffic of one role slows the other',
	remedy: 'Give the role a zone of its own under networks in the profile, with a network or VLAN that only these interfaces are in',
	falseAlarm: 'The estate is small, the zone holds nothing but its machines, and their host firewalls are on',
	find({catalog, profile, flows, hosts, rules, zones}) {
		const findLines = indexLines(rules);
		const catalogFlows = indexCatalogFlows(catalog, Object.keys(profile.products));
		const kinds = new Map(hosts.map(host => [host.id, host.kind]));
		/** Zone to the roles that the documents want there, with their flows. */
		const uses = new Map<string, Map<NetworkRole, Flow[]>>();
		for (const flow of listOpenings(flows)) {
			const documented = catalogFlows.get(flow.catalogFlow);
			for (const [end, party] of [[flow.initiator, documented?.initiator], [flow.responder, documented?.responder]] as const) {
				const wanted = [party?.role ?? end.role].flat()[0]!;
				// A portal's host is where the profile puts it; people are only where outsiders are.
				const role = outside.has(wanted) && kinds.get(end.host) === 'host' ? end.role : wanted;
				getOrMake(getOrMake(uses, end.zone, () => new Map<NetworkRole, Flow[]>()), role, () => []).push(flow);
			}
		}

		for (const role of outside) {
			const zone = own(profile.networks, role);
			const present = zone === undefined ? undefined : uses.get(zone);
			if (present) {
				getOrMake(present, role, () => []);
			}
		}

		const name = (roles: readonly NetworkRole[]) => joinWords(roles.map(role => catalog.roles[role].name), 9);
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		return [...uses].flatMap(([zone, present]) => {
			const roles = [...present.keys()].toSorted(compare);
			const apart = roles.filter(role => separated.has(role));
			const others = roles.filter(role => !separated.has(role));
			if (apart.length === 0 || roles.length === 1) {
				return [];
			}

			const isExposed = others.some(role => outside.has(role)) || !isProtected(zonesById.get(zone));
			const about = apart.flatMap(role => present.get(role)!);
			return [{
				subject: zone,
				message: `${zone} (trust ${zonesById.get(zone)!.trust}) carries ${name(apart)}${others.length === 0 ? ' together' : ` together with ${name(others)}`}`,
				severity: isExposed ? 'medium' : 'low',
				rules: findLines(about),
				flows: listIds(about),
			}];
		});
	},
};
