import type {Deny, Host, Plan, Rule, Zone} from '../../core/model.js';
import {getOrMake} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import {listAddresses} from '../../renderers/topology-view.js';
import {formatService, formatIpVersion} from '../../renderers/words.js';
import {getSigns, type Signs} from '../text/signs.js';
import {line, span, type StyledLine} from '../text/styled.js';
import {measureWidth, wrapLine} from '../text/width.js';
import type {ReviewItem, ReviewOptions, ReviewTarget} from './item.js';
import {addDetail, addWholeDetail, drawBox, indentLines, joinColumns, makeHeading, measureBox, wrapAll} from './layout.js';
import {drawMatrix} from './matrix.js';
import {formatCount, formatMainServices, formatSome, listClearText, showHost, showZone, viewPlan, type PlanView} from './plan-view.js';

/** Cards narrower than this break most addresses. */
const minCard = 36;
const maxCards = 4;
const cardGap = 2;

/** More hosts than these make a card that nobody can take in; the detail has all of them. */
const shownHosts = 12;
const shownAddresses = 2;
const shownLines = 6;

const insideTitle = 'inside the zone';

/** Two columns of text where both have room. */
const minSplit = 70;

/**
Draw the zones with their hosts, what opens connections to what, and a table of zones by zones.

Zones are in the order of documents: from the least trusted to the most trusted. Hosts that are in no zone yet have a card of their own.
Ids are `zone:<id>` of the first of the cards that stand together, `unplaced`, `from:<zone>`, `conduit:<id>`, `inside:<zone>`, `deny:<id>`, `matrix…`.
*/
export function drawTopology(plan: Plan, options: ReviewOptions): ReviewItem[] {
	const view = viewPlan(plan);
	const signs = getSigns(options.unicode);
	return [
		...drawCards(view, options, signs),
		...listConduits(view, options, signs),
		...listDenies(view, options, signs),
		...drawMatrix(view, options, signs),
	];
}

type Card = {
	readonly id: string;
	readonly title: string;
	/** Stands in the frame beside the title. */
	readonly word: string;
	readonly target: ReviewTarget | undefined;
	readonly makeBody: (width: number) => StyledLine[];
	readonly makeDetail: (columns: number) => StyledLine[];
};

function drawCards(view: PlanView, {columns}: ReviewOptions, signs: Signs): ReviewItem[] {
	const perRow = Math.max(1, Math.min(maxCards, Math.floor((columns + cardGap) / (minCard + cardGap))));
	const width = Math.max(8, Math.floor((columns - (cardGap * (perRow - 1))) / perRow));
	const cards = [...view.index.zones.map(zone => makeZoneCard(view, zone, signs)), ...makeUnplacedCards(view, signs)].map((card): MeasuredCard => {
		const box = {title: card.title, word: card.word, body: card.makeBody(width - 4), width, signs};
		return {card, box, height: measureBox(box)};
	});
	return [
		makeHeading('zones', wrapAll([line(span('Zones', 'strong'), span(`  ${formatCount(view.plan.zones.length, 'zone')}, from the least trusted to the most trusted`, 'muted'))], columns)),
		...listBands(cards, perRow).map(band => drawBand(band, width, columns)),
	];
}

type MeasuredCard = {readonly card: Card; readonly box: Omit<Parameters<typeof drawBox>[0], 'height'>; readonly height: number};

/** Cards side by side: columns of cards of about the same height. */
type Band = ReadonlyArray<readonly MeasuredCard[]>;

/** The frame of a card. */
const frame = 2;

