import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import axe, {type AxeResults} from 'axe-core';
import test, {type ExecutionContext} from 'ava';
import type {Browser, Page} from 'puppeteer';
import {plan as derivePlan} from '../../source/core/plan.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import type {Plan, Profile} from '../../source/core/model.js';
import {findFormat} from '../../source/renderers/index.js';
import {browserPath, startBrowser} from '../helpers/browser.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeHostile} from '../helpers/hostile-plan.js';
import {makeSamplePlan, templates} from '../helpers/sample-plan.js';
import {tools} from '../helpers/tools.js';

/*
The page in a real browser. Where there is none these tests are skipped, and with REQUIRE_TOOLS=1 that counts as a failure. One test after the other: each has a page of
its own, and many pages at once are slower than as many in a row.
*/

const testPage = browserPath === undefined ? test.skip : test.serial;
const testPrint = browserPath === undefined || !['/usr/bin/pdftotext', '/usr/local/bin/pdftotext', '/opt/homebrew/bin/pdftotext'].some(file => existsSync(file)) ? test.skip : test.serial;
const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-page-'));
let browser: Browser;
let stop: () => Promise<void> = async () => undefined;

test.before(async () => {
	if (browserPath !== undefined) {
		({browser, stop} = await startBrowser());
	}
});

test.after.always(async () => {
	await stop();
	await rm(folder, {recursive: true, force: true});
});

