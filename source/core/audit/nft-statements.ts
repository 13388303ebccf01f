import type {Element, MapEntry, Statement, Verdict} from './nft-rules.js';
import {formatTokens, isSign, type Token} from './nft-tokens.js';

/*
What the words of rules, sets and maps mean, as nft prints them.
*/

/** What may follow the value of an element. */
const elementEndings = new Set(['timeout', 'expires', 'counter', 'comment', 'limit', 'quota', 'last', ':']);

/** Elements of a set, and of a map with their verdicts. */
export function readElements(tokens: readonly Token[]): {elements: Element[]; entries: MapEntry[]} {
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
export function readStatements(tokens: readonly Token[]): Statement[] {
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
