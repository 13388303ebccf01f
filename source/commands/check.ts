import type {Plan} from '../core/model.js';
import {showLine} from '../core/text.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';
import {readDesign} from './read-design.js';

/** `check`: whether a profile gives a complete request, and what is missing. */
export async function runCheck({words, values, switches, write}: CommandInput): Promise<number> {
	const plan = await readDesign({words, values});
	const {accounting, ready, notReady, openQuestions, findings} = plan;
	write(switches.has('json') ? formatJson({ready, notReady, accounting, openQuestions, findings}) : formatCheck(plan));
	return ready ? exitCodes.done : exitCodes.no;
}

/** Whether a request is ready, and why not, as lines. */
export function formatReadiness({ready, notReady}: Plan): string {
	return ready ? 'The request is ready.\n' : `The request is not ready:\n${notReady.map(reason => `  - ${showLine(reason)}\n`).join('')}`;
}

function formatCheck(plan: Plan): string {
	const {accounting, rules, conduits, openQuestions, findings} = plan;
	const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
	const gaps = openQuestions.filter(question => !question.blocking && question.answer === undefined);
	return [
		`${plan.profile.title}`,
		`${count(accounting.documented, 'documented flow')}; ${count(rules.filter(rule => rule.scope === 'network').length, 'line')} in ${count(conduits.length, 'conduit')}, ${count(rules.filter(rule => rule.scope === 'host').length, 'host firewall line')}, ${count(plan.denies.length, 'explicit deny').replace('denys', 'denies')}`,
		...Object.entries(accounting.byDisposition).filter(([, number]) => number > 0).map(([disposition, number]) => `  ${String(number).padStart(5)} ${disposition}`),
		'',
		...(findings.length === 0 ? [] : ['Findings:', ...findings.map(finding => `  ${finding.status === 'open' ? finding.severity : finding.status} ${finding.id}: ${finding.message}`), '']),
		...(gaps.length === 0 ? [] : ['What the documents leave open:', ...gaps.map(question => `  ${question.id} (${question.askOf}): ${question.text}`), '']),
	].map(line => `${showLine(line)}\n`).join('') + formatReadiness(plan);
}
