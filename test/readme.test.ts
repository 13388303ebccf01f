import {readFileSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import test from 'ava';
import {commands} from '../source/commands/index.js';
import {parseProfile} from '../source/core/profile/parse.js';
import {plan} from '../source/core/plan.js';
import {drawOverview} from '../source/renderers/diagram/index.js';
import {formats} from '../source/renderers/index.js';
import {listKeys} from '../source/tui/help.js';
import {readTestCatalog} from './helpers/catalog.js';

const root = process.cwd();
const readme = readFileSync(`${root}/readme.md`, 'utf8');

test('the picture of the readme is what generate draws', async t => {
	const catalog = await readTestCatalog(root);
	const {value} = parseProfile(readFileSync(`${root}/templates/profiles/olvm-segregated.yaml`, 'utf8'), 'olvm-segregated.yaml', catalog);
	const {svg} = await drawOverview(plan(catalog, value!, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}}));
	const file = 'test/golden/pictures/olvm-segregated.svg';
	t.true(readme.includes(`](${file})`));
	if (process.env['UPDATE_GOLDEN'] === '1') {
		writeFileSync(`${root}/${file}`, svg);
	}

	t.is(readFileSync(`${root}/${file}`, 'utf8'), svg);
});

test('the readme names every format', t => {
	const lines = readme.split('\n');
	const rows = lines.slice(lines.indexOf('| format | what it is |') + 2);
	const cells = rows.slice(0, rows.indexOf('')).map(row => row.split(' | ')[0]!);
	const listed = cells.flatMap(cell => [...cell.matchAll(/`(?<id>[^`]+)`/gv)].map(({groups}) => groups!['id']!));
	t.deepEqual(listed, formats.map(({id}) => id));
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
