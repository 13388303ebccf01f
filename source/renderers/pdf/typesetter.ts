import type {Span} from '../request-tree.js';
import type {Tools} from '../tools.js';
import type {PdfFont, PdfTarget} from './document.js';
import {FontMetrics} from './font-metrics.js';

/** Text in one style. */
export type Run = {
	readonly text: string;
	readonly font: PdfFont;
	readonly isOblique: boolean;
	readonly target: PdfTarget | undefined;
	/** At a font size of one. */
	readonly width: number;
};

/** Runs between which no line may end, or the space between two of them. */
type Token = {readonly isSpace: boolean; readonly runs: Run[]};

/** Text that has been measured, ready to be broken into lines of any width: a list of tokens for each line that the text itself has. */
export type MeasuredText = {
	readonly lines: ReadonlyArray<readonly Token[]>;
	/** The longest word, at a font size of one. */
	readonly wordWidth: number;
	/** Each line that the text itself has. */
	readonly widths: readonly number[];
};

/** Runs beside each other. */
export type Line = {readonly runs: readonly Run[]};

/** Letters that are read from the right and joined or moved there, which PDF pages here do not do. */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/v;

/** Plain text, as most of it is: every font has its characters. */
const plain = /^[ -~]*$/v;

/** Parts of a word that is too long for a line: it is broken where people break paths, names and lists of ports. */
const wordParts = /[^\/\-_.,;:@=?+\]\)]*[\/\-_.,;:@=?+\]\)]*/gv;

/** Measures text and breaks it into lines. */
export class Typesetter {
	/** One with the fonts of the program. */
	static async load(readAsset: Tools['readAsset']): Promise<Typesetter> {
		const [sans, sansBold, mono] = await Promise.all([readAsset('sans.ttf'), readAsset('sans-bold.ttf'), readAsset('mono.ttf')]);
		return new Typesetter({sans: new FontMetrics(sans), 'sans-bold': new FontMetrics(sansBold), mono: new FontMetrics(mono)});
	}

	readonly #fonts: Readonly<Record<PdfFont, FontMetrics>>;

	constructor(fonts: Readonly<Record<PdfFont, FontMetrics>>) {
		this.#fonts = fonts;
	}

	/**
	Measure text in the fonts that it will be printed with.

	A character that no font has is printed as its code point, as `[U+6F22]`: an address or a name must not lose a part without anybody seeing it.

	@param findTarget - Where a span leads.
	*/
	measure(spans: readonly Span[], findTarget: (span: Span) => PdfTarget | undefined = () => undefined): MeasuredText {
		const lines: Token[][] = [[]];
		for (const span of spans) {
			const style = {font: span.isCode ? 'mono' : (span.isBold ? 'sans-bold' : 'sans'), isOblique: span.isItalic, target: findTarget(span)} as const;
			for (const [index, text] of span.text.split('\n').entries()) {
				if (index > 0) {
					lines.push([]);
				}

				this.#append(lines.at(-1)!, text, style);
			}
		}

		return {
			lines,
			wordWidth: Math.max(0, ...lines.flat().map(({runs}) => measureRuns(runs))),
			widths: lines.map(tokens => measureTokens(tokens)),
		};
	}

	/** Whether the fonts of pictures have a character. */
	has(character: string): boolean {
		const code = character.codePointAt(0)!;
		return this.#fonts.sans.has(code) && this.#fonts['sans-bold'].has(code);
	}

	/** Whether a page can show a character where it belongs in a picture. */
	canPrint(character: string): boolean {
		return this.has(character) && !rightToLeft.test(character);
	}

	/** The text of a picture, with what the font lacks as code points. */
	showMissing(svg: string): string {
		const {sans} = this.#fonts;
		return svg.replaceAll(/[^\t\n\r -~]/gv, character => sans.has(character.codePointAt(0)!) ? character : showCodePoint(character));
	}

	/** Text in one style, on one line. */
	setPlain(text: string, font: PdfFont, target?: PdfTarget): readonly Run[] {
		return this.#shape(text, {font, isOblique: false, target});
	}

