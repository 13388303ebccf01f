import {Buffer} from 'node:buffer';
import readline from 'node:readline';
import {PassThrough} from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import {KeyDecoder, type Key, type RawKey} from '../../source/tui/keys.js';

/** Long enough that no escape at the end of a chunk is given up before the next chunk, which comes in the same turn. */
const escapeTimeoutMs = 20;

type Decoding = {readonly keys: Key[]; readonly send: (chunk: string | Uint8Array) => void; readonly waitFor: (count: number) => Promise<void>};

/** Node's own decoder with ours behind it, as the terminal has them. */
function openDecoder(): Decoding {
	const stream = new PassThrough();
	const decoder = new KeyDecoder();
	const keys: Key[] = [];
	const waiting: Array<() => void> = [];
	readline.emitKeypressEvents(stream, {escapeCodeTimeout: escapeTimeoutMs} as unknown as readline.Interface);
	stream.on('keypress', (text: string | undefined, raw: RawKey) => {
		keys.push(...decoder.decode(text, raw));
		for (const check of waiting) {
			check();
		}
	});
	return {
		keys,
		// What a terminal sends arrives at once: nothing is left to the timing of a pipe.
		send(chunk) {
			stream.emit('data', Buffer.from(chunk));
		},
		waitFor: async count => new Promise(resolve => {
			const check = () => {
				if (keys.length >= count) {
					resolve();
				}
			};

			waiting.push(check);
			check();
		}),
	};
}

function decode(...chunks: ReadonlyArray<string | Uint8Array>): Key[] {
	const {keys, send} = openDecoder();
	for (const chunk of chunks) {
		send(chunk);
	}

	return keys;
}

const named = (...names: readonly string[]): Key[] => names.map(name => ({kind: 'named', name: name as Extract<Key, {readonly kind: 'named'}>['name']}));
const typed = (text: string): Key[] => Array.from(text, character => ({kind: 'text', text: character}));
const pasted = (text: string): Key => ({kind: 'paste', text});

const sequences: Readonly<Record<string, readonly string[]>> = {
	up: ['\u{1B}[A', '\u{1B}OA'],
	down: ['\u{1B}[B', '\u{1B}OB'],
	right: ['\u{1B}[C', '\u{1B}OC'],
	left: ['\u{1B}[D', '\u{1B}OD'],
	home: ['\u{1B}[H', '\u{1B}OH', '\u{1B}[1~', '\u{1B}[7~'],
	end: ['\u{1B}[F', '\u{1B}OF', '\u{1B}[4~', '\u{1B}[8~'],
	pageup: ['\u{1B}[5~'],
	pagedown: ['\u{1B}[6~'],
	delete: ['\u{1B}[3~'],
	backtab: ['\u{1B}[Z'],
	help: ['\u{1B}OP', '\u{1B}[11~', '\u{1B}[[A'],
	enter: ['\r', '\n'],
	tab: ['\t'],
	backspace: ['\u{7F}', '\b'],
	'ctrl+a': ['\u{1}'],
	'ctrl+c': ['\u{3}'],
	'ctrl+n': ['\u{E}'],
	'ctrl+r': ['\u{12}'],
	'ctrl+s': ['\u{13}'],
	'ctrl+u': ['\u{15}'],
	'ctrl+x': ['\u{18}'],
};

for (const [name, all] of Object.entries(sequences)) {
	test(`${name} is known in every form that terminals send`, t => {
		for (const sequence of all) {
			t.deepEqual(decode(sequence), named(name), `${JSON.stringify(sequence)}`);
		}
	});
}

test('keys of one read are all given, in order', t => {
	t.deepEqual(decode('\u{1B}[B\u{1B}[B\r'), named('down', 'down', 'enter'));
	t.deepEqual(decode('\u{1B}[B'.repeat(200)), named(...Array.from({length: 200}, () => 'down')));
	t.deepEqual(decode('ab\u{1B}OA\t \u{7F}'), [...typed('ab'), ...named('up', 'tab'), ...typed(' '), ...named('backspace')]);
});

