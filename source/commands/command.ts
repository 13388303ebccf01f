import {escapeUnfit} from '../core/text.js';

/** An option of a command, as help prints it and the parser reads it. */
export type CommandOption = {
	readonly name: string;
	readonly short?: string;
	/** What the value is, as `DIR`; without one it is a switch. */
	readonly value?: string;
	readonly summary: string;
};

/** What a command gets: positional words, and options that passed the parser. */
export type CommandInput = {
	readonly words: readonly string[];
	readonly values: Readonly<Record<string, string | undefined>>;
	readonly switches: ReadonlySet<string>;
	readonly write: (text: string) => void;
	readonly writeError: (text: string) => void;
};

/** One command: what help says of it, and how to run it. */
export type Command = {
	readonly name: string;
	readonly summary: string;
	/** Positional words as help prints them, as `<profile>`. */
	readonly usage: string;
	readonly wordCount: {readonly least: number; readonly most: number};
	readonly options: readonly CommandOption[];
	/** More about it: paragraphs. */
	readonly details: readonly string[];
	readonly examples: readonly string[];
	/** Loads what it needs, runs, and gives the exit code. */
	readonly run: (input: CommandInput) => Promise<number>;
};

/** Exit codes of the program. */
export const exitCodes = {done: 0, no: 1, wrongUse: 2, bug: 70} as const;

/** A value as JSON text for other programs, which does no harm on a terminal either. */
export function formatJson(value: unknown): string {
	return `${escapeUnfit(JSON.stringify(value, undefined, '\t'))}\n`;
}
