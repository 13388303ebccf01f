import type {Catalog, Plan} from '../core/model.js';
import {own} from '../core/records.js';
import {showLine} from '../core/text.js';
import type {Draft} from '../core/profile/draft.js';
import type {ProfileSummary} from '../core/profile/summary.js';
import type {Command, Control, Location, Message, Output, Result, Ui} from './control.js';
import {findFocused} from './described.js';
import type {Design} from './design.js';
import {drive, isTyping, settle, type DriveOptions} from './drive.js';
import type {HelpContext} from './help.js';
import type {Key} from './keys.js';
import type {CommandOutcome, Services} from './services.js';
import {listEffects, listPreviews} from './previews.js';
import {commonScreens, startHelp, type CommonScreenName} from './steps/common-screens.js';
import type {PlanCounts, Snapshot} from './snapshot.js';
import {startStep} from './steps/start.js';
import {span} from './text/styled.js';
import {wrapLine} from './text/width.js';
import type {DesignContext, Step, StepContext} from './steps/step.js';

/** What only a design needs: loaded when there is one, so that the first screen does not wait for it. */
export type DesignModules = {
	readonly deriveDesign: (catalog: Catalog, draft: Draft) => Design;
	readonly listSteps: (context: DesignContext) => readonly Step[];
	readonly describeEffect: (before: Plan, after: Plan) => string;
	readonly count: (plan: Plan) => PlanCounts;
	readonly makeHelp: (design: Design, context: HelpContext) => Control;
};

export type WizardOptions = {
	readonly services: Services;
	readonly isUnicode: boolean;
	readonly isNumbered: boolean;
	readonly output: Output;
	readonly loadModules: () => Promise<DesignModules>;
	/** Rows and columns a control has, for keys that go a page. */
	readonly getPage: () => {readonly page: number; readonly columns: number};
};

/**
The wizard without its screen: takes keys one by one, keeps every answer on disk before the next key, and tells who draws.

Each key is applied to the state the key before it left, so that none is lost however fast they come; while a command runs, as opening a
file, they wait.
*/
export class Wizard {
	readonly #options: WizardOptions;
	readonly #listeners = new Set<() => void>();
	#modules: DesignModules | undefined;
	#catalog: Catalog | undefined;
	#saved: readonly ProfileSummary[];
	#draft: Draft | undefined;
	/** The design that was last written to a file, and the file. */
	#exported: {readonly draft: Draft | undefined; readonly file: string} | undefined;
	/** Texts of a form that somebody was told are lost when the wizard is left. */
	#unkept: Ui['texts'];
	#design: Design | undefined;
	#steps: readonly Step[] | undefined;
	#plan: Plan | undefined;
	#isPlanBroken = false;
	#location: Location = {step: 'start'};
	#returnTo: Location | undefined;
	#uis: Record<string, Ui> = {};
	#output: Output;
	#message: Message | undefined;
	#effects = new Map<string, string>();
	#help: {control: Control; ui: Ui} | undefined;
	#saving: Snapshot['saving'] = {state: 'none'};
	#isFinished = false;
	#busy: string | undefined;
	/** Keys do not wait for what is being done. */
	#isDeaf = false;
	#isLeaving = false;
	#isDeferred = false;
	#loading: Promise<void> | undefined;
	readonly #waiting: Key[] = [];
	/** Somebody wants to leave, and the question whether to waits for a command to end. */
	#isAsking = false;
	#snapshot: Snapshot | undefined;
	#control: Control | undefined;
	/** The plan that the figures are of. */
	#countedPlan: Plan | undefined;
	#counts: PlanCounts | undefined;
	/** How much of each step is open; until the next plan is there those of the one before stand. */
	#openCounts = new Map<string, number>();

	constructor(options: WizardOptions) {
		this.#options = options;
		this.#output = options.output;
		this.#saved = options.services.listSaved();
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	};

