import type {IpVersion} from '../model.js';
import type {IpSet} from './ip-sets.js';
import {nameProtocol, parseIcmpType, parseProtocol} from './protocols.js';
import {parseDumpAddress, parseDumpPorts, type DumpError} from './reading.js';
import {anyAddress, anyPort, anyProtocol, toSpans} from './region.js';
import {allStatesBut, MatchBuilder, matchInterface, parseFlags, states, type Action, type State} from './ruleset.js';
import {subtractSpans} from './spans.js';

/** A word, and whether it stood in quotes: then it is never an option. */
export type Word = {readonly text: string; readonly isQuoted: boolean};

/** Words of a line, with quotes and backslashes as iptables-save writes them; undefined when a quote is open at its end. */
export function splitWords(line: string): Word[] | undefined {
	const words: Word[] = [];
	let text = '';
	let isWord = false;
	let isOpen = false;
	let isQuoted = false;
	for (let index = 0; index < line.length; index++) {
		const character = line[index]!;
		if (isOpen) {
			if (character === '\\' && index + 1 < line.length) {
				index++;
				text += line[index]!;
			} else if (character === '"') {
				isOpen = false;
			} else {
				text += character;
			}
		} else if (character === '"') {
			isOpen = true;
			isQuoted = true;
			isWord = true;
		} else if (character === ' ' || character === '\t') {
			if (isWord) {
				words.push({text, isQuoted});
			}

			text = '';
			isWord = false;
			isQuoted = false;
		} else {
			text += character;
			isWord = true;
		}
	}

	if (isWord) {
		words.push({text, isQuoted});
	}

	return isOpen ? undefined : words;
}

