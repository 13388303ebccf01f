import {spawnSync} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {AddressRange} from '../../source/core/addresses.js';
import {derivePolicies} from '../../source/core/firewall/policy.js';
import type {Plan} from '../../source/core/model.js';
import {iptables} from '../../source/renderers/firewall/iptables.js';
import {nftables} from '../../source/renderers/firewall/nftables.js';
import {UnfitPlanError} from '../../source/renderers/unfit-plan-error.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../helpers/firewall-designs.js';
import {makeSamplePlan} from '../helpers/sample-plan.js';

const catalog = await readTestCatalog();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-firewall-'));

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const starters = readStarterDesigns(catalog);
const randomDesigns = makeAddressedDesigns(catalog, 40);

// Firewalls are asked whether they would take a file, which needs their programs and the right to ask.
const isAble = spawnSync('nft', ['-c', 'list ruleset']).status === 0 && spawnSync('iptables-restore', ['--test'], {input: '*filter\nCOMMIT\n'}).status === 0;
const testWithTools = isAble ? test : test.skip;

async function check(t: ExecutionContext, files: ReadonlyArray<{readonly path: string; readonly content: string}>, program: (name: string) => readonly string[]): Promise<void> {
	for (const {path: name, content} of files) {
		const file = path.join(scratch, `${t.title.replaceAll(/\W/gv, '-')}-${name}`);
		// eslint-disable-next-line no-await-in-loop -- One after the other: they are many.
		await writeFile(file, content);
		const [command, ...args] = program(name) as [string, ...string[]];
		const {status, stderr} = spawnSync(command, [...args, file], {encoding: 'utf8'});
		if (status !== 0) {
			t.fail(`${name}: ${stderr}\n${content}`);
		}
	}

	t.pass();
}

testWithTools('nft takes every configuration, twice in one file and with its rollback', async t => {
	for (const design of [...starters, ...randomDesigns]) {
		const files = nftables.render(design, {});
		t.true(files.length >= 2);
		// eslint-disable-next-line no-await-in-loop -- One design after the other.
		await check(t, [{path: 'all.nft', content: [...files, ...files].map(({content}) => content).join('\n')}], () => ['nft', '-c', '-f']);
	}
});

testWithTools('iptables-restore and ip6tables-restore take every configuration', async t => {
	for (const design of [...starters, ...randomDesigns]) {
		// eslint-disable-next-line no-await-in-loop -- One design after the other.
		await check(t, iptables.render(design, {}).filter(({path: name}) => name.endsWith('.rules')), name => [name.startsWith('ip6') ? 'ip6tables-restore' : 'iptables-restore', '--test']);
	}
});

const testInNamespace = spawnSync('unshare', ['--net', '--mount', 'iptables-save']).status === 0 ? testWithTools : test.skip;

testInNamespace('the scripts of iptables load both files, twice too, and bring back what was there before', async t => {
	const [design] = starters.filter(({profile}) => profile.name === 'okm-cluster') as [Plan];
	for (const {path: name, content} of iptables.render(design, {})) {
		// eslint-disable-next-line no-await-in-loop -- Few and small.
		await writeFile(path.join(scratch, name), content);
	}

	const script = `set -eu
mount -t tmpfs none /var/lib
show() { echo "$1"; for program in iptables ip6tables; do $program-save -t filter | grep -v '^#'; $program -S; done; }
rules() { echo "$1 $(iptables -S | wc -l) $(ip6tables -S | wc -l)"; }
sh iptables-gateway-rollback.sh
rules none
sh iptables-gateway.sh
sh iptables-gateway-rollback.sh
rules none
iptables -P INPUT DROP; iptables -N own; iptables -A INPUT -s 192.0.2.1 -j own; ip6tables -A INPUT -s 2001:db8::1 -j DROP
show BEFORE > before
sh iptables-gateway.sh
rules loaded
iptables -S | grep -q 'P FORWARD DROP'
ip6tables -S | grep -q 'P FORWARD DROP'
sh iptables-gateway.sh
rules loaded
sh iptables-gateway-rollback.sh
show BEFORE > after
cmp before after
test ! -e /var/lib/virt-fw-wizard/iptables-gateway
`;
	const {status, stdout, stderr} = spawnSync('unshare', ['--net', '--mount', 'sh'], {cwd: scratch, encoding: 'utf8', input: script});
	t.is(status, 0, `${stdout}${stderr}`);
	const [before, back, loaded, again] = stdout.trim().split('\n') as [string, string, string, string];
	t.deepEqual([before, back], ['none 3 3', 'none 3 3']);
	t.regex(loaded, /^loaded (?:\d{2,}) (?:\d{2,})$/v);
	t.is(again, loaded);
});

