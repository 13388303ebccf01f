import {formatSentence, showLine} from '../../core/text.js';
import {own} from '../../core/records.js';
import {answerQuestion, type Question} from '../../core/questions.js';
import type {Field} from '../control.js';
import {tryDraft, type Design} from '../design.js';
import type {DesignContext, Step, StepKind} from './step.js';

/*
The steps that ask what the catalog makes of the chosen products: releases, ways of working, places, options, parameters.
*/

type QuestionKind = Question['kind'];

/** Ways of working of a product that has several: a step for each. */
export const modes: StepKind = ({design}) => design.questions.filter(question => question.kind === 'modes').map((question): Step => ({
	id: `modes:${question.product}`,
	// The list of steps is narrow, and a name as long as some are leaves no room to tell its steps apart.
	title: `${question.product}: ways`,
	countOpen: () => question.values.length === 0 ? 1 : 0,
	control({design: {draft}}) {
		const chosen = new Set(question.values);
		const choices = question.choices.toSorted((a, b) => question.choices.findIndex(({group}) => group === a.group) - question.choices.findIndex(({group}) => group === b.group));
		return {
			kind: 'multi',
			question: question.text,
			intro: question.summary,
			entries: choices.map(({value, label, group, summary, caution, sources = []}) => ({
				id: value,
				label,
				group,
				isChosen: chosen.has(value),
				about: [...(summary === undefined ? [] : [{text: `${summary}.`}]), ...(caution === undefined ? [] : [{text: `Caution: ${caution}.`, tone: 'warning' as const}])],
				sources,
			})),
			toggle: id => answerQuestion(draft, question, question.choices.map(({value}) => value).filter(value => (value === id) !== chosen.has(value))),
			refuse: () => chosen.size === 0 ? 'Choose at least one way of working: space selects the highlighted one' : undefined,
		};
	},
}));

/** Releases of the products, where the documents differ between them. */
export const versions: StepKind = context => makeFormSteps(context, 'version', {id: 'versions', title: 'Releases', question: 'Which releases?'});

/** Where components run. */
export const placement: StepKind = context => makeFormSteps(context, 'component', {id: 'placement', title: 'Placement', question: 'Where does each component run?'});

/** Options: a step for each product that has some. */
export const options: StepKind = context => context.design.inventory.chosen.flatMap(({product}) => makeFormSteps(context, 'option', {
	id: `options:${product.id}`,
	title: context.design.inventory.chosen.length > 1 ? `${product.id}: options` : 'Options',
	question: `What applies to ${product.name}?`,
}, product.id));

/** Ports, ranges and counts that the site decides. */
export const parameters: StepKind = context => makeFormSteps(context, 'parameter', {id: 'parameters', title: 'Ports and counts', question: 'Which ports and counts differ at this site?'});

function nameProduct(id: string, {catalog}: Design): string {
	return own(catalog.products, id)?.name ?? id;
}

function makeFormSteps({design}: DesignContext, kind: QuestionKind, {id, title, question}: {readonly id: string; readonly title: string; readonly question: string}, product?: string): Step[] {
	const select = ({questions}: Design) => questions.filter(entry => entry.kind === kind && (product === undefined || entry.product === product));
	if (select(design).length === 0) {
		return [];
	}

	return [{
		id,
		title,
		countOpen: () => select(design).filter(entry => entry.kind === 'parameter' && entry.value === '').length,
		control: context => ({
			kind: 'form',
			question,
			fields: select(context.design).map(entry => describeQuestion(entry, context.design)),
			submit: () => ({go: 'next'}),
		}),
	}];
}

function describeQuestion(question: Question, design: Design): Field {
	const {draft, inventory} = design;
	const common = {
		id: `${question.product}/${question.id}`,
		label: question.text,
		...(inventory.chosen.length > 1 && question.kind !== 'option' ? {group: nameProduct(question.product, design)} : {}),
		sources: question.sources,
	};
	if (question.kind === 'modes') {
		throw new RangeError('Ways of working are a step of their own');
	}

	if (question.kind === 'parameter') {
		const {kind, documented, from, default: given} = question.parameter;
		return {
			...common,
			kind: 'text',
			value: question.value,
			example: from === undefined ? examples[kind] : `${from}-${from + 99}`,
			about: [{text: `${question.summary}.`}, {text: given === undefined ? `The documents give no value${documented === undefined ? '' : ` but ${documented}`}: without yours its lines wait.` : `Documented: ${[given].flat().join(', ')}.`, tone: 'muted'}],
			set: text => tryDraft(design, answerQuestion(draft, question, readParameter(kind, text))),
		};
	}

	return {
		...common,
		kind: 'choice',
		choices: question.choices.map(({value, label}) => ({value, label: showLine(label)})),
		value: question.value,
		isDefault: question.isDefault,
		about: [{text: formatSentence(question.summary)}],
		set: value => ({draft: answerQuestion(draft, question, value)}),
	};
}

const examples = {
	port: '7777',
	ports: '80, 443',
	'port-range': '6900-6999',
	services: 'tcp/2049, udp/111',
	count: '3',
} as const;

/** A parameter as a profile writes it; undefined for an empty text, so that the documented value counts. */
function readParameter(kind: keyof typeof examples, text: string): string | readonly string[] | undefined {
	const trimmed = text.trim();
	if (trimmed === '') {
		return undefined;
	}

	return kind === 'services' ? trimmed.split(/[\s,]+/v).filter(part => part !== '') : trimmed;
}
