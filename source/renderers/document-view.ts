import {dispositions, type Deny, type Finding, type Flow, type Host, type Plan, type PlanAdvice, type PlanAnswer, type PlanQuestion, type Rule} from '../core/model.js';
import {compare} from '../core/problem.js';
import {getOrMake, groupBy} from '../core/records.js';
import type {AdviceView, AnswerView, ChangeView, Counts, DenyView, DocumentView, EndName, FindingView, FlowView, HostFirewallView, QuestionView, ReadingView, StatusCounts, ZoneHostView} from './document-model.js';
import {isShortened, LineViewer, viewEvidence} from './line-view.js';
import {indexPlan, type PlanIndex} from './plan-index.js';
import {deriveEvidence} from './test-pack/evidence.js';
import {deriveTestPlan} from './test-plan.js';
import {listAddresses} from './topology-view.js';
import {encryptionWords, findDistinct, formatIpVersion, formatService} from './words.js';

// Several documents show the same plan.
const views = new WeakMap<Plan, DocumentView>();

/** What templates of documents see, derived once for each plan. */
export function viewDocument(plan: Plan): DocumentView {
	const view = views.get(plan) ?? deriveView(plan);
	views.set(plan, view);
	return view;
}

/** What a document and a table say first: which request it is, whether it is ready, the change it is part of, and its sums. */
export function viewHead(plan: Plan): Pick<DocumentView, 'tool' | 'date' | 'ready' | 'notReady' | 'request' | 'profile' | 'change' | 'catalog' | 'counts'> {
	const {tool, date, ready, notReady, profile, catalog} = plan;
	return {
		tool,
		date,
		ready,
		notReady,
		request: {...plan.request, title: plan.change.title ?? profile.title, isNew: plan.request.earlier === undefined},
		profile: {name: profile.name, title: profile.title, description: profile.description ?? '', hash: profile.hash},
		change: viewChange(plan),
		catalog,
		counts: countParts(plan),
	};
}

function deriveView(plan: Plan): DocumentView {
	const index = indexPlan(plan);
	const viewer = new LineViewer(index);
	const evidence = deriveEvidence(plan);
	const names = new NameFinder(index);
	const findings = plan.findings.map(finding => viewFinding(finding));
	const open = findings.filter(({status}) => status === 'open');
	const products = new Map(plan.catalog.products.map(({id, name}) => [id, name]));
	return {
		...viewHead(plan),
		zones: index.zones.map(zone => ({
			...viewer.viewZone(zone.id),
			administration: zone.administration,
			ipVersions: zone.ipVersions.map(version => formatIpVersion(version)),
			hosts: index.listHosts(zone.id).map(host => viewHostInZone(host, zone.id)),
			inbound: index.listInbound(zone.id).map(rule => viewer.viewLine(rule)),
			outbound: index.listOutbound(zone.id).map(rule => viewer.viewLine(rule)),
			inside: index.listInside(zone.id).map(rule => viewer.viewLine(rule)),
		})),
		conduits: plan.conduits.map(conduit => viewer.viewGroup(conduit.source, conduit.destination, index.listRules(conduit))),
		inside: index.zones.filter(zone => index.listInside(zone.id).length > 0).map(zone => viewer.viewGroup(zone.id, zone.id, index.listInside(zone.id))),
		removed: [...groupBy(plan.removed, rule => rule.conduit)].map(([, rules]) => viewer.viewGroup(rules[0].sourceZone, rules[0].destinationZone, rules)),
		denies: plan.denies.map(deny => viewDeny(deny)),
		hostFirewalls: viewHostFirewalls(plan, index),
		notOpened: names.viewFlows(plan.flows.filter(({disposition}) => disposition === 'not-opened')),
		needsInput: names.viewFlows(plan.flows.filter(({disposition}) => disposition === 'needs-input')),
		readings: viewReadings(plan, index),
		questionGroups: groupQuestions(plan, index),
		findingGroups: [...groupBy(plan.findings, finding => finding.check)].map(([check, group]) => ({
			check,
			title: group[0].title,
			why: group[0].why,
			findings: group.map(finding => viewFinding(finding)),
		})),
		worstFindings: open.slice(0, 5),
		moreOpenFindings: Math.max(0, open.length - 5),
		acceptedRisks: findings.filter(({status, severity}) => status === 'accepted' && (severity === 'critical' || severity === 'high')),
		...viewAdvice(plan, names),
		assumed: plan.answers.filter(answer => answer.isDefault).map(answer => viewAnswer(answer, products)),
		given: plan.answers.filter(answer => !answer.isDefault).map(answer => viewAnswer(answer, products)),
		tests: deriveTestPlan(index, viewer, evidence.findResult),
		testRecord: evidence.record,
		dispositions: dispositions.map(id => ({id, count: plan.flows.filter(flow => flow.disposition === id).length})),
		accounting: [...groupBy(plan.flows, flow => flow.product)].map(([product, flows]) => ({
			product,
			name: products.get(product) ?? product,
			documented: new Set(flows.map(flow => flow.catalogFlow)).size,
			entries: flows.length,
			flows: names.viewFlows(flows),
		})),
		addresses: plan.hosts.flatMap(host => host.interfaces.map(entry => ({title: host.title, host: host.id, role: entry.role, zone: entry.zone ?? '', addresses: listAddresses(entry)}))),
		shortenedLines: [...plan.rules, ...plan.removed].filter(rule => isShortened(rule)).map(rule => ({
			id: rule.id,
			sources: rule.sources.map(({title, addresses}) => ({title, addresses})),
			destinations: rule.destinations.map(({title, addresses}) => ({title, addresses})),
		})),
	};
}

