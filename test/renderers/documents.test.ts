import test from 'ava';
import {parsePlan} from '../../source/core/plan-schema.js';
import type {Plan} from '../../source/core/model.js';
import {showUnfit} from '../../source/core/text.js';
import {formats, planToJson, TemplateError, textFormats, type RenderedText} from '../../source/renderers/index.js';
import {parseMermaid} from '../helpers/parse-mermaid.js';
import {makeFlow, makeHost, makePlan, makeRule, makeSamplePlan, makeZone, templates} from '../helpers/sample-plan.js';

const findTextFormat = (id: string) => textFormats.find(format => format.id === id);
const renderOnly = (id: string, plan: Plan): string => findTextFormat(id)!.render(plan, templates)[0]!.content;
const renderAll = (plan: Plan): RenderedText[] => textFormats.flatMap(format => format.render(plan, templates));

/** The text of a section, by the beginning of its heading. */
function findSection(document: string, heading: string): string {
	const start = document.indexOf(`\n${heading}`);
	if (start === -1) {
		throw new RangeError(`no section ${heading}`);
	}

	const level = /^#+/v.exec(heading)![0].length;
	const rest = document.slice(start + 1);
	const body = rest.indexOf('\n');
	const end = rest.slice(body).search(new RegExp(String.raw`^#{1,${level}} `, 'mv'));
	return end === -1 ? rest : rest.slice(0, body + end);
}

/** Every diagram: those that are files, and those inside other documents. */
function listDiagrams(files: readonly RenderedText[]): string[] {
	return files.flatMap(({path, content}) => path.endsWith('.mmd') ? [content] : [...content.matchAll(/```mermaid\n(?<diagram>.*?)\n```/gsv)].map(({groups}) => groups!['diagram']!));
}

/** Cells of every table row of a document, split at pipes that are no text. */
function listRows(document: string): string[][][] {
	const tables: string[][][] = [];
	let isTable = false;
	for (const line of document.replaceAll(/```.*?```/gsv, '').split('\n')) {
		if (line.startsWith('|')) {
			if (!isTable) {
				tables.push([]);
			}

			tables.at(-1)!.push(line.replaceAll(/\\./gv, '').split('|').slice(1, -1).map(cell => cell.trim()));
		}

		isTable = line.startsWith('|');
	}

	return tables;
}

test('every format has an id of its own and is found by it', t => {
	t.is(new Set(textFormats.map(({id}) => id)).size, textFormats.length);
	for (const format of textFormats) {
		t.is(findTextFormat(format.id), format);
	}

	t.is(findTextFormat('docx'), undefined);
});

test('every template of a format is one of the program\'s, and every template of the program is used', t => {
	const used = new Set(formats.flatMap(format => format.templates));
	t.deepEqual([...used].toSorted(), Object.keys(templates).toSorted());
});

test('a format that is one file makes one', t => {
	for (const format of textFormats) {
		t.is(format.render(makeSamplePlan(), templates).length === 1, format.isSingleFile, `${format.id}`);
	}
});

test('the same plan gives the same bytes, and every document ends with a line', t => {
	const files = renderAll(makeSamplePlan());
	t.deepEqual(files, renderAll(makeSamplePlan()));
	for (const {path, content} of files) {
		t.regex(content, /[^\n]\n$/v, `${path}`);
		t.notRegex(content, /\r|[ \t]\n/v, `${path}`);
	}
});

test('only the templates a format names are needed', t => {
	for (const format of textFormats) {
		const own = Object.fromEntries(format.templates.map(name => [name, templates[name]!]));
		t.deepEqual(format.render(makeSamplePlan(), own), format.render(makeSamplePlan(), templates), `${format.id}`);
	}
});

test('accepted severe findings are shown to approvers, with who accepted them', t => {
	const [finding] = makeSamplePlan().findings;
	const document = renderOnly('change-request', makeSamplePlan({findings: [{...finding!, status: 'accepted', acceptance: {reason: 'Until the new release', by: 'R. Isk', on: '2026-11-20', until: '2027-01-31'}}]}));
	t.true(findSection(document, '## 1.').includes('- **high**: Clear text. tcp 8080 is not encrypted (`R-WEB1`). Accepted by R. Isk on 2026-11-20, until 2027-01-31: Until the new release'));
	t.true(findSection(document, '## 1.').includes('No finding is open.'));
});

