import {spawn, spawnSync} from 'node:child_process';
import dgram from 'node:dgram';
import {once} from 'node:events';
import {
	mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile,
} from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import fc from 'fast-check';
import test, {type ExecutionContext} from 'ava';
import type {Plan} from '../../source/core/model.js';
import type {TestResult} from '../../source/core/test-case.js';
import {findExpected, judgeTest, parseTestResults, toScriptText} from '../../source/core/test-results.js';
import {changeRequest} from '../../source/renderers/change-request.js';
import {deriveTestPack} from '../../source/renderers/test-pack/cases.js';
import {quoteBash, quotePowerShell} from '../../source/renderers/test-pack/script-parts.js';
import {tests} from '../../source/renderers/test-pack/tests.js';
import {makeFlow, makeHost, makePlan, makeRule, makeSamplePlan, makeZone, templates} from '../helpers/sample-plan.js';
import {hostileText} from '../helpers/hostile-plan.js';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-test-pack-'));
test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const hasTools = ['bash', 'timeout', 'python3', 'ip'].every(name => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
const testTools = hasTools || process.env['REQUIRE_TOOLS'] === '1' ? test : test.skip;

/** Two hosts with an address each, and a line of some services from the first to the second. */
function makePair(from: string, to: string, services: ReadonlyArray<readonly ['tcp' | 'udp', string]>, {id = 'R', host = 'a'} = {}): Plan {
	const [a, b] = [makeHost(host, {title: `Title of ${host}`, roles: {management: ['one', from]}}), makeHost('b', {roles: {management: ['two', to]}})];
	const flows = services.map(([protocol, port], index) => makeFlow(`f${index}`, {between: [a.interfaces[0]!, b.interfaces[0]!], service: {protocol, ports: [port]}}));
	return makePlan({zones: [makeZone({id: 'one'}), makeZone({id: 'two'})], hosts: [a, b], flows, rules: flows.map((flow, index) => makeRule(`${id}-${index}`, [flow], [a, b]))});
}

async function writeFiles(plan: Plan): Promise<string> {
	const folder = await mkdtemp(path.join(scratch, 'pack-'));
	await Promise.all(tests.render(plan, {}).map(async file => writeFile(path.join(folder, file.path), file.content)));
	return folder;
}

async function run(folder: string, file: string, ...args: readonly string[]): Promise<{readonly code: number; readonly output: string}> {
	const child = spawn('bash', [file, ...args], {cwd: folder, stdio: ['ignore', 'pipe', 'pipe']});
	const exit = once(child, 'close') as Promise<[number]>;
	const [output, , [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
	return {code, output};
}

/** Only how a script ends. */
async function runCode(folder: string, file: string, ...args: readonly string[]): Promise<number> {
	const {code} = await run(folder, file, ...args);
	return code;
}

const readResults = async (plan: Plan, file: string) => parseTestResults([{name: file, text: await readFile(file, 'utf8')}], plan, deriveTestPack(plan).cases);

const listCases = (plan: Plan) => deriveTestPack(plan).cases.map(({kind, subject, source, to, protocol, port}) => `${kind} ${subject} ${source} ${to} ${protocol}/${port}`);

test('cases are the choices of the test plan, from each source to each destination', t => {
	t.deepEqual(listCases(makePair('10.0.0.1', '10.0.1.1', [['tcp', '443']])), [
		'open R-0 a/management 10.0.1.1 tcp/443',
		'beside R-0 a/management 10.0.1.1 tcp/442',
		'beside R-0 a/management 10.0.1.1 tcp/444',
		'reverse R-0 b/management 10.0.0.1 tcp/443',
		'zone one b/management 10.0.0.1 tcp/443',
	].filter(entry => !entry.startsWith('zone')));
});

test('of alike machines the first and the last are tried, and a single machine does not try itself', t => {
	const [several, single] = ['10.0.0.1-10.0.0.9', '10.0.0.1'].map(address => {
		const nodes = makeHost('nodes', {several: true, roles: {management: ['one', address]}});
		const flow = makeFlow('peers', {between: [nodes.interfaces[0]!, nodes.interfaces[0]!], disposition: 'intra-zone'});
		return listCases(makePlan({zones: [makeZone({id: 'one'})], hosts: [nodes], flows: [flow], rules: [makeRule('H-1', [flow], [nodes])]}));
	});
	t.deepEqual(several!.filter(entry => entry.startsWith('open')), ['open H-1 nodes/management 10.0.0.1 tcp/443', 'open H-1 nodes/management 10.0.0.9 tcp/443']);
	t.deepEqual(single, []);
});

test('what no script can try is named with its reason, in the overview and in the script', t => {
	const plan = makeSamplePlan();
	const {untestable} = deriveTestPack(plan);
	t.true(untestable.some(({subject, reason}) => subject === 'H-BEAT' && reason.includes('missing')));
	t.true(untestable.some(({subject, kind, reason}) => subject === 'R-WEB1' && kind === 'reverse' && reason.includes('10.1.0.0/25')));
	const files = tests.render(plan, {});
	t.regex(files[0]!.content, /H-BEAT \(must get through\): .*missing/v);
	t.true(files.some(({path: name}) => name === 'test-clients.ps1') && files.every(({path: name}) => name !== 'test-manager.ps1'));
});

test('a line between very many hosts does not multiply them', t => {
	const make = (name: string, net: number, zone: string) => Array.from({length: 200}, (_, index) => makeHost(`${name}-${index}`, {roles: {management: [zone, `10.${net}.0.${index + 1}`]}}));
	const [clients, servers] = [make('c', 1, 'one'), make('s', 2, 'two')];
	const flow = makeFlow('web', {between: [clients[0]!.interfaces[0]!, servers[0]!.interfaces[0]!]});
	const hosts = [...clients, ...servers];
	const rule = makeRule('R-1', [flow], hosts);
	const end = ({id, interfaces: [card]}: typeof hosts[number], address: string) => ({host: id, title: id, role: 'management' as const, interface: card!.id, addresses: [address]});
	const plan = makePlan({zones: [makeZone({id: 'one'}), makeZone({id: 'two'})], hosts, flows: [flow], rules: [{...rule, sources: clients.map((host, index) => end(host, `10.1.0.${index + 1}`)), destinations: servers.map((host, index) => end(host, `10.2.0.${index + 1}`))}]});
	const open = deriveTestPack(plan).cases.filter(({kind}) => kind === 'open');
	t.is(open.length, 200);
	t.is(new Set(open.map(({source}) => source)).size, 200);
	t.is(new Set(open.map(({to}) => to)).size, 200);
});

testTools('a quoted text is what Bash prints, whatever it holds', t => {
	const texts = [...fc.sample(fc.string({unit: 'binary'}), {numRuns: 150, seed: 3}), ...fc.sample(fc.string({unit: fc.constantFrom('\'', '"', '\\', '$', '`', '(', ')', '\n', ';', '!', 'a', ' ', '\u{2019}')}), {numRuns: 150, seed: 4}), hostileText];
	const {stdout} = spawnSync('bash', ['-c', String.raw`printf '%s\n' ` + `${texts.map(entry => quoteBash(entry)).join(' ')}`], {encoding: 'utf8'});
	t.deepEqual(stdout.split('\n').slice(0, -1), texts.map(entry => toScriptText(entry)));
});

test('a text quoted for PowerShell is ASCII and has no quote that stands alone', t => {
	fc.assert(fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.string({unit: fc.constantFrom('\'', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}', '\u{92}', '$', '`', '\n')})), value => {
		const quoted = quotePowerShell(value);
		t.regex(quoted, /^'(?:[ -&\(-~]|'')*'$/v);
	}));
});

testTools('scripts of hostile plans are scripts, and nothing in them runs', async t => {
	const bad = ['\'; touch hacked; \'', '$(touch hacked)', '`touch hacked`', '"; touch hacked; "', '\n\ntouch hacked\n', 'x]=$(touch hacked)', '--out', hostileText];
	for (const id of bad) {
		const plan: Plan = {...makePair('10.255.0.1', '10.255.1.1', [['tcp', '443']], {id, host: id}), profile: {name: id, title: id, hash: 'a', schemaVersion: 1}, request: {id, revision: id}};
		// eslint-disable-next-line no-await-in-loop -- One plan after the other.
		const folder = await writeFiles(plan);
		// eslint-disable-next-line no-await-in-loop -- As above.
		const names = await readdir(folder);
		for (const name of names.filter(entry => entry.endsWith('.sh'))) {
			const {status, stderr} = spawnSync('bash', ['-n', '--', name], {cwd: folder, encoding: 'utf8'});
			t.is(status, 0, stderr);
		}

		for (const name of names.filter(entry => entry.startsWith('test-') && entry.endsWith('.sh') && !entry.includes('test-b'))) {
			const out = path.join(folder, 'out');
			// eslint-disable-next-line no-await-in-loop -- As above.
			const {code} = await run(folder, `./${name}`, '--own', '192.0.2.1', '--out', out, '--seconds', '1');
			t.is(code, 1);
			// eslint-disable-next-line no-await-in-loop -- As above.
			const {value, problems} = await readResults(plan, out);
			t.is(problems, undefined);
			t.true(value!.length > 0 && value!.every(({result}) => result === 'not-run'));
		}

		// eslint-disable-next-line no-await-in-loop -- As above.
		const left = await readdir(folder);
		t.false(left.includes('hacked'), id);
	}
});

/** A port that nobody uses, with the ones beside it. */
async function findPort(): Promise<number> {
	const server = net.createServer();
	await once(server.listen(0, '127.0.0.2'), 'listening');
	const {port} = server.address() as net.AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function listen(t: ExecutionContext, folder: string): Promise<void> {
	const child = spawn('bash', ['listen-b.sh', '--seconds', '300'], {cwd: folder, stdio: ['ignore', 'pipe', 'inherit']});
	t.teardown(async () => {
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGINT');
			await once(child, 'close');
		}
	});
	const [said] = await once(child.stdout, 'data') as [Uint8Array];
	t.regex(new TextDecoder().decode(said), /^Listening on 2 of 2 ports/v);
}

testTools('a script tells what answers from what refuses, and the listeners answer', async t => {
	const port = await findPort();
	const plan = makePair('127.0.0.1', '127.0.0.2', [['tcp', String(port)], ['udp', String(port)]]);
	const folder = await writeFiles(plan);
	const out = path.join(folder, 'out');
	const list = async () => {
		const {value, problems} = await readResults(plan, out);
		t.is(problems, undefined);
		return value!.filter(({kind}) => kind === 'open').map(({protocol, detail, result, from}) => `${from} ${protocol} ${detail} ${result}`);
	};

	const {code: before} = await run(folder, 'test-a.sh', '--out', out, '--seconds', '5');
	t.deepEqual(await list(), ['127.0.0.1 tcp refused passed', '127.0.0.1 udp refused unanswered']);
	// Nothing stands between these two, so that the neighbouring ports refuse, which they must not.
	t.is(before, 1);
	await listen(t, folder);
	const {code, output} = await run(folder, 'test-a.sh', '--out', out, '--seconds', '5');
	t.is(code, 1);
	t.regex(output, /tests: 2 passed, 4 failed, 0 unanswered/v);
	t.deepEqual(await list(), ['127.0.0.1 tcp open passed', '127.0.0.1 udp open passed']);
});

/** Programs that scripts call besides those that can send from a chosen address. */
const basics = ['bash', 'timeout', 'ip', 'uname', 'id', 'mktemp', 'sort', 'head', 'od', 'date', 'cat', 'mv', 'rm', 'sleep'];

/** A program that runs whatever the search path: Python may be a script that looks for itself. */
const findProgram = (name: string): string => {
	const [command, ...args] = name === 'python3' ? ['python3', '-c', 'import sys; print(sys.executable)'] as const : ['sh', '-c', 'command -v "$1"', 'sh', name] as const;
	return (spawnSync(command, args, {encoding: 'utf8'}).stdout ?? '').trim();
};

for (const tool of ['socat', 'nc', 'python3', undefined] as const) {
	const testTool = hasTools && (tool === undefined || findProgram(tool) !== '') ? test : test.skip;
	testTool(`a test is sent from the address of its role ${tool === undefined ? 'or not at all' : `with ${tool}`}`, async t => {
		const seen: string[] = [];
		const server = net.createServer(socket => {
			seen.push(`tcp ${socket.remoteAddress}`);
			socket.on('error', () => undefined);
			socket.end();
		});
		await once(server.listen(0, '127.0.0.2'), 'listening');
		const {port} = server.address() as net.AddressInfo;
		const datagrams = dgram.createSocket('udp4', (message, sender) => {
			seen.push(`udp ${sender.address}`);
			datagrams.send(message, sender.port, sender.address);
		});
		datagrams.bind(port, '127.0.0.2');
		await once(datagrams, 'listening');
		t.teardown(() => {
			server.close();
			datagrams.close();
		});
		const plan = makePair('127.0.0.5', '127.0.0.2', [['tcp', String(port)], ['udp', String(port)]]);
		const folder = await writeFiles(plan);
		const bin = path.join(folder, 'bin');
		await mkdir(bin);
		await Promise.all([...basics, ...(tool === undefined ? [] : [tool])].map(async name => symlink(findProgram(name), path.join(bin, name))));
		const out = path.join(folder, 'out');
		const child = spawn(findProgram('bash'), ['test-a.sh', '--own', '127.0.0.5', '--out', out, '--seconds', '5'], {cwd: folder, stdio: 'ignore', env: {PATH: bin}});
		await once(child, 'close');
		const {value} = await readResults(plan, out);
		const open = value!.filter(({kind}) => kind === 'open');
		t.deepEqual(open.map(({protocol, detail, from}) => `${protocol} ${detail} ${from}`), tool === undefined ? ['tcp not-run 127.0.0.5', 'udp not-run 127.0.0.5'] : ['tcp open 127.0.0.5', 'udp open 127.0.0.5']);
		t.deepEqual([...new Set(seen)].toSorted(), tool === undefined ? [] : ['tcp 127.0.0.5', 'udp 127.0.0.5']);
		t.deepEqual(value!.filter(({kind, protocol}) => kind === 'beside' && (protocol === 'tcp' || tool !== 'nc')).map(({detail}) => detail), Array.from({length: tool === 'nc' ? 2 : 4}, () => tool === undefined ? 'not-run' : 'refused'));
	});
}

testTools('an answer may begin with any byte, also where Bash alone listens for it', async t => {
	const datagrams = dgram.createSocket('udp4', (_message, sender) => {
		datagrams.send(new Uint8Array([0, 5, 0, 4]), sender.port, sender.address);
	});
	datagrams.bind(0, '127.0.0.2');
	await once(datagrams, 'listening');
	t.teardown(() => {
		datagrams.close();
	});
	const plan = makePair('127.0.0.1', '127.0.0.2', [['udp', String(datagrams.address().port)]]);
	const folder = await writeFiles(plan);
	const bin = path.join(folder, 'bin');
	await mkdir(bin);
	await Promise.all(basics.map(async name => symlink(findProgram(name), path.join(bin, name))));
	const child = spawn(findProgram('bash'), ['test-a.sh', '--own', '127.0.0.1', '--out', 'out', '--seconds', '5'], {cwd: folder, stdio: 'ignore', env: {PATH: bin}});
	await once(child, 'close');
	const {value} = await readResults(plan, path.join(folder, 'out'));
	t.deepEqual(value!.filter(({kind}) => kind === 'open').map(({detail}) => detail), ['open']);
});

testTools('a program that cannot be run makes no verdict', async t => {
	const plan = makePair('127.0.0.5', '127.0.0.2', [['tcp', '9'], ['udp', '9']]);
	const folder = await writeFiles(plan);
	const bin = path.join(folder, 'bin');
	await mkdir(bin);
	await Promise.all(basics.map(async name => symlink(findProgram(name), path.join(bin, name))));
	await writeFile(path.join(bin, 'socat'), '#!/bin/sh\necho "socat: error while loading shared libraries" >&2\nexit 127\n', {mode: 0o755});
	const child = spawn(findProgram('bash'), ['test-a.sh', '--own', '127.0.0.5', '--out', 'out', '--seconds', '1'], {cwd: folder, stdio: 'ignore', env: {PATH: bin}});
	const [code] = await once(child, 'close') as [number];
	t.is(code, 1);
	const {value} = await readResults(plan, path.join(folder, 'out'));
	t.true(value!.length > 0 && value!.every(({result, kind}) => result === 'not-run' || kind === 'reverse'), JSON.stringify(value));
});

testTools('listeners leave alone what somebody listens on, and say so', async t => {
	const server = net.createServer();
	await once(server.listen(0, '127.0.0.2'), 'listening');
	t.teardown(() => {
		server.close();
	});
	const {port} = server.address() as net.AddressInfo;
	const folder = await writeFiles(makePair('127.0.0.1', '127.0.0.2', [['tcp', String(port)]]));
	const {code, output} = await run(folder, 'listen-b.sh');
	t.is(code, 0);
	t.regex(output, /somebody listens already/v);
});

testTools('listeners end by themselves, and scripts refuse what they do not know', async t => {
	const port = await findPort();
	const folder = await writeFiles(makePair('127.0.0.1', '127.0.0.2', [['tcp', String(port)]]));
	const {code, output} = await run(folder, 'listen-b.sh', '--seconds', '1');
	t.is(code, 0);
	t.regex(output, /for 1 seconds/v);
	t.is(await runCode(folder, 'listen-b.sh', '--seconds', '0'), 2);
	t.is(await runCode(folder, 'test-a.sh', '--seconds', '1;id'), 2);
	t.is(await runCode(folder, 'test-a.sh', '--jobs'), 2);
	await mkdir(path.join(folder, 'folder'));
	t.is(await runCode(folder, 'test-a.sh', '--out', 'folder'), 2);
	t.is(await runCode(folder, 'test-a.sh', '--help'), 0);
});

testTools('each Bash of the wild finds the same addresses: IPv6 is compared as a number', async t => {
	const plan = makePair('2001:db8::10-2001:db8::1f', '2001:db8:1::1', [['tcp', '443']]);
	const rules = plan.rules.map(rule => ({...rule, ipVersion: 6 as const, sources: rule.sources.map(end => ({...end, addresses: ['2001:db8::10-2001:db8::1f']})), destinations: rule.destinations.map(end => ({...end, addresses: ['2001:db8:1::1']}))}));
	const folder = await writeFiles({...plan, rules});
	const out = path.join(folder, 'out');
	for (const [own, from] of [['2001:0DB8:0::0:1f', '2001:0DB8:0::0:1f'], ['2001:db8::20', '-'], ['2001:db8::f', '-']] as const) {
		// eslint-disable-next-line no-await-in-loop -- One after the other into one file.
		await run(folder, 'test-a.sh', '--own', own, '--out', out, '--seconds', '1');
		// eslint-disable-next-line no-await-in-loop -- As above.
		const written = await readFile(out, 'utf8');
		t.is(written.split('\n')[5]!.split('\t')[4], from);
	}
});

/** Results in which every case came to what is expected, but for some. */
function makeResults(plan: Plan, change: (result: TestResult) => TestResult = result => result): TestResult[] {
	return deriveTestPack(plan).cases.map(entry => {
		const detail = entry.kind === 'open' ? 'open' : 'timed-out';
		return change({...entry, detail, result: judgeTest(findExpected(entry.kind), entry.protocol, detail), from: '10.0.0.1', time: '2026-11-22T14:00:00Z', remark: '', by: 'dana@pc-1'});
	});
}

const render = (plan: Plan) => changeRequest.render(plan, templates)[0]!.content;

test('results stand in the row of their line and in the record, and without results nothing changes', t => {
	const plan = makePair('10.0.0.1', '10.0.1.1', [['tcp', '443']]);
	const bare = render(plan);
	const written = render({...plan, testResults: makeResults(plan)});
	const changed = written.split('\n').filter((line, index) => line !== bare.split('\n')[index]);
	t.is(written.split('\n').length, bare.split('\n').length);
	t.is(changed.length, 3);
	t.true(changed[0]!.endsWith('| 443 | 1 of 1 passed; by dana@pc-1; 2026-11-22 14:00 UTC |'), `${changed.join('\n')}`);
	t.true(changed[1]!.includes('3 of 3 passed; by dana@pc-1'), `${changed.join('\n')}`);
	t.is(changed[2], '| Tests passed | dana@pc-1 | 2026-11-22 14:00 UTC | 4 of 4 passed |');
	t.true(bare.includes('| Tests passed | | | |\n'));
});

test('the evidence names what failed, what is not answered and what was not tried', t => {
	const plan = makeSamplePlan();
	const written = render({...plan, testResults: makeResults(plan, result => result.subject === 'R-WEB1' && result.kind === 'open' && result.port === 8080 ? {...result, detail: 'timed-out', result: 'failed'} : result).filter(({subject, port}) => subject !== 'R-FED4' || port !== 3127)});
	t.regex(written, /\| `R-WEB1` \|.*1 of 2 passed, 1 FAILED; 10\.0\.0\.1 to 10\.0\.0\.10, tcp\/8080: timed-out; by dana@pc-1/v);
	t.regex(written, /\| `R-FED4` \|.*2 without a result/v);
	t.regex(written, /\| Tests passed \| dana@pc-1 \|.*1 FAILED.*2 without a result/v);
});
