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
	horizontal: '-',
	vertical: '|',
	topLeft: '+',
	topRight: '+',
	bottomLeft: '+',
	bottomRight: '+',
};

/** The signs for a terminal with or without Unicode. Each is one cell wide, or three where it is an arrow of three. */
export function getSigns(unicode: boolean): Signs {
	return unicode ? unicodeSigns : asciiSigns;
}
