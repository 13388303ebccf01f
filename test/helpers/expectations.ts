import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import {networkRoles} from '../../source/core/vocabulary.js';
import {deriveHosts, type HostDraft} from '../../source/core/hosts.js';
import {ipVersions, type Catalog, type Flow, type IpVersion, type NetworkRole, type Plan, type Profile} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {formatPortRanges, parsePortRange, subtractPortRanges, type PortRange} from '../../source/core/ports.js';
import {compare} from '../../source/core/problem.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import {profileSchema} from '../../source/core/profile/schema.js';
import {getOrMake, own} from '../../source/core/records.js';
import {parseStructuredText} from '../../source/core/structured-text.js';

/*
An expectation file says what one design must come to. It is written by hand from the documents, without a look at the flows of
the catalog, and named after its product: `<product>.<design>.yaml`.

	title: Release 3 with a heartbeat, beside the Acme archive
	product: acme                           whose connections the file lists, every one of them
	documents:                              a word for each document
	  ports: 'Acme Hypervisor 3: Network ports'
	answers: {version: '3'}                 of this product, as a profile has them
	beside: {archive: {}}                   answers of other products of the design, whose connections are not listed
	interfaces: {acme-node: [backup]}       roles in which hosts have an interface besides the one for management, by host id
	sameHost: {store: archive/server}       components that are one machine with another one, of this product or of one beside it
	permitted:                              what the request opens
	  - row: ports, Table 1, 443; ports, note on the web interface
	    ipVersion: 4                        only for what exists in one IP version
	    connections:
	      - administrator -> manager tcp/443 yes
	denied: []                              what the documents advise to drop
	notOpened: []                           documented, but withheld
	local: []                               between components of one machine
	needsInput: []                          what waits for a value or an answer of the site
	unnamed: [administrator]                outsiders of whom the documents do not say who they are
	never:
	  - why: the console is not for everybody
	    connections: ['* -> node tcp/5900-6923']

A `row` says where its connections stand: a word of `documents`, a comma and the place in it; more than one with semicolons.
What several rows state stands under each of them. A connection names initiator, responder, protocol with one port or range as
the document prints it, and encryption:

	node -> ovm-manager tcp/7002 yes
	kvm-host -> manager icmp no
	internal-host -> internet-host ip/41 unstated      a protocol by its number
	manager -> server tcp/6900-? yes                   the end of the range is for the site to say; also 6900-xxxx
	hypervisor -> node tcp/MOUNTD_PORT unstated        the setting that holds the port
	node -> shared-nfs-storage tcp/unstated unstated   the document gives neither port nor encryption
	node -> xen-hypervisor@backup tcp/443 unstated     an interface that `interfaces` adds; without a role it is the one for management

A line of `never` says nothing of encryption; `*` is anybody, and a party without a role is meant with all its interfaces. The
lines of an unnamed outsider are listed under `permitted`, where they are once the site has named its addresses; without them
they must wait for input, and are not listed again.
*/

const hasNumbers = z.refine<string>(line => {
	const ports = /\/(?<ports>\d+(?:-\d+)?)(?: |$)/v.exec(line)?.groups?.['ports'];
	return ports === undefined || typeof parsePortRange(ports) !== 'string';
}, {error: 'these ports do not exist'});
const connection = z.string().check(
	z.regex(/^[a-z\d\-]+(?:@[a-z\-]+)? -> [a-z\d\-]+(?:@[a-z\-]+)? (?:icmp|ip\/\d+|(?:tcp|udp)\/(?:\d+(?:-(?:\d+|x+|\?))?|[A-Z_]+|unstated)) (?:yes|no|unstated)$/v, 'a connection is written as "node -> manager tcp/443 yes"'),
	hasNumbers,
);
const sentinel = z.string().check(
	z.regex(/^(?:\*|[a-z\d\-]+(?:@[a-z\-]+)?) -> (?:\*|[a-z\d\-]+(?:@[a-z\-]+)?) (?:icmp|(?:ip|tcp|udp)\/\d+(?:-\d+)?)$/v, 'what is never permitted is written as "* -> node tcp/5900-6923"'),
	hasNumbers,
);
const rows = z.array(z.strictObject({
	row: z.string(),
	ipVersion: z.optional(z.union([z.literal(4), z.literal(6)])),
	connections: z.array(connection).check(z.minLength(1)),
}));
const answers = profileSchema.shape.products.def.valueType;
const expectationSchema = z.strictObject({
	title: z.string(),
	product: z.string(),
	documents: z.record(z.string(), z.string()),
	answers,
	beside: z.optional(z.record(z.string(), answers)),
	interfaces: z.optional(z.record(z.string(), z.array(z.enum(networkRoles)))),
	sameHost: z.optional(z.record(z.string(), z.string())),
	permitted: rows,
	denied: rows,
	notOpened: rows,
	local: rows,
	needsInput: rows,
	unnamed: z.array(z.string()),
	never: z.array(z.strictObject({why: z.string(), connections: z.array(sentinel).check(z.minLength(1))})),
});

