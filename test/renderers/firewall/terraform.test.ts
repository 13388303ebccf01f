import {spawnSync} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {formatAddresses, mergeAddressRanges, parseNetwork, type Network} from '../../../source/core/addresses.js';
import {derivePolicies} from '../../../source/core/firewall/policy.js';
import type {Plan, Rule, RuleEnd} from '../../../source/core/model.js';
import {formatPortRanges, mergePortRanges, parsePortRange, type PortRange} from '../../../source/core/ports.js';
import {terraformAws} from '../../../source/renderers/firewall/terraform-aws.js';
import {terraformAzure} from '../../../source/renderers/firewall/terraform-azure.js';
import {UnfitPlanError} from '../../../source/renderers/unfit-plan-error.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../../helpers/firewall-designs.js';
import {testIfThere} from '../../helpers/real-tools.js';

const catalog = await readTestCatalog();
const starters = readStarterDesigns(catalog);
const designs = [...starters, ...makeAddressedDesigns(catalog, 20)];

/** What an argument may be. */
type Argument = {
	readonly type: 'string' | 'number' | 'strings' | 'string or null';
	readonly isRequired?: true;
	readonly values?: readonly string[];
	readonly from?: number;
	readonly to?: number;
	readonly maxLength?: number;
	readonly pattern?: RegExp;
};
type Schema = {readonly arguments: Readonly<Record<string, Argument>>; /** Of each of these lists, exactly one has a value. */ readonly oneOf?: ReadonlyArray<readonly string[]>};

const isPlain = /^[\w .:\/\(\),\-]*$/v;
const isReference = /^\$\{(?:var|each|local|aws_security_group|azurerm_network_security_group)[.\w\-\[\]]+\}$/v;

