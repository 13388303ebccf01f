import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {strFromU8, unzipSync} from 'fflate';
import type {Plan} from '../../source/core/model.js';
import {findFormat, TemplateError, type MermaidDiagram, type Tools} from '../../source/renderers/index.js';
import {hasOffice, readPages} from '../helpers/office.js';
import {makeFlow, makeHost, makePlan, makeRule, makeSamplePlan, makeZone, templates} from '../helpers/sample-plan.js';
import {makeStarterPlan} from '../helpers/starter-plan.js';
import {tools} from '../helpers/tools.js';

const testOffice = hasOffice ? test : test.skip;

async function render(plan: Plan, {own = {}, with: extra = {}}: {readonly own?: Readonly<Record<string, string>>; readonly with?: Partial<Tools>} = {}): Promise<Uint8Array> {
	const [file] = await findFormat('docx')!.render(plan, {...templates, ...own}, {...tools, ...extra});
	return file!.content as Uint8Array;
}

/** The files of a document, pictures as nothing. */
function unpack(content: Uint8Array): ReadonlyMap<string, string> {
	return new Map(Object.entries(unzipSync(content)).map(([name, bytes]) => [name, /\.(?:xml|rels|svg)$/v.test(name) ? strFromU8(bytes) : '']));
}

const readBody = (content: Uint8Array): string => unpack(content).get('word/document.xml')!;

const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: '\''};

const unescape = (xml: string): string => xml.replaceAll(/&(amp|lt|gt|quot|apos);/gv, (_, name: string) => entities[name]!);

/** The text of each paragraph, line breaks included. */
function listTexts(xml: string): string[] {
	return [...xml.matchAll(/<w:p>.*?<\/w:p>/gsv)].map(([paragraph]) => unescape([...paragraph.matchAll(/<w:t(?: [^>]*)?>(?<text>[^<]*)<\/w:t>|<w:br\/>/gv)].map(({groups}) => groups!['text'] ?? '\n').join('')));
}

const listTables = (xml: string): string[] => [...xml.matchAll(/<w:tbl>.*?<\/w:tbl>/gsv)].map(([table]) => table);
const listRows = (table: string): string[] => [...table.matchAll(/<w:tr>.*?<\/w:tr>/gsv)].map(([row]) => row);

/** What a site's template becomes. */
const renderOwn = async (template: string): Promise<string> => readBody(await render(makeSamplePlan(), {own: {'change-request.md.liquid': template}}));

test('every line, finding, question and documented row is in the document', async t => {
	const plans = [makeSamplePlan(), ...await Promise.all(['estate', 'olvm-flat'].map(async name => makeStarterPlan(name)))];
	for (const plan of plans) {
		// eslint-disable-next-line no-await-in-loop -- One large document at a time.
		const texts = listTexts(readBody(await render(plan)));
		const text = texts.join('\n');
		for (const {id} of [...plan.rules, ...plan.removed, ...plan.denies]) {
			t.true(texts.includes(id), `${id}`);
		}

		for (const id of [...plan.findings, ...plan.openQuestions].map(entry => entry.id)) {
			t.true(text.includes(id), `${id}`);
		}

		for (const {catalogFlow} of plan.flows) {
			t.true(text.includes(catalogFlow), `${catalogFlow}`);
		}
	}
});

testOffice('LibreOffice shows every line, repeats the heads of tables and counts the pages', async t => {
	const plan = await makeStarterPlan('vplus-backup');
	const pages = await readPages(await render(plan), 'docx');
	const text = pages.join('\n');
	for (const {id} of [...plan.rules, ...plan.denies]) {
		t.true(text.includes(id), `${id}`);
	}

	for (const [index, page] of pages.entries()) {
		t.true(page.includes(`Page ${index + 1} of ${pages.length}`), `page ${index + 1}`);
		t.true(page.includes(`Firewall change request ${plan.request.id}, revision ${plan.request.revision}`), `page ${index + 1}`);
	}

	const appendix = pages.findIndex(page => page.includes('Appendix A. Every') && page.includes('Disposition and reason')) + 1;
	t.true(appendix > 0);
	const end = pages.findIndex((page, index) => index > appendix && page.includes('Appendix B'));
	t.true(end - appendix > 2, 'a table over several pages');
	for (const page of pages.slice(appendix, end)) {
		t.regex(page, /Disposition and reason/v);
	}
});

