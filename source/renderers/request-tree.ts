import type * as Markdown from 'mdast';
import type {Plan} from '../core/model.js';
import type {Problem} from '../core/problem.js';
import {renderChangeRequest} from './change-request.js';
import {formatMarkdownFence} from './escape.js';
import {Fragment} from './fragment.js';
import {parseMarkdown} from './markdown-tree.js';
import type {Templates} from './syntax.js';
import {TemplateError} from './template-error.js';

/** Text in one style; a line break in it is one that shows. */
export type Span = {
	readonly text: string;
	readonly isBold: boolean;
	readonly isItalic: boolean;
	/** Ids, addresses and ports, letter for letter. */
	readonly isCode: boolean;
	/** An address of `http` or `https`; any other is shown as text instead. */
	readonly url: string | undefined;
};

export type Heading = {readonly type: 'heading'; readonly level: number; readonly spans: readonly Span[]};
export type Paragraph = {readonly type: 'paragraph'; readonly spans: readonly Span[]};

export type List = {
	readonly type: 'list';
	/** The number of the first item; undefined in a list of bullets. */
	readonly start: number | undefined;
	readonly items: ReadonlyArray<readonly Block[]>;
};

export type Column = {
	readonly align: 'left' | 'center' | 'right';
	/** It has a head, and most of its cells have no text: people write into it. */
	readonly isToFill: boolean;
};

export type Table = {
	readonly type: 'table';
	readonly columns: readonly Column[];
	/** Undefined when every cell of the head is empty, as in a table of names and values. */
	readonly head: ReadonlyArray<readonly Span[]> | undefined;
	/** As many cells in each row as there are columns. */
	readonly rows: ReadonlyArray<ReadonlyArray<readonly Span[]>>;
};

export type Quote = {
	readonly type: 'quote';
	/** Of an alert of GitHub, as `note` and `caution`; undefined for a plain quotation. */
	readonly alert: (typeof alerts)[number] | undefined;
	readonly blocks: readonly Block[];
};

/** Text as it stands, lines included. */
export type Code = {readonly type: 'code'; readonly text: string};

/** The place of the overview diagram. */
export type DiagramPlace = {readonly type: 'diagram'};

/** A line across the page. */
export type Rule = {readonly type: 'rule'};

/** A part of the change request, for renderers that lay it out themselves. */
export type Block = Heading | Paragraph | List | Table | Quote | Code | DiagramPlace | Rule;

const alerts = ['note', 'tip', 'important', 'warning', 'caution'] as const;

/** The word after the fence that stands where the diagram belongs. */
const diagramLanguage = 'virt-fw-wizard-diagram';

/**
The change request as blocks of text, from the same template as the Markdown document, so that a site's own words reach every document.

Parsing takes tens of milliseconds and code that nothing else needs: import this file with `await import()`.

@throws {TemplateError} When a template cannot be rendered, or writes Markdown that only a browser can show.
*/
export function deriveRequestTree(plan: Plan, templates: Templates): readonly Block[] {
	const text = renderChangeRequest(plan, templates, new Fragment(formatMarkdownFence('', diagramLanguage)));
	const root = parseMarkdown(text);
	const reader = new TreeReader(root);
	const blocks = reader.readBlocks(root.children);
	if (reader.problems.length > 0) {
		throw new TemplateError(reader.problems);
	}

	return blocks;
}

/** The text of spans alone. */
export function formatPlain(spans: readonly Span[]): string {
	return spans.map(({text}) => text).join('');
}

/** Every table of some blocks, also in their lists and quotations. */
export function listTables(blocks: readonly Block[]): readonly Table[] {
	return blocks.flatMap(block => {
		if (block.type === 'list') {
			return block.items.flatMap(item => listTables(item));
		}

		if (block.type === 'quote') {
			return listTables(block.blocks);
		}

		return block.type === 'table' ? [block] : [];
	});
}

type Style = Omit<Span, 'text'>;

const plainStyle: Style = {isBold: false, isItalic: false, isCode: false, url: undefined};

/** Comments alone: templates put some into text to part what would otherwise act. */
const onlyComments = /^(?:<!--(?:(?!-->).)*-->\s*)*$/sv;

