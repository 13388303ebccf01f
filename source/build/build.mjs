/*
Makes dist/, all that is published:

	cli.cjs                   the bin: answers --version, else runs main.cjs, compiled before where it can be
	main.cjs, *-*.cjs         the program: what every command needs, and the rest in parts
	mermaid-worker.mjs        draws diagrams with mermaid-cli, where somebody has it, in a process of its own
	index.js, index-*.js      the core, for other programs, and its parts
	assets/                   fonts, and what else documents are made with
	catalog.json              the catalog, parsed and checked, with hashes of its selections of products
	starters.json             the starter profiles, parsed and checked
	templates/                documents, and starter profiles to read
	third-party-notices.txt   licences of the packages in the bundles
*/
import {
	chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {assetPackages, buildAssets} from './assets.mjs';
import {
	bundleBin, bundleProgram, bundlePure, bundleWorker, findMissingPackages, root,
} from './bundle.mjs';
import {readCatalog} from './catalog.mjs';
import {isMain} from './is-main.mjs';
import {formatNotices} from './notices.mjs';
import {readStarters} from './starters.mjs';

/** Build into a new folder that takes the place of dist/ when all went well: a failed build leaves the last good one. */
export async function build() {
	await mkdir(path.join(root, '.build'), {recursive: true});
	const folder = await mkdtemp(path.join(root, '.build/dist-'));
	try {
		await buildInto(folder);
		const dist = path.join(root, 'dist');
		await rm(dist, {recursive: true, force: true});
		await rename(folder, dist);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

async function buildInto(folder) {
	const [program, index, {catalog, starters}] = await allOrFirstError([
		buildProgram('source/cli.ts', folder),
		bundlePure({in: 'source/index.ts', out: 'index'}, folder),
		readFacts(),
		cp(path.join(root, 'templates'), path.join(folder, 'templates'), {recursive: true}),
		buildAssets(folder),
		checkVersion(),
	]);

	const metafiles = [...program, index].map(({metafile}) => metafile);
	const missing = metafiles.flatMap(metafile => findMissingPackages(metafile));
	if (missing.length > 0) {
		throw new Error(`The package has no dependencies, but a bundle would import ${missing.join(', ')} at run time.`);
	}

	await Promise.all([
		writeFile(path.join(folder, 'catalog.json'), `${JSON.stringify(catalog)}\n`),
		writeFile(path.join(folder, 'starters.json'), `${JSON.stringify(starters)}\n`),
		writeFile(path.join(folder, 'third-party-notices.txt'), await formatNotices(metafiles, assetPackages)),
	]);
	await chmod(folder, 0o755);
}

/** What is parsed and checked once and for all. */
async function readFacts() {
	const catalog = await readCatalog();
	return {catalog, starters: await readStarters(catalog)};
}

/**
Build the files that run: cli.cjs, main.cjs and what they load, and the worker.

@param {string} entry
@param {string} folder
*/
export async function buildProgram(entry, folder) {
	const main = await bundleProgram(entry, folder, 'main');
	const bin = await bundleBin(folder, main.build);
	await chmod(path.join(folder, 'cli.cjs'), 0o755);
	const worker = await bundleWorker('source/shell/mermaid-worker.ts', folder);
	return [bin, main, worker];
}

/** Like Promise.all(), but when one fails the others have ended too and write no more. */
async function allOrFirstError(promises) {
	const results = await Promise.allSettled(promises);
	return results.map(({status, value, reason}) => {
		if (status === 'rejected') {
			throw reason;
		}

		return value;
	});
}

async function checkVersion() {
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
	const text = await readFile(path.join(root, 'source/version.ts'), 'utf8');
	if (!text.includes(`'${version}'`)) {
		throw new Error(`package.json says version ${version}, source/version.ts does not. Change source/version.ts.`);
	}
}

if (isMain(import.meta.url)) {
	try {
		await build();
	} catch (error) {
		console.error(error.message);
		process.exitCode = 1;
	}
}
