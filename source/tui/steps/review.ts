import {isDate} from '../../core/dates.js';
import type {Plan} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {findProfileProblems} from '../../core/profile/problems.js';
import type {Control, Location, Result, Tab} from '../control.js';
import {formatProblem, tryDraft, type Design} from '../design.js';
import {listFindings} from '../review/findings.js';
import type {ReviewItem, ReviewTarget} from '../review/item.js';
import {listLines} from '../review/lines.js';
import {sayRemedy} from '../review/remedies.js';
import {listPorts} from '../review/ports.js';
import {drawTopology} from '../review/topology.js';
import {line, span} from '../text/styled.js';
import {wrapLine} from '../text/width.js';
import type {DesignContext, StepKind} from './step.js';

/** What the answers come to, before anything is written. Every item leads to the question it is about. */
export const review: StepKind = () => [{
	id: 'review',
	title: 'Review',
	control(context) {
		const {screen = '', about = ''} = context.location.within ?? {};
		switch (screen) {
			case 'accept': {
				return acceptFinding(about, context);
			}

			case 'answer': {
				return answerOpenQuestion(about, context);
			}

			default: {
				return showReview(context);
			}
		}
	},
}];

function showReview(context: DesignContext): Control {
	const {design, plan, isUnicode} = context;
	const open = (item: ReviewItem): Result => item.target === undefined ? {message: {text: 'No question changes this', tone: 'muted'}} : {go: findLocation(item.target, design, plan())};
	const tab = (id: string, label: string, items: (columns: number) => readonly ReviewItem[]): Tab => ({id, label, items: memoize(design.draft, id, items), open});
	return {
		kind: 'tabs',
		question: 'Is this what you meant?',
		tabs: [
			{...tab('topology', 'Topology', columns => drawTopology(plan(), {columns, unicode: isUnicode})), isComplete: true},
			tab('ports', 'Ports', columns => listPorts(plan(), {columns, unicode: isUnicode})),
			tab('lines', 'Lines', columns => listLines(plan(), {columns, unicode: isUnicode})),
			tab('findings', 'Findings', columns => [...listProblems(design, columns), ...listFindings(plan(), {columns, unicode: isUnicode}), ...listAssumptions(design, columns)]),
		],
		actions: [
			{key: 'a', label: 'accept', run: id => startAcceptance(id, plan())},
			{key: 'u', label: 'take back', run: id => takeBack(id, design)},
		],
	};
}

/** Drawn lines by design, tab and width: each key asks for them again. */
const drawn = new WeakMap<Record<string, unknown>, Map<string, readonly ReviewItem[]>>();

function memoize(draft: Record<string, unknown>, tab: string, make: (columns: number) => readonly ReviewItem[]): (columns: number) => readonly ReviewItem[] {
	return columns => {
		const known = drawn.get(draft) ?? new Map<string, readonly ReviewItem[]>();
		drawn.set(draft, known);
		const key = `${tab} ${columns}`;
		const items = known.get(key) ?? make(columns);
		known.set(key, items);
		return items;
	};
}

/** Answers that nobody gave, which the documents list as assumptions. */
function listAssumptions({questions}: Design, columns: number): ReviewItem[] {
	const assumed = questions.flatMap((question): ReviewItem[] => {
		if (question.kind === 'modes' || !question.isDefault || question.value === '') {
			return [];
		}

		const {kind, product, id, text, value} = question;
		const answer = kind === 'parameter' ? value : (question.choices.find(choice => choice.value === value)?.label ?? value);
		return [{id: `assumed:${product}/${id}`, lines: wrapLine(line(`${showLine(text)} `, span(`(${showLine(answer)})`, 'muted')), columns, {hanging: 2}), target: {kind, product, id}}];
	});
	if (assumed.length === 0) {
		return [];
	}

	const heading = line(span('Assumed', 'strong'), `  ${assumed.length} question${assumed.length === 1 ? '' : 's'} that nobody answered; the documents say so`);
	return [{id: 'assumed', isHeading: true, lines: [[], ...wrapLine(heading, columns, {hanging: 2})]}, ...assumed];
}

/** What no design can mean, and so keeps the documents from being written. */
function listProblems({profile, catalog}: Design, columns: number): ReviewItem[] {
	return findProfileProblems(profile, catalog).map((problem, index) => ({
		id: `problem:${index}`,
		lines: wrapLine(line(span('To correct: ', 'danger'), formatProblem(problem)), columns, {hanging: 2}),
		...describeTarget(problem.path),
	}));
}

function describeTarget(path: ReadonlyArray<string | number>): {readonly target?: ReviewTarget} {
	const [first, second, third, fourth] = path.map(String);
	if (first === 'hosts' && second !== undefined && fourth !== undefined) {
		return {target: {kind: 'interface', host: second, role: fourth}};
	}

	const kind = ({options: 'option', parameters: 'parameter', components: 'component', modes: 'mode', version: 'version'} as const)[third ?? ''];
	return first === 'products' && second !== undefined && kind !== undefined ? {target: {kind, product: second, id: fourth ?? ''}} : {};
}

