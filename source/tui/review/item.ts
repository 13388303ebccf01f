import type {StyledLine} from '../text/styled.js';

/** The question that an item of the review is about: where the person can change what it shows. */
export type ReviewTarget
	= | {readonly kind: 'zone'; readonly zone: string}
		| {readonly kind: 'interface'; readonly host: string; readonly role: string}
		| {readonly kind: 'option' | 'parameter' | 'component' | 'mode' | 'version'; readonly product: string; readonly id: string}
		/** A field of the change record, as `requester` or `test`. */
		| {readonly kind: 'change'; readonly field: string}
		/** A finding to accept. */
		| {readonly kind: 'finding'; readonly id: string}
		/** An open question of the documents to answer. */
		| {readonly kind: 'question'; readonly id: string};

/** What the review lists, scrolls and selects. */
export type ReviewItem = {
	/** Unique in its list, and the same in another width. */
	readonly id: string;
	/** At least one line, none wider than the columns. */
	readonly lines: readonly StyledLine[];
	/** It only says what follows, and is not to be selected. */
	readonly isHeading?: true;
	/** What follows belongs to it, up to the next one. */
	readonly isGroup?: true;
	readonly target?: ReviewTarget;
	/** Where several things stand side by side: the targets of the others, from left to right. */
	readonly moreTargets?: readonly ReviewTarget[];
	/** Everything that the lines leave out, made when it is asked for. No line is wider than the columns. */
	readonly detail?: readonly StyledLine[];
	/** The detail says what the lines say, too. */
	readonly isDetailWhole?: true;
};

/** All that an item says, once. */
export function listAllLines({lines, detail, isDetailWhole}: ReviewItem): readonly StyledLine[] {
	return isDetailWhole && detail !== undefined ? detail : [...lines, ...detail ?? []];
}

export type ReviewOptions = {
	/** Terminal cells; everything fits from 44 on, and nothing is ever wider. */
	readonly columns: number;
	/** Box drawing and arrows; otherwise our own signs are ASCII only. */
	readonly unicode: boolean;
};
