import type {Problem} from '../core/problem.js';

/**
Something the user can put right: shown as a message and a hint, never as a stack.

`cli.ts` alone turns it into text and exit code 2.
*/
export class UserError extends Error {
	override readonly name: string = 'UserError';
	/** What to type next. */
	readonly hint: string | undefined;
	/** Everything that is wrong, when it is several things. */
	readonly problems: readonly Problem[];

	constructor(message: string, {hint, problems = [], cause}: {readonly hint?: string | undefined; readonly problems?: readonly Problem[]; readonly cause?: unknown} = {}) {
		super(message, {cause});
		this.hint = hint;
		this.problems = problems;
	}
}

/** A program or package that somebody has to install is not there. */
export class MissingToolError extends UserError {
	override readonly name = 'MissingToolError';
}

/** The `code` of a system error, as ENOENT; undefined for anything else. */
export function findSystemCode(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
	EACCES: 'access is denied',
	EEXIST: 'something of that name exists already',
	EISDIR: 'it is a folder',
	ELOOP: 'it is a chain of links',
	EMFILE: 'too many files are open',
	ENAMETOOLONG: 'the name is too long',
	ENOENT: 'there is no such file or folder',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'part of the path is not a folder',
	EPERM: 'the system does not permit it',
	EROFS: 'the disk is read-only',
	EDQUOT: 'the disk quota is used up',
	EFBIG: 'the file would be too large',
};

/** Say a system error in words; undefined when it is none, so that the caller can let it pass as a bug. */
export function formatSystemError(error: unknown): string | undefined {
	const code = findSystemCode(error);
	if (code === undefined) {
		return undefined;
	}

	// Node's own errors begin with ERR_ and tell of a mistake in this program.
	return Object.hasOwn(reasons, code) ? reasons[code] : (/^E(?!RR_)[A-Z\d]+$/v.test(code) ? `the system says ${code}` : undefined);
}
