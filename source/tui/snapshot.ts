import type {Control, Message, Ui} from './control.js';

/*
What a screen is drawn from and read out from: all of it, and nothing else.
*/

/** What the rail counts. */
export type PlanCounts = {
	/** Lines between zones. */
	readonly networkLines: number;
	/** Lines for host firewalls inside zones. */
	readonly hostLines: number;
	readonly questions: number;
	/** Of the questions, those without whose answer the request is not ready. */
	readonly blocking: number;
	readonly findings: number;
};

/** How a step is shown in the rail. */
export type RailEntry = {readonly id: string; readonly title: string; readonly state: 'done' | 'current' | 'ahead'; readonly open: number};

/** All that is drawn. */
export type Snapshot = {
	readonly control: Control;
	readonly ui: Ui;
	readonly step: string;
	readonly rail: readonly RailEntry[];
	readonly title: string | undefined;
	readonly counts: PlanCounts | undefined;
	readonly message: Message | undefined;
	/** What each answer that could be given changes, by its value; undefined while it is not known yet. */
	readonly effects: ReadonlyMap<string, string | undefined>;
	readonly isHelp: boolean;
	readonly isTyping: boolean;
	readonly isReturning: boolean;
	readonly saving: {readonly state: 'saved' | 'none'} | {readonly state: 'failed'; readonly problem: string};
	readonly busy: string | undefined;
	readonly isLeaving: boolean;
};
