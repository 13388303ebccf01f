import {findFindings} from './analysis/index.js';
import {hashSelection} from './catalog/hash.js';
import {listMissingChangeFields} from './change-fields.js';
import type {SourceDocument} from './catalog/schema.js';
import {listAnswers} from './answers.js';
import {EvidenceFinder} from './evidence.js';
import {deriveFlows, findCluster} from './flows.js';
import {deriveHosts, type HostDraft, type Inventory} from './hosts.js';
import {formatCanonicalJson, hashText} from './ids.js';
import {dispositions, type Catalog, type Change, type Disposition, type Finding, type Flow, type FlowEnd, type Host, type HostInterface, type Plan, type PlanDocument, type PlanQuestion, type Profile, type Rule} from './model.js';
import {deriveAdvice, deriveOpenQuestions} from './open-questions.js';
import {derivePlacement, deriveZones, type Placement} from './placement.js';
import {compare} from './problem.js';
import {compareRules, deriveConduits, deriveDenies, deriveRules} from './rules.js';
import {describePlacement} from './questions.js';
import {own} from './records.js';

/** What a plan needs besides the catalog and the answers. */
export type PlanOptions = {
	/** Today, as YYYY-MM-DD. */
	readonly today: string;
	readonly tool: {readonly name: string; readonly version: string};
	/** Lines of the earlier request that this one replaces. */
	readonly earlier?: {readonly id: string; readonly revision: string; readonly date: string; readonly rules: readonly Rule[]} | undefined;
};

/**
Derive everything from a catalog and a profile: the whole pipeline as one function.

The same input gives the same plan. The profile must be free of problems (`findProfileProblems()`); answers that are only
missing are no problem, and show as open questions.
*/
export function plan(catalog: Catalog, profile: Profile, {today, tool, earlier}: PlanOptions): Plan {
	const zones = deriveZones(profile);
	const inventory = deriveHosts(catalog, profile);
	const placement = derivePlacement(profile, zones, catalog.roles);
	const flows = deriveFlows(catalog, profile, inventory, placement);
	const hosts = listHosts(profile, inventory, placement, flows);
	const interfaces = new Map(hosts.flatMap(host => host.interfaces.map(entry => [entry.id, entry])));
	const {rules, removed} = compareRules(deriveRules(flows, profile, inventory.hosts, id => interfaces.get(id)!), earlier?.rules);
	const evidence = new EvidenceFinder(catalog);
	const openQuestions = deriveOpenQuestions(profile, inventory, flows, hosts, evidence);
	const conduits = deriveConduits(rules);
	const findings = findFindings({catalog, profile, zones, hosts, flows, rules, conduits, today});
	const notReady = listObstacles(profile, openQuestions, findings);
	const used = inventory.chosen.map(({product}) => product);
	const documents = [...new Set(used.flatMap(product => product.documents))].toSorted(compare).map(id => own(catalog.documents, id)!);
	const catalogHash = hashSelection(used, documents);
	const profileHash = hashText(formatCanonicalJson(profile));
	return {
		schema: 'virt-fw-wizard/plan/1',
		tool,
		date: today,
		request: {
			id: profile.change?.ticket ?? `FCR-${profile.name}`,
			revision: hashText(`${profileHash} ${catalogHash}`).slice(0, 12),
			...(earlier === undefined ? {} : {earlier: {id: earlier.id, revision: earlier.revision, date: earlier.date}}),
		},
		profile: {name: profile.name, title: profile.title, ...(profile.description === undefined ? {} : {description: profile.description}), hash: profileHash, schemaVersion: profile.schemaVersion},
		change: orderChange(profile.change ?? {}),
		catalog: {
			hash: catalogHash,
			products: inventory.chosen.map(({product, answers}) => ({id: product.id, name: product.name, version: answers.version, reviewed: product.reviewed})),
			documents: documents.map(document => describeDocument(document)),
		},
		answers: inventory.chosen.flatMap(({product, answers}) => listAnswers(product, profile.products[product.id]!, answers, placement => describePlacement(placement, product, catalog))),
		zones,
		hosts,
		flows,
		conduits,
		rules,
		removed,
		denies: deriveDenies(flows, new Map(used.flatMap(product => product.flows.filter(flow => flow.family !== undefined).map(flow => [`${product.id}/${flow.id}`, flow.family === 'ipv4' ? 4 : 6])))),
		findings,
		openQuestions,
		advice: deriveAdvice(inventory, evidence),
		ready: notReady.length === 0,
		notReady,
		accounting: {
			documented: used.reduce((sum, product) => sum + product.flows.length, 0),
			flows: flows.length,
			byDisposition: Object.fromEntries(dispositions.map(disposition => [disposition, flows.filter(flow => flow.disposition === disposition).length])) as Plan['accounting']['byDisposition'],
		},
	};
}

