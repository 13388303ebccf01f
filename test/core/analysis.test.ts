
import test from 'ava';
import {countDays} from '../../source/core/analysis/days.js';
import {checks, findFindings} from '../../source/core/analysis/index.js';
import {formatServiceId, joinWords} from '../../source/core/analysis/openings.js';
import type {Product} from '../../source/core/catalog/schema.js';
import {severities} from '../../source/core/model.js';
import {isDate} from '../../source/core/dates.js';
import {completeChange, findOf, makeContext, summarize, today, type DesignSketch, type FlowSketch} from '../helpers/analysis-context.js';

const zones = {
	users: {trust: 'user', networks: ['10.2.0.0/24']},
	management: {trust: 'internal', networks: ['10.1.0.0/24']},
	data: {trust: 'restricted', networks: ['10.3.0.0/24']},
	dmz: {trust: 'dmz', networks: ['192.0.2.0/24']},
	internet: {trust: 'untrusted'},
} as const satisfies DesignSketch['zones'];

const interfaces = {
	'people/client': {zone: 'users', addresses: ['10.2.0.5'], actor: true},
	'manager/management': {zone: 'management', addresses: ['10.1.0.5']},
	'node/management': {zone: 'management', addresses: ['10.1.0.6']},
	'database/management': {zone: 'data', addresses: ['10.3.0.5']},
	'proxy/client': {zone: 'dmz', addresses: ['192.0.2.5']},
	'world/client': {zone: 'internet', addresses: ['198.51.100.7'], actor: true},
} as const satisfies DesignSketch['interfaces'];

const design = (...flows: readonly FlowSketch[]): DesignSketch => ({zones, interfaces, flows});
const web: FlowSketch = {from: 'people/client', to: 'manager/management', service: 'tcp 443', application: 'https'};
const none: DesignSketch = {zones: {lan: {}}, interfaces: {}, flows: []};

/** Compares what a check finds in a design: severity, or status where it is not open, and id. */
const finds = test.macro((t, check: string, sketch: DesignSketch, ...expected: readonly string[]) => {
	t.deepEqual(summarize(findOf(check, sketch)), expected.map(text => text.replace(' ', ` ${check}@`)));
});

test('every check has its own id, all its texts, and its place in the alphabet', t => {
	const ids = checks.map(check => check.id);
	t.deepEqual(ids, [...new Set(ids)].toSorted());
	for (const {id, title, severity, looksFor, why, remedy, falseAlarm} of checks) {
		t.regex(id, /^[a-z\d]+(?:-[a-z\d]+)*$/v);
		t.true(severities.includes(severity));
		for (const text of [title, looksFor, why, remedy, falseAlarm]) {
			t.regex(text, /^\S.{5,}[^\s.]$/v, `${id}: ${text}`);
		}
	}
});

