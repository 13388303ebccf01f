import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {asks, isAt, shows, words} from '../helpers/screens.js';
import {keys, makeHome, program, Terminal, type TerminalOptions} from '../helpers/terminal.js';
import {goTo, openExample, readSaved} from '../helpers/wizard-terminal.js';

/*
However the wizard ends, the terminal is as it was before and every answer is on disk.
*/
const node = `'${process.execPath}' '${program}' --date 2026-11-22`;
/** What `stty` says before and after, and the exit code of the wizard. */
const watched = `stty -a > before; ${node}; code=$?; stty -a > after; exit $code`;

async function open(t: ExecutionContext, options: Omit<TerminalOptions, 'home'> = {}): Promise<{readonly terminal: Terminal; readonly home: string}> {
	const {home, remove} = await makeHome();
	const terminal = new Terminal({columns: 100, rows: 30, home, ...options});
	t.teardown(async () => {
		await terminal.end();
		await remove();
	});
	return {terminal, home};
}

async function findChild(pid: number): Promise<number> {
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
	return Number(children.trim().split(' ')[0]);
}

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

type Ending = {readonly end: (terminal: Terminal, pid: number) => void; readonly code: number};

const signal = (name: NodeJS.Signals, code: number): Ending => ({
	end(_, pid) {
		process.kill(pid, name);
	},
	code,
});

const endings: Readonly<Record<string, Ending>> = {
	'ctrl+c': {
		end(terminal) {
			terminal.write(keys.ctrl('c'));
		},
		code: 0,
	},
	SIGTERM: signal('SIGTERM', 143),
	SIGHUP: signal('SIGHUP', 129),
};

for (const [name, {end, code}] of Object.entries(endings)) {
	onLinux(`${name} ends the wizard with ${code}, the terminal as it was and the answers on disk`, async t => {
		const {terminal, home} = await open(t, {command: watched});
		await openExample(terminal, 'flat');
		await goTo(terminal, words.steps.change);
		await terminal.press('!', shows(({focused}) => focused.includes('network!') || undefined));
		t.true(terminal.isAlternateScreen);
		t.true(terminal.isBracketedPaste);
		t.false(terminal.isCursorShown);
		end(terminal, await findChild(terminal.pid));
		t.deepEqual(await terminal.exit, {code, signal: 0});
		t.false(terminal.isAlternateScreen);
		t.false(terminal.isBracketedPaste);
		t.true(terminal.isCursorShown);
		t.true(terminal.screen().some(line => line.includes(words.saved)), `no word of where the answers are:\n${terminal.screen().join('\n')}`);
		const read = async (file: string) => readFile(path.join(home, 'work', file), 'utf8');
		t.is(await read('after'), await read('before'), 'modes of the terminal');
		const saved = await readSaved(home);
		const {draft} = saved.get('olvm-flat')!;
		t.is(draft.title.endsWith('!'), name === 'ctrl+c', 'only who leaves by key has finished the field');
	});
}

onLinux('closing the window ends the wizard with the answers on disk', async t => {
	const {terminal, home} = await open(t);
	await openExample(terminal, 'flat');
	await goTo(terminal, words.steps.zones);
	const {pid} = terminal;
	terminal.close();
	// Node aborts at times, as it cannot give back the modes of a terminal that is gone; the code is nobody's to see then.
	await terminal.exit;
	t.false(existsSync(`/proc/${pid}`));
	const saved = await readSaved(home);
	t.is(saved.get('olvm-flat')!.position, 'zones');
});

test.serial('after kill -9 the next start goes on where it was', async t => {
	const {terminal, home} = await open(t);
	await openExample(terminal, 'segregated');
	await goTo(terminal, words.steps.zones);
	terminal.kill('SIGKILL');
	await terminal.exit;
	const next = new Terminal({home, columns: 100, rows: 30});
	t.teardown(async () => next.end());
	await next.waitFor(shows(({focused}) => focused.startsWith(words.start.goOn) || undefined));
	await next.press(keys.enter, isAt(words.steps.zones));
	next.write(keys.ctrl('c'));
	t.deepEqual(await next.exit, {code: 0, signal: 0});
});

const hasShell = existsSync('/bin/bash');
(hasShell ? test.serial : test.serial.skip)('ctrl+z puts the wizard aside and fg brings it back as it was', async t => {
	const {terminal} = await open(t, {command: ['/bin/bash', '--norc', '--noprofile', '-i'], environment: {PS1: 'ready> '}});
	await terminal.waitFor('ready>');
	await terminal.press(`${node}\r`, asks(words.start.question));
	await openExample(terminal, 'flat');
	await goTo(terminal, words.steps.zones);
	// What the plan counts is shown a moment later.
	await terminal.waitFor(/\d+ findings/v);
	const before = terminal.screen();
	await terminal.press(keys.ctrl('z'), lines => (lines.filter(line => line.includes('ready>')).length > 1 && lines.some(line => line.includes('Stopped'))) || undefined);
	t.false(terminal.isAlternateScreen);
	t.true(terminal.isCursorShown);
	// The shell echoes again: the wizard has left its mode.
	await terminal.press('echo $((40 + 2))\r', lines => lines.includes('42') || undefined);
	await terminal.press('fg\r', isAt(words.steps.zones));
	await terminal.waitFor(lines => lines.join('\n') === before.join('\n') || undefined, 'the same screen');
	t.true(terminal.isAlternateScreen);
	t.false(terminal.isCursorShown);
	await terminal.press(keys.ctrl('n'), isAt(words.steps.matrix));
	await terminal.press(keys.ctrl('c'), 'ready>');
	await terminal.press('echo code $?\r', lines => lines.includes('code 0') || undefined);
});
