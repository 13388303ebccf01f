import type {Disposition, Finding, Flow, Plan, PlanAdvice, PlanAnswer} from '../core/model.js';
import type {EvidenceView, LineGroupView, LineView, ZoneReference} from './line-view.js';
import type {TestPlan} from './test-plan.js';

/*
What templates see: plain objects and lists of texts and numbers, everything already found, grouped and in order, so that a template holds words and no logic.
Texts are as people wrote them; the engine escapes them where a template prints them. An absent text is empty, so that a template can ask for any field.
*/

/** What a template of a document can print. */
export type DocumentView = {
	readonly tool: Plan['tool'];
	readonly date: string;
	readonly ready: boolean;
	readonly notReady: readonly string[];
	readonly request: Plan['request'] & {readonly title: string; readonly isNew: boolean};
	readonly profile: {readonly name: string; readonly title: string; readonly description: string; readonly hash: string};
	readonly change: ChangeView;
	readonly catalog: Plan['catalog'];
	readonly counts: Counts;
	readonly zones: readonly ZoneView[];
	readonly conduits: readonly LineGroupView[];
	/** Lines of host firewalls, by zone. */
	readonly inside: readonly LineGroupView[];
	/** Lines of an earlier request to take away. */
	readonly removed: readonly LineGroupView[];
	readonly denies: readonly DenyView[];
	readonly hostFirewalls: readonly HostFirewallView[];
	readonly notOpened: readonly FlowView[];
	readonly needsInput: readonly FlowView[];
	readonly readings: readonly ReadingView[];
	readonly questionGroups: ReadonlyArray<{readonly askOf: string; readonly questions: readonly QuestionView[]}>;
	readonly findingGroups: readonly FindingGroupView[];
	/** The most severe open findings, for a reader with one page of time. */
	readonly worstFindings: readonly FindingView[];
	readonly moreOpenFindings: number;
	/** Critical and high findings that somebody accepted. */
	readonly acceptedRisks: readonly FindingView[];
	readonly prerequisites: ReadonlyArray<{readonly host: string; readonly advice: readonly AdviceView[]}>;
	readonly adviceGroups: ReadonlyArray<{readonly for: PlanAdvice['for']; readonly advice: readonly AdviceView[]}>;
	readonly assumed: readonly AnswerView[];
	readonly given: readonly AnswerView[];
	readonly tests: TestPlan;
	/** What came of all tests, for the record; each text is empty where nobody handed in results. */
	readonly testRecord: {readonly by: string; readonly when: string; readonly result: string};
	readonly dispositions: ReadonlyArray<{readonly id: Disposition; readonly count: number}>;
	/** Every documented connection and what became of it, by product. */
	readonly accounting: readonly ProductAccounting[];
	readonly addresses: readonly AddressView[];
	/** Lines of which the tables show only a part. */
	readonly shortenedLines: ReadonlyArray<{readonly id: string; readonly sources: readonly FullEnd[]; readonly destinations: readonly FullEnd[]}>;
};

export type FullEnd = {readonly title: string; readonly addresses: readonly string[]};

export type ChangeView = {
	readonly title: string;
	readonly project: string;
	readonly environment: string;
	readonly marking: string;
	readonly requester: string;
	readonly owner: string;
	readonly contacts: readonly string[];
	readonly approvers: readonly string[];
	readonly reason: string;
	readonly impact: string;
	readonly kind: string;
	readonly window: string;
	readonly expiry: string;
	readonly review: string;
	readonly testResponsible: string;
	readonly testNote: string;
	readonly rollbackResponsible: string;
	readonly rollbackNote: string;
};

export type Counts = {
	readonly zones: number;
	readonly hosts: number;
	readonly conduits: number;
	readonly networkLines: number;
	readonly hostLines: number;
	readonly denies: number;
	readonly removedNetwork: number;
	readonly removedHost: number;
	readonly network: StatusCounts;
	readonly host: StatusCounts;
	/** Documented connections of the chosen products. */
	readonly documented: number;
	/** What they became: one entry for each pair of hosts. */
	readonly flows: number;
	readonly siteFlows: number;
	readonly openFindings: number;
	readonly acceptedFindings: number;
	readonly notAssessable: number;
	readonly openQuestions: number;
	readonly blockingQuestions: number;
	/** Lines of network firewalls with what its document calls unencrypted. */
	readonly clearTextLines: number;
	/** The other ones with something of which no document says whether it is encrypted. */
	readonly unstatedLines: number;
	readonly incompleteLines: number;
};