test('a site\'s template takes the place of the program\'s, with parts of its own', t => {
	const own = {...templates, 'ports.md.liquid': '# {{ request.id }}\n{% render "_ours.md.liquid", zones: zones %}', '_ours.md.liquid': '{% for zone in zones %}- {{ zone.title }}\n{% endfor %}'};
	t.is(findTextFormat('ports')!.render(makeSamplePlan(), own)[0]!.content, '# CHG-1\n- Edge\n- Office\n- Core\n- Empty\n');
});

test('a template that is wrong names its file and line', t => {
	const own = {...templates, '_zone.md.liquid': 'a\n{{ nobody }}'};
	const error = t.throws(() => findTextFormat('change-request')!.render(makeSamplePlan(), own), {instanceOf: TemplateError});
	t.like(error.problems, [{file: '_zone.md.liquid', line: 2, column: 4}]);
});

test('every row of every table has as many cells as its head', t => {
	for (const id of ['change-request', 'ports']) {
		const tables = listRows(renderOnly(id, makeSamplePlan()));
		t.true(tables.length > 5);
		for (const [head, ...rows] of tables) {
			for (const row of rows) {
				t.is(row.length, head!.length, `${row.join(' ')}`);
			}
		}
	}
});

test('no cell of the lines\' tables is empty', t => {
	const document = renderOnly('change-request', makeSamplePlan());
	for (const [head, , ...rows] of listRows(document).filter(([head]) => head![0] === 'Line' && head!.at(-1) !== 'Result, by, when')) {
		for (const row of rows) {
			t.false(row.includes(''), `${head!.join(' ')}: ${row.join(' ')}`);
		}
	}
});

test('a request that is not ready says so at the top, with every reason', t => {
	const document = renderOnly('change-request', makeSamplePlan({notReady: ['First reason', 'Second reason']}));
	const top = document.slice(0, document.indexOf('| Request |'));
	t.regex(top, /NOT READY: do not implement/v);
	t.regex(top, /1\. First reason\n> 2\. Second reason/v);
	t.regex(renderOnly('ports', makeSamplePlan()), /not ready/v);
});

test('a request that is ready says so at the top', t => {
	const document = renderOnly('change-request', makeSamplePlan({ready: true, notReady: []}));
	t.regex(document.slice(0, document.indexOf('| Request |')), /\*\*READY\.\*\*/v);
	t.notRegex(document, /NOT READY/v);
	const rules = makeSamplePlan().rules.map(rule => ({...rule, isReady: true}));
	t.notRegex(renderOnly('ports', makeSamplePlan({ready: true, notReady: [], rules})), /not ready/v);
});

test('the head says who asks, what changed and what it was made from', t => {
	const document = renderOnly('change-request', makeSamplePlan());
	for (const row of [
		'| Revision | `0123456789ab` ',
		'| Network lines | 3: 1 to add, 1 to change, 1 to keep, and 1 of the earlier request to remove |',
		'| Host-firewall lines | 2: 2 to add, 0 to change, 0 to keep, and 0 of the earlier request to remove |',
		'| Explicit denies | 1 |',
		'| Duration | temporary, ends 2027-03-31 |',
		'| Requester | Dana Example |',
		'| Approvers | Network security<br>Risk office |',
		'| Reason | A new cluster.<br>It replaces the old one. |',
		'| What breaks without it | No portal. |',
		'| Handling mark | internal |',
		`| Design | Sample design (profile \`sample\`, hash \`${'a'.repeat(64)}\`) |`,
		`| Made with | virt-fw-wizard 0.0.0, catalog hash \`${'b'.repeat(64)}\` |`,
	]) {
		t.true(document.includes(`\n${row}`), `${row}`);
	}
});

test('what the change record lacks is said rather than left out', t => {
	const document = renderOnly('change-request', makeSamplePlan({change: {}}));
	for (const label of ['Duration', 'Project', 'Requester', 'Owner of the service', 'Contacts', 'Approvers', 'Reason', 'What breaks without it', 'Implementation window']) {
		t.true(document.includes(`| ${label} | not given |`), `${label}`);
	}
});