test('an escape alone is given when nothing follows in time', async t => {
	const {keys, send, waitFor} = openDecoder();
	send('\u{1B}');
	t.deepEqual(keys, []);
	await waitFor(1);
	t.deepEqual(keys, named('escape'));
});

test('several escapes of one read are as many keys', async t => {
	for (const count of [2, 3, 4, 5, 6, 7]) {
		const {keys, send, waitFor} = openDecoder();
		send('\u{1B}'.repeat(count));
		// eslint-disable-next-line no-await-in-loop -- One decoder at a time.
		await waitFor(count);
		t.deepEqual(keys, named(...Array.from({length: count}, () => 'escape')), `${count}`);
	}
});

test('an escape and the key that follows it at once are two keys', t => {
	for (const [name, all] of Object.entries(sequences)) {
		for (const sequence of all) {
			t.deepEqual(decode(`\u{1B}${sequence}`), named('escape', name), `${JSON.stringify(sequence)}`);
		}
	}

	for (const text of ['a', 'Z', '1', ' ', '?', '/', 'é', '漢', '😀']) {
		t.deepEqual(decode(`\u{1B}${text}x`), [...named('escape'), ...typed(`${text}x`)], `${text}`);
	}
});

test('two escapes before a letter are two keys', t => {
	t.deepEqual(decode('\u{1B}\u{1B}a'), [...named('escape', 'escape'), ...typed('a')]);
	t.deepEqual(decode('\u{1B}\u{1B}\r'), named('escape', 'escape', 'enter'));
});

test('a key with a modifier is that key, and no escape', t => {
	for (const modifier of ['2', '3', '5', '6', '7']) {
		t.deepEqual(decode(`\u{1B}[1;${modifier}A`), named('up'), `${modifier}`);
		t.deepEqual(decode(`\u{1B}[1;${modifier}H`), named('home'), `${modifier}`);
		t.deepEqual(decode(`\u{1B}[5;${modifier}~`), named('pageup'), `${modifier}`);
	}
});

test('text arrives as it was typed, however its bytes come', t => {
	const text = 'aé漢😀👩‍🚒é ';
	t.deepEqual(decode(text), typed(text));
	t.deepEqual(decode(...[...Buffer.from(text)].map(byte => Uint8Array.of(byte))), typed(text));
});

test('what is pasted is one text, with plain line breaks', t => {
	t.deepEqual(decode('\u{1B}[200~10.0.0.1\r\n10.0.0.2\r10.0.0.3\n\u{1B}[201~'), [pasted('10.0.0.1\n10.0.0.2\n10.0.0.3\n')]);
	t.deepEqual(decode('\u{1B}[200~\u{1B}[201~'), []);
	t.deepEqual(decode('a\u{1B}[200~b é 😀\u{1B}[201~c'), [...typed('a'), pasted('b é 😀'), ...typed('c')]);
});

test('control sequences in what is pasted are left out, and tabs are kept', t => {
	t.deepEqual(decode('\u{1B}[200~a\u{1B}[31mb\u{1B}[0m\tc\u{1B}[Ad\u{1B}[201~x'), [pasted('ab\tcd'), ...typed('x')]);
	t.deepEqual(decode('\u{1B}[200~a\u{1B}[38;2;255;0;0mb\u{1B}[?25lc\u{1B}[201~x'), [pasted('abc'), ...typed('x')]);
	// The mark of a beginning within a paste is no new paste.
	t.deepEqual(decode('\u{1B}[200~a\u{1B}[200~b\u{1B}[201~x'), [pasted('ab'), ...typed('x')]);
});

test('keys in what is pasted do nothing', t => {
	t.deepEqual(decode('\u{1B}[200~a\u{3}\u{1B}\u{1B}[201~\r').filter(key => key.kind === 'named'), named('enter'));
});

test('escapes at the end of what is pasted do not hide where it ends', t => {
	for (const count of [1, 2, 3, 4, 5]) {
		t.deepEqual(decode(`\u{1B}[200~a${'\u{1B}'.repeat(count)}\u{1B}[201~x`), [pasted('a'), ...typed('x')], `${count}`);
	}
});

