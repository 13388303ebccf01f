import {severities, type Finding, type Profile} from '../model.js';
import {compare} from '../problem.js';
import {acceptanceExpired} from './acceptance-expired.js';
import {addressOutsideZone} from './address-outside-zone.js';
import {administrativePorts} from './administrative-ports.js';
import {approverEqualsRequester} from './approver-equals-requester.js';
import {broadSource} from './broad-source.js';
import type {AnalysisContext, Check, Notice} from './check.js';
import {clearTextAcrossZones} from './clear-text-across-zones.js';
import {evidenceStale} from './evidence-stale.js';
import {expiry} from './expiry.js';
import {ipv4OnlyInDualStack} from './ipv4-only-in-dual-stack.js';
import {lowerToHigherTrust} from './lower-to-higher-trust.js';
import {mixedSeparation} from './mixed-separation.js';
import {portClaimedTwice} from './port-claimed-twice.js';
import {testAndRollback} from './test-and-rollback.js';
import {unpinnedDynamicPorts} from './unpinned-dynamic-ports.js';
import {untrustedToInternal} from './untrusted-to-internal.js';
import {widePortRange} from './wide-port-range.js';
import {zoneNetworks} from './zone-networks.js';

/** Every kind of finding, in order of id; a new one is a file and a line here. */
export const checks: readonly Check[] = [
	acceptanceExpired,
	addressOutsideZone,
	administrativePorts,
	approverEqualsRequester,
	broadSource,
	clearTextAcrossZones,
	evidenceStale,
	expiry,
	ipv4OnlyInDualStack,
	lowerToHigherTrust,
	mixedSeparation,
	portClaimedTwice,
	testAndRollback,
	unpinnedDynamicPorts,
	untrustedToInternal,
	widePortRange,
	zoneNetworks,
];

/**
Run every check over a design.

A finding that the profile accepts stays in the list with its acceptance; an acceptance that has run out no longer counts.
Sorted by severity, then by id; what could not be assessed comes last.
*/
export function findFindings(context: AnalysisContext): Finding[] {
	const accepted = findAcceptances(context.profile, context.today);
	const run = ({find, ...check}: Check, found: ReadonlySet<string>) => find(context, found).map(notice => describe(check, notice, accepted));
	const first = checks.filter(check => check.runsLast !== true).flatMap(check => run(check, new Set()));
	const found = new Set(first.map(finding => finding.id));
	const findings = [...first, ...checks.filter(check => check.runsLast === true).flatMap(check => run(check, found))];
	const rank = (finding: Finding) => finding.status === 'not-assessable' ? severities.length : severities.indexOf(finding.severity);
	return findings.toSorted((a, b) => (rank(a) - rank(b)) || compare(a.id, b.id));
}

type Acceptance = NonNullable<Finding['acceptance']>;

/** Acceptances that count today, by finding. */
function findAcceptances(profile: Profile, today: string): Map<string, Acceptance> {
	return new Map((profile.acceptedFindings ?? [])
		.filter(({until}) => until === undefined || until >= today)
		.map(({finding, ...acceptance}) => [finding, acceptance]));
}

function describe(check: Omit<Check, 'find'>, notice: Notice, accepted: ReadonlyMap<string, Acceptance>): Finding {
	const id = `${check.id}@${notice.subject}`;
	const isAssessable = notice.assessable !== false;
	const acceptance = accepted.get(id);
	return {
		id,
		check: check.id,
		title: check.title,
		severity: notice.severity ?? (isAssessable ? check.severity : 'info'),
		status: isAssessable ? (acceptance === undefined ? 'open' : 'accepted') : 'not-assessable',
		message: notice.message,
		why: check.why,
		remedy: notice.remedy ?? check.remedy,
		rules: notice.rules ?? [],
		flows: notice.flows ?? [],
		...(acceptance === undefined ? {} : {acceptance}),
	};
}
