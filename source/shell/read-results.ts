import type {Plan} from '../core/model.js';
import type {TestResult} from '../core/test-case.js';
import {maxResultsLength, parseTestResults} from '../core/test-results.js';
import {deriveTestPack} from '../renderers/test-pack/cases.js';
import {readTexts} from './read-text.js';
import {UserError} from './user-error.js';

/**
Read what the test scripts of a plan wrote.

@throws {UserError} With everything that is wrong in any of the files: none of them counts then.
*/
export async function readResults(plan: Plan, files: readonly string[]): Promise<readonly TestResult[]> {
	const texts = await readTexts(files, {maxBytes: maxResultsLength});
	const {value, problems} = parseTestResults(texts, plan, deriveTestPack(plan).cases);
	if (problems) {
		throw new UserError('the results cannot be taken as evidence', {problems, hint: 'leave the file away, or run its test script again; nothing was written'});
	}

	return value;
}
