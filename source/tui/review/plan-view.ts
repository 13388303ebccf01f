import type {Plan, Rule} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {groupServices, LineViewer} from '../../renderers/line-view.js';
import {indexPlan, type PlanIndex} from '../../renderers/plan-index.js';
import {fold} from '../../renderers/words.js';
import type {Signs} from '../text/signs.js';

/** What all parts of the review read from a plan. */
export type PlanView = {readonly plan: Plan; readonly index: PlanIndex; readonly viewer: LineViewer};

/** What an item is drawn from, and on. */
export type Canvas = {readonly view: PlanView; readonly columns: number; readonly signs: Signs};

// The review asks again at every change of the width, and a plan never changes.
const views = new WeakMap<Plan, PlanView>();

/** The view of a plan, made once. */
export function viewPlan(plan: Plan): PlanView {
	const known = views.get(plan);
	if (known !== undefined) {
		return known;
	}

	const index = indexPlan(plan);
	const view = {plan, index, viewer: new LineViewer(index)};
	views.set(plan, view);
	return view;
}

/** The title of a zone, as it can be shown. */
export function showZone({index}: PlanView, id: string | undefined): string {
	return showLine(index.findZone(id)?.title ?? id ?? 'no zone');
}

/** The title of a host, as it can be shown. */
export function showHost({index}: PlanView, id: string | undefined): string {
	return showLine(index.findHost(id)?.title ?? id ?? 'nobody');
}

/** `1 line`, `2 lines`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}

/**
The first texts of a list, and how many are left.

@example
formatSome(['a', 'b', 'c', 'd'], 2);
//=> 'a, b +2'
*/
export function formatSome(texts: readonly string[], limit: number): string {
	const {shown, more} = fold(texts, limit);
	return `${shown.join(', ')}${more === 0 ? '' : ` +${more}`}`;
}

type ServiceLike = Parameters<typeof groupServices>[0][number];

/** Services in a few words: some ports of each protocol, then how many more there are. */
export function formatMainServices(services: readonly ServiceLike[], limit = 8): string {
	return groupServices(services).map(({name, ports}) => [name, formatSome(ports, limit)].filter(Boolean).join(' ')).join('; ');
}

/** The services of some lines that the documents call unencrypted. */
export function listClearText(rules: readonly Rule[]): ServiceLike[] {
	return rules.flatMap(rule => rule.services.filter(({encrypted}) => encrypted === 'no').map(({ports}) => ({...rule, ports})));
}
