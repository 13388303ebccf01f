import {findFreeName, findNameProblem, formatName} from '../../core/profile/names.js';
import type {ProfileSummary} from '../../core/profile/summary.js';
import {compare} from '../../core/problem.js';
import {findUnfitCharacter} from '../../core/text.js';
import type {Control, Entry, Field, Result} from '../control.js';
import type {Step, StepContext} from './step.js';

/*
The first screen. It is drawn before anything else is loaded, so that this file imports little.
*/

/** As the schema of profiles has it, which is not loaded yet. */
const maxTitleLength = 200;

const prefix = {saved: 'saved:', starter: 'starter:'} as const;

export const startStep: Step<StepContext> = {
	id: 'start',
	title: 'Start',
	control(context) {
		const {screen = '', about = ''} = context.location.within ?? {};
		switch (screen) {
			case 'title': {
				return askTitle(about, context);
			}

			case 'file': {
				return askFile();
			}

			case 'rename':
			case 'copy': {
				return askName(screen, about, context);
			}

			case 'delete': {
				return confirmDeletion(about, context);
			}

			case 'export': {
				return askExport(about, about);
			}

			default: {
				return listBeginnings(context);
			}
		}
	},
};

function listBeginnings({saved, starters}: StepContext): Control {
	const [latest, ...others] = saved.filter(({problem}) => problem === undefined).toSorted((a, b) => compare(b.updated, a.updated));
	const isInterrupted = latest !== undefined && !latest.isFinished;
	const entries: Entry[] = [
		...(isInterrupted ? [describeSaved(latest, 'Continue')] : []),
		{id: 'new', label: 'A new design, from an empty page', group: 'New', about: [{text: 'Choose products, say where their components run and how the networks are separated. Every answer is saved at once.'}]},
		...[...(latest === undefined || isInterrupted ? [] : [latest]), ...others].map(profile => describeSaved(profile, 'Saved')),
		...saved.filter(({problem}) => problem !== undefined).map(profile => describeSaved(profile, 'Saved')),
		...starters.map(({name, title, description}) => ({id: prefix.starter + name, label: title, group: 'From an example', about: [{text: description ?? 'A design to begin with; change what differs.'}, {text: 'Its products, answers, zones and placements; networks, addresses and the change record are yours to give.', tone: 'muted' as const}]})),
		{id: 'file', label: 'Open a profile from a file', group: 'File', about: [{text: 'A profile in YAML or JSON. The file is read, and the design is saved beside your others.'}]},
	];
	return {
		kind: 'list',
		question: 'What would you like to do?',
		isFirst: true,
		entries,
		pick: id => pickBeginning(id, saved),
		actions: [
			onSaved('r', 'rename', name => ({go: {step: 'start', within: {screen: 'rename', about: name}}})),
			onSaved('y', 'copy', name => ({go: {step: 'start', within: {screen: 'copy', about: name}}})),
			onSaved('x', 'export', name => ({go: {step: 'start', within: {screen: 'export', about: name}}})),
			onSaved('d', 'delete', name => ({go: {step: 'start', within: {screen: 'delete', about: name}}})),
		].filter(() => saved.length > 0),
	};
}

function describeSaved({name, title, chosen, updated, isFinished, problem}: ProfileSummary, group: string): Entry {
	const about = chosen.length === 0 ? 'no product chosen yet' : chosen.join(', ');
	return {
		id: prefix.saved + name,
		label: group === 'Continue' ? `Go on with "${title}"` : title,
		note: name,
		group,
		about: problem === undefined
			? [{text: `${about}. ${isFinished ? 'Its documents were written.' : 'Its documents are still to be written.'}`}, {text: `Saved as ${name}, last answer ${updated.slice(0, 16).replace('T', ' ')} UTC`, tone: 'muted'}]
			: [{text: `It cannot be opened: ${problem}`, tone: 'danger'}],
	};
}

function onSaved(key: string, label: string, run: (name: string) => Result): {readonly key: string; readonly label: string; readonly run: (id: string | undefined) => Result} {
	return {
		key,
		label,
		run: id => id?.startsWith(prefix.saved) ? run(id.slice(prefix.saved.length)) : {message: {text: `To ${label}, highlight a saved profile first`, tone: 'warning'}},
	};
}

