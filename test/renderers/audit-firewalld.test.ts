import {spawnSync} from 'node:child_process';
import process from 'node:process';
import test from 'ava';
import {auditPolicy} from '../../source/core/audit/audit.js';
import {readRuleset} from '../../source/core/audit/read.js';
import {derivePolicies, type Policy, type PolicyRule} from '../../source/core/firewall/policy.js';
import {parseDumpAddress, type DumpFile} from '../../source/core/audit/reading.js';
import {listFirewalldFiles} from '../../source/renderers/firewall/firewalld.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeAddressedDesigns, readStarterDesigns} from '../helpers/firewall-designs.js';

/*
Configuration of firewalld as it stands in its files must be audited as what firewalld makes of it in the kernel.
*/

const catalog = await readTestCatalog();
const namespace = `vfw-${process.pid}-auditd`;
const isAble = (process.env['REQUIRE_TOOLS'] === '1' || spawnSync('/usr/bin/python3', ['-c', 'import firewall.core.fw']).status === 0)
	&& spawnSync('ip', ['netns', 'add', namespace]).status === 0
	&& spawnSync('ip', ['netns', 'exec', namespace, 'nft', 'list', 'ruleset']).status === 0;
const testWithFirewalld = isAble ? test.serial : test.serial.skip;

test.after.always(() => {
	spawnSync('ip', ['netns', 'delete', namespace]);
});

/** What the kernel has once firewalld has read its files. */
function load(files: readonly DumpFile[]): DumpFile[] {
	spawnSync('ip', ['netns', 'exec', namespace, 'nft', 'flush', 'ruleset']);
	const {status, stderr} = spawnSync('ip', ['netns', 'exec', namespace, '/usr/bin/python3', 'test/lab/firewalld.py'], {input: JSON.stringify(Object.fromEntries(files.map(({name, text}) => [name, text]))), encoding: 'utf8'});
	if (status !== 0) {
		throw new Error(stderr);
	}

	return [[], ['-j']].map(options => ({name: 'kernel', text: spawnSync('ip', ['netns', 'exec', namespace, 'nft', ...options, 'list', 'ruleset'], {encoding: 'utf8', maxBuffer: 1e9}).stdout}));
}

function audit(policy: Policy, files: readonly DumpFile[]) {
	const {value, problems} = readRuleset(files);
	if (problems) {
		throw new Error(JSON.stringify(problems));
	}

	return auditPolicy(policy, value);
}

const settings: DumpFile = {name: 'firewalld.conf', text: 'DefaultZone=public\nFirewallBackend=nftables\nIPv6_rpfilter=yes\n'};

