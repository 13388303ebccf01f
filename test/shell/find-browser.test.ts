import test from 'ava';
import {findBrowser, findBrowserInstaller} from '../../source/shell/find-browser.js';
import type {Machine} from '../../source/shell/find-program.js';
import {UserError} from '../../source/shell/user-error.js';

type Parts = {
	readonly environment?: Machine['environment'];
	readonly programs?: readonly string[];
	readonly files?: readonly string[];
	readonly folders?: readonly string[];
};

function makeMachine(platform: NodeJS.Platform, {environment = {}, programs = [], files = [], folders = []}: Parts): Machine {
	return {
		platform,
		environment,
		cwd: platform === 'win32' ? String.raw`C:\Users\dana` : '/home/dana',
		look(file) {
			if (programs.includes(file)) {
				return 'program';
			}

			return files.includes(file) ? 'file' : (folders.includes(file) ? 'folder' : 'nothing');
		},
	};
}

test('the option is obeyed before the variables, and those before what is found', t => {
	const programs = ['/opt/a', '/opt/b', '/opt/c', '/usr/bin/chromium'];
	const environment = {PATH: '/usr/bin', PUPPETEER_EXECUTABLE_PATH: '/opt/b', CHROME_PATH: '/opt/c'};
	t.is(findBrowser('/opt/a', makeMachine('linux', {environment, programs})), '/opt/a');
	t.is(findBrowser(undefined, makeMachine('linux', {environment, programs})), '/opt/b');
	t.is(findBrowser(undefined, makeMachine('linux', {environment: {...environment, PUPPETEER_EXECUTABLE_PATH: undefined}, programs})), '/opt/c');
	t.is(findBrowser(undefined, makeMachine('linux', {environment: {...environment, PUPPETEER_EXECUTABLE_PATH: '', CHROME_PATH: ''}, programs})), '/usr/bin/chromium');
});

test('a browser is named from the folder somebody is in', t => {
	t.is(findBrowser('tools/chrome', makeMachine('linux', {programs: ['/home/dana/tools/chrome']})), '/home/dana/tools/chrome');
	t.is(findBrowser(String.raw`tools\chrome.exe`, makeMachine('win32', {programs: [String.raw`C:\Users\dana\tools\chrome.exe`]})), String.raw`C:\Users\dana\tools\chrome.exe`);
});

test('a browser that is named and cannot be run is not replaced by another: what, where it was named, and why', t => {
	const parts = {environment: {PATH: '/usr/bin'}, programs: ['/usr/bin/chromium'], files: ['/opt/readme'], folders: ['/opt']};
	const nothing = t.throws(() => findBrowser('/opt/none', makeMachine('linux', parts)), {instanceOf: UserError});
	t.is(nothing.message, '--browser names "/opt/none" as the browser, and nothing is there');
	t.is(nothing.hint, 'name the program itself, as /usr/bin/chromium; or leave it away, and browsers are looked for');
	t.throws(() => findBrowser('/opt/readme', makeMachine('linux', parts)), {message: '--browser names "/opt/readme" as the browser, which is no file that may be run'});
	t.throws(() => findBrowser('/opt', makeMachine('linux', parts)), {message: '--browser names "/opt" as the browser, which is a folder'});
	for (const name of ['PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH']) {
		const error = t.throws(() => findBrowser(undefined, makeMachine('linux', {...parts, environment: {...parts.environment, [name]: '/opt/none\u{1B}[2J'}})), {instanceOf: UserError});
		t.regex(error.message, new RegExp(`^${name} names "/opt/none`, 'v'));
		t.false(error.message.includes('\u{1B}'));
		t.regex(error.hint!, /unset it/v);
	}
});

test('Linux: names of the search path in their order, then the usual places', t => {
	const environment = {PATH: '/a:relative::/b'};
	t.is(findBrowser(undefined, makeMachine('linux', {environment, programs: ['/a/chromium', '/b/google-chrome-stable', '/b/microsoft-edge']})), '/b/google-chrome-stable');
	t.is(findBrowser(undefined, makeMachine('linux', {environment, programs: ['/b/chromium-browser'], files: ['/a/google-chrome'], folders: ['/a/chromium']})), '/b/chromium-browser');
	t.is(findBrowser(undefined, makeMachine('linux', {environment, programs: ['/b/microsoft-edge']})), '/b/microsoft-edge');
	t.is(findBrowser(undefined, makeMachine('linux', {environment: {}, programs: ['/snap/bin/chromium']})), '/snap/bin/chromium');
});

test('what lies in the folder somebody is in is not run for its name', t => {
	t.is(findBrowser(undefined, makeMachine('linux', {environment: {PATH: '.::relative'}, programs: ['/home/dana/chromium', 'relative/chromium', './chromium', 'chromium']})), undefined);
});

test('macOS: applications of the system, then of the user', t => {
	const chrome = 'Google Chrome.app/Contents/MacOS/Google Chrome';
	const environment = {PATH: '/usr/bin', HOME: '/Users/dana'};
	t.is(findBrowser(undefined, makeMachine('darwin', {environment, programs: [`/Users/dana/Applications/${chrome}`, `/Applications/${chrome}`]})), `/Applications/${chrome}`);
	t.is(findBrowser(undefined, makeMachine('darwin', {environment, programs: [`/Users/dana/Applications/${chrome}`]})), `/Users/dana/Applications/${chrome}`);
	t.is(findBrowser(undefined, makeMachine('darwin', {environment: {}, programs: ['/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge']})), '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge');
});

test('Windows: programs of the search path, then of the folders for programs, Edge last', t => {
	const environment = {Path: String.raw`C:\Windows;D:\tools`, ProgramFiles: String.raw`C:\Program Files`, 'ProgramFiles(x86)': String.raw`C:\Program Files (x86)`, LocalAppData: String.raw`C:\Users\dana\AppData\Local`};
	const edge = String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`;
	const own = String.raw`C:\Users\dana\AppData\Local\Google\Chrome\Application\chrome.exe`;
	t.is(findBrowser(undefined, makeMachine('win32', {environment, programs: [edge, own, String.raw`D:\tools\chromium.exe`]})), String.raw`D:\tools\chromium.exe`);
	t.is(findBrowser(undefined, makeMachine('win32', {environment, programs: [edge, own]})), own);
	t.is(findBrowser(undefined, makeMachine('win32', {environment, programs: [edge]})), edge);
	t.is(findBrowser(undefined, makeMachine('win32', {environment: {...environment, chrome_path: edge}, programs: [edge, own]})), edge);
});

test('without a browser there is none, and the command that adds one is that of the system', t => {
	t.is(findBrowser(undefined, makeMachine('linux', {})), undefined);
	t.is(findBrowserInstaller(makeMachine('linux', {environment: {PATH: '/usr/bin'}, programs: ['/usr/bin/dnf']})), 'sudo dnf install chromium');
	t.is(findBrowserInstaller(makeMachine('linux', {})), 'sudo apt-get install chromium');
	t.is(findBrowserInstaller(makeMachine('darwin', {})), 'brew install --cask google-chrome');
	t.is(findBrowserInstaller(makeMachine('win32', {})), 'winget install Google.Chrome');
});