async function makeStarterPlan(name: string, change = (profile: Profile): Profile => profile): Promise<Plan> {
	const catalog = await readTestCatalog();
	const {value, problems} = parseProfile(await readFile(path.join(process.cwd(), 'templates/profiles', `${name}.yaml`), 'utf8'), `${name}.yaml`, catalog);
	if (problems) {
		throw new Error(JSON.stringify(problems));
	}

	return derivePlan(catalog, change(value), {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
}

let fileCount = 0;

async function writePage(plan: Plan): Promise<string> {
	const [file] = await findFormat('html')!.render(plan, templates, tools);
	fileCount += 1;
	const target = path.join(folder, `page-${fileCount}.html`);
	await writeFile(target, file!.content);
	return pathToFileURL(target).href;
}

/** What a page did that it must not do. */
type Watched = {readonly page: Page; readonly faults: string[]; readonly requests: string[]};

type Opening = {readonly hash?: string; readonly width?: number; readonly height?: number; readonly scheme?: 'light' | 'dark'; readonly script?: boolean};

/** Open a page, and write down every message, error, dialog and request. */
async function open(t: ExecutionContext, url: string, {hash = '', width = 1440, height = 900, scheme = 'light', script = true}: Opening = {}): Promise<Watched> {
	// A window of its own: a tab behind another one draws nothing, and waits with what it does for each frame.
	const context = await browser.createBrowserContext();
	t.teardown(async () => context.close());
	const page = await context.newPage();
	// AVA has a limit for the whole run.
	page.setDefaultTimeout(0);
	const faults: string[] = [];
	const requests: string[] = [];
	page.on('console', message => {
		faults.push(`console: ${message.text()}`);
	});
	page.on('pageerror', error => {
		faults.push(`error: ${String(error)}`);
	});
	page.on('dialog', dialog => {
		faults.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	await page.setRequestInterception(true);
	page.on('request', request => {
		requests.push(request.url().replace(/#.*$/v, ''));
		void (request.url().startsWith(url) ? request.continue() : request.abort());
	});
	await page.evaluateOnNewDocument(() => {
		document.addEventListener('securitypolicyviolation', event => {
			console.error(`violation: ${event.violatedDirective} ${event.blockedURI}`);
		});
	});
	await page.setJavaScriptEnabled(script);
	await page.setViewport({width, height});
	await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}, {name: 'prefers-reduced-motion', value: 'reduce'}]);
	await page.goto(`${url}${hash}`);
	if (script) {
		await page.waitForSelector('#filters:not([hidden])');
	}

	return {page, faults, requests};
}

/** Ids of the lines that are shown, in order of the ids. */
async function listShown(page: Page): Promise<string[]> {
	const ids = await page.$$eval('tr.line', rows => rows.filter(row => row.checkVisibility()).map(({id}) => id));
	return ids.toSorted();
}

/** Every line of the sample. */
const sampleLines = ['D-0041', 'H-AGNT', 'H-BEAT', 'R-FED4', 'R-FED6', 'R-GONE', 'R-WEB1'];

/** Wait until just these lines are shown. */
async function waitForLines(page: Page, ids: readonly string[]): Promise<void> {
	await page.waitForFunction(wanted => [...document.querySelectorAll('tr.line')].filter(row => row.checkVisibility()).map(({id}) => id).join(' ') === wanted, {}, ids.join(' '));
}

const readHash = async (page: Page) => page.evaluate(() => location.hash);

for (const withIds of [false, true]) {
	testPage(`nothing runs and nothing is requested from a plan with hostile texts${withIds ? ' and ids' : ''}`, async t => {
		const url = await writePage(makeHostile(makeSamplePlan(), {withIds}));
		const {page, faults, requests} = await open(t, url);
		// Whatever can be opened, pressed and pointed at.
		await page.evaluate(() => {
			for (const element of document.querySelectorAll('tr.line, summary, button, [role="link"], a[href^="#"]')) {
				element.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
				element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
			}
		});
		await page.type('#filter-text', '<img src=x onerror=alert(1)> {{');
		await page.waitForFunction(() => location.hash.includes('text='));
		t.deepEqual(faults, []);
		t.deepEqual([...new Set(requests)], [url]);
		t.is(await page.evaluate(() => (globalThis as {hacked?: unknown}).hacked), undefined);
		t.is(await page.$$eval('script', scripts => scripts.length), 1);
		t.deepEqual(await page.$$eval('img, iframe, object, embed, link, base, video, audio, foreignObject', elements => elements.map(({tagName}) => tagName)), []);
	});
}

testPage('the policy stops what a template lets in', async t => {
	const own = {...templates, '_disposition.html.liquid': '<img src="https://evil.example/a.png" onerror="globalThis.hacked = 1"><script>globalThis.hacked = 2</script><b style="color: red">x</b>'};
	const [file] = await findFormat('html')!.render(makeSamplePlan(), own, tools);
	const target = path.join(folder, 'template.html');
	await writeFile(target, file!.content);
	const {page, faults, requests} = await open(t, pathToFileURL(target).href);
	t.is(await page.evaluate(() => (globalThis as {hacked?: unknown}).hacked), undefined);
	t.deepEqual([...new Set(requests)], [pathToFileURL(target).href]);
	t.true(faults.some(fault => fault.includes('violation: img-src')) && faults.some(fault => fault.includes('violation: script-src-elem')));
});

testPage('each filter shows the rows it asks for, counts them and stands in the address', async t => {
	const {page, faults} = await open(t, await writePage(makeSamplePlan()));
	t.deepEqual(await listShown(page), sampleLines);
	const steps: ReadonlyArray<readonly [field: string, value: string, lines: readonly string[], hash: string]> = [
		['#filter-zone', 'edge', ['R-FED4', 'R-FED6', 'D-0041'], '#zone=edge'],
		['#filter-port', '9005', ['H-AGNT'], '#port=9005'],
		['#filter-encrypted', 'no', ['R-WEB1', 'H-BEAT'], '#encrypted=no'],
		['#filter-disposition', 'denied', ['D-0041'], '#disposition=denied'],
		['#filter-product', 'acme', sampleLines, '#product=acme'],
		['#filter-text', 'updates proxy', ['R-FED4', 'R-FED6'], '#text=updates+proxy'],
	];
	for (const [field, value, lines, hash] of steps) {
		/* eslint-disable no-await-in-loop -- One filter after the other. */
		await (field === '#filter-port' || field === '#filter-text' ? page.type(field, value) : page.select(field, value));
		await page.waitForFunction(wanted => location.hash === wanted, {}, hash);
		t.deepEqual(await listShown(page), [...lines].toSorted(), `${hash}`);
		const status = await page.$eval('#filter-status', element => element.textContent);
		t.regex(status, new RegExp(`^${lines.filter(id => !id.startsWith('D')).length} of 6 lines, `, 'v'));
		await page.click('#filter-clear');
		await page.waitForFunction(() => location.hash === '');
		t.deepEqual(await listShown(page), sampleLines);
		/* eslint-enable no-await-in-loop */
	}

	t.deepEqual(faults, []);
});

testPage('other tables show what concerns the lines and connections that are asked for', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#port=694'});
	const shown = async (part: string) => page.$$eval(`#${part} tbody tr:not(.head)`, rows => rows.filter(row => row.checkVisibility()).map(row => row.textContent.replaceAll(/\s+/gv, ' ')));
	t.deepEqual(await listShown(page), ['H-BEAT']);
	const [finding, ...otherFindings] = await shown('findings');
	t.regex(finding!, /udp 694 is not encrypted/v);
	t.deepEqual(otherFindings, []);
	const [question, ...otherQuestions] = await shown('questions');
	t.regex(question!, /Which addresses have the nodes for migration/v);
	t.deepEqual(otherQuestions, []);
	const [addresses, documented] = await Promise.all([shown('addresses'), shown('documented')]);
	t.deepEqual(addresses.map(row => row.trim().slice(0, 20)), ['Nodes nodesmigration']);
	t.deepEqual(documented.map(row => row.includes('acme/beat')), [true]);
	t.is(await page.$eval('#findings .count', element => element.textContent), '1 of 3');
	t.is(await page.$eval('#lines .count', element => element.textContent), '0 of 3');
});

testPage('the address of a view shows that view', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#zone=office&port=8080&at=R-WEB1'});
	t.deepEqual(await listShown(page), ['R-WEB1']);
	t.is(await page.$eval('#filter-zone', element => (element as HTMLSelectElement).value), 'office');
	t.is(await page.$eval('#filter-port', element => (element as HTMLInputElement).value), '8080');
	t.true(await page.$eval('#R-WEB1 a.id', element => element.getAttribute('aria-expanded') === 'true'));
	await page.evaluate(() => {
		location.hash = '#zone=edge';
	});
	await waitForLines(page, ['R-FED4', 'R-FED6', 'D-0041']);
	await page.goBack();
	await waitForLines(page, ['R-WEB1']);
});

testPage('a port that is none is said to be, and filters nothing', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()));
	await page.type('#filter-port', '70000');
	await page.waitForSelector('#filter-port[aria-invalid]');
	t.deepEqual(await listShown(page), sampleLines);
	t.false(await page.$eval('#filter-port', element => (element as HTMLInputElement).checkValidity()));
});

