import {formatAddressRange, intersectRanges, parseAddress, rangesContain, type AddressRange} from '../addresses.js';
import type {HostInterface, IpVersion, Plan, Zone} from '../model.js';
import {suggest} from '../problem.js';
import {getOrMake} from '../records.js';
import {showLine} from '../text.js';

/** A part of an endpoint that every line treats alike. */
export type Piece = {
	/** What it is called in an answer: a host, an interface, addresses. */
	readonly title: string;
	/** Interfaces that stand for it: a line that names one of them is about the piece. With its own go all that have every address of it, as a firewall cannot tell them apart. Empty for addresses that no host of the design has. */
	readonly interfaces: readonly string[];
	/** Set where only lines of one IP version can be about it. */
	readonly ipVersion?: IpVersion;
};

/** One end of a question: what somebody named, and the parts of it that lines tell apart. */
export type Endpoint = {
	readonly kind: 'zone' | 'host' | 'interface' | 'address';
	readonly title: string;
	readonly pieces: readonly Piece[];
	/** Ids of the zones it is in. */
	readonly zones: readonly string[];
	/** Titles of other hosts that have some of its addresses, but not all: what is permitted to them holds for those addresses. */
	readonly sharedWith: readonly string[];
};

/**
Find what a person means by a name of a design: `zone:ID` or `host:ID`, the id or title of a zone or host, `host/role`, an address, a CIDR, a range or a DNS name.

@returns The endpoint, or a sentence saying what is wrong and what would have been right.
*/
export function findEndpoint(plan: Plan, text: string): Endpoint | string {
	const {kind, name} = /^(?<kind>zone|host):(?<name>.+)$/v.exec(text)?.groups as {kind: 'zone' | 'host'; name: string} | undefined ?? {kind: undefined, name: text};
	const wanted = name.toLowerCase();
	const isNamed = ({id, title}: {readonly id: string; readonly title: string}) => id === name || title.toLowerCase() === wanted;
	const zones = kind === 'host' ? [] : plan.zones.filter(zone => isNamed(zone));
	const hosts = kind === 'zone' ? [] : plan.hosts.filter(host => isNamed(host));
	const interfaces = kind === undefined ? plan.hosts.flatMap(host => host.interfaces).filter(({id}) => id === name) : [];
	const found: Endpoint[] = [
		...zones.map(zone => describeZone(plan, zone)),
		...hosts.map((host): Endpoint => ({kind: 'host', title: host.title, pieces: [{title: host.title, interfaces: listAlike(plan, host.interfaces)}], zones: listZones(host.interfaces), sharedWith: listSharing(plan, host.interfaces)})),
		...interfaces.map((entry): Endpoint => ({kind: 'interface', title: entry.id, pieces: [{title: entry.id, interfaces: listAlike(plan, [entry])}], zones: listZones([entry]), sharedWith: listSharing(plan, [entry])})),
	];
	if (found.length > 1) {
		return `"${showLine(name, 80)}" is the name of ${found.length} things: write ${[...zones.map(({id}) => `zone:${id}`), ...hosts.map(({id}) => `host:${id}`)].join(' or ')}`;
	}

	if (found.length === 1) {
		return found[0]!;
	}

	const address = kind === undefined ? parseAddress(text) : 'no address';
	if (typeof address !== 'string') {
		return address.kind === 'ip' ? describeRange(plan, address.range) : describeName(plan, address.name);
	}

	const known = [...(kind === 'host' ? [] : plan.zones), ...(kind === 'zone' ? [] : plan.hosts)].map(({id}) => id);
	// What looks like an address is told what is wrong with it.
	return /^[\d.:a-f\/\-]+$/iv.test(text) && /[.:]/v.test(text) ? address : `this design has no ${kind ?? 'zone, host or address'} "${showLine(name, 80)}": ${suggest(name, known)}`;
}

/** A zone is the hosts in it, and whatever else has an address of its networks. */
function describeZone(plan: Plan, {id, title}: Zone): Endpoint {
	const members = plan.hosts.map(host => ({host, interfaces: host.interfaces.filter(({zone}) => zone === id)})).filter(({interfaces}) => interfaces.length > 0);
	return {
		kind: 'zone',
		title,
		pieces: [
			...members.map(({host, interfaces}): Piece => ({title: host.title, interfaces: listAlike(plan, interfaces)})),
			{title: `other addresses of ${title}`, interfaces: []},
		],
		zones: [id],
		sharedWith: [],
	};
}

/** Addresses, parted where the addresses of a host begin or end. */
function describeRange(plan: Plan, range: AddressRange): Endpoint {
	const touched = plan.hosts.flatMap(host => host.interfaces).flatMap(entry => intersectRanges(entry.ranges, [range]).map(shared => ({entry, shared})));
	const borders = [...new Set([range.from, range.to + 1n, ...touched.flatMap(({shared}) => [shared.from, shared.to + 1n])])].toSorted((a, b) => a < b ? -1 : 1);
	// Neighbours that belong to the same interfaces are one piece.
	const pieces = new Map<string, {readonly interfaces: readonly string[]; readonly ranges: AddressRange[]}>();
	for (const [index, from] of borders.slice(0, -1).entries()) {
		const part: AddressRange = {version: range.version, from, to: borders[index + 1]! - 1n};
		const interfaces = touched.filter(({shared}) => shared.from <= part.from && part.to <= shared.to).map(({entry}) => entry.id);
		getOrMake(pieces, interfaces.join(' '), () => ({interfaces, ranges: []})).ranges.push(part);
	}

	return {
		kind: 'address',
		title: formatAddressRange(range),
		pieces: [...pieces.values()].map(({interfaces, ranges}) => ({
			title: `${ranges.slice(0, 3).map(part => formatAddressRange(part)).join(', ')}${ranges.length > 3 ? ` and ${ranges.length - 3} more` : ''}${interfaces.length === 0 ? '' : ` (${interfaces.join(', ')})`}`,
			interfaces,
			ipVersion: range.version,
		})),
		zones: plan.zones.filter(zone => intersectRanges(zone.ranges, [range]).length > 0).map(({id}) => id),
		sharedWith: [],
	};
}

function describeName(plan: Plan, name: string): Endpoint | string {
	const interfaces = plan.hosts.flatMap(host => host.interfaces).filter(({names}) => names.includes(name));
	return interfaces.length === 0
		? `no host of this design has the name "${name}": give one of its hosts, zones or an address`
		: {kind: 'address', title: name, pieces: [{title: name, interfaces: listAlike(plan, interfaces)}], zones: listZones(interfaces), sharedWith: listSharing(plan, interfaces)};
}

/** Ids of some interfaces, and of all others that have every address of one of them. */
function listAlike(plan: Plan, interfaces: readonly HostInterface[]): string[] {
	const others = plan.hosts.flatMap(host => host.interfaces).filter(other => interfaces.some(entry => entry.ranges.length > 0 && entry.ranges.every(range => rangesContain(other.ranges, range))));
	return [...new Set([...interfaces, ...others].map(({id}) => id))];
}

function listSharing(plan: Plan, interfaces: readonly HostInterface[]): string[] {
	const alike = new Set(listAlike(plan, interfaces));
	const ranges = interfaces.flatMap(entry => entry.ranges);
	return plan.hosts.filter(host => host.interfaces.some(other => !alike.has(other.id) && intersectRanges(other.ranges, ranges).length > 0)).map(({title}) => title);
}

function listZones(interfaces: readonly HostInterface[]): string[] {
	return [...new Set(interfaces.flatMap(({zone}) => zone ?? []))];
}
