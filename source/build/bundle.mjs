/*
How esbuild makes one file of many: what the program, the core for other programs, the tests and the benchmark share.
*/
import {createHash} from 'node:crypto';
import {readFile, writeFile} from 'node:fs/promises';
import {createRequire, isBuiltin} from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';
import {nativeHashes} from './hashes.mjs';
import {fastInk} from './ink.mjs';
import {fastLiquid} from './liquid.mjs';
import {leanPdfkit} from './pdfkit.mjs';
import {compiledTemplates} from './templates.mjs';

export const root = path.resolve(import.meta.dirname, '../..');

const require = createRequire(import.meta.url);

/*
Two packages have a second build, for browsers, that can do less, and less is what is wanted here: liquidjs without the code that reads
template files, and yaml as ES modules, so that unused parts are left out and nothing asks for `process`.
*/
const browserBuilds = {
	liquidjs: path.join(path.dirname(require.resolve('liquidjs/package.json')), 'dist/liquid.browser.mjs'),
	yaml: path.join(path.dirname(require.resolve('yaml/package.json')), 'browser/index.js'),
};

/** @type {esbuild.Plugin} */
const preferBrowserBuilds = {
	name: 'prefer-browser-builds',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onResolve({filter: /^(?:liquidjs|yaml)$/}, ({path: name}) => ({path: browserBuilds[name]}));
	},
};

/** What conf loads to check files against schemas: nine tenths of its size, which nobody asks, as saved profiles have a schema of their own. */
const unusedByConf = [
	['import { Ajv2020 as Ajv } from \'ajv/dist/2020.js\';', 'const Ajv = undefined;'],
	['import ajvFormatsModule from \'ajv-formats\';', 'const ajvFormatsModule = undefined;'],
];

/** @type {esbuild.Plugin} */
const leanConf = {
	name: 'lean-conf',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onLoad({filter: /node_modules\/conf\/dist\/source\/index\.js$/}, async ({path: file}) => {
			let contents = await readFile(file, 'utf8');
			for (const [from, to] of unusedByConf) {
				if (contents.split(from).length !== 2) {
					throw new Error(`conf no longer contains ${from}: look at unusedByConf in source/build/bundle.mjs`);
				}

				contents = contents.replace(from, () => to);
			}

			return {contents, loader: 'js'};
		});
	},
};

/** @type {esbuild.BuildOptions} */
const sharedOptions = {
	absWorkingDir: root,
	bundle: true,
	charset: 'utf8',
	// The notices are in a file of their own.
	legalComments: 'none',
	logLevel: 'warning',
	metafile: true,
	plugins: [preferBrowserBuilds, fastLiquid],
	target: 'node20.19',
	// Node 20 knows `/…/v`. Esbuild thinks not and would make it `new RegExp(…)`, which is compiled at start instead of at first use.
	supported: {'regexp-set-notation': true},
};

/** @type {esbuild.BuildOptions} */
const nodeOptions = {
	...sharedOptions,
	platform: 'node',
	jsx: 'automatic',
	assetNames: '[name]-[hash]',
	plugins: [...sharedOptions.plugins, leanConf, fastInk, leanPdfkit, compiledTemplates, nativeHashes],
	define: {
		'import.meta.dirname': '__dirname',
		'import.meta.filename': '__filename',
		'process.env.NODE_ENV': '"production"',
	},
};

// `import()` becomes `require()`, which does not start the loader of ES modules.
const withoutImport = {...sharedOptions.supported, 'dynamic-import': false};

/**
Bundle for Node as one CommonJS file, which starts faster than ES modules.

@param {esbuild.BuildOptions} options - With `outfile`.
*/
export async function bundleScript(options) {
	return esbuild.build({
		...nodeOptions,
		format: 'cjs',
		supported: withoutImport,
		...options,
	});
}

/**
Bundle the bin, which runs a program that `bundleProgram()` put into the same folder as main.cjs.

@param {string} folder
@param {string} build - Of the program.
*/
export async function bundleBin(folder, build) {
	return bundleScript({
		entryPoints: ['source/bin.ts'],
		outfile: path.join(folder, 'cli.cjs'),
		define: {...nodeOptions.define, BUILD: JSON.stringify(build)},
	});
}

/** Modules of the program that few runs need, with the packages behind them: they become files of their own, which are loaded when something of them is first used. */
const lateModules = ['source/core/yaml-text.ts', 'source/renderers/liquid.ts'];

const nameLate = module => path.basename(module, '.ts');

/** @type {esbuild.Plugin} */
const lateImports = {
	name: 'late-imports',
	setup(build) {
		for (const module of lateModules) {
			// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
			build.onResolve({filter: new RegExp(String.raw`/${nameLate(module)}\.js$`)}, ({path: name, resolveDir}) =>
				path.relative(root, path.resolve(resolveDir, name)) === module.replace(/ts$/v, 'js') ? {path: `./${nameLate(module)}.cjs`, external: true} : undefined);
		}
	},
};

