import type {Check} from './check.js';

const parts = {
	test: {message: 'The change names nobody who tests the lines after they are in', remedy: 'Set change.test with a responsible person'},
	rollback: {message: 'The change names nobody who takes the lines out again if something breaks', remedy: 'Set change.rollback with a responsible person'},
} as const;

/** Who tests the change and who takes it back. */
export const testAndRollback: Check = {
	id: 'test-and-rollback',
	title: 'Test or rollback without a responsible person',
	severity: 'medium',
	looksFor: 'A change record without change.test or without change.rollback',
	why: 'The request holds the steps of both, and steps that nobody is responsible for are not done: a line that opens nothing, or too much, is then found by users',
	remedy: 'Set change.test and change.rollback with a responsible person',
	falseAlarm: 'The change process of the site names these people in another record',
	find({profile}) {
		return (['test', 'rollback'] as const).filter(part => profile.change?.[part] === undefined).map(part => ({subject: `change.${part}`, ...parts[part]}));
	},
};
