/** A saved profile, as a list of many shows it. */
export type ProfileSummary = {
	readonly name: string;
	readonly title: string;
	/** Ids of the chosen products. */
	readonly chosen: readonly string[];
	/** ISO time of the last answer; empty when nobody can tell. */
	readonly updated: string;
	/** Its documents were written since the last answer. */
	readonly isFinished: boolean;
	/** Why it cannot be opened. */
	readonly problem?: string | undefined;
};