export type Expectation = z.infer<typeof expectationSchema>;

const sections = ['permitted', 'denied', 'notOpened', 'local', 'needsInput'] as const;
type Section = (typeof sections)[number];
const sectionOf: Readonly<Record<Flow['disposition'], Section | undefined>> = {
	'cross-zone': 'permitted',
	'intra-zone': 'permitted',
	denied: 'denied',
	'not-opened': 'notOpened',
	local: 'local',
	'needs-input': 'needsInput',
	'not-needed': undefined,
};

/**
How the hosts of a design are connected.

- `as-written`: with an interface for management and those that `interfaces` adds, each in a zone of its own. Lines tell a host's
  interfaces apart.
- `every-role`: with an interface in every role that they can have, all of a host in one zone. Lines only tell hosts apart.
*/
const layouts = ['as-written', 'every-role'] as const;
type Layout = (typeof layouts)[number];

/** Who has addresses; components are the hosts of the products, without the outsiders. */
type Addressed = 'everybody' | 'components' | 'nobody';

/** An expectation beside the plan that is made of its answers. */
type Design = {
	readonly catalog: Catalog;
	readonly expectation: Expectation;
	readonly layout: Layout;
	readonly made: Plan;
};

/** One port or range, or all of a protocol without ports, from one end to another. */
type Line = {
	readonly initiator: string;
	readonly responder: string;
	readonly protocol: string;
	/** Text where there are no numbers: empty for a protocol without ports, else as the document prints it. The number of an IP protocol counts as a port. */
	readonly ports: PortRange | string;
	/** Empty where encryption is not compared. */
	readonly encrypted: string;
	readonly ipVersions: readonly IpVersion[];
	/** Where it comes from, for a reader of the difference. */
	readonly origin: string;
};

/**
Read the expectation files of a folder, in order of file name.

@throws {Error} When a file is no expectation, or is not named after its product.
*/
export async function readExpectations(folder: string): Promise<Array<{readonly file: string; readonly expectation: Expectation}>> {
	const names = await readdir(folder);
	const files = names.filter(name => name.endsWith('.yaml')).toSorted(compare);
	return Promise.all(files.map(async file => {
		const {value, problems} = parseStructuredText(await readFile(path.join(folder, file), 'utf8'), expectationSchema, file);
		if (problems) {
			throw new Error(problems.map(problem => `${file}:${problem.line}:${problem.column} ${problem.message}`).join('\n'));
		}

		if (!file.startsWith(`${value.value.product}.`)) {
			throw new Error(`${file} is about ${value.value.product}`);
		}

		return {file, expectation: value.value};
	}));
}

/**
Compare a design with what it must come to, in both directions: its flows, the lines and drops of the request, and what waits for
input while outsiders have no addresses.

Every host has a zone of its own, so that all that is permitted crosses a zone border, except between the machines of one host.

@returns What differs, a line each; empty when nothing does.
*/
export function findDifferences(catalog: Catalog, expectation: Expectation): string[] {
	const mistakes = findMistakes(catalog, expectation);
	const found = mistakes.length > 0 ? mistakes : layouts.flatMap(layout => findLayoutDifferences(makeDesign(catalog, expectation, layout)));
	return [...new Set(found)];
}