const changeTexts = ['title', 'project', 'environment', 'marking', 'requester', 'owner', 'reason', 'impact', 'kind', 'window', 'expiry', 'review'] as const;

/** What the profile says about the change; empty where it says nothing. */
function viewChange({change}: Plan): ChangeView {
	const texts = Object.fromEntries(changeTexts.map(key => [key, change[key] ?? ''])) as Record<(typeof changeTexts)[number], string>;
	return {
		...texts,
		contacts: change.contacts ?? [],
		approvers: change.approvers ?? [],
		testResponsible: change.test?.responsible ?? '',
		testNote: change.test?.note ?? '',
		rollbackResponsible: change.rollback?.responsible ?? '',
		rollbackNote: change.rollback?.note ?? '',
	};
}

function countParts(plan: Plan): Counts {
	const isClear = ({services}: Rule) => services.some(({encrypted}) => encrypted === 'no');
	const network = plan.rules.filter(({scope}) => scope === 'network');
	const host = plan.rules.filter(({scope}) => scope === 'host');
	const countStatus = (rules: readonly Rule[]): StatusCounts => ({
		add: rules.filter(({status}) => status === 'add').length,
		change: rules.filter(({status}) => status === 'change').length,
		keep: rules.filter(({status}) => status === 'keep').length,
	});
	return {
		zones: plan.zones.length,
		hosts: plan.hosts.length,
		conduits: plan.conduits.length,
		networkLines: network.length,
		hostLines: host.length,
		denies: plan.denies.length,
		removedNetwork: plan.removed.filter(({scope}) => scope === 'network').length,
		removedHost: plan.removed.filter(({scope}) => scope === 'host').length,
		network: countStatus(network),
		host: countStatus(host),
		documented: plan.accounting.documented,
		flows: plan.flows.length,
		siteFlows: plan.flows.filter(({product}) => product === 'site').length,
		openFindings: plan.findings.filter(({status}) => status === 'open').length,
		acceptedFindings: plan.findings.filter(({status}) => status === 'accepted').length,
		notAssessable: plan.findings.filter(({status}) => status === 'not-assessable').length,
		openQuestions: plan.openQuestions.filter(({answer}) => answer === undefined).length,
		blockingQuestions: plan.openQuestions.filter(({blocking}) => blocking).length,
		clearTextLines: network.filter(rule => isClear(rule)).length,
		unstatedLines: network.filter(rule => !isClear(rule) && rule.services.some(({encrypted}) => encrypted === 'unstated')).length,
		incompleteLines: plan.rules.filter(({isReady}) => !isReady).length,
	};
}

