import {Buffer} from 'node:buffer';
import {spawnSync} from 'node:child_process';
import {
	cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {inflateSync} from 'node:zlib';
import test from 'ava';

const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-png-'));
const starter = path.join(root, 'templates/profiles/oracle-vm-pool.yaml');

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const generate = (program: string, cwd: string, format: string, out: string) => spawnSync(process.execPath, [program, 'generate', starter, '--date', '2026-11-22', '--format', format, '--out', out], {cwd, encoding: 'utf8', env: {...process.env, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home')}});

/** The program where no package is near it, and an empty folder to work in. */
async function installAlone(name: string): Promise<{readonly program: string; readonly folder: string}> {
	const place = path.join(scratch, name);
	const folder = path.join(place, 'work');
	await mkdir(folder, {recursive: true});
	await cp(path.join(root, 'dist'), path.join(place, 'program'), {recursive: true});
	return {program: path.join(place, 'program/cli.cjs'), folder};
}

const readSize = (png: Uint8Array) => {
	const view = Buffer.from(png);
	return {width: view.readUInt32BE(16), height: view.readUInt32BE(20)};
};

/** Distinct bytes of the pixels of a PNG, as compressed filters leave them: a blank picture has next to none. */
function countBytes(bytes: Uint8Array): number {
	const png = Buffer.from(bytes);
	const parts: Uint8Array[] = [];
	for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
		if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
			parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
		}
	}

	return new Set(inflateSync(Buffer.concat(parts))).size;
}

test('PNG pictures have twice the size of the SVG ones, are not blank, and have the same bytes in another process', async t => {
	const program = path.join(root, 'dist/cli.cjs');
	const [svg, once, again] = ['svg', 'once', 'again'].map(name => path.join(scratch, name)) as [string, string, string];
	t.is(generate(program, scratch, 'svg', svg).status, 0);
	t.is(generate(program, scratch, 'png', once).status, 0);
	t.is(generate(program, scratch, 'png', again).status, 0);
	const names = (await readdir(once)).filter(name => name.endsWith('.png')); // eslint-disable-line unicorn/no-await-expression-member
	t.true(names.length > 3);
	for (const name of names) {
		// eslint-disable-next-line no-await-in-loop
		const [png, other, text] = await Promise.all([readFile(path.join(once, name)), readFile(path.join(again, name)), readFile(path.join(svg, name.replace('.png', '.svg')), 'utf8')]);
		t.deepEqual(png, other);
		const [, width, height] = /width="(\d+)" height="(\d+)"/v.exec(text)!;
		t.deepEqual(readSize(png), {width: 2 * Number(width), height: 2 * Number(height)});
		t.true(countBytes(png) > 50);
		t.true(png.length < 2_000_000);
	}
});

test('without resvg the program says what is missing and what to type, and writes nothing', async t => {
	const {program, folder} = await installAlone('alone');
	const {status, stderr} = generate(program, folder, 'png', 'out');
	t.is(status, 2);
	t.regex(stderr, /PNG need the package @resvg\/resvg-js, which is not installed\n.*npm install --no-save @resvg\/resvg-js/v);
	t.deepEqual(await readdir(folder), []);
	t.is(generate(program, folder, 'svg', 'out').status, 0);
});

test('resvg is found from the folder somebody works in, and above it', async t => {
	const {program, folder} = await installAlone('near');
	const name = path.join(folder, '../node_modules/@resvg/resvg-js');
	await mkdir(name, {recursive: true});
	// eslint-disable-next-line no-template-curly-in-string -- It is the text of a program.
	await writeFile(path.join(name, 'index.js'), 'exports.renderAsync = async (svg, {fitTo, font}) => ({asPng: () => Buffer.from(`${fitTo.value} ${font.loadSystemFonts} ${svg.slice(0, 4)}`)});\n');
	const {status, stderr} = generate(program, folder, 'png', 'out');
	t.is(status, 0, `${stderr}`);
	t.is(await readFile(path.join(folder, 'out/diagram.png'), 'utf8'), '2 false <svg');
});

test('resvg that is there but does not load is told apart from one that is missing', async t => {
	const {program, folder} = await installAlone('broken');
	const name = path.join(folder, 'node_modules/@resvg/resvg-js');
	await mkdir(name, {recursive: true});
	await writeFile(path.join(name, 'index.js'), 'throw new Error("made for another machine");\n');
	const {status, stderr} = generate(program, folder, 'png', 'out');
	t.is(status, 2);
	t.regex(stderr, /@resvg\/resvg-js is installed, but cannot be loaded: made for another machine\n.*npm install/v);
});
