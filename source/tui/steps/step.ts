import type {ProfileSummary} from '../../core/profile/summary.js';
import type {Plan} from '../../core/model.js';
import type {Control, Location, Output} from '../control.js';
import type {Design} from '../design.js';
import type {Services, Starter} from '../services.js';

/** What a step sees. */
export type StepContext = {
	readonly location: Location;
	readonly services: Pick<Services, 'today' | 'isPiped'>;
	readonly starters: readonly Starter[];
	readonly saved: readonly ProfileSummary[];
	readonly output: Output;
	/** The terminal has more than ASCII. */
	readonly isUnicode: boolean;
};

/** What every step but the first sees. */
export type DesignContext = StepContext & {
	readonly design: Design;
	/** The plan of the design as it is; derived when first asked for. */
	readonly plan: () => Plan;
};

/** One step of the wizard: which screen it shows, given the answers so far. */
export type Step<Context = DesignContext> = {
	readonly id: string;
	/** As the rail names it. */
	readonly title: string;
	/** How much of it is still to be answered. */
	readonly countOpen?: (context: Context) => number;
	readonly control: (context: Context) => Control;
};

/** A kind of step: those of it that this design needs, perhaps none, perhaps one a product. */
export type StepKind = (context: DesignContext) => readonly Step[];
