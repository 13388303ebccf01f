/*
How long a picture takes: the overview of a design, drawn by this program from the plan and by mermaid-cli from the text, with a browser. In a whole process; and
once more in a process, or a browser, that has drawn it before.
*/
import {spawnSync} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {buildAssets} from './assets.mjs';
import {formatSpread, median} from './bench-figures.mjs';
import {bundleScript, root} from './bundle.mjs';

const designs = [{starter: 'oracle-vm-pool'}, {starter: 'estate'}, {scale: 1.5}];
const kinds = ['svg', 'png'];

/** Prints the browser that the program would draw with; nothing where there is none. */
const finding = `
	import process from 'node:process';
	import {findBrowser} from './source/shell/find-browser.ts';
	import {findMachine} from './source/shell/find-program.ts';

	process.stdout.write(findBrowser(undefined, findMachine()) ?? '');
`;

/** Plans a design, and writes the plan and its overview as text of Mermaid. It tells how many lines the request has. */
const planning = `
	import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
	import path from 'node:path';
	import process from 'node:process';
	import {serialize} from 'node:v8';
	import {plan} from './source/core/plan.ts';
	import {renderMermaid} from './source/renderers/topology.ts';
	import {largeDesign} from './test/helpers/large-design.ts';

	const [dist, design, planFile, textFile] = process.argv.slice(2);
	const readJson = name => JSON.parse(readFileSync(path.join(dist, name), 'utf8'));
	const {starter, scale} = JSON.parse(design);
	const profile = starter === undefined ? largeDesign(scale) : readJson('starters.json').find(({name}) => name === starter).profile;
	const made = plan(readJson('catalog.json'), profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
	const folder = path.join(dist, 'templates/documents');
	const templates = Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(path.join(folder, name), 'utf8')]));
	writeFileSync(planFile, serialize(made));
	writeFileSync(textFile, renderMermaid(made, templates, 'diagram')[0].text);
	process.stdout.write(JSON.stringify({lines: made.rules.length}));
`;

/** Draws the overview of a plan, on demand twice, and tells how long the second took. */
const embedded = `
	import {readFileSync, writeFileSync} from 'node:fs';
	import process from 'node:process';
	import {deserialize} from 'node:v8';
	import {drawOverview} from './source/renderers/diagram/index.ts';
	import {rasterize} from './source/shell/rasterize.ts';

	const [kind, input, output] = process.argv.slice(2);
	const plan = deserialize(readFileSync(input));
	const draw = async () => {
		const {svg} = await drawOverview(plan);
		return kind === 'png' ? rasterize(svg, 2) : svg;
	};

	(async () => {
		writeFileSync(output, await draw());
		if (process.env.TWICE === '1') {
			const start = performance.now();
			writeFileSync(output, await draw());
			process.stdout.write(JSON.stringify({milliseconds: performance.now() - start}));
		}
	})();
`;

/** Draws a diagram twice in one browser, and tells how long the second took. */
const twiceInBrowser = `
	import {readFileSync, writeFileSync} from 'node:fs';
	import process from 'node:process';

	const [cli, puppeteerFile, configurations, kind, input, output] = process.argv.slice(2);
	const {renderMermaid} = await import(cli);
	const {default: puppeteer} = await import(puppeteerFile);
	const {browserConfiguration, mermaidConfig} = JSON.parse(configurations);
	const browser = await puppeteer.launch(browserConfiguration);
	const draw = async () => renderMermaid(browser, readFileSync(input, 'utf8'), kind, {viewport: {width: 800, height: 600, deviceScaleFactor: 2}, mermaidConfig});
	await draw();
	const start = performance.now();
	writeFileSync(output, (await draw()).data);
	process.stdout.write(JSON.stringify({milliseconds: performance.now() - start}));
	await browser.close();
`;

