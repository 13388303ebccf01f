
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {spawn as spawnInTerminal} from '@lydell/node-pty';
import test, {type ExecutionContext} from 'ava';
import {commands} from '../../source/commands/index.js';
import {listContexts, listValuePlaces} from '../../source/commands/completion/contexts.js';
import {makeDraft} from '../../source/core/profile/draft.js';
import {compare} from '../../source/core/problem.js';
import {formatGroups} from '../../source/commands/command.js';
import {formats} from '../../source/renderers/index.js';
import {ProfileStore} from '../../source/shell/profile-store.js';

const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-completion-'));
const home = path.join(scratch, 'home');
const folder = path.join(scratch, 'folder');
const programs = path.join(scratch, 'programs');
await Promise.all(['sub', 'a folder', '.git'].map(async name => mkdir(path.join(folder, name), {recursive: true})));
await Promise.all(['mine.yaml', 'my design.yml', 'plan.json', 'notes.txt', 'it\'s $(touch hacked).yaml'].map(async name => writeFile(path.join(folder, name), '')));
await mkdir(programs);
await writeFile(path.join(programs, 'virt-fw-wizard'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, 'dist/cli.cjs')}" "$@"\n`);
await chmod(path.join(programs, 'virt-fw-wizard'), 0o755);

const store = new ProfileStore({folder: path.join(home, 'profiles')});
await store.prepare();
for (const name of ['pilot', 'pilot-2', 'site.a']) {
	store.save({draft: makeDraft(name, name), isFinished: false});
}