	/** What is to be drawn now; the same object until something changes. */
	readonly getSnapshot = (): Snapshot => {
		this.#snapshot ??= this.#makeSnapshot();
		return this.#snapshot;
	};

	/** The design as it is; undefined on the first screen. */
	get draft(): Draft | undefined {
		return this.#draft;
	}

	/** Nothing is lost when somebody leaves now: every answer is on disk, in the store or in a file. */
	get isKept(): boolean {
		return this.#saving.state !== 'failed' || this.#draft === undefined || this.exported !== undefined;
	}

	/** The file that holds the answers as they are, where they were exported since the last change. */
	get exported(): string | undefined {
		return this.#exported?.draft === this.#draft ? this.#exported?.file : undefined;
	}

	/** Where the documents go, and what was written. */
	get output(): Output {
		return this.#output;
	}

	/** Apply a key. */
	press(key: Key): void {
		if (this.#isLeaving) {
			return;
		}

		if (this.#busy !== undefined) {
			if (key.kind === 'named' && key.name === 'ctrl+c') {
				this.#leaveWhileBusy(key);
			} else if (!this.#isDeaf) {
				this.#waiting.push(key);
			}

			return;
		}

		this.#message = undefined;
		this.#apply(key);
		this.#changed();
		this.#deferDerivation();
	}

	/** Begin with a design, as one that the command line names. */
	begin(command: Command): void {
		this.#run(command);
	}

	/** Derive what the screen says of other answers, one plan at a time. Ends when there is nothing left. */
	async settle(): Promise<void> {
		await this.#loading;
		while (this.#deriveNext()) {
			// Each call derives one plan.
		}
	}

	#apply(key: Key): void {
		if (this.#help) {
			this.#applyToHelp(key);
			return;
		}

		const control = this.#getControl();
		const ui = this.#getUi();
		if (this.#applyEverywhere(key, control, ui)) {
			return;
		}

		const driven = drive(control, ui, key, this.#driveOptions());
		this.#setUi(driven.ui);
		if (driven.isAgain) {
			this.#take(driven.result);
			this.#apply(key);
		} else if (driven.isIdle) {
			this.#applyIdle(key);
		} else {
			this.#take(driven.result);
		}
	}

