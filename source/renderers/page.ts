import {sha256} from '@noble/hashes/sha2.js';
import {utf8ToBytes} from '@noble/hashes/utils.js';
import type {Plan} from '../core/model.js';
import type {Diagram} from './diagram/index.js';
import {viewDocument} from './document-view.js';
import {formatCssText} from './escape.js';
import type {Format} from './format.js';
import {Fragment} from './fragment.js';
import {viewPage} from './page-view.js';
import {html} from './syntaxes.js';
import {renderTemplate} from './template-engine.js';
import {TemplateError} from './template-error.js';

const template = 'page.html.liquid';

/** What a page begins with: nothing may come before its policy. */
const beginning = /^<!doctype html>\s*<html(?:\s[^<>]*)?>\s*<head>\s*/iv;

/** The change request as one page to look through, which asks the network for nothing. */
export const page: Format = {
	id: 'html',
	name: 'Web page',
	description: 'HTML: the change request in one file, with diagrams, filters, and the evidence of each line',
	group: 'office',
	isSingleFile: true,
	isText: true,
	templates: [
		template,
		'_answers.html.liquid',
		'_diagrams.html.liquid',
		'_disposition.html.liquid',
		'_filters.html.liquid',
		'_line-detail.html.liquid',
		'_line-group.html.liquid',
		'_line-table.html.liquid',
		'_shared.html.liquid',
		'_zone-facts.html.liquid',
		'_zone.html.liquid',
	],
	async render(plan, templates, {readAsset}) {
		const {drawDiagrams} = await import('./diagram/index.js');
		const decoder = new TextDecoder();
		const [style, script, diagrams] = await Promise.all([readAsset('page.css'), readAsset('page.js'), drawDiagrams(plan)]);
		const head = formatHead(`${decoder.decode(style)}${formatSheetMarks(plan)}`, decoder.decode(script));
		const view = viewPage(plan, viewDocument(plan));
		const content = renderTemplate(template, templates, {...view, diagrams: viewDiagrams(diagrams, view.zones), head: new Fragment(head)}, html);
		checkBeginning(content, head);
		return [{path: 'change-request.html', content}];
	},
};

/** Pictures of nothing but shapes and text, with colours written out: the policy has nothing to forbid in them. */
function viewDiagrams(diagrams: readonly Diagram[], zones: ReadonlyArray<{readonly id: string; readonly title: string}>) {
	const titles = new Map(zones.map(({id, title}) => [id, title]));
	return diagrams.map(({name, zone, description, svg, width, height}, position) => ({
		name,
		// It needs a sheet of paper of its own.
		isLarge: width > 1500 || height > 450,
		// The overview comes first; whatever else is about no zone shows all hosts.
		kind: zone === undefined ? (position === 0 ? 'overview' : 'hosts') : 'zone',
		zone: zone ?? '',
		zoneTitle: zone === undefined ? '' : titles.get(zone) ?? zone,
		description,
		svg: new Fragment(svg),
	}));
}

/** What each sheet of paper says of itself, should it get lost from the others. */
function formatSheetMarks({request, change}: Plan): string {
	return `@page{@top-left{content:${formatCssText(`${request.id}, ${request.revision}`)}}@top-right{content:${formatCssText(change.marking ?? '')}}}`;
}

/**
What the browser must know first: a policy that lets it load nothing and run nothing but the program's own style and script, and these.

@throws {RangeError} When one of them could end early: a bug of the build.
*/
function formatHead(style: string, script: string): string {
	if (/<\/style|<\/script|<!--/iv.test(style + script)) {
		throw new RangeError('The style or the script of the page would end before its end');
	}

	const policy = `default-src 'none'; script-src ${formatHash(script)}; style-src ${formatHash(style)}; base-uri 'none'; form-action 'none'`;
	return [
		'<meta charset="utf-8">',
		`<meta http-equiv="Content-Security-Policy" content="${policy}">`,
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		'<meta name="referrer" content="no-referrer">',
		'<meta name="color-scheme" content="light dark">',
		`<style>${style}</style>`,
		// A module runs when the document is complete.
		`<script type="module">${script}</script>`,
	].join('\n');
}

/** A source of Content Security Policy Level 3: the hash of exactly the text between the tags. */
function formatHash(text: string): string {
	return `'sha256-${formatBase64(sha256(utf8ToBytes(text)))}'`;
}

function formatBase64(bytes: Uint8Array): string {
	// eslint-disable-next-line no-restricted-globals -- It is in Node and in browsers, and its flaw, text beyond Latin-1, cannot be in bytes.
	return btoa(String.fromCodePoint(...bytes));
}

/** A site's template is free in all but this: whatever it prints, the policy holds for it. */
function checkBeginning(content: string, head: string): void {
	const start = beginning.exec(content)?.[0];
	if (start === undefined || !content.startsWith(head, start.length)) {
		throw new TemplateError([{code: 'template/head', path: [], file: template, message: 'the page must begin with <!doctype html><html lang="…"><head>{{ head }}, so that its policy holds for all of it'}]);
	}
}
