import type {Advice, Encryption, NetworkRole, OpenQuestion} from './catalog/schema.js';
import type {AddressRange} from './addresses.js';
import type {Change, Trust} from './profile/schema.js';
import type {TestResult} from './test-case.js';

export type {Catalog, CatalogFlow, Condition, Encryption, NetworkRole, Product} from './catalog/schema.js';
export type {Change, Profile, Trust} from './profile/schema.js';

/** IP versions in the order documents print them. */
export const ipVersions = [4, 6] as const;
export type IpVersion = (typeof ipVersions)[number];

/** Addresses with one security need (IEC 62443-3-2). */
export type Zone = {
	readonly id: string;
	readonly title: string;
	readonly trust: Trust;
	/** Administrators work from here. */
	readonly administration: boolean;
	readonly vlan?: number;
	/** Networks as the profile writes them. */
	readonly networks: readonly string[];
	readonly ranges: readonly AddressRange[];
	/** IP versions its networks have; IPv4 while it has none. */
	readonly ipVersions: readonly IpVersion[];
};

/** A host's connection in one network role. */
export type HostInterface = {
	/** `host/role`, unique in a plan. */
	readonly id: string;
	readonly host: string;
	readonly role: NetworkRole;
	/** Zone id; undefined until the profile says where the role is. */
	readonly zone: string | undefined;
	readonly ranges: readonly AddressRange[];
	/** DNS names, which have no IP version of their own. */
	readonly names: readonly string[];
	/** What documents print while no address is known, as `<olvm-manager management IPv4>`. */
	readonly ipVersions: readonly IpVersion[];
	/** No address is known yet. */
	readonly isPlaceholder: boolean;
};

export type ComponentReference = {readonly product: string; readonly component: string};

/** A machine, or a set of alike machines, that components run on; or somebody outside. */
export type Host = {
	readonly id: string;
	readonly title: string;
	readonly kind: 'host' | 'actor';
	readonly components: readonly ComponentReference[];
	/** The host may be several alike machines that also talk to one another. */
	readonly several: boolean;
	/** How many machines, where the profile says so. */
	readonly count?: number;
	readonly cluster: string;
	/** Who writes its host firewall. */
	readonly hostFirewall: {readonly automatic: boolean; readonly by: string};
	readonly interfaces: readonly HostInterface[];
};

/** What became of a documented connection in this design. */
export const dispositions = ['cross-zone', 'intra-zone', 'local', 'not-needed', 'not-opened', 'needs-input', 'denied'] as const;
export type Disposition = (typeof dispositions)[number];

/** Where a statement stands: enough to find it again in the vendor's document. */
export type Evidence = {
	readonly document: string;
	readonly title: string;
	readonly section: string;
	readonly where: string;
	readonly row: string;
	readonly url?: string;
	readonly caution?: string;
};

export type FlowEnd = {
	/** Id of the component or actor in its product. */
	readonly component: string;
	/** What people call it. */
	readonly name: string;
	/** Undefined when nothing runs it in this design. */
	readonly host: string | undefined;
	readonly zone: string | undefined;
	readonly role: NetworkRole;
};

/** Service of a flow: IP protocol and destination ports. `ports` is empty for protocols that have none. */
export type Service = {
	readonly protocol: 'tcp' | 'udp' | 'icmp' | 'ip';
	/** IP protocol number when protocol is `ip`. */
	readonly number?: number;
	readonly ports: readonly string[];
	readonly application?: string;
	/** The site changed the documented ports, which were these. */
	readonly documentedPorts?: readonly string[];
};

/** What keeps a flow from becoming a rule. */
export type Missing
	= | {readonly kind: 'peer'; readonly host: string}
		| {readonly kind: 'parameter'; readonly parameter: string}
		| {readonly kind: 'zone'; readonly host: string; readonly role: NetworkRole}
		| {readonly kind: 'ip-version'; readonly initiator: string; readonly responder: string};

