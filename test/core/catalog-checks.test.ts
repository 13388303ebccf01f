import test from 'ava';
import {catalogChecks, findCatalogProblems} from '../../source/core/catalog/checks/index.js';
import {countRows} from '../../source/core/catalog/checks/rows.js';
import {parseCatalog, type CatalogFile} from '../../source/core/catalog/parse.js';

const roles = `management: {name: Management, summary: Control}
storage: {name: Storage, summary: Storage}
migration: {name: Migration, summary: Migration}
guest: {name: Guests, summary: Guests}
heartbeat: {name: Heartbeat, summary: Heartbeat}
client: {name: Clients, summary: Clients, explicit: true}
console: {name: Consoles, summary: Consoles, explicit: true}
backup: {name: Backup, summary: Backup}
out-of-band: {name: Out-of-band, summary: Service processors}
`;

const product = `id: acme
name: Acme
kind: virtualization
summary: A product for tests
versions: ['1', '2']
defaultVersion: '2'
reviewed: 2026-11-22
documents: [manual]
components:
  manager:
    name: Manager
    summary: It manages
    roles: [management]
    named: [Manager]
  node:
    name: Node
    summary: It works
    roles: [management, storage]
    several: true
    placement: {default: own-host, choices: [own-host, manager, not-used], sources: [manual/placement]}
    named: [Node, Worker]
actors:
  administrator: {name: Administrators, summary: They look, roles: [client], named: [Browser]}
options:
  console: {question: 'Is the console used?', summary: The console is used, kind: yes-no, default: 'no'}
  storage: {question: 'Which storage?', summary: The storage, kind: choice, choices: {nfs: NFS, iscsi: iSCSI}, default: nfs}
parameters:
  console-ports: {question: 'Which ports?', summary: The console ports, kind: port-range, documented: 6900-?, from: 6900, sources: [manual/console]}
  node-count: {question: 'How many nodes?', summary: The number of nodes, kind: count, sources: [manual/cluster]}
modes:
  fast: {name: Fast, platform: Any, summary: Fast}
flows:
  - id: cluster
    summary: Nodes find each other
    initiator: {component: node, role: management}
    responder: {component: node, role: management}
    service: {protocol: udp, ports: ['5405-5412']}
    need: conditional
    when: {all: [{parameter: node-count, atLeast: 2}, {component: node, used: true}, {version: {atLeast: '2'}}]}
    encrypted: unstated
    sources: [manual/cluster]
  - id: console
    summary: Consoles
    initiator: {actor: administrator, role: client}
    responder: {component: node, role: management}
    service: {protocol: tcp, parameter: console-ports}
    need: optional
    when: {option: console, is: 'yes'}
    encrypted: 'no'
    sources: [manual/console]
  - id: ping
    summary: Reachability
    mode: fast
    initiator: {component: manager, role: management}
    responder: {component: node, role: [storage, management]}
    service: {protocol: icmp}
    need: required
    encrypted: unstated
    sources: [manual/ping]
  - id: web
    summary: The web interface
    initiator: {actor: administrator, role: client}
    responder: {component: manager, role: management}
    service: {protocol: tcp, ports: ['80', '443'], application: https}
    need: required
    encrypted: 'yes'
    sources: [manual/web]
advice:
  - {id: key-size, for: design, text: Keys are long, component: manager, when: {option: storage, is: iscsi}, sources: [manual/keys]}
openQuestions:
  - {id: which-ports, text: Which ports, askOf: vendor, flows: [console], sources: [manual/console]}
moved: {old-web: web}
`;

const manual = `id: manual
title: Manual
publisher: Acme
retrieved: 2026-11-22
extent: all of it
rows:
  - {id: web, section: Ports, where: row 1, kind: flow, from: [Browser], to: [Manager], services: [tcp/80, tcp/443], encrypted: 'yes', says: The web interface}
  - {id: console, section: Ports, where: row 2, kind: flow, from: [Browser], to: [Node], services: [tcp/6900-?], encrypted: 'no', says: Consoles}
  - {id: cluster, section: Ports, where: row 3, kind: flow, from: [Node], to: [Node], services: [udp/5405-5412], says: Cluster}
  - {id: ping, section: Ports, where: row 4, kind: flow, from: [Manager], to: [Worker], services: [icmp], encrypted: unstated, says: Ping}
  - {id: placement, section: Planning, where: first sentence, kind: statement, says: A node may run on the Manager}
  - {id: keys, section: Planning, where: last sentence, kind: statement, says: Keys are to be long}
  - {id: history, section: History, where: all, kind: statement, says: Older versions were slower, setAside: It asks for nothing}
`;

