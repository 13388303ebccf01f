/*
Packs the project, installs the tarball as a user would, and runs what was installed.
*/
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {
	mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {root} from './bundle.mjs';
import {findLargestStarter} from './starters.mjs';

const needed = [
	'license',
	'readme.md',
	'package.json',
	'dist/cli.cjs',
	'dist/main.cjs',
	'dist/mermaid-worker.mjs',
	'dist/index.js',
	'dist/catalog.json',
	'dist/starters.json',
	'dist/third-party-notices.txt',
];
const allowed = /^(?:dist\/|license$|package\.json$|readme\.md$)/v;
/** A third of it are fonts, a third lays diagrams out. */
const maxKilobytes = 5000;

function run(command, args, cwd) {
	return execFileSync(command, args, {cwd, encoding: 'utf8', env: {...process.env, XDG_CACHE_HOME: path.join(folder, 'cache')}, stdio: ['ignore', 'pipe', 'inherit']});
}

async function checkPackage(folder) {
	const [tarball] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], root));
	const files = tarball.files.map(file => file.path);
	assert.deepEqual(needed.filter(file => !files.includes(file)), [], 'files missing from the tarball');
	assert.deepEqual(files.filter(file => !allowed.test(file)), [], 'files that do not belong in the tarball');
	assert.ok(tarball.size < maxKilobytes * 1000, `the tarball has ${tarball.size} bytes`);

	// Without a network: there is nothing else to fetch.
	await writeFile(path.join(folder, 'package.json'), '{"private": true}');
	run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', path.join(folder, tarball.filename)], folder);
	const modules = path.join(folder, 'node_modules');
	const installed = await readdir(modules);
	assert.deepEqual(installed.filter(name => !name.startsWith('.')), ['virt-fw-wizard'], 'packages installed');

	const program = path.join(modules, '.bin/virt-fw-wizard');
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	assert.equal(run(program, ['--version'], folder), `${version}\n`);
	assert.equal(run(program, ['-V'], folder), `${version}\n`);

	const catalog = JSON.parse(await readFile(path.join(modules, 'virt-fw-wizard/dist/catalog.json'), 'utf8'));
	const products = Object.keys(catalog.products);
	assert.ok(products.length > 0, 'the catalog is empty');
	const list = run(program, ['catalog', 'list'], folder);
	assert.deepEqual(products.filter(id => !list.includes(id)), [], 'products that `catalog list` does not show');

	const starter = await findLargestStarter();
	assert.ok(starter, 'templates/profiles holds no starter');
	const out = path.join(folder, 'documents');
	run(program, ['generate', starter, '--format', 'all,configurations', '--out', out], folder);
	const documents = await readdir(out);
	const endings = ['.csv', '.docx', '.html', '.json', '.md', '.mmd', '.nft', '.pdf', '.rules', '.svg', '.xlsx'];
	assert.deepEqual(endings.filter(ending => !documents.some(name => name.endsWith(ending))), [], 'kinds of documents that were not written');

	const names = run(process.execPath, ['--input-type=module', '--eval', 'console.log(Object.keys(await import("virt-fw-wizard")).join(" "))'], folder);
	assert.ok(names.trim().length > 0, 'the package exports nothing');

	console.log(`package: ${files.length} files, ${Math.round(tarball.size / 1000)} kB packed, installs alone, ${products.length} products, ${documents.length} documents from ${path.basename(starter)}`);
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-'));
try {
	await checkPackage(folder);
} finally {
	await rm(folder, {recursive: true, force: true});
}
