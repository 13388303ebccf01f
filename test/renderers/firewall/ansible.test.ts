import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import {parse} from 'yaml';
import {derivePolicies} from '../../../source/core/firewall/policy.js';
import type {Plan} from '../../../source/core/model.js';
import {ansible} from '../../../source/renderers/firewall/ansible.js';
import {UnfitPlanError} from '../../../source/renderers/unfit-plan-error.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../../helpers/firewall-designs.js';
import {testWith} from '../../helpers/real-tools.js';

const catalog = await readTestCatalog();
const starters = readStarterDesigns(catalog);
const randomDesigns = makeAddressedDesigns(catalog, 6);
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-ansible-'));

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

async function write(plan: Plan, name: string): Promise<string> {
	const folder = path.join(scratch, name);
	await mkdir(folder);
	for (const file of ansible.render(plan, {})) {
		// eslint-disable-next-line no-await-in-loop -- Few and small.
		await writeFile(path.join(folder, file.path), file.content);
	}

	return folder;
}

const playbooks = ['-i', 'ansible-inventory.yaml', 'ansible-playbook.yaml', 'ansible-rollback.yaml'];

testWith(['ansible-playbook', '--version'])('Ansible takes the playbooks and the inventory, hostile titles included', async t => {
	t.timeout(300_000);
	for (const [index, design] of [...starters, ...randomDesigns, makeHostile(starters[0]!)].entries()) {
		// eslint-disable-next-line no-await-in-loop -- One after the other.
		const folder = await write(design, `syntax${index}`);
		const {status, stdout, stderr} = spawnSync('ansible-playbook', ['--syntax-check', ...playbooks], {cwd: folder, encoding: 'utf8'});
		t.is(status, 0, `${stdout}${stderr}`);
		t.notRegex(stderr, /WARNING/v);
	}
});

testWith(['ansible-playbook', '--version'], ['unshare', '--net', 'nft', 'list', 'ruleset'])('the playbook looks, loads and keeps rules, returns to the old ones unless confirmed, and is taken back', async t => {
	t.timeout(300_000);
	const folder = await write(starters.find(({profile}) => profile.name === 'olvm-segregated')!, 'run');
	const script = `set -eu
play() {
	ansible-playbook -i ansible-inventory.yaml --limit olvm-engine-database -e ansible_connection=local -e ansible_become=false -e "firewall_folder=$PWD/target" -e ansible_python_interpreter=/usr/bin/python3 "$@" > log 2>&1 || { cat log >&2; exit 1; }
}
count() { echo "$1 $(nft list ruleset | grep -c comment || true)"; }
play ansible-playbook.yaml --check
count checked
play ansible-playbook.yaml --skip-tags confirm -e firewall_wait=8
count unconfirmed
while [ -n "$(nft list ruleset)" ]; do sleep 0.1; done
count returned
play ansible-playbook.yaml
count kept
nft add rule inet virt-fw-wizard-host input tcp dport 1 accept comment marked
play ansible-playbook.yaml --skip-tags confirm -e firewall_wait=8
count again
while ! nft list ruleset | grep -q marked; do sleep 0.1; done
count old
play ansible-playbook.yaml
play ansible-rollback.yaml
play ansible-rollback.yaml
count back
`;
	const {status, stdout, stderr} = spawnSync('unshare', ['--net', '--mount', 'sh'], {cwd: folder, encoding: 'utf8', input: script});
	t.is(status, 0, stderr);
	t.deepEqual(stdout.trim().split('\n'), ['checked 0', 'unconfirmed 2', 'returned 0', 'kept 2', 'again 2', 'old 3', 'back 0']);
});

type Inventory = {readonly virt_fw_wizard: {readonly children: Readonly<Record<string, {readonly hosts: Readonly<Record<string, {readonly ansible_host: string}>>}>>}};

test('every host with a firewall is a group of its machines, and a play', t => {
	for (const design of [...starters, ...randomDesigns]) {
		const files = new Map(ansible.render(design, {}).map(file => [file.path, file.content]));
		const {children} = (parse(files.get('ansible-inventory.yaml')!) as Inventory).virt_fw_wizard;
		const plays = parse(files.get('ansible-playbook.yaml')!) as ReadonlyArray<{readonly hosts: string; readonly vars: {readonly firewall_file: string}}>;
		const hosts = derivePolicies(design).policies!.hosts.filter(({rules}) => rules.length > 0);
		t.is(plays.length, hosts.length);
		t.deepEqual(plays.map(play => play.hosts), Object.keys(children));
		t.deepEqual(plays.map(play => play.vars.firewall_file), hosts.map(({id}) => `ansible-host-${id}.nft`));
		t.true(plays.every(play => files.has(play.vars.firewall_file)));
		const machines = Object.values(children).flatMap(group => Object.entries(group.hosts));
		t.is(new Set(machines.map(([name]) => name)).size, machines.length);
		t.is(new Set(machines.map(([, machine]) => machine.ansible_host)).size, machines.length);
	}
});

test('machines that two hosts share are refused, and networks in the place of machines', t => {
	const design = starters.find(({profile}) => profile.name === 'olvm-segregated')!;
	const change = (id: string, text: {readonly from: bigint; readonly to: bigint}): Plan => ({
		...design,
		hosts: design.hosts.map(host => host.id === id ? {...host, interfaces: host.interfaces.map(entry => ({...entry, ranges: [{version: 4, ...text}]}))} : host),
	});
	const manager = design.hosts.find(({id}) => id === 'olvm-manager')!.interfaces[0]!.ranges[0]!;
	const shared = t.throws(() => ansible.render(change('olvm-kvm-host', {from: manager.from, to: manager.to}), {}), {instanceOf: UnfitPlanError});
	t.deepEqual(shared?.problems.map(({code}) => code), ['firewall/inventory']);
	const wide = t.throws(() => ansible.render(change('olvm-kvm-host', {from: manager.from + 1n, to: manager.from + 5000n}), {}), {instanceOf: UnfitPlanError});
	t.regex(wide?.problems[0]!.message ?? '', /5000 addresses/v);
});
