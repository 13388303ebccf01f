import {formatAddressRange, toCidrs, type AddressRange} from '../../core/addresses.js';
import type {Policy, PolicyRule} from '../../core/firewall/policy.js';
import type {IpVersion, Plan} from '../../core/model.js';
import {formatPortRange, type PortRange} from '../../core/ports.js';
import {showLine} from '../../core/text.js';
import type {RenderedText, TextFormat} from '../format.js';
import {formatFileId, formatHashComments, listHead, listHostPolicies, requirePolicies} from './files.js';

/** Configurations of iptables and ip6tables, as their services load them at start. */
export const iptables: TextFormat = {
	id: 'iptables',
	name: 'iptables configuration',
	description: 'For review: files for iptables-restore and ip6tables-restore, for the gateway and for each host, with scripts that load both and take them back',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const policies = requirePolicies(plan, 'iptables');
		return [policies.gateway, ...listHostPolicies(policies)].flatMap(policy => renderPolicy(plan, policy));
	},
};

const programs = {4: 'iptables', 6: 'ip6tables'} as const satisfies Record<IpVersion, string>;

function renderPolicy(plan: Plan, policy: Policy): RenderedText[] {
	const subject = policy.kind === 'gateway' ? 'gateway' : `host-${formatFileId(policy)}`;
	// Both, whatever the design has: a host that filters one version and not the other is open.
	const files = ([4, 6] as const).map(version => {
		const path = `${programs[version]}-${subject}.rules`;
		return {path, content: formatIptables(plan, policy, version, path)};
	});
	return [
		...files,
		{path: `iptables-${subject}.sh`, content: formatLoad(plan, policy, subject)},
		{path: `iptables-${subject}-rollback.sh`, content: formatRollback(plan, policy, subject)},
	];
}

/** Where the rules that were there before are kept. */
const findSaved = ({kind}: Policy): string => `/var/lib/virt-fw-wizard/iptables-${kind}`;

/** A script that keeps the filter tables there are, the first time, and loads both files, or neither where one is not taken. */
function formatLoad(plan: Plan, policy: Policy, subject: string): string {
	const saved = findSaved(policy);
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, {...policy, remarks: []}, [
			`Load both files: sh iptables-${subject}.sh as root, with another way into the machine at hand. Take back: sh iptables-${subject}-rollback.sh. What there was is kept in ${saved}.`,
			'At the next start it is gone, unless the files are where the service of the distribution reads them.',
		])),
		'set -eu',
		'cd "$(dirname "$0")"',
		...Object.values(programs).map(program => `${program}-restore --test ${program}-${subject}.rules`),
		`if [ ! -d ${saved} ]; then`,
		`\tmkdir -p ${saved}.new`,
		`\tchmod 700 ${saved}.new`,
		`\tfor program in ${Object.values(programs).join(' ')}; do`,
		`\t\t"$program-save" -t filter > "${saved}.new/$program.rules"`,
		'\t\t# Where there was no table, nothing was dropped.',
		`\t\tgrep -q '^[*]filter' "${saved}.new/$program.rules" || printf '%s\\n' '*filter' ':INPUT ACCEPT' ':FORWARD ACCEPT' ':OUTPUT ACCEPT' COMMIT > "${saved}.new/$program.rules"`,
		'\tdone',
		`\tmv ${saved}.new ${saved}`,
		'fi',
		...Object.values(programs).map(program => `${program}-restore ${program}-${subject}.rules`),
		'',
	].join('\n');
}

function formatRollback(plan: Plan, policy: Policy, subject: string): string {
	const saved = findSaved(policy);
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, {...policy, remarks: []}, [`Takes back what iptables-${subject}.sh loaded: the filter tables are as they were. Where that was not run it does nothing.`])),
		'set -eu',
		`[ -d ${saved} ] || exit 0`,
		...Object.values(programs).map(program => `${program}-restore ${saved}/${program}.rules`),
		`rm -r ${saved}`,
		'',
	].join('\n');
}

