import {readFile} from 'node:fs/promises';
import test from 'ava';
import {stringify} from 'yaml';
import type {Catalog, Product} from '../../source/core/catalog/schema.js';
import {plan} from '../../source/core/plan.js';
import type {Problem} from '../../source/core/problem.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {isDate} from '../../source/core/dates.js';
import {maxTextLength} from '../../source/core/limits.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {fleetDesign} from '../helpers/fleet-design.js';
import {largeDesign} from '../helpers/large-design.js';

const acme: Product = {
	id: 'acme',
	name: 'Acme',
	kind: 'virtualization',
	summary: 'A product for tests',
	versions: ['1', '2'],
	defaultVersion: '2',
	reviewed: '2026-11-22',
	documents: ['manual'],
	components: {
		manager: {name: 'Manager', summary: 'It manages', roles: ['management']},
		node: {name: 'Node', summary: 'It works', roles: ['management', 'storage'], several: true, when: {version: {atLeast: '2'}}},
		proxy: {name: 'Proxy', summary: 'It relays', roles: ['management'], placement: {default: 'manager', choices: ['manager', 'own-host', 'not-used']}},
		database: {name: 'Database', summary: 'It remembers', roles: ['management'], placement: {default: 'manager', choices: ['manager', 'own-host']}},
	},
	actors: {administrator: {name: 'Administrators', summary: 'They look', roles: ['management']}},
	options: {
		console: {question: 'Is the console used?', summary: 'The console is used', kind: 'yes-no', default: 'no'},
		storage: {question: 'Which storage?', summary: 'The storage', kind: 'choice', choices: {nfs: 'NFS', iscsi: 'iSCSI'}, default: 'nfs'},
	},
	parameters: {
		'web-port': {question: 'Which port?', summary: 'The web port', kind: 'port', default: '443', sources: ['manual/web']},
		'console-ports': {question: 'Which ports?', summary: 'The console ports', kind: 'port-range', from: 6900, documented: '6900-?', sources: ['manual/web']},
		'extra-ports': {question: 'Which ports?', summary: 'More ports', kind: 'ports', default: ['80', '81'], sources: ['manual/web']},
		services: {question: 'Which services?', summary: 'Services', kind: 'services', documented: 'unstated', sources: ['manual/web']},
		'node-count': {question: 'How many nodes?', summary: 'The number of nodes', kind: 'count', sources: ['manual/web']},
	},
	modes: {fast: {name: 'Fast', platform: 'Any', summary: 'Fast'}, safe: {name: 'Safe', platform: 'Any', summary: 'Safe'}},
	flows: [{
		id: 'web',
		summary: 'The web interface',
		initiator: {actor: 'administrator'},
		responder: {component: 'manager', role: 'management'},
		service: {protocol: 'tcp', parameter: 'web-port'},
		need: 'required',
		encrypted: 'yes',
		sources: ['manual/web'],
	}],
	advice: [],
	openQuestions: [],
};
const {roles} = await readTestCatalog();
const catalog: Catalog = {
	products: {acme, beta: {...acme, id: 'beta', name: 'Beta', modes: undefined}},
	documents: {manual: {id: 'manual', title: 'Manual', publisher: 'Acme', retrieved: '2026-11-22', extent: 'all', rows: [{id: 'web', section: 'Ports', where: 'first row', kind: 'flow', says: 'The web interface'}]}},
	roles,
	applications: {},
};

const good = `schemaVersion: 1
name: test
title: A test
products:
  acme:
    modes: [fast]
zones:
  - {id: lan, title: LAN, trust: internal, networks: [10.0.0.0/16, '2001:db8::/64'], vlan: 10}
  - {id: dmz, title: DMZ, trust: dmz, networks: [192.0.2.0/24]}
networks: {management: lan}
hosts:
  acme-manager:
    addresses: {management: [10.0.0.10]}
`;

