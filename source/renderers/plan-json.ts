import type {Host, Plan, Zone} from '../core/model.js';
import type {TextFormat} from './format.js';
import {listAddresses} from './topology-view.js';

/** The plan as data, which other programs may rely on. Not from a template: its keys are a contract. */
export const planJson: TextFormat = {
	id: 'plan',
	name: 'Plan',
	description: 'JSON: all that was derived, for other programs and for comparing two requests',
	group: 'text',
	isSingleFile: true,
	isText: true,
	templates: [],
	render: plan => [{path: 'plan.json', content: planToJson(plan)}],
};

/**
A plan as JSON text, which `parsePlan()` reads back.

It holds all of the plan; only the address ranges of zones and interfaces, which are numbers too large for JSON, are their text.
*/
export function planToJson(plan: Plan): string {
	const {
		schema, tool, date, request, profile, change, catalog, answers, zones, hosts, flows, conduits, rules, removed, denies, findings, openQuestions, advice, ready, notReady, accounting, ...rest
	} = plan;
	const document = {
		schema,
		tool,
		date,
		request,
		profile,
		change,
		catalog,
		answers,
		zones: zones.map(zone => describeZone(zone)),
		hosts: hosts.map(host => describeHost(host)),
		flows,
		conduits,
		rules,
		removed,
		denies,
		findings,
		openQuestions,
		advice,
		ready,
		notReady,
		accounting,
		...rest,
	};
	return `${escapeUnfit(JSON.stringify(document, undefined, '\t'))}\n`;
}

/** JSON escapes C0 controls itself; the others that act on a screen are escaped too, which programs read as the same text. */
function escapeUnfit(json: string): string {
	return json.replaceAll(/[\u{7F}-\u{9F}\u{61C}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}]/gv, character => String.raw`\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

function describeZone({ranges, ...zone}: Zone): Omit<Zone, 'ranges'> {
	return zone;
}

function describeHost({interfaces, ...host}: Host): Readonly<Record<string, unknown>> {
	return {
		...host,
		interfaces: interfaces.map(entry => {
			const {ranges, names, ...rest} = entry;
			return {...rest, addresses: listAddresses(entry)};
		}),
	};
}
