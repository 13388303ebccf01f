import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {derivePolicies, type Policy} from '../../source/core/firewall/policy.js';
import type {Plan} from '../../source/core/model.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import type {TestResult} from '../../source/core/test-case.js';
import {parseTestResults, reportCases, type CaseReport} from '../../source/core/test-results.js';
import {formatNftables} from '../../source/renderers/firewall/nftables.js';
import {deriveTestPack} from '../../source/renderers/test-pack/cases.js';
import {tests} from '../../source/renderers/test-pack/tests.js';
import {addressDesign} from '../helpers/addressed-design.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {canBuildNetworks, Lab} from './network.js';

/*
The test scripts as they are written, run on the machines of the lab: they say what is so.
*/

const catalog = await readTestCatalog();
const labTest = canBuildNetworks() ? test.serial : test.skip;
const lab = new Lab();
const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-scripts-'));

test.after.always(async () => {
	lab.close();
	await rm(folder, {recursive: true, force: true});
});

const readStarter = (name: string): Plan => {
	const file = path.join('templates/profiles', `${name}.yaml`);
	return addressDesign(catalog, parseProfile(readFileSync(file, 'utf8'), file, catalog).value!).plan;
};

/** Scripts that run side by side. */
const machinesAtOnce = 3;

type Outcome = {readonly reports: readonly CaseReport[]; readonly results: readonly TestResult[]; readonly statuses: ReadonlyMap<string, number | undefined>};

/** Build a design, load its rules as a policy is changed, start the listeners and run every test script on every machine. */
async function runScripts(t: ExecutionContext, plan: Plan, change: (policy: Policy) => Policy = policy => policy): Promise<Outcome> {
	await lab.build(plan);
	const policies = derivePolicies(plan).policies!;
	lab.load('gateway', ['nft', '-f', '-'], formatNftables(plan, change(policies.gateway), 'test'));
	for (const policy of policies.hosts.filter(({rules}) => rules.length > 0)) {
		lab.load({id: policy.id}, ['nft', '-f', '-'], formatNftables(plan, change(policy), 'test'));
	}

	const files = tests.render(plan, {});
	await Promise.all(files.map(async file => writeFile(path.join(folder, file.path), file.content)));
	const has = (name: string) => files.some(file => file.path === name);
	const listeners: ChildProcess[] = [];
	try {
		for (const machine of lab.machines.filter(({host}) => has(`listen-${host}.sh`))) {
			const child = lab.start(machine, ['bash', path.join(folder, `listen-${machine.host}.sh`), '--seconds', '600']);
			listeners.push(child);
			// eslint-disable-next-line no-await-in-loop -- One after the other starts soon enough.
			const [said] = await once(child.stdout!, 'data') as [Uint8Array];
			t.regex(new TextDecoder().decode(said), /^Listening on /v);
		}

		const texts: Array<{name: string; text: string}> = [];
		const statuses = new Map<string, number | undefined>();
		const waiting = lab.machines.filter(({host}) => has(`test-${host}.sh`));
		// The machines of the lab are one machine, and most of the time they wait.
		await Promise.all(Array.from({length: machinesAtOnce}, async () => {
			for (let machine = waiting.pop(); machine !== undefined; machine = waiting.pop()) {
				const name = `${machine.host} ${machine.number}`;
				const out = path.join(folder, `${name}.txt`);
				// eslint-disable-next-line no-await-in-loop -- One after the other, beside others.
				const {status} = await lab.run(machine, ['bash', path.join(folder, `test-${machine.host}.sh`), '--out', out, '--seconds', '2', '--jobs', '32']);
				statuses.set(name, status);
				// eslint-disable-next-line no-await-in-loop -- As above.
				texts.push({name, text: await readFile(out, 'utf8')});
			}
		}));

		const {cases} = deriveTestPack(plan);
		const outcome = parseTestResults(texts, plan, cases);
		t.is(outcome.problems, undefined);
		return {reports: reportCases(cases, outcome.value!), results: outcome.value!, statuses};
	} finally {
		for (const child of listeners) {
			child.kill('SIGTERM');
		}

		await Promise.all(listeners.map(async child => child.exitCode ?? once(child, 'close')));
	}
}

const listSubjects = (reports: readonly CaseReport[], verdict: CaseReport['verdict']) => [...new Set(reports.filter(report => report.verdict === verdict).map(({case: {kind, subject}}) => `${kind} ${subject}`))].toSorted();

for (const name of readdirSync('templates/profiles').map(file => path.basename(file, '.yaml'))) {
	labTest(`${name}: with its configurations loaded every test script passes`, async t => {
		t.timeout(1_200_000);
		const {reports, statuses} = await runScripts(t, readStarter(name));
		t.deepEqual(reports.filter(({verdict}) => verdict !== 'passed' && verdict !== 'unanswered').map(report => JSON.stringify(report)), []);
		// Listeners answer, so that what must get through is proved for UDP as well.
		t.deepEqual(listSubjects(reports.filter(({case: {kind}}) => kind === 'open'), 'unanswered'), []);
		t.deepEqual([...statuses].filter(([, status]) => status !== 0), []);
		t.log(`${reports.length} cases, ${reports.filter(({verdict}) => verdict === 'passed').length} passed`);
	});
}

labTest('without the rule of a line its test fails, and no other', async t => {
	t.timeout(1_200_000);
	const plan = readStarter('olvm-segregated');
	const line = plan.rules.find(({scope, protocol}) => scope === 'network' && protocol === 'tcp')!.id;
	const {reports, statuses} = await runScripts(t, plan, policy => ({...policy, rules: policy.rules.filter(rule => rule.line !== line)}));
	t.deepEqual(listSubjects(reports, 'failed'), [`open ${line}`]);
	t.true([...statuses.values()].includes(1));
});

labTest('with a rule that is too wide the test of its neighbouring port fails, and no other', async t => {
	t.timeout(1_200_000);
	const plan = readStarter('olvm-segregated');
	const line = plan.rules.find(({scope, protocol}) => scope === 'network' && protocol === 'tcp')!;
	const {cases} = deriveTestPack(plan);
	const neighbour = cases.find(({kind, subject}) => kind === 'beside' && subject === line.id)!.port;
	const {reports} = await runScripts(t, plan, policy => ({...policy, rules: policy.rules.map(rule => rule.line === line.id ? {...rule, ports: [...rule.ports, {from: neighbour, to: neighbour}]} : rule)}));
	t.true(listSubjects(reports, 'failed').includes(`beside ${line.id}`));
	t.deepEqual(reports.filter(({verdict, case: {port}}) => verdict === 'failed' && port !== neighbour), []);
});
