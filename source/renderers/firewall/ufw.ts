import {formatAddressRange, toCidrs} from '../../core/addresses.js';
import type {AddressGroup, Policy, PolicyRule} from '../../core/firewall/policy.js';
import type {IpVersion, Plan} from '../../core/model.js';
import {formatPortRange} from '../../core/ports.js';
import {getOrMake} from '../../core/records.js';
import {showLine} from '../../core/text.js';
import type {RenderedText, TextFormat} from '../format.js';
import {formatFileId, formatHashComments, listHead, listHostPolicies, quoteShell, requirePolicies} from './files.js';
import {groupPorts} from './iptables.js';

/** Scripts for ufw, for the firewall of each host: ufw is made for hosts, and compares no addresses of denies between zones. */
export const ufw: TextFormat = {
	id: 'ufw',
	name: 'ufw commands',
	description: 'For review: a script of ufw commands for each host, with one that takes them back; nothing for the gateway',
	group: 'configurations',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		return listHostPolicies(requirePolicies(plan, 'ufw')).flatMap(policy => renderPolicy(plan, policy));
	},
};

function renderPolicy(plan: Plan, policy: Policy): RenderedText[] {
	const file = `ufw-host-${formatFileId(policy)}`;
	return [
		{path: `${file}.sh`, content: formatUfw(plan, policy, file)},
		{path: `${file}-rollback.sh`, content: formatRollback(plan, policy, file)},
	];
}

const saved = '/etc/ufw/virt-fw-wizard-before';
const files = ['/etc/default/ufw', '/etc/ufw/ufw.conf', '/etc/ufw/before.rules', '/etc/ufw/before6.rules', '/etc/ufw/user.rules', '/etc/ufw/user6.rules'];

/** The policy of a host as a script of ufw(8), with the rules before it that ufw cannot say in commands. */
export function formatUfw(plan: Plan, policy: Policy, file: string): string {
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, policy, [
			`Load: sh ${file}.sh as root, with another way into the machine at hand. Take back: sh ${file}-rollback.sh. What there was is kept in ${saved}.`,
			'It replaces all rules of ufw on this host: what is opened towards the host and the request does not permit is dropped. What the host opens itself, and what it forwards, is left to ufw as it is set.',
			'ufw opens some things by itself in before.rules, as ping from everywhere; those files are replaced by what the request permits and what IPv6 needs.',
			'While the rules are replaced ufw is off; it is on again at the end. A rule of ufw has one network at each end, so that lines between many addresses are many rules.',
			...(policy.rules.some(({isLogged}) => isLogged) ? ['ufw logs permitted connections as [UFW ALLOW] and no more than three a minute of each kind, without the id of their line.'] : []),
		])),
		'set -eu',
		'',
		`if [ ! -d ${saved} ]; then`,
		`\tmkdir -m 700 ${saved}.new`,
		`\tcp -p ${files.join(' ')} ${saved}.new/`,
		`\tmv ${saved}.new ${saved}`,
		'fi',
		'',
		'# ufw is off until the end; whoever is interrupted has to know.',
		`trap 'echo "Not finished, and ufw may be off. Take back: sh ${file}-rollback.sh" >&2' EXIT`,
		'ufw --force reset',
		'# Without it IPv6 is not filtered.',
		'sed -i \'s/^IPV6=.*/IPV6=yes/\' /etc/default/ufw',
		'grep -q \'^IPV6=yes\' /etc/default/ufw || echo IPV6=yes >> /etc/default/ufw',
		'ufw default deny incoming',
		`ufw logging ${policy.logsDrops ? 'low' : 'off'}`,
		'',
		...formatBefore(policy, 4),
		...formatBefore(policy, 6),
		...listCommands(policy),
		'',
		'ufw --force enable',
		'trap - EXIT',
		'',
	].join('\n');
}

function formatRollback(plan: Plan, policy: Policy, file: string): string {
	return [
		'#!/bin/sh',
		...formatHashComments(listHead(plan, {...policy, remarks: []}, [`Takes back what ${file}.sh did: ufw is as it was before, on or off. Where that was not run it does nothing.`])),
		'set -eu',
		`[ -d ${saved} ] || exit 0`,
		'ufw --force disable',
		...files.map(path => `cp -p ${saved}/${path.split('/').at(-1)!} ${path}`),
		'if grep -qi \'^ENABLED=yes\' /etc/ufw/ufw.conf; then ufw --force enable; fi',
		`rm -r ${saved}`,
		'',
	].join('\n');
}

