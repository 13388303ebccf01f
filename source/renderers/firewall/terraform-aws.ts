import type {PolicyRule} from '../../core/firewall/policy.js';
import type {HostInterface, IpVersion, Plan} from '../../core/model.js';
import type {Problem} from '../../core/problem.js';
import {getOrMake, groupBy} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import type {TextFormat} from '../format.js';
import {UnfitPlanError} from '../unfit-plan-error.js';
import {listBlocks, listHead, requirePolicies, shortenIds} from './files.js';
import {formatJson, formatPlain, formatReference, listCloudLines, nameResource, type CloudLine} from './terraform.js';

/**
Security groups of AWS, one for each network role of a host: what lines lead into it as ingress, what lines lead out of it as egress, and nothing else.

A rule of a security group names one end only, as the other one is the interface that has the group; so a role, which is an interface, has one. Groups know no deny, and drop
what none of them permits.

Arguments are those of the provider's documentation and schema: `aws_security_group`, `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule` of
hashicorp/terraform-provider-aws.
*/
export const terraformAws: TextFormat = {
	id: 'terraform-aws',
	name: 'Terraform for AWS',
	description: 'For review: a security group for each network role of each host, as Terraform JSON',
	group: 'configurations',
	isSingleFile: true,
	isText: true,
	templates: [],
	render(plan) {
		return [{path: 'terraform-aws.tf.json', content: formatAws(plan)}];
	},
};

/** Rules that a group holds in each direction and IP version, unless the account asks for more, and what no account gets (Amazon VPC quotas, Security groups). */
const quota = {usual: 60, most: 1000} as const;

type Direction = 'ingress' | 'egress';
const resources = {ingress: 'aws_vpc_security_group_ingress_rule', egress: 'aws_vpc_security_group_egress_rule'} as const satisfies Record<Direction, string>;

/** A rule without the group it is in, and the lines that say it. */
type AwsRule = {readonly direction: Direction; readonly ipVersion: IpVersion; readonly values: Readonly<Record<string, string | number>>; readonly lines: CloudLine[]};
type AwsGroup = {readonly subject: HostInterface; readonly title: string; readonly rules: readonly AwsRule[]};

function formatAws(plan: Plan): string {
	const groups = listGroups(plan);
	const names = shortenIds(groups.map(({subject}) => subject.id), 200, nameResource);
	const large: string[] = [];
	const problems: Problem[] = [];
	for (const {subject, rules} of groups) {
		for (const [kind, own] of groupBy(rules, ({direction, ipVersion}) => `${direction} rules of IPv${ipVersion}`)) {
			if (own.length > quota.most) {
				problems.push({code: 'firewall/too-many', path: ['hosts', subject.host], message: `${subject.id} needs ${own.length} ${kind}, and a security group holds ${quota.most} at most`, hint: 'give networks in the place of addresses'});
			} else if (own.length > quota.usual) {
				large.push(`${subject.id} has ${own.length} ${kind}: a group holds ${quota.usual} unless the quota of the account is raised.`);
			}
		}
	}

	if (problems.length > 0) {
		throw new UnfitPlanError('terraform-aws cannot be written: a firewall would lack lines of the request', problems);
	}

	const {gateway} = requirePolicies(plan, 'terraform-aws');
	return formatJson({
		'//': listHead(plan, {...gateway, kind: 'host', title: 'every host', remarks: []}, [
			'Put it into a folder of its own. Check: terraform init, terraform validate. Look: terraform plan. Load: terraform apply, which changes what differs and no more. Take back: terraform destroy, after the groups are taken from their interfaces.',
			'There is a group for each network role of a host. Put it on the interfaces in that role (output security_groups names them), and take other groups away there: groups add up.',
			'What no line permits is dropped, in both directions: what a host opens itself needs a line too, as through a gateway. Replies of established connections and errors about them pass. DNS, time and metadata of the VPC itself are not filtered.',
			'A rule holds for every address of an interface that has its group. The rules named too-big let in what routers say of packets that are too big for them.',
			...(plan.change.logging === 'none' ? [] : ['Security groups log nothing: flow logs of the VPC do.']),
			...plan.denies.map(({id}) => `${id} is held, though security groups know no deny: no rule here lets through what it names from one zone to another.`),
			...large,
		]),
		terraform: {required_providers: {aws: {source: 'hashicorp/aws', version: '>= 5.0'}}},
		variable: {vpc_id: {type: 'string', description: 'The VPC of the hosts'}},
		...(groups.length === 0
			? {}
			: {
				resource: {
					aws_security_group: Object.fromEntries(groups.map(({subject, title}) => [names.get(subject.id)!, {
						name_prefix: `${formatPlain(`virt-fw-${subject.id.replace('/', '-')}`, 200)}-`,
						description: formatPlain(`${title}: request ${plan.request.id}`, 255),
						vpc_id: formatReference('var.vpc_id'),
						lifecycle: {create_before_destroy: true},
					}])),
					...Object.fromEntries((['ingress', 'egress'] as const).map(direction => [resources[direction], formatRules(groups, names, direction)] as const).filter(([, rules]) => Object.keys(rules).length > 0)),
				},
				output: {security_groups: {value: Object.fromEntries(groups.map(({subject}) => [formatPlain(subject.id, 255), formatReference(`aws_security_group.${names.get(subject.id)!}.id`)]))}},
			}),
	});
}