/** Targets after which the next rule comes. */
const passing = new Set(['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'TRACE', 'AUDIT', 'TCPMSS', 'TCPOPTSTRIP', 'CLASSIFY', 'DSCP', 'TOS', 'CHECKSUM', 'SECMARK', 'CONNSECMARK', 'SET', 'RATEEST', 'TTL', 'HL', 'LED', 'TEE', 'IDLETIMER']);
/** Targets that end a table without a change of what the filter sees. */
const ending = new Set(['ACCEPT', 'SNAT', 'MASQUERADE']);

/** Matches whose every option is looked at. */
const modules = new Set(['tcp', 'udp', 'udplite', 'dccp', 'sctp', 'icmp', 'icmp6', 'icmpv6', 'comment', 'conntrack', 'state', 'multiport', 'iprange', 'set', 'hl']);

/** Reads the words of one rule behind its chain. */
export class RuleReader {
	readonly #words: readonly Word[];
	readonly #version: IpVersion;
	readonly #sets: ReadonlyMap<string, IpSet>;
	readonly #isChain: (name: string) => boolean;
	readonly #fail: (message: string) => DumpError;
	readonly #matches: MatchBuilder;
	#next = 0;
	#module = '';
	/** Of the rule, when it is exactly one. */
	#protocol: number | undefined;
	#action: Action = {kind: 'continue'};

	constructor(words: readonly Word[], version: IpVersion, sets: ReadonlyMap<string, IpSet>, isChain: (name: string) => boolean, fail: (message: string) => DumpError) {
		this.#words = words;
		this.#version = version;
		this.#sets = sets;
		this.#isChain = isChain;
		this.#fail = fail;
		this.#matches = new MatchBuilder([version]);
	}

	read(): {readonly matches: ReturnType<MatchBuilder['build']>; readonly action: Action} {
		while (this.#next < this.#words.length) {
			const isNegated = this.#isOption('!');
			if (isNegated) {
				this.#next++;
			}

			const {text, isQuoted} = this.#take();
			if (isQuoted) {
				throw this.#fail('a text in quotes stands where an option is expected');
			}

			if (text === '-j' || text === '-g') {
				this.#readTarget(text);
			} else {
				this.#readOption(text, isNegated);
			}
		}

		const matches = this.#matches.build();
		// Who sends from where the way back does not lead pretends to be somebody else, and that is no line (RFC 3704 §2.2).
		const isReversePath = this.#action.kind === 'drop' && matches.unknown.some(text => /^-m rpfilter .*--invert\b/v.test(text));
		return {matches, action: isReversePath ? {kind: 'continue'} : this.#action};
	}

	readonly #isOption = (text: string): boolean => this.#words[this.#next]?.text === text && !this.#words[this.#next]!.isQuoted;

	#take(): Word {
		const word = this.#words[this.#next];
		if (word === undefined) {
			throw this.#fail('the line ends too early');
		}

		this.#next++;
		return word;
	}

	#readTarget(option: '-j' | '-g'): void {
		const target = this.#take().text;
		// What follows are options of the target, which change nothing that is compared; but a policy of nat does.
		this.#next = this.#words.length;
		if (option === '-g') {
			this.#action = {kind: 'goto', chain: target};
		} else if (this.#isChain(target)) {
			this.#action = {kind: 'jump', chain: target};
		} else if (ending.has(target)) {
			this.#action = {kind: 'accept'};
		} else if (target === 'DROP' || target === 'REJECT') {
			this.#action = {kind: 'drop'};
		} else if (target === 'RETURN') {
			this.#action = {kind: 'return'};
		} else if (passing.has(target)) {
			this.#action = {kind: 'continue'};
		} else {
			this.#action = {kind: 'jump', chain: target};
		}
	}

	#readOption(option: string, isNegated: boolean): void {
		switch (option) {
			case '-m': {
				this.#module = this.#take().text;
				// Without options of its own an unknown match may still let nothing through, as -m socket and -m rpfilter.
				if (!modules.has(this.#module)) {
					this.#skipUnknown('', false);
				}

				return;
			}

			case '-s':
			case '--src-range': {
				this.#readAddress('source', option, isNegated);
				return;
			}

			case '-d':
			case '--dst-range': {
				this.#readAddress('destination', option, isNegated);
				return;
			}

			case '-p': {
				this.#readProtocol(isNegated);
				return;
			}

			case '-i':
			case '-o': {
				this.#readInterface(option, isNegated);
				return;
			}

			case '--comment': {
				this.#take();
				return;
			}

			case '--dport':
			case '--dports':
			case '--destination-port':
			case '--sport':
			case '--sports':
			case '--source-port':
			case '--ports': {
				this.#readPorts(option, isNegated);
				return;
			}

			case '--ctstate':
			case '--state': {
				this.#readStates(isNegated);
				return;
			}

			case '--icmp-type':
			case '--icmpv6-type': {
				this.#readIcmp(option, isNegated);
				return;
			}

			case '--tcp-flags': {
				const [mask, value] = [parseFlags(this.#take().text), parseFlags(this.#take().text)];
				this.#addFlags(mask, value, isNegated, option);
				return;
			}

			case '--syn': {
				this.#addFlags(23, 2, isNegated, option);
				return;
			}

			case '--match-set': {
				this.#readSet(isNegated);
				return;
			}

			case '--hl-eq': {
				const value = this.#take().text;
				if (value === '255' && !isNegated) {
					this.#matches.requireFullHopLimit('-m hl --hl-eq 255');
				} else {
					this.#doubt(option, value, isNegated);
				}

				return;
			}

			default: {
				this.#skipUnknown(option, isNegated);
			}
		}
	}

	/** What is not known is named as it stands, up to the next option that could be another match. */
	#skipUnknown(option: string, isNegated: boolean): void {
		const words = [...(option === '' ? [] : [`${isNegated ? '! ' : ''}${option}`])];
		while (this.#next < this.#words.length && !['-m', '-j', '-g'].some(end => this.#isOption(end))) {
			const {text} = this.#take();
			words.push(text);
		}

		this.#matches.unknown.push([...(this.#module === '' ? [] : [`-m ${this.#module}`]), ...words].join(' '));
	}

	#doubt(option: string, value: string, isNegated: boolean): void {
		this.#matches.unknown.push(`${isNegated ? '! ' : ''}${option} ${value}`);
	}

	#readAddress(end: 'source' | 'destination', option: string, isNegated: boolean): void {
		const {text} = this.#take();
		const range = parseDumpAddress(text);
		if (range?.version !== this.#version) {
			this.#doubt(option, text, isNegated);
			return;
		}

		const spans = [{from: range.from, end: range.to + 1n}];
		this.#matches.restrictAddress(this.#version, end, isNegated ? subtractSpans(anyAddress[this.#version], spans) : spans);
	}

	#readProtocol(isNegated: boolean): void {
		const {text} = this.#take();
		const number = parseProtocol(text);
		// To iptables 0 is no protocol but all of them.
		if ((text === 'all' || number === 0) && !isNegated) {
			return;
		}

		if (number === undefined) {
			this.#doubt('-p', text, isNegated);
			return;
		}

		const spans = toSpans([{from: number, to: number}]);
		this.#protocol = isNegated ? undefined : number;
		this.#matches.restrict({protocol: isNegated ? subtractSpans(anyProtocol, spans) : spans});
	}

	#readInterface(option: '-i' | '-o', isNegated: boolean): void {
		const {text} = this.#take();
		const matched = matchInterface(text);
		if (matched === 'unknown') {
			this.#doubt(option, text, isNegated);
		} else if ((matched === 'none') !== isNegated) {
			this.#matches.restrict({protocol: []});
		}
	}

	#readPorts(option: string, isNegated: boolean): void {
		const {text} = this.#take();
		const ranges = text.split(',').map(part => parseDumpPorts(part, ':'));
		const protocol = this.#protocol;
		if (ranges.includes(undefined) || protocol === undefined || ![6, 17, 33, 132, 136].includes(protocol)) {
			this.#doubt(option, text, isNegated);
			return;
		}

		const wanted = toSpans(ranges.filter(range => range !== undefined));
		const spans = isNegated ? subtractSpans(anyPort, wanted) : wanted;
		if (option !== '--ports') {
			this.#matches.restrict(option.startsWith('--s') ? {sourcePort: spans} : {port: spans});
			return;
		}

		if (isNegated) {
			this.#matches.restrict({sourcePort: spans, port: spans});
		} else {
			this.#matches.restrictEither(this.#version, [{sourcePort: spans}, {port: spans}]);
		}
	}

	#readStates(isNegated: boolean): void {
		const {text} = this.#take();
		const words = text.toLowerCase().split(',');
		if (!words.every(word => (states as readonly string[]).includes(word))) {
			this.#doubt('--ctstate', text, isNegated);
			return;
		}

		const named = new Set(words as State[]);
		this.#matches.restrictStates(isNegated ? allStatesBut(named) : named);
	}

	#readIcmp(option: string, isNegated: boolean): void {
		const {text} = this.#take();
		const protocol = option === '--icmp-type' ? 1 : 58;
		if (!isNegated && this.#protocol === protocol && (text === 'any' || (text === '255' && protocol === 1))) {
			return;
		}

		const range = parseIcmpType(text, protocol);
		if (range === undefined || this.#protocol !== protocol || (text === '255' && protocol === 1)) {
			this.#doubt(option, text, isNegated);
			return;
		}

		const spans = toSpans([range]);
		this.#matches.restrict({port: isNegated ? subtractSpans(anyPort, spans) : spans});
	}

	#addFlags(mask: number | undefined, value: number | undefined, isNegated: boolean, option: string): void {
		const text = `${isNegated ? '! ' : ''}${option}${this.#protocol === undefined ? '' : ` of ${nameProtocol(this.#protocol)}`}`;
		this.#matches.restrictFlags(this.#protocol === 6 ? mask : undefined, value, isNegated, text);
	}

	#readSet(isNegated: boolean): void {
		const [name, directions] = [this.#take().text, this.#take().text.split(',')];
		const set = this.#sets.get(name);
		const regions = set?.unknown === undefined ? set?.listRegions(this.#version, directions) : undefined;
		const isPlain = this.#words[this.#next] === undefined || ['-m', '-j', '-g'].some(end => this.#isOption(end)) || this.#words[this.#next]!.text.startsWith('-') || this.#isOption('!');
		if (regions === undefined || !isPlain) {
			this.#matches.unknown.push(set === undefined ? `set ${name}, which no ipset save shows` : set.unknown ?? `set ${name}`);
			return;
		}

		this.#matches.restrictTo(this.#version, regions, isNegated);
	}
}
