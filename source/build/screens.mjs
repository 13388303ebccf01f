/*
The pictures of the readme: real screens of the built program, driven with keys through a small design.

	npm run screens

The same program gives the same bytes. A test compares the pictures with what the program shows now.
*/
import {
	mkdir, mkdtemp, readdir, rm, writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {build} from './build.mjs';
import {root} from './bundle.mjs';
import {isMain} from './is-main.mjs';
import {drawScreen} from './screen-svg.mjs';
import {ScreenTerminal} from './screen-terminal.mjs';

/** They lie with the other files that tests compare with what the program makes. */
export const screenFolder = path.join(root, 'test/golden/screens');

const columns = 94;
const rows = 30;
const today = '2026-11-22';
const caption = 'virt-fw-wizard';
/** Columns of the list of steps, where it is shown. */
const railWidth = 23;

const keys = {
	down: '\u{1B}[B',
	right: '\u{1B}[C',
	enter: '\r',
	space: ' ',
	back: '\u{1B}',
	clear: '\u{15}',
	next: '\u{E}',
	leave: '\u{3}',
};

/** What the story answers, in the order in which it is asked. */
const networks = [
	['Office clients', '10.10.0.0/16'],
	['Administration', '10.11.0.0/24'],
	['Infrastructure services', '10.12.0.0/24'],
	['Management', '10.20.0.0/24'],
	['Storage', '10.22.0.0/24'],
	['Migration', '10.23.0.0/24'],
	['Virtual machines', '10.30.0.0/20'],
];
const addresses = [
	['VM Portal clients', '10.10.8.0/22'],
	['Administrators (SSH)', '10.11.0.10-10.11.0.13'],
	['Administration Portal clients', '10.11.0.10-10.11.0.13'],
	['REST API clients', '10.11.0.20'],
	['Serial console clients', '10.11.0.10-10.11.0.13'],
	['Engine database', '10.20.0.11'],
	['KVM host: management', '10.20.0.21-10.20.0.28'],
	['OLVM Manager', '10.20.0.10'],
	['KVM host: migration', '10.23.0.21-10.23.0.28'],
];
const change = [
	['Requester', 'Ada Example'],
	['Owner', 'Virtualization team'],
	['Approvers', 'Grace Example'],
	['Reason', 'The branch office gets its own platform'],
	['What breaks without it', 'Nobody can use the virtual machines'],
	['Implementation window', 'Saturday 20:00 to 22:00 UTC'],
];

/** A design in the middle of the wizard, and what somebody does with its screens. */
class Story {
	/** @type {Map<string, string>} Pictures by name of their file. */
	pictures = new Map();
	#terminal;

	constructor(terminal) {
		this.#terminal = terminal;
	}

	press(...pressed) {
		for (const key of pressed) {
			this.#terminal.press(key);
		}
	}

	/** Wait for a text anywhere. */
	async see(text) {
		await this.#terminal.waitFor(`"${text}"`, lines => lines.join('\n').includes(text) || undefined);
	}

	/** Press Down until what is highlighted has a text. */
	async goTo(text) {
		let before;
		for (;;) {
			const last = before;
			// eslint-disable-next-line no-await-in-loop -- The next key depends on where the last one led.
			const focused = await this.#terminal.waitFor(`the row "${text}"`, lines => {
				const found = findFocused(lines);
				return found === last ? undefined : found;
			});
			if (focused.includes(text)) {
				return;
			}

			before = focused;
			this.press(keys.down);
		}
	}

	/** Type into the field with a label. */
	async fill(label, text) {
		await this.goTo(label);
		this.press(text);
		await this.see(text);
	}

	/** Answer yes to a question. */
	async agree(question) {
		await this.goTo(question);
		this.press('y');
		await this.#terminal.waitFor(`"[yes]  ${question}"`, lines => findFocused(lines)?.includes(`[yes]  ${question}`) || undefined);
	}

	/** On to the next step. */
	async proceed(question) {
		this.press(keys.next);
		await this.see(question);
	}

	/** Draw the screen as it is when all of it is worked out. */
	async picture(file, title, description) {
		const runs = await this.#terminal.waitFor(`a screen for ${file}`, lines => isWorkedOut(lines) ? this.#terminal.runs : undefined);
		this.pictures.set(file, drawScreen({runs, columns, caption, title, description}));
	}
}

/** The row with the pointer; with the list of steps, the row beside it. */
function findFocused(lines) {
	const pointed = lines.flatMap(line => /^(?:.{23})?❯ (?<text>.*)$/v.exec(line)?.[0] ?? []);
	return (pointed.find(line => line.startsWith('❯', railWidth)) ?? pointed.find(line => line.startsWith('❯')))?.replace(/^.*❯ /v, '');
}

/** Whether the figures are those of the answers shown, and no effect of an answer is still to come. */
const isWorkedOut = lines => lines.some(line => /^\d+ findings?\b/v.test(line)) && !lines.some(line => line.endsWith(': …'));

