import type {Flow, Plan} from './model.js';
import {compare} from './problem.js';

/** What another answer changes, from the difference of two plans. */
export type Effect = {
	/** How many more lines there are between zones; negative for fewer. */
	readonly networkLines: number;
	/** How many more lines there are for host firewalls inside zones. */
	readonly hostLines: number;
	/** Directions between zones with other numbers of lines, as `Office clients → Management`; the largest change first. */
	readonly conduits: ReadonlyArray<{readonly name: string; readonly lines: number}>;
	/** Connections that are opened now, as `TCP 443 VM Portal clients → OLVM Manager`. */
	readonly opened: readonly string[];
	readonly closed: readonly string[];
	/** Connections that now wait for an address, port or zone. */
	readonly waiting: readonly string[];
	/** Connections that no longer wait, and are not opened either. */
	readonly dropped: readonly string[];
	/** How many more open questions and findings there are. */
	readonly questions: number;
	readonly findings: number;
};

/** Sign between initiator and responder where the terminal may not have the arrow. */
export const arrow = '→';

/** What changes from one plan to another. */
export function findEffect(before: Plan, after: Plan): Effect {
	const [openBefore, openAfter] = [listConnections(before, isOpen), listConnections(after, isOpen)];
	const [waitingBefore, waitingAfter] = [listConnections(before, isWaiting), listConnections(after, isWaiting)];
	return {
		networkLines: countLines(after, 'network') - countLines(before, 'network'),
		hostLines: countLines(after, 'host') - countLines(before, 'host'),
		conduits: compareConduits(before, after),
		opened: listNew(openAfter, openBefore),
		closed: listNew(openBefore, openAfter),
		waiting: listNew(waitingAfter, waitingBefore),
		dropped: listNew(waitingBefore, waitingAfter).filter(connection => !openAfter.has(connection)),
		questions: countQuestions(after) - countQuestions(before),
		findings: countFindings(after) - countFindings(before),
	};
}

function compareConduits(before: Plan, after: Plan): Effect['conduits'] {
	const [counted, now] = [countByConduit(before), countByConduit(after)];
	return [...new Set([...counted.keys(), ...now.keys()])]
		.map(name => ({name, lines: (now.get(name) ?? 0) - (counted.get(name) ?? 0)}))
		.filter(({lines}) => lines !== 0)
		.toSorted((a, b) => (Math.abs(b.lines) - Math.abs(a.lines)) || compare(a.name, b.name));
}

function countByConduit({conduits, zones}: Plan): Map<string, number> {
	const titles = new Map(zones.map(({id, title}) => [id, title]));
	const counted = new Map<string, number>();
	for (const {source, destination, rules} of conduits) {
		// Two zones may have the same title.
		const name = `${titles.get(source) ?? source} ${arrow} ${titles.get(destination) ?? destination}`;
		counted.set(name, (counted.get(name) ?? 0) + rules.length);
	}

	return counted;
}

/** Lines between zones, or for host firewalls. */
export function countLines({rules}: Plan, scope: 'network' | 'host'): number {
	return rules.filter(rule => rule.scope === scope).length;
}

/** Open questions that nobody has answered. */
export function countQuestions({openQuestions}: Plan): number {
	return openQuestions.filter(question => question.answer === undefined).length;
}

/** Findings that are neither solved nor accepted. */
export function countFindings({findings}: Plan): number {
	return findings.filter(finding => finding.status === 'open').length;
}

const isOpen = ({disposition}: Flow): boolean => disposition === 'cross-zone' || disposition === 'intra-zone';
const isWaiting = ({disposition}: Flow): boolean => disposition === 'needs-input';

function listConnections({flows, hosts}: Plan, select: (flow: Flow) => boolean): Set<string> {
	const titles = new Map(hosts.map(host => [host.id, host.title]));
	const found = new Set<string>();
	for (const flow of flows) {
		if (select(flow)) {
			const [from, to] = [flow.initiator, flow.responder].map(end => titles.get(end.host ?? '') ?? end.name);
			found.add(`${formatService(flow)} ${from} ${arrow} ${to}`);
		}
	}

	return found;
}

function formatService({service: {protocol, number, ports}}: Flow): string {
	const name = protocol === 'ip' ? `IP protocol ${number}` : protocol.toUpperCase();
	return ports.length === 0 ? name : `${name} ${ports.join(', ')}`;
}

function listNew(after: ReadonlySet<string>, before: ReadonlySet<string>): string[] {
	return [...after].filter(connection => !before.has(connection)).toSorted(compare);
}

/**
Say an effect in one line.

@param shown - How many connections are named before the rest is only counted.

@example
formatEffect(effect);
//=> '+1 line: UDP 7410 KVM host → OLVM Manager'
*/
export function formatEffect(effect: Effect, shown = 3): string {
	const {networkLines, hostLines, conduits, opened, closed, waiting, dropped, questions, findings} = effect;
	const parts = [
		formatChange(networkLines, 'line'),
		formatChange(hostLines, 'host firewall line'),
	].filter(part => part !== '');
	const named = [
		formatConnections(parts.length === 0 && opened.length > 0 ? 'opens ' : '', opened, shown),
		formatConnections('no longer ', closed, shown),
		formatConnections('waits for an answer: ', waiting, shown),
		formatConnections('no longer waits: ', dropped, shown),
		// Where nothing else is opened or closed, lines move from one direction to another.
		opened.length + closed.length === 0 ? formatConnections('', conduits.map(({name, lines}) => `${lines > 0 ? '+' : ''}${lines} ${name}`), shown, 'directions') : '',
	].filter(part => part !== '');
	const others = [formatChange(questions, 'open question'), formatChange(findings, 'finding')].filter(part => part !== '');
	const lines = parts.length === 0 && named.length === 0 ? 'no line changes' : [parts.join(', '), named.join('; ')].filter(part => part !== '').join(': ');
	return [lines, ...others].join('; ');
}

function formatChange(number: number, word: string): string {
	if (number === 0) {
		return '';
	}

	const amount = Math.abs(number);
	return `${number > 0 ? '+' : '-'}${amount} ${word}${amount === 1 ? '' : 's'}`;
}

/** @param things - What the rest is counted as: several connections may be one line. */
function formatConnections(verb: string, connections: readonly string[], shown: number, things = 'connections'): string {
	if (connections.length === 0) {
		return '';
	}

	const rest = connections.length - shown;
	return `${verb}${connections.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more ${rest === 1 ? things.slice(0, -1) : things}` : ''}`;
}
