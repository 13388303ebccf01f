import {listMissingChangeFields} from '../../core/change-fields.js';
import type {Finding, Plan, PlanQuestion} from '../../core/model.js';
import {showLine} from '../../core/text.js';
import {getSigns, type Signs} from '../text/signs.js';
import {line, span, type StyledLine, type Tone} from '../text/styled.js';
import type {ReviewItem, ReviewOptions} from './item.js';
import {addDetail, indentLines, makeHeading, wrapAll, wrapField} from './layout.js';
import {describeEvidence} from './line-detail.js';
import {formatCount} from './plan-view.js';
import {sayRemedy} from './remedies.js';
import {findFindingTarget, findQuestionTarget, type Aim} from './targets.js';

const severityTones: Readonly<Record<Finding['severity'], Tone>> = {critical: 'danger', high: 'danger', medium: 'warning', low: 'plain', info: 'muted'};

/**
List whether the request is ready and what keeps it from that, then the findings, then what the documents leave open.

Ids are `ready`, `change:<field>`, `question:<id>` and `finding:<id>`. Everything that has an answer has it as its target; what has none says
so in its detail.
*/
export function listFindings(plan: Plan, {columns, unicode}: ReviewOptions): ReviewItem[] {
	const signs = getSigns(unicode);
	const fields = listMissingChangeFields(plan.change);
	const blocking = plan.openQuestions.filter(question => question.blocking);
	const others = plan.openQuestions.filter(question => !question.blocking).toSorted((a, b) => Number(a.answer !== undefined) - Number(b.answer !== undefined));
	const waiting = others.filter(({answer}) => answer === undefined).length;
	const open = plan.findings.filter(({status}) => status === 'open').length;
	const section = (id: string, title: string, note: string, items: readonly ReviewItem[]): ReviewItem[] => items.length === 0
		? []
		: [makeHeading(id, [[], ...wrapAll([line(span(title, 'strong'), span(`  ${note}`, 'muted'))], columns)]), ...items];
	return [
		makeHeading('ready', wrapAll(describeReady(plan, fields.length, blocking.length, signs), columns)),
		...section('missing-fields', 'The change', `${formatCount(fields.length, 'missing field')}`, fields.map(({field, label}) => ({
			id: `change:${field}`,
			target: {kind: 'change', field},
			lines: wrapAll([line(span(`${signs.alert} blocks  `, 'danger'), `missing: ${label}`)], columns),
		}))),
		...section('blocking', 'Questions that block', formatCount(blocking.length, 'question'), blocking.map(question => describeQuestion(plan, question, columns, signs))),
		...section('findings', 'Findings', `${open} open of ${plan.findings.length}`, plan.findings.map(finding => describeFinding(plan, finding, columns, signs))),
		...section('questions', 'What the documents leave open', `${waiting} without an answer of ${others.length}`, others.map(question => describeQuestion(plan, question, columns, signs))),
	];
}

function describeReady(plan: Plan, fields: number, blocking: number, signs: Signs): StyledLine[] {
	if (plan.ready) {
		return [line(span('The request is ready.', 'good'))];
	}

	const findings = plan.findings.filter(finding => doesBlock(finding)).length;
	const reasons = [
		blocking === 0 ? '' : formatCount(blocking, 'question that blocks', 'questions that block'),
		fields === 0 ? '' : formatCount(fields, 'missing field of the change', 'missing fields of the change'),
		findings === 0 ? '' : formatCount(findings, 'grave finding that is neither solved nor accepted', 'grave findings that are neither solved nor accepted'),
	].filter(Boolean);
	// What the plan names and we have no count of is said in its own words.
	const texts = reasons.length === 0 ? plan.notReady.map(reason => showLine(reason)) : reasons;
	return [line(span(`${signs.alert} The request is not ready: `, 'danger'), texts.join(', '))];
}

/** A request with such a finding is not ready. */
function doesBlock({status, severity}: Finding): boolean {
	return status === 'open' && (severity === 'critical' || severity === 'high');
}