export type StatusCounts = {readonly add: number; readonly change: number; readonly keep: number};

export type ZoneView = ZoneReference & {
	readonly administration: boolean;
	readonly ipVersions: readonly string[];
	readonly hosts: readonly ZoneHostView[];
	readonly inbound: readonly LineView[];
	readonly outbound: readonly LineView[];
	readonly inside: readonly LineView[];
};

/** A host with its interfaces in one zone. */
export type ZoneHostView = {
	readonly title: string;
	readonly id: string;
	readonly machines: number;
	readonly isActor: boolean;
	readonly interfaces: ReadonlyArray<{readonly role: string; readonly addresses: readonly string[]}>;
};

export type DenyView = {
	readonly id: string;
	readonly ipVersion: string;
	readonly service: string;
	readonly source: string;
	readonly destination: string;
	readonly purpose: string;
	readonly review: string;
	readonly flows: readonly string[];
	readonly evidence: readonly EvidenceView[];
};

export type HostFirewallView = {
	readonly id: string;
	readonly title: string;
	readonly isActor: boolean;
	readonly machines: number;
	readonly zones: readonly string[];
	readonly isAutomatic: boolean;
	readonly by: string;
	/** Ids of the lines it must let in: between zones, and inside its own. */
	readonly acceptsNetwork: readonly string[];
	readonly acceptsHost: readonly string[];
	readonly opens: readonly string[];
};

/** A documented connection with one disposition, over all pairs of hosts that share it. */
export type FlowView = {
	readonly flow: string;
	readonly product: string;
	readonly disposition: Disposition;
	readonly reason: string;
	readonly pairs: number;
	readonly initiator: EndName;
	readonly responder: EndName;
	readonly service: string;
	readonly documentedPorts: string;
	readonly need: Flow['need'];
	readonly condition: string;
	readonly encrypted: string;
	readonly purpose: string;
	readonly lines: readonly string[];
	readonly review: string;
	readonly evidence: readonly EvidenceView[];
};

/** A part of a product, or somebody outside, and the hosts it runs on. */
export type EndName = {readonly name: string; readonly hosts: readonly string[]};

/** A place where documents contradict each other: what was chosen, and what was not. */
export type ReadingView = {
	readonly chosen: string;
	readonly because: string;
	readonly others: ReadonlyArray<{readonly says: string; readonly evidence: readonly EvidenceView[]}>;
	readonly flows: readonly string[];
	readonly lines: readonly string[];
	readonly evidence: readonly EvidenceView[];
};

export type QuestionView = {
	readonly id: string;
	readonly text: string;
	readonly isBlocking: boolean;
	readonly lines: readonly string[];
	readonly flowCount: number;
	readonly answer: string;
	readonly answeredBy: string;
	readonly answeredOn: string;
	readonly evidence: readonly EvidenceView[];
};

export type FindingView = {
	readonly id: string;
	readonly title: string;
	readonly severity: string;
	readonly status: Finding['status'];
	readonly message: string;
	readonly why: string;
	readonly remedy: string;
	readonly lines: readonly string[];
	readonly flows: readonly string[];
	readonly acceptance: {readonly reason: string; readonly by: string; readonly on: string; readonly until: string} | undefined;
};

/** Findings of one kind. */
export type FindingGroupView = {readonly check: string; readonly title: string; readonly why: string; readonly findings: readonly FindingView[]};

export type AdviceView = {readonly id: string; readonly text: string; readonly host: string; readonly isOwn: boolean; readonly note: string; readonly evidence: readonly EvidenceView[]};

export type AnswerView = {readonly product: string; readonly question: string; readonly value: string; readonly label: string; readonly kind: PlanAnswer['kind']};

export type ProductAccounting = {readonly product: string; readonly name: string; readonly documented: number; readonly entries: number; readonly flows: readonly FlowView[]};

export type AddressView = {readonly title: string; readonly host: string; readonly role: string; readonly zone: string; readonly addresses: readonly string[]};
