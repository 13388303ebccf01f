import {parseAddress, type ParsedAddress} from '../addresses.js';
import type {Problem} from '../problem.js';
import {showLine} from '../text.js';
import {explainMask, isPlainMask} from './masks.js';
import {ProblemList, quote, refuseLongText} from './problem-list.js';

/** Addresses of a pasted text, and what in it is none. */
export type AddressList = {
	/** In the form a profile holds, each once, in the order of the text. */
	readonly addresses: readonly string[];
	/** With line and column, in that order; at most some 1,000. */
	readonly problems: readonly Problem[];
};

/**
Read addresses out of what people paste: a column of a spreadsheet, a line with commas, a list of a configuration file.

Entries are separated by line breaks, blanks, commas or semicolons. `#` begins a comment anywhere and `//` at the start of an entry;
quotes and brackets around an entry, one punctuation mark after it and a bullet before the first of a line are no part of it. Blanks may
stand around the hyphen of a range and the slash of a network.

Every entry goes through `parseAddress()` and what it refuses is a problem: nothing is guessed. An address and a mask beside it are a
problem too, with the network that they mean.

@example
parseAddressList('10.0.0.1 - 10.0.0.9, [2001:DB8::1] # web');
//=> {addresses: ['10.0.0.1-10.0.0.9', '2001:db8::1'], problems: []}
*/
export function parseAddressList(text: string): AddressList {
	const addresses = new Set<string>();
	const problems = new ProblemList();
	if (refuseLongText(text, problems)) {
		return {addresses: [], problems: problems.list()};
	}

	for (const {tokens, line, isFirst} of listCells(text)) {
		if (problems.isHopeless) {
			break;
		}

		const entries = joinTokens(tokens, isFirst);
		// The address after is looked at too, as it may be a mask.
		let next = parseEntry(entries[0]);
		for (let index = 0; index < entries.length && !problems.isHopeless; index++) {
			const {text: entry, column} = entries[index]!;
			const parsed = next!;
			next = parseEntry(entries[index + 1]);
			if (typeof parsed === 'string') {
				problems.add({code: 'import/address', line, column, message: parsed.includes(entry) ? parsed : `${quote(entry)}: ${parsed}`});
				continue;
			}

			const meant = next === undefined || typeof next === 'string' ? undefined : explainMask(parsed, next);
			if (meant !== undefined) {
				problems.add({code: 'import/mask', line, column, message: `"${entry} ${entries[index + 1]!.text}" is an address and a mask`, hint: meant});
				index++;
				next = parseEntry(entries[index + 1]);
			} else if (isPlainMask(parsed)) {
				problems.add({code: 'import/mask', line, column, message: `${entry} is a network mask and no address`, hint: 'write a network such as 10.0.0.0/24'});
			} else {
				addresses.add(formatParsed(parsed));
			}
		}
	}

	return {addresses: [...addresses], problems: problems.list()};
}

/** The text of an address in the form a profile holds: two spellings of one thing give the same text. */
export function formatParsed(address: ParsedAddress): string {
	return address.kind === 'ip' ? address.text : address.name;
}

/** `column` is that of its first character in the line, counted from 1. */
type Token = {readonly text: string; readonly column: number};
type Entry = Token & {readonly isJoined: boolean};

/** What stands between commas, semicolons and line breaks. */
type Cell = {readonly tokens: readonly Token[]; readonly line: number; readonly isFirst: boolean};

const tokenPattern = /\r\n?|[\n,;]|[^\s,;]+/gv;

function * listCells(text: string): Generator<Cell, void> {
	let tokens: Token[] = [];
	let line = 1;
	let lineStart = 0;
	let isFirst = true;
	let isComment = false;
	for (const {0: match, index} of text.matchAll(tokenPattern)) {
		if (/^[\r\n]/v.test(match)) {
			yield {tokens, line, isFirst};
			tokens = [];
			line++;
			lineStart = index + match.length;
			isFirst = true;
			isComment = false;
		} else if (isComment) {
			continue;
		} else if (match === ',' || match === ';') {
			yield {tokens, line, isFirst};
			tokens = [];
			isFirst = false;
		} else {
			// A URL has its two slashes inside, and is a problem.
			const commentAt = match.startsWith('//') ? 0 : match.indexOf('#');
			isComment = commentAt !== -1;
			const token = trimToken({text: isComment ? match.slice(0, commentAt) : match, column: index - lineStart + 1});
			if (token.text !== '') {
				tokens.push(token);
			}
		}
	}

	yield {tokens, line, isFirst};
}

const wrappers = new Set('"\'`‘’‚‛“”„«»‹›()[]{}<>');

/** Take off what stands around an address: quotes and brackets, also of other languages, and one mark at the end of a sentence. */
function trimToken({text, column}: Token): Token {
	let start = 0;
	let end = text.length;
	while (start < end && wrappers.has(text[start]!)) {
		start++;
	}

	while (end > start && wrappers.has(text[end - 1]!)) {
		end--;
	}

	// Two colons at the end are part of an IPv6 address.
	if (/[!.:?]/v.test(text[end - 1] ?? '') && text[end - 1] !== text[end - 2]) {
		end--;
	}

	while (end > start && wrappers.has(text[end - 1]!)) {
		end--;
	}

	// Word processors make dashes of hyphens.
	const plain = text.slice(start, Math.max(start, end)).replaceAll(/[\u{2010}-\u{2015}\u{2212}]/gv, '-');
	return {text: takeOffBrackets(plain), column: column + start};
}

/** `[2001:db8::]/64` and `[::1]-[::9]`, whose first bracket and last bracket are gone already. */
function takeOffBrackets(text: string): string {
	return text.includes('[') || text.includes(']')
		? text.replace(/^([.:\da-f]+)\](?=$|[\-\/])/iv, '$1').replace(/(?<=^[.:\da-f]+-)\[([.:\da-f]+)$/iv, '$1')
		: text;
}

const bullets = new Set(['-', '*', '•', '·', '+']);

/** Put together what only blanks separate from a hyphen or a slash. */
function joinTokens(tokens: readonly Token[], isFirst: boolean): Entry[] {
	const entries: Entry[] = [];
	let parts: string[] = [];
	let column = 1;
	const finish = (): void => {
		if (parts.length > 0) {
			entries.push({text: parts.join(''), column, isJoined: parts.length > 1});
		}

		parts = [];
	};

	for (const token of isFirst && bullets.has(tokens[0]?.text ?? '') ? tokens.slice(1) : tokens) {
		if (parts.length > 0 && !/[\-\/]$/v.test(parts.at(-1)!.slice(-1)) && !/^[\-\/]/v.test(token.text)) {
			finish();
		}

		column = parts.length === 0 ? token.column : column;
		parts.push(token.text);
	}

	finish();
	return entries;
}

function parseEntry(entry: Entry | undefined): ParsedAddress | string | undefined {
	if (entry === undefined) {
		return undefined;
	}

	const {text, isJoined} = entry;
	if (/^[.:\da-f]+\]:\d+$/iv.test(text)) {
		return `[${showLine(text, 80)} has a port: write only the address`;
	}

	const parsed = parseAddress(text);
	// Two words with a hyphen between would pass as one name.
	return isJoined && typeof parsed !== 'string' && parsed.kind === 'name' ? `${quote(text)} is no range of addresses` : parsed;
}
