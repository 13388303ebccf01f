import {readFile} from 'node:fs/promises';
import test from 'ava';
import fc from 'fast-check';
import {stringify} from 'yaml';
import {formatAddressRange, parseAddress} from '../../source/core/addresses.js';
import {deriveHosts, type HostDraft} from '../../source/core/hosts.js';
import {parseAddressList} from '../../source/core/import/address-list.js';
import {parseAnsibleInventory} from '../../source/core/import/ansible.js';
import {applyImport} from '../../source/core/import/apply.js';
import {parseAddressCsv} from '../../source/core/import/csv.js';
import {matchImport, type ImportEntry} from '../../source/core/import/match.js';
import type {Problem} from '../../source/core/problem.js';
import {makeDraft, openProfile} from '../../source/core/profile/draft.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {findUnfitCharacter} from '../../source/core/text.js';
import {readTestCatalog} from '../helpers/catalog.js';

const catalog = await readTestCatalog();

const place = ({line, column, code}: Problem) => `${line}:${column} ${code}`;

/*
Lists
*/

const readsList = test.macro<[text: string, ...expected: string[]]>({
	exec(t, text, ...expected) {
		t.deepEqual(parseAddressList(text), {addresses: expected, problems: []});
	},
	title: (_, text) => `a list: reads ${JSON.stringify(text)}`,
});

