import {spawnSync} from 'node:child_process';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';

/**
AVA's `test` where programs can be run, otherwise `test.skip`; with REQUIRE_TOOLS=1 always `test`, so that a program that is missing fails.

@param probes - Commands that end well where the program works.
*/
export function testWith(...probes: ReadonlyArray<readonly [command: string, ...args: readonly string[]]>): typeof test | typeof test.skip {
	const isAble = probes.every(([command, ...args]) => spawnSync(command, args, {stdio: 'ignore'}).status === 0);
	return isAble || process.env['REQUIRE_TOOLS'] === '1' ? test : test.skip;
}

/**
AVA's `test` where a program is there, otherwise nothing but a word: for programs that no package of a distribution has, so that no run can require them, and a test that is
skipped would be a hole in a run that requires tools.
*/
export function testIfThere(command: string, ...args: readonly string[]): (title: string, implementation: (t: ExecutionContext) => Promise<void>) => void {
	return spawnSync(command, args, {stdio: 'ignore'}).error === undefined
		? test
		: title => {
			console.log(`${command} is not here: ${title}`);
		};
}
