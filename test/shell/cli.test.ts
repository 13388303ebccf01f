/* eslint-disable no-await-in-loop -- One thing is looked at after the other. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {parse} from 'yaml';
import * as z from 'zod';
import {compare} from '../../source/core/problem.js';
import {getOrMake} from '../../source/core/records.js';
import {findUnfitCharacter} from '../../source/core/text.js';

/*
The program as a user has it: dist/cli.cjs in a process of its own. That costs a tenth of a second and more, so that each run is asked a
lot, only a few go at the same time, and what does not depend on the process runs one after the other in a session.
*/
const root = process.cwd();
const program = path.join(root, 'dist/cli.cjs');
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-cli-'));
const starterFolder = path.join(root, 'templates/profiles');
/** Names of the YAML files of a folder, without their ending. */
async function listNames(folder: string): Promise<string[]> {
	const names = await readdir(folder);
	return names.filter(name => name.endsWith('.yaml')).map(name => path.basename(name, '.yaml')).toSorted(compare);
}

const starters = await listNames(starterFolder);

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

type Result = {readonly code: number | undefined; readonly stdout: string; readonly stderr: string};

const waiting: Array<() => void> = [];
let free = 3;

async function runProcess(command: string, args: readonly string[], input = '', cwd = scratch): Promise<Result> {
	if (free > 0) {
		free--;
	} else {
		await new Promise<void>(resolve => {
			waiting.push(resolve);
		});
	}

	try {
		// Whoever runs the tests may have saved profiles of their own.
		const child = spawn(command, args, {cwd, env: {...process.env, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home')}});
		const exit = once(child, 'close') as Promise<[number | undefined]>;
		// The program may be done before it has read everything.
		child.stdin.on('error', () => undefined).end(input);
		const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
		return {code, stdout, stderr};
	} finally {
		const next = waiting.shift();
		if (next) {
			next();
		} else {
			free++;
		}
	}
}

const run = async (...args: readonly string[]): Promise<Result> => runProcess(process.execPath, [program, ...args]);
const runIn = async (cwd: string, ...args: readonly string[]): Promise<Result> => runProcess(process.execPath, [program, ...args], '', cwd);
const runWith = async (input: string, ...args: readonly string[]): Promise<Result> => runProcess(process.execPath, [program, ...args], input);
/** Runs dist/main.cjs for each list of arguments, and tells what it wrote and which exit code it set. */
const sessionScript = `
	const fs = require('node:fs');
	const [, main, input] = process.argv;
	const written = ['', '', ''];
	const {writeSync} = fs;
	fs.writeSync = (descriptor, bytes) => {
		written[descriptor] += Buffer.from(bytes).toString();
		return bytes.length;
	};

	(async () => {
		const results = [];
		for (const args of JSON.parse(input)) {
			written.fill('');
			process.argv = [process.argv[0], main, ...args];
			delete require.cache[main];
			process.exitCode = undefined;
			require(main);
			while (process.exitCode === undefined) {
				await new Promise(resolve => setTimeout(resolve, 1));
			}

			results.push({code: process.exitCode, stdout: written[1], stderr: written[2]});
		}

		process.exitCode = 0;
		writeSync(1, JSON.stringify(results));
	})();
`;

async function runSession(runs: ReadonlyArray<readonly string[]>, cwd = scratch): Promise<readonly Result[]> {
	const {stdout, stderr} = await runProcess(process.execPath, ['-e', sessionScript, path.join(root, 'dist/main.cjs'), JSON.stringify(runs)], '', cwd);
	try {
		return JSON.parse(stdout) as Result[];
	} catch (error) {
		throw new Error(`The session ended early\n${stdout}\n${stderr}`, {cause: error});
	}
}

/** A line of shell in which $0 is this program. */
const runShell = async (line: string, ...args: readonly string[]): Promise<Result> => runProcess('sh', ['-c', line.replaceAll('$0', `"${process.execPath}" "${program}"`), 'sh', ...args]);

let folders = 0;

/** A folder with some files. */
async function makeFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
	folders++;
	const folder = path.join(scratch, `folder-${folders}`);
	await mkdir(folder);
	for (const [name, content] of Object.entries(files)) {
		await mkdir(path.dirname(path.join(folder, name)), {recursive: true});
		await writeFile(path.join(folder, name), content);
	}

	return folder;
}

const smallProfile = `schemaVersion: 1
name: small
title: A small design
products: {olvm: {}}
zones: [{id: lan, title: LAN, trust: internal}]
networks: {management: lan}
`;

/** Nothing of what makes a terminal do something. */
function isHarmless(t: ExecutionContext, {stdout, stderr}: Result): void {
	t.is(findUnfitCharacter(`${stdout}${stderr}`.replaceAll('\t', ''), {multiline: true}), undefined);
}

// Help.

test('help says what there is', async t => {
	const [help, short, word, none] = await runSession([['--help'], ['-h'], ['help'], []]) as [Result, Result, Result, Result];
	t.is(help.code, 0);
	t.is(help.stderr, '');
	for (const part of ['generate <profile>', 'check <profile>', 'catalog <', 'schema <', 'Exit codes:', ...starters]) {
		t.true(help.stdout.includes(part), `${part}`);
	}

	t.deepEqual([short, word], [help, help]);
	t.is(none.code, 2);
	t.is(none.stdout, '');
	t.regex(none.stderr, /needs a terminal[^\n]*\n[^\n]*virt-fw-wizard generate <profile>[^\n]*virt-fw-wizard --help/v);
	t.true(help.stdout.split('\n').every(line => line.length <= 120));
});

test('help of a command shows its options and examples', async t => {
	const options = {generate: ['--out DIR', '--format LIST', '--stdout', '--force', '--templates DIR', '--catalog DIR', '--previous FILE', '--date YYYY-MM-DD', '--json'], check: ['--catalog DIR', '--date', '--json'], catalog: ['--catalog DIR', '--json'], schema: []};
	const results = await runSession([...Object.keys(options).map(name => [name, '--help']), ['help', 'generate'], ['generate', 'estate', '-h'], ['generate', '--', '--help']]);
	for (const [index, [name, words]] of Object.entries(options).entries()) {
		const {code, stdout, stderr} = results[index]!;
		t.is(code, 0);
		t.is(stderr, '');
		for (const word of [`virt-fw-wizard ${name}`, 'Examples:', ...words]) {
			t.true(stdout.includes(word), `${name} ${word}`);
		}
	}

	t.deepEqual(results[4], results[0]);
	t.deepEqual(results[5], results[0]);
	// After two hyphens it is a name.
	t.regex(results[6]!.stderr, /no file, no saved profile and no starter profile "--help"/v);
});

test('help says what the environment decides, and what a profile is', async t => {
	const [help] = await runSession([['--help']]) as [Result];
	for (const part of ['VIRT_FW_WIZARD_HOME', 'VIRT_FW_WIZARD_CODE_CACHE=0', 'NO_COLOR', 'INK_SCREEN_READER=true', '<profile> is a file']) {
		t.true(help.stdout.includes(part), `${part}`);
	}
});

test('the wizard takes no profile from where its keys come from', async t => {
	const {code, stdout, stderr} = await runWith(smallProfile, 'wizard', '-');
	t.is(code, 2);
	t.is(stdout, '');
	t.regex(stderr, /takes keys from standard input[^\n]*\n[^\n]*virt-fw-wizard profiles import -/v);
});

test('the version is that of package.json', async t => {
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {version: string};
	t.deepEqual(await run('--version'), {code: 0, stdout: `${version}\n`, stderr: ''});
	t.deepEqual(await run('-V', 'x'), {code: 0, stdout: `${version}\n`, stderr: ''});
});

// Wrong use.

const wrongUses: Array<readonly string[]> = [];
let answers: Promise<readonly Result[]> | undefined;

function refuses(args: readonly string[], ...expected: readonly RegExp[]): void {
	const index = wrongUses.push(args) - 1;
	test(`refuses ${JSON.stringify(args.map(word => word.length > 40 ? `${word.slice(0, 40)}…` : word).join(' '))}`, async t => {
		answers ??= runSession(wrongUses);
		const results = await answers;
		const result = results[index]!;
		t.is(result.code, 2, `${result.stderr}`);
		t.is(result.stdout, '');
		for (const pattern of expected) {
			t.regex(result.stderr, pattern);
		}

		isHarmless(t, result);
		t.true(result.stderr.length < 2000);
	});
}

refuses(['chekc'], /there is no command "chekc"/v, /did you mean "check"/v);
refuses(['help', 'shcema'], /there is no command "shcema"/v, /did you mean "schema"/v);
refuses(['--verison'], /there is no option "--verison"/v, /did you mean "--version"/v);
refuses(['\u{1B}[31m\n'], /there is no command "<U\+001B>\[31m<U\+000A>"/v);
refuses(['x'.repeat(50_000)], /there is no command "x+…"/v);
refuses(['check'], /check needs <profile>/v, /see virt-fw-wizard check --help/v);
refuses(['check', 'estate', 'more'], /one word too many: "more"/v);
refuses(['check', 'estate', '--jsn'], /check has no option "--jsn"/v, /did you mean "--json"/v);
refuses(['check', 'estate', '-x'], /check has no option "-x"/v);
refuses(['check', 'estate', '--__proto__=1'], /check has no option "--__proto__"/v);
refuses(['generate', 'estate', '--force=yes'], /--force takes no value/v);
refuses(['generate', 'estate', '--out'], /--out needs a value/v, /write --out DIR/v);
refuses(['generate', 'estate', '--out', ''], /--out needs a value/v);
refuses(['generate', 'estate', '--out', '--force'], /--out needs a value/v, /--out=--force/v);
refuses(['generate', 'estate', '-o', '-f', 'plan'], /-o needs a value/v);
refuses(['generate', 'estate', '--out', 'a', '--out', 'b'], /--out is given twice/v);
refuses(['generate', 'estate', '--out', '-'], /--out names a folder/v, /--stdout/v);
refuses(['generate', 'estate', '--out=-'], /--out names a folder/v);
refuses(['generate', 'estate', '--format', 'plan,prots,flow'], /"prots", "flow"/v, /known are .*ports.*nftables.*tests, all, configurations/v);
refuses(['generate', 'estate', '--format', 'prots'], /"prots"/v, /did you mean "ports"/v);
refuses(['generate', 'estate', '--format', 'constructor'], /"constructor"/v, /known are .*ports/v);
refuses(['generate', 'estate', '--format', ','], /""/v, /known are/v);
refuses(['generate', 'estate', '--stdout'], /--stdout prints one format/v);
refuses(['generate', 'estate', '--stdout', '--format', 'plan', '--out', 'x'], /--stdout prints one format/v);
refuses(['check', 'estate', '--date', '2026-02-30'], /"2026-02-30" is no date/v, /2026-11-22/v);
refuses(['check', 'estate', '--date', 'today'], /"today" is no date/v);
refuses(['generate', 'estate', '--previous', 'nothing.json'], /"nothing\.json" cannot be read: there is no such file/v);
refuses(['generate', 'estate', '--templates', 'nothing'], /template folder "nothing" cannot be read: there is no such file/v);
refuses(['check', 'estate', '--catalog', 'nothing'], /catalog folder "nothing" cannot be read: there is no such file/v);
refuses(['check', 'esttae'], /no file, no saved profile and no starter profile "esttae"/v, /did you mean "estate"/v);
refuses(['check', ''], /no file, no saved profile and no starter profile ""/v, /known are/v);
refuses(['check', '.'], /"\." is a folder/v, /name a file in it/v);
refuses(['check', '/dev/null'], /\/dev\/null:1:1 text\/empty/v);
refuses(['check', '/dev/zero'], /"\/dev\/zero" is larger than \d+ bytes/v);
refuses(['catalog'], /catalog needs <list/v);
refuses(['catalog', 'lits'], /catalog has no "lits"/v, /did you mean "list"/v);
refuses(['catalog', 'list', 'olvm'], /catalog list takes no further word/v);
refuses(['catalog', 'show'], /which product/v, /olvm/v);
refuses(['catalog', 'rows', 'ovlm'], /no product "ovlm"/v, /did you mean "olvm"/v);
refuses(['catalog', 'show', 'constructor'], /no product "constructor"/v);
refuses(['schema', 'profiles'], /no schema "profiles"/v, /did you mean "profile"/v);
refuses(['schema', '__proto__'], /no schema "__proto__"/v);

// Profiles.

test('a pipe is read, and one that nobody writes to is not waited for without end', async t => {
	const folder = await makeFolder();
	t.is(spawnSync('mkfifo', [path.join(folder, 'idle'), path.join(folder, 'late')]).status, 0);
	const [idle, late] = await Promise.all([
		runIn(folder, 'check', 'idle'),
		runProcess('sh', ['-c', `(sleep 0.3; cat "${starterFolder}/olvm-flat.yaml" > late) & "${process.execPath}" "${program}" check late; echo $?; wait`], '', folder),
	]);
	t.is(idle.code, 2);
	t.regex(idle.stderr, /"idle" is a pipe, and nobody writes to it/v);
	t.regex(late.stdout, /^0$/mv);
});

test('a profile may come on standard input', async t => {
	const [good, bad, latin, folder] = await Promise.all([
		runWith(smallProfile, 'check', '-'),
		runWith(`${smallProfile}extra: 1\n`, 'check', '-'),
		runProcess('sh', ['-c', String.raw`printf 'schemaVersion: 1\nname: \357\277\275 \351\n' | "${process.execPath}" "${program}" check -`]),
		runShell('$0 check - < /'),
	]);
	t.is(good.code, 1);
	t.regex(good.stdout, /^A small design\n/v);
	t.is(bad.code, 2);
	t.regex(bad.stderr, /^standard input:7:1 schema\/unknown-key there is no key "extra" here\n/v);
	t.is(latin.code, 2);
	t.regex(latin.stderr, /^standard input:2:9 text\/not-utf-8 /v);
	t.is(folder.code, 2);
});

test('a starter profile needs no text, unless a site has another catalog', async t => {
	const folder = path.join(scratch, 'prepared');
	await cp(path.join(root, 'dist'), folder, {recursive: true});
	const file = path.join(folder, 'templates/profiles/olvm-flat.yaml');
	await writeFile(file, 'schemaVersion: 1\n');
	const catalog = await makeFolder({'services.yaml': '{}\n'});
	const check = async (...args: readonly string[]) => runProcess(process.execPath, [path.join(folder, 'cli.cjs'), 'check', ...args]);
	const [named, read, other] = await Promise.all([check('olvm-flat'), check(file), check('olvm-flat', '--catalog', catalog)]);
	t.is(named.code, 0);
	// Who names the file means what is written there.
	t.is(read.code, 2);
	t.is(other.code, 2);
	t.regex(other.stderr, /olvm-flat\.yaml:1:1 schema\//v);
});

test('what checks a profile is not even loaded for a starter', async t => {
	const folder = await makeFolder();
	const script = `
		const {readFileSync} = require('node:fs');
		process.on('exit', () => {
			const files = Object.keys(require.cache).filter(file => readFileSync(file, 'utf8').includes('$ZodType'));
			process.stdout.write(JSON.stringify(files.length));
		});
		require(process.argv[1]);
	`;
	const load = async (profile: string) => runProcess(process.execPath, ['-e', script, path.join(root, 'dist/main.cjs'), 'generate', profile, '--out', 'documents'], '', folder);
	const starter = await load('olvm-flat');
	const file = await load(path.join(starterFolder, 'olvm-flat.yaml'));
	t.is(starter.stdout, '0');
	t.not(file.stdout, '0');
});

test('every problem of a profile is named with file, line and column', async t => {
	const folder = await makeFolder({'bad.yaml': smallProfile.replace('olvm: {}', 'olmv: {}').replace('management: lan', 'management: lna').replace('trust: internal', 'trust: intern')});
	const result = await runIn(folder, 'check', 'bad.yaml');
	t.is(result.code, 2);
	t.is(result.stdout, '');
	t.deepEqual(result.stderr.split('\n').filter(line => line.startsWith('bad.yaml:')).map(line => line.split(' ')[0]! + ' ' + line.split(' ')[1]!), ['bad.yaml:4:12 profile/unknown-product', 'bad.yaml:5:38 schema/value', 'bad.yaml:6:24 profile/unknown-zone']);
	t.regex(result.stderr, /did you mean "olvm"/v);
	t.regex(result.stderr, /the profile has 3 problems/v);
});

test('of very many problems people see some, and programs all', async t => {
	const folder = await makeFolder({'bad.yaml': `${smallProfile}${Array.from({length: 10_000}, (_, index) => `key${index}: 1\n`).join('')}`});
	const {code, stdout, stderr} = await runIn(folder, 'generate', 'bad.yaml', '--json', '--out', 'documents');
	t.is(code, 2);
	t.true(stderr.split('\n').length < 120);
	t.regex(stderr, /^and 9950 more$/mv);
	const {error, problems} = JSON.parse(stdout) as {error: string; problems: Array<{code: string; line: number}>};
	t.is(error, 'the profile has 10000 problems');
	t.is(problems.length, 10_000);
	t.is(problems.at(-1)?.line, 10_006);
	t.deepEqual(await readdir(folder), ['bad.yaml']);
});

test('names and texts that steer a terminal are shown, not obeyed', async t => {
	const name = 'a\u{1B}]0;x\u{7}\n\u{202E}.yaml';
	const folder = await makeFolder({[name]: smallProfile.replace('A small design', String.raw`"\e[31m"`).replace('lan, title', String.raw`"l\u202Ean", title`)});
	const results = await runSession([['check', name], ['check', name, '--json'], ['check', `${name}x`], ['generate', 'olvm-flat', '--format', 'plan', '--out', 'b\u{1B}[31m\n']], folder);
	for (const result of results) {
		isHarmless(t, result);
	}

	t.deepEqual(results.map(({code}) => code), [2, 2, 2, 0]);
	t.regex(results[0]!.stderr, /^a<U\+001B>\]0;x<U\+0007><U\+000A><U\+202E>\.yaml:3:8 schema\/form/v);
});

test('explain answers by lines and rows of documents, with the exit code and as JSON', async t => {
	const ask = async (...args: readonly string[]) => run('explain', 'olvm-segregated', ...args);
	const [yes, no, json, missing, unknown] = await Promise.all([
		ask('--from', 'olvm-manager', '--to', 'olvm-kvm-host', '--service', 'tcp/54321'),
		ask('--from', 'olvm-kvm-host', '--to', 'olvm-manager', '--service', 'tcp/54321'),
		ask('--from', 'olvm-manager', '--to', 'olvm-kvm-host', '--service', 'tcp/54321', '--json'),
		ask('--from', 'olvm-manager', '--to', 'olvm-kvm-host'),
		ask('--from', 'olvm-mangaer', '--to', 'olvm-kvm-host', '--service', 'tcp/54321'),
	]);
	t.deepEqual([yes.code, no.code, json.code, missing.code, unknown.code], [0, 1, 0, 2, 2]);
	t.regex(yes.stdout, /^Permitted: OLVM Manager .*TCP 54321\n\n[HR]-\w+: IPv4.*\n.*\n {2}olvm\/vdsm-manager-kvm-host: .*\n.*\(olvm-firewall\/kvm-54321\)/v);
	t.regex(no.stdout, /^Not permitted: .*opened from the other end/sv);
	const {verdict, lines} = JSON.parse(json.stdout) as {verdict: string; lines: ReadonlyArray<{evidence: readonly string[]}>};
	t.deepEqual([verdict, lines.flatMap(({evidence}) => evidence)], ['permitted', ['olvm-firewall/kvm-54321']]);
	t.regex(missing.stderr, /explain needs --service/v);
	t.regex(unknown.stderr, /did you mean "olvm-manager"/v);
});

test('audit compares the lines with dumps of a firewall, with the exit code, as a table, as Markdown and as JSON', async t => {
	const dump = (rules: string) => `table inet t {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n${rules}\t}\n}\n`;
	const folder = await makeFolder({'none.nft': dump(''), 'open.nft': dump('\t\taccept comment "<b>|`"\n'), 'broken.nft': dump('').slice(0, 40)});
	const ask = async (...args: readonly string[]) => runProcess(process.execPath, [program, 'audit', 'olvm-segregated', ...args], '', folder);
	const [none, markdown, json, missing, broken, host, format] = await Promise.all([
		ask('--ruleset', 'none.nft'),
		ask('--ruleset', 'open.nft', '--format', 'markdown'),
		ask('-r', 'none.nft', '-r', 'open.nft', '--json'),
		ask(),
		ask('--ruleset', 'broken.nft'),
		ask('--ruleset', 'none.nft', '--host', 'olvm-mangaer'),
		ask('--ruleset', 'none.nft', '--format', 'tabel'),
	]);
	t.deepEqual([none.code, markdown.code, json.code, missing.code, broken.code, host.code, format.code], [1, 1, 1, 2, 2, 2, 2]);
	t.regex(none.stdout, /^.*\nNot right: the gateway, \d+ lines: .*missing\n\n.*R-\w+ +IPv4 +missing /v);
	t.regex(markdown.stdout, /^# Audit: .*## Open, and no line asks for it\n\n### accept comment .*&lt;b&gt;.*\n\n- open/sv);
	const {isRight, lines} = JSON.parse(json.stdout) as {isRight: boolean; lines: ReadonlyArray<{action: string; status: string}>};
	t.false(isRight);
	t.true(lines.some(({action, status}) => action === 'permit' && status === 'missing'));
	t.regex(missing.stderr, /audit needs --ruleset/v);
	t.regex(broken.stderr, /^broken\.nft:\d+ audit\/ruleset .*too early/v);
	t.regex(host.stderr, /did you mean "olvm-manager"/v);
	t.regex(format.stderr, /did you mean "table"/v);
});

test('check says whether a request is ready, with the exit code and as JSON', async t => {
	const folder = await makeFolder({'small.yaml': smallProfile});
	const [yes, no, [json, noJson]] = await Promise.all([
		run('check', 'olvm-flat', '--date', '2026-11-22'),
		runIn(folder, 'check', 'small.yaml'),
		runSession([['check', 'olvm-flat', '--json', '--date', '2026-11-22'], ['check', 'small.yaml', '--json']], folder) as Promise<[Result, Result]>,
	]);
	t.is(yes.code, 0, `${yes.stdout}`);
	t.regex(yes.stdout, /^The request is ready\.$/mv);
	t.is(no.code, 1);
	t.regex(no.stdout, /^The request is not ready:\n {2}- /mv);
	t.is(json.code, 0);
	t.deepEqual((JSON.parse(json.stdout) as {ready: boolean; notReady: string[]}).notReady, []);
	t.is(noJson.code, 1);
	const report = JSON.parse(noJson.stdout) as {ready: boolean; notReady: string[]; accounting: {flows: number; byDisposition: Record<string, number>}; openQuestions: unknown[]; findings: unknown[]};
	t.false(report.ready);
	t.true(report.notReady.length > 0 && report.openQuestions.length > 0);
	t.is(Object.values(report.accounting.byDisposition).reduce((sum, count) => sum + count, 0), report.accounting.flows);
});

test('who stops reading changes neither the answer nor the exit code', async t => {
	const folder = await makeFolder({'small.yaml': smallProfile});
	const [rows, check] = await Promise.all([
		runShell('{ $0 catalog rows vplus; echo "code $?" >&2; } | head -n 1'),
		// Nobody reads at all by the time the program has something to say.
		runShell('{ $0 check "$1"; echo "code $?" >&2; } | true', path.join(folder, 'small.yaml')),
	]);
	t.is(rows.stdout.split('\n').length, 2);
	t.is(rows.stderr, 'code 0\n');
	t.is(check.stderr, 'code 1\n');
});

test('output that cannot be written is an answer', async t => {
	const {code, stderr} = await runShell('$0 catalog list > /dev/full');
	t.is(code, 2);
	t.is(stderr, 'virt-fw-wizard: the disk is full\n');
});

// Documents.

test('generate writes all documents, and again the same bytes', async t => {
	const folder = await makeFolder();
	const args = ['generate', 'olvm-segregated', '--date', '2026-11-22'] as const;
	const first = await runIn(folder, ...args);
	t.is(first.code, 0, `${first.stderr}`);
	t.is(first.stdout, '');
	const entries = await readdir(path.join(folder, 'olvm-segregated'));
	const names = entries.filter(name => !name.startsWith('.')).toSorted(compare);
	for (const name of ['change-request.md', 'ports.md', 'topology.mmd', 'lines.csv', 'flows.csv', 'plan.json']) {
		t.true(names.includes(name), `${name}`);
	}

	t.deepEqual(first.stderr.split('\n').filter(line => line.startsWith('created')).map(line => line.split('/')[1]!).toSorted(compare), names);
	t.regex(first.stderr, /^The request is /mv);

	// The folder has the name of the starter, and does not hide it.
	const [again, printed, topology] = await runSession([[...args, '--json'], [...args, '--format', 'plan', '--stdout'], [...args, '--format', 'topology', '--stdout']], folder) as [Result, Result, Result];
	t.is(again.code, 0, `${again.stderr}`);
	const {folder: name, files, ready} = JSON.parse(again.stdout) as {folder: string; files: Array<{path: string; status: string}>; ready: boolean};
	t.is(name, 'olvm-segregated');
	t.deepEqual(files.map(file => file.path).toSorted(compare), names);
	t.deepEqual([...new Set(files.map(({status}) => status))], ['unchanged']);
	t.is(typeof ready, 'boolean');
	t.is(printed.stdout, await readFile(path.join(folder, 'olvm-segregated/plan.json'), 'utf8'));
	t.is(printed.stderr, '');
	t.is(topology.stdout, await readFile(path.join(folder, 'olvm-segregated/topology.mmd'), 'utf8'));
	t.is((JSON.parse(printed.stdout) as {date: string}).date, '2026-11-22');

	// From standard input, as the earlier request's successor, into a folder with a slash at its end.
	const text = await readFile(path.join(starterFolder, 'olvm-segregated.yaml'), 'utf8');
	const [next, wrong] = await Promise.all([
		runProcess(process.execPath, [program, 'generate', '-', '--previous', 'olvm-segregated/plan.json', '--format', 'plan, plan', '--out', 'next//', '--date', '2026-11-22'], text, folder),
		runIn(folder, 'generate', 'olvm-flat', '--previous', 'olvm-segregated/flows.csv', '--out', 'never'),
	]);
	t.is(next.code, 0, `${next.stderr}`);
	t.regex(next.stderr, /^created {2}next\/plan\.json\n/v);
	const plan = JSON.parse(await readFile(path.join(folder, 'next/plan.json'), 'utf8')) as {rules: Array<{status: string}>; removed: unknown[]};
	t.deepEqual([...new Set(plan.rules.map(({status}) => status))], ['keep']);
	t.is(plan.removed.length, 0);
	t.is(wrong.code, 2);
	t.regex(wrong.stderr, /^olvm-segregated\/flows\.csv:1:1 .*"olvm-segregated\/flows\.csv" is no plan\.json/sv);
	const left = await readdir(folder);
	t.deepEqual(left.toSorted(compare), ['next', 'olvm-segregated']);
});

test('edits stay, --force replaces them, and what cannot be written is said', async t => {
	const folder = await makeFolder({file: ''});
	await symlink('out', path.join(folder, 'link'));
	const args = ['generate', 'olvm-flat', '--format', 'ports,csv'] as const;
	const made = await runIn(folder, ...args, '--out', 'out');
	t.is(made.code, 0);
	await writeFile(path.join(folder, 'out/ports.md'), 'mine');
	const results = await runSession(['out', 'file', 'link/', 'file/x', '/proc/virt-fw-wizard'].map(out => [...args, '--out', out]), folder);
	t.deepEqual(results.map(({code, stdout}) => [code, stdout]), results.map(() => [2, '']));
	t.regex(results[0]!.stderr, /^out\/ports\.md output\/foreign this was changed since it was written\n/v);
	t.regex(results[0]!.stderr, /--force/v);
	t.regex(results[1]!.stderr, /"file" is a file/v);
	t.regex(results[2]!.stderr, /"link\/" is a link/v);
	t.regex(results[3]!.stderr, /part of the path is not a folder/v);
	t.is(await readFile(path.join(folder, 'out/ports.md'), 'utf8'), 'mine');
	const forced = await runIn(folder, ...args, '--out', 'out', '--force');
	t.regex(forced.stderr, /^replaced {3}out\/ports\.md\nunchanged {2}out\/lines\.csv\n/v);
});

test('two runs at once write the documents of one of them', async t => {
	const folder = await makeFolder();
	const results = await Promise.all(['olvm-flat', 'okm-cluster', 'olvm-flat'].map(async name => runIn(folder, 'generate', name, '--out', 'out', '--format', 'ports,csv,plan', '--date', '2026-11-22')));
	t.deepEqual(results.map(({code}) => code), [0, 0, 0]);
	const {profile} = JSON.parse(await readFile(path.join(folder, 'out/plan.json'), 'utf8')) as {profile: {name: string; title: string}};
	const [ports, flows, names] = await Promise.all([readFile(path.join(folder, 'out/ports.md'), 'utf8'), readFile(path.join(folder, 'out/flows.csv'), 'utf8'), readdir(path.join(folder, 'out'))]);
	t.true(ports.includes(profile.title));
	t.is(flows.includes('okm/'), profile.name === 'okm-cluster');
	t.deepEqual(names.toSorted(compare), ['.virt-fw-wizard.json', 'findings.csv', 'flows.csv', 'hosts.csv', 'lines.csv', 'plan.json', 'ports.csv', 'ports.md', 'questions.csv', 'request.csv', 'zones.csv']);
});

test('templates of a site take the place of the built-in ones, and must be used by something', async t => {
	const own = '{{ title }}';
	const [good, unknown, broken, empty] = await Promise.all([
		makeFolder({'lines.csv.liquid': 'lines of the site\n', '_own.md.liquid': own, 'readme.txt': 'x'}),
		makeFolder({'prots.md.liquid': own, 'x.liquid': own}),
		makeFolder({'ports.md.liquid': '{% if %}\n{{ a | nofilter }}\n'}),
		makeFolder({'readme.txt': 'x'}),
	]);
	const results = await runSession([good, unknown, broken, empty].map(folder => ['generate', 'olvm-flat', '--templates', folder, '--format', folder === broken ? 'ports' : 'csv', '--stdout']));
	t.is(results[0]!.stdout, 'lines of the site\n');
	t.deepEqual(results.map(({code}) => code), [0, 2, 2, 2]);
	t.regex(results[1]!.stderr, /prots\.md\.liquid template\/unknown no document uses this template\n {4}did you mean "ports\.md\.liquid"/v);
	t.regex(results[1]!.stderr, /x\.liquid template\/unknown/v);
	t.regex(results[2]!.stderr, /ports\.md\.liquid:1:\d+ template\/parse /v);
	t.regex(results[3]!.stderr, /holds no templates/v);
});

// The catalog.

test('the catalog is listed, shown and checked', async t => {
	const results = await runSession([
		['catalog', 'list', '--json'],
		['catalog', 'documents', '--json'],
		['catalog', 'show', 'olvm'],
		['catalog', 'rows', 'olvm', '--json'],
		['catalog', 'check'],
		['catalog', 'check', path.join(root, 'catalog'), '--json'],
		['catalog', 'list'],
	]);
	const [list, documents, show, rows, check, checkJson, plainList] = results as [Result, Result, Result, Result, Result, Result, Result];
	t.deepEqual(results.map(({code, stderr}) => [code, stderr === '']), results.map(result => [0, result !== check]));
	const products = JSON.parse(list.stdout) as Array<{id: string; flows: number}>;
	t.deepEqual(products.map(({id}) => id), await listNames(path.join(root, 'catalog/products')));
	t.deepEqual((JSON.parse(documents.stdout) as Array<{id: string}>).map(({id}) => id), await listNames(path.join(root, 'catalog/documents')));
	t.true(products.every(({id}) => plainList.stdout.includes(`${id}: `)));
	t.regex(show.stdout, /^Oracle Linux Virtualization Manager \(olvm\): /v);
	t.regex(show.stdout, /^Components:\n[\s\S]*^Options:\n[\s\S]*^Parameters:\n/mv);
	const flows = JSON.parse(rows.stdout) as Array<{flow: string; service: string; sources: Array<{document: string; section: string; where: string}>}>;
	t.is(flows.length, products.find(({id}) => id === 'olvm')!.flows);
	t.true(flows.every(({sources}) => sources.length > 0 && sources.every(({document, section, where}) => document !== '' && section !== '' && where !== '')));
	t.is(check.stdout, '');
	t.regex(check.stderr, new RegExp(String.raw`^${products.length} products, ${products.reduce((sum, {flows: count}) => sum + count, 0)} flows; .* No problem found\.\n$`, 'v'));
	t.deepEqual((JSON.parse(checkJson.stdout) as {problems: unknown[]}).problems, []);
	t.false([show, plainList].some(({stdout}) => stdout.includes('<U+') || stdout.includes('undefined')));
});

test('a catalog of a site is added, and named with all that is wrong', async t => {
	const okm = await readFile(path.join(root, 'catalog/products/okm.yaml'), 'utf8');
	const wrong = okm.replace('kind: key management', 'kind: key managment').replace(/protocol: tcp/v, 'protocol: tpc');
	const [good, bad, loose, broken, none, form] = await Promise.all([
		makeFolder({'products/okm.yaml': okm.replace(/^name: .*$/mv, 'name: Keys of the site')}),
		makeFolder({'products/okm.yaml': wrong, 'products/acme.yaml': 'id: acmee\n', 'service.yaml': ''}),
		makeFolder({'products/okm.yaml': okm.replace(/sources: \[okm-connections\/[^,\]]+/v, 'sources: [okm-connections/no-such-row')}),
		makeFolder({'products/okm.yaml': 'a: [\n'}),
		makeFolder({'readme.md': ''}),
		makeFolder({products: ''}),
	]);
	const [list, badList, looseCheck, looseRun, brokenRun, noneRun, formRun] = await runSession([
		['catalog', 'list', '--catalog', good],
		['catalog', 'list', '--catalog', bad],
		['catalog', 'check', loose],
		['check', 'okm-cluster', '--catalog', loose],
		['check', 'okm-cluster', '--catalog', broken, '--json'],
		['catalog', 'check', none],
		['catalog', 'check', form],
	]) as [Result, Result, Result, Result, Result, Result, Result];
	t.regex(list.stdout, /^okm: Keys of the site /mv);
	t.regex(list.stdout, /^olvm: /mv);
	t.is(badList.code, 2);
	t.regex(badList.stderr, /products\/okm\.yaml:\d+:\d+ schema\/value "kind" is "key managment"\n {4}did you mean "key management"/v);
	t.regex(badList.stderr, /products\/okm\.yaml:\d+:\d+ schema\/value "protocol" is "tpc"/v);
	t.regex(badList.stderr, /products\/acme\.yaml:1:1 schema\/missing/v);
	t.regex(badList.stderr, /service\.yaml catalog\/unknown-file [\s\S]*did you mean "services\.yaml"/v);
	t.is(looseCheck.code, 1);
	t.regex(looseCheck.stderr, /products\/okm\.yaml:\d+:\d+ product\/sources there is no row "okm-connections\/no-such-row"/v);
	t.is(looseRun.code, 2);
	t.regex(looseRun.stderr, /product\/sources there is no row/v);
	t.is(brokenRun.code, 2);
	t.true((JSON.parse(brokenRun.stdout) as {problems: Array<{file: string; line: number}>}).problems.some(({file, line}) => file.endsWith('okm.yaml') && line > 0));
	t.is(noneRun.code, 2);
	t.regex(noneRun.stderr, /holds no catalog files/v);
	t.is(formRun.code, 2);
	t.regex(formRun.stderr, /products" cannot be read: part of the path is not a folder/v);
});

// Schemas.

type Schema = Readonly<Record<string, unknown>>;

/** Everything in a JSON Schema that would make another program stumble. */
function findFaults(schema: unknown, whole: Schema, place: string): string[] {
	if (typeof schema === 'boolean') {
		return [];
	}

	if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
		return [`${place} is no schema`];
	}

	const known = new Set(['$schema', '$ref', '$defs', 'title', 'description', 'type', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items', 'anyOf', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems']);
	const {$ref, $defs, type, properties, required, additionalProperties, propertyNames, items, anyOf, pattern} = schema as Schema;
	const faults = Object.keys(schema).filter(key => !known.has(key)).map(key => `${place} has the keyword ${key}`);
	if (typeof $ref === 'string' && $ref !== '#' && !Object.hasOwn((whole['$defs'] ?? {}), $ref.replace('#/$defs/', ''))) {
		faults.push(`${place} refers to ${$ref}`);
	}

	faults.push(...[type ?? []].flat().filter(word => !['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'].includes(word as string)).map(word => `${place} has the type ${JSON.stringify(word)}`));

	if (typeof pattern === 'string') {
		// JSON Schema reads patterns as JavaScript does with this flag.
		compile(pattern);
	}

	for (const key of (required ?? []) as string[]) {
		if (!Object.hasOwn((properties ?? {}), key)) {
			faults.push(`${place} requires ${key} and does not describe it`);
		}
	}

	const inner = [
		...Object.entries((properties ?? {})).map(([key, value]) => [value, `${place}.${key}`] as const),
		...Object.entries(($defs ?? {})).map(([key, value]) => [value, `${place}#${key}`] as const),
		...((anyOf ?? []) as unknown[]).map((value, index) => [value, `${place}|${index}`] as const),
		...[additionalProperties, propertyNames, items].filter(value => value !== undefined).map(value => [value, `${place}.*`] as const),
	];
	return [...faults, ...inner.flatMap(([value, name]) => findFaults(value, whole, name))];
}

// eslint-disable-next-line require-unicode-regexp -- JSON Schema names this flag.
const compile = (pattern: string): RegExp => new RegExp(pattern, 'u');

const schemaNames = ['profile', 'plan', 'catalog', 'document'] as const;
let schemas: Promise<readonly Result[]> | undefined;

async function readSchema(t: ExecutionContext, name: typeof schemaNames[number]): Promise<Schema> {
	schemas ??= runSession(schemaNames.map(known => ['schema', known]));
	const results = await schemas;
	const {code, stdout, stderr} = results[schemaNames.indexOf(name)]!;
	t.deepEqual([code, stderr], [0, '']);
	return JSON.parse(stdout) as Schema;
}

const validators = new Map<string, Promise<z.ZodType>>();

/** What another reader of the schema finds wrong with data. */
async function validate(t: ExecutionContext, name: typeof schemaNames[number], data: unknown): Promise<string[]> {
	const schema = await getOrMake(validators, name, async () => z.fromJSONSchema(await readSchema(t, name) as Parameters<typeof z.fromJSONSchema>[0]));
	return schema.safeParse(data).error?.issues.map(({path: place, message}) => `${place.join('.')}: ${message}`) ?? [];
}

async function readYamlFiles(folder: string): Promise<Array<readonly [name: string, data: Record<string, unknown>]>> {
	const names = await listNames(path.join(root, folder));
	return Promise.all(names.map(async name => [name, parse(await readFile(path.join(root, folder, `${name}.yaml`), 'utf8')) as Record<string, unknown>] as const));
}

for (const name of schemaNames) {
	test(`the schema of a ${name} is one`, async t => {
		const schema = await readSchema(t, name);
		t.is(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
		t.is(typeof schema['title'], 'string');
		t.deepEqual(findFaults(schema, schema, name), []);
	});
}

test('starter profiles, products and documents are what the schemas ask for', async t => {
	for (const [name, folder] of [['profile', 'templates/profiles'], ['catalog', 'catalog/products'], ['document', 'catalog/documents']] as const) {
		for (const [file, data] of await readYamlFiles(folder)) {
			t.deepEqual(await validate(t, name, data), [], `${file}`);
			t.notDeepEqual(await validate(t, name, {...data, extra: 1}), [], `${file}`);
		}
	}

	const [[, profile]] = await readYamlFiles('templates/profiles') as [readonly [string, Record<string, unknown>]];
	for (const wrong of [{schemaVersion: 2}, {name: 'No Name'}, {zones: []}, {networks: {managment: 'x'}}, {products: 'olvm'}]) {
		t.notDeepEqual(await validate(t, 'profile', {...profile, ...wrong}), [], `${JSON.stringify(wrong)}`);
	}
});

test('each key of the profile schema has its own description', async t => {
	const {properties} = await readSchema(t, 'profile') as {properties: Record<string, {description?: string; properties?: Record<string, {description?: string}>}>};
	t.regex(properties['name']!.description!, /^Short name/v);
	t.is(properties['description']!.description, undefined);
	t.regex(properties['change']!.properties!['impact']!.description!, /^What breaks/v);
	t.is(properties['change']!.properties!['reason']!.description, undefined);
});

test('plan.json is what its schema asks for', async t => {
	const {stdout} = await run('generate', 'okm-cluster', '--format', 'plan', '--stdout');
	t.deepEqual(await validate(t, 'plan', JSON.parse(stdout)), []);
});

test('a program that is not whole says which file is missing', async t => {
	const folder = path.join(scratch, 'broken');
	await cp(path.join(root, 'dist'), folder, {recursive: true});
	await rm(path.join(folder, 'catalog.json'));
	const {code, stderr} = await runProcess(process.execPath, [path.join(folder, 'cli.cjs'), 'catalog', 'list']);
	t.is(code, 2);
	t.regex(stderr, /catalog\.json: there is no such file or folder/v);
	await writeFile(path.join(folder, 'catalog.json'), '{');
	const bug = await runProcess(process.execPath, [path.join(folder, 'cli.cjs'), 'catalog', 'list']);
	t.is(bug.code, 70);
	t.regex(bug.stderr, /^virt-fw-wizard \S+: a bug, please report it[\s\S]*SyntaxError/v);
});
