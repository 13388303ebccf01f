/** The signs that the wizard draws with: one set for terminals with Unicode, one of ASCII only. */
export type Signs = {
	readonly ellipsis: string;
	/** From what opens a connection to what accepts it. */
	readonly arrow: string;
	/** The same where a line is short. */
	readonly shortArrow: string;
	/** A connection that is dropped on purpose. */
	readonly denied: string;
	readonly bullet: string;
	/** Something to look at. It stands beside words, never alone. */
	readonly alert: string;
	/** Nothing, in a table. */
	readonly none: string;
	/** In front of what is highlighted. */
	readonly pointer: string;
	readonly checked: string;
	readonly unchecked: string;
	/** A step that is behind. */
	readonly done: string;
	/** On to what follows. */
	readonly next: string;
	readonly left: string;
	readonly right: string;
	readonly up: string;
	readonly down: string;
	/** Where the next letter goes. */
	readonly caret: string;
	/** A line break within one line. */
	readonly lineBreak: string;
	readonly horizontal: string;
	readonly vertical: string;
	readonly topLeft: string;
	readonly topRight: string;
	readonly bottomLeft: string;
	readonly bottomRight: string;
};

const unicodeSigns: Signs = {
	ellipsis: '…',
	arrow: '──▶',
	shortArrow: '→',
	denied: '──✗',
	bullet: '•',
	alert: '!',
	none: '·',
	pointer: '❯',
	checked: '[✓]',
	unchecked: '[ ]',
	done: '✓',
	next: '→',
	left: '←',
	right: '→',
	up: '↑',
	down: '↓',
	caret: ' ',
	lineBreak: '¶',
	horizontal: '─',
	vertical: '│',
	topLeft: '┌',
	topRight: '┐',
	bottomLeft: '└',
	bottomRight: '┘',
};

const asciiSigns: Signs = {
	ellipsis: '...',
	arrow: '-->',
	shortArrow: '->',
	denied: '--x',
	bullet: '*',
	alert: '!',
	none: '.',
	pointer: '>',
	checked: '[x]',
	unchecked: '[ ]',
	done: '+',
	next: '>>',
	left: '<',
	right: '>',
	up: '^',
	down: 'v',
	caret: '_',
	lineBreak: '/',
	horizontal: '-',
	vertical: '|',
	topLeft: '+',
	topRight: '+',
	bottomLeft: '+',
	bottomRight: '+',
};

/** The signs for a terminal with or without Unicode. Those that stand in columns are as wide in both sets. */
export function getSigns(unicode: boolean): Signs {
	return unicode ? unicodeSigns : asciiSigns;
}

/** A sentence of ours with the signs that the terminal has: those in sentences are the ellipsis and the arrow. */
export function writeSigns(text: string, unicode: boolean): string {
	return unicode ? text : text.replaceAll('…', asciiSigns.ellipsis).replaceAll('→', asciiSigns.shortArrow);
}
