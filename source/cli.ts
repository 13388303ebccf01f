import {Buffer} from 'node:buffer';
import {writeSync} from 'node:fs';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {exitCodes, formatJson, type Command, type CommandInput} from './commands/command.js';
import {formatCommandHelp, formatHelp} from './commands/help.js';
import {commands} from './commands/index.js';
import {requireWords} from './commands/words.js';
import {formatProblems, suggest} from './core/problem.js';
import {showLine, showUnfit} from './core/text.js';
import {findSystemCode, formatSystemError, UserError} from './shell/user-error.js';
import {version} from './version.js';

/*
From argv to command to exit code. The only place that ends the process and that turns errors into text.
*/

/** What somebody typed is repeated to no greater length. */
const shownLength = 80;

async function main(argv: readonly string[]): Promise<number> {
	const [word, ...rest] = argv;
	if (word === undefined || isWizardOption(word)) {
		return main(['wizard', ...argv]);
	}

	if (word === '--help' || word === '-h' || word === 'help') {
		write(rest[0] === undefined ? formatHelp() : formatCommandHelp(findCommand(rest[0])));
		return exitCodes.done;
	}

	if (word === '--version' || word === '-V') {
		write(`${version}\n`);
		return exitCodes.done;
	}

	const command = findCommand(word);
	const end = rest.indexOf('--');
	if (rest.slice(0, end === -1 ? rest.length : end).some(argument => argument === '--help' || argument === '-h')) {
		write(formatCommandHelp(command));
		return exitCodes.done;
	}

	return command.run(parseInput(command, rest));
}

/** Whether the first word is an option of the wizard, which needs no name. */
function isWizardOption(word: string): boolean {
	const {long, short} = /^(?:--(?<long>[^=]+)|-(?<short>\w))/v.exec(word)?.groups ?? {};
	return findCommand('wizard').options.some(option => option.name === long || (short !== undefined && option.short === short));
}

function findCommand(word: string): Command {
	const command = commands.find(({name}) => name === word);
	if (command === undefined) {
		const isOption = word.startsWith('-');
		const known = isOption ? ['--help', '--version'] : [...commands.map(({name}) => name), 'help'];
		throw new UserError(`there is no ${isOption ? 'option' : 'command'} "${showLine(word, shownLength)}"`, {hint: `${suggest(word, known)} (see virt-fw-wizard --help)`});
	}

	return command;
}

function parseInput(command: Command, argv: readonly string[]): CommandInput {
	const seeHelp = `see virt-fw-wizard ${command.name} --help`;
	const options = Object.fromEntries(command.options.map(option => [option.name, {type: option.value === undefined ? 'boolean' as const : 'string' as const, ...(option.short === undefined ? {} : {short: option.short})}]));
	const {tokens} = parseArgs({args: [...argv], options, allowPositionals: true, strict: false, tokens: true});
	const words: string[] = [];
	const values: Record<string, string> = {};
	const lists: Record<string, string[]> = {};
	/** The list that further words belong to. */
	let open: string[] | undefined;
	const switches = new Set<string>();
	for (const token of tokens) {
		if (token.kind === 'positional') {
			(open ?? words).push(token.value);
			continue;
		}

		open = undefined;
		if (token.kind !== 'option') {
			continue;
		}

		const option = command.options.find(({name}) => name === token.name);
		const typed = showLine(token.rawName, shownLength);
		if (option === undefined) {
			throw new UserError(`${command.name} has no option "${typed}"`, {hint: `${suggest(token.rawName, command.options.map(({name}) => `--${name}`))} (${seeHelp})`});
		}

		if (option.value === undefined) {
			if (token.value !== undefined) {
				throw new UserError(`${typed} takes no value`, {hint: seeHelp});
			}

			switches.add(option.name);
		} else {
			if (token.value === undefined || token.value === '' || (!token.inlineValue && /^-./v.test(token.value))) {
				throw new UserError(`${typed} needs a value`, {hint: `write ${typed} ${option.value}${token.value === undefined || token.value === '' ? '' : `; a value that begins with a hyphen is written --${option.name}=${showLine(token.value, shownLength)}`}`});
			}

			if (option.isRepeatable) {
				open = getOrSet(lists, option.name);
				open.push(token.value);
				continue;
			}

			if (Object.hasOwn(values, option.name)) {
				throw new UserError(`${typed} is given twice`, {hint: seeHelp});
			}

			values[option.name] = token.value;
		}
	}

	requireWords(command, words, [...Object.keys(values), ...Object.keys(lists), ...switches]);
	return {words, values, lists, switches, write, writeError};
}

function getOrSet(lists: Record<string, string[]>, name: string): string[] {
	lists[name] ??= [];
	return lists[name];
}

/** Standard output or error that nobody reads any more. */
const closed = new Set<number>();

/** Write all of a text, however slowly the other end reads; when it has gone, as with `| head`, there is nobody to tell. */
function writeAll(descriptor: number, text: string): void {
	let rest = Buffer.from(text);
	while (rest.length > 0 && !closed.has(descriptor)) {
		try {
			rest = rest.subarray(writeSync(descriptor, rest));
		} catch (error) {
			const code = findSystemCode(error);
			if (code === 'EPIPE') {
				closed.add(descriptor);
			} else if (code === 'EAGAIN') {
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
			} else {
				throw error;
			}
		}
	}
}

function write(text: string): void {
	writeAll(1, text);
}

function writeError(text: string): void {
	writeAll(2, text);
}

function formatUserError({message, hint, problems}: UserError): string {
	return `${formatProblems(problems)}virt-fw-wizard: ${showLine(message)}\n${hint === undefined ? '' : `${showLine(hint)}\n`}`;
}

async function run(): Promise<void> {
	const argv = process.argv.slice(2);
	try {
		process.exitCode = await main(argv);
	} catch (error) {
		process.exitCode = report(error, argv.includes('--json'));
	}
}

function report(error: unknown, isJson: boolean): number {
	if (error instanceof UserError) {
		writeError(formatUserError(error));
		if (isJson) {
			// All of them: only people are spared the ten thousandth.
			write(formatJson({error: error.message, hint: error.hint, problems: error.problems}));
		}

		return exitCodes.wrongUse;
	}

	const reason = formatSystemError(error);
	if (reason !== undefined) {
		const {path} = error as {readonly path?: unknown};
		writeError(`virt-fw-wizard: ${typeof path === 'string' ? `${showLine(path)}: ` : ''}${reason}\n`);
		return exitCodes.wrongUse;
	}

	writeError(`virt-fw-wizard ${version}: a bug, please report it with these lines and what you typed\n${showUnfit(error instanceof Error ? error.stack ?? error.message : String(error))}\n`);
	return exitCodes.bug;
}

void run();
