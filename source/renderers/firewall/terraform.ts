import type {PolicyRule} from '../../core/firewall/policy.js';
import type {Plan, Rule} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {requirePolicies} from './files.js';

/*
What the groups of AWS and Azure have in common, as Terraform's JSON syntax, in which every quote is exact (https://developer.hashicorp.com/terraform/language/syntax/json).
*/

/** A line with its addresses, whatever its scope: in a cloud no gateway stands between zones, and one group filters what crosses and what stays inside. */
export type CloudLine = {readonly line: Rule; readonly rule: PolicyRule};

/**
Every line of a plan with its addresses.

@param format - Its name, for people.
@throws {UnfitPlanError} When lines cannot be written as addresses and ports.
*/
export function listCloudLines(plan: Plan, format: string): readonly CloudLine[] {
	// What a deny would drop of the request is a question between zones, and answered with their scopes.
	requirePolicies(plan, format);
	const {gateway} = requirePolicies({...plan, denies: [], rules: plan.rules.map(line => ({...line, scope: 'network' as const}))}, format);
	return gateway.rules.map((rule, index) => ({line: plan.rules[index]!, rule}));
}

/** A name of a resource: letters, digits, `_` and `-`, beginning with a letter; ids are lower-case letters, digits, hyphens and dots. */
export function nameResource(id: string): string {
	return `fw-${id.replaceAll(/[^a-z0-9\-]/gv, '_')}`;
}

/** A text that both providers take for a name or a description, and that begins no template of Terraform. */
export function formatPlain(text: string, maxLength: number): string {
	return showLine(text).replaceAll(/[^\w .:\/\(\),\-]/gv, '_').slice(0, maxLength);
}

/** A reference, which Terraform reads in a text. */
export const formatReference = (expression: string): string => `\${${expression}}`;

export const formatJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