function describeFinding(plan: Plan, finding: Finding, columns: number, signs: Signs): ReviewItem {
	const isOpen = finding.status === 'open';
	const aim = findFindingTarget(plan, finding);
	const word = finding.status === 'not-assessable' ? 'cannot be assessed' : finding.severity.toUpperCase();
	const status = {open: doesBlock(finding) ? 'open, blocks' : 'open', accepted: 'accepted', 'not-assessable': ''}[finding.status];
	return addDetail({
		id: `finding:${finding.id}`,
		...pickTarget(aim),
		lines: [
			...wrapAll([line(span(`${doesBlock(finding) ? `${signs.alert} ` : ''}${word}`, isOpen ? severityTones[finding.severity] : 'muted'), span(status === '' ? '' : ` ${status}`, 'muted'), span(`  ${showLine(finding.title)}`, isOpen ? 'strong' : 'plain'))], columns),
			...indentLines([
				line(showLine(finding.message)),
				...(finding.acceptance === undefined ? [line(span('Remedy: ', 'accent'), span(showLine(sayRemedy(finding.remedy)), 'muted'))] : [line(span(formatAcceptance(finding.acceptance), 'muted'))]),
			], columns, 4),
		],
	}, () => [
		...wrapAll([line(span(showLine(finding.title), 'strong'))], columns),
		...wrapField('Finding', showLine(finding.id), columns),
		...wrapField('Severity', `${finding.severity}, ${finding.status === 'not-assessable' ? 'could not be assessed' : finding.status}`, columns),
		...wrapField('Found', showLine(finding.message), columns),
		...wrapField('Why it matters', showLine(finding.why), columns),
		...wrapField('Remedy', showLine(sayRemedy(finding.remedy)), columns),
		...(finding.acceptance === undefined ? [] : wrapField('Acceptance', formatAcceptance(finding.acceptance), columns)),
		...wrapField('Lines', finding.rules.join(', '), columns),
		...wrapField('Flows', finding.flows.map(flow => showLine(flow)).join(', '), columns),
		...describeAim(aim, columns),
	]);
}

function formatAcceptance({by, on, until, reason}: NonNullable<Finding['acceptance']>): string {
	return `Accepted by ${showLine(by)} on ${on}${until === undefined ? '' : `, until ${until}`}: ${showLine(reason)}`;
}

function describeQuestion(plan: Plan, question: PlanQuestion, columns: number, signs: Signs): ReviewItem {
	const aim = findQuestionTarget(plan, question);
	const mark = question.blocking
		? span(`${signs.alert} blocks  `, 'danger')
		: span(question.answer === undefined ? `for the ${question.askOf}  ` : 'answered  ', question.answer === undefined ? 'accent' : 'good');
	const answer = question.answer && `${showLine(question.answer.answer)} (${showLine(question.answer.by)}, ${question.answer.on})`;
	return addDetail({
		id: `question:${question.id}`,
		...pickTarget(aim),
		lines: [
			...wrapAll([line(mark, showLine(sayRemedy(question.text)))], columns, 4),
			...(answer === undefined ? [] : indentLines([line(span('Answer: ', 'muted'), answer)], columns, 4)),
		],
	}, () => [
		...wrapField('Question', showLine(question.id), columns),
		...wrapField('Who can answer', question.askOf, columns),
		...(answer === undefined ? [] : wrapField('Answer', answer, columns)),
		...wrapField('Flows', question.flows.map(flow => showLine(flow)).join(', '), columns),
		...describeEvidence(question.sources, columns),
		...describeAim(aim, columns),
	]);
}

function pickTarget({target}: Aim): Pick<ReviewItem, 'target'> {
	return target === undefined ? {} : {target};
}

function describeAim({reason}: Aim, columns: number): StyledLine[] {
	return reason === undefined ? [] : wrapField('Where to change it', reason, columns);
}