/** Put cards side by side in their order, small ones below one another beside a tall one. */
function listBands(cards: readonly MeasuredCard[], perRow: number): Band[] {
	const bands: MeasuredCard[][][] = [];
	const measure = (column: readonly MeasuredCard[]) => column.reduce((sum, {height}) => sum + height + frame, 0);
	for (const card of cards) {
		const band = bands.at(-1);
		if (band !== undefined && band.length < perRow) {
			band.push([card]);
			continue;
		}

		const tallest = Math.max(0, ...(band ?? []).map(column => measure(column)));
		const column = band?.toSorted((a, b) => measure(a) - measure(b))[0];
		if (perRow > 1 && column !== undefined && measure(column) + card.height + frame <= tallest) {
			column.push(card);
		} else {
			bands.push([[card]]);
		}
	}

	return bands;
}

function drawBand(band: Band, width: number, columns: number): ReviewItem {
	const heights = band.map(column => column.reduce((sum, {height}) => sum + height + frame, 0));
	const height = Math.max(...heights);
	// The last card of a column takes what is left, so that the bottoms are on one line.
	const drawn = band.map((column, position) => column.flatMap((entry, row) => drawBox({...entry.box, height: entry.height + (row === column.length - 1 ? height - heights[position]! : 0)})));
	const cards = band.flat().map(({card}) => card);
	const [first, ...others] = cards as [Card, ...Card[]];
	return addWholeDetail({
		id: first.id,
		lines: Array.from({length: height}, (_, row) => drawn.flatMap((box, position) => [
			...(position === 0 ? [] : [span(' '.repeat(cardGap))]),
			...(box[row] ?? [span(' '.repeat(width))]),
		])),
		...(first.target === undefined ? {} : {target: first.target}),
		...(others.length === 0 ? {} : {moreTargets: others.map(({target}) => target).filter(target => target !== undefined)}),
	}, () => cards.flatMap(({makeDetail}, position) => [...(position === 0 ? [] : [[]]), ...makeDetail(columns)]));
}

function makeZoneCard(view: PlanView, zone: Zone, signs: Signs): Card {
	const title = showLine(zone.title);
	const hosts = sortHosts(view.index.listHosts(zone.id));
	return {
		id: `zone:${zone.id}`,
		title,
		word: zone.trust,
		target: {kind: 'zone', zone: zone.id},
		makeBody(width) {
			const shown = hosts.length > shownHosts + 1 ? hosts.slice(0, shownHosts) : hosts;
			const list = (kind: Host['kind']) => shown.filter(host => host.kind === kind).flatMap(host => wrapLine(describeHost(host, zone.id, shownAddresses, signs), width, {hanging: 2}));
			const outside = list('actor');
			return [
				...wrapLine(describeNetworks(zone, 2, signs), width, {hanging: 2}),
				...list('host'),
				...(outside.length === 0 ? [] : [...wrapLine(line(span('outside the products:', 'muted')), width), ...outside]),
				...(shown.length < hosts.length ? wrapLine(line(span(`and ${hosts.length - shown.length} more hosts`, 'muted')), width) : []),
				...(hosts.length === 0 ? wrapLine(line(span('no host of this design', 'muted')), width) : []),
			];
		},
		makeDetail: columns => wrapAll([
			line(span(title, 'strong'), span(`  ${zone.id}`, 'muted')),
			line(`Trust ${zone.trust}${zone.administration ? ', administrators work from here' : ''}`),
			describeNetworks(zone, Number.POSITIVE_INFINITY, signs),
			line(`${formatCount(view.index.listInbound(zone.id).length, 'line')} in, ${view.index.listOutbound(zone.id).length} out, ${view.index.listInside(zone.id).length} inside`),
			...hosts.map(host => line(`${signs.bullet} `, ...describeHost(host, zone.id, Number.POSITIVE_INFINITY, signs), host.kind === 'actor' ? span(' (outside the products)', 'muted') : undefined)),
		], columns),
	};
}

