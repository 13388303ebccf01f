import {doServicesMeet, type PolicyRule} from '../../core/firewall/policy.js';
import type {Plan, Zone} from '../../core/model.js';
import {formatPortRange, type PortRange} from '../../core/ports.js';
import type {Problem} from '../../core/problem.js';
import type {TextFormat} from '../format.js';
import {UnfitPlanError} from '../unfit-plan-error.js';
import {listBlocks, listHead, requirePolicies, shortenIds} from './files.js';
import {formatJson, formatPlain, formatReference, listCloudLines, nameResource, type CloudLine} from './terraform.js';

/**
Network security groups of Azure, one for the subnet of each zone: denies, then the lines that lead into the zone or out of it, then a deny of all the rest in both directions,
which comes before the default rules that let through what stays in the virtual network and what goes to the Internet.

Arguments are those of the provider's documentation and schema: `azurerm_network_security_group` and `azurerm_subnet_network_security_group_association` of
hashicorp/terraform-provider-azurerm. Limits are those of Azure's own documentation (Azure networking limits; IPv6 for Azure Virtual Network, Limitations).
*/
export const terraformAzure: TextFormat = {
	id: 'terraform-azure',
	name: 'Terraform for Azure',
	description: 'For review: a network security group for the subnet of each zone, as Terraform JSON',
	group: 'configurations',
	isSingleFile: true,
	isText: true,
	templates: [],
	render(plan) {
		return [{path: 'terraform-azure.tf.json', content: formatAzure(plan)}];
	},
};

/** Priorities are 100 to 4096, lower ones first; the rest is dropped by the very last ones. */
const firstPriority = 100;
const lastPriority = 4096;
/** What a network security group holds: rules, and addresses or ranges on each side of all its rules. */
const limits = {rules: 1000, addresses: 4000} as const;

const directions = ['Inbound', 'Outbound'] as const;
type Direction = (typeof directions)[number];

type Entry = {readonly rule: PolicyRule; readonly direction: Direction};

function formatAzure(plan: Plan): string {
	const lines = listCloudLines(plan, 'terraform-azure');
	const {gateway} = requirePolicies(plan, 'terraform-azure');
	const denies = gateway.rules.filter(({action}) => action === 'deny');
	const named = denies.filter(rule => findProtocol(rule) !== undefined);
	const entries = new Map(plan.zones.map(zone => [zone.id, listEntries(zone, lines, named)]));
	const problems = findProblems(lines, named, entries);
	if (problems.length > 0) {
		throw new UnfitPlanError('terraform-azure cannot be written: a firewall would lack lines of the request', problems);
	}

	const names = shortenIds(plan.zones.map(({id}) => id), 200, nameResource);
	return formatJson({
		'//': listHead(plan, {...gateway, remarks: []}, [
			'Put it into a folder of its own. Check: terraform init, terraform validate. Look: terraform plan. Load: terraform apply, which changes what differs and no more. Take back: terraform destroy, which takes the groups from their subnets too.',
			'A group filters nothing before the variable subnet_ids says which subnet is that of its zone. It drops all that this request does not permit, in both directions and inside the subnet too. Replies of established connections pass; connections that are open already stay.',
			'What Azure itself needs of a subnet, as health probes of its load balancers, needs rules of its own.',
			...(plan.change.logging === 'none' ? [] : ['Network security groups log nothing: flow logs of the virtual network do.']),
			...denies.filter(rule => !named.includes(rule)).map(({line, ipVersion}) => `${line} (IPv${ipVersion}) is held by the rules that drop the rest: network security groups have no name for its protocol, and no rule lets it through.`),
		]),
		terraform: {required_providers: {azurerm: {source: 'hashicorp/azurerm', version: '>= 3.0'}}},
		variable: {
			location: {type: 'string', description: 'Where the groups are'},
			resource_group_name: {type: 'string', description: 'The resource group they belong to'},
			subnet_ids: {type: 'map(string)', default: {}, description: 'Ids of subnets by the zone they are'},
		},
		locals: {groups: Object.fromEntries(plan.zones.map(({id}) => [formatPlain(id, 255), formatReference(`azurerm_network_security_group.${names.get(id)!}.id`)]))},
		resource: {
			azurerm_network_security_group: Object.fromEntries(plan.zones.map(zone => [names.get(zone.id)!, {
				name: `${formatPlain(`virt-fw-${zone.id}`, 76)}-nsg`,
				location: formatReference('var.location'),
				resource_group_name: formatReference('var.resource_group_name'),
				security_rule: [
					...entries.get(zone.id)!.map((entry, index) => formatRule(entry, firstPriority + index)),
					...directions.map(direction => dropRest(direction)),
				],
			}])),
			azurerm_subnet_network_security_group_association: {
				zones: {
					for_each: formatReference('var.subnet_ids'),
					subnet_id: formatReference('each.value'),
					network_security_group_id: formatReference('local.groups[each.key]'),
				},
			},
		},
	});
}