test('a line shows its ends, its ports and its reasons, with the evidence of each', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '### Office → Core');
	t.true(section.includes('| `R-WEB1` | add | IPv4 | Portal clients: `10.1.0.0/25` | Acme manager: `10.0.0.10` | TCP 443, 8080 | **no (clear text): 8080; yes: 443** | required |'));
	t.true(section.includes('| `R-WEB1` | TCP 443 (https) | Portal in the browser | Portal clients → Acme manager | required | yes | `acme/web`<br>Ports of the manager: Row web (`acme-ports/web`) |'));
	t.true(section.includes('| conditional: "Is the status page on?" is answered yes | no (clear text) | `acme/status`'));
	t.true(section.includes('- To review, TCP 8080 (`R-WEB1`): the site has other ports than the documented 80. The document does not say who reads it.'));
	t.true(section.includes('Logging: session start. Expiry: permanent.'));
	t.true(section.includes('Initiator of every connection: the source.'));
});

test('the lines of both IP versions share one reason', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '### Core → Edge');
	t.true(section.includes('| `R-FED4` | keep | IPv4 |'));
	t.true(section.includes('| `R-FED6` | change | IPv6 |'));
	t.true(section.includes('| `R-FED4`, `R-FED6` | TCP 3128 | Updates through the proxy |'));
});

test('an unknown address is a named placeholder, and its line says so', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '### Inside Core');
	t.true(section.includes('| `H-BEAT` | add, address missing | IPv4 | Nodes: `<nodes migration IPv4>` |'));
});

