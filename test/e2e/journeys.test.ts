/* eslint-disable no-await-in-loop -- One key follows the other. */
import {spawnSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {compare} from '../../source/core/problem.js';
import {formats} from '../../source/renderers/index.js';
import {asks, isAt, look, shows, words} from '../helpers/screens.js';
import {keys, makeEnvironment, makeHome, program, Terminal, type TerminalOptions} from '../helpers/terminal.js';
import {date, findMisfits, goOn, goTo, hear, openBlank, openExample, readSaved, wizardCommand} from '../helpers/wizard-terminal.js';

async function open(t: ExecutionContext, options: Omit<TerminalOptions, 'home'> & {readonly home?: string} = {}): Promise<{readonly terminal: Terminal; readonly home: string}> {
	const {home, remove} = options.home === undefined ? await makeHome() : {home: options.home, remove: async () => undefined};
	const terminal = new Terminal({columns: 120, rows: 40, command: wizardCommand, ...options, home});
	t.teardown(async () => {
		await terminal.end();
		await remove();
	});
	return {terminal, home};
}

/** The design of a saved profile. */
async function readDraft(home: string, name: string) {
	const saved = await readSaved(home);
	return saved.get(name)!.draft;
}

async function leave(t: ExecutionContext, terminal: Terminal): Promise<void> {
	terminal.write(keys.ctrl('c'));
	t.deepEqual(await terminal.exit, {code: 0, signal: 0});
}

test.serial('going back to the start and on to the end keeps every answer', async t => {
	const {terminal, home} = await open(t);
	await openExample(terminal, 'segregated');
	const before = await readDraft(home, 'olvm-segregated');
	const steps: string[] = [];
	await terminal.waitFor(isAt(words.steps.products));
	for (;;) {
		steps.push(look(terminal).step);
		if (steps.at(-1) === words.steps.write) {
			break;
		}

		await goOn(terminal);
	}

	for (const step of [words.steps.start, ...steps.slice(0, -1)].toReversed()) {
		await terminal.press(keys.escape, isAt(step));
	}

	await terminal.waitFor(shows(({focused}) => focused.startsWith(words.start.goOn) || undefined));
	await terminal.press(keys.ctrl('n'), isAt(steps[0]!));
	for (const step of steps.slice(1)) {
		await terminal.press(keys.ctrl('n'), isAt(step));
	}

	await leave(t, terminal);
	t.deepEqual(await readDraft(home, 'olvm-segregated'), before);
});

test.serial('the screen follows the size of the window, and the place stays', async t => {
	const {terminal} = await open(t, {columns: 200, rows: 60});
	await openExample(terminal, 'segregated');
	await goTo(terminal, words.steps.zones);
	await terminal.press(keys.down.repeat(3), shows(({focused}) => focused.includes('management') || undefined));
	const before = terminal.screen();
	for (const [columns, rows] of [[60, 20], [120, 40], [20, 5], [80, 24]] as const) {
		terminal.resize(columns, rows);
		// In the smallest there is no room for a whole screen, but it must not be empty.
		const isWhole = shows(({focused}) => (focused.includes('management') && findMisfits(terminal).length === 0) || undefined);
		await terminal.waitFor(columns > 20 ? isWhole : lines => lines.some(line => line !== '') || undefined, `a screen of ${columns} by ${rows}`);
	}

	terminal.resize(200, 60);
	await terminal.waitFor(lines => lines.join('\n') === before.join('\n') || undefined, 'the first screen again');
	await leave(t, terminal);
});

/* eslint-disable no-control-regex -- Escape sequences are what is looked for. */
const looks = /\u{1B}\[\d+(?:;\d+)*m/v;
const colors = /\u{1B}\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/v;
/* eslint-enable no-control-regex */

for (const [title, environment] of Object.entries({'a locale without UTF-8': {LANG: 'C'}, 'a dumb terminal': {TERM: 'dumb'}})) {
	test.serial(`${title} gets ASCII alone`, async t => {
		const {terminal} = await open(t, {environment, columns: 80, rows: 24});
		await openExample(terminal, 'segregated');
		await goTo(terminal, words.steps.review);
		for (const tab of ['2', '3', '4']) {
			await terminal.press(tab, lines => lines.some(line => line.includes(`[${tab} `)) || undefined);
		}

		await goTo(terminal, words.steps.write);
		await leave(t, terminal);
		// eslint-disable-next-line no-control-regex -- Escape sequences are no text.
		const drawn = terminal.raw.replaceAll(/\u{1B}\[[\d;?]*[A-Za-z]/gv, '');
		t.deepEqual([...new Set(drawn)].filter(character => !/[\t\n\r -~]/v.test(character)), []);
		const isDumb = 'TERM' in environment;
		t.is(terminal.raw.includes('\u{1B}[?1049h'), !isDumb, 'a screen of its own');
		t.is(looks.test(terminal.raw), !isDumb, 'colours and emphasis');
	});
}

test.serial('NO_COLOR takes colours away and nothing else', async t => {
	const {terminal} = await open(t, {environment: {NO_COLOR: '1'}});
	await openExample(terminal, 'segregated');
	await goTo(terminal, words.steps.review);
	await leave(t, terminal);
	t.regex(terminal.raw, looks);
	t.notRegex(terminal.raw, colors);
});

test.serial('a design can be made with a screen reader', async t => {
	const {terminal, home} = await open(t, {environment: {INK_SCREEN_READER: 'true'}, columns: 100, rows: 40});
	const hears = (step: string) => new RegExp(String.raw`Step \d+ of \d+: ${step}`, 'v');
	await terminal.waitFor(words.start.question);
	await terminal.press(keys.enter, words.start.titleQuestion);
	await terminal.press(`read out${keys.enter}`, hears(words.steps.products));
	await terminal.press(' ', /selected: Oracle Linux Virtualization Manager.*highlighted/v);
	await terminal.press(keys.ctrl('n'), hears(words.steps.versions));
	await terminal.press(keys.ctrl('n'), hears(words.steps.placement));
	await terminal.press(keys.ctrl('n'), hears(words.steps.options));
	await terminal.press('y', /Answer: yes/v);
	await terminal.press(keys.ctrl('n'), hears(words.steps.parameters));
	await terminal.press(keys.ctrl('n'), hears(words.steps.segregation));
	await terminal.press('1', /One flat network.*highlighted/v);
	await terminal.press(keys.enter, hears(words.steps.zones));
	await terminal.press(keys.ctrl('n'), hears(words.steps.matrix));
	await terminal.press(keys.ctrl('n'), hears(words.steps.addresses));
	await terminal.press(keys.ctrl('n'), hears(words.steps.change));
	await terminal.press(keys.ctrl('n'), hears(words.steps.review));
	await terminal.press(keys.ctrl('n'), hears(words.steps.write));
	await terminal.press(keys.ctrl('n'), /Write \d+ files/v);
	await terminal.press(keys.enter, 'Done');
	terminal.write(keys.enter);
	t.deepEqual(await terminal.exit, {code: 0, signal: 0});
	const saved = await readSaved(home);
	t.true(saved.get('read-out')!.isFinished);
	t.regex(await readFile(path.join(home, 'work/read-out/change-request.md'), 'utf8'), /read out/v);
});

test.serial('a pasted list of a thousand addresses is one answer', async t => {
	const {terminal, home} = await open(t);
	await openBlank(terminal, 'pasted');
	await terminal.press(' ', shows(({focused}) => !focused.startsWith('[ ]') || undefined));
	await goTo(terminal, words.steps.addresses);
	const {focused} = look(terminal);
	const list = Array.from({length: 1000}, (_, index) => `10.9.${Math.floor(index / 250)}.${(index % 250) + 1}`);
	await terminal.press(keys.paste(list.join('\n')), lines => lines.some(line => line.includes(list.at(-1)!)) || undefined, 'the end of the list');
	await terminal.press(keys.enter, shows(shown => shown.focused !== focused || undefined));
	await leave(t, terminal);
	const {hosts = {}} = await readDraft(home, 'pasted');
	t.deepEqual(Object.values(hosts).flatMap(({addresses = {}}) => Object.values(addresses)).find(addresses => addresses.length > 1), list);
});

test.serial('typing filters a list, and escape shows all of it again', async t => {
	const {terminal} = await open(t);
	await terminal.waitFor(asks(words.start.question));
	const isWhole = shows(({main}) => main.some(line => line.includes(words.start.file)) || undefined);
	await terminal.waitFor(isWhole);
	await terminal.press('/vplus protect', shows(({focused}) => focused.startsWith('vPlus protecting') || undefined));
	t.is(isWhole(terminal.screen()), undefined);
	await terminal.press(keys.escape, isWhole);
	t.true(look(terminal).focused.startsWith('vPlus protecting'));
	await leave(t, terminal);
});

test.serial('keys of a burst all count, in order', async t => {
	const {terminal} = await open(t);
	await terminal.waitFor(asks(words.start.question));
	await hear(terminal, keys.down.repeat(2));
	const third = look(terminal).focused;
	await hear(terminal, keys.up.repeat(2));
	t.not(look(terminal).focused, third);
	await terminal.press(`${keys.down}${keys.down}${keys.enter}`, asks(words.start.titleQuestion));
	t.true(look(terminal).main.some(line => line.includes(third)), `not the third: ${third}`);
	await terminal.press(keys.escape, asks(words.start.question));
	await openExample(terminal, 'vplus protect');
	await goOn(terminal);
	const focus: string[] = [];
	for (let count = 0; count < 20; count++) {
		await hear(terminal, keys.down);
		focus.push(look(terminal).focused);
	}

	await hear(terminal, keys.home);
	t.not(look(terminal).focused, focus.at(-1)!);
	await hear(terminal, keys.down.repeat(20));
	t.is(look(terminal).focused, focus.at(-1)!);
	await leave(t, terminal);
});

test.serial('a second wizard works on a copy of the design that the first has open', async t => {
	const {terminal, home} = await open(t);
	await openExample(terminal, 'flat');
	const {terminal: other} = await open(t, {home});
	await other.waitFor(shows(({focused}) => focused.startsWith(words.start.goOn) || undefined));
	await other.press(keys.enter, isAt(words.steps.products));
	t.true(other.screen().some(line => line.includes(words.isCopy)), `no word of a copy:\n${other.screen().join('\n')}`);
	await goTo(other, words.steps.change);
	await other.press(`!${keys.enter}`, shows(({focused}) => !focused.includes('!') || undefined));
	await goTo(terminal, words.steps.change);
	await terminal.press(`?${keys.enter}`, shows(({focused}) => !focused.includes('?') || undefined));
	await leave(t, other);
	await leave(t, terminal);
	const saved = await readSaved(home);
	t.deepEqual([...saved.values()].map(({draft: {title}}) => title.at(-1)!).toSorted(compare), ['!', '?']);
});

test.serial('redirected standard output gets the chosen document', async t => {
	const {terminal, home} = await open(t, {command: `'${process.execPath}' '${program}' --date ${date} > out.md`});
	await openExample(terminal, 'flat');
	await goTo(terminal, words.steps.write);
	// Below the folder and every format.
	await terminal.press(keys.down.repeat(1 + formats.length), shows(({focused}) => focused.startsWith(words.write.printed) || undefined));
	t.true(terminal.screen().some(line => line.includes('[Firewall change request]')));
	terminal.write(keys.ctrl('n'));
	t.deepEqual(await terminal.exit, {code: 0, signal: 0});
	t.false(terminal.isAlternateScreen);
	const {status, stdout} = spawnSync(process.execPath, [program, 'generate', 'olvm-flat', '--format', 'change-request', '--stdout', '--date', date], {env: makeEnvironment(home), cwd: home, encoding: 'utf8'});
	t.is(status, 0);
	t.true(await readFile(path.join(home, 'work/out.md'), 'utf8') === stdout);
});

test.serial('without a terminal it says what to run instead', async t => {
	const {home, remove} = await makeHome();
	t.teardown(remove);
	const {status, stdout, stderr} = spawnSync(process.execPath, [program], {env: makeEnvironment(home), cwd: home, encoding: 'utf8', input: ''});
	t.is(status, 2);
	t.is(stdout, '');
	t.true(stderr.includes(words.noTerminal), `no hint: ${stderr}`);
});

test.serial('OLVM with a remote database, separated by role, is few keys away from an empty screen', async t => {
	const {terminal, home} = await open(t);
	const screens: string[] = [];
	const press = async (bytes: string, condition: Parameters<Terminal['press']>[1]) => {
		screens.push(look(terminal).question);
		await terminal.press(bytes, condition);
	};

	await terminal.waitFor(asks(words.start.question));
	await press(keys.enter, asks(words.start.titleQuestion));
	// The title that is proposed will do.
	await press(keys.enter, isAt(words.steps.products));
	await press(` ${keys.enter}`, isAt(words.steps.versions));
	await press(keys.ctrl('n'), isAt(words.steps.placement));
	await terminal.press(keys.down.repeat(2), shows(({focused}) => focused.startsWith('Engine database: on which host') || undefined));
	await press(`${keys.right}${keys.ctrl('n')}`, isAt(words.steps.options));
	await press(keys.ctrl('n'), isAt(words.steps.parameters));
	await press(keys.ctrl('n'), isAt(words.steps.segregation));
	// What is proposed is by role.
	await press(keys.enter, isAt(words.steps.zones));
	for (const step of [words.steps.matrix, words.steps.addresses, words.steps.change, words.steps.review, words.steps.write]) {
		await press(keys.ctrl('n'), isAt(step));
	}

	await press(keys.ctrl('n'), asks(words.screens.confirm));
	await press(keys.enter, asks(words.screens.done));
	screens.push(look(terminal).question);
	terminal.write(keys.enter);
	t.deepEqual(await terminal.exit, {code: 0, signal: 0});
	const saved = await readSaved(home);
	const {draft, isFinished} = [...saved.values()][0]!;
	t.true(isFinished);
	t.is(draft.products['olvm']?.components?.['engine-database'], 'own-host');
	t.is(draft.segregation, 'by-role');
	t.log(`${terminal.pressed} keys, ${screens.length} screens`);
	t.true(terminal.pressed <= 25);
});
