import {addresses} from './addresses.js';
import {change} from './change.js';
import {matrix} from './matrix.js';
import {products} from './products.js';
import {modes, options, parameters, placement, versions} from './questions.js';
import {review} from './review.js';
import {segregation} from './segregation.js';
import type {DesignContext, Step, StepKind} from './step.js';
import {write} from './write.js';
import {zones} from './zones.js';

/** Every kind of step after the first screen, in order; a new one is a file and a line here. */
const kinds: readonly StepKind[] = [
	products,
	modes,
	versions,
	placement,
	options,
	parameters,
	segregation,
	zones,
	matrix,
	addresses,
	change,
	review,
	write,
];

/** The steps that the answers so far make, in order: computed each time, never stored. */
export function listSteps(context: DesignContext): readonly Step[] {
	return kinds.flatMap(kind => kind(context));
}
