import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {strFromU8, unzipSync} from 'fflate';
import {readCsvRows} from '../../source/core/import/csv-rows.js';
import type {Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {showUnfit} from '../../source/core/text.js';
import {escapeCellText, formatWorkbook, layOut, wrap, type WorkbookCell} from '../../source/renderers/workbook.js';
import {listSheets, xlsx} from '../../source/renderers/xlsx.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {convertInOffice, hasProgram, readPdf} from '../helpers/office.js';
import {randomProfile} from '../helpers/random-profile.js';
import {makeLargePlan, makeSamplePlan, templates} from '../helpers/sample-plan.js';
import {tools} from '../helpers/tools.js';

const render = async (design: Plan, own = templates): Promise<Uint8Array> => {
	const files = await xlsx.render(design, own, tools);
	return files[0]!.content as Uint8Array;
};

/** The parts of a workbook as text. */
const unpack = (content: Uint8Array): Map<string, string> => new Map(Object.entries(unzipSync(content)).map(([name, part]) => [name, strFromU8(part)]));

const readXml = (xml: string): string => xml.replaceAll(/&(?<name>amp|lt|gt|quot|apos);/gv, (_, name: string) => ({amp: '&', lt: '<', gt: '>', quot: '"', apos: '\''})[name]!);

/** What ECMA-376 makes of escapes. */
const readEscapes = (text: string): string => text.replaceAll(/_x(?<code>[\dA-Fa-f]{4})_/gv, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

/** The cells of each sheet: texts as strings, numbers as numbers; anything else is an error. */
function readSheets(content: Uint8Array): Map<string, Array<Array<string | number>>> {
	const parts = unpack(content);
	const strings = [...parts.get('xl/sharedStrings.xml')!.matchAll(/<si><t[^>]*>(?<text>[^<]*)<\/t><\/si>/gv)].map(({groups}) => readEscapes(readXml(groups!['text']!)));
	const titles = [...parts.get('xl/workbook.xml')!.matchAll(/<sheet [^>]*name="(?<title>[^"]*)"/gv)].map(({groups}) => readXml(groups!['title']!));
	return new Map(titles.map((title, position) => {
		const xml = parts.get(`xl/worksheets/sheet${position + 1}.xml`)!;
		const rows = [...xml.matchAll(/<row [^>]*(?:\/>|>(?<cells>.*?)<\/row>)/gsv)].map(({groups}) => {
			const row: Array<string | number> = [];
			for (const {groups: cell} of (groups!['cells'] ?? '').matchAll(/<c (?<attributes>[^>]*)>(?<value>.*?)<\/c>/gsv)) {
				const value = /^<v>(?<number>\d+)<\/v>$/v.exec(cell!['value']!)!.groups!['number']!;
				const column = /r="(?<column>[A-Z]+)\d/v.exec(cell!['attributes']!)!.groups!['column']!;
				let index = 0;
				for (const letter of column) {
					index = (index * 26) + letter.codePointAt(0)! - 64;
				}

				row[index - 1] = cell!['attributes']!.includes('t="s"') ? strings[Number(value)]! : Number(value);
			}

			return Array.from(row, cell => cell ?? ''); // It has holes, where cells are empty.
		});
		return [title, rows];
	}));
}

const plainCell = (cell: WorkbookCell) => typeof cell === 'object' ? cell.warning : cell;

/** Without the empty cells at the end, which a file does not hold. */
function trimRow<Cell>(row: readonly Cell[]): readonly Cell[] {
	return row.slice(0, row.findLastIndex(cell => cell !== '') + 1);
}

const nasty = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '=HYPERLINK("https://evil.example")', 'https://evil.example', '\t=1', '"=1', ' =1', '_x0041_', '_x005F_x0041_', '_x0041_x0042_', 'constructor', '__proto__', 'toString', 'a\u{FFFD}b', 'a\u{FFFE}b\u{1FFFF}c', 'a\u{D800}b', '\u{1B}[31m', 'a\u{202E}b', '<script>alert(1)</script>', ']]>', '&amp; &#x41;', '{{ x }}', '007', '1e5', '  outer  ', 'line\nbreak', '\n', '👩‍👩‍👧 漢字', '\'quoted'];

/** What a cell can show of a text. */
const shown = (text: string) => showUnfit(text).replaceAll(/\p{NChar}/gv, character => `<U+${character.codePointAt(0)!.toString(16).toUpperCase()}>`);

const makeNasty = (): Plan => {
	const sample = makeSamplePlan();
	return {
		...sample,
		change: {...sample.change, title: '&A =1 & "x" <b>', marking: '&12 =2', contacts: nasty},
		findings: nasty.map((text, position) => ({...sample.findings[0]!, id: `check@${position}`, message: text, why: text})),
	};
};

const workbookText = {title: 'T', marking: '', reference: 'R', creator: 'C', date: '2026-11-22'};

function holdsSheets(t: ExecutionContext, content: Uint8Array, design: Plan): void {
	const sheets = readSheets(content);
	const expected = listSheets(design, templates);
	t.deepEqual([...sheets.keys()], expected.map(({title}) => title));
	for (const {title, rows} of expected) {
		// Rows that are too high are in parts: those are another test.
		const isWhole = layOut({title, rows})[0]!.rows.length === rows.length;
		if (isWhole) {
			t.deepEqual(sheets.get(title)!.map(row => trimRow(row)), rows.map(row => trimRow(row.map(cell => plainCell(cell)).map(cell => typeof cell === 'string' ? shown(cell) : cell))), `${title}`);
		}
	}
}

test('the sheets hold what the tables hold: texts as texts, and counts as numbers', async t => {
	const design = makeSamplePlan();
	const content = await render(design);
	holdsSheets(t, content, design);
	const [, ...request] = readSheets(content).get('Request')!;
	t.is(request.find(([what]) => what === 'Explicit denies')![1], 1);
	t.is(readSheets(content).get('Lines')!.find(([id]) => id === 'R-FED4')![13], '3128');
});

test('hostile texts are texts: no formula, no link, nothing lost', async t => {
	const content = await render(makeNasty());
	holdsSheets(t, content, makeNasty());
	t.deepEqual(readSheets(content).get('Findings')!.slice(1).map(row => row[4]), nasty.map(text => shown(text)));
	for (const [name, part] of unpack(content)) {
		t.notRegex(part, /<f>|<f |<hyperlink|<script/v, `${name}`);
		t.is(showUnfit(part), part, `${name}`);
		t.notRegex(name, /external|vba|drawing\d/v);
	}
});

test('random designs with hostile texts are in the sheets', async t => {
	const catalog = await readTestCatalog();
	await fc.assert(fc.asyncProperty(randomProfile(catalog, {maxProducts: 1}), async profile => {
		const design = plan(catalog, profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
		holdsSheets(t, await render(design), design);
	}), {numRuns: 5});
});

test('what is edited in a cell of text stays text', async t => {
	const parts = unpack(await render(makeSamplePlan()));
	const styles = parts.get('xl/styles.xml')!;
	const text = /<numFmt numFmtId="(?<id>\d+)" formatCode="@"\/>/v.exec(styles)!.groups!['id']!;
	const formats = [...styles.split('<cellXfs')[1]!.matchAll(/<xf (?<attributes>[^>]*)>/gv)].map(({groups}) => groups!['attributes']!.includes(`numFmtId="${text}"`));
	for (const {groups} of parts.get('xl/worksheets/sheet2.xml')!.matchAll(/<c r="[A-Z]+\d+" s="(?<style>\d+)" t="s">/gv)) {
		t.true(formats[Number(groups!['style'])]);
	}
});

test('the same plan gives the same bytes, at any time', async t => {
	const content = await render(makeSamplePlan());
	t.deepEqual(content, await render(makeSamplePlan()));
	const parts = unpack(content);
	t.true(parts.get('docProps/core.xml')!.includes('<dcterms:created xsi:type="dcterms:W3CDTF">2026-11-22T00:00:00Z</dcterms:created>'));
	// A plan of another program may have any text as its day: a date that is none would make the file unreadable.
	t.false(unpack(await render(makeSamplePlan({date: '<today>'}))).get('docProps/core.xml')!.includes('today'));
});

test('every sheet can be filtered, keeps its head in view and repeats it on paper', async t => {
	const parts = unpack(await render(makeNasty()));
	const workbook = parts.get('xl/workbook.xml')!;
	for (const [position, {title, rows}] of listSheets(makeNasty(), templates).entries()) {
		const xml = parts.get(`xl/worksheets/sheet${position + 1}.xml`)!;
		const last = /<autoFilter ref="A1:(?<last>[A-Z]+\d+)"\/>/v.exec(xml)!.groups!['last']!;
		t.true(last.endsWith(String(rows.length)), `${title}`);
		t.regex(xml, /<pane [^>]*topLeftCell="B2"[^>]*state="frozen"\/>/v, `${title}`);
		t.regex(xml, /<pageSetup [^>]*fitToWidth="[1-9]" fitToHeight="0" [^>]*orientation="landscape"\/>/v, `${title}`);
		t.true(xml.includes('<oddHeader>&amp;L&amp;&amp;A =1 &amp;&amp; &quot;x&quot; &lt;b&gt;&amp;R&amp;&amp;12 =2</oddHeader>'), `${title}`);
		t.true(xml.includes('<oddFooter>&amp;L&amp;A&amp;CRequest CHG-1, revision 0123456789ab&amp;RPage &amp;P of &amp;N</oddFooter>'), `${title}`);
		t.true(workbook.includes(`<definedName name="_xlnm.Print_Titles" localSheetId="${position}">'${title}'!$A:$A,'${title}'!$1:$1</definedName>`), `${title}`);
		// The order of ECMA-376 (CT_Worksheet), without which Excel calls a file damaged.
		const order = ['sheetPr', 'sheetViews', 'cols', 'sheetData', 'autoFilter', 'printOptions', 'pageMargins', 'pageSetup', 'headerFooter', 'ignoredErrors'];
		t.deepEqual(order.map(tag => xml.indexOf(`<${tag}`)).toSorted((a, b) => a - b), order.map(tag => xml.indexOf(`<${tag}`)), `${title}`);
		t.false(order.some(tag => !xml.includes(`<${tag}`)), `${title}`);
		t.true(title.length <= 31 && !/[\[\]\/\\:*?]/v.test(title), `${title}`);
	}
});

test('a site\'s template changes its sheet too', async t => {
	const own = {...templates, 'lines.csv.liquid': 'Nummer,Ziel\n{{ lines | rows: "[id],[destination.hosts:list]" }}', 'zones.csv.liquid': ''};
	const sheets = readSheets(await render(makeSamplePlan(), own));
	t.deepEqual(sheets.get('Lines')!.slice(0, 3), [['Nummer', 'Ziel'], ['D-0041', 'Internet hosts'], ['R-WEB1', 'Acme manager']]);
	t.deepEqual(sheets.get('Zones'), [['']]);
});

test('denied, removed, not ready and clear text stand out in bold', async t => {
	const {rows} = listSheets(makeSamplePlan(), templates).find(({title}) => title === 'Lines')!;
	const warnings = (id: string) => rows.find(([cell]) => cell === id)!.filter(cell => typeof cell === 'object').map(cell => plainCell(cell));
	t.deepEqual(['D-0041', 'R-WEB1', 'R-FED4', 'H-BEAT', 'R-GONE'].map(id => warnings(id)), [['deny'], ['no (clear text): 8080; yes: 443'], [], ['no, address missing', 'no (clear text)'], ['remove', 'remove']]);
	const xml = unpack(await formatWorkbook([{title: 'A', rows: [['x'], [{warning: 'y'}], ['z']]}], workbookText)).get('xl/worksheets/sheet1.xml')!;
	const styles = [...xml.matchAll(/<c r="A\d" s="(?<style>\d+)"/gv)].map(({groups}) => groups!['style']);
	t.is(new Set(styles).size, 3);
});

test('wrapping a text takes nothing from it', t => {
	t.deepEqual(wrap('one two three', 7), ['one two ', 'three']);
	t.deepEqual(wrap('a\n\nb', 7), ['a\n', '\n', 'b']);
	t.deepEqual(wrap('abcdefgh', 3), ['abc', 'def', 'gh']);
	fc.assert(fc.property(fc.array(fc.constantFrom('a', 'bc', ' ', '\n', '漢', '😀', ',', '\t', 'longer-word')), fc.integer({min: 2, max: 12}), (parts, width) => {
		const lines = wrap(parts.join(''), width);
		t.is(lines.join(''), parts.join(''));
		t.true(lines.every(line => line.isWellFormed() && !line.slice(0, -1).includes('\n')));
	}));
});

test('a sheet is as many pages wide as take the least paper, with every word of its head unbroken', t => {
	const sumWidths = (columns: number, words: number) => {
		const row = Array.from({length: columns}, (_, column) => column === 3 ? 'word '.repeat(words).trim() : 'one two');
		const [sheet] = layOut({title: 'A', rows: [row.map((_, column) => `Heading ${column}`), ...Array.from({length: 300}, () => row)]});
		t.true(sheet!.widths.every(width => width >= 'Heading'.length + 3));
		return sheet!.widths.reduce((total, width) => total + width, 0);
	};

	t.true(sumWidths(8, 80) <= 230, 'one page has room enough for the long text');
	t.true(sumWidths(19, 80) > 230, 'on one page the long text would stand in a narrow column, in many lines');
});

test('a row with more text than a row can show is several rows, with nothing lost', t => {
	const addresses = Array.from({length: 5000}, (_, index) => `10.${Math.floor(index / 250)}.${index % 250}.1`).join(', ');
	const [sheet] = layOut({title: 'A', rows: [['Line', 'Addresses', 'Count', 'Ready'], ['R-1', addresses, 3, {warning: 'no'}], ['R-2', '10.0.0.1', 4, 'yes']]});
	const rows = sheet!.rows.slice(1).map(({cells}) => cells.map(cell => plainCell(cell)));
	const parts = rows.slice(0, -1);
	t.true(parts.length > 10);
	t.is(parts.map(row => row[1]).join(''), addresses);
	t.deepEqual(parts.map(row => row[0]), parts.map((_, index) => `R-1 (${index + 1} of ${parts.length})`));
	t.true(parts.every(row => row[2] === 3 && row[3] === 'no' && String(row[1]).length < 32_767));
	t.deepEqual(rows.at(-1), ['R-2', '10.0.0.1', 4, 'yes']);
	t.true(sheet!.rows.every(({lines}) => (lines * 12) + 3 <= 409));
});

test('more rows than a sheet holds go on in another', t => {
	const sheets = layOut({title: 'A', rows: [['Line'], ...['1', '2', '3', '4', '5'].map(id => [id])]}, 3);
	t.deepEqual(sheets.map(({title, rows}) => [title, rows.map(({cells}) => cells[0])]), [['A', ['Line', '1', '2']], ['A (2)', ['Line', '3', '4']], ['A (3)', ['Line', '5']]]);
});

test('escapes of cells are read as the text they were made of', t => {
	for (const text of nasty) {
		t.is(readEscapes(readXml(escapeCellText(text))), shown(text), `${text}`);
	}
});

for (const count of [250, 2000]) {
	test(`${count} lines are all in the workbook`, async t => {
		const sheets = readSheets(await render(makeLargePlan({zones: 10, hostsPerZone: count / 10, peers: 1})));
		t.is(new Set(sheets.get('Lines')!.slice(1).map(([id]) => id)).size, count);
	});
}

// Without LibreOffice the tests are skipped, which a run that needs all tools counts as a failure.
const inOffice = hasProgram('soffice') ? test.serial : test.serial.skip;
const onPaper = hasProgram('soffice') && hasProgram('pdftotext') ? test.serial : test.serial.skip;

inOffice('LibreOffice reads every cell of every sheet as it was meant', async t => {
	// Comma, quotes, UTF-8, from the first line, texts quoted, cells as they are and not as they are shown, every sheet.
	const files = await convertInOffice('request.xlsx', await render(makeNasty()), 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1');
	for (const {title, rows} of listSheets(makeNasty(), templates)) {
		const read = [...readCsvRows(new TextDecoder().decode(files.get(`request-${title}.csv`)), ',')].map(({cells}) => cells.map(({text}) => text));
		t.deepEqual(read.map(row => trimRow(row)), rows.map(row => trimRow(row.map(cell => shown(String(plainCell(cell)))))), `${title}`);
	}
});

onPaper('on paper every line is there, with a head on every page', async t => {
	const design = makeLargePlan({zones: 5, hostsPerZone: 30, peers: 1});
	const files = await convertInOffice('request.xlsx', await render(design), 'pdf');
	const pages = await readPdf(files.get('request.pdf')!);
	const lines = pages.filter(page => /^\s*Lines\s.*Page \d+ of \d+$/mv.test(page));
	t.true(lines.length > 1);
	for (const page of lines) {
		t.regex(page, /^\s*Line\s/mv);
	}

	const text = lines.join('\n');
	t.deepEqual(design.rules.filter(({id}) => !text.includes(id)), []);
});
