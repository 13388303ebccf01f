import {deriveHosts, type Inventory} from '../core/hosts.js';
import type {Catalog, Profile} from '../core/model.js';
import type {Problem} from '../core/problem.js';
import {completeProfile, draftSchema, type Draft} from '../core/profile/draft.js';
import {findNewProblems} from '../core/profile/problems.js';
import {listQuestions, type Question} from '../core/questions.js';
import {describeIssues} from '../core/schema-problems.js';

/** A draft with what follows from it at once: all that a step needs short of the plan. */
export type Design = {
	readonly catalog: Catalog;
	readonly draft: Draft;
	/** The draft less what does not apply. */
	readonly profile: Profile;
	readonly inventory: Inventory;
	readonly questions: readonly Question[];
};

/** What follows from a draft. */
export function deriveDesign(catalog: Catalog, draft: Draft): Design {
	const profile = completeProfile(draft, catalog);
	const inventory = deriveHosts(catalog, profile);
	return {catalog, draft, profile, inventory, questions: listQuestions(catalog, draft, inventory)};
}

/**
Try a changed draft: taken when it has the form of one and brings no problem that was not there before.

@returns The draft, or a phrase that says what is wrong and the key that it is wrong with.
*/
export function tryDraft({catalog, profile}: Design, draft: Draft): {readonly draft: Draft; readonly problem?: never} | {readonly problem: string; readonly key: string; readonly draft?: never} {
	const checked = draftSchema.safeParse(draft);
	if (!checked.success) {
		const [problem] = describeIssues(checked.error.issues, draftSchema, draft);
		return describeProblem(problem!);
	}

	const [found] = findNewProblems(profile, completeProfile(draft, catalog), catalog);
	return found === undefined ? {draft} : describeProblem(found);
}

function describeProblem(problem: Problem): {readonly problem: string; readonly key: string} {
	return {problem: formatProblem(problem), key: String(problem.path.at(-1) ?? '')};
}

/** A problem in one sentence. */
export function formatProblem({message, hint}: Problem): string {
	return hint === undefined ? message : `${message} (${hint})`;
}
