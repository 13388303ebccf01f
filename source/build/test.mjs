/*
The whole gate. All of it runs even when a part fails, so that one run tells everything.

	npm test
	npm test -- --match '*merge*'     with arguments, only the unit tests, and AVA gets them
*/
import {spawn} from 'node:child_process';
import process from 'node:process';
import {root} from './bundle.mjs';
import {runUnitTests} from './unit.mjs';

const args = process.argv.slice(2);
const checks = args.length === 0 ? ['types', 'lint', 'imports'] : [];

async function runCheck(name) {
	const child = spawn('npm', ['run', '--silent', `test:${name}`], {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
	const chunks = [];
	child.stdout.on('data', chunk => chunks.push(chunk));
	child.stderr.on('data', chunk => chunks.push(chunk));
	const exitCode = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	return {name, isPassed: exitCode === 0, output: chunks.join('').trim()};
}

const failedChecks = [];
for (const {name, isPassed, output} of await Promise.all(checks.map(async name => runCheck(name)))) {
	console.log(`${name}: ${isPassed ? 'passed' : 'FAILED'}${output && `\n${output}\n`}`);
	if (!isPassed) {
		failedChecks.push(name);
	}
}

const {passed, failed} = await runUnitTests(args);
if (failedChecks.length > 0) {
	console.log(`Besides the unit tests failed: ${failedChecks.join(', ')}`);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && failedChecks.length === 0 ? 0 : 1;