testPage('the address of a line opens and marks it, with its evidence, its addresses and what is found about it', async t => {
	const {page, faults} = await open(t, await writePage(makeSamplePlan()), {hash: '#R-WEB1'});
	const row = await page.$eval('#R-WEB1', element => ({isMarked: element.classList.contains('current'), rect: element.getBoundingClientRect().toJSON() as {top: number; bottom: number}}));
	t.true(row.isMarked && row.rect.top >= 0 && row.rect.bottom <= 900);
	const detail = await page.$eval('#R-WEB1 + tr.opened', element => element.textContent.replaceAll(/\s+/gv, ' '));
	for (const part of ['Portal in the browser', 'acme/web', 'Ports of the manager: Row web acme-ports/web', 'acme/status', 'The document does not say who reads it', 'tcp 8080 is not encrypted', 'Is 8080 a redirect?']) {
		t.true(detail.includes(part), part);
	}

	t.false(detail.includes('Updates through the proxy'), 'what is about other lines stays there');
	await page.evaluate(() => {
		location.hash = '#H-AGNT';
	});
	await page.waitForSelector('#H-AGNT + tr.opened');
	t.true(await page.$eval('#H-AGNT + tr.opened', element => element.textContent.includes('10.0.0.31-10.0.0.32')), 'all addresses where the row shows some');
	t.is(await page.$$eval('tr.current', rows => rows.map(({id}) => id).join(' ')), 'H-AGNT');
	await page.evaluate(() => {
		location.hash = '#R-GONE';
	});
	await page.waitForSelector('#R-GONE + tr.opened');
	t.true(await page.$eval('#R-GONE + tr.opened', element => element.textContent.includes('Old upload')));
	t.deepEqual(faults, []);
});

