import fc from 'fast-check';
import test from 'ava';
import type {Plan} from '../../source/core/model.js';
import {findExpected, judgeTest, parseTestResults, reportCases, resultColumns, resultsSignature, toScriptText} from '../../source/core/test-results.js';
import {testDetails, testProtocols, type TestCase, type TestResult} from '../../source/core/test-case.js';
import {makeHost, makePlan} from '../helpers/sample-plan.js';

const plan: Plan = makePlan({hosts: [makeHost('clients', {several: true, roles: {client: ['office', '10.1.0.1-10.1.0.9']}})]});
const cases: readonly TestCase[] = [
	{kind: 'open', subject: 'R-1', source: 'clients/client', ipVersion: 4, to: '10.0.0.1', protocol: 'tcp', port: 443},
	{kind: 'beside', subject: 'R-1', source: 'clients/client', ipVersion: 4, to: '10.0.0.1', protocol: 'tcp', port: 444},
	{kind: 'open', subject: 'R-2', source: 'clients/client', ipVersion: 4, to: '10.0.0.1', protocol: 'udp', port: 53},
];

/** A row of a file with some fields changed. */
function formatRow(fields: Readonly<Record<string, string>> = {}): string {
	const row: Record<string, string> = {kind: 'open', subject: 'R-1', source: 'clients/client', ip: '4', from: '10.1.0.2', to: '10.0.0.1', protocol: 'tcp', port: '443', expected: 'open', result: 'passed', detail: 'open', time: '2026-11-22T14:00:00Z', remark: '', ...fields};
	return resultColumns.map(column => row[column]!).join('\t');
}

const formatFile = (rows: readonly string[], {revision = plan.request.revision, request = plan.request.id, end = `# end ${rows.length}`} = {}) => [resultsSignature, `# request ${request}`, `# revision ${revision}`, '# by dana@pc-1', resultColumns.join('\t'), ...rows, end, ''].join('\n');
const parse = (text: string, name = 'a.txt') => parseTestResults([{name, text}], plan, cases);
const listProblems = (text: string) => (parse(text).problems ?? []).map(({code, line}) => `${line} ${code}`);

test('a file as the scripts write it is read', t => {
	const {value} = parse(formatFile([formatRow(), formatRow({kind: 'beside', port: '444', expected: 'closed', detail: 'timed-out'})]));
	t.deepEqual(value, [
		{...cases[0]!, result: 'passed', detail: 'open', from: '10.1.0.2', time: '2026-11-22T14:00:00Z', remark: '', by: 'dana@pc-1'},
		{...cases[1]!, result: 'passed', detail: 'timed-out', from: '10.1.0.2', time: '2026-11-22T14:00:00Z', remark: '', by: 'dana@pc-1'},
	] satisfies TestResult[]);
});

test('a file from Windows is read, with its line ends and a byte order mark', t => {
	t.is(parse(`\u{FEFF}${formatFile([formatRow()]).replaceAll('\n', '\r\n')}`).value?.length, 1);
});

test('results of another revision or request are refused, and the message names both revisions', t => {
	const {problems} = parse(formatFile([formatRow()], {revision: 'ba9876543210'}));
	t.deepEqual(problems!.map(({code, line}) => [code, line]), [['results/revision', 3]]);
	t.regex(problems![0]!.message, /ba9876543210.*0123456789ab/v);
	t.deepEqual(listProblems(formatFile([formatRow()], {request: 'CHG-2'})), ['2 results/request']);
});

test('a file that is cut off, or lacks lines, is refused', t => {
	const whole = formatFile([formatRow(), formatRow({from: '10.1.0.3'})]);
	t.deepEqual(listProblems(whole), []);
	for (let length = 0; length < whole.length - 1; length++) {
		t.truthy(parse(whole.slice(0, length)).problems, `after ${length} characters`);
	}

	t.deepEqual(listProblems(whole.replace(`${formatRow()}\n`, '')), ['7 results/count']);
});

test('everything that is wrong in several files is said at once, with file and line', t => {
	const {problems} = parseTestResults([
		{name: 'a.txt', text: formatFile([formatRow({subject: 'R-9'}), formatRow({detail: 'maybe'}), formatRow({time: 'today'}), formatRow({from: '10.9.9.9'}), formatRow().replace('\t', ' ')])},
		{name: 'b.txt', text: 'hello'},
	], plan, cases);
	t.deepEqual(problems!.map(({file, line, code}) => `${file}:${line} ${code}`), ['a.txt:6 results/unknown', 'a.txt:7 results/detail', 'a.txt:8 results/time', 'a.txt:9 results/from', 'a.txt:10 results/columns', 'b.txt:1 results/no-results']);
});

