import {formatAddresses, intersectRanges, rangesContain, type AddressRange} from '../addresses.js';
import type {HostInterface, Zone} from '../model.js';
import {groupBy} from '../records.js';
import type {Check, Notice} from './check.js';
import {describeLines, indexInterfaces, joinClauses, joinWords} from './openings.js';

/** Addresses that are not where the design says. */
export const addressOutsideZone: Check = {
	id: 'address-outside-zone',
	title: 'Address outside its zone',
	severity: 'high',
	looksFor: 'Addresses of interfaces that are in none of the networks of their zone, or, where their zone has no networks, in those of another one. Not assessable for other addresses in zones without networks, but for untrusted zones',
	why: 'The line is written for the zone and the packets come from elsewhere: the firewall between the zones never sees them, or drops them, or the line opens something for a machine of another zone',
	remedy: 'Correct the address, add its network to the zone, or put the interface into the zone it is in',
	falseAlarm: 'Addresses are translated between the host and the firewall, and the request names the ones that the firewall sees',
	find({hosts, rules, zones}) {
		const findLines = indexInterfaces(rules, 'either');
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		const titles = new Map(hosts.map(host => [host.id, host.title]));
		const known = hosts.flatMap(host => host.interfaces).filter(entry => entry.zone !== undefined && entry.ranges.length > 0);
		const judged = known.map(entry => {
			const zone = zonesById.get(entry.zone!)!;
			const isStranger = (range: AddressRange) => zone.ranges.length === 0 ? listHomes([range], zone, zones).length > 0 : !rangesContain(zone.ranges, range);
			return {entry, zone, strangers: entry.ranges.filter(range => isStranger(range))};
		});
		const found = judged.filter(({strangers}) => strangers.length > 0).map(({entry, zone, strangers}): Notice => {
			const homes = listHomes(strangers, zone, zones);
			const place = zone.ranges.length === 0 ? (zone.trust === 'untrusted' ? 'is meant to be outside every other zone' : 'is said to be in a zone without networks') : `is not in the networks of ${zone.id} (${joinWords(formatAddresses(zone.ranges))})`;
			return {
				subject: entry.id,
				message: `${joinWords(formatAddresses(strangers))} of "${titles.get(entry.host)!}" (${entry.role}) in ${zone.id} ${place}${homes.length === 0 ? '' : `, and is in those of ${joinWords(homes)}`}`,
				...describeLines(findLines([entry])),
			};
		});
		const unknown = judged
			.filter(({zone}) => zone.ranges.length === 0 && zone.trust !== 'untrusted')
			.map(({entry, strangers}) => ({...entry, ranges: entry.ranges.filter(range => !strangers.includes(range))}))
			.filter(({ranges}) => ranges.length > 0);
		return [
			...found,
			...[...groupBy(unknown, entry => entry.zone!)].map(([zone, group]): Notice => ({
				subject: zone,
				message: `${zone} has no networks, so that nobody can tell whether these are in it: ${joinClauses(group.map(entry => `${joinWords(formatAddresses(entry.ranges), 3)} of "${titles.get(entry.host)!}" (${entry.role})`))}`,
				assessable: false,
				remedy: `Name the networks of ${zone} under zones in the profile`,
				...describeLines(findLines(group)),
			})),
		];
	},
};

/** Other zones with networks that share an address with some ranges. */
function listHomes(ranges: HostInterface['ranges'], zone: Zone, zones: readonly Zone[]): string[] {
	return zones.filter(other => other.id !== zone.id && intersectRanges(other.ranges, ranges).length > 0).map(other => other.id);
}
