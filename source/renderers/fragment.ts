/**
Text that is already written in the syntax of its format, so that the template engine must not escape it again.

Templates cannot make one: only renderers and the filters of a format do, from text that they escaped themselves.
*/
export class Fragment {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	/** What filters see when they take a fragment for text; the engine escapes what they make of it. */
	toString(): string {
		return this.#text;
	}
}