/**
The change record with its keys in the order of the schema: the wizard takes the answers in the order in which somebody gives them.

The order stands here once more, because who only plans does not load the schema; the compiler sees that no key is missing.
*/
function orderChange(change: Change): Change {
	const order: Readonly<Record<keyof Change, number>> = {
		title: 0, ticket: 1, project: 2, environment: 3, marking: 4, requester: 5, owner: 6, contacts: 7, approvers: 8, reason: 9, impact: 10,
		kind: 11, window: 12, expiry: 13, review: 14, logging: 15, test: 16, rollback: 17,
	};
	const keys = (Object.keys(change) as Array<keyof Change>).toSorted((a, b) => order[a] - order[b]);
	const orderPerson = (person: NonNullable<Change['test']>): NonNullable<Change['test']> => ({responsible: person.responsible, ...(person.note === undefined ? {} : {note: person.note})});
	return Object.fromEntries(keys.map(key => [key, key === 'test' || key === 'rollback' ? orderPerson(change[key]!) : change[key]]));
}

function describeDocument({rows, $schema, ...document}: SourceDocument): PlanDocument {
	return {
		...document,
		rows: rows.length,
		setAside: rows.flatMap(({id, section, where, says, setAside}) => setAside === undefined ? [] : [{row: `${document.id}/${id}`, section, where, says, reason: setAside}]),
	};
}

/** Hosts that some flow concerns, and every machine a used component runs on, with the interfaces that flows use. */
function listHosts(profile: Profile, inventory: Inventory, placement: Placement, flows: readonly Flow[]): Host[] {
	const idle = new Set<Disposition>(['not-needed', 'not-opened', 'denied']);
	const concerned = new Set<string | undefined>();
	// Flows of one host share their ends.
	const ends = new Set<FlowEnd>();
	for (const {disposition, initiator, responder} of flows) {
		if (!idle.has(disposition)) {
			concerned.add(initiator.host).add(responder.host);
			ends.add(initiator).add(responder);
		}
	}

	const used = new Set([...ends].map(end => `${end.host}/${end.role}`));
	return [...inventory.hosts.values()]
		.filter(host => concerned.has(host.id) || host.kind === 'host')
		.map(host => describeHost(profile, host, placement.listInterfaces(host.id).filter(({id}) => used.has(id))));
}

function describeHost(profile: Profile, {roles, unnamed, ...host}: HostDraft, interfaces: readonly HostInterface[]): Host {
	const count = own(profile.hosts, host.id)?.count;
	return {...host, ...(count === undefined ? {} : {count}), cluster: findCluster(profile, host.id), interfaces};
}

function listObstacles({change}: Profile, openQuestions: readonly PlanQuestion[], findings: readonly Finding[]): string[] {
	const blocking = openQuestions.filter(question => question.blocking);
	const missing = listMissingChangeFields(change).map(({label}) => label);
	const open = findings.filter(finding => finding.status === 'open' && (finding.severity === 'critical' || finding.severity === 'high'));
	return [
		...blocking.map(question => `Open question ${question.id}: ${question.text}`),
		...(missing.length === 0 ? [] : [`The change record lacks: ${missing.join(', ')}`]),
		...open.map(finding => `Finding ${finding.id} (${finding.severity}) is neither solved nor accepted`),
	];
}