testPage('a line far down a long page is on the screen when its address is opened', async t => {
	const plan = await makeStarterPlan('estate');
	const {page} = await open(t, await writePage(plan), {hash: `#${plan.rules[Math.floor(plan.rules.length / 2)]!.id}`});
	const isInSight = () => {
		const {top, bottom} = document.querySelector('tr.current')!.getBoundingClientRect();
		return top > document.querySelector('#filters')!.getBoundingClientRect().bottom && bottom < innerHeight;
	};

	await page.waitForFunction(isInSight);
	await page.evaluate(async () => {
		for (let frame = 0; frame < 10; frame++) {
			// eslint-disable-next-line no-await-in-loop -- One frame after the other.
			await new Promise(resolve => {
				requestAnimationFrame(resolve);
			});
		}
	});
	t.true(await page.evaluate(isInSight), 'and stays there');
});

testPage('a line opens and closes by mouse and by keyboard', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()));
	await page.click('#R-FED4 td:nth-of-type(3)');
	await page.waitForSelector('#R-FED4 + tr.opened');
	t.is(await readHash(page), '#R-FED4');
	await page.click('#R-FED4 td:nth-of-type(3)');
	await page.waitForSelector('#R-FED4:not(.open)');
	t.is(await page.$('tr.opened'), null);
	await page.focus('#R-FED6 a.id');
	await page.keyboard.press('Enter');
	await page.waitForSelector('#R-FED6 + tr.opened');
	t.is(await readHash(page), '#R-FED6');
	t.is(await page.evaluate(() => document.activeElement?.textContent), 'R-FED6');
});

testPage('a link to a line that the filter hides shows it', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#encrypted=no'});
	await page.click('.findings a[href="#R-WEB1"]');
	await page.waitForSelector('#R-WEB1 + tr.opened');
	t.is(await readHash(page), '#encrypted=no&at=R-WEB1', 'the filter stays while it shows the line');
	await page.evaluate(() => {
		document.querySelector<HTMLElement>('#hosts a, #ports a[href="#R-FED4"]')!.click();
	});
	await page.waitForSelector('#R-FED4 + tr.opened');
	t.is(await readHash(page), '#R-FED4');
});

testPage('an arrow of the diagram shows its lines, and a zone its own diagram', async t => {
	const {page, faults} = await open(t, await writePage(makeSamplePlan()));
	const edge = 'details.diagram[open] g.edge[data-source="core"][data-target="edge"]';
	await page.$eval(edge, element => {
		element.focus();
	});
	await page.keyboard.press('Enter');
	await waitForLines(page, ['R-FED4', 'R-FED6']);
	t.is(await readHash(page), '#conduit=core%3Eedge&at=lines');
	t.is(await page.$eval('#filter-conduit', element => element.textContent), 'Core → Edge');
	await page.click('#filter-conduit');
	await page.waitForFunction(() => !location.hash.includes('conduit'));
	t.deepEqual(await listShown(page), sampleLines);
	await page.$eval('details.diagram[open] g.zone[data-zone="edge"]', element => {
		element.dispatchEvent(new MouseEvent('click', {bubbles: true}));
	});
	await page.waitForSelector('details.diagram[data-zone="edge"][open]');
	t.is(await page.$$eval('details.diagram[open]', frames => frames.length), 1);
	t.is(await page.$eval('#diagram-choice', element => (element as HTMLSelectElement).selectedOptions[0]!.textContent), 'Edge');
	await waitForLines(page, ['R-FED4', 'R-FED6', 'D-0041']);
	t.deepEqual(faults, []);
});

