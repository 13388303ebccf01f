import type {Severity} from '../model.js';
import {formatPortRange, readPorts, type PortRange} from '../ports.js';
import {groupBy} from '../records.js';
import type {Check} from './check.js';
import {formatService, formatServiceId, listPurposes} from './openings.js';

/*
A hundred covers one port for each virtual machine, disk or migration of a usual host, so that up to there a range is what the product
needs. More than a thousand is more than anything uses at a time. More than ten thousand is a good part of all ports there are, as the
16,384 dynamic ones of RFC 6335 §6.
*/
const notable = 100;
const wide = 1000;
const veryWide = 10_000;

/** Lines that open more ports than anything uses at a time. */
export const widePortRange: Check = {
	id: 'wide-port-range',
	title: 'Wide port range',
	severity: 'medium',
	looksFor: `Lines with a range of more than ${notable} ports: info, medium above ${wide}, high above ${veryWide}; info where only a host firewall is concerned`,
	why: 'Every other program that listens on a port of the range becomes reachable too, today or after the next installation',
	remedy: 'Narrow the range in the product and in this design to what is used at a time, or accept it with the vendor\'s reason',
	falseAlarm: 'The product takes its ports from this range and cannot be told to use fewer, and nothing else listens on the machines that answer',
	find({rules, flows}) {
		const flowsById = new Map(flows.map(flow => [flow.id, flow]));
		const ranges = rules.flatMap(rule => readPorts(rule.ports).filter(range => measure(range) > notable).map(range => ({rule, range})));
		return [...groupBy(ranges, ({rule, range}) => `${rule.conduit}/${formatServiceId({protocol: rule.protocol, ports: [formatPortRange(range)]})}`)].map(([subject, group]) => {
			const {rule, range} = group[0];
			const about = [...new Set(group.flatMap(entry => entry.rule.flows))].map(id => flowsById.get(id)).filter(flow => flow !== undefined)
				.filter(flow => readPorts(flow.service.ports).some(({from, to}) => from <= range.to && range.from <= to));
			const path = rule.scope === 'host' ? `inside ${rule.sourceZone}, on host firewalls only` : `from ${rule.sourceZone} to ${rule.destinationZone}`;
			return {
				subject,
				message: `${formatService({protocol: rule.protocol, ports: [formatPortRange(range)]})} opens ${measure(range)} ports ${path}: ${listPurposes(about)}`,
				severity: rule.scope === 'host' ? 'info' : grade(measure(range)),
				rules: group.map(entry => entry.rule.id),
				flows: about.map(flow => flow.id),
			};
		});
	},
};

function measure({from, to}: PortRange): number {
	return to - from + 1;
}

function grade(ports: number): Severity {
	if (ports > veryWide) {
		return 'high';
	}

	return ports > wide ? 'medium' : 'info';
}
