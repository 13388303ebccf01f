import type {Flow, Plan, Rule} from '../../core/model.js';
import {getOrMake} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import type {EndView} from '../../renderers/line-view.js';
import {findDistinct, formatService} from '../../renderers/words.js';
import {getSigns, type Signs} from '../text/signs.js';
import {line, span, type StyledLine} from '../text/styled.js';
import {wrapLine} from '../text/width.js';
import type {ReviewItem, ReviewOptions, ReviewTarget} from './item.js';
import {addDetail, addWholeDetail, indentLines, joinColumns, makeHeading, wrapAll, wrapField} from './layout.js';
import {describeFlows, describeRule} from './line-detail.js';
import {formatCount, formatSome, showZone, viewPlan, type Canvas} from './plan-view.js';
import {findMissingTarget, findRuleTarget} from './targets.js';
import {describeDeny} from './topology.js';

/** Lines are rows of a table from here on, and cards below it. */
const minTable = 100;

/**
List the lines of the request by conduit, then those of host firewalls, those to take away, explicit drops, and last the documented
connections that have no line: those that need an answer, and those that are not opened, each with the reason.

Ids are `conduit:<id>`, `inside:<zone>`, `removed:<conduit>` and `line:<id>`, `removed-line:<id>`, `deny:<id>`, `flow:<first flow id>`.
*/
export function listLines(plan: Plan, options: ReviewOptions): ReviewItem[] {
	const view = viewPlan(plan);
	const signs = getSigns(options.unicode);
	const {columns} = options;
	const canvas = {view, columns, signs};
	const position = new Map(view.index.zones.map(({id}, index) => [id, index]));
	const order = (id: string) => position.get(id) ?? position.size;
	const conduits = plan.conduits.toSorted((a, b) => (order(a.source) - order(b.source)) || (order(a.destination) - order(b.destination)));
	const removed = new Map<string, Rule[]>();
	for (const rule of plan.removed) {
		getOrMake(removed, `${rule.scope}:${rule.conduit}`, () => []).push(rule);
	}

	const path = (source: string, destination: string) => source === destination
		? [span('inside ', 'muted'), span(showZone(view, source), 'strong'), span(', on host firewalls only', 'muted')]
		: [span(showZone(view, source), 'strong'), span(` ${signs.arrow} `, 'accent'), span(showZone(view, destination), 'strong')];
	const group = (id: string, rules: readonly Rule[], kind: 'line' | 'removed-line', isFirst: boolean): ReviewItem[] => [
		makeHeading(id, [
			...(isFirst ? [] : [[]]),
			...wrapAll([line(...path(rules[0]!.sourceZone, rules[0]!.destinationZone), span(`  ${formatCount(rules.length, 'line')}`, 'muted'))], columns),
			...(isFirst && columns >= minTable ? drawRow(['Line', 'From', 'To', 'Protocol and ports', 'Encrypted', 'Status'].map(text => [line(span(text, 'muted'))]), columns) : []),
		]),
		...rules.map(rule => describeLine(rule, kind, canvas)),
	];
	const section = (id: string, title: string, note: string, items: readonly ReviewItem[]): ReviewItem[] => items.length === 0
		? []
		: [makeHeading(id, [[], ...wrapAll([line(span(title, 'strong'), span(`  ${note}`, 'muted'))], columns)]), ...items];
	return [
		...(plan.rules.length === 0 ? [makeHeading('no-lines', wrapAll([line(span('No lines: nothing in this design connects two machines yet.', 'muted'))], columns))] : []),
		...conduits.flatMap((conduit, index) => group(`conduit:${conduit.id}`, view.index.listRules(conduit), 'line', index === 0)),
		...view.index.zones.filter(({id}) => view.index.listInside(id).length > 0).flatMap(({id}, index) => group(`inside:${id}`, view.index.listInside(id), 'line', index + conduits.length === 0)),
		...section('removed', 'To take away', 'lines of the earlier request that this one no longer has', [...removed].flatMap(([id, rules], index) => group(`removed:${id}`, rules, 'removed-line', index === 0))),
		...section('denies', 'Dropped on purpose', 'explicit drops', plan.denies.map(deny => describeDeny(deny, columns, signs))),
		...section('needs-input', `${signs.alert} Waiting for an answer`, 'no line before it is given', listFlows('needs-input', canvas)),
		...section('not-opened', 'Not opened', 'documented connections without a line', listFlows('not-opened', canvas)),
	];
}

/** A row of the table: its cells wrapped, side by side. */
function drawRow(cells: ReadonlyArray<readonly StyledLine[]>, columns: number): StyledLine[] {
	const [id, service, encrypted, status] = [8, 20, 12, 8];
	const rest = columns - id - service - encrypted - status - (5 * 2);
	const widths = [id, Math.floor(rest / 2), Math.ceil(rest / 2), service, encrypted, status];
	return joinColumns(cells.map((lines, position) => ({width: widths[position]!, lines})));
}

