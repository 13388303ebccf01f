import {countAddresses, formatAddressRange, type AddressRange} from '../../core/addresses.js';
import type {Policies, Policy} from '../../core/firewall/policy.js';
import type {Host, Plan} from '../../core/model.js';
import type {Problem} from '../../core/problem.js';
import {getOrMake} from '../../core/records.js';
import type {RenderedText, TextFormat} from '../format.js';
import {UnfitPlanError} from '../unfit-plan-error.js';
import {formatFileId, formatHashComments, listHead, listHostPolicies, requirePolicies} from './files.js';
import {formatNftables, tables} from './nftables.js';

/** An Ansible playbook that brings the nftables files of hosts to them, group by group, and goes back by itself where a machine cannot be reached afterwards. */
export const ansible: TextFormat = {
	id: 'ansible',
	name: 'Ansible playbook',
	description: 'For review: a playbook and an inventory that load the nftables file of each host, and return to the old rules unless confirmed',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const policies = requirePolicies(plan, 'ansible');
		const fleets = listFleets(plan, policies);
		const subject: Policy = {...policies.gateway, kind: 'host', title: 'every host'};
		return [
			{path: 'ansible-inventory.yaml', content: formatInventory(plan, subject, fleets)},
			{path: 'ansible-playbook.yaml', content: formatPlaybook(plan, subject, fleets)},
			{path: 'ansible-tasks.yaml', content: formatTasks(plan, subject)},
			{path: 'ansible-rollback.yaml', content: formatRollback(plan, subject)},
			...fleets.map(({policy}): RenderedText => ({path: `${formatName(policy)}.nft`, content: formatNftables(plan, policy, formatName(policy))})),
		];
	},
};

const formatName = (policy: Policy): string => `ansible-host-${formatFileId(policy)}`;

/** A host of the plan and the machines it is, by the address they are reached at. */
type Fleet = {readonly policy: Policy; readonly group: string; readonly machines: ReadonlyArray<{readonly name: string; readonly address: string}>};

/** More addresses than this are a network, and nobody connects to each of its addresses. */
const mostMachines = 1024n;

function listFleets(plan: Plan, policies: Policies): Fleet[] {
	const hosts = new Map(plan.hosts.map(host => [host.id, host]));
	const problems: Problem[] = [];
	const hostOf = new Map<string, string>();
	const fleets = listHostPolicies(policies).map((policy): Fleet => {
		const host = hosts.get(policy.id)!;
		const ranges = findReachable(host);
		const count = countAddresses(ranges);
		if (host.several && count > mostMachines) {
			problems.push({code: 'firewall/inventory', path: ['hosts', host.id], message: `${host.title} has ${count} addresses, and a playbook connects to every machine`, hint: 'give the addresses of the machines in the profile'});
			return {policy, group: '', machines: []};
		}

		const addresses = host.several ? listAddresses(ranges) : listAddresses(ranges.slice(0, 1).map(({version, from}) => ({version, from, to: from})));
		for (const address of addresses) {
			const other = getOrMake(hostOf, address, () => host.id);
			if (other !== host.id) {
				problems.push({code: 'firewall/inventory', path: ['hosts', host.id], message: `${address} is the address of ${other} and of ${host.id}: the rules of one would replace those of the other`, hint: 'make them one host, or give each machine its own address'});
			}
		}

		return {policy, group: formatGroup(host.id), machines: addresses.map((address, index) => ({name: addresses.length === 1 ? host.id : `${host.id}_${index + 1}`, address}))};
	});
	if (problems.length > 0) {
		throw new UnfitPlanError('ansible cannot be written: machines of the request cannot be told apart', problems);
	}

	return fleets;
}

/** The addresses of one IP version in one role, management before others: the machines, once each. */
function findReachable({interfaces}: Host): readonly AddressRange[] {
	const {ranges} = interfaces.find(entry => entry.role === 'management' && entry.ranges.length > 0) ?? interfaces.find(entry => entry.ranges.length > 0)!;
	const version = ranges.some(range => range.version === 4) ? 4 : 6;
	return ranges.filter(range => range.version === version);
}

function listAddresses(ranges: readonly AddressRange[]): string[] {
	return ranges.flatMap(({version, from, to}) => Array.from({length: Number(to - from) + 1}, (_, index) => {
		const address = from + BigInt(index);
		return formatAddressRange({version, from: address, to: address});
	}));
}

/** A name that Ansible takes for a group: letters, digits and underscores. Ids are lower-case, so that two of them stay two. */
function formatGroup(id: string): string {
	return `fw_${id.replaceAll(/[^a-z0-9]/gv, character => character === '-' ? '_' : `_X${character.codePointAt(0)!.toString(16).toUpperCase()}`)}`;
}