/** The profile above with some of its text replaced. */
function change(...edits: ReadonlyArray<readonly [old: string, text: string]>): string {
	let text = good;
	for (const [old, replacement] of edits) {
		if (!text.includes(old)) {
			throw new Error(`The profile has no ${old}`);
		}

		text = text.replace(old, () => replacement);
	}

	return text;
}

function list(text: string): string[] {
	const {problems = []} = parseProfile(text, 'test.yaml', catalog);
	for (const {code, file} of problems) {
		if (file !== 'test.yaml') {
			throw new Error(`${code} names the file ${file}`);
		}
	}

	return problems.map(({line, column, code}) => `${line}:${column} ${code}`);
}

function findProblem(text: string, code: string): Problem {
	const {problems = []} = parseProfile(text, 'test.yaml', catalog);
	return problems.find(problem => problem.code === code) ?? {code: 'none', path: [], message: '', hint: ''};
}

test('a profile is read from YAML and from JSON, with the same outcome', t => {
	const {value, problems} = parseProfile(good, 'test.yaml', catalog);
	t.is(problems, undefined);
	t.is(value?.zones[1]?.networks?.[0], '192.0.2.0/24');
	t.deepEqual(parseProfile(JSON.stringify(value), 'test.json', catalog).value, value);
	t.deepEqual(parseProfile(good.replaceAll('\n', '\r\n'), 'test.yaml', catalog).value, value);
});

const found = new Set<string>();

/** A fault, and everything that is found because of it, as `line:column code`. */
function finds(title: string, edits: ReadonlyArray<readonly [string, string]>, ...expected: readonly string[]): void {
	for (const line of expected) {
		found.add(line.split(' ')[1]!);
	}

	test(`finds ${title}`, t => {
		t.deepEqual(list(change(...edits)), expected);
	});
}