test('every table with a head repeats it, and rows stay whole unless they are very long', async t => {
	const body = readBody(await render(makeSamplePlan()));
	const tables = listTables(body);
	t.true(tables.length > 20);
	t.true(tables.filter(table => table.includes('<w:tblHeader/>')).length > 20);
	for (const table of tables) {
		const rows = listRows(table);
		t.deepEqual(rows.map(row => row.includes('<w:tblHeader/>')), rows.map((_, index) => index === 0 && table.includes('<w:tblHeader/>')));
	}

	const lines = tables.find(table => table.includes('R-WEB1') && table.includes('Status'));
	t.true(listRows(lines!).every(row => row.includes('<w:cantSplit/>')));
	const long = await renderOwn(`| A | B |\n|---|---|\n| a | ${'word<br>'.repeat(200)} |\n| b | c |`);
	t.deepEqual(listRows(listTables(long)[0]!).map(row => row.includes('<w:cantSplit/>')), [true, false, true]);
});

test('every table is as wide as the page, and its cells have the widths of its columns', async t => {
	for (const table of listTables(readBody(await render(makeSamplePlan())))) {
		const grid = [...table.matchAll(/<w:gridCol w:w="(?<width>\d+)"/gv)].map(({groups}) => Number(groups!['width']));
		t.is(grid.reduce((sum, width) => sum + width, 0), 15_138);
		t.true(grid.every(width => width > 200));
	}
});

test('headings are Word\'s, and the contents lead to them', async t => {
	const body = readBody(await render(makeSamplePlan()));
	const headings = [...body.matchAll(/<w:pStyle w:val="Heading[12]"\/>.*?<\/w:p>/gsv)].map(([heading]) => heading);
	t.true(headings.length > 20);
	const named = headings.map(heading => /<w:bookmarkStart w:name="(?<name>[^"]+)"/v.exec(heading)?.groups?.['name']);
	const contents = /<w:sdt>.*?<\/w:sdt>/sv.exec(body)![0];
	t.deepEqual([...contents.matchAll(/w:anchor="(?<name>[^"]+)"/gv)].map(({groups}) => groups!['name']), named);
	t.is(body.match(/<w:pStyle w:val="Title"\/>/gv)?.length, 1);
	t.notRegex(body, /w:dirty="(?:true|1)"/v);
	t.notRegex(unpack(await render(makeSamplePlan())).get('word/settings.xml')!, /updateFields/v);
});

test('a document of few sections has no contents, and one with two titles counts them as sections', async t => {
	t.notRegex(await renderOwn('# a\n\n## b\n\nc'), /<w:sdt>/v);
	const body = await renderOwn('# a\n\n# b\n\n## c\n\n### d');
	t.deepEqual([...body.matchAll(/<w:pStyle w:val="(?<style>Title|Heading\d)"\/>/gv)].map(({groups}) => groups!['style']), ['Heading1', 'Heading1', 'Heading2', 'Heading3']);
});

test('where a line is named, its name leads to its row', async t => {
	const plan = makeSamplePlan();
	const body = readBody(await render(plan));
	for (const {id} of [...plan.rules, ...plan.removed, ...plan.denies]) {
		const bookmark = new RegExp(String.raw`<w:bookmarkStart w:name="(?<name>line_\d+)" w:id="\d+"/>(?:(?!</w:p>).)*>${id}<`, 'v').exec(body)?.groups?.['name'];
		t.truthy(bookmark, `${id}`);
		t.true(body.includes(`w:anchor="${bookmark!}"`), `${id}`);
	}

	const anchors = [...body.matchAll(/w:anchor="(?<name>[^"]+)"/gv)].map(({groups}) => groups!['name']!);
	const names = [...body.matchAll(/<w:bookmarkStart w:name="(?<name>[^"]+)"/gv)].map(({groups}) => groups!['name']!);
	t.is(new Set(names).size, names.length);
	t.true(anchors.every(name => names.includes(name)));
});

test('every page says which request it is of, its handling mark and whether it is ready', async t => {
	const open = unpack(await render(makeSamplePlan()));
	t.deepEqual(listTexts(open.get('word/header1.xml')!), ['Firewall change request CHG-1, revision 0123456789ab   NOT READY: do not implementHandling: internal']);
	t.deepEqual(listTexts(open.get('word/footer1.xml')!), ['2026-11-22, made with virt-fw-wizard 0.0.0Page  of ']);
	t.regex(open.get('word/footer1.xml')!, />PAGE<.*>NUMPAGES</v);
	const ready = unpack(await render(makeSamplePlan({ready: true, notReady: [], change: {}})));
	t.deepEqual(listTexts(ready.get('word/header1.xml')!), ['Firewall change request CHG-1, revision 0123456789ab']);
});

