import {formatAddressRange, toCidrs} from '../../core/addresses.js';
import type {AddressGroup, Policy, PolicyRule} from '../../core/firewall/policy.js';
import type {IpVersion, Plan} from '../../core/model.js';
import {formatPortRange} from '../../core/ports.js';
import {showLine} from '../../core/text.js';
import {escapeXml} from '../escape.js';
import type {RenderedText, TextFormat} from '../format.js';
import {formatFileId, formatHashComments, listHead, listHostPolicies, quoteShell, requirePolicies, shortenIds} from './files.js';

/**
Configurations of firewalld: a policy object with the target DROP for the gateway and for each host, and the ipsets they share.

A policy and no zone: it holds whatever zone an interface is in, and comes before the services that zones let in by themselves, as ssh and dhcpv6-client.
*/
export const firewalld: TextFormat = {
	id: 'firewalld',
	name: 'firewalld configuration',
	description: 'For review: policies and ipsets as XML, and the same as firewall-cmd commands, for the gateway and for each host',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const policies = requirePolicies(plan, 'firewalld');
		const chosen = [policies.gateway, ...listHostPolicies(policies)];
		const names = nameIpsets(chosen);
		const groups = new Map(chosen.flatMap(policy => policy.groups.filter(group => isSet(group)).map(group => [group.id, group] as const)));
		return [
			...chosen.flatMap(policy => renderPolicy(plan, policy, names)),
			...[...groups.values()].map(group => ({path: formatIpsetFile(names.get(group.id)!), content: formatIpset(group)})),
		];
	},
};

/** Names of policy objects have 17 characters at most, as those of zones. */
const policyNames = {gateway: 'virt-fw-gateway', host: 'virt-fw-host'} as const;
/** What the kernel allows for the name of an ipset. */
const ipsetNameLength = 31;

/** Groups of one id are the same in every policy of a plan: hosts share their files. */
function nameIpsets(policies: readonly Policy[]): ReadonlyMap<string, string> {
	const ids = [...new Set(policies.flatMap(({groups}) => groups.map(({id}) => id)))];
	return shortenIds(ids, ipsetNameLength, id => id.replace(/^v(?=[46]-)/v, 'vfw').replaceAll(/[^a-z0-9.\-]/gv, '-'));
}

const formatIpsetFile = (name: string): string => `firewalld-ipset-${name}.xml`;

/** One block is written where it is used. */
const isSet = (group: AddressGroup): boolean => toCidrs(group.ranges).length > 1;

function renderPolicy(plan: Plan, policy: Policy, names: ReadonlyMap<string, string>): RenderedText[] {
	const file = policy.kind === 'gateway' ? 'firewalld-gateway' : `firewalld-host-${formatFileId(policy)}`;
	return [
		{path: `${file}.xml`, content: formatFirewalld(plan, policy, file, names)},
		{path: `${file}.sh`, content: formatCommands(plan, policy, file, names)},
		{path: `${file}-rollback.sh`, content: formatRollback(plan, policy, file, names)},
	];
}

/** The files of firewalld for one policy, by their path below its configuration folder. */
export function listFirewalldFiles(plan: Plan, policy: Policy): RenderedText[] {
	const names = nameIpsets([policy]);
	return [
		{path: `policies/${policyNames[policy.kind]}.xml`, content: formatFirewalld(plan, policy, 'firewalld', names)},
		...policy.groups.filter(group => isSet(group)).map(group => ({path: `ipsets/${names.get(group.id)!}.xml`, content: formatIpset(group)})),
	];
}