finds('an unknown product', [['  acme:\n    modes: [fast]\n', '  acme: {modes: [fast]}\n  acmee: {}\n']], '6:3 profile/unknown-product');
finds('no product at all', [['  acme:\n    modes: [fast]\n', '  {}\n'], ['hosts:\n  acme-manager:\n    addresses: {management: [10.0.0.10]}\n', '']], '4:1 profile/no-products');
finds('an unknown version, also where conditions compare it', [['modes: [fast]', 'modes: [fast]\n    version: \'3\'']], '7:14 profile/unknown-version');
finds('no mode', [['    modes: [fast]\n', '    version: \'2\'\n']], '5:3 profile/no-mode');
finds('an empty list of modes', [['[fast]', '[]']], '6:5 profile/no-mode');
finds('an unknown mode', [['[fast]', '[fast, saef]']], '6:19 profile/unknown-mode');
finds('unknown options, parameters and components', [['[fast]', '[fast]\n    options: {consol: yes}\n    parameters: {web-prt: 443}\n    components: {mangaer: own-host}']], '7:15 profile/unknown-option', '8:18 profile/unknown-parameter', '9:18 profile/unknown-component');
finds('names that every object has', [['[fast]', '[fast]\n    options: {tostring: yes}\n    parameters: {valueof: 443}\n    version: toString']], '7:15 profile/unknown-option', '8:18 profile/unknown-parameter', '9:14 profile/unknown-version');
finds('answers that are none', [['[fast]', '[fast]\n    options: {console: on, storage: true}']], '7:24 profile/option-value', '7:37 profile/option-value');
finds('a port 0', [['[fast]', '[fast]\n    parameters: {web-port: 0}']], '7:28 profile/parameter-value');
finds('a port 65536', [['[fast]', '[fast]\n    parameters: {web-port: 65536}']], '7:28 profile/parameter-value');
finds('a range that goes backwards', [['[fast]', '[fast]\n    parameters: {extra-ports: 90-80}']], '7:31 profile/parameter-value');
finds('a list that breaks off', [['[fast]', '[fast]\n    parameters: {extra-ports: \'80, 443-\'}']], '7:31 profile/parameter-value');
finds('a list where one port is asked for', [['[fast]', '[fast]\n    parameters: {web-port: [80, 443]}']], '7:18 profile/parameter-value');
finds('a range that does not begin where the document says', [['[fast]', '[fast]\n    parameters: {console-ports: 6901-6999}']], '7:33 profile/parameter-value');
finds('a service that is none', [['[fast]', '[fast]\n    parameters: {services: [tcp/2049, sctp/1]}']], '7:18 profile/parameter-value');
finds('a count that is none', [['[fast]', '[fast]\n    parameters: {node-count: -1}']], '7:30 profile/parameter-value');
finds('a component that cannot be left out', [['[fast]', '[fast]\n    components: {database: not-used}']], '7:28 profile/needed-component');
finds('a component that is not used but on a host', [['[fast]', '[fast]\n    components: {proxy: not-used}'], ['hosts:\n', 'hosts:\n  other: {components: [acme/proxy]}\n']], '7:25 profile/contradicting-placement');
finds('a place that does not exist', [['[fast]', '[fast]\n    components: {database: manger, proxy: beta/manager}']], '7:28 profile/placement', '7:43 profile/placement');
finds('components that run with each other', [['[fast]', '[fast]\n    components: {database: proxy, proxy: database}']], '7:28 profile/circular-placement', '7:42 profile/circular-placement');
finds('a component that runs with one that is not there', [['[fast]', '[fast]\n    components: {database: proxy, proxy: not-used}']], '7:28 profile/no-place');
finds('a zone that stands twice', [['id: dmz', 'id: lan']], '9:10 profile/duplicate-zone');
finds('a network with host bits', [['10.0.0.0/16', '10.0.0.1/16']], '8:55 profile/network');
finds('a network of another form', [['192.0.2.0/24', '192.0.2.1-192.0.2.9']], '9:50 profile/network');
finds('the whole address space as a network', [['192.0.2.0/24', '0.0.0.0/0']], '9:50 profile/network');
finds('zones that overlap, whichever stands first', [['192.0.2.0/24', '10.0.128.0/17, 10.0.0.0/8']], '9:50 profile/overlapping-zones', '9:65 profile/overlapping-zones');
finds('zones that overlap in IPv6', [['192.0.2.0/24', '\'2001:db8:0:0:1::/80\'']], '9:50 profile/overlapping-zones');
finds('an unknown zone', [['management: lan', 'management: lann, storage: dmz']], '10:24 profile/unknown-zone');
finds('a zone whose name is none, once', [['management: lan', 'management: The LAN']], '10:24 schema/form');
finds('an unknown zone of a host', [['    addresses', '    zones: {storage: dmzz}\n    addresses']], '13:22 profile/unknown-zone');
finds('an unknown host', [['hosts:\n', 'hosts:\n  acme-manger: {count: 2}\n']], '12:3 profile/unknown-host');
finds('a component on a host that is somebody outside', [['hosts:\n', 'hosts:\n  acme-administrator: {components: [acme/manager]}\n'], ['  acme-manager:\n    addresses: {management: [10.0.0.10]}\n', '']], '12:3 profile/host-of-outsider');
finds('an unknown component on a host', [['hosts:\n', 'hosts:\n  other: {components: [acme/manager, acme/manger, beta/node]}\n']], '12:38 profile/unknown-component', '12:51 profile/unknown-component', '13:3 profile/unknown-host');
finds('an address in no zone', [['10.0.0.10', '10.1.0.10']], '13:30 profile/address-outside');
finds('an address range that leaves its zone', [['10.0.0.10', '10.0.255.250-10.1.0.5']], '13:30 profile/address-outside');
finds('an address that is none', [['10.0.0.10', '10.0.0.256, 10.0.0.010, \'10.0.0.1/24\', \'any thing\', \'\', \'::/0\'']], '13:30 profile/address', '13:42 profile/address', '13:54 profile/address', '13:69 profile/address', '13:82 profile/address', '13:86 profile/address');
finds('an address for a role that has no zone', [['management: lan', 'storage: lan']], '13:17 profile/address-without-zone');
finds('flows of the site that stand twice, lead nowhere or have no ports', [['hosts:\n', `siteFlows:
  - {id: a, initiator: {host: acme-managr}, responder: {host: acme-manager}, protocol: tcp, ports: '80, 443-', purpose: p, reason: r}
  - {id: a, initiator: {host: acme-manager}, responder: {host: nobody}, protocol: udp, ports: '65536', purpose: p, reason: r}
hosts:
`]], '12:31 profile/unknown-host', '12:100 profile/ports', '13:10 profile/duplicate-flow', '13:64 profile/unknown-host', '13:95 profile/ports');
finds('a finding that is accepted twice', [['hosts:\n', `acceptedFindings:
  - {finding: a@b, reason: r, by: x, on: 2026-11-22}
  - {finding: a@b, reason: r, by: x, on: 2026-11-22}
hosts:
`]], '13:15 profile/duplicate-acceptance');
finds('a date that the calendar does not have', [['hosts:\n', 'change: {expiry: 2026-02-30, review: 22.11.2026}\nhosts:\n']], '11:18 schema/form', '11:38 schema/form');
finds('an id that is none', [['id: dmz', String.raw`id: "D\nM|Z"`]], '9:10 schema/form');
finds('a role that is none', [['{management: lan}', '{management: lan, managment: lan}']], '10:29 schema/unknown-key');
finds('text that steers a terminal or reads in another order', [['title: A test', 'title: "A\\e[31m test"\ndescription: "\\u202Etset A"'], ['title: DMZ', String.raw`title: "D\nMZ"`]], '3:8 schema/form', '4:14 schema/form', '10:22 schema/form');
finds('sections that are empty', [['    modes: [fast]\n', '    modes: [fast]\n    options:\n    parameters:\n'], ['hosts:\n', 'change:\nhosts:\n']], '7:13 schema/type', '8:16 schema/type', '13:8 schema/type');
finds('products as a word, networks with a number', [['  acme:\n    modes: [fast]\n', '  acme\n'], ['management: lan', 'management: 5']], '5:3 schema/type', '9:24 schema/type');
finds('products as a list', [['  acme:\n    modes: [fast]\n', '  - acme\n']], '4:1 schema/type');
finds('no zones', [['zones:\n  - {id: lan, title: LAN, trust: internal, networks: [10.0.0.0/16, \'2001:db8::/64\'], vlan: 10}\n  - {id: dmz, title: DMZ, trust: dmz, networks: [192.0.2.0/24]}\n', '']], '1:1 schema/missing');

