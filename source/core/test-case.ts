/*
Tests of a request as data: what to try, and what came of it.
*/

/** What a test is about: a line that must get through, and what must stay closed beside it, against it, into a zone without lines, of a withheld flow, of a removed line. */
export const testKinds = ['open', 'beside', 'reverse', 'zone', 'withheld', 'removed'] as const;
export type TestKind = (typeof testKinds)[number];

export const testProtocols = ['tcp', 'udp', 'icmp'] as const;
export type TestProtocol = (typeof testProtocols)[number];

/** What happened: the other end answered, its system refused, nothing came, something on the way said that it cannot be reached, or it could not be tried. */
export const testDetails = ['open', 'refused', 'timed-out', 'unreachable', 'not-run'] as const;
export type TestDetail = (typeof testDetails)[number];

/** What it means. `unanswered` proves nothing. */
export const testVerdicts = ['failed', 'not-run', 'unanswered', 'passed'] as const;
export type TestVerdict = (typeof testVerdicts)[number];

/** A connection to try from an interface of a host. */
export type TestCase = {
	readonly kind: TestKind;
	/** Id of the line, of the flow (`withheld`) or of the zone (`zone`). */
	readonly subject: string;
	/** `host/role` of who opens it. */
	readonly source: string;
	readonly ipVersion: 4 | 6;
	/** An address, or a DNS name. */
	readonly to: string;
	readonly protocol: TestProtocol;
	/** 0 for ICMP. */
	readonly port: number;
};

/** What came of a case on one machine. */
export type TestResult = TestCase & {
	readonly result: TestVerdict;
	readonly detail: TestDetail;
	/** The address it was sent from; empty when that is not known. */
	readonly from: string;
	/** By the clock of the machine, in UTC. */
	readonly time: string;
	readonly remark: string;
	/** `user@machine`. */
	readonly by: string;
};