function listEntries({id}: Zone, lines: readonly CloudLine[], denies: readonly PolicyRule[]): Entry[] {
	return [
		...directions.flatMap(direction => denies.map(rule => ({rule, direction}))),
		...directions.flatMap(direction => lines.filter(({line}) => (direction === 'Inbound' ? line.destinationZone : line.sourceZone) === id).map(({rule}) => ({rule, direction}))),
	];
}

function findProblems(lines: readonly CloudLine[], denies: readonly PolicyRule[], entries: ReadonlyMap<string, readonly Entry[]>): Problem[] {
	return [
		...lines.filter(({rule}) => findProtocol(rule) === undefined).map(({rule: {line, protocol, ipVersion, number}}): Problem => ({code: 'firewall/protocol', path: [], message: `line ${line} needs ${protocol === 'icmp' ? `ICMPv${ipVersion}` : `IP protocol ${number!}`}, which network security groups of Azure have no name for`, hint: 'write another format, as nftables'})),
		// Between zones that is a problem of every firewall; inside a zone it is one of this group alone, which stands there too.
		...lines.filter(({line}) => line.scope === 'host').flatMap(({rule}) => denies.filter(deny => deny.ipVersion === rule.ipVersion && doServicesMeet(deny, rule, rule.ipVersion)).map((deny): Problem => ({code: 'firewall/deny-shadows', path: [], message: `deny ${deny.line} would drop what line ${rule.line} permits inside its zone, which a network security group filters too`, hint: 'write another format, as nftables'}))),
		...[...entries].flatMap(([id, own]): Problem[] => {
			const count = (side: 'source' | 'destination') => own.reduce((total, {rule}) => total + (rule[side] === undefined ? 1 : listBlocks(rule[side].ranges).length), 0);
			const addresses = Math.max(count('source'), count('destination'));
			return [
				...(own.length + directions.length > limits.rules ? [{code: 'firewall/too-many', path: ['zones', id], message: `zone ${id} needs ${own.length + directions.length} rules, and a network security group holds ${limits.rules}`, hint: 'write another format, as nftables'}] : []),
				...(addresses > limits.addresses ? [{code: 'firewall/too-many', path: ['zones', id], message: `zone ${id} needs ${addresses} addresses in its rules, and a network security group holds ${limits.addresses}`, hint: 'give networks in the place of addresses'}] : []),
			];
		}),
	];
}

const protocols: ReadonlyMap<number, string> = new Map([[6, 'Tcp'], [17, 'Udp'], [50, 'Esp'], [51, 'Ah']]);

/** What Azure calls a protocol; it has one word for ICMP, and filters no ICMPv6 by it. */
function findProtocol({protocol, ipVersion, number}: PolicyRule): string | undefined {
	switch (protocol) {
		case 'tcp': {
			return 'Tcp';
		}

		case 'udp': {
			return 'Udp';
		}

		case 'icmp': {
			return ipVersion === 4 ? 'Icmp' : undefined;
		}

		case 'ip': {
			return number === 1 && ipVersion === 4 ? 'Icmp' : protocols.get(number!);
		}
	}
}

const everything = {4: '0.0.0.0/0', 6: '::/0'} as const;

/** All arguments of a rule: `security_rule` is an attribute as well as a block, and in JSON an attribute, of which each has to be there; those that do not hold are null. */
function formatRule({rule, direction}: Entry, priority: number): Readonly<Record<string, unknown>> {
	const {line, action, ipVersion, ports, source, destination, title} = rule;
	return {
		name: `${line}-v${ipVersion}-${direction === 'Inbound' ? 'in' : 'out'}`,
		description: formatPlain(`${line}: ${title}`, 140),
		priority,
		direction,
		access: action === 'permit' ? 'Allow' : 'Deny',
		protocol: findProtocol(rule),
		...formatPrefixes('source', source === undefined ? [everything[ipVersion]] : listBlocks(source.ranges)),
		...formatPrefixes('destination', destination === undefined ? [everything[ipVersion]] : listBlocks(destination.ranges)),
		...formatPorts(ports),
	};
}

function dropRest(direction: Direction): Readonly<Record<string, unknown>> {
	return {
		name: `default-deny-${direction === 'Inbound' ? 'in' : 'out'}`,
		description: 'What no line permits',
		priority: lastPriority,
		direction,
		access: 'Deny',
		protocol: '*',
		...formatPrefixes('source', '*'),
		...formatPrefixes('destination', '*'),
		...formatPorts([]),
	};
}

function formatPrefixes(end: 'source' | 'destination', blocks: '*' | readonly string[]): Readonly<Record<string, unknown>> {
	return {
		[`${end}_address_prefix`]: blocks === '*' ? '*' : null,
		[`${end}_address_prefixes`]: blocks === '*' ? [] : blocks,
		[`${end}_application_security_group_ids`]: [],
	};
}

function formatPorts(ports: readonly PortRange[]): Readonly<Record<string, unknown>> {
	return {
		source_port_range: '*',
		source_port_ranges: [],
		destination_port_range: ports.length === 0 ? '*' : null,
		destination_port_ranges: ports.map(range => formatPortRange(range)),
	};
}