/*
Who sends packets that are too big has to hear of it from any router on the way (RFC 1191 §3, RFC 8201 §4). AWS's guides differ in whether the state of a connection lets that
message in (Amazon EC2 user guide, Network MTU; security group rules reference, Path MTU Discovery), so that it has a rule: type 3 code 4, in IPv6 type 2 code 0.
*/
const tooBig: readonly AwsRule[] = [
	{direction: 'ingress', ipVersion: 4, values: {cidr_ipv4: '0.0.0.0/0', ip_protocol: 'icmp', from_port: 3, to_port: 4}, lines: []},
	{direction: 'ingress', ipVersion: 6, values: {cidr_ipv6: '::/0', ip_protocol: 'icmpv6', from_port: 2, to_port: 0}, lines: []},
];

/** Roles of hosts that lines lead into or out of; those outside have no groups of ours. */
function listGroups(plan: Plan): AwsGroup[] {
	const lines = listCloudLines(plan, 'terraform-aws');
	const ways = new Map<string, Array<{readonly direction: Direction; readonly entry: CloudLine}>>();
	for (const entry of lines) {
		for (const [direction, ends] of [['ingress', entry.line.destinations], ['egress', entry.line.sources]] as const) {
			for (const end of ends) {
				getOrMake(ways, end.interface, () => []).push({direction, entry});
			}
		}
	}

	return plan.hosts.filter(({kind}) => kind === 'host').flatMap(host => host.interfaces.filter(({id}) => ways.has(id)).map((subject): AwsGroup => {
		// AWS refuses a rule that a group has already: lines that say the same share it.
		const rules = new Map<string, AwsRule>();
		for (const {direction, entry} of ways.get(subject.id)!) {
			for (const values of listRules(entry.rule, direction)) {
				getOrMake(rules, `${direction} ${JSON.stringify(values)}`, () => ({direction, ipVersion: entry.rule.ipVersion, values, lines: []})).lines.push(entry);
			}
		}

		const versions = new Set([...rules.values()].map(({ipVersion}) => ipVersion));
		return {subject, title: `${host.title} (${subject.role})`, rules: [...rules.values(), ...tooBig.filter(({ipVersion}) => versions.has(ipVersion))]};
	}));
}

/** A rule has one block of addresses and one range of ports. */
function listRules(rule: PolicyRule, direction: Direction): Array<AwsRule['values']> {
	const other = direction === 'ingress' ? rule.source! : rule.destination!;
	return listBlocks(other.ranges).flatMap(block => listServices(rule).map(service => ({[rule.ipVersion === 4 ? 'cidr_ipv4' : 'cidr_ipv6']: block, ...service})));
}

/** Protocols that AWS has names for, by their number: it reads the number as the name, which asks for ports. */
const names: ReadonlyMap<number, PolicyRule['protocol']> = new Map([[1, 'icmp'], [6, 'tcp'], [17, 'udp'], [58, 'icmp']]);

function listServices({protocol, ipVersion, number, ports}: PolicyRule): Array<Readonly<Record<string, string | number>>> {
	const name = protocol === 'ip' ? names.get(number!) ?? protocol : protocol;
	switch (name) {
		case 'tcp':
		case 'udp': {
			return (ports.length === 0 ? [{from: 0, to: 65_535}] : ports).map(({from, to}) => ({ip_protocol: name, from_port: from, to_port: to}));
		}

		case 'icmp': {
			// -1 is every type and every code.
			return [{ip_protocol: ipVersion === 4 ? 'icmp' : 'icmpv6', from_port: -1, to_port: -1}];
		}

		case 'ip': {
			return [{ip_protocol: String(number!), from_port: -1, to_port: -1}];
		}
	}
}

/** Rules of one direction, each called by its group, the first line that says it and a number: one more line renames none of the others. */
function formatRules(groups: readonly AwsGroup[], names: ReadonlyMap<string, string>, direction: Direction): Record<string, unknown> {
	const formatted: Record<string, unknown> = {};
	for (const {subject, rules} of groups) {
		const group = names.get(subject.id)!;
		for (const [line, own] of groupBy(rules.filter(rule => rule.direction === direction), ({lines, ipVersion}) => lines[0]?.line.id ?? `too-big-v${ipVersion}`)) {
			for (const [index, {values, lines}] of own.entries()) {
				formatted[`${group}-${line}-${index + 1}`] = {
					'//': lines.length === 0 ? 'Word from any router that a packet was too big, and nothing else' : [...new Set(lines.map(({line: {id}, rule}) => showLine(`${id}: ${rule.title}`)))].join('; '),
					security_group_id: formatReference(`aws_security_group.${group}.id`),
					description: lines.length === 0 ? 'Path MTU discovery' : formatIds([...new Set(lines.map(({line: {id}}) => id))]),
					...values,
				};
			}
		}
	}

	return formatted;
}

/** As many ids as fit into a description, and how many are left, which the comment beside it names. */
function formatIds(ids: readonly string[]): string {
	const all = ids.join(' ');
	return all.length <= 255 ? all : `${ids.slice(0, 20).join(' ').slice(0, 230)} and ${ids.length - 20} more`;
}