function viewHostInZone(host: Host, zone: string): ZoneHostView {
	return {
		title: host.title,
		id: host.id,
		machines: host.count ?? 0,
		isActor: host.kind === 'actor',
		interfaces: host.interfaces.filter(entry => entry.zone === zone).map(entry => ({role: entry.role, addresses: listAddresses(entry)})),
	};
}

function viewDeny(deny: Deny): DenyView {
	return {
		id: deny.id,
		ipVersion: deny.ipVersion === undefined ? '' : formatIpVersion(deny.ipVersion),
		service: formatService(deny),
		source: deny.source,
		destination: deny.destination,
		purpose: deny.purpose,
		review: deny.review ?? '',
		flows: deny.flows,
		evidence: viewEvidence(deny.sources),
	};
}

/** Every machine of the design, and every outsider that lines lead to: whose own firewall must let them in. */
function viewHostFirewalls(plan: Plan, index: PlanIndex): HostFirewallView[] {
	const accepts = new Map<string, Rule[]>();
	const opens = new Map<string, Rule[]>();
	for (const rule of plan.rules) {
		for (const host of findDistinct(rule.destinations.map(end => end.host))) {
			getOrMake(accepts, host, () => []).push(rule);
		}

		for (const host of findDistinct(rule.sources.map(end => end.host))) {
			getOrMake(opens, host, () => []).push(rule);
		}
	}

	return plan.hosts.filter(host => host.kind === 'host' || accepts.has(host.id)).map(host => ({
		id: host.id,
		title: host.title,
		isActor: host.kind === 'actor',
		machines: host.count ?? 0,
		zones: findDistinct(host.interfaces.map(({zone}) => zone).filter(zone => zone !== undefined)).map(zone => index.findZone(zone)?.title ?? zone),
		isAutomatic: host.hostFirewall.automatic,
		by: host.hostFirewall.by,
		acceptsNetwork: (accepts.get(host.id) ?? []).filter(({scope}) => scope === 'network').map(({id}) => id),
		acceptsHost: (accepts.get(host.id) ?? []).filter(({scope}) => scope === 'host').map(({id}) => id),
		opens: (opens.get(host.id) ?? []).map(({id}) => id),
	}));
}

/** Finds what people call the parts of a plan. */
class NameFinder {
	readonly #index: PlanIndex;

	constructor(index: PlanIndex) {
		this.#index = index;
	}

	findHostTitle(id: string): string {
		return this.#index.findHost(id)?.title ?? id;
	}