function pickBeginning(id: string, saved: readonly ProfileSummary[]): Result {
	if (id.startsWith(prefix.saved)) {
		const name = id.slice(prefix.saved.length);
		const problem = saved.find(profile => profile.name === name)?.problem;
		return problem === undefined ? {command: {kind: 'open', name}} : {message: {text: `It cannot be opened: ${problem}`, tone: 'danger'}};
	}

	return {go: {step: 'start', within: id === 'file' ? {screen: 'file', about: ''} : {screen: 'title', about: id.startsWith(prefix.starter) ? id.slice(prefix.starter.length) : ''}}};
}

function askTitle(starter: string, {starters, saved}: StepContext): Control {
	const known = starters.find(({name}) => name === starter);
	const title: Field = {kind: 'text', id: 'title', label: 'Title', value: '', placeholder: known?.title ?? 'Virtualization estate', about: [{text: 'It stands above every document; you can change it later. Enter takes the one that is proposed.'}]};
	return {
		kind: 'form',
		question: 'What is this design called?',
		fields: [title],
		done: 'Begin',
		submit({title: typed = ''}) {
			const text = typed.trim() === '' ? (known?.title ?? 'Virtualization estate') : typed.trim();
			const problem = text.length > maxTitleLength ? `at most ${maxTitleLength} characters` : findUnfitCharacter(text, {multiline: false});
			if (problem !== undefined) {
				return {problems: {title: problem}};
			}

			return {command: {kind: 'start', starter: starter === '' ? undefined : starter, title: text, name: makeName(known?.title === text ? starter : text, saved)}};
		},
	};
}

/** A name that is free, made of the words of a title. */
function makeName(title: string, saved: readonly ProfileSummary[]): string {
	const taken = new Set(saved.map(({name}) => name));
	return findFreeName(formatName(title), name => taken.has(name));
}

function askFile(): Control {
	return {
		kind: 'form',
		question: 'Which file?',
		fields: [{kind: 'text', id: 'file', label: 'File', value: '', example: 'profile.yaml', about: [{text: 'A path from the folder you are in, or an absolute one.'}]}],
		done: 'Open',
		submit: ({file = ''}) => file.trim() === '' ? {problems: {file: 'name a file, as profile.yaml'}} : {command: {kind: 'open-file', file: file.trim()}},
	};
}

function askName(kind: 'rename' | 'copy', name: string, {saved}: StepContext): Control {
	const taken = new Set(saved.map(profile => profile.name));
	return {
		kind: 'form',
		question: kind === 'rename' ? `What is "${name}" to be called?` : `What is the copy of "${name}" to be called?`,
		fields: [{kind: 'text', id: 'name', label: 'Name', value: kind === 'rename' ? name : makeName(name, saved), about: [{text: 'Lower-case letters, digits and single hyphens: it is also what commands take as <profile>.'}]}],
		done: kind === 'rename' ? 'Rename' : 'Copy',
		submit({name: to = ''}) {
			const problem = findNameProblem(to);
			if (problem !== undefined) {
				return {problems: {name: `${problem.message} (${problem.hint})`}};
			}

			return taken.has(to) && to !== name ? {problems: {name: `there is a profile "${to}" already`}} : {command: {kind, name, to}};
		},
	};
}

function confirmDeletion(name: string, {saved}: StepContext): Control {
	const title = saved.find(profile => profile.name === name)?.title ?? name;
	return {
		kind: 'list',
		question: `Delete the saved profile "${title}" (${name})?`,
		entries: [
			{id: 'keep', label: 'No, keep it', about: []},
			{id: 'delete', label: 'Yes, delete it', about: [{text: 'Its answers are gone then. Documents that were written stay where they are.', tone: 'warning'}]},
		],
		pick: id => id === 'delete' ? {command: {kind: 'remove', name}} : {go: {step: 'start'}},
	};
}

/**
Ask for the file of a profile.

@param saved - Its name in the store; undefined for the design that is open.
*/
export function askExport(saved: string | undefined, name: string): Control {
	return {
		kind: 'form',
		question: `Where is "${name}" to be written?`,
		fields: [{kind: 'text', id: 'file', label: 'File', value: `${name}.yaml`, about: [{text: 'A new file in YAML, which every command reads. A file that exists is left alone.'}]}],
		done: 'Export',
		submit: ({file = ''}) => file.trim() === '' ? {problems: {file: 'name a file, as profile.yaml'}} : {command: {kind: 'export', name: saved, file: file.trim()}},
	};
}
