import type {Plan} from '../../core/model.js';
import {findExpected, toScriptText} from '../../core/test-results.js';
import type {TestCase} from '../../core/test-case.js';
import type {Untestable} from './cases.js';

/** Tests that the machines of one host run. */
export type HostTests = {
	readonly host: string;
	readonly title: string;
	/** Name for files. */
	readonly file: string;
	readonly cases: readonly TestCase[];
	/** Addresses of its interfaces that open something, as first and last address in hexadecimal. */
	readonly sources: ReadonlyArray<{readonly interface: string; readonly ipVersion: 4 | 6; readonly from: string; readonly to: string}>;
	/** Interfaces that only have names: which address they are sent from is left to the system. */
	readonly named: readonly string[];
	readonly untestable: readonly Untestable[];
};

/**
A word of a Bash script that stands for exactly this text.

@example
quoteBash("it's");
//=> `'it'\\''s'`
*/
export function quoteBash(text: string): string {
	return `'${toScriptText(text).replaceAll('\'', String.raw`'\''`)}'`;
}

/** A word of a PowerShell script that stands for exactly this text: within these quotes nothing else has a meaning, and the text is ASCII, as typographic quotes would end it as well. */
export function quotePowerShell(text: string): string {
	return `'${toScriptText(text).replaceAll('\'', '\'\'')}'`;
}

/** The head of a script: lines of comment. */
export function listHead({profile, request, date, tool, ready}: Plan, title: string, lines: readonly string[]): string[] {
	return [
		title,
		`${profile.title}: request ${request.id}, revision ${request.revision}, ${date}; written by ${tool.name} ${tool.version}`,
		...(ready ? [] : ['The request is not ready: what is missing cannot be tested.']),
		'',
		...lines,
	].map(line => `# ${toScriptText(line)}`.trimEnd());
}

/** What a script cannot try, for its head. */
export function listUntestable(untestable: readonly Untestable[]): string[] {
	return untestable.length === 0 ? [] : ['', 'Not tried here, and left to a person:', ...untestable.map(({subject, kind, reason}) => `  ${subject} (${kindWords[kind]}): ${reason}`)];
}

/** What a kind of test tries, in words. */
export const kindWords = {
	open: 'must get through',
	beside: 'neighbouring ports',
	reverse: 'reverse direction',
	zone: 'zone without a line',
	withheld: 'not opened',
	removed: 'removed',
} as const satisfies Record<TestCase['kind'], string>;

/** A case as words of a script. */
export function listWords(entry: TestCase): string[] {
	const {kind, subject, source, ipVersion, to, protocol, port} = entry;
	return [kind, subject, source, String(ipVersion), to, protocol, String(port), findExpected(kind)];
}
