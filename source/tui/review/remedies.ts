import {own} from '../../core/records.js';

/*
Remedies and open questions name the keys of a profile, as whoever writes one needs them. On the screen they name what the screen has.
*/

/** Fields of the step of the change, by their key in the profile. */
export const changeFieldLabels: Readonly<Record<string, string>> = {
	approvers: 'Approvers',
	kind: 'Permanent or temporary',
	expiry: 'Last day',
	review: 'Day of review',
	test: 'Who tests',
	rollback: 'Who rolls back',
};

/** Titles of the steps that ask for what remedies name. */
export const remedySteps = {
	change: 'The change',
	addresses: 'Addresses',
	parameters: 'Ports and counts',
	zones: 'Zones',
	matrix: 'Who is where',
} as const;

type Place = {
	/** What a remedy says. */
	readonly pattern: RegExp;
	/** The same on the screen, from the groups of the pattern. */
	readonly say: (...groups: readonly string[]) => string;
	readonly step?: keyof typeof remedySteps;
};

const places: readonly Place[] = [
	{pattern: /\bchange\.(?<field>\w+)/gv, say: field => `"${own(changeFieldLabels, field) ?? field}"`, step: 'change'},
	{pattern: /\bName them under hosts\.[\w\-]+\.addresses(?:\.[\w\-]+)?/gv, say: () => 'Give them', step: 'addresses'},
	{pattern: /(?<=: )set products\.[\w\-]+\.parameters\.[\w\-]+/gv, say: () => 'give it', step: 'parameters'},
	{pattern: /\bSet networks\.[\w\-]+, or hosts\.[\w\-]+\.zones\.[\w\-]+/gv, say: () => 'Choose one for all hosts, or for this one', step: 'matrix'},
	{pattern: /\bhosts\.(?<host>[\w\-]+)\.addresses\.(?<role>[\w\-]+)/gv, say: (host, role) => `the addresses of ${host} (${role})`, step: 'addresses'},
	{pattern: /\bproducts\.[\w\-]+\.parameters\.(?<parameter>[\w\-]+)/gv, say: parameter => `"${parameter}"`, step: 'parameters'},
	{pattern: / under zones in the profile/gv, say: () => '', step: 'zones'},
	{pattern: / under networks in the profile/gv, say: () => '', step: 'matrix'},
	{pattern: /\bsiteFlows in the profile/gv, say: () => 'siteFlows in the file that ctrl+x writes'},
	{pattern: /\badministration: true/gv, say: () => '"For administrators"', step: 'zones'},
	{pattern: /\bTake it out of acceptedFindings(?<otherwise>, or write .*)?/gv, say: () => 'Take the acceptance back: highlight this finding and press u'},
];

/**
A remedy or an open question as the wizard says it: with the names that stand on the screen in place of keys of a profile, and the steps that have them.

@example
sayRemedy('Set change.expiry to the last day');
//=> 'Set "Last day" to the last day (step "The change")'
*/
export function sayRemedy(remedy: string): string {
	let said = remedy;
	const steps = new Set<string>();
	for (const {pattern, say, step} of places) {
		said = said.replaceAll(pattern, (_all: string, ...groups: readonly unknown[]) => {
			if (step !== undefined) {
				steps.add(`"${remedySteps[step]}"`);
			}

			return say(...groups.filter(group => typeof group === 'string'));
		});
	}

	return steps.size === 0 ? said : `${said} (step ${[...steps].join(' and ')})`;
}