/** Where in the wizard something is asked. */
function findLocation(target: ReviewTarget, {draft, inventory}: Design, plan: Plan): Location {
	switch (target.kind) {
		case 'zone': {
			return {step: 'zones', within: {screen: 'zone', about: target.zone}};
		}

		case 'interface': {
			const isAsked = plan.hosts.some(host => host.interfaces.some(({id, zone}) => id === `${target.host}/${target.role}` && zone !== undefined));
			return isAsked ? {step: 'addresses', focus: `${target.host}/${target.role}`} : {step: 'matrix', focus: target.host};
		}

		case 'option': {
			return {step: `options:${target.product}`, focus: `${target.product}/${target.id}`};
		}

		case 'parameter': {
			return {step: 'parameters', focus: `${target.product}/${target.id}`};
		}

		case 'component': {
			return {step: 'placement', focus: `${target.product}/${target.id}`};
		}

		case 'version': {
			return {step: 'versions', focus: `${target.product}/version`};
		}

		case 'mode': {
			return {step: inventory.chosen.some(({product}) => product.id === target.product && product.modes !== undefined) ? `modes:${target.product}` : 'products', focus: target.id};
		}

		case 'change': {
			return {step: 'change', focus: target.field === 'expiry' && draft.change?.kind === undefined ? 'kind' : target.field};
		}

		case 'finding': {
			return {step: 'review', within: {screen: 'accept', about: target.id}};
		}

		case 'question': {
			return {step: 'review', within: {screen: 'answer', about: target.id}};
		}
	}
}

function startAcceptance(itemId: string | undefined, plan: Plan): Result {
	const finding = plan.findings.find(({id}) => itemId === `finding:${id}`);
	return finding === undefined || finding.status === 'not-assessable'
		? {message: {text: 'To accept, highlight a finding first', tone: 'warning'}}
		: {go: {step: 'review', within: {screen: 'accept', about: finding.id}}};
}

function takeBack(itemId: string | undefined, {draft}: Design): Result {
	// That an acceptance no longer counts is a finding of its own.
	const isThis = (id: string) => itemId === `finding:${id}` || itemId === `finding:acceptance-expired@${id}`;
	const kept = (draft.acceptedFindings ?? []).filter(({finding}) => !isThis(finding));
	return kept.length === (draft.acceptedFindings ?? []).length
		? {message: {text: 'To take an acceptance back, highlight an accepted finding first', tone: 'warning'}}
		: {draft: {...draft, acceptedFindings: kept}, message: {text: 'The finding is open again', tone: 'good'}};
}

function acceptFinding(id: string, {design, plan, services}: DesignContext): Control {
	const finding = plan().findings.find(entry => entry.id === id);
	const {draft} = design;
	const before = draft.acceptedFindings?.find(entry => entry.finding === id);
	return {
		kind: 'form',
		question: `Accept this finding (${finding?.severity ?? 'gone'})?`,
		intro: finding?.message ?? 'It is no longer found.',
		fields: [
			{kind: 'text', id: 'reason', label: 'Reason', value: before?.reason ?? '', isMultiline: true, about: [{text: finding === undefined ? '' : `Why it matters: ${finding.why}`}, {text: finding === undefined ? '' : `What to do instead: ${sayRemedy(finding.remedy)}`}]},
			{kind: 'text', id: 'by', label: 'Accepted by', value: before?.by ?? draft.change?.approvers?.[0] ?? '', about: [{text: 'Who decides it; the documents print the name with the date.'}]},
			{kind: 'text', id: 'until', label: 'Until', value: before?.until ?? '', placeholder: 'no end', about: [{text: 'After that day the finding is open again.'}]},
		],
		done: 'Accept',
		submit({reason = '', by = '', until = ''}) {
			const problems = {
				...(reason.trim() === '' ? {reason: 'an acceptance needs a reason'} : {}),
				...(by.trim() === '' ? {by: 'somebody must accept it'} : {}),
				...findUntilProblem(until.trim(), services.today),
			};
			if (Object.keys(problems).length > 0) {
				return {problems};
			}

			const accepted = {finding: id, reason: reason.trim(), by: by.trim(), on: services.today, ...(until.trim() === '' ? {} : {until: until.trim()})};
			const tried = tryDraft(design, {...draft, acceptedFindings: [...(draft.acceptedFindings ?? []).filter(entry => entry.finding !== id), accepted]});
			return tried.problem === undefined ? {draft: tried.draft, go: {step: 'review'}} : {problems: {[tried.key === 'by' ? 'by' : 'reason']: tried.problem}};
		},
	};
}

function findUntilProblem(until: string, today: string): {readonly until?: string} {
	if (until === '') {
		return {};
	}

	if (!isDate(until)) {
		return {until: 'a date is written YYYY-MM-DD and exists in the calendar'};
	}

	return until < today ? {until: 'this day is past: the acceptance would not count'} : {};
}

function answerOpenQuestion(id: string, {design, plan, services}: DesignContext): Control {
	const question = plan().openQuestions.find(entry => entry.id === id);
	const {draft} = design;
	const before = draft.answeredQuestions?.[id];
	return {
		kind: 'form',
		question: `What is the answer (${question?.askOf ?? 'nobody asks'})?`,
		intro: question === undefined ? 'It is no longer open.' : sayRemedy(question.text),
		fields: [
			{kind: 'text', id: 'answer', label: 'Answer', value: before?.answer ?? '', isMultiline: true, about: [{text: 'The documents print it beside the question, and change nothing else by it.'}]},
			{kind: 'text', id: 'by', label: 'Answered by', value: before?.by ?? '', about: [{text: 'Who said so.'}]},
		],
		done: 'Record the answer',
		submit({answer = '', by = ''}) {
			const problems = {...(answer.trim() === '' ? {answer: 'write the answer, or go back with escape'} : {}), ...(by.trim() === '' ? {by: 'somebody must have said it'} : {})};
			if (Object.keys(problems).length > 0) {
				return {problems};
			}

			const tried = tryDraft(design, {...draft, answeredQuestions: {...draft.answeredQuestions, [id]: {answer: answer.trim(), by: by.trim(), on: services.today}}});
			return tried.problem === undefined ? {draft: tried.draft, go: {step: 'review'}} : {problems: {[tried.key === 'by' ? 'by' : 'answer']: tried.problem}};
		},
	};
}
