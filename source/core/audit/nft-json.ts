import {deriveRules, describeSkipped, enterChain, reversePath, telling, versionsOf, type Element, type MapEntry, type NftSet, type NftTable, type Statement, type Verdict} from './nft-rules.js';
import {DumpError, limits, reversePathRemark, truncatedHint, type DumpFile, type ReadRuleset} from './reading.js';
import type {FirewallRule} from './ruleset.js';

/** Whether a text is what `nft -j list ruleset` prints. */
export const isNftJson = (text: string): boolean => /^\s*\{\s*"nftables"/v.test(text);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => typeof value === 'string' ? value : '';

/**
Read what `nft -j list ruleset` prints.

@throws {DumpError} When the file is cut off or is no such JSON.
*/
export function readNftJson({name: file, text}: DumpFile): ReadRuleset {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new DumpError(file, undefined, 'this is no JSON', truncatedHint);
	}

	const items = isObject(json) && Array.isArray(json['nftables']) ? json['nftables'] as unknown[] : undefined;
	if (!items?.every(item => isObject(item))) {
		throw new DumpError(file, undefined, 'this is no ruleset of nft', 'write it with nft -j list ruleset');
	}

	if (items.length > limits.elements) {
		throw new DumpError(file, undefined, `there are more than ${limits.elements} objects`);
	}

	return new JsonReader(file).read(items);
}

/** What nft lists. */
const kinds = new Set(['metainfo', 'table', 'chain', 'rule', 'set', 'map', 'flowtable', 'counter', 'quota', 'limit', 'ct helper', 'ct timeout', 'ct expectation', 'secmark', 'synproxy', 'meter', 'tunnel']);

class JsonReader {
	readonly #file: string;
	readonly #tables = new Map<string, NftTable & {readonly isSkipped: boolean}>();
	readonly #chains = new Map<string, FirewallRule[]>();
	readonly #bases: Array<ReadRuleset['bases'][number]> = [];
	readonly #remarks: string[] = [];

	constructor(file: string) {
		this.#file = file;
	}