/*
Arguments that we write, as the providers' documentation and schemas have them:

- hashicorp/terraform-provider-aws, website/docs/r/vpc_security_group_ingress_rule.html.markdown at 1997e57c9db9 and …_egress_rule.html.markdown at 14ab16a5317c: arguments;
  internal/service/ec2/vpc_security_group_ingress_rule.go at 00a322094b4b: ports -1 to 65535, exactly one of the four ends, blocks that are networks
- the same, website/docs/r/security_group.html.markdown at 0148137dc6fb and internal/service/ec2/vpc_security_group.go at 01606926a0c0: description of 255, name_prefix of 255 less 26,
  neither begins with sg-; securityGroupProtocolIntegers: names of protocols
- Amazon EC2 API reference, IpRange: letters of a description
- hashicorp/terraform-provider-azurerm, website/docs/r/network_security_group.html.markdown at 00588f6fb7ad and internal/services/network/network_security_group_resource.go at
  006557af78f7: the arguments of a rule, which are attributes as blocks, so that JSON has to give each; words for protocol, access and direction; priorities; description of 140;
  validateSecurityRule(): the singular or the plural of each
- MicrosoftDocs/azure-docs, articles/virtual-network/network-security-groups-overview.md at 0088bfa77543: names of 80 that begin with a word character, and the default rules;
  ip-services/ipv6-overview.md at 06482e52fd52: no ICMPv6, no rule of both IP versions
- website/docs/r/subnet_network_security_group_association.html.markdown at 06f4d667cafc
*/
const awsRule: Schema = {
	arguments: {
		security_group_id: {type: 'string', isRequired: true, pattern: isReference},
		description: {type: 'string', maxLength: 255, pattern: isPlain},
		ip_protocol: {type: 'string', isRequired: true, pattern: /^(?:tcp|udp|icmp|icmpv6|\d{1,3})$/v},
		from_port: {type: 'number', isRequired: true, from: -1, to: 65_535},
		to_port: {type: 'number', isRequired: true, from: -1, to: 65_535},
		cidr_ipv4: {type: 'string', pattern: /^[\d.]+\/\d+$/v},
		cidr_ipv6: {type: 'string', pattern: /^[\da-f:.]+\/\d+$/v},
	},
	oneOf: [['cidr_ipv4', 'cidr_ipv6']],
};
const schemas: Readonly<Record<string, Schema>> = {
	aws_security_group: {
		arguments: {
			name_prefix: {type: 'string', maxLength: 255 - 26, pattern: /^(?!sg-)[\w .:\/\(\),\-]+$/v},
			description: {type: 'string', maxLength: 255, pattern: isPlain},
			vpc_id: {type: 'string', pattern: isReference},
		},
	},
	aws_vpc_security_group_ingress_rule: awsRule,
	aws_vpc_security_group_egress_rule: awsRule,
	azurerm_network_security_group: {
		arguments: {
			name: {type: 'string', isRequired: true, maxLength: 80, pattern: /^\w[\w.\-]*\w$/v},
			location: {type: 'string', isRequired: true, pattern: isReference},
			resource_group_name: {type: 'string', isRequired: true, pattern: isReference},
		},
	},
	security_rule: {
		arguments: {
			name: {type: 'string', isRequired: true, maxLength: 80, pattern: /^\w[\w.\-]*\w$/v},
			description: {type: 'string', isRequired: true, maxLength: 140, pattern: isPlain},
			priority: {type: 'number', isRequired: true, from: 100, to: 4096},
			direction: {type: 'string', isRequired: true, values: ['Inbound', 'Outbound']},
			access: {type: 'string', isRequired: true, values: ['Allow', 'Deny']},
			protocol: {type: 'string', isRequired: true, values: ['*', 'Tcp', 'Udp', 'Icmp', 'Ah', 'Esp']},
			source_port_range: {type: 'string or null', isRequired: true, values: ['*']},
			source_port_ranges: {type: 'strings', isRequired: true},
			destination_port_range: {type: 'string or null', isRequired: true, values: ['*']},
			destination_port_ranges: {type: 'strings', isRequired: true, pattern: /^\d+(?:-\d+)?$/v},
			source_address_prefix: {type: 'string or null', isRequired: true, values: ['*']},
			source_address_prefixes: {type: 'strings', isRequired: true, pattern: /^[\da-f.:]+\/\d+$/v},
			source_application_security_group_ids: {type: 'strings', isRequired: true},
			destination_address_prefix: {type: 'string or null', isRequired: true, values: ['*']},
			destination_address_prefixes: {type: 'strings', isRequired: true, pattern: /^[\da-f.:]+\/\d+$/v},
			destination_application_security_group_ids: {type: 'strings', isRequired: true},
		},
		oneOf: [['source_port_range', 'source_port_ranges'], ['destination_port_range', 'destination_port_ranges'], ['source_address_prefix', 'source_address_prefixes'], ['destination_address_prefix', 'destination_address_prefixes']],
	},
	azurerm_subnet_network_security_group_association: {
		arguments: {
			subnet_id: {type: 'string', isRequired: true, pattern: isReference},
			network_security_group_id: {type: 'string', isRequired: true, pattern: isReference},
		},
	},
};

type Values = Readonly<Record<string, unknown>>;

/** What Terraform itself reads in a resource, and no provider. */
const own = new Set(['//', 'lifecycle', 'for_each', 'security_rule']);

function findFaults(values: Values, {arguments: known, oneOf = []}: Schema): string[] {
	const hasValue = (name: string) => values[name] !== undefined && values[name] !== null && !(Array.isArray(values[name]) && values[name].length === 0);
	return [
		...Object.keys(values).filter(name => !own.has(name) && !(name in known)).map(name => `${name} is unknown`),
		...Object.entries(known).flatMap(([name, argument]) => {
			const value = values[name];
			if (value === undefined) {
				return argument.isRequired ? [`${name} is missing`] : [];
			}

			const texts = (Array.isArray(value) ? value : [value]).filter(entry => entry !== null) as unknown[];
			const isOfType = {string: typeof value === 'string', number: Number.isInteger(value), strings: Array.isArray(value) && texts.every(text => typeof text === 'string'), 'string or null': value === null || typeof value === 'string'}[argument.type];
			const isFit = texts.every(entry => typeof entry === 'number'
				? entry >= argument.from! && entry <= argument.to!
				: String(entry).length <= (argument.maxLength ?? 1000) && (argument.pattern?.test(String(entry)) ?? true) && (argument.values?.includes(String(entry)) ?? true));
			return isOfType && isFit ? [] : [`${name} is ${JSON.stringify(value)}`];
		}),
		...oneOf.filter(names => names.filter(name => hasValue(name)).length !== 1).map(names => `not one of ${names.join(', ')}`),
	];
}