	/** Keys that mean the same on every screen. */
	#applyEverywhere(key: Key, control: Control, ui: Ui): boolean {
		const isQuestionMark = key.kind === 'text' && key.text === '?' && !isTyping(control, ui);
		const name: string = key.kind === 'named' ? key.name : '';
		switch (isQuestionMark ? 'help' : name) {
			case 'help': {
				this.#openHelp(control, ui);
				return true;
			}

			case 'ctrl+c': {
				this.#leaveSettled();
				return true;
			}

			case 'ctrl+s': {
				this.#settleField();
				this.#saveByHand();
				return true;
			}

			case 'ctrl+x': {
				this.#settleField();
				this.#openCommon('export-design');
				return true;
			}

			case 'ctrl+g': {
				this.#settleField();
				this.#openCommon('steps');
				return true;
			}

			case 'ctrl+r': {
				this.#settleField();
				this.#jump({step: 'review'});
				return true;
			}

			default: {
				return false;
			}
		}
	}

	/** Open a screen that every step of a design has. */
	#openCommon(screen: CommonScreenName): void {
		if (this.#draft !== undefined && this.#location.step !== 'start') {
			this.#move({step: this.#location.step, within: {screen, about: ''}});
		}
	}

	#applyIdle(key: Key): void {
		if (key.kind === 'named' && key.name === 'escape') {
			this.#settleField();
			this.#goBy(-1);
		}
	}

	#applyToHelp(key: Key): void {
		const {control, ui} = this.#help!;
		const isClosing = (key.kind === 'named' && ['escape', 'enter', 'help'].includes(key.name)) || (key.kind === 'text' && (key.text === '?' || key.text === 'q'));
		if (key.kind === 'named' && key.name === 'ctrl+c') {
			// The question stands where the help is.
			this.#help = undefined;
			this.#leaveSettled();
		} else if (isClosing) {
			this.#help = undefined;
		} else {
			this.#help = {control, ui: drive(control, ui, key, this.#driveOptions()).ui};
		}
	}

	/** Leave with what is half typed. What is wrong, or not confirmed, would be lost: that is said once. */
	#leaveSettled(): void {
		this.#settleField();
		const {texts = {}} = this.#getUi();
		if (this.#draft !== undefined && Object.keys(texts).length > 0 && this.#unkept !== texts) {
			this.#unkept = texts;
			this.#message = {text: 'What is typed here is not kept: it is wrong or not confirmed. ctrl+c again leaves without it', tone: 'danger'};
			return;
		}

		this.#leaveOrAsk();
	}

	#driveOptions(): DriveOptions {
		return {...this.#options.getPage(), isNumbered: this.#options.isNumbered};
	}

	/** Take over what is half typed. What is wrong stays typed, and says so when somebody comes back. */
	#settleField(): void {
		const driven = settle(this.#getControl(), this.#getUi());
		this.#setUi(driven.ui);
		this.#take(driven.result);
	}

	#take(result: Result | undefined): void {
		if (result === undefined) {
			return;
		}

		if (result.output !== undefined) {
			this.#output = {...this.#output, ...result.output};
			this.#control = undefined;
		}

		if (result.draft !== undefined) {
			this.#setDraft(result.draft);
		}

		if (result.message !== undefined) {
			this.#message = result.message;
		}

		if (result.go !== undefined) {
			this.#go(result.go);
		}

		if (result.command !== undefined) {
			this.#run(result.command);
		}
	}

	#setDraft(draft: Draft): void {
		if (draft === this.#draft) {
			return;
		}

		this.#draft = draft;
		this.#forget();
		this.#isFinished = false;
		this.#save();
	}

	/** What followed from the design before. */
	#forget(): void {
		this.#design = undefined;
		this.#steps = undefined;
		this.#plan = undefined;
		this.#control = undefined;
		this.#isPlanBroken = false;
		this.#effects = new Map();
	}

	#save(): void {
		if (this.#draft === undefined) {
			return;
		}

		const outcome = this.#options.services.save(this.#draft, this.#location.step, this.#isFinished);
		if (outcome.problem !== undefined) {
			this.#saving = {state: 'failed', problem: outcome.problem};
			return;
		}

		this.#saving = {state: 'saved'};
		if (outcome.name !== this.#draft.name) {
			this.#draft = {...this.#draft, name: outcome.name};
			this.#forget();
		}

		if (outcome.message !== undefined) {
			this.#message = {text: outcome.message, tone: 'warning'};
		}
	}

	#saveByHand(): void {
		this.#save();
		this.#message ??= this.#saving.state === 'failed'
			? {text: this.#saving.problem, tone: 'danger'}
			: (this.#draft === undefined ? {text: 'Nothing to save yet', tone: 'muted'} : {text: `Saved as "${this.#draft.name}"; every answer is, without this key`, tone: 'good'});
	}

	#go(go: 'next' | 'back' | Location): void {
		if (go === 'back') {
			this.#goBy(-1);
		} else if (go === 'next') {
			this.#goBy(1);
		} else if (go.step === this.#location.step) {
			this.#move(go);
		} else {
			this.#jump(go);
		}
	}

	/** Go somewhere else, to come back from there. */
	#jump(to: Location): void {
		if (this.#draft === undefined) {
			return;
		}

		const isFromReview = this.#location.step === 'review' && to.step !== 'review' && to.step !== 'write' && this.#location.within?.screen !== 'steps';
		this.#returnTo = isFromReview ? this.#location : undefined;
		this.#move(to);
	}

	/** Go some steps on, or back; from within a step to the step itself, and from where somebody jumped to where they came from. */
	#goBy(offset: 1 | -1): void {
		if (this.#location.within) {
			this.#move({step: this.#location.step});
			return;
		}

		if (this.#returnTo) {
			const to = this.#returnTo;
			this.#returnTo = undefined;
			this.#move(to);
			return;
		}

		const steps = this.#listSteps();
		const step = steps[steps.findIndex(({id}) => id === this.#location.step) + offset];
		if (step) {
			this.#move({step: step.id});
		}
	}

	#move(to: Location): void {
		const isOtherStep = to.step !== this.#location.step;
		this.#location = to;
		this.#control = undefined;
		if (isOtherStep && to.step === 'start') {
			this.#saved = this.#options.services.listSaved();
		}

		if (to.focus !== undefined) {
			this.#setUi({...this.#getUi(), focus: to.focus});
		}

		this.#effects = new Map();
		if (isOtherStep && to.step !== 'start') {
			this.#save();
		}
	}

	#run(command: Command): void {
		if (command.kind === 'quit') {
			this.#leaveOrAsk();
			return;
		}

		const design = this.#draft === undefined ? undefined : this.#getDesign();
		this.#busy = busyTexts[command.kind] ?? 'One moment';
		this.#isDeaf = writingCommands.has(command.kind);
		if (this.#isDeaf) {
			this.#waiting.length = 0;
		}

		const outcome = this.#options.services.run(command, {
			draft: this.#draft,
			profile: design?.profile,
			output: this.#output,
			report: progress => {
				if (this.#busy !== undefined) {
					this.#busy = progress;
					this.#changed();
				}
			},
		});
		if (outcome instanceof Promise) {
			this.#loading = this.#finish(outcome);
		} else {
			this.#busy = undefined;
			this.#takeOutcome(outcome);
		}
	}

	async #finish(outcome: Promise<CommandOutcome>): Promise<void> {
		const taken = await outcome;
		if (taken.draft !== undefined && this.#modules === undefined) {
			this.#modules = await this.#options.loadModules();
			this.#catalog = this.#options.services.loadCatalog();
		}

		this.#busy = undefined;
		this.#isAsking = false;
		this.#takeOutcome(taken);
		while (this.#waiting.length > 0 && this.#busy === undefined && !this.#isLeaving) {
			this.#apply(this.#waiting.shift()!);
		}

		this.#changed();
		this.#deferDerivation();
	}

	#takeOutcome({draft, position, output, message, notes, go, exported, isFinished, isLeaving}: CommandOutcome): void {
		if (exported !== undefined) {
			this.#exported = {draft: this.#draft, file: exported};
		}

		this.#control = undefined;
		if (output !== undefined) {
			this.#output = {...this.#output, ...output};
		}

		if (draft !== undefined) {
			const isOther = draft.name !== this.#draft?.name || this.#location.step === 'start';
			if (isOther) {
				this.#uis = {};
				this.#returnTo = undefined;
				this.#output = {...this.#options.output, folder: this.#options.output.folder === '' ? draft.name : this.#options.output.folder};
			}

			this.#draft = draft;
			this.#forget();
			this.#isFinished = isFinished ?? false;
			if (isOther) {
				const steps = this.#listSteps();
				// The first screen is no place in a design, though somebody may have saved from there.
				this.#location = {step: steps.slice(1).find(({id}) => id === position)?.id ?? steps[1]!.id};
			}

			this.#save();
		} else if (isFinished) {
			this.#isFinished = true;
			this.#save();
		}

		this.#message = message ?? this.#message;
		if (notes !== undefined) {
			this.#help = {control: {kind: 'text', question: notes.title, lines: columns => notes.lines.flatMap(({text, tone}) => wrapLine([span(showLine(text, 1000), tone)], columns, {hanging: 2}))}, ui: {}};
		}

		if (this.#location.step === 'start') {
			this.#saved = this.#options.services.listSaved();
		}

		if (go !== undefined) {
			this.#go(go);
		}

		if (isLeaving) {
			this.#leaveOrAsk();
		}
	}

	/** Leave; with answers that are on no disk only after asking. */
	#leaveOrAsk(): void {
		if (this.isKept || this.#location.within?.screen === 'leave') {
			this.#leave();
			return;
		}

		this.#save();
		if (this.#isSaved()) {
			this.#leave();
		} else {
			this.#move({step: this.#location.step, within: {screen: 'leave', about: ''}});
		}
	}

	/**
	Leave without waiting for a command. With answers that are on no disk the question comes behind the command, and who does not want to wait
	for that asks twice.
	*/
	#leaveWhileBusy(key: Key): void {
		if (!this.isKept) {
			this.#save();
		}

		if (this.isKept || this.#isAsking) {
			this.#leave();
			return;
		}

		this.#isAsking = true;
		this.#waiting.push(key);
		this.#message = {text: 'The answers could not be saved; ctrl+c again leaves without them', tone: 'danger'};
		this.#changed();
	}

	#isSaved(): boolean {
		return this.#saving.state === 'saved';
	}

	#leave(): void {
		this.#isLeaving = true;
		this.#changed();
	}

	#getDesign(): Design {
		this.#design ??= this.#modules!.deriveDesign(this.#catalog!, this.#draft!);
		return this.#design;
	}

	#getPlan(): Plan {
		this.#plan ??= this.#options.services.derivePlan(this.#getDesign().profile);
		return this.#plan;
	}

	#context(): StepContext {
		const {services, isUnicode} = this.#options;
		return {location: this.#location, services, starters: services.starters, saved: this.#saved, output: this.#output, isUnicode};
	}

	#designContext(): DesignContext {
		return {...this.#context(), design: this.#getDesign(), plan: () => this.#getPlan()};
	}

	#listSteps(): ReadonlyArray<Pick<Step, 'id' | 'title' | 'countOpen'>> {
		return this.#draft === undefined ? [startStep] : [startStep, ...this.#getDesignSteps()];
	}

	#getDesignSteps(): readonly Step[] {
		this.#steps ??= this.#modules!.listSteps(this.#designContext());
		return this.#steps;
	}

	/** The control is made anew when what it shows changed, and not for every key. */
	#getControl(): Control {
		this.#control ??= this.#makeControl();
		return this.#control;
	}

	#makeControl(): Control {
		const {step, within} = this.#location;
		const makeCommon = own(commonScreens, within?.screen ?? '');
		if (makeCommon !== undefined && this.#draft !== undefined) {
			return makeCommon({step, name: this.#draft.name, steps: this.#listSteps(), open: this.#openCounts});
		}

		if (step === 'start' || this.#draft === undefined) {
			return startStep.control(this.#context());
		}

		const steps = this.#getDesignSteps();
		return (steps.find(({id}) => id === step) ?? steps[0]!).control(this.#designContext());
	}

	#uiKey(): string {
		const {step, within} = this.#location;
		return within === undefined ? step : `${step}\u{0}${within.screen}\u{0}${within.about}`;
	}

	#getUi(): Ui {
		return this.#uis[this.#uiKey()] ?? {};
	}

	#setUi(ui: Ui): void {
		this.#uis = {...this.#uis, [this.#uiKey()]: ui};
	}

	#openHelp(control: Control, ui: Ui): void {
		const make = this.#modules?.makeHelp;
		const isStart = make === undefined || this.#draft === undefined || this.#location.step === 'start';
		const context = (): HelpContext => ({
			intro: control.intro,
			focused: findFocused(control, ui),
			listEffects: () => listEffects(control, ui, this.#findEffects(control, ui)),
			isUnicode: this.#options.isUnicode,
		});
		this.#help = {control: isStart ? startHelp : make(this.#getDesign(), context()), ui: {}};
	}

	/** Derive one plan that the screen waits for. */
	#deriveNext(): boolean {
		if (this.#draft === undefined || this.#modules === undefined || this.#busy !== undefined || this.#isPlanBroken) {
			return false;
		}

		try {
			// Drawing the review makes the plan too, after the figures beside it were taken.
			if (this.#plan === undefined || this.#plan !== this.#countedPlan) {
				this.#count(this.#getPlan());
				this.#changed();
				return true;
			}

			const next = listPreviews(this.#getControl(), this.#getUi()).find(({key}) => !this.#effects.has(key));
			if (next === undefined) {
				return false;
			}

			const draft = next.make();
			this.#effects.set(next.key, draft === undefined || draft === this.#draft ? '' : this.#modules.describeEffect(this.#plan, this.#options.services.derivePlan(this.#modules.deriveDesign(this.#catalog!, draft).profile)));
			this.#changed();
			return true;
		} catch {
			// A design that cannot be planned yet has no effects to show; the review says what is wrong with it.
			this.#isPlanBroken = true;
			return false;
		}
	}

	/** Take the figures of a plan, once. */
	#count(plan: Plan): void {
		if (plan === this.#countedPlan) {
			return;
		}

		const context = this.#designContext();
		this.#countedPlan = plan;
		this.#counts = this.#modules!.count(plan);
		this.#openCounts = new Map(this.#getDesignSteps().map(({id, countOpen}) => [id, countOpen?.(context) ?? 0]));
	}

	/** What is known of other answers to the highlighted question, by the keys of their previews. */
	#findEffects(control: Control, ui: Ui): ReadonlyMap<string, string | undefined> {
		return new Map(listPreviews(control, ui).map(({key}) => [key, this.#effects.get(key)]));
	}

	#deferDerivation(): void {
		if (this.#isDeferred || this.#isLeaving) {
			return;
		}

		this.#isDeferred = true;
		this.#options.services.defer(() => {
			this.#isDeferred = false;
			if (this.#deriveNext()) {
				this.#deferDerivation();
			}
		});
	}

	#changed(): void {
		this.#snapshot = undefined;
		for (const listener of this.#listeners) {
			listener();
		}
	}

	#makeSnapshot(): Snapshot {
		const own = this.#getControl();
		const ui = this.#getUi();
		const steps = this.#listSteps();
		const current = steps.findIndex(({id}) => id === this.#location.step);
		if (this.#plan !== undefined) {
			this.#count(this.#plan);
		}

		return {
			control: this.#help?.control ?? own,
			ui: this.#help?.ui ?? ui,
			step: this.#location.step,
			rail: steps.map(({id, title}, index) => ({
				id,
				title,
				state: index === current ? 'current' : (index < current ? 'done' : 'ahead'),
				open: this.#openCounts.get(id) ?? 0,
			})),
			title: this.#location.step === 'start' ? undefined : this.#draft?.title,
			counts: this.#location.step === 'start' || this.#plan === undefined ? undefined : this.#counts,
			message: this.#message,
			effects: this.#findEffects(own, ui),
			isHelp: this.#help !== undefined,
			isTyping: this.#help === undefined && isTyping(own, ui),
			isReturning: this.#returnTo !== undefined,
			saving: this.#saving,
			busy: this.#busy,
			isLeaving: this.#isLeaving,
		};
	}
}

const busyTexts: Partial<Record<Command['kind'], string>> = {
	write: 'Writing the documents',
	examine: 'Making the documents',
	print: 'Making the document',
	import: 'Reading the file',
	'open-file': 'Reading the file',
};

/**
What follows these is a question about files, or the end: a key that somebody pressed before seeing it is no answer. All other commands let keys
wait, as they lead to a screen that was asked for.
*/
const writingCommands: ReadonlySet<Command['kind']> = new Set(['examine', 'write', 'print']);
