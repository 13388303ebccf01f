import {existsSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import type {Job, Report} from './mermaid-cli.js';

/*
A process that draws diagrams with mermaid-cli and ends. It is a file of its own in dist/, as mermaid-cli is made of ES modules, which the program is not.

It ends when it is told to, and when the program that began it is gone; puppeteer ends the browser with it.
*/

/** What is used of puppeteer. */
type Browser = {readonly close: () => Promise<void>};
type Puppeteer = {
	readonly launch: (options: Readonly<Record<string, unknown>>) => Promise<Browser>;
	/** A promise in later versions. */
	readonly executablePath: () => string | Promise<string>;
};

/** What is used of mermaid-cli. */
type MermaidCli = {
	readonly renderMermaid: (browser: Browser, text: string, kind: Job['kind'], options: Readonly<Record<string, unknown>>) => Promise<{readonly data: Uint8Array}>;
};

/** Nothing leaves the machine: names lead nowhere, and what browsers do in the background is off. */
const switches = [
	'--host-resolver-rules=MAP * ~NOTFOUND',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-default-apps',
	'--disable-domain-reliability',
	'--disable-gpu',
	'--disable-quic',
	'--disable-sync',
	'--no-first-run',
	'--no-pings',
];

/** Chromium puts a socket into its temporary folder, with 45 characters more, and does not start where a system takes no name as long: from 104 on. */
const maxFolderLength = 55;

/** Pixels for each unit of a picture. */
const scale = 2;

const configuration = {
	securityLevel: 'strict',
	suppressErrorRendering: true,
	deterministicIds: true,
	// HTML inside of SVG is seen in browsers only.
	htmlLabels: false,
	flowchart: {
		htmlLabels: false,
		// As large as it is, and not as wide as the page that it is drawn on.
		useMaxWidth: false,
		// Room for two addresses with a hyphen: Mermaid breaks what is longer in the middle of a number.
		wrappingWidth: 360,
		subGraphTitleMargin: {top: 6, bottom: 6},
	},
	// What an arrow says covers the arrow, which would strike it through.
	themeCSS: '.edgeLabel rect { opacity: 1; fill: #ffffff; }',
	fontFamily: '"DejaVu Sans", Verdana, sans-serif',
};

function tell(report: Report): void {
	process.send!(report);
}

/** Tell the last there is to tell, and end when it has been heard. */
function tellAndEnd(report: Report): void {
	process.send!(report, () => {
		process.exit(); // eslint-disable-line unicorn/no-process-exit -- It ends the browser as well, whatever that is doing.
	});
}

/** What is being done: whatever goes wrong, this is what did not work. */
let step: (Report & {readonly type: 'failed'})['at'] = 'load';

function fail(error: unknown, name?: string): void {
	tellAndEnd({type: 'failed', at: step, message: error instanceof Error ? error.message : String(error), ...(name === undefined ? {} : {name})});
}

async function load({entry}: Job): Promise<{renderMermaid: MermaidCli['renderMermaid']; puppeteer: Puppeteer}> {
	const {renderMermaid} = await import(pathToFileURL(entry).href) as Partial<MermaidCli>;
	if (renderMermaid === undefined) {
		throw new Error('it is older than version 10');
	}

	// The one that mermaid-cli itself uses.
	const {default: puppeteer} = await import(pathToFileURL(createRequire(entry).resolve('puppeteer')).href) as {readonly default: Puppeteer};
	return {renderMermaid, puppeteer};
}

/** The browser that puppeteer downloaded when somebody let it. */
async function findOwnBrowser(puppeteer: Puppeteer): Promise<string> {
	step = 'find';
	try {
		const file = await puppeteer.executablePath();
		if (existsSync(file)) {
			return file;
		}
	} catch {
		// It knows of none.
	}

	throw new Error('there is none');
}

async function open(job: Job, puppeteer: Puppeteer): Promise<Browser> {
	const executablePath = job.browser ?? await findOwnBrowser(puppeteer);
	step = 'open';
	return puppeteer.launch({
		executablePath,
		headless: 'shell',
		// No port is open, to which others on this machine could speak.
		pipe: true,
		dumpio: true,
		userDataDir: path.join(job.folder, 'profile'),
		env: {...process.env, ...(job.folder.length > maxFolderLength ? {} : {TMPDIR: job.folder, TEMP: job.folder, TMP: job.folder})},
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
		// Who began this process waits as long as somebody wants.
		timeout: 0,
		protocolTimeout: 0,
		args: [...switches, ...(job.isRoot ? ['--no-sandbox'] : [])],
	});
}

async function draw({diagrams, kind, parallel}: Job, renderMermaid: MermaidCli['renderMermaid'], browser: Browser): Promise<void> {
	step = 'draw';
	const waiting = [...diagrams.entries()];
	const drawWaiting = async (): Promise<void> => {
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			const [index, {name, text}] = next;
			const id = `diagram-${name.replaceAll(/[^a-z0-9\-]/giv, '_')}`;
			try {
				// eslint-disable-next-line no-await-in-loop -- As many at a time as there are loops.
				const {data} = await renderMermaid(browser, text, kind, {
					viewport: {width: 1600, height: 1200, deviceScaleFactor: scale},
					backgroundColor: 'white',
					pdfFit: true,
					svgId: id,
					mermaidConfig: {...configuration, deterministicIDSeed: id},
				});
				tell({type: 'drawn', index, picture: data});
			} catch (error) {
				fail(error, name);
				return;
			}
		}
	};

	await Promise.all(Array.from({length: parallel}, drawWaiting));
}

async function work(job: Job): Promise<void> {
	process.on('exit', () => {
		rmSync(job.folder, {recursive: true, force: true});
	});
	const {renderMermaid, puppeteer} = await load(job);
	tell({type: 'loaded'});
	const browser = await open(job, puppeteer);
	tell({type: 'opened'});
	await draw(job, renderMermaid, browser);
	await browser.close();
	tellAndEnd({type: 'done'});
}

// A browser that says what puppeteer does not understand makes it throw where nobody waits.
process.on('uncaughtException', error => {
	fail(error);
});
// From the first moment on, so that none of them falls between the start of a browser and puppeteer's watch over it.
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) {
	process.once(event, () => {
		process.exit();
	});
}

process.once('message', job => {
	work(job as Job).catch((error: unknown) => {
		fail(error);
	});
});
