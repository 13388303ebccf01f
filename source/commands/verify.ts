import type {Plan} from '../core/model.js';
import {findExpected, reportCases, type CaseReport} from '../core/test-results.js';
import {groupBy} from '../core/records.js';
import {showLine} from '../core/text.js';
import {deriveTestPack, type Untestable} from '../renderers/test-pack/cases.js';
import {countVerdicts, formatPort} from '../renderers/test-pack/evidence.js';
import {kindWords} from '../renderers/test-pack/script-parts.js';
import {readResults} from '../shell/read-results.js';
import {UserError} from '../shell/user-error.js';
import {writeFile} from '../shell/write-file.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';
import {readDesign} from './read-design.js';

/** `verify`: what the results of the test scripts prove, line by line. */
export async function runVerify({words, values, lists, switches, write, writeError}: CommandInput): Promise<number> {
	const files = lists['results'];
	if (files === undefined) {
		throw new UserError('verify needs --results', {hint: 'as in: virt-fw-wizard verify estate --results results-*.txt; generate --format tests writes the scripts that make them'});
	}

	if (values['out'] === '-') {
		throw new UserError('--out names a file', {hint: 'leave it away for standard output; for a file of that name, --out ./-'});
	}

	const plan = await readDesign({words, values});
	const results = await readResults(plan, files);
	const {cases, untestable} = deriveTestPack(plan);
	const reports = reportCases(cases, results);
	const text = switches.has('json') ? formatJson(toJson(plan, reports, untestable)) : formatReport(plan, reports, untestable);
	if (values['out'] === undefined) {
		write(text);
	} else {
		writeFile(values['out'], text, {force: switches.has('force')});
		writeError(`${countVerdicts(reports)}\n`);
	}

	return reports.every(({verdict}) => verdict === 'passed' || verdict === 'unanswered') ? exitCodes.done : exitCodes.no;
}

function toJson({request}: Plan, reports: readonly CaseReport[], untestable: readonly Untestable[]): unknown {
	const verdicts = ['passed', 'failed', 'unanswered', 'not-run', 'missing'] as const;
	return {
		request: request.id,
		revision: request.revision,
		counts: Object.fromEntries(verdicts.map(verdict => [verdict, reports.filter(report => report.verdict === verdict).length])),
		tests: reports.map(({case: {kind, subject, source, ipVersion, to, protocol, port}, verdict, results}) => ({
			kind,
			subject,
			source,
			ipVersion,
			to,
			protocol,
			port,
			expected: findExpected(kind),
			verdict,
			results: results.map(({from, result, detail, time, remark, by}) => ({from, result, detail, time, remark, by})),
		})),
		untestable,
	};
}

/** One block for each kind of test of each line: what came of it, and below it every test that did not pass. */
function formatReport({request, profile}: Plan, reports: readonly CaseReport[], untestable: readonly Untestable[]): string {
	const groups = groupBy(reports, report => `${report.case.subject} ${kindWords[report.case.kind]}`);
	return [
		`${profile.title}: request ${request.id}, revision ${request.revision}`,
		countVerdicts(reports),
		'',
		...[...groups].flatMap(([, own]) => {
			const {subject, kind} = own[0].case;
			return [
				`${subject}, ${kindWords[kind]}: ${countVerdicts(own)}`,
				...own.flatMap(report => listDetails(report)),
			];
		}),
		...(untestable.length === 0 ? [] : ['', 'Not tried by any script, and left to a person:', ...untestable.map(({kind, subject, reason}) => `  ${subject}, ${kindWords[kind]}: ${reason}`)]),
	].map(line => `${showLine(line)}\n`).join('');
}

function listDetails({case: {source, to, protocol, port}, verdict, results}: CaseReport): string[] {
	const what = `to ${to}, ${formatPort(protocol, port)}`;
	if (verdict === 'missing') {
		return [`  without a result: ${source} ${what}`];
	}

	// Of a test that passed only what qualifies it.
	return results.filter(({result, remark}) => result === verdict && (result !== 'passed' || remark !== ''))
		.map(({from, result, detail, time, by, remark}) => `  ${result === 'failed' ? 'FAILED' : result}: ${from === '' ? source : from} ${what}: ${detail}, ${time} by ${by}${remark === '' ? '' : ` (${remark})`}`);
}