function findLayoutDifferences(design: Design): string[] {
	return [
		...sections.flatMap(section => findSectionDifferences(design, section)),
		...findNeighbours(design),
		...findForbidden(design),
		...findUnaccounted(design),
		...findSplitHosts(design),
		...findRequestDifferences(design),
		...findRuleDifferences(design),
		...findDropDifferences(design),
		...findUnnamedDifferences(design, 'components'),
		...findUnnamedDifferences(design, 'nobody'),
	];
}

/** Catalog flows of the product that count in a design: all but those it does not need. */
export function findUsedFlows(catalog: Catalog, expectation: Expectation): string[] {
	return listFlows(makeDesign(catalog, expectation, 'as-written')).filter(flow => flow.disposition !== 'not-needed').map(flow => flow.catalogFlow);
}

function makeDesign(catalog: Catalog, expectation: Expectation, layout: Layout, addressed: Addressed = 'everybody'): Design {
	const profile = makeProfile(catalog, expectation, layout, addressed);
	return {catalog, expectation, layout, made: plan(catalog, profile, {today: '2026-11-22', tool: {name: 'test', version: '0.0.0'}})};
}

/** The answers, with a zone and documentation addresses (RFC 5737, RFC 3849) for each interface; two machines where a host may be several, and is not one by `sameHost`. */
function makeProfile(catalog: Catalog, expectation: Expectation, layout: Layout, addressed: Addressed): Profile {
	const draft = draftProfile(expectation);
	const zones = new Map<string, string[]>();
	const hosts: NonNullable<Profile['hosts']> = {};
	let interfaceCount = 0;
	for (const host of deriveHosts(catalog, draft).hosts.values()) {
		const placed: {readonly zones: Partial<Record<NetworkRole, string>>; readonly addresses: Partial<Record<NetworkRole, string[]>>} = {zones: {}, addresses: {}};
		// Parts of one product that are said to be one machine are just one.
		const isShared = Object.values(expectation.sameHost ?? {}).some(place => host.components.some(({product, component}) => product === expectation.product && component === place));
		for (const role of listRoles(host, expectation, layout)) {
			const {networks, one, two} = listAddresses(interfaceCount++);
			const zone = layout === 'every-role' ? `zone-${host.id}` : `zone-${host.id}-${role}`;
			getOrMake(zones, zone, () => []).push(...networks);
			placed.zones[role] = zone;
			if (addressed === 'everybody' || (addressed === 'components' && host.kind === 'host')) {
				placed.addresses[role] = host.several && !isShared ? two : one;
			}
		}

		hosts[host.id] = placed;
	}

	return profileSchema.parse({...draft, zones: [...zones].map(([id, networks]) => ({id, title: id, trust: 'internal', networks})), hosts});
}

/** The answers alone, from which hosts are derived. */
function draftProfile({title, product, answers, beside}: Expectation): Profile {
	return {schemaVersion: 1, name: 'expectation', title, products: {...beside, [product]: answers}, zones: [], networks: {}};
}

function listRoles({id, roles}: HostDraft, {interfaces}: Expectation, layout: Layout): Set<NetworkRole> {
	return new Set<NetworkRole>(['management', ...own(interfaces, id) ?? [], ...(layout === 'every-role' ? roles : [])]);
}

function listAddresses(index: number): {readonly networks: string[]; readonly one: string[]; readonly two: string[]} {
	const start = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(index / 128)];
	if (start === undefined) {
		throw new RangeError('The documentation networks have no more addresses');
	}

	const first = `${start}.${2 * (index % 128)}`;
	const second = `${start}.${(2 * (index % 128)) + 1}`;
	return {
		networks: [`${first}/31`, `2001:db8:${index}::/64`],
		one: [first, `2001:db8:${index}::1`],
		two: [`${first}-${second}`, `2001:db8:${index}::1-2001:db8:${index}::2`],
	};
}