const lineBreak = /^<br\s*\/?>$/iv;

// Lists and tables read their own parts. Whatever else a parser gives with other extensions is refused rather than lost.
const blockTypes: readonly string[] = ['blockquote', 'code', 'definition', 'heading', 'html', 'list', 'paragraph', 'table', 'thematicBreak'] satisfies ReadonlyArray<BlockNode['type']>;
const textTypes: readonly string[] = ['break', 'emphasis', 'html', 'inlineCode', 'link', 'linkReference', 'strong', 'text'] satisfies ReadonlyArray<TextNode['type']>;

type BlockNode = Markdown.Blockquote | Markdown.Code | Markdown.Definition | Markdown.Heading | Markdown.Html | Markdown.List | Markdown.Paragraph | Markdown.Table | Markdown.ThematicBreak;
type TextNode = Markdown.Break | Markdown.Emphasis | Markdown.Html | Markdown.InlineCode | Markdown.Link | Markdown.LinkReference | Markdown.Strong | Markdown.Text;

const isBlock = (node: Markdown.RootContent): node is BlockNode => blockTypes.includes(node.type);
const isText = (node: Markdown.PhrasingContent): node is TextNode => textTypes.includes(node.type);

class TreeReader {
	/** What the document holds and nobody can print: all of it, so that it is mended at once. */
	readonly problems: Problem[] = [];

	readonly #definitions: ReadonlyMap<string, string>;

	constructor(root: Markdown.Root) {
		// Of definitions of one name the first counts.
		this.#definitions = new Map(findDefinitions(root).toReversed().map(({identifier, url}) => [identifier, url]));
	}

	readBlocks(nodes: readonly Markdown.RootContent[]): readonly Block[] {
		return nodes.flatMap(node => this.#readBlock(node) ?? []);
	}

	/** Undefined for what only tells how to read the rest. */
	#readBlock(node: Markdown.RootContent): Block | undefined {
		if (!isBlock(node)) {
			this.#refuse(node, `Markdown of the kind "${node.type}"`);
			return undefined;
		}

		switch (node.type) {
			case 'heading': {
				return {type: 'heading', level: node.depth, spans: this.#readSpans(node.children)};
			}

			case 'paragraph': {
				return {type: 'paragraph', spans: this.#readSpans(node.children)};
			}

			case 'list': {
				return {type: 'list', start: node.ordered ? node.start ?? 1 : undefined, items: node.children.map(item => this.readBlocks(item.children))};
			}

			case 'table': {
				return this.#readTable(node);
			}

			case 'blockquote': {
				return this.#readQuote(node);
			}

			case 'code': {
				return node.lang === diagramLanguage ? {type: 'diagram'} : {type: 'code', text: node.value};
			}

			case 'thematicBreak': {
				return {type: 'rule'};
			}

			case 'definition': {
				return undefined;
			}

			case 'html': {
				if (!onlyComments.test(node.value)) {
					this.#refuse(node, 'HTML');
				}

				return undefined;
			}
		}
	}

	#readTable({align, children}: Markdown.Table): Table {
		const [first, ...others] = children.map(row => row.children.map(cell => this.#readSpans(cell.children)));
		const width = Math.max(...children.map(row => row.children.length));
		const fill = (cells: ReadonlyArray<readonly Span[]>) => Array.from({length: width}, (_, index) => cells[index] ?? []);
		const head = fill(first!);
		const rows = others.map(cells => fill(cells));
		const isEmpty = (spans: readonly Span[] | undefined) => spans === undefined || formatPlain(spans).trim() === '';
		// A single row of one word, as "none", says that there is nothing to fill in.
		const isForm = width > 1 && rows.some((cells, index) => index > 0 || formatPlain(cells[0]!) !== 'none');
		return {
			type: 'table',
			columns: Array.from({length: width}, (_, index) => ({
				align: align?.[index] ?? 'left',
				isToFill: isForm && !isEmpty(head[index]) && rows.filter(cells => isEmpty(cells[index])).length > rows.length / 2,
			})),
			head: head.every(spans => isEmpty(spans)) ? undefined : head,
			rows,
		};
	}

	#readQuote({children}: Markdown.Blockquote): Quote {
		const blocks = this.readBlocks(children);
		const [first, ...others] = blocks;
		if (first?.type !== 'paragraph') {
			return {type: 'quote', alert: undefined, blocks};
		}

		const [mark, ...rest] = first.spans;
		const alert = alerts.find(name => mark?.text.toLowerCase().startsWith(`[!${name}]`));
		if (mark === undefined || alert === undefined) {
			return {type: 'quote', alert: undefined, blocks};
		}

		const text = mark.text.slice(alert.length + '[!]'.length).trimStart();
		const spans = text === '' ? rest : [{...mark, text}, ...rest];
		return {type: 'quote', alert, blocks: spans.length === 0 ? others : [{...first, spans}, ...others]};
	}

	#readSpans(nodes: readonly Markdown.PhrasingContent[]): readonly Span[] {
		const spans: Span[] = [];
		this.#collect(nodes, plainStyle, spans);
		return spans;
	}

	#collect(nodes: readonly Markdown.PhrasingContent[], style: Style, spans: Span[]): void {
		for (const node of nodes) {
			if (!isText(node)) {
				this.#refuse(node, node.type === 'image' || node.type === 'imageReference' ? 'a picture' : `Markdown of the kind "${node.type}"`);
				continue;
			}

			switch (node.type) {
				case 'text': {
					// Where a line of Markdown ends is no matter of the text.
					append(spans, node.value.replaceAll('\n', ' '), style);
					break;
				}

				case 'inlineCode': {
					append(spans, node.value, {...style, isCode: true});
					break;
				}

				case 'strong': {
					this.#collect(node.children, {...style, isBold: true}, spans);
					break;
				}

				case 'emphasis': {
					this.#collect(node.children, {...style, isItalic: true}, spans);
					break;
				}

				case 'break': {
					append(spans, '\n', style);
					break;
				}

				case 'link': {
					this.#collectLink(node.children, node.url, style, spans);
					break;
				}

				case 'linkReference': {
					this.#collectLink(node.children, this.#definitions.get(node.identifier)!, style, spans);
					break;
				}

				case 'html': {
					if (lineBreak.test(node.value)) {
						append(spans, '\n', style);
					} else if (!onlyComments.test(node.value)) {
						this.#refuse(node, 'HTML');
					}

					break;
				}
			}
		}
	}

