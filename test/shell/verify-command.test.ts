import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-verify-'));
test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const makeFolder = async (): Promise<string> => mkdtemp(path.join(scratch, 'folder-'));

async function run(cwd: string, ...args: readonly string[]): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> {
	const child = spawn(process.execPath, [path.join(process.cwd(), 'dist/cli.cjs'), ...args], {cwd, env: {...process.env, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home')}, stdio: ['ignore', 'pipe', 'pipe']});
	const exit = once(child, 'close') as Promise<[number]>;
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
	return {code, stdout, stderr};
}

/** What a command that gives JSON says. */
async function runJson<Value>(cwd: string, ...args: readonly string[]): Promise<Value> {
	const {stdout} = await run(cwd, ...args);
	return JSON.parse(stdout) as Value;
}

/** Only how a command ends. */
async function runCode(cwd: string, ...args: readonly string[]): Promise<number> {
	const {code} = await run(cwd, ...args);
	return code;
}

type Test = {readonly kind: string; readonly subject: string; readonly source: string; readonly ipVersion: number; readonly to: string; readonly protocol: string; readonly port: number; readonly expected: 'open' | 'closed'; readonly verdict: string};
type Report = {readonly revision: string; readonly request: string; readonly counts: Readonly<Record<string, number>>; readonly tests: readonly Test[]};

const head = ({request, revision}: Report) => `# virt-fw-wizard test results 1\n# request ${request}\n# revision ${revision}\n# by dana@pc-1\nkind\tsubject\tsource\tip\tfrom\tto\tprotocol\tport\texpected\tresult\tdetail\ttime\tremark\n`;

/** The tests of a starter, of which none has a result. */
async function readReport(folder: string): Promise<Report> {
	const plan = await runJson<{request: {id: string; revision: string}}>(folder, 'generate', 'olvm-flat', '--format', 'plan', '--stdout');
	const empty = {request: plan.request.id, revision: plan.request.revision, counts: {}, tests: []};
	await writeFile(path.join(folder, 'none.txt'), `${head(empty)}# end 0\n`);
	return runJson<Report>(folder, 'verify', 'olvm-flat', '--results', 'none.txt', '--json');
}

/** Files of results in which every test came to what is expected, but for some: one file a source. */
async function writeResults(folder: string, report: Report, findDetail: (entry: Test) => string = ({expected}) => expected === 'open' ? 'open' : 'timed-out'): Promise<string[]> {
	const plan = await runJson<{hosts: ReadonlyArray<{interfaces: ReadonlyArray<{id: string; addresses: readonly string[]}>}>}>(folder, 'generate', 'olvm-flat', '--format', 'plan', '--stdout');
	const addresses = new Map(plan.hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry.addresses[0]!.split(/[\-\/]/v)[0]!]));
	const names: string[] = [];
	for (const source of new Set(report.tests.map(entry => entry.source))) {
		const rows = report.tests.filter(entry => entry.source === source).map(entry => {
			const detail = findDetail(entry);
			const isUnanswered = entry.protocol !== 'tcp' && detail === 'timed-out';
			const result = isUnanswered ? 'unanswered' : ((detail === 'open') === (entry.expected === 'open') ? 'passed' : 'failed');
			return [entry.kind, entry.subject, source, entry.ipVersion, addresses.get(source), entry.to, entry.protocol, entry.port, entry.expected, result, detail, '2026-11-22T14:00:00Z', ''].join('\t');
		});
		const name = `results-${names.length}.txt`;
		names.push(name);
		// eslint-disable-next-line no-await-in-loop -- They are few.
		await writeFile(path.join(folder, name), `${head(report)}${rows.join('\n')}\n# end ${rows.length}\n`);
	}

	return names;
}

test('without results every test is missing, and the answer is no', async t => {
	const folder = await makeFolder();
	const report = await readReport(folder);
	t.true(report.tests.length > 10);
	t.is(report.counts['missing'], report.tests.length);
	const {code, stdout} = await run(folder, 'verify', 'olvm-flat', '--results', 'none.txt');
	t.is(code, 1);
	t.regex(stdout, /without a result: /v);
});

test('files in which everything passed give exit code 0, several after one option too', async t => {
	const folder = await makeFolder();
	const names = await writeResults(folder, await readReport(folder));
	t.true(names.length > 1);
	const {code, stdout} = await run(folder, 'verify', 'olvm-flat', '--results', ...names);
	t.is(code, 0, `${stdout}`);
	const repeated = await run(folder, 'verify', 'olvm-flat', ...names.flatMap(name => ['--results', name]));
	t.is(repeated.stdout, stdout);
});

test('a test that failed is named with its addresses, and the answer is no', async t => {
	const folder = await makeFolder();
	const report = await readReport(folder);
	const bad = report.tests.find(({kind}) => kind === 'open')!;
	const names = await writeResults(folder, report, entry => entry === bad ? 'timed-out' : (entry.expected === 'open' ? 'open' : 'timed-out'));
	const {code, stdout} = await run(folder, 'verify', 'olvm-flat', '--results', ...names);
	t.is(code, 1);
	t.true(stdout.includes(`to ${bad.to}, ${bad.protocol}/${bad.port}: timed-out`), `${stdout}`);
	t.is(stdout.match(/^ {2}FAILED: /gmv)?.length, 1);
});

test('results of another design are refused with file and line, and nothing is written', async t => {
	const folder = await makeFolder();
	const names = await writeResults(folder, await readReport(folder));
	const {code, stderr} = await run(folder, 'verify', 'olvm-segregated', '--results', ...names);
	t.is(code, 2);
	t.regex(stderr, /results-0\.txt:3 results\/revision/v);
	const generated = await run(folder, 'generate', 'olvm-segregated', '--out', 'out', '--results', ...names);
	t.is(generated.code, 2);
	await t.throwsAsync(readFile(path.join(folder, 'out/change-request.md')));
});

test('generate puts results into the change request and the plan', async t => {
	const folder = await makeFolder();
	const names = await writeResults(folder, await readReport(folder));
	const {code, stderr} = await run(folder, 'generate', 'olvm-flat', '--out', 'out', '--results', ...names);
	t.is(code, 0, `${stderr}`);
	const request = await readFile(path.join(folder, 'out/change-request.md'), 'utf8');
	t.regex(request, /\| Tests passed \| dana@pc-1 \| 2026-11-22 14:00 UTC \| \d+ of \d+ passed/v);
	const {testResults} = JSON.parse(await readFile(path.join(folder, 'out/plan.json'), 'utf8')) as {testResults: readonly unknown[]};
	t.true(testResults.length > 10);
});

test('the report goes to a file that is not there yet', async t => {
	const folder = await makeFolder();
	await readReport(folder);
	t.is(await runCode(folder, 'verify', 'olvm-flat', '--results', 'none.txt', '--out', 'report.txt'), 1);
	t.regex(await readFile(path.join(folder, 'report.txt'), 'utf8'), /without a result/v);
	t.is(await runCode(folder, 'verify', 'olvm-flat', '--results', 'none.txt', '--out', 'report.txt'), 2);
	t.is(await runCode(folder, 'verify', 'olvm-flat', '--results', 'none.txt', '--out', 'report.txt', '--force'), 1);
});

test('wrong use is said with what to type', async t => {
	const folder = await makeFolder();
	const {code, stderr} = await run(folder, 'verify', 'olvm-flat');
	t.is(code, 2);
	t.regex(stderr, /verify needs --results/v);
	t.is(await runCode(folder, 'verify', '--results', 'a.txt', 'olvm-flat'), 2);
	t.is(await runCode(folder, 'verify', 'olvm-flat', '--results', 'absent.txt'), 2);
});
