#!/usr/bin/env node
import {writeSync} from 'node:fs';
import process from 'node:process';
import {version} from './version.js';

/*
Scripts ask for the version often and want nothing else. Answered here it costs no more than starting Node:
`console.log` would first set up a stream for the terminal, and the program itself is a file of its own.
*/
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
	writeSync(1, `${version}\n`);
} else {
	void import('./cli.js');
}
