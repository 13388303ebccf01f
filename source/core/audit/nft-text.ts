import {getOrMake} from '../records.js';
import {deriveRules, describeSkipped, enterChain, versionsOf, type Element, type MapEntry, type NftSet, type NftTable} from './nft-rules.js';
import {readElements, readStatements} from './nft-statements.js';
import {formatTokens, isBreak, isSign, resolveVariables, splitTokens, type Token} from './nft-tokens.js';
import {DumpError, limits, reversePathRemark, truncatedHint, type DumpFile, type ReadRuleset} from './reading.js';
import type {FirewallRule} from './ruleset.js';

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
type PendingChain = {readonly name: string; readonly rules: PendingRule[]; head: readonly Token[] | undefined; policy: 'accept' | 'drop' | undefined};
type PendingTable = {readonly table: NftTable; readonly chains: Map<string, PendingChain>; isDormant: boolean};

/** What stands in a table beside chains, sets and maps, and decides nothing by itself. */
const tableObjects = new Set(['flags', 'comment', 'counter', 'quota', 'limit', 'ct', 'flowtable', 'synproxy', 'secmark', 'tunnel', 'meter']);
/** What a set says of itself, besides what it holds; what else could change that is not known. */
const setProperties = new Set(['type', 'typeof', 'flags', 'elements', 'size', 'timeout', 'gc-interval', 'policy', 'auto-merge', 'comment', 'counter']);

class NftReader {
	readonly #file: string;
	readonly #tokens: readonly Token[];
	#next = 0;
	#count = 0;
	/** By family and name: a script may say more of one in several places. */
	readonly #tables = new Map<string, PendingTable>();
	readonly #chains = new Map<string, FirewallRule[]>();
	readonly #bases: Array<ReadRuleset['bases'][number]> = [];
	readonly #remarks: string[] = [];

	constructor({name, text}: DumpFile) {
		this.#file = name;
		this.#tokens = resolveVariables(name, splitTokens(name, text));
	}

	read(): ReadRuleset {
		this.#skipBreaks();
		while (this.#next < this.#tokens.length) {
			this.#readCommand();
			this.#skipBreaks();
		}

		for (const pending of this.#tables.values()) {
			this.#addTable(pending);
		}

		return {chains: this.#chains, bases: this.#bases, versions: [4, 6], remarks: this.#remarks};
	}

	/** A table, or what scripts for `nft -f` say before one. */
	#readCommand(): void {
		const {text: word, isQuoted} = this.#tokens[this.#next]!;
		const object = this.#tokens[this.#next + 1]?.text;
		if (!isQuoted && word === 'flush' && object === 'ruleset') {
			this.#next += 2;
			this.#tables.clear();
		} else if (!isQuoted && (word === 'flush' || word === 'delete' || word === 'destroy') && object === 'table') {
			this.#next += 2;
			const {id} = this.#readTableName();
			if (word === 'flush') {
				for (const chain of this.#tables.get(id)?.chains.values() ?? []) {
					chain.rules.length = 0;
				}
			} else {
				this.#tables.delete(id);
			}
		} else if (!isQuoted && word === 'include') {
			throw this.#fail('the file includes others, which are not here');
		} else {
			this.#next += !isQuoted && word === 'add' && object === 'table' ? 1 : 0;
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

	#readTableName(): {readonly id: string; readonly family: string; readonly name: string} {
		const first = this.#take().text;
		const next = this.#tokens[this.#next];
		const hasFamily = next !== undefined && !isSign(next, '{') && !isBreak(next);
		const [family, name] = hasFamily ? [first, this.#take().text] : ['ip', first];
		return {id: `${family} ${name}`, family, name};
	}

	#readTable(): void {
		this.#expect('table');
		const {id, family, name: tableName} = this.#readTableName();
		const pending = getOrMake(this.#tables, id, (): PendingTable => ({table: {family, name: tableName, sets: new Map()}, chains: new Map(), isDormant: false}));
		if (isBreak(this.#tokens[this.#next])) {
			return;
		}

		const {table, chains} = pending;
		this.#expect('{');
		for (;;) {
			this.#skipBreaks();
			const {text} = this.#take();
			if (text === '}') {
				break;
			}

			if (text === 'chain') {
				this.#readChain(chains);
			} else if (text === 'set' || text === 'map') {
				const name = this.#take().text;
				this.#expect('{');
				if (table.sets.has(name)) {
					throw this.#fail(`the set ${name.slice(0, 80)} is there twice`);
				}

				table.sets.set(name, this.#readSet(name));
			} else if (tableObjects.has(text)) {
				const words = this.#takeLine();
				pending.isDormant ||= text === 'flags' && words.some(word => word.text === 'dormant');
			} else {
				this.#next--;
				throw this.#fail(`a table holds "${text.slice(0, 80)}", which is not known`);
			}
		}
	}

	#addTable({table, chains, isDormant}: PendingTable): void {
		if (isDormant || versionsOf(table.family).length === 0) {
			this.#remarks.push(describeSkipped(table, isDormant));
			return;
		}

		this.#addChains(table, [...chains.values()]);
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

			if (!setProperties.has(first.text)) {
				unknown ??= `set ${name}, of which "${formatTokens(tokens).slice(0, 80)}" is not known`;
			} else if (first.text === 'timeout' || (first.text === 'flags' && tokens.some(({text}) => text === 'dynamic' || text === 'timeout'))) {
				unknown = `set ${name}, whose elements come and go`;
			} else if (first.text === 'elements' && second?.text === '=') {
				if (!isSign(tokens[2], '{') || !isSign(tokens.at(-1), '}')) {
					throw this.#fail(`the elements of set ${name.slice(0, 80)} are not written as nft does`);
				}

				({elements, entries} = readElements(tokens.slice(3, -1)));
				this.#count += elements.length;
				if (this.#count > limits.elements) {
					throw this.#fail(`the sets have more than ${limits.elements} elements`);
				}
			}
		}
	}

	#readChain(chains: Map<string, PendingChain>): void {
		const name = this.#take().text;
		const chain = getOrMake(chains, name, (): PendingChain => ({name, rules: [], head: undefined, policy: undefined}));
		this.#expect('{');
		for (;;) {
			this.#skipBreaks();
			const tokens = this.#takeLine();
			const [first] = tokens;
			if (first === undefined) {
				this.#expect('}');
				return;
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
				if (/\bfib saddr \. (?:mark \. )?iif oif/v.test(text)) {
					this.#remarks.push(reversePathRemark);
				}

				for (const rule of deriveRules(table, readStatements(tokens), {file: this.#file, line, chain, text}, idOf, versions)) {
					own.push(rule);
				}
			}

			const hook = head?.[3]?.text;
			if (head === undefined || hook === undefined) {
				continue;
			}

			const entered = enterChain(table, {chain: idOf(name)!, name: chain, hook, priority: readPriority(head), versions, policy: policy ?? 'accept', isNat: head[1]?.text === 'nat', file: this.#file});
			if (entered === undefined) {
				throw new DumpError(this.#file, head[0]?.line, `chain ${name.slice(0, 80)} stands at ${hook.slice(0, 80)}, which is not known`);
			}

			for (const [id, added] of entered.chains) {
				this.#chains.set(id, added);
			}

			this.#bases.push(entered.base);
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
