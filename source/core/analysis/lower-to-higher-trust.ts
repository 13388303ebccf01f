import {groupBy} from '../records.js';
import type {Check} from './check.js';
import {formatConduit, formatServices, indexLines, isProtected, listCrossings, listIds, rankTrust} from './openings.js';

/** Connections from a less trusted zone into a more trusted one. */
export const lowerToHigherTrust: Check = {
	id: 'lower-to-higher-trust',
	title: 'Opened from a less trusted zone',
	severity: 'medium',
	looksFor: 'Conduits whose initiators are in a zone of lower trust than the responders; low from an untrusted zone into a DMZ, which is there for it, and info from an internal zone for administration. What goes further from an untrusted zone is the finding untrusted-to-internal',
	why: 'Who takes over a machine in the less trusted zone can reach these services in the more trusted one',
	remedy: 'Limit the sources to the machines that need it, put a proxy or jump host between, or choose a way of working in which the more trusted side opens the connection',
	falseAlarm: 'The services are meant for the people of the less trusted zone, as a portal is',
	find({flows, rules, zones}) {
		const findLines = indexLines(rules);
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		return [...groupBy(listCrossings(flows), formatConduit)].flatMap(([conduit, group]) => {
			const source = zonesById.get(group[0].initiator.zone);
			const destination = zonesById.get(group[0].responder.zone);
			if (!source || !destination || rankTrust(source.trust) >= rankTrust(destination.trust)) {
				return [];
			}

			const isUntrusted = source.trust === 'untrusted';
			if (isUntrusted && destination.trust !== 'dmz') {
				return [];
			}

			return [{
				subject: conduit,
				message: `${source.id} (trust ${source.trust}) opens connections to ${destination.id} (trust ${destination.trust}): ${formatServices(group)}`,
				...(isUntrusted ? {severity: 'low'} as const : {}),
				...(source.administration && isProtected(source) ? {severity: 'info'} as const : {}),
				rules: findLines(group),
				flows: listIds(group),
			}];
		});
	},
};
