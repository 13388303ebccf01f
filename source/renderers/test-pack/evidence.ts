import {toScriptText, reportCases, type CaseReport} from '../../core/test-results.js';
import type {Plan} from '../../core/model.js';
import type {TestKind} from '../../core/test-case.js';
import {groupBy} from '../../core/records.js';
import type {FindResult} from '../test-plan.js';
import {findDistinct} from '../words.js';
import {deriveTestPack, type Untestable} from './cases.js';

/** Results as they stand in the change request. */
export type TestEvidence = {
	readonly findResult: FindResult;
	/** For the record of the implementation; each empty where there are no results. */
	readonly record: {readonly by: string; readonly when: string; readonly result: string};
};

/** More failures of a line than this are counted and not listed. */
const shownFailures = 3;

/** The results of a plan as evidence; empty texts where there are none. */
export function deriveEvidence(plan: Plan): TestEvidence {
	if (plan.testResults === undefined) {
		return {findResult: () => '', record: {by: '', when: '', result: ''}};
	}

	const {cases, untestable} = deriveTestPack(plan);
	const reports = reportCases(cases, plan.testResults);
	const groups = groupBy(reports, report => formatKey(report.case.kind, report.case.subject));
	const reasons = groupBy(untestable, entry => formatKey(entry.kind, entry.subject));
	return {
		findResult(subject, kinds) {
			const own = kinds.flatMap(kind => groups.get(formatKey(kind, subject)) ?? []);
			return own.every(({verdict}) => verdict === 'missing') ? '' : describe(own, kinds.flatMap(kind => reasons.get(formatKey(kind, subject)) ?? []));
		},
		record: {by: listPeople(reports), when: formatTimes(reports), result: countVerdicts(reports)},
	};
}

const formatKey = (kind: TestKind, subject: string): string => `${kind} ${subject}`;

function describe(reports: readonly CaseReport[], untestable: readonly Untestable[]): string {
	const failures = reports.filter(({verdict}) => verdict === 'failed').flatMap(({results}) => results.filter(({result}) => result === 'failed'));
	return [
		countVerdicts(reports),
		...failures.slice(0, shownFailures).map(({from, source, to, protocol, port, detail}) => `${from === '' ? source : from} to ${to}, ${formatPort(protocol, port)}: ${detail}`),
		...(failures.length > shownFailures ? [`and ${failures.length - shownFailures} more that failed`] : []),
		...findDistinct(untestable.map(({reason}) => `not tried by a script: ${toScriptText(reason)}`)),
		`by ${listPeople(reports)}`,
		formatTimes(reports),
	].join('; ');
}

/** A port with its protocol; of ICMP the protocol alone. */
export function formatPort(protocol: string, port: number): string {
	return protocol === 'icmp' ? 'ICMP echo' : `${protocol}/${port}`;
}

/** How many cases came to what: `3 of 5 passed, 1 FAILED, 1 without a result`. */
export function countVerdicts(reports: readonly CaseReport[]): string {
	const count = (verdict: CaseReport['verdict']) => reports.filter(report => report.verdict === verdict).length;
	const parts = [
		[count('failed'), 'FAILED'],
		[count('unanswered'), 'unanswered, which proves nothing'],
		[count('not-run'), 'not run'],
		[count('missing'), 'without a result'],
	] as const;
	return [`${count('passed')} of ${reports.length} passed`, ...parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`)].join(', ');
}

function listPeople(reports: readonly CaseReport[]): string {
	const people = findDistinct(reports.flatMap(({results}) => results.map(({by}) => by)));
	return people.length > 6 ? `${people.slice(0, 5).join(', ')} and ${people.length - 5} more` : people.join(', ');
}

/** From the first to the last, as `2026-11-22 14:00 to 14:05 UTC`. */
function formatTimes(reports: readonly CaseReport[]): string {
	const times = reports.flatMap(({results}) => results.map(({time}) => time.slice(0, 16).replace('T', ' '))).toSorted();
	const [first, last] = [times[0], times.at(-1)];
	if (first === undefined || last === undefined) {
		return '';
	}

	return first === last ? `${first} UTC` : `${first} to ${last.slice(0, 10) === first.slice(0, 10) ? last.slice(11) : last} UTC`;
}
