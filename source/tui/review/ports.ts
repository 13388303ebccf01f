import type {Plan, Rule} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {findDistinct, formatIpVersion, formatService} from '../../renderers/words.js';
import {getSigns, type Signs} from '../text/signs.js';
import {line, span, type StyledLine} from '../text/styled.js';
import {measureWidth, wrapLine} from '../text/width.js';
import type {ReviewItem, ReviewOptions} from './item.js';
import {addWholeDetail, indentLines, joinColumns, makeHeading, wrapAll} from './layout.js';
import {describeRule} from './line-detail.js';
import {formatCount, formatMainServices, formatSome, listClearText, showZone, viewPlan, type Canvas, type PlanView} from './plan-view.js';
import {findRuleTarget} from './targets.js';

/** Ports stand in a column of their own where the rest has room beside it. */
const minSplit = 70;
const maxService = 18;
const shownHosts = 4;
const shownPurposes = 3;

const directions = ['inbound', 'outbound', 'inside'] as const;
type Direction = (typeof directions)[number];

const titles: Readonly<Record<Direction, string>> = {inbound: 'Inbound', outbound: 'Outbound', inside: 'Inside, on host firewalls only'};

/**
List what comes into each zone, what goes out of it and what stays inside, zones and lines in the order of documents.

Ids are `zone:<id>`, `inbound:<zone>`, and `inbound:<zone>:<line>`; a line between two zones is listed in both.
*/
export function listPorts(plan: Plan, {columns, unicode}: ReviewOptions): ReviewItem[] {
	const view = viewPlan(plan);
	const signs = getSigns(unicode);
	const {index} = view;
	// A version says something where there are two.
	const hasVersions = plan.rules.some(({ipVersion}) => ipVersion === 6);
	const width = Math.min(maxService, Math.max(0, ...plan.rules.map(rule => measureWidth(formatPorts(rule, hasVersions)))));
	return index.zones.flatMap((zone, position) => {
		const rules = {inbound: index.listInbound(zone.id), outbound: index.listOutbound(zone.id), inside: index.listInside(zone.id)};
		return [
			{
				id: `zone:${zone.id}`,
				isGroup: true as const,
				target: {kind: 'zone', zone: zone.id} as const,
				lines: [
					...(position === 0 ? [] : [[]]),
					...wrapAll([line(span(showLine(zone.title), 'strong'), span(`  trust ${zone.trust}${zone.vlan === undefined ? '' : `, VLAN ${zone.vlan}`}${zone.networks.length === 0 ? '' : `, ${formatSome(zone.networks.map(network => showLine(network)), 2)}`}`, 'muted'))], columns),
				],
			},
			...directions.flatMap(direction => [
				makeHeading(`${direction}:${zone.id}`, wrapAll([line(span(`  ${titles[direction]}: `, 'accent'), rules[direction].length === 0 ? span('none', 'muted') : formatCount(rules[direction].length, 'line'))], columns)),
				...rules[direction].map(rule => describePorts(rule, direction, {view, zone: zone.id, width, columns, hasVersions, signs})),
			]),
		];
	});
}

type Layout = Canvas & {readonly zone: string; readonly width: number; readonly hasVersions: boolean};

function describePorts(rule: Rule, direction: Direction, {view, columns, signs, zone, width, hasVersions}: Layout): ReviewItem {
	const service = formatPorts(rule, hasVersions);
	const clearText = formatMainServices(listClearText([rule]));
	const purposes = findDistinct(rule.services.map(({purpose}) => showLine(purpose)));
	const rest: StyledLine[] = [
		line(...formatPath(view, rule, direction, signs), span(`  ${rule.id}`, 'muted')),
		...(clearText === '' ? [] : [line(span(`${signs.alert} clear text: ${clearText}`, 'warning'))]),
		...(rule.isReady ? [] : [line(span(`${signs.alert} address missing`, 'warning'))]),
		line(span(formatPurposes(purposes), 'muted')),
	];
	const target = findRuleTarget(rule);
	return addWholeDetail({
		id: `${direction}:${zone}:${rule.id}`,
		...(target === undefined ? {} : {target}),
		lines: columns >= minSplit
			? joinColumns([{width: width + 4, lines: wrapLine(line(`    ${service}`), width + 4, {hanging: 5})}, {width: columns - width - 6, lines: rest}])
			: [...wrapLine(line(`    ${service}`), columns, {hanging: 5}), ...rest.flatMap(styled => indentLines([styled], columns, 6))],
	}, () => describeRule(rule, {view, columns, signs}));
}

function formatPath(view: PlanView, rule: Rule, direction: Direction, signs: Signs) {
	const sources = formatHosts(rule.sources);
	const destinations = formatHosts(rule.destinations);
	const arrow = span(` ${signs.shortArrow} `, 'accent');
	switch (direction) {
		case 'inbound': {
			return [span('from ', 'muted'), `${showZone(view, rule.sourceZone)}: ${sources}`, arrow, destinations];
		}

		case 'outbound': {
			return [sources, arrow, `${showZone(view, rule.destinationZone)}: ${destinations}`];
		}

		case 'inside': {
			return [sources, arrow, destinations];
		}
	}
}

function formatHosts(ends: Rule['sources']): string {
	return formatSome(findDistinct(ends.map(({title}) => showLine(title))), shownHosts);
}

function formatPurposes(purposes: readonly string[]): string {
	return purposes.length > shownPurposes + 1 ? `${purposes.slice(0, shownPurposes).join('; ')}; and ${purposes.length - shownPurposes} more` : purposes.join('; ');
}

function formatPorts(rule: Rule, hasVersions: boolean): string {
	return `${hasVersions ? `${formatIpVersion(rule.ipVersion)} ` : ''}${formatService(rule)}`;
}