/** A policy as a policy object of firewalld, after firewalld.policy(5). */
function formatFirewalld(plan: Plan, policy: Policy, file: string, names: ReadonlyMap<string, string>): string {
	const name = policyNames[policy.kind];
	const sets = policy.groups.filter(group => isSet(group)).map(({id}) => names.get(id)!);
	return [
		'<?xml version="1.0" encoding="utf-8"?>',
		'<!--',
		...listHead(plan, policy, [
			`Install as /etc/firewalld/policies/${name}.xml${sets.length === 0 ? '.' : `, and of the files firewalld-ipset-NAME.xml those below as /etc/firewalld/ipsets/NAME.xml. ${file}.sh does all of it with commands.`}`,
			...sets.map(set => `  ${set}`),
			`How to check and load it stands at the end of ${file}.sh. Take back: sh ${file}-rollback.sh.`,
			...listUsage(policy),
		]).map(line => formatComment(line)),
		'-->',
		`<policy target="DROP" priority="${policyPriority}">`,
		`  <short>${escapeXml(showLine(policy.title))}</short>`,
		'  <ingress-zone name="ANY"/>',
		`  <egress-zone name="${egressOf(policy)}"/>`,
		...listBasics(policy).map(rule => `  ${formatElement(rule)}`),
		...listLines(policy, names).flatMap(({comment, rules}) => [`  <!-- ${formatComment(comment)} -->`, ...rules.map(rule => `  ${formatElement(rule)}`)]),
		...(policy.logsDrops ? [`  ${formatElement(dropLog)}`] : []),
		'</policy>',
		'',
	].join('\n');
}

function listUsage(policy: Policy): string[] {
	return [
		policy.kind === 'gateway'
			? 'It drops all that this request does not permit between any two networks of the gateway. Traffic that others need through it needs lines of its own first.'
			: 'It drops all that is opened towards this host and that the request does not permit, whatever its zones let in: services as ssh too. What the host opens itself is left alone.',
		'Connections that are established and what is related to them pass, as always with firewalld. It needs firewalld 0.9 or newer with its nftables back end.',
		...(policy.kind === 'host' ? ['IPv6 neighbours on the same link may send ICMPv6 from their link-local addresses: firewalld cannot name what asks for multicast listeners alone.'] : []),
	];
}

/** Before the zones, whose policies begin at 0, and after what others put first, as allow-host-ipv6 at -15000. */
const policyPriority = -100;
const egressOf = ({kind}: Policy): string => kind === 'gateway' ? 'ANY' : 'HOST';

/** A rich rule: what it compares, and what it does. */
type RichRule = {
	readonly family?: IpVersion;
	readonly priority: number;
	readonly source?: End;
	readonly destination?: End;
	readonly element?: Element;
	readonly log?: {readonly prefix: string; readonly limit?: string};
	readonly action?: 'accept' | 'drop';
};
type End = {readonly address: string} | {readonly ipset: string};
type Element = {readonly name: 'port' | 'protocol' | 'icmp-type'; readonly attributes: Readonly<Record<string, string>>};

/** Denies before permits; a priority below 0 keeps the log of a rule beside its action. */
const priorities = {deny: -200, permit: -100, last: 32_767} as const;

const dropLog: RichRule = {priority: priorities.last, log: {prefix: 'virt-fw-wizard drop ', limit: '10/s'}};

/** What IPv6 needs on a host (RFC 4890 §4.4.1); the kernel takes these messages from its own link only (RFC 4861 §7.1). */
function listBasics({kind}: Policy): RichRule[] {
	return kind === 'gateway'
		? []
		: [
			...['neighbour-advertisement', 'neighbour-solicitation', 'router-advertisement'].map((name): RichRule => ({family: 6, priority: priorities.permit, element: {name: 'icmp-type', attributes: {name}}, action: 'accept'})),
			{family: 6, priority: priorities.permit, source: {address: 'fe80::/10'}, element: {name: 'protocol', attributes: {value: 'ipv6-icmp'}}, action: 'accept'},
		];
}

/** Each line with its rules. firewalld ignores a rule that it has already, with a warning: what an earlier line said is not said again. */
function listLines(policy: Policy, names: ReadonlyMap<string, string>): ReadonlyArray<{readonly comment: string; readonly rules: readonly RichRule[]}> {
	const lineOf = new Map<string, string>();
	return policy.rules.map(rule => {
		const rules = listRichRules(rule, names).map(rich => ({rich, text: formatRichLanguage(rich)}));
		const said = new Set(rules.map(({text}) => lineOf.get(text)).filter(line => line !== undefined));
		const own = rules.filter(({text}) => !lineOf.has(text));
		for (const {text} of own) {
			lineOf.set(text, rule.line);
		}

		const remark = said.size === 0 ? '' : ` (${own.length === 0 ? 'its rules are' : 'some of its rules are'} those of ${[...said].join(', ')} above)`;
		return {comment: `${rule.line}: ${rule.title}${remark}`, rules: own.map(({rich}) => rich)};
	});
}

