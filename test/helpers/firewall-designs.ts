import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import type {Catalog, Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {addressDesign} from './addressed-design.js';
import {randomProfile} from './random-profile.js';

/** The designs of the starter profiles, which have addresses. */
export function readStarterDesigns(catalog: Catalog): Plan[] {
	const folder = path.join(process.cwd(), 'templates/profiles');
	return readdirSync(folder).map(file => {
		const {value, problems} = parseProfile(readFileSync(path.join(folder, file), 'utf8'), file, catalog);
		if (problems) {
			throw new Error(JSON.stringify(problems));
		}

		return plan(catalog, value, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}});
	});
}

/** Designs in which every line has addresses; the same in every run, so that a failure can be looked at. */
export function makeAddressedDesigns(catalog: Catalog, count: number): Plan[] {
	return fc.sample(randomProfile(catalog), {numRuns: count, seed: 7}).map(profile => addressDesign(catalog, profile).plan);
}

// eslint-disable-next-line no-template-curly-in-string -- Terraform would read it.
const hostile = '"\n} ; flush ruleset\n-A INPUT -j ACCEPT\nCOMMIT\u2028\u202E`$(reboot)` \'; reboot; \' --> <zone target="ACCEPT"/> {{ lookup("pipe", "reboot") }} {% raw %} ${file("x")} %{if true} */ ]]>';

/** The same design with titles and purposes that would do harm outside of a comment. */
export function makeHostile(design: Plan): Plan {
	return {
		...design,
		profile: {...design.profile, title: hostile},
		hosts: design.hosts.map(host => ({...host, title: hostile})),
		zones: design.zones.map(zone => ({...zone, title: hostile})),
		rules: design.rules.map(rule => ({
			...rule,
			sources: rule.sources.map(end => ({...end, title: hostile})),
			destinations: rule.destinations.map(end => ({...end, title: hostile})),
			services: rule.services.map(service => ({...service, purpose: hostile})),
		})),
		denies: design.denies.map(deny => ({...deny, purpose: hostile})),
	};
}