/** What is wrong with the file itself. */
function findMistakes(catalog: Catalog, expectation: Expectation): string[] {
	const wrongAnswers = layouts.flatMap(layout => findProfileProblems(makeProfile(catalog, expectation, layout, 'everybody'), catalog));
	return wrongAnswers.length > 0
		? wrongAnswers.map(problem => `the answers are wrong: ${problem.path.join('.')}: ${problem.message}`)
		: [...findUncited(expectation), ...findUnknownParties(catalog, expectation), ...findUnknownInterfaces(catalog, expectation)];
}

/** Rows of no document, and documents without a row. */
function findUncited({documents, ...expectation}: Expectation): string[] {
	const groups = sections.flatMap(section => expectation[section]);
	const cited = new Set(groups.flatMap(({row}) => row.split('; ').map(part => part.slice(0, part.indexOf(',')))));
	return [
		...[...cited].filter(document => own(documents, document) === undefined).map(document => `no document of the file: ${document}`),
		...Object.keys(documents).filter(document => !cited.has(document)).map(document => `no row of the document: ${document}`),
	];
}

/** Parties that the product does not have. */
function findUnknownParties(catalog: Catalog, expectation: Expectation): string[] {
	const {components, actors} = own(catalog.products, expectation.product)!;
	const parties = new Set([...listEnds(expectation).map(end => splitEnd(end).party), ...expectation.unnamed]);
	return [...parties].filter(party => party !== '*' && own(components, party) === undefined && own(actors, party) === undefined).map(party => `neither a component nor an actor: ${party}`);
}

/** Hosts under `interfaces` that the design does not have, and roles in lines that no host has there. */
function findUnknownInterfaces(catalog: Catalog, expectation: Expectation): string[] {
	const {hosts} = deriveHosts(catalog, draftProfile(expectation));
	const interfaces = Object.entries(expectation.interfaces ?? {});
	const roles = new Set<string>(['management', ...interfaces.flatMap(([, added]) => added)]);
	return [
		...interfaces.filter(([host]) => !hosts.has(host)).map(([host]) => `interfaces: no host of the design: ${host}`),
		...[...new Set(listEnds(expectation))].filter(end => !roles.has(splitEnd(end).role)).map(end => `interfaces: nobody has this one: ${end}`),
	];
}

/** Both ends of every line of the file. */
function listEnds({never, ...expectation}: Expectation): string[] {
	const groups = [...sections.flatMap(section => expectation[section]), ...never];
	return groups.flatMap(({connections}) => connections.flatMap(text => text.split(' ').filter((_, index) => index === 0 || index === 2)));
}

function splitEnd(end: string): {readonly party: string; readonly role: string} {
	const [party, role = 'management'] = end.split('@') as [string, string?];
	return {party, role};
}

/** Flows of the design but for those of the products beside. */
function listFlows({expectation, made}: Design): Flow[] {
	return made.flows.filter(flow => own(expectation.beside, flow.product) === undefined);
}

function isPermitted(flow: Flow): boolean {
	return sectionOf[flow.disposition] === 'permitted';
}

function parseLine(text: string, rest: Pick<Line, 'origin' | 'ipVersions'>): Line {
	const [initiator, , responder, service, encrypted = ''] = text.split(' ') as [string, string, string, string, string?];
	const [protocol, ports = ''] = service.split('/') as [string, string?];
	return {initiator, responder, protocol, ports: readPorts(ports), encrypted, ...rest};
}

function readPorts(text: string): PortRange | string {
	const range = parsePortRange(text);
	return typeof range === 'string' ? text : range;
}

/** A line for each port or range of a service. */
function makeLines({protocol, number, ports, documentedPorts = []}: Pick<Flow['service'], 'protocol' | 'number' | 'ports' | 'documentedPorts'>, rest: Omit<Line, 'protocol' | 'ports'>): Line[] {
	const printed = ports.length > 0 ? ports : documentedPorts;
	const texts = number === undefined ? printed : [String(number)];
	return (texts.length > 0 ? texts : ['']).map(text => ({protocol, ports: readPorts(text), ...rest}));
}