const services = 'https: {name: HTTPS, administrative: true}\n';

type Edit = readonly [file: 'product' | 'manual' | 'services' | 'roles', old: string, text: string];

const paths = {product: 'products/acme.yaml', manual: 'documents/manual.yaml', services: 'services.yaml', roles: 'roles.yaml'};

function write(edits: readonly Edit[], more: readonly CatalogFile[] = []): CatalogFile[] {
	const texts = {product, manual, services, roles};
	for (const [file, old, text] of edits) {
		if (!texts[file].includes(old)) {
			throw new Error(`${file} has no ${old}`);
		}

		texts[file] = texts[file].replaceAll(old, () => text);
	}

	return [...(['product', 'manual', 'services', 'roles'] as const).map(name => ({path: paths[name], text: texts[name]})), ...more];
}

function check(edits: readonly Edit[], more: readonly CatalogFile[] = []) {
	const {value, problems} = parseCatalog(write(edits, more));
	if (problems) {
		throw new Error(problems.map(({file, line, code, message}) => `${file}:${line} ${code} ${message}`).join('\n'));
	}

	return findCatalogProblems(value);
}

test('a catalog without fault has no problem', t => {
	t.deepEqual(check([]), []);
});

type Expected = readonly [place: string, code: string, message: RegExp, hint?: RegExp];

const found = new Set<string>();

/** A fault, and everything that is found because of it. */
function finds(title: string, edits: readonly Edit[], ...expected: readonly Expected[]): void {
	for (const [, code] of expected) {
		found.add(code);
	}

	test(`finds ${title}`, t => {
		const left = check(edits).map(problem => ({...problem, place: problem.path.join('.')}));
		t.true(left.every(({line, column}) => line! > 0 && column! > 0));
		for (const [place, code, message, hint = /(?:)/v] of expected) {
			const index = left.findIndex(problem => problem.place === place && problem.code === code && message.test(problem.message) && hint.test(problem.hint ?? ''));
			t.not(index, -1, `${place} ${code} ${String(message)} is not among\n${left.map(problem => `${problem.place} ${problem.code} ${problem.message} (${problem.hint})`).join('\n')}`);
			left.splice(index, 1);
		}

		t.deepEqual(left.map(({place, code, message}) => `${place} ${code} ${message}`), []);
	});
}

finds('an initiator that does not exist', [['product', 'initiator: {component: manager,', 'initiator: {component: manger,']], ['flows.2.initiator.component', 'flow/unknown-party', /no component "manger"/v, /did you mean "manager"/v], ['rows.3', 'row/coverage', /initiator manger of flow ping is none of Manager/v], ['rows.3', 'row/coverage', /no flow states icmp$/v]);
finds('an actor that is a component', [['product', 'initiator: {component: manager,', 'initiator: {actor: manager,']], ['flows.2.initiator.actor', 'flow/unknown-party', /no actor "manager"/v]);
finds('a party that every object has', [['product', 'initiator: {component: manager,', 'initiator: {component: toString,']], ['flows.2.initiator.component', 'flow/unknown-party', /no component "toString"/v], ['rows.3', 'row/coverage', /is none of Manager/v], ['rows.3', 'row/coverage', /no flow states icmp$/v]);
finds('a network role that a component does not have', [['product', 'responder: {component: manager, role: management}', 'responder: {component: manager, role: [management, backup]}']], ['flows.3.responder.role', 'flow/unknown-party', /manager has no network role backup/v, /use management/v]);