/**
@param {Story} story
*/
async function tell(story) {
	await story.see('What would you like to do?');
	await story.goTo('A new design');
	story.press(keys.enter);
	await story.see('What is this design called?');
	story.press(keys.clear);
	await story.fill('Title', 'Branch office');

	await story.proceed('Which products does the design have?');
	await story.goTo('Oracle Linux Virtualization Manager');
	story.press(keys.space);
	await story.proceed('Which releases?');
	await story.proceed('Where does each component run?');
	await story.goTo('Engine database: on which host?');
	story.press(keys.right);
	await story.see('[on a host of its own]');

	await story.proceed('What applies to Oracle Linux Virtualization Manager?');
	await story.agree('Is Kdump enabled on the KVM hosts?');
	await story.agree('Does the Manager connect over SSH to the KVM hosts?');
	await story.agree('Is the Manager administered over SSH from other systems?');
	await story.goTo('Do the KVM hosts use NFS storage?');
	await story.picture('options.svg', 'The wizard asks what applies', 'Yes or no questions about Oracle Linux Virtualization Manager. Below the highlighted one stands which lines another answer adds.');

	await story.proceed('Which ports and counts differ at this site?');
	await story.proceed('How are the networks separated?');
	await story.goTo('Separated by role, as the documents advise');
	story.press(keys.enter);

	await story.see('Which zones are there?');
	for (const [zone, network] of networks) {
		/* eslint-disable no-await-in-loop -- One zone after the other. */
		await story.goTo(zone);
		story.press(keys.enter);
		await story.see(`Zone ${zone}`);
		await story.fill('Networks', network);
		await story.proceed('Which zones are there?');
		/* eslint-enable no-await-in-loop */
	}

	await story.proceed('Which host is in which zone');
	await story.proceed('Which addresses do they have?');
	for (const [host, address] of addresses) {
		await story.fill(host, address); // eslint-disable-line no-await-in-loop
	}

	await story.proceed('What is to be said of the change?');
	for (const [field, text] of change) {
		await story.fill(field, text); // eslint-disable-line no-await-in-loop
	}

	await story.proceed('Is this what you meant?');
	await story.goTo('──▶');
	await story.picture('topology.svg', 'The review draws the topology', 'Zones as boxes with their networks, hosts and addresses; below them, which zone connects to which, on which ports, what of it is clear text, and the lines that permit it. Further tabs hold ports, lines and findings.');
	story.press(keys.right, keys.right);
	await story.see('[3 Lines]');
	await story.goTo('IPv4 TCP 22  add');
	story.press('?');
	await story.see('esc close');
	await story.picture('line.svg', 'The wizard shows all of a line', 'A line permits SSH from the administrators to the Manager. Below its addresses stand what it is for, when it is needed, and the row of the vendor document that asks for it.');
	story.press(keys.back);
	await story.see('[3 Lines]');
	story.press(keys.right);
	await story.see('[4 Findings]');
	await story.goTo('Clear text across a zone boundary');
	story.press('a');
	await story.see('Accept this finding');
	await story.fill('Reason', 'Consoles are opened over VPN only');
	await story.proceed('Is this what you meant?');
	await story.proceed('Which documents, and where?');
	await story.goTo('Look at what will be written');
	story.press(keys.enter);
	await story.see('files to branch-office?');
	story.press(keys.enter);
	await story.see('Your answers are saved');
	await story.picture('written.svg', 'The wizard names what it wrote', 'The files it created, that the request is ready, and the command that writes the same documents again without questions.');
}

/**
Run the built program and draw its screens.

@returns {Promise<Map<string, string>>} Pictures by name of their file.
*/
export async function drawScreens() {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-screens-'));
	const terminal = new ScreenTerminal({
		args: [path.join(root, 'dist/cli.cjs'), 'wizard', '--date', today],
		// From scratch: nothing of whoever runs it decides what is shown.
		environment: {
			PATH: process.env.PATH,
			HOME: folder,
			LANG: 'C.UTF-8',
			VIRT_FW_WIZARD_HOME: path.join(folder, 'profiles'),
			VIRT_FW_WIZARD_CODE_CACHE: '0',
		},
		cwd: folder,
		columns,
		rows,
	});
	try {
		const story = new Story(terminal);
		await tell(story);
		story.press(keys.leave);
		const exitCode = await terminal.waitForExit();
		if (exitCode !== 0) {
			throw new Error(`The wizard ended with ${exitCode}`);
		}

		return story.pictures;
	} finally {
		await terminal.end();
		await rm(folder, {recursive: true, force: true});
	}
}

if (isMain(import.meta.url)) {
	await build();
	const pictures = await drawScreens();
	await mkdir(screenFolder, {recursive: true});
	const files = await readdir(screenFolder);
	await Promise.all(files.filter(file => !pictures.has(file)).map(async file => rm(path.join(screenFolder, file))));
	for (const [file, picture] of pictures) {
		await writeFile(path.join(screenFolder, file), picture); // eslint-disable-line no-await-in-loop -- Small, and few.
		console.log(`${path.relative(root, path.join(screenFolder, file))}  ${picture.length} bytes`);
	}
}
