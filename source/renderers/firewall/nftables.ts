import {formatAddressRange} from '../../core/addresses.js';
import type {AddressGroup, Policy, PolicyRule} from '../../core/firewall/policy.js';
import type {IpVersion, Plan} from '../../core/model.js';
import {formatPortRange} from '../../core/ports.js';
import {showLine} from '../../core/text.js';
import type {RenderedText, TextFormat} from '../format.js';
import {formatFileId, listHead, listHostPolicies, requirePolicies} from './files.js';

/** Configurations of nftables: a table of its own for the gateway and for each host, which can be loaded twice and taken away again. */
export const nftables: TextFormat = {
	id: 'nftables',
	name: 'nftables configuration',
	description: 'For review: the gateway between zones and the firewall of each host, with a file that takes each away',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const policies = requirePolicies(plan, 'nftables');
		return [policies.gateway, ...listHostPolicies(policies)].flatMap(policy => renderPolicy(plan, policy));
	},
};

/** Names of the tables, one for each kind of policy. */
export const tables = {gateway: 'virt-fw-wizard-gateway', host: 'virt-fw-wizard-host'} as const;

function renderPolicy(plan: Plan, policy: Policy): RenderedText[] {
	const name = policy.kind === 'gateway' ? 'nftables-gateway' : `nftables-host-${formatFileId(policy)}`;
	return [
		{path: `${name}.nft`, content: formatNftables(plan, policy, name)},
		{path: `${name}-rollback.nft`, content: formatRollback(plan, policy, name)},
	];
}

/**
A policy as a script of nft(8): one table of its own, replaced as a whole in one transaction.

Address groups are named interval sets and each rule is one line, so that the number of rules does not grow with the number of hosts.
*/
export function formatNftables(plan: Plan, policy: Policy, name: string): string {
	const table = `table inet ${tables[policy.kind]}`;
	return [
		'#!/usr/sbin/nft -f',
		...listHead(plan, policy, [
			`Check: nft -c -f ${name}.nft. Load: nft -f ${name}.nft. Take back: nft -f ${name}-rollback.nft.`,
			policy.kind === 'gateway'
				? 'It drops all that this request does not permit between any two networks of the gateway. On a gateway that carries other traffic, that traffic needs lines of its own first.'
				: 'It drops all that is opened towards this host and that the request does not permit. What the host opens itself is left alone.',
			'Tables of others stay as they are: what one of them drops is dropped whatever this one says.',
		]).map(line => `# ${line}`.trimEnd()),
		'',
		'# An empty table first, so that there is one to replace; all of it happens at once.',
		table,
		`delete ${table}`,
		`${table} {`,
		...policy.groups.flatMap(group => formatSet(group)),
		...(policy.kind === 'gateway' ? formatChain('forward', policy.rules, policy) : formatChain('input', policy.rules, policy)),
		'}',
		'',
	].join('\n');
}

function formatRollback(plan: Plan, policy: Policy, name: string): string {
	const table = `table inet ${tables[policy.kind]}`;
	return [
		'#!/usr/sbin/nft -f',
		...listHead(plan, {...policy, remarks: []}, [`Takes away what ${name}.nft loaded, and nothing else. Where it was not loaded it does nothing.`]).map(line => `# ${line}`.trimEnd()),
		'',
		table,
		`delete ${table}`,
		'',
	].join('\n');
}

function formatSet({id, title, ipVersion, ranges}: AddressGroup): string[] {
	return [
		`\t# ${showLine(title)}`,
		`\tset ${id} {`,
		`\t\ttype ipv${ipVersion}_addr`,
		'\t\tflags interval',
		`\t\telements = { ${ranges.map(range => formatAddressRange(range)).join(', ')} }`,
		'\t}',
		'',
	];
}

/*
Errors about a permitted connection belong to it and pass as related (RFC 4890 §4.3.1); a host must besides hear its neighbours and routers, or IPv6 does not work at all
(RFC 4890 §4.4.1, hop limit 255 after RFC 4861 §7.1), and who asks for multicast listeners (RFC 2710 §3).
*/
const neighbours = [
	'\t\ticmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept',
	'\t\ticmpv6 type mld-listener-query ip6 saddr fe80::/10 accept',
];

function formatChain(hook: 'forward' | 'input', rules: readonly PolicyRule[], {logsDrops}: Policy): string[] {
	return [
		`\tchain ${hook} {`,
		`\t\ttype filter hook ${hook} priority 0; policy drop;`,
		...(hook === 'input' ? ['\t\tiifname "lo" accept', ...neighbours] : []),
		'\t\tct state established,related accept',
		'\t\tct state invalid drop',
		...rules.flatMap(rule => [`\t\t# ${showLine(rule.title)}`, `\t\t${formatRule(rule)}`]),
		...(logsDrops ? ['\t\tlimit rate 10/second burst 20 packets log prefix "virt-fw-wizard drop "'] : []),
		'\t}',
	];
}

function formatRule({line, action, ipVersion, protocol, number, ports, source, destination, isLogged}: PolicyRule): string {
	const family = ipVersion === 4 ? 'ip' : 'ip6';
	return [
		...(source === undefined && destination === undefined ? [`meta nfproto ipv${ipVersion}`] : []),
		...(source === undefined ? [] : [`${family} saddr @${source.id}`]),
		...(destination === undefined ? [] : [`${family} daddr @${destination.id}`]),
		formatService(protocol, ipVersion, number, ports),
		...(isLogged ? [`log prefix "${line} "`] : []),
		action === 'permit' ? 'accept' : 'drop',
		`comment "${line}"`,
	].join(' ');
}

function formatService(protocol: PolicyRule['protocol'], ipVersion: IpVersion, number: number | undefined, ports: PolicyRule['ports']): string {
	switch (protocol) {
		case 'tcp':
		case 'udp': {
			const texts = ports.map(range => formatPortRange(range));
			return ports.length === 0 ? `meta l4proto ${protocol}` : `${protocol} dport ${texts.length === 1 ? texts[0]! : `{ ${texts.join(', ')} }`}`;
		}

		case 'icmp': {
			return `meta l4proto ${ipVersion === 4 ? 'icmp' : 'ipv6-icmp'}`;
		}

		case 'ip': {
			return `meta l4proto ${number!}`;
		}
	}
}
