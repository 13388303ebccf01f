import {telling, type Element, type MapEntry, type Statement, type Verdict} from './nft-rules.js';
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
		} else if (!isSign(token, '\n') && !isSign(token, '{') && !isSign(token, '}')) {
			// A list in a list is what a variable stood for.
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
const headers = new Set(['ip', 'ip6', 'tcp', 'udp', 'th', 'icmp', 'icmpv6', 'igmp', 'sctp', 'dccp', 'udplite', 'meta', 'ct', 'ether', 'vlan', 'arp', 'ah', 'esp', 'comp', 'rt', 'exthdr', 'socket', 'frag', 'hbh', 'dst', 'mh', 'srh']);
const shortKeys = new Set(['iif', 'iifname', 'oif', 'oifname']);
/** Keys of `meta` that older programs print without it. */
const bareKeys = new Set(['mark', 'skuid', 'skgid', 'nftrace', 'rtclassid', 'pkttype', 'cpu', 'iifgroup', 'oifgroup', 'iiftype', 'oiftype', 'cgroup', 'ibrname', 'ibriport', 'obrname', 'obriport']);
const verdicts = new Set(['accept', 'drop', 'return', 'continue', 'jump', 'goto', 'reject', 'snat', 'masquerade']);

/** Words that may follow, each with how many words belong to it. */
type Phrases = ReadonlyArray<readonly [word: RegExp, following: number]>;

/** Statements after which the packet goes on in its rule, or leaves it. Of others it is not even known where they end. */
const gates: Readonly<Record<string, Phrases>> = {
	limit: [[/^name$/v, 1], [/^rate$/v, 0], [/^over$/v, 0], [/^\d+(?:\/[a-z]+)?$/v, 0], [/^[km]?bytes\/[a-z]+$/v, 0], [/^burst$/v, 1], [/^(?:packets|[km]?bytes)$/v, 0]],
	quota: [[/^name$/v, 1], [/^(?:over|until)$/v, 0], [/^\d+$/v, 0], [/^[km]?bytes$/v, 0], [/^used$/v, 2]],
	last: [[/^used$/v, 1]],
	add: [[/^@/v, 0]],
	update: [[/^@/v, 0]],
	delete: [[/^@/v, 0]],
	meter: [[/^./v, 0], [/^size$/v, 1]],
	flow: [[/^(?:add|offload)$/v, 1]],
	xt: [[/^match$/v, 1]],
};

/** What is computed, and compared with a value. */
const computed: Readonly<Record<string, Phrases>> = {
	numgen: [[/^(?:inc|random)$/v, 0], [/^mod$/v, 1], [/^offset$/v, 1]],
	symhash: [[/^mod$/v, 1], [/^offset$/v, 1]],
};

const counterPhrases: Phrases = [[/^name$/v, 1], [/^packets$/v, 1], [/^bytes$/v, 1]];
const logPhrase = /^(?:prefix|group|level|snaplen|queue-threshold|flags)$/v;
const operator = /^(?:[&\|^]|<<|>>|and|or|xor)$/v;
const comparison = /^(?:==|!=|<|>|<=|>=|!)$/v;
const flagWord = /^(?:[!=]=|[&\|\/,\(\)!]|\d+|0x[\da-f]+|(?:fin|syn|rst|psh|ack|urg|ecn|cwr|\|)+)$/v;

/** What the words of a rule mean, in their order. */
export function readStatements(tokens: readonly Token[]): Statement[] {
	// What nft could not say stands behind the verdict, and belongs before it.
	const isComment = ({text, isQuoted}: Token) => !isQuoted && text.startsWith('#');
	return [
		...tokens.filter(token => isComment(token)).map(({text}): Statement => ({kind: 'unknown', text, mayDecide: true})),
		...new StatementReader(tokens.filter(token => !isComment(token))).read(),
	];
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
			this.#readStatement();
		}

		return this.#statements;
	}

	readonly #peek = (): string => this.#tokens[this.#next]?.isQuoted === false ? this.#tokens[this.#next]!.text : '';
	readonly #textFrom = (begin: number): string => formatTokens(this.#tokens.slice(begin, this.#next));

	#readStatement(): void {
		const begin = this.#next;
		const word = this.#peek();
		if (headers.has(word) || shortKeys.has(word) || bareKeys.has(word)) {
			this.#readMatch();
		} else if (verdicts.has(word)) {
			this.#readVerdict(word);
		} else {
			switch (word) {
				case 'comment': {
					this.#next += 2;

					break;
				}

				case 'counter': {
					this.#next++;
					this.#skip(counterPhrases);

					break;
				}

				case 'log': {
					this.#next++;
					this.#skipLog();

					break;
				}

				default: {
					if (word === 'xt' && this.#tokens[this.#next + 1]?.text !== 'match') {
						this.#giveUp(begin);
					} else if (Object.hasOwn(gates, word)) {
						this.#next++;
						this.#skip(gates[word]!);
						this.#skipBlock();
						this.#statements.push({kind: 'unknown', text: this.#textFrom(begin)});
					} else if (word === 'fib' || word.startsWith('@') || Object.hasOwn(computed, word)) {
						this.#next++;
						this.#skipComputed(word);
						this.#compare(begin);
					} else {
						this.#giveUp(begin);
					}
				}
			}
		}
	}

	/** The rest of the rule is not known: it may do anything with a packet. */
	#giveUp(begin: number): void {
		this.#next = this.#tokens.length;
		this.#statements.push({kind: 'verdict', verdict: {kind: 'unknown', reason: this.#textFrom(begin)}});
	}

	#skip(phrases: Phrases): void {
		for (const [word, following] of phrases) {
			if (word.test(this.#peek())) {
				this.#next += 1 + following;
			}
		}
	}

	#skipLog(): void {
		while (logPhrase.test(this.#peek())) {
			this.#next += 2;
			while (/^(?:sequence|options|,)$/v.test(this.#peek())) {
				this.#next++;
			}
		}
	}

	#skipBlock(): void {
		if (this.#peek() !== '{') {
			return;
		}

		let depth = 0;
		do {
			depth += this.#peek() === '{' ? 1 : (this.#peek() === '}' ? -1 : 0);
			this.#next++;
		} while (depth > 0 && this.#next < this.#tokens.length);
	}

	#skipComputed(word: string): void {
		if (word === 'fib') {
			this.#next++;
			while (this.#peek() === '.') {
				this.#next += 2;
			}

			this.#next++;
		} else if (word.startsWith('@')) {
			while (this.#peek() === ',') {
				this.#next += 2;
			}
		} else {
			this.#skip(computed[word]!);
		}
	}

	/** Whatever is compared with something of which nothing is known. */
	#compare(begin: number): void {
		while (operator.test(this.#peek())) {
			this.#next++;
			this.#skipTerm();
		}

		if (this.#peek() === 'vmap' || this.#peek() === 'set') {
			this.#giveUp(begin);
			return;
		}

		if (comparison.test(this.#peek())) {
			this.#next++;
		}

		this.#readValues();
		this.#statements.push({kind: 'unknown', text: this.#textFrom(begin)});
	}

	#skipTerm(): void {
		if (this.#peek() === '(') {
			while (this.#next < this.#tokens.length && this.#peek() !== ')') {
				this.#next++;
			}

			this.#next++;
		} else {
			this.#readKey();
		}
	}

	#readVerdict(word: string): void {
		const begin = this.#next;
		if (word === 'jump' || word === 'goto') {
			// A chain without a name is written where one goes to it.
			if (isSign(this.#tokens[this.#next + 1], '{')) {
				this.#giveUp(begin);
				return;
			}

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
		const begin = this.#next;
		const [first = '', second = '', third = ''] = this.#tokens.slice(begin, begin + 3).map(({text}) => text);
		if (bareKeys.has(first)) {
			this.#next++;
			return `meta ${first}`;
		}

		if (!headers.has(first)) {
			this.#next++;
			return first;
		}

		this.#next += 2;
		if (first === 'meta' && shortKeys.has(second)) {
			return second;
		}

		if (first === 'tcp' && second === 'option') {
			this.#next++;
			this.#skip([[/^(?:kind|length|size|count|left|right|tsval|tsecr|@)/v, 0]]);
			return 'tcp option';
		}

		// Addresses of the two directions of a connection.
		if (first === 'ct' && (second === 'original' || second === 'reply')) {
			this.#next += third === 'ip' || third === 'ip6' ? 2 : 1;
			return this.#textFrom(begin);
		}

		return `${first} ${second}`;
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
			this.#readChange(keys[0]!, begin);
		} else if (word === 'vmap') {
			this.#next++;
			const values = this.#readValues();
			if (values === undefined) {
				this.#giveUp(begin);
				return;
			}

			this.#statements.push({kind: 'map', keys, entries: 'name' in values ? values : {elements: values.entries}, text: this.#textFrom(begin)});
		} else if (keys[0] === 'tcp flags' && keys.length === 1) {
			this.#readFlags(begin);
		} else if (keys[0] === 'ct count') {
			this.#skip([[/^over$/v, 0], [/^\d+$/v, 0]]);
			this.#statements.push({kind: 'unknown', text: this.#textFrom(begin)});
		} else if (operator.test(word) || (comparison.test(word) && word !== '==' && word !== '!=')) {
			this.#compare(begin);
		} else {
			const isNegated = word === '!=';
			if (isNegated || word === '==') {
				this.#next++;
			}

			const values = this.#readValues();
			const text = this.#textFrom(begin);
			this.#statements.push(values === undefined ? {kind: 'unknown', text} : {kind: 'match', keys, isNegated, values: 'name' in values ? values : {elements: values.elements}, text});
		}
	}

	/** What a packet carries is changed: marks, priorities and the like, or what rules compare. */
	#readChange(key: string, begin: number): void {
		do {
			this.#next++;
			this.#skipTerm();
		} while (operator.test(this.#peek()) || this.#peek() === '.');

		if (this.#peek() === 'map') {
			this.#next++;
			if (this.#peek() === '{') {
				this.#skipBlock();
			} else {
				this.#next++;
			}
		}

		if (!/^(?:meta|ct) /v.test(key) && telling.has(key.split(' ')[1] ?? '')) {
			this.#giveUp(begin);
		}
	}

	/** `syn`, `syn / fin,syn,rst,ack` or `& (fin|syn|rst|ack) == syn`. */
	#readFlags(begin: number): void {
		while (flagWord.test(this.#peek())) {
			this.#next++;
		}

		this.#skipBlock();
		const text = this.#textFrom(begin);
		const words = text.slice('tcp flags'.length).replaceAll(/\s+/gv, '');
		const slash = /^(!=|==)?([a-z,0\|]+)\/([a-z,\|]+)$/v.exec(words);
		const bits = /^&\(?([a-z\|,]+)\)?(!=|==)\(?([a-z0\|,]+)\)?$/v.exec(words);
		const [mask, sign, value] = slash ? [slash[3]!, slash[1], slash[2]!] : (bits ? [bits[1]!, bits[2], bits[3]!] : []);
		this.#statements.push(mask === undefined || value === undefined
			? {kind: 'unknown', text}
			: {kind: 'match', keys: [`tcp flags /${mask}`], isNegated: sign === '!=', values: {elements: [[value]]}, text});
	}

	#readValues(): {readonly name: string} | {readonly elements: Element[]; readonly entries: MapEntry[]} | undefined {
		const word = this.#peek();
		if (word.startsWith('@') && word.length > 1) {
			this.#next++;
			return {name: word.slice(1)};
		}

		if (word === '{') {
			const begin = this.#next;
			this.#skipBlock();
			return isSign(this.#tokens[this.#next - 1], '}') ? readElements(this.#tokens.slice(begin, this.#next)) : undefined;
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

				const value = this.#readValue();
				if (value === undefined) {
					return undefined;
				}

				values.push(value);
			} while (this.#peek() === '.');

			elements.push(values);
		} while (this.#peek() === ',');

		return {elements, entries: []};
	}

	#readValue(): string | undefined {
		const token = this.#tokens[this.#next];
		if (token === undefined || (!token.isQuoted && (verdicts.has(token.text) || /^[\{\}\(\),]$/v.test(token.text)))) {
			return undefined;
		}

		this.#next++;
		if (this.#peek() !== '-') {
			return token.text;
		}

		this.#next += 2;
		return `${token.text}-${this.#tokens[this.#next - 1]?.text ?? ''}`;
	}
}
