import type {Control} from '../control.js';
import {span} from '../text/styled.js';
import {wrapLine} from '../text/width.js';
import {askExport} from './start.js';
import type {Step} from './step.js';

/*
Screens that can be opened on every step of a design.
*/

type CommonScreen = {
	readonly step: string;
	/** Name of the design. */
	readonly name: string;
	readonly steps: ReadonlyArray<Pick<Step, 'id' | 'title'>>;
	/** How much of each step is open. */
	readonly open: ReadonlyMap<string, number>;
};

/** By their name in a location: the design as a file, as when it cannot be saved; the question whether to leave without it; and the steps. */
export const commonScreens = {
	'export-design': ({name}: CommonScreen): Control => askExport(undefined, name),
	leave: ({step}: CommonScreen): Control => ({
		kind: 'list',
		question: 'Leave, although the answers could not be saved?',
		entries: [
			{id: 'export', label: 'Write them to a file first', about: [{text: 'A profile in YAML, from which the wizard goes on and every command reads.'}]},
			{id: 'stay', label: 'Stay', about: []},
			{id: 'leave', label: 'Leave: the answers are lost', about: [{text: 'Nothing of this design is kept but what was saved before.', tone: 'danger'}]},
		],
		pick: id => id === 'leave' ? {command: {kind: 'quit'}} : {go: id === 'export' ? {step, within: {screen: 'export-design', about: ''}} : {step}},
	}),
	steps: ({steps, step: current, open}: CommonScreen): Control => ({
		kind: 'list',
		question: 'Go to which step?',
		entries: steps.map(({id, title}) => {
			const count = open.get(id) ?? 0;
			return {id, label: title, ...(count > 0 ? {note: `${count} to answer`} : {}), about: []};
		}),
		initial: current,
		pick: step => ({go: {step}}),
	}),
} as const satisfies Readonly<Record<string, (context: CommonScreen) => Control>>;

export type CommonScreenName = keyof typeof commonScreens;

/** Help while there is no design. */
export const startHelp: Control = {
	kind: 'text',
	question: 'Help',
	lines: columns => [
		'A design is a set of answers. Every answer is on disk before the next question: leave at any time, and go on where you were.',
		'',
		'Choose where to begin with the arrow keys (or j and k) and enter. / finds an entry by its words. r renames, y copies, d deletes and x exports the saved profile that is highlighted.',
		'',
		'ctrl+c leaves, ctrl+z puts the wizard aside.',
	].flatMap(text => text === '' ? [[]] : wrapLine([span(text)], columns)),
};
