import {spawnSync} from 'node:child_process';
import process from 'node:process';
import test from 'ava';
import {drawDiagrams, drawOverview} from '../../../source/renderers/diagram/index.js';
import {colours, deniedLook, hostLook, trustLooks} from '../../../source/renderers/diagram/palette.js';
import {diagramPdf} from '../../../source/renderers/diagram-pdf.js';
import {png} from '../../../source/renderers/png.js';
import {svg} from '../../../source/renderers/svg.js';
import type {MermaidDiagram} from '../../../source/renderers/tools.js';
import {makeHost, makeLargePlan, makePlan, makeSamplePlan, makeZone, templates} from '../../helpers/sample-plan.js';
import {tools} from '../../helpers/tools.js';

const nasty = [
	'<script>alert(1)</script>',
	'"/><image href="https://example.com/x.png" onload="alert(1)"/>',
	'</svg><a href="javascript:alert(1)">x</a>',
	']]><!-- --><?xml-stylesheet href="x"?>',
	'&lt;b&gt; &amp; &bogus;',
	'{{ plan }} {% raw %}',
	'bidi \u202E\u2066 and zero width \u200B\u200D',
	'control \u0000\u0007\u001B[31m and \uFFFE\uFFFF',
	'lone \uD800 half \uDC00',
	'tab\tline\nbreak',
	'\'single\' and "double"',
	'管理 网络 😀 👩‍👩‍👧',
	'x'.repeat(300),
];

/** The sample with every text of people replaced. */
function makeHostilePlan(text: string) {
	const sample = makeSamplePlan();
	return makeSamplePlan({
		profile: {...sample.profile, title: text},
		request: {...sample.request, id: text},
		zones: sample.zones.map(zone => ({...zone, title: text, networks: [text]})),
		hosts: sample.hosts.map(host => ({...host, title: text, interfaces: host.interfaces.map(entry => ({...entry, names: [text]}))})),
		rules: sample.rules.map(rule => ({...rule, id: text})),
		denies: sample.denies.map(deny => ({...deny, source: text, destination: text})),
	});
}

const elements = new Set(['svg', 'title', 'desc', 'g', 'rect', 'path', 'text']);
const attributes = /^(?:xmlns|width|height|viewBox|role|aria-labelledby|font-family|id|class|data-[a-z\-]+|x|y|rx|fill|stroke|stroke-width|stroke-dasharray|d|font-size|font-weight|text-anchor)$/v;

