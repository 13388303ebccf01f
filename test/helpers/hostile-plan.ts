import type {Plan} from '../../source/core/model.js';

/** What somebody could type who wants a document to run, fetch or hide something. */
export const hostileText = [
	'"><script>globalThis.hacked = 1</script>',
	'<img src=https://evil.example/a.png onerror="globalThis.hacked = 2">',
	'\' onmouseover=\'globalThis.hacked = 3\' style=\'background: url(https://evil.example/b.png)',
	// eslint-disable-next-line no-script-url -- It is hostile.
	'javascript:globalThis.hacked=4',
	'</title></style></template></textarea><svg onload="globalThis.hacked = 5"><!-- ]]>',
	'{{ 7 | times: 6 }}{% raw %}[id:code]',
	'\u{202E}desrever\u{2066}\u{200B} \u{7}\u{1B}[31m',
	'=1+1 @all `code` &amp; 👩‍💻 \uD800',
].join(' ');

/** Words of closed lists, numbers as text, and names that must resolve to something that the tests look for. */
const keptKeys = new Set([
	'schema',
	'date',
	'disposition',
	'status',
	'scope',
	'severity',
	'encrypted',
	'need',
	'protocol',
	'ports',
	'documentedPorts',
	'trust',
	'kind',
	'askOf',
	'for',
	'role',
]);

/** Ids and what refers to them. */
const idKeys = new Set([
	'id',
	'product',
	'component',
	'host',
	'hosts',
	'zone',
	'conduit',
	'source',
	'destination',
	'sourceZone',
	'destinationZone',
	'interface',
	'catalogFlow',
	'flows',
	'rules',
	'row',
	'document',
	'check',
	'cluster',
	'parameter',
]);

/**
The plan with a hostile text in front of every text of it.

@param withIds - Ids too, as a plan of another program could have them; otherwise they still lead from line to line.
*/
export function makeHostile(plan: Plan, {withIds}: {readonly withIds: boolean}): Plan {
	const change = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			return keptKeys.has(key) || (!withIds && idKeys.has(key)) ? value : `${hostileText} ${value}`;
		}

		if (Array.isArray(value)) {
			return value.map(item => change(item, key));
		}

		return typeof value === 'object' && value !== null && key !== 'ranges'
			? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]))
			: value;
	};

	return change(plan, '') as Plan;
}
