/*
How long the program takes, as ratios to a bare `node -e 0` of the same round, because machines drift.

	npm run bench
	npm run bench -- --rounds 5
*/
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {build} from './build.mjs';
import {bundleScript, root} from './bundle.mjs';
import {findLargestStarter} from './starters.mjs';

const {values} = parseArgs({options: {rounds: {type: 'string', default: '25'}}});
const rounds = Number(values.rounds);
const warmUps = 3;
const planRounds = 5;

// Node 20 reads the file it names at every start, which doubles the floor and flatters every ratio.
const {NODE_EXTRA_CA_CERTS: _, ...environment} = process.env;

function run(args, cwd) {
	const start = process.hrtime.bigint();
	const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd, env: environment, encoding: 'utf8'});
	const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
	if (status !== 0) {
		throw new Error(`node ${args.join(' ')} ended with ${status}\n${stderr}`);
	}

	return {milliseconds, stdout};
}

function median(numbers) {
	const sorted = numbers.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle];
}

const formatSpread = (numbers, digits = 0) => `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`;

async function benchCommands(folder) {
	const program = path.join(root, 'dist/cli.cjs');
	const starter = await findLargestStarter();
	const commands = [
		{title: 'node -e 0', args: () => ['-e', '0']},
		{title: '--version', args: () => [program, '--version']},
		{title: 'catalog list', args: () => [program, 'catalog', 'list']},
	];
	if (starter) {
		// A new folder every time: to write over documents is another job.
		commands.push({title: `generate ${path.basename(starter)}`, args: round => [program, 'generate', starter, '--out', path.join(folder, `out-${round}`)]});
	} else {
		console.log('generate: not measured, templates/profiles holds no starter yet');
	}

	const times = commands.map(() => []);
	for (let round = 0; round < warmUps + rounds; round++) {
		for (const [index, {args}] of commands.entries()) {
			const {milliseconds} = run(args(round), folder);
			if (round >= warmUps) {
				times[index].push(milliseconds);
			}
		}
	}

	console.log(`Start-up, Node ${process.versions.node}, ${rounds} rounds: median ms (min-max), median of the ratios`);
	for (const [index, {title}] of commands.entries()) {
		const ratios = times[index].map((time, round) => time / times[0][round]);
		console.log(`  ${title.padEnd(28)} ${formatSpread(times[index], 1).padEnd(22)} ${median(ratios).toFixed(2)}x`);
	}
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
	await benchPlanning(folder);
} finally {
	await rm(folder, {recursive: true, force: true});
}
