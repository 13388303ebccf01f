import type {Plan} from '../core/model.js';
import type {TestResult} from '../core/test-case.js';
import {maxResultsLength, parseTestResults} from '../core/test-results.js';
import {deriveTestPack} from '../renderers/test-pack/cases.js';
import {nameFile, readText} from './read-text.js';
import {UserError} from './user-error.js';

/**
Read what the test scripts of a plan wrote.

@throws {UserError} With everything that is wrong in any of the files: none of them counts then.
*/
export async function readResults(plan: Plan, files: readonly string[]): Promise<readonly TestResult[]> {
	const texts: Array<{readonly name: string; readonly text: string}> = [];
	for (const file of files) {
		// eslint-disable-next-line no-await-in-loop -- Standard input, and memory, are there once.
		texts.push({name: nameFile(file), text: await readText(file, {maxBytes: maxResultsLength})});
	}

	const {value, problems} = parseTestResults(texts, plan, deriveTestPack(plan).cases);
	if (problems) {
		throw new UserError('the results cannot be taken as evidence', {problems, hint: 'leave the file away, or run its test script again; nothing was written'});
	}

	return value;
}
