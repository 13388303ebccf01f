import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import {derivePolicies} from '../../../source/core/firewall/policy.js';
import {formatAddresses, parseAddress, type AddressRange} from '../../../source/core/addresses.js';
import type {Plan} from '../../../source/core/model.js';
import {formatPortRanges} from '../../../source/core/ports.js';
import {firewalld} from '../../../source/renderers/firewall/firewalld.js';
import type {RenderedText} from '../../../source/renderers/format.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../../helpers/firewall-designs.js';
import {testWith} from '../../helpers/real-tools.js';

const catalog = await readTestCatalog();
const starters = readStarterDesigns(catalog);
const randomDesigns = makeAddressedDesigns(catalog, 20);
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-firewalld-'));
const testWithFirewalld = testWith(['firewall-offline-cmd', '--help']);

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

let folders = 0;
async function install(files: readonly RenderedText[], policies: ReadonlyMap<string, string>): Promise<string> {
	folders++;
	const folder = path.join(scratch, String(folders));
	await mkdir(path.join(folder, 'policies'), {recursive: true});
	await mkdir(path.join(folder, 'ipsets'));
	await writeFile(path.join(folder, 'firewalld.conf'), 'DefaultZone=public\n');
	for (const [name, content] of policies) {
		// eslint-disable-next-line no-await-in-loop -- Few and small.
		await writeFile(path.join(folder, 'policies', `${name}.xml`), content);
	}

	for (const file of files.filter(file => file.path.startsWith('firewalld-ipset-'))) {
		// eslint-disable-next-line no-await-in-loop -- Few and small.
		await writeFile(path.join(folder, 'ipsets', file.path.slice('firewalld-ipset-'.length)), file.content);
	}

	return folder;
}

const askFirewalld = (folder: string, ...args: readonly string[]) => spawnSync('firewall-offline-cmd', [`--system-config=${folder}`, ...args], {encoding: 'utf8'});

testWithFirewalld('firewalld takes every policy and ipset, and reads as many rules as are written', async t => {
	t.timeout(600_000);
	for (const design of [...starters, ...randomDesigns]) {
		const files = firewalld.render(design, {});
		const policies = files.filter(file => /^firewalld-(?:gateway|host-.*)\.xml$/v.test(file.path));
		// All of a design in one configuration, each under a name of its own.
		// eslint-disable-next-line no-await-in-loop -- One after the other: they are many.
		const folder = await install(files, new Map(policies.map(({content}, index) => [`policy${index}`, content])));
		const {status, stdout, stderr} = askFirewalld(folder, '--check-config');
		t.is(status, 0, `${stdout}${stderr}`);
		const listed = askFirewalld(folder, '--list-all-policies');
		t.is(listed.stderr, '');
		const read = listed.stdout.split(/\n(?=policy\d)/v);
		const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
		for (const [index, {content}] of policies.entries()) {
			const own = read.find(text => text.startsWith(`policy${index} `))!;
			t.is(count(own, /\trule /gv), count(content, /<rule /gv));
			t.true(own.includes('target: DROP'));
		}
	}
});