	read(items: readonly Json[]): ReadRuleset {
		const list = (kind: string) => items.map(item => item[kind]).filter(item => isObject(item));
		for (const {family, name, flags} of list('table')) {
			const isDormant = listItems(flags).includes('dormant');
			const isSkipped = isDormant || versionsOf(textOf(family)).length === 0;
			if (isSkipped) {
				this.#remarks.push(describeSkipped({family: textOf(family), name: textOf(name)}, isDormant));
			}

			this.#tables.set(`${textOf(family)} ${textOf(name)}`, {family: textOf(family), name: textOf(name), sets: new Map(), isSkipped});
		}

		const strange = items.flatMap(item => Object.keys(item)).find(kind => !kinds.has(kind));
		if (strange !== undefined || items.some(item => Object.keys(item).length !== 1)) {
			throw new DumpError(this.#file, undefined, `an object is of the kind ${shorten(strange)}, which no list of rules has`, 'write it with nft -j list ruleset');
		}

		for (const set of [...list('set'), ...list('map')]) {
			this.#findTable(set)?.sets.set(textOf(set['name']), readSet(set));
		}

		for (const chain of list('chain')) {
			this.#addChain(chain);
		}

		for (const rule of list('rule')) {
			this.#addRule(rule);
		}

		return {chains: this.#chains, bases: this.#bases, versions: [4, 6], remarks: this.#remarks};
	}

	#findTable({family, table}: Json): NftTable | undefined {
		const found = this.#tables.get(`${textOf(family)} ${textOf(table)}`);
		if (found === undefined) {
			throw new DumpError(this.#file, undefined, 'an object names a table that is not there', truncatedHint);
		}

		return found.isSkipped ? undefined : found;
	}

	readonly #idOf = ({family, name}: NftTable, chain: string): string => `${this.#file}\u{0}${family} ${name}\u{0}${chain}`;

	#addChain(chain: Json): void {
		const table = this.#findTable(chain);
		if (table === undefined) {
			return;
		}

		const name = textOf(chain['name']);
		this.#chains.set(this.#idOf(table, name), []);
		const {hook, prio, policy} = chain;
		if (hook === undefined) {
			return;
		}

		if ((policy !== undefined && policy !== 'accept' && policy !== 'drop') || typeof hook !== 'string') {
			throw new DumpError(this.#file, undefined, `the policy or hook of chain ${name} is none that nft has`);
		}

		const entered = enterChain(table, {
			chain: this.#idOf(table, name),
			name: `${table.family} ${table.name} ${name}`,
			hook,
			priority: typeof prio === 'number' ? prio : 0,
			versions: versionsOf(table.family),
			policy: policy ?? 'accept',
			isNat: chain['type'] === 'nat',
			file: this.#file,
		});
		if (entered === undefined) {
			throw new DumpError(this.#file, undefined, `chain ${name} stands at ${hook.slice(0, 80)}, which is not known`);
		}

		for (const [id, rules] of entered.chains) {
			this.#chains.set(id, rules);
		}

		this.#bases.push(entered.base);
	}

	#addRule(rule: Json): void {
		const table = this.#findTable(rule);
		if (table === undefined) {
			return;
		}

		const chain = textOf(rule['chain']);
		const rules = this.#chains.get(this.#idOf(table, chain));
		const expressions = rule['expr'];
		if (rules === undefined || !Array.isArray(expressions)) {
			throw new DumpError(this.#file, undefined, 'a rule is not whole, or its chain is not there', truncatedHint);
		}

		const statements = expressions.flatMap((expression): Statement[] => readStatement(expression));
		if (statements.some(statement => statement.kind === 'unknown' && reversePath.test(statement.text))) {
			this.#remarks.push(reversePathRemark);
		}

		const comment = textOf(rule['comment']);
		const text = `${statements.map(statement => formatStatement(statement)).join(' ')}${comment === '' ? '' : ` comment "${comment}"`}`;
		const place = {file: this.#file, line: undefined, chain: `${table.family} ${table.name} ${chain}${typeof rule['handle'] === 'number' ? ` handle ${rule['handle']}` : ''}`, text};
		const idOf = (name: string) => this.#chains.has(this.#idOf(table, name)) ? this.#idOf(table, name) : undefined;
		for (const derived of deriveRules(table, statements, place, idOf, versionsOf(table.family))) {
			rules.push(derived);
		}
	}
}

function formatStatement(statement: Statement): string {
	return statement.kind === 'verdict' ? formatVerdict(statement.verdict) : statement.text;
}

function formatVerdict(verdict: Verdict): string {
	return verdict.kind === 'unknown' ? verdict.reason : `${verdict.kind}${'chain' in verdict ? ` ${verdict.chain}` : ''}`;
}

/** Newer programs write a list of one without its brackets. */
const listItems = (value: unknown): unknown[] => Array.isArray(value) ? value as unknown[] : (value === undefined ? [] : [value]);

function readSet(set: Json): NftSet {
	const flags = listItems(set['flags']);
	const items = listItems(set['elem']);
	const isCounted = listItems(set['stmt']).every(statement => isObject(statement) && 'counter' in statement);
	const unknown = flags.includes('dynamic') || flags.includes('timeout') || set['timeout'] !== undefined || !isCounted ? `set ${textOf(set['name'])}, whose elements come and go` : undefined;
	if (set['map'] === undefined) {
		return {elements: items.map(item => readElement(item)), entries: [], unknown};
	}

	const entries = items.map(item => readEntry(item));
	return {elements: entries.map(({element}) => element), entries, unknown};
}

function readEntry(item: unknown): MapEntry {
	const [value, verdict] = Array.isArray(item) ? item as unknown[] : [];
	return {element: readElement(value), verdict: readVerdict(verdict) ?? {kind: 'unknown', reason: shorten(verdict)}};
}

/** A value for each key; what is not known is a text that no key has. */
function readElement(value: unknown): Element {
	if (isObject(value)) {
		if (isObject(value['elem'])) {
			return readElement(value['elem']['val']);
		}

		if (Array.isArray(value['concat'])) {
			return (value['concat'] as unknown[]).map(part => readValue(part));
		}
	}

	return [readValue(value)];
}

function readValue(value: unknown): string {
	if (typeof value === 'string' || typeof value === 'number') {
		return String(value);
	}

	if (isObject(value)) {
		const {prefix, range} = value;
		if (isObject(prefix)) {
			return `${readValue(prefix['addr'])}/${readValue(prefix['len'])}`;
		}

		if (Array.isArray(range) && range.length === 2) {
			return `${readValue(range[0])}-${readValue(range[1])}`;
		}
	}

	return '';
}

function readVerdict(value: unknown): Verdict | undefined {
	if (!isObject(value)) {
		return undefined;
	}

	const [kind = ''] = Object.keys(value);
	switch (kind) {
		case 'accept':
		case 'drop':
		case 'return':
		case 'continue': {
			return {kind};
		}

		case 'reject': {
			return {kind: 'drop'};
		}

		case 'snat':
		case 'masquerade': {
			return {kind: 'accept'};
		}

		case 'jump':
		case 'goto': {
			const target = value[kind];
			return isObject(target) && typeof target['target'] === 'string' ? {kind, chain: target['target']} : undefined;
		}

		default: {
			return undefined;
		}
	}
}

/** Statements after which the packet goes on in its rule, or leaves it; of what others do nothing is known. */
const gates = new Set(['match', 'limit', 'quota', 'last', 'set', 'meter', 'flow', 'ct count', 'ct helper', 'ct timeout', 'ct expectation', 'secmark']);

function readStatement(expression: unknown): Statement[] {
	const [kind = ''] = isObject(expression) ? Object.keys(expression) : [];
	const isXtMatch = isObject(expression) && isObject(expression['xt']) && expression['xt']['type'] === 'match';
	const unknown: Statement[] = gates.has(kind) || isXtMatch ? [{kind: 'unknown', text: shorten(expression)}] : [{kind: 'verdict', verdict: {kind: 'unknown', reason: shorten(expression)}}];
	if (!isObject(expression) || Object.keys(expression).length !== 1) {
		return unknown;
	}

	const verdict = readVerdict(expression);
	if (verdict !== undefined) {
		return [{kind: 'verdict', verdict}];
	}

	const {match, vmap, mangle} = expression;
	if ('counter' in expression || 'log' in expression) {
		return [];
	}

	if (isObject(mangle)) {
		const key = isObject(mangle['key']) ? mangle['key'] : {};
		const field = isObject(key['payload']) ? textOf(key['payload']['field']) : '';
		return 'meta' in key || 'ct' in key || 'tcp option' in key || (field !== '' && !telling.has(field)) ? [] : unknown;
	}

	if (isObject(vmap)) {
		const keys = readKeys(vmap['key']);
		const {data} = vmap;
		const entries = typeof data === 'string' && data.startsWith('@') ? {name: data.slice(1)} : (isObject(data) && Array.isArray(data['set']) ? {elements: (data['set'] as unknown[]).map(item => readEntry(item))} : undefined);
		return keys === undefined || entries === undefined
			? unknown
			: [{kind: 'map', keys, entries, text: `${keys.join(' . ')} vmap ${'name' in entries ? `@${entries.name}` : `{ ${entries.elements.map(({element, verdict: own}) => `${element.join(' . ')} : ${formatVerdict(own)}`).join(', ')} }`}`}];
	}

	return isObject(match) ? readMatch(match) ?? unknown : unknown;
}

function readMatch({left, right, op}: Json): Statement[] | undefined {
	const fib = isObject(left) && isObject(left['fib']) ? left['fib'] : undefined;
	if (fib?.['result'] === 'oif' && op === '==' && right === false && ['iif,saddr', 'iif,mark,saddr'].includes(listItems(fib['flags']).map(String).toSorted().join(','))) {
		return [{kind: 'unknown', text: 'fib saddr . iif oif missing'}];
	}

	const keys = readKeys(left);
	if (keys === undefined || !['==', '!=', 'in'].includes(textOf(op))) {
		return undefined;
	}

	const isNegated = op === '!=';
	if (typeof right === 'string' && right.startsWith('@')) {
		return [{kind: 'match', keys, isNegated, values: {name: right.slice(1)}, text: `${keys.join(' . ')} ${isNegated ? '!= ' : ''}${right}`}];
	}

	const isFlags = keys[0]!.startsWith('tcp flags');
	const items = isObject(right) && right['set'] !== undefined ? listItems(right['set']) : (Array.isArray(right) ? right as unknown[] : [right]);
	const elements = isFlags ? [[items.map(item => readValue(item)).join(',')]] : items.map(item => readElement(item));
	const values = elements.map(element => element.join(' . ')).join(', ');
	return [{kind: 'match', keys, isNegated, values: {elements}, text: `${keys.join(' . ')} ${isNegated ? '!= ' : ''}${elements.length === 1 ? values : `{ ${values} }`}`}];
}

/** Keys as nft's text names them; undefined for what is computed. */
function readKeys(left: unknown): string[] | undefined {
	if (!isObject(left)) {
		return undefined;
	}

	if (Array.isArray(left['concat'])) {
		const keys = (left['concat'] as unknown[]).map(part => readKey(part));
		return keys.length > 0 && !keys.includes(undefined) ? keys.filter(key => key !== undefined) : undefined;
	}

	const masked = left['&'];
	if (Array.isArray(masked) && masked.length === 2 && readKey(masked[0]) === 'tcp flags') {
		const mask: unknown = masked[1];
		return [`tcp flags /${Array.isArray(mask) ? mask.map(flag => readValue(flag)).join(',') : readValue(mask)}`];
	}

	const key = readKey(left);
	return key === undefined ? undefined : [key];
}

function readKey(part: unknown): string | undefined {
	if (!isObject(part)) {
		return undefined;
	}

	const {payload, meta, ct} = part;
	if (isObject(payload) && typeof payload['protocol'] === 'string' && typeof payload['field'] === 'string') {
		return `${payload['protocol']} ${payload['field']}`;
	}

	if (isObject(meta) && typeof meta['key'] === 'string') {
		return ['iif', 'iifname', 'oif', 'oifname'].includes(meta['key']) ? meta['key'] : `meta ${meta['key']}`;
	}

	return isObject(ct) && typeof ct['key'] === 'string' && ct['dir'] === undefined ? `ct ${ct['key']}` : undefined;
}

/** JSON of what is not known, for people. */
function shorten(value: unknown): string {
	const text = JSON.stringify(value) ?? '';
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
