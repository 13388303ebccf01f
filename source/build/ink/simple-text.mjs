/*
Text of which every UTF-16 unit is a character of its own and one column wide, as nearly all that the wizard draws: Latin, Greek and Cyrillic
letters, punctuation, arrows, boxes and a few signs. Its width is its length, and nothing has to be looked up for it.

This becomes part of the program, in place of parts of packages; see ../ink.mjs.
*/
const units = String.raw`\u0020-\u007E\u00A0-\u00A8\u00AA-\u00AC\u00AF-\u02FF\u0370-\u0373\u0375-\u037D\u037F-\u0386\u0388-\u0482\u048A-\u052F\u1E00-\u1EFF\u2010-\u2027\u2030-\u203B\u2070-\u20CF\u2190-\u2193\u219A-\u21A8\u2500-\u25A9\u25AC-\u25B5\u25B7-\u25BF\u25C1-\u25FA\u2713\u2715\u2717\u2718\u2765-\u2794`;
const simple = new RegExp(`^[${units}]*$`, 'v');

/** Simple text with colours and links: of an escape sequence each unit stands alone too. */
const simpleOrEscape = new RegExp(String.raw`^[\u0007\u001B${units}]*$`, 'v');

/** Whether all of a text is simple. */
export const isSimple = text => simple.test(text);

/**
The package string-width, without the package for simple text. It builds regular expressions of whole Unicode properties when it is loaded, which
takes longer than to draw the first screen; so it is loaded for the first text that needs it.

@param {(text: string) => string} stripAnsi - Takes escape sequences out.
@param {() => (text: string, options?: object) => number} loadOriginal
*/
export const makeStringWidth = (stripAnsi, loadOriginal) => (text, options) => {
	if (typeof text === 'string' && options === undefined) {
		const visible = stripAnsi(text);
		if (isSimple(visible)) {
			return visible.length;
		}
	}

	return loadOriginal()(text, options);
};

let segmenter;

/**
Split a text into what a reader takes for characters, as `new Intl.Segmenter().segment(text)` does, which takes 15 ms to set up.

@param {string} text
*/
export function splitText(text) {
	if (simpleOrEscape.test(text)) {
		return new SimpleSegments(text);
	}

	segmenter ??= new Intl.Segmenter();
	return segmenter.segment(text);
}

/** As much of `Intl.Segments` as the packages use. */
class SimpleSegments {
	#text;

	constructor(text) {
		this.#text = text;
	}

	containing(index = 0) {
		return index < this.#text.length ? {segment: this.#text[index], index} : undefined;
	}

	* [Symbol.iterator]() {
		for (let index = 0; index < this.#text.length; index++) {
			yield {segment: this.#text[index], index};
		}
	}
}
