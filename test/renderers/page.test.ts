import {createHash} from 'node:crypto';
import test from 'ava';
import type {Plan} from '../../source/core/model.js';
import {drawDiagrams} from '../../source/renderers/diagram/index.js';
import {findFormat, TemplateError, type Templates} from '../../source/renderers/index.js';
import {showUnfit} from '../../source/core/text.js';
import {hostileText, makeHostile} from '../helpers/hostile-plan.js';
import {makeSamplePlan, templates} from '../helpers/sample-plan.js';
import {tools} from '../helpers/tools.js';

const page = findFormat('html')!;

async function renderPage(plan: Plan, own: Templates = templates): Promise<string> {
	const files = await page.render(plan, own, tools);
	return files[0]!.content as string;
}

/** What a browser would show of some HTML: the text without tags, style and script. */
function readText(html: string): string {
	const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'', '#96': '`', '#10': '\n', '#9': '\t'};
	return html
		.replaceAll(/<(?<tag>style|script)\b.*?<\/\k<tag>>/gsv, '')
		.replaceAll(/<[^<>]*>/gv, ' ')
		.replaceAll(/&(?<name>#?\w+);/gv, (_, name: string) => entities[name] ?? '?');
}

/** Names of elements and attributes, and values of attributes, as a browser reads them. */
function listTags(html: string): Array<{readonly name: string; readonly attributes: ReadonlyMap<string, string>}> {
	const body = html.replaceAll(/(?<start><(?<tag>style|script)\b[^<>]*>).*?<\/\k<tag>>/gsv, '$<start>');
	return [...body.matchAll(/<(?<name>[a-z][a-z\d]*)(?<rest>(?:[^"'<>]|"[^"]*"|'[^']*')*)>/giv)].map(({groups}) => ({
		name: groups!['name']!.toLowerCase(),
		attributes: new Map([...groups!['rest']!.matchAll(/(?<name>[^\s"'=\/]+)(?:\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'))?/gv)].map(match => [match.groups!['name']!.toLowerCase(), match.groups!['double'] ?? match.groups!['single'] ?? ''])),
	}));
}

test('the page is one file', async t => {
	const files = await page.render(makeSamplePlan(), templates, tools);
	t.deepEqual(files.map(({path}) => path), ['change-request.html']);
});

test('every line, deny, flow, finding, question, host and document of the plan is on the page', async t => {
	const plan = makeSamplePlan();
	const text = readText(await renderPage(plan));
	const wanted = [
		...[...plan.rules, ...plan.removed, ...plan.denies].map(({id}) => id),
		...plan.flows.flatMap(flow => [flow.catalogFlow, flow.purpose, flow.reason, ...flow.sources.map(({row}) => row)]),
		...plan.findings.flatMap(({id, message, remedy}) => [id, message, remedy]),
		...plan.openQuestions.flatMap(question => [question.id, question.text]),
		...plan.hosts.filter(({interfaces}) => interfaces.length > 0).map(({title}) => title),
		...plan.catalog.documents.map(({title}) => title),
		...plan.advice.map(advice => advice.text),
		...plan.notReady,
		'10.0.0.31-10.0.0.32',
		'Dana Example',
		'Risk office',
	];
	for (const entry of wanted) {
		t.true(text.includes(entry), `${entry}`);
	}
});

test('every diagram of the plan is on the page, under a name of its own', async t => {
	const plan = makeSamplePlan();
	const html = await renderPage(plan);
	const diagrams = await drawDiagrams(plan);
	t.true(diagrams.length > 2);
	for (const {svg} of diagrams) {
		t.true(html.includes(svg));
	}

	const names = [...html.matchAll(/<summary>(?<name>[^<]*)<\/summary>\n<div class="canvas"/gv)].map(({groups}) => groups!['name']!);
	t.is(names.length, diagrams.length);
	t.is(new Set(names).size, diagrams.length);
});

test('each line is a place that an address can name, and every link inside the page leads to one', async t => {
	const plan = makeSamplePlan();
	const tags = listTags(await renderPage(plan));
	const ids = tags.map(({attributes}) => attributes.get('id')).filter(id => id !== undefined);
	t.is(new Set(ids).size, ids.length, 'no id twice');
	for (const {id} of [...plan.rules, ...plan.removed, ...plan.denies]) {
		t.true(ids.includes(id), `${id}`);
	}

	const targets = tags.filter(({name}) => name === 'a').map(({attributes}) => attributes.get('href')!).filter(href => href.startsWith('#'));
	t.true(targets.length > 20);
	for (const target of targets) {
		const name = target.includes('=') ? /at=(?<at>.*)$/v.exec(target)!.groups!['at']! : target.slice(1);
		t.true(ids.includes(name), `${target}`);
	}
});

test('the policy names the hashes of exactly the style and the script, and allows nothing else', async t => {
	const html = await renderPage(makeSamplePlan());
	const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
	const [, style] = /<style>(.*?)<\/style>/sv.exec(html)!;
	const [, script] = /<script type="module">(.*?)<\/script>/sv.exec(html)!;
	t.true(script!.length > 1000 && style!.length > 1000);
	const policy = /<meta http-equiv="Content-Security-Policy" content="(?<policy>[^"]*)">/v.exec(html)!.groups!['policy']!;
	t.is(policy, `default-src 'none'; script-src ${hash(script!)}; style-src ${hash(style!)}; base-uri 'none'; form-action 'none'`);
	t.true(html.indexOf('Content-Security-Policy') < html.indexOf('<style>'), 'it comes first');
});

for (const withIds of [false, true]) {
	test(`hostile texts${withIds ? ' and ids' : ''} become neither elements nor attributes`, async t => {
		const names = (html: string) => new Set(listTags(html).flatMap(({name, attributes}) => [name, ...[...attributes.keys()].map(attribute => `${name} ${attribute}`)]));
		const html = await renderPage(makeHostile(makeSamplePlan(), {withIds}));
		const known = names(await renderPage(makeSamplePlan()));
		// A link to a document's address is not made when the address is none.
		t.deepEqual([...names(html)].filter(name => !known.has(name)), []);
		t.is(html.split(/<script/iv).length, 2);
		t.is(html.split(/<style/iv).length, 2);
		t.is(showUnfit(html), html, 'no character that reorders or controls');
		t.true(readText(html).replaceAll(/\s+/gv, ' ').includes(showUnfit(hostileText).replaceAll(/\s+/gv, ' ')), 'all of it can be read');
		for (const {name, attributes} of listTags(html)) {
			t.deepEqual([...attributes.keys()].filter(attribute => attribute.startsWith('on') || ['style', 'src', 'srcset', 'action', 'formaction', 'background', 'xlink:href'].includes(attribute)), [], `${name}`);
			t.regex(attributes.get('href') ?? '#', /^(?:#|https:\/\/)/v);
		}
	});
}

test('the address of a document is a link only when it is one of the web', async t => {
	const plan = makeSamplePlan();
	const withUrl = async (url: string) => renderPage({...plan, catalog: {...plan.catalog, documents: [{...plan.catalog.documents[0]!, url}]}});
	const withLink = await withUrl('https://docs.example.com/a?b=c&d=%22#e');
	t.true(withLink.includes('<a href="https://docs.example.com/a?b=c&amp;d=%22#e" rel="noreferrer">'));
	// eslint-disable-next-line no-script-url -- It must not become a link.
	for (const url of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'https://a.example/ b', 'https:a', '//a.example']) {
		// eslint-disable-next-line no-await-in-loop -- One page after the other is easier to read about when it fails.
		const html = await withUrl(url);
		t.false(html.includes('rel="noreferrer"'), `${url}`);
	}
});

test('the same plan gives the same bytes', async t => {
	t.is(await renderPage(makeSamplePlan()), await renderPage(makeSamplePlan()));
});

test('only the templates that the page names are needed', async t => {
	const own = Object.fromEntries(page.templates.map(name => [name, templates[name]!]));
	t.is(await renderPage(makeSamplePlan(), own), await renderPage(makeSamplePlan()));
});

test('a site\'s own page keeps the policy, and is refused without it', async t => {
	const render = async (text: string) => renderPage(makeSamplePlan(), {...templates, 'page.html.liquid': text});
	const html = await render('{% comment %}Ours{% endcomment %}<!DOCTYPE html>\n<html lang="de" class="x">\n<head>\n{{ head }}<title>{{ request.id }}</title></head><body>{{ profile.title }}<script>alert(1)</script></body></html>');
	t.regex(html, /^<!DOCTYPE html>\n<html lang="de" class="x">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"/v);
	for (const text of [
		'<!doctype html><html lang="en"><head><title>{{ request.id }}</title></head></html>',
		'<!doctype html><html lang="en"><head><script>alert(1)</script>{{ head }}</head></html>',
		'<p>{{ request.id }}</p>',
		'<!doctype html><html lang="en"><head><!-- {{ head }} --></head></html>',
		'<!doctype html><html lang="en"><head>{{ head | upcase }}</head></html>',
	]) {
		// eslint-disable-next-line no-await-in-loop -- As above.
		const error = await t.throwsAsync(async () => render(text), {instanceOf: TemplateError});
		t.like(error.problems, [{code: 'template/head', file: 'page.html.liquid'}]);
	}
});

test('a request that is ready says so, and one that is not says why', async t => {
	t.regex(readText(await renderPage(makeSamplePlan({ready: true, notReady: []}))), /Ready\./v);
	const text = readText(await renderPage(makeSamplePlan({notReady: ['First reason', 'Second reason']})));
	t.regex(text, /Not ready: do not implement this revision\.\s+What is missing, 2 points:\s+First reason\s+Second reason/v);
});

test('a plan without anything is a page that says so', async t => {
	const nothing = makeSamplePlan({change: {}, zones: [], hosts: [], flows: [], rules: [], removed: [], denies: [], findings: [], openQuestions: [], advice: [], answers: [], conduits: []});
	const text = readText(await renderPage(nothing));
	t.regex(text, /None: no connection of this design crosses a zone boundary/v);
	t.regex(text, /Requester\s+not given/v);
});