testWithFirewalld('what is generated for firewalld has every line, as its files say it and as the kernel has it', t => {
	let policies = 0;
	for (const design of [...readStarterDesigns(catalog), ...makeAddressedDesigns(catalog, 5)]) {
		const derived = derivePolicies(design).policies!;
		for (const policy of [derived.gateway, ...derived.hosts.filter(({rules}) => rules.length > 0).slice(0, 1)]) {
			const files: DumpFile[] = [settings, {name: 'zones/public.xml', text: '<zone><service name="ssh"/><forward/></zone>\n'}, ...listFirewalldFiles(design, policy).map(({path, content}) => ({name: path, text: content}))];
			for (const dump of [files, ...load(files).map(file => [file])]) {
				const {lines} = audit(policy, dump);
				t.deepEqual(lines.filter(({status, replies}) => (status !== 'implemented' && status !== 'wider') || (replies ?? 'open') !== 'open').map(line => JSON.stringify(line)), [], `${design.profile.name} ${policy.id}`);
			}

			const short = files.map(file => file.name.startsWith('policies/') ? {...file, text: file.text.replace(/<rule [^\n]*port="[^\n]*\n/v, '')} : file);
			t.deepEqual(audit(policy, short).lines.map(({status}) => status).filter(status => status !== 'implemented' && status !== 'wider'), audit(policy, load(short).slice(0, 1)).lines.map(({status}) => status).filter(status => status !== 'implemented' && status !== 'wider'));
			policies++;
		}
	}

	t.log(`${policies} policies`);
});

const range = (text: string) => ({id: text, title: text, ipVersion: parseDumpAddress(text)!.version, ranges: [parseDumpAddress(text)!]});
const line = (id: string, source: string, protocol: 'tcp' | 'udp' | 'icmp', ...ports: readonly number[]): PolicyRule => ({line: id, action: 'permit', ipVersion: parseDumpAddress(source)!.version, protocol, ports: ports.map(port => ({from: port, to: port})), source: range(source), destination: range(source.includes(':') ? 'fd01::1' : '192.0.2.1'), isLogged: false, title: id});
const sources = ['10.0.0.0/24', '10.0.0.7', '10.9.1.0/24', '192.168.3.0/24', '203.0.113.9', 'fd00::/64', '10.1.0.9'];
const lines = sources.flatMap(source => [line(`${source} ssh`, source, 'tcp', 22), line(`${source} web`, source, 'tcp', 80, 443), line(`${source} time`, source, 'udp', 123), line(`${source} ping`, source, 'icmp')]);

const zones: ReadonlyArray<readonly [string, readonly DumpFile[]]> = [
	['elements and rich rules', [{name: 'zones/public.xml', text: '<zone><service name="ssh"/><port port="80" protocol="tcp"/><icmp-block name="redirect"/><rule family="ipv4" priority="-5"><source address="10.9.0.0/16"/><drop/></rule><rule family="ipv4"><source address="10.0.0.0/24"/><port port="443" protocol="tcp"/><accept/></rule><rule family="ipv4"><source address="10.0.0.7"/><port port="443" protocol="tcp"/><reject/></rule><rule priority="5" family="ipv4"><source invert="True" address="10.1.0.0/24"/><service name="ntp"/><accept/></rule></zone>'}]],
	['a zone by its sources, one by a set, and policies', [
		{name: 'zones/public.xml', text: '<zone target="DROP"><service name="http"/></zone>'},
		{name: 'zones/inner.xml', text: '<zone target="ACCEPT"><source address="192.168.0.0/16"/><rule><protocol value="udp"/><drop/></rule></zone>'},
		{name: 'zones/bad.xml', text: '<zone target="%%REJECT%%"><source ipset="bad"/><service name="ssh"/></zone>'},
		{name: 'ipsets/bad.xml', text: '<ipset type="hash:net"><entry>203.0.113.0/24</entry><entry>10.0.0.7</entry></ipset>'},
		{name: 'policies/early.xml', text: '<policy target="CONTINUE" priority="-10"><ingress-zone name="inner"/><egress-zone name="HOST"/><service name="ntp"/></policy>'},
		{name: 'policies/late.xml', text: '<policy target="REJECT" priority="10"><ingress-zone name="ANY"/><egress-zone name="HOST"/><port port="443" protocol="tcp"/></policy>'},
	]],
	['what a service of the site opens', [{name: 'zones/public.xml', text: '<zone><service name="own"/></zone>'}, {name: 'services/own.xml', text: '<service><port port="443" protocol="tcp"/><include service="http"/><protocol value="icmp"/></service>'}]],
];
for (const [name, files] of zones) {
	testWithFirewalld(`zones are audited as the kernel has them: ${name}`, t => {
		const policy: Policy = {kind: 'host', id: 'h', title: 'h', groups: [], rules: lines, ipVersions: [4, 6], logsDrops: true, remarks: []};
		const [kernel] = load([settings, ...files]);
		const statuses = (dump: readonly DumpFile[]) => audit(policy, dump).lines.map(({line: id, status, missing}) => [id, status === 'wider' ? 'implemented' : status, missing]).filter(([, status]) => status !== 'not-assessable');
		const [own, real] = [statuses([settings, ...files]), statuses([kernel!])];
		const known = new Set(own.map(([id]) => id));
		t.true(own.length > lines.length / 2);
		t.deepEqual(own.map(([id, status]) => [id, status === 'shadowed' ? 'missing' : status]), real.filter(([id]) => known.has(id)).map(([id, status]) => [id, status === 'shadowed' ? 'missing' : status]));
	});
}

test('firewall-cmd --list-all-zones is read as the XML of the same zone', t => {
	const list = 'public (default, active)\n  target: default\n  ingress-priority: 0\n  egress-priority: 0\n  icmp-block-inversion: no\n  interfaces: eth0\n  sources: \n  services: ssh\n  ports: 80/tcp 443/tcp\n  protocols: \n  forward: yes\n  masquerade: no\n  forward-ports: \n  source-ports: \n  icmp-blocks: \n  rich rules: \n\trule family="ipv4" source address="10.0.0.7" service name="ssh" reject\n\trule family="ipv4" source NOT address="10.0.0.0/24" port port="123" protocol="udp" log prefix="a" level="info" limit value="1/m" accept\n';
	const xml = '<zone><interface name="eth0"/><service name="ssh"/><port port="80" protocol="tcp"/><port port="443" protocol="tcp"/><forward/><rule family="ipv4"><source address="10.0.0.7"/><service name="ssh"/><reject/></rule><rule family="ipv4"><source invert="True" address="10.0.0.0/24"/><port port="123" protocol="udp"/><log prefix="a" level="info"><limit value="1/m"/></log><accept/></rule></zone>';
	const policy: Policy = {kind: 'host', id: 'h', title: 'h', groups: [], rules: lines, ipVersions: [4, 6], logsDrops: true, remarks: []};
	const fromList = audit(policy, [{name: 'zones', text: list}]);
	const fromXml = audit(policy, [settings, {name: 'public.xml', text: xml}]);
	t.deepEqual(fromList.lines.map(({status}) => status), fromXml.lines.map(({status}) => status));
	t.deepEqual([...new Set(fromList.lines.map(({status}) => status))].toSorted(), ['missing', 'shadowed', 'wider']);
	t.is(audit(policy, [{name: 'zones', text: list.replace('service name="ssh" reject', 'service name="mystery" reject')}]).lines[1 * 4]!.status, 'not-assessable');
});