/**
Measure and print.

@param {{folder: string, environment: Readonly<Record<string, string | undefined>>, rounds: number}} options - `folder` is for what is written.
*/
export async function benchPictures({folder: parent, environment, rounds}) {
	const folder = path.join(parent, 'pictures');
	await mkdir(folder);
	const run = (args, additions = {}) => {
		const start = process.hrtime.bigint();
		const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd: root, env: {...environment, ...additions}, encoding: 'utf8'});
		const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
		if (status !== 0) {
			throw new Error(`node ${args.join(' ')} ended with ${status}\n${stderr}`);
		}

		return {milliseconds, stdout};
	};

	const findScript = path.join(folder, 'find-browser.cjs');
	await bundleScript({outfile: findScript, stdin: {resolveDir: root, contents: finding}});
	const browser = run([findScript]).stdout;
	if (browser === '') {
		console.log('Pictures: not measured, there is no Chromium; name one with CHROME_PATH');
		return;
	}

	await buildAssets(folder);
	const script = path.join(folder, 'embedded.cjs');
	const planScript = path.join(folder, 'planning.cjs');
	await Promise.all([[script, embedded], [planScript, planning]].map(async ([outfile, contents]) => bundleScript({outfile, stdin: {resolveDir: root, contents}})));
	const peerScript = path.join(folder, 'twice.mjs');
	await writeFile(peerScript, twiceInBrowser);

	const cli = path.join(root, 'node_modules/@mermaid-js/mermaid-cli/src/index.js');
	const puppeteer = createRequire(cli).resolve('puppeteer');
	const browserConfiguration = {executablePath: browser, headless: 'shell', args: process.getuid?.() === 0 ? ['--no-sandbox'] : []};
	const mermaidConfig = {htmlLabels: false, flowchart: {htmlLabels: false}};
	await Promise.all([
		writeFile(path.join(folder, 'browser.json'), JSON.stringify(browserConfiguration)),
		writeFile(path.join(folder, 'mermaid.json'), JSON.stringify(mermaidConfig)),
	]);

	console.log(`Pictures of an overview, ${rounds} rounds: median ms (min-max) of this program and of mermaid-cli, median of how many times as long mermaid-cli takes`);
	for (const design of designs) {
		const input = path.join(folder, 'overview.mmd');
		const planFile = path.join(folder, 'plan');
		const {lines} = JSON.parse(run([planScript, path.join(root, 'dist'), JSON.stringify(design), planFile, input]).stdout);
		const draw = (kind, output, additions) => run([script, kind, planFile, output], additions);
		for (const kind of kinds) {
			const output = path.join(folder, `overview.${kind}`);
			const times = {whole: [], wholePeer: [], second: [], secondPeer: []};
			for (let round = 0; round < rounds; round++) {
				times.whole.push(draw(kind, output).milliseconds);
				times.wholePeer.push(run([path.join(path.dirname(cli), 'cli.js'), '-q', '-i', input, '-o', output, '-s', '2', '-c', path.join(folder, 'mermaid.json'), '-p', path.join(folder, 'browser.json')]).milliseconds);
				times.second.push(JSON.parse(draw(kind, output, {TWICE: '1'}).stdout).milliseconds);
				times.secondPeer.push(JSON.parse(run([peerScript, pathToFileURL(cli).href, pathToFileURL(puppeteer).href, JSON.stringify({browserConfiguration, mermaidConfig}), kind, input, output]).stdout).milliseconds);
			}

			printPair(`${lines} lines, ${kind}, whole process`, times.whole, times.wholePeer);
			printPair(`${lines} lines, ${kind}, second picture`, times.second, times.secondPeer);
		}
	}
}

function printPair(title, own, peer) {
	const ratios = own.map((time, round) => peer[round] / time);
	console.log(`  ${title.padEnd(36)} ${formatSpread(own).padEnd(22)} ${formatSpread(peer).padEnd(24)} ${median(ratios).toFixed(1)}x`);
}

/**
Pack the package, install it as a user would, and print how large it is and how many packages there are.

@param {string} parent - A folder for it.
*/
export async function benchInstall(parent) {
	const folder = path.join(parent, 'installed');
	await mkdir(folder);
	await writeFile(path.join(folder, 'package.json'), '{"private": true}');
	const npm = (args, cwd) => {
		const {status, stdout, stderr} = spawnSync('npm', args, {cwd, encoding: 'utf8'});
		if (status !== 0) {
			throw new Error(`npm ${args.join(' ')} ended with ${status}\n${stderr}`);
		}

		return stdout;
	};

	const [tarball] = JSON.parse(npm(['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder], root));
	npm(['install', '--omit=dev', '--offline', '--no-audit', '--no-fund', '--silent', path.join(folder, tarball.filename)], folder);
	const {packages} = JSON.parse(await readFile(path.join(folder, 'node_modules/.package-lock.json'), 'utf8'));
	console.log(`Production install: ${Object.keys(packages).length} package, ${(tarball.size / 1e6).toFixed(1)} MB packed, ${(tarball.unpackedSize / 1e6).toFixed(1)} MB on disk (at most 1 package and 15 MB are wanted)`);
}