testWithFirewalld('the commands write what the XML says, twice, and the rollback takes all of it away', async t => {
	t.timeout(600_000);
	const design = starters.find(({profile}) => profile.name === 'olvm-segregated')!;
	const files = firewalld.render(design, {});
	const file = 'firewalld-host-olvm-kvm-host';
	const fromXml = await install(files, new Map([['virt-fw-host', files.find(entry => entry.path === `${file}.xml`)!.content]]));
	const folder = path.join(scratch, 'commands');
	await mkdir(folder);
	// The program that needs no service, in the place of the one that asks it; there is nothing to reload.
	const program = path.join(scratch, 'firewall-cmd');
	await writeFile(program, `#!/bin/sh\n[ "$1" = --reload ] && exit 0\n[ "$1" = --permanent ] && shift\nexec firewall-offline-cmd --system-config='${folder}' "$@"\n`, {mode: 0o755});
	const run = async (name: string) => {
		await writeFile(path.join(scratch, name), files.find(entry => entry.path === name)!.content);
		const {status, stderr} = spawnSync('sh', [path.join(scratch, name)], {encoding: 'utf8', env: {PATH: `${scratch}:/usr/sbin:/usr/bin:/sbin:/bin`}});
		t.is(status, 0, stderr);
	};

	const show = (from: string) => askFirewalld(from, '--info-policy=virt-fw-host').stdout.split('\n').map(line => line.trim()).toSorted().join('\n');
	await run(`${file}.sh`);
	await run(`${file}.sh`);
	t.is(show(folder), show(fromXml));
	const listSets = (from: string) => askFirewalld(from, '--get-ipsets').stdout.trim().split(' ').map(name => [name, askFirewalld(from, `--ipset=${name}`, '--get-entries').stdout]);
	const named = new Set([...files.find(entry => entry.path === `${file}.xml`)!.content.matchAll(/ipset="(?<name>[^"]+)"/gv)].map(({groups}) => groups!['name']));
	t.deepEqual(listSets(folder), listSets(fromXml).filter(([name]) => named.has(name)));
	await run(`${file}-rollback.sh`);
	await run(`${file}-rollback.sh`);
	const rest = await Promise.all(['policies', 'ipsets'].map(async kind => readdir(path.join(folder, kind))));
	t.deepEqual(rest.flat().filter(name => name.endsWith('.xml')), []);
});

const readAddresses = (texts: readonly string[]): string => formatAddresses(texts.map(text => (parseAddress(text) as {readonly range: AddressRange}).range)).join(' ');

test('rules say what the policy says, no more and no less, and every line is named in its order', t => {
	for (const design of [...starters, ...randomDesigns]) {
		const files = new Map(firewalld.render(design, {}).map(file => [file.path, file.content]));
		const {policies} = derivePolicies(design);
		const readEnd = (rule: string, end: string): string => {
			const {set, address} = new RegExp(`<${end} (?:ipset="(?<set>[^"]+)"|address="(?<address>[^"]+)")`, 'v').exec(rule)?.groups ?? {};
			const entries = set === undefined ? [] : [...files.get(`firewalld-ipset-${set}.xml`)!.matchAll(/<entry>(?<entry>[^<]+)</gv)].map(match => match.groups!['entry']!);
			return readAddresses(address === undefined ? entries : [address]);
		};

		for (const policy of [policies!.gateway, ...policies!.hosts.filter(({rules}) => rules.length > 0)]) {
			const content = files.get(`firewalld-${policy.kind === 'gateway' ? 'gateway' : `host-${policy.id}`}.xml`)!;
			t.deepEqual([...content.matchAll(/<!-- (?<line>[DHR]-\w+): /gv)].map(({groups}) => groups!['line']), policy.rules.map(({line}) => line));
			const read = [...content.matchAll(/<rule family="ipv(?<version>[46])" priority="(?<priority>-\d+)">(?<rule>.*)<\/rule>/gv)].map(({groups}) => {
				const {version, priority, rule} = groups! as {version: string; priority: string; rule: string};
				const service = /<port port="(?<port>[^"]+)" protocol="(?<protocol>\w+)"/v.exec(rule)?.groups ?? /<protocol value="(?<protocol>[^"]+)"/v.exec(rule)?.groups;
				const action = rule.endsWith('<accept/>') && priority === '-100' ? 'permit' : 'deny';
				return service === undefined || rule.includes('fe80::') ? undefined : [version, action, service['protocol'], service['port'] ?? '', readEnd(rule, 'source'), readEnd(rule, 'destination'), rule.includes('<log ')].join(' ');
			}).filter(text => text !== undefined);
			const expected = policy.rules.flatMap(({ipVersion, action, protocol, number, ports, source, destination, isLogged}) => {
				const name = protocol === 'icmp' && ipVersion === 6 ? 'ipv6-icmp' : number ?? protocol;
				const ends = [formatAddresses(source?.ranges ?? []).join(' '), formatAddresses(destination?.ranges ?? []).join(' '), isLogged];
				return (ports.length === 0 ? [''] : formatPortRanges(ports)).map(port => [ipVersion, action, name, port, ...ends].join(' '));
			});
			t.deepEqual([...new Set(read)].toSorted(), [...new Set(expected)].toSorted());
			const written = content.split('\n').filter(line => line.includes('<rule '));
			t.is(new Set(written).size, written.length);
		}
	}
});

test('names of policies and ipsets are as short as firewalld and the kernel ask', t => {
	for (const design of [...starters, ...randomDesigns]) {
		const names = firewalld.render(design, {}).map(({path: name}) => /^firewalld-ipset-(?<name>.*)\.xml$/v.exec(name)?.groups!['name']).filter(name => name !== undefined);
		t.true(names.every(name => name.length <= 31));
		t.is(new Set(names).size, names.length);
	}
});

test('hostile titles stay in comments', t => {
	const design = starters.find(({profile}) => profile.name === 'olvm-segregated')!;
	const strip = (plan: Plan) => firewalld.render(plan, {}).map(({path: name, content}) => name.endsWith('.xml')
		? content.replaceAll(/<!--(?:(?!-->)[\s\S])*-->/gv, '').replaceAll(/<short>[^<]*<\/short>/gv, '')
		: content.split('\n').filter(line => !line.startsWith('#')));
	t.deepEqual(strip(makeHostile(design)), strip(design));
});
