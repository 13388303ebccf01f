import type {Catalog, Conduit, Flow, Host, Profile, Rule, Severity, Zone} from '../model.js';

/** What a check sees: the design as derived so far. */
export type AnalysisContext = {
	readonly catalog: Catalog;
	readonly profile: Profile;
	readonly zones: readonly Zone[];
	readonly hosts: readonly Host[];
	readonly flows: readonly Flow[];
	readonly rules: readonly Rule[];
	readonly conduits: readonly Conduit[];
	/** YYYY-MM-DD. */
	readonly today: string;
};

/** One thing a check noticed, or could not assess. */
export type Notice = {
	/**
	What it is about, stable between plans and unique in its check: a conduit with a service, a host's interface, a zone.
	With the check's id it makes the finding's id. It names no more than what somebody accepts with it.
	*/
	readonly subject: string;
	/** What was found; or, when `assessable` is false, why it cannot be known. */
	readonly message: string;
	readonly assessable?: false;
	/** When it differs from the check's own. What is not assessable is `info` unless this says otherwise. */
	readonly severity?: Severity;
	/** When it differs from the check's own. */
	readonly remedy?: string;
	readonly rules?: readonly string[];
	readonly flows?: readonly string[];
};

/** One kind of finding: its text and its logic together. */
export type Check = {
	readonly id: string;
	readonly title: string;
	readonly severity: Severity;
	/** What it looks for. */
	readonly looksFor: string;
	/** Why it matters. */
	readonly why: string;
	/** What to do about it. */
	readonly remedy: string;
	/** When it may be accepted. */
	readonly falseAlarm: string;
	/** It is about the findings themselves: it runs after the others and sees what they found. */
	readonly runsLast?: true;
	/** @param found - Ids of the findings of the checks that ran before; empty unless `runsLast` is set. */
	readonly find: (context: AnalysisContext, found: ReadonlySet<string>) => readonly Notice[];
};
