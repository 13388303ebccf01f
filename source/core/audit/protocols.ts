import {own} from '../records.js';

/** Names of IP protocols, as firewalls list them; the first of a number is the one that is shown. */
const protocols: Readonly<Record<string, number>> = {
	hopopt: 0, icmp: 1, igmp: 2, ggp: 3, ipencap: 4, st: 5, tcp: 6, egp: 8, igp: 9, pup: 12, udp: 17, hmp: 20, 'xns-idp': 22, rdp: 27, 'iso-tp4': 29, dccp: 33, xtp: 36, ddp: 37, 'idpr-cmtp': 38,
	ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, idrp: 45, rsvp: 46, gre: 47, esp: 50, ah: 51, skip: 57, 'ipv6-icmp': 58, 'ipv6-nonxt': 59, 'ipv6-opts': 60, rspf: 73, vmtp: 81, eigrp: 88, ospf: 89,
	'ax.25': 93, ipip: 94, etherip: 97, encap: 98, pim: 103, ipcomp: 108, vrrp: 112, l2tp: 115, isis: 124, sctp: 132, fc: 133, 'mobility-header': 135, udplite: 136, 'mpls-in-ip': 137, manet: 138,
	hip: 139, shim6: 140, wesp: 141, rohc: 142,
	ip: 0, icmpv6: 58, comp: 108, ospfigp: 89, cpv6: 58,
};

const names = new Map<number, string>();
for (const [name, number] of Object.entries(protocols)) {
	if (!names.has(number)) {
		names.set(number, name);
	}
}

/** The number of an IP protocol by its name or number, or undefined. */
export function parseProtocol(text: string): number | undefined {
	return /^\d{1,3}$/v.test(text) ? (Number(text) <= 255 ? Number(text) : undefined) : own(protocols, text.toLowerCase());
}

/** The name of an IP protocol, or its number. */
export const nameProtocol = (number: number): string => names.get(number) ?? String(number);

/** Types of ICMP and ICMPv6 by the names of iptables and nft. */
const icmpTypes: Readonly<Record<1 | 58, Readonly<Record<string, number>>>> = {
	1: {
		'echo-reply': 0, pong: 0, 'destination-unreachable': 3, 'source-quench': 4, redirect: 5, 'echo-request': 8, ping: 8, 'router-advertisement': 9, 'router-solicitation': 10, 'time-exceeded': 11,
		'ttl-exceeded': 11, 'parameter-problem': 12, 'timestamp-request': 13, 'timestamp-reply': 14, 'info-request': 15, 'info-reply': 16, 'address-mask-request': 17, 'address-mask-reply': 18,
	},
	58: {
		'destination-unreachable': 1, 'packet-too-big': 2, 'time-exceeded': 3, 'ttl-exceeded': 3, 'parameter-problem': 4, 'echo-request': 128, ping: 128, 'echo-reply': 129, pong: 129, 'mld-listener-query': 130,
		'mld-listener-report': 131, 'mld-listener-done': 132, 'mld-listener-reduction': 132, 'nd-router-solicit': 133, 'router-solicitation': 133, 'nd-router-advert': 134, 'router-advertisement': 134,
		'nd-neighbor-solicit': 135, 'neighbour-solicitation': 135, 'neighbor-solicitation': 135, 'nd-neighbor-advert': 136, 'neighbour-advertisement': 136, 'neighbor-advertisement': 136, 'nd-redirect': 137,
		redirect: 137, 'router-renumbering': 138, 'ind-neighbor-solicit': 141, 'ind-neighbor-advert': 142, 'mld2-listener-report': 143,
	},
};

/** Types and codes of ICMP as values of a region's ports: `8`, `3/1`, `0-9`, or a name; undefined for what is not known. */
export function parseIcmpType(text: string, protocol: 1 | 58): {readonly from: number; readonly to: number} | undefined {
	const [, first, last, code] = /^(\d{1,3})(?:-(\d{1,3})|\/(\d{1,3}))?$/v.exec(text) ?? [];
	const from = first === undefined ? own(icmpTypes[protocol], text) : Number(first);
	const to = last === undefined ? from : Number(last);
	if (from === undefined || to === undefined || from > to || to > 255 || Number(code ?? 0) > 255) {
		return undefined;
	}

	return code === undefined ? {from: from * 256, to: (to * 256) + 255} : {from: (from * 256) + Number(code), to: (from * 256) + Number(code)};
}
