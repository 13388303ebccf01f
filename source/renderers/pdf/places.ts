import type {Block, Span} from '../request-tree.js';
import type {PdfTarget} from './document.js';

/*
Ids are explained where a row of a table or an item of a list begins with them: a line in its table, a connection in the account of all of them, a
document in the list of sources. Wherever else such an id stands it leads there.
*/

/** What stands at the beginning of a row or an item, and what leads there. */
export class Places {
	readonly #names = new Map<string, PdfTarget & {readonly place: string}>();
	readonly #owners = new Map<readonly Span[], string>();

	constructor(blocks: readonly Block[]) {
		this.#collect(blocks);
	}

	/** The name of the place where these spans stand, when it is one. */
	findName(spans: readonly Span[]): string | undefined {
		return this.#owners.get(spans);
	}

	/** Where a span leads. A row of a document leads to the document. */
	findTarget({text, isCode, url}: Span): PdfTarget | undefined {
		if (url !== undefined) {
			return {url};
		}

		return isCode ? this.#names.get(text) ?? this.#names.get(text.slice(0, Math.max(0, text.indexOf('/')))) : undefined;
	}

	#collect(blocks: readonly Block[]): void {
		for (const block of blocks) {
			switch (block.type) {
				case 'table': {
					for (const [cell] of block.rows) {
						this.#add(cell!);
					}

					break;
				}

				case 'list': {
					for (const item of block.items) {
						if (item[0]?.type === 'paragraph') {
							this.#add(item[0].spans);
						}

						this.#collect(item);
					}

					break;
				}

				case 'quote': {
					this.#collect(block.blocks);
					break;
				}

				case 'heading':
				case 'paragraph':
				case 'code':
				case 'diagram':
				case 'rule': {
					break;
				}
			}
		}
	}

	#add(spans: readonly Span[]): void {
		const [first] = spans;
		if (first?.isCode && !this.#names.has(first.text)) {
			const place = `id-${this.#names.size + 1}`;
			this.#names.set(first.text, {place});
			this.#owners.set(spans, place);
		}
	}
}