test('the record to sign is on a page of its own, with room to write', async t => {
	const body = readBody(await render(makeSamplePlan()));
	const breaks = [...body.matchAll(/<w:pStyle w:val="Heading\d"\/>(?:(?!<\/w:p>).)*<w:pageBreakBefore\/>.*?<\/w:p>/gsv)].map(([heading]) => listTexts(`<w:p>${heading}`));
	t.deepEqual(breaks, [['16. Approval and implementation record']]);
	const table = listTables(body).find(candidate => candidate.includes('Signature'))!;
	t.deepEqual(listRows(table).map(row => /<w:trHeight[^>]*>/v.exec(row)?.[0]), [undefined, ...listRows(table).slice(1).map(() => '<w:trHeight w:val="560" w:hRule="atLeast"/>')]);
});

test('the properties of the document are of the plan', async t => {
	const core = unpack(await render(makeSamplePlan())).get('docProps/core.xml')!;
	for (const text of [
		'<dc:title>Firewall change request CHG-1</dc:title>',
		'<dc:subject>Rules for Acme</dc:subject>',
		'<dc:creator>virt-fw-wizard 0.0.0</dc:creator>',
		'<cp:lastModifiedBy>virt-fw-wizard 0.0.0</cp:lastModifiedBy>',
		'<cp:keywords>revision 0123456789ab</cp:keywords>',
		'<dcterms:created xsi:type="dcterms:W3CDTF">2026-11-22T00:00:00Z</dcterms:created>',
		'<dcterms:modified xsi:type="dcterms:W3CDTF">2026-11-22T00:00:00Z</dcterms:modified>',
	]) {
		t.true(core.includes(text), `${text}`);
	}

	t.regex(unpack(await render(makeSamplePlan())).get('word/styles.xml')!, /<w:lang w:val="en-GB"\/>/v);
	t.regex(unpack(await render(makeSamplePlan({date: 'now<x/>'}))).get('docProps/core.xml')!, />1980-01-01T00:00:00Z</v);
});

test('the diagram is a picture of pixels where they can be drawn, and SVG that says so where not', async t => {
	const drawn: string[] = [];
	const pixels = unpack(await render(makeSamplePlan(), {
		with: {
			async rasterize(svg) {
				drawn.push(svg);
				return new Uint8Array([1, 2, 3]);
			},
		},
	}));
	t.is(drawn.length, 1);
	t.deepEqual([...pixels.keys()].filter(name => name.startsWith('word/media/')), ['word/media/image1.png']);
	const vector = unpack(await render(makeSamplePlan()));
	t.is([...vector].find(([name]) => name.endsWith('.svg'))![1], drawn[0]!);
	const note = 'This diagram is an SVG picture, as it could not be drawn in pixels: This test draws no pixels. ';
	t.true(vector.get('word/document.xml')!.includes(note));
	t.false(pixels.get('word/document.xml')!.includes(note));
	t.regex(pixels.get('word/document.xml')!, /<wp:docPr [^>]*descr="[^"]+"/v);
});

test('the diagram is Mermaid\'s where somebody asked for it', async t => {
	const asked: MermaidDiagram[] = [];
	// A PNG begins with its size: 400 by 200.
	const png = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 1, 144, 0, 0, 0, 200]);
	const body = readBody(await render(makeSamplePlan(), {
		with: {
			async drawMermaid(diagrams, kind) {
				t.is(kind, 'png');
				asked.push(...diagrams);
				return [png];
			},
		},
	}));
	t.is(asked.length, 1);
	t.regex(asked[0]!.text, /flowchart/v);
	const {width, height} = /<wp:extent cx="(?<width>\d+)" cy="(?<height>\d+)"/v.exec(body)!.groups!;
	t.is(Number(width), 2 * Number(height));
	await t.throwsAsync(render(makeSamplePlan(), {
		with: {
			async drawMermaid() {
				throw new Error('no browser');
			},
		},
	}), {message: 'no browser'});
});