	/**
	Break text into lines. A word that is longer than a line is broken too.

	@param width - Of a line, at a font size of one.
	*/
	wrap({lines}: MeasuredText, width: number): readonly Line[] {
		return lines.flatMap((tokens, index) => {
			const wrapped = this.#wrapLine(tokens, width);
			if (index < lines.length - 1) {
				endWithSpace(wrapped.at(-1)!.runs);
			}

			return wrapped;
		});
	}

	#append(tokens: Token[], text: string, style: Omit<Run, 'text' | 'width'>): void {
		for (const part of text.split(/(?<space> +)/v)) {
			if (part === '') {
				continue;
			}

			const isSpace = part.startsWith(' ');
			const runs = this.#shape(part, style);
			const last = tokens.at(-1);
			if (last?.isSpace === isSpace) {
				last.runs.push(...runs);
			} else {
				tokens.push({isSpace, runs: [...runs]});
			}
		}
	}

	#shape(text: string, style: Omit<Run, 'text' | 'width'>): readonly Run[] {
		if (plain.test(text)) {
			return [{...style, text, width: this.#fonts[style.font].measure(text)}];
		}

		const parts: Array<{readonly font: PdfFont; text: string}> = [];
		for (const character of text) {
			const code = character.codePointAt(0)!;
			const font = this.#fonts[style.font].has(code) || !this.#fonts.sans.has(code) ? style.font : 'sans';
			const shown = this.#fonts[font].has(code) ? character : showCodePoint(character);
			const last = parts.at(-1);
			if (last?.font === font) {
				last.text += shown;
			} else {
				parts.push({font, text: shown});
			}
		}

		return parts.map(part => ({...style, ...part, width: this.#fonts[part.font].measure(part.text)}));
	}

	#wrapLine(tokens: readonly Token[], width: number): ReadonlyArray<{readonly runs: Run[]}> {
		const lines: Run[][] = [[]];
		let used = 0;
		let space: Token | undefined;
		const startLine = () => {
			lines.push([]);
			used = 0;
		};

		for (const token of tokens) {
			if (token.isSpace) {
				space = token;
				continue;
			}

			const needed = measureRuns(token.runs);
			const gap = used > 0 && space ? measureRuns(space.runs) : 0;
			if (used > 0 && used + gap + needed > width + tolerance) {
				if (gap > 0) {
					endWithSpace(lines.at(-1)!);
				}

				startLine();
			} else if (gap > 0) {
				for (const run of space!.runs) {
					add(lines.at(-1)!, run);
				}

				used += gap;
			}

			space = undefined;
			const parts = needed > width + tolerance ? this.#breakWord(token.runs, width) : token.runs;
			for (const part of parts) {
				if (used > 0 && used + part.width > width + tolerance) {
					startLine();
				}

				add(lines.at(-1)!, part);
				used += part.width;
			}
		}

		return lines.map(runs => ({runs}));
	}

	#breakWord(runs: readonly Run[], width: number): readonly Run[] {
		const cut = (run: Run, texts: Iterable<string>) => [...texts].filter(text => text !== '').map(text => ({...run, text, width: this.#fonts[run.font].measure(text)}));
		return runs
			.flatMap(run => cut(run, run.text.match(wordParts) ?? []))
			.flatMap(part => part.width > width ? cut(part, part.text) : [part]);
	}
}

/** Sums of widths in different orders differ in their last digits. */
const tolerance = 1e-6;

/** Nobody sees it, but whoever copies text or has it read aloud gets two words instead of one. */
function endWithSpace(runs: Run[]): void {
	const last = runs.pop();
	if (last !== undefined) {
		runs.push({...last, text: `${last.text} `});
	}
}

function showCodePoint(character: string): string {
	return `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
}

function add(runs: Run[], run: Run): void {
	const last = runs.at(-1);
	if (last?.font === run.font && last.isOblique === run.isOblique && last.target === run.target) {
		runs[runs.length - 1] = {...last, text: last.text + run.text, width: last.width + run.width};
	} else {
		runs.push(run);
	}
}

/** How wide runs are beside each other, at a font size of one. */
export function measureRuns(runs: readonly Run[]): number {
	let width = 0;
	for (const run of runs) {
		width += run.width;
	}

	return width;
}

function measureTokens(tokens: readonly Token[]): number {
	let width = 0;
	for (const {runs} of tokens) {
		width += measureRuns(runs);
	}

	return width;
}