/** Hosts without a zone for some role, and machines that nothing connects to. */
function makeUnplacedCards({plan}: PlanView, signs: Signs): Card[] {
	const unplaced = plan.hosts.filter(host => host.interfaces.some(({zone}) => zone === undefined));
	const idle = plan.hosts.filter(host => host.interfaces.length === 0);
	const first = unplaced[0]?.interfaces.find(({zone}) => zone === undefined);
	const list = (hosts: readonly Host[], limit: number) => sortHosts(hosts).map(host => describeHost(host, undefined, limit, signs));
	const make = (card: Pick<Card, 'id' | 'title' | 'word' | 'target'>, hosts: readonly Host[]): Card => ({
		...card,
		makeBody: width => [
			...wrapAll(list(hosts.length > shownHosts + 1 ? hosts.slice(0, shownHosts) : hosts, shownAddresses), width),
			...(hosts.length > shownHosts + 1 ? wrapLine(line(span(`and ${hosts.length - shownHosts} more hosts`, 'muted')), width) : []),
		],
		makeDetail: columns => wrapAll([line(span(card.title, 'strong')), ...list(hosts, Number.POSITIVE_INFINITY)], columns),
	});
	return [
		...(first === undefined ? [] : [make({id: 'unplaced', title: 'In no zone yet', word: `${signs.alert} no zone`, target: {kind: 'interface', host: first.host, role: first.role}}, unplaced)]),
		...(idle.length === 0 ? [] : [make({id: 'idle', title: 'Without connections', word: 'no zone', target: undefined}, idle)]),
	];
}

/** Machines first, then people and services outside the products. */
function sortHosts(hosts: readonly Host[]): Host[] {
	return [...hosts.filter(({kind}) => kind === 'host'), ...hosts.filter(({kind}) => kind === 'actor')];
}

/** VLAN and networks of a zone; what is missing is only no question where a zone is all the rest of the world. */
function describeNetworks(zone: Zone, limit: number, signs: Signs): StyledLine {
	const known = [
		zone.vlan === undefined ? '' : `VLAN ${zone.vlan}`,
		zone.administration ? 'administration' : '',
		formatSome(zone.networks.map(network => showLine(network)), limit),
	].filter(Boolean).join(', ');
	const isMissing = zone.networks.length === 0 && zone.trust !== 'untrusted';
	return line(span(known, 'muted'), isMissing ? span(`${known === '' ? '' : ', '}${signs.alert} no networks`, 'warning') : undefined);
}

/** A host with its roles and addresses in one zone, or in none. Roles with the same addresses stand together. */
function describeHost(host: Host, zone: string | undefined, limit: number, signs: Signs): StyledLine {
	const roles = new Map<string, string[]>();
	for (const entry of host.interfaces.filter(candidate => candidate.zone === zone)) {
		getOrMake(roles, formatSome(listAddresses(entry).map(address => showLine(address)), limit), () => []).push(entry.role);
	}

	return line(
		showLine(host.title),
		host.count === undefined ? undefined : span(` (${formatCount(host.count, 'machine')})`, 'muted'),
		...[...roles].flatMap(([addresses, names], position) => [
			span(`${position === 0 ? ': ' : '; '}${names.join(', ')} `, 'muted'),
			addresses === '' ? span(`${signs.alert} no address`, 'warning') : span(addresses),
		]),
	);
}