/**
Load late modules where something of them is first used, instead of with the file that may use it.

@param {string} code - CommonJS by esbuild.
*/
function loadLate(code) {
	let text = code;
	for (const late of lateModules.map(module => nameLate(module))) {
		const [declaration, name] = new RegExp(String.raw`^var (import_\w+) = require\("\./${late}\.cjs"\);$`, 'mv').exec(text) ?? [];
		if (declaration !== undefined) {
			const use = new RegExp(String.raw`\b${name}\.`, 'gv');
			text = text.split(declaration).map(part => part.replaceAll(use, () => `(${name} ??= require("./${late}.cjs")).`)).join(`var ${name};`);
		}
	}

	return text;
}

/**
Bundle for Node as CommonJS, in one folder: a file for what is needed at once, and files for what is imported with `await import()`,
so that Node does not even have to read what a command does not use. So are `lateModules`.

@param {string} entry
@param {string} outdir
@param {string} name - Of the first file, without ending.
@returns What esbuild tells, and `build`, which is another one for every other content.
*/
export async function bundleProgram(entry, outdir, name) {
	// Esbuild splits only ES modules. Each file that comes out is made CommonJS afterwards.
	const result = await esbuild.build({
		...nodeOptions,
		entryPoints: [{in: entry, out: name}, ...lateModules.map(module => ({in: module, out: nameLate(module)}))],
		outdir,
		outExtension: {'.js': '.cjs'},
		format: 'esm',
		splitting: true,
		write: false,
		plugins: [...nodeOptions.plugins, lateImports],
	});
	const files = await Promise.all(result.outputFiles.map(async ({path: file, contents, text}) => {
		if (!file.endsWith('.cjs')) {
			return {file, contents};
		}

		const {code} = await esbuild.transform(text, {
			banner: '"use strict";',
			// Text of ASCII alone takes half the memory, and V8 reads it faster.
			charset: 'ascii',
			format: 'cjs',
			platform: 'node',
			target: sharedOptions.target,
			supported: withoutImport,
		});
		return {file, contents: loadLate(code)};
	}));
	await Promise.all(files.map(async ({file, contents}) => writeFile(file, contents)));

	const hash = createHash('sha256');
	for (const {file, contents} of files.toSorted((a, b) => a.file < b.file ? -1 : 1)) {
		hash.update(`${path.basename(file)}\n${contents.length}\n`).update(contents);
	}

	return {...result, build: hash.digest('hex').slice(0, 16)};
}

/**
Bundle what runs in a process of its own and imports ES modules that are found only then: as one ES module.

@param {string} entry
@param {string} outdir
*/
export async function bundleWorker(entry, outdir) {
	return esbuild.build({
		...sharedOptions,
		entryPoints: [entry],
		outdir,
		outExtension: {'.js': '.mjs'},
		format: 'esm',
		platform: 'node',
	});
}

/**
Bundle what needs no Node as ES modules: one file, and others for what is imported with `await import()`. An import of a `node:` module is an error.

@param {{in: string, out: string}} entry - A file below source/, and the name of its bundle without ending.
@param {string} outdir
@param {esbuild.BuildOptions} [options]
*/
export async function bundlePure(entry, outdir, options) {
	return esbuild.build({
		...sharedOptions,
		entryPoints: [entry],
		outdir,
		chunkNames: `${entry.out}-[hash]`,
		splitting: true,
		format: 'esm',
		platform: 'neutral',
		mainFields: ['module', 'main'],
		...options,
	});
}

/**
Bundle the script and the style of the page, as small as can be: both stand in every page.

@param {string} outdir
*/
export async function bundlePage(outdir) {
	return esbuild.build({
		...sharedOptions,
		entryPoints: [{in: 'source/page/main.ts', out: 'page'}, {in: 'source/page/page.css', out: 'page'}],
		outdir,
		format: 'esm',
		platform: 'browser',
		minify: true,
		// The first that know `/…/v`.
		target: ['chrome112', 'firefox116', 'safari17'],
	});
}

/**
Bundle each test file on its own. Packages stay imports, except those of which the program contains another build than Node would load.

@param {string[]} entryPoints
@param {string} outdir
*/
export async function bundleTests(entryPoints, outdir) {
	return esbuild.build({
		...sharedOptions,
		entryPoints,
		outdir,
		outbase: path.join(root, 'test'),
		format: 'esm',
		platform: 'node',
		jsx: 'automatic',
		packages: 'external',
		sourcemap: true,
		splitting: true,
	});
}

/**
Names of what a bundle still imports at run time, less what Node itself brings.

@param {esbuild.Metafile} metafile
*/
export function findMissingPackages(metafile) {
	const imports = Object.values(metafile.outputs).flatMap(output => output.imports);
	return [...new Set(imports.filter(({external, path: name}) => external && !isBuiltin(name) && !name.startsWith('./')).map(({path: name}) => name))];
}
