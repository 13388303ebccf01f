import {getOrMake} from '../../core/records.js';

/** Which characters a font has, and how wide they are. */
export class FontMetrics {
	readonly #glyphs: ReadonlyMap<number, number>;
	readonly #advances: readonly number[];
	/** Documents say the same words thousands of times. */
	readonly #widths = new Map<string, number>();

	/**
	Read a font file of TrueType: its tables cmap, head, hhea and hmtx (ISO/IEC 14496-22).

	@throws {RangeError} When it is none, or maps characters in none of the usual two ways.
	*/
	constructor(file: Uint8Array) {
		const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
		const tables = new Map(Array.from({length: view.getUint16(4)}, (_, index) => {
			const record = 12 + (16 * index);
			return [String.fromCodePoint(...file.subarray(record, record + 4)), view.getUint32(record + 8)];
		}));
		const find = (name: string) => {
			const offset = tables.get(name);
			if (offset === undefined) {
				throw new RangeError(`The font has no table ${name}`);
			}

			return offset;
		};

		const unitsPerEm = view.getUint16(find('head') + 18);
		const metricCount = view.getUint16(find('hhea') + 34);
		const metrics = find('hmtx');
		this.#advances = Array.from({length: metricCount}, (_, glyph) => view.getUint16(metrics + (4 * glyph)) / unitsPerEm);
		this.#glyphs = readCharacterMap(view, find('cmap'));
	}

	/** @param character - A code point. */
	has(character: number): boolean {
		return this.#glyphs.has(character);
	}

	/** How wide a text is at a font size of one; what the font lacks counts as nothing. */
	measure(text: string): number {
		return getOrMake(this.#widths, text, () => this.#sum(text));
	}

	#sum(text: string): number {
		let width = 0;
		for (const character of text) {
			const glyph = this.#glyphs.get(character.codePointAt(0)!);
			if (glyph !== undefined) {
				// The last advance holds for all glyphs after it.
				width += this.#advances[Math.min(glyph, this.#advances.length - 1)]!;
			}
		}

		return width;
	}
}

function readCharacterMap(view: DataView, start: number): ReadonlyMap<number, number> {
	const subtables = Array.from({length: view.getUint16(start + 2)}, (_, index) => start + view.getUint32(start + 8 + (8 * index)));
	const long = subtables.find(offset => view.getUint16(offset) === 12);
	const short = subtables.find(offset => view.getUint16(offset) === 4);
	if (long !== undefined) {
		return readGroups(view, long);
	}

	if (short !== undefined) {
		return readSegments(view, short);
	}

	throw new RangeError('The font has no map of characters in format 4 or 12');
}

/** Format 12: runs of characters with runs of glyphs. */
function readGroups(view: DataView, start: number): ReadonlyMap<number, number> {
	const glyphs = new Map<number, number>();
	for (let group = start + 16; group < start + 16 + (12 * view.getUint32(start + 12)); group += 12) {
		const [first, last, glyph] = [view.getUint32(group), view.getUint32(group + 4), view.getUint32(group + 8)];
		for (let character = first; character <= last; character++) {
			glyphs.set(character, glyph + character - first);
		}
	}

	return glyphs;
}

/** Format 4: the characters of the basic plane, in segments that lie beside each other by columns. */
function readSegments(view: DataView, start: number): ReadonlyMap<number, number> {
	const glyphs = new Map<number, number>();
	const columnLength = view.getUint16(start + 6);
	const [ends, starts, deltas, offsets] = [14, 16 + columnLength, 16 + (2 * columnLength), 16 + (3 * columnLength)].map(offset => start + offset) as [number, number, number, number];
	for (let segment = 0; segment < columnLength; segment += 2) {
		const [first, last] = [view.getUint16(starts + segment), view.getUint16(ends + segment)];
		const [delta, offset] = [view.getUint16(deltas + segment), view.getUint16(offsets + segment)];
		for (let character = first; character <= last && character !== 0xFF_FF; character++) {
			const base = offset === 0 ? character : view.getUint16(offsets + segment + offset + (2 * (character - first)));
			const glyph = base === 0 ? 0 : (base + delta) % 0x1_00_00;
			if (glyph !== 0) {
				glyphs.set(character, glyph);
			}
		}
	}

	return glyphs;
}
