import type {Draft} from '../core/profile/draft.js';
import type {ReviewItem} from './review/item.js';
import type {StyledLine, Tone} from './text/styled.js';

/*
What a step shows, as data: the same control is drawn on a terminal, read out by a screen reader and driven by keys. A step describes
its control anew from the design each time; what somebody is in the middle of (the highlighted entry, a half-typed text) is kept
beside it, in `Ui`.
*/

/** A text that is wrapped to the width of the screen. */
export type Paragraph = {readonly text: string; readonly tone?: Tone};

/** Said below the control until the next key. */
export type Message = {readonly text: string; readonly tone: 'good' | 'warning' | 'danger' | 'muted'};

/** A place in the wizard: a step, and perhaps a screen within it. */
export type Location = {
	readonly step: string;
	/** A screen within the step, as `zone` for one zone's fields, with what it is about. */
	readonly within?: {readonly screen: string; readonly about: string} | undefined;
	/** The entry to highlight there. */
	readonly focus?: string | undefined;
};

/** Something only the shell can do. It runs before the next key is looked at. */
export type Command
	= | {readonly kind: 'start'; readonly starter: string | undefined; readonly title: string; readonly name: string}
		| {readonly kind: 'open'; readonly name: string}
		| {readonly kind: 'open-file'; readonly file: string}
		| {readonly kind: 'rename' | 'copy'; readonly name: string; readonly to: string}
		| {readonly kind: 'remove'; readonly name: string}
		| {readonly kind: 'export'; readonly name: string | undefined; readonly file: string}
		| {readonly kind: 'import'; readonly file: string}
		| {readonly kind: 'examine'; readonly folder: string; readonly formats: readonly string[]}
		| {readonly kind: 'write'; readonly folder: string; readonly formats: readonly string[]; readonly isForced: boolean}
		| {readonly kind: 'print'; readonly format: string}
		| {readonly kind: 'quit'};

/** Where the documents go. */
export type Output = {
	readonly folder: string;
	/** Ids of the formats to write. */
	readonly formats: readonly string[];
	/** The one format for standard output, when that leads to a file or a program. */
	readonly printed: string | undefined;
	/** What writing would do, once it was looked at. */
	readonly files?: ReadonlyArray<{readonly path: string; readonly status: string}>;
	/** Why it cannot be written as it is. */
	readonly obstacles?: readonly Paragraph[];
	/** Obstacles that somebody can decide to ignore: files that were changed by hand. */
	readonly canForce?: boolean;
	/** What is left to say when all is written. */
	readonly report?: readonly Paragraph[];
};

/** What a key came to. */
export type Result = {
	readonly draft?: Draft;
	readonly output?: Partial<Output>;
	readonly go?: 'next' | 'back' | Location;
	readonly command?: Command;
	readonly message?: Message;
};

/** A key of a control's own, as `a` to add. */
export type Action = {
	readonly key: string;
	readonly label: string;
	/** @param id - The highlighted entry. */
	readonly run: (id: string | undefined) => Result;
};

type Described = {
	readonly id: string;
	readonly label: string;
	/** Heading it stands under. */
	readonly group?: string | undefined;
	/** What is said of it while it is highlighted. */
	readonly about: readonly Paragraph[];
	/** Rows of the documents it rests on, as `document/row`; help shows them. */
	readonly sources?: readonly string[];
};

/** An entry of a list. */
export type Entry = Described & {
	/** Said behind the label. */
	readonly note?: string;
	/** The design if it were chosen, to say what that changes. */
	readonly preview?: () => Draft;
};

/** A field of a form: a question with a few answers, or a text. */
export type Field
	= | (Described & {
		readonly kind: 'choice';
		readonly choices: ReadonlyArray<{readonly value: string; readonly label: string}>;
		readonly value: string;
		/** Nobody has answered: it is what the documents or this tool assume. */
		readonly isDefault: boolean;
		readonly set: (value: string) => Result;
	})
	| (Described & {
		readonly kind: 'text';
		readonly value: string;
		/** What counts while it is empty. */
		readonly placeholder?: string;
		/** What an answer looks like; nothing counts while it is empty. */
		readonly example?: string;
		/** Line breaks of a paste are kept; without it they become spaces. */
		readonly isMultiline?: boolean;
		/** The text as it is stored, or a phrase that says what is wrong; without it the text only counts when the form is done. */
		readonly set?: (text: string) => {readonly draft: Draft; readonly problem?: never} | {readonly problem: string; readonly draft?: never};
	});

export type MatrixCell = {readonly text: string; /** Set for this host alone. */ readonly isOwn: boolean; /** The host has no such interface. */ readonly isIdle: boolean};

type Common = {
	/** The question, or what is to be done here. */
	readonly question: string;
	readonly intro?: string;
	/** Nothing comes before this screen. */
	readonly isFirst?: true;
	readonly actions?: readonly Action[];
};

/** One of several views of the same. */
export type Tab = {
	readonly id: string;
	readonly label: string;
	readonly items: (columns: number) => readonly ReviewItem[];
	/** The items say everything themselves, need the room, and are a picture that no filter takes apart. */
	readonly isComplete?: true;
	readonly open: (item: ReviewItem) => Result;
};

export type Control
	= | (Common & {readonly kind: 'list'; readonly entries: readonly Entry[]; readonly pick: (id: string) => Result; /** Entry to highlight first. */ readonly initial?: string; /** What going on means where choosing an entry does not. */ readonly proceed?: Result})
		| (Common & {readonly kind: 'multi'; readonly entries: ReadonlyArray<Entry & {readonly isChosen: boolean}>; readonly toggle: (id: string) => Draft; /** Said when somebody goes on without the least. */ readonly refuse: () => string | undefined})
		| (Common & {
			readonly kind: 'form';
			readonly fields: readonly Field[];
			/** What the last row says; `Continue` without it. */
			readonly done?: string;
			/** @param texts - Texts of the fields without `set`, by field. */
			readonly submit: (texts: Readonly<Record<string, string>>) => Result & {readonly problems?: Readonly<Record<string, string>>};
		})
		| (Common & {
			readonly kind: 'matrix';
			readonly columns: ReadonlyArray<{readonly id: string; readonly label: string}>;
			readonly rows: ReadonlyArray<{readonly id: string; readonly label: string; readonly cells: readonly MatrixCell[]; readonly about: readonly Paragraph[]}>;
			readonly open: (row: string, column: string | undefined) => Result;
			readonly clear: (row: string, column: string) => Result;
		})
		| (Common & {
			readonly kind: 'tabs';
			readonly tabs: readonly Tab[];
		})
		| (Common & {readonly kind: 'text'; readonly lines: (columns: number) => readonly StyledLine[]; readonly done?: Result; /** What that is, for the footer; `go on` without it. */ readonly doneLabel?: string});

/** What somebody is in the middle of on one screen. */
export type Ui = {
	/** Id of the highlighted entry, field or row; the first while undefined. */
	readonly focus?: string | undefined;
	readonly column?: string | undefined;
	readonly filter?: string;
	readonly isFiltering?: boolean;
	/** Texts that were typed and are not accepted yet, by field. */
	readonly texts?: Readonly<Record<string, {readonly text: string; readonly caret: number}>>;
	/** What is wrong with them. */
	readonly problems?: Readonly<Record<string, string>>;
	readonly tab?: string | undefined;
	/** First line shown of what scrolls. */
	readonly scroll?: number;
	/** The entry of each tab. */
	readonly tabFocus?: Readonly<Record<string, string>>;
};

/** The last row of a form, multi-selection or matrix. */
export const doneId = '\u{0}done';
