import type {Catalog, Plan, Profile} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import type {Draft} from '../../source/core/profile/draft.js';
import type {ProfileSummary} from '../../source/core/profile/summary.js';
import type {Command, Location, Output} from '../../source/tui/control.js';
import type {Key, KeyName} from '../../source/tui/keys.js';
import {designModules} from '../../source/tui/modules.js';
import type {CommandContext, CommandOutcome, Saved, Services, Starter} from '../../source/tui/services.js';
import {layOutFrame, type Size} from '../../source/tui/view/frame.js';
import type {Snapshot} from '../../source/tui/snapshot.js';
import {Wizard} from '../../source/tui/wizard.js';
import {readTestCatalog} from './catalog.js';

/** What a wizard of a test did, in order: keys that were pressed and what it asked of its services. */
export type Log = Array<{readonly what: 'key' | 'save' | 'run'; readonly detail: unknown}>;

export type TestWizard = {
	readonly wizard: Wizard;
	readonly catalog: Catalog;
	readonly log: Log;
	/** Press keys: names and single characters, separated by spaces; `space` for a space. */
	readonly press: (keys: string) => void;
	readonly type: (text: string) => void;
	readonly paste: (text: string) => void;
	readonly look: () => Snapshot;
	/** The last design that was saved. */
	readonly getSaved: () => Draft | undefined;
	/** From now on saving fails with this, until it is undefined. */
	readonly failSaving: (problem: string | undefined) => void;
	/** Open a design and wait until it is there. */
	readonly open: (draft: Draft, position?: string) => Promise<void>;
	/** Wait until a command has come to its end. */
	readonly settle: () => Promise<void>;
};

export type TestWizardOptions = {
	readonly starters?: readonly Starter[];
	readonly saved?: readonly ProfileSummary[];
	readonly isPiped?: boolean;
	readonly isNumbered?: boolean;
	readonly isUnicode?: boolean;
	readonly size?: Size;
	readonly output?: Partial<Output>;
	/** What commands other than opening come to. */
	readonly run?: (command: Command, context: CommandContext) => CommandOutcome | Promise<CommandOutcome>;
};

const tool = {name: 'virt-fw-wizard', version: '0.0.0'};

/** The plan as the wizard's services derive it. */
export function derivePlan(catalog: Catalog, profile: Profile): Plan {
	return plan(catalog, profile, {today: '2026-11-22', tool});
}

/** Keys by their names; `space` is the text. */
export function parseKeys(keys: string): Key[] {
	return keys.split(' ').filter(name => name !== '').map((name): Key => name === 'space' ? {kind: 'text', text: ' '} : ([...name].length === 1 ? {kind: 'text', text: name} : {kind: 'named', name: name as KeyName}));
}

/** A wizard on services that only remember: nothing is written, and the catalog is the real one. */
export async function startWizard({starters = [], saved = [], isPiped = false, isNumbered = false, isUnicode = true, size = {columns: 80, rows: 24}, output = {}, run = () => ({})}: TestWizardOptions = {}): Promise<TestWizard> {
	const catalog = await readTestCatalog();
	const log: Log = [];
	let last: Draft | undefined;
	let problem: string | undefined;
	let opened: {readonly draft: Draft; readonly position: string | undefined} | undefined;
	const services: Services = {
		today: '2026-11-22',
		starters,
		listSaved: () => saved,
		loadCatalog: () => catalog,
		derivePlan: profile => derivePlan(catalog, profile),
		save(draft): Saved {
			log.push({what: 'save', detail: draft});
			if (problem !== undefined) {
				return {problem};
			}

			last = draft;
			return {name: draft.name};
		},
		run(command, context): CommandOutcome | Promise<CommandOutcome> {
			log.push({what: 'run', detail: command});
			return command.kind === 'open' && opened !== undefined ? Promise.resolve({draft: opened.draft, position: opened.position}) : run(command, context);
		},
		isPiped,
		// Effects are derived when a test asks for them.
		defer() {
			// Nothing is ever pressed in the background.
		},
	};
	const wizard: Wizard = new Wizard({
		services,
		isUnicode,
		isNumbered,
		output: {folder: '', formats: ['markdown'], printed: undefined, ...output},
		loadModules: async () => designModules,
		getPage: () => ({page: Math.max(3, size.rows - 12), columns: 50}),
	});
	const pressKey = (key: Key) => {
		log.push({what: 'key', detail: key});
		wizard.press(key);
	};

	return {
		wizard,
		catalog,
		log,
		press(keys) {
			for (const key of parseKeys(keys)) {
				pressKey(key);
			}
		},
		type(text) {
			for (const character of text) {
				pressKey({kind: 'text', text: character});
			}
		},
		paste(text) {
			pressKey({kind: 'paste', text});
		},
		look: wizard.getSnapshot,
		getSaved: () => last,
		failSaving(reason) {
			problem = reason;
		},
		async open(draft, position) {
			opened = {draft, position};
			wizard.begin({kind: 'open', name: draft.name});
			await wizard.settle();
		},
		settle: async () => wizard.settle(),
	};
}

/** A screen within a step. */
export const screenOf = (step: string, screen: string): Location => ({step, within: {screen, about: ''}});

/** Id of what is highlighted. */
export function findHighlighted({control, ui}: Snapshot): string | undefined {
	switch (control.kind) {
		case 'list': {
			return ui.focus ?? control.initial ?? control.entries[0]?.id;
		}

		case 'multi': {
			return ui.focus ?? control.entries[0]?.id;
		}

		case 'form': {
			return ui.focus ?? control.fields[0]?.id;
		}

		case 'matrix': {
			return ui.focus ?? control.rows[0]?.id;
		}

		case 'tabs': {
			const tab = ui.tab ?? control.tabs[0]!.id;
			return ui.tabFocus?.[tab];
		}

		case 'text': {
			return undefined;
		}
	}
}

/** What is wrong with the frame of a snapshot: empty when it can be drawn. */
export function findFrameFaults(snapshot: Snapshot, size: Size, isUnicode: boolean): string[] {
	const {body, question, height, message, footer} = layOutFrame(snapshot, size, isUnicode);
	const lines = question.length + body.head.length + body.rows.reduce((sum, row) => sum + row.lines.length, 0) + (body.detail.length > 0 ? 1 + body.detail.length : 0);
	return [
		...(lines > height ? [`${lines} lines in ${height}`] : []),
		...(2 + height + message.length + footer.length > Math.max(size.rows - 1, 9) ? ['higher than the terminal'] : []),
		...(footer.length === 0 ? ['no keys'] : []),
	];
}
