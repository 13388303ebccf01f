import {Buffer} from 'node:buffer';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {plan} from '../../source/core/plan.js';
import type {Plan} from '../../source/core/model.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {drawOverview} from '../../source/renderers/diagram/index.js';
import {findFormat, TemplateError, type PdfDocument, type PdfItem, type Templates} from '../../source/renderers/index.js';
import {FontMetrics} from '../../source/renderers/pdf/font-metrics.js';
import {renderPicturePage} from '../../source/renderers/pdf/picture-page.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeSamplePlan, makeZone, templates} from '../helpers/sample-plan.js';
import {tools} from '../helpers/tools.js';

const root = process.cwd();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'virt-fw-wizard-pdf-'));
test.after.always(() => {
	rmSync(scratch, {recursive: true, force: true});
});

const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;
const testFile = hasPoppler ? test : test.skip;

const starters = readdirSync(path.join(root, 'templates/profiles')).map(file => path.basename(file, '.yaml'));

async function makeStarterPlan(name: string): Promise<Plan> {
	const catalog = await readTestCatalog(root);
	const {value} = parseProfile(readFileSync(path.join(root, `templates/profiles/${name}.yaml`), 'utf8'), `${name}.yaml`, catalog);
	return plan(catalog, value!, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
}

/** The pages before anything writes them. */
async function layOut(design: Plan, own: Templates = templates): Promise<PdfDocument> {
	let pages: PdfDocument | undefined;
	await findFormat('pdf')!.render(design, own, {
		...tools,
		async writePdf(document) {
			pages = document;
			return new Uint8Array();
		},
	});
	return pages!;
}

let count = 0;

/** The file as other programs read it. */
async function write(design: Plan, own: Templates = templates): Promise<string> {
	const [file] = await findFormat('pdf')!.render(design, own, tools);
	const name = path.join(scratch, `${count++}.pdf`);
	writeFileSync(name, file!.content);
	return name;
}

const run = (command: string, ...args: readonly string[]) => execFileSync(command, args, {encoding: 'utf8', maxBuffer: 100_000_000});
/** Text in the order in which it is printed: cell by cell. */
const readText = (file: string) => run('pdftotext', '-raw', file, '-');
/** Text of each page, laid out as it is there. */
const readPages = (file: string) => run('pdftotext', '-layout', file, '-').split('\f').slice(0, -1);
/** Words that were broken over lines are whole again. */
const join = (text: string) => text.replaceAll(/\s/gv, '');

const isText = (item: PdfItem) => item.kind === 'text';
const listTexts = ({pages}: PdfDocument) => pages.flatMap(({items}) => items.filter(item => isText(item)));
const withTemplate = (text: string): Templates => ({...templates, 'change-request.md.liquid': text});

/** What reaches beyond the edges of the part of a page that may be printed. */
const findOutside = ({pages}: PdfDocument) => pages.flatMap(({items, width, height}) => items.filter(item => item.x < 39.5 || item.x + item.width > width - 39.5 || item.y < 20 || item.y + (item.kind === 'text' ? 0 : item.height) > height - 20));

testFile('the change request of every starter has each of its lines, findings and questions, and numbers its pages', async t => {
	for (const name of starters) {
		// eslint-disable-next-line no-await-in-loop -- One needs much memory.
		const design = await makeStarterPlan(name);
		// eslint-disable-next-line no-await-in-loop -- As above.
		const file = await write(design);
		const text = join(readText(file));
		const ids = [...design.rules, ...design.denies, ...design.findings, ...design.openQuestions].map(({id}) => id);
		t.true(ids.length > 10);
		t.deepEqual(ids.filter(id => !text.includes(join(id))), [], name);

		const pages = readPages(file);
		t.is(Number(/^Pages:\s+(?<pages>\d+)$/mv.exec(run('pdfinfo', file))!.groups!['pages']), pages.length);
		for (const [index, page] of pages.entries()) {
			t.true(page.trimEnd().endsWith(`Page ${index + 1} of ${pages.length}`), `${name} ${index + 1}`);
			t.true(page.trimStart().startsWith(`${design.request.id}, revision ${design.request.revision}`), `${name} ${index + 1}`);
		}
	}
});

testFile('fonts are embedded, the text is tagged, and the file says what it is', async t => {
	const file = await write(makeSamplePlan());
	const fonts = run('pdffonts', file).trim().split('\n').slice(2);
	t.is(fonts.length, 3);
	for (const font of fonts) {
		// Embedded, a subset, with a map to Unicode.
		t.regex(font, /DejaVuSans\S*\s.*\byes\s+yes\s+yes\b/v);
	}

	const info = run('pdfinfo', '-isodates', file);
	t.regex(info, /^Title:\s+Firewall change request CHG-1$/mv);
	t.regex(info, /^Author:\s+virt-fw-wizard 0\.0\.0$/mv);
	t.regex(info, /^CreationDate:\s+2026-11-22T00:00:00/mv);
	t.regex(info, /^ModDate:\s+2026-11-22T00:00:00/mv);
	t.regex(info, /^Tagged:\s+yes$/mv);
	const structure = run('pdfinfo', '-struct-text', file);
	for (const part of ['H1', 'H2', 'Table', 'TH', 'TD', 'Figure', 'Link']) {
		t.regex(structure, new RegExp(String.raw`^ +${part}\b`, 'mv'));
	}

	t.true(structure.includes('Network security Risk office'));
});

testFile('the head of a table is printed again on each of its pages, and no row is lost or parted', async t => {
	const rows = Array.from({length: 300}, (_, index) => `| row-${index} | ${'words that need several lines '.repeat(index % 9)}end-${index} |`);
	const file = await write(makeSamplePlan(), withTemplate(`# Ours\n\n| First | Second |\n|---|---|\n${rows.join('\n')}\n`));
	const pages = readPages(file);
	t.true(pages.length > 5);
	for (const page of pages) {
		t.is(page.split('First').length, 2);
	}

	for (const index of rows.keys()) {
		const withStart = pages.findIndex(page => new RegExp(String.raw`\brow-${index}\b`, 'v').test(page));
		const withEnd = pages.findIndex(page => new RegExp(String.raw`\bend-${index}\b`, 'v').test(page));
		t.not(withStart, -1);
		t.is(withStart, withEnd, `${index}`);
	}
});

testFile('a row that is higher than a page, a head as high and a word longer than a line lose nothing', async t => {
	const tall = (name: string) => Array.from({length: 200}, (_, index) => `${name}${index}.`).join('<br>');
	const word = Array.from({length: 700}, (_, index) => String(index)).join('x');
	const design = makeSamplePlan();
	for (const own of [
		`| A | B |\n|---|---|\n| before | row |\n| ${tall('left')} | ${tall('right')} |\n| after | row |`,
		`| ${tall('head')} | B |\n|---|---|\n| ${word} | short |`,
		`${word}\n\n- ${word}\n\n\`\`\`\n${word}\n\`\`\`\n\n# ${word}\n\n> ${word}`,
		`${'| wide '.repeat(60)}|\n${'|---'.repeat(60)}|\n${`| ${'narrow '.repeat(9)}`.repeat(60)}|`,
	]) {
		// eslint-disable-next-line no-await-in-loop -- One after the other is easier to read when one fails.
		t.deepEqual(findOutside(await layOut(design, withTemplate(own))), []);
		// eslint-disable-next-line no-await-in-loop -- As above.
		const text = join(readText(await write(design, withTemplate(own))).replaceAll(/^(?:CHG-1, revision .*|NOT READY: do not implement|internal|Sample design, 2026-11-22.*|Page \d+ of \d+)$/gmv, ''));
		const expected = own.includes('<br>') ? ['left', 'right', 'head'].filter(name => own.includes(`${name}0.`)).flatMap(name => Array.from({length: 200}, (_, index) => `${name}${index}.`)) : [];
		t.deepEqual(expected.filter(part => !text.includes(part)), []);
		t.is(text.split(word).length, own.split(word).length);
		if (own.includes('narrow')) {
			// Letter by letter, because cells beside each other are parted in the middle of words.
			t.is(text.split('n').length, own.split('n').length);
		}
	}
});

testFile('what no font has is printed as its code point, in text, code and the diagram', async t => {
	const design = makeSamplePlan();
	const [core, ...zones] = design.zones;
	const file = await write({...design, zones: [{...core!, title: 'Kern 漢字'}, ...zones], change: {...design.change, title: 'Größe Ω Ж 漢 🦊', reason: 'a👩‍💻b'}}, {...templates, 'change-request.md.liquid': `${templates['change-request.md.liquid']!}\n{{ "é漢" | code }}\n`});
	const text = join(readText(file));
	const parts = ['GrößeΩЖ[U+6F22][U+1F98A]', 'a[U+1F469]<U+200D>[U+1F4BB]b', 'é[U+6F22]'];
	t.deepEqual(parts.filter(part => !text.includes(part)), []);

	const picture = (await drawOverview({...design, zones: [{...core!, title: '漢'}, ...zones]}));
	const page = path.join(scratch, 'picture.pdf');
	writeFileSync(page, await renderPicturePage(picture, {title: 'Picture', subject: '', author: '', date: '2026-11-22'}, tools));
	t.true(readText(page).includes('[U+6F22]'));
	t.true(readText(page).includes('Office'));
	t.regex(run('pdfinfo', page), new RegExp(String.raw`^Page size:\s+${picture.width} x ${picture.height} pts`, 'mv'));
});

test('the same plan gives the same bytes at any time and place', t => {
	const outcomes = [['2001-02-03T04:05:06Z', 'UTC'], ['2038-01-19T03:14:07Z', 'Pacific/Auckland']].map(([now, zone], index) => {
		const stub = path.join(scratch, `clock-${index}.cjs`);
		writeFileSync(stub, `
			const start = Date.parse('${now}');
			globalThis.Date = class extends Date {
				constructor(...values) {
					super(...(values.length === 0 ? [start] : values));
				}

				static now() {
					return start;
				}
			};
		`);
		const out = path.join(scratch, `same-${index}`);
		execFileSync(process.execPath, ['--require', stub, path.join(root, 'dist/cli.cjs'), 'generate', path.join(root, 'templates/profiles/olvm-flat.yaml'), '--date', '2026-11-22', '--format', 'pdf', '--out', out], {env: {...process.env, TZ: zone, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home')}, stdio: 'pipe'});
		return readFileSync(path.join(out, 'change-request.pdf'));
	});
	t.true(outcomes[0]!.equals(outcomes[1]!));
	t.true(outcomes[0]!.length > 50_000);
});

test('a hostile plan brings no action into the file, and no link but to the web', async t => {
	const bad = '<script>alert(1)</script> [x](javascript:alert(1)) ](file:///etc/passwd) {{ 7 | times: 7 }} \u202E \u0000 \uD800 =cmd() /JS (app.alert(1)) /S /JavaScript ) >> endobj stream';
	const design = makeSamplePlan();
	const [document] = design.catalog.documents;
	const script = ['javascript', 'alert(1)'].join(':');
	const hostile: Plan = {
		...design,
		request: {...design.request, id: `CHG ${bad}`},
		change: {...design.change, title: bad, marking: bad, requester: bad, reason: bad, contacts: [bad]},
		profile: {...design.profile, title: bad},
		zones: [...design.zones, makeZone({id: 'bad', title: bad, networks: ['10.99.0.0/24']})],
		catalog: {...design.catalog, documents: [document!, {...document!, id: 'bad', title: bad, url: script}, {...document!, id: 'worse', url: 'https://docs.example.com/a)/URI(file:///x'}]},
		findings: design.findings.map(finding => ({...finding, message: bad})),
	};
	t.deepEqual(findOutside(await layOut(hostile)), []);
	const [file] = await findFormat('pdf')!.render(hostile, templates, tools);
	const objects = Buffer.from(file!.content).toString('latin1').replaceAll(/(?<=>>\s*stream\n).*?(?=\nendstream)/gsv, '');
	// Strings hold texts of the plan: what a viewer acts upon are names outside of them.
	const names = objects.replaceAll(/\((?:\\.|[^\\\)])*\)/gsv, '()');
	t.notRegex(names, /\/(?:AA|JS|JavaScript|Launch|OpenAction|GoToR|GoToE|SubmitForm|ImportData|EmbeddedFiles?|RichMedia|AcroForm|Filespec)\b/v);
	const addresses = [...objects.matchAll(/\/URI \((?<address>(?:\\.|[^\\\)])*)\)/gsv)].map(({groups}) => groups!['address']!);
	t.true(addresses.length > 0);
	t.deepEqual(addresses.filter(address => !address.startsWith('https://docs.example.com/')), []);
});

test('links lead to places that there are, contents and bookmarks to the pages of their headings', async t => {
	const document = await layOut(makeSamplePlan());
	const places = new Map(document.pages.flatMap((page, index) => page.places.map(({name}) => [name, index + 1] as const)));
	const links = listTexts(document).flatMap(({text, target, element}) => target !== undefined && 'place' in target ? [{text, place: target.place, element}] : []);
	t.deepEqual(links.filter(({place}) => !places.has(place)), []);
	t.true(links.some(({text}) => text === 'R-WEB1'));
	t.true(links.some(({text}) => text === 'acme-ports/web'));

	const headings = document.bookmarks.map(({title}) => title);
	t.true(headings.includes('3. Lines of network firewalls'));
	t.true(document.bookmarks.find(({title}) => title.startsWith('3.'))!.children.some(({title}) => title.includes('→')));
	const contents = links.filter(({place}) => place.startsWith('heading-'));
	t.is(contents.length, 2 * headings.length);
	for (const [index, {title, page}] of document.bookmarks.entries()) {
		t.is(contents[index]!.text, title);
		const [name, number] = contents.filter(({element}) => element === contents[index]!.element);
		t.is(number!.text, String(page + 1));
		t.is(places.get(name!.place), page + 1);
	}
});

test('every page of a request that is not ready says so, and how it is to be handled', async t => {
	const document = await layOut(makeSamplePlan());
	t.true(document.pages.length > 3);
	for (const {items} of document.pages) {
		const texts = new Set(items.filter(item => isText(item)).map(({text}) => text));
		t.true(texts.has('NOT READY: do not implement'));
		t.true(texts.has('internal'));
	}

	t.false(listTexts(await layOut(makeSamplePlan({ready: true, notReady: []}))).some(({text}) => text.startsWith('NOT READY: do not implement')));
});

test('all that a site can write in its template is printed, and what cannot be printed is an error', async t => {
	const own = `
# One {{ request.id }}
## Two
### Three
#### Four
##### Five
###### Six

Text with **bold**, _slanted_, \`code\`, [a link](https://example.com/x) and a<br>break.

- bullet
  1. inner

     | in | a list |
     |---|---|
     | cell | cell |

     last
-
- [ ] task

> [!WARNING]
> Careful.
>
> | in | a quotation |
> |---|---|
> | x | y |

> plain

---

\`\`\`
fixed\twidth
\`\`\`

{{ diagram }}
`;
	const document = await layOut(makeSamplePlan(), withTemplate(own));
	const text = listTexts(document).map(item => item.text).join(' ');
	const parts = 'One CHG-1|Two|Three|Four|Five|Six|bold|slanted|code|a link|break.|•|bullet|1.|inner|a list|last|[ ] task|Warning|Careful.|a quotation|plain|fixed    width'.split('|');
	t.deepEqual(parts.filter(part => !text.includes(part)), []);

	t.deepEqual(findOutside(document), []);
	t.is(document.pages.flatMap(({items}) => items.filter(({kind}) => kind === 'picture')).length, 1);
	t.true(listTexts(document).find(item => item.text === 'slanted')!.isOblique);
	await t.throwsAsync(async () => layOut(makeSamplePlan(), withTemplate('<details>hidden</details>')), {instanceOf: TemplateError});
});

type Font = {
	readonly characterSet: readonly number[];
	readonly unitsPerEm: number;
	readonly glyphForCodePoint: (character: number) => {readonly advanceWidth: number};
};

test('fonts are measured as the library that embeds them does', async t => {
	const library = 'fontkit';
	const {create} = await import(library) as {readonly create: (file: Uint8Array) => Font};
	for (const name of ['sans.ttf', 'sans-bold.ttf', 'mono.ttf'] as const) {
		// eslint-disable-next-line no-await-in-loop -- Three files.
		const file = await tools.readAsset(name);
		const [metrics, font] = [new FontMetrics(file), create(file)];
		const known = new Set(font.characterSet);
		t.true(known.size > 3000);
		const isWrong = (character: number) => metrics.has(character) !== known.has(character)
			|| (known.has(character) && Math.abs(metrics.measure(String.fromCodePoint(character)) - (font.glyphForCodePoint(character).advanceWidth / font.unitsPerEm)) > 1e-9);
		const isCharacter = (code: number) => (code < 0xD8_00 || code > 0xDF_FF) && code !== 0xFF_FF;
		const wrong = Array.from({length: 0x2_00_00}, (_, code) => code).filter(code => isCharacter(code) && isWrong(code));
		t.deepEqual(wrong, [], `${name}`);
	}

	t.throws(() => new FontMetrics(new Uint8Array(100)), {instanceOf: RangeError});
});
