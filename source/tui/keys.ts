/** A key as the wizard knows it: a name, or text that was typed or pasted. */
export type Key
	= | {readonly kind: 'named'; readonly name: KeyName}
		| {readonly kind: 'text'; readonly text: string}
		| {readonly kind: 'paste'; readonly text: string};

export type KeyName
	= 'up' | 'down' | 'left' | 'right' | 'pageup' | 'pagedown' | 'home' | 'end'
		| 'enter' | 'escape' | 'tab' | 'backtab' | 'backspace' | 'delete' | 'help'
		| `ctrl+${string}`;

/** What Node's `readline` says of one key. */
export type RawKey = {
	readonly name?: string | undefined;
	readonly ctrl?: boolean;
	readonly meta?: boolean;
	readonly shift?: boolean;
	readonly sequence?: string;
};

const names: Readonly<Record<string, KeyName>> = {
	up: 'up',
	down: 'down',
	left: 'left',
	right: 'right',
	pageup: 'pageup',
	pagedown: 'pagedown',
	home: 'home',
	end: 'end',
	return: 'enter',
	enter: 'enter',
	escape: 'escape',
	backspace: 'backspace',
	delete: 'delete',
	f1: 'help',
};

const escapeCode = '\u{1B}';

/**
Turn the key events of `readline.emitKeypressEvents()` into keys, also those of a burst.

Escape followed at once by another key arrives as that key with Alt. Nothing here is on Alt, so that both are given: none is lost.
What a terminal marks as pasted comes as one text, with `\n` for its line breaks and without control sequences.
*/
export class KeyDecoder {
	#pasted: string[] | undefined;

	/** @returns The keys that are complete with this event; none in the middle of a paste. */
	decode(text: string | undefined, raw: RawKey): readonly Key[] {
		if (raw.name === 'paste-start') {
			this.#pasted = [];
			return [];
		}

		if (raw.name === 'paste-end') {
			const pasted = this.#pasted?.join('') ?? '';
			this.#pasted = undefined;
			return pasted === '' ? [] : [{kind: 'paste', text: pasted.replaceAll('\r\n', '\n').replaceAll('\r', '\n')}];
		}

		if (this.#pasted !== undefined) {
			if (text !== undefined && !text.startsWith(escapeCode)) {
				this.#pasted.push(text);
			}

			return [];
		}

		const isAfterEscape = (raw.meta === true || raw.sequence?.startsWith(escapeCode + escapeCode) === true) && raw.name !== 'escape';
		const key = decodeKey(text, raw);
		return [...(isAfterEscape ? [{kind: 'named', name: 'escape'} as const] : []), ...(key === undefined ? [] : [key])];
	}
}

function decodeKey(text: string | undefined, {name, ctrl, shift, meta, sequence}: RawKey): Key | undefined {
	if (name === 'tab') {
		return {kind: 'named', name: shift === true ? 'backtab' : 'tab'};
	}

	if (ctrl === true && name !== undefined && /^[a-z]$/v.test(name)) {
		return {kind: 'named', name: `ctrl+${name}`};
	}

	const known = name === undefined || !Object.hasOwn(names, name) ? undefined : names[name];
	if (known !== undefined) {
		return {kind: 'named', name: known};
	}

	const typed = meta === true ? sequence?.slice(escapeCode.length) : text;
	const code = typed?.length === 1 ? typed.codePointAt(0)! : 0;
	if (code >= 1 && code <= 26) {
		// Node does not name a control key behind an escape.
		return {kind: 'named', name: `ctrl+${String.fromCodePoint(96 + code)}`};
	}

	// eslint-disable-next-line no-control-regex -- A control character that is no key we know is no text either.
	return typed === undefined || typed === '' || /[\u{0}-\u{1F}\u{7F}]/v.test(typed) ? undefined : {kind: 'text', text: typed};
}

/** A key of the wizard, as footers and help name it. */
export type KeyHelp = {
	readonly keys: string;
	/** Where the terminal has no arrows. */
	readonly ascii?: string;
	readonly label: string;
};

/** Every key with a fixed meaning; footers, help and the readme's table are made from it. */
export const keyHelp = {
	move: {keys: '↑↓', ascii: 'up/down', label: 'move'},
	walk: {keys: '↑↓←→', ascii: 'arrows', label: 'move'},
	change: {keys: '←→ space', ascii: 'left/right', label: 'change'},
	pick: {keys: 'enter', label: 'choose'},
	next: {keys: 'enter', label: 'next'},
	mark: {keys: 'space', label: 'select'},
	proceed: {keys: '^N', label: 'next step'},
	back: {keys: 'esc', label: 'back'},
	filter: {keys: '/', label: 'filter'},
	help: {keys: '?', label: 'help'},
	helpWhileTyping: {keys: 'F1', label: 'help'},
	tabs: {keys: '←→', ascii: 'left/right', label: 'tab'},
	jump: {keys: 'enter', label: 'go there'},
	save: {keys: '^S', label: 'save'},
	review: {keys: '^R', label: 'review'},
	quit: {keys: '^C', label: 'leave'},
} as const satisfies Record<string, KeyHelp>;