testPage('keys make the diagram larger and smaller, and move it', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()));
	const measure = async () => page.$eval('details.diagram[open] .canvas', canvas => ({width: canvas.querySelector('svg')!.getBoundingClientRect().width, left: canvas.scrollLeft, frame: canvas.clientWidth}));
	const before = await measure();
	await page.focus('details.diagram[open] .canvas');
	for (const key of ['+', '+', '+', '+', '+'] as const) {
		// eslint-disable-next-line no-await-in-loop -- One key after the other.
		await page.keyboard.press(key);
	}

	const larger = await measure();
	t.true(larger.width > before.width * 2.5 && larger.width > larger.frame);
	t.true(larger.left > 0, 'the middle stays in the middle');
	await page.keyboard.press('ArrowRight');
	await page.waitForFunction(left => document.querySelector('details.diagram[open] .canvas')!.scrollLeft > left, {}, larger.left);
	await page.keyboard.press('-');
	const smaller = await measure();
	t.true(smaller.width < larger.width);
	await page.keyboard.press('0');
	const fit = await measure();
	t.is(Math.round(fit.width), Math.round(before.width));
	await page.click('[data-zoom="in"]');
	const pressed = await measure();
	t.true(pressed.width > before.width);
});

testPage('a mouse drags the diagram without choosing anything', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#topology'});
	for (let count = 0; count < 5; count++) {
		// eslint-disable-next-line no-await-in-loop -- One press after the other.
		await page.click('[data-zoom="in"]');
	}

	const {x, y, left} = await page.$eval('details.diagram[open] .canvas', canvas => {
		const {left: frameLeft, top, width, height} = canvas.getBoundingClientRect();
		return {x: frameLeft + (width / 2), y: top + (height / 2), left: canvas.scrollLeft};
	});
	await page.mouse.move(x, y);
	await page.mouse.down();
	await page.mouse.move(x - 80, y, {steps: 4});
	await page.mouse.up();
	t.is(Math.round(await page.$eval('details.diagram[open] .canvas', canvas => canvas.scrollLeft) - left), 80);
	t.is(await readHash(page), '#topology');
});

