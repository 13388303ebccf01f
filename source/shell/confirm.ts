import process from 'node:process';
import {createInterface} from 'node:readline';

/** Whether there is somebody to ask. */
export function isTerminal(): boolean {
	return process.stdin.isTTY && process.stderr.isTTY;
}

/**
Ask a yes-or-no question on the terminal. Anything but yes is no, as is an end of input or Ctrl+C.

@param question - Free of characters that make a terminal do something.
*/
export async function confirm(question: string): Promise<boolean> {
	const terminal = createInterface({input: process.stdin, output: process.stderr});
	try {
		const answer = await new Promise<string>(resolve => {
			terminal.once('close', () => {
				resolve('');
			});
			terminal.once('SIGINT', () => {
				process.stderr.write('\n');
				resolve('');
			});
			terminal.question(`${question} [y/N] `, resolve);
		});
		return /^y(?:es)?$/iv.test(answer.trim());
	} finally {
		terminal.close();
	}
}