type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>;
const readResources = (content: string) => (JSON.parse(content) as {resource?: Resources}).resource ?? {};
const renderAws = (plan: Plan) => readResources(terraformAws.render(plan, {})[0]!.content);
const renderAzure = (plan: Plan) => readResources(terraformAzure.render(plan, {})[0]!.content);
const listSecurityRules = (group: Values) => group['security_rule'] as readonly Values[];

function checkResources(t: ExecutionContext, resources: Resources): void {
	for (const [kind, entries] of Object.entries(resources)) {
		for (const [name, values] of Object.entries(entries)) {
			t.regex(name, /^[a-z][\w\-]*$/iv);
			t.deepEqual(findFaults(values, schemas[kind]!), [], `${kind}.${name}`);
			t.deepEqual('security_rule' in values ? listSecurityRules(values).flatMap(rule => findFaults(rule, schemas['security_rule']!)) : [], [], name);
		}
	}
}

/** Designs that Azure has a word for: all but those with ICMPv6. */
const isForAzure = (plan: Plan) => plan.rules.every(({protocol, ipVersion, number}) => (protocol === 'icmp' ? ipVersion === 4 : protocol !== 'ip' || number === 50 || number === 51));

test('every argument is one that the providers document, of its type and within its limits', t => {
	for (const design of [...designs, makeHostile(starters[0]!)]) {
		checkResources(t, renderAws(design));
		if (isForAzure(design)) {
			checkResources(t, renderAzure(design));
		}
	}
});

const formatEnds = (plan: Plan, ends: readonly RuleEnd[], version: number): string => formatAddresses(mergeAddressRanges(ends.flatMap(end => plan.hosts.flatMap(({interfaces}) => interfaces).find(({id}) => id === end.interface)!.ranges.filter(range => range.version === version)))).join(' ');
const readBlocks = (blocks: readonly string[]): string => formatAddresses(blocks.map(block => parseNetwork(block) as Network)).join(' ');
/** Ports of a line as both clouds take them. */
const mergePorts = ({ports}: Rule) => mergePortRanges(ports.map(text => parsePortRange(text) as PortRange));

test('AWS: each line leaves the groups of its sources and enters those of its destinations with its addresses and ports, and nothing else does', t => {
	for (const design of designs) {
		const resources = renderAws(design);
		const hosts = new Set(design.hosts.filter(({kind}) => kind === 'host').map(({id}) => id));
		const names = Object.keys(resources['aws_security_group'] ?? {});
		for (const [direction, near, far] of [['ingress', 'destinations', 'sources'], ['egress', 'sources', 'destinations']] as const) {
			const rules = Object.values(resources[`aws_vpc_security_group_${direction}_rule`] ?? {});
			const read = new Map<string, Values[]>();
			for (const rule of rules.filter(({description}) => description !== 'Path MTU discovery')) {
				const group = /^\$\{aws_security_group\.(?<group>[\w\-]+)\.id\}$/v.exec(String(rule['security_group_id']))!.groups!['group']!;
				t.true(names.includes(group));
				for (const line of String(rule['description']).split(' ')) {
					read.set(`${group} ${line}`, [...read.get(`${group} ${line}`) ?? [], rule]);
				}
			}

			const expected = new Map<string, Rule>(design.rules.flatMap(line => line[near].filter(({host}) => hosts.has(host)).map(end => [`fw-${end.interface.replaceAll(/[^a-z0-9\-]/gv, '_')} ${line.id}`, line] as const)));
			t.deepEqual([...read.keys()].toSorted(), [...expected.keys()].toSorted());
			for (const [key, own] of read) {
				const line = expected.get(key)!;
				t.is(readBlocks(own.map(rule => String(rule[`cidr_ipv${line.ipVersion}`]))), formatEnds(design, line[far], line.ipVersion));
				t.deepEqual([...new Set(own.map(rule => `${String(rule['from_port'])}-${String(rule['to_port'])}`))].toSorted(), (line.protocol === 'icmp' ? ['-1--1'] : mergePorts(line).map(({from, to}) => `${from}-${to}`)).toSorted());
				t.true(own.every(rule => rule['ip_protocol'] === (line.protocol === 'icmp' && line.ipVersion === 6 ? 'icmpv6' : line.protocol)));
			}

			// AWS takes no rule twice.
			t.is(new Set(rules.map(({'//': _, description: _description, ...rule}) => JSON.stringify(rule))).size, rules.length);
		}

		const wide = Object.values(resources['aws_vpc_security_group_ingress_rule'] ?? {}).filter(rule => rule['cidr_ipv4'] === '0.0.0.0/0' || rule['cidr_ipv6'] === '::/0');
		t.true(wide.every(rule => ['icmp 3 4', 'icmpv6 2 0'].includes([rule['ip_protocol'], rule['from_port'], rule['to_port']].join(' '))));
		t.false(JSON.stringify(resources['aws_vpc_security_group_egress_rule'] ?? {}).includes('/0"'));
	}
});