/** Lines of the file, with ends as the layout tells them apart. */
function listExpected({expectation, layout}: Design, section: Section): Line[] {
	const formatEnd = (end: string) => layout === 'every-role' ? splitEnd(end).party : end;
	return expectation[section].flatMap(({row, ipVersion, connections}) => connections.map(text => {
		const line = parseLine(text, {origin: row, ipVersions: ipVersion === undefined ? ipVersions : [ipVersion]});
		return {...line, initiator: formatEnd(line.initiator), responder: formatEnd(line.responder)};
	}));
}

/** Lines of the plan, with ends as the file writes them; in the IP versions they are permitted in, else in those they are documented for. */
function listPlanned(design: Design, section: Section): Line[] {
	const {product} = design.expectation;
	const families = new Map(own(design.catalog.products, product)!.flows.map(flow => [`${product}/${flow.id}`, flow.family]));
	const listDocumented = ({catalogFlow}: Flow) => ipVersions.filter(version => [undefined, `ipv${version}`].includes(families.get(catalogFlow)));
	return listFlows(design).filter(flow => sectionOf[flow.disposition] === section).flatMap(flow => makeLines(flow.service, {
		initiator: formatFlowEnd(flow.initiator, design.layout),
		responder: formatFlowEnd(flow.responder, design.layout),
		encrypted: flow.encrypted,
		ipVersions: isPermitted(flow) ? flow.ipVersions : listDocumented(flow),
		origin: flow.id,
	}));
}

function formatFlowEnd({component, role, zone}: Flow['initiator'], layout: Layout): string {
	return layout === 'every-role' || zone === undefined || role === 'management' ? component : `${component}@${role}`;
}

function findSectionDifferences(design: Design, section: Section): string[] {
	return compareSection(section, listExpected(design, section), listPlanned(design, section));
}

function compareSection(name: string, expected: readonly Line[], planned: readonly Line[]): string[] {
	return [
		...subtractLines(expected, planned).map(line => `${name}: missing: ${line}`),
		...subtractLines(planned, expected).map(line => `${name}: not expected: ${line}`),
	];
}

/** What lines cover and others do not, port by port, so that it does not matter whether neighbouring ports are written as one range. */
function subtractLines(lines: readonly Line[], without: readonly Line[]): string[] {
	const formatKey = ({initiator, responder, protocol, encrypted}: Line, version: IpVersion) => JSON.stringify([initiator, responder, protocol, encrypted, version]);
	const covered = new Map<string, Array<Line['ports']>>();
	for (const line of without) {
		for (const version of line.ipVersions) {
			getOrMake(covered, formatKey(line, version), () => []).push(line.ports);
		}
	}

	const found = new Map<string, IpVersion[]>();
	for (const line of lines) {
		for (const version of line.ipVersions) {
			for (const ports of subtractPorts(line.ports, covered.get(formatKey(line, version)) ?? [])) {
				getOrMake(found, formatLine(line, ports), () => []).push(version);
			}
		}
	}

	return [...found].map(([text, versions]) => ipVersions.every(version => versions.includes(version)) ? text : `${text} in IPv${versions.join(', IPv')}`).toSorted(compare);
}

/** The rest of some ports; ports without numbers are left as a whole. */
function subtractPorts(ports: Line['ports'], without: ReadonlyArray<Line['ports']>): readonly string[] {
	if (typeof ports === 'string') {
		return without.includes(ports) ? [] : [ports];
	}

	return formatPortRanges(subtractPortRanges([ports], without.filter(other => typeof other !== 'string')));
}

function formatLine({initiator, responder, protocol, encrypted, origin}: Line, ports: string): string {
	return [initiator, '->', responder, ports === '' ? protocol : `${protocol}/${ports}`, encrypted, `(${origin})`].filter(part => part !== '').join(' ');
}

