import type {Plan} from '../core/model.js';
import {makePlan} from '../shell/make-plan.js';
import {readCatalog} from '../shell/read-catalog.js';
import {readProfile} from '../shell/read-profile.js';
import type {CommandInput} from './command.js';

/**
The plan that a command is about: of its first word, `<profile>`, with `--catalog`, `--date` and `--previous`.

@throws {UserError} When one of them cannot be read.
*/
export async function readDesign({words, values}: Pick<CommandInput, 'words' | 'values'>): Promise<Plan> {
	const catalog = await readCatalog(values['catalog']);
	return makePlan(catalog, await readProfile(words[0]!, catalog), {date: values['date'], previous: values['previous']});
}
