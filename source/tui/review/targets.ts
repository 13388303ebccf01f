import type {Finding, Flow, Missing, Plan, PlanQuestion, Rule} from '../../core/model.js';
import {own} from '../../core/records.js';
import type {ReviewTarget} from './item.js';

/** Where to go for an item; or why there is nowhere to go, as a sentence without a final period. */
export type Aim = {readonly target: ReviewTarget; readonly reason?: never} | {readonly target?: never; readonly reason: string};

/**
Find the answer that would solve a finding.

What no answer changes can still be accepted with a reason, so that its target is the finding itself. Only what could not be assessed has
none: nothing was found that somebody could accept.
*/
export function findFindingTarget(plan: Plan, finding: Finding): Aim {
	const target = findAnswer(plan, finding);
	if (target !== undefined) {
		return {target};
	}

	return finding.status === 'not-assessable'
		? {reason: 'No answer of the design decides this: the documents, or a look at the machines, must'}
		: {target: {kind: 'finding', id: finding.id}};
}

/** Find the answer that an open question waits for: of the design, or, where the documents leave something open, of the question itself. */
export function findQuestionTarget(plan: Plan, question: PlanQuestion): Aim {
	if (!question.blocking) {
		return {target: {kind: 'question', id: question.id}};
	}

	const flows = findFlows(plan, question.flows);
	const target = findInterface(plan, cutPrefix(question.id, 'address@'))
		?? flows.map(flow => flow.missing && findMissingTarget(flow, flow.missing)).find(found => found !== undefined);
	return target === undefined ? {reason: 'It is not known which answer is missing'} : {target};
}

/** Find the answer that a flow which needs input waits for. */
export function findMissingTarget({product, initiator, responder}: Flow, missing: Missing): ReviewTarget {
	switch (missing.kind) {
		case 'peer': {
			// Somebody outside has the role in which the documents put them.
			const end = [initiator, responder].find(({host}) => host === missing.host);
			return {kind: 'interface', host: missing.host, role: end?.role ?? 'management'};
		}

		case 'parameter': {
			return {kind: 'parameter', product, id: missing.parameter};
		}

		case 'zone': {
			return {kind: 'interface', host: missing.host, role: missing.role};
		}

		case 'ip-version': {
			return readInterface(missing.initiator);
		}
	}
}

/** Where a line comes from: the first of its ends without an address, or else what it opens connections to. */
export function findRuleTarget({sources, destinations}: Rule): ReviewTarget | undefined {
	const end = [...sources, ...destinations].find(({placeholder}) => placeholder !== undefined) ?? destinations[0] ?? sources[0];
	return end === undefined ? undefined : {kind: 'interface', host: end.host, role: end.role};
}

type Finder = (plan: Plan, subject: string, finding: Finding) => ReviewTarget | undefined;

const findPlace: Finder = (plan, subject) => findInterface(plan, subject) ?? findZone(plan, subject.split('+')[0]!);
const findField: Finder = (_plan, subject) => ({kind: 'change', field: cutPrefix(subject, 'change.') ?? subject});
const findPorts: Finder = (plan, subject, finding) => findParameter(plan, subject) ?? findRangeParameter(plan, finding);

