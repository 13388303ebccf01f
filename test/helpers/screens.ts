import type {Condition, Terminal} from './terminal.js';

/*
Reading the wizard's screens, and every word of them that the tests hold on to: when a wording changes, it changes here.
*/

export const words = {
	/** Words of the first screen. */
	start: {question: 'What would you like to do?', blank: 'A new design', goOn: 'Go on with', file: 'Open a profile', titleQuestion: 'What is this design called?'},
	/** Titles of the rail. */
	steps: {
		start: 'Start', products: 'Products', versions: 'Releases', placement: 'Placement', options: 'Options', parameters: 'Ports and counts', segregation: 'Segregation', zones: 'Zones',
		matrix: 'Who is where', addresses: 'Addresses', change: 'The change', review: 'Review', write: 'Write',
	},
	/** Beginnings of the questions on screens within a step. */
	screens: {zone: 'Zone ', zoneId: 'Which id is', cell: 'Which zone is', host: 'Host ', accept: 'Accept this finding', answer: 'What is the answer', confirm: /^(?:Write \d+ files?|Nothing is written)/v, done: 'Done', export: 'Where is', import: 'Import addresses'},
	presets: {flat: 'One flat network', 'management-clients': 'Management and clients', 'by-role': 'Separated by role, as', 'by-role-dmz': 'Separated by role, with a DMZ'},
	zone: {title: 'Name', trust: 'Trust', administration: 'For administrators', networks: 'Networks', vlan: 'VLAN'},
	host: {title: 'Name', count: 'Machines', cluster: 'Cluster or pool'},
	matrix: {allHosts: 'All hosts', noInterface: 'has no interface for', about: /(?<id>[a-z\d]+(?:-[a-z\d]+)*): .*Enter on its name/v},
	placements: {'own-host': 'on a host of its own', 'not-used': 'nowhere: it is not used', host: 'on the host of ', same: 'it is the '},
	change: {
		'design-title': 'Title of the design', title: 'Title of the change', ticket: 'Ticket', requester: 'Requester', owner: 'Owner', approvers: 'Approvers', contacts: 'Contacts', project: 'Project',
		environment: 'Environment', marking: 'Handling mark', reason: 'Reason', impact: 'What breaks without it', window: 'Implementation window', kind: 'Permanent or temporary', expiry: 'Last day',
		review: 'Day of review', logging: 'Logging', test: 'Who tests', rollback: 'Who rolls back',
	},
	acceptance: {reason: 'Reason', by: 'Accepted by', until: 'Until'},
	write: {folder: 'Folder', printed: 'To standard output'},
	findingId: 'Finding: ',
	/** The last key of every footer. */
	footerEnd: /(?:\^C leave|esc close)$/v,
	isCopy: 'this is a copy',
	continue: 'Continue',
	saved: 'Your answers are saved as',
	notSaved: /not saved/iv,
	couldNotBeSaved: /could not be saved/v,
	noTerminal: 'virt-fw-wizard generate',
	/** The last key of the footer while help is open. */
	closeHelp: /esc close$/v,
	leave: 'leave',
} as const;

const signs = {pointer: /^[❯>] /v, railEntry: /^(?<sign>[✓❯·+>.]) (?<title>\S.*?)(?: +(?<open>\d+)\?)?$/v, box: /^\[[ ✓x]\] /v, done: / (?:→|>>)$/v};

/** Whether a line is the first of a screen: the program's name, or the place where there is no room for the list of steps. */
export const isHeader = (line: string): boolean => line.startsWith('virt-fw-wizard') || /^\d+\/\d+ \S/v.test(line);

/** Columns of the list of steps, with the space behind it. */
const railColumns = 23;

/** What a screen of the wizard shows. */
export type Shown = {
	/** The step, from the rail or the header. */
	readonly step: string;
	/** Which step it is, as text: its number where there is no rail. */
	readonly place: string;
	/** Titles of the rail with how much is open. */
	readonly rail: ReadonlyArray<{readonly title: string; readonly open: number}>;
	readonly question: string;
	/** The middle part from below the question, without the rail. */
	readonly main: readonly string[];
	/** Line of `main` that is highlighted; -1 for none. */
	readonly at: number;
	/** Its text without the mark; empty for none. */
	readonly focused: string;
	/** What stands below it and further right: an answer under its question. */
	readonly below: string;
	/** The heading above it. */
	readonly group: string;
	/** Several entries can be selected here. */
	readonly isMulti: boolean;
	/** The highlighted row is the one that goes on. */
	readonly isDone: boolean;
};

