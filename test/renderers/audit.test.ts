import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import test from 'ava';
import {auditPolicy, toRegion, type Audit} from '../../source/core/audit/audit.js';
import {readRuleset} from '../../source/core/audit/read.js';
import type {DumpFile} from '../../source/core/audit/reading.js';
import {doRegionsMeet} from '../../source/core/audit/region.js';
import {derivePolicies, type Policy, type PolicyRule} from '../../source/core/firewall/policy.js';
import type {Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {mergePortRanges} from '../../source/core/ports.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {formatIptables} from '../../source/renderers/firewall/iptables.js';
import {formatNftables} from '../../source/renderers/firewall/nftables.js';
import {addressDesign} from '../helpers/addressed-design.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile} from '../helpers/random-profile.js';

/*
What is generated, loaded into a kernel and dumped by the firewalls' own programs, is what the audit must find whole; and every change of it must be found.
*/

const catalog = await readTestCatalog();
const starterFolder = path.join(process.cwd(), 'templates/profiles');
const starters = readdirSync(starterFolder).map(file => plan(catalog, parseProfile(readFileSync(path.join(starterFolder, file), 'utf8'), file, catalog).value!, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}}));
const randomDesigns = fc.sample(randomProfile(catalog), {numRuns: 30, seed: 11}).map(profile => addressDesign(catalog, profile).plan);

const namespace = `vfw-${process.pid}-audit`;
const inside = ['netns', 'exec', namespace] as const;
const isAble = spawnSync('ip', ['netns', 'add', namespace]).status === 0
	&& [['nft', 'list', 'ruleset'], ['iptables-save'], ['ip6tables-save']].every(command => spawnSync('ip', [...inside, ...command]).status === 0);
const testWithTools = isAble ? test.serial : test.serial.skip;

test.after.always(() => {
	spawnSync('ip', ['netns', 'delete', namespace]);
});

function run(command: readonly string[], input = ''): string {
	const {status, stdout, stderr} = spawnSync('ip', [...inside, ...command], {input, encoding: 'utf8', maxBuffer: 1e9});
	if (status !== 0) {
		throw new Error(`${command.join(' ')}: ${stderr}\n${input}`);
	}

	return stdout;
}

/** Load a configuration, and give every dump of it: each list of files is one firewall. */
function dumpNftables(text: string): DumpFile[][] {
	run(['nft', 'flush', 'ruleset']);
	run(['nft', '-f', '-'], text);
	return [
		[{name: 'text', text: run(['nft', 'list', 'ruleset'])}],
		[{name: 'handles', text: run(['nft', '-a', '-s', 'list', 'ruleset'])}],
		[{name: 'json', text: run(['nft', '-j', 'list', 'ruleset'])}],
	];
}

function dumpIptables(texts: Readonly<Record<4 | 6, string>>): DumpFile[][] {
	run(['nft', 'flush', 'ruleset']);
	run(['iptables-restore'], texts[4]);
	run(['ip6tables-restore'], texts[6]);
	return [[], ['-c']].map(options => [{name: 'v4', text: run(['iptables-save', ...options])}, {name: 'v6', text: run(['ip6tables-save', ...options])}]);
}

const formatBoth = (design: Plan, policy: Policy) => ({4: formatIptables(design, policy, 4, 'v4'), 6: formatIptables(design, policy, 6, 'v6')});

function audit(policy: Policy, files: readonly DumpFile[]): Audit {
	const {value, problems} = readRuleset(files);
	if (problems) {
		throw new Error(`${JSON.stringify(problems)}\n${files.map(({text}) => text).join('\n')}`);
	}

	return auditPolicy(policy, value);
}

/** What is wrong by an audit, to compare. */
function summarize({lines, openings, isRight}: Audit): {readonly isRight: boolean; readonly lines: Readonly<Record<string, string>>; readonly openings: number} {
	return {
		isRight,
		lines: Object.fromEntries(lines.filter(({status, replies}) => status !== 'implemented' || (replies ?? 'open') !== 'open').map(({line, ipVersion, status, replies}) => [`${line} ${ipVersion}`, `${status}${replies === 'open' || replies === undefined ? '' : `, replies ${replies}`}`])),
		openings: openings.length,
	};
}

const whole = {isRight: true, lines: {}, openings: 0};

function listPolicies(design: Plan, hosts: number): readonly Policy[] {
	const {policies} = derivePolicies(design);
	return [policies!.gateway, ...policies!.hosts.filter(({rules}) => rules.length > 0).slice(0, hosts)];
}

testWithTools('what is generated, loaded and dumped by the real programs has every line and nothing else', t => {
	for (const [designs, hosts] of [[starters, 4], [randomDesigns, 1]] as const) {
		for (const design of designs) {
			for (const policy of listPolicies(design, hosts)) {
				for (const files of [...dumpNftables(formatNftables(design, policy, 'x')), ...dumpIptables(formatBoth(design, policy))]) {
					t.deepEqual(summarize(audit(policy, files)), whole, `${design.profile.name} ${policy.id} ${files[0]!.name}`);
				}
			}
		}
	}
});

type Change = {readonly name: string; readonly change: (rule: PolicyRule) => PolicyRule | undefined; readonly expected: (rule: PolicyRule) => ReadonlyArray<ReturnType<typeof summarize>>};