test('names that mean something elsewhere are only names', t => {
	for (const name of ['end', '=1+1', '| `a` "b" <i>', '$(reboot)', '{{ x }}', '-', 'null', '__proto__']) {
		t.deepEqual(list(change(['title: A test', `title: ${JSON.stringify(name)}`])), []);
	}
});

test('everything that is wrong is said at once, in order of line, and nothing that only follows from it', t => {
	t.deepEqual(list(String.raw`schemaVersion: 1
name: test
titel: A test
products:
  acme:
    version: '3'
    modes: fast
    options: {consol: yes, console: maybe, storage:}
    parameters: {web-port: 0443, extra-ports: 443-80}
  acmee: {}
zones:
  - {id: lan, title: LAN, trust: intern, networks: [10.0.0.1/16, 10.0.0.0/16]}
  - {id: lan, title: "L\e[31m", trust: dmz, networks: [10.0.3.0/24], vlan: 0x10}
networks: {management: 5, storage: lam}
hosts:
  acme-manager: {addresses: {management: [10.0.0.300]}}
  acme-nodes: {count: two}
__proto__: {}
change: {expiry: 2026-02-30, ticket: 0012, tickte: x}
`), [
		'1:1 schema/missing',
		'3:1 schema/unknown-key',
		'6:14 profile/unknown-version',
		'7:12 schema/type',
		'8:15 profile/unknown-option',
		'8:37 profile/option-value',
		'8:52 schema/type',
		'9:28 yaml/number',
		'9:47 profile/parameter-value',
		'10:3 profile/unknown-product',
		'12:34 schema/value',
		'12:53 profile/network',
		'13:10 profile/duplicate-zone',
		'13:22 schema/form',
		'13:56 profile/overlapping-zones',
		'13:76 yaml/number',
		'14:24 schema/type',
		'14:36 profile/unknown-zone',
		'16:43 profile/address',
		'17:3 profile/unknown-host',
		'17:23 schema/type',
		'18:1 text/reserved-key',
		'19:18 schema/form',
		'19:38 yaml/number',
		'19:44 schema/unknown-key',
	]);
});

