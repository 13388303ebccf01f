/** One value of a CSV text. `line` and `column`, counted from 1, are those of its first character, inside the quotes if it has some. */
export type CsvCell = {readonly text: string; readonly line: number; readonly column: number};

/** What is wrong with the quotes of a cell, and where. */
export type CsvFlaw = {readonly code: 'csv/unclosed-quote' | 'csv/quote'; readonly line: number; readonly column: number};

/** One line of a table, which may be several lines of text. */
export type CsvRow = {readonly cells: readonly CsvCell[]; readonly line: number; readonly flaw?: CsvFlaw};

/**
Read the rows of a CSV text one after the other, as RFC 4180 has them: quotes around a value, doubled quotes and line breaks in it.
Besides, blanks may stand around the quotes, and any of the three kinds of line break ends a row. Nothing comes after an unclosed quote.

@param separator - One character.
*/
export function * readCsvRows(text: string, separator: string): Generator<CsvRow, void> {
	const reader = new CsvReader(text, separator);
	while (!reader.isAtEnd) {
		yield reader.readRow();
	}
}

class CsvReader {
	readonly #text: string;
	readonly #separator: string;
	readonly #plain: RegExp;
	#offset = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string, separator: string) {
		this.#text = text;
		this.#separator = separator;
		this.#plain = new RegExp(String.raw`[^${separator}\r\n]*`, 'vy');
	}

	get isAtEnd(): boolean {
		return this.#offset >= this.#text.length;
	}

	readRow(): CsvRow {
		const line = this.#line;
		const cells: CsvCell[] = [];
		let flaw: CsvFlaw | undefined;
		for (;;) {
			const read = this.#readCell();
			cells.push(read.cell);
			flaw ??= read.flaw;
			if (this.#text[this.#offset] !== this.#separator) {
				this.#skipBreak();
				return {cells, line, ...(flaw === undefined ? {} : {flaw})};
			}

			this.#offset++;
		}
	}

	#readCell(): {readonly cell: CsvCell; readonly flaw?: CsvFlaw} {
		const start = this.#offset;
		const plain = this.#readPlain();
		if (!plain.trimStart().startsWith('"')) {
			return {cell: {text: plain, line: this.#line, column: start - this.#lineStart + 1}};
		}

		this.#offset = start + plain.indexOf('"') + 1;
		const place = {line: this.#line, column: this.#offset - this.#lineStart + 1};
		const quoted = this.#readQuoted();
		if (quoted === undefined) {
			return {cell: {text: '', ...place}, flaw: {code: 'csv/unclosed-quote', line: place.line, column: place.column - 1}};
		}

		const column = this.#offset - this.#lineStart + 1;
		const isFollowed = this.#readPlain().trim() !== '';
		return {cell: {text: quoted, ...place}, ...(isFollowed ? {flaw: {code: 'csv/quote', line: this.#line, column}} : {})};
	}

	#readPlain(): string {
		this.#plain.lastIndex = this.#offset;
		const plain = this.#plain.exec(this.#text)![0];
		this.#offset += plain.length;
		return plain;
	}

	/** From behind the first quote to behind the last; undefined when there is no last, with everything read. */
	#readQuoted(): string | undefined {
		const parts: string[] = [];
		for (;;) {
			const end = this.#text.indexOf('"', this.#offset);
			const part = this.#text.slice(this.#offset, end === -1 ? undefined : end);
			for (const {0: match, index} of part.matchAll(/\r\n?|\n/gv)) {
				this.#line++;
				this.#lineStart = this.#offset + index + match.length;
			}

			if (end === -1) {
				this.#offset = this.#text.length;
				return undefined;
			}

			parts.push(part);
			this.#offset = end + 1;
			if (this.#text[this.#offset] !== '"') {
				return parts.join('');
			}

			parts.push('"');
			this.#offset++;
		}
	}

	#skipBreak(): void {
		if (this.#offset < this.#text.length) {
			this.#offset += this.#text.startsWith('\r\n', this.#offset) ? 2 : 1;
			this.#line++;
			this.#lineStart = this.#offset;
		}
	}
}
