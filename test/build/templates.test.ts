import {createRequire} from 'node:module';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import type {Plugin} from 'esbuild';
import {plan} from '../../source/core/plan.js';
import type * as CompiledTemplates from '../../source/renderers/compiled-templates.js';
import {makeTemplateTools} from '../../source/renderers/compiled-template.js';
import * as renderers from '../../source/renderers/index.js';
import {markdown} from '../../source/renderers/syntaxes.js';
import {renderTemplate} from '../../source/renderers/template-engine.js';
import {readStarterDesigns} from '../helpers/firewall-designs.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {makeHostile} from '../helpers/hostile-plan.js';
import {makeLargePlan, makeSamplePlan, templates} from '../helpers/sample-plan.js';
import {randomProfile} from '../helpers/random-profile.js';
import {tools} from '../helpers/tools.js';

/*
The program contains compiled templates, and these tests do not: here liquidjs renders all, and what was compiled must do the same.
*/

const importBuild = async <Module>(name: string) => await import(pathToFileURL(path.join(process.cwd(), 'source/build', name)).href) as Module;
const {compileTemplates, compiledTemplates} = await importBuild<{compileTemplates: (texts: Readonly<Record<string, string>>) => string; compiledTemplates: Plugin}>('templates.mjs');
const {bundleScript} = await importBuild<{bundleScript: (options: Readonly<Record<string, unknown>>) => Promise<unknown>}>('bundle.mjs');

type Bundle = typeof renderers & {readonly renderTemplate: typeof renderTemplate; readonly markdown: typeof markdown};

/** In the place of liquidjs: nothing may need it. */
const withoutLiquid: Plugin = {
	name: 'without-liquid',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onLoad({filter: /[\\/]node_modules[\\/]liquidjs[\\/]/}, () => ({contents: 'export class Liquid { constructor() { throw new Error("liquidjs was asked"); } }', loader: 'js'}));
	},
};

const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-templates-'));
test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

async function bundleRenderers(name: string, plugins: readonly Plugin[]): Promise<Bundle> {
	const outfile = path.join(scratch, `${name}.cjs`);
	const contents = ['index', 'template-engine', 'syntaxes'].map(file => `export * from './source/renderers/${file}.ts';`).join('\n');
	await bundleScript({plugins, outfile, stdin: {resolveDir: process.cwd(), contents}});
	return createRequire(import.meta.url)(outfile) as Bundle;
}

test('what is compiled prints every document as liquidjs does, and never needs it', async t => {
	const compiled = await bundleRenderers('compiled', [compiledTemplates, withoutLiquid]);
	const catalog = await readTestCatalog();
	const sample = makeSamplePlan();
	const plans = [
		...readStarterDesigns(catalog),
		...fc.sample(randomProfile(catalog), {numRuns: 50, seed: 7}).map(profile => plan(catalog, profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}})),
		sample,
		makeHostile(sample, {withIds: true}),
		makeLargePlan({zones: 3, hostsPerZone: 20, peers: 3}),
	];
	const ids = [...renderers.textFormats.map(({id}) => id), 'html'];
	for (const design of plans) {
		for (const id of ids) {
			// eslint-disable-next-line no-await-in-loop -- One document after the other can be told apart.
			const [expected, files] = await Promise.all([renderers, compiled].map(async ({findFormat}) => findFormat(id)!.render(design, templates, tools)));
			t.deepEqual(files, expected, `${design.profile.name}, ${id}`);
		}
	}
});

test('a changed template, a changed part and what is wrong are left to liquidjs', async t => {
	const compiled = await bundleRenderers('both', [compiledTemplates]);
	const sample = makeSamplePlan();
	for (const name of ['change-request.md.liquid', '_zone.md.liquid']) {
		const changed = {...templates, [name]: `${templates[name]!}Changed here.`};
		const [expected, files] = [renderers, compiled].map(({findFormat}) => findFormat('change-request')!.render(sample, changed, tools) as readonly renderers.RenderedText[]);
		t.regex(files![0]!.content, /Changed here\./v);
		t.deepEqual(files, expected);
	}

	const renderWrong = (render: typeof renderTemplate) => render('change-request.md.liquid', templates, {request: {id: 'a'}}, markdown);
	const {problems} = t.throws(() => renderWrong(renderTemplate), {instanceOf: renderers.TemplateError});
	t.true(problems.length > 10);
	const error = t.throws(() => renderWrong(compiled.renderTemplate), {instanceOf: compiled.TemplateError});
	t.deepEqual(error.problems, problems);
});

/** Render with compiled code; undefined where it leaves that to liquidjs, before or at its end. */
async function compile(texts: Readonly<Record<string, string>>): Promise<(view: Readonly<Record<string, unknown>>) => string | undefined> {
	let code;
	try {
		code = compileTemplates(texts);
	} catch {
		return () => undefined;
	}

	const {templates: {main}} = await import(`data:text/javascript,${encodeURIComponent(code)}`) as typeof CompiledTemplates;
	const helpers = makeTemplateTools(String, {code: value => `<${String(value)}>`});
	return view => {
		try {
			return main!.render(view, helpers);
		} catch {
			return undefined;
		}
	};
}