/**
A policy in one IP version as a file of iptables-restore(8): the whole filter table.

The addresses of a line do not multiply: its chain holds its destinations and services, and each source leads into that chain.
*/
export function formatIptables(plan: Plan, policy: Policy, version: IpVersion, file: string): string {
	const program = programs[version];
	const rules = policy.rules.filter(rule => rule.ipVersion === version);
	const chain = policy.kind === 'gateway' ? 'FORWARD' : 'INPUT';
	return [
		...listHead(plan, policy, [
			`Check: ${program}-restore --test ${file}`,
			`Save what there is: ${program}-save > before.rules. Load: ${program}-restore ${file}. Take back: ${program}-restore before.rules. The script beside it does so for both IP versions.`,
			`On Oracle Linux with ${program}-services it is /etc/sysconfig/${program}. Where ${program}-apply is installed, it takes a file back by itself unless somebody confirms.`,
			'It replaces the whole filter table of this IP version: rules of other programs, as container engines, are gone until they write them again.',
			...(policy.kind === 'gateway' ? ['What is opened towards the gateway itself is accepted: rules that protect it have to be added to INPUT before this is loaded.'] : []),
		]).map(line => `# ${line}`.trimEnd()),
		'*filter',
		`:INPUT ${policy.kind === 'host' ? 'DROP' : 'ACCEPT'} [0:0]`,
		`:FORWARD ${policy.kind === 'gateway' ? 'DROP' : 'ACCEPT'} [0:0]`,
		':OUTPUT ACCEPT [0:0]',
		...rules.map(({line}) => `:${line} - [0:0]`),
		...(policy.kind === 'host' ? listBasics(version) : []),
		`-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
		`-A ${chain} -m conntrack --ctstate INVALID -j DROP`,
		...rules.flatMap(rule => formatRule(rule, chain)),
		...(policy.logsDrops ? [`-A ${chain} -m limit --limit 10/second --limit-burst 20 -j LOG --log-prefix "virt-fw-wizard drop "`] : []),
		'COMMIT',
		'',
	].join('\n');
}

/** What a host must hear whatever the lines say: itself, and in IPv6 its neighbours, routers and who asks for multicast listeners (RFC 4890 §4.4.1). */
function listBasics(version: IpVersion): string[] {
	return [
		'-A INPUT -i lo -j ACCEPT',
		...(version === 4
			? []
			: [
				...['router-advertisement', 'neighbour-solicitation', 'neighbour-advertisement'].map(type => `-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m hl --hl-eq 255 -j ACCEPT`),
				'-A INPUT -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 130 -j ACCEPT',
			]),
	];
}

function formatRule(rule: PolicyRule, chain: string): string[] {
	const {line, title, source, destination, isLogged, action} = rule;
	const comment = `-m comment --comment "${line}"`;
	const verdict = action === 'permit' ? 'ACCEPT' : 'DROP';
	const services = listServices(rule);
	return [
		`# ${showLine(title)}`,
		...listMatches('src', source?.ranges).map(match => join('-A', chain, match, services.protocol, '-j', line)),
		...listMatches('dst', destination?.ranges).flatMap(match => services.ports.flatMap(ports => [
			...(isLogged ? [join('-A', line, match, services.protocol, ports, `-j LOG --log-prefix "${line} "`)] : []),
			join('-A', line, match, services.protocol, ports, comment, '-j', verdict),
		])),
	];
}

const join = (...words: readonly string[]): string => words.filter(word => word !== '').join(' ');

/** Matches that together hold exactly these addresses; one that is empty for any. */
function listMatches(end: 'src' | 'dst', ranges: readonly AddressRange[] | undefined): string[] {
	return ranges?.map(range => {
		const blocks = toCidrs([range]);
		return blocks.length === 1 ? `${end === 'src' ? '-s' : '-d'} ${formatAddressRange(range)}` : `-m iprange --${end}-range ${formatAddressRange(range)}`;
	}) ?? [''];
}

/** Ports that fit into one match: 15, of which a range takes two (iptables-extensions(8), multiport). */
const portsOfMatch = 15;

function listServices({protocol, ipVersion, number, ports}: PolicyRule): {readonly protocol: string; readonly ports: readonly string[]} {
	switch (protocol) {
		case 'tcp':
		case 'udp': {
			return {protocol: `-p ${protocol}`, ports: ports.length === 0 ? [''] : groupPorts(ports).map(group => formatPorts(protocol, group))};
		}

		case 'icmp': {
			return {protocol: `-p ${ipVersion === 4 ? 'icmp' : 'ipv6-icmp'}`, ports: ['']};
		}

		case 'ip': {
			return {protocol: `-p ${number!}`, ports: ['']};
		}
	}
}

/** Ports in their order, in groups that fit into one match. */
export function groupPorts(ports: readonly PortRange[]): PortRange[][] {
	const groups: PortRange[][] = [];
	let room = 0;
	for (const range of ports) {
		const size = range.from === range.to ? 1 : 2;
		if (room < size) {
			groups.push([]);
			room = portsOfMatch;
		}

		groups.at(-1)!.push(range);
		room -= size;
	}

	return groups;
}

function formatPorts(protocol: string, ports: readonly PortRange[]): string {
	const texts = ports.map(range => formatPortRange(range).replace('-', ':'));
	return texts.length === 1 ? `-m ${protocol} --dport ${texts[0]!}` : `-m multiport --dports ${texts.join(',')}`;
}
