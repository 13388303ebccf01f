/**
A meaning, not a colour: theme.ts gives each one a colour, and none of them rests on colour alone.

What is a `warning` or `danger` says so in words or with a sign too, and what is `selected` has a mark in front of it. `caret` is where the next
letter goes.
*/
export type Tone = 'plain' | 'muted' | 'strong' | 'accent' | 'good' | 'warning' | 'danger' | 'selected' | 'caret';

/** A piece of a line in one tone. Its text can be printed as it is: texts from people have gone through `showLine()`. */
export type Span = {readonly text: string; readonly tone: Tone};

/** One line of the terminal, without a line break. */
export type StyledLine = readonly Span[];

/** A span, plain unless a tone is given. */
export function span(text: string, tone: Tone = 'plain'): Span {
	return {text, tone};
}

/**
A line of some texts: a string is plain, and what is undefined or empty leaves nothing behind.

@example
line('TCP 443', span(' encrypted', 'good'));
*/
export function line(...parts: ReadonlyArray<Span | string | undefined>): StyledLine {
	return parts.map(part => typeof part === 'string' ? span(part) : part).filter(part => part !== undefined && part.text !== '') as Span[];
}

/** The text of a line without its tones. */
export function formatLine(styled: StyledLine): string {
	return styled.map(({text}) => text).join('');
}

/** Whether two lines look the same. */
export function isSameLine(one: StyledLine, other: StyledLine): boolean {
	return one === other || (one.length === other.length && one.every(({text, tone}, index) => text === other[index]!.text && tone === other[index]!.tone));
}

/** Spans with neighbours of the same tone joined, which draws the same with less. */
export function joinSpans(spans: StyledLine): StyledLine {
	const joined: Span[] = [];
	for (const {text, tone} of spans) {
		const last = joined.at(-1);
		if (last?.tone === tone) {
			joined[joined.length - 1] = span(last.text + text, tone);
		} else if (text !== '') {
			joined.push(span(text, tone));
		}
	}

	return joined;
}
