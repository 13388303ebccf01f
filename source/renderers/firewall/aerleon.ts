import type {AddressGroup, Policy, PolicyRule} from '../../core/firewall/policy.js';
import type {IpVersion, Plan} from '../../core/model.js';
import {formatPortRange} from '../../core/ports.js';
import type {Problem} from '../../core/problem.js';
import {showLine} from '../../core/text.js';
import type {TextFormat} from '../format.js';
import {UnfitPlanError} from '../unfit-plan-error.js';
import {formatHashComments, listBlocks, listHead, requirePolicies} from './files.js';

/** The gateway as a policy of Aerleon, a compiler that makes configurations of other firewalls from it: Cisco, Juniper, Palo Alto and more. */
export const aerleon: TextFormat = {
	id: 'aerleon',
	name: 'Aerleon policy',
	description: 'For review: the gateway as a policy with networks and services, from which Aerleon makes configurations of Cisco, Juniper, Palo Alto and others',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const {gateway} = requirePolicies(plan, 'aerleon');
		requireProtocols(gateway);
		return [
			...targets.filter(target => canCarry(target, gateway)).map(target => ({path: `aerleon-${target.name}.yaml`, content: formatPolicy(plan, gateway, target)})),
			{path: definitions, content: formatDefinitions(plan, gateway)},
		];
	},
};

/** Protocols that Aerleon has names for, by their number in the registry of IANA. */
const protocolNames: ReadonlyMap<number, string> = new Map([
	[1, 'icmp'], [2, 'igmp'], [4, 'ipip'], [6, 'tcp'], [8, 'egp'], [9, 'igp'], [17, 'udp'], [41, 'ipv6'], [46, 'rsvp'], [47, 'gre'], [50, 'esp'], [51, 'ah'], [58, 'icmpv6'], [89, 'ospf'], [103, 'pim'], [112, 'vrrp'], [115, 'l2tp'], [132, 'sctp'], [136, 'udplite'],
]);

function requireProtocols({rules}: Policy): void {
	const problems = rules.filter(({protocol, number}) => protocol === 'ip' && !protocolNames.has(number!)).map(({line, number}): Problem => ({code: 'firewall/protocol', path: [], message: `line ${line} needs IP protocol ${number!}, which Aerleon has no name for`, hint: 'write another format, as nftables'}));
	if (problems.length > 0) {
		throw new UnfitPlanError('aerleon cannot be written: a firewall would lack lines of the request', problems);
	}
}

/** A firewall that tracks connections, with the options that it needs; zones are those of the firewall, and any of them here. */
type Target = {readonly name: string; readonly options: string; readonly ipVersions: readonly IpVersion[]; /** Where Aerleon takes these alone. */ readonly protocols?: ReadonlySet<string>};