/** A rich rule compares one port or range: a line has one for each of its own. */
function listRichRules(rule: PolicyRule, names: ReadonlyMap<string, string>): RichRule[] {
	const {line, action, ipVersion, source, destination, isLogged} = rule;
	return listElements(rule).map((element): RichRule => ({
		family: ipVersion,
		priority: priorities[action],
		...(source === undefined ? {} : {source: findEnd(source, names)}),
		...(destination === undefined ? {} : {destination: findEnd(destination, names)}),
		element,
		...(isLogged ? {log: {prefix: `${line} `}} : {}),
		action: action === 'permit' ? 'accept' : 'drop',
	}));
}

function findEnd(group: AddressGroup, names: ReadonlyMap<string, string>): End {
	const [block] = toCidrs(group.ranges);
	return isSet(group) ? {ipset: names.get(group.id)!} : {address: formatAddressRange(block!)};
}

function listElements({protocol, ipVersion, number, ports}: PolicyRule): Element[] {
	switch (protocol) {
		case 'tcp':
		case 'udp': {
			return ports.length === 0
				? [{name: 'protocol', attributes: {value: protocol}}]
				: ports.map(range => ({name: 'port', attributes: {port: formatPortRange(range), protocol}}));
		}

		case 'icmp': {
			return [{name: 'protocol', attributes: {value: ipVersion === 4 ? 'icmp' : 'ipv6-icmp'}}];
		}

		case 'ip': {
			return [{name: 'protocol', attributes: {value: String(number!)}}];
		}
	}
}

const formatAttributes = (attributes: Readonly<Record<string, string>>): string => Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');

function formatElement({family, priority, source, destination, element, log, action}: RichRule): string {
	return [
		`<rule${family === undefined ? '' : ` family="ipv${family}"`} priority="${priority}">`,
		...(source === undefined ? [] : [`<source${formatAttributes(source)}/>`]),
		...(destination === undefined ? [] : [`<destination${formatAttributes(destination)}/>`]),
		...(element === undefined ? [] : [`<${element.name}${formatAttributes(element.attributes)}/>`]),
		...(log === undefined ? [] : [log.limit === undefined ? `<log prefix="${escapeXml(log.prefix)}"/>` : `<log prefix="${escapeXml(log.prefix)}"><limit value="${log.limit}"/></log>`]),
		...(action === undefined ? [] : [`<${action}/>`]),
		'</rule>',
	].join('');
}

/** The same in the rich language, after firewalld.richlanguage(5). */
function formatRichLanguage({family, priority, source, destination, element, log, action}: RichRule): string {
	return [
		'rule',
		...(family === undefined ? [] : [`family="ipv${family}"`]),
		`priority="${priority}"`,
		...(source === undefined ? [] : [`source${formatAttributes(source)}`]),
		...(destination === undefined ? [] : [`destination${formatAttributes(destination)}`]),
		...(element === undefined ? [] : [`${element.name}${formatAttributes(element.attributes)}`]),
		...(log === undefined ? [] : [`log prefix="${log.prefix}"${log.limit === undefined ? '' : ` limit value="${log.limit}"`}`]),
		...(action === undefined ? [] : [action]),
	].join(' ');
}

/** A set that is larger than ipsets are by themselves says how large. */
const usualSize = 65_536;

function listOptions({ipVersion, ranges}: AddressGroup): ReadonlyArray<readonly [name: string, value: string]> {
	const size = toCidrs(ranges).length;
	return [['family', ipVersion === 4 ? 'inet' : 'inet6'], ...(size > usualSize ? [['maxelem', String(size)] as const] : [])];
}

