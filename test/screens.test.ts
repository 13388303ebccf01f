import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import {compare} from '../source/core/problem.js';

/** What draws the pictures is a script, which finds the project by where it lies: it is loaded from there. */
const {drawScreens, screenFolder} = await import(pathToFileURL(path.join(process.cwd(), 'source/build/screens.mjs')).href) as {
	readonly drawScreens: () => Promise<ReadonlyMap<string, string>>;
	readonly screenFolder: string;
};
const files = await readdir(screenFolder);
const names = files.toSorted(compare);
const committed = new Map(await Promise.all(names.map(async name => [name, await readFile(path.join(screenFolder, name), 'utf8')] as const)));

test('the pictures are what the program shows now (npm run screens draws them anew)', async t => {
	const drawn = await drawScreens();
	t.deepEqual([...drawn.keys()].toSorted(compare), names);
	for (const [name, picture] of drawn) {
		// The texts by themselves make a difference easy to read.
		t.deepEqual(listTexts(picture), listTexts(committed.get(name) ?? ''), `${name}`);
		t.is(picture, committed.get(name) ?? '', `${name}`);
	}
});

test('a picture is small, says what it shows, and neither runs nor loads anything', t => {
	t.true(committed.size > 0);
	for (const [name, picture] of committed) {
		t.true(picture.length < 40_000, `${name} has ${picture.length} bytes`);
		t.regex(picture, /^<svg [^>]* role="img" aria-labelledby="title description">\n<title id="title">[^<]+<\/title>\n<desc id="description">[^<]+<\/desc>\n/v, `${name}`);
		t.notRegex(picture.replace('xmlns="http://www.w3.org/2000/svg"', ''), /<script|<image|<use|<foreignObject|@import|@font-face|url\(|href|\bon\w+=|https?:/iv, `${name}`);
	}
});

test('the readme shows every picture and describes it', async t => {
	const readme = await readFile(path.join(process.cwd(), 'readme.md'), 'utf8');
	const shown = [...readme.matchAll(/!\[(?<alt>[^\]]+)\]\(test\/golden\/screens\/(?<name>[^\)]+)\)/gv)].map(({groups}) => groups!['name']!);
	t.deepEqual(shown.toSorted(compare), names);
});

/** The texts of each row of a picture. */
function listTexts(picture: string): string[] {
	return picture.split('\n').filter(line => line.startsWith('<g transform')).map(line => [...line.matchAll(/<text[^>]*>(?<text>[^<]*)<\/text>/gv)].map(({groups}) => groups!['text']).join(' '));
}