const hints = test.macro({
	exec(t, edit: readonly [string, string], code: string, message: RegExp, hint: RegExp) {
		const problem = findProblem(change(edit), code);
		t.regex(problem.message, message);
		t.regex(problem.hint ?? '', hint);
	},
	title: (_, [, text]: readonly [string, string], code: string) => `says what to write instead of ${JSON.stringify(text.trim())}: ${code}`,
});

test(hints, ['  acme:\n', '  amce:\n'], 'profile/unknown-product', /no product "amce"/v, /did you mean "acme"/v);
test(hints, ['[fast]', '[fats]'], 'profile/unknown-mode', /Acme has no mode "fats"/v, /did you mean "fast"/v);
test(hints, ['    modes: [fast]\n', '    options: {}\n'], 'profile/no-mode', /at least one mode/v, /known are fast, safe/v);
test(hints, ['[fast]', '[fast]\n    options: {console: on}'], 'profile/option-value', /"on" is no answer to "Is the console used\?"/v, /^write yes$/v);
test(hints, ['[fast]', '[fast]\n    options: {console: Off}'], 'profile/option-value', /"Off" is no answer/v, /^write no$/v);
test(hints, ['[fast]', '[fast]\n    options: {storage: iscis}'], 'profile/option-value', /"iscis"/v, /did you mean "iscsi"/v);
test(hints, ['[fast]', '[fast]\n    parameters: {web-port: 65536}'], 'profile/parameter-value', /^"65536" is not a port: ports are 1 to 65535$/v, /one port/v);
test(hints, ['[fast]', '[fast]\n    parameters: {extra-ports: \'80, 443-\'}'], 'profile/parameter-value', /^"80, 443-": "443-" is not a port/v, /ports, as "80, 443"/v);
test(hints, ['[fast]', '[fast]\n    parameters: {extra-ports: 90-80}'], 'profile/parameter-value', /write 80-90/v, /ports/v);
test(hints, ['[fast]', '[fast]\n    components: {database: manger}'], 'profile/placement', /"manger" is no place to run/v, /did you mean "manager"/v);
test(hints, ['10.0.0.0/16', '10.0.0.1/16'], 'profile/network', /the network is 10\.0\.0\.0\/16/v, /^$/v);
test(hints, ['192.0.2.0/24', '10.0.128.0/17'], 'profile/overlapping-zones', /10\.0\.128\.0\/17 of zone "dmz" overlaps 10\.0\.0\.0\/16 of zone "lan"/v, /split/v);
test(hints, ['management: lan', 'management: lna'], 'profile/unknown-zone', /"lna"/v, /known are lan, dmz/v);
test(hints, ['10.0.0.10', '10.1.0.10'], 'profile/address-outside', /10\.1\.0\.10 is in no zone/v, /add its network/v);
test(hints, ['hosts:\n', 'hosts:\n  acme-manger: {count: 2}\n'], 'profile/unknown-host', /"acme-manger"/v, /did you mean "acme-manager"/v);
test(hints, ['schemaVersion: 1', 'schemaVersion: \'1\''], 'schema/type', /"schemaVersion" is "1"/v, /the number 1: without quotes/v);
test(hints, ['schemaVersion: 1\n', ''], 'schema/missing', /"schemaVersion" is missing/v, /known are 1/v);