test('every network line is in the gateway once, and every line into a host in that host', t => {
	for (const design of [...starters, ...randomDesigns]) {
		const {policies} = derivePolicies(design);
		t.deepEqual(policies!.gateway.rules.map(({line}) => line), [...design.denies.map(({id}) => id), ...design.rules.filter(({scope}) => scope === 'network').map(({id}) => id)]);
		for (const {id, rules} of policies!.hosts) {
			t.deepEqual(rules.map(({line}) => line), design.rules.filter(({destinations}) => destinations.some(({host}) => host === id)).map(rule => rule.id), `${id}`);
		}

		const [gateway] = nftables.render(design, {});
		t.deepEqual([...gateway!.content.matchAll(/comment "(?<line>[DR]-\w+)"/gv)].map(({groups}) => groups!['line']), policies!.gateway.rules.map(({line}) => line));
	}
});

test('the number of rules does not grow with the number of addresses', t => {
	const [design] = starters.filter(({profile}) => profile.name === 'olvm-segregated') as [Plan];
	const spread = (range: AddressRange) => Array.from({length: 500}, (_, index) => ({...range, from: range.from + BigInt(index * 1000), to: range.from + BigInt(index * 1000)}));
	const widen = (hosts: Plan['hosts']): Plan['hosts'] => hosts.map(host => ({...host, interfaces: host.interfaces.map(entry => ({...entry, ranges: entry.ranges.flatMap(range => spread(range))}))}));
	const countRules = (plan: Plan) => nftables.render(plan, {})[0]!.content.split('\n').filter(line => /\bcomment "/v.test(line)).length;
	t.is(countRules({...design, hosts: widen(design.hosts)}), countRules(design));
});

test('what cannot be said in addresses is refused, all of it at once', t => {
	const error = t.throws(() => nftables.render(makeSamplePlan(), {}), {instanceOf: UnfitPlanError});
	t.deepEqual(error?.problems.map(({code, message}) => [code, /line (?<line>\S+)/v.exec(message)?.groups?.['line']]), [
		['firewall/name', 'R-FED4'],
		['firewall/name', 'R-FED6'],
		['firewall/no-address', 'H-BEAT'],
		['firewall/no-address', 'H-BEAT'],
	]);
});

test('a deny that would drop what a line permits is refused', t => {
	const [design] = starters.filter(({profile}) => profile.name === 'okm-cluster') as [Plan];
	const rule = design.rules.find(({protocol, scope, ipVersion}) => protocol === 'udp' && scope === 'network' && ipVersion === 4)!;
	const {problems} = derivePolicies({...design, denies: design.denies.filter(({protocol}) => protocol === 'udp').map(deny => ({...deny, ports: ['1-65535']}))});
	t.true(problems!.some(({code, message}) => code === 'firewall/deny-shadows' && message.includes(rule.id)));
	t.is(derivePolicies(design).problems, undefined);
});

test('a deny of a protocol by its number is compared with lines that name it', t => {
	const [design] = starters.filter(({profile}) => profile.name === 'okm-cluster') as [Plan];
	const [deny] = design.denies.filter(({protocol}) => protocol === 'ip') as [Plan['denies'][number]];
	for (const [number, protocol] of [[6, 'tcp'], [17, 'udp']] as const) {
		const shadowed = design.rules.filter(rule => rule.scope === 'network' && rule.protocol === protocol && (deny.ipVersion ?? rule.ipVersion) === rule.ipVersion);
		const {problems} = derivePolicies({...design, denies: [{...deny, number}]});
		t.deepEqual(problems?.map(({code}) => code), shadowed.map(() => 'firewall/deny-shadows'));
	}
});

test('a line whose end has addresses of the other IP version only is refused, and no firewall drops it without a word', t => {
	const [design] = starters.filter(({profile}) => profile.name === 'olvm-segregated') as [Plan];
	const [line] = design.rules as [Plan['rules'][number]];
	const {problems} = derivePolicies({...design, rules: [{...line, ipVersion: line.ipVersion === 4 ? 6 : 4}]});
	t.deepEqual([...new Set(problems?.map(({code}) => code))], ['firewall/no-address']);
});

test('hostile titles stay in their comments', t => {
	const [design] = starters.filter(({profile}) => profile.name === 'olvm-flat') as [Plan];
	const renamed = makeHostile(design);
	for (const format of [nftables, iptables]) {
		const strip = (files: ReadonlyArray<{readonly content: string}>) => files.map(({content}) => content.split('\n').filter(line => !/^\s*#/v.test(line)));
		t.deepEqual(strip(format.render(renamed, {})), strip(format.render(design, {})));
	}
});
