import type {Evidence, Flow, Rule, RuleEnd} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {encryptionWords, findDistinct, formatIpVersion, formatService} from '../../renderers/words.js';
import type {Signs} from '../text/signs.js';
import {line, span, type StyledLine} from '../text/styled.js';
import {wrapLine} from '../text/width.js';
import {wrapAll, wrapField} from './layout.js';
import {showZone, type Canvas} from './plan-view.js';

/** Everything about a line: addresses, services, what the documents say, and the flows behind it. */
export function describeRule(rule: Rule, {view, columns, signs}: Canvas): StyledLine[] {
	const flows = view.index.listFlows(rule.flows);
	return [
		...wrapLine(line(span(rule.id, 'strong'), `  ${formatIpVersion(rule.ipVersion)} ${formatService(rule)}`), columns, {hanging: 2}),
		...describeEnds(`From: ${showZone(view, rule.sourceZone)}`, rule.sources, columns, signs),
		...describeEnds(`To: ${showZone(view, rule.destinationZone)}`, rule.destinations, columns, signs),
		...wrapAll(rule.services.map(({ports, encrypted, purpose, application}) => line(
			`${signs.bullet} ${[ports.join(', '), application === undefined ? '' : `(${application})`].filter(Boolean).join(' ')}${ports.length === 0 && application === undefined ? '' : ': '}${showLine(purpose)}, `,
			encrypted === 'no' ? span(`${signs.alert} encrypted: ${encryptionWords.no}`, 'warning') : span(`encrypted: ${encryptionWords[encrypted]}`, 'muted'),
		)), columns),
		...wrapField('Status', rule.status, columns),
		...wrapField('Need', rule.need, columns),
		...wrapField('Logging', showLine(rule.logging), columns),
		...wrapField('Expiry', showLine(rule.expiry), columns),
		...describeFlows(flows, columns),
		...wrapField('Flows', rule.flows.map(flow => showLine(flow)).join(', '), columns),
	];
}

/** What the documents say of some flows: when they are needed, what to review, where it stands. */
export function describeFlows(flows: readonly Flow[], columns: number): StyledLine[] {
	const list = (read: (flow: Flow) => string | undefined) => findDistinct(flows.map(flow => read(flow)).filter(text => text !== undefined)).map(text => showLine(text));
	return [
		...list(({condition}) => condition).flatMap(text => wrapField('Needed when', text, columns)),
		...list(({service}) => service.documentedPorts?.join(', ')).flatMap(text => wrapField('The documents state the ports', text, columns)),
		...list(({review}) => review).flatMap(text => wrapField('To review', text, columns)),
		...list(({reading}) => reading && `${reading.chosen}, because ${reading.because}; others say: ${reading.others.map(({says}) => says).join('; ')}`).flatMap(text => wrapField('The documents contradict each other', text, columns)),
		...describeEvidence(flows.flatMap(({sources}) => sources), columns),
	];
}

/** Where statements stand, each row once. */
export function describeEvidence(sources: readonly Evidence[], columns: number): StyledLine[] {
	return [...new Map(sources.map(source => [source.row, source])).values()].flatMap(({title, section, where, row, caution}) => [
		...wrapField('Evidence', [showLine(`${title}, ${section}: ${where}`), span(` (${showLine(row)})`, 'muted')], columns),
		...(caution === undefined ? [] : wrapField('  Caution', [span(showLine(caution), 'warning')], columns)),
	]);
}

function describeEnds(zone: string, ends: readonly RuleEnd[], columns: number, signs: Signs): StyledLine[] {
	return ends.flatMap(({title, role, addresses, placeholder}) => wrapField(zone, [
		`${showLine(title)} (${role}) `,
		placeholder === undefined ? addresses.map(address => showLine(address)).join(', ') : span(`${signs.alert} ${showLine(placeholder)}`, 'warning'),
	], columns));
}
