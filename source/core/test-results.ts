import {parseAddress, rangesContain, type AddressRange} from './addresses.js';
import type {Plan} from './model.js';
import type {Outcome, Problem} from './problem.js';
import {getOrMake} from './records.js';
import {testDetails, testVerdicts, type TestCase, type TestDetail, type TestKind, type TestProtocol, type TestResult, type TestVerdict} from './test-case.js';
import {showLine} from './text.js';

/*
What the scripts of the test pack write down, read as strictly as it is written: the file comes back from machines that nobody here knows.
*/

/** The first line of a file of results. */
export const resultsSignature = '# virt-fw-wizard test results 1';

/** Names of its columns. */
export const resultColumns = ['kind', 'subject', 'source', 'ip', 'from', 'to', 'protocol', 'port', 'expected', 'result', 'detail', 'time', 'remark'] as const;

/** The longest file of results that is read, in bytes. */
export const maxResultsLength = 50_000_000;

/** What a kind of test expects. */
export function findExpected(kind: TestKind): 'open' | 'closed' {
	return kind === 'open' ? 'open' : 'closed';
}

/**
What a test proves.

A TCP connection that the other end refuses has reached it. UDP and ICMP prove something only when an answer comes: silence may be a service that does not answer.
*/
export function judgeTest(expected: 'open' | 'closed', protocol: TestProtocol, detail: TestDetail): TestVerdict {
	switch (detail) {
		case 'not-run': {
			return 'not-run';
		}

		case 'open': {
			return expected === 'open' ? 'passed' : 'failed';
		}

		case 'unreachable': {
			return expected === 'open' ? 'failed' : 'passed';
		}

		case 'refused': {
			return expected === 'closed' ? 'failed' : (protocol === 'tcp' ? 'passed' : 'unanswered');
		}

		case 'timed-out': {
			return protocol === 'tcp' ? (expected === 'open' ? 'failed' : 'passed') : 'unanswered';
		}
	}
}

/** A value of a plan as scripts carry it: one line of ASCII, whatever the plan holds. */
export function toScriptText(text: string): string {
	return showLine(text).replaceAll(/[^ -~]/gv, character => `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`);
}

/** What two cases have in common that are one. */
export function formatCaseKey({kind, subject, source, ipVersion, to, protocol, port}: TestCase): string {
	return [kind, toScriptText(subject), toScriptText(source), ipVersion, toScriptText(to), protocol, port].join('\t');
}

/** The head of a file of results. */
type Head = {readonly request: string; readonly revision: string; readonly by: string};

/**
Read files of results and check them against what is to be tested.

@param files - Their names, for problems, and their texts.
@param cases - All cases of the plan.
@returns The results, or every reason why one cannot be believed: with file and line.
*/
export function parseTestResults(files: ReadonlyArray<{readonly name: string; readonly text: string}>, plan: Plan, cases: readonly TestCase[]): Outcome<readonly TestResult[]> {
	const known = new Map(cases.map(entry => [formatCaseKey(entry), entry]));
	const ranges = new Map(plan.hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry.ranges]));
	const problems: Problem[] = [];
	const results: TestResult[] = [];
	for (const {name, text} of files) {
		const outcome = parseFile(name, text, {plan, known, ranges});
		problems.push(...outcome.problems ?? []);
		results.push(...outcome.value ?? []);
	}

	return problems.length > 0 ? {problems} : {value: results};
}

type Context = {readonly plan: Plan; readonly known: ReadonlyMap<string, TestCase>; readonly ranges: ReadonlyMap<string, readonly AddressRange[]>};

const timePattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/v;
const byPattern = /^[\w.\-]{1,64}@[\w.\-]{1,64}$/v;
const remarkPattern = /^[ -~]{0,400}$/v;

function parseFile(file: string, text: string, context: Context): Outcome<readonly TestResult[]> {
	const problems: Problem[] = [];
	const report = (line: number, code: string, message: string, hint?: string): void => {
		problems.push({code: `results/${code}`, path: [], file, line, message, ...(hint === undefined ? {} : {hint})});
	};

	// PowerShell ends lines with a carriage return besides, and may begin a file with a byte order mark.
	const lines = text.replace(/^\u{FEFF}/v, '').split('\n').map(line => line.replace(/\r$/v, ''));
	if (lines[0] !== resultsSignature) {
		report(1, 'no-results', 'this is no file of results of the test scripts', 'name the file that a test script wrote');
		return {problems};
	}

	const head = parseHead(lines, context.plan, report);
	const last = lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
	const rows = lines.slice(5, last);
	const end = /^# end (?<count>\d{1,9})$/v.exec(lines[last] ?? '');
	if (end === null || last < 5) {
		report(last + 1, 'cut-off', 'the last line is not "# end" with the number of tests: the file is not whole', 'run the script again, or copy the file again');
	} else if (Number(end.groups!['count']) !== rows.length) {
		report(last + 1, 'count', `the end says ${Number(end.groups!['count'])} tests, and ${rows.length} are there`, 'run the script again, or copy the file again');
	}

	if (head === undefined) {
		return {problems};
	}

	const seen = new Set<string>();
	const results = rows.flatMap((row, index) => {
		const result = parseRow(row, head, context, (code, message, hint) => {
			report(index + 6, code, message, hint);
		});
		const key = result === undefined ? '' : `${formatCaseKey(result)}\t${result.from}`;
		if (result !== undefined && seen.has(key)) {
			report(index + 6, 'twice', 'the same test stands in this file twice');
		}

		seen.add(key);
		return result ?? [];
	});
	return problems.length > 0 ? {problems} : {value: results};
}

