import {deriveRules, versionsOf, type Element, type MapEntry, type NftSet, type NftTable, type Statement, type Verdict} from './nft-rules.js';
import {DumpError, limits, truncatedHint, type DumpFile, type ReadRuleset} from './reading.js';
import {hooks, type FirewallRule, type Hook} from './ruleset.js';

/** Whether a text is what `nft list ruleset` prints. */
export const isNftText = (text: string): boolean => /^\s*table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \{/mv.test(text);

type Token = {readonly text: string; readonly isQuoted: boolean; readonly line: number};

/** Names of priorities, by nft(8). */
const priorities: Readonly<Record<string, number>> = {raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100};

/**
Read what `nft list ruleset` prints, with handles and counters or without.

@throws {DumpError} When the file is cut off or cannot be read.
*/
export function readNftText(dump: DumpFile): ReadRuleset {
	return new NftReader(dump).read();
}

type PendingRule = {readonly tokens: readonly Token[]; readonly line: number};
type PendingChain = {readonly name: string; readonly rules: PendingRule[]; head: readonly Token[] | undefined; policy: 'accept' | 'drop'};

class NftReader {
	readonly #file: string;
	readonly #tokens: readonly Token[];
	#next = 0;
	#count = 0;
	readonly #chains = new Map<string, FirewallRule[]>();
	readonly #bases: Array<ReadRuleset['bases'][number]> = [];
	readonly #remarks: string[] = [];

	constructor({name, text}: DumpFile) {
		this.#file = name;
		this.#tokens = splitTokens(name, text);
	}

	read(): ReadRuleset {
		for (;;) {
			this.#skipBreaks();
			if (this.#next >= this.#tokens.length) {
				return {chains: this.#chains, bases: this.#bases, versions: [4, 6], remarks: this.#remarks};
			}

			this.#readTable();
		}
	}

	#fail(message: string): DumpError {
		const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
		return new DumpError(this.#file, token?.line ?? 1, message, this.#next >= this.#tokens.length ? truncatedHint : 'nft list ruleset prints what can be read here');
	}

	#skipBreaks(): void {
		while (isBreak(this.#tokens[this.#next])) {
			this.#next++;
		}
	}

	#take(): Token {
		const token = this.#tokens[this.#next];
		if (token === undefined) {
			throw this.#fail('the file ends too early');
		}

		this.#next++;
		return token;
	}

	#expect(text: string): void {
		const token = this.#take();
		if (token.text !== text || token.isQuoted) {
			this.#next--;
			throw this.#fail(`"${text}" is expected here`);
		}
	}

	#readTable(): void {
		this.#expect('table');
		const first = this.#take().text;
		const hasFamily = this.#tokens[this.#next]?.text !== '{';
		const table: NftTable = {family: hasFamily ? first : 'ip', name: hasFamily ? this.#take().text : first, sets: new Map()};
		this.#expect('{');
		const chains: PendingChain[] = [];
		let isDormant = false;
		for (;;) {
			this.#skipBreaks();
			const {text} = this.#take();
			if (text === '}') {
				break;
			}

			if (text === 'chain') {
				chains.push(this.#readChain());
			} else if (text === 'set' || text === 'map') {
				const name = this.#take().text;
				this.#expect('{');
				table.sets.set(name, this.#readSet(name));
			} else {
				const words = this.#takeLine();
				isDormant ||= text === 'flags' && words.some(word => word.text === 'dormant');
			}
		}

		if (isDormant || versionsOf(table.family).length === 0) {
			this.#remarks.push(`Table ${table.family} ${table.name} is not compared: ${isDormant ? 'it is dormant' : `it is of family ${table.family}`}.`);
			return;
		}

		this.#addChains(table, chains);
	}

	/** The rest of a line, blocks that begin in it included. */
	#takeLine(): Token[] {
		const tokens: Token[] = [];
		for (let depth = 0; ;) {
			const token = this.#tokens[this.#next];
			if (token === undefined) {
				throw this.#fail('the file ends too early');
			}

			if (depth === 0 && (isBreak(token) || isSign(token, '}'))) {
				return tokens;
			}

			this.#next++;
			depth += isSign(token, '{') ? 1 : (isSign(token, '}') ? -1 : 0);
			if (!(isSign(token, '\n'))) {
				tokens.push(token);
			}
		}
	}

	#readSet(name: string): NftSet {
		let elements: Element[] = [];
		let entries: MapEntry[] = [];
		let unknown: string | undefined;
		for (;;) {
			this.#skipBreaks();
			const tokens = this.#takeLine();
			const [first, second] = tokens;
			if (first === undefined) {
				this.#expect('}');
				return {elements, entries, unknown};
			}

			if (first.text === 'flags' && tokens.some(({text}) => text === 'dynamic' || text === 'timeout')) {
				unknown = `set ${name}, whose elements come and go`;
			} else if (first.text === 'elements' && second?.text === '=') {
				({elements, entries} = readElements(tokens.slice(3, -1)));
				this.#count += elements.length;
				if (this.#count > limits.elements) {
					throw this.#fail(`the sets have more than ${limits.elements} elements`);
				}
			}
		}
	}

	#readChain(): PendingChain {
		const chain: PendingChain = {name: this.#take().text, rules: [], head: undefined, policy: 'accept'};
		this.#expect('{');
		for (;;) {
			this.#skipBreaks();
			const tokens = this.#takeLine();
			const [first] = tokens;
			if (first === undefined) {
				this.#expect('}');
				return chain;
			}

			if (first.text === 'type' && tokens[2]?.text === 'hook') {
				chain.head = tokens;
			} else if (first.text === 'policy') {
				const policy = tokens[1]?.text;
				if (policy !== 'accept' && policy !== 'drop') {
					throw this.#fail('a policy is accept or drop');
				}

				chain.policy = policy;
			} else if (first.text !== 'comment' || tokens.length > 2) {
				chain.rules.push({tokens, line: first.line});
			}

			this.#count++;
			if (this.#count > limits.elements || chain.rules.length > limits.rules) {
				throw this.#fail(`there are more than ${limits.rules} rules`);
			}
		}
	}

	#addChains(table: NftTable, chains: readonly PendingChain[]): void {
		const names = new Set(chains.map(({name}) => name));
		const versions = versionsOf(table.family);
		const idOf = (name: string): string | undefined => names.has(name) ? `${this.#file}\u{0}${table.family} ${table.name}\u{0}${name}` : undefined;
		for (const {name, rules, head, policy} of chains) {
			const chain = `${table.family} ${table.name} ${name}`;
			const own = this.#chains.get(idOf(name)!) ?? [];
			this.#chains.set(idOf(name)!, own);
			for (const {tokens, line} of rules) {
				const text = formatTokens(tokens);
				for (const rule of deriveRules(table, readStatements(tokens), {file: this.#file, line, chain, text}, idOf, versions)) {
					own.push(rule);
				}
			}

			const hook = head?.[3]?.text;
			if (head === undefined || hook === undefined) {
				continue;
			}

			const known = (hooks as readonly string[]).includes(hook);
			if (known) {
				this.#bases.push({chain: idOf(name)!, hook: hook as Hook, priority: readPriority(head), versions, policy, file: this.#file});
			} else {
				this.#remarks.push(`Chain ${chain} is not compared: it stands at ${hook}.`);
			}
		}
	}
}

const isSign = (token: Token | undefined, sign: string): boolean => token?.text === sign && !token.isQuoted;
const isBreak = (token: Token | undefined): boolean => isSign(token, '\n') || isSign(token, ';');

function splitTokens(file: string, text: string): Token[] {
	const tokens: Token[] = [];
	let line = 1;
	const pattern = /[ \t\r]+|\n|"[^"]*"|#[^\n]*|[\{\}\(\),;]|[^\s\{\}\(\),;"#]+|["#]/gv;
	for (const [word] of text.matchAll(pattern)) {
		if (word === '\n') {
			tokens.push({text: '\n', isQuoted: false, line});
			line++;
		} else if (word === '"') {
			throw new DumpError(file, line, 'a quote is not closed', truncatedHint);
		} else if (word.startsWith('#')) {
			// What nft cannot say of rules of other programs it leaves as a comment: the match is there all the same.
			if (!/^#\s*(?:handle \d+)?\s*$/v.test(word) && !isBreak(tokens.at(-1)) && tokens.length > 0 && !isSign(tokens.at(-1), '{') && !isSign(tokens.at(-1), '}')) {
				tokens.push({text: word.trimEnd(), isQuoted: false, line});
			}
		} else if (word.startsWith('"')) {
			tokens.push({text: word.slice(1, -1), isQuoted: true, line});
			line += word.split('\n').length - 1;
		} else if (!/^[ \t\r]/v.test(word)) {
			tokens.push({text: word, isQuoted: false, line});
		}
	}

	return tokens;
}

