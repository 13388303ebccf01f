import {readFileSync} from 'node:fs';
import process from 'node:process';
import test from 'ava';
import {commands} from '../source/commands/index.js';
import {parseProfile} from '../source/core/profile/parse.js';
import {plan} from '../source/core/plan.js';
import {topology} from '../source/renderers/topology.js';
import {listKeys} from '../source/tui/help.js';
import {readTestCatalog} from './helpers/catalog.js';
import {templates} from './helpers/sample-plan.js';

const root = process.cwd();
const readme = readFileSync(`${root}/readme.md`, 'utf8');

test('the diagram of the readme is what generate writes', async t => {
	const catalog = await readTestCatalog(root);
	const {value} = parseProfile(readFileSync(`${root}/templates/profiles/olvm-segregated.yaml`, 'utf8'), 'olvm-segregated.yaml', catalog);
	const [overview] = topology.render(plan(catalog, value!, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}}), templates);
	const shown = /^<!-- diagram: [^>]* -->\n\n```mermaid\n(?<text>[\s\S]*?)```\n\n<!-- \/diagram -->$/mv.exec(readme)?.groups?.['text'];
	t.is(shown, overview!.content);
});

test('the keys of the readme are those of the help', t => {
	const shown = /^<!-- keys: [^>]* -->\n\n(?<table>[\s\S]*?)\n\n<!-- \/keys -->$/mv.exec(readme)?.groups?.['table'];
	t.is(shown, ['| keys | do |', '|---|---|', ...listKeys(true).map(([keys, meaning]) => `| ${keys} | ${meaning} |`)].join('\n'));
});

test('the readme names every command', t => {
	for (const {name} of commands.filter(command => command.name !== 'wizard')) {
		t.true(readme.includes(`| \`virt-fw-wizard ${name} `), `${name}`);
	}
});

test('the profile of the readme is free of problems', async t => {
	const text = /^```yaml\n(?<text>[\s\S]*?)^```$/mv.exec(readme)!.groups!['text']!;
	t.is(parseProfile(text, 'readme.md', await readTestCatalog(root)).problems, undefined);
});
