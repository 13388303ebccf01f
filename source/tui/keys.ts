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

/** What follows the escape of a key or of a mark around what is pasted; looked up only where Node does not see the two as one. */
const codes: Readonly<Record<string, KeyName | Mark>> = {
	'[A': 'up',
	'[B': 'down',
	'[C': 'right',
	'[D': 'left',
	'[F': 'end',
	'[H': 'home',
	'[Z': 'backtab',
	OA: 'up',
	OB: 'down',
	OC: 'right',
	OD: 'left',
	OF: 'end',
	OH: 'home',
	OP: 'help',
	'[1~': 'home',
	'[3~': 'delete',
	'[4~': 'end',
	'[5~': 'pageup',
	'[6~': 'pagedown',
	'[7~': 'home',
	'[8~': 'end',
	'[11~': 'help',
	'[[A': 'help',
	'[200~': 'paste-start',
	'[201~': 'paste-end',
};

type Mark = 'paste-start' | 'paste-end';

/** A control sequence behind its escapes: its beginning, and all of it. */
const begunCode = /^(?:\[\[?[ -?]*|O)$/v;
const wholeCode = /^(?:\[\[?[ -?]*[@-~]|O.)$/v;

/**
Turn the key events of `readline.emitKeypressEvents()` into keys, also those of a burst.

Escape followed at once by another key arrives as that key with Alt. Nothing here is on Alt, so that both are given: none is lost.
What a terminal marks as pasted comes as one text, with `\n` for its line breaks and without control sequences. A sequence that is no key of
the wizard gives nothing.
*/
export class KeyDecoder {
	#pasted: string[] | undefined;
	/** A sequence whose rest Node gives as if it were typed: it cuts those short that it does not know, and those behind several escapes. */
	#begun: string | undefined;

	/** @returns The keys that are complete with this event; none in the middle of a paste. */
	decode(text: string | undefined, raw: RawKey): readonly Key[] {
		const begun = this.#begun;
		this.#begun = undefined;
		if (begun !== undefined && text !== undefined) {
			const code = begun + text;
			if (begunCode.test(code)) {
				this.#begun = code;
				return [];
			}

			if (wholeCode.test(code)) {
				return this.#take(0, Object.hasOwn(codes, code) ? codes[code] : undefined);
			}
		}

		const sequence = raw.sequence ?? '';
		// eslint-disable-next-line no-control-regex -- It is what a terminal's sequences begin with.
		const rest = sequence.replace(/^\u{1B}+/v, '');
		const escapes = sequence.length - rest.length;
		if (escapes === 0) {
			return this.#take(0, decodeKey(text, raw), text);
		}

		const isBegun = begunCode.test(rest);
		if (isBegun || (rest === '' && escapes > 2)) {
			this.#begun = rest;
		}

		if (rest === '') {
			return this.#take(escapes, undefined);
		}

		// One of the escapes is the beginning of a sequence; in front of a letter all of them are keys.
		return isBegun || wholeCode.test(rest)
			? this.#take(escapes - 1, isMark(raw.name) ? raw.name : decodeKey(undefined, raw))
			: this.#take(escapes, decodeKey(rest, raw));
	}

	/**
	@param escapes - Keys before it.
	@param text - As it goes into a paste.
	*/
	#take(escapes: number, found: Key | KeyName | Mark | undefined, text?: string): readonly Key[] {
		if (found === 'paste-end') {
			const pasted = this.#pasted?.join('') ?? '';
			this.#pasted = undefined;
			return pasted === '' ? [] : [{kind: 'paste', text: pasted.replaceAll('\r\n', '\n').replaceAll('\r', '\n')}];
		}

		if (this.#pasted !== undefined) {
			this.#pasted.push(text ?? '');
			return [];
		}

		if (found === 'paste-start') {
			this.#pasted = [];
		}

		const key = found === 'paste-start' ? undefined : (typeof found === 'string' ? {kind: 'named' as const, name: found} : found);
		return [...Array.from({length: escapes}, (): Key => ({kind: 'named', name: 'escape'})), ...(key === undefined ? [] : [key])];
	}
}

const isMark = (name: string | undefined): name is Mark => name === 'paste-start' || name === 'paste-end';

/** @param typed - What came without its escapes; undefined for a control sequence. */
function decodeKey(typed: string | undefined, {name, ctrl, shift}: RawKey): Key | undefined {
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

/** The keys that footers name; `help.ts` explains all of them, also in the readme. */
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
	// The names of arrows would leave no room for what else a tab has.
	tabs: {keys: '←→', ascii: '1-4', label: 'tab'},
	jump: {keys: 'enter', label: 'open'},
	quit: {keys: '^C', label: 'leave'},
} as const satisfies Record<string, KeyHelp>;