for (const [scheme, width, height] of [['light', 1440, 900], ['dark', 1440, 900], ['light', 390, 844], ['dark', 800, 1000]] as const) {
	testPage(`axe finds no serious fault, ${scheme}, ${width} pixels wide`, async t => {
		const {page} = await open(t, await writePage(makeSamplePlan()), {scheme, width, height, hash: '#conduit=office%3Ecore&at=R-WEB1'});
		await page.evaluate(() => {
			for (const details of document.querySelectorAll('details:not(.diagram)')) {
				(details as HTMLDetailsElement).open = true;
			}
		});
		await page.evaluate(axe.source);
		const results = await page.evaluate(async () => (globalThis as unknown as {axe: {run: () => Promise<AxeResults>}}).axe.run());
		t.true(results.passes.length > 20);
		t.deepEqual(results.violations.filter(({impact}) => impact === 'serious' || impact === 'critical').map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join('; ')}`), []);
	});
}

testPage('the page fits small screens and large text', async t => {
	const url = await writePage(await makeStarterPlan('olvm-segregated'));
	for (const [width, height] of [[390, 844], [320, 640], [720, 450]] as const) {
		// eslint-disable-next-line no-await-in-loop -- One size after the other.
		const {page} = await open(t, url, {width, height});
		// eslint-disable-next-line no-await-in-loop -- As above.
		const {scrollWidth, clientWidth} = await page.evaluate(() => ({scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth}));
		t.true(scrollWidth <= clientWidth, `${width}: ${scrollWidth} of ${clientWidth}`);
	}
});

testPage('without script every line, finding and row is on the page and can be reached', async t => {
	const plan = await makeStarterPlan('estate');
	const {page, faults} = await open(t, await writePage(plan), {script: false});
	t.deepEqual(faults, []);
	t.false(await page.$eval('#filters', element => element.checkVisibility()), 'no control that does nothing');
	t.deepEqual(await listShown(page), [...plan.rules, ...plan.denies].map(({id}) => id).toSorted());
	const hidden = await page.evaluate(() => {
		for (const details of document.querySelectorAll('details')) {
			details.open = true;
		}

		return [...document.querySelectorAll('main section, main table, main tr, main li, main dd, main svg')].filter(element => !element.checkVisibility()).map(element => element.outerHTML.slice(0, 100));
	});
	t.deepEqual(hidden, []);
	const text = await page.$eval('main', element => element.textContent);
	for (const entry of [...plan.findings.map(({id}) => id), ...plan.openQuestions.map(({id}) => id), ...plan.flows.map(flow => flow.catalogFlow)]) {
		t.true(text.includes(entry), entry);
	}
});

for (const script of [true, false]) {
	testPrint(`on paper is every line, whatever was closed, ${script ? 'with' : 'without'} script`, async t => {
		const plan = await makeStarterPlan('estate');
		const {page} = await open(t, await writePage(plan), {script});
		const file = path.join(folder, `print-${String(script)}.pdf`);
		await page.pdf({path: file, preferCSSPageSize: true});
		const text = execFileSync('pdftotext', ['-layout', file, '-'], {encoding: 'utf8', maxBuffer: 100_000_000});
		for (const {id} of [...plan.rules, ...plan.denies]) {
			t.true(text.includes(id), id);
		}

		const sheets = text.split('\f').slice(0, -1);
		t.deepEqual(sheets.filter(sheet => !sheet.includes(`${plan.request.id}, ${plan.request.revision}`)), [], 'the request on every sheet');
		t.regex(text, /Why each port is needed/v);
		// A row of a table of reasons, which is closed on the screen.
		t.true(text.replaceAll(/\s+/gv, ' ').includes('Initiator → responder'));
		t.notRegex(text, /Disposition\s+All/v, 'no controls');
		t.true(text.split('Initiator → responder').length > plan.conduits.length, 'all tables of reasons');
	});
}

testPage('a host is found in a line whose row leaves its address out', async t => {
	const client = Array.from({length: 20}, (_, index) => `10.10.4.${1 + (2 * index)}`);
	const plan = await makeStarterPlan('olvm-segregated', profile => ({...profile, hosts: {...profile.hosts, 'olvm-vm-portal-client': {addresses: {client, console: client}}}}));
	const {page} = await open(t, await writePage(plan));
	// An address that stands nowhere but among the ends that the rows leave out.
	const {line, address} = await page.evaluate(() => {
		const rows = [...document.querySelectorAll('tr.line')].map(row => row.textContent).join(' ');
		const found = [...document.querySelectorAll<HTMLElement>('.ends[data-line]')].flatMap(element => [...element.querySelectorAll('code')].map(code => ({line: element.dataset['line']!, address: code.textContent})));
		return found.find(entry => !rows.includes(entry.address))!;
	});
	await page.type('#filter-text', address);
	await page.waitForFunction(id => {
		const shown = [...document.querySelectorAll('tr.line')].filter(row => row.checkVisibility());
		return shown.length < document.querySelectorAll('tr.line').length && shown.some(row => row.id === id);
	}, {}, line);
	t.pass();
});

testPage('back takes an arrow\'s filter away, and the link of a denied line keeps it', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#lines'});
	await page.$eval('details.diagram[open] g.edge[data-source="core"][data-target="edge"]', element => {
		element.dispatchEvent(new MouseEvent('click', {bubbles: true}));
	});
	await waitForLines(page, ['R-FED4', 'R-FED6']);
	await page.goBack();
	await page.waitForFunction(() => location.hash === '#lines');
	t.deepEqual(await listShown(page), sampleLines);
	await page.select('#filter-zone', 'edge');
	await page.waitForFunction(() => location.hash === '#zone=edge');
	await page.$eval('#D-0041 a[href="#D-0041"]', element => {
		(element as HTMLElement).click();
	});
	await page.waitForFunction(() => location.hash === '#zone=edge&at=D-0041');
	t.pass();
});

testPage('what an address asks for and the page has not is not asked for', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#zone=gone&encrypted=no'});
	await page.waitForFunction(() => location.hash === '#encrypted=no');
	t.is(await page.$eval('#filter-zone', element => (element as HTMLSelectElement).selectedOptions[0]!.textContent), 'All');
});

testPage('a zone that is chosen in a diagram by keyboard shows all its lines and keeps the focus in the picture', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#conduit=core%3Eedge&at=lines'});
	await page.$eval('details.diagram[open] g.zone[data-zone="office"]', element => {
		element.focus();
	});
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => location.hash.startsWith('#zone=office') && !location.hash.includes('conduit'));
	const shown = await listShown(page);
	t.true(shown.includes('R-WEB1'));
	t.true(await page.evaluate(() => document.activeElement?.closest('details.diagram[data-zone="office"]') !== null), 'the focus is where the reader is');
});

testPage('a picture does not follow a mouse without a pressed button', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#topology'});
	for (let count = 0; count < 5; count++) {
		// eslint-disable-next-line no-await-in-loop -- One press after the other.
		await page.click('[data-zoom="in"]');
	}

	const canvas = 'details.diagram[open] .canvas';
	const [before, after] = await page.$eval(canvas, element => {
		const start = element.scrollLeft;
		const send = (type: string, clientX: number, buttons: number) => element.dispatchEvent(new PointerEvent(type, {pointerType: 'mouse', button: 0, buttons, clientX, clientY: 300, bubbles: true}));
		send('pointerdown', 400, 1);
		send('pointercancel', 400, 0);
		send('pointermove', 300, 1);
		send('pointerdown', 400, 1);
		send('pointermove', 300, 0);
		return [start, element.scrollLeft];
	});
	t.is(after, before);
});

testPage('a zone without lines is not there for other zones, and a part without lines counts none', async t => {
	const {page} = await open(t, await writePage(await makeStarterPlan('oracle-vm-pool')));
	const countShown = async () => page.$$eval('#ports .group', groups => groups.filter(group => group.querySelector('tr') === null && group.checkVisibility()).length);
	t.not(await countShown(), 0, 'the starter has such a zone');
	await page.select('#filter-zone', 'admin');
	await page.waitForFunction(() => location.hash === '#zone=admin');
	t.is(await countShown(), 0);
});

testPage('without script every link leads somewhere, and a table keeps its heads on a small screen', async t => {
	const {page} = await open(t, await writePage(await makeStarterPlan('estate')), {script: false, width: 420});
	t.deepEqual(await page.$$eval('a[href^="#"]', links => links.map(link => link.getAttribute('href')!.slice(1)).filter(id => document.querySelector(`#${CSS.escape(decodeURIComponent(id))}`) === null)), []);
	t.true(await page.$eval('#lines thead', element => element.checkVisibility()));
});

testPage('on paper a filter says what was asked for, and has no buttons', async t => {
	const {page} = await open(t, await writePage(makeSamplePlan()), {hash: '#zone=edge&port=443'});
	await page.emulateMediaType('print');
	t.is(await page.$eval('#filter-summary', element => element.checkVisibility() && element.textContent), 'Zone: Edge; Port: 443');
	t.deepEqual(await page.$$eval('#filters button, #filters input, #filters select', fields => fields.filter(field => field.checkVisibility()).map(({id}) => id)), []);
	await page.emulateMediaType('screen');
	t.false(await page.$eval('#filter-summary', element => element.checkVisibility()));
});

testPage('names that are read from right to left stand on their own side of an arrow', async t => {
	const sample = makeSamplePlan();
	const names: Readonly<Record<string, string>> = {core: 'إدارة المحاكاة', edge: 'מרכז הנתונים'};
	const plan = {...sample, zones: sample.zones.map(zone => ({...zone, title: names[zone.id] ?? zone.title}))};
	const {page} = await open(t, await writePage(plan));
	const [source, arrow, destination] = await page.$eval('.group[data-conduit="core>edge"] h3', heading => [...heading.children].slice(0, 3).map(element => element.getBoundingClientRect().left));
	t.true(source! < arrow! && arrow! < destination!, 'the source is on the left');
});

testPage('a filter answers at once with two thousand lines', async t => {
	const {makeLargePlan} = await import('../helpers/sample-plan.js');
	const plan = makeLargePlan({zones: 20, hostsPerZone: 25, peers: 4});
	t.is(plan.rules.length, 2000);
	const {page, faults} = await open(t, await writePage(plan));
	await page.select('#filter-zone', 'zone-3');
	const wanted = plan.rules.filter(rule => rule.sourceZone === 'zone-3' || rule.destinationZone === 'zone-3').length;
	await page.waitForFunction(count => document.querySelector('#filter-status')!.textContent.startsWith(`${count} of 2000 lines`), {}, wanted);
	t.deepEqual(faults, []);
});
