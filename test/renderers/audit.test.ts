import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import test from 'ava';
import {auditPolicy, type Audit} from '../../source/core/audit/audit.js';
import {readRuleset} from '../../source/core/audit/read.js';
import type {DumpFile} from '../../source/core/audit/reading.js';
import {derivePolicies, type Policy} from '../../source/core/firewall/policy.js';
import type {Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
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
