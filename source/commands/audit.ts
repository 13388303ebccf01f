import {auditPolicy, isLineRight, type Audit, type AuditedLine, type Opening, type Reason, type RulePlace} from '../core/audit/audit.js';
import {readRuleset} from '../core/audit/read.js';
import type {Extent} from '../core/audit/region.js';
import type {Plan} from '../core/model.js';
import {suggest} from '../core/problem.js';
import {showLine} from '../core/text.js';
import {derivePolicies, type Policies, type Policy} from '../core/firewall/policy.js';
import {escapeMarkdown, formatMarkdownCode} from '../renderers/escape.js';
import {readTexts} from '../shell/read-text.js';
import {UserError} from '../shell/user-error.js';
import {auditFormatIds, exitCodes, formatJson, type CommandInput} from './command.js';
import {readDesign} from './read-design.js';

/** Dumps are larger than profiles; whoever has more than this has the wrong file. */
const maxDumpBytes = 100_000_000;

/** `audit`: what a real firewall has of the lines of a design, and what it has besides. */
export async function runAudit({words, values, lists, switches, write}: CommandInput): Promise<number> {
	const files = lists['ruleset'] ?? [];
	if (files.length === 0) {
		throw new UserError('audit needs --ruleset', {hint: 'as in: virt-fw-wizard audit estate --ruleset gateway.nft, which nft list ruleset wrote'});
	}

	const format = values['format'] ?? auditFormatIds[0];
	if (!(auditFormatIds as readonly string[]).includes(format)) {
		throw new UserError(`there is no format "${showLine(format, 80)}"`, {hint: suggest(format, auditFormatIds)});
	}

	const plan = await readDesign({words, values});
	const {policies, problems} = derivePolicies(plan);
	if (problems) {
		throw new UserError('the design cannot be compared with a firewall: lines lack addresses', {problems});
	}

	const policy = findPolicy(policies, values['host']);
	const ruleset = readRuleset(await readTexts(new Set(files), {maxBytes: maxDumpBytes}));
	if (ruleset.problems) {
		throw new UserError('the firewall cannot be read', {problems: ruleset.problems});
	}

	const audit = auditPolicy(policy, ruleset.value);
	write(switches.has('json') ? formatJson({request: plan.request, ...audit}) : (format === 'markdown' ? formatMarkdown(plan, audit) : formatTable(plan, audit)));
	return audit.isRight ? exitCodes.done : exitCodes.no;
}

function findPolicy({gateway, hosts}: Policies, host: string | undefined): Policy {
	if (host === undefined) {
		return gateway;
	}

	const policy = hosts.find(({id}) => id === host);
	if (policy === undefined) {
		throw new UserError(`--host "${showLine(host, 80)}" is no host of this design`, {hint: suggest(host, hosts.map(({id}) => id))});
	}

	return policy;
}

/** What a line that needs somebody is said with, in the order in which statuses are counted. */
const statusWords = {
	implemented: 'implemented',
	wider: 'wider than asked',
	partly: 'partly',
	shadowed: 'shadowed',
	missing: 'missing',
	'not-assessable': 'not assessable',
} as const satisfies Record<AuditedLine['status'], string>;

/** As many parts of one finding as a person reads; JSON has all. */
const shownParts = 6;
const shownText = 160;

function formatTitle({subject, lines, isRight}: Audit): string {
	const name = subject.kind === 'gateway' ? 'the gateway' : `the host ${subject.title}`;
	const counts = Object.entries(statusWords).map(([status, word]) => [lines.filter(line => line.status === status).length, word] as const).filter(([count]) => count > 0);
	return `${isRight ? 'Right' : 'Not right'}: ${name}, ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}${counts.length === 0 ? '' : `: ${counts.map(([count, word]) => `${count} ${word}`).join(', ')}`}`;
}

function formatTable({profile}: Plan, audit: Audit): string {
	const wrong = audit.lines.filter(line => !isLineRight(line));
	const idWidth = Math.max(0, ...audit.lines.map(({line}) => line.length));
	return [
		profile.title,
		formatTitle(audit),
		...(audit.lines.length === 0 ? [] : ['']),
		...audit.lines.map(line => `  ${line.line.padEnd(idWidth)}  IPv${line.ipVersion}  ${statusWords[line.status].padEnd(16)}  ${showLine(line.title, shownText)}`),
		...wrong.flatMap(line => ['', `${line.line}, IPv${line.ipVersion}, ${statusWords[line.status]}`, ...listDetails(line).map(detail => `  ${detail}`)]),
		...audit.openings.flatMap(opening => ['', formatOpeningTitle(opening), ...listOpeningDetails(opening).map(detail => `  ${detail}`)]),
		...(audit.remarks.length === 0 ? [] : ['', ...audit.remarks]),
	].map(line => `${showLine(line)}\n`).join('');
}

