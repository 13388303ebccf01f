import {Buffer} from 'node:buffer';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {
	chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {findBrowser} from '../../source/shell/find-browser.js';
import {findMachine, type Machine} from '../../source/shell/find-program.js';
import {findMermaidCli, removeDates} from '../../source/shell/mermaid-cli.js';

const root = process.cwd();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'vfw-'));
test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

type Result = {readonly code: number | undefined; readonly signal: NodeJS.Signals | undefined; readonly stdout: string; readonly stderr: string};

/** A place for one run: a folder to be in, and one for temporary files, which is to be empty again. */
class Run {
	static async prepare(): Promise<Run> {
		const folder = await mkdtemp(path.join(scratch, 'run-'));
		await mkdir(path.join(folder, 't'));
		return new Run(folder);
	}

	readonly temporary: string;

	private constructor(readonly folder: string) {
		this.temporary = path.join(folder, 't');
	}

	start(args: readonly string[], {program = path.join(root, 'dist/cli.cjs'), environment = {}}: {readonly program?: string; readonly environment?: Readonly<Record<string, string>>} = {}) {
		const child = spawn(process.execPath, [program, ...args], {cwd: this.folder, env: {...process.env, TMPDIR: this.temporary, VIRT_FW_WIZARD_HOME: path.join(scratch, 'home'), ...environment}, stdio: ['ignore', 'pipe', 'pipe']});
		const exit = once(child, 'close') as Promise<[number | undefined, NodeJS.Signals | undefined]>;
		const finish = async (): Promise<Result> => {
			const [stdout, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
			return {code, signal, stdout, stderr};
		};

		return {child, result: finish()};
	}

	async finish(...parameters: Parameters<Run['start']>): Promise<Result> {
		return this.start(...parameters).result;
	}

	/** A program in the place of a browser. It leaves its process id and its arguments behind. */
	async makeBrowser(script: string): Promise<string> {
		const file = path.join(this.folder, 'browser');
		await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "$@" > ${path.join(this.folder, 'arguments')}\necho $$ > ${path.join(this.folder, 'pid')}\n${script}\n`);
		await chmod(file, 0o755);
		return file;
	}

	/** Ids of the processes that wrote themselves down. */
	async readIds(): Promise<number[]> {
		const content = await readFile(path.join(this.folder, 'pid'), 'utf8').catch(() => '');
		return content.split('\n').slice(0, -1).map(Number);
	}
}

async function waitUntil(t: ExecutionContext, what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
	const end = Date.now() + 60_000;
	// eslint-disable-next-line no-await-in-loop -- Until it is so.
	while (!await isTrue()) {
		if (Date.now() > end) {
			t.fail(`waited in vain until ${what}`);
			return;
		}

		await sleep(20); // eslint-disable-line no-await-in-loop
	}
}

function isRunning(id: number): boolean {
	try {
		process.kill(id, 0);
		// Who has ended and was not asked after yet does not run.
		return !spawnSync('ps', ['-o', 'stat=', '-p', String(id)], {encoding: 'utf8'}).stdout.startsWith('Z');
	} catch {
		return false;
	}
}

/** A browser that begins another process and then does nothing, as one that hangs. */
const hanging = 'sleep 1000 &\necho $! >> "$(dirname "$0")/pid"\nwait';
const draw = ['generate', 'olvm-flat', '--format', 'diagram-pdf', '--out', 'request', '--renderer', 'mermaid-cli'];

async function leavesNothing(t: ExecutionContext, run: Run): Promise<void> {
	const ids = await run.readIds();
	t.is(ids.length, 2);
	await waitUntil(t, 'the browser and what it began are gone', () => !ids.some(id => isRunning(id)));
	await waitUntil(t, 'temporary files are gone', async () => {
		const names = await readdir(run.temporary);
		return names.length === 0;
	});
	t.false(existsSync(path.join(run.folder, 'request')));
}

test('a browser that hangs is ended with all it began, and the request stays unwritten', async t => {
	const run = await Run.prepare();
	const {code, stderr} = await run.finish([...draw, '--browser', await run.makeBrowser(hanging)], {environment: {VIRT_FW_WIZARD_BROWSER_SECONDS: '3'}});
	t.is(code, 2);
	t.regex(stderr, /did nothing for 3 seconds and was ended\n.*VIRT_FW_WIZARD_BROWSER_SECONDS=15\n$/v);
	await leavesNothing(t, run);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	test(`${signal} ends the browser and the program`, async t => {
		const run = await Run.prepare();
		const {child, result} = run.start([...draw, '--browser', await run.makeBrowser(hanging)]);
		await waitUntil(t, 'the browser has begun', async () => {
			const ids = await run.readIds();
			return ids.length === 2;
		});
		child.kill(signal);
		const ended = await result;
		t.is(ended.signal, signal);
		await leavesNothing(t, run);
	});
}

test('the browser ends also when the program is killed', async t => {
	const run = await Run.prepare();
	const {child, result} = run.start([...draw, '--browser', await run.makeBrowser(hanging)]);
	await waitUntil(t, 'the browser has begun', async () => {
		const ids = await run.readIds();
		return ids.length === 2;
	});
	child.kill('SIGKILL');
	await result;
	await leavesNothing(t, run);
});

test('a browser that crashes is quoted', async t => {
	const run = await Run.prepare();
	const {code, stderr} = await run.finish([...draw, '--browser', await run.makeBrowser('echo "error while loading shared libraries" >&2\nexit 127')]);
	t.is(code, 2);
	t.is(stderr, `virt-fw-wizard: the browser "${path.join(run.folder, 'browser')}" does not start: error while loading shared libraries\nname another one with --browser FILE\n`);
	t.deepEqual(await readdir(run.temporary), []);
});

test('a program that is no browser, and talks, is told from one', async t => {
	const run = await Run.prepare();
	const {code, stderr} = await run.finish([...draw, '--browser', await run.makeBrowser('printf "what? \\000" >&4\nhead -c 100000 /dev/urandom >&4\nexec sleep 1000')]);
	t.is(code, 2);
	t.regex(stderr, /^virt-fw-wizard: the browser "[^\n]*" does not start: [^\n]+\nname another one with --browser FILE\n$/v);
	const [id] = await run.readIds();
	await waitUntil(t, 'it is gone', () => !isRunning(id!));
	t.deepEqual(await readdir(run.temporary), []);
});

test('a browser gets an empty folder of its own, no network, and its sandbox but for root', async t => {
	const run = await Run.prepare();
	const browser = await run.makeBrowser('for argument in "$@"; do case "$argument" in --user-data-dir=*) ls -ld "$(dirname "$(echo "$argument" | cut -d= -f2)")"; ls -A "$TMPDIR"; esac; done > "$(dirname "$0")/listed"\nexit 1');
	await run.finish(draw, {environment: {PUPPETEER_EXECUTABLE_PATH: browser}});
	const [given, listed] = await Promise.all(['arguments', 'listed'].map(async name => readFile(path.join(run.folder, name), 'utf8')));
	const words = given!.split('\n');
	t.true(words.includes('--host-resolver-rules=MAP * ~NOTFOUND'));
	t.true(words.includes('--disable-background-networking'));
	t.true(words.includes('--remote-debugging-pipe'));
	t.false(words.some(word => word.startsWith('--remote-debugging-port')));
	t.is(words.includes('--no-sandbox'), process.getuid!() === 0);
	t.true(words.find(word => word.startsWith('--user-data-dir='))!.startsWith(`--user-data-dir=${run.temporary}${path.sep}`));
	t.regex(listed!, /^drwx------[^\n]*\n(?:profile\n)?$/v);
});

test('options that contradict each other or do nothing are mistakes', async t => {
	const run = await Run.prepare();
	const cases = [
		[['--browser', '/bin/sh', '--format', 'diagram-pdf'], '--browser is for mermaid-cli, which nothing asks for'],
		[['--renderer', 'mermaid-cli'], '--renderer says who draws pictures, and no format that is written is one'],
		[['--renderer', 'embedded', '--format', 'ports'], '--renderer says who draws pictures, and no format that is written is one'],
		[['--renderer', 'mermaid', '--format', 'diagram-pdf'], '--renderer names no renderer: "mermaid"'],
		[['--renderer', 'mermaid-cli', '--format', 'diagram-pdf', '--browser', 'nowhere'], '--browser names "nowhere" as the browser, and nothing is there'],
	] as const;
	await Promise.all(cases.map(async ([options, message]) => {
		const {code, stderr} = await run.finish(['generate', 'olvm-flat', '--out', 'request', ...options]);
		t.is(code, 2);
		t.true(stderr.startsWith(`virt-fw-wizard: ${message}\n`), `${stderr}`);
	}));
	const {code, stderr} = await run.finish([...draw], {environment: {VIRT_FW_WIZARD_BROWSER_SECONDS: 'long'}});
	t.is(code, 2);
	t.true(stderr.startsWith('virt-fw-wizard: VIRT_FW_WIZARD_BROWSER_SECONDS is "long", and no number of seconds\n'));
	t.false(existsSync(path.join(run.folder, 'request')));
});

test('where mermaid-cli is missing, the command that adds it is said', async t => {
	const run = await Run.prepare();
	await cp(path.join(root, 'dist'), path.join(run.folder, 'dist'), {recursive: true});
	const program = path.join(run.folder, 'dist/cli.cjs');
	const {code, stderr} = await run.finish(draw, {program, environment: {PATH: '/usr/bin:/bin', VIRT_FW_WIZARD_CODE_CACHE: '0'}});
	t.is(code, 2);
	t.is(stderr, 'virt-fw-wizard: mermaid-cli is not installed\nadd it with: npm install --global --ignore-scripts @mermaid-js/mermaid-cli@11 puppeteer@24\n');
	// Whoever starts the program with npx has a place for packages only in the folder they are in.
	await installBroken(run.folder);
	const broken = await run.finish(draw, {program, environment: {VIRT_FW_WIZARD_CODE_CACHE: '0'}});
	t.is(broken.code, 2);
	t.regex(broken.stderr, /^virt-fw-wizard: mermaid-cli in [^\n]*main\.js cannot be used: it is older than version 10\nadd it anew with: npm install /v);
});

/** Something called mermaid-cli. */
async function installBroken(folder: string): Promise<string> {
	const place = path.join(folder, 'node_modules/@mermaid-js/mermaid-cli');
	await mkdir(path.join(place, 'src'), {recursive: true});
	await writeFile(path.join(place, 'package.json'), JSON.stringify({name: '@mermaid-js/mermaid-cli', version: '8.0.0', type: 'module', exports: {'.': './main.js'}}));
	await writeFile(path.join(place, 'main.js'), 'export const nothing = true;\n');
	await writeFile(path.join(place, 'src/cli.js'), '');
	return path.join(place, 'main.js');
}

test('mermaid-cli is found around the folder somebody is in, and where its command belongs to', async t => {
	const folder = await mkdtemp(path.join(scratch, 'find-'));
	const machine = (parts: Partial<Machine>): Machine => ({...findMachine(), environment: {}, cwd: folder, ...parts});
	const own = path.join(folder, 'program/dist');
	t.is(findMermaidCli(machine({}), own), undefined);

	const project = await installBroken(path.join(folder, 'project'));
	t.is(findMermaidCli(machine({cwd: path.join(folder, 'project/a/b')}), own), project);

	const shared = await installBroken(path.join(folder, 'shared/lib'));
	const bin = path.join(folder, 'shared/bin');
	await mkdir(bin);
	await symlink('../lib/node_modules/@mermaid-js/mermaid-cli/src/cli.js', path.join(bin, 'mmdc'));
	t.is(findMermaidCli(machine({environment: {PATH: `/nowhere:${bin}`}}), own), shared);
	t.is(findMermaidCli(machine({cwd: path.join(folder, 'project'), environment: {PATH: bin}}), own), project);

	const beside = await installBroken(path.join(folder, 'program'));
	t.is(findMermaidCli(machine({cwd: path.join(folder, 'project'), environment: {PATH: bin}}), own), beside);
});

test('dates of a PDF are taken out where they stand', t => {
	const pdf = Buffer.from('%PDF-1.4\n<</Creator (a)\n/CreationDate (D:20261122133613+00\'00\')\n/ModDate (D:20261122133613+00\'00\')>>\n\u{FF}', 'latin1');
	const without = Buffer.from(removeDates(pdf));
	t.is(without.length, pdf.length);
	t.is(without.toString('latin1').replaceAll(/ +/gv, ' '), '%PDF-1.4\n<</Creator (a)\n \n >>\n\u{FF}');
	t.deepEqual(Buffer.from(removeDates(new Uint8Array(pdf.buffer, pdf.byteOffset + 1, 8))), pdf.subarray(1, 9));
});

const testDrawing = findBrowser(undefined, findMachine()) === undefined ? test.skip : test;

testDrawing('each diagram is a PDF of one page with its lines, the same bytes every time', async t => {
	const run = await Run.prepare();
	const first = await run.finish(draw);
	t.is(first.code, 0, first.stderr);
	const second = await run.finish(draw);
	t.is(second.stderr, first.stderr.replaceAll('created', 'unchanged'));
	const names = await readdir(path.join(run.folder, 'request'));
	t.deepEqual(names.filter(name => name.endsWith('.pdf')).toSorted(), ['diagram-lan.pdf', 'diagram.pdf']);
	const pdf = await readFile(path.join(run.folder, 'request/diagram.pdf'), 'latin1');
	t.true(pdf.startsWith('%PDF-'));
	t.notRegex(pdf, /CreationDate|ModDate|\/JavaScript|\/URI/v);
	t.is(/\/Type \/Pages\n?\/Count (?<pages>\d+)/v.exec(pdf)?.groups?.['pages'], '1');
	t.deepEqual(await readdir(run.temporary), []);
});

testDrawing('a site\'s diagram that Mermaid cannot read is named', async t => {
	const run = await Run.prepare();
	await mkdir(path.join(run.folder, 'own'));
	await writeFile(path.join(run.folder, 'own/topology.mmd.liquid'), 'flowchart LR\n\ta --> --> b\n');
	const {code, stderr} = await run.finish([...draw, '--templates', 'own']);
	t.is(code, 2);
	t.regex(stderr, /^virt-fw-wizard: mermaid-cli cannot draw "diagram": Parse error on line 2/v);
	t.deepEqual(await readdir(run.temporary), []);
	t.false(existsSync(path.join(run.folder, 'request')));
});

testDrawing('SVG of mermaid-cli is seen outside of browsers and asks for nothing, whatever a profile says; and it is the same every time', async t => {
	const run = await Run.prepare();
	const starter = await readFile(path.join(root, 'templates/profiles/olvm-flat.yaml'), 'utf8');
	const hostile = String.raw`'</text><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) {{ title }} "quoted"'`;
	await writeFile(path.join(run.folder, 'hostile.yaml'), starter.replaceAll(/^(?<key>\s*(?:- \{id: \S+, )?title: )[^\n,\}]*/gmv, `$<key>${hostile}`));
	const options = ['--format', 'svg', '--renderer', 'mermaid-cli', '--date', '2026-11-22'];
	const results = await Promise.all(['one', 'two'].map(async out => run.finish(['generate', 'hostile.yaml', ...options, '--out', out])));
	t.deepEqual(results.map(({code}) => code), [0, 0], `${results[0]!.stderr}`);
	const [one, two] = await Promise.all(['one', 'two'].map(async out => readFile(path.join(run.folder, out, 'diagram.svg'), 'utf8')));
	t.is(one, two);
	t.true(one!.includes('alert(1)'));
	t.notRegex(one!, /<script|<foreignObject|<image|<img|<a[ >]|@import|<[^>]*\son\w+=|href="(?!#)|url\((?!#)/iv);
});