/** One documented connection between two hosts of this design, with exactly one disposition. */
export type Flow = {
	/** `product/flow@initiator>responder`; without the hosts where no host pair carries it. */
	readonly id: string;
	/** Product id, or `site` for flows the profile adds. */
	readonly product: string;
	/** `product/flow` of the catalog. */
	readonly catalogFlow: string;
	readonly disposition: Disposition;
	/** Why it has this disposition, in words. */
	readonly reason: string;
	readonly initiator: FlowEnd;
	readonly responder: FlowEnd;
	readonly service: Service;
	readonly need: 'required' | 'optional' | 'conditional';
	/** The condition in words, where it has one. */
	readonly condition?: string;
	readonly encrypted: Encryption;
	readonly purpose: string;
	/** IP versions it is carried on; empty unless it is cross-zone or intra-zone. */
	readonly ipVersions: readonly IpVersion[];
	/** What the site must still say before it can become a rule. */
	readonly missing?: Missing;
	readonly review?: string;
	readonly reading?: {readonly chosen: string; readonly because: string; readonly others: ReadonlyArray<{readonly says: string; readonly evidence: Evidence}>};
	readonly sources: readonly Evidence[];
};

/** One end of a rule: an interface and the addresses it has in the rule's IP version. */
export type RuleEnd = {
	readonly host: string;
	readonly title: string;
	readonly role: NetworkRole;
	readonly interface: string;
	/** Addresses and DNS names as text; empty while none is known. */
	readonly addresses: readonly string[];
	/** Shown instead of addresses while none is known. */
	readonly placeholder?: string;
};

/** A line: what a firewall must permit in the initiator's direction. Replies are the firewall's work. */
export type Rule = {
	readonly id: string;
	/** `network`: between zones; `host`: inside a zone, for host firewalls only. */
	readonly scope: 'network' | 'host';
	/** `source zone>destination zone`. */
	readonly conduit: string;
	readonly sourceZone: string;
	readonly destinationZone: string;
	readonly ipVersion: IpVersion;
	readonly protocol: 'tcp' | 'udp' | 'icmp' | 'ip';
	readonly number?: number;
	readonly ports: readonly string[];
	readonly sources: readonly RuleEnd[];
	readonly destinations: readonly RuleEnd[];
	readonly need: 'required' | 'optional' | 'conditional';
	/** `mixed` where its services differ; each service then says its own. */
	readonly encrypted: Encryption | 'mixed';
	readonly services: ReadonlyArray<{readonly ports: readonly string[]; readonly encrypted: Encryption; readonly purpose: string; readonly application?: string}>;
	readonly logging: string;
	readonly expiry: string;
	/** Ids of the flows behind it. */
	readonly flows: readonly string[];
	/** Against an earlier request. */
	readonly status: 'add' | 'change' | 'keep';
	/** All its addresses are known. */
	readonly isReady: boolean;
};

/** An explicit drop at the edge. */
export type Deny = {
	readonly id: string;
	readonly ipVersion: IpVersion | undefined;
	readonly protocol: 'tcp' | 'udp' | 'icmp' | 'ip';
	readonly number?: number;
	readonly ports: readonly string[];
	readonly source: string;
	readonly destination: string;
	readonly purpose: string;
	readonly review?: string;
	readonly flows: readonly string[];
	readonly sources: readonly Evidence[];
};

/** The channel from one zone to another: all lines of one direction. */
export type Conduit = {
	readonly id: string;
	readonly source: string;
	readonly destination: string;
	readonly rules: readonly string[];
	readonly flows: readonly string[];
};

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** What analysis noticed, or could not assess. */
export type Finding = {
	/** `check@subject`, derived and stable, so that it can be accepted once and stay accepted. */
	readonly id: string;
	readonly check: string;
	readonly title: string;
	readonly severity: Severity;
	readonly status: 'open' | 'accepted' | 'not-assessable';
	/** What was found, or why it cannot be known. */
	readonly message: string;
	readonly why: string;
	readonly remedy: string;
	/** Ids of lines and flows it is about. */
	readonly rules: readonly string[];
	readonly flows: readonly string[];
	readonly acceptance?: {readonly reason: string; readonly by: string; readonly on: string; readonly until?: string | undefined};
};

