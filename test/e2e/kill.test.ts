/* eslint-disable no-await-in-loop -- One session follows the other. */
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {isAt, look, shows, words} from '../helpers/screens.js';
import {keys, makeHome, Terminal} from '../helpers/terminal.js';
import {goTo, openExample, readSaved, wizardCommand} from '../helpers/wizard-terminal.js';

/*
Kill -9 at any moment loses no answer that was seen to be taken. The whole run has 200 moments and takes minutes: KILLS=200.
*/
const kills = Number(process.env['KILLS'] ?? 12);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * (2 ** 31)));

const modulus = (2 ** 31) - 1;

/** Numbers from 0 to 1 that a seed decides: good enough to spread moments. */
function makeRandom(start: number): () => number {
	let state = (start % modulus) || 1;
	return () => {
		state = ((state * 48_271) % modulus) || 1;
		return state / modulus;
	};
}

/** Fields of the change that take any text, with how the draft keeps them. */
const fields = {[words.change.title]: 'title', [words.change.ticket]: 'ticket', [words.change.marking]: 'marking', [words.change.requester]: 'requester', [words.change.owner]: 'owner', [words.change.project]: 'project', [words.change.environment]: 'environment', [words.change.reason]: 'reason', [words.change.impact]: 'impact', [words.change.window]: 'window'} as const;

test.serial(`kill -9 at ${kills} moments loses no answer that was taken (SEED=${seed})`, async t => {
	const random = makeRandom(seed);
	const {home, remove} = await makeHome();
	t.teardown(remove);
	const first = new Terminal({home, columns: 100, rows: 40, command: wizardCommand});
	t.teardown(async () => first.end());
	await openExample(first, 'flat');
	await goTo(first, words.steps.change);
	first.kill('SIGKILL');
	await first.exit;

	/** What each field was seen to be, and what was typed into it since: any of these may be on disk. */
	const saved = await readSaved(home);
	const change: Readonly<Record<string, unknown>> = saved.get('olvm-flat')!.draft.change ?? {};
	const possible = new Map<string, unknown[]>(Object.values(fields).map(field => [field, [change[field]]]));
	let confirmed = 0;
	let number = 0;
	for (let kill = 0; kill < kills; kill++) {
		const terminal = new Terminal({home, columns: 100, rows: 40, command: wizardCommand});
		await terminal.waitFor(shows(({focused}) => focused.startsWith(words.start.goOn) || undefined));
		terminal.write(keys.enter);
		// The moment is what is random here; nothing waits for it.
		const isWhileOpening = random() < 0.2;
		if (!isWhileOpening) {
			await terminal.waitFor(isAt(words.steps.change));
		}

		const delayMs = 10 + (random() * 900);
		const killed = sleep(delayMs).then(() => {
			terminal.kill('SIGKILL');
		});
		try {
			await terminal.waitFor(isAt(words.steps.change));
			for (;;) {
				const {focused, isDone} = look(terminal);
				if (isDone) {
					await terminal.press(keys.home, shows(shown => !shown.isDone || undefined));
					continue;
				}

				const field = Object.entries(fields).find(([label]) => focused === label || focused.startsWith(`${label} `))?.[1];
				const text = `answer ${++number}`;
				if (field !== undefined) {
					possible.get(field)!.push(text);
				}

				const [label] = focused.split(/ {2,}/v);
				const typed = field === undefined ? '' : `${keys.ctrl('e')}${keys.ctrl('u')}${text}`;
				await terminal.press(`${typed}${keys.enter}`, shows(shown => !shown.focused.startsWith(label!) || undefined));
				if (field !== undefined) {
					// The next frame shows another field: the answer is taken.
					possible.set(field, [text]);
					confirmed++;
				}
			}
		} catch (error) {
			const {signal} = await terminal.exit;
			if (signal !== 9) {
				throw error;
			}
		}

		await killed;
		const left = await readSaved(home);
		t.deepEqual([...left.keys()], ['olvm-flat']);
		const record: Readonly<Record<string, unknown>> = left.get('olvm-flat')!.draft.change ?? {};
		for (const [field, texts] of possible) {
			t.true(texts.includes(record[field]), `kill ${kill} after ${delayMs} ms: ${field} is ${String(record[field])}, and not ${texts.join(' or ')}`);
			// What was on disk now is what every later look must find, or something newer.
			possible.set(field, [record[field]]);
		}
	}

	t.log(`${confirmed} answers were confirmed`);
	t.true(confirmed > 0);
});
