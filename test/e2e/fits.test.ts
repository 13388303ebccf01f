/* eslint-disable no-await-in-loop -- One screen follows the other. */
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {asks, isAt, isHelp, isNoHelp, isStep, look, shows, words} from '../helpers/screens.js';
import {keys, makeHome, program, Terminal} from '../helpers/terminal.js';
import {date, findMisfits} from '../helpers/wizard-terminal.js';

/*
Every screen fits into a small terminal, also with the longest names that a profile can hold.
*/
const long = (word: string, length: number) => Array.from({length: Math.ceil(length / (word.length + 1))}, () => word).join(' ').slice(0, length).trim();
const ids = ['clients', 'management', 'storage', 'backup', 'keys'].map(id => `${id}-${'x'.repeat(40)}-zone`);
const profile = {
	schemaVersion: 1,
	name: 'longest',
	title: long('Größenordnung', 200),
	products: {
		olvm: {options: {'nfs-storage': 'yes', 'kvm-ssh': 'yes'}, components: {'engine-database': 'own-host', 'websocket-proxy': 'own-host'}},
		okm: {},
		vplus: {modes: ['ovirt-change-block-tracking', 'server-node', 'os-agent']},
	},
	zones: ids.map((id, index) => ({id, title: long('漢字の名前', 180), trust: index === 0 ? 'user' : 'restricted', networks: [`10.${index}.0.0/16`, `2001:db8:${index + 1}::/48`]})),
	networks: {management: ids[1], client: ids[0], console: ids[0], storage: ids[2], backup: ids[3]},
	hosts: {'olvm-manager': {title: long('Manager', 190), addresses: {management: ['10.1.0.10']}}},
	change: {title: long('Änderung', 200), reason: long('because', 3000), requester: long('Somebody', 150)},
};

for (const [columns, rows] of [[60, 20], [80, 24]] as const) {
	test.serial(`every screen fits ${columns} columns and ${rows} rows with the longest names`, async t => {
		const {home, remove} = await makeHome();
		const file = path.join(home, 'work/longest.json');
		await writeFile(file, JSON.stringify(profile));
		const terminal = new Terminal({home, columns, rows, command: [process.execPath, program, 'wizard', file, '--date', date]});
		t.teardown(async () => {
			await terminal.end();
			await remove();
		});
		let screens = 0;
		const check = (place: string) => {
			screens++;
			t.deepEqual(findMisfits(terminal), [], `${place}:\n${terminal.screen().map(line => `| ${line}`).join('\n')}`);
		};

		const help = async (place: string) => {
			check(place);
			await terminal.press(keys.f1, isHelp);
			check(`help on ${place}`);
			await terminal.press(keys.f1, isNoHelp);
		};

		/** Into a screen within a step, and back. */
		const visit = async (key: string, question: string | RegExp, back: string = keys.escape) => {
			const {question: before} = look(terminal);
			await terminal.press(key, asks(question));
			await help(String(question));
			await terminal.press(back, asks(before.slice(0, 20)));
		};

		await terminal.waitFor(isAt(words.steps.products));
		for (;;) {
			const {step, place} = look(terminal);
			await help(step);
			const isAtStep = (title: string) => isStep(step, title);
			if (isAtStep(words.steps.zones)) {
				await visit(keys.enter, words.screens.zone);
				await visit('r', words.screens.zoneId);
			} else if (isAtStep(words.steps.matrix)) {
				await terminal.press(keys.down, shows(({focused}) => !focused.startsWith(words.matrix.allHosts) || undefined));
				await visit(keys.enter, words.screens.host);
				await visit(`${keys.up}${keys.right}${keys.enter}`, words.screens.cell);
			} else if (isAtStep(words.steps.addresses)) {
				await visit(keys.ctrl('o'), words.screens.import);
			} else if (isAtStep(words.steps.review)) {
				for (const tab of ['2', '3', '4']) {
					await terminal.press(tab, lines => lines.some(line => line.includes(`[${tab} `)) || undefined);
					check(`tab ${tab}`);
					terminal.write(keys.down.repeat(5));
					await help(`tab ${tab} further down`);
				}
			} else if (isAtStep(words.steps.write)) {
				await visit(keys.ctrl('n'), words.screens.confirm);
				break;
			}

			await terminal.press(keys.ctrl('n'), shows(shown => shown.place !== place || undefined), `a step after ${step}`);
		}

		for (;;) {
			const {step, place, question} = look(terminal);
			if (question === words.start.question) {
				break;
			}

			await terminal.press(keys.escape, shows(shown => shown.place !== place || undefined), `a step before ${step}`);
		}

		await help('the first screen');
		for (const [key, question] of [['r', 'What is "'], ['y', 'What is the copy'], ['x', words.screens.export], ['d', 'Delete']] as const) {
			await visit(key, question);
		}

		t.log(`${screens} screens`);
	});
}