test('a result that its own detail contradicts is refused', t => {
	t.deepEqual(listProblems(formatFile([formatRow({detail: 'timed-out'})])), ['6 results/contradiction']);
	t.deepEqual(listProblems(formatFile([formatRow({kind: 'beside', port: '444', expected: 'open'})])), ['6 results/contradiction']);
	t.deepEqual(listProblems(formatFile([formatRow({subject: 'R-2', protocol: 'udp', port: '53', detail: 'timed-out'})])), ['6 results/contradiction']);
});

test('the same test of the same address twice in one file, and a sender who does not say its address, are refused', t => {
	t.deepEqual(listProblems(formatFile([formatRow(), formatRow()])), ['7 results/twice']);
	t.deepEqual(listProblems(formatFile([formatRow({from: '-'})])), ['6 results/from']);
	t.deepEqual(listProblems(formatFile([formatRow({from: '-', result: 'not-run', detail: 'not-run'})])), []);
});

test('hostile values are refused, and messages cannot steer a terminal', t => {
	for (const hostile of ['\u{1B}[2J', '../../etc/passwd', '$(id)', '\u{202E}', 'R-1\u{0}']) {
		for (const column of resultColumns.filter(name => name !== 'remark')) {
			const {problems} = parse(formatFile([formatRow({[column]: hostile})]));
			t.true(problems!.length > 0 && problems!.every(({message}) => ['\u{1B}', '\u{202E}', '\u{0}'].every(sign => !message.includes(sign))), `${column} ${hostile}`);
		}
	}

	t.deepEqual(listProblems(formatFile([formatRow({remark: '\u{1B}[2J'})])), ['6 results/remark']);
	t.deepEqual(listProblems(formatFile([formatRow()]).replace('dana@pc-1', 'a b@\u{1B}')), ['4 results/head']);
});

test('a file that is changed anywhere is refused, or says the same of fewer or other things: never something that no row says', t => {
	const whole = formatFile([formatRow({result: 'failed', detail: 'timed-out'}), formatRow({kind: 'beside', port: '444', expected: 'closed', result: 'failed'})]);
	fc.assert(fc.property(fc.nat({max: whole.length - 1}), fc.nat({max: 5}), fc.string({maxLength: 4, unit: 'binary'}), (position, removed, added) => {
		const {value} = parse(whole.slice(0, position) + added + whole.slice(position + removed));
		t.true((value ?? []).every(({result}) => result === 'failed'));
	}), {numRuns: 3000});
});

test('what a detail means', t => {
	const table = (['open', 'closed'] as const).flatMap(expected => testProtocols.map(protocol => `${expected} ${protocol}: ${testDetails.map(detail => judgeTest(expected, protocol, detail)).join(' ')}`));
	t.deepEqual(table, [
		// Details: open, refused, timed-out, unreachable, not-run.
		'open tcp: passed passed failed failed not-run',
		'open udp: passed unanswered unanswered failed not-run',
		'open icmp: passed unanswered unanswered failed not-run',
		'closed tcp: failed failed passed passed not-run',
		'closed udp: failed failed unanswered passed not-run',
		'closed icmp: failed failed unanswered passed not-run',
	]);
	t.is(findExpected('zone'), 'closed');
});

test('of one address the last result counts, one machine that fails is enough, and one that passes where none fails', t => {
	const result = (from: string, detail: TestResult['detail'], minute: number): TestResult => ({...cases[0]!, from, detail, result: judgeTest('open', 'tcp', detail), time: `2026-11-22T14:0${minute}:00Z`, remark: '', by: 'dana@pc-1'});
	const report = (...results: readonly TestResult[]) => reportCases(cases.slice(0, 1), results)[0]!.verdict;
	t.is(report(), 'missing');
	t.is(report(result('10.1.0.1', 'timed-out', 1), result('10.1.0.1', 'open', 2)), 'passed');
	t.is(report(result('10.1.0.1', 'open', 2), result('10.1.0.1', 'timed-out', 1)), 'passed');
	t.is(report(result('10.1.0.1', 'open', 1), result('10.1.0.2', 'timed-out', 1)), 'failed');
	t.is(report(result('10.1.0.1', 'not-run', 1), result('10.1.0.2', 'open', 1)), 'passed');
	t.is(report(result('10.1.0.1', 'open', 1), result('10.1.0.1', 'timed-out', 1)), 'failed');
});

test('texts of scripts are one line of ASCII', t => {
	t.is(toScriptText('a\nb\tc é\u{2019}\u{202E}'), 'a<U+000A>b<U+0009>c <U+00E9><U+2019><U+202E>');
});
