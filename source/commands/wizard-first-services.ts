import type {Catalog, Plan, Profile} from '../core/model.js';
import type {Draft} from '../core/profile/draft.js';
import type {ProfileSummary} from '../core/profile/summary.js';
import {listStarters} from '../shell/package-files.js';
import {listSavedSummaries} from '../shell/profile-summaries.js';
import type {ProfileStore} from '../shell/profile-store.js';
import type {Command} from '../tui/control.js';
import type {CommandContext, CommandOutcome, Saved, Services, Starter} from '../tui/services.js';
import type {DesignServices} from './wizard-services.js';

type Values = Readonly<Record<string, string | undefined>>;

/**
The wizard's services: what the first screen needs at once, and the rest loaded behind it.
*/
export class FirstServices implements Services {
	readonly today: string;
	readonly starters: readonly Starter[] = listStarters();
	readonly isPiped: boolean;
	readonly defer: (callback: () => void) => void;
	readonly #values: Values;
	readonly #fail: (error: unknown) => void;
	#design: DesignServices | undefined;
	#store: ProfileStore | undefined;
	#loading: Promise<DesignServices> | undefined;
	#describeFailure: ((error: unknown) => string | undefined) | undefined;
	#describeProblems: ((error: unknown) => CommandOutcome['notes']) | undefined;

	/** @param fail - Called with what is a bug. */
	constructor({values, isPiped, defer, fail}: {readonly values: Values; readonly isPiped: boolean; readonly defer: (callback: () => void) => void; readonly fail: (error: unknown) => void}) {
		this.#values = values;
		this.today = values['date'] ?? new Date().toISOString().slice(0, 10);
		this.isPiped = isPiped;
		this.defer = defer;
		this.#fail = fail;
	}

	/** The document that is to go to standard output. */
	get printed(): string | undefined {
		return this.#design?.printed;
	}

	/** Load while somebody reads the first screen what the second one needs. */
	warmUp(): void {
		// What cannot be loaded is said when it is needed.
		this.#load().catch(() => undefined);
	}

	close(): void {
		this.#design?.end();
	}

	listSaved(): readonly ProfileSummary[] {
		return listSavedSummaries(this.#store);
	}

	loadCatalog(): Catalog {
		return this.#design!.catalog;
	}

	derivePlan(profile: Profile): Plan {
		return this.#design!.derivePlan(profile);
	}

	save(draft: Draft, position: string, isFinished: boolean): Saved {
		try {
			return this.#design!.save(draft, position, isFinished);
		} catch (error) {
			const problem = this.#describeFailure!(error);
			if (problem === undefined) {
				throw error;
			}

			return {problem: `Not saved; ctrl+x writes the answers to a file. ${problem}`};
		}
	}

	async run(command: Command, context: CommandContext): Promise<CommandOutcome> {
		try {
			const design = await this.#load();
			return await design.run(command, context);
		} catch (error) {
			const problem = this.#describeFailure?.(error);
			if (problem !== undefined) {
				// What needs a screen of its own is not said a second time below it.
				const notes = this.#describeProblems?.(error);
				return notes === undefined ? {message: {text: problem, tone: 'danger'}} : {notes};
			}

			this.#fail(error);
			return {isLeaving: true};
		}
	}

	async #load(): Promise<DesignServices> {
		this.#loading ??= this.#loadDesign();
		try {
			return await this.#loading;
		} catch (error) {
			// The next try may find what was missing.
			this.#loading = undefined;
			throw error;
		}
	}

	async #loadDesign(): Promise<DesignServices> {
		const [{DesignServices: Design, describeFailure, describeProblems}, {ProfileStore: Store}] = await Promise.all([import('./wizard-services.js'), import('../shell/profile-store.js')]);
		this.#describeFailure = describeFailure;
		this.#describeProblems = describeProblems;
		this.#store ??= new Store();
		this.#design = await Design.load({values: this.#values, store: this.#store, today: this.today, isPiped: this.isPiped});
		return this.#design;
	}
}