test('a site\'s template reaches Word, with every kind of text', async t => {
	const body = await renderOwn([
		'# Our {{ request.title }}',
		'> [!WARNING]\n> **bold** text\n>\n> 1. point',
		'1. one\n   - inner\n\n     more\n2. two',
		'3. three',
		'Some *italic* `code` and [a link](https://x.example/?a=1&b=2#c), [no link](javascript:alert(1))\\\nnext line',
		'```\nkeep   this\n  as it is\n```',
		'---',
		'| A | B |\n|:-:|---|\n| `x` | y<br>z |',
		'{{ diagram }}',
	].join('\n\n'));
	const texts = listTexts(body);
	for (const text of ['Our Rules for Acme', 'WARNING', 'bold text', 'point', 'one', 'inner', 'more', 'two', 'three', 'Some italic code and a link, no link (javascript:alert(1))\nnext line', 'keep   this\n  as it is', 'y\nz']) {
		t.true(texts.includes(text), `${text}`);
	}

	t.regex(body, /<w:i\/>(?:(?!<\/w:r>).)*italic/v);
	t.regex(body, /<w:drawing>/v);
	t.regex(body, /<w:jc w:val="center"\/>/v);
	t.regex(body, /<w:pBdr><w:bottom/v);
});

test('numbered lists begin with their own numbers', async t => {
	const parts = unpack(await render(makeSamplePlan(), {own: {'change-request.md.liquid': '1. a\n\ntext\n\n1. b\n\ntext\n\n7. c'}}));
	const ids = [...parts.get('word/document.xml')!.matchAll(/<w:numId w:val="(?<id>\d+)"\/>/gv)].map(({groups}) => groups!['id']!);
	t.is(new Set(ids).size, 3, 'each is a list of its own');
	const numbering = parts.get('word/numbering.xml')!;
	const starts = ids.map(id => {
		const abstract = new RegExp(String.raw`<w:num w:numId="${id}"[^>]*><w:abstractNumId w:val="(?<abstract>\d+)"/>`, 'v').exec(numbering)!.groups!['abstract']!;
		return new RegExp(String.raw`<w:abstractNum [^>]*w:abstractNumId="${abstract}".*?<w:start w:val="(?<start>\d+)"/>`, 'sv').exec(numbering)!.groups!['start'];
	});
	t.deepEqual(starts, ['1', '1', '7']);
});

test('what Word cannot show of a site\'s template is an error that says so', async t => {
	const error = await t.throwsAsync(renderOwn('<iframe src="https://x.example"></iframe>'), {instanceOf: TemplateError});
	t.regex(error.message, /HTML/v);
});

/** What people could type, and what XML cannot hold. */
const nasty = '<w:p/>&lt;]]></w:t> {HYPERLINK "http://evil.example"} { DDEAUTO c:\\\\x } "\' r:id="rId1" [x](https://evil.example) ![i](http://evil.example/i) <script>alert(1)</script> {{ x }} \u{0}\u{1}\u{B}\u{1F}\u{202E}\u{FFFE}\u{FFFF}\u{D800} 👩‍🚒 \u{2028}';

/** The plan with a nasty end to every text but those that are words of the program. */
function makeNasty(plan: Plan): Plan {
	const kept = new Set(['schema', 'trust', 'kind', 'disposition', 'protocol', 'ports', 'need', 'encrypted', 'scope', 'status', 'severity', 'askOf', 'for', 'role', 'zone', 'sourceZone', 'destinationZone', 'conduit', 'source', 'destination', 'interface', 'host', 'flows', 'rules', 'catalogFlow', 'date']);
	const spoil = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			return kept.has(key) ? value : `${value}${nasty}`;
		}

		if (Array.isArray(value)) {
			return value.map(item => spoil(item, key));
		}

		return typeof value === 'object' && value !== null
			? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === 'id' && key !== 'request' && key !== 'rules' ? inner : spoil(inner, name)]))
			: value;
	};

	return spoil(plan, '') as Plan;
}