/** Two hosts in one zone would be a mistake of these tests, or of the placement. */
function findNeighbours(design: Design): string[] {
	return listFlows(design).filter(flow => flow.disposition === 'intra-zone' && flow.initiator.host !== flow.responder.host).map(flow => `does not cross a zone border: ${flow.id}`);
}

/** Sentinels that something permitted overlaps: in the plan, or in the file itself. */
function findForbidden(design: Design): string[] {
	const open = [...listPlanned(design, 'permitted'), ...listExpected(design, 'permitted')];
	return design.expectation.never.flatMap(({why, connections}) => connections.flatMap(text => {
		const forbidden = parseLine(text, {origin: why, ipVersions});
		return open.filter(line => overlaps(forbidden, line)).map(({origin}) => `never: permitted, although ${why}: ${text} (${origin})`);
	}));
}

function overlaps(forbidden: Line, line: Line): boolean {
	return isMeant(forbidden.initiator, line.initiator) && isMeant(forbidden.responder, line.responder) && forbidden.protocol === line.protocol
		&& (typeof forbidden.ports === 'string' || typeof line.ports === 'string'
			? forbidden.ports === line.ports
			: line.ports.from <= forbidden.ports.to && forbidden.ports.from <= line.ports.to);
}

/** Whether a sentinel means this end: anybody, or a party at whatever interface. One with a role means nobody where lines have none. */
function isMeant(forbidden: string, end: string): boolean {
	return forbidden === '*' || forbidden === end || end.startsWith(`${forbidden}@`);
}

/** Flows of the catalog that the plan says nothing of. */
function findUnaccounted({catalog, expectation, made}: Design): string[] {
	const known = new Set(made.flows.map(flow => flow.catalogFlow));
	return own(catalog.products, expectation.product)!.flows.map(flow => `${expectation.product}/${flow.id}`).filter(id => !known.has(id)).map(id => `has no disposition: ${id}`);
}

function findSplitHosts(design: Design): string[] {
	const {product, sameHost = {}} = design.expectation;
	return Object.entries(sameHost).flatMap(([component, other]) => {
		const mine = findHosts(design, `${product}/${component}`);
		const theirs = findHosts(design, other.includes('/') ? other : `${product}/${other}`);
		const isOne = mine.length === 1 && theirs.length === 1 && mine[0] === theirs[0];
		return isOne ? [] : [`not one machine: ${component} on ${mine.join(', ') || 'none'}, ${other} on ${theirs.join(', ') || 'none'}`];
	});
}

/** Ids of the hosts of `product/party`. */
function findHosts({made}: Design, reference: string): string[] {
	return made.hosts.filter(host => host.components.some(({product, component}) => `${product}/${component}` === reference)).map(host => host.id);
}

type FormatPlace = (host: string | undefined, role: string) => string;
const formatInterface: FormatPlace = (host, role) => `${host}/${role}`;

/** Whether the request opens exactly what the documents call for, between the hosts that the file's parties are; and what products beside need. */
function findRequestDifferences(design: Design): string[] {
	const formatPlace: FormatPlace = (host, role) => design.layout === 'every-role' ? host! : formatInterface(host, role);
	const findPlaces = (end: string) => {
		const {party, role} = splitEnd(end);
		return findHosts(design, `${design.expectation.product}/${party}`).map(host => formatPlace(host, role));
	};

	const expected = listExpected(design, 'permitted').flatMap(line =>
		findPlaces(line.initiator).flatMap(initiator => findPlaces(line.responder).map(responder => ({...line, initiator, responder, encrypted: ''}))));
	const mine = new Set(listFlows(design));
	const beside = listNeeded(design.made.flows.filter(flow => !mine.has(flow)), formatPlace);
	return compareSection('the request', [...expected, ...beside], listOpened(design, formatPlace));
}

/** Whether the request opens exactly what its flows need, interface by interface. */
function findRuleDifferences(design: Design): string[] {
	const needed = listNeeded(design.made.flows, formatInterface);
	const opened = listOpened(design, formatInterface);
	return [
		...subtractLines(needed, opened).map(line => `the request lacks: ${line}`),
		...subtractLines(opened, needed).map(line => `the request opens without need: ${line}`),
	];
}

