import test from 'ava';
import {TemplateError} from '../../source/renderers/index.js';
import {deriveRequestTree, formatPlain, type Block, type Span} from '../../source/renderers/request-tree.js';
import {makeSamplePlan, templates} from '../helpers/sample-plan.js';

const plain: Omit<Span, 'text'> = {isBold: false, isItalic: false, isCode: false, url: undefined};

/** The blocks of a template that a site wrote. */
const read = (template: string): readonly Block[] => deriveRequestTree(makeSamplePlan(), {...templates, 'change-request.md.liquid': template});

const readSpans = (template: string): readonly Span[] => {
	const [block] = read(template);
	return block?.type === 'paragraph' ? block.spans : [];
};

/** Every text of some blocks, cell by cell. */
function listTexts(blocks: readonly Block[]): string[] {
	return blocks.flatMap(block => listBlockTexts(block));
}

function listBlockTexts(block: Block): string[] {
	switch (block.type) {
		case 'heading':
		case 'paragraph': {
			return [formatPlain(block.spans)];
		}

		case 'list': {
			return block.items.flatMap(item => listTexts(item));
		}

		case 'table': {
			return [block.head ?? [], ...block.rows].flatMap(cells => cells.map(spans => formatPlain(spans)));
		}

		case 'quote': {
			return listTexts(block.blocks);
		}

		case 'code': {
			return [block.text];
		}

		case 'diagram':
		case 'rule': {
			return [];
		}
	}
}

test('the program\'s own template gives headings, tables, lists, a notice and the place of the diagram', t => {
	const blocks = deriveRequestTree(makeSamplePlan(), templates);
	t.deepEqual(blocks.slice(0, 2), [
		{type: 'heading', level: 1, spans: [{...plain, text: 'Firewall change request CHG-1'}]},
		{type: 'paragraph', spans: [{...plain, text: 'Handling: '}, {...plain, text: 'internal', isBold: true}]},
	]);
	t.like(blocks.find(({type}) => type === 'quote'), {alert: 'caution', blocks: [{type: 'paragraph'}, {type: 'list', start: 1}]});
	t.is(blocks.filter(({type}) => type === 'diagram').length, 1);
	t.true(blocks.filter(({type}) => type === 'table').length > 20);
});

test('no word of the Markdown document is lost', t => {
	const texts = listTexts(deriveRequestTree(makeSamplePlan(), templates));
	for (const text of ['R-WEB1', 'add, address missing', 'Portal clients: 10.1.0.0/25', 'A new cluster.\nIt replaces the old one.', 'https://docs.example.com/acme/ports', '<nodes migration IPv4>', 'no (clear text): 8080; yes: 443']) {
		t.true(texts.some(cell => cell.includes(text)), `${text}`);
	}
});

test('text keeps its style and its line breaks', t => {
	t.deepEqual(readSpans('one *two **three*** `four`<br>five\nsix\\\nseven'), [
		{...plain, text: 'one '},
		{...plain, text: 'two ', isItalic: true},
		{...plain, text: 'three', isItalic: true, isBold: true},
		{...plain, text: ' '},
		{...plain, text: 'four', isCode: true},
		{...plain, text: '\nfive six\nseven'},
	]);
});

test('comments that part text leave nothing behind', t => {
	t.deepEqual(readSpans('a @<!-- -->all :<!-- -->smile:\n\n<!-- alone -->'), [{...plain, text: 'a @all :smile:'}]);
	t.deepEqual(read('<!-- alone -->'), []);
});

test('only addresses of http and https are links, and any other is shown', t => {
	t.deepEqual(readSpans('[a](https://x.example/?q=1#p) [b](javascript:alert(1)) [c](#part) <d@x.example> [e][r]\n\n[r]: HTTP://y.example\n[r]: https://z.example'), [
		{...plain, text: 'a', url: 'https://x.example/?q=1#p'},
		{...plain, text: ' b (javascript:alert(1)) c d@x.example '},
		{...plain, text: 'e', url: 'HTTP://y.example'},
	]);
	t.deepEqual(readSpans('[a](https://x.example/%0d"%20y "t") [b](<https://x.example/ y>) [c](file:///etc/passwd)').map(({url}) => url), ['https://x.example/%0d"%20y', undefined]);
});

test('a table has as many cells in every row, and knows which columns are to be filled in', t => {
	t.deepEqual(read('| | |\n|---|--:|\n| a |\n| b | c |'), [{
		type: 'table',
		columns: [{align: 'left', isToFill: false}, {align: 'right', isToFill: false}],
		head: undefined,
		rows: [[[{...plain, text: 'a'}], []], [[{...plain, text: 'b'}], [{...plain, text: 'c'}]]],
	}]);
	const isToFill = (table: string) => read(table).flatMap(block => block.type === 'table' ? block.columns.map(column => column.isToFill) : []);
	t.deepEqual(isToFill('| Role | Name | Signature |\n|---|---|---|\n| Owner | | |\n| Approver | A | |'), [false, false, true]);
	t.deepEqual(isToFill('| From | To | Result |\n|---|---|---|\n| none | | |'), [false, false, false]);
	t.deepEqual(isToFill('| Step | By | Date |\n|---|---|---|\n| Saved | | |\n| Tested | A | 2026-11-22 |\n| Closed | | |'), [false, true, true], 'some of it is filled in already');
	t.deepEqual(isToFill('| From | | Result |\n|---|---|---|'), [false, false, false]);
});

test('lists keep their numbers and their depth', t => {
	t.like(read('3. a\n   - b\n4. c'), [{type: 'list', start: 3, items: [[{type: 'paragraph'}, {type: 'list', start: undefined}], [{type: 'paragraph'}]]}]);
});

test('an alert is told from a quotation', t => {
	t.like(read('> [!WARNING]\n> **a** b'), [{alert: 'warning', blocks: [{spans: [{text: 'a', isBold: true}, {text: ' b'}]}]}]);
	t.like(read('> [!tip] a\n>\n> - b'), [{alert: 'tip', blocks: [{spans: [{text: 'a'}]}, {type: 'list'}]}]);
	t.like(read('> [!NOTE]'), [{alert: 'note', blocks: []}]);
	t.like(read('> [!BUG]\n> a'), [{alert: undefined, blocks: [{spans: [{text: '[!BUG] a'}]}]}]);
	t.like(read('> - a'), [{alert: undefined, blocks: [{type: 'list'}]}]);
});

test('code, rules and the place of the diagram stand as blocks of their own, wherever a site puts them', t => {
	t.deepEqual(read('---\n\n```\na\n  b\n```\n\n{{ diagram }}'), [
		{type: 'rule'},
		{type: 'code', text: 'a\n  b'},
		{type: 'diagram'},
	]);
});

test('what no Word or PDF document can show is an error that names all of it', t => {
	const error = t.throws(() => read('<details>\n\n![logo](logo.png) <b>a</b>\n\n<!-- a --> vanished\n\n![r][r]\n\n[r]: https://x.example'), {instanceOf: TemplateError});
	t.deepEqual(error.problems.map(({message}) => /line (?<line>\d+) of the document that it makes has (?<what>.*),/v.exec(message)?.slice(1)), [
		['1', 'HTML'],
		['3', 'a picture'],
		['3', 'HTML'],
		['3', 'HTML'],
		['5', 'HTML'],
		['7', 'a picture'],
	]);
	t.is(error.problems[0]!.file, 'change-request.md.liquid');
});
