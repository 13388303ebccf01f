import {DumpError, type DumpFile} from './reading.js';
import {parseXml, type Node} from './xml.js';

/*
Zones, policies, ipsets and services of firewalld, from its files and from what `firewall-cmd --list-all-zones` prints.
*/

/** An element of a zone: a service, a port, a rich rule and so on, named as in its XML. */
export type Item = {readonly name: string; readonly attributes: Readonly<Record<string, string>>; readonly children: readonly Item[]};

/** A zone, or a policy, which has ingress zones and egress zones. */
export type Area = {readonly name: string; readonly kind: 'zone' | 'policy'; readonly file: string; readonly target: string; readonly priority: number; readonly items: readonly Item[]; readonly isDefault: boolean};

export type FirewalldConfig = {
	readonly areas: readonly Area[];
	readonly defaultZone: string | undefined;
	/** Every zone is among the areas. */
	readonly isComplete: boolean;
	readonly ipsets: ReadonlyMap<string, Item & {readonly entries: readonly string[]}>;
	readonly services: ReadonlyMap<string, readonly Item[]>;
};

const roots = ['zone', 'policy', 'ipset', 'service'] as const;
const isXml = (text: string): boolean => /^\uFEFF?\s*<(?:\?xml|!--|zone|policy|ipset|service)[\s>\/]/v.test(text);
const isList = (text: string): boolean => /^ {2}target: \S/mv.test(text) && /^ {2}rich rules: ?$/mv.test(text);
const isSettings = (text: string): boolean => /^DefaultZone=/mv.test(text);

/** Whether a text is configuration of firewalld: XML of a zone, policy, ipset or service, its settings, or a list of zones or policies. */
export const isFirewalld = (text: string): boolean => isXml(text) || isList(text) || isSettings(text);

/** What a file is called by itself: firewalld names its objects after their files. */
const nameOf = (file: string): string => file.replaceAll('\\', '/').split('/').at(-1)!.replace(/\.xml$/v, '');

/**
Read all configuration of one firewalld.

@throws {DumpError} When a file is cut off or no such configuration.
*/
export function parseFirewalld(files: readonly DumpFile[]): FirewalldConfig {
	const areas: Area[] = [];
	const ipsets = new Map<string, Item & {readonly entries: readonly string[]}>();
	const services = new Map<string, readonly Item[]>();
	let defaultZone: string | undefined;
	let isComplete = false;
	for (const {name: file, text} of files) {
		if (isXml(text)) {
			const root = parseXml(file, text);
			if (!(roots as readonly string[]).includes(root.name)) {
				throw new DumpError(file, 1, `<${root.name}> is nothing that firewalld has`);
			}

			if (root.name === 'ipset') {
				ipsets.set(nameOf(file), {...root, entries: root.children.filter(({name}) => name === 'entry').map(entry => entry.text.trim())});
			} else if (root.name === 'service') {
				services.set(nameOf(file), root.children);
			} else {
				areas.push(toArea(file, root));
			}
		} else if (isList(text)) {
			areas.push(...parseList(file, text));
			isComplete ||= areas.some(({kind}) => kind === 'zone');
		} else {
			[, defaultZone] = /^DefaultZone=(\S+)\s*$/mv.exec(text) ?? [];
		}
	}

	const twice = areas.find((area, index) => areas.findIndex(other => other.kind === area.kind && other.name === area.name) !== index);
	if (twice !== undefined) {
		throw new DumpError(twice.file, undefined, `the ${twice.kind} ${twice.name.slice(0, 80)} is there twice`);
	}

	if (!areas.some(({name}) => name === neighbours.name)) {
		areas.push(neighbours);
	}

	return {areas, defaultZone: defaultZone ?? areas.find(({isDefault}) => isDefault)?.name, isComplete, ipsets, services};
}

function toArea(file: string, {name: kind, attributes, children}: Node): Area {
	const priority = Number(attributes['priority'] ?? 0);
	return {
		name: nameOf(file),
		kind: kind === 'zone' ? 'zone' : 'policy',
		file,
		target: attributes['target'] ?? (kind === 'zone' ? 'default' : 'CONTINUE'),
		priority: Number.isInteger(priority) ? priority : 0,
		items: children.filter(({name}) => name !== 'short' && name !== 'description'),
		isDefault: false,
	};
}

const make = (name: string, attributes: Readonly<Record<string, string>> = {}): Item => ({name, attributes, children: []});

/** The policy that firewalld has by itself since 0.9, unless a file of that name says otherwise: what IPv6 needs on a host. */
const neighbours: Area = {
	name: 'allow-host-ipv6',
	kind: 'policy',
	file: 'firewalld',
	target: 'CONTINUE',
	priority: -15_000,
	items: [
		make('ingress-zone', {name: 'ANY'}),
		make('egress-zone', {name: 'HOST'}),
		...['neighbour-advertisement', 'neighbour-solicitation', 'router-advertisement', 'redirect'].map((name): Item => ({name: 'rule', attributes: {family: 'ipv6'}, children: [make('icmp-type', {name}), make('accept')]})),
	],
	isDefault: false,
};