function readPriority(head: readonly Token[]): number {
	const at = head.findIndex(({text}) => text === 'priority');
	const [first = '0', sign, amount] = head.slice(at + 1).map(({text}) => text);
	const base = Object.hasOwn(priorities, first) ? priorities[first]! : Number(first);
	const shift = sign === '+' ? Number(amount) : (sign === '-' ? -Number(amount) : 0);
	return Number.isFinite(base + shift) ? base + shift : 0;
}

function formatTokens(tokens: readonly Token[]): string {
	return tokens.map(({text, isQuoted}) => isQuoted ? `"${text}"` : text).join(' ').replaceAll(' ,', ',');
}

/** What may follow the value of an element. */
const elementEndings = new Set(['timeout', 'expires', 'counter', 'comment', 'limit', 'quota', 'last', ':']);

function readElements(tokens: readonly Token[]): {elements: Element[]; entries: MapEntry[]} {
	const elements: Element[] = [];
	const entries: MapEntry[] = [];
	let item: Token[] = [];
	const finish = (): void => {
		if (item.length === 0) {
			return;
		}

		const end = item.findIndex(({text, isQuoted}) => !isQuoted && elementEndings.has(text));
		const element = readElement(end === -1 ? item : item.slice(0, end));
		elements.push(element);
		const colon = item.findIndex(token => isSign(token, ':'));
		if (colon !== -1) {
			entries.push({element, verdict: readVerdict(item.slice(colon + 1))});
		}

		item = [];
	};

	for (const token of tokens) {
		if (isSign(token, ',')) {
			finish();
		} else if (!isSign(token, '\n')) {
			item.push(token);
		}
	}

	finish();
	return {elements, entries};
}