test('a long list of addresses is cut in tables and complete in an appendix', t => {
	const addresses = ['10.0.0.21', '10.0.0.23', '10.0.0.25', '10.0.0.27', '10.0.0.29', '10.0.0.31-10.0.0.32'];
	for (const [id, heading] of [['change-request', '## Appendix B'], ['ports', '## Lines shown in part']] as const) {
		const document = renderOnly(id, makeSamplePlan());
		t.true(document.includes('`10.0.0.27` and 2 more'), `${id}`);
		t.true(findSection(document, heading).includes(`Destinations: Nodes: ${addresses.map(address => `\`${address}\``).join(', ')}`), `${id}`);
	}
});

test('a long list of hosts is cut in tables and complete in an appendix', t => {
	const hosts = Array.from({length: 12}, (_, position) => makeHost(`client-${position}`, {title: `Client ${position}`, roles: {client: ['office', `10.1.0.${position + 1}`]}}));
	const server = makeHost('server', {roles: {management: ['core', '10.0.0.1']}});
	const flows = hosts.map(host => makeFlow('web', {between: [host.interfaces[0]!, server.interfaces[0]!]}));
	const ends = flows.map(flow => makeRule('R-1', [flow], [...hosts, server]).sources[0]!);
	const plan = makePlan({
		zones: [makeZone({id: 'core'}), makeZone({id: 'office', trust: 'user'})],
		hosts: [...hosts, server],
		flows,
		rules: [makeRule('R-1', [flows[0]!], [...hosts, server], {sources: ends, flows: flows.map(flow => flow.id)})],
	});
	const document = renderOnly('change-request', plan);
	t.true(findSection(document, '### office → core').includes('Client 5: `10.1.0.6`<br>and 6 more hosts |'));
	t.true(findSection(document, '## Appendix B').includes('Client 10: `10.1.0.11`; Client 11: `10.1.0.12`'));
	t.true(findSection(document, '### office → core').includes('Client 10, Client 11 → server'), 'the reasons name every host');
});

test('denies, removed lines, withheld and missing ones each have their section', t => {
	const document = renderOnly('change-request', makeSamplePlan());
	t.true(findSection(document, '## 2.').includes('| `D-0041` | IPv4 | Internal hosts | Internet hosts | IP protocol 41 | No IPv6 inside IPv4 | `acme/tunnel`<br>'));
	t.true(findSection(document, '## 4.').includes('| `R-GONE` | remove | IPv4 |'));
	t.true(findSection(document, '## 4.').includes('- `R-GONE` served: 21 Old upload.'));
	t.true(findSection(document, '## 6.').includes('| Clear text, and SSH does the same |'));
	t.true(findSection(document, '## 7.').includes('| UDP (documented: 514) |'));
});

test('both readings of a contradiction are printed, with what was chosen', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '## 8.');
	t.true(section.includes('- **Chosen here:** Ports from 9000 are opened. Because: The newer document says so.'));
	t.true(section.includes('  - Stated: Ports from 8000. Ports of the manager: Row old (`acme-ports/old`, source with a caution)'));
	t.true(section.includes('lines `H-AGNT`'));
});

test('a contradiction about a connection that the design does not need is left to the catalog', t => {
	const reading = {chosen: 'a', because: 'b', others: []};
	const document = renderOnly('change-request', makePlan({flows: [makeFlow('x', {disposition: 'not-needed', reading})]}));
	t.true(findSection(document, '## 8.').includes('None that concerns'));
});

test('who writes each host\'s firewall, and what it must let in', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '## 5.');
	t.true(section.includes('| Acme manager | Core | administrator | `R-WEB1` | none | `R-FED4`, `R-FED6`, `H-AGNT` |'));
	t.true(section.includes('| Nodes (7 machines) | Core | the installer (automatically) | none | `H-AGNT`, `H-BEAT` | `H-BEAT` |'));
	t.true(section.includes('| Proxy | Edge | outside this design: its owner | `R-FED4`, `R-FED6` | none | none |'));
});

test('open questions stand by who can answer, with their lines and answers', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '## 9.');
	t.true(findSection(section, '### For the requester').includes('`address@nodes/migration` **(blocking)**'));
	t.true(findSection(section, '### For the vendor').includes('Lines concerned: `R-WEB1`. Evidence: Ports of the manager: Row status'));
	t.true(findSection(section, '### For the platform team').includes('Answered by P. Lat on 2026-11-19: Nobody'));
});

test('findings stand by kind, with their decision', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '## 10.');
	t.regex(section, /`clear-text@office>core` \| high \| `R-WEB1` \| tcp 8080 is not encrypted \| Use HTTPS \| \*\*open\*\*/v);
	t.true(section.includes('accepted by R. Isk on 2026-11-20, until 2027-06-30: Own network |'));
	t.true(section.includes('| could not be assessed |'));
});

test('what was assumed stands apart from what was answered', t => {
	const section = findSection(renderOnly('change-request', makeSamplePlan()), '## 12.');
	const [assumed, given] = section.split('Given by the architect:');
	t.true(assumed!.includes('| Where does the database run? | on the host of Manager |'));
	t.true(given!.includes('| Is the status page on? | yes |'));
});

test('the summary says what is encrypted, what is not, and what no document says', t => {
	const plan = makeSamplePlan();
	const rule = plan.rules.find(({scope}) => scope === 'network')!;
	const summarize = (...values: ReadonlyArray<'yes' | 'no' | 'unstated'>) => {
		const rules = values.map((encrypted, index) => ({...rule, id: `R-${index}`, encrypted, services: [{...rule.services[0]!, encrypted}]}));
		return findSection(renderOnly('change-request', {...plan, rules}), '## 1.');
	};

	t.true(summarize('no', 'unstated', 'yes').includes('**1 of them carries clear text across a zone boundary**, and of 1 other the documents do not say whether they are encrypted.'));
	t.true(summarize('unstated', 'unstated').includes('none of them carries what its document calls unencrypted, and of 2 the documents do not say whether they are encrypted.'));
	t.false(summarize('yes').includes('do not say whether'));
});

test('implementation and rollback name every line of the request', t => {
	const plan = makeSamplePlan();
	const document = renderOnly('change-request', plan);
	const steps = findSection(document, '## 13.');
	for (const rule of plan.rules) {
		t.true(steps.includes(`\`${rule.id}\``), `${rule.id}`);
	}

	const rollback = findSection(document, '## 15.');
	for (const id of ['R-WEB1', 'R-FED6', 'R-GONE', 'D-0041']) {
		t.true(rollback.includes(`\`${id}\``), `${id}`);
	}

	t.false(rollback.includes('R-FED4'), 'a line that was kept is not rolled back');
});

