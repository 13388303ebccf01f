import {groupBy, own} from '../records.js';
import type {Check} from './check.js';
import {formatConduit, formatService, formatServiceId, indexLines, isProtected, joinClauses, joinWords, listCrossings, listIds, listPurposes} from './openings.js';

/** Clear text that leaves its zone. */
export const clearTextAcrossZones: Check = {
	id: 'clear-text-across-zones',
	title: 'Clear text across a zone boundary',
	severity: 'high',
	looksFor: 'Services between zones that the documents call unencrypted; medium where both zones are internal or restricted, low for ICMP. Where the documents are silent and the application is known to be readable, the check says that it cannot know',
	why: 'Whoever can read the path between the two zones can read, and often change, what is sent',
	remedy: 'Use the encrypted alternative, keep both ends in one protected zone, or accept the risk with a reason',
	falseAlarm: 'The content is public or protected by other means, such as an IPsec tunnel between the zones',
	find({catalog, flows, rules, zones}) {
		const findLines = indexLines(rules);
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		const getApplication = (id: string | undefined) => id === undefined ? undefined : own(catalog.applications, id);
		const readable = listCrossings(flows).filter(({encrypted, service}) => encrypted === 'no' || (encrypted === 'unstated' && getApplication(service.application)?.clearText === true));
		return [...groupBy(readable, flow => `${formatConduit(flow)}/${formatServiceId(flow.service)}`)].map(([subject, group]) => {
			const stated = group.filter(flow => flow.encrypted === 'no');
			const isStated = stated.length > 0;
			const about = isStated ? stated : group;
			const {service, initiator, responder} = about[0]!;
			const opening = `${formatService(service)} from ${initiator.zone} to ${responder.zone}`;
			const applications = about.map(flow => getApplication(flow.service.application));
			const alternatives = [...new Set(applications.map(application => application?.alternative).filter(text => text !== undefined))];
			const isInside = [initiator, responder].every(end => isProtected(zonesById.get(end.zone)));
			const severity = isInside ? 'medium' : 'high';
			return {
				subject,
				message: isStated
					? `${opening} is not encrypted: ${listPurposes(about)}`
					: `The documents do not say whether ${opening} is encrypted, and ${joinWords([...new Set(applications.map(application => application!.name))])} by itself is not: ${listPurposes(about)}`,
				...(isStated ? {severity: service.protocol === 'icmp' ? 'low' : severity} as const : {assessable: false} as const),
				...(alternatives.length === 0 ? {} : {remedy: `Use ${joinClauses(alternatives)}; otherwise keep both ends in one protected zone, or accept the risk with a reason`}),
				rules: findLines(about),
				flows: listIds(about),
			};
		});
	},
};