/** Values of an element, without the points between them; what stands otherwise is a value that no key knows. */
function readElement(tokens: readonly Token[]): Element {
	const values: string[] = [];
	for (const [index, token] of tokens.entries()) {
		if (index % 2 === 0) {
			values.push(token.text);
		} else if (!isSign(token, '.')) {
			return ['', ...tokens.map(({text}) => text)];
		}
	}

	return values;
}

function readVerdict(tokens: readonly Token[]): Verdict {
	const [first, second] = tokens;
	const text = first?.isQuoted === false ? first.text : '';
	switch (text) {
		case 'accept':
		case 'drop':
		case 'return':
		case 'continue': {
			return {kind: text};
		}

		case 'jump':
		case 'goto': {
			return second === undefined ? {kind: 'unknown', reason: text} : {kind: text, chain: second.text};
		}

		default: {
			return {kind: 'unknown', reason: formatTokens(tokens)};
		}
	}
}

/** Words that begin a key of two words. */
const headers = new Set(['ip', 'ip6', 'tcp', 'udp', 'th', 'icmp', 'icmpv6', 'igmp', 'sctp', 'dccp', 'udplite', 'meta', 'ct', 'ether', 'vlan', 'arp', 'ah', 'esp', 'comp', 'gre', 'rt', 'exthdr', 'socket']);
const shortKeys = new Set(['iif', 'iifname', 'oif', 'oifname']);
/** What ends a packet's way or changes it so that it is not known what comes of it. */
const strange = new Set(['queue', 'dnat', 'redirect', 'tproxy', 'notrack', 'fwd', 'dup', 'synproxy']);
const verdicts = new Set(['accept', 'drop', 'return', 'continue', 'jump', 'goto', 'reject', 'snat', 'masquerade']);
const starters = new Set([...headers, ...shortKeys, ...strange, ...verdicts, 'counter', 'log', 'comment', 'limit', 'add', 'update', 'delete']);

