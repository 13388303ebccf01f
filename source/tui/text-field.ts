import {splitGraphemes} from './text/width.js';
import type {Key} from './keys.js';

/** A text being typed. The caret counts characters as people see them. */
export type TextField = {readonly text: string; readonly caret: number};

/** A field with its caret at the end. */
export function makeField(text: string): TextField {
	return {text, caret: splitGraphemes(text).length};
}

/**
Apply a key to a field.

@returns The field, or undefined when the key means nothing to it.
*/
export function editField(field: TextField, key: Key): TextField | undefined {
	switch (key.kind) {
		case 'text':
		case 'paste': {
			return insert(field, key.text);
		}

		case 'named': {
			return editNamed(field, key.name);
		}
	}
}

function editNamed({text, caret}: TextField, name: string): TextField | undefined {
	const characters = splitGraphemes(text);
	switch (name) {
		case 'left': {
			return {text, caret: Math.max(0, caret - 1)};
		}

		case 'right': {
			return {text, caret: Math.min(characters.length, caret + 1)};
		}

		case 'home':
		case 'ctrl+a': {
			return {text, caret: 0};
		}

		case 'end':
		case 'ctrl+e': {
			return {text, caret: characters.length};
		}

		case 'backspace': {
			return cut(characters, Math.max(0, caret - 1), caret);
		}

		case 'delete':
		case 'ctrl+d': {
			return cut(characters, caret, Math.min(characters.length, caret + 1));
		}

		case 'ctrl+u': {
			return cut(characters, 0, caret);
		}

		case 'ctrl+k': {
			return cut(characters, caret, characters.length);
		}

		case 'ctrl+w': {
			const before = characters.slice(0, caret).join('');
			const kept = before.replace(/\S+\s*$/v, '');
			return cut(characters, splitGraphemes(kept).length, caret);
		}

		default: {
			return undefined;
		}
	}
}

function insert({text, caret}: TextField, inserted: string): TextField {
	const characters = splitGraphemes(text);
	const before = characters.slice(0, caret).join('') + inserted;
	// An accent joins the character before it: the caret is counted in the text that came out.
	return {text: before + characters.slice(caret).join(''), caret: splitGraphemes(before).length};
}

function cut(characters: readonly string[], from: number, to: number): TextField {
	return {text: [...characters.slice(0, from), ...characters.slice(to)].join(''), caret: from};
}
