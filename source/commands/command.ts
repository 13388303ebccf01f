import {escapeUnfit} from '../core/text.js';

/** Kinds of names that are known only when the program runs. */
export const nameKinds = ['profiles', 'starters', 'products'] as const;

/** Ids of the formats that are written where nobody chooses, in the order in which they are written: the renderers themselves are loaded only by who renders. */
export const defaultFormatIds = ['change-request', 'ports', 'topology', 'csv', 'plan'] as const;

/** Ids of all formats. */
export const formatIds = [...defaultFormatIds, 'svg', 'png', 'diagram-pdf', 'xlsx', 'docx', 'pdf', 'html', 'nftables', 'iptables', 'firewalld', 'ufw', 'ansible', 'aerleon', 'terraform-aws', 'terraform-azure', 'tests'] as const;

/** Words that stand for several formats. */
export const formatGroups = ['all', 'configurations'] as const;

/** Ids of the formats that are pictures, which mermaid-cli can draw as well. */
export const pictureFormatIds: readonly string[] = ['svg', 'png', 'diagram-pdf'];

/** How the result of an audit is printed; the first where nobody chooses. */
export const auditFormatIds = ['table', 'markdown'] as const;

/** Who draws the pictures; the first where nobody chooses. */
export const rendererIds = ['embedded', 'mermaid-cli'] as const;

/** What `schema` prints the form of. */
export const schemaNames = ['profile', 'plan', 'catalog', 'document'] as const;

/** What a word of the command line is: help says it, and shells complete it. */
export type Word
	= | {readonly kind: 'choice' | 'list'; readonly choices: readonly string[]}
		| {readonly kind: 'folder'}
		| {readonly kind: 'file'; readonly endings: readonly string[]}
		/** With endings it may be a file as well. */
		| {readonly kind: 'name'; readonly of: ReadonlyArray<(typeof nameKinds)[number]>; readonly endings?: readonly string[]}
		/** Nobody can guess it. */
		| {readonly kind: 'text'};

/** A word in a place of its own. */
export type Positional = {
	/** As help prints it; of a choice it is the choices. */
	readonly label: string;
	readonly word: Word;
	readonly isOptional?: true;
	/** When it is missing the command itself says what there is. */
	readonly isAskedFor?: true;
};

/** An option of a command, as help prints it, the parser reads it and shells complete it. */
export type CommandOption = {
	readonly name: string;
	readonly short?: string;
	/** What the value is, as `DIR`; without one it is a switch. */
	readonly value?: string;
	/** It may be given several times, and take several words at once, as a shell makes of `*.txt`. */
	readonly isRepeatable?: true;
	/** What kind of word the value is. */
	readonly word?: Word;
	readonly summary: string;
	/** The subcommands that have it, when not all do. */
	readonly only?: readonly string[];
};

/** What a command does with a first word of its own. */
export type Subcommand = {
	readonly name: string;
	readonly summary: string;
	readonly words: readonly Positional[];
	/** Other programs call it; help does not tell of it. */
	readonly isHidden?: true;
};

/** What a command gets: positional words, and options that passed the parser. */
export type CommandInput = {
	readonly words: readonly string[];
	readonly values: Readonly<Record<string, string | undefined>>;
	/** Every value of the options that may be given several times. */
	readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
	readonly switches: ReadonlySet<string>;
	readonly write: (text: string) => void;
	readonly writeError: (text: string) => void;
};

/** One command: what help says of it, and how to run it. */
export type Command = {
	readonly name: string;
	readonly summary: string;
	/** Words in their order; those of subcommands stand there. */
	readonly words: readonly Positional[];
	readonly subcommands?: readonly Subcommand[];
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