const usage = [
	'Look first: ansible-playbook -i ansible-inventory.yaml ansible-playbook.yaml --check --diff',
	'Load: ansible-playbook -i ansible-inventory.yaml ansible-playbook.yaml, for one group with --limit. Take back: the same with ansible-rollback.yaml.',
	'One host group after the other, its first machine alone; the first failure ends the run. A machine that cannot be connected to anew within firewall_wait seconds returns to the rules it had.',
	'The connections of Ansible itself have to be permitted by the request: SSH from where the playbook is run. What no line permits is dropped.',
];

const formatHead = (plan: Plan, policy: Policy, lines: readonly string[]): string[] => ['---', ...formatHashComments(listHead(plan, policy, lines))];

/** YAML of texts that are quoted: JSON is YAML, and a template of Ansible begins with two braces, which ids and addresses have none of. */
const quote = (text: string): string => JSON.stringify(text);

function formatInventory(plan: Plan, subject: Policy, fleets: readonly Fleet[]): string {
	return [
		...formatHead(plan, {...subject, remarks: []}, ['Each machine by its address in the management role, or in its first role. Users and keys are the site\'s.']),
		'virt_fw_wizard:',
		'  children:',
		...fleets.flatMap(({group, machines}) => [
			`    ${group}:`,
			'      hosts:',
			...machines.map(({name, address}) => `        ${quote(name)}: {ansible_host: ${quote(address)}}`),
		]),
		...(fleets.length === 0 ? ['    {}'] : []),
		'',
	].join('\n');
}

function formatPlaybook(plan: Plan, subject: Policy, fleets: readonly Fleet[]): string {
	return [
		...formatHead(plan, subject, usage),
		...fleets.flatMap(({policy, group}) => [
			'',
			`- name: Host firewall of ${group}`,
			`  hosts: ${group}`,
			'  become: true',
			'  gather_facts: false',
			// As many as are worked on at the same time where nobody chose: the time to confirm runs for each from its own start.
			'  serial: [1, 5]',
			'  any_errors_fatal: true',
			'  vars:',
			'    firewall_folder: /etc/virt-fw-wizard',
			'    firewall_wait: 60',
			`    firewall_file: ${quote(`${formatName(policy)}.nft`)}`,
			'  tasks:',
			'    - name: Load and confirm',
			'      ansible.builtin.include_tasks: ansible-tasks.yaml',
		]),
		...(fleets.length === 0 ? ['[]'] : []),
		'',
	].join('\n');
}