/** What the words of a rule mean, in their order. */
function readStatements(tokens: readonly Token[]): Statement[] {
	return new StatementReader(tokens).read();
}

class StatementReader {
	readonly #tokens: readonly Token[];
	#next = 0;
	readonly #statements: Statement[] = [];

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	read(): Statement[] {
		while (this.#next < this.#tokens.length) {
			const begin = this.#next;
			this.#readStatement();
			if (this.#next === begin) {
				this.#next++;
			}
		}

		// What nft could not say stands behind the verdict, and belongs before it.
		return this.#statements.toSorted((a, b) => Number(isComment(b)) - Number(isComment(a)));
	}

	readonly #peek = (): string => this.#tokens[this.#next]?.isQuoted === false ? this.#tokens[this.#next]!.text : '';

	#readStatement(): void {
		const begin = this.#next;
		const word = this.#peek();
		if (headers.has(word) || shortKeys.has(word)) {
			this.#readMatch();
		} else if (verdicts.has(word)) {
			this.#readVerdict(word);
		} else if (strange.has(word)) {
			this.#next = this.#tokens.length;
			this.#statements.push({kind: 'verdict', verdict: {kind: 'unknown', reason: this.#textFrom(begin)}});
		} else if (word === 'comment') {
			this.#next += 2;
		} else if (word === 'counter' || word === 'log') {
			this.#next++;
			this.#skipWords();
		} else {
			this.#next++;
			this.#skipWords();
			this.#statements.push({kind: 'unknown', text: this.#textFrom(begin)});
		}
	}

	readonly #textFrom = (begin: number): string => formatTokens(this.#tokens.slice(begin, this.#next));

	/** Up to what begins another statement. */
	#skipWords(): void {
		for (let depth = 0; this.#next < this.#tokens.length; this.#next++) {
			const word = this.#peek();
			if (depth === 0 && (starters.has(word) || word.startsWith('#'))) {
				return;
			}

			depth += word === '{' ? 1 : (word === '}' ? -1 : 0);
		}
	}

	#readVerdict(word: string): void {
		const begin = this.#next;
		if (word === 'jump' || word === 'goto') {
			this.#next += 2;
			this.#statements.push({kind: 'verdict', verdict: readVerdict(this.#tokens.slice(begin, this.#next))});
			return;
		}

		this.#next++;
		if (word === 'reject' || word === 'snat' || word === 'masquerade') {
			// What follows says how.
			this.#next = this.#tokens.length;
			this.#statements.push({kind: 'verdict', verdict: {kind: word === 'reject' ? 'drop' : 'accept'}});
			return;
		}

		this.#statements.push({kind: 'verdict', verdict: readVerdict(this.#tokens.slice(begin, this.#next))});
	}

	#readKey(): string {
		const [first, second] = [this.#tokens[this.#next]?.text ?? '', this.#tokens[this.#next + 1]?.text ?? ''];
		if (!headers.has(first)) {
			this.#next++;
			return first;
		}

		this.#next += 2;
		return first === 'meta' && shortKeys.has(second) ? second : `${first} ${second}`;
	}

	#readMatch(): void {
		const begin = this.#next;
		const keys = [this.#readKey()];
		while (this.#peek() === '.') {
			this.#next++;
			keys.push(this.#readKey());
		}

		const word = this.#peek();
		if (word === 'set') {
			this.#next++;
			this.#skipWords();
			if (!/^(?:meta|ct) /v.test(keys[0]!)) {
				this.#statements.push({kind: 'verdict', verdict: {kind: 'unknown', reason: this.#textFrom(begin)}});
			}

			return;
		}

		if (word === 'vmap') {
			this.#next++;
			const values = this.#readValues();
			const text = this.#textFrom(begin);
			this.#statements.push(values === undefined ? {kind: 'unknown', text} : {kind: 'map', keys, entries: 'name' in values ? values : {elements: values.entries}, text});
			return;
		}

		if (keys[0] === 'tcp flags') {
			this.#readFlags(begin);
			return;
		}

		const isNegated = word === '!=';
		if (isNegated || word === '==') {
			this.#next++;
		}

		const values = /^(?:[&\|<>^]|<=|>=|<<|>>|and|or|xor|!)$/v.test(word) ? undefined : this.#readValues();
		if (values === undefined) {
			this.#skipWords();
		}

		const text = this.#textFrom(begin);
		this.#statements.push(values === undefined ? {kind: 'unknown', text} : {kind: 'match', keys, isNegated, values: 'name' in values ? values : {elements: values.elements}, text});
	}

	/** `syn`, `syn / fin,syn,rst,ack` or `& (fin|syn|rst|ack) == syn`. */
	#readFlags(begin: number): void {
		this.#skipWords();
		const text = this.#textFrom(begin);
		const words = text.slice('tcp flags'.length).replaceAll(/\s+/gv, '');
		const slash = /^(!=|==)?([a-z,0\|]+)\/([a-z,\|]+)$/v.exec(words);
		const bits = /^&\(?([a-z\|,]+)\)?(!=|==)\(?([a-z0\|,]+)\)?$/v.exec(words);
		const [mask, operator, value] = slash ? [slash[3]!, slash[1], slash[2]!] : (bits ? [bits[1]!, bits[2], bits[3]!] : []);
		this.#statements.push(mask === undefined || value === undefined
			? {kind: 'match', keys: ['tcp flags'], isNegated: false, values: {elements: [['']]}, text}
			: {kind: 'match', keys: [`tcp flags /${mask}`], isNegated: operator === '!=', values: {elements: [[value]]}, text});
	}

	#readValues(): {readonly name: string} | {readonly elements: Element[]; readonly entries: MapEntry[]} | undefined {
		const word = this.#peek();
		if (word.startsWith('@') && word.length > 1) {
			this.#next++;
			return {name: word.slice(1)};
		}

		if (word === '{') {
			const begin = this.#next + 1;
			let end = begin;
			while (end < this.#tokens.length && !isSign(this.#tokens[end], '}')) {
				end++;
			}

			this.#next = end + 1;
			return end >= this.#tokens.length ? undefined : readElements(this.#tokens.slice(begin, end));
		}

		const elements: Element[] = [];
		do {
			if (elements.length > 0) {
				this.#next++;
			}

			const values: string[] = [];
			do {
				if (values.length > 0) {
					this.#next++;
				}

				const token = this.#tokens[this.#next];
				if (token === undefined) {
					return undefined;
				}

				this.#next++;
				values.push(token.text);
			} while (this.#peek() === '.');

			elements.push(values);
		} while (this.#peek() === ',');

		return {elements, entries: []};
	}
}

const isComment = (statement: Statement): boolean => statement.kind === 'unknown' && statement.text.startsWith('#');
