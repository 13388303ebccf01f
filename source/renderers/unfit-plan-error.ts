import type {Problem} from '../core/problem.js';

/** A format cannot say what the plan says, and would rather say nothing than something else. */
export class UnfitPlanError extends Error {
	override readonly name = 'UnfitPlanError';
	readonly problems: readonly Problem[];

	constructor(message: string, problems: readonly Problem[]) {
		super(message);
		this.problems = problems;
	}
}