function formatMarkdown({profile}: Plan, audit: Audit): string {
	const wrong = audit.lines.filter(line => !isLineRight(line));
	const item = (text: string) => `- ${escapeMarkdown(showLine(text))}`;
	return `${[
		`# Audit: ${escapeMarkdown(showLine(profile.title))}`,
		'',
		escapeMarkdown(showLine(formatTitle(audit))),
		'',
		'| line | IP | status | from, to and purpose |',
		'|---|---|---|---|',
		...audit.lines.map(line => `| ${escapeMarkdown(line.line)} | ${line.ipVersion} | ${statusWords[line.status]} | ${escapeMarkdown(showLine(line.title))} |`),
		...wrong.flatMap(line => ['', `## ${escapeMarkdown(line.line)}, IPv${line.ipVersion}: ${statusWords[line.status]}`, '', ...listDetails(line).map(detail => item(detail))]),
		...(audit.openings.length === 0 ? [] : ['', '## Open, and no line asks for it']),
		...audit.openings.flatMap(opening => ['', `### ${opening.rule === undefined ? 'Policy' : formatMarkdownCode(showLine(opening.rule.text, shownText))}`, '', ...(opening.rule === undefined ? [] : [item(formatWhere(opening.rule))]), ...listOpeningDetails(opening).map(detail => item(detail))]),
		...(audit.remarks.length === 0 ? [] : ['', ...audit.remarks.map(remark => item(remark))]),
	].join('\n')}\n`;
}

function listDetails({action, missing, shadowedBy, unassessed, reasons, replies, rules, status}: AuditedLine): string[] {
	return [
		...listExtents(action === 'permit' ? 'dropped' : 'let through', missing),
		...shadowedBy.slice(0, shownParts).map(rule => `shadowed by ${formatRule(rule)}`),
		...listExtents('not assessable', unassessed),
		...listReasons(reasons),
		...(status === 'wider' ? rules.slice(0, shownParts).map(rule => `let through by ${formatRule(rule)}`) : []),
		...(replies === 'closed' ? ['packets of open connections, replies or errors about them are dropped'] : []),
		...(replies === 'unknown' ? ['whether packets of open connections, replies and errors about them pass is not assessable'] : []),
	];
}

function formatOpeningTitle({rule, isCertain, ipVersion}: Opening): string {
	return `${isCertain ? 'Open' : 'Perhaps open'}, and no line asks for it, IPv${ipVersion}: ${rule === undefined ? 'by policy, where no rule decides' : formatRule(rule)}`;
}

function listOpeningDetails({extents, isExact, reasons}: Opening): string[] {
	return [...listExtents(isExact ? 'open' : 'open, less what lines ask for and earlier rules drop', extents), ...listReasons(reasons)];
}

function listExtents(word: string, extents: readonly Extent[]): string[] {
	const rest = extents.length - shownParts;
	return [...extents.slice(0, shownParts).map(extent => `${word}: ${formatExtent(extent)}`), ...(rest > 0 ? [`and ${rest} more, which --json lists`] : [])];
}

function listReasons(reasons: readonly Reason[]): string[] {
	const rest = reasons.length - shownParts;
	return [...reasons.slice(0, shownParts).map(({rule, text}) => `because of ${showLine(text, shownText)}${rule === undefined ? '' : `, in ${formatRule(rule)}`}`), ...(rest > 0 ? [`and ${rest} more reasons, which --json lists`] : [])];
}

const formatWhere = ({file, line, chain}: RulePlace): string => `${file}${line === undefined ? '' : `:${line}`} (${chain})`;
const formatRule = (rule: RulePlace): string => `${formatWhere(rule)}: ${showLine(rule.text, shownText)}`;

function formatExtent({sources, destinations, protocols, ports, sourcePorts}: Extent): string {
	const list = (texts: readonly string[]) => texts.length > shownParts ? `${texts.slice(0, shownParts).join(', ')} and ${texts.length - shownParts} more` : texts.join(', ');
	return `${list(sources)} to ${list(destinations)}, ${list(protocols)}${ports.length === 0 ? '' : ` ${list(ports)}`}${sourcePorts.length === 0 ? '' : ` from port ${list(sourcePorts)}`}`;
}