test(hints, ['hosts:\n', 'hosts:\n  acme-administrator: {components: [acme/node]}\n'], 'profile/host-of-outsider', /id of somebody outside \(Acme: Administrators\), with whom acme\/node would/v, /another id.*list acme\/administrator under/v);

test('somebody outside shares a machine where the profile says so', t => {
	const host = (line: string) => list(change(['hosts:\n', `hosts:\n  ${line}\n`]));
	t.deepEqual(host('acme-administrator: {components: [acme/node, acme/administrator]}'), []);
	t.deepEqual(host('acme-administrator: {components: [acme/administrator]}'), []);
	t.deepEqual(host('acme-administrator: {count: 2}'), []);
	// Elsewhere it is not at home, and the id is free.
	t.deepEqual(host('office: {components: [acme/administrator]}\n  acme-administrator: {components: [acme/node]}'), []);
	t.deepEqual(host('office: {components: [acme/node, acme/administrator]}'), []);
});

test('an address in another zone than its host, or a name, is no problem of the profile', t => {
	t.deepEqual(list(change(['10.0.0.10', '192.0.2.9, manager.example.com, 10.0.0.0/24, 10.0.0.1-10.0.0.9'])), []);
	t.deepEqual(list(change([', networks: [10.0.0.0/16, \'2001:db8::/64\']', ''])), []);
});

test('true and false are answers to a yes-no question', t => {
	t.deepEqual(list(change(['[fast]', '[fast]\n    options: {console: true}'])), []);
	t.deepEqual(parseProfile(change(['[fast]', '[fast]\n    options: {console: true}']), 'f', catalog).value?.products['acme']?.options, {console: true});
});

test('overlaps are found between many zones, each network once', t => {
	const zones = (count: number, network: (index: number) => string) => good.replace(/zones:\n(?: {2}- .*\n)+/v, `zones:\n${Array.from({length: count}, (_, index) => `  - {id: z${index}, title: Z, trust: dmz, networks: ['${network(index)}']}\n`).join('')}`).replace('management: lan', 'management: z0').replace('[10.0.0.10]', '[]');
	t.deepEqual(list(zones(2000, index => `10.${index % 200}.${Math.floor(index / 200)}.0/24`)), []);
	t.is(list(zones(2000, () => '10.0.0.0/8')).length, 1999);
	t.deepEqual(list(zones(4, index => ['10.0.0.0/8', '10.1.0.0/16', '11.0.0.0/8', '10.2.0.0/16'][index]!)), ['9:47 profile/overlapping-zones', '11:47 profile/overlapping-zones']);
	// The second reaches less far than the first, and the fourth lies in the first all the same.
	t.deepEqual(list(zones(4, index => ['2001:db8::/32', '10.0.0.0/8', '2001:db8:1::/48', '2001:db8:2::/48'][index]!)), ['10:47 profile/overlapping-zones', '11:47 profile/overlapping-zones']);
});

test('networks of one zone may overlap, and hide no overlap with another', t => {
	t.deepEqual(list(change(['10.0.0.0/16', '10.0.0.0/16, 10.0.1.0/24'])), []);
	t.deepEqual(list(change(['10.0.0.0/16', '10.0.0.0/16, 10.0.1.0/24'], ['192.0.2.0/24', '10.0.0.0/8, 10.0.2.0/24'])), ['9:50 profile/overlapping-zones', '9:50 profile/overlapping-zones', '9:62 profile/overlapping-zones']);
});

test('a profile of version 0 is migrated', t => {
	const old = change(['schemaVersion: 1', 'schemaVersion: 0'], ['networks: {', 'roles: {']);
	t.deepEqual(parseProfile(old, 'f', catalog), parseProfile(good, 'f', catalog));
	t.is(parseProfile(old, 'f', catalog).value?.schemaVersion, 1);
});