test('appendix A has every documented connection, and its sums add up', t => {
	const plan = makeSamplePlan();
	const appendix = findSection(renderOnly('change-request', plan), '## Appendix A');
	for (const flow of plan.flows) {
		t.true(appendix.includes(`| \`${flow.catalogFlow}\`<br>`), `${flow.id}`);
	}

	const [sums, entries] = listRows(appendix);
	const counts = sums!.slice(2).map(([, count]) => Number(count!.replaceAll('*', '')));
	t.is(counts.at(-1), plan.flows.length);
	t.is(counts.slice(0, -1).reduce((sum, count) => sum + count), plan.flows.length);
	t.is(entries!.slice(2).map(row => Number(row[3])).reduce((sum, count) => sum + count), plan.flows.length);
});

test('a connection between many pairs of hosts is one entry with its count', t => {
	const hosts = ['a', 'b', 'c'].map(id => makeHost(id, {title: id.toUpperCase(), roles: {management: ['core', `10.0.0.${id.codePointAt(0)!}`]}}));
	const flows = hosts.flatMap(from => hosts.filter(to => to !== from).map(to => makeFlow('mesh', {between: [from.interfaces[0]!, to.interfaces[0]!], disposition: 'intra-zone', reason: 'Inside'})));
	const appendix = findSection(renderOnly('change-request', makePlan({zones: [makeZone({id: 'core'})], hosts, flows})), '## Appendix A');
	t.true(appendix.includes('A, B, C → B, C, A | 6 | intra-zone: Inside |'));
	t.true(appendix.includes('The vendor documents state 1 connection for the chosen products.'));
});

test('flows of the site are marked as its own', t => {
	const [from, to] = [makeHost('a', {roles: {management: ['one', '10.0.0.1']}}), makeHost('b', {roles: {management: ['two', '10.0.0.2']}})];
	const flow = makeFlow('extra', {between: [from.interfaces[0]!, to.interfaces[0]!], product: 'site', catalogFlow: 'site/extra', sources: []});
	const plan = makePlan({zones: [makeZone({id: 'one'}), makeZone({id: 'two'})], hosts: [from, to], flows: [flow], rules: [makeRule('R-1', [flow], [from, to])], accounting: {...makePlan({}).accounting, documented: 0}});
	const document = renderOnly('change-request', plan);
	t.true(findSection(document, '### one → two').includes('`site/extra`<br>added by the site; no vendor document states it'));
	t.true(findSection(document, '## Appendix A').includes('and the site adds 1.'));
});

test('a design without anything to open still makes readable documents', async t => {
	const plan = makePlan({zones: [makeZone({id: 'lan'})]});
	const document = renderOnly('change-request', plan);
	t.true(document.includes('None: no connection of this design crosses a zone boundary.'));
	await t.notThrowsAsync(Promise.all(listDiagrams(renderAll(plan)).map(async diagram => parseMermaid(diagram))));
});

test('the port tables show each line in both its zones', t => {
	const document = renderOnly('ports', makeSamplePlan());
	t.true(findSection(document, '### Inbound to Core').includes('`R-WEB1` | **Office**<br>Portal clients: `10.1.0.0/25` | **Core**<br>Acme manager: `10.0.0.10` | IPv4 TCP 443, 8080 | 443: Portal in the browser<br>8080: Status page |'));
	t.true(findSection(document, '### Outbound from Office').includes('| `R-WEB1` |'));
	t.true(findSection(document, '### Inside Core').includes('| `H-AGNT` | Acme manager:'));
	t.true(findSection(document, '### Outbound from Edge').includes('None.'));
});

test('plan.json is read back, with the keys in the order of the contract', t => {
	const plan = makeSamplePlan();
	const outcome = parsePlan(planToJson(plan), 'plan.json');
	t.is(outcome.problems, undefined);
	t.deepEqual(outcome.value!.rules, plan.rules as never);
	const contract = ['schema', 'profile', 'catalog', 'zones', 'hosts', 'flows', 'rules', 'denies', 'findings', 'openQuestions', 'advice', 'ready'];
	t.deepEqual(Object.keys(outcome.value!).filter(key => contract.includes(key)), contract);
});

