import type {IpVersion} from '../model.js';
import {own} from '../records.js';
import {parseFirewalld, type Area, type FirewalldConfig, type Item} from './firewalld-config.js';
import {firewalldServices} from './firewalld-services.js';
import {readNftText} from './nft-text.js';
import {parseIcmpType, parseProtocol} from './protocols.js';
import {DumpError, parseDumpAddress, parseDumpPorts, type DumpFile, type ReadRuleset} from './reading.js';
import type {FirewallRule} from './ruleset.js';

/*
Configuration of firewalld as the rules of nftables that firewalld makes of it: a chain for each zone, which packets come to by their source or interface, with the policies of the
zone in it. What a zone says that cannot be said so is a match that is not known, so that it counts as neither open nor closed.
*/

/**
Read zones, policies, ipsets and services of one firewalld.

@throws {DumpError} When a file is cut off or no such configuration.
*/
export function readFirewalld(files: readonly DumpFile[]): ReadRuleset {
	const config = parseFirewalld(files);
	if (!config.areas.some(({kind}) => kind === 'zone')) {
		throw new DumpError(files[0]!.name, undefined, 'there is no zone of firewalld', 'give the zones too: firewall-cmd --list-all-zones prints them all');
	}

	const file = files.map(({name}) => name).join(', ');
	const {chains, bases, versions} = readNftText({name: file, text: new Writer(config).write()});
	const rename = (rule: FirewallRule): FirewallRule => ({
		...rule,
		line: undefined,
		chain: rule.chain.replace(/^inet firewalld /v, 'firewalld '),
		unknown: rule.unknown.map(text => unwrap(text)),
		action: rule.action.kind === 'unknown' ? {kind: 'unknown', reason: unwrap(rule.action.reason)} : rule.action,
	});
	const hasDefault = config.defaultZone !== undefined;
	return {
		chains: new Map([...chains].map(([id, rules]) => [id, rules.map(rule => rename(rule))])),
		bases,
		versions,
		remarks: [
			'Rules that stand beside the configuration of firewalld, as direct rules and those of other programs, are not compared: nft list ruleset shows them.',
			...(hasDefault ? [] : ['The files do not say which zone is the default one: firewalld.conf does.']),
		],
	};
}