test('AWS: a group that no account could hold is refused, and what a deny names is said to be held', t => {
	const design = starters.find(({profile}) => profile.name === 'okm-cluster')!;
	const {'//': head} = JSON.parse(terraformAws.render(design, {})[0]!.content) as {'//': readonly string[]};
	t.true(design.denies.length > 0 && design.denies.every(({id}) => head.some(line => line.startsWith(`${id} is held`))));
	const many = Array.from({length: 1001}, (_, index) => ({version: 4 as const, from: BigInt(index * 2), to: BigInt(index * 2)}));
	const hosts = design.hosts.map(host => ({...host, interfaces: host.interfaces.map(entry => ({...entry, ranges: many}))}));
	const spread = {...design, hosts, rules: design.rules.filter(({ipVersion}) => ipVersion === 4)};
	const error = t.throws(() => terraformAws.render(spread, {}), {instanceOf: UnfitPlanError});
	t.true(error.problems.length > 1 && error.problems.every(({code}) => code === 'firewall/too-many'));
	const azure = t.throws(() => terraformAzure.render(spread, {}), {instanceOf: UnfitPlanError});
	t.true(azure.problems.some(({code, message}) => code === 'firewall/too-many' && message.includes('addresses')));
});

test('Azure: each line leaves the group of one zone and enters that of another, denies come first, and the rest is dropped before the default rules', t => {
	const fit = designs.filter(design => isForAzure(design));
	t.true(fit.length > 5);
	for (const design of fit) {
		const resources = renderAzure(design);
		const groups = Object.entries(resources['azurerm_network_security_group'] ?? {});
		t.is(groups.length, design.zones.length);
		for (const [index, [, group]] of groups.entries()) {
			const zone = design.zones[index]!.id;
			const rules = listSecurityRules(group);
			t.is(new Set(rules.map(rule => `${String(rule['direction'])} ${String(rule['priority'])}`)).size, rules.length);
			t.is(new Set(rules.map(rule => rule['name'])).size, rules.length);
			for (const [direction, end] of [['Inbound', 'destinationZone'], ['Outbound', 'sourceZone']] as const) {
				const ordered = rules.filter(rule => rule['direction'] === direction).toSorted((a, b) => Number(a['priority']) - Number(b['priority']));
				t.like(ordered.at(-1), {access: 'Deny', protocol: '*', source_address_prefix: '*', destination_address_prefix: '*', destination_port_range: '*', priority: 4096});
				const access = ordered.slice(0, -1).map(rule => rule['access']).join(' ');
				t.regex(access, /^(?:Deny ?)*(?:Allow ?)*$/v);
				const permits = new Map(ordered.filter(rule => rule['access'] === 'Allow').map(rule => [String(rule['name']).replace(/-v[46]-(?:in|out)$/v, ''), rule]));
				t.deepEqual([...permits.keys()].toSorted(), design.rules.filter(line => line[end] === zone).map(({id}) => id).toSorted());
				for (const [id, rule] of permits) {
					const line = design.rules.find(entry => entry.id === id)!;
					t.is(readBlocks(rule['source_address_prefixes'] as string[]), formatEnds(design, line.sources, line.ipVersion));
					t.is(readBlocks(rule['destination_address_prefixes'] as string[]), formatEnds(design, line.destinations, line.ipVersion));
					t.deepEqual(rule['destination_port_ranges'], formatPortRanges(mergePorts(line)));
					t.is(rule['protocol'], {tcp: 'Tcp', udp: 'Udp', icmp: 'Icmp', ip: '*'}[line.protocol]);
				}
			}
		}
	}
});