const stranger = {4: 0xC0_00_02_01n, 6: 0x20_01_0D_B8n * (2n ** 96n)} as const;
const isLine = (rule: PolicyRule, status: string) => ({isRight: false, lines: {[`${rule.line} ${rule.ipVersion}`]: status}, openings: status === 'wider' ? 1 : 0});

/** What becomes of the audit when one rule is changed. */
const changes: readonly Change[] = [
	{
		name: 'removed',
		change: () => undefined,
		expected: rule => [isLine(rule, 'missing')],
	},
	{
		name: 'widened by an address',
		change: rule => ({...rule, source: {...rule.source!, id: `${rule.source!.id}-changed`, ranges: [...rule.source!.ranges, {version: rule.ipVersion, from: stranger[rule.ipVersion], to: stranger[rule.ipVersion]}]}}),
		expected: rule => [isLine(rule, 'wider')],
	},
	{
		name: 'widened by a port',
		change: rule => rule.ports.length === 0 ? rule : {...rule, ports: mergePortRanges([...rule.ports, {from: 64_999, to: 64_999}])},
		expected: rule => [rule.ports.length === 0 ? whole : isLine(rule, 'wider')],
	},
	{
		name: 'narrowed by an address',
		change(rule) {
			const [first, ...rest] = rule.destination!.ranges;
			const ranges = first!.from === first!.to ? rest : [{...first!, from: first!.from + 1n}, ...rest];
			return ranges.length === 0 ? undefined : {...rule, destination: {...rule.destination!, id: `${rule.destination!.id}-changed`, ranges}};
		},
		expected: rule => [isLine(rule, rule.destination!.ranges.every(({from, to}) => from === to) && rule.destination!.ranges.length === 1 ? 'missing' : 'partly')],
	},
	{
		name: 'narrowed by a port',
		change(rule) {
			const [first, ...rest] = rule.ports;
			const ports = first === undefined || first.from === first.to ? rest : [{...first, from: first.from + 1}, ...rest];
			return ports.length === 0 ? undefined : {...rule, ports};
		},
		expected: rule => [isLine(rule, rule.ports.length === 0 || (rule.ports.length === 1 && rule.ports[0]!.from === rule.ports[0]!.to) ? 'missing' : 'partly')],
	},
];

/** Rules whose packets no other rule lets through, so that a change of one is a change of the firewall. */
function listAlone(policy: Policy): PolicyRule[] {
	const permits = policy.rules.filter(({action}) => action === 'permit');
	return permits.filter(rule => permits.every(other => other === rule || !doRegionsMeet(toRegion(rule), toRegion(other))));
}

testWithTools('each rule that is removed, widened or narrowed is found, and nothing else', t => {
	let tried = 0;
	for (const design of [...starters, ...randomDesigns.slice(0, 10)]) {
		const {gateway} = derivePolicies(design).policies!;
		const alone = listAlone(gateway);
		for (const [index, {name, change, expected}] of changes.entries()) {
			const rule = alone[(index * 7) % alone.length];
			if (rule === undefined) {
				continue;
			}

			const changed = change(rule);
			const rules = gateway.rules.flatMap(other => other === rule ? changed ?? [] : other);
			const groups = [...new Set(rules.flatMap(({source, destination}) => [source, destination]).filter(group => group !== undefined))];
			const real: Policy = {...gateway, rules, groups};
			for (const files of [...dumpNftables(formatNftables(design, real, 'x')), ...dumpIptables(formatBoth(design, real)).slice(0, 1)]) {
				tried++;
				const found = summarize(audit(gateway, files));
				// A chain of iptables may need two rules for what is one in the policy.
				t.deepEqual({...found, openings: Math.min(found.openings, 1)}, expected(rule)[0], `${design.profile.name} ${rule.line} ${name} ${files[0]!.name}`);
			}
		}
	}

	t.true(tried > 100, `${tried}`);
});

testWithTools('a rule that comes too late is shadowed by the one before it, which is named', t => {
	for (const design of [...starters, ...randomDesigns.slice(0, 10)]) {
		const {gateway} = derivePolicies(design).policies!;
		const [rule] = listAlone(gateway);
		if (rule === undefined) {
			continue;
		}

		const text = formatNftables(design, {...gateway, rules: [...gateway.rules.filter(other => other !== rule), rule]}, 'x');
		const late = text.replace(new RegExp(`^.*comment "${rule.line}"$`, 'mv'), line => `\t\tcounter drop comment "all others"\n${line}`);
		for (const files of dumpNftables(late)) {
			const result = audit(gateway, files);
			t.deepEqual(summarize(result), isLine(rule, 'shadowed'));
			t.regex(result.lines.find(({line}) => line === rule.line)!.shadowedBy.map(place => place.text).join('\n'), /^(?:counter packets 0 bytes 0 |counter )?drop comment "all others"$/v);
		}
	}
});

testWithTools('without a rule for open connections the lines are there and their replies are not', t => {
	const [design] = starters;
	const {gateway} = derivePolicies(design!).policies!;
	const [files] = dumpNftables(formatNftables(design!, gateway, 'x').replace(/^.*ct state established,related accept$/mv, ''));
	const {lines, isRight} = audit(gateway, files!);
	t.false(isRight);
	t.true(lines.filter(({action}) => action === 'permit').every(({status, replies}) => status === 'implemented' && replies === 'closed'));
});
