import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import test, {type ExecutionContext} from 'ava';
import {derivePolicies, type Policy} from '../../source/core/firewall/policy.js';
import type {Plan, Profile} from '../../source/core/model.js';
import type {PortRange} from '../../source/core/ports.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {listFirewalldFiles} from '../../source/renderers/firewall/firewalld.js';
import {formatIptables} from '../../source/renderers/firewall/iptables.js';
import {formatNftables} from '../../source/renderers/firewall/nftables.js';
import {formatUfw} from '../../source/renderers/firewall/ufw.js';
import {addressDesign} from '../helpers/addressed-design.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile} from '../helpers/random-profile.js';
import {Expectations} from './expectations.js';
import {canBuildNetworks, Lab} from './network.js';

/*
Designs as networks of real packets: what the catalog derives lets through what is needed, and nothing else, with the configurations as they are written.

	npm run lab                     the starters and some random designs
	LAB_DESIGNS=200 npm run lab     so many random designs; LAB_SEED=7 for others
*/

const randomCount = Number(process.env['LAB_DESIGNS'] ?? 2);
const seed = Number(process.env['LAB_SEED'] ?? 1);
const catalog = await readTestCatalog();

const labTest = canBuildNetworks() ? test.serial : test.skip;
const lab = new Lab();

test.after.always(() => {
	lab.close();
});

/** How a policy is loaded on one machine, by the kind of firewall. */
type BackEnd = {readonly name: string; readonly load: (target: Parameters<Lab['load']>[0], plan: Plan, policy: Policy) => void};

// Its own program starts it, without a service; the interpreter of the system has it, whatever another one is first.
const hasFirewalld = process.env['REQUIRE_TOOLS'] === '1' || spawnSync('/usr/bin/python3', ['-c', 'import firewall.core.fw']).status === 0;
const hasUfw = process.env['REQUIRE_TOOLS'] === '1' || spawnSync('ufw', ['--version']).status === 0;

const backEnds: readonly BackEnd[] = [
	{
		name: 'nftables',
		load(target, plan, policy) {
			lab.load(target, ['nft', '-f', '-'], formatNftables(plan, policy, 'test'));
		},
	},
	{
		name: 'iptables',
		load(target, plan, policy) {
			lab.load(target, ['iptables-restore'], formatIptables(plan, policy, 4, 'test'));
			lab.load(target, ['ip6tables-restore'], formatIptables(plan, policy, 6, 'test'));
		},
	},
	...(hasFirewalld
		? [{
			name: 'firewalld',
			load(target, plan, policy) {
				const files = Object.fromEntries(listFirewalldFiles(plan, policy).map(({path: file, content}) => [file, content]));
				lab.load(target, ['/usr/bin/python3', 'test/lab/firewalld.py'], JSON.stringify(files), [{print: ['nft', 'list', 'ruleset'], load: ['nft', '-f', '-']}]);
			},
		} satisfies BackEnd]
		: []),
	...(hasUfw
		? [{
			name: 'ufw',
			load(target, plan, policy) {
				// It is for hosts; the gateway is another one.
				if (target === 'gateway') {
					lab.load(target, ['nft', '-f', '-'], formatNftables(plan, policy, 'test'));
				} else {
					lab.load(target, ['sh', 'test/lab/ufw.sh'], formatUfw(plan, policy, 'test'), [{print: ['iptables-save'], load: ['iptables-restore']}, {print: ['ip6tables-save'], load: ['ip6tables-restore']}]);
				}
			},
		} satisfies BackEnd]
		: []),
];

const designs: ReadonlyArray<{readonly name: string; readonly profile: Profile}> = [
	...readdirSync('templates/profiles').map(file => ({name: path.basename(file, '.yaml'), profile: parseProfile(readFileSync(path.join('templates/profiles', file), 'utf8'), file, catalog).value!})),
	// The starters have all products at once; these have any two of them at most, so that many can be tried.
	...fc.sample(randomProfile(catalog, {maxProducts: 2}), {numRuns: randomCount, seed}).map((profile, index) => ({name: `random ${seed}/${index}`, profile})),
];

/** The same numbers for the same design, so that a failure can be looked at again. */
function makePick(): (below: number) => number {
	let state = 12_345;
	return below => {
		state = ((state * 1_103_515_245) + 12_345) % 2_147_483_648;
		return state % below;
	};
}

/** As many datagrams of a design as are sent where nobody listens. */
const triedErrors = 20;

type Outcome = {readonly needed: number; readonly forbidden: number; readonly errors: number; readonly failures: readonly string[]};

