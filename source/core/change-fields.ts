import type {Change} from './model.js';

/** Fields of the change record without which no request is complete, as a reader says them. */
const requiredChangeFields = {
	requester: 'requester',
	owner: 'owner',
	approvers: 'approvers',
	reason: 'reason',
	impact: 'what breaks without the change',
	window: 'implementation window',
} as const satisfies Partial<Record<keyof Change, string>>;

type RequiredField = keyof typeof requiredChangeFields;

/** The fields without which no request is complete and which are still empty, with what a reader calls them. */
export function listMissingChangeFields(change: Change = {}): ReadonlyArray<{readonly field: RequiredField; readonly label: string}> {
	const fields = Object.entries(requiredChangeFields) as ReadonlyArray<readonly [RequiredField, string]>;
	return fields.filter(([field]) => (change[field]?.length ?? 0) === 0).map(([field, label]) => ({field, label}));
}
