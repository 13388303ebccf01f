import {findNearest} from '../problem.js';
import {groupBy} from '../records.js';
import type {Check} from './check.js';

const id = 'acceptance-expired';

/** Acceptances that no longer accept anything. */
export const acceptanceExpired: Check = {
	id,
	title: 'An acceptance has run out or names no finding',
	severity: 'medium',
	looksFor: 'Accepted findings of the profile whose last day is past, and, as information, those that name a finding this design does not have',
	why: 'Somebody accepted a risk for a time, and the time is over; or the design has changed and the acceptance waits for another finding of that name',
	remedy: 'Solve the finding, or have it accepted again by the person who carries the risk',
	falseAlarm: 'The finding comes and goes with an answer that is being tried',
	runsLast: true,
	find({profile, today}, found) {
		const others = (profile.acceptedFindings ?? []).filter(({finding}) => !finding.startsWith(`${id}@`));
		return [...groupBy(others, ({finding}) => finding)].flatMap(([finding, group]) => {
			if (!found.has(finding)) {
				const {by, on} = group.at(-1)!;
				const nearest = findNearest(finding, [...found]);
				return [{
					subject: finding,
					message: `${by} accepted ${finding} on ${on}, and this design has no such finding`,
					severity: 'info',
					remedy: `Take it out of acceptedFindings${nearest === undefined ? '' : `, or write ${nearest} if that is what was meant`}`,
				} as const];
			}

			// Of several acceptances the one that lasts longest counts.
			const last = group.toSorted((a, b) => (a.until ?? '9999') < (b.until ?? '9999') ? -1 : 1).at(-1)!;
			if (last.until === undefined || last.until >= today) {
				return [];
			}

			return [{
				subject: finding,
				message: `${last.by} accepted ${finding} on ${last.on} until ${last.until}, which is past`,
			}];
		});
	},
};
