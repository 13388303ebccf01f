import {listMissingChangeFields} from '../../core/change-fields.js';
import type {Draft} from '../../core/profile/draft.js';
import type {Field} from '../control.js';
import {tryDraft, type Design} from '../design.js';
import {joinNames, splitNames} from './lists.js';
import type {StepKind} from './step.js';

/** The change record: who asks, who approves, why and when. */
export const change: StepKind = () => [{
	id: 'change',
	title: 'The change',
	countOpen: ({design: {draft}}) => listMissingChangeFields(draft.change).length,
	control: ({design, services}) => ({
		kind: 'form',
		question: 'What is to be said of the change?',
		intro: 'The request is not ready without requester, owner, approvers, reason, what breaks without it, and window. All of it may wait.',
		fields: listFields(design, services.today),
		submit: () => ({go: 'next'}),
	}),
}];

type TextKey = 'title' | 'ticket' | 'project' | 'environment' | 'marking' | 'requester' | 'owner' | 'reason' | 'impact' | 'window' | 'expiry' | 'review';

function listFields(design: Design, today: string): Field[] {
	const {draft} = design;
	const record = draft.change ?? {};
	const text = (id: TextKey, label: string, about: string, {placeholder, example, isMultiline}: {readonly placeholder?: string; readonly example?: string; readonly isMultiline?: boolean} = {}): Field => ({
		kind: 'text',
		id,
		label,
		value: record[id] ?? '',
		...(placeholder === undefined ? {} : {placeholder}),
		...(example === undefined ? {} : {example}),
		...(isMultiline === undefined ? {} : {isMultiline}),
		about: [{text: about}],
		set: value => tryDraft(design, changeRecord(draft, {[id]: value.trim() === '' ? undefined : value.trim()})),
	});
	const names = (id: 'contacts' | 'approvers', label: string, about: string): Field => ({
		kind: 'text',
		id,
		label,
		value: joinNames(record[id] ?? []),
		isMultiline: true,
		about: [{text: about}],
		set(value) {
			const list = splitNames(value);
			return tryDraft(design, changeRecord(draft, {[id]: list.length === 0 ? undefined : list}));
		},
	});
	const person = (id: 'test' | 'rollback', label: string, about: string): Field => ({
		kind: 'text',
		id,
		label,
		value: record[id]?.responsible ?? '',
		about: [{text: about}],
		set: value => tryDraft(design, changeRecord(draft, {[id]: value.trim() === '' ? undefined : {...record[id], responsible: value.trim()}})),
	});
	const choice = (id: 'kind' | 'logging', label: string, about: string, values: readonly string[]): Field => ({
		kind: 'choice',
		id,
		label,
		choices: [{value: '', label: 'not said'}, ...values.map(value => ({value, label: value}))],
		value: record[id] ?? '',
		isDefault: record[id] === undefined,
		about: [{text: about}],
		set: value => ({draft: changeRecord(draft, {[id]: value === '' ? undefined : value})}),
	});

	return [
		{kind: 'text', id: 'design-title', label: 'Title of the design', value: draft.title, about: [{text: 'It stands above every document.'}], set: value => tryDraft(design, {...draft, title: value.trim()})},
		text('title', 'Title of the change', 'As the change board will list it.'),
		text('ticket', 'Ticket', 'Its number in the change system; it becomes the id of the request.', {placeholder: `FCR-${draft.name}`}),
		text('requester', 'Requester', 'Who asks for it.'),
		text('owner', 'Owner', 'Who is responsible for the systems.'),
		names('approvers', 'Approvers', 'Who approves; several names with semicolons between them. An approver who is the requester is a finding.'),
		names('contacts', 'Contacts', 'Who can be asked, and how; several with semicolons between them.'),
		{
			kind: 'text', id: 'description', label: 'What it is about', value: draft.description ?? '', isMultiline: true, about: [{text: 'A paragraph on the design, which the documents begin with.'}],
			set(value) {
				const {description: _, ...rest} = draft;
				return tryDraft(design, value.trim() === '' ? rest : {...rest, description: value.trim()});
			},
		},
		text('project', 'Project', 'The project it belongs to.'),
		text('environment', 'Environment', 'As production or test.'),
		text('marking', 'Handling mark', 'As internal or confidential; every page shows it.'),
		text('reason', 'Reason', 'Why it is needed.', {isMultiline: true}),
		text('impact', 'What breaks without it', 'What does not work while the lines are closed.', {isMultiline: true}),
		text('window', 'Implementation window', 'When it may be implemented.', {example: 'Saturday 20:00 to 22:00 UTC'}),
		choice('kind', 'Permanent or temporary', 'A temporary change has a last day, a permanent one a day of review.', ['permanent', 'temporary']),
		...(record.kind === 'temporary' ? [text('expiry', 'Last day', 'Day after which the lines are removed, as YYYY-MM-DD.', {example: addYears(today, 0, 3)})] : []),
		...(record.kind === 'permanent' ? [text('review', 'Day of review', 'When somebody looks whether it is still needed, as YYYY-MM-DD.', {example: addYears(today, 1, 0)})] : []),
		choice('logging', 'Logging', 'What the firewall logs for each line.', ['none', 'session start', 'session end', 'session start and end']),
		person('test', 'Who tests', 'Without a responsible person for the tests there is a finding.'),
		person('rollback', 'Who rolls back', 'Without a responsible person for the rollback there is a finding.'),
	];
}

function changeRecord(draft: Draft, changed: Readonly<Record<string, unknown>>): Draft {
	const record = Object.fromEntries(Object.entries({...draft.change, ...changed}).filter(([, value]) => value !== undefined));
	const {change: _, ...rest} = draft;
	return Object.keys(record).length > 0 ? {...rest, change: record} : rest;
}

/** A day some time after another, for an example. */
function addYears(day: string, years: number, months: number): string {
	const date = new Date(`${day}T00:00:00Z`);
	date.setUTCMonth(date.getUTCMonth() + months + (12 * years), 1);
	return date.toISOString().slice(0, 10);
}