test(readsList, '');
test(readsList, ' \r\n\t\n');
test(readsList, '10.0.0.1', '10.0.0.1');
test(readsList, '10.0.0.1\n10.0.0.2\r\n10.0.0.3\r10.0.0.4', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4');
test(readsList, '10.0.0.1,10.0.0.2;10.0.0.3 10.0.0.4\t10.0.0.5\u{A0}10.0.0.6', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6');
test(readsList, '10.0.0.1,, ;\n,10.0.0.2,', '10.0.0.1', '10.0.0.2');
test(readsList, '# all\n10.0.0.1 # one, 10.0.0.7\n// none, 10.0.0.8\n10.0.0.2// \n10.0.0.3#x'.replace('2// ', '2 // '), '10.0.0.1', '10.0.0.2', '10.0.0.3');
test(readsList, '"10.0.0.1", \'10.0.0.2\', `10.0.0.3`, “10.0.0.4”, «10.0.0.5»', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5');
test(readsList, '["10.0.0.1", "10.0.0.2"]', '10.0.0.1', '10.0.0.2');
test(readsList, '"10.0.0.1\n10.0.0.2"', '10.0.0.1', '10.0.0.2');
test(readsList, '(10.0.0.1) <10.0.0.2>, {10.0.0.3}.', '10.0.0.1', '10.0.0.2', '10.0.0.3');
test(readsList, '10.0.0.1. 10.0.0.2: "10.0.0.3". 10.0.0.4! www.example.com.', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', 'www.example.com');
test(readsList, '- 10.0.0.1\n* 10.0.0.2\n  • 10.0.0.3 - 10.0.0.9', '10.0.0.1', '10.0.0.2', '10.0.0.3-10.0.0.9');
test(readsList, '10.0.0.1 - 10.0.0.9', '10.0.0.1-10.0.0.9');
test(readsList, '10.0.0.1- 10.0.0.9, 10.0.1.1 -10.0.1.9; 10.0.2.1\t-\t10.0.2.9', '10.0.0.1-10.0.0.9', '10.0.1.1-10.0.1.9', '10.0.2.1-10.0.2.9');
test(readsList, '10.0.0.1–10.0.0.9 10.0.1.1 — 10.0.1.9', '10.0.0.1-10.0.0.9', '10.0.1.1-10.0.1.9');
test(readsList, '10.0.0.0 /24, 10.1.0.0/ 24', '10.0.0.0/24', '10.1.0.0/24');
test(readsList, '[2001:db8::1], [2001:DB8::]/64 [2001:db8::1]-[2001:db8::9] [2001:db8:1::1] - [2001:db8:1::9]', '2001:db8::1', '2001:db8::/64', '2001:db8::1-2001:db8::9', '2001:db8:1::1-2001:db8:1::9');
test(readsList, 'fe80:: 2001:db8::1:', 'fe80::', '2001:db8::1');
test(readsList, '10.0.0.1 10.0.0.1/32 10.0.0.1-10.0.0.1 WWW.example.com www.EXAMPLE.com.', '10.0.0.1', 'www.example.com');
test(readsList, '\u{FEFF}10.0.0.1', '10.0.0.1');

const refuses = test.macro<[text: string, expected: readonly string[], ...rest: string[]]>({
	exec(t, text, expected, ...rest) {
		const {addresses, problems} = parseAddressList(text);
		t.deepEqual(problems.map(problem => place(problem)), [...expected]);
		t.deepEqual(addresses, rest);
		t.true(problems.every(({message, hint = ''}) => findUnfitCharacter(`${message}${hint}`, {multiline: false}) === undefined));
	},
	title: (_, text) => `a list: refuses ${JSON.stringify(text.slice(0, 80))}, of ${text.length} characters`,
});

test(refuses, '10.0.0.0/33', ['1:1 import/address']);
test(refuses, '010.0.0.1', ['1:1 import/address']);
test(refuses, '10.0.0\n 10.0.0.300\n10.0.0.1', ['1:1 import/address', '2:2 import/address'], '10.0.0.1');
test(refuses, '10.0.0.1, gateway', ['1:11 import/address'], '10.0.0.1');
test(refuses, '10.0.0.1-9', ['1:1 import/address']);
test(refuses, '10.0.0.9 - 10.0.0.1', ['1:1 import/address']);
test(refuses, '10.0.0.1 - www.example.com', ['1:1 import/address']);
test(refuses, '10.0.0.1 - , 10.0.0.9', ['1:1 import/address'], '10.0.0.9');
test(refuses, '10.0.0.1 - - 10.0.0.9', ['1:1 import/address']);
test(refuses, '10.0.0.0//24', ['1:1 import/address']);
test(refuses, 'https://10.0.0.1/', ['1:1 import/address']);
test(refuses, '10.0.0.1:22 [2001:db8::1]:22', ['1:1 import/address', '1:14 import/address']);
test(refuses, '10.0.0.0 255.255.255.0', ['1:1 import/mask']);
test(refuses, '10.0.0.0 0.0.0.255\n10.0.0.5 255.255.255.255', ['1:1 import/mask', '2:1 import/mask']);
test(refuses, '10.0.0.1, 255.255.255.0', ['1:11 import/mask'], '10.0.0.1');
test(refuses, '0.0.0.0/0 ::/0', ['1:1 import/address', '1:11 import/address']);
test(refuses, 'db[1].example.com', ['1:1 import/address']);
test(refuses, '10.0\u{FEFF}.0.1', ['1:1 import/address', '1:6 import/address']);
test(refuses, '10.0.0.1\u{0}\n\u{1B}[31m10.0.0.2\n\u{202E}10.0.0.3\n10.0.0.4\u{200F}', ['1:1 import/address', '2:1 import/address', '3:1 import/address', '4:1 import/address']);
test(refuses, 'x'.repeat(500_000), ['1:1 import/address']);
test(refuses, 'x'.repeat(10_000_000), ['1:1 text/too-long']);

test('a list: an address and a mask come with the network that they mean', t => {
	t.is(parseAddressList('10.0.0.0 255.255.255.0').problems[0]?.hint, 'write 10.0.0.0/24');
	t.is(parseAddressList('10.0.0.0 0.0.0.255').problems[0]?.hint, 'write 10.0.0.0/24');
	t.is(parseAddressList('10.0.0.5 255.255.255.0').problems[0]?.hint, 'write 10.0.0.0/24 for the network, or 10.0.0.5 alone for the one address');
});

test('a list: what is none is named by its problem', t => {
	t.regex(parseAddressList('gäteway').problems[0]!.message, /gäteway/v);
	t.regex(parseAddressList('10.0.0.300').problems[0]!.message, /10\.0\.0\.300/v);
});

test('a list: thousands of problems are counted and not kept', t => {
	const {addresses, problems} = parseAddressList(`${'word '.repeat(5000)}10.0.0.1`);
	t.is(problems.length, 1001);
	t.is(problems.at(-1)?.code, 'import/too-many');
	t.deepEqual(addresses, ['10.0.0.1']);
	t.regex(parseAddressList('word '.repeat(20_000)).problems.at(-1)!.message, /not read/v);
});

const ipv4 = fc.integer({min: 0x0A_00_00_00, max: 0x0A_FF_FF_FF});

/** Addresses that are no network masks, in the form a profile holds. */
const address = fc.oneof(
	ipv4.map(value => formatAddressRange({version: 4, from: BigInt(value), to: BigInt(value)})),
	fc.tuple(ipv4, fc.integer({min: 0, max: 5000})).map(([value, more]) => formatAddressRange({version: 4, from: BigInt(value), to: BigInt(value + more)})),
	fc.tuple(fc.bigInt({min: 2n ** 125n, max: 2n ** 126n}), fc.integer({min: 0, max: 5000})).map(([value, more]) => formatAddressRange({version: 6, from: value, to: value + BigInt(more)})),
	fc.domain().filter(name => parseAddress(name) instanceof Object).map(name => name.toLowerCase()),
);
const separator = fc.constantFrom('\n', '\r\n', ' ', '\t', ', ', ';', '\n- ', ' # more\n', '\n\n');

test('a list: addresses are found again, whatever stands between them', t => {
	fc.assert(fc.property(fc.uniqueArray(address), fc.array(separator, {minLength: 1}), fc.constantFrom(['', ''], ['"', '"'], ['[', ']'], ['<', '>']), (addresses, separators, [open, close]) => {
		const text = addresses.map((entry, index) => `${index > 0 ? separators[index % separators.length]! : ''}${open}${entry}${close}`).join('');
		t.deepEqual(parseAddressList(text), {addresses, problems: []});
	}));
});

/** Texts out of the parts that mean something to one of the readers. */
const anyText = fc.oneof(
	fc.string({unit: 'binary'}),
	fc.array(fc.constantFrom('10.0.0.1', '-', '/', '"', '\'', '[', ']', '#', ';', ',', '\n', '\r', '\t', ' ', ':', '=', '\\', 'host', 'address', 'all:', '  hosts:', 'ansible_host', '[1:3]', ':children', '{{', '!vault', '&a', '*a', '__proto__', '\u{0}', '\u{1B}', '\u{FEFF}', 'sep=;'), {maxLength: 40}).map(parts => parts.join('')),
);

test('no text makes a reader throw or an answer unfit to be shown', t => {
	fc.assert(fc.property(anyText, text => {
		const list = parseAddressList(text);
		const table = parseAddressCsv(`host,address\n${text}`, 'a.csv');
		const read = [parseAddressCsv(text, 'a.csv'), ...['hosts', 'a.ini', 'a.yaml'].map(file => parseAnsibleInventory(text, file))];
		const entries = [table, ...read].flatMap<ImportEntry>(({entries: found}) => found);
		const {unmatched, problems} = matchImport(entries, new Map(), catalog.roles);
		for (const {line, column, message} of [...list.problems, ...table.problems, ...read.flatMap(result => result.problems), ...problems]) {
			t.true((line ?? 1) >= 1 && (column ?? 1) >= 1);
			t.is(findUnfitCharacter(message, {multiline: false}), undefined);
		}

		t.true(unmatched.every(({name}) => findUnfitCharacter(name, {multiline: false}) === undefined));
		for (const entry of [...list.addresses, ...entries.flatMap(({address: found}) => found ?? [])]) {
			t.true(parseAddress(entry) instanceof Object);
		}
	}));
});

/*
Tables
*/

const readsTable = test.macro({
	exec(t, text: string, expected: ReadonlyArray<readonly [line: number, host: string, role: string, address: string]>, problems: readonly string[] = []) {
		const read = parseAddressCsv(text, 'hosts.csv');
		t.deepEqual(read.entries.map(({line, host, role, address: found}) => [line, host, role, found]), expected.map(row => [...row]));
		t.deepEqual(read.problems.map(problem => place(problem)), [...problems]);
		t.true(read.problems.every(({file}) => file === 'hosts.csv'));
	},
	title: (_, text: string) => `a table: reads ${JSON.stringify(text.slice(0, 100))}, of ${text.length} characters`,
});

test(readsTable, 'host,role,address\nolvm-manager,management,10.0.0.1\n', [[2, 'olvm-manager', 'management', '10.0.0.1']]);
test(readsTable, '\u{FEFF}Address;note;HOST\r\n10.0.0.1;x;a\r\n', [[2, 'a', '', '10.0.0.1']]);
test(readsTable, 'host\trole\taddress\nKVM host\tstorage\t10.0.0.1', [[2, 'KVM host', 'storage', '10.0.0.1']]);
test(readsTable, 'sep=;\n host ; address \na;10.0.0.1', [[3, 'a', '', '10.0.0.1']]);
test(readsTable, '\n# ours\nhost,address\n\n,,\n# none\na,10.0.0.1\n', [[7, 'a', '', '10.0.0.1']]);
test(readsTable, 'host,address\n"a ""b"", c","10.0.0.1\n10.0.0.2, 10.0.0.3"\nd,10.0.0.4', [[2, 'a "b", c', '', '10.0.0.1'], [2, 'a "b", c', '', '10.0.0.2'], [2, 'a "b", c', '', '10.0.0.3'], [4, 'd', '', '10.0.0.4']]);
test(readsTable, 'host,address\na, "10.0.0.1" \nb,10.0.0.1 10.0.0.2', [[2, 'a', '', '10.0.0.1'], [3, 'b', '', '10.0.0.1'], [3, 'b', '', '10.0.0.2']]);
test(readsTable, 'host,role,address\na,,\n', []);
test(readsTable, 'host,address\n__proto__,10.0.0.1\nconstructor,10.0.0.2', [[2, '__proto__', '', '10.0.0.1'], [3, 'constructor', '', '10.0.0.2']]);
test(readsTable, 'host,address\na,10.0.0.300\nb,"10.0.0.1\n 10.0.0"\nc,10.0.0.2', [[3, 'b', '', '10.0.0.1'], [5, 'c', '', '10.0.0.2']], ['2:3 import/address', '4:2 import/address']);
test(readsTable, 'host,address\na,10.0.0.1,10.0.0.2\nb,10.0.0.3,', [[3, 'b', '', '10.0.0.3']], ['2:12 csv/long-line']);
test(readsTable, 'host,role,address\na\nb,management,10.0.0.1', [[3, 'b', 'management', '10.0.0.1']], ['2:1 csv/short-line']);
test(readsTable, 'host,address\n,10.0.0.1', [], ['2:1 csv/no-host']);
test(readsTable, 'host,address,Host\na,10.0.0.1,b', [[2, 'a', '', '10.0.0.1']], ['1:14 csv/duplicate-column']);
test(readsTable, 'host,address\na,10.0.0.1\nb,"10.0.0.2\nc,10.0.0.3', [[2, 'a', '', '10.0.0.1']], ['3:3 csv/unclosed-quote']);
test(readsTable, 'host,address\n"a"x,10.0.0.1\nb,10.0.0.2', [[3, 'b', '', '10.0.0.2']], ['2:4 csv/quote']);
test(readsTable, 'host,address\n\u{1B}[31ma,10.0.0.1\na\u{202E},10.0.0.1\nc\u{0},10.0.0.1', [], ['2:1 import/name', '3:1 import/name', '4:1 import/name']);
test(readsTable, '', [], ['1:1 csv/no-header']);
test(readsTable, 'olvm-manager,management,10.0.0.1', [], ['1:1 csv/no-header']);
test(readsTable, 'host,ip\na,10.0.0.1', [], ['1:1 csv/no-header']);
test(readsTable, `host,address\na,"${'x'.repeat(10_000_000)}`, [], ['1:1 text/too-long']);

test('a table: without a header the problem says what the first line must be', t => {
	const [problem] = parseAddressCsv('a,10.0.0.1').problems;
	t.regex(problem!.hint!, /host,role,address/v);
	t.regex(parseAddressCsv('hosts;address\n').problems[0]!.hint!, /host,role,address/v);
	t.regex(parseAddressCsv('hosts;address\n').problems[0]!.message, /hosts/v);
});

test('a table: any words in quotes are found again', t => {
	const word = fc.string({unit: fc.constantFrom('a', 'B', '"', ',', ';', '\t', ' ', 'é', '\\', '=')}).map(text => text.trim()).filter(text => text !== '' && !text.includes('\t') && !text.startsWith('#'));
	fc.assert(fc.property(fc.array(fc.tuple(word, fc.constantFrom('', 'storage'), address)), fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (rows, mark, end) => {
		const quoteCell = (text: string) => `"${text.replaceAll('"', '""')}"`;
		const table = [['role', 'host', 'address'], ...rows.map(([host, role, found]) => [role, host, found])];
		const text = table.map(row => row.map(cell => quoteCell(cell)).join(mark)).join(end);
		const read = parseAddressCsv(text);
		t.deepEqual(read.entries.map(({host, role, address: found}) => [host, role, found]), rows);
		t.deepEqual(read.problems, []);
	}));
});

/*
Inventories of Ansible
*/

type Row = readonly [name: string, address: string | undefined, groups: string];

const readsInventory = test.macro({
	exec(t, file: string, text: string, ...[expected, problems = []]: readonly [expected: readonly Row[], problems?: readonly string[]]) {
		const read = parseAnsibleInventory(text, file);
		t.deepEqual(read.entries.map(({name, address: found, groups}) => [name, found, groups.join(' ')]), expected.map(row => [...row]));
		t.deepEqual(read.problems.map(problem => place(problem)), [...problems]);
		t.true(read.problems.every(problem => problem.file === file));
	},
	title: (_, file: string, text: string) => `an inventory: reads ${file} ${JSON.stringify(text.slice(0, 100))}, of ${text.length} characters`,
});

test(readsInventory, 'hosts', 'mail.example.com\n\n[web]\nfoo.example.com\n192.0.2.7\n', [['mail.example.com', 'mail.example.com', ''], ['foo.example.com', 'foo.example.com', 'web'], ['192.0.2.7', '192.0.2.7', 'web']]);
test(readsInventory, 'hosts', '[web]\r\nweb1 ansible_host=10.0.0.1 ansible_port=22 # first\r\nweb2   x="a # b" ansible_host=\'10.0.0.2\'\r\nweb3 ansible_host="\'10.0.0.3\'"\r\n', [['web1', '10.0.0.1', 'web'], ['web2', '10.0.0.2', 'web'], ['web3', '10.0.0.3', 'web']]);
test(readsInventory, 'hosts', '; none\n# none\n[web] # ours\nweb1.example.com:2222\n[2001:db8::1]:22\n2001:db8::2\nweb2.example.com#x\n', [['web1.example.com', 'web1.example.com', 'web'], ['2001:db8::1', '2001:db8::1', 'web'], ['2001:db8::2', '2001:db8::2', 'web'], ['web2.example.com', 'web2.example.com', 'web']]);
test(readsInventory, 'hosts', '[a]\nw[08:10].example.com\ndb-[a:c].example.com:22\n[1:2]x.example.com\nn[1:7:3].example.com\n10.0.0.[:1]\n', ['w08.example.com', 'w09.example.com', 'w10.example.com', 'db-a.example.com', 'db-b.example.com', 'db-c.example.com', '1x.example.com', '2x.example.com', 'n1.example.com', 'n4.example.com', 'n7.example.com', '10.0.0.0', '10.0.0.1'].map(name => [name, name, 'a'] as const));
test(readsInventory, 'hosts', 'r[1:2]-[a:b].example.com', [['r1-a.example.com', 'r1-a.example.com', ''], ['r1-b.example.com', 'r1-b.example.com', ''], ['r2-a.example.com', 'r2-a.example.com', ''], ['r2-b.example.com', 'r2-b.example.com', '']]);
test(readsInventory, 'hosts', '[eu:children]\nweb\ndb # ours\n[web]\na.example.com\n[db]\na.example.com\nb.example.com\n[all:children]\neu\n', [['a.example.com', 'a.example.com', 'db eu web'], ['b.example.com', 'b.example.com', 'db eu']]);
test(readsInventory, 'hosts', '[web]\na\nb ansible_host=10.0.0.2\n[web:vars]\nansible_host=10.0.0.9\n[all:vars]\nansible_host=10.0.0.8\n[other]\nc\n', [['a', '10.0.0.9', 'web'], ['b', '10.0.0.2', 'web'], ['c', '10.0.0.8', 'other']]);
test(readsInventory, 'hosts', 'a ansible_ssh_host=10.0.0.1\nb ansible_host=10.0.0.2 ansible_ssh_host=10.0.0.3\nc', [['a', '10.0.0.1', ''], ['b', '10.0.0.2', ''], ['c', undefined, '']]);
test(readsInventory, 'hosts', 'a.example.com ansible_host={{secret}}\nb.example.com ansible_host="{% if x %}"\nc.example.com ansible_host=10.0.0.300\nd ansible_host=10.0.0.0/24', [['a.example.com', undefined, ''], ['b.example.com', undefined, ''], ['c.example.com', undefined, ''], ['d', undefined, '']], ['1:15 ansible/templated', '2:15 ansible/templated', '3:15 ansible/address', '4:3 ansible/address']);
test(readsInventory, 'hosts', 'a ansible_host={{ x }} y={{ a }}.{{b}}\nb z={{ x ansible_host=10.0.0.2\nc.example.com', [['a', undefined, ''], ['b', undefined, ''], ['c.example.com', 'c.example.com', '']], ['1:3 ansible/templated']);
test(readsInventory, 'hosts', '[all:vars]\nansible_host={{ inventory_hostname }}.example.com\n[web]\na.example.com', [['a.example.com', undefined, 'web']], ['2:1 ansible/templated']);
test(readsInventory, 'hosts', '[web\nweb1 10.0.0.1\n a ansible_host="10.0.0.1\n[we b]\nlost\n[web:hostz]\nlost\n[web]\nx[1:2\ny[2:1]\nz[1:2:0]\nu[01:100]\nv[a:3]\nw:\nok.example.com', [['ok.example.com', 'ok.example.com', 'web']], [
	'1:1 ansible/host', '2:6 ansible/host-line', '3:2 ansible/quote', '4:1 ansible/heading', '6:1 ansible/heading', '9:1 ansible/host', '10:1 ansible/host', '11:1 ansible/host', '12:1 ansible/host', '13:1 ansible/host', '14:1 ansible/host',
]);
test(readsInventory, 'hosts', '[a:children]\nnone\nb c\n[a:vars]\nword', [], ['2:1 ansible/unknown-group', '3:1 ansible/children', '5:1 ansible/variable']);
test(readsInventory, 'hosts', '[a:children]\nb\n[b:children]\na\n[b]\nx.example.com\n[c:children]\nb', [['x.example.com', 'x.example.com', 'b']], ['1:1 ansible/cycle']);
test(readsInventory, 'hosts', '[a:children]\na\n[a]\nx.example.com', [['x.example.com', 'x.example.com', 'a']], ['1:1 ansible/cycle']);
test(readsInventory, 'hosts', 'a[1:1000000].example.com\nb[1:99999][1:99999]\nc[1:999999999999999]\nd[1:2].example.com', [['d1.example.com', 'd1.example.com', ''], ['d2.example.com', 'd2.example.com', '']], ['1:1 ansible/host', '2:1 ansible/host', '3:1 ansible/host']);
test(readsInventory, 'hosts', '[__proto__]\nconstructor ansible_host=10.0.0.1\n[constructor:children]\n__proto__\n__proto__.example.com x=1\n', [['constructor', '10.0.0.1', '__proto__ constructor']], ['5:1 ansible/children']);
test(readsInventory, 'hosts', 'a\u{1B}[31m ansible_host=10.0.0.1\nb\u{202E}\nc\u{0}\n[\u{200F}]\nlost', [], ['1:1 ansible/host', '2:1 import/name', '3:1 import/name', '4:1 import/name']);
test(readsInventory, 'hosts', `${'x'.repeat(500_000)}\n[${'y'.repeat(500_000)}]\nlost`, [], ['1:1 ansible/host', '2:1 import/name']);
test(readsInventory, 'hosts', 'x'.repeat(10_000_000), [], ['1:1 text/too-long']);
test(readsInventory, 'hosts.ini', '---\nall:\n', [], ['1:1 ansible/format', '2:1 ansible/host']);

const yaml = `---
all:
  hosts:
    mail.example.com:
  children:
    web:
      hosts:
        web[01:02].example.com:
        web3: {ansible_host: 10.0.0.3, ansible_port: 22}
      vars: {ansible_user: root, <<: {a: 1}, mode: 0644}
    db:
      children:
        primary:
          hosts:
            db1:
              ansible_host: 10.0.0.4
              ansible_password: !vault |
                $ANSIBLE_VAULT;1.1;AES256
                6162
        replica: {hosts: {web3: {}}}
`;
const fromYaml: readonly Row[] = [['mail.example.com', 'mail.example.com', ''], ['web01.example.com', 'web01.example.com', 'web'], ['web02.example.com', 'web02.example.com', 'web'], ['web3', '10.0.0.3', 'db replica web'], ['db1', '10.0.0.4', 'db primary']];
// A merge key may hide an address; whatever else variables hold is no matter.
test(readsInventory, 'hosts.yaml', yaml, fromYaml, ['10:34 yaml/merge-key']);
test(readsInventory, 'inventory', yaml, fromYaml, ['10:34 yaml/merge-key']);
test(readsInventory, 'inventory', 'web:\n  hosts: one.example.com\n', [['one.example.com', 'one.example.com', 'web']]);
test(readsInventory, 'hosts.json', '{"all": {"hosts": {"a": {"ansible_host": "10.0.0.1"}}}}', [['a', '10.0.0.1', '']]);
test(readsInventory, 'hosts.json', '{"_meta": {"hostvars": {"a": {"ansible_host": "10.0.0.1"}}}, "all": {"children": ["ungrouped", "web"]}, "web": {"hosts": ["a", "b.example.com"]}}', [['a', '10.0.0.1', 'web'], ['b.example.com', 'b.example.com', 'web']]);
test(readsInventory, 'a.yml', 'web:\n  hosts:\n    a.example.com:\n      ansible_host: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n        6162\n    b: {ansible_host: "{{ x }}"}\n    c: {ansible_host: 10}\n    d: {ansible_host: null}\n', [['a.example.com', undefined, 'web'], ['b', undefined, 'web'], ['c', undefined, 'web'], ['d', undefined, 'web']], ['4:28 ansible/vaulted', '7:23 ansible/templated', '8:23 ansible/address', '9:23 ansible/address']);
test(readsInventory, 'a.yml', 'web:\n  host:\n    a:\n  hosts:\n    - b\ndb: 5\n', [], ['2:3 ansible/section', '4:3 ansible/structure', '6:1 ansible/structure']);
test(readsInventory, 'a.yml', '- hosts: all\n', [], ['1:1 ansible/structure']);
test(readsInventory, 'a.yml', 'plugin: amazon.aws.aws_ec2\n', [], ['1:1 ansible/plugin']);
test(readsInventory, 'a.yml', 'web:\n  hosts:\n    a.example.com:\n    a.example.com:\n    __proto__:\n', [['a.example.com', 'a.example.com', 'web']], ['4:5 yaml/duplicate-key', '5:5 text/reserved-key']);
test(readsInventory, 'a.yml', 'a: &a {children: {b: {hosts: {x.example.com: }}}}\nc: *a\n', [['x.example.com', 'x.example.com', 'a b c']]);
test(readsInventory, 'a.yml', 'web: [', [], ['1:7 yaml/bad-indent']);

test('an inventory: aliases of aliases and deep children end in a problem', t => {
	const bomb = ['a0: &a0 {hosts: {x.example.com: }}', ...Array.from({length: 30}, (_, index) => `a${index + 1}: &a${index + 1} {children: {p${index}: *a${index}, q${index}: *a${index}}}`)].join('\n');
	t.true(parseAnsibleInventory(bomb, 'a.yaml').problems.some(({code}) => code === 'yaml/aliases'));
	t.true(parseAnsibleInventory(`${'{"a": {"children": '.repeat(2000)}{}${'}}'.repeat(2000)}`, 'a.yaml').problems.some(({code}) => code.endsWith('too-deep')));
	const chain = Array.from({length: 3000}, (_, index) => `[g${index}:children]\ng${index + 1}\n`).join('');
	const {entries, problems} = parseAnsibleInventory(`${chain}[g3000]\nx.example.com`, 'hosts');
	t.is(entries[0]?.name, 'x.example.com');
	t.deepEqual(problems.map(({code}) => code), ['ansible/too-deep']);
});

test('an inventory: the number of all hosts is bounded', t => {
	const {entries, problems} = parseAnsibleInventory('a[1:60000]\nb[1:60000]\n', 'hosts');
	t.is(entries.length, 100_000);
	t.deepEqual(problems.map(problem => place(problem)), ['2:1 ansible/too-many']);
});

test('an inventory: ranges that repeat each other are read up to a number of entries', t => {
	const {entries, problems} = parseAnsibleInventory('a[1:50000]\n'.repeat(10_000), 'hosts');
	t.is(entries.length, 50_000);
	t.deepEqual(problems.map(problem => place(problem)), ['21:1 ansible/too-many']);
});

test('an inventory: both formats say the same of the same hosts', t => {
	const word = fc.string({unit: fc.constantFrom('a', 'b', 'c', '1'), minLength: 1, maxLength: 4});
	const groups = fc.dictionary(word.map(name => `g${name}`), fc.dictionary(word.map(name => `h${name}.example.com`), address.filter(text => !/[\-\/]/v.test(text))), {noNullPrototype: true});
	fc.assert(fc.property(groups, inventory => {
		// A host has one address in both formats: the last that is given.
		const ini = Object.entries(inventory).map(([group, hosts]) => `[${group}]\n${Object.entries(hosts).map(([host, found]) => `${host} ansible_host=${found}`).join('\n')}\n`).join('\n');
		const tree = Object.fromEntries(Object.entries(inventory).map(([group, hosts]) => [
			group,
			{hosts: Object.fromEntries(Object.entries(hosts).map(([host, found]) => [host, {ansible_host: found}]))},
		]));
		const describe = (text: string, file: string) => {
			const {entries, problems} = parseAnsibleInventory(text, file);
			t.deepEqual(problems, []);
			return entries.map(({line, ...entry}) => entry);
		};

		const expected = describe(ini, 'hosts');
		t.is(expected.length, new Set(Object.values(inventory).flatMap(hosts => Object.keys(hosts))).size);
		t.deepEqual(describe(stringify({all: {children: tree}}), 'hosts.yaml'), expected);
	}));
});

/*
Matching
*/

const host = (id: string, title: string, components: readonly string[], several = false): readonly [string, HostDraft] => [id, {
	id,
	title,
	kind: 'host',
	components: components.map(reference => {
		const [product = '', component = ''] = reference.split('/');
		return {product, component};
	}),
	several,
	roles: ['management'],
	hostFirewall: {automatic: false, by: 'administrator'},
	unnamed: false,
}];
const hosts = new Map([
	host('olvm-manager', 'Manager', ['olvm/manager', 'olvm/websocket-proxy']),
	host('olvm-kvm-host', 'KVM host', ['olvm/kvm-host'], true),
	host('oracle-vm-manager', 'Oracle VM Manager', ['oracle-vm/manager']),
	host('vplus-node', 'Node', ['vplus/node'], true),
	host('backup-node', 'Node', ['backup/node'], true),
]);

const matchText = (text: string) => matchImport(parseAddressCsv(text).entries, hosts, catalog.roles);
const matchInventory = (text: string) => matchImport(parseAnsibleInventory(text, 'hosts').entries, hosts, catalog.roles);

test('a table names hosts by id, title or component, and roles by id or name', t => {
	const {accepted, unmatched, problems} = matchText(`host,role,address
olvm-manager,,10.0.0.1
OLVM-Manager,Management,10.0.0.2
oracle vm manager,Out-of-band,10.0.0.3
olvm/websocket-proxy,management,10.0.0.1
kvm HOST,storage,10.0.0.4 10.0.0.5
olvm-kvm-host,Virtual machines,10.0.0.6`);
	t.deepEqual(accepted, [
		{host: 'olvm-kvm-host', role: 'guest', addresses: ['10.0.0.6']},
		{host: 'olvm-kvm-host', role: 'storage', addresses: ['10.0.0.4', '10.0.0.5']},
		{host: 'olvm-manager', role: 'management', addresses: ['10.0.0.1', '10.0.0.2']},
		{host: 'oracle-vm-manager', role: 'out-of-band', addresses: ['10.0.0.3']},
	]);
	t.deepEqual([unmatched, problems], [[], []]);
});

test('a table: hosts that are unknown or several are handed back, each once for a role', t => {
	const {accepted, unmatched, problems} = matchText(`host,role,address
node,,10.0.0.1
node,,10.0.0.2
olvm-manger,storage,10.0.0.3
manager,,10.0.0.5
__proto__,,10.0.0.6
olvm-manager,stroage,10.0.0.7
olvm-manager,stroage,10.0.0.8`);
	t.deepEqual(accepted, [{host: 'olvm-manager', role: 'management', addresses: ['10.0.0.5']}]);
	t.deepEqual(unmatched, [
		{name: 'node', kind: 'host', role: 'management', addresses: ['10.0.0.1', '10.0.0.2'], line: 2, why: 'ambiguous', candidates: ['vplus-node', 'backup-node']},
		{name: 'olvm-manger', kind: 'host', role: 'storage', addresses: ['10.0.0.3'], line: 4, why: 'unknown', candidates: unmatched[1]!.candidates},
		{name: '__proto__', kind: 'host', role: 'management', addresses: ['10.0.0.6'], line: 6, why: 'unknown', candidates: []},
	]);
	t.is(unmatched[1]!.candidates[0], 'olvm-manager');
	t.deepEqual(problems.map(({line, code, hint}) => [line, code, hint]), [[7, 'import/unknown-role', 'did you mean "storage"?']]);
});

test('an inventory: groups and hosts are found by id, title and component, folded', t => {
	const {accepted, unmatched, problems} = matchInventory(`olvm-manager.example.com
[kvm_host]
kvm[1:2].example.com
[Oracle_VM_Manager]
ovmm ansible_host=10.0.0.9
`);
	t.deepEqual(accepted, [
		{host: 'olvm-kvm-host', role: 'management', addresses: ['kvm1.example.com', 'kvm2.example.com']},
		{host: 'olvm-manager', role: 'management', addresses: ['olvm-manager.example.com']},
		{host: 'oracle-vm-manager', role: 'management', addresses: ['10.0.0.9']},
	]);
	t.deepEqual([unmatched, problems], [[], []]);
});

test('an inventory: what fits several hosts, or is several machines, is not guessed', t => {
	const {accepted, unmatched} = matchInventory(`lonely.example.com
[manager]
m.example.com
[node]
n1.example.com
n2.example.com
[websocket_proxy]
p1.example.com
p2.example.com
[kvm_hots]
k1.example.com
k2.example.com
`);
	t.deepEqual(accepted, []);
	t.deepEqual(unmatched.map(({name, kind, why, candidates, addresses}) => [name, kind, why, candidates.join(' '), addresses.length]), [
		['lonely.example.com', 'host', 'unknown', '', 1],
		['manager', 'group', 'ambiguous', 'olvm-manager oracle-vm-manager', 1],
		['node', 'group', 'ambiguous', 'vplus-node backup-node', 2],
		['websocket_proxy', 'group', 'several', 'olvm-manager', 2],
		['kvm_hots', 'group', 'unknown', 'olvm-kvm-host', 2],
	]);
});

test('an inventory: an ambiguous group is not asked about when its machines are known by name', t => {
	const {accepted, unmatched} = matchInventory('[manager]\nolvm-manager ansible_host=10.0.0.1\noracle_vm_manager ansible_host=10.0.0.2\n');
	t.deepEqual(accepted.map(({host: id, addresses}) => [id, ...addresses]), [['olvm-manager', '10.0.0.1'], ['oracle-vm-manager', '10.0.0.2']]);
	t.deepEqual(unmatched, []);
});

test('an inventory: a machine of the design without an address is a problem, others are not', t => {
	const {accepted, problems} = matchInventory('olvm-manager\n[kvm-host]\nkvm1 ansible_host={{x}}\n[other]\nweb1\n');
	t.deepEqual(accepted, []);
	t.deepEqual(problems.map(({line, code}) => [line, code]), [[1, 'import/no-address']]);
});

test('every host of the starter design is found by its id and, if no other has it, by its title', t => {
	const inventory = deriveHosts(catalog, {...makeDraft('a', 'A'), products: {olvm: {}, okm: {}, vplus: {}, 'oracle-vm': {}}});
	const ids = [...inventory.hosts.keys()];
	t.true(ids.length > 10);
	const {accepted} = matchImport(ids.map((id, index) => ({kind: 'address', host: id, role: '', address: `10.0.0.${index + 1}`, line: index + 2})), inventory.hosts, catalog.roles);
	t.deepEqual(accepted.map(({host: id}) => id), ids);
	for (const {id, title} of inventory.hosts.values()) {
		const alike = [...inventory.hosts.values()].filter(other => other.title.toLowerCase() === title.toLowerCase());
		const matches = matchImport([{kind: 'address', host: title.toUpperCase(), role: '', address: '10.0.0.1', line: 1}], inventory.hosts, catalog.roles);
		t.deepEqual(alike.length === 1 ? matches.accepted[0]?.host : matches.unmatched[0]?.candidates.length, alike.length === 1 ? id : alike.length);
	}
});

/*
Applying
*/

const draft = {...makeDraft('a', 'A'), hosts: {'olvm-manager': {title: 'M', addresses: {management: ['10.0.0.1/32'], storage: ['10.1.0.1']}}, other: {count: 2}}};
const accepted = [{host: 'olvm-manager', role: 'management', addresses: ['10.0.0.1', '10.0.0.2']}, {host: 'olvm-kvm-host', role: 'storage', addresses: ['10.1.0.2']}] as const;

test('an import replaces the addresses of its interfaces and no others', t => {
	const before = structuredClone(draft);
	t.deepEqual(applyImport(draft, accepted, 'replace').hosts, {
		'olvm-manager': {title: 'M', addresses: {management: ['10.0.0.1', '10.0.0.2'], storage: ['10.1.0.1']}},
		other: {count: 2},
		'olvm-kvm-host': {addresses: {storage: ['10.1.0.2']}},
	});
	t.deepEqual(draft, before);
});

test('an import adds what an interface does not have in any spelling', t => {
	t.deepEqual(applyImport(draft, accepted, 'add').hosts?.['olvm-manager']?.addresses?.management, ['10.0.0.1/32', '10.0.0.2']);
	t.is(applyImport(draft, [], 'add'), draft);
});

test('the addresses of a whole estate are the same after a way through a table', async t => {
	const profile = parseProfile(await readFile('templates/profiles/estate.yaml', 'utf8'), 'estate.yaml', catalog).value!;
	const rows = Object.entries(profile.hosts ?? {}).flatMap(([id, {addresses = {}}]) => Object.entries(addresses).map(([role, list]) => `${id};${role};"${list.join(', ')}"`));
	const bare = openProfile({...profile, hosts: Object.fromEntries(Object.entries(profile.hosts ?? {}).map(([id, {addresses, ...rest}]) => [id, rest]))});
	const {entries, problems} = parseAddressCsv(`Host;Role;Address\r\n${rows.join('\r\n')}\r\n`);
	const matches = matchImport(entries, deriveHosts(catalog, profile).hosts, catalog.roles);
	t.deepEqual([problems, matches.problems, matches.unmatched], [[], [], []]);
	t.true(rows.length > 30);
	const imported = applyImport(bare, matches.accepted, 'replace');
	t.deepEqual(
		Object.entries(imported.hosts ?? {}).map(([id, {addresses}]) => [id, addresses]),
		Object.entries(profile.hosts ?? {}).map(([id, {addresses}]) => [id, addresses]),
	);
});

test('adding twice is adding once', t => {
	const once = applyImport(draft, accepted, 'add');
	t.deepEqual(applyImport(once, accepted, 'add'), once);
	t.deepEqual(applyImport(draft, [...accepted, ...accepted], 'replace'), applyImport(draft, accepted, 'replace'));
});
