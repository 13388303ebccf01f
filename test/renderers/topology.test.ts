import test from 'ava';
import {trustLevels} from '../../source/core/vocabulary.js';
import type {Plan} from '../../source/core/model.js';
import {topology} from '../../source/renderers/topology.js';
import {parseMermaid} from '../helpers/parse-mermaid.js';
import {makeFlow, makeHost, makeLargePlan, makePlan, makeRule, makeSamplePlan, makeZone, templates} from '../helpers/sample-plan.js';

const render = (plan: Plan) => new Map(topology.render(plan, templates).map(({path, content}) => [path, content]));

const countEdges = (diagram: string) => diagram.split('\n').filter(line => / (?:--[>ox]|\.-[>o]) /v.test(line)).length;
const countBoxes = (diagram: string) => diagram.split('\n').filter(line => /^\t+(?:subgraph )?\w+\["/v.test(line)).length;

test('the first file is all zones, then each zone that has a host or a line, then all hosts where these are few', t => {
	t.deepEqual([...render(makeSamplePlan()).keys()], ['topology.mmd', 'topology-edge.mmd', 'topology-office.mmd', 'topology-core.mmd', 'all-hosts.mmd']);
	t.false(render(makeLargePlan({zones: 6, hostsPerZone: 9, peers: 3})).has('all-hosts.mmd'));
});

test('Mermaid takes every diagram', async t => {
	const diagrams = [makeSamplePlan(), makePlan({}), makeLargePlan({zones: 6, hostsPerZone: 9, peers: 3})].flatMap(plan => [...render(plan).values()]);
	await t.notThrowsAsync(Promise.all(diagrams.map(async diagram => parseMermaid(diagram))));
});

test('zones stand from the least to the most trusted, with their hosts inside', t => {
	const overview = render(makeSamplePlan()).get('topology.mmd')!;
	const zones = [...overview.matchAll(/^\t(?:subgraph )?(?<id>zone_\w+)\["/gmv)].map(({groups}) => groups!['id']);
	t.deepEqual(zones, ['zone_edge', 'zone_office', 'zone_core', 'zone_empty']);
	t.true(overview.includes(`	subgraph zone_core["Core<br/>trust: internal<br/>VLAN 20<br/>10.0.0.0/24, 2001:db8:100::/64"]
		host_core__manager["Acme manager<br/>10.0.0.10, 2001:db8:100::10"]:::host
		host_core__nodes["Nodes<br/>7 machines<br/>10.0.0.21, 10.0.0.23 +4"]:::host
	end
	style zone_core fill:#dceefb,stroke:#1d4e79,stroke-width:2px,color:#000000
`));
});

test('a host that is in no zone is shown as such', t => {
	t.regex(render(makeSamplePlan()).get('topology.mmd')!, /subgraph none_zone\["In no zone"\]\n\t\tunplaced_spare\["Spare machine/v);
});

test('an arrow goes from what opens connections to what accepts them, with its lines and services', t => {
	const overview = render(makeSamplePlan()).get('topology.mmd')!;
	t.true(overview.includes('\tzone_core -- "R-FED4, R-FED6<br/>TCP 3128" --> zone_edge\n'));
});

test('clear text is a dotted arrow and says so', t => {
	const files = render(makeSamplePlan());
	t.true(files.get('topology.mmd')!.includes('\tzone_office -. "R-WEB1<br/>TCP 443, 8080<br/>clear text: TCP 8080" .-> zone_core\n'));
	t.true(files.get('topology-core.mmd')!.includes('\thost_core__nodes -. "UDP 694<br/>clear text: UDP 694<br/>not ready: 1 line" .-o host_core__nodes\n'));
});

test('lines without an address end in a circle and say that they are not ready', t => {
	const sample = makeSamplePlan();
	const overview = render({...sample, rules: sample.rules.map(rule => ({...rule, isReady: rule.id !== 'R-FED6'}))}).get('topology.mmd')!;
	t.true(overview.includes('\tzone_core -- "R-FED4, R-FED6<br/>TCP 3128<br/>not ready: 1 line" --o zone_edge\n'));
});

test('a deny is a crossed arrow and says so', t => {
	const overview = render(makeSamplePlan()).get('topology.mmd')!;
	t.true(overview.includes('\tdenied_source__0 -- "DENY IP protocol 41 (IPv4)" --x denied_target__0\n'));
	t.regex(overview, /denied_source__0\["Internal hosts"\]/v);
});

test('each trust has a look of its own, and its word', t => {
	const zones = trustLevels.map(trust => makeZone({id: trust, trust}));
	const overview = render(makePlan({zones})).get('topology.mmd')!;
	const looks = [...overview.matchAll(/^\tstyle zone_\w+ (?<look>.*)$/gmv)].map(({groups}) => groups!['look']!.replaceAll(/#[a-f\d]{6}/gv, ''));
	t.is(new Set(looks).size, 5, 'frames differ without colour');
	for (const trust of trustLevels) {
		t.true(overview.includes(`trust: ${trust}`));
	}
});

test('the detail of a zone has its hosts in full and every other zone as one box', t => {
	const detail = render(makeSamplePlan()).get('topology-core.mmd')!;
	t.true(detail.includes('title: "Sample design: Core"\n'));
	t.true(detail.includes('host_core__nodes["Nodes<br/>7 machines<br/>management: 10.0.0.21, 10.0.0.23, 10.0.0.25, 10.0.0.27, 10.0.0.29, 10.0.0.31-10.0.0.32<br/>migration: no address yet"]:::host\n'));
	t.true(detail.includes('peer_office["Office<br/>trust: user<br/>10.1.0.0/24<br/>1 host"]\n'));
	t.false(detail.includes('Empty'), 'a zone without a line to this one is left out');
	t.true(detail.includes('\tpeer_office -. "TCP 443, 8080<br/>clear text: TCP 8080" .-> host_core__manager\n'));
	t.true(detail.includes('\thost_core__manager -- "TCP 3128" --> peer_edge\n'));
	t.true(detail.includes('\thost_core__manager -- "TCP 9000-9010" --> host_core__nodes\n'));
});

test('many lines and services are counted rather than listed', t => {
	const [from, to] = [makeHost('a', {roles: {management: ['one', '10.0.0.1']}}), makeHost('b', {roles: {management: ['two', '10.0.0.2']}})];
	const flows = Array.from({length: 9}, (_, position) => makeFlow(`f${position}`, {between: [from.interfaces[0]!, to.interfaces[0]!], service: {protocol: position < 3 ? 'udp' : 'tcp', ports: [String(1000 - position)]}}));
	const plan = makePlan({zones: [makeZone({id: 'one'}), makeZone({id: 'two'})], hosts: [from, to], flows, rules: flows.map((flow, position) => makeRule(`R-${position}`, [flow], [from, to]))});
	t.true(render(plan).get('topology.mmd')!.includes('zone_one -- "R-0, R-1, R-2 +6<br/>TCP 992, 993, 994, 995 +5" --> zone_two'));
});

test('a service without ports is its protocol', t => {
	const [from, to] = [makeHost('a', {roles: {management: ['one', '10.0.0.1']}}), makeHost('b', {roles: {management: ['two', '10.0.0.2']}})];
	const flows = [makeFlow('ping', {between: [from.interfaces[0]!, to.interfaces[0]!], service: {protocol: 'icmp', ports: []}})];
	const plan = makePlan({zones: [makeZone({id: 'one'}), makeZone({id: 'two'})], hosts: [from, to], flows, rules: [makeRule('R-1', flows, [from, to])]});
	t.true(render(plan).get('topology.mmd')!.includes('"R-1<br/>ICMP" -->'));
});

test('too many hosts are folded into one box for each zone, and the diagram says so', t => {
	const overview = render(makeLargePlan({zones: 6, hostsPerZone: 13, peers: 2})).get('topology.mmd')!;
	t.true(overview.includes('zone_zone_0["Zone 0<br/>trust: dmz<br/>10.0.0.0/16<br/>13 hosts"]'));
	t.is(countEdges(overview), 12);
	t.regex(overview, /note_folded\["Folded: too many hosts/v);
	t.notRegex(overview, /Host 0\.0/v);
});

test('the diagram of all hosts has an arrow for each direction between two hosts, also within a zone', t => {
	const diagram = render(makeSamplePlan()).get('all-hosts.mmd')!;
	t.true(diagram.includes('title: "Sample design: all hosts"\n'));
	t.true(diagram.includes('\thost_core__manager -- "R-FED4, R-FED6<br/>TCP 3128" --> host_edge__proxy\n'));
	t.true(diagram.includes('\thost_core__manager -- "H-AGNT<br/>TCP 9000-9010" --> host_core__nodes\n'));
	t.is(countEdges(diagram), 4);
});

test('where there is one zone only, its detail is the diagram of all hosts', t => {
	const flat = makeSamplePlan();
	const plan = {...flat, rules: flat.rules.filter(({scope}) => scope === 'host'), conduits: [], hosts: flat.hosts.filter(({id}) => id === 'manager' || id === 'nodes')};
	t.deepEqual([...render(plan).keys()], ['topology.mmd', 'topology-core.mmd']);
});

test('where there are many zones or arrows, zones that are alike are one box', t => {
	const overview = render(makeLargePlan({zones: 44, hostsPerZone: 1, peers: 2})).get('topology.mmd')!;
	t.true(overview.includes('zone_zone_0["11 zones alike: Zone 0, Zone 12, Zone 16, Zone 20 +7<br/>trust: dmz<br/>11 hosts"]'));
	t.is(countEdges(overview), 8);
	const busy = render(makeLargePlan({zones: 12, hostsPerZone: 1, peers: 6})).get('topology.mmd')!;
	t.true(busy.includes('zone_zone_0["3 zones alike: Zone 0, Zone 4, Zone 8<br/>trust: dmz<br/>3 hosts"]'));
});

/** Zones that each open a port of their own to some next ones, so that no two are alike. */
const makeUnlikePlan = (zoneCount: number, hostsPerZone: number, peers: number) => {
	const plan = makeLargePlan({zones: zoneCount, hostsPerZone, peers});
	return {...plan, rules: plan.rules.map((rule, position) => ({...rule, ports: [String(1000 + position)]}))};
};

test('too many zones or arrows that differ are folded into one box for each trust, and the diagram says so', t => {
	const overview = render(makeUnlikePlan(64, 1, 1)).get('topology.mmd')!;
	t.true(overview.includes('trust_dmz["16 zones<br/>trust: dmz<br/>16 hosts"]'));
	t.regex(overview, /note_folded\["Folded: too many zones/v);
	t.is(countEdges(overview), 4);
	const busy = render(makeUnlikePlan(12, 1, 4)).get('topology.mmd')!;
	t.regex(busy, /Folded: too many zones/v);
});

test('where a zone has many hosts or arrows, hosts that are alike are one box in its detail, and so are other zones', t => {
	const detail = render(makeLargePlan({zones: 3, hostsPerZone: 61, peers: 1})).get('topology-zone-0.mmd')!;
	t.true(detail.includes('host_zone_0__host_0_1["60 alike: Host 0.1, Host 0.2, Host 0.3, Host 0.4 +56<br/>management: 10.0.0.2, 10.0.0.3,'));
	t.true(detail.includes('host_zone_0__host_0_0 -- "TCP 443" --> peer_zone_1'));
	t.true(detail.includes('host_zone_0__host_0_1 -- "TCP 443" --> peer_zone_1'));
	t.is(countEdges(detail), 3);
	const hub = makeLargePlan({zones: 40, hostsPerZone: 1, peers: 30});
	t.regex(render(hub).get('topology-zone-0.mmd')!, /peer_\w+\["\d+ zones alike: Zone /v);
});

test('a zone with too many hosts or arrows that differ is one box in its own detail', t => {
	const detail = render(makeUnlikePlan(3, 61, 1)).get('topology-zone-0.mmd')!;
	t.true(detail.includes('zone_zone_0["Zone 0<br/>trust: dmz<br/>10.0.0.0/16<br/>61 hosts"]'));
	t.regex(detail, /zone_zone_0 -- "TCP 1000, 1001, 1002, 1003 \+57" --> peer_zone_1/v);
	t.regex(detail, /Folded: too many hosts or connections/v);
});

test('diagrams of large designs stay far below the limits of Mermaid', async t => {
	for (const size of [{zones: 90, hostsPerZone: 3, peers: 60}, {zones: 4, hostsPerZone: 150, peers: 3}, {zones: 39, hostsPerZone: 1, peers: 1}]) {
		const files = render(makeLargePlan(size));
		for (const [path, diagram] of files) {
			t.true(diagram.length < 40_000, `${path}`);
			t.true(countEdges(diagram) <= 100, `${path}`);
			t.true(countBoxes(diagram) <= 100, `${path}`);
		}

		// eslint-disable-next-line no-await-in-loop
		await t.notThrowsAsync(Promise.all(['topology.mmd', 'topology-zone-0.mmd'].map(async path => parseMermaid(files.get(path)!))));
	}
});

test('a diagram that long texts would make too large is folded further', t => {
	const hosts = Array.from({length: 38}, (_, position) => makeHost(`h${position}`, {title: '"'.repeat(200), roles: {management: ['one', ...Array.from({length: 6}, (__, name) => `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.x${position}n${name}.example`)]}}));
	const detail = render(makePlan({zones: [makeZone({id: 'one'})], hosts})).get('topology-one.mmd')!;
	t.true(detail.length < 40_000);
	t.regex(detail, /Folded/v);
});