/** By check: the answer that a finding about some subject is about. Checks that are not here are about what the documents say. */
const finders: Readonly<Record<string, Finder>> = {
	// Its subject is the finding that somebody accepted, which may be one that this design does not have.
	'acceptance-expired': (plan, subject, finding) => ({kind: 'finding', id: plan.findings.some(({id}) => id === subject) ? subject : finding.id}),
	'address-outside-zone': findPlace,
	// The source is marked as a zone for administration there, or the administrators move.
	'administrative-ports': (plan, subject) => findZone(plan, subject.split('>')[0]!),
	'approver-equals-requester': () => ({kind: 'change', field: 'approvers'}),
	'broad-source': (plan, subject) => findInterface(plan, subject) ?? findUnknownSource(plan, subject) ?? findSource(plan, subject) ?? findZone(plan, subject),
	expiry: findField,
	'ipv4-only-in-dual-stack'(plan, subject) {
		const entry = listInterfaces(plan).find(({zone, ranges}) => zone === subject && ranges.length > 0 && ranges.every(({version}) => version === 4));
		return entry === undefined ? findZone(plan, subject) : {kind: 'interface', host: entry.host, role: entry.role};
	},
	'mixed-separation': findPlace,
	'port-claimed-twice': (plan, subject, finding) => findComponent(plan, finding) ?? findInterface(plan, subject.split('/').slice(0, 2).join('/')),
	'test-and-rollback': findField,
	'unpinned-dynamic-ports': findPorts,
	'wide-port-range': findPorts,
	'zone-networks': findPlace,
};

function findAnswer(plan: Plan, finding: Finding): ReviewTarget | undefined {
	return own(finders, finding.check)?.(plan, finding.id.slice(finding.check.length + 1), finding);
}

function findZone({zones}: Plan, id: string): ReviewTarget | undefined {
	return zones.some(zone => zone.id === id) ? {kind: 'zone', zone: id} : undefined;
}

function listInterfaces({hosts}: Plan) {
	return hosts.flatMap(({interfaces}) => interfaces);
}

function findInterface(plan: Plan, id: string | undefined): ReviewTarget | undefined {
	return id !== undefined && listInterfaces(plan).some(entry => entry.id === id) ? readInterface(id) : undefined;
}

/** An interface's id is `host/role`, and neither has a slash. */
function readInterface(id: string): ReviewTarget {
	const [host = id, role = 'management'] = id.split('/');
	return {kind: 'interface', host, role};
}

/** The first source in a zone whose addresses are not known. */
function findUnknownSource(plan: Plan, zone: string): ReviewTarget | undefined {
	const end = plan.rules.filter(rule => rule.sourceZone === zone).flatMap(({sources}) => sources).find(({placeholder}) => placeholder !== undefined);
	return end && {kind: 'interface', host: end.host, role: end.role};
}

/** The first source of a line. */
function findSource(plan: Plan, rule: string): ReviewTarget | undefined {
	const end = plan.rules.find(({id}) => id === rule)?.sources[0];
	return end && {kind: 'interface', host: end.host, role: end.role};
}

/** A component that listens there and whose place is asked for. */
function findComponent(plan: Plan, finding: Finding): ReviewTarget | undefined {
	const listening = findFlows(plan, finding.flows).map(({product, responder}) => ({product, id: responder.component}));
	const movable = listening.find(({product, id}) => plan.answers.some(answer => answer.kind === 'component' && answer.product === product && answer.id === id));
	return movable && {kind: 'component', ...movable};
}

/** The parameter that a finding names as `product/parameter`. */
function findParameter(plan: Plan, subject: string): ReviewTarget | undefined {
	const answer = plan.answers.find(({kind, product, id}) => kind === 'parameter' && `${product}/${id}` === subject);
	return answer && {kind: 'parameter', product: answer.product, id: answer.id};
}

/** The parameter that gave a finding's flows their ports: a range is wide enough to be no coincidence. */
function findRangeParameter(plan: Plan, finding: Finding): ReviewTarget | undefined {
	const ranges = findFlows(plan, finding.flows).flatMap(({product, service}) => service.ports.filter(port => port.includes('-')).map(range => ({product, range})));
	const answer = plan.answers.find(({kind, product, value}) => kind === 'parameter' && ranges.some(entry => entry.product === product && value.split(', ').some(port => port.split('/').at(-1) === entry.range)));
	return answer && {kind: 'parameter', product: answer.product, id: answer.id};
}

function findFlows({flows}: Plan, ids: readonly string[]): Flow[] {
	const wanted = new Set(ids);
	return flows.filter(({id}) => wanted.has(id));
}

function cutPrefix(text: string, prefix: string): string | undefined {
	return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
