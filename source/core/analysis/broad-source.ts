import {countAddresses, formatAddresses, rangesContain, type AddressRange} from '../addresses.js';
import {ipVersions, severities, type IpVersion, type Severity, type Zone} from '../model.js';
import {groupBy} from '../records.js';
import type {Check, Notice} from './check.js';
import {describeLines, formatCount, indexInterfaces, joinWords, listInterfaces} from './openings.js';

/** What one network segment usually holds: a /24 of IPv4 and a /64 of IPv6. */
const segment = new Map<IpVersion, bigint>([[4, 2n ** 8n], [6, 2n ** 64n]]);

/** What usually is a whole site: a /16 of IPv4 and a /48 of IPv6. */
const site = new Map<IpVersion, bigint>([[4, 2n ** 16n], [6, 2n ** 80n]]);

/** Lines that let in more machines than anybody has counted. */
export const broadSource: Check = {
	id: 'broad-source',
	title: 'Broad source',
	severity: 'medium',
	looksFor: 'Sources of lines with more addresses than a /24 (IPv4) or a /64 (IPv6) holds: medium, high above a /16 or a /48; low where the source is a whole network of its zone of at most that size. Not assessable while a source has no addresses',
	why: 'Everybody who gets an address of the source can use the line, also machines that nobody meant',
	remedy: 'Name the machines or the smaller networks that open the connections',
	falseAlarm: 'The line is for all the people of this network, as a portal can be',
	find({hosts, rules, zones}) {
		const interfaces = new Map(hosts.flatMap(host => host.interfaces.map(entry => [entry.id, entry])));
		const titles = new Map(hosts.map(host => [host.id, host.title]));
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		const sources = listInterfaces(rules.flatMap(rule => rule.sources), interfaces);
		const breadths = new Map(sources.map(source => [source.id, measure(source.ranges, zonesById.get(source.zone ?? ''))]));
		const describe = (ranges: readonly AddressRange[]) => joinWords(formatAddresses(ranges));
		const findLines = indexInterfaces(rules, 'source');
		const alone = sources.filter(source => breadths.get(source.id) !== undefined).map((source): Notice => {
			const {severity, of} = breadths.get(source.id)!;
			const lines = findLines([source]);
			return {
				subject: source.id,
				message: `"${titles.get(source.host)!}" (${source.role}) in ${source.zone!} is ${describe(source.ranges)}, ${of}, and the source of ${formatCount(lines.length, 'line')}`,
				severity,
				...describeLines(lines),
			};
		});
		// Sources that are narrow one by one can still be many on one line.
		const together = rules.filter(rule => rule.sources.length > 1 && rule.sources.every(end => breadths.get(end.interface) === undefined)).flatMap((rule): Notice[] => {
			const ranges = listInterfaces(rule.sources, interfaces).flatMap(source => source.ranges).filter(range => range.version === rule.ipVersion);
			const breadth = measure(ranges, undefined);
			if (breadth === undefined) {
				return [];
			}

			return [{
				subject: rule.id,
				message: `The ${formatCount(rule.sources.length, 'source')} of the line from ${rule.sourceZone} to ${rule.destinationZone} together are ${describe(ranges)}, ${breadth.of}`,
				severity: breadth.severity,
				...describeLines([rule]),
			}];
		});
		const unknown = [...groupBy(sources.filter(source => source.isPlaceholder), source => source.zone ?? '')].map(([zone, group]): Notice => ({
			subject: zone,
			message: `The addresses of ${formatCount(group.length, 'source')} in ${zone} are not known yet: ${joinWords(group.map(source => `"${titles.get(source.host)!}" (${source.role})`))}`,
			assessable: false,
			remedy: `Name ${joinWords(group.map(source => `hosts.${source.host}.addresses.${source.role}`))}`,
			...describeLines(findLines(group)),
		}));
		return [...alone, ...together, ...unknown];
	},
};

/** How broad some addresses are, in words that can follow "which is"; undefined when they are not. */
function measure(ranges: readonly AddressRange[], zone: Zone | undefined): {readonly severity: Severity; readonly of: string} | undefined {
	const broad = ipVersions.map(version => measureVersion(ranges.filter(range => range.version === version), version)).filter(breadth => breadth !== undefined)
		.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
	if (broad.length > 0) {
		return broad[0];
	}

	const whole = (zone?.ranges ?? []).filter(network => network.from !== network.to && rangesContain(ranges, network));
	return whole.length === 0 ? undefined : {severity: 'low', of: `which takes in all of ${joinWords(formatAddresses(whole))}`};
}

function measureVersion(ranges: readonly AddressRange[], version: IpVersion): {readonly severity: Severity; readonly of: string} | undefined {
	const count = countAddresses(ranges);
	if (count <= segment.get(version)!) {
		return undefined;
	}

	return count > site.get(version)!
		? {severity: 'high', of: `more than an IPv${version} network /${version === 4 ? 16 : 48} holds`}
		: {severity: 'medium', of: `more than an IPv${version} network /${version === 4 ? 24 : 64} holds`};
}
