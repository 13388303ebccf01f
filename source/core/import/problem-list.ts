import {sortProblems, type Problem} from '../problem.js';
import {findUnfitCharacter, showLine} from '../text.js';
import {maxTextLength} from '../limits.js';

/** So many problems are kept: a text with more of them is not what its reader expects. */
const maxProblems = 1000;

/** After so many a text is not read to its end, as it would only take time. */
const hopeless = 10_000;

/** Collects the problems of an import. What comes after the first thousand is only counted, so that a wrong file does not fill the memory. */
export class ProblemList {
	readonly #problems: Problem[] = [];
	readonly #file: string | undefined;
	#rest = 0;

	/** @param file - The file's name as the user knows it; undefined for pasted text. */
	constructor(file?: string) {
		this.#file = file;
	}

	add(problem: Omit<Problem, 'path' | 'file'> & {readonly path?: Problem['path']}): void {
		if (this.#problems.length >= maxProblems) {
			this.#rest++;
			return;
		}

		this.#problems.push({path: [], ...problem, ...(this.#file === undefined ? {} : {file: this.#file})});
	}

	/** Whether so much is wrong that reading on makes no sense; what is listed then says so. */
	get isHopeless(): boolean {
		return this.#problems.length + this.#rest >= hopeless;
	}

	/** The problems in order of line, and one more that counts those left out. */
	list(): readonly Problem[] {
		const message = this.isHopeless ? `${this.#rest} more problems are not listed, and what stands after them was not read` : `${this.#rest} more problems are not listed`;
		const rest: readonly Problem[] = this.#rest === 0 ? [] : [{code: 'import/too-many', path: [], ...(this.#file === undefined ? {} : {file: this.#file}), message, hint: 'is this the right text?'}];
		return [...sortProblems(this.#problems), ...rest];
	}
}

/** Say that a text is too long to be imported; false when it is not. */
export function refuseLongText(text: string, problems: ProblemList): boolean {
	if (text.length <= maxTextLength) {
		return false;
	}

	problems.add({code: 'text/too-long', line: 1, column: 1, message: `the text has ${text.length} characters`, hint: `at most ${maxTextLength} are read`});
	return true;
}

/** The longest name of a host or group that is read, in characters. */
const maxNameLength = 300;

/**
Say what makes a text no name of a host or group, or undefined when nothing does. Names that pass are safe to be shown.
*/
export function findBadName(text: string): string | undefined {
	if (text.length > maxNameLength) {
		return `${quote(text)} is too long for a name: at most ${maxNameLength} characters are read`;
	}

	const unfit = findUnfitCharacter(text, {multiline: false});
	return unfit === undefined ? undefined : `the name ${quote(text)} contains ${unfit}`;
}

/** A text of a person for a message: on one line, cut, and safe to be shown. */
export function quote(text: string): string {
	return `"${showLine(text, 80)}"`;
}
