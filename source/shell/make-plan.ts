import {isDate} from '../core/dates.js';
import {maxJsonLength} from '../core/limits.js';
import {plan, type PlanOptions} from '../core/plan.js';
import type {Catalog, Plan, Profile} from '../core/model.js';
import {showLine} from '../core/text.js';
import {version} from '../version.js';
import {nameFile, readText} from './read-text.js';
import {UserError} from './user-error.js';

/**
Derive the plan of a profile today.

@param date - The value of `--date`; today by the clock of this machine (UTC) when it is left out.
@param previous - The value of `--previous`: a plan.json of the earlier request.
@throws {UserError} When the date or the earlier plan cannot be read.
*/
export async function makePlan(catalog: Catalog, profile: Profile, {date, previous}: {readonly date?: string | undefined; readonly previous?: string | undefined}): Promise<Plan> {
	if (date !== undefined && !isDate(date)) {
		throw new UserError(`"${showLine(date, 80)}" is no date`, {hint: 'write it as 2026-11-22'});
	}

	return plan(catalog, profile, {
		today: date ?? new Date().toISOString().slice(0, 10),
		tool: {name: 'virt-fw-wizard', version},
		earlier: previous === undefined ? undefined : await readEarlierPlan(previous),
	});
}

/**
Read the plan.json of an earlier request.

@throws {UserError} When it is none.
*/
export async function readEarlierPlan(file: string): Promise<NonNullable<PlanOptions['earlier']>> {
	const {parsePlan} = await import('../core/plan-schema.js');
	const outcome = parsePlan(await readText(file, {maxBytes: maxJsonLength}), nameFile(file));
	if (outcome.problems) {
		throw new UserError(`"${showLine(file)}" is no plan.json of this program`, {problems: outcome.problems, hint: 'name the plan.json that an earlier generate wrote'});
	}

	const {request, date, rules} = outcome.value;
	return {id: request.id, revision: request.revision, date, rules: rules as Plan['rules']};
}
