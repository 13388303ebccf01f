import {showLine} from '../../core/text.js';
import {readBuiltInCatalog, listStarters} from '../../shell/package-files.js';
import {findProfileFolder, listSavedNames} from '../../shell/profile-folder.js';
import {UserError} from '../../shell/user-error.js';
import type {nameKinds} from '../command.js';

/** Names that are known only now. Somebody is in the middle of typing: what cannot be read is not there. */
export function listNames(kind: (typeof nameKinds)[number]): string[] {
	switch (kind) {
		case 'profiles': {
			return listSaved();
		}

		case 'starters': {
			return listStarters().map(({name}) => name);
		}

		case 'products': {
			return Object.keys(readBuiltInCatalog().products).map(id => showLine(id));
		}
	}
}

function listSaved(): string[] {
	try {
		return listSavedNames(findProfileFolder());
	} catch (error) {
		if (error instanceof UserError) {
			return [];
		}

		throw error;
	}
}