function formatTasks(plan: Plan, subject: Policy): string {
	const table = `inet ${tables.host}`;
	return `${formatHead(plan, {...subject, remarks: []}, ['What ansible-playbook.yaml does on each machine.']).join('\n')}
- name: A name for this run
  ansible.builtin.set_fact:
    firewall_run: "{{ now(utc=true).strftime('%Y%m%dT%H%M%S.%f') }}"

- name: nft is there
  ansible.builtin.command: {argv: [nft, --version]}
  check_mode: false
  changed_when: false

- name: A temporary file
  ansible.builtin.tempfile: {suffix: .nft}
  register: firewall_temporary
  check_mode: false
  changed_when: false

- name: The rules, as a temporary file
  ansible.builtin.copy: {src: "{{ firewall_file }}", dest: "{{ firewall_temporary.path }}", mode: "0600"}
  check_mode: false
  changed_when: false
  diff: false

- name: nft takes the rules
  ansible.builtin.command: {argv: [nft, -c, -f, "{{ firewall_temporary.path }}"]}
  check_mode: false
  changed_when: false

- name: No temporary file
  ansible.builtin.file: {path: "{{ firewall_temporary.path }}", state: absent}
  check_mode: false
  changed_when: false

- name: A folder for rules
  ansible.builtin.file: {path: "{{ firewall_folder }}", state: directory, mode: "0700"}

- name: The rules, beside those that hold
  ansible.builtin.copy: {src: "{{ firewall_file }}", dest: "{{ firewall_folder }}/host.nft.new", mode: "0600"}

- name: Change the rules
  when: not ansible_check_mode
  block:
    - name: Save all rules for people, and those of this table to return to
      ansible.builtin.shell:
        chdir: "{{ firewall_folder }}"
        cmd: |
          set -eu
          umask 077
          # A run before this one that was not confirmed returns to the old rules first: those are the ones to save.
          flock -w {{ firewall_wait | int + 30 }} timer.lock true
          nft list ruleset > "ruleset-{{ firewall_run }}.txt"
          {
            echo 'table ${table}'
            echo 'delete table ${table}'
            nft list table ${table} 2> /dev/null || true
          } > "before-{{ firewall_run }}.nft"
          nft -c -f "before-{{ firewall_run }}.nft"
      changed_when: true

    # Whoever makes the folder first has decided: the machine, that the time is over, or the connection, that it is there.
    - name: Return to the old rules by itself when the time is over
      ansible.builtin.shell:
        chdir: "{{ firewall_folder }}"
        cmd: |
          umask 077
          exec 9> timer.lock
          flock 9
          mkdir "waiting-{{ firewall_run }}"
          left={{ firewall_wait | int }}
          while [ "$left" -gt 0 ] && [ ! -d "decided-{{ firewall_run }}" ]; do sleep 1; left=$((left - 1)); done
          rmdir "waiting-{{ firewall_run }}"
          if mkdir "decided-{{ firewall_run }}" 2> /dev/null; then nft -f "before-{{ firewall_run }}.nft"; fi
      async: "{{ firewall_wait | int + 60 }}"
      poll: 0
      changed_when: true

    - name: The machine waits for the confirmation
      ansible.builtin.wait_for: {path: "{{ firewall_folder }}/waiting-{{ firewall_run }}", timeout: 20}

    - name: Load the rules
      ansible.builtin.command: {argv: [nft, -f, "{{ firewall_folder }}/host.nft.new"]}
      changed_when: true

- name: Close the connection
  ansible.builtin.meta: reset_connection

- name: Keep the rules
  when: not ansible_check_mode
  tags: [confirm]
  block:
    - name: Connect anew
      ansible.builtin.wait_for_connection: {timeout: "{{ firewall_wait | int // 2 }}"}

    - name: Confirm, unless the machine has returned to the old rules
      ansible.builtin.command: {argv: [mkdir, "{{ firewall_folder }}/decided-{{ firewall_run }}"]}
      changed_when: true

    - name: Keep the rules for the next start
      ansible.builtin.copy: {src: "{{ firewall_folder }}/host.nft.new", dest: "{{ firewall_folder }}/host.nft", remote_src: true, mode: "0600"}

    - name: Whether systemd starts this machine
      ansible.builtin.stat: {path: /run/systemd/system}
      register: firewall_systemd

    - name: Load the rules at start
      when: firewall_systemd.stat.exists
      ansible.builtin.copy:
        dest: /etc/systemd/system/virt-fw-wizard-host.service
        mode: "0644"
        content: |
          [Unit]
          Description=Host firewall of virt-fw-wizard
          DefaultDependencies=no
          After=local-fs.target nftables.service
          Before=network-pre.target
          Wants=network-pre.target
          [Service]
          Type=oneshot
          RemainAfterExit=yes
          ExecStart=/usr/sbin/nft -f {{ firewall_folder }}/host.nft
          [Install]
          WantedBy=multi-user.target

    - name: Load the rules at every start
      when: firewall_systemd.stat.exists
      ansible.builtin.systemd: {name: virt-fw-wizard-host.service, enabled: true, daemon_reload: true}
`;
}

function formatRollback(plan: Plan, subject: Policy): string {
	const table = `inet ${tables.host}`;
	return `${formatHead(plan, {...subject, remarks: []}, ['Takes away what ansible-playbook.yaml loaded, and nothing else. Where it was not run it does nothing. What it saved stays in its folder.']).join('\n')}
- name: No host firewall of virt-fw-wizard
  hosts: virt_fw_wizard
  become: true
  gather_facts: false
  vars:
    firewall_folder: /etc/virt-fw-wizard
  tasks:
    - name: Whether there are rules
      ansible.builtin.stat: {path: "{{ firewall_folder }}"}
      register: firewall_rules

    - name: No run waits for its confirmation any more
      when: firewall_rules.stat.exists
      ansible.builtin.command: {argv: [flock, -w, "120", "{{ firewall_folder }}/timer.lock", "true"]}
      changed_when: false

    - name: Whether it is loaded at start
      ansible.builtin.stat: {path: /etc/systemd/system/virt-fw-wizard-host.service}
      register: firewall_unit

    - name: Load it at start no longer
      when: firewall_unit.stat.exists
      ansible.builtin.systemd: {name: virt-fw-wizard-host.service, enabled: false}

    - name: No unit
      ansible.builtin.file: {path: /etc/systemd/system/virt-fw-wizard-host.service, state: absent}

    - name: No rules for the next start
      ansible.builtin.file: {path: "{{ firewall_folder }}/host.nft", state: absent}

    - name: No table
      ansible.builtin.command:
        argv: [nft, -f, "-"]
        stdin: |
          table ${table}
          delete table ${table}
      changed_when: true
`;
}
