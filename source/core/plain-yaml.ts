import {EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException, type Event} from 'js-yaml';
import {maxDepth} from './limits.js';
import {reservedKeys} from './records.js';

/** Tabs, ends of lines other than that of Unix, other control characters, and halves of characters. */
const unusual = /[^\n -~\u{A0}-\u{2027}\u{202A}-\u{D7FF}\u{E000}-\u{FEFE}\u{FF00}-\u{10FFFF}]/v;

/** Where readers disagree: ends and beginnings of documents, and words that follow a list in brackets. */
const disputed = /^(?:\.{3}|-{3})|[\]\}](?! *(?:[,\]\}]|$)| +#)/mv;

/** What may begin a block of text: all but one that ends without its last empty lines, and begins with its first line, is disputed. */
const block = /[\|>][+\-\d]*(?: +#.*)?$/mv;
const disputedBlock = /[\|>](?!-?\n +[^ \n#])[+\-\d]*(?: +#.*)?$|^ +(?:#|$)/mv;

/** What may follow a text in quotes; the parser lets a key follow it, too. */
const afterQuotes = / *(?:[,:\]\}\n]|$)| +#/vy;

/** Whole numbers that are written as everybody writes them. */
const plainNumber = /^(?:0|-?[1-9]\d{0,14})$/v;

/** What some reader takes for another number, for infinity or for a truth value, in small letters. */
const doubtful = /^(?:[+\-]?(?:\d+\.?\d*|\.\d+)(?:e[+\-]?\d+)?|[+\-]?0[ox][\da-f]+|[+\-]?\.(?:inf|nan)|true|false|null)$/v;

/**
Read YAML in which nothing is wrong and nothing unusual: several times as fast as with `readYaml()`, which reads all the rest and knows where things stand.

@returns Undefined when `readYaml()` must be asked: for errors, and for anchors, tags, directives, tabs and numbers other than whole ones.
*/
export function readPlainYaml(text: string): {readonly data: unknown} | undefined {
	if (unusual.test(text) || disputed.test(text) || (block.test(text) && disputedBlock.test(text))) {
		return undefined;
	}

	try {
		return {data: new EventReader(text).readDocument()};
	} catch (error) {
		if (error instanceof YAMLException || error instanceof UnplainError) {
			return undefined;
		}

		throw error;
	}
}

/** Something that only the other reader knows. */
class UnplainError extends Error {
	override readonly name = 'UnplainError';
}

/** Makes data of what the parser found. */
class EventReader {
	readonly #text: string;
	readonly #events: readonly Event[];
	#position = 0;

	constructor(text: string) {
		this.#text = text;
		this.#events = parseEvents(text, {maxDepth});
	}

	readDocument(): unknown {
		const start = this.#next();
		if (start.type !== EVENT_ID.DOCUMENT || start.explicitStart || start.explicitEnd || start.directives.length > 0) {
			throw new UnplainError();
		}

		const root = this.#next();
		if (root.type !== EVENT_ID.MAPPING) {
			throw new UnplainError();
		}

		const data = this.#read(root);
		if (this.#next().type !== EVENT_ID.POP || this.#position < this.#events.length) {
			throw new UnplainError();
		}

		return data;
	}

	#next(): Event {
		const event = this.#events[this.#position];
		this.#position++;
		if (event === undefined) {
			throw new UnplainError();
		}

		return event;
	}

	#read(event: Event): unknown {
		switch (event.type) {
			case EVENT_ID.SCALAR: {
				const source = this.#readText(event);
				return event.style === SCALAR_STYLE.PLAIN ? resolve(source) : source;
			}

			case EVENT_ID.SEQUENCE: {
				requirePlain(event);
				return this.#readList();
			}

			case EVENT_ID.MAPPING: {
				requirePlain(event);
				return this.#readMap();
			}

			case EVENT_ID.ALIAS:
			case EVENT_ID.DOCUMENT:
			case EVENT_ID.POP: {
				throw new UnplainError();
			}
		}
	}

	#readText(event: Extract<Event, {readonly type: typeof EVENT_ID.SCALAR}>): string {
		requirePlain(event);
		if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED) {
			afterQuotes.lastIndex = event.valueEnd + 1;
			if (!afterQuotes.test(this.#text)) {
				throw new UnplainError();
			}
		}

		return getScalarValue(this.#text, event);
	}

	#readList(): unknown[] {
		const items: unknown[] = [];
		for (let event = this.#next(); event.type !== EVENT_ID.POP; event = this.#next()) {
			items.push(this.#read(event));
		}

		return items;
	}

	#readMap(): Record<string, unknown> {
		const entries: Record<string, unknown> = {};
		for (let event = this.#next(); event.type !== EVENT_ID.POP; event = this.#next()) {
			const key = event.type === EVENT_ID.SCALAR ? this.#readText(event) : '';
			if (key === '' || key === '<<' || reservedKeys.has(key) || Object.hasOwn(entries, key)) {
				throw new UnplainError();
			}

			entries[key] = this.#read(this.#next());
		}

		return entries;
	}
}

function requirePlain({anchorStart, tagStart}: {readonly anchorStart: number; readonly tagStart: number}): void {
	if (anchorStart !== -1 || tagStart !== -1) {
		throw new UnplainError();
	}
}

/** What a scalar without quotes means in the core schema (YAML 1.2.2, 10.3.2). */
function resolve(source: string): unknown {
	switch (source) {
		case '':
		case '~':
		case 'null': {
			return null;
		}

		case 'true': {
			return true;
		}

		case 'false': {
			return false;
		}

		default: {
			if (plainNumber.test(source)) {
				return Number(source);
			}

			if (doubtful.test(source.toLowerCase())) {
				throw new UnplainError();
			}

			return source;
		}
	}
}