/** What a command of ufw can name: the other protocols are rules of the files before. */
const isCommand = ({protocol}: PolicyRule): boolean => protocol === 'tcp' || protocol === 'udp';

/** Commands for the lines with ports. ufw has each rule once, with one comment: lines that say the same share it. */
function listCommands({rules}: Policy): string[] {
	const linesOf = new Map<string, string[]>();
	for (const rule of rules.filter(rule => isCommand(rule))) {
		for (const command of listRules(rule)) {
			const lines = getOrMake(linesOf, command, () => []);
			if (!lines.includes(rule.line)) {
				lines.push(rule.line);
			}
		}
	}

	const titles = new Map(rules.map(({line, title}) => [line, title]));
	let last = '';
	return [...linesOf].flatMap(([command, lines]) => {
		const names = lines.join(', ');
		const heads = names === last ? [] : lines.map(line => `# ${showLine(`${line}: ${titles.get(line)!}`)}`);
		last = names;
		return [...heads, `${command} comment ${quoteShell(names)}`];
	});
}

function listRules({action, protocol, ports, source, destination, isLogged}: PolicyRule): string[] {
	const verb = `ufw ${action === 'permit' ? 'allow' : 'deny'}${isLogged ? ' log' : ''} proto ${protocol}`;
	const services = ports.length === 0 ? [''] : groupPorts(ports).map(group => ` port ${group.map(range => formatPortRange(range).replace('-', ':')).join(',')}`);
	return listBlocks(source).flatMap(from => listBlocks(destination).flatMap(to => services.map(service => `${verb} from ${from ?? 'any'} to ${to ?? 'any'}${service}`)));
}

const listBlocks = (group: AddressGroup | undefined): ReadonlyArray<string | undefined> => group === undefined ? [undefined] : toCidrs(group.ranges).map(block => formatAddressRange(block));

const hosts = {4: {path: '/etc/ufw/before.rules', prefix: 'ufw-before', own: 'ufw-not-local'}, 6: {path: '/etc/ufw/before6.rules', prefix: 'ufw6-before', own: undefined}} as const;

/** The rules that come before those of commands, for iptables-restore(8): state, neighbours, and lines without ports. */
function formatBefore({rules}: Policy, version: IpVersion): string[] {
	const {path, prefix, own} = hosts[version];
	const input = `-A ${prefix}-input`;
	return [
		`cat > ${path} <<'END_OF_RULES'`,
		`# Written by virt-fw-wizard; what there was is in ${saved}.`,
		'*filter',
		...['input', 'output', 'forward'].map(chain => `:${prefix}-${chain} - [0:0]`),
		...(own === undefined ? [] : [`:${own} - [0:0]`]),
		`${input} -i lo -j ACCEPT`,
		`-A ${prefix}-output -o lo -j ACCEPT`,
		...(version === 4
			? []
			: [
				...['router-advertisement', 'neighbour-solicitation', 'neighbour-advertisement'].map(type => `${input} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m hl --hl-eq 255 -j ACCEPT`),
				`${input} -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 130 -j ACCEPT`,
			]),
		...['input', 'output', 'forward'].map(chain => `-A ${prefix}-${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`),
		`${input} -m conntrack --ctstate INVALID -j DROP`,
		...rules.filter(rule => !isCommand(rule) && rule.ipVersion === version).flatMap(rule => formatBeforeRules(rule, input)),
		'COMMIT',
		'END_OF_RULES',
		'',
	];
}

function formatBeforeRules({line, title, action, protocol, ipVersion, number, source, destination, isLogged}: PolicyRule, input: string): string[] {
	const name = protocol === 'icmp' ? (ipVersion === 4 ? 'icmp' : 'ipv6-icmp') : String(number!);
	return [
		`# ${showLine(`${line}: ${title}`)}`,
		...listBlocks(source).flatMap(from => listBlocks(destination).flatMap(to => {
			const match = [input, ...(from === undefined ? [] : [`-s ${from}`]), ...(to === undefined ? [] : [`-d ${to}`]), `-p ${name}`].join(' ');
			return [
				...(isLogged ? [`${match} -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW ALLOW] "`] : []),
				`${match} -m comment --comment "${line}" -j ${action === 'permit' ? 'ACCEPT' : 'DROP'}`,
			];
		})),
	];
}