/** What permitted flows need. */
function listNeeded(flows: readonly Flow[], formatPlace: FormatPlace): Line[] {
	return flows.filter(flow => isPermitted(flow)).flatMap(({id, initiator, responder, service, ...flow}) => makeLines(service, {
		initiator: formatPlace(initiator.host, initiator.role),
		responder: formatPlace(responder.host, responder.role),
		encrypted: '',
		ipVersions: flow.ipVersions,
		origin: id,
	}));
}

/** What the lines of the request open. */
function listOpened({made}: Design, formatPlace: FormatPlace): Line[] {
	return made.rules.flatMap(rule => rule.sources.flatMap(source => rule.destinations.flatMap(destination => makeLines(rule, {
		initiator: formatPlace(source.host, source.role),
		responder: formatPlace(destination.host, destination.role),
		encrypted: '',
		ipVersions: [rule.ipVersion],
		origin: rule.id,
	}))));
}

/** Whether the request drops exactly what the documents advise; a drop names its ends by title. */
function findDropDifferences(design: Design): string[] {
	const {components, actors} = own(design.catalog.products, design.expectation.product)!;
	const getTitle = (party: string) => own(actors, party)?.name ?? own(components, party)!.name;
	const expected = listExpected(design, 'denied').map(line => ({...line, initiator: getTitle(splitEnd(line.initiator).party), responder: getTitle(splitEnd(line.responder).party), encrypted: ''}));
	const mine = new Set(listFlows(design));
	const beside = new Set(design.made.flows.filter(flow => !mine.has(flow)).map(flow => flow.id));
	const drops = design.made.denies.filter(deny => !deny.flows.every(id => beside.has(id))).flatMap(deny => makeLines(deny, {
		initiator: deny.source,
		responder: deny.destination,
		encrypted: '',
		ipVersions: deny.ipVersion === undefined ? ipVersions : [deny.ipVersion],
		origin: deny.id,
	}));
	return compareSection('the drops', expected, drops);
}

/** Without addresses exactly the lines of unnamed outsiders wait for input, because of them, and all other lines are as before. */
function findUnnamedDifferences(design: Design, addressed: Addressed): string[] {
	const {unnamed} = design.expectation;
	const bare = makeDesign(design.catalog, design.expectation, design.layout, addressed);
	const expected = listExpected(design, 'permitted');
	const hasUnnamed = (line: Line) => [line.initiator, line.responder].some(end => unnamed.includes(splitEnd(end).party));
	const parties = new Set(expected.flatMap(line => [splitEnd(line.initiator).party, splitEnd(line.responder).party]));
	return [
		...unnamed.filter(party => !parties.has(party)).map(party => `unnamed: has no line: ${party}`),
		...compareSection(`permitted with addresses of ${addressed}`, expected.filter(line => !hasUnnamed(line)), listPlanned(bare, 'permitted')),
		...compareSection(`needsInput with addresses of ${addressed}`, [...listExpected(design, 'needsInput'), ...expected.filter(line => hasUnnamed(line))], listPlanned(bare, 'needsInput')),
		...findOtherwiseHeldUp(design, bare),
	];
}

/** Flows that wait for input without addresses and not with them, but for something else than who an unnamed outsider is. */
function findOtherwiseHeldUp(design: Design, bare: Design): string[] {
	const permitted = new Set(listFlows(design).filter(flow => isPermitted(flow)).map(flow => flow.id));
	const isUnnamed = ({component, host}: Flow['initiator'], missingHost: string) => host === missingHost && design.expectation.unnamed.includes(component);
	return listFlows(bare)
		.filter(({id, disposition}) => disposition === 'needs-input' && permitted.has(id))
		.filter(({initiator, responder, missing}) => !(missing?.kind === 'peer' && [initiator, responder].some(end => isUnnamed(end, missing.host))))
		.map(({id}) => `unnamed: not what this waits for: ${id}`);
}