	#collectLink(nodes: readonly Markdown.PhrasingContent[], url: string, style: Style, spans: Span[]): void {
		if (/^https?:\/\/[!-~]+$/iv.test(url)) {
			this.#collect(nodes, {...style, url}, spans);
			return;
		}

		const label: Span[] = [];
		this.#collect(nodes, style, label);
		for (const {text, ...own} of label) {
			append(spans, text, own);
		}

		// A reader must see where a link would have led, unless it led to a place of the same document.
		const shown = formatPlain(label);
		if (!url.startsWith('#') && ![shown, `mailto:${shown}`].includes(url)) {
			append(spans, ` (${url})`, style);
		}
	}

	#refuse({position}: Markdown.Nodes, what: string): void {
		this.problems.push({
			code: 'template/not-printable',
			message: `line ${position!.start.line} of the document that it makes has ${what}, which Word and PDF documents of it cannot show`,
			hint: 'write it in Markdown: headings, paragraphs, lists, tables, quotations, code, links, and <br> for a line break',
			path: [],
			file: 'change-request.md.liquid',
		});
	}
}

function findDefinitions(node: Markdown.Nodes): readonly Markdown.Definition[] {
	if (node.type === 'definition') {
		return [node];
	}

	return 'children' in node ? node.children.flatMap(child => findDefinitions(child)) : [];
}

/** Neighbours in one style become one span. */
function append(spans: Span[], text: string, style: Style): void {
	if (text === '') {
		return;
	}

	const last = spans.at(-1);
	if (last?.isBold === style.isBold && last.isItalic === style.isItalic && last.isCode === style.isCode && last.url === style.url) {
		spans[spans.length - 1] = {...last, text: last.text + text};
	} else {
		spans.push({...style, text});
	}
}
