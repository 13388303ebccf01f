import {findEndpoint, type Endpoint} from '../core/explain/endpoint.js';
import {explain, parseService, type Difference, type Explanation, type PermittingLine} from '../core/explain/explain.js';
import type {Evidence, Flow, Plan, RuleEnd} from '../core/model.js';
import {showLine} from '../core/text.js';
import {formatService} from '../renderers/words.js';
import {UserError} from '../shell/user-error.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';
import {readDesign} from './read-design.js';

/** `explain`: whether one end of a design may reach another with a service, and why. */
export async function runExplain({words, values, switches, write}: CommandInput): Promise<number> {
	const [from, to, serviceText] = (['from', 'to', 'service'] as const).map(name => {
		const value = values[name];
		if (value === undefined) {
			throw new UserError(`explain needs --${name}`, {hint: 'as in: virt-fw-wizard explain estate --from olvm-manager --to olvm-kvm-host --service tcp/54321'});
		}

		return value;
	}) as [string, string, string];
	const service = parseService(serviceText);
	if (typeof service === 'string') {
		throw new UserError(`--service "${showLine(serviceText, 80)}" cannot be read`, {hint: service});
	}

	const plan = await readDesign({words, values});
	const answer = explain(plan, findEnd(plan, 'from', from), findEnd(plan, 'to', to), service);
	write(switches.has('json') ? formatJson(toJson(answer)) : formatExplanation(plan, answer));
	return answer.verdict === 'permitted' || answer.verdict === 'local' ? exitCodes.done : exitCodes.no;
}

function findEnd(plan: Plan, option: string, text: string): Endpoint {
	const endpoint = findEndpoint(plan, text);
	if (typeof endpoint === 'string') {
		throw new UserError(`--${option} "${showLine(text, 80)}" is no end of this design`, {hint: endpoint});
	}

	return endpoint;
}

/** The answer for programs; lines, flows and rows are those of plan.json. */
function toJson({from, to, service, verdict, lines, uncovered, nearest}: Explanation): unknown {
	const describeEnd = ({kind, title, zones, sharedWith}: Endpoint) => ({kind, title, zones, sharedWith});
	return {
		verdict,
		from: describeEnd(from),
		to: describeEnd(to),
		service,
		lines: lines.map(({rule: {id, conduit, ipVersion, isReady}, ports, flows}) => ({
			id,
			conduit,
			ipVersion,
			ports,
			isReady,
			flows: flows.map(flow => flow.id),
			evidence: [...new Set(flows.flatMap(({sources}) => sources.map(({row}) => row)))],
		})),
		uncovered,
		nearest: nearest.map(({flow, differs, lines: ids}) => ({flow: flow.id, disposition: flow.disposition, reason: flow.reason, differs, lines: ids, evidence: flow.sources.map(({row}) => row)})),
	};
}

const verdictWords = {
	permitted: 'Permitted',
	partly: 'Partly permitted',
	'not-permitted': 'Not permitted',
	local: 'No firewall sees it: both ends are one host',
} as const satisfies Record<Explanation['verdict'], string>;

/** As many pairs of a partly permitted question as fit a screen. */
const shownPairs = 8;

const differenceWords = {
	direction: 'opened from the other end',
	initiator: 'from somewhere else',
	responder: 'to somewhere else',
	protocol: 'another protocol',
	ports: 'other ports',
} as const satisfies Record<Difference, string>;

function formatExplanation(plan: Plan, {from, to, service, verdict, lines, uncovered, nearest}: Explanation): string {
	const place = ({title, zones}: Endpoint) => `${title} (${zones.length === 0 ? 'in no zone of this design' : `zone ${zones.map(id => findZoneTitle(plan, id)).join(', ')}`})`;
	return [
		`${verdictWords[verdict]}: ${place(from)} to ${place(to)}, ${service}`,
		...[from, to].filter(({sharedWith}) => sharedWith.length > 0).map(({title, sharedWith}) => `${title} shares some of its addresses with ${sharedWith.join(', ')}: what is permitted to these holds for those addresses too.`),
		...lines.flatMap(line => ['', ...formatLine(plan, line)]),
		...(uncovered.length === 0 ? [] : ['', 'Not permitted of it:', ...uncovered.slice(0, shownPairs).map(entry => `  ${entry.from} to ${entry.to}${entry.ports.length === 0 ? '' : `, port ${entry.ports.join(', ')}`}`)]),
		...(uncovered.length > shownPairs ? [`  and ${uncovered.length - shownPairs} more pairs, which --json lists`] : []),
		...(verdict === 'not-permitted' ? ['', nearest.length === 0 ? 'No line of the request permits it, and no documented connection of the chosen products comes near it.' : 'No line of the request permits it. The documented connections that come nearest:'] : []),
		...(verdict === 'partly' && nearest.length > 0 ? ['', 'Documented connections that come near the rest:'] : []),
		...nearest.flatMap(({flow, differs, lines: ids}) => [
			`  ${formatFlow(flow)}`,
			`    ${[...differs.map(difference => differenceWords[difference]), `${flow.disposition}: ${flow.reason}`, ...(ids.length === 0 ? [] : [`by ${ids.join(', ')}`])].join('; ')}`,
			...flow.sources.map(source => `    ${formatEvidence(source)}`),
		]),
	].map(line => `${showLine(line)}\n`).join('');
}

function formatLine(plan: Plan, {rule, flows, ports}: PermittingLine): string[] {
	const where = rule.scope === 'network' ? `between zones, ${findZoneTitle(plan, rule.sourceZone)} to ${findZoneTitle(plan, rule.destinationZone)}` : `inside ${findZoneTitle(plan, rule.sourceZone)}, host firewalls only`;
	return [
		`${rule.id}: IPv${rule.ipVersion}, ${where}${ports.length === 0 ? '' : `, ports ${ports.join(', ')}`}, ${rule.need}${rule.isReady ? '' : '; addresses are missing, so that it cannot be entered yet'}`,
		`  ${rule.sources.map(end => formatEnd(end)).join(', ')} to ${rule.destinations.map(end => formatEnd(end)).join(', ')}`,
		...flows.flatMap(flow => [`  ${formatFlow(flow)}`, ...flow.sources.map(source => `    ${formatEvidence(source)}`)]),
	];
}

const findZoneTitle = ({zones}: Plan, id: string) => zones.find(zone => zone.id === id)?.title ?? id;

function formatEnd({title, addresses, placeholder}: RuleEnd): string {
	return `${title} (${placeholder ?? `${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ` and ${addresses.length - 3} more` : ''}`})`;
}

function formatFlow({catalogFlow, initiator, responder, service, purpose}: Flow): string {
	return `${catalogFlow}: ${initiator.name} to ${responder.name}, ${formatService(service)}: ${purpose}`;
}

function formatEvidence({title, section, where, row}: Evidence): string {
	return `${[title, section, where].filter(Boolean).join(': ')} (${row})`;
}
