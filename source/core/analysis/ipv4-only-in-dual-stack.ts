import {groupBy} from '../records.js';
import type {Check} from './check.js';
import {describeLines, indexInterfaces, joinWords, listInterfaces} from './openings.js';

/** Interfaces whose IPv6 nobody has thought of. */
export const ipv4OnlyInDualStack: Check = {
	id: 'ipv4-only-in-dual-stack',
	title: 'IPv4 only in a dual-stack zone',
	severity: 'low',
	looksFor: 'Interfaces of lines that have IPv4 addresses only, in a zone that has IPv4 and IPv6 networks',
	why: 'A machine in an IPv6 network usually has an IPv6 address too, whether or not anybody gave it one: what it sends over IPv6 has no line, and a name that resolves to both makes connections slow or fail',
	remedy: 'Name the IPv6 addresses too, so that the same lines exist for IPv6, or make sure that these interfaces have no IPv6 address',
	falseAlarm: 'IPv6 is in the zone for other machines, and these have no address in it',
	find({hosts, rules, zones}) {
		const findLines = indexInterfaces(rules, 'either');
		const interfaces = new Map(hosts.flatMap(host => host.interfaces.map(entry => [entry.id, entry])));
		const titles = new Map(hosts.map(host => [host.id, host.title]));
		const dualStack = new Set(zones.filter(zone => zone.ipVersions.length > 1).map(zone => zone.id));
		const found = listInterfaces(rules.flatMap(rule => [...rule.sources, ...rule.destinations]), interfaces)
			.filter(entry => entry.zone !== undefined && dualStack.has(entry.zone) && !entry.isPlaceholder && !entry.ipVersions.includes(6));
		return [...groupBy(found, entry => entry.zone!)].map(([zone, group]) => ({
			subject: zone,
			message: `${zone} has IPv4 and IPv6 networks, and only IPv4 addresses are named for ${joinWords(group.map(entry => `"${titles.get(entry.host)!}" (${entry.role})`))}`,
			...describeLines(findLines(group)),
		}));
	},
};