finds('TCP without ports', [['product', '{protocol: tcp, ports: [\'80\', \'443\'], application: https}', '{protocol: tcp, application: https}']], ['flows.3.service', 'flow/service', /tcp needs ports or a parameter/v], ['rows.0', 'row/coverage', /no flow states tcp\/443, tcp\/80/v]);
finds('ICMP with ports', [['product', '{protocol: icmp}', '{protocol: icmp, ports: [\'7\']}']], ['flows.2.service', 'flow/service', /icmp has no ports/v]);
finds('ports and a parameter', [['product', '{protocol: tcp, parameter: console-ports}', '{protocol: tcp, parameter: console-ports, ports: [\'6900\']}']], ['flows.1.service', 'flow/service', /cannot both be given/v]);
finds('an IP protocol without its number', [['product', '{protocol: icmp}', '{protocol: ip}']], ['flows.2.service', 'flow/service', /needs its number/v], ['rows.3', 'row/coverage', /no flow states icmp and the row does not state ip\/undefined/v]);
finds('a number of TCP', [['product', '{protocol: icmp}', '{protocol: icmp, number: 1}']], ['flows.2.service', 'flow/service', /only ip has a protocol number/v]);
finds('ports 0, 65536 and a range that goes backwards', [['product', '\'80\', \'443\'', '\'0\', \'65536\', \'443-80\'']], ['flows.3.service.ports.0', 'flow/service', /ports are 1 to 65535/v], ['flows.3.service.ports.1', 'flow/service', /"65536" is not a port/v], ['flows.3.service.ports.2', 'flow/service', /goes backwards/v], ['rows.0', 'row/coverage', /no flow states/v]);
finds('a parameter that is none for ports', [['product', 'parameter: console-ports}', 'parameter: node-count}']], ['parameters.console-ports', 'product/unused', /nothing uses/v], ['flows.1.service.parameter', 'flow/service', /no parameter for ports "node-count"/v], ['rows.1', 'row/coverage', /no flow states/v]);
finds('an application that does not exist', [['product', 'application: https', 'application: htps']], ['flows.3.service.application', 'flow/service', /services\.yaml has no "htps"/v, /did you mean "https"/v]);
finds('a mode that does not exist', [['product', 'mode: fast', 'mode: [fast, saef]']], ['flows.2.mode', 'flow/service', /no mode "saef"/v]);

finds('an optional flow without a condition', [['product', '    when: {option: console, is: \'yes\'}\n', '']], ['options.console', 'product/unused', /nothing uses/v], ['flows.1.need', 'flow/need', /a flow that is optional needs a "when"/v]);
finds('a required flow with a condition', [['product', 'need: required\n    encrypted: \'yes\'', 'need: required\n    when: {mode: fast}\n    encrypted: \'yes\'']], ['flows.3.need', 'flow/need', /a required flow has no condition/v]);

finds('ids that stand twice', [['product', '- id: ping', '- id: console'], ['product', 'flows: [console]', 'flows: [console]']], ['flows.2.id', 'product/ids', /"console" stands twice in flows/v]);
finds('flows that are not sorted', [['product', '- id: ping', '- id: a-ping']], ['flows.2.id', 'product/ids', /"a-ping" stands after "console"/v, /sort/v]);
finds('a flow that moved nowhere', [['product', 'old-web: web', 'old-web: wbe']], ['moved.old-web', 'product/ids', /no flow "wbe"/v]);
finds('a component that is an actor', [['product', '  administrator: {', '  node: {name: N, summary: N, roles: [client]}\n  administrator: {']], ['actors.node', 'product/ids', /is a component as well/v], ['actors.node', 'product/unused', /nothing uses the actor/v]);

