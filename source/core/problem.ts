import leven, {closestMatch} from 'leven';
import {showLine} from './text.js';

/**
What a person got wrong in a file, a flag or an answer, as a value.

`code` is stable and what tests and programs compare; `message` and `hint` are for people and may improve at any time.
*/
export type Problem = {
	/** As `profile/unknown-zone`. */
	readonly code: string;
	/** What is wrong, in one sentence without a final period. */
	readonly message: string;
	/** What to type instead. */
	readonly hint?: string;
	/** Where in the document: keys and indexes from the root. */
	readonly path: ReadonlyArray<string | number>;
	/** The file as the user named it. */
	readonly file?: string;
	/** Line, counted from 1. */
	readonly line?: number;
	/** Column, counted from 1. */
	readonly column?: number;
	/** The last key of `path` is what is wrong, not what stands behind it. */
	readonly isAboutKey?: true;
};

/** A value, or everything that is wrong with its text: never both. */
export type Outcome<Value> = {readonly value: Value; readonly problems?: never} | {readonly value?: never; readonly problems: readonly Problem[]};

/**
The known word nearest to what somebody typed, or undefined when nothing is near.

@param word - What was typed.
@param known - The words that would have been right.
*/
export function findNearest(word: string, known: readonly string[]): string | undefined {
	if (word === '' || word.length > 80) {
		return undefined;
	}

	// In a word of two or three letters two mistakes leave nothing to recognise: `on` is not `no`.
	const maxDistance = word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
	const lowerCase = word.toLowerCase();
	const letters = sortLetters(word);
	return known.find(candidate => candidate.toLowerCase() === lowerCase)
		?? known.find(candidate => word.length > 3 && candidate.length === word.length && sortLetters(candidate) === letters)
		?? closestMatch(word, known, {maxDistance})
		?? known.find(candidate => (word.length > 2 && candidate.startsWith(word)) || (candidate.includes(word) && leven(candidate, word) <= word.length));
}

/** Two letters in the wrong order are one mistake, and count as two in the distance. */
function sortLetters(word: string): string {
	return [...word].toSorted(compare).join('');
}

/**
A hint that names the nearest known word, or else lists what is known.

@example
suggest('olmv', ['olvm', 'okm']);
//=> 'did you mean "olvm"?'
*/
export function suggest(word: string, known: readonly string[]): string {
	const nearest = findNearest(word, known);
	if (nearest !== undefined) {
		return `did you mean "${nearest}"?`;
	}

	if (known.length === 0) {
		return 'there is none to choose from';
	}

	const listed = known.slice(0, 12).join(', ');
	return known.length > 12 ? `known are ${listed} and ${known.length - 12} more` : `known are ${listed}`;
}

/** As many problems as one answer shows: more only push the first ones out of sight. */
const shownProblems = 50;

/** The longest message that is shown: a word that somebody typed can have any length. */
const shownLength = 400;

/**
Say problems as text for a terminal or a log, a hint below each; of very many only the first, and how many more there are.

@returns Lines, each with its line break.
*/
export function formatProblems(problems: readonly Problem[]): string {
	const rest = problems.length - shownProblems;
	return `${problems.slice(0, shownProblems).map(problem => formatProblem(problem)).join('')}${rest > 0 ? `and ${rest} more\n` : ''}`;
}

function formatProblem({file, line, column, code, message, hint}: Problem): string {
	const place = [file === undefined ? undefined : showLine(file), line, column].filter(part => part !== undefined).join(':');
	return `${place === '' ? '' : `${place} `}${code} ${showLine(message, shownLength)}${hint === undefined ? '' : `\n    ${showLine(hint, shownLength)}`}\n`;
}

/** Order problems as they stand in the file, then by path and code, so that the same input gives the same bytes. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
	const key = (problem: Problem) => problem.path.join('\u{0}');
	return problems.toSorted((a, b) =>
		compare(a.file ?? '', b.file ?? '')
		|| ((a.line ?? 0) - (b.line ?? 0))
		|| ((a.column ?? 0) - (b.column ?? 0))
		|| compare(key(a), key(b))
		|| compare(a.code, b.code));
}

/** Plain comparison by code unit: the same on every machine, whatever its locale. */
export function compare(a: string, b: string): number {
	if (a < b) {
		return -1;
	}

	return a > b ? 1 : 0;
}
