import {groupBy} from '../records.js';
import type {Check} from './check.js';
import {formatConduit, formatServices, indexLines, isProtected, listCrossings, listIds} from './openings.js';

/** An untrusted zone that reaches inside without a step between. */
export const untrustedToInternal: Check = {
	id: 'untrusted-to-internal',
	title: 'Untrusted zone straight inside',
	severity: 'critical',
	looksFor: 'Conduits from an untrusted zone into an internal or restricted one (critical) or a user one (high), without a DMZ between',
	why: 'Anybody who can reach the untrusted zone can attack machines inside, and nothing stands between that could stop or notice it',
	remedy: 'End the connection in a DMZ, at a reverse proxy, a gateway or a VPN, and let only that machine inside',
	falseAlarm: 'The zone is marked untrusted although only known machines of a partner are in it, and the line names their addresses',
	find({flows, rules, zones}) {
		const findLines = indexLines(rules);
		const zonesById = new Map(zones.map(zone => [zone.id, zone]));
		return [...groupBy(listCrossings(flows), formatConduit)].flatMap(([conduit, group]) => {
			const source = zonesById.get(group[0].initiator.zone);
			const destination = zonesById.get(group[0].responder.zone);
			const isInside = isProtected(destination);
			if (source?.trust !== 'untrusted' || !destination || !(isInside || destination.trust === 'user')) {
				return [];
			}

			return [{
				subject: conduit,
				message: `${source.id} (trust ${source.trust}) opens connections straight to ${destination.id} (trust ${destination.trust}): ${formatServices(group)}`,
				...(isInside ? {} : {severity: 'high'} as const),
				rules: findLines(group),
				flows: listIds(group),
			}];
		});
	},
};
