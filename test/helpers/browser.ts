import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import puppeteer, {type Browser} from 'puppeteer';

/** The browser of this machine that tests use; undefined where there is none. */
export const browserPath = [process.env['PUPPETEER_EXECUTABLE_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(file => file !== undefined && existsSync(file));

/** Start a browser with a profile of its own, which asks nobody for anything by itself. */
export async function startBrowser(): Promise<{readonly browser: Browser; readonly stop: () => Promise<void>}> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-browser-'));
	const browser = await puppeteer.launch({
		executablePath: browserPath!,
		userDataDir: folder,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-dev-shm-usage',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	return {
		browser,
		async stop() {
			await browser.close();
			await rm(folder, {recursive: true, force: true});
		},
	};
}