test('problems of an older profile are where they stand in its text', t => {
	t.deepEqual(list(change(['schemaVersion: 1', 'schemaVersion: 0'], ['networks: {management: lan}', 'roles: {management: lann, storag: dmz}'], ['title: A test', 'titel: A test'])), ['1:1 schema/missing', '3:1 schema/unknown-key', '10:21 profile/unknown-zone', '10:27 schema/unknown-key']);
	t.deepEqual(findProblem(change(['schemaVersion: 1', 'schemaVersion: 0'], ['networks: {management: lan}', 'roles: {management: lann}']), 'profile/unknown-zone').path, ['networks', 'management']);
});

test('an older profile with both tables loses none of them in silence', t => {
	t.deepEqual(list(change(['schemaVersion: 1', 'schemaVersion: 0'], ['networks: {', 'roles: {management: dmz}\nnetworks: {'])), ['10:1 schema/unknown-key']);
});

finds('a newer profile, whatever else is in it', [['schemaVersion: 1', 'schemaVersion: 2'], ['zones:', 'areas:']], '1:16 profile/newer');

test('a newer profile is refused, an invented version as well', t => {
	t.regex(findProblem(change(['schemaVersion: 1', 'schemaVersion: 2']), 'profile/newer').message, /schemaVersion 2/v);
	t.deepEqual(list(change(['schemaVersion: 1', 'schemaVersion: -1'])), ['1:16 schema/value']);
	t.deepEqual(list(change(['schemaVersion: 1', 'schemaVersion: 0.5'])), ['1:16 schema/value']);
	t.deepEqual(list(change(['schemaVersion: 1', 'schemaVersion:'])), ['1:15 schema/value']);
});

test('a text without a map is no profile', t => {
	t.deepEqual(list('- a'), ['1:1 schema/type']);
	t.deepEqual(list('olvm'), ['1:1 schema/type']);
	t.deepEqual(list(''), ['1:1 text/empty']);
	t.deepEqual(list(`"${'x'.repeat(10_000_000)}"`), ['1:1 text/too-long']);
	t.deepEqual(list(`{"a": "${'x'.repeat(10_000_000)}"}`), ['1:1 text/too-long']);
});

test('a large design is read, from YAML as from JSON, and its plan can be made', async t => {
	const profile = largeDesign(0.1);
	const real = await readTestCatalog();
	const {value, problems} = parseProfile(stringify(profile), 'f', real);
	t.is(problems, undefined);
	t.deepEqual(value, parseProfile(JSON.stringify(profile), 'f', real).value);
	t.deepEqual(value, profile);
	t.notThrows(() => plan(real, value!, {today: '2026-11-22', tool: {name: 'test', version: '0'}}));
});

test('a profile of 10,000 hosts with ten addresses each is not too long, neither as YAML nor as JSON', async t => {
	const profile = fleetDesign(10_000);
	t.true(stringify(profile).length < maxTextLength);
	const {value, problems} = parseProfile(JSON.stringify(profile), 'f', await readTestCatalog());
	t.is(problems, undefined);
	t.deepEqual(value, profile);
});

test('days of the calendar are told from other texts', t => {
	for (const text of ['2026-11-22', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']) {
		t.true(isDate(text), `${text}`);
	}

	for (const text of ['2026-02-29', '2026-02-30', '1900-02-29', '2026-13-01', '2026-00-01', '2026-01-00', '2026-1-1', '22.11.2026', '2026-11-22T00:00', ' 2026-11-22', '2026-11-22\n', '٢٠٢٦-١١-٢٢', '']) {
		t.false(isDate(text), `${text}`);
	}
});

test('every problem that the code can name is told of above', async t => {
	const texts = await Promise.all(['parse', 'problems'].map(async name => readFile(`source/core/profile/${name}.ts`, 'utf8')));
	const codes = new Set([...texts.join('\n').matchAll(/'(?<code>profile\/[\-a-z]+)'/gv)].map(match => match.groups!['code']!));
	const kinds = ['option', 'parameter', 'component'].map(kind => `profile/unknown-${kind}`);
	t.true(codes.size > 15);
	t.deepEqual([...codes, ...kinds].filter(code => !found.has(code)), []);
});
