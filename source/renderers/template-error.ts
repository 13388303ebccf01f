import type {Problem} from '../core/problem.js';

/** Templates that cannot be rendered: all that is wrong with them, each with its file and line. */
export class TemplateError extends Error {
	override readonly name = 'TemplateError';
	readonly problems: readonly Problem[];

	constructor(problems: readonly Problem[], options?: ErrorOptions) {
		super(problems.map(({file, line, message}) => [file, line, ` ${message}`].filter(part => part !== undefined).join(':')).join('\n'), options);
		this.problems = problems;
	}
}