/** Load a design into the network that was built for it, and try what must get through and what must not. */
async function tryDesign(t: ExecutionContext, plan: Plan, backEnd: BackEnd): Promise<Outcome> {
	lab.unload();
	const {policies, problems} = derivePolicies(plan);
	t.is(problems, undefined);
	backEnd.load('gateway', plan, policies!.gateway);
	for (const policy of policies!.hosts.filter(({rules}) => rules.length > 0)) {
		backEnd.load({id: policy.id}, plan, policy);
	}

	const expectations = new Expectations(plan, lab.machines);
	const needed = expectations.listNeeded();
	const forbidden = expectations.listForbidden(makePick());
	const pings = expectations.listPings();
	const neededResults = await lab.probe(needed, {listens: true, patienceMs: 20_000});
	// Nobody listens any more: what refuses a datagram of a permitted connection has to get back to who sent it.
	const errors = needed.filter(({protocol}) => protocol === 'udp').slice(0, triedErrors);
	const errorResults = await lab.probe(errors, {listens: false, patienceMs: 20_000});
	const forbiddenResults = await lab.probe(forbidden, {listens: false, patienceMs: 400});
	const pingResults = await Promise.all([...pings.needed, ...pings.forbidden].map(async ({from, to}) => lab.ping(from, to)));
	return {
		needed: needed.length + pings.needed.length,
		forbidden: forbidden.length + pings.forbidden.length,
		errors: errors.length,
		failures: [
			...needed.flatMap(({about, from, to, protocol, port}, index) => neededResults[index] === 'open' ? [] : [`${about}: ${from} to ${to} ${protocol}/${port} is ${neededResults[index]}`]),
			...errors.flatMap(({about, from, to, port}, index) => errorResults[index] === 'refused' ? [] : [`error about ${about}: ${from} to ${to} udp/${port} is ${errorResults[index]}`]),
			...forbidden.flatMap(({about, from, to, protocol, port}, index) => forbiddenResults[index] === 'silent' ? [] : [`${about}: ${from} to ${to} ${protocol}/${port} is ${forbiddenResults[index]}`]),
			...[...pings.needed, ...pings.forbidden].flatMap(({about, from, to}, index) => pingResults[index] === (index < pings.needed.length) ? [] : [`${about}: echo ${from} to ${to} is ${pingResults[index]}`]),
		],
	};
}

labTest(`needed connections get through and nothing else does, with ${backEnds.map(({name}) => name).join(', ')}`, async t => {
	t.timeout(36_000_000);
	const outcomes = new Map<string, Outcome[]>(backEnds.map(({name}) => [name, []]));
	for (const {name, profile} of designs) {
		/* eslint-disable no-await-in-loop -- One network at a time. */
		const {plan} = addressDesign(catalog, profile);
		await lab.build(plan);
		for (const backEnd of backEnds) {
			const outcome = await tryDesign(t, plan, backEnd);
			outcomes.get(backEnd.name)!.push(outcome);
			t.deepEqual(outcome.failures.slice(0, 10), [], `${name} with ${backEnd.name}: ${outcome.failures.length} failures`);
		}
		/* eslint-enable no-await-in-loop */
	}

	for (const [name, own] of outcomes) {
		const sum = (key: 'needed' | 'forbidden' | 'errors') => own.reduce((total, outcome) => total + outcome[key], 0);
		t.log(`${name}: ${own.length} designs, ${sum('needed')} connections needed, ${sum('forbidden')} forbidden, ${sum('errors')} errors needed`);
	}
});

labTest('the lab notices a rule that is missing, one that opens too much, and errors that do not get back', async t => {
	const {plan} = addressDesign(catalog, designs.find(({name}) => name === 'olvm-segregated')!.profile);
	await lab.build(plan);
	const [nftables] = backEnds as [BackEnd];
	const lacking = await tryDesign(t, plan, {
		...nftables,
		load(target, design, policy) {
			nftables.load(target, design, target === 'gateway' ? {...policy, rules: policy.rules.slice(1)} : policy);
		},
	});
	t.true(lacking.failures.length > 0 && lacking.failures.every(failure => failure.endsWith('is silent')), lacking.failures.join('\n'));
	const widen = (ports: readonly PortRange[]) => ports.map(({from, to}) => ({from: from - 1, to}));
	const wide = await tryDesign(t, plan, {
		...nftables,
		load(target, design, policy) {
			nftables.load(target, design, {...policy, rules: policy.rules.map(rule => ({...rule, ports: widen(rule.ports)}))});
		},
	});
	t.true(wide.failures.length > 0 && wide.failures.every(failure => failure.startsWith('beside')), wide.failures.join('\n'));
	const deaf = await tryDesign(t, plan, {
		...nftables,
		load(target, design, policy) {
			lab.load(target, ['nft', '-f', '-'], formatNftables(design, policy, 'test').replace('established,related', 'established'));
		},
	});
	t.true(deaf.failures.some(failure => failure.startsWith('error about')) && deaf.failures.some(failure => /^[HR]-.* tcp\/\d+ is silent$/v.test(failure)), deaf.failures.join('\n'));
});