finds('a default version that does not exist', [['product', 'defaultVersion: \'2\'', 'defaultVersion: \'3\'']], ['defaultVersion', 'product/references', /no version "3"/v]);
finds('a placement that does not exist', [['product', '[own-host, manager, not-used]', '[own-host, manger, not-used]']], ['components.node.placement.choices.1', 'product/references', /"manger" is no placement/v, /did you mean "manager"/v]);
finds('a default placement that is no choice', [['product', '[own-host, manager, not-used]', '[manager, not-used]']], ['components.node.placement.default', 'product/references', /not one of the choices/v]);
finds('another product\'s component that does not exist', [['product', '    several: true\n', '    several: true\n    is: [acme/manager, beta/node]\n']], ['components.node.is.0', 'product/references', /acme\/manager of another product/v], ['components.node.is.1', 'product/references', /beta\/node of another product/v]);
finds('a question about a flow that does not exist', [['product', 'flows: [console]', 'flows: [consol]']], ['openQuestions.0.flows', 'product/references', /no flow "consol"/v, /did you mean "console"/v]);
finds('advice for a component that does not exist', [['product', 'component: manager, when', 'component: manger, when']], ['advice.0.component', 'product/references', /no component "manger"/v]);

finds('a default that is no answer', [['product', 'kind: yes-no, default: \'no\'', 'kind: yes-no, default: maybe']], ['options.console.default', 'product/answers', /"maybe" is no answer/v]);
finds('a choice without choices, and choices of a yes-no question', [['product', ' choices: {nfs: NFS, iscsi: iSCSI},', ''], ['product', 'kind: yes-no,', 'kind: yes-no, choices: {a: A},']], ['options.console', 'product/answers', /has no choices/v], ['options.storage', 'product/answers', /needs choices/v], ['advice.0.when', 'condition/unknown', /"iscsi" is not known/v], ['advice.0.when', 'condition/never', /never hold/v]);
finds('a default that is no port', [['product', 'documented: 6900-?, from: 6900,', 'default: 6900-6800,']], ['parameters.console-ports.default', 'product/answers', /goes backwards/v], ['rows.1', 'row/coverage', /no flow states tcp\/6900-\? and the row does not state tcp\/6900-6800/v]);
finds('a range without default that does not say how the document prints it', [['product', 'documented: 6900-?, from: 6900,', '']], ['parameters.console-ports', 'product/answers', /must say how the documents print it/v], ['rows.1', 'row/coverage', /no flow states/v]);

finds('conditions that name what does not exist', [['product', 'when: {option: console, is: \'yes\'}', 'when: {any: [{option: consol, is: \'yes\'}, {option: console, is: maybe}, {mode: saef}, {product: beta}, {component: nod, used: true}, {component: node, on: manger}, {component: node, apart: x}, {version: {below: \'3\'}}, {parameter: console-ports, atLeast: 1}]}']], ...['consol', 'maybe', 'saef', 'beta', 'nod', 'manger', 'x', '3', 'console-ports'].map(word => ['flows.1.when', 'condition/unknown', new RegExp(`"${word}" is not known`, 'v')] as const));
finds('conditions that never hold', [['product', 'when: {option: console, is: \'yes\'}', 'when: {all: [{option: console, is: \'yes\'}, {not: {any: [{option: console, is: \'yes\'}, {mode: fast}]}}]}']], ['flows.1.when', 'condition/never', /can never hold/v]);
finds('versions that exclude each other', [['product', '{version: {atLeast: \'2\'}}', '{version: {atLeast: \'2\', below: \'2\'}}']], ['flows.0.when', 'condition/never', /can never hold/v]);
finds('a component beside and apart from another', [['product', 'when: {option: console, is: \'yes\'}', 'when: {all: [{option: console, is: \'yes\'}, {component: node, on: manager}, {component: node, apart: manager}]}']], ['flows.1.when', 'condition/never', /can never hold/v]);

finds('a source that does not exist', [['product', 'sources: [manual/web]', 'sources: [manual/wbe]']], ['flows.3.sources.0', 'product/sources', /no row "manual\/wbe"/v, /did you mean "manual\/web"/v], ['rows.0', 'row/coverage', /nothing covers row "web"/v]);
finds('a source of a document that the product does not list', [['product', 'sources: [manual/web]', 'sources: [manual/web, guide/web]']], ['flows.3.sources.1', 'product/sources', /in no document of this product/v]);
finds('documents that do not exist', [['product', 'documents: [manual]', 'documents: [manual, manuel]']], ['documents.1', 'product/sources', /no document "manuel"/v, /did you mean "manual"/v]);

