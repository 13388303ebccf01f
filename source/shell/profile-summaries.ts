import type {ProfileSummary} from '../core/profile/summary.js';
import {showLine} from '../core/text.js';
import {findProfileFolder, findProfilePath, listSavedNames, readSavedText} from './profile-folder.js';
import type {ProfileStore} from './profile-store.js';

/**
List the saved profiles.

@param store - Checks each of them. Without it, as long as it is not loaded, only what a list needs is looked at; whoever opens one checks it.
*/
export function listSavedSummaries(store: ProfileStore | undefined): ProfileSummary[] {
	try {
		return store === undefined
			? listSavedNames(findProfileFolder()).map(name => summarize(name))
			: store.list().map(profile => profile.kind === 'saved' ? profile : describeBroken(profile.name, profile.kind === 'newer' ? 'a newer version of this program saved it' : profile.problems[0]?.message ?? 'it is damaged'));
	} catch {
		// A folder that cannot be read is told when something is to be saved in it.
		return [];
	}
}

function describeBroken(name: string, problem: string): ProfileSummary {
	return {name, title: name, chosen: [], updated: '', isFinished: true, problem};
}

function summarize(name: string): ProfileSummary {
	const read = readSavedText(findProfilePath(findProfileFolder()!, name));
	if (read?.text === undefined) {
		return describeBroken(name, read === undefined ? 'it is gone' : read.reason);
	}

	try {
		const {updated, isFinished, draft} = JSON.parse(read.text) as {readonly updated: unknown; readonly isFinished: unknown; readonly draft: {readonly title: unknown; readonly chosen: unknown}};
		const chosen = Array.isArray(draft.chosen) ? draft.chosen.filter(id => typeof id === 'string') : [];
		return {
			name,
			title: typeof draft.title === 'string' ? showLine(draft.title, 200) : name,
			chosen,
			updated: typeof updated === 'string' ? updated : '',
			isFinished: isFinished === true,
		};
	} catch {
		return describeBroken(name, 'it is no JSON of this program');
	}
}
