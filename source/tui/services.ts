import type {Catalog, Plan, Profile} from '../core/model.js';
import type {Draft} from '../core/profile/draft.js';
import type {ProfileSummary} from '../core/profile/summary.js';
import type {Command, Location, Message, Output, Paragraph} from './control.js';

/** A starter profile. */
export type Starter = {readonly name: string; readonly title: string; readonly description?: string | undefined};

/** What became of saving. */
export type Saved
	= | {readonly name: string; readonly message?: string | undefined; readonly problem?: never}
		| {readonly problem: string; readonly name?: never; readonly message?: never};

/** What a command of the wizard came to. */
export type CommandOutcome = {
	readonly draft?: Draft;
	/** Where the wizard stood when that draft was saved. */
	readonly position?: string | undefined;
	readonly output?: Partial<Output>;
	readonly message?: Message;
	/** More to read than a message holds: shown until somebody closes it. */
	readonly notes?: {readonly title: string; readonly lines: readonly Paragraph[]};
	readonly go?: 'next' | 'back' | Location;
	/** The file that the design as it is was written to. */
	readonly exported?: string;
	/** The documents are written: the profile is finished until the next answer. */
	readonly isFinished?: boolean;
	readonly isLeaving?: boolean;
};

/** What a command may need to know of the wizard. */
export type CommandContext = {readonly draft: Draft | undefined; readonly profile: Profile | undefined; readonly output: Output; /** Say how far it is, as a phrase, until it ends. */ readonly report: (progress: string) => void};

/**
All that leaves the process. `commands/wizard.ts` gives it, and tests give another.
*/
export type Services = {
	/** Today, as YYYY-MM-DD. */
	readonly today: string;
	readonly starters: readonly Starter[];
	readonly listSaved: () => readonly ProfileSummary[];
	readonly loadCatalog: () => Catalog;
	readonly derivePlan: (profile: Profile) => Plan;
	/** Put a design on disk: when it returns without a problem, the answer survives whatever comes. */
	readonly save: (draft: Draft, position: string, isFinished: boolean) => Saved;
	readonly run: (command: Command, context: CommandContext) => CommandOutcome | Promise<CommandOutcome>;
	/** Standard output leads to a file or another program, so that a document can be sent there. */
	readonly isPiped: boolean;
	/** Do something later, when no key waits. */
	readonly defer: (callback: () => void) => void;
};