finds('what nothing uses', [
	['product', '  manager:\n', '  idle: {name: Idle, summary: Idle, roles: [management]}\n  manager:\n'],
	['product', '  administrator: {', '  nobody: {name: Nobody, summary: Nobody, roles: [client]}\n  administrator: {'],
	['product', '  fast: {', '  slow: {name: Slow, platform: Any, summary: Slow}\n  fast: {'],
	['product', '  console: {question', '  colour: {question: \'Which?\', summary: Colour, kind: yes-no, default: \'no\'}\n  console: {question'],
	['product', '  node-count: {', '  idle-port: {question: \'Which?\', summary: Idle, kind: port, default: \'1\', sources: [manual/web]}\n  node-count: {'],
], ['components.idle', 'product/unused', /component "idle"/v], ['actors.nobody', 'product/unused', /actor "nobody"/v], ['options.colour', 'product/unused', /option "colour"/v], ['parameters.idle-port', 'product/unused', /parameter "idle-port"/v], ['modes.slow', 'product/unused', /mode "slow"/v]);

finds('texts that steer a terminal or read in another order', [['product', 'summary: The web interface', String.raw`summary: "The \e[31mweb interface"`], ['manual', 'says: Consoles', String.raw`says: "\u202ECons\u202Coles"`]], ['rows.1.says', 'document/text', /U\+202E/v], ['flows.3.summary', 'product/text', /U\+001B/v]);

finds('row ids that stand twice', [['manual', '{id: keys,', '{id: placement,']], ['rows.5.id', 'row/shape', /"placement" stands twice/v], ['advice.0.sources.0', 'product/sources', /no row "manual\/keys"/v]);
finds('a flow row without services', [['manual', ' services: [icmp],', '']], ['rows.3', 'row/shape', /states no service/v], ['rows.3', 'row/coverage', /does not state icmp/v]);
finds('a service that is none', [['manual', 'services: [icmp]', 'services: [icmp, 22]'.replace('22', '\'22\'')]], ['rows.3', 'row/coverage', /no flow states 22/v], ['rows.3.services', 'row/shape', /"22" is no service/v]);

finds('a row that nothing covers', [['manual', '  - {id: placement', '  - {id: lost, section: Ports, where: row 5, kind: flow, from: [Browser], to: [Manager], services: [tcp/22], says: Remote shell}\n  - {id: placement']], ['rows.4', 'row/coverage', /nothing covers row "lost": Remote shell/v, /cite it, or set it aside/v]);
finds('a statement that nothing covers', [['product', '    placement: {default: own-host, choices: [own-host, manager, not-used], sources: [manual/placement]}\n', '']], ['rows.4', 'row/coverage', /nothing covers row "placement"/v]);
finds('a row that is set aside and used', [['manual', 'says: The web interface}', 'says: The web interface, setAside: Not needed}']], ['rows.0', 'row/coverage', /set aside, but flow web cites it/v]);
finds('a wrong port', [['product', '\'80\', \'443\'', '\'80\', \'8443\'']], ['rows.0', 'row/coverage', /from Browser to Manager: no flow states tcp\/443 and the row does not state tcp\/8443/v]);
finds('a missing port', [['product', '\'80\', \'443\'', '\'443\'']], ['rows.0', 'row/coverage', /from Browser to Manager: no flow states tcp\/80$/v]);
finds('an extra port', [['product', '\'80\', \'443\'', '\'80\', \'443\', \'8080\'']], ['rows.0', 'row/coverage', /from Browser to Manager: the row does not state tcp\/8080$/v]);
finds('a wider range', [['product', '5405-5412', '5405-5413']], ['rows.2', 'row/coverage', /no flow states udp\/5405-5412 and the row does not state udp\/5405-5413/v]);
finds('another protocol', [['product', '{protocol: udp, ports: [\'5405-5412\']}', '{protocol: tcp, ports: [\'5405-5412\']}']], ['rows.2', 'row/coverage', /no flow states udp\/5405-5412 and the row does not state tcp\/5405-5412/v]);
finds('an initiator and responder the other way round', [['product', 'initiator: {component: manager, role: management}\n    responder: {component: node, role: [storage, management]}', 'initiator: {component: node, role: [storage, management]}\n    responder: {component: manager, role: management}']], ['rows.3', 'row/coverage', /no flow states icmp/v], ['rows.3', 'row/coverage', /initiator node of flow ping is none of Manager/v], ['rows.3', 'row/coverage', /responder manager of flow ping is none of Worker/v]);
finds('another responder', [['product', 'responder: {component: manager, role: management}\n    service: {protocol: tcp', 'responder: {component: node, role: management}\n    service: {protocol: tcp']], ['rows.0', 'row/coverage', /no flow states/v], ['rows.0', 'row/coverage', /responder node of flow web is none of Manager/v, /"named" of node/v]);
finds('encryption that the row does not state', [['product', 'encrypted: \'yes\'\n    sources: [manual/web]', 'encrypted: unstated\n    sources: [manual/web]']], ['rows.0', 'row/coverage', /says encrypted: yes, flow web says unstated/v]);
finds('encryption the other way round', [['product', 'encrypted: \'no\'', 'encrypted: \'yes\'']], ['rows.1', 'row/coverage', /says encrypted: no, flow console says yes/v]);
finds('a party that the row names and no flow has', [['manual', 'from: [Node], to: [Node]', 'from: [Node, Manager], to: [Node]']], ['rows.2', 'row/coverage', /from Manager to Node: no flow states udp\/5405-5412/v]);
finds('a party that the row does not name', [['manual', 'from: [Browser], to: [Node]', 'from: [Operator], to: [Node]']], ['rows.1', 'row/coverage', /from Operator to Node: no flow states/v], ['rows.1', 'row/coverage', /initiator administrator of flow console is none of Operator/v]);

