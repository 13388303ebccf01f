import type {Encryption, Flow, Plan, Rule} from '../core/model.js';
import {getOrMake} from '../core/records.js';
import {encryptions} from '../core/vocabulary.js';
import type {DocumentView, FindingView, FlowView, QuestionView} from './document-model.js';
import type {LineView} from './line-view.js';
import {findDistinct} from './words.js';

/*
What the page's template sees besides the views of all documents: for each row what a filter compares it with. A row that has no such trait itself, as a finding,
names the lines or connections it is about, and is shown when one of those is.
*/

/** What filters compare a row with; a port is a port or a range, as `443` and `5900-6923`. */
export type Traits = {
	/** Ids of zones at either end; `*` stands for every zone. */
	readonly zones: readonly string[];
	readonly products: readonly string[];
	readonly ports: readonly string[];
	readonly encryption: readonly Encryption[];
	readonly dispositions: ReadonlyArray<Flow['disposition']>;
};

/** Rows that another row is about. */
type Subjects = {
	readonly lineIds: readonly string[];
	/** Ids of the catalog, `product/flow`; empty where lines say it more exactly. */
	readonly flowIds: readonly string[];
};

/** The page's own part of the view, over a view of the same plan. */
export function viewPage(plan: Plan, view: DocumentView) {
	const finder = new TraitFinder(plan);
	const flows = new Map(plan.flows.map(flow => [flow.id, flow.catalogFlow]));
	const listFlowIds = (ids: readonly string[]) => findDistinct(ids.map(id => flows.get(id)).filter(flow => flow !== undefined));
	const viewLines = <Group extends {readonly lines: readonly LineView[]}>(group: Group) => ({...group, lines: group.lines.map(line => ({...line, traits: finder.findOfLine(line.id)}))});
	const questionFlows = new Map(plan.openQuestions.map(question => [question.id, question.flows]));
	const viewQuestion = (question: QuestionView) => ({...question, subjects: makeSubjects(question.lines, listFlowIds(questionFlows.get(question.id) ?? []))});
	const viewFinding = (finding: FindingView) => ({...finding, subjects: makeSubjects(finding.lines, listFlowIds(finding.flows))});
	return {
		...view,
		conduits: view.conduits.map(group => viewLines(group)),
		inside: view.inside.map(group => viewLines(group)),
		removed: view.removed.map(group => viewLines(group)),
		denies: view.denies.map((deny, position) => ({...deny, traits: finder.findOfDeny(plan.denies[position]!)})),
		findingGroups: view.findingGroups.map(group => ({...group, findings: group.findings.map(finding => viewFinding(finding))})),
		questionGroups: view.questionGroups.map(group => ({...group, questions: group.questions.map(question => viewQuestion(question))})),
		accounting: view.accounting.map(product => ({...product, flows: product.flows.map(flow => ({...flow, traits: finder.findOfFlow(flow)}))})),
		addresses: view.addresses.map(entry => ({
			...entry,
			zoneTitle: view.zones.find(zone => zone.id === entry.zone)?.title ?? '',
			lineIds: finder.listLinesOfInterface(`${entry.host}/${entry.role}`),
		})),
		sums: {
			conduitLines: sum(view.conduits, group => group.lines.length),
			insideLines: sum(view.inside, group => group.lines.length),
			removedLines: sum(view.removed, group => group.lines.length),
			zoneLines: sum(view.zones, zone => zone.inbound.length + zone.outbound.length + zone.inside.length),
			findings: sum(view.findingGroups, group => group.findings.length),
			questions: sum(view.questionGroups, group => group.questions.length),
			flows: sum(view.accounting, product => product.flows.length),
		},
	};
}

function sum<Item>(items: readonly Item[], count: (item: Item) => number): number {
	return items.reduce((total, item) => total + count(item), 0);
}

function makeSubjects(lineIds: readonly string[], flowIds: readonly string[]): Subjects {
	return {lineIds, flowIds: lineIds.length === 0 ? flowIds : []};
}

/** Finds what filters compare the rows of a plan with. */
class TraitFinder {
	readonly #rules: ReadonlyMap<string, Rule>;
	readonly #flows = new Map<string, Flow[]>();
	readonly #linesOfInterface = new Map<string, Set<string>>();

	constructor({rules, removed, flows}: Plan) {
		this.#rules = new Map([...rules, ...removed].map(rule => [rule.id, rule]));
		for (const flow of flows) {
			getOrMake(this.#flows, formatFlowKey(flow.catalogFlow, flow), () => []).push(flow);
		}

		for (const rule of rules) {
			for (const end of [...rule.sources, ...rule.destinations]) {
				getOrMake(this.#linesOfInterface, end.interface, () => new Set()).add(rule.id);
			}
		}
	}

	findOfLine(id: string): Traits {
		const rule = this.#rules.get(id)!;
		const encrypted = new Set(rule.services.map(service => service.encrypted));
		return {
			zones: findDistinct([rule.sourceZone, rule.destinationZone]),
			products: listProducts(rule.flows),
			ports: rule.ports,
			encryption: encryptions.filter(value => encrypted.has(value)),
			dispositions: [rule.scope === 'network' ? 'cross-zone' : 'intra-zone'],
		};
	}

	findOfFlow({flow: catalogFlow, product, disposition, reason}: FlowView): Traits {
		const flows = this.#flows.get(formatFlowKey(catalogFlow, {disposition, reason})) ?? [];
		return {
			zones: findDistinct(flows.flatMap(({initiator, responder}) => [initiator.zone, responder.zone]).filter(zone => zone !== undefined)),
			products: [product],
			ports: findDistinct(flows.flatMap(({service}) => [...service.ports, ...service.documentedPorts ?? []])),
			encryption: encryptions.filter(value => flows.some(({encrypted}) => encrypted === value)),
			dispositions: [disposition],
		};
	}

	findOfDeny({flows, ports}: Plan['denies'][number]): Traits {
		return {zones: ['*'], products: listProducts(flows), ports, encryption: [], dispositions: ['denied']};
	}

	/** Ids of the lines that one of a host's interfaces is an end of. */
	listLinesOfInterface(id: string): readonly string[] {
		return [...this.#linesOfInterface.get(id) ?? []];
	}
}

/** Ids of flows begin with their product, also those of an earlier plan. */
function listProducts(flows: readonly string[]): string[] {
	return findDistinct(flows.map(id => id.split('/', 1)[0]!));
}

/** What one view of a documented connection stands for. */
function formatFlowKey(catalogFlow: string, {disposition, reason}: Pick<Flow, 'disposition' | 'reason'>): string {
	return JSON.stringify([catalogFlow, disposition, reason]);
}