const environment = {...process.env, VIRT_FW_WIZARD_HOME: home, PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}`, HOME: scratch, ZDOTDIR: scratch, LC_ALL: 'C.UTF-8', TERM: 'xterm'};

async function run(command: string, args: readonly string[], input = ''): Promise<string> {
	const child = spawn(command, args, {cwd: folder, env: environment, stdio: ['pipe', 'pipe', 'inherit']});
	const exit = once(child, 'close');
	child.stdin.on('error', () => undefined).end(input);
	const output = await text(child.stdout);
	await exit;
	return output;
}

const scripts = new Map(await Promise.all(['bash', 'zsh', 'fish'].map(async shell => {
	const file = path.join(scratch, `script.${shell}`);
	await writeFile(file, await run('virt-fw-wizard', ['completion', shell]));
	return [shell, file] as const;
})));

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

type Complete = (words: readonly string[]) => Promise<string[]>;

/** What Bash offers for the last of some words: COMP_WORDS as it makes them. */
const completeInBash: Complete = async words => {
	const output = await run('bash', ['--norc', '-c', `
		source "$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_virt_fw_wizard
		printf '%s\\n' "\${COMPREPLY[@]}"
	`, 'bash', scripts.get('bash')!, 'virt-fw-wizard', ...words]);
	return output.split('\n').filter(line => line !== '').toSorted(compare);
};

/** What fish offers for a command line. */
const completeInFish: Complete = async words => {
	const output = await run('fish', ['--no-config', '-c', 'source $argv[1]; complete -C "$argv[2]"', scripts.get('fish')!, `virt-fw-wizard ${words.join(' ')}`]);
	return output.split('\n').filter(line => line !== '').map(line => line.split('\t')[0]!).toSorted(compare);
};

/** What Z shell offers: it completes only for somebody who types, so that compadd is made to tell what it gets. */
const completeInZsh: Complete = async words => {
	const rc = [
		'autoload -U compinit && compinit -u -D',
		`source ${scripts.get('zsh')!}`,
		'compadd() {',
		'	local -a offered',
		'	builtin compadd -O offered "$@"',
		'	print -rl -- $offered >> "$OFFERED"',
		'	builtin compadd "$@"',
		'}',
		'PS1="ready> "',
		'done-with-it() { print -r -- "the end" }',
		'zle -N done-with-it',
		'bindkey "^X" done-with-it',
		'zstyle ":completion:*" list-prompt ""',
		'unsetopt list_ambiguous beep zle_bracketed_paste',
		'LISTMAX=10000',
	].join('\n');
	const own = await mkdtemp(path.join(scratch, 'zsh-'));
	const offered = path.join(own, 'offered');
	await writeFile(offered, '');
	await writeFile(path.join(own, '.zshrc'), rc);
	const terminal = spawnInTerminal('zsh', ['-d', '-i'], {cwd: folder, env: {...environment, ZDOTDIR: own, OFFERED: offered}, cols: 120, rows: 50});
	let output = '';
	let stage = 0;
	const exit = new Promise<void>(resolve => {
		terminal.onExit(() => {
			resolve();
		});
	});
	terminal.onData(data => {
		output += data;
		if (stage === 0 && output.includes('ready> ')) {
			stage = 1;
			terminal.write(`virt-fw-wizard ${words.join(' ')}\t\u0018`);
		} else if (stage === 1 && output.includes('the end')) {
			stage = 2;
			terminal.kill('SIGKILL');
		}
	});
	await exit;
	const lines = await readFile(offered, 'utf8');
	return [...new Set(lines.split('\n').filter(line => line !== ''))].toSorted(compare);
};

const starters = ['estate', 'okm-cluster', 'olvm-flat', 'olvm-segregated', 'oracle-vm-pool', 'vplus-backup'];

const shells: ReadonlyArray<readonly [string, Complete]> = [['bash', completeInBash], ['zsh', completeInZsh], ['fish', completeInFish]];
for (const [shell, complete] of shells) {
	const isThere = spawnSync(shell, ['--version']).status === 0;
	const testShell = isThere ? test : test.skip;

	testShell(`${shell} completes commands, subcommands and options`, async t => {
		const all = await Promise.all([['c'], ['profiles', ''], ['help', 'ge'], ['generate', '--f'], ['profiles', 'list', '--'], ['completion', '']].map(async words => complete(words)));
		t.deepEqual(all[0], ['catalog', 'check', 'completion']);
		t.deepEqual(all[1], ['copy', 'delete', 'export', 'import', 'list', 'rename', 'show']);
		t.deepEqual(all[2], ['generate']);
		t.deepEqual(all[3], ['--force', '--format']);
		t.deepEqual(all[4], ['--help', '--json']);
		t.deepEqual(all[5], ['bash', 'fish', 'zsh']);
	});

	testShell(`${shell} completes values of closed lists, in a list one after the other`, async t => {
		const last = (words: readonly string[]) => words.map(word => word.split(',').at(-1)!);
		const all = await Promise.all([['schema', ''], ['generate', '--format', 'p'], ['generate', '-f', 'plan,p'], ['generate', '-f', 'pl'], ['check', '--date', '']].map(async words => complete(words)));
		t.deepEqual(all[0], ['catalog', 'document', 'plan', 'profile']);
		const ids = (beginning: string) => formats.map(({id}) => id).filter(id => id.startsWith(beginning)).toSorted(compare);
		t.deepEqual(last(all[1]!), ids('p'));
		t.deepEqual(last(all[2]!), ids('p').filter(id => id !== 'plan'));
		t.deepEqual(last(all[3]!), ['plan']);
		t.deepEqual(all[4], []);
	});

	testShell(`${shell} completes names that the program knows`, async t => {
		const all = await Promise.all([['profiles', 'show', 'p'], ['profiles', 'delete', '--yes', ''], ['catalog', 'rows', 'o'], ['profiles', 'rename', 'pilot', ''], ['profiles', 'show', 'pilot', ''], ['check', '--date', '2026-11-22', 'olvm-']].map(async words => complete(words)));
		t.deepEqual(all[0], ['pilot', 'pilot-2']);
		t.deepEqual(all[1], ['pilot', 'pilot-2', 'site.a']);
		t.deepEqual(all[2], ['okm', 'olvm', 'oracle-vm']);
		t.deepEqual(all[3], []);
		t.deepEqual(all[4], []);
		t.deepEqual(all[5], ['olvm-flat', 'olvm-segregated']);
	});

	testShell(`${shell} completes files and folders where a word is one`, async t => {
		const plain = (words: readonly string[]) => [...new Set(words.map(word => word.replace(/\/$/v, '').replaceAll('\\', '')))].filter(word => !word.startsWith('.')).toSorted(compare);
		const all = await Promise.all([['generate', 'm'], ['generate', 'pilot', '--previous', 'p'], ['generate', 'pilot', '--out', ''], ['catalog', 'check', 's'], ['generate', '']].map(async words => complete(words)));
		t.deepEqual(plain(all[0]!), ['mine.yaml', 'my design.yml']);
		t.deepEqual(plain(all[1]!), ['plan.json']);
		t.deepEqual(plain(all[2]!), ['a folder', 'sub']);
		t.deepEqual(plain(all[3]!), ['sub']);
		t.deepEqual(plain(all[4]!), ['a folder', 'it\'s $(touch hacked).yaml', 'mine.yaml', 'my design.yml', 'pilot', 'pilot-2', 'plan.json', 'site.a', 'sub', ...starters].toSorted(compare));
	});
}

test('Bash takes --option=value apart, or not, as it is told', async t => {
	t.deepEqual(await completeInBash(['generate', '--format', '=', 'pl']), ['plan']);
	t.deepEqual(await completeInBash(['generate', '--format', '=']), [...formats.map(({id}) => id), ...formatGroups].toSorted(compare));
	t.deepEqual(await completeInBash(['generate', '--format=pl']), ['--format=plan']);
	t.deepEqual(await completeInBash(['generate', '--out=s']), ['--out=sub']);
	t.deepEqual(await completeInBash(['generate', '--', '--f']), []);
});

/** Type into Bash on a terminal, and see what the line comes to. */
async function typeInBash(t: ExecutionContext, setUp: string, keys: string): Promise<string> {
	const terminal = spawnInTerminal('bash', ['--norc', '-i'], {cwd: folder, env: {...environment, PS1: '', TERM: 'dumb'}, cols: 200});
	t.teardown(() => {
		terminal.kill('SIGKILL');
	});
	let output = '';
	terminal.write(`${setUp}; echo rea''dy\r`);
	return new Promise((resolve, reject) => {
		let isTyped = false;
		const deadline = setTimeout(() => {
			reject(new Error(`The shell only wrote: ${output}`));
		}, 30_000);
		terminal.onData(data => {
			output += data;
			if (!isTyped && /^ready/mv.test(output)) {
				isTyped = true;
				terminal.write(`${keys}\r`);
			}

			const found = /^\[\[(?<line>.*)\]\]/mv.exec(output)?.groups?.['line'];
			if (found !== undefined) {
				clearTimeout(deadline);
				resolve(found);
			}
		});
	});
}

test('Bash quotes the names of files that it puts in', async t => {
	// The program is a function here that prints what it was called with.
	const setUp = String.raw`source ${scripts.get('bash')!}; virt-fw-wizard() { printf '[[%s]]\n' "$*"; }`;
	t.is(await typeInBash(t, setUp, 'virt-fw-wizard generate my\t'), 'generate my design.yml');
	t.is(await typeInBash(t, setUp, 'virt-fw-wizard generate it\t'), 'generate it\'s $(touch hacked).yaml');
	const names = await readdir(folder);
	t.false(names.includes('hacked'));
});

test('the table names every format', t => {
	const format = listValuePlaces(listContexts(commands)).find(({key}) => key === 'generate --format');
	t.deepEqual(format?.word.kind === 'list' ? format.word.choices.toSorted(compare) : [], [...formats.map(({id}) => id), ...formatGroups].toSorted(compare));
});

test('names are asked for quickly and quietly', async t => {
	t.is(await run('virt-fw-wizard', ['completion', 'names', 'profiles']), 'pilot\npilot-2\nsite.a\n');
	t.is(await run('virt-fw-wizard', ['completion', 'names', 'starters', 'profiles']), `pilot\npilot-2\nsite.a\n${starters.join('\n')}\n`);
	const help = await run('virt-fw-wizard', ['completion', '--help']);
	t.false(help.includes('names KIND'));
	t.is(await run('env', [`VIRT_FW_WIZARD_HOME=${path.join(folder, 'notes.txt')}`, 'virt-fw-wizard', 'completion', 'names', 'profiles']), '');
});