test('encryption may differ where the reading of a contradiction says so', t => {
	t.deepEqual(check([['product', 'encrypted: \'yes\'\n    sources: [manual/web]', 'encrypted: unstated\n    reading: {chosen: Nothing, because: Two rows differ, others: [{row: manual/web, says: Encrypted}]}\n    sources: [manual/web]']]), []);
});

test('several flows may share a row, each with a part of it', t => {
	const split = product.replace('  - id: web\n', '  - id: plain-web\n    summary: The web interface in plain text\n    initiator: {actor: administrator, role: client}\n    responder: {component: manager, role: management}\n    service: {protocol: tcp, ports: [\'80\']}\n    need: required\n    encrypted: \'yes\'\n    sources: [manual/web]\n  - id: web\n').replace('\'80\', \'443\'', '\'443\'');
	t.deepEqual(check([['product', product, split]]), []);
});

test('rows that name no party are compared by their services alone', t => {
	t.deepEqual(check([['manual', 'from: [Manager], to: [Worker], ', '']]), []);
	t.is(check([['manual', 'from: [Manager], to: [Worker], services: [icmp]', 'services: [ip/41]']]).length, 1);
});

test('two products whose hosts would have one name are told apart', t => {
	const other = product.replace('id: acme', 'id: acme-node').replaceAll('manager', 'extra').replaceAll('administrator', 'people');
	const clash = product.replace('  manager:\n', '  node-extra: {name: X, summary: X, roles: [management]}\n  manager:\n');
	const problems = check([['product', product, clash]], [{path: 'products/acme-node.yaml', text: other}]);
	t.true(problems.some(({code, path, message}) => code === 'product/ids' && path.join('.') === 'components.node-extra' && message === 'its host would be called like that of acme-node/extra'));
});

test('rows are counted by what became of them', t => {
	t.deepEqual(countRows(parseCatalog(write([])).value!.catalog.documents['manual']!), {rows: 7, flowRows: 4, statements: 2, setAside: 1});
});

const refuses = test.macro({
	exec(t, edits: readonly Edit[], more: readonly CatalogFile[], ...expected: string[]) {
		const {problems = [], unsound} = parseCatalog(write(edits, more));
		const places = new Set(problems.map(({file, line, column}) => `${file}:${line}:${column}`));
		const further = unsound === undefined ? [] : findCatalogProblems(unsound).filter(({file, line, column}) => !places.has(`${file}:${line}:${column}`));
		t.deepEqual([...problems, ...further].map(({file, line, column, code}) => `${file}:${line}:${column} ${code}`), expected);
	},
	title: (name = '') => `refuses ${name}`,
});

