/* eslint-disable no-await-in-loop -- One thing is looked at after the other. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	mkdtemp, readdir, readFile, rm, symlink, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {formats} from '../../source/renderers/index.js';
import {viewDocument} from '../../source/renderers/document-view.js';
import {csv, html, markdown, mermaid} from '../../source/renderers/syntaxes.js';
import {viewTables} from '../../source/renderers/tables.js';
import {keptFilters, keptTags} from '../../source/renderers/liquid.js';
import type {Syntax} from '../../source/renderers/syntax.js';
import {makeSamplePlan, templates} from '../helpers/sample-plan.js';

const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-templates-'));
const guide = await readFile(path.join(root, 'templates/documents.md'), 'utf8');
test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const makeFolder = async (): Promise<string> => mkdtemp(path.join(scratch, 'folder-'));

async function run(cwd: string, ...args: readonly string[]): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> {
	const child = spawn(process.execPath, [path.join(root, 'dist/cli.cjs'), ...args], {cwd, env: {...process.env, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home')}, stdio: ['ignore', 'pipe', 'pipe']});
	const exit = once(child, 'close') as Promise<[number]>;
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
	return {code, stdout, stderr};
}

const names = Object.keys(templates);
const readList = (label: string): string[] => new RegExp(String.raw`^- ${label}(?<list>.*)$`, 'mv').exec(guide)!.groups!['list']!.split(', ');

test('the list names every template with the formats made with it', async t => {
	const folder = await makeFolder();
	const {code, stdout} = await run(folder, 'templates', 'list', '--json');
	t.is(code, 0);
	const entries = JSON.parse(stdout) as Array<{file: string; formats: string[]}>;
	t.deepEqual(entries.map(({file}) => file), names);
	for (const {id, templates: used} of formats) {
		t.deepEqual(entries.filter(entry => entry.formats.includes(id)).map(({file}) => file), used.toSorted(), `${id}`);
	}

	const {stdout: lines} = await run(folder, 'templates', 'list');
	t.regex(lines, /^_port-table\.md\.liquid +ports$/mv);
});

test('what was exported makes the same documents, and can be changed', async t => {
	const folder = await makeFolder();
	const {code, stdout, stderr} = await run(folder, 'templates', 'export', 'own');
	t.is(code, 0);
	t.is(stdout, '');
	t.regex(stderr, /^created {2}own\/readme\.md\n/v);
	t.regex(stderr, /--templates own\n$/v);
	const written = await readdir(path.join(folder, 'own'));
	t.deepEqual(written.toSorted(), ['.virt-fw-wizard-templates.json', 'readme.md', ...names].toSorted());
	const generate = async (out: string, ...options: readonly string[]) => {
		const result = await run(folder, 'generate', 'olvm-segregated', '--date', '2026-11-22', '--out', out, ...options);
		t.is(result.code, 0, `${result.stderr}`);
		const files = await readdir(path.join(folder, out));
		return Promise.all(files.toSorted().map(async file => [file, await readFile(path.join(folder, out, file), 'utf8')] as const));
	};

	const usual = await generate('usual');
	t.deepEqual(await generate('same', '--templates', 'own'), usual);
	await writeFile(path.join(folder, 'own/ports.md.liquid'), '# Ours\n');
	const changed = new Map(await generate('changed', '--templates', 'own'));
	t.is(changed.get('ports.md'), '# Ours\n');
	t.is(changed.get('flows.csv'), new Map(usual).get('flows.csv'));
});

test('somebody\'s edits stay, all or nothing is written, and --force replaces', async t => {
	const folder = await makeFolder();
	await run(folder, 'templates', 'export', 'own');
	const again = await run(folder, 'templates', 'export', 'own');
	t.is(again.code, 0);
	t.true(again.stderr.split('\n').slice(0, -2).every(line => line.startsWith('unchanged')));
	await writeFile(path.join(folder, 'own/ports.md.liquid'), 'mine');
	await rm(path.join(folder, 'own/readme.md'));
	const refused = await run(folder, 'templates', 'export', 'own');
	t.is(refused.code, 2);
	t.regex(refused.stderr, /^own\/ports\.md\.liquid output\/foreign this was changed since it was written\n/v);
	t.notRegex(refused.stderr, /--out/v);
	t.is(await readFile(path.join(folder, 'own/ports.md.liquid'), 'utf8'), 'mine');
	const left = await readdir(path.join(folder, 'own'));
	t.false(left.includes('readme.md'));
	const forced = await run(folder, 'templates', 'export', 'own', '--force');
	t.is(forced.code, 0);
	t.regex(forced.stderr, /^created {4}own\/readme\.md\n(?:unchanged[^\n]*\n)*replaced {3}own\/ports\.md\.liquid\n/v);
	await symlink('own', path.join(folder, 'link'));
	const linked = await run(folder, 'templates', 'export', 'link');
	t.is(linked.code, 2);
	t.regex(linked.stderr, /"link" is a link/v);
});

test('templates and documents in one folder leave each other alone', async t => {
	const folder = await makeFolder();
	await run(folder, 'generate', 'olvm-flat', '--out', '.', '--format', 'ports,csv');
	await run(folder, 'templates', 'export', '.');
	await run(folder, 'generate', 'olvm-flat', '--out', '.', '--format', 'ports');
	const left = await readdir(folder);
	t.deepEqual(left.toSorted(), ['.virt-fw-wizard-templates.json', '.virt-fw-wizard.json', 'ports.md', 'readme.md', ...names].toSorted());
});

test('export needs a folder, and list takes none', async t => {
	const folder = await makeFolder();
	const [none, list, dash, force] = await Promise.all([['export'], ['list', 'x'], ['export', '-'], ['list', '--force']].map(async words => run(folder, 'templates', ...words)));
	t.deepEqual([none!.code, list!.code, dash!.code, force!.code], [2, 2, 2, 2]);
	t.regex(none!.stderr, /templates export needs DIR/v);
	t.regex(force!.stderr, /templates list has no option "--force"/v);
	t.deepEqual(await readdir(folder), []);
});

test('a mistake in a part of a site is named with file, line and column, and nothing is written', async t => {
	const folder = await makeFolder();
	await run(folder, 'templates', 'export', 'own');
	const mistakes = [
		['a\n  {{ nobody }}\n', /^_port-table\.md\.liquid:2:6 template\/render [^\n]*nobody/v],
		['\n\n{% if %}\n', /^_port-table\.md\.liquid:3:6 template\/parse /v],
		['b {{ zone.title | shout }}', /^_port-table\.md\.liquid:1:3 template\/[^\n]*shout/v],
	] as const;
	for (const [content, message] of mistakes) {
		await writeFile(path.join(folder, 'own/_port-table.md.liquid'), content);
		const {code, stderr} = await run(folder, 'generate', 'olvm-flat', '--templates', 'own', '--out', 'out');
		t.is(code, 2);
		t.regex(stderr, message);
	}

	t.deepEqual(await readdir(folder), ['own']);
});

test('the guide is true: tags, filters, fields and files', t => {
	t.deepEqual(readList('Tags: '), [...keptTags]);
	t.deepEqual(readList('Filters: '), [...keptFilters, 'count'].toSorted());
	const own = ({filters, composites}: Syntax) => [...Object.keys(filters), ...Object.keys(composites)].toSorted();
	t.deepEqual(readList('More filters in Markdown: '), own(markdown));
	t.deepEqual(readList('More filters in Mermaid: '), own(mermaid));
	t.deepEqual(readList('More filters in CSV: '), own(csv));
	t.deepEqual(readList('More filters in HTML: '), own(html));
	t.deepEqual(readList('(?=catalog, change, counts)'), Object.keys(viewTables(makeSamplePlan())).toSorted());
	t.deepEqual(readList('(?=acceptedRisks)'), Object.keys(viewDocument(makeSamplePlan())).toSorted());
	const listed = [...guide.matchAll(/^\| `(?<file>[^`]+)` \|/gmv)].map(({groups}) => groups!['file']!);
	t.deepEqual(listed.toSorted(), names.filter(name => !name.startsWith('_')));
});