/** Read a screen; undefined while there is none of the wizard. */
export function readScreen(lines: readonly string[]): Shown | undefined {
	const [header = ''] = lines;
	if (!isHeader(header)) {
		return undefined;
	}

	// Where there is no room for the steps the question begins the line, and that is no sign.
	const isRail = signs.railEntry.test((lines[2] ?? '').slice(0, railColumns).trimEnd());
	const rail = isRail ? lines.slice(2).map(line => signs.railEntry.exec(line.slice(0, railColumns).trimEnd())).flatMap(match => match === null ? [] : [match.groups!]) : [];
	const current = rail.find(({sign}, index) => sign === '❯' || (sign === '>' && index >= 0));
	const middle = lines.slice(2).map(line => isRail ? line.slice(railColumns) : line);
	const [question = ''] = middle;
	const main = middle.slice(1);
	const focus = readFocus(main);
	return {
		step: current?.['title'] ?? /^\d+\/\d+ (?<title>.*?)(?: {2,}|$)/v.exec(header)?.groups?.['title'] ?? words.steps.start,
		place: isRail ? (current?.['title'] ?? '') : (/^(?<place>\d+\/\d+) /v.exec(header)?.groups?.['place'] ?? ''),
		rail: rail.map(({title, open}) => ({title: title!, open: Number(open ?? 0)})),
		question,
		main,
		...focus,
	};
}

/** What is highlighted. */
function readFocus(main: readonly string[]): Pick<Shown, 'at' | 'focused' | 'below' | 'group' | 'isMulti' | 'isDone'> {
	const at = main.findIndex(line => signs.pointer.test(line));
	const focused = at === -1 ? '' : main[at]!.slice(2).trimEnd();
	return {
		at,
		focused,
		below: at !== -1 && /^ {4}\S/v.test(main[at + 1] ?? '') ? main[at + 1]!.trim() : '',
		group: main.slice(0, Math.max(0, at)).findLast(line => /^\S/v.test(line) && !signs.pointer.test(line))?.trim() ?? '',
		isMulti: signs.box.test(focused),
		isDone: signs.done.test(focused) || focused.startsWith(words.continue),
	};
}

/** A condition on a screen of the wizard. */
export function shows<Value>(condition: (shown: Shown) => Value | undefined | false): Condition<Value> {
	return lines => {
		const shown = readScreen(lines);
		return shown === undefined ? undefined : condition(shown);
	};
}

/** The screen as it is now. */
export function look(terminal: Terminal): Shown {
	const shown = readScreen(terminal.screen());
	if (shown === undefined) {
		throw new Error(`This is no screen of the wizard:\n${terminal.screen().join('\n')}`);
	}

	return shown;
}

/** A condition: a step is shown, and none of the screens within it. */
export const isAt = (step: string) => shows(shown => isStep(shown.step, step) || undefined);

/** Whether a step as it is shown is the one of a title; in a narrow terminal its end is cut off. */
export function isStep(shown: string, title: string): boolean {
	return shown === title || (/(?:…|\.{3})$/v.test(shown) && title.startsWith(shown.replace(/(?:…|\.{3})$/v, '')));
}

/** A condition: a question is asked. */
export const asks = (question: string | RegExp) => shows(shown => (typeof question === 'string' ? shown.question.startsWith(question) : question.test(shown.question)) || undefined);

const endsWithHelp = (lines: readonly string[]) => (lines.findLast(line => line !== '') ?? '').endsWith('esc close');

/** A condition: help is open. */
export const isHelp: Condition<true> = lines => endsWithHelp(lines) || undefined;

/** A condition: help is closed. */
export const isNoHelp: Condition<true> = lines => (readScreen(lines) !== undefined && !endsWithHelp(lines)) || undefined;
