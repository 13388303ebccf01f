import type {Severity} from '../model.js';
import {readPorts} from '../ports.js';
import {groupBy, own} from '../records.js';
import type {Check} from './check.js';
import {formatConduit, formatService, formatServiceId, indexLines, listOpenings, isProtected, listIds, listPurposes, type Opening} from './openings.js';

/** SSH, remote desktop, WinRM (HTTP and HTTPS) and IPMI, where no application is named. */
const knownPorts = {tcp: [22, 623, 3389, 5985, 5986], udp: [623, 3389], icmp: [], ip: []} as const;

/** A longer range only happens to contain such a port, as a range of console ports does with 5985. */
const longestRange = 10;

/** Administration from a zone that is not meant for it. */
export const administrativePorts: Check = {
	id: 'administrative-ports',
	title: 'Administrative access from a zone that is not for administration',
	severity: 'high',
	looksFor: 'SSH, remote desktop, WinRM, IPMI and other administrative applications that are opened from a zone not marked as one for administration: high from an untrusted, DMZ or user zone; from an internal or restricted zone medium, and low where machines of the platform open it; medium inside a zone that also users or outsiders are in',
	why: 'Such a service gives control over the machine that answers, so a stolen password or a flaw in it is enough to take the machine over from wherever it can be reached',
	remedy: 'Let administrators come from a zone of their own or through a jump host, and mark that zone with administration: true',
	falseAlarm: 'Only machines of administrators are in the source zone, and nobody has marked it yet; or a machine of the platform opens the connection by itself',
	find({catalog, flows, rules, zones, hosts}) {
		const findLines = indexLines(rules);
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		const kinds = new Map(hosts.map(host => [host.id, host.kind]));
		const isAdministrative = ({service}: Opening) =>
			own(catalog.applications, service.application ?? '')?.administrative === true
			|| readPorts(service.ports).some(({from, to}) => to - from < longestRange && knownPorts[service.protocol].some(port => from <= port && port <= to));
		const grade = (group: readonly Opening[]): Severity => {
			const {disposition, initiator} = group[0]!;
			if (!isProtected(zonesById.get(initiator.zone))) {
				return disposition === 'intra-zone' ? 'medium' : 'high';
			}

			return group.every(flow => kinds.get(flow.initiator.host) === 'host') ? 'low' : 'medium';
		};

		const found = listOpenings(flows).filter(flow => {
			const source = zonesById.get(flow.initiator.zone);
			// Inside a protected zone the platform administers itself.
			return source?.administration === false && !(flow.disposition === 'intra-zone' && isProtected(source)) && isAdministrative(flow);
		});
		return [...groupBy(found, flow => `${formatConduit(flow)}/${formatServiceId(flow.service)}`)].map(([subject, group]) => {
			const {service, initiator, responder, disposition} = group[0];
			const {trust} = zonesById.get(initiator.zone)!;
			const severity = grade(group);
			const path = disposition === 'intra-zone' ? `inside ${initiator.zone}` : `from ${initiator.zone} to ${responder.zone}`;
			return {
				subject,
				message: `Administrative access by ${formatService(service)} ${path}, and ${initiator.zone} (trust ${trust}) is not marked as a zone for administration: ${listPurposes(group)}`,
				severity,
				...(severity === 'low' ? {remedy: 'Limit the line to these machines, and the account they log in with to what the product needs'} : {}),
				rules: findLines(group),
				flows: listIds(group),
			};
		});
	},
};
