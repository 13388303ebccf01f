import type {Check, Notice} from './check.js';

/** How long the lines stay. */
export const expiry: Check = {
	id: 'expiry',
	title: 'Expiry or review is missing or past',
	severity: 'high',
	looksFor: 'A temporary change without expiry, or an expiry that is past (high); a permanent change without review date, a review date that is past, and a change that is neither called temporary nor permanent (medium); a permanent change with an expiry (low)',
	why: 'Lines that nobody looks at again stay when the machines behind their addresses are long others',
	remedy: 'Set change.kind, with change.expiry for a temporary change or change.review for a permanent one',
	falseAlarm: 'Another process reviews all lines of these zones at fixed times; name it in the reason',
	find({profile, today}) {
		const {kind, expiry: last, review} = profile.change ?? {};
		const meant = kind ?? (last === undefined ? (review === undefined ? undefined : 'permanent') : 'temporary');
		const notices: Notice[] = [];
		if (meant === undefined) {
			notices.push({subject: 'change.kind', severity: 'medium', message: 'The change is called neither temporary nor permanent, and has no date on which it ends or is reviewed'});
		}

		if (meant === 'temporary' && last === undefined) {
			notices.push({subject: 'change.expiry', message: 'The change is temporary and has no day on which it ends', remedy: 'Set change.expiry to the last day on which the lines are needed'});
		}

		if (last !== undefined && last < today) {
			notices.push({subject: 'change.expiry', message: `The change ended on ${last}, before the day of this request, ${today}`, remedy: 'Set change.expiry to the last day on which the lines are needed, or ask for their removal'});
		}

		if (kind === 'permanent' && last !== undefined) {
			notices.push({subject: 'change.kind', severity: 'low', message: `The change is permanent, and yet its lines end on ${last}`, remedy: 'Take out change.expiry, or set change.kind to temporary'});
		}

		if (meant === 'permanent' && review === undefined) {
			notices.push({subject: 'change.review', severity: 'medium', message: 'The change is permanent and has no day on which somebody reviews it', remedy: 'Set change.review, a year ahead at most'});
		}

		if (review !== undefined && review < today) {
			notices.push({subject: 'change.review', severity: 'medium', message: `The review was due on ${review}, before the day of this request, ${today}`, remedy: 'Review the lines, and set change.review to the next day for it'});
		}

		return notices;
	},
};