function formatIpset(group: AddressGroup): string {
	return [
		'<?xml version="1.0" encoding="utf-8"?>',
		'<ipset type="hash:net">',
		`  <short>${escapeXml(showLine(group.title))}</short>`,
		...listOptions(group).map(([name, value]) => `  <option name="${name}" value="${value}"/>`),
		...toCidrs(group.ranges).map(block => `  <entry>${formatAddressRange(block)}</entry>`),
		'</ipset>',
		'',
	].join('\n');
}

/** The policy as commands that write the same files: what has the same names is replaced, so that it can be run twice. */
function formatCommands(plan: Plan, policy: Policy, file: string, names: ReadonlyMap<string, string>): string {
	const policyOption = `--policy=${policyNames[policy.kind]}`;
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, policy, [
			`Writes the permanent configuration, as ${file}.xml and its ipsets do; nothing holds before the last lines are run by hand. Take back: sh ${file}-rollback.sh.`,
			...listUsage(policy),
		])),
		'set -eu',
		'permanent() { firewall-cmd --permanent --quiet "$@"; }',
		'',
		'# What an earlier run wrote goes first.',
		...listRemovals(policy, names),
		'',
		...policy.groups.filter(group => isSet(group)).flatMap(group => {
			const name = names.get(group.id)!;
			return [
				`# ${showLine(group.title)}`,
				`permanent --new-ipset=${name} --type=hash:net ${listOptions(group).map(([option, value]) => `--option=${option}=${value}`).join(' ')}`,
				...toCidrs(group.ranges).map(block => `permanent --ipset=${name} --add-entry=${formatAddressRange(block)}`),
			];
		}),
		'',
		`permanent --new-policy=${policyNames[policy.kind]}`,
		`permanent ${policyOption} --set-target=DROP`,
		`permanent ${policyOption} --set-priority=${policyPriority}`,
		`permanent ${policyOption} --add-ingress-zone=ANY`,
		`permanent ${policyOption} --add-egress-zone=${egressOf(policy)}`,
		...listBasics(policy).map(rule => `permanent ${policyOption} --add-rich-rule=${quoteShell(formatRichLanguage(rule))}`),
		...listLines(policy, names).flatMap(({comment, rules}) => [`# ${showLine(comment)}`, ...rules.map(rule => `permanent ${policyOption} --add-rich-rule=${quoteShell(formatRichLanguage(rule))}`)]),
		...(policy.logsDrops ? [`permanent ${policyOption} --add-rich-rule=${quoteShell(formatRichLanguage(dropLog))}`] : []),
		'',
		'# Then by hand, with another way into the machine at hand:',
		'#   firewall-cmd --check-config',
		'#   firewall-cmd --reload',
		'',
	].join('\n');
}

function formatRollback(plan: Plan, policy: Policy, file: string, names: ReadonlyMap<string, string>): string {
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, {...policy, remarks: []}, [`Takes away what ${file}.xml or ${file}.sh brought, and nothing else. Where it is not there it does nothing. An ipset that another policy uses stays.`])),
		'set -eu',
		'permanent() { firewall-cmd --permanent --quiet "$@"; }',
		'',
		...listRemovals(policy, names),
		'firewall-cmd --reload',
		'',
	].join('\n');
}

function listRemovals({kind, groups}: Policy, names: ReadonlyMap<string, string>): string[] {
	const other = policyNames[kind === 'gateway' ? 'host' : 'gateway'];
	return [
		`permanent --delete-policy=${policyNames[kind]} 2> /dev/null || true`,
		...groups.filter(group => isSet(group)).map(({id}) => {
			const name = names.get(id)!;
			return `permanent --policy=${other} --list-rich-rules 2> /dev/null | grep -qF 'ipset="${name}"' || permanent --delete-ipset=${name} 2> /dev/null || true`;
		}),
	];
}

/** Text of an XML comment, which has no two hyphens side by side (XML 1.0 §2.5). */
function formatComment(text: string): string {
	return showLine(text).replaceAll(/-(?=-)/gv, '- ').trimEnd();
}