test('hostile names stay text: no links, fields, macros or parts of their own', async t => {
	const plan = makeNasty(makeSamplePlan());
	const parts = unpack(await render(plan));
	const clean = unpack(await render(makeSamplePlan()));
	t.deepEqual([...parts.keys()].filter(name => !name.startsWith('word/media/')), [...clean.keys()].filter(name => !name.startsWith('word/media/')));
	t.false([...parts.keys()].some(name => /vba|\.bin$|embeddings|activeX/iv.test(name)));
	for (const [name, xml] of parts) {
		// eslint-disable-next-line no-control-regex -- They are what XML 1.0 cannot hold.
		t.notRegex(xml, /[\u{0}-\u{8}\u{B}\u{C}\u{E}-\u{1F}\u{FFFE}\u{FFFF}\u{202E}]/v, `${name}`);
		t.true(xml.isWellFormed(), `${name}`);
		for (const [, code] of xml.matchAll(/<w:instrText[^>]*>([^<]*)<\/w:instrText>/gv)) {
			t.regex(code!, /^(?:PAGE|NUMPAGES|TOC \\h \\o &quot;1-2&quot;)$/v, `${name}`);
		}

		t.notRegex(xml, /<w:fldSimple|<w:object|<w:altChunk|attachedTemplate/v, `${name}`);
	}

	const external = [...parts].flatMap(([, xml]) => [...xml.matchAll(/<Relationship [^>]*TargetMode="External"[^>]*>/gv)].map(([relationship]) => relationship));
	t.deepEqual(external.filter(relationship => !/Target="https?:\/\//v.test(relationship)), []);
	// What nasty names add to addresses of documents makes them no addresses.
	t.deepEqual(external, []);
	t.true(listTexts(parts.get('word/document.xml')!).some(text => text.includes('{HYPERLINK "http://evil.example"} { DDEAUTO') && text.includes('<U+0001>') && text.includes('<U+FFFE>')));
});

test('addresses of source documents are links to just these', async t => {
	const plan = makeSamplePlan();
	const [document] = plan.catalog.documents;
	const url = 'https://docs.example.com/acme/ports?a=1&b=%22#L7';
	const parts = unpack(await render({...plan, catalog: {...plan.catalog, documents: [{...document!, url}, {...document!, id: 'other', url: 'file:///etc/passwd'}]}}));
	const external = [...parts.get('word/_rels/document.xml.rels')!.matchAll(/<Relationship Id="(?<id>[^"]+)"[^>]*Target="(?<target>[^"]+)" TargetMode="External"\/>/gv)].map(({groups}) => ({...groups}));
	t.deepEqual(external, [{id: 'rIdlink1', target: url.replaceAll('&', '&amp;')}]);
	t.regex(parts.get('word/document.xml')!, /<w:hyperlink [^>]*r:id="rIdlink1"/v);
});

testOffice('LibreOffice reads a document of hostile names', async t => {
	const plan = makeNasty(makeSamplePlan());
	const pages = await readPages(await render(plan), 'docx');
	const text = pages.join('\n');
	for (const {id} of plan.denies) {
		t.true(text.includes(id), `${id}`);
	}

	t.regex(text, /HYPERLINK/v);
});

test('a design without anything to open makes a document', async t => {
	const host = makeHost('a', {roles: {management: ['lan', '10.0.0.1']}});
	for (const plan of [makePlan({zones: [makeZone({id: 'lan'})]}), makePlan({zones: [makeZone({id: 'lan'})], hosts: [host], flows: [makeFlow('x', {disposition: 'local'})], rules: [makeRule('R-1', [makeFlow('x', {between: [host.interfaces[0]!, host.interfaces[0]!]})], [host])]})]) {
		// eslint-disable-next-line no-await-in-loop -- Two small documents.
		t.true(readBody(await render(plan)).includes('Firewall change request'));
	}
});

test('the same plan gives the same bytes, again and in another process on another day', async t => {
	t.deepEqual(await render(makeSamplePlan()), await render(makeSamplePlan()));

	const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-docx-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const stub = path.join(folder, 'another-day.cjs');
	await writeFile(stub, `const {now} = Date;
globalThis.Date = class extends Date {
	constructor(...values) {
		super(...(values.length === 0 ? [now() + 40 * 86_400_000] : values));
	}

	static now() {
		return now() + 40 * 86_400_000;
	}
};
`);
	const write = async (name: string, environment: NodeJS.ProcessEnv) => {
		const out = path.join(folder, name);
		const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), 'generate', 'olvm-flat', '--date', '2026-11-22', '--format', 'docx', '--out', out], {
			cwd: folder,
			env: {...process.env, VIRT_FW_WIZARD_HOME: folder, VIRT_FW_WIZARD_CODE_CACHE: '0', ...environment},
			stdio: 'ignore',
		});
		await once(child, 'close');
		return readFile(path.join(out, 'change-request.docx'));
	};

	const [today, later] = await Promise.all([write('today', {TZ: 'UTC'}), write('later', {TZ: 'Pacific/Kiritimati', NODE_OPTIONS: `--require=${stub}`})]);
	t.true(today.length > 10_000);
	t.true(today.equals(later));
});
