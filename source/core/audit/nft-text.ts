import {deriveRules, versionsOf, type Element, type MapEntry, type NftSet, type NftTable} from './nft-rules.js';
import {readElements, readStatements} from './nft-statements.js';
import {formatTokens, isBreak, isSign, splitTokens, type Token} from './nft-tokens.js';
import {DumpError, limits, truncatedHint, type DumpFile, type ReadRuleset} from './reading.js';
import {hooks, type FirewallRule, type Hook} from './ruleset.js';

/** Whether a text is what `nft list ruleset` prints. */
export const isNftText = (text: string): boolean => /^\s*table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \{/mv.test(text);

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

function readPriority(head: readonly Token[]): number {
	const at = head.findIndex(({text}) => text === 'priority');
	const [first = '0', sign, amount] = head.slice(at + 1).map(({text}) => text);
	const base = Object.hasOwn(priorities, first) ? priorities[first]! : Number(first);
	const shift = sign === '+' ? Number(amount) : (sign === '-' ? -Number(amount) : 0);
	return Number.isFinite(base + shift) ? base + shift : 0;
}