const texts = fc.constantFrom('text', 'object.text', 'n', 'yes', '"a"', 'item', 'list.size');
const others = fc.constantFrom('list', 'objects', 'object.missing', 'missing', 'missing.missing', 'text.size', 'object.size', 'text.missing', 'list.first', 'nothing', 'nothing.text', 'no', 'item.text', 'x', 'forloop.index', 'forloop.last', '2', 'true');
const values = fc.oneof(texts, texts, texts, others);
const filters = fc.constantFrom('append: "z"', 'append: n', 'concat: list', 'default: "d"', 'default: missing', 'join: "; "', 'join', 'map: "text"', 'minus: 1', 'where: "text", "a"', 'where: "text"', 'code');
const filtered = fc.tuple(values, fc.array(filters, {maxLength: 1})).map(([value, list]) => [value, ...list].join(' | '));
const condition = fc.tuple(values, fc.constantFrom('==', '!=', '==', '!=', '>', '<', 'and', 'or'), values, fc.constantFrom('', ' and yes', ' or text == "a"')).map(([left, operator, right, more]) => `${left} ${operator} ${right}${more}`);
const {template} = fc.letrec<{template: string; node: string}>(tie => ({
	template: fc.array(tie('node'), {maxLength: 2}).map(nodes => nodes.join('')),
	node: fc.oneof(
		{depthSize: 'small'},
		fc.constantFrom('b', '\n', ' {%- comment %}c{% endcomment -%} ', '{% render "part", item: text, x: object %}'),
		filtered.map(value => `{{ ${value} }}`),
		filtered.map(value => `{% assign x = ${value} %}`),
		fc.tuple(fc.oneof(values, condition), tie('template')).map(([value, then]) => `{% if ${value} %}${then}{% elsif yes %}f{% else %}e{% endif %}`),
		fc.tuple(fc.oneof(values, condition), tie('template')).map(([value, then]) => `{% unless ${value} %}${then}{% elsif n > 1 %}f{% else %}e{% endunless %}`),
		fc.tuple(values, tie('template')).map(([value, then]) => `{% case ${value} %}{% when "a", 2 %}${then}{% when true %}t{% else %}e{% endcase %}`),
		fc.tuple(fc.constantFrom('list', 'objects', 'list', 'objects', 'text'), fc.constantFrom('', ' limit: 1'), tie('template')).map(([list, how, then]) => `{% for item in ${list}${how} %}${then}{% else %}e{% endfor %}`),
	),
}));
const view = fc.record({
	text: fc.constantFrom('a', 'b', ''),
	list: fc.array(fc.constantFrom<unknown>('a', 'b', 2, ''), {maxLength: 3}),
	objects: fc.array(fc.record({text: fc.constantFrom('a', 'b')}), {maxLength: 2}),
	object: fc.record({text: fc.constantFrom('a', '')}),
	n: fc.integer({min: 0, max: 3}),
	yes: fc.constant(true),
	no: fc.constant(false),
	nothing: fc.constantFrom(null, undefined),
});

test('code of any template prints what liquidjs prints, or leaves it to that', async t => {
	const {Liquid} = await import('liquidjs');
	let same = 0;
	await fc.assert(fc.asyncProperty(template, template, view, async (main, part, fields) => {
		const printed = (await compile({main, part}))(fields);
		const engine = new Liquid({templates: {main, part}, relativeReference: false, ownPropertyOnly: true, strictFilters: true, strictVariables: true, lenientIf: true, outputEscape: String});
		engine.registerFilter('code', (value: unknown) => `<${String(value)}>`);
		t.is(printed, printed === undefined ? undefined : engine.renderFileSync('main', fields) as string);
		same += printed === undefined || printed === '' ? 0 : 1;
	}), {numRuns: 1500});
	t.true(same > 200);
});

test('what is not known how to compile ends the build, with the template named', t => {
	const unknown = ['{% capture x %}{% endcapture %}', '{{ x | upcase }}', '{{ x | default: "a", allow_false: true }}', '{% if x contains "a" %}{% endif %}', '{% for x in y reversed %}{% endfor %}', '{% for x in (1..3) %}{% endfor %}', '{{ forloop.index }}', '{% for x in y %}{{ forloop.rindex }}{% endfor %}', '{% case x %}{% when "a" %}{% when "a" %}{% endcase %}', '{% if x == nil %}{% endif %}', '{{ x[0] }}', '{% render "gone" %}', '{% render name %}'];
	for (const text of unknown) {
		t.throws(() => compileTemplates({'a.liquid': text}), {message: /^The template a\.liquid cannot be compiled: /v});
	}
});