const unwrap = (text: string): string => text.replaceAll(/xt match "([^"]*)"/gv, '$1').replace(/^"([^"]*)"$/v, '$1');

/** What is not known, as a match, and as all that a rule does. */
const doubt = (reason: string): string => `xt match "${reason.replaceAll(/["\n\r]/gv, '\'').slice(0, 200)}"`;
const anything = (reason: string): string => doubt(reason).slice('xt match '.length);

/** Services with destinations of their own. */
const multicastServices: Readonly<Record<string, string[]>> = {
	'dhcpv6-client': ['ip6 daddr fe80::/64 udp dport 546'],
	mdns: ['ip daddr 224.0.0.251 udp dport 5353', 'ip6 daddr ff02::fb udp dport 5353'],
};

/** Targets that end the way of a packet. */
const verdicts: Readonly<Record<string, string>> = {ACCEPT: 'accept', DROP: 'drop', REJECT: 'reject', '%%REJECT%%': 'reject'};

class Writer {
	readonly #config: FirewalldConfig;
	readonly #zones: readonly Area[];
	readonly #policies: readonly Area[];

	constructor(config: FirewalldConfig) {
		this.#config = config;
		this.#zones = config.areas.filter(({kind}) => kind === 'zone').toSorted((a, b) => a.name < b.name ? -1 : 1);
		this.#policies = config.areas.filter(({kind}) => kind === 'policy').toSorted((a, b) => a.priority - b.priority);
	}

	write(): string {
		const chain = (name: string, rules: readonly string[]) => ` chain ${name} {\n${rules.map(rule => `  ${rule}\n`).join('')} }\n`;
		const start = (hook: string, verdict: string) => [`type filter hook ${hook} priority 10; policy ${verdict};`, 'ct state established,related accept', 'iifname "lo" accept', 'ct state invalid drop'];
		return [
			'table inet firewalld {\n',
			chain('forwarded-ports', ['type nat hook prerouting priority -90; policy accept;', ...this.#zones.flatMap(({items}) => this.#listForwarded(items)), ...this.#policies.flatMap(({items}) => this.#listForwarded(items))]),
			...(['input', 'forward'] as const).flatMap(hook => [
				chain(hook, [...start(hook, 'drop'), ...this.#dispatch(hook)]),
				...this.#zones.map((zone, index) => chain(`${hook}-zone-${index}`, this.#writeZone(zone, hook))),
				...this.#policies.map((policy, index) => chain(`${hook}-policy-${index}`, [...listItems(policy, item => this.#writeItem(item)), ...this.#writeTarget(policy)])),
			]),
			chain('output', ['type filter hook output priority 10; policy accept;', 'ct state established,related accept', ...this.#policies.filter(policy => named(policy, 'ingress-zone').includes('HOST')).map(({name}) => anything(`policy ${name}, from this host`))]),
			'}\n',
		].join('');
	}

	#dispatch(hook: string): string[] {
		const {defaultZone, isComplete} = this.#config;
		const zones = this.#zones.map((zone, index) => ({zone, target: `goto ${hook}-zone-${index}`}));
		const isDefaultThere = zones.some(({zone}) => zone.name === defaultZone);
		const chosen = zones.filter(({zone}) => !isDefaultThere || zone.name === defaultZone);
		const rest = chosen.map(({zone, target}) => isDefaultThere ? target : `${doubt(`zone ${zone.name}, if it is the default one`)} ${target}`);
		return [
			...zones.flatMap(({zone, target}) => zone.items.filter(({name}) => name === 'source').flatMap(source => this.#writeEnd(source, 'saddr').map(match => `${match} ${this.#isContested(zone, source) ? `${doubt('sources of several zones')} ` : ''}${target}`))),
			...zones.flatMap(({zone, target}) => named(zone, 'interface').map(name => `${doubt(`interface ${name}`)} ${target}`)),
			...rest,
			...(isDefaultThere || isComplete ? [] : [anything(defaultZone === undefined ? 'the default zone, which no file names' : `zone ${defaultZone}, which no file tells of`)]),
		];
	}

	/** Whether another zone has some of the same sources: which one comes first depends on the release of firewalld. */
	#isContested(zone: Area, {attributes}: Item): boolean {
		const range = parseDumpAddress(attributes['address'] ?? '');
		const isOther = range === undefined
			? () => true
			: ({attributes: other}: Item) => {
				const own = parseDumpAddress(other['address'] ?? '');
				return own === undefined ? other['mac'] === undefined : own.version === range.version && own.from <= range.to && range.from <= own.to;
			};

		return zone.items.some(({name}) => name === 'ingress-priority') || this.#zones.some(other => other !== zone && other.items.some(item => item.name === 'source' && isOther(item)));
	}

	#writeZone(zone: Area, hook: 'input' | 'forward'): string[] {
		const isIn = (policy: Area) => ['ANY', zone.name].some(name => named(policy, 'ingress-zone').includes(name));
		const jumps = (isWanted: (priority: number) => boolean) => this.#policies.flatMap((policy, index) => isWanted(policy.priority) && isIn(policy) ? this.#writeEgress(policy, hook).map(match => `${match} jump ${hook}-policy-${index}`) : []);
		return [
			...jumps(priority => priority <= 0),
			...(hook === 'input' ? listItems(zone, item => this.#writeItem(item)) : this.#writeInside(zone)),
			...jumps(priority => priority > 0),
			...(hook === 'input' && (zone.target === 'default' || zone.target === '%%REJECT%%') ? [`meta l4proto { icmp, icmpv6 } ${zone.target === 'default' ? '' : `${doubt('target REJECT')} `}accept`] : []),
			...this.#writeTarget(zone),
		];
	}

	#writeTarget({target, kind}: Area): string[] {
		if (target === 'CONTINUE' && kind === 'policy') {
			return [];
		}

		return [target === 'default' ? 'reject' : own(verdicts, target) ?? anything(`target ${target}`)];
	}

	/** Between two cards of a zone, and out of one that hides its networks. */
	#writeInside({items}: Area): string[] {
		return [...(items.some(({name}) => name === 'forward') ? [`${doubt('forward, inside of the zone')} accept`] : []), ...(this.#zones.some(zone => zone.items.some(({name}) => name === 'masquerade')) ? [`${doubt('masquerade')} accept`] : [])];
	}

	#writeEgress(policy: Area, hook: 'input' | 'forward'): string[] {
		const zones = named(policy, 'egress-zone');
		if (hook === 'input') {
			return zones.includes('HOST') ? [''] : [];
		}

		if (zones.includes('ANY')) {
			return [''];
		}

		return zones.filter(name => name !== 'HOST').flatMap(name => {
			const zone = this.#zones.find(other => other.name === name);
			const sources = zone?.items.filter(item => item.name === 'source') ?? [];
			const hasCards = zone === undefined || name === this.#config.defaultZone || this.#config.defaultZone === undefined || zone.items.some(item => item.name === 'interface');
			return [...sources.flatMap(source => this.#writeEnd(source, 'daddr')), ...(hasCards ? [doubt(`egress zone ${name}`)] : [])];
		});
	}

	#listForwarded(items: readonly Item[]): string[] {
		return items.flatMap(item => item.name === 'rule' ? this.#listForwarded(item.children) : (item.name === 'forward-port' ? this.#writePorts(item, 'dport').map(match => `${match} ${anything('forward-port')}`) : []));
	}

	/** An address, a set or a hardware address, for each IP version that it may have. */
	#writeEnd({attributes}: Item, field: 'saddr' | 'daddr'): string[] {
		const {address, ipset, invert} = attributes;
		const sign = invert !== undefined && /^(?:true|yes|1)$/iv.test(invert) ? '!= ' : '';
		if (address !== undefined && ipset === undefined) {
			const version = parseDumpAddress(address)?.version;
			return [version === undefined ? doubt(`address ${address}`) : `${version === 4 ? 'ip' : 'ip6'} ${field} ${sign}${address}`];
		}

		const set = ipset === undefined ? undefined : this.#config.ipsets.get(ipset);
		const ranges = set?.entries.map(entry => parseDumpAddress(entry));
		const options = set?.children.filter(({name}) => name === 'option').map(option => option.attributes['name'] ?? '') ?? [];
		const isPlain = /^hash:(?:ip|net)$/v.test(set?.attributes['type'] ?? '') && options.every(name => ['family', 'maxelem', 'hashsize'].includes(name));
		if (set === undefined || !isPlain || ranges === undefined || ranges.includes(undefined)) {
			return [doubt(ipset === undefined ? 'a hardware address' : (set === undefined ? `ipset ${ipset}, which no file shows` : `ipset ${ipset}`))];
		}

		const version: IpVersion = set.children.some(option => option.attributes['value'] === 'inet6') ? 6 : 4;
		if (ranges.length === 0) {
			return sign === '' ? [] : [`meta nfproto ipv${version}`];
		}

		return [`${version === 4 ? 'ip' : 'ip6'} ${field} ${sign}{ ${set.entries.join(', ')} }`];
	}

	/** What an element lets through or stops, as matches; each is one rule. */
	#writeElement(item: Item): string[] {
		const {name, attributes} = item;
		switch (name) {
			case 'service': {
				return this.#writeService(attributes['name'] ?? '', 0);
			}

			case 'port':
			case 'source-port': {
				return this.#writePorts(item, name === 'port' ? 'dport' : 'sport');
			}

			case 'protocol': {
				const number = parseProtocol(attributes['value'] ?? '');
				return [number === undefined ? doubt(`protocol ${attributes['value'] ?? ''}`) : `meta l4proto ${number}`];
			}

			case 'icmp-type':
			case 'icmp-block': {
				const type = attributes['name'] ?? '';
				const matches = ([1, 58] as const).filter(protocol => /^[a-z\-]+$/v.test(type) && parseIcmpType(type, protocol) !== undefined).map(protocol => `${protocol === 1 ? 'icmp' : 'icmpv6'} type ${type}`);
				return matches.length > 0 ? matches : [`meta l4proto { icmp, icmpv6 } ${doubt(`ICMP type ${type}`)}`];
			}

			default: {
				return [doubt(`${name}`)];
			}
		}
	}

	#writeService(name: string, depth: number): string[] {
		const items = this.#config.services.get(name);
		if (items === undefined) {
			const ports = own(firewalldServices, name)?.map(text => text.split('/') as [string, string]).map(([port, protocol]) => `${protocol} dport ${port}`);
			return ports ?? own(multicastServices, name) ?? [doubt(`service ${name}, whose ports no file tells`)];
		}

		const known = items.filter(item => !['short', 'description', 'helper', 'module'].includes(item.name));
		if (depth > 8 || known.some(item => !['port', 'source-port', 'protocol', 'include', 'destination'].includes(item.name))) {
			return [doubt(`service ${name}`)];
		}

		const destinations = known.filter(item => item.name === 'destination').flatMap(({attributes}) => ['ipv4', 'ipv6'].flatMap(family => attributes[family] === undefined ? [] : this.#writeEnd({name: 'destination', attributes: {address: attributes[family]}, children: []}, 'daddr')));
		const matches = known.filter(item => !['destination', 'include'].includes(item.name)).flatMap(item => this.#writeElement(item));
		return [
			...(destinations.length === 0 ? matches : destinations.flatMap(destination => matches.map(match => `${destination} ${match}`))),
			...known.filter(item => item.name === 'include').flatMap(({attributes}) => this.#writeService(attributes['service'] ?? '', depth + 1)),
		];
	}

	#writePorts({attributes}: Item, field: 'dport' | 'sport'): string[] {
		const {port = '', protocol = ''} = attributes;
		if (port === '' && parseProtocol(protocol) !== undefined) {
			return [`meta l4proto ${parseProtocol(protocol)!}`];
		}

		return [parseDumpPorts(port, '-') !== undefined && ['tcp', 'udp', 'sctp', 'dccp'].includes(protocol) ? `${protocol} ${field} ${port}` : doubt(`port ${port}/${protocol}`)];
	}

	/** An element of a zone or policy, as rules with their verdicts. */
	#writeItem(item: Item): string[] {
		if (item.name === 'rule') {
			return this.#writeRich(item);
		}

		return this.#writeElement(item).map(match => `${match} ${item.name === 'icmp-block' ? 'reject' : 'accept'}`);
	}

	#writeRich({attributes, children}: Item): string[] {
		const action = children.find(({name}) => ['accept', 'drop', 'reject', 'mark'].includes(name));
		const elements = children.filter(({name}) => !['source', 'destination', 'log', 'nflog', 'audit', 'accept', 'drop', 'reject', 'mark'].includes(name));
		if (attributes['unknown'] !== undefined || elements.length > 1 || elements.some(({name}) => !['service', 'port', 'source-port', 'protocol', 'icmp-type', 'icmp-block', 'masquerade', 'forward-port'].includes(name))) {
			return [anything(`rich rule ${attributes['unknown'] ?? elements.map(({name}) => name).join(' ')}`)];
		}

		const [element] = elements;
		if ((action === undefined && element?.name !== 'icmp-block') || action?.name === 'mark' || element?.name === 'masquerade' || element?.name === 'forward-port') {
			return [];
		}

		const {family} = attributes;
		const matches = [
			...(family === undefined ? [] : [family === 'ipv4' || family === 'ipv6' ? `meta nfproto ${family}` : doubt(`family ${family}`)]),
			...(action?.children.some(({name}) => name === 'limit') ? [doubt('limit')] : []),
		];
		const ends = (['source', 'destination'] as const).map(name => children.filter(child => child.name === name).flatMap(child => this.#writeEnd(child, name === 'source' ? 'saddr' : 'daddr')));
		const hasEmpty = (['source', 'destination'] as const).some((name, index) => children.some(child => child.name === name) && ends[index]!.length === 0);
		const verdict = action === undefined || action.name === 'reject' ? 'reject' : action.name;
		return hasEmpty ? [] : (element === undefined ? [''] : this.#writeElement(element)).map(match => [...matches, ...ends.flat(), match, verdict].filter(part => part !== '').join(' '));
	}
}

const named = ({items}: Area, name: string): string[] => items.filter(item => item.name === name).map(item => item.attributes['name'] ?? '');

/** What a zone or policy says, in the order in which it counts: rich rules by their priority, and at 0 what stops before what lets through. */
function listItems(area: Area, write: (item: Item) => string[]): string[] {
	const items = area.items.filter(({name}) => !['source', 'interface', 'ingress-zone', 'egress-zone', 'masquerade', 'forward', 'forward-port', 'ingress-priority', 'egress-priority'].includes(name));
	const isInverted = items.some(({name}) => name === 'icmp-block-inversion');
	const known = items.filter(({name}) => name !== 'icmp-block-inversion' && !(isInverted && name === 'icmp-block'));
	const priorityOf = ({attributes}: Item) => Number(attributes['priority'] ?? 0) || 0;
	const ranks = known.map(item => ({item, priority: item.name === 'rule' ? priorityOf(item) : 0, isStop: item.name === 'icmp-block' || item.children.some(({name}) => name === 'drop' || name === 'reject' || name === 'icmp-block')}));
	const isMixed = (priority: number) => priority !== 0 && new Set(ranks.filter(rank => rank.priority === priority && rank.item.children.some(({name}) => ['accept', 'drop', 'reject'].includes(name))).map(({isStop}) => isStop)).size > 1;
	return [
		...(isInverted ? [`meta l4proto { icmp, icmpv6 } ${anything('icmp-block-inversion')}`] : []),
		...ranks.toSorted((a, b) => a.priority - b.priority || Number(b.isStop) - Number(a.isStop)).flatMap(({item, priority}) => write(item).map(rule => isMixed(priority) ? `${doubt('rich rules of one priority that contradict each other')} ${rule}` : rule)),
	];
}