function listConduits(view: PlanView, {columns}: ReviewOptions, signs: Signs): ReviewItem[] {
	const {index, plan} = view;
	const order = new Map(index.zones.map(({id}, position) => [id, position]));
	const titles = [insideTitle, ...plan.conduits.map(({destination}) => showZone(view, destination))];
	const left = Math.min(Math.max(...titles.map(title => measureWidth(title))) + 6, Math.floor(columns * 0.4));
	const makeEntry = ({id, title, rules, zone, note}: {readonly id: string; readonly title: string; readonly rules: readonly Rule[]; readonly zone: string; readonly note: string}): ReviewItem => {
		const clearText = formatMainServices(listClearText(rules));
		const right = [
			line(formatMainServices(rules)),
			...(clearText === '' ? [] : [line(span(`${signs.alert} clear text: ${clearText}`, 'warning'))]),
			line(span(`${formatCount(rules.length, 'line')}${note}: ${formatSome(rules.map(rule => rule.id), shownLines)}`, 'muted')),
		];
		const name = line(span(`  ${signs.arrow} `, 'accent'), title);
		return addWholeDetail({
			id,
			target: {kind: 'zone', zone},
			lines: columns >= minSplit
				? joinColumns([{width: left, lines: wrapLine(name, left, {hanging: 6})}, {width: columns - left - 2, lines: right}])
				: [...wrapLine(name, columns, {hanging: 6}), ...indentLines(right, columns, 6)],
		}, () => wrapAll([
			line(span(title, 'strong')),
			...rules.map(rule => line(`${signs.bullet} ${rule.id}  ${formatService(rule)}  `, span(rule.sources.map(({host}) => showHost(view, host)).join(', '), 'muted'), ` ${signs.shortArrow} `, span(rule.destinations.map(({host}) => showHost(view, host)).join(', '), 'muted'))),
		], columns));
	};

	const groups = index.zones.map(zone => {
		const conduits = plan.conduits.filter(({source}) => source === zone.id).toSorted((a, b) => (order.get(a.destination) ?? 0) - (order.get(b.destination) ?? 0));
		const inside = index.listInside(zone.id);
		const entries = [
			...conduits.map(conduit => makeEntry({id: `conduit:${conduit.id}`, title: showZone(view, conduit.destination), rules: index.listRules(conduit), zone: conduit.destination, note: ''})),
			...(inside.length === 0 ? [] : [makeEntry({id: `inside:${zone.id}`, title: insideTitle, rules: inside, zone: zone.id, note: ' on host firewalls only'})]),
		];
		return {zone, entries};
	}).filter(({entries}) => entries.length > 0);
	return [
		makeHeading('conduits', [[], ...wrapAll([line(span('Connections', 'strong'), span(`  ${formatCount(plan.conduits.length, 'conduit')}; replies have no line`, 'muted'))], columns)]),
		...groups.flatMap(({zone, entries}) => [
			makeHeading(`from:${zone.id}`, wrapAll([line(span('from ', 'muted'), span(showLine(zone.title), 'strong'))], columns)),
			...entries,
		]),
		...(groups.length === 0 ? [makeHeading('no-conduits', wrapAll([line(span('  none', 'muted'))], columns))] : []),
	];
}

function listDenies({plan}: PlanView, {columns}: ReviewOptions, signs: Signs): ReviewItem[] {
	return plan.denies.length === 0
		? []
		: [
			makeHeading('denies', [[], ...wrapAll([line(span('Dropped on purpose', 'strong'))], columns)]),
			...plan.denies.map(deny => describeDeny(deny, columns, signs)),
		];
}

/** A deny as an item, the same in the topology and among the lines. */
export function describeDeny(deny: Deny, columns: number, signs: Signs): ReviewItem {
	const service = [deny.ipVersion === undefined ? '' : formatIpVersion(deny.ipVersion), formatService(deny)].filter(Boolean).join(' ');
	return addDetail({
		id: `deny:${deny.id}`,
		lines: [
			...wrapLine(line(`  ${showLine(deny.source)} `, span(signs.denied, 'danger'), ` ${showLine(deny.destination)}`), columns, {hanging: 4}),
			...indentLines([line(span('denied: ', 'danger'), service, span(`  ${deny.id}`, 'muted'))], columns, 6),
		],
	}, () => wrapAll([
		line(span(deny.id, 'strong'), `  ${service}`),
		line(showLine(deny.purpose)),
		...(deny.review === undefined ? [] : [line(span('To review: ', 'muted'), showLine(deny.review))]),
		...deny.sources.map(source => line(span('Evidence: ', 'muted'), showLine(`${source.title}, ${source.section}: ${source.where}`))),
	], columns));
}
