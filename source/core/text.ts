/*
Characters that a profile or catalog text must not hold: terminal control, marks that make text read in another order than it is
stored (Unicode Bidirectional Algorithm, UAX #9 §2; "Trojan Source"), characters that are there and not seen (soft hyphen, tags),
the two that XML cannot hold besides (XML 1.0 §2.2), and lone surrogates.
*/
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const unfitPattern = /[\u{0}-\u{8}\u{B}-\u{1F}\u{7F}-\u{9F}\u{AD}\u{61C}\u{180E}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}\u{FFF9}-\u{FFFB}\u{FFFE}\u{FFFF}\u{E0000}-\u{E007F}]/gv;

/** The first half of a character of two UTF-16 units, where a text was cut within it. */
const halfCharacter = /[\u{D800}-\u{DBFF}]$/v;

/**
Say what makes a text unfit to be shown, or undefined when nothing does.

@param text - A text that a person typed.
@param multiline - Whether line breaks are allowed in it.
*/
export function findUnfitCharacter(text: string, {multiline}: {readonly multiline: boolean}): string | undefined {
	const position = [text.search(unfitPattern), text.indexOf('\t'), multiline ? -1 : text.indexOf('\n')].find(found => found !== -1);
	if (position !== undefined) {
		const character = String.fromCodePoint(text.codePointAt(position)!);
		return `${character === '\n' ? 'a line break' : 'a character that cannot be shown'} (${formatCodePoint(character)}) at position ${position + 1}`;
	}

	return text.isWellFormed() ? undefined : 'half of a character (a lone surrogate)';
}

/**
Replace every unfit character of a text by its code point, so that it can be printed to a terminal or a log. Line breaks and tabs stay.

@example
showUnfit('a\u001B[31m');
//=> 'a<U+001B>[31m'
*/
export function showUnfit(text: string): string {
	return text.toWellFormed().replaceAll(unfitPattern, character => `<${formatCodePoint(character)}>`);
}

/**
The same for what must stay on one line: line breaks and tabs are replaced as well, and a text that is too long is cut.

@example
showLine('a\nb');
//=> 'a<U+000A>b'
*/
export function showLine(text: string, maxLength = Number.POSITIVE_INFINITY): string {
	const cut = text.length > maxLength ? `${text.slice(0, maxLength).replace(halfCharacter, '')}…` : text;
	return showUnfit(cut).replaceAll(/[\t\n]/gv, character => `<${formatCodePoint(character)}>`);
}

/**
Escape every unfit character of JSON text, which reads the same and can be printed to a terminal.

@example
escapeUnfit('"a\u009B"');
//=> '"a\\u009b"'
*/
export function escapeUnfit(json: string): string {
	return json.replaceAll(unfitPattern, character => formatUnits(character));
}

/** JSON escapes UTF-16 units, of which a character has one or two. */
function formatUnits(character: string): string {
	return Array.from({length: character.length}, (_, index) => String.raw`\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''); // eslint-disable-line unicorn/prefer-code-point -- Units are asked for.
}

function formatCodePoint(character: string): string {
	return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A text that begins small and ends without a stop, as a sentence of its own. */
export function formatSentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/v.test(text) ? '' : '.'}`;
}
