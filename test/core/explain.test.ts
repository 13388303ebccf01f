import {readFileSync} from 'node:fs';
import process from 'node:process';
import fc from 'fast-check';
import test from 'ava';
import {formatAddressRange, rangesContain} from '../../source/core/addresses.js';
import {findEndpoint, type Endpoint} from '../../source/core/explain/endpoint.js';
import {explain, parseService, type AskedService} from '../../source/core/explain/explain.js';
import type {HostInterface, Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {parsePortRange, portRangesContain, type PortRange} from '../../source/core/ports.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeSamplePlan} from '../helpers/sample-plan.js';

const sample = makeSamplePlan();

function end(design: Plan, text: string): Endpoint {
	const endpoint = findEndpoint(design, text);
	if (typeof endpoint === 'string') {
		throw new TypeError(endpoint);
	}

	return endpoint;
}

function ask(from: string, to: string, service: string, design = sample) {
	return explain(design, end(design, from), end(design, to), parseService(service) as AskedService);
}

async function readStarter(name: string): Promise<Plan> {
	const catalog = await readTestCatalog(process.cwd());
	const {value} = parseProfile(readFileSync(`templates/profiles/${name}.yaml`, 'utf8'), name, catalog);
	return plan(catalog, value!, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}});
}

test('a permitted connection names its line, and the flows that ask for it', t => {
	const {verdict, lines} = ask('clients', 'manager', 'tcp/443');
	t.is(verdict, 'permitted');
	t.deepEqual(lines.map(({rule, flows, ports}) => [rule.id, flows.map(({catalogFlow}) => catalogFlow), ports]), [['R-WEB1', ['acme/web'], ['443']]]);
});

test('the reverse direction is not permitted, and the connection it reverses comes first', t => {
	const {verdict, lines, nearest} = ask('manager', 'clients', 'tcp/443');
	t.is(verdict, 'not-permitted');
	t.deepEqual(lines, []);
	t.deepEqual([nearest[0]!.flow.catalogFlow, nearest[0]!.differs, nearest[0]!.lines], ['acme/web', ['direction'], ['R-WEB1']]);
});

test('what the documents name and the request withholds is told first, with its reason', t => {
	const {verdict, nearest} = ask('clients', 'manager', 'tcp/23');
	t.is(verdict, 'not-permitted');
	t.deepEqual([nearest[0]!.flow.catalogFlow, nearest[0]!.differs, nearest[0]!.flow.reason], ['acme/telnet', [], 'Clear text, and SSH does the same']);
});

test('of ports and addresses that are only partly permitted, the rest is named', t => {
	const ports = ask('manager', 'nodes', 'tcp/9005-9020');
	t.is(ports.verdict, 'partly');
	t.deepEqual(ports.lines.map(line => line.ports), [['9005-9010']]);
	t.deepEqual(ports.uncovered, [{from: 'Acme manager', to: 'Nodes', ports: ['9011-9020']}]);
	const addresses = ask('10.1.0.0/24', '10.0.0.10', 'tcp/443');
	t.is(addresses.verdict, 'partly');
	t.deepEqual(addresses.uncovered.map(({from, to}) => [from, to]), [['10.1.0.128/25', '10.0.0.10 (manager/management)']]);
	t.is(ask('10.1.0.64/26', '10.0.0.10', 'tcp/443').verdict, 'permitted');
	t.is(ask('office', 'manager', 'tcp/443').verdict, 'partly');
});

test('IP versions are kept apart', t => {
	t.deepEqual(ask('10.0.0.10', '192.0.2.9', 'tcp/3128').lines.map(({rule}) => rule.id), ['R-FED4']);
	t.deepEqual(ask('2001:db8:100::10', '2001:db8:100::9', 'tcp/3128').lines.map(({rule}) => rule.id), ['R-FED6']);
	t.is(ask('10.0.0.10', '2001:db8:100::9', 'tcp/3128').verdict, 'not-permitted');
	t.deepEqual(ask('manager', 'proxy.example.com', 'tcp/3128').lines.map(({rule}) => rule.id), ['R-FED4', 'R-FED6']);
});

test('a machine reaches itself without a firewall, machines of one host reach one another through theirs', t => {
	t.is(ask('manager', 'manager', 'tcp/22').verdict, 'local');
	t.is(ask('nodes', 'nodes', 'udp/694').verdict, 'permitted');
	t.is(ask('nodes', 'nodes', 'tcp/22').verdict, 'not-permitted');
});