function describeLine(rule: Rule, kind: 'line' | 'removed-line', {view, columns, signs}: Canvas): ReviewItem {
	const shown = view.viewer.viewLine(rule);
	const status = kind === 'line' ? shown.status : 'remove';
	const service = `${shown.ipVersion} ${shown.service}`;
	const encrypted = span(shown.hasClearText ? `${signs.alert} ${rule.encrypted === 'no' ? 'clear text' : shown.encrypted}` : shown.encrypted, shown.hasClearText ? 'warning' : 'plain');
	const statusLines = [line(status), ...(rule.isReady ? [] : [line(span(`${signs.alert} address missing`, 'warning'))])];
	const sources = listEnds(shown.sources, shown.moreSources, signs);
	const destinations = listEnds(shown.destinations, shown.moreDestinations, signs);
	const target = findRuleTarget(rule);
	const indent = (label: string, ends: readonly StyledLine[]) => ends.flatMap((end, position) => wrapLine(line(span(`  ${(position === 0 ? label : '').padEnd(5)}`, 'muted'), ...end), columns, {hanging: 9}));
	return addWholeDetail({
		id: `${kind}:${rule.id}`,
		...(target === undefined || kind === 'removed-line' ? {} : {target}),
		lines: columns >= minTable
			? drawRow([[line(span(rule.id, 'accent'))], sources, destinations, [line(service)], [line(encrypted)], statusLines], columns)
			: [
				...wrapLine(line(span(rule.id, 'accent'), `  ${service}  `, span(status, 'muted')), columns, {hanging: 2}),
				...indent('from', sources),
				...indent('to', destinations),
				...indentLines([line(span('encrypted: ', 'muted'), encrypted)], columns, 2),
			],
	}, () => describeRule(rule, {view, columns, signs}));
}

function listEnds(ends: readonly EndView[], more: number, signs: Signs): StyledLine[] {
	return [
		...ends.map(({title, addresses, more: left, placeholder}) => line(
			`${showLine(title)} `,
			placeholder === ''
				? span(`${addresses.map(address => showLine(address)).join(', ')}${left === 0 ? '' : ` +${left}`}`, 'muted')
				: span(`${signs.alert} no address`, 'warning'),
		)),
		...(more === 0 ? [] : [line(span(`and ${more} more`, 'muted'))]),
	];
}

/** Documented connections with one disposition; those with one reason together. */
function listFlows(disposition: Flow['disposition'], {view, columns, signs}: Canvas): ReviewItem[] {
	const groups = new Map<string, [Flow, ...Flow[]]>();
	for (const flow of view.plan.flows.filter(candidate => candidate.disposition === disposition)) {
		const key = JSON.stringify([flow.catalogFlow, flow.reason]);
		const known = groups.get(key);
		if (known === undefined) {
			groups.set(key, [flow]);
		} else {
			known.push(flow);
		}
	}

	return [...groups.values()].map(flows => {
		const [flow] = flows;
		const target: ReviewTarget | undefined = flow.missing && findMissingTarget(flow, flow.missing);
		const end = (ends: ReadonlyArray<Flow['initiator']>) => formatSome(findDistinct(ends.map(({host, name}) => showLine(view.index.findHost(host)?.title ?? name))), 4);
		return addDetail({
			id: `flow:${flow.id}`,
			...(target === undefined ? {} : {target}),
			lines: [
				...wrapLine(line(`${formatFlowService(flow)}  `, end(flows.map(({initiator}) => initiator)), span(` ${signs.shortArrow} `, 'accent'), end(flows.map(({responder}) => responder))), columns, {hanging: 2}),
				...indentLines([
					line(span(showLine(flow.purpose), 'muted')),
					line(span(disposition === 'needs-input' ? `${signs.alert} ${showLine(flow.reason)}` : showLine(flow.reason), disposition === 'needs-input' ? 'warning' : 'plain')),
				], columns, 4),
			],
		}, () => [
			...wrapAll([line(span(showLine(flow.catalogFlow), 'strong')), line(showLine(flow.purpose))], columns),
			...wrapField('Why it has no line', showLine(flow.reason), columns),
			...describeFlows(flows, columns),
			...wrapField('Flows', flows.map(({id}) => showLine(id)).join(', '), columns),
		]);
	});
}

function formatFlowService({service}: Flow): string {
	const hasPorts = service.protocol === 'tcp' || service.protocol === 'udp';
	return `${formatService(service)}${hasPorts && service.ports.length === 0 ? ', ports not known' : ''}`;
}
