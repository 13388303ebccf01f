import path from 'node:path';
import {completeProfile, openProfile} from '../core/profile/draft.js';
import {formatProfile} from '../core/profile/format.js';
import type {ProfileRecord} from '../core/profile/record.js';
import {formatProblems, suggest} from '../core/problem.js';
import {own} from '../core/records.js';
import {showLine} from '../core/text.js';
import {confirm, isTerminal} from '../shell/confirm.js';
import {readBuiltInCatalog} from '../shell/package-files.js';
import {listSavedNames} from '../shell/profile-folder.js';
import {formatHolder, ProfileStore, type SavedProfile, type SaveResult} from '../shell/profile-store.js';
import {readCatalog} from '../shell/read-catalog.js';
import {findProfileFile, readProfileFile, readSavedProfile} from '../shell/read-profile.js';
import {UserError} from '../shell/user-error.js';
import {writeFile} from '../shell/write-file.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';

/** `profiles`: what the wizard saved. */
export async function runProfiles(input: CommandInput): Promise<number> {
	const subcommand = input.words[0]!;
	const words = input.words.slice(1);
	const store = new ProfileStore();
	if (subcommand === 'list') {
		return runList(input, store);
	}

	if (subcommand === 'import') {
		return runImport(input, store, words[0]!);
	}

	const name = requireName(store, words[0]);
	switch (subcommand) {
		case 'show': {
			return runShow(input, store.read(name));
		}

		case 'export': {
			return runExport(input, name);
		}

		case 'delete': {
			return runDelete(input, store, name);
		}

		default: {
			const newName = words[1];
			if (newName === undefined) {
				throw new UserError(`which name shall ${subcommand === 'copy' ? 'the copy' : 'it'} have?`, {hint: `virt-fw-wizard profiles ${subcommand} ${name} ${store.uniqueName(name)}`});
			}

			await store.prepare();
			return subcommand === 'copy'
				? tell(input, store.copy(name, newName), `"${name}" is copied to "${newName}"`)
				: tell(input, store.rename(name, newName), `"${name}" is called "${newName}" now`);
		}
	}
}

function requireName(store: ProfileStore, name: string | undefined): string {
	const saved = listSavedNames(store.folder);
	if (name === undefined) {
		throw new UserError('which saved profile?', {hint: saved.length === 0 ? 'none is saved yet' : `one of ${saved.join(', ')}`});
	}

	if (!store.has(name)) {
		throw new UserError(`there is no saved profile "${showLine(name, 80)}"`, {hint: saved.length === 0 ? 'none is saved yet' : suggest(name, saved)});
	}

	return name;
}

function tell({switches, write, writeError}: CommandInput, {record, notes}: SaveResult, message: string): number {
	if (switches.has('json')) {
		write(formatJson({name: record.draft.name, notes}));
	} else {
		writeError([message, ...notes].map(line => `${showLine(line)}\n`).join(''));
	}

	return exitCodes.done;
}

function runList({switches, write, writeError}: CommandInput, store: ProfileStore): number {
	const profiles = store.list();
	if (switches.has('json')) {
		write(formatJson({folder: store.folder, profiles}));
		return exitCodes.done;
	}

	const {products} = readBuiltInCatalog();
	write(profiles.map(profile => `${showLine(formatEntry(profile, id => own(products, id)?.name ?? id))}\n`).join(''));
	writeError(formatProblems(profiles.flatMap(profile => profile.kind === 'saved' ? [] : profile.problems)));
	writeError(store.folder === undefined ? 'No profile is saved: the system knows no home folder of this user.\n' : `${profiles.length === 0 ? 'No' : profiles.length} profile${profiles.length === 1 ? ' is' : 's are'} saved in ${showLine(store.folder)}\n`.replace('No profiles are', 'No profile is'));
	return exitCodes.done;
}

function formatEntry(profile: SavedProfile, formatProduct: (id: string) => string): string {
	if (profile.kind !== 'saved') {
		return `${profile.name}: ${profile.kind === 'newer' ? 'saved by a newer version of this program' : 'damaged'}`;
	}

	const {name, title, chosen, updated, isFinished} = profile;
	return `${name}: ${title} (${chosen.length === 0 ? 'no product yet' : chosen.map(id => formatProduct(id)).join(', ')}; ${isFinished ? '' : 'not finished, '}saved ${formatTime(updated)})`;
}

function formatTime(time: string): string {
	return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

async function runShow({values, switches, write}: CommandInput, record: ProfileRecord): Promise<number> {
	if (switches.has('json')) {
		write(formatJson(record));
		return exitCodes.done;
	}

	// Also what is not finished or not right is shown.
	const profile = completeProfile(record.draft, await readCatalog(values['catalog']));
	write(`# Saved ${formatTime(record.updated)}${record.isFinished ? '' : ', not finished'}\n${formatProfile(profile)}`);
	return exitCodes.done;
}

async function runExport({values, switches, write, writeError}: CommandInput, name: string): Promise<number> {
	const {out} = values;
	if (switches.has('force') && (out === undefined || out === '-')) {
		throw new UserError('--force is about the file of --out', {hint: 'name one with --out, or leave --force away'});
	}

	const text = formatProfile(await readSavedProfile(name, await readCatalog(values['catalog'])));
	if (out === undefined || out === '-') {
		write(text);
	} else {
		writeFile(out, text, {force: switches.has('force')});
		writeError(`"${name}" is exported to ${showLine(path.normalize(out))}\n`);
	}

	return exitCodes.done;
}

async function runImport(input: CommandInput, store: ProfileStore, argument: string): Promise<number> {
	const profile = await readProfileFile(findProfileFile(argument), await readCatalog(input.values['catalog']));
	const name = input.values['name'] ?? profile.name;
	if (store.list().some(saved => saved.name === name && saved.kind !== 'damaged')) {
		throw new UserError(`there is a saved profile "${name}" already`, {hint: `choose another name, as --name ${store.uniqueName(name)}`});
	}

	await store.prepare();
	return tell(input, store.create({draft: {...openProfile(profile), name}, isFinished: true}), `the profile is saved as "${name}"`);
}

async function runDelete({switches, write, writeError}: CommandInput, store: ProfileStore, name: string): Promise<number> {
	const holder = store.findHolder(name);
	if (holder !== undefined) {
		throw new UserError(`"${name}" is open in ${formatHolder(holder)}`, {hint: `close it there first; if there is none, remove ${showLine(holder.file)}`});
	}

	if (!switches.has('yes')) {
		if (!isTerminal()) {
			throw new UserError('without a terminal nobody can be asked', {hint: `virt-fw-wizard profiles delete ${name} --yes removes it for good`});
		}

		const found = store.list().find(saved => saved.name === name);
		const title = found?.kind === 'saved' ? `"${name}" (${showLine(found.title)})` : `"${name}", which cannot be read,`;
		if (!await confirm(`Delete ${title} for good?`)) {
			writeError('Nothing was deleted.\n');
			return exitCodes.no;
		}
	}

	store.remove(name);
	if (switches.has('json')) {
		write(formatJson({name}));
	} else {
		writeError(`"${name}" is deleted\n`);
	}

	return exitCodes.done;
}
