import {spawn, spawnSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import fc from 'fast-check';
import test from 'ava';
import {auditPolicy} from '../../source/core/audit/audit.js';
import {readRuleset} from '../../source/core/audit/read.js';
import {parseDumpAddress, type DumpFile} from '../../source/core/audit/reading.js';
import type {Policy, PolicyRule} from '../../source/core/firewall/policy.js';
import {canBuildNetworks} from './network.js';

/*
Truth by packets: random rules are loaded into a kernel and dumped by the firewalls' own programs, and what the audit says of each packet is what becomes of it.

One namespace with its loopback is enough: each of its addresses is another sender and another receiver.
*/

const namespace = `vfw-${process.pid}-truth`;
const labTest = canBuildNetworks() ? test.serial : test.skip;
const count = Number(process.env['VFW_AUDIT_TRUTH'] ?? 12);

test.after.always(() => {
	spawnSync('ip', ['netns', 'delete', namespace]);
});

function run(command: readonly string[], input = ''): string {
	const {status, stdout, stderr} = spawnSync('ip', ['netns', 'exec', namespace, ...command], {input, encoding: 'utf8'});
	if (status !== 0) {
		throw new Error(`${command.join(' ')}: ${stderr}\n${input}`);
	}

	return stdout;
}

const hosts = [1, 2, 3] as const;
const ports = [80, 81, 82] as const;
const addressOf = (number: number): string => `127.0.0.${number}`;

type Packet = {readonly from: string; readonly to: string; readonly protocol: 'tcp' | 'udp'; readonly port: number};
const packets: readonly Packet[] = hosts.flatMap(from => hosts.flatMap(to => (['tcp', 'udp'] as const).flatMap(protocol => ports.map(port => ({from: addressOf(from), to: addressOf(to), protocol, port})))));

const group = (text: string) => ({id: text, title: text, ipVersion: 4 as const, ranges: [parseDumpAddress(text)!]});
const policy: Policy = {
	kind: 'host',
	id: 'host',
	title: 'host',
	groups: [],
	rules: packets.map(({from, to, protocol, port}, index): PolicyRule => ({line: String(index), action: 'permit', ipVersion: 4, protocol, ports: [{from: port, to: port}], source: group(from), destination: group(to), isLogged: false, title: ''})),
	ipVersions: [4],
	logsDrops: false,
	remarks: [],
};

const some = <Value>(values: readonly Value[]) => fc.subarray([...values], {minLength: 1});
const isNot = fc.boolean().map(is => is ? '!= ' : '');
const verdict = fc.constantFrom('accept', 'drop', 'return', 'continue', 'jump a', 'jump b', 'goto b', 'reject');
const leafVerdict = fc.constantFrom('accept', 'drop', 'return', 'reject');
const entryVerdict = (own: fc.Arbitrary<string>) => own.filter(text => text !== 'reject');

/** Rules as nft has them: lists, negation, sets of concatenations, maps of verdicts and statements that decide nothing. */
const nftRule = (own: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(
	fc.tuple(fc.option(fc.tuple(isNot, some(hosts)).map(([sign, list]) => `ip saddr ${sign}{ ${list.map(number => addressOf(number)).join(', ')} }`), {nil: ''}), fc.option(fc.tuple(isNot, some(hosts)).map(([sign, list]) => `ip daddr ${sign}{ ${list.map(number => addressOf(number)).join(', ')} }`), {nil: ''}), fc.option(fc.tuple(fc.constantFrom('tcp', 'udp', 'th'), isNot, some(ports)).map(([protocol, sign, list]) => `${protocol === 'th' ? 'meta l4proto { tcp, udp } th' : protocol} dport ${sign}{ ${list.join(', ')} }`), {nil: ''}), fc.constantFrom('', 'counter', 'meta mark set 0x1', 'ct state new', 'ct state != { established, invalid }'), own).map(parts => parts.filter(part => part !== '').join(' ')),
	fc.tuple(fc.constantFrom('@pairs', '!= @pairs'), own).map(([set, end]) => `ip saddr . tcp dport ${set} ${end}`),
	fc.tuple(fc.constantFrom('@nets', '!= @nets'), own).map(([set, end]) => `ip daddr ${set} ${end}`),
	fc.tuple(fc.constantFrom('tcp', 'udp'), fc.uniqueArray(fc.tuple(fc.constantFrom(...ports), entryVerdict(own)), {minLength: 1, selector: ([port]) => port}), fc.option(entryVerdict(own), {nil: undefined}), fc.option(own, {nil: ''})).map(([protocol, entries, any, end]) => `${protocol} dport vmap { ${[...entries.map(([port, to]) => `${port} : ${to}`), ...(any === undefined ? [] : [`* : ${any}`])].join(', ')} } ${end}`.trim()),
	own,
);
const nft = fc.record({
	policy: fc.constantFrom('accept', 'drop'),
	input: fc.array(nftRule(verdict), {maxLength: 6}),
	a: fc.array(nftRule(fc.oneof(leafVerdict, fc.constantFrom('jump b', 'goto b'))), {maxLength: 4}),
	b: fc.array(nftRule(leafVerdict), {maxLength: 4}),
	second: fc.option(fc.array(nftRule(leafVerdict), {maxLength: 2}), {nil: undefined}),
}).map(({policy: own, input, a, b, second}) => {
	const chain = (name: string, rules: readonly string[]) => `chain ${name} {\n${rules.map(rule => `${rule}\n`).join('')}}\n`;
	const sets = 'set pairs { type ipv4_addr . inet_service; flags interval; elements = { 127.0.0.1-127.0.0.2 . 80-81, 127.0.0.3 . 82 }; }\nset nets { type ipv4_addr; flags interval; elements = { 127.0.0.0/31, 127.0.0.3 }; }\n';
	const start = 'ct state established,related accept';
	return `table inet t {\n${sets}${chain('b', b)}${chain('a', a)}${chain('input', [`type filter hook input priority 0; policy ${own};`, start, ...input])}}\n${second === undefined ? '' : `table ip u {\n${sets}${chain('input', ['type filter hook input priority 5; policy accept;', start, ...second])}}\n`}`;
});

const list = (values: readonly number[]): string => values.join(',');
const iptablesRule = (own: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(
	fc.option(fc.tuple(fc.boolean(), fc.constantFrom('127.0.0.1', '127.0.0.2/31', '127.0.0.3')).map(([isNegated, address]) => `${isNegated ? '! ' : ''}-s ${address}`), {nil: ''}),
	fc.option(fc.tuple(fc.boolean(), fc.constantFrom('127.0.0.1-127.0.0.2', '127.0.0.3-127.0.0.9')).map(([isNegated, range]) => `-m iprange ${isNegated ? '! ' : ''}--dst-range ${range}`), {nil: ''}),
	fc.option(fc.tuple(fc.constantFrom('tcp', 'udp'), fc.boolean(), some(ports)).map(([protocol, isNegated, values]) => `-p ${protocol} -m multiport ${isNegated ? '! ' : ''}--dports ${list(values)}`), {nil: ''}),
	fc.constantFrom('', '-m conntrack --ctstate NEW', '-m conntrack ! --ctstate ESTABLISHED', '-m comment --comment "-j ACCEPT"', '-p tcp --syn'),
	own,
).filter(parts => parts[2] === '' || !parts[3].startsWith('-p')).map(parts => parts.filter(part => part !== '').join(' '));
const iptables = fc.record({
	policy: fc.constantFrom('ACCEPT', 'DROP'),
	INPUT: fc.array(iptablesRule(fc.constantFrom('-j ACCEPT', '-j DROP', '-j a', '-g b', '-j RETURN', '-j LOG')), {maxLength: 6}),
	a: fc.array(iptablesRule(fc.constantFrom('-j ACCEPT', '-j DROP', '-j RETURN', '-j b', '-g b')), {maxLength: 4}),
	b: fc.array(iptablesRule(fc.constantFrom('-j ACCEPT', '-j REJECT', '-j RETURN')), {maxLength: 4}),
}).map(({policy: own, ...chains}) => `*filter\n:INPUT ${own} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n:b - [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n${(['INPUT', 'a', 'b'] as const).flatMap(name => chains[name].map(rule => `-A ${name} ${rule}\n`)).join('')}COMMIT\n`);

/** What the audit says of each packet. */
function audit(files: readonly DumpFile[]): ReadonlyArray<'open' | 'closed' | 'unknown'> {
	const {value, problems} = readRuleset(files);
	if (problems) {
		throw new Error(`${JSON.stringify(problems)}\n${files.map(({text}) => text).join('\n')}`);
	}

	return auditPolicy(policy, value).lines.map(({status}) => status === 'implemented' || status === 'wider' ? 'open' : (status === 'not-assessable' || status === 'partly' ? 'unknown' : 'closed'));
}

labTest('what the audit says of random rules is what becomes of packets', async t => {
	t.timeout(1_200_000);
	spawnSync('ip', ['netns', 'add', namespace]);
	run(['ip', 'link', 'set', 'lo', 'up']);
	// What the rules before let through is soon forgotten: a sender's port may come again.
	run(['sh'], 'for file in udp_timeout udp_timeout_stream; do echo 1 > /proc/sys/net/netfilter/nf_conntrack_$file; done');
	const agent = spawn('ip', ['netns', 'exec', namespace, process.execPath, path.join(process.cwd(), 'test/lab/agent.mjs')], {stdio: ['pipe', 'pipe', 'inherit']});
	t.teardown(() => agent.kill('SIGKILL'));
	const answers = createInterface({input: agent.stdout})[Symbol.asyncIterator]();
	const opened = new Set<number>();
	let number = 0;
	let current = '';
	/** Until an order is done, and all of these packets got through. */
	const order = async (what: Readonly<Record<string, unknown>>, expected: readonly number[] = []): Promise<void> => {
		number++;
		// A packet that should come and does not is a failure, and no reason to wait for ever.
		const deadline = setTimeout(() => {
			agent.kill('SIGKILL');
		}, 30_000);
		agent.stdin.write(`${JSON.stringify({...what, number})}\n`);
		for (let isDone = false; !isDone || expected.some(id => !opened.has(id));) {
			// eslint-disable-next-line no-await-in-loop -- Answers come one after the other.
			const {value} = await answers.next() as {value: string | undefined};
			if (value === undefined) {
				throw new Error(`without an answer: ${JSON.stringify(expected.filter(id => !opened.has(id)).map(id => packets[id]))}\n${current}`);
			}

			const {done, error, id, result} = JSON.parse(value) as {done?: number; error?: string; id?: number; result?: string};
			if (error !== undefined) {
				throw new Error(error);
			}

			isDone ||= done === number;
			if (id !== undefined && result === 'open') {
				opened.add(id);
			}
		}

		clearTimeout(deadline);
	};

	let tried = 0;
	const seed = Number(process.env['VFW_AUDIT_SEED'] ?? 5);
	const rulesets = [...fc.sample(nft, {numRuns: count, seed}).map(text => ({program: 'nft', text})), ...fc.sample(iptables, {numRuns: count, seed}).map(text => ({program: 'iptables', text}))];
	for (const {program, text} of rulesets) {
		current = text;
		run(['nft', 'flush', 'ruleset']);
		const endpoints = hosts.flatMap(host => ports.flatMap(port => (['tcp', 'udp'] as const).map(protocol => ({protocol, address: addressOf(host), port}))));
		// eslint-disable-next-line no-await-in-loop -- One after the other: there is one kernel.
		await order({do: 'listen', endpoints});
		run(program === 'nft' ? ['nft', '-f', '-'] : ['iptables-restore'], text);
		const dumps: DumpFile[] = program === 'nft' ? [[], ['-a'], ['-j']].map(options => ({name: 'dump', text: run(['nft', ...options, 'list', 'ruleset'])})) : [{name: 'dump', text: run(['iptables-save', '-c'])}, {name: 'dump', text: run(['nft', 'list', 'ruleset'])}];
		const [said, ...others] = dumps.map(dump => audit([dump]));
		for (const other of others) {
			// What nft cannot say of matches of iptables is not known, and nothing else.
			t.deepEqual(other.map((word, id) => program === 'iptables' && word === 'unknown' ? said![id] : word), said, text);
		}

		t.false(said!.includes('unknown'), text);
		opened.clear();
		const expected = [...packets.keys()].filter(id => said![id] === 'open');
		// eslint-disable-next-line no-await-in-loop -- As above.
		await order({do: 'probe', probes: packets.map((packet, id) => ({id, ...packet}))}, expected);
		t.deepEqual([...opened].toSorted((a, b) => a - b), expected, text);
		// eslint-disable-next-line no-await-in-loop -- As above.
		await order({do: 'stop'});
		tried += packets.length;
	}

	t.log(`${rulesets.length} rule sets, ${tried} packets`);
});
