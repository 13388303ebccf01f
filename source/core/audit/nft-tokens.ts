import {DumpError, limits, truncatedHint} from './reading.js';

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

/**
What variables stand for in their place, as scripts for `nft -f` define them.

@throws {DumpError} When a variable is not defined, or stands for more than anybody writes.
*/
export function resolveVariables(file: string, tokens: readonly Token[]): readonly Token[] {
	if (!tokens.some(token => isVariable(token) || isSign(token, 'define'))) {
		return tokens;
	}

	const variables = new Map<string, readonly Token[]>();
	const resolved: Token[] = [];
	const resolve = (token: Token): readonly Token[] => {
		if (!isVariable(token)) {
			return [token];
		}

		const value = variables.get(token.text.slice(1));
		if (value === undefined || resolved.length + value.length > limits.elements) {
			throw new DumpError(file, token.line, value === undefined ? `the variable ${token.text.slice(0, 80)} is not defined` : `there are more than ${limits.elements} words`, truncatedHint);
		}

		return value.map(part => ({...part, line: token.line}));
	};

	for (let index = 0; index < tokens.length; index++) {
		const token = tokens[index]!;
		const isDefinition = (isSign(token, 'define') || isSign(token, 'redefine')) && isSign(tokens[index + 2], '=');
		if (!isDefinition) {
			resolved.push(...resolve(token));
			continue;
		}

		const value: Token[] = [];
		const name = tokens[index + 1]!.text;
		let depth = 0;
		for (index += 3; index < tokens.length && (depth > 0 || !isBreak(tokens[index])); index++) {
			const own = tokens[index]!;
			depth += isSign(own, '{') ? 1 : (isSign(own, '}') ? -1 : 0);
			if (!isSign(own, '\n')) {
				value.push(...resolve(own));
			}

			if (value.length > limits.elements) {
				throw new DumpError(file, own.line, `there are more than ${limits.elements} words`);
			}
		}

		variables.set(name, value);
	}

	return resolved;
}

const isVariable = ({text, isQuoted}: Token): boolean => !isQuoted && text.length > 1 && text.startsWith('$');
