import {spawnSync} from 'node:child_process';
import test from 'ava';
import {formatAddresses, parseAddress, toCidrs, type AddressRange} from '../../../source/core/addresses.js';
import {derivePolicies} from '../../../source/core/firewall/policy.js';
import type {Plan} from '../../../source/core/model.js';
import {formatPortRanges, mergePortRanges, parsePortRange, type PortRange} from '../../../source/core/ports.js';
import {ufw} from '../../../source/renderers/firewall/ufw.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../../helpers/firewall-designs.js';
import {testWith} from '../../helpers/real-tools.js';

const catalog = await readTestCatalog();
const starters = readStarterDesigns(catalog);
const randomDesigns = makeAddressedDesigns(catalog, 20);

const own = ['unshare', '--net', '--mount', 'sh'] as const;
const testWithUfw = testWith([...own, '-c', 'test -x /usr/sbin/ufw && mount --bind /etc/ufw /etc/ufw && iptables-save']);

testWithUfw('ufw takes a script twice, has each command once, and is as before after the rollback', t => {
	t.timeout(300_000);
	for (const [name, host] of [['okm-cluster', 'okm-service-processor'], ['olvm-segregated', 'olvm-manager']] as const) {
		const files = ufw.render(starters.find(({profile}) => profile.name === name)!, {});
		const read = (path: string) => files.find(file => file.path === path)!.content;
		const script = read(`ufw-host-${host}.sh`);
		const list = (mark: string) => `echo ${mark}; cat /etc/ufw/*.rules /etc/ufw/ufw.conf /etc/default/ufw; iptables-save | grep -c -e '-j ACCEPT' || true; echo ${mark}`;
		const {status, stdout, stderr} = spawnSync(own[0], [...own.slice(1), 'test/lab/ufw.sh'], {
			encoding: 'utf8',
			input: ['exec 2>&1', list('BEFORE'), script, script, 'ufw show added', 'ufw status verbose', `(${read(`ufw-host-${host}-rollback.sh`)})`, list('AFTER'), ''].join('\n').replaceAll(/^trap .*$/gmv, ''),
		});
		t.is(status, 0, `${stdout}${stderr}`);
		const added = stdout.split('\n').filter(line => line.startsWith('ufw allow') || line.startsWith('ufw deny'));
		const count = (lines: readonly string[]) => lines.length;
		t.is(count(added), count(script.split('\n').filter(line => line.startsWith('ufw allow'))));
		t.regex(stdout, /Default: deny \(incoming\)/v);
		const parts = (mark: string) => stdout.split(`${mark}\n`)[1];
		t.is(parts('AFTER'), parts('BEFORE'));
	}
});

const readRanges = (texts: readonly string[]): string => formatAddresses(texts.map(text => (parseAddress(text) as {readonly range: AddressRange}).range)).join(' ');

test('commands and rules before them say what each line says, for each pair of networks', t => {
	for (const design of [...starters, ...randomDesigns]) {
		const files = new Map(ufw.render(design, {}).map(file => [file.path, file.content]));
		for (const policy of derivePolicies(design).policies!.hosts.filter(({rules}) => rules.length > 0)) {
			const content = files.get(`ufw-host-${policy.id}.sh`)!;
			const commands = [...content.matchAll(/^ufw (?<verb>allow(?: log)?) proto (?<protocol>\w+) from (?<from>\S+) to (?<to>\S+)(?: port (?<ports>\S+))? comment '?(?<lines>[^'\n]+)'?$/gmv)].map(({groups}) => groups as Record<string, string>);
			t.is(new Set(commands.map(({lines: _, ...command}) => JSON.stringify(command))).size, commands.length);
			t.is(commands.length, content.split('\n').filter(line => line.startsWith('ufw allow')).length);
			const before = [...content.matchAll(/^-A ufw6?-before-input -s (?<from>\S+) -d (?<to>\S+) -p (?<protocol>\S+) -m comment --comment "(?<lines>[^"]+)" -j ACCEPT$/gmv)].map(({groups}) => groups as Record<string, string>);
			const heard = new Set([...commands, ...before].flatMap(({lines}) => lines!.split(', ')));
			t.deepEqual([...heard].toSorted(), policy.rules.map(({line}) => line).toSorted());
			for (const {line, ports, source, destination, isLogged, protocol} of policy.rules) {
				const mine = [...commands, ...before].filter(({lines}) => lines!.split(', ').includes(line));
				t.is(readRanges(mine.map(({from}) => from!)), formatAddresses(source!.ranges).join(' '));
				t.is(readRanges(mine.map(({to}) => to!)), formatAddresses(destination!.ranges).join(' '));
				t.is(new Set(mine.map(({from, to}) => `${from!} ${to!}`)).size, toCidrs(source!.ranges).length * toCidrs(destination!.ranges).length);
				const read = mine.flatMap(command => command['ports']?.split(',') ?? []).map(text => parsePortRange(text.replace(':', '-')) as PortRange);
				t.deepEqual(mergePortRanges(read), ports);
				t.true(mine.every(({verb}) => verb === undefined || verb.endsWith(' log') === isLogged));
				t.is(protocol === 'tcp' || protocol === 'udp', mine.every(({verb}) => verb !== undefined));
				t.true(mine.every(({ports: list}) => list === undefined || formatPortRanges(ports).length > 0));
			}
		}
	}
});

test('hostile titles stay in comments', t => {
	const design = starters.find(({profile}) => profile.name === 'okm-cluster')!;
	const strip = (plan: Plan) => ufw.render(plan, {}).map(({content}) => content.split('\n').filter(line => !line.startsWith('#')));
	t.deepEqual(strip(makeHostile(design)), strip(design));
});
