/*
Builds the program and the tests, then runs AVA on the result.

	npm run test:unit
	npm run test:unit -- test/core/ports.test.ts --match '*merge*'
*/
import {spawn} from 'node:child_process';
import {readdir, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {build} from './build.mjs';
import {bundleTests, root} from './bundle.mjs';
import {isMain} from './is-main.mjs';
import {listSystemPath} from './system-path.mjs';

const outdir = path.join(root, '.build/test');
/** Networks of many processes that answer one another in time: they are tried when nothing else runs. */
const apart = ['.build/test/*.test.js', '.build/test/!(lab)/**/*.test.js'];
const labs = ['--serial', '.build/test/lab/*.test.js'];
/** For the program that the tests run; the one of the developer is for work. */
const cacheFolder = path.join(root, '.build/cache');

/**
@param {string[]} args - For AVA; a test file may be given as it is in the source.
@returns {Promise<{passed: number, failed: number}>}
*/
export async function runUnitTests(args = []) {
	const [program, tests] = await Promise.allSettled([build(), buildTests()]);
	for (const {reason} of [program, tests].filter(({status}) => status === 'rejected')) {
		console.error(reason.message);
	}

	if (tests.status === 'rejected') {
		return {passed: 0, failed: 1};
	}

	// Tests of the core can tell something even when there is no program to run.
	const broken = program.status === 'rejected' ? 1 : 0;
	const chosen = args.map(argument => argument.replace(/^(?:\.\/)?(test\/.*)\.tsx?$/v, '.build/$1.js'));
	const total = {passed: 0, failed: broken};
	for (const run of args.length === 0 ? [apart, labs] : [chosen]) {
		// eslint-disable-next-line no-await-in-loop -- One after the other is what they are apart for.
		const {passed, skipped, failed, exitCode} = await runAva(run);
		// A test that is skipped for want of a tool is a hole in the run that has all tools.
		const holes = process.env.REQUIRE_TOOLS === '1' ? skipped : 0;
		if (holes > 0) {
			console.error(`${holes} skipped, but REQUIRE_TOOLS=1 wants every test to run.`);
		}

		total.passed += passed;
		total.failed += Math.max(failed + holes, exitCode === 0 ? 0 : 1);
	}

	return total;
}

async function buildTests() {
	const files = await readdir(path.join(root, 'test'), {recursive: true});
	await Promise.all([outdir, cacheFolder].map(async folder => rm(folder, {recursive: true, force: true})));
	await bundleTests(files.filter(file => /\.test\.tsx?$/v.test(file)).map(file => path.join(root, 'test', file)), outdir);
}

/*
What AVA says at its end. Its TAP report would be easier to count, but it does not say where in a test an assertion failed.
*/
const endings = {
	passed: /^ {2}(\d+) tests? passed$/v,
	skipped: /^ {2}(\d+) tests? skipped$/v,
	failed: /^ {2}(\d+) (?:(?:hooks?|tests?) failed|unhandled rejections?|uncaught exceptions?|tests? remained pending after a timeout)$/v,
};

/** Run AVA, show all it says but what passed, and count. */
async function runAva(args) {
	const child = spawn(process.execPath, [path.join(root, 'node_modules/ava/entrypoints/cli.mjs'), ...args], {
		cwd: root,
		env: {...process.env, PATH: listSystemPath(), XDG_CACHE_HOME: cacheFolder},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exit = new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});

	const counts = {passed: 0, skipped: 0, failed: 0};
	let ticks = 0;
	let isEmptyBefore = true;
	for await (const line of createInterface({input: child.stdout})) {
		for (const [name, pattern] of Object.entries(endings)) {
			counts[name] += Number(pattern.exec(line)?.[1] ?? 0);
		}

		const isTick = /^ {2}[✔√] /v.test(line);
		ticks += isTick ? 1 : 0;
		const isEmpty = line.trim() === '';
		const isNoise = isTick || endings.passed.test(line) || line === '  ─' || /^ {6}at .*\/node_modules\/ava\//v.test(line) || (isEmpty && isEmptyBefore);
		if (!isNoise) {
			console.log(line);
			isEmptyBefore = isEmpty;
		}
	}

	// When a test fails AVA leaves out how many passed.
	return {...counts, passed: counts.passed || ticks, exitCode: await exit};
}

if (isMain(import.meta.url)) {
	const {passed, failed} = await runUnitTests(process.argv.slice(2));
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
}