/** What each line of a list says, as elements of XML. */
const readers: Readonly<Record<string, (value: string) => Item[]>> = {
	interfaces: value => words(value).map(name => make('interface', {name})),
	sources: value => words(value).map(word => word.startsWith('ipset:') ? make('source', {ipset: word.slice(6)}) : (/^(?:[\da-f]{2}:){5}[\da-f]{2}$/iv.test(word) ? make('source', {mac: word}) : make('source', {address: word}))),
	'ingress-zones': value => words(value).map(name => make('ingress-zone', {name})),
	'egress-zones': value => words(value).map(name => make('egress-zone', {name})),
	services: value => words(value).map(name => make('service', {name})),
	ports: value => listPorts('port', value),
	'source-ports': value => listPorts('source-port', value),
	protocols: value => words(value).map(word => make('protocol', {value: word})),
	'icmp-blocks': value => words(value).map(name => make('icmp-block', {name})),
	'icmp-block-inversion': value => value === 'yes' ? [make('icmp-block-inversion')] : [],
	masquerade: value => value === 'yes' ? [make('masquerade')] : [],
	forward: value => value === 'yes' ? [make('forward')] : [],
	'forward-ports': value => words(value).map(word => make('forward-port', Object.fromEntries(word.split(':').map(part => part.split('=', 2)).map(([key, text = '']) => [key === 'proto' ? 'protocol' : key!, text])))),
	'rich rules': value => value === '' ? [] : [parseRichRule(value)],
	target: () => [],
	priority: () => [],
	'ingress-priority': value => value === '0' ? [] : [make('ingress-priority', {value})],
	'egress-priority': value => value === '0' ? [] : [make('egress-priority', {value})],
	summary: () => [],
	description: () => [],
};

const words = (value: string): string[] => value.split(/\s+/v).filter(word => word !== '');
const listPorts = (name: string, value: string): Item[] => words(value).map(word => word.split('/', 2)).map(([port = '', protocol = '']) => make(name, {port, protocol}));

function parseList(file: string, text: string): Area[] {
	const areas: Area[] = [];
	let head: {name: string; flags: string} | undefined;
	let items: Item[] = [];
	let values = new Map<string, string>();
	let key = '';
	const finish = (line: number): void => {
		if (head === undefined) {
			return;
		}

		const target = values.get('target');
		if (target === undefined || !values.has('rich rules')) {
			throw new DumpError(file, line, `${head.name.slice(0, 80)} is not whole`, 'is the file complete? Write it anew with firewall-cmd --list-all-zones');
		}

		const isPolicy = values.has('ingress-zones');
		areas.push({name: head.name, kind: isPolicy ? 'policy' : 'zone', file, target, priority: Number(values.get('priority') ?? 0) || 0, items, isDefault: /\bdefault\b/v.test(head.flags)});
	};

	for (const [index, raw] of text.split('\n').entries()) {
		const line = raw.replace(/\r$/v, '');
		const [, name, flags = ''] = /^([^\s\(]+)(?: \(([a-z, ]*)\))?$/v.exec(line) ?? [];
		const [, own, value = ''] = /^ {2}([a-z][a-z \-]*):(?: (.*))?$/v.exec(line) ?? [];
		if (name !== undefined) {
			finish(index);
			head = {name, flags};
			items = [];
			values = new Map();
			key = '';
		} else if (own !== undefined && head !== undefined && Object.hasOwn(readers, own) && !values.has(own)) {
			key = own;
			values.set(key, value.trim());
			items.push(...readers[key]!(value.trim()));
		} else if (/^\t\S/v.test(line) && Object.hasOwn(readers, key)) {
			items.push(...readers[key]!(line.trim()));
		} else if (line.trim() !== '') {
			throw new DumpError(file, index + 1, 'this is no line of firewall-cmd --list-all-zones');
		}
	}

	finish(text.split('\n').length);
	if (!text.endsWith('\n')) {
		throw new DumpError(file, undefined, 'the last line is cut off', 'is the file complete?');
	}

	return areas;
}

/** Elements that stand in others, in the rich language. */
const actions = new Set(['accept', 'reject', 'drop', 'mark', 'log', 'nflog', 'audit']);

/** A rich rule as an element of XML; words that are not known become elements that nobody knows. */
function parseRichRule(text: string): Item {
	const items: Array<{name: string; attributes: Record<string, string>; children: Item[]}> = [];
	for (const [, word, value] of text.matchAll(/([^\s"=]+)(?:="([^"]*)")?/gv)) {
		const last = items.at(-1);
		if (value !== undefined && last !== undefined) {
			last.attributes[word!] = value;
		} else if (word === 'NOT' && last !== undefined) {
			last.attributes['invert'] = 'True';
		} else if (word === 'limit' && last !== undefined && actions.has(last.name)) {
			last.children.push(make('limit'));
		} else {
			items.push({name: word!, attributes: {}, children: []});
		}
	}

	const [rule = make('rule'), ...children] = items;
	return rule.name === 'rule' ? {...rule, children} : make('rule', {unknown: text});
}