test('an unknown key and an unknown word, and goes on to check what they mean', refuses, [['product', 'kind: virtualization', 'kind: virtualisation'], ['product', 'several: true', 'severl: true'], ['product', 'old-web: web', 'old-web: wbe']], [], 'products/acme.yaml:3:7 schema/value', 'products/acme.yaml:19:5 schema/unknown-key', 'products/acme.yaml:72:18 product/ids');
test('a network role that is none', refuses, [['product', 'role: [storage, management]', 'role: [stroage, management]']], [], 'products/acme.yaml:55:41 schema/value');
test('a wrong type, which leaves nothing to check', refuses, [['product', 'roles: [management]\n', 'roles: management\n'], ['product', 'old-web: web', 'old-web: wbe']], [], 'products/acme.yaml:13:12 schema/type');
test('a flow without a source', refuses, [['product', 'sources: [manual/web]', 'sources: []']], [], 'products/acme.yaml:67:5 schema/too-small', 'documents/manual.yaml:7:5 row/coverage');
test('a port text that is none', refuses, [['product', '\'80\', \'443\'', '80, \'443-\', https']], [], 'products/acme.yaml:64:38 schema/type', 'products/acme.yaml:64:42 schema/form', 'products/acme.yaml:64:50 schema/form');
test('a condition in a form that is not known', refuses, [['product', 'when: {option: console, is: \'yes\'}', 'when: {optoin: console, is: \'yes\'}']], [], 'products/acme.yaml:48:5 schema/missing', 'products/acme.yaml:48:12 schema/unknown-key');
test('a file that is called otherwise than its id', refuses, [['product', 'id: acme\n', 'id: acmee\n']], [], 'products/acme.yaml:1:5 catalog/file-name');
test('two files of one id', refuses, [], [{path: 'products/acme.yml', text: product}], 'products/acme.yml:1:5 catalog/duplicate-file');
test('a file that is none of a catalog', refuses, [], [{path: 'service.yaml', text: 'x: 1'}], 'service.yaml:undefined:undefined catalog/unknown-file');
test('a file that is no YAML, and names the problems of the others', refuses, [['roles', 'storage: {name: Storage, summary: Storage}\n', '']], [{path: 'products/beta.yaml', text: 'a: [b\nc: d'}], 'products/beta.yaml:2:1 yaml/bad-indent', 'roles.yaml:1:1 schema/missing');

test('a file of 10 MB', refuses, [], [{path: 'products/beta.yaml', text: 'x'.repeat(10_000_000)}], 'products/beta.yaml:1:1 text/too-long');

test('a catalog without roles.yaml has no words for the network roles', t => {
	t.deepEqual(parseCatalog(write([]).filter(({path}) => path !== 'roles.yaml')).problems?.map(({code}) => code), ['catalog/no-roles']);
});

test('a folder adds to a catalog, and replaces what has the same id', t => {
	const base = parseCatalog(write([])).value!.catalog;
	const {value} = parseCatalog([{path: 'products/acme.yaml', text: product.replace('name: Acme', 'name: Other')}, {path: 'products/beta.yaml', text: product.replace('id: acme', 'id: beta')}], base);
	t.deepEqual(Object.values(value!.catalog.products).map(({id, name}) => `${id} ${name}`), ['acme Other', 'beta Acme']);
	t.is(value!.catalog.roles, base.roles);
	t.deepEqual(Object.keys(value!.catalog.documents), ['manual']);
});

test('the order of the files does not matter', t => {
	const files = write([['product', 'old-web: web', 'old-web: wbe'], ['manual', '{id: keys,', '{id: placement,']]);
	const find = (given: readonly CatalogFile[]) => findCatalogProblems(parseCatalog(given).value!);
	t.deepEqual(find(files.toReversed()), find(files));
});

test('every check is told of above, and no two have one name', t => {
	const ids = catalogChecks.map(({id}) => id);
	t.is(new Set(ids).size, ids.length);
	t.deepEqual(ids.filter(id => !found.has(id)), []);
});
