import {findOverlaps, formatAddresses} from '../addresses.js';
import {groupBy} from '../records.js';
import type {Check, Notice} from './check.js';
import {indexLines, joinWords, listIds, listOpenings} from './openings.js';

/** Zones that cannot be told apart by address. */
export const zoneNetworks: Check = {
	id: 'zone-networks',
	title: 'Zone networks overlap or are missing',
	severity: 'critical',
	looksFor: 'Networks that two zones share; not assessable for a zone that lines use and that has no networks. An untrusted zone without networks is everything that is in no other zone',
	why: 'A firewall tells zones apart by their networks: an address that is in two zones is filtered by whichever line matches first, or by none',
	remedy: 'Give every network to one zone only, and split those that two zones share',
	falseAlarm: 'The zones are in places that are never connected and use the same private addresses',
	find({flows, rules, zones}) {
		const findLines = indexLines(rules);
		const openings = listOpenings(flows);
		const findAffected = (ids: readonly string[]) => {
			const affected = openings.filter(flow => ids.includes(flow.initiator.zone) || ids.includes(flow.responder.zone));
			return {rules: findLines(affected), flows: listIds(affected)};
		};

		const overlaps = findOverlaps(zones.flatMap(({id, ranges}) => ranges.map(range => ({id, range}))));
		const shared = [...groupBy(overlaps, ({first, second}) => `${first.id}+${second.id}`)].map(([subject, group]): Notice => {
			const {first, second} = group[0];
			return {
				subject,
				message: `${first.id} and ${second.id} both have ${joinWords(formatAddresses(group.map(overlap => overlap.shared)))}`,
				...findAffected([first.id, second.id]),
			};
		});
		const used = new Set(openings.flatMap(flow => [flow.initiator.zone, flow.responder.zone]));
		const missing = zones.filter(zone => used.has(zone.id) && zone.ranges.length === 0 && zone.trust !== 'untrusted').map((zone): Notice => ({
			subject: zone.id,
			message: `${zone.id} has no networks, so that nobody can tell which addresses are in it and whether it overlaps another zone`,
			assessable: false,
			remedy: `Name the networks of ${zone.id} under zones in the profile`,
			...findAffected([zone.id]),
		}));
		return [...shared, ...missing];
	},
};