test('plan.json escapes what acts on a screen, and programs read the same text', t => {
	const name = 'a\u{202E}\u{9B}31m\u{1B}[0m\u{FEFF}';
	const json = planToJson(makeSamplePlan({tool: {name, version: '1'}}));
	t.is(showUnfit(json), json);
	t.is((JSON.parse(json) as Plan).tool.name, name);
});

test('plan.json has all of a plan, addresses as text', t => {
	const plan = makeSamplePlan();
	const document = JSON.parse(planToJson(plan)) as Record<string, unknown> & {hosts: Array<{interfaces: unknown[]}>; zones: unknown[]};
	t.deepEqual(Object.keys(document).toSorted(), Object.keys(plan).toSorted());
	t.like(document.hosts[3]!.interfaces[0], {id: 'proxy/management', zone: 'edge', addresses: ['192.0.2.9', '2001:db8:100::9', 'proxy.example.com']});
	t.like(document.zones[0], {id: 'core', networks: ['10.0.0.0/24', '2001:db8:100::/64'], vlan: 20});
	t.notRegex(planToJson(plan), /"ranges"/v);
});

/* What people could type, in every place of a plan where a text of theirs can be. */
const nasty = '| `x` <script>alert(1)</script> "q" \'a\' [l](https://evil.example) ![i](x) *b* _u_ $m$ #1; %%{init: {}}%% \\ end --> ]] :a: @all\n# h\n- =1+1\u{1B}[31m\u{202E}';

/** The plan with a nasty end to every text but those that are words of the program. */
function makeNasty(plan: Plan): Plan {
	const kept = new Set(['schema', 'id', 'trust', 'kind', 'disposition', 'protocol', 'ports', 'need', 'encrypted', 'scope', 'status', 'severity', 'askOf', 'for', 'role', 'zone', 'sourceZone', 'destinationZone', 'conduit', 'source', 'destination', 'interface', 'host', 'rules', 'flows', 'catalogFlow', 'url', 'hash']);
	const spoil = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			return kept.has(key) ? value : `=${value}${nasty}`;
		}

		if (Array.isArray(value)) {
			return value.map(item => spoil(item, key));
		}

		return typeof value === 'object' && value !== null
			? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoil(inner, name)]))
			: value;
	};

	return spoil(plan, '') as Plan;
}

const nastyFiles = (): RenderedText[] => {
	const plan = makeNasty(makeSamplePlan());
	return renderAll({...plan, denies: plan.denies.map(deny => ({...deny, source: nasty, destination: nasty, id: `D-${nasty}`}))});
};

test('hostile names: no document has control characters or reordering marks', t => {
	for (const {path, content} of nastyFiles()) {
		t.is(showUnfit(content), content, `${path}`);
	}
});

test('hostile names stay text in diagrams', async t => {
	const diagrams = listDiagrams(nastyFiles());
	t.true(diagrams.length > 7);
	await t.notThrowsAsync(Promise.all(diagrams.map(async diagram => parseMermaid(diagram))));
	for (const diagram of diagrams) {
		t.notRegex(diagram.replace(/^---\n.*?\n---\n/sv, ''), /<script|%%|`/v);
	}
});

test('hostile names stay text in Markdown', t => {
	for (const {path, content} of nastyFiles().filter(file => file.path.endsWith('.md'))) {
		const text = content.replaceAll(/```mermaid\n.*?\n```/gsv, '').replaceAll(/\\./gv, '').replaceAll(/`+[^`]*`+/gv, 'code');
		t.notRegex(text, /<script|\[l|\]\(|^# h|^- =|\$m|@all/mv, `${path}`);
		for (const [head, ...rows] of listRows(text)) {
			t.true(rows.every(row => row.length === head!.length), `${path}: ${head!.join(' ')}`);
		}
	}
});

test('a zone id of another program\'s plan does not lead out of the folder', t => {
	const host = makeHost('a', {roles: {management: ['../../x', '10.0.0.1']}});
	const files = findTextFormat('topology')!.render(makePlan({zones: [makeZone({id: '../../x'})], hosts: [host]}), templates);
	t.deepEqual(files.map(({path}) => path), ['topology.mmd', 'topology-.._.._x.mmd']);
});
