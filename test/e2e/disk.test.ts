import {existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {parse} from 'yaml';
import type {Profile} from '../../source/core/profile/schema.js';
import {asks, isAt, look, shows, words} from '../helpers/screens.js';
import {keys, makeHome, program, Terminal} from '../helpers/terminal.js';
import {goTo, openBlank, readSaved, wizardCommand} from '../helpers/wizard-terminal.js';

/*
Where nothing can be saved the wizard says so and goes on, and the answers can still be taken away as a file.
*/
const places = {
	async 'is a file'(home: string) {
		await writeFile(path.join(home, 'taken'), '');
		return path.join(home, 'taken');
	},
	'cannot be made': async () => '/proc/virt-fw-wizard',
};

for (const [title, makePlace] of Object.entries(places)) {
	(process.platform === 'linux' ? test.serial : test.serial.skip)(`when the folder of the profiles ${title}, the wizard goes on and exports`, async t => {
		const {home, remove} = await makeHome();
		t.teardown(remove);
		const terminal = new Terminal({home, columns: 100, rows: 30, command: wizardCommand, environment: {VIRT_FW_WIZARD_HOME: await makePlace(home)}});
		t.teardown(async () => terminal.end());
		await openBlank(terminal, 'homeless');
		await terminal.press(' ', shows(({focused}) => !focused.startsWith('[ ]') || undefined));
		t.true(terminal.screen().some(line => words.notSaved.test(line)), `not said:\n${terminal.screen().join('\n')}`);
		await goTo(terminal, words.steps.zones);
		t.true(terminal.screen().some(line => words.notSaved.test(line)), `not said:\n${terminal.screen().join('\n')}`);
		await terminal.press(keys.ctrl('x'), asks(words.screens.export));
		await terminal.press(`${keys.ctrl('u')}rescued.yaml${keys.enter}`, shows(({question}) => !question.startsWith(words.screens.export) || undefined));
		t.is(look(terminal).step, words.steps.zones);
		const rescued = parse(await readFile(path.join(home, 'work/rescued.yaml'), 'utf8')) as Profile;
		t.deepEqual(Object.keys(rescued.products), ['olvm']);
		t.is(rescued.title, 'homeless');
		terminal.write(keys.ctrl('c'));
		t.deepEqual(await terminal.exit, {code: 0, signal: 0});
		t.true(terminal.screen().some(line => words.couldNotBeSaved.test(line)), `not said:\n${terminal.screen().join('\n')}`);
	});
}

test.serial('a disk that fills up is said, and the answers of before stay', async t => {
	const {home, remove} = await makeHome();
	t.teardown(remove);
	await mkdir(path.join(home, 'profiles-home/profiles'), {recursive: true});
	// Blocks of 512 or 1024 bytes, as the shell has it: room for the lock and the first answers, not for a long text.
	const terminal = new Terminal({home, columns: 100, rows: 30, command: `ulimit -f 8; exec '${process.execPath}' '${program}'`, environment: {VIRT_FW_WIZARD_CODE_CACHE: '0'}});
	t.teardown(async () => terminal.end());
	await openBlank(terminal, 'full');
	await goToChange(terminal);
	const file = path.join(home, 'profiles-home/profiles/full.json');
	t.true(existsSync(file));
	await terminal.press(keys.down.repeat(11), shows(({focused}) => isField(focused, words.change.reason)));
	const long = (word: string) => keys.paste(Array.from({length: 480}, () => word).join(' '));
	await terminal.press(`${long('because')}${keys.enter}`, shows(({focused}) => isField(focused, words.change.impact)));
	await terminal.press(`${long('nothing')}${keys.enter}`, lines => lines.some(line => words.notSaved.test(line)) || undefined, 'that it is not saved');
	const saved = await readSaved(home);
	const {draft} = saved.get('full')!;
	t.is(draft.change?.impact, undefined);
	await terminal.press(keys.up, shows(({focused}) => isField(focused, words.change.impact)));
	await terminal.press(`${keys.ctrl('u')}short${keys.up}${keys.ctrl('e')}${keys.ctrl('u')}short${keys.enter}`, lines => !lines.some(line => words.notSaved.test(line)) || undefined, 'that it is saved');
	terminal.write(keys.ctrl('c'));
	t.deepEqual(await terminal.exit, {code: 0, signal: 0});
	t.regex(await readFile(file, 'utf8'), /"short"/v);
});

const isField = (focused: string, label: string) => focused.startsWith(label) || undefined;

async function goToChange(terminal: Terminal): Promise<void> {
	await terminal.press(' ', shows(({focused}) => !focused.startsWith('[ ]') || undefined));
	await goTo(terminal, words.steps.change);
	await terminal.waitFor(isAt(words.steps.change));
}
