/*
How long the program takes, as ratios to a bare `node -e 0` of the same round, because machines drift.

	npm run bench
	npm run bench -- --rounds 5
*/
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {benchAudit} from './bench-audit.mjs';
import {formatSpread, formatTimes, median} from './bench-figures.mjs';
import {benchFleet} from './bench-fleet.mjs';
import {benchInstall, benchPictures} from './bench-pictures.mjs';
import {benchTerminal} from './bench-terminal.mjs';
import {build} from './build.mjs';
import {bundleScript, root} from './bundle.mjs';
import {findLargestStarter} from './starters.mjs';

const {values} = parseArgs({options: {rounds: {type: 'string', default: '25'}}});
const rounds = Number(values.rounds);
const warmUps = 3;
const planRounds = 5;
/** A browser takes seconds. */
const pictureRounds = 5;

// Node 20 reads the file it names at every start, which doubles the floor and flatters every ratio.
const {NODE_EXTRA_CA_CERTS: _, ...environment} = process.env;

function run(args, cwd, additions = {}) {
	const start = process.hrtime.bigint();
	const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd, env: {...environment, ...additions}, encoding: 'utf8'});
	const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
	if (status !== 0) {
		throw new Error(`node ${args.join(' ')} ended with ${status}\n${stderr}`);
	}

	return {milliseconds, stdout};
}

async function benchCommands(folder) {
	const program = path.join(root, 'dist/cli.cjs');
	const starter = await findLargestStarter();
	// Compiled code is kept in this folder; an empty one is how the program starts the first time.
	const warm = {XDG_CACHE_HOME: folder};
	const commands = [
		{title: 'node -e 0', args: () => ['-e', '0']},
		{title: '--version', args: () => [program, '--version']},
		{title: 'catalog list', args: () => [program, 'catalog', 'list']},
	];
	if (starter) {
		// A new folder every time: to write over documents is another job. A starter is named; a profile of somebody's own is a file, which has to be read and checked.
		const name = path.basename(starter, '.yaml');
		commands.push(
			{title: `generate ${name}`, args: round => [program, 'generate', name, '--out', path.join(folder, `out-${round}`)]},
			{title: `generate ${name}.yaml`, args: round => [program, 'generate', starter, '--out', path.join(folder, `file-out-${round}`)]},
			{title: `generate ${name}, first time`, args: round => [program, 'generate', name, '--out', path.join(folder, `first-out-${round}`)], additions: round => ({XDG_CACHE_HOME: path.join(folder, `first-${round}`)})},
		);
	} else {
		console.log('generate: not measured, templates/profiles holds no starter yet');
	}

	const times = commands.map(() => []);
	for (let round = 0; round < warmUps + rounds; round++) {
		for (const [index, {args, additions}] of commands.entries()) {
			const {milliseconds} = run(args(round), folder, additions?.(round) ?? warm);
			if (round >= warmUps) {
				times[index].push(milliseconds);
			}
		}
	}

	console.log(`Start-up, Node ${process.versions.node}, ${rounds} rounds: median ms (min-max), median of the ratios`);
	for (const [index, {title}] of commands.entries()) {
		console.log(formatTimes(title, times[index], times[0]));
	}
}

/** What is measured under a terminal: from the start to the first screen, and from keys to frames in lists; see timeKeys(). */
async function describeWizard(folder) {
	const lists = await Promise.all([10, 1000].map(async count => ({
		title: `key, list of ${count.toLocaleString('en')}`,
		environment: {VIRT_FW_WIZARD_HOME: await saveProfiles(path.join(folder, `home-${count}`), count)},
	})));
	return {
		args: [path.join(root, 'dist/cli.cjs')],
		marker: 'What would you like to do?',
		lists: [
			...lists,
			// While somebody moves, what each answer changes is worked out behind.
			{title: 'key, products and effects', before: ['\r', '\r'], environment: {VIRT_FW_WIZARD_HOME: path.join(folder, 'home-new')}},
		],
	};
}

/** Make a home with saved profiles, which the first screen lists. */
async function saveProfiles(home, count) {
	const profiles = path.join(home, 'profiles');
	await mkdir(profiles, {recursive: true});
	await Promise.all(Array.from({length: count}, async (_, index) => {
		const name = `design-${String(index + 1).padStart(4, '0')}`;
		const draft = {schemaVersion: 1, name, title: `Virtualization estate ${index + 1}`, products: {}, zones: [{id: 'lan', title: 'All hosts', trust: 'internal'}], networks: {management: 'lan'}, chosen: ['olvm', 'okm']};
		await writeFile(path.join(profiles, `${name}.json`), JSON.stringify({format: 1, updated: '2026-11-22T00:00:00.000Z', isFinished: true, draft}));
	}));
	return home;
}

async function benchPlanning(folder) {
	const sources = ['source/core/plan.ts', 'test/helpers/large-design.ts'];
	const missing = sources.filter(source => !existsSync(path.join(root, source)));
	if (missing.length > 0) {
		console.log(`Planning: not measured, ${missing.join(' and ')} do not exist yet`);
		return;
	}

	const outfile = path.join(folder, 'plan.cjs');
	await bundleScript({
		outfile,
		stdin: {
			resolveDir: root,
			contents: `
				import {readFileSync} from 'node:fs';
				import process from 'node:process';
				import {plan} from './source/core/plan.ts';
				import {largeDesign} from './test/helpers/large-design.ts';

				const [catalogFile, scale] = process.argv.slice(2);
				const catalog = JSON.parse(readFileSync(catalogFile, 'utf8'));
				const profile = largeDesign(Number(scale));
				const start = performance.now();
				const {rules, flows} = plan(catalog, profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
				const milliseconds = performance.now() - start;
				process.stdout.write(JSON.stringify({milliseconds, megabytes: process.resourceUsage().maxRSS / 1024, rules: rules.length, flows: flows.length}));
			`,
		},
	});

	console.log(`Planning, ${planRounds} rounds: median ms (min-max) of plan(), median peak MB of the process`);
	for (const {title, scale} of [{title: '50 hosts, 2,000 addresses', scale: 0.1}, {title: '500 hosts, 20,000 addresses', scale: 1}]) {
		const results = Array.from({length: planRounds}, () => JSON.parse(run([outfile, path.join(root, 'dist/catalog.json'), String(scale)], root).stdout));
		const {flows, rules} = results[0];
		console.log(`  ${title.padEnd(28)} ${formatSpread(results.map(({milliseconds}) => milliseconds)).padEnd(22)} ${median(results.map(({megabytes}) => megabytes)).toFixed(0)} MB   ${flows} flows, ${rules} rules`);
	}
}

await build();
const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-bench-'));
try {
	await benchCommands(folder);
	await benchTerminal({folder, environment: {...environment, VIRT_FW_WIZARD_HOME: path.join(folder, 'home')}, rounds, warmUps, ...await describeWizard(folder)});
	await benchPlanning(folder);
	await benchFleet({folder, rounds: planRounds, run});
	await benchAudit({folder, rounds: planRounds, run});
	await benchPictures({folder, environment, rounds: Math.min(rounds, pictureRounds)});
	await benchInstall(folder);
} finally {
	await rm(folder, {recursive: true, force: true});
}