test('Azure: ICMPv6 and protocols without a name are refused with every line, and so is a deny that would drop a line inside a zone', t => {
	const [design] = designs.filter(plan => plan.rules.some(({protocol, ipVersion}) => protocol === 'icmp' && ipVersion === 6)) as [Plan];
	const error = t.throws(() => terraformAzure.render(design, {}), {instanceOf: UnfitPlanError});
	t.deepEqual(error.problems.filter(({code}) => code === 'firewall/protocol').length, design.rules.filter(({protocol, ipVersion}) => protocol === 'icmp' && ipVersion === 6).length);
	const flat = starters.find(({profile}) => profile.name === 'olvm-flat')!;
	const line = flat.rules.find(({scope, protocol}) => scope === 'host' && protocol === 'tcp')!;
	const denied = {...flat, denies: [{id: 'D-TEST', ipVersion: line.ipVersion, protocol: 'tcp' as const, ports: [line.ports[0]!], source: 'anyone', destination: 'anyone', purpose: 'none', flows: [], sources: []}]};
	t.truthy(derivePolicies(denied).policies);
	const shadowed = t.throws(() => terraformAzure.render({...denied, rules: denied.rules.filter(rule => rule.protocol !== 'icmp' || rule.ipVersion === 4)}, {}), {instanceOf: UnfitPlanError});
	t.true(shadowed.problems.some(({code, message}) => code === 'firewall/deny-shadows' && message.includes(line.id)));
	const byNumber = {...denied, denies: [{...denied.denies[0]!, protocol: 'ip' as const, number: 6, ports: []}], rules: denied.rules.filter(rule => rule.protocol !== 'icmp' || rule.ipVersion === 4)};
	const shadowedByNumber = t.throws(() => terraformAzure.render(byNumber, {}), {instanceOf: UnfitPlanError});
	t.true(shadowedByNumber.problems.some(({code, message}) => code === 'firewall/deny-shadows' && message.includes(line.id)));
});

test('hostile titles are no templates of Terraform, and change nothing but descriptions', t => {
	const design = starters.find(({profile}) => profile.name === 'olvm-segregated')!;
	const strip = (plan: Plan) => [renderAws(plan), renderAzure(plan)].map(resources => JSON.stringify(resources, (key, value: unknown) => key === 'description' || key === '//' ? undefined : value));
	t.deepEqual(strip(makeHostile(design)), strip(design));
	// A comment is not read; what else there is holds no sign that begins a template but ours.
	const read = JSON.stringify([renderAws(makeHostile(design)), renderAzure(makeHostile(design))], (key, value: unknown) => key === '//' ? undefined : value);
	t.deepEqual([...new Set(read.match(/[$%]\{[^\}]*\}/gv))].filter(text => !isReference.test(text)), []);
});

// It asks for the providers only after it has read all of a file.
testIfThere('terraform', 'version')('Terraform reads the files, hostile titles too, and lacks nothing but the providers', async t => {
	t.timeout(120_000);
	for (const render of [terraformAws, terraformAzure]) {
		/* eslint-disable no-await-in-loop -- One after the other. */
		const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-terraform-'));
		for (const {path: name, content} of render.render(makeHostile(starters.find(({profile}) => profile.name === 'olvm-segregated')!), {})) {
			await writeFile(path.join(folder, name), content);
		}

		const {stdout, stderr} = spawnSync('terraform', ['providers'], {cwd: folder, encoding: 'utf8'});
		t.regex(stdout, /provider\[registry\.terraform\.io\/hashicorp\/(?:aws|azurerm)\] >= \d\.0/v, stderr);
		t.notRegex(stderr, /Error/v);
		await rm(folder, {recursive: true});
		/* eslint-enable no-await-in-loop */
	}
});