test('an escape in front of what is pasted is a key', t => {
	t.deepEqual(decode('\u{1B}\u{1B}[200~a\u{1B}[201~'), [...named('escape'), pasted('a')]);
});

test('a paste may come in any pieces', t => {
	const bytes = [...Buffer.from('\u{1B}[200~é1\r\n2\u{1B}[201~x')];
	const expected = [pasted('é1\n2'), ...typed('x')];
	for (let cut = 1; cut < bytes.length; cut++) {
		t.deepEqual(decode(Uint8Array.from(bytes.slice(0, cut)), Uint8Array.from(bytes.slice(cut))), expected, `${cut}`);
	}

	t.deepEqual(decode(...bytes.map(byte => Uint8Array.of(byte))), expected);
});

test('the end of a paste that never began is nothing', t => {
	t.deepEqual(decode('\u{1B}[201~a'), typed('a'));
});

test('sequences that are no key of the wizard give nothing', t => {
	for (const sequence of ['\u{1B}[999z', '\u{1B}OX', '\u{1B}[1;3S', '\u{1B}[15~', '\u{1B}[2~', '\u{1B}[I', '\u{1B}[?1;2c', '\u{1B}[?62;22;52c', '\u{1B}[<0;1;1M', '\u{1B}[27;5;9~', '\u{1B}[97;5u', '\u{1B}[24;80R', '\u{0}', '\u{1C}', '\u{1F}']) {
		t.deepEqual(decode(`${sequence}x`), typed('x'), `${JSON.stringify(sequence)}`);
	}
});

test('the property names of JavaScript objects are no keys', t => {
	const decoder = new KeyDecoder();
	for (const name of ['constructor', '__proto__', 'toString', 'undefined']) {
		t.deepEqual(decoder.decode(undefined, {name, sequence: '\u{1B}[9~'}), []);
	}
});

/** A key and one of its forms; `[` and `O` begin sequences behind an escape, for every decoder. */
const knownKey = fc.oneof(
	fc.constantFrom(...Object.entries(sequences).flatMap(([name, all]) => all.map(bytes => ({bytes, keys: named(name)})))),
	fc.constantFrom(...'abkjy?/ 19éß漢😀').map(text => ({bytes: text, keys: typed(text)})),
	fc.string({unit: fc.constantFrom('a', '.', '1', ' ', 'é', '漢', '😀', '\n', '[', 'O'), minLength: 1, maxLength: 8}).map(text => ({bytes: `\u{1B}[200~${text}\u{1B}[201~`, keys: [pasted(text)]})),
	fc.constant({bytes: '\u{1B}', keys: named('escape')}),
);

const knownKeys = fc.array(knownKey, {minLength: 1, maxLength: 30}).filter(keys =>
	// Of two escapes and a sequence nobody can tell whether they were three escapes and the rest of it.
	!keys.some((key, index) => key.bytes === '\u{1B}' && keys[index + 1]?.bytes === '\u{1B}'));

test('keys of one read, or of a read cut anywhere, are the same keys', t => {
	fc.assert(fc.property(knownKeys, fc.array(fc.nat({max: 400}), {maxLength: 6}), (keys, cuts) => {
		// A letter at the end, so that no escape waits for its time to pass.
		const bytes = [...Buffer.from(`${keys.map(key => key.bytes).join('')}x`)];
		const expected = [...keys.flatMap(key => key.keys), ...typed('x')];
		t.deepEqual(decode(Uint8Array.from(bytes)), expected);
		const places = [0, ...cuts.map(cut => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
		t.deepEqual(decode(...places.slice(1).map((to, index) => Uint8Array.from(bytes.slice(places[index], to)))), expected);
	}), {numRuns: 400});
});

test('no bytes make the decoder throw, and what ends a paste always ends it', t => {
	fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(0x1B, 0x5B, 0x4F, 0x7E, 0x32, 0x30, 0x31), fc.nat({max: 255})), {maxLength: 40}), bytes => {
		const keys = decode(Uint8Array.from(bytes), '\u{1B}[201~', '\r', '\u{1B}[201~', '\u{3}');
		t.deepEqual(keys.at(-1), named('ctrl+c')[0]);
	}), {numRuns: 400});
});
