import type {Command, CommandOption, Positional, Word} from '../command.js';
import {listOptions} from '../words.js';

/** What may be typed once some words stand there. */
export type Context = {
	/** The command and its subcommand, as far as they are typed: `''`, `profiles`, `profiles show`. */
	readonly key: string;
	/** Words that lead to another context. */
	readonly next: ReadonlyArray<{readonly name: string; readonly summary: string}>;
	/** Words in a place of their own, that come after. */
	readonly words: readonly Positional[];
	readonly options: readonly CommandOption[];
};

const helpOption: CommandOption = {name: 'help', short: 'h', summary: 'help for the program or a command'};
const versionOption: CommandOption = {name: 'version', short: 'V', summary: 'the version'};

/** Every context of a command line, from the table of commands; the first is that of the program itself. */
export function listContexts(commands: readonly Command[]): Context[] {
	const names = commands.map(({name, summary}) => ({name, summary}));
	return [
		{key: '', next: [...names, {name: 'help', summary: 'help for a command'}], words: [], options: [helpOption, versionOption]},
		{key: 'help', next: names, words: [], options: []},
		...commands.flatMap(command => [
			{key: command.name, next: listShown(command), words: command.words, options: [...command.options, helpOption]},
			...listShown(command).map(subcommand => ({key: `${command.name} ${subcommand.name}`, next: [], words: subcommand.words, options: [...listOptions(command, subcommand), helpOption]})),
		]),
	];
}

function listShown({subcommands = []}: Command) {
	return subcommands.filter(({isHidden}) => isHidden !== true);
}

/** An option as it is typed: `--out`, `-o`. */
export function listSpellings({name, short}: CommandOption): string[] {
	return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** A place of a command line, and what is typed there. */
export type Place = {readonly key: string; readonly word: Word};

/** Places of words, as `profiles show 0`. */
export function listWordPlaces(contexts: readonly Context[]): Place[] {
	return contexts.flatMap(({key, words}) => words.map(({word}, index) => ({key: `${key} ${index}`, word})));
}

/** Places of values, as `generate --out`. */
export function listValuePlaces(contexts: readonly Context[]): Place[] {
	return contexts.flatMap(({key, options}) => options.filter(({value}) => value !== undefined).flatMap(option => listSpellings(option).map(spelling => ({key: `${key} ${spelling}`, word: option.word ?? {kind: 'text' as const}}))));
}

/** Places in groups of the same answer, so that a script says it once. */
export function groupPlaces(places: readonly Place[], format: (word: Word) => string | undefined): Array<readonly [string, readonly string[]]> {
	const groups = new Map<string, string[]>();
	for (const {key, word} of places) {
		const answer = format(word);
		if (answer !== undefined) {
			groups.set(answer, [...groups.get(answer) ?? [], key]);
		}
	}

	return [...groups];
}

/** A text as one word of a shell: of sh and its kin, or of fish, in which a backslash counts even there. */
export function quote(text: string, shell: 'sh' | 'fish' = 'sh'): string {
	return shell === 'fish' ? `'${text.replaceAll('\\', '\\\\').replaceAll('\'', String.raw`\'`)}'` : `'${text.replaceAll('\'', String.raw`'\''`)}'`;
}

/** The pattern of a `case` of sh and its kin for some contexts or places. */
export function formatKeys(keys: readonly string[]): string {
	return keys.map(key => quote(key)).join(' | ');
}

/** Branches of a `case` of sh and its kin, one a line: what to do in each group of places. */
export function formatPlaces(groups: ReadonlyArray<readonly [action: string, keys: readonly string[]]>): string {
	return groups.map(([action, keys]) => `\t\t\t${formatKeys(keys)}) ${action} ;;`).join('\n');
}
