import {suggest} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {UserError} from '../shell/user-error.js';
import type {Command, CommandOption, Positional, Subcommand} from './command.js';

/*
What follows from the table of commands: how their words are written, and which are wrong.
*/

/** What somebody typed is repeated to no greater length. */
const shownLength = 80;

/** The words of a command as help prints them. */
export function formatUsage({words, subcommands}: Pick<Command, 'words' | 'subcommands'>): string {
	return subcommands === undefined
		? words.map(word => formatLabel(word)).join(' ')
		: `<${subcommands.filter(({isHidden}) => isHidden !== true).map(subcommand => [subcommand.name, ...subcommand.words.map(word => formatLabel(word))].join(' ')).join(' | ')}>`;
}

function formatLabel({label, word, isOptional}: Positional): string {
	const text = word.kind === 'choice' ? `<${word.choices.join(' | ')}>` : label;
	return isOptional ? `[${text}]` : text;
}

/** The subcommand that a command line names. */
export function findSubcommand(command: Command, words: readonly string[]): Subcommand | undefined {
	return command.subcommands?.find(({name}) => name === words[0]);
}

/** The options of a command, or of one of its subcommands. */
export function listOptions(command: Command, subcommand: Subcommand | undefined): readonly CommandOption[] {
	return subcommand === undefined ? command.options : command.options.filter(({only}) => only === undefined || only.includes(subcommand.name));
}

/**
Check the words of a command, and the options of its subcommand.

@param options - Names of the options that were given.
@throws {UserError} When there are too many or too few, or the subcommand is none.
*/
export function requireWords(command: Command, words: readonly string[], options: readonly string[]): void {
	const hint = `see virt-fw-wizard ${command.name} --help`;
	if (command.subcommands === undefined) {
		requireCount(command.name, command.words, words, hint);
		return;
	}

	const [word] = words;
	const subcommand = findSubcommand(command, words);
	if (word === undefined) {
		throw new UserError(`${command.name} needs ${formatUsage(command)}`, {hint});
	}

	if (subcommand === undefined) {
		throw new UserError(`${command.name} has no "${showLine(word, shownLength)}"`, {hint: suggest(word, command.subcommands.filter(({isHidden}) => isHidden !== true).map(({name}) => name))});
	}

	const name = `${command.name} ${subcommand.name}`;
	const known = new Set(listOptions(command, subcommand).map(option => option.name));
	const foreign = options.find(option => !known.has(option));
	if (foreign !== undefined) {
		throw new UserError(`${name} has no option "--${foreign}"`, {hint});
	}

	requireCount(name, subcommand.words, words.slice(1), hint);
}

function requireCount(name: string, positionals: readonly Positional[], words: readonly string[], hint: string): void {
	if (words.length > positionals.length) {
		throw new UserError(positionals.length === 0 ? `${name} takes no further word` : `${name} has one word too many: "${showLine(words.at(-1)!, shownLength)}"`, {hint: positionals.length === 0 ? `leave "${showLine(words.at(-1)!, shownLength)}" away` : hint});
	}

	const missing = positionals.slice(words.length).filter(({isOptional, isAskedFor}) => isOptional !== true && isAskedFor !== true);
	if (missing.length > 0) {
		throw new UserError(`${name} needs ${missing.map(positional => formatLabel(positional)).join(' ')}`, {hint});
	}
}