function parseHead(lines: readonly string[], {request}: Plan, report: (line: number, code: string, message: string, hint?: string) => void): Head | undefined {
	const read = (index: number, key: string): string | undefined => {
		const line = lines[index] ?? '';
		const start = `# ${key} `;
		if (!line.startsWith(start)) {
			report(index + 1, 'head', `line ${index + 1} must begin with "${start.trim()}"`);
			return undefined;
		}

		return line.slice(start.length);
	};

	const [id, revision, by] = [read(1, 'request'), read(2, 'revision'), read(3, 'by')];
	if (id !== undefined && id !== toScriptText(request.id)) {
		report(2, 'request', `these are results of request ${showLine(id, 80)}, and this is ${request.id}`, 'name the files of this request');
	}

	if (revision !== undefined && revision !== toScriptText(request.revision)) {
		report(3, 'revision', `these are results of revision ${showLine(revision, 80)}, and the profile now gives ${request.revision}`, 'write the test scripts anew and run them again: what was tested is not what is requested now');
	}

	if (by !== undefined && !byPattern.test(by)) {
		report(4, 'head', `"${showLine(by, 80)}" is no user@machine`);
	}

	if (lines[4] !== resultColumns.join('\t')) {
		report(5, 'head', 'the fifth line must name the columns');
	}

	return id === undefined || revision === undefined || by === undefined ? undefined : {request: id, revision, by};
}

function parseRow(row: string, {by}: Head, {known, ranges}: Context, report: (code: string, message: string, hint?: string) => void): TestResult | undefined {
	const fields = row.split('\t');
	if (fields.length !== resultColumns.length) {
		report('columns', `this line has ${fields.length} columns, and ${resultColumns.length} are expected`);
		return undefined;
	}

	const [kind, subject, source, ip, from, to, protocol, port, expected, result, detailText, time, remark] = fields as [string, string, string, string, string, string, string, string, string, string, string, string, string];
	const found = known.get([kind, subject, source, ip, to, protocol, port].join('\t'));
	if (found === undefined) {
		report('unknown', `the request has no such test: ${showLine([kind, subject, source, to, `${protocol}/${port}`].join(' '), 200)}`, 'name the files that scripts of this request wrote');
		return undefined;
	}

	const detail = testDetails.find(entry => entry === detailText);
	if (detail === undefined) {
		report('detail', `"${showLine(detailText, 80)}" is none of ${testDetails.join(', ')}`);
		return undefined;
	}

	const should = judgeTest(findExpected(found.kind), found.protocol, detail);
	if (expected !== findExpected(found.kind) || result !== should) {
		report('contradiction', `"${showLine(expected, 20)}" with "${detail}" is written as "${showLine(result, 20)}", and means ${should} where ${findExpected(found.kind)} is expected`);
		return undefined;
	}

	const address = from === '-' ? undefined : parseAddress(from);
	const own = ranges.get(found.source) ?? [];
	if (address !== undefined && (typeof address === 'string' || address.kind !== 'ip' || address.range.from !== address.range.to || (own.length > 0 && !rangesContain(own, address.range)))) {
		report('from', `"${showLine(from, 80)}" is no address of ${found.source}`, 'the test must run on a machine of the source');
		return undefined;
	}

	if (address === undefined && detail !== 'not-run' && own.some(({version}) => version === found.ipVersion)) {
		report('from', `a test of ${found.source} must say which address it was sent from`);
		return undefined;
	}

	if (!timePattern.test(time) || Number.isNaN(Date.parse(time))) {
		report('time', `"${showLine(time, 80)}" is no time as 2026-11-22T14:00:00Z`);
		return undefined;
	}

	if (!remarkPattern.test(remark)) {
		report('remark', 'the remark holds what no script writes');
		return undefined;
	}

	return {...found, result: should, detail, from: from === '-' ? '' : from, time, remark, by};
}

/** What became of a case over all machines that tried it. */
export type CaseReport = {
	readonly case: TestCase;
	/** `missing`: no file has it. */
	readonly verdict: TestVerdict | 'missing';
	/** The last result of each address. */
	readonly results: readonly TestResult[];
};

/**
Put results beside the cases they are about.

Of one address only the last result counts, as a test is repeated after a correction. One machine that fails makes a case fail; one that passes is enough otherwise.
*/
export function reportCases(cases: readonly TestCase[], results: readonly TestResult[]): CaseReport[] {
	const latest = new Map<string, Map<string, TestResult>>();
	for (const result of results) {
		const own = getOrMake(latest, formatCaseKey(result), () => new Map<string, TestResult>());
		const sender = result.from === '' ? result.by : result.from;
		const other = own.get(sender);
		// Of two of the same second the worse counts.
		if (other === undefined || other.time < result.time || (other.time === result.time && testVerdicts.indexOf(result.result) < testVerdicts.indexOf(other.result))) {
			own.set(sender, result);
		}
	}

	return cases.map(entry => {
		const own = [...latest.get(formatCaseKey(entry))?.values() ?? []];
		const has = (verdict: TestVerdict) => own.some(({result}) => result === verdict);
		const order: readonly TestVerdict[] = ['failed', 'passed', 'unanswered', 'not-run'];
		return {case: entry, verdict: order.find(verdict => has(verdict)) ?? 'missing', results: own};
	});
}
