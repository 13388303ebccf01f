#!/usr/bin/env node
import {writeSync} from 'node:fs';
import process from 'node:process';
import {version} from './version.js';

/** What the build makes of the content of the program's files. */
declare const BUILD: string;

const word = process.argv[2];

/*
Scripts ask for the version often and want nothing else. Answered here it costs no more than starting Node:
`console.log` would first set up a stream for the terminal, and the program itself is a file of its own.
*/
if (process.argv.length === 3 && (word === '--version' || word === '-V')) {
	writeSync(1, `${version}\n`);
} else {
	const command = word ?? 'wizard';
	void import('./shell/code-cache.js').then(({runProgram}) => {
		runProgram({folder: import.meta.dirname, main: 'main.cjs', build: BUILD, command: /^[a-z]{1,20}$/v.test(command) ? command : 'help'});
	});
}
