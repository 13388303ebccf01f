import {showLine} from '../core/text.js';
import {findOnPath, findPathStyle, readVariable, type Machine} from './find-program.js';
import {UserError} from './user-error.js';

/*
Browsers that puppeteer can drive. None is ever downloaded: what draws pictures of a firewall request is what somebody decided to install.
*/
const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge', 'microsoft-edge-stable', 'chrome', 'msedge', 'brave-browser'];

/** Variables that other programs of this kind read as well. */
const variables = ['PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'];

/**
The browser to draw with: the one somebody names, one of the search path, or one in its usual place.

@param named - What `--browser` says.
@returns An absolute path; undefined when there is none.
@throws {UserError} When a browser is named, by the option or a variable, that cannot be run.
*/
export function findBrowser(named: string | undefined, machine: Machine): string | undefined {
	const option = {source: '--browser', file: named};
	const wanted = [option, ...variables.map(source => ({source, file: readVariable(machine, source)}))].find(({file}) => file !== undefined);
	return wanted?.file === undefined
		? findOnPath(names, machine) ?? listPlaces(machine).find(file => machine.look(file) === 'program')
		: requireProgram(wanted.file, wanted.source, machine);
}

const faults = {
	nothing: 'and nothing is there',
	folder: 'which is a folder',
	file: 'which is no file that may be run',
};

function requireProgram(named: string, source: string, machine: Machine): string {
	const file = findPathStyle(machine).resolve(machine.cwd, named);
	const found = machine.look(file);
	if (found !== 'program') {
		const isOption = source === '--browser';
		throw new UserError(`${source} names "${showLine(named, 200)}" as the browser, ${faults[found]}`, {hint: `${isOption ? 'name' : 'let it name'} the program itself, as ${listPlaces(machine)[0]!}; or ${isOption ? 'leave it away' : 'unset it'}, and browsers are looked for`});
	}

	return file;
}

/** Where browsers are that are on no search path. */
function listPlaces(machine: Machine): string[] {
	const {join} = findPathStyle(machine);
	if (machine.platform === 'darwin') {
		const home = readVariable(machine, 'HOME');
		const folders = ['/Applications', ...(home === undefined ? [] : [join(home, 'Applications')])];
		return ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].flatMap(name => folders.map(folder => join(folder, `${name}.app`, 'Contents/MacOS', name)));
	}

	if (machine.platform === 'win32') {
		const known = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(name => readVariable(machine, name) ?? []);
		const folders = known.length === 0 ? [String.raw`C:\Program Files`] : known;
		const usual = [String.raw`Google\Chrome\Application\chrome.exe`, String.raw`Chromium\Application\chrome.exe`, String.raw`Microsoft\Edge\Application\msedge.exe`];
		return usual.flatMap(place => folders.map(folder => join(folder, place)));
	}

	return ['/usr/bin/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium', '/usr/lib/chromium/chromium'];
}

const installers = [
	['apt-get', 'sudo apt-get install chromium'],
	['dnf', 'sudo dnf install chromium'],
	['zypper', 'sudo zypper install chromium'],
	['pacman', 'sudo pacman -S chromium'],
	['apk', 'sudo apk add chromium'],
] as const;

/** The command that installs a browser on a machine. */
export function findBrowserInstaller(machine: Machine): string {
	if (machine.platform === 'darwin') {
		return 'brew install --cask google-chrome';
	}

	return machine.platform === 'win32'
		? 'winget install Google.Chrome'
		: (installers.find(([name]) => findOnPath([name], machine) !== undefined) ?? installers[0])[1];
}