test('ends are found by id, title, role, address and name, and what is not found gets a hint', t => {
	t.deepEqual(['core', 'Core', 'zone:core', 'Acme Manager', 'host:manager', 'nodes/migration', '10.0.0.10', 'proxy.example.com'].map(text => end(sample, text).kind), ['zone', 'zone', 'zone', 'host', 'host', 'interface', 'address', 'address']);
	t.regex(findEndpoint(sample, 'manger') as string, /did you mean "manager"/v);
	t.regex(findEndpoint(sample, 'host:core') as string, /has no host "core"/v);
	t.regex(findEndpoint(sample, '10.0.0.300') as string, /10\.0\.0\.300/v);
	t.regex(findEndpoint(sample, 'other.example.com') as string, /no host of this design has the name/v);
	t.regex(findEndpoint({...sample, zones: [...sample.zones, {...sample.zones[0]!, id: 'manager'}]}, 'manager') as string, /write zone:manager or host:manager/v);
	t.false((findEndpoint(sample, '\u001B[31mred') as string).includes('\u001B'));
});

test('a service that cannot be read says how to write it', t => {
	t.deepEqual(parseService('TCP/80,443'), {protocol: 'tcp', ports: [{from: 80, to: 80}, {from: 443, to: 443}], text: 'TCP 80, 443'});
	t.deepEqual(parseService('ip/112'), {protocol: 'ip', number: 112, ports: [], text: 'IP protocol 112'});
	t.like(parseService('icmp'), {protocol: 'icmp', ports: []});
	for (const [text, hint] of [['443/tcp', /write tcp\/443/v], ['tcp', /a port is missing/v], ['tcp/0', /ports are 1 to 65535/v], ['tcp/9-1', /backwards/v], ['icmp/8', /no ports/v], ['ip/256', /up to 255/v], ['https', /tcp\/443/v], ['', /tcp\/443/v]] as const) {
		t.regex(parseService(text) as string, hint, `${text}`);
	}
});

test('who has addresses of another host may do what that may, as no firewall tells them apart', async t => {
	const design = await readStarter('estate');
	// The administrators' addresses are among those of the portal clients, so that a firewall lets them in.
	t.is(ask('administrators', 'olvm-manager', 'tcp/443', design).verdict, 'permitted');
	t.deepEqual(ask('administrators', 'olvm-manager', 'tcp/443', design).lines.map(({rule}) => rule.sources.some(({host}) => host === 'administrators')), [false]);
});

/** Whether lines permit one IPv4 address to reach another on one port: every line, one by one. */
function permits({rules, hosts}: Plan, {from, to, protocol, port}: {readonly from: bigint; readonly to: bigint; readonly protocol: string; readonly port: number}): boolean {
	const interfaces = new Map(hosts.flatMap(host => host.interfaces).map(entry => [entry.id, entry]));
	const has = (ends: Plan['rules'][number]['sources'], address: bigint) => ends.some(({interface: id}) => rangesContain(interfaces.get(id)!.ranges, {version: 4, from: address, to: address}));
	const hasPort = (ports: readonly string[]) => portRangesContain(ports.map(text => parsePortRange(text) as PortRange), {from: port, to: port});
	return rules.some(rule => rule.ipVersion === 4 && rule.protocol === protocol && has(rule.sources, from) && has(rule.destinations, to) && hasPort(rule.ports));
}

test('for single addresses the answer is that of every line tried one by one', async t => {
	const designs = await Promise.all(['olvm-flat', 'estate', 'okm-cluster'].map(async name => readStarter(name)));
	let permitted = 0;
	fc.assert(fc.property(fc.constantFrom(...designs), fc.nat(), fc.nat(), fc.nat(), fc.integer({min: -1, max: 1}), (design, first, second, third, beside) => {
		const addressed = design.hosts.flatMap(host => host.interfaces).filter(entry => entry.ranges.some(({version}) => version === 4));
		const pick = (number: number, entries: readonly HostInterface[]) => entries[number % entries.length]!.ranges.find(({version}) => version === 4)!.from;
		const rules = design.rules.filter(({ports, ipVersion}) => ports.length > 0 && ipVersion === 4);
		const rule = rules[third % rules.length]!;
		const isOfRule = (ends: typeof rule.sources) => addressed.filter(({id}) => ends.some(candidate => candidate.interface === id));
		const [sources, destinations] = [isOfRule(rule.sources), isOfRule(rule.destinations)];
		// Half of the questions are near a line.
		const from = pick(first, first % 2 === 0 && sources.length > 0 ? sources : addressed) + BigInt(beside);
		const to = pick(second, first % 2 === 0 && destinations.length > 0 ? destinations : addressed);
		const range = parsePortRange(rule.ports[0]!) as {from: number; to: number};
		const port = range.from + (third % 3 === 0 ? 1 : 0);
		const text = (value: bigint) => formatAddressRange({version: 4, from: value, to: value});
		if (from === to) {
			return;
		}

		const expected = permits(design, {from, to, protocol: rule.protocol, port});
		permitted += expected ? 1 : 0;
		const {verdict} = explain(design, end(design, text(from)), end(design, text(to)), parseService(`${rule.protocol}/${port}`) as AskedService);
		// Two addresses of one machine need no firewall.
		t.true(verdict === 'local' || (verdict === 'permitted') === expected, `${text(from)} ${text(to)} ${rule.protocol}/${port}: ${verdict}`);
	}), {numRuns: 600});
	t.true(permitted > 50, `${permitted}`);
});