	/** One view for each documented connection, disposition and reason, in the order of the flows. */
	viewFlows(flows: readonly Flow[]): FlowView[] {
		return [...groupBy(flows, flow => JSON.stringify([flow.catalogFlow, flow.disposition, flow.reason]))].map(([, group]) => this.#viewFlow(group));
	}

	#viewFlow(group: readonly Flow[]): FlowView {
		const [flow] = group as [Flow, ...Flow[]];
		const end = (ends: ReadonlyArray<Flow['initiator']>): EndName => ({
			name: ends[0]!.name,
			hosts: findDistinct(ends.map(({host}) => host).filter(host => host !== undefined)).map(host => this.findHostTitle(host)),
		});
		return {
			flow: flow.catalogFlow,
			product: flow.product,
			disposition: flow.disposition,
			reason: flow.reason,
			pairs: group.length,
			initiator: end(group.map(({initiator}) => initiator)),
			responder: end(group.map(({responder}) => responder)),
			service: formatService(flow.service),
			documentedPorts: flow.service.documentedPorts?.join(', ') ?? '',
			need: flow.need,
			condition: flow.condition ?? '',
			encrypted: encryptionWords[flow.encrypted],
			purpose: flow.purpose,
			lines: findDistinct(group.flatMap(({id}) => this.#index.listLines(id))),
			review: flow.review ?? '',
			evidence: viewEvidence(flow.sources),
		};
	}
}

/** Contradictions that concern flows of this design; flows resolved alike are one entry. */
function viewReadings(plan: Plan, index: PlanIndex): ReadingView[] {
	const contradicted = plan.flows.filter(flow => flow.reading !== undefined && flow.disposition !== 'not-needed');
	return [...groupBy(contradicted, ({reading}) => JSON.stringify([reading!.chosen, reading!.because, reading!.others.map(({says, evidence}) => [says, evidence.row])]))].map(([, flows]) => {
		const {chosen, because, others} = flows[0].reading!;
		return {
			chosen,
			because,
			others: others.map(({says, evidence}) => ({says, evidence: viewEvidence([evidence])})),
			flows: findDistinct(flows.map(flow => flow.catalogFlow)),
			lines: listLines(flows.map(({id}) => id), index),
			evidence: viewEvidence(flows.flatMap(({sources}) => sources)),
		};
	});
}

function listLines(flows: readonly string[], index: PlanIndex): string[] {
	return findDistinct(flows.flatMap(flow => index.listLines(flow)));
}

function groupQuestions(plan: Plan, index: PlanIndex): DocumentView['questionGroups'] {
	const order: ReadonlyArray<PlanQuestion['askOf']> = ['requester', 'platform team', 'storage team', 'network team', 'security team', 'vendor'];
	return order.map(askOf => ({
		askOf,
		questions: plan.openQuestions.filter(question => question.askOf === askOf).map((question): QuestionView => ({
			id: question.id,
			text: question.text,
			isBlocking: question.blocking,
			lines: listLines(question.flows, index),
			flowCount: question.flows.length,
			answer: question.answer?.answer ?? '',
			answeredBy: question.answer?.by ?? '',
			answeredOn: question.answer?.on ?? '',
			evidence: viewEvidence(question.sources),
		})),
	})).filter(({questions}) => questions.length > 0);
}

function viewFinding({acceptance, ...finding}: Finding): FindingView {
	return {
		id: finding.id,
		title: finding.title,
		severity: finding.severity,
		status: finding.status,
		message: finding.message,
		why: finding.why,
		remedy: finding.remedy,
		lines: finding.rules,
		flows: finding.flows,
		acceptance: acceptance && {reason: acceptance.reason, by: acceptance.by, on: acceptance.on, until: acceptance.until ?? ''},
	};
}

function viewAdvice(plan: Plan, names: NameFinder): Pick<DocumentView, 'prerequisites' | 'adviceGroups'> {
	const view = (advice: PlanAdvice): AdviceView => ({
		id: advice.id,
		text: advice.text,
		host: advice.hosts.map(host => names.findHostTitle(host)).join(', '),
		isOwn: advice.own,
		note: advice.own ? '(Advice of this tool.)' : '',
		evidence: viewEvidence(advice.sources),
	});
	const isPrerequisite = (advice: PlanAdvice) => advice.hosts.length > 0;
	return {
		prerequisites: [...groupBy(plan.advice.filter(advice => isPrerequisite(advice)), advice => advice.hosts.join(' '))].toSorted(([a], [b]) => compare(a, b)).map(([, group]) => ({
			host: view(group[0]).host,
			advice: group.map(advice => view(advice)),
		})),
		adviceGroups: (['change-plan', 'design', 'risk'] as const)
			.map(purpose => ({for: purpose, advice: plan.advice.filter(advice => !isPrerequisite(advice) && advice.for === purpose).map(advice => view(advice))}))
			.filter(({advice}) => advice.length > 0),
	};
}

function viewAnswer({product, question, value, label, kind}: PlanAnswer, products: ReadonlyMap<string, string>): AnswerView {
	return {product: products.get(product) ?? product, question, value, label, kind};
}
