import {formatAddressRange, toCidrs, type AddressRange} from '../../core/addresses.js';
import {derivePolicies, type Policies, type Policy} from '../../core/firewall/policy.js';
import {getOrMake} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import type {Plan} from '../../core/model.js';
import {UnfitPlanError} from '../unfit-plan-error.js';

const derived = new WeakMap<Plan, Policies>();

/**
The policies of a plan, for a format that writes them as the configuration of a firewall.

@param format - Its name, for people.
@throws {UnfitPlanError} When lines cannot be written as addresses and ports.
*/
export function requirePolicies(plan: Plan, format: string): Policies {
	const known = derived.get(plan);
	if (known) {
		return known;
	}

	const {policies, problems} = derivePolicies(plan);
	if (problems) {
		throw new UnfitPlanError(`${format} cannot be written: a firewall would lack lines of the request`, problems);
	}

	derived.set(plan, policies);
	return policies;
}

/** Host firewalls that have something to let in: alike machines share one. */
export function listHostPolicies({hosts}: Policies): readonly Policy[] {
	return hosts.filter(({rules}) => rules.length > 0);
}

/**
The head of a configuration, as lines of text without comment signs: what it is, from which request it comes, how it is used, what it does not do.

@param usage - Lines that say how to check, load and take back the file.
*/
export function listHead({profile, request, date, tool, ready, notReady}: Plan, policy: Policy, usage: readonly string[]): string[] {
	return [
		`${policy.kind === 'gateway' ? policy.title : `Host firewall of ${policy.title}`}: ${profile.title}`,
		`Request ${request.id}, revision ${request.revision}, ${date}; written by ${tool.name} ${tool.version} for review`,
		...(ready ? [] : [`THE REQUEST IS NOT READY: ${notReady.length === 1 ? notReady[0]! : `${notReady.length} reasons, which the change request lists`}`]),
		'',
		...usage,
		...(policy.remarks.length === 0 ? [] : ['', ...policy.remarks]),
	].map(line => showLine(line));
}

/** A file name for what belongs to a host: ids are letters, digits, hyphens and dots, and another program's plan cannot leave the folder. */
export function formatFileId({id}: Pick<Policy, 'id'>): string {
	return id.replaceAll(/[^a-z0-9.\-]/gv, '_');
}

/** Distinct ids, in their order, for a target whose names are short or have other letters. */
export function shortenIds(ids: readonly string[], maxLength: number, clean: (id: string) => string): ReadonlyMap<string, string> {
	const taken = new Set<string>();
	const short = new Map<string, string>();
	for (const id of ids) {
		const wanted = clean(id);
		let candidate = wanted.slice(0, maxLength);
		for (let count = 2; taken.has(candidate); count++) {
			const ending = `.${count}`;
			candidate = `${wanted.slice(0, maxLength - ending.length)}${ending}`;
		}

		taken.add(candidate);
		getOrMake(short, id, () => candidate);
	}

	return short;
}

/** Blocks with their prefix, also of one address. */
export function listBlocks(ranges: readonly AddressRange[]): string[] {
	return toCidrs(ranges).map(block => `${formatAddressRange({...block, to: block.from})}/${block.prefix}`);
}

/** Lines of a head as comments of a shell script, YAML or HCL file. */
export function formatHashComments(lines: readonly string[]): string[] {
	return lines.map(line => `# ${line}`.trimEnd());
}

/** A word of a POSIX shell that means only itself. */
export function quoteShell(word: string): string {
	return /^[\w.\/:=@%+,\-]+$/v.test(word) ? word : `'${word.replaceAll('\'', String.raw`'\''`)}'`;
}
