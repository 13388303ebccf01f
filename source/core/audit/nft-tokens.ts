import {DumpError, truncatedHint} from './reading.js';

/*
Words of what nft prints.
*/

export type Token = {readonly text: string; readonly isQuoted: boolean; readonly line: number};

/** Whether a word is this sign, and not a text in quotes. */
export const isSign = (token: Token | undefined, sign: string): boolean => token?.text === sign && !token.isQuoted;
/** What ends a line or stands for its end. */
export const isBreak = (token: Token | undefined): boolean => isSign(token, '\n') || isSign(token, ';');

/**
Words, signs and ends of lines, each with its line.

@throws {DumpError} When a quote is open at the end.
*/
export function splitTokens(file: string, text: string): Token[] {
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

/** Words for people. */
export function formatTokens(tokens: readonly Token[]): string {
	return tokens.map(({text, isQuoted}) => isQuoted ? `"${text}"` : text).join(' ').replaceAll(' ,', ',');
}