const targets: readonly Target[] = [
	{name: 'paloalto', options: 'from-zone any to-zone any mixed', ipVersions: [4, 6], protocols: new Set(['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'igmp', 'gre', 'ah', 'esp'])},
	{name: 'fortigate', options: 'from-zone any to-zone any mixed', ipVersions: [4, 6]},
	{name: 'srx', options: 'from-zone all to-zone all', ipVersions: [4, 6]},
	// Aerleon leaves IPv6 out of it without a word.
	{name: 'ciscoasa', options: 'virt-fw-wizard', ipVersions: [4]},
];

const canCarry = (target: Target, policy: Policy): boolean => findRefusal(target, policy) === undefined;

/** What Aerleon has no words for in the language of a target. */
function findRefusal({ipVersions, protocols}: Target, policy: Policy): string | undefined {
	const refused = policy.rules.filter(rule => protocols?.has(nameProtocol(rule)) === false);
	return policy.ipVersions.every(version => ipVersions.includes(version))
		? (refused.length === 0 ? undefined : `it refuses the protocol of ${refused.map(rule => nameTerm(rule)).join(', ')}`)
		: 'it leaves IPv6 out';
}

function formatPolicy(plan: Plan, policy: Policy, target: Target): string {
	return [
		...formatHashComments(listHead(plan, policy, [
			`For Aerleon (https://github.com/aerleon/aerleon): put this file into policies/pol/ and ${definitions} into def/, then run aclgen.`,
			'The target is with any zones: give those of your firewall. For another target change its name; only a firewall that tracks connections fits, as there are no terms for replies.',
			'It drops all that this request does not permit between any two networks of the gateway. A result replaces rules as its vendor tells: keep the configuration that there is, to take it back.',
			'The id of a line is the name of its term. What another target cannot express is told by Aerleon, which then writes nothing for it, or leaves it out with a warning; compare its result with the lines.',
		])),
		'',
		'filters:',
		'  - header:',
		'      comment: "Gateway between the zones"',
		'      targets:',
		`        ${target.name}: ${target.options}`,
		'    terms:',
		...policy.rules.flatMap(rule => formatTerm(rule)),
		'      - name: default-deny',
		'        comment: "What no line permits"',
		...(policy.logsDrops ? ['        logging: true'] : []),
		'        action: deny',
		'',
	].join('\n');
}

const definitions = 'aerleon-definitions.yaml';

/** Every address of one IP version: without addresses a term is about both. */
const anyNetworks = {4: {name: 'ANY-V4', network: '0.0.0.0/0'}, 6: {name: 'ANY-V6', network: '::/0'}} as const satisfies Record<IpVersion, unknown>;

/** Terms have names of their own: a deny of both IP versions is two. */
function formatTerm(rule: PolicyRule): string[] {
	const {line, title, source, destination, isLogged, action, ports, ipVersion} = rule;
	return [
		`      - name: ${nameTerm(rule)}`,
		`        comment: ${JSON.stringify(formatComment(title))}`,
		`        source-address: ${source === undefined ? anyNetworks[ipVersion].name : nameNetwork(source)}`,
		`        destination-address: ${destination === undefined ? anyNetworks[ipVersion].name : nameNetwork(destination)}`,
		`        protocol: ${nameProtocol(rule)}`,
		...(ports.length === 0 ? [] : [`        destination-port: PORTS-${line}`]),
		...(isLogged ? ['        logging: true'] : []),
		`        action: ${action === 'permit' ? 'accept' : 'deny'}`,
	];
}

const nameTerm = ({line, action, ipVersion}: PolicyRule): string => action === 'deny' ? `${line}-v${ipVersion}` : line;

function nameProtocol({protocol, number, ipVersion}: PolicyRule): string {
	switch (protocol) {
		case 'tcp':
		case 'udp': {
			return protocol;
		}

		case 'icmp': {
			return ipVersion === 4 ? 'icmp' : 'icmpv6';
		}

		case 'ip': {
			return protocolNames.get(number!)!;
		}
	}
}

/** Names are tokens of letters, digits, `_` and `-`; ids have dots besides, and no underscores. */
const nameNetwork = ({id}: AddressGroup): string => id.replaceAll(/[^a-z0-9\-]/gv, '_').toUpperCase();

/** A comment goes into the syntax of every vendor: nothing that could end a comment, or begin something, in one of them, and no more than the shortest takes, which is nft's 128. */
const commentLength = 120;

function formatComment(title: string): string {
	return showLine(title, commentLength).replaceAll(/[^\w ,.:\(\)\-]/gv, '_').replaceAll('--', '_');
}

function formatDefinitions(plan: Plan, policy: Policy): string {
	const services = new Map(policy.rules.filter(({ports}) => ports.length > 0).map(rule => [`PORTS-${rule.line}`, rule]));
	return [
		...formatHashComments(listHead(plan, {...policy, remarks: []}, [
			'Networks and services of the policies beside it.',
			...targets.filter(target => !canCarry(target, policy)).map(target => `There is no policy for ${target.name}: Aerleon would not write all of it, as ${findRefusal(target, policy)!}.`),
		])),
		'',
		'networks:',
		...Object.values(anyNetworks).flatMap(({name, network}) => [`  ${name}:`, '    values:', `      - address: ${JSON.stringify(network)}`]),
		...policy.groups.flatMap(group => [
			`  # ${showLine(group.title)}`,
			`  ${nameNetwork(group)}:`,
			'    values:',
			...listBlocks(group.ranges).map(block => `      - address: ${JSON.stringify(block)}`),
		]),
		'',
		`services:${services.size === 0 ? ' {}' : ''}`,
		...[...services].flatMap(([name, {protocol, ports}]) => [
			`  ${name}:`,
			...ports.map(range => `    - {protocol: ${protocol}, port: ${JSON.stringify(formatPortRange(range))}}`),
		]),
		'',
	].join('\n');
}