test('findings refer to lines and flows of the design, have different ids and read as one sentence', t => {
	const context = makeContext({
		...design(
			{...web, service: 'tcp 22', application: 'ssh', encrypted: 'no'},
			{...web, from: 'world/client', service: 'tcp 5900-7000'},
			{from: 'manager/management', to: 'database/management', service: 'tcp 5432', encrypted: 'no', application: 'database'},
			{from: 'manager/management', to: 'node/management', service: 'udp 49152-65535', documentedRole: 'migration'},
		),
		change: {},
		acceptedFindings: [{finding: 'expiry@change.expiry', reason: 'Known', by: 'Ada', on: '2026-01-01'}],
	});
	const findings = findFindings(context);
	t.true(findings.length > 8);
	t.is(new Set(findings.map(finding => finding.id)).size, findings.length);
	const rules = new Set(context.rules.map(rule => rule.id));
	const flows = new Set(context.flows.map(flow => flow.id));
	for (const finding of findings) {
		t.true(finding.rules.every(id => rules.has(id)));
		t.true(finding.flows.every(id => flows.has(id)));
		t.true(finding.id.length <= 300);
		t.notRegex(finding.message, /undefined|null|NaN|\[object|\.$| {2}/v);
	}

	t.deepEqual(findFindings(context), findings);
});

test('findings come by severity and then by id, and what is not assessable comes last', t => {
	const order = findFindings(makeContext({
		...design({...web, from: 'world/client'}, {from: 'people/client', to: 'manager/management', service: 'udp 514', application: 'syslog', encrypted: 'unstated'}),
		change: {},
	})).map(({severity, status}) => status === 'not-assessable' ? severities.length : severities.indexOf(severity));
	t.deepEqual(order, order.toSorted((a, b) => a - b));
	t.is(order.at(-1), severities.length);
});

test('a finding that is accepted says by whom, and is open again after the last day', t => {
	const flow: FlowSketch = {...web, service: 'tcp 22'};
	const id = 'administrative-ports@users>management/tcp-22';
	const accept = (until: string) => findOf('administrative-ports', {...design(flow), acceptedFindings: [{finding: id, reason: 'Jump host is ordered', by: 'Ada', on: '2026-01-01', until}]});
	t.like(accept(today)[0], {id, status: 'accepted', acceptance: {by: 'Ada', until: today}});
	t.like(accept('2026-11-21')[0], {id, status: 'open', acceptance: undefined});
});

test('of two acceptances the one that still holds counts', t => {
	const [finding] = findOf('administrative-ports', {
		...design({...web, service: 'tcp 22'}),
		acceptedFindings: ['2027-01-01', '2026-02-01'].map(until => ({finding: 'administrative-ports@users>management/tcp-22', reason: 'Known', by: 'Ada', on: '2026-01-01', until})),
	});
	t.is(finding?.status, 'accepted');
});

// Acceptance-expired

const sshFromUsers = design({...web, service: 'tcp 22'});
const accepted = (finding: string, until?: string): DesignSketch => ({...sshFromUsers, acceptedFindings: [{finding, reason: 'Known', by: 'Ada', on: '2026-01-01', ...(until === undefined ? {} : {until})}]});

test('an acceptance that has run out is found while its finding is there', finds, 'acceptance-expired', accepted('administrative-ports@users>management/tcp-22', '2026-11-21'), 'medium administrative-ports@users>management/tcp-22');
test('an acceptance holds on its last day', finds, 'acceptance-expired', accepted('administrative-ports@users>management/tcp-22', today));
test('an acceptance without a last day holds', finds, 'acceptance-expired', accepted('administrative-ports@users>management/tcp-22'));
test('an acceptance of a finding that is not there is found', finds, 'acceptance-expired', accepted('administrative-ports@users>management/tcp-23'), 'info administrative-ports@users>management/tcp-23');
test('an acceptance that names almost a finding gets that one proposed', t => {
	const [finding] = findOf('acceptance-expired', accepted('administrative-port@users>management/tcp-22'));
	t.regex(finding!.remedy, /administrative-ports@users>management\/tcp-22/v);
});

// Address-outside-zone

const place = (zone: string, ...addresses: string[]): DesignSketch => ({zones, interfaces: {...interfaces, 'manager/management': {zone, addresses}}, flows: [web]});
test('an address in no network of its zone is found', finds, 'address-outside-zone', place('management', '10.1.0.5', '10.9.0.5'), 'high manager/management');
test('a range that only begins in its zone is found', finds, 'address-outside-zone', place('management', '10.1.0.250-10.1.1.5'), 'high manager/management');
test('an IPv6 address in a zone with IPv4 networks is found', finds, 'address-outside-zone', place('management', '2001:db8::5'), 'high manager/management');
test('a DNS name is not an address outside', finds, 'address-outside-zone', place('management', 'manager.example.org'));
test('the message says in which zone the address is', t => {
	t.regex(findOf('address-outside-zone', place('management', '10.3.0.9'))[0]!.message, /10\.3\.0\.9 of "manager".*in those of data$/v);
});
test('addresses in a zone without networks are not assessable', finds, 'address-outside-zone', {
	zones: {...zones, management: {trust: 'internal'}}, interfaces, flows: [web],
}, 'not-assessable management');
test('an address of another zone is not in a zone without networks', finds, 'address-outside-zone', {
	...place('users', '10.3.0.7'), zones: {...zones, users: {trust: 'user'}},
}, 'high manager/management', 'not-assessable users');
test('an untrusted zone without networks is whatever is in no other zone', finds, 'address-outside-zone', place('internet', '203.0.113.5'));
test('an address of another zone is not in an untrusted zone without networks', finds, 'address-outside-zone', place('internet', '10.3.0.7'), 'high manager/management');

// Administrative-ports

const from = (settings: Partial<FlowSketch>, source: {readonly administration?: boolean} = {}): DesignSketch => ({
	...design({...web, ...settings}), zones: {...zones, users: {...zones.users, ...source}},
});
test('SSH from a user zone is found', finds, 'administrative-ports', from({service: 'tcp 22', application: 'https'}), 'high users>management/tcp-22');
test('an administrative application is found on any port', finds, 'administrative-ports', from({service: 'tcp 10000', application: 'ssh'}), 'high users>management/tcp-10000');
test('WinRM is found although its two ports are one range', finds, 'administrative-ports', from({service: 'tcp 5985-5986'}), 'high users>management/tcp-5985-5986');
test('a range of console ports with 5985 in it is no WinRM', finds, 'administrative-ports', from({service: 'tcp 5900-6923'}));
test('UDP 22 is no SSH', finds, 'administrative-ports', from({service: 'udp 22'}));
test('administration from a zone for administration is not found', finds, 'administrative-ports', from({service: 'tcp 22'}, {administration: true}));
test('other services are not administrative', finds, 'administrative-ports', from({}));
test('SSH that the platform opens between its own zones is low', finds, 'administrative-ports', design({from: 'manager/management', to: 'database/management', service: 'tcp 22'}), 'low management>data/tcp-22');
test('SSH inside an internal zone is not found', finds, 'administrative-ports', design({from: 'manager/management', to: 'node/management', service: 'tcp 22'}));
test('SSH inside a user zone is medium', finds, 'administrative-ports', {
	zones, interfaces: {...interfaces, 'manager/client': {zone: 'users', addresses: ['10.2.0.9']}}, flows: [{...web, to: 'manager/client', service: 'tcp 22'}],
}, 'medium users>users/tcp-22');
test('the same service towards several hosts is one finding', t => {
	const [finding, ...others] = findOf('administrative-ports', design({...web, service: 'tcp 22'}, {...web, to: 'node/management', service: 'tcp 22'}));
	t.is(finding!.flows.length, 2);
	t.is(others.length, 0);
});

// Approver-equals-requester

const change = (settings: DesignSketch['change']): DesignSketch => ({...none, change: {...completeChange, ...settings}});
test('the requester as only approver is found, however the name is written', finds, 'approver-equals-requester', change({requester: 'Ada Lovelace', approvers: [' ada  LOVELACE ']}), 'high change.approvers');
test('the requester as only approver is found, whichever signs of Unicode write the name', finds, 'approver-equals-requester', change({requester: 'Zoë Ａda', approvers: ['Zoe\u{308} Ada']}), 'high change.approvers');
test('the requester as one of several approvers is medium', finds, 'approver-equals-requester', change({approvers: ['Ada', 'Edsger']}), 'medium change.approvers');
test('the same approver twice is one approver', finds, 'approver-equals-requester', change({approvers: ['Ada', 'ada']}), 'high change.approvers');
test('the owner as only approver is information', finds, 'approver-equals-requester', change({approvers: ['grace']}), 'info change.owner');
test('the owner as one of several approvers is not found', finds, 'approver-equals-requester', change({approvers: ['Grace', 'Edsger']}));
test('no approver at all is not this finding', finds, 'approver-equals-requester', change({approvers: []}));

// Broad-source

const source = (...addresses: string[]): DesignSketch => ({
	zones: {...zones, users: {trust: 'user', networks: ['10.0.0.0/8', '2001:db8::/32', '192.168.7.0/28']}},
	interfaces: {...interfaces, 'people/client': {zone: 'users', addresses, actor: true}},
	flows: [web],
});
test('256 addresses are not broad', finds, 'broad-source', source('10.2.0.0/24'));
test('257 addresses are broad', finds, 'broad-source', source('10.2.0.0/24', '10.3.0.1'), 'medium people/client');
test('more than a /16 is high', finds, 'broad-source', source('10.2.0.0/15'), 'high people/client');
test('more than a /64 of IPv6 is broad', finds, 'broad-source', {
	zones: {users: {networks: ['2001:db8::/32']}, management: {networks: ['2001:db9::/64']}},
	interfaces: {'people/client': {zone: 'users', addresses: ['2001:db8::/63']}, 'manager/management': {zone: 'management', addresses: ['2001:db9::1']}},
	flows: [web],
}, 'medium people/client');
test('a /64 of IPv6 is not broad', finds, 'broad-source', source('10.2.0.5', '2001:db8::/64'));
test('a whole network of the zone is low, however small', finds, 'broad-source', source('192.168.7.0-192.168.7.15'), 'low people/client');
test('a DNS name is not broad', finds, 'broad-source', source('people.example.org'));
test('a source without addresses is not assessable', finds, 'broad-source', source(), 'not-assessable users');
test('a broad destination is no broad source', finds, 'broad-source', {...design(web), interfaces: {...interfaces, 'manager/management': {zone: 'management', addresses: ['10.1.0.0/16']}}});
test('sources that are narrow alone and broad on one line are found once, by the line', t => {
	const sketch: DesignSketch = {...source('10.2.0.0/24'), flows: [web, {...web, from: 'others/client'}]};
	const findings = findOf('broad-source', {...sketch, interfaces: {...sketch.interfaces, 'others/client': {zone: 'users', addresses: ['10.4.0.0/24'], actor: true}}});
	t.is(findings.length, 1);
	t.deepEqual(findings[0]!.rules, [findings[0]!.id.split('@')[1]]);
});

// Clear-text-across-zones

const clear: FlowSketch = {from: 'manager/management', to: 'database/management', service: 'tcp 5432', application: 'database', encrypted: 'no'};
test('clear text from users is high', finds, 'clear-text-across-zones', design({...web, encrypted: 'no'}), 'high users>management/tcp-443');
test('clear text between protected zones is medium', finds, 'clear-text-across-zones', design(clear), 'medium management>data/tcp-5432');
test('unencrypted ICMP is low', finds, 'clear-text-across-zones', design({...web, service: 'icmp', encrypted: 'no'}), 'low users>management/icmp');
test('clear text inside a zone is not found', finds, 'clear-text-across-zones', design({...clear, to: 'node/management'}));
test('what the documents call encrypted is not found', finds, 'clear-text-across-zones', design({...clear, encrypted: 'yes', application: 'syslog'}));
test('where documents are silent nothing is guessed', finds, 'clear-text-across-zones', design({...clear, encrypted: 'unstated'}));
test('where documents are silent about a readable application the check says so', finds, 'clear-text-across-zones', design({...clear, encrypted: 'unstated', application: 'syslog'}), 'not-assessable management>data/tcp-5432');
test('what one document calls clear text is found although another is silent', finds, 'clear-text-across-zones', design({...clear, application: 'syslog'}, {...clear, encrypted: 'unstated', application: 'syslog', product: 'other'}), 'medium management>data/tcp-5432');
test('clear text names the encrypted alternative', t => {
	t.regex(findOf('clear-text-across-zones', design(clear))[0]!.remedy, /^Use the database with TLS; otherwise /v);
});
test('the same clear text over IPv4 and IPv6 is one finding about two lines', t => {
	const findings = findOf('clear-text-across-zones', {
		zones: {management: {networks: ['10.1.0.0/24', '2001:db8:1::/64']}, data: {networks: ['10.3.0.0/24', '2001:db8:3::/64']}},
		interfaces: {'manager/management': {zone: 'management'}, 'database/management': {zone: 'data'}},
		flows: [clear],
	});
	t.is(findings.length, 1);
	t.is(findings[0]!.rules.length, 2);
});

// Evidence-stale

const reviewed = (date: string): DesignSketch => ({...design(web), products: {acme: {reviewed: date}}});
test('a catalog that was reviewed 365 days ago is fresh', finds, 'evidence-stale', reviewed('2025-11-22'));
test('a catalog that was reviewed 366 days ago is stale', finds, 'evidence-stale', reviewed('2025-11-21'), 'low products/acme');
test('a stale catalog without a line is not found', finds, 'evidence-stale', {...reviewed('2020-01-01'), flows: [{...web, disposition: 'not-opened'}]});
test('a document with a caution is found once for all its flows', t => {
	const findings = findOf('evidence-stale', design({...web, source: {caution: 'Half of it is missing. The rest is 4.3-era text.'}}, {...clear, source: {caution: 'Half of it is missing. The rest is 4.3-era text.'}}));
	t.deepEqual(summarize(findings), ['info evidence-stale@documents/manual']);
	t.is(findings[0]!.message, '2 flows rest on "Manual", of which the catalog warns: Half of it is missing');
});

// Expiry

const dates = (settings: DesignSketch['change']): DesignSketch => ({...none, change: settings});
test('a permanent change with a review ahead is fine', finds, 'expiry', dates({kind: 'permanent', review: today}));
test('a temporary change that ends today is fine', finds, 'expiry', dates({kind: 'temporary', expiry: today}));
test('a temporary change without expiry is high', finds, 'expiry', dates({kind: 'temporary'}), 'high change.expiry');
test('an expiry that is past is high', finds, 'expiry', dates({kind: 'temporary', expiry: '2026-11-21'}), 'high change.expiry');
test('a permanent change without review is medium', finds, 'expiry', dates({kind: 'permanent'}), 'medium change.review');
test('a review that is past is medium', finds, 'expiry', dates({kind: 'permanent', review: '2026-11-21'}), 'medium change.review');
test('a permanent change with an expiry contradicts itself', finds, 'expiry', dates({kind: 'permanent', review: today, expiry: '2027-01-01'}), 'low change.kind');
test('a change without kind and dates is medium', finds, 'expiry', dates({}), 'medium change.kind');
test('a change without kind is what its dates make it', finds, 'expiry', dates({expiry: '2027-01-01'}));

// Ipv4-only-in-dual-stack

const dualStack = (...addresses: string[]): DesignSketch => ({zones: {...zones, management: {networks: ['10.1.0.0/24', '2001:db8::/64']}}, interfaces: {...interfaces, 'manager/management': {zone: 'management', addresses}}, flows: [web]});
test('IPv4 alone in a dual-stack zone is found', finds, 'ipv4-only-in-dual-stack', dualStack('10.1.0.5'), 'low management');
test('both versions in a dual-stack zone are fine', finds, 'ipv4-only-in-dual-stack', dualStack('10.1.0.5', '2001:db8::5'));
test('no address yet is not IPv4 only', finds, 'ipv4-only-in-dual-stack', dualStack());
test('IPv4 in an IPv4 zone is fine', finds, 'ipv4-only-in-dual-stack', design(web));
test('an interface without lines is not found', finds, 'ipv4-only-in-dual-stack', {...dualStack('10.1.0.5'), flows: [{...web, disposition: 'not-opened'}]});

// Lower-to-higher-trust and untrusted-to-internal

test('users who reach an internal zone are found once for all services', t => {
	const findings = findOf('lower-to-higher-trust', design(web, {...web, service: 'udp 161'}, {...web, to: 'node/management', service: 'tcp 444'}));
	t.deepEqual(summarize(findings), ['medium lower-to-higher-trust@users>management']);
	t.is(findings[0]!.message, 'users (trust user) opens connections to management (trust internal): TCP 443-444 and UDP 161');
});
test('administrators who reach a more trusted zone are information', finds, 'lower-to-higher-trust', {...design(clear), zones: {...zones, management: {...zones.management, administration: true}}}, 'info management>data');
test('the other direction is not found', finds, 'lower-to-higher-trust', design({from: 'manager/management', to: 'people/client', service: 'tcp 443'}));
test('equal trust is not found', finds, 'lower-to-higher-trust', {...design(web), zones: {...zones, users: {trust: 'internal', networks: ['10.2.0.0/24']}}});
test('an untrusted zone into the DMZ is low', finds, 'lower-to-higher-trust', design({...web, from: 'world/client', to: 'proxy/client'}), 'low internet>dmz');
test('an untrusted zone straight inside is left to the other check', finds, 'lower-to-higher-trust', design({...web, from: 'world/client'}));
test('an untrusted zone straight inside is critical', finds, 'untrusted-to-internal', design({...web, from: 'world/client'}, {...clear, from: 'world/client'}), 'critical internet>data', 'critical internet>management');
test('an untrusted zone straight to users is high', finds, 'untrusted-to-internal', design({...web, from: 'world/client', to: 'people/client'}), 'high internet>users');
test('the step in the DMZ is not critical', finds, 'untrusted-to-internal', design({...web, from: 'world/client', to: 'proxy/client'}, {...web, from: 'proxy/client'}));
test('from inside to an untrusted zone is not found', finds, 'untrusted-to-internal', design({from: 'manager/management', to: 'world/client', service: 'tcp 443'}));

// Mixed-separation

const hostsIn = (migration: string, storage: string, rest: Partial<DesignSketch> = {}): DesignSketch => ({
	zones: {lan: {}, migration: {}, storage: {}, users: {trust: 'user'}},
	interfaces: {
		'people/client': {zone: 'users', actor: true},
		'manager/management': {zone: 'lan'},
		'node/management': {zone: 'lan'},
		'node/migration': {zone: migration},
		'peer/migration': {zone: migration},
		'node/storage': {zone: storage},
		'filer/storage': {zone: storage, actor: true},
	},
	flows: [
		{...web, documentedRole: 'management'},
		{from: 'manager/management', to: 'node/management', service: 'tcp 54321'},
		{from: 'node/migration', to: 'peer/migration', service: 'tcp 16514'},
		{from: 'node/storage', to: 'filer/storage', service: 'tcp 2049'},
	],
	...rest,
});
test('roles in zones of their own are fine', finds, 'mixed-separation', hostsIn('migration', 'storage'));
test('migration beside management is low', finds, 'mixed-separation', hostsIn('lan', 'storage'), 'low lan');
test('two separated roles in one zone are low', finds, 'mixed-separation', hostsIn('storage', 'storage'), 'low storage');
test('migration where users are is medium', finds, 'mixed-separation', {...hostsIn('users', 'storage'), flows: [{...web, documentedRole: 'client'}, {from: 'node/migration', to: 'peer/migration', service: 'tcp 16514'}]}, 'medium users');
test('migration where virtual machines are is medium', finds, 'mixed-separation', hostsIn('migration', 'storage', {networks: {guest: 'migration'}}), 'medium migration');
test('a documented role that fell back to management is found', finds, 'mixed-separation', {
	...hostsIn('lan', 'storage'), flows: [{from: 'node/management', to: 'manager/management', service: 'tcp 16514', documentedRole: 'migration'}, {from: 'manager/management', to: 'node/management', service: 'tcp 22'}],
}, 'low lan');
test('one flat zone is one finding', t => {
	const sketch = hostsIn('lan', 'lan');
	const findings = findOf('mixed-separation', {...sketch, interfaces: {...sketch.interfaces, 'people/client': {zone: 'lan', actor: true}}, flows: [...sketch.flows, {from: 'people/client', to: 'node/management', service: 'tcp 5900', documentedRole: 'client'}]});
	t.deepEqual(summarize(findings), ['medium mixed-separation@lan']);
	t.is(findings[0]!.message, 'lan (trust internal) carries Migration and Storage together with Client access and Management');
	t.is(findings[0]!.flows.length, 2);
});

// Port-claimed-twice

const two = (first: Partial<FlowSketch>, second: Partial<FlowSketch>, rest: Partial<DesignSketch> = {}): DesignSketch => ({...design({...web, ...first}, {...web, from: 'node/management', product: 'other', responder: 'agent', ...second}), ...rest});
test('two applications on one port of a host are a conflict', finds, 'port-claimed-twice', two({}, {application: 'database'}), 'high manager/management/acme+other');
test('a port inside the range of another product is a conflict', finds, 'port-claimed-twice', two({service: 'tcp 400-500'}, {application: 'database'}), 'high manager/management/acme+other');
test('a service on the same host only is claimed too', finds, 'port-claimed-twice', two({}, {application: 'database', disposition: 'local'}), 'high manager/management/acme+other');
test('one application of two products is one service', finds, 'port-claimed-twice', two({service: 'tcp 2049', application: 'nfs'}, {service: 'tcp 2049', application: 'nfs'}));
test('two web servers of different components are not assessable', finds, 'port-claimed-twice', two({}, {}), 'not-assessable manager/management/acme+other');
test('an application that is not named is not assessable', finds, 'port-claimed-twice', design(web, {from: 'node/management', to: 'manager/management', service: 'tcp 443', product: 'other', responder: 'agent'}), 'not-assessable manager/management/acme+other');
test('other ports, other protocols and other products do not clash', t => {
	t.deepEqual(findOf('port-claimed-twice', two({}, {service: 'tcp 444', application: 'database'})), []);
	t.deepEqual(findOf('port-claimed-twice', two({}, {service: 'udp 443', application: 'database'})), []);
	t.deepEqual(findOf('port-claimed-twice', two({}, {product: 'acme', application: 'database'})), []);
	t.deepEqual(findOf('port-claimed-twice', two({}, {product: 'site', application: 'database'})), []);
	t.deepEqual(findOf('port-claimed-twice', two({}, {to: 'node/management', from: 'people/client', application: 'database'})), []);
});

const agent: Product['components'][string] = {name: 'Manager as the other product knows it', summary: 'Manager', roles: ['management'], is: ['acme/manager']};
const sameComponent: Partial<DesignSketch> = {products: {other: {components: {agent}}}};
test('what runs beside a component of another name is still that product\'s own', finds, 'port-claimed-twice', two({responder: 'core'}, {}, {
	...sameComponent, interfaces: {...interfaces, 'manager/management': {zone: 'management', components: [['acme', 'manager'], ['acme', 'core']]}},
}));
test('a component that is another product\'s component is one service', finds, 'port-claimed-twice', two({}, {}, sameComponent));
test('one component with two names for its application is low', finds, 'port-claimed-twice', two({}, {application: 'database'}, sameComponent), 'low manager/management/acme+other');

// Test-and-rollback

test('a change without test and rollback has two findings', finds, 'test-and-rollback', dates({}), 'medium change.rollback', 'medium change.test');
test('a change with both is fine', finds, 'test-and-rollback', none);

// Unpinned-dynamic-ports

const ports: Product['parameters'][string] = {kind: 'port-range', question: 'Range of the console ports?', summary: 'Console ports', sources: ['manual/row-1']};
const parameters = {open: {...ports, documented: '6900-?'}, fixed: {...ports, default: '6900-6999'}, wide: {...ports, default: '16000-16999'}};
const withParameter = (parameter: keyof typeof parameters, settings: Partial<FlowSketch> = {}): DesignSketch => ({...design({...web, service: 'tcp 6900-6950', parameter, ...settings}), products: {acme: {parameters}}});
test('ports that the documents leave open are found', t => {
	const findings = findOf('unpinned-dynamic-ports', withParameter('open'));
	t.deepEqual(summarize(findings), ['low unpinned-dynamic-ports@acme/open']);
	t.is(findings[0]!.message, 'The site chose TCP 6900-6950 for "Range of the console ports?"; the documents print 6900-?');
});
test('ports with a documented default are not found', finds, 'unpinned-dynamic-ports', withParameter('fixed'));
test('ports that nobody has named are not assessable', finds, 'unpinned-dynamic-ports', withParameter('open', {service: 'tcp', disposition: 'needs-input', missing: {kind: 'parameter', parameter: 'open'}}), 'not-assessable acme/open');
test('a count that nobody has named is not this finding', finds, 'unpinned-dynamic-ports', withParameter('fixed', {disposition: 'needs-input', missing: {kind: 'parameter', parameter: 'node-count'}}));
test('a documented range of a thousand ports is information', finds, 'unpinned-dynamic-ports', design({...web, service: 'tcp 30000-32767'}), 'info acme/tcp-30000-32767');
test('a documented range of 999 ports is not found', finds, 'unpinned-dynamic-ports', design({...web, service: 'tcp 30000-30998'}));
test('a range that the site can narrow names its parameter', t => {
	const [finding] = findOf('unpinned-dynamic-ports', withParameter('wide', {service: 'tcp 16000-16999'}));
	t.is(finding?.severity, 'info');
	t.regex(finding!.remedy, /products\.acme\.parameters\.wide/v);
});

// Wide-port-range

const range = (text: string, settings: Partial<FlowSketch> = {}): DesignSketch => design({...web, service: `tcp ${text}`, ...settings});
test('a range of 100 ports is not wide', finds, 'wide-port-range', range('49152-49251'));
test('a range of 101 ports is information', finds, 'wide-port-range', range('49152-49252'), 'info users>management/tcp-49152-49252');
test('a range of more than 1000 ports is medium', finds, 'wide-port-range', range('5900-6923'), 'medium users>management/tcp-5900-6923');
test('a range of more than 10000 ports is high', finds, 'wide-port-range', range('49152-65535'), 'high users>management/tcp-49152-65535');
test('a wide range inside a zone is information', finds, 'wide-port-range', range('49152-65535', {from: 'node/management'}), 'info management>management/tcp-49152-65535');
test('only the flows with the wide range are named', t => {
	const [finding] = findOf('wide-port-range', design({...web, service: 'tcp 5900-6923'}, web));
	t.deepEqual(finding!.flows, ['acme/flow-0@people>manager']);
});

// Zone-networks

test('networks that two zones share are critical', t => {
	const findings = findOf('zone-networks', {...design(web), zones: {...zones, data: {networks: ['10.1.0.128/25', '10.2.0.0/25']}}});
	t.deepEqual(summarize(findings), ['critical zone-networks@data+management', 'critical zone-networks@data+users']);
	t.is(findings[0]!.message, 'data and management both have 10.1.0.128/25');
});
test('a zone without networks is not assessable', finds, 'zone-networks', {...design(web), zones: {...zones, users: {trust: 'user'}}}, 'not-assessable users');
test('a zone without networks that no line uses is not mentioned', finds, 'zone-networks', {...design(web), zones: {...zones, data: {}}});
test('an untrusted zone needs no networks', finds, 'zone-networks', design({...web, from: 'world/client'}));
test('zones with networks of their own are fine', finds, 'zone-networks', design(web, clear));

// What the checks share

test('days are counted across leap years and in both directions', t => {
	t.is(countDays('2024-02-28', '2024-03-01'), 2);
	t.is(countDays('2025-11-22', today), 365);
	t.is(countDays(today, '2026-11-21'), -1);
	t.true(isDate(today));
});

test('lists name what they can and count the rest', t => {
	t.is(joinWords([]), '');
	t.is(joinWords(['a']), 'a');
	t.is(joinWords(['a', 'b', 'c']), 'a, b and c');
	t.is(joinWords(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
});

test('a service id stays short and differs with its ports', t => {
	const many = Array.from({length: 80}, (_, index) => String(1000 + (2 * index)));
	t.is(formatServiceId({protocol: 'ip', number: 41, ports: []}), 'ip-41');
	t.is(formatServiceId({protocol: 'icmp', ports: []}), 'icmp');
	t.true(formatServiceId({protocol: 'tcp', ports: many}).length < 40);
	t.not(formatServiceId({protocol: 'tcp', ports: many}), formatServiceId({protocol: 'tcp', ports: [...many.slice(0, -1), '9']}));
});