/** What somebody must still answer. */
export type PlanQuestion = {
	readonly id: string;
	readonly product: string;
	readonly text: string;
	readonly askOf: OpenQuestion['askOf'] | 'requester';
	/** The request is not ready before it is answered. */
	readonly blocking: boolean;
	readonly flows: readonly string[];
	readonly answer?: {readonly answer: string; readonly by: string; readonly on: string};
	readonly sources: readonly Evidence[];
};

export type PlanAdvice = {
	readonly id: string;
	readonly product: string;
	readonly for: Advice['for'];
	readonly text: string;
	/** The hosts it is a prerequisite on; empty when it concerns the design as a whole. */
	readonly hosts: readonly string[];
	/** Advice of this tool rather than of the document. */
	readonly own: boolean;
	readonly sources: readonly Evidence[];
};

/** A source document of the design, and how much of it the catalog uses. */
export type PlanDocument = {
	readonly id: string;
	readonly title: string;
	readonly publisher: string;
	readonly edition?: string | undefined;
	readonly url?: string | undefined;
	readonly retrieved: string;
	readonly extent: string;
	readonly caution?: string | undefined;
	readonly rows: number;
	/** Rows that nothing rests on, with the reason. */
	readonly setAside: ReadonlyArray<{readonly row: string; readonly section: string; readonly where: string; readonly says: string; readonly reason: string}>;
};

/** An answer of the design, with whether the architect gave it. */
export type PlanAnswer = {
	readonly product: string;
	readonly kind: 'version' | 'mode' | 'component' | 'option' | 'parameter';
	readonly id: string;
	readonly question: string;
	/** As a profile has it. */
	readonly value: string;
	/** The same as people say it. */
	readonly label: string;
	readonly isDefault: boolean;
};

/** Everything that was derived from a profile: the contract with renderers and other programs. */
export type Plan = {
	readonly schema: 'virt-fw-wizard/plan/1';
	readonly tool: {readonly name: string; readonly version: string};
	/** Day the plan was made, given by the caller. */
	readonly date: string;
	/** Content id of the request and revision: the same answers and catalog give the same. */
	readonly request: {
		readonly id: string;
		readonly revision: string;
		/** The request that this one replaces, when it was given. */
		readonly earlier?: {readonly id: string; readonly revision: string; readonly date: string};
	};
	readonly profile: {readonly name: string; readonly title: string; readonly description?: string; readonly hash: string; readonly schemaVersion: number};
	readonly change: Change;
	readonly catalog: {
		readonly hash: string;
		readonly products: ReadonlyArray<{readonly id: string; readonly name: string; readonly version: string; readonly reviewed: string}>;
		readonly documents: readonly PlanDocument[];
	};
	readonly answers: readonly PlanAnswer[];
	readonly zones: readonly Zone[];
	readonly hosts: readonly Host[];
	readonly flows: readonly Flow[];
	readonly conduits: readonly Conduit[];
	readonly rules: readonly Rule[];
	/** Lines of the earlier request that this one no longer has. */
	readonly removed: readonly Rule[];
	readonly denies: readonly Deny[];
	readonly findings: readonly Finding[];
	readonly openQuestions: readonly PlanQuestion[];
	readonly advice: readonly PlanAdvice[];
	readonly ready: boolean;
	/** Why the request is not ready; empty when it is. */
	readonly notReady: readonly string[];
	/** Documented flows and what became of them: the appendix's sums. */
	readonly accounting: {readonly documented: number; readonly flows: number; readonly byDisposition: Readonly<Record<Disposition, number>>};
	/** What came of the tests, where somebody handed in results. */
	readonly testResults?: readonly TestResult[];
};