/** Read XML strictly: each tag of known elements and attributes, closed in order, with no character that XML forbids. Gives the texts between them. */
function readXml(xml: string): string[] {
	// eslint-disable-next-line no-control-regex -- They are what is looked for.
	const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/v.exec(xml);
	if (forbidden !== null || !xml.isWellFormed()) {
		throw new Error('A character that XML forbids');
	}

	const open: string[] = [];
	const texts: string[] = [];
	let rest = xml;
	while (rest !== '') {
		const [whole, text, close, name, list, self] = /^([^<]*)(?:<(\/?)([a-z]+)((?: [a-zA-Z\-]+="[^"<]*")*)(\/?)>)?/v.exec(rest)!;
		if (whole === '') {
			throw new Error(`Not XML: ${rest.slice(0, 80)}`);
		}

		if (/&(?!(?:amp|lt|gt|quot|#39);)/v.test(whole)) {
			throw new Error(`An entity of its own: ${whole}`);
		}

		texts.push(text!);
		rest = rest.slice(whole.length);
		if (name === undefined) {
			continue;
		}

		if (!elements.has(name)) {
			throw new Error(`An element that is not ours: ${name}`);
		}

		for (const [, attribute] of (list ?? '').matchAll(/ ([a-zA-Z\-]+)="/gv)) {
			if (!attributes.test(attribute!)) {
				throw new Error(`An attribute that is not ours: ${attribute!}`);
			}
		}

		if (close !== '') {
			if (open.pop() !== name) {
				throw new Error(`${name} is closed out of order`);
			}
		} else if (self === '') {
			open.push(name);
		}
	}

	if (open.length > 0) {
		throw new Error(`${open.join(', ')} is not closed`);
	}

	return texts.map(text => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&'));
}

test('every diagram is XML of shapes and texts alone, whatever the texts are', async t => {
	for (const text of nasty) {
		// eslint-disable-next-line no-await-in-loop
		for (const diagram of await drawDiagrams(makeHostilePlan(text))) {
			t.notThrows(() => readXml(diagram.svg), `${diagram.name}: ${JSON.stringify(text)}`);
			t.notRegex(diagram.svg, /\u{200B}|\u{200D}|[\u{202A}-\u{202E}]|[\u{2066}-\u{2069}]/v);
		}
	}
});

const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;
const testXmllint = hasXmllint || process.env['REQUIRE_TOOLS'] === '1' ? test : test.skip;

testXmllint('xmllint takes every diagram', async t => {
	for (const text of nasty) {
		// eslint-disable-next-line no-await-in-loop
		const diagram = await drawOverview(makeHostilePlan(text));
		const {status, stderr} = spawnSync('xmllint', ['--nonet', '--noout', '-'], {input: diagram.svg, encoding: 'utf8'});
		t.is(status, 0, `${stderr}`);
	}
});

test('nothing is looked up or loaded: no reference, style or variable', async t => {
	for (const {svg: text} of await drawDiagrams(makeSamplePlan())) {
		t.notRegex(text, / href|url\(|var\(|style=|<style|<script|<foreignObject|<image|<use|@import| on[a-z]+=/v);
		t.is(text.match(/https?:/gv)?.length, 1, 'the name of the SVG namespace');
	}
});

test('a diagram has title and description, and says what it shows without being seen', async t => {
	const diagram = await drawOverview(makeSamplePlan());
	t.regex(diagram.svg, /^<svg [^>]*role="img" aria-labelledby="diagram-title diagram-desc"/v);
	t.true(diagram.svg.includes('<title id="diagram-title">Sample design</title>'));
	t.true(diagram.svg.includes(`<desc id="diagram-desc">${diagram.description}</desc>`));
	t.true(diagram.description.includes('Office to Core: TCP 443, 8080 (clear text: TCP 8080)'));
	t.true(diagram.description.includes('denied from Internal hosts to Internet hosts: IP protocol 41 (IPv4)'));
});

test('zones, hosts and arrows can be found by their ids', async t => {
	const [overview, ...details] = await drawDiagrams(makeSamplePlan());
	t.true(overview!.svg.includes('<g class="zone" data-zone="core">'));
	t.true(overview!.svg.includes('<g class="host" data-zone="core" data-host="manager">'));
	t.true(overview!.svg.includes('<g class="edge permitted" data-source="core" data-target="edge" data-lines="R-FED4 R-FED6">'));
	t.true(overview!.svg.includes('<g class="edge denied" data-lines="D-0041">'));
	const core = details.find(({zone}) => zone === 'core')!;
	t.true(core.svg.includes('<g class="edge permitted" data-source="core" data-target="core" data-source-host="manager" data-target-host="nodes" data-lines="H-AGNT">'));
	t.deepEqual([overview!, ...details].map(({name, zone}) => [name, zone]), [['diagram', undefined], ['diagram-edge', 'edge'], ['diagram-office', 'office'], ['diagram-core', 'core'], ['all-hosts', undefined]]);
});

test('the same plan gives the same bytes, also when other plans were drawn before', async t => {
	const first = await drawDiagrams(makeSamplePlan());
	await drawDiagrams(makeLargePlan({zones: 5, hostsPerZone: 3, peers: 2}));
	t.deepEqual(await drawDiagrams(makeSamplePlan()), first);
});

test('all numbers are whole, so that no machine rounds them otherwise', async t => {
	for (const {svg: text} of await drawDiagrams(makeLargePlan({zones: 5, hostsPerZone: 3, peers: 2}))) {
		t.notRegex(text, /(?: x| y| width| height| viewBox| d)="[^"]*(?:\.\d{2,}|NaN|undefined|e-)/v);
	}
});

/** WCAG 2.2: relative luminance. */
function findLuminance(colour: string): number {
	const [red, green, blue] = [1, 3, 5].map(start => {
		const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
		return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
}

function findContrast(a: string, b: string): number {
	const [light, dark] = [findLuminance(a), findLuminance(b)].toSorted((one, other) => other - one) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}

test('texts and lines stand out from their ground', t => {
	const looks = [...Object.values(trustLooks), hostLook, deniedLook];
	for (const {fill, stroke} of looks) {
		t.true(findContrast(colours.text, fill) >= 7);
		t.true(findContrast(colours.quiet, fill) >= 7);
		t.true(findContrast(stroke, fill) >= 4.5);
		for (const line of [colours.permitted, colours.clearText, colours.notReady, colours.denied]) {
			t.true(findContrast(line, fill) >= 4.5, `${line} on ${fill}`);
		}
	}

	t.true(findContrast(colours.onDenied, colours.denied) >= 7);
});

test('on paper without colour each trust has a frame of its own, and each kind of arrow a shape', async t => {
	const frames = Object.values(trustLooks).map(({strokeWidth, dashes}) => `${strokeWidth} ${dashes}`);
	t.is(new Set(frames).size, frames.length);
	const sample = makeSamplePlan();
	const rules = [...sample.rules.map(rule => ({...rule, isReady: rule.id !== 'R-WEB1'}))];
	const {svg: text} = await drawOverview({...sample, rules});
	const shapes = [...text.matchAll(/<g class="edge (?<kind>[a-z\-]+)"[^>]*><title>[^<]*<\/title>\n(?<line>.*)\n/gv)].map(({groups}) => [
		groups!['kind'],
		groups!['line']!.includes('stroke-dasharray'),
		groups!['line']!.includes('fill="#ffffff"'),
		groups!['line']!.split('<path').length - 1,
	]);
	t.deepEqual(new Map(shapes.map(shape => [shape[0], shape.slice(1)])), new Map([
		['clear-text-not-ready', [true, true, 2]],
		['permitted', [false, false, 2]],
		['denied', [false, false, 1]],
	]));
});

test('the pictures of a plan are drawn once, whichever formats ask for them', async t => {
	const plan = makeSamplePlan();
	const [overview, ...details] = await drawDiagrams(plan);
	t.is(await drawOverview(plan), overview!);
	t.deepEqual((await drawDiagrams(plan)).slice(1).map((diagram, position) => diagram === details[position]), details.map(() => true)); // eslint-disable-line unicorn/no-await-expression-member
	t.not(await drawOverview(structuredClone(plan)), overview!);
});

test('the formats have a file for each diagram', async t => {
	const plan = makeSamplePlan();
	const files = await svg.render(plan, templates, tools);
	t.deepEqual(files.map(({path}) => path), ['diagram.svg', 'diagram-edge.svg', 'diagram-office.svg', 'diagram-core.svg', 'all-hosts.svg']);
	const scales: number[] = [];
	const pictures = await png.render(plan, templates, {
		...tools,
		async rasterize(text, scale) {
			scales.push(scale);
			return new TextEncoder().encode(text.slice(0, 4));
		},
	});
	t.deepEqual(pictures.map(({path}) => path), files.map(({path}) => path.replace('.svg', '.png')));
	t.deepEqual(new Set(scales), new Set([2]));
});

test('what the letters of a picture cannot show is called by its id where the program chooses the letters, and by its name where a viewer does', async t => {
	const design = makeSamplePlan();
	const titles = new Map([['edge', '漢字 🦊'], ['office', 'משרד']]);
	const plan = {...design, profile: {...design.profile, title: '設計'}, zones: design.zones.map(zone => ({...zone, title: titles.get(zone.id) ?? zone.title}))};
	const [drawn] = await svg.render(plan, templates, tools);
	const rasterized: string[] = [];
	await png.render(plan, templates, {
		...tools,
		async rasterize(text) {
			rasterized.push(text);
			return new Uint8Array();
		},
	});
	const printed: string[] = [];
	await diagramPdf.render(plan, templates, {
		...tools,
		async writePdf({pages}) {
			printed.push(...pages.flatMap(({items}) => items.flatMap(item => item.kind === 'picture' ? [item.svg] : [])));
			return new Uint8Array();
		},
	});
	const find = (text: string) => ['設計', '漢字 🦊', 'משרד', `>${plan.profile.name}<`, '>edge<', '>office<', 'called by their ids'].filter(part => text.includes(part));
	t.deepEqual(find(drawn!.content as string), ['設計', '漢字 🦊', 'משרד']);
	t.deepEqual(find(rasterized[0]!), ['משרד', `>${plan.profile.name}<`, '>edge<', 'called by their ids']);
	t.deepEqual(find(printed[0]!), [`>${plan.profile.name}<`, '>edge<', '>office<', 'called by their ids']);
	t.true(printed.every(text => !text.includes('U+')));
});

test('where somebody chose mermaid-cli, it draws the Mermaid text of the same diagrams', async t => {
	const asked: Array<{readonly diagrams: readonly MermaidDiagram[]; readonly kind: string}> = [];
	const withMermaid = {
		...tools,
		async drawMermaid(diagrams: readonly MermaidDiagram[], kind: string) {
			asked.push({diagrams, kind});
			return diagrams.map(({name}) => new TextEncoder().encode(`${kind} of ${name}`));
		},
	};
	const plan = makeSamplePlan();
	t.deepEqual((await svg.render(plan, templates, withMermaid)).at(-1), {path: 'all-hosts.svg', content: 'svg of all-hosts'}); // eslint-disable-line unicorn/no-await-expression-member
	const [first] = await png.render(plan, templates, withMermaid);
	t.deepEqual(first, {path: 'diagram.png', content: new TextEncoder().encode('png of diagram')});
	t.deepEqual(asked.map(({kind}) => kind), ['svg', 'png']);
	t.true(asked[0]!.diagrams.every(({text}) => text.includes('flowchart LR')));
});

test('a design without zones or hosts still has a picture', async t => {
	const diagrams = await drawDiagrams(makePlan({}));
	t.is(diagrams.length, 1);
	t.notThrows(() => readXml(diagrams[0]!.svg));
	const [alone] = await drawDiagrams(makePlan({zones: [makeZone({id: 'one'})], hosts: [makeHost('a', {roles: {management: ['one']}})]}));
	t.true(readXml(alone!.svg).includes('No line leads from one zone to another.'));
});

test('files stay in their folder whatever a zone is called', async t => {
	const plan = makePlan({zones: [makeZone({id: '../../etc'})], hosts: [makeHost('a', {roles: {management: ['../../etc']}})]});
	const files = await svg.render(plan, templates, tools);
	t.deepEqual(files.map(({path}) => path), ['diagram.svg', 'diagram-.._.._etc.svg']);
});
