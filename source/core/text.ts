/*
Characters that a profile or catalog text must not hold: terminal control, and marks that make text read in another order
than it is stored (Unicode Bidirectional Algorithm, UAX #9 §2; "Trojan Source"), and lone surrogates.
*/
const controlPattern = /[\u{0}-\u{8}\u{B}-\u{1F}\u{7F}-\u{9F}]/v;
const bidiPattern = /[\u{61C}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}]/v;
const tabPattern = /\t/v;
const newlinePattern = /\n/v;

/**
Say what makes a text unfit to be shown, or undefined when nothing does.

@param text - A text that a person typed.
@param multiline - Whether line breaks are allowed in it.
*/
export function findUnfitCharacter(text: string, {multiline}: {readonly multiline: boolean}): string | undefined {
	const found = controlPattern.exec(text) ?? bidiPattern.exec(text) ?? tabPattern.exec(text) ?? (multiline ? null : newlinePattern.exec(text));
	if (found) {
		const kind = found[0] === '\n' ? 'a line break' : 'a character that cannot be shown';
		return `${kind} (${formatCodePoint(found[0])}) at position ${found.index + 1}`;
	}

	return text.isWellFormed() ? undefined : 'half of a character (a lone surrogate)';
}

/**
Replace every unfit character of a text by its code point, so that it can be printed to a terminal or a log.

@example
showUnfit('a\u001B[31m');
//=> 'a<U+001B>[31m'
*/
export function showUnfit(text: string): string {
	return text.toWellFormed().replaceAll(/[\u{0}-\u{8}\u{B}-\u{1F}\u{7F}-\u{9F}\u{61C}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2060}-\u{206F}\u{FEFF}]/gv, character => `<${formatCodePoint(character)}>`);
}

function formatCodePoint(character: string): string {
	return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
