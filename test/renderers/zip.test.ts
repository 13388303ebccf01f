import process from 'node:process';
import test from 'ava';
import {strFromU8, strToU8, unzipSync, zipSync} from 'fflate';
import {normalizeZip} from '../../source/renderers/zip.js';

const pack = (names: readonly string[], mtime: Date): Uint8Array => zipSync(Object.fromEntries(names.map(name => [name, name.endsWith('/') ? new Uint8Array() : strToU8(`text of ${name}`)])), {mtime});

const names = ['word/document.xml', 'docProps/core.xml', '_rels/.rels', '[Content_Types].xml'];

/** What the local header of the first entry says of its time: hour, minute and second, then the day (APPNOTE 4.3.7). */
const readTime = (bytes: Uint8Array): readonly [time: number, date: number] => {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return [view.getUint16(10, true), view.getUint16(12, true)];
};

test('the same entries are the same bytes, whenever and in whatever order they were packed', async t => {
	const one = await normalizeZip(pack(names, new Date(2020, 1, 2, 3, 4, 6)));
	const other = await normalizeZip(pack([...names.toReversed(), 'word/'], new Date(2031, 4, 5, 6, 7, 8)));
	t.deepEqual(one, other);
	t.deepEqual(Object.keys(unzipSync(one)), ['[Content_Types].xml', '_rels/.rels', 'docProps/core.xml', 'word/document.xml']);
	t.is(strFromU8(unzipSync(one)['word/document.xml']!), 'text of word/document.xml');
});

test.serial('no time zone changes the time of entries', async t => {
	const {TZ: zone} = process.env;
	t.teardown(() => {
		if (zone === undefined) {
			delete process.env['TZ'];
		} else {
			process.env['TZ'] = zone;
		}
	});
	const times: unknown[] = [];
	for (const name of ['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC']) {
		process.env['TZ'] = name;
		// eslint-disable-next-line no-await-in-loop -- The zone belongs to the whole process.
		times.push(readTime(await normalizeZip(pack(names, new Date(2020, 1, 2)))));
	}

	const noonOfFirstDay = [12 << 11, (1 << 5) | 1]; // eslint-disable-line no-bitwise -- ZIP packs hours and months into bits.
	t.deepEqual(times, [noonOfFirstDay, noonOfFirstDay, noonOfFirstDay]);
});

test('an entry can be changed, and one that is not there is noticed', async t => {
	const packed = pack(names, new Date(2020, 1, 2));
	const entries = unzipSync(await normalizeZip(packed, {'docProps/core.xml': text => `${text}, and é`}));
	t.is(strFromU8(entries['docProps/core.xml']!), 'text of docProps/core.xml, and é');
	await t.throwsAsync(normalizeZip(packed, {'docProps/gone.xml': text => text}), {instanceOf: RangeError, message: /docProps\/gone\.xml/v});
});
