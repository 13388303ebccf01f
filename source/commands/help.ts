import {listStarters} from '../shell/package-files.js';
import type {Command, CommandOption} from './command.js';
import {formatUsage} from './words.js';
import {commands, profileHelp} from './index.js';

const name = 'virt-fw-wizard';

const environment = [
	['VIRT_FW_WIZARD_HOME', 'the folder for saved profiles, instead of the usual one'],
	['VIRT_FW_WIZARD_CODE_CACHE=0', 'keep no compiled code for the next start'],
	['VIRT_FW_WIZARD_BROWSER_SECONDS=60', 'how long the browser of --renderer mermaid-cli may do nothing before it is ended'],
	['NO_COLOR=1', 'no colours in the wizard'],
	['INK_SCREEN_READER=true', 'the wizard as plain numbered text'],
] as const;

/** What `virt-fw-wizard --help` prints. */
export function formatHelp(): string {
	const rows = commands.map(command => [`${name} ${command.name} ${formatUsage(command)}`, command.summary] as const);
	return [
		`${name}: firewall change requests for virtualization estates, from the vendors' documents`,
		'',
		'Usage:',
		...rows.flatMap(([usage, summary]) => [`  ${usage}`, `      ${summary}`]),
		'',
		'Options:',
		...formatOptions([{name: 'help', short: 'h', summary: 'this help, or that of the command before it'}, {name: 'version', short: 'V', summary: 'the version'}]),
		'',
		'Environment:',
		...formatTable(environment.map(([variable]) => variable), environment.map(([, summary]) => summary)),
		'',
		...wrap(profileHelp, 78),
		`Starter profiles: ${listStarters().map(starter => starter.name).join(', ')}`,
		'',
		'Exit codes: 0 done, 1 the answer is no (not ready, catalog wrong), 2 wrong use or wrong input, 70 a bug.',
		'',
	].join('\n');
}

/** What `virt-fw-wizard <command> --help` prints. */
export function formatCommandHelp(command: Command): string {
	return [
		`${name} ${command.name}: ${command.summary}`,
		'',
		`Usage: ${name} ${command.name} ${formatUsage(command)}${command.options.length > 0 ? ' [options]' : ''}`,
		...formatSubcommands(command),
		...(command.options.length > 0 ? ['', 'Options:', ...formatOptions(command.options)] : []),
		...command.details.flatMap(paragraph => ['', ...wrap(paragraph, 78)]),
		...(command.words.some(({label}) => label === '<profile>') ? ['', `Starter profiles: ${listStarters().map(starter => starter.name).join(', ')}`] : []),
		'',
		'Examples:',
		...command.examples.map(example => `  ${example}`),
		'',
	].join('\n');
}

function formatSubcommands({subcommands = []}: Command): string[] {
	const shown = subcommands.filter(({isHidden}) => isHidden !== true);
	const labels = shown.map(subcommand => formatUsage({words: [{label: subcommand.name, word: {kind: 'text'}}, ...subcommand.words]}));
	return shown.length === 0 ? [] : ['', 'Subcommands:', ...formatTable(labels, shown.map(({summary}) => summary))];
}

function formatOptions(options: readonly CommandOption[]): string[] {
	const labels = options.map(option => `${option.short === undefined ? '    ' : `-${option.short}, `}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`);
	return formatTable(labels, options.map(({summary, only}) => only === undefined ? summary : `${summary} (only with ${only.join(', ')})`));
}

function formatTable(labels: readonly string[], texts: readonly string[]): string[] {
	const width = Math.max(...labels.map(label => label.length)) + 2;
	return texts.flatMap((text, index) => wrap(text, 78 - width).map((line, position) => `  ${(position === 0 ? labels[index]! : '').padEnd(width)}${line}`));
}

/** Break a paragraph into lines of at most some columns. */
function wrap(text: string, columns: number): string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last === undefined || last.length + word.length + 1 > columns) {
			lines.push(word);
		} else {
			lines[lines.length - 1] = `${last} ${word}`;
		}
	}

	return lines;
}
