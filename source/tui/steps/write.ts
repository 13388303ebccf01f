import {formats, type Format} from '../../renderers/index.js';
import {findPolicyProblems} from '../../core/firewall/policy.js';
import type {Plan} from '../../core/model.js';
import {findProfileProblems} from '../../core/profile/problems.js';
import {getOrMake} from '../../core/records.js';
import {formatSentence} from '../../core/text.js';
import type {Control, Field} from '../control.js';
import {span, type StyledLine} from '../text/styled.js';
import {wrapLine} from '../text/width.js';
import type {DesignContext, StepKind} from './step.js';

/** Which documents to write and where; shows what will happen to each file before it does. */
export const write: StepKind = () => [{
	id: 'write',
	title: 'Write',
	control(context) {
		switch (context.location.within?.screen ?? '') {
			case 'confirm': {
				return confirm(context);
			}

			case 'unfit': {
				return askAboutUnfit(context);
			}

			case 'done': {
				return report(context);
			}

			default: {
				return chooseOutput(context);
			}
		}
	},
}];

const groupTitles = {text: 'Text', pictures: 'Pictures', office: 'Documents to open', configurations: 'Firewall configurations', tests: 'Tests'} as const satisfies Record<Format['group'], string>;

function chooseOutput({design, output, services, plan}: DesignContext): Control {
	const chosen = new Set(output.formats);
	const {ready} = plan();
	const problems = findProfileProblems(design.profile, design.catalog).length;
	const obstacles = findObstacles(plan());
	const fields: Field[] = [
		{kind: 'text', id: 'folder', label: 'Folder', value: output.folder, about: [{text: 'A path from the folder you are in. It is made when there is none; files in it that this program did not write are left alone.'}]},
		...formats.map(({id, name, description, group}): Field => ({
			kind: 'choice',
			id,
			label: name,
			group: groupTitles[group],
			choices: [{value: 'yes', label: 'write'}, {value: 'no', label: 'leave out'}],
			value: chosen.has(id) ? 'yes' : 'no',
			isDefault: false,
			about: [{text: formatSentence(description)}, ...(group === 'configurations' ? obstacles.map(({text}) => ({text: `Not possible yet: ${text}`, tone: 'warning' as const})) : [])],
			set: value => ({output: {formats: formats.map(format => format.id).filter(format => format === id ? value === 'yes' : chosen.has(format))}}),
		})),
		...(services.isPiped
			? [{
				kind: 'choice' as const,
				id: 'printed',
				label: 'To standard output',
				choices: [{value: '', label: 'nothing'}, ...formats.filter(({isText}) => isText).map(({id, name}) => ({value: id, label: name}))],
				value: output.printed ?? '',
				isDefault: output.printed === undefined,
				about: [{text: 'Standard output leads to a file or another program: this document is sent there at the end, and no file is written.'}],
				set: (value: string) => ({output: {printed: value === '' ? undefined : value}}),
			}]
			: []),
	];
	return {
		kind: 'form',
		question: 'Which documents, and where?',
		intro: problems > 0 ? `${problems} thing${problems === 1 ? '' : 's'} must be corrected first: the review lists them under Findings.` : (ready ? 'The request is ready.' : 'The request is not ready: the review says why, under Findings, and the documents say so.'),
		fields,
		done: output.printed === undefined ? 'Look at what will be written' : 'Send it',
		submit({folder = ''}) {
			if (problems > 0) {
				return {message: {text: 'Correct what the review lists under Findings, then write (ctrl+r goes there)', tone: 'danger'}};
			}

			if (output.printed !== undefined) {
				return {command: {kind: 'print', format: output.printed}};
			}

			if (obstacles.length > 0 && formats.some(({id, group}) => group === 'configurations' && chosen.has(id))) {
				return {output: {folder: folder.trim()}, go: {step: 'write', within: {screen: 'unfit', about: ''}}};
			}

			return folder.trim() === ''
				? {problems: {folder: 'name a folder, as request'}}
				: (chosen.size === 0 ? {message: {text: 'Choose at least one document', tone: 'warning'}} : {output: {folder: folder.trim()}, command: {kind: 'examine', folder: folder.trim(), formats: output.formats}});
		},
	};
}

type Obstacle = {readonly text: string; /** Where it can be changed. */ readonly step: 'addresses' | 'review'};

// The step is drawn at every key, and the plan stays the same.
const obstaclesOf = new WeakMap<Plan, readonly Obstacle[]>();

/** What keeps the lines from becoming rules of a firewall, a sentence for each kind. */
function findObstacles(plan: Plan): readonly Obstacle[] {
	return getOrMake(obstaclesOf, plan, () => describeObstacles(plan));
}

function describeObstacles(plan: Plan): Obstacle[] {
	const problems = findPolicyProblems(plan);
	const list = (code: string) => [...new Set(problems.filter(problem => problem.code === code).map(({message, path}) => code === 'firewall/no-address' ? `${path[1]}/${path[3]}` : message))];
	const titles = new Map(plan.hosts.flatMap(host => host.interfaces.map(({id, role}) => [id, `${host.title} (${role})`])));
	const missing = list('firewall/no-address').map(id => titles.get(id) ?? id);
	const show = (texts: readonly string[], separator: string) => `${texts.slice(0, 3).join(separator)}${texts.length > 3 ? `${separator}and ${texts.length - 3} more` : ''}`;
	return [
		...(missing.length === 0 ? [] : [{text: `${missing.length} interface${missing.length === 1 ? ' has' : 's have'} no address: ${show(missing, ', ')}.`, step: 'addresses' as const}]),
		...['firewall/name', 'firewall/deny-shadows'].flatMap((code): Obstacle[] => {
			const texts = list(code);
			return texts.length === 0 ? [] : [{text: `${show(texts, '; ')}.`, step: code === 'firewall/name' ? 'addresses' : 'review'}];
		}),
	];
}

/** Firewall configurations are chosen that cannot be written: what is in the way, and how to go on. */
function askAboutUnfit({output, plan}: DesignContext): Control {
	const obstacles = findObstacles(plan());
	const without = output.formats.filter(id => formats.find(format => format.id === id)?.group !== 'configurations');
	const step = obstacles[0]?.step ?? 'addresses';
	return {
		kind: 'list',
		question: 'The firewall configurations cannot be written yet',
		intro: 'A rule is made of addresses. A configuration without some of the lines would look complete and not be.',
		entries: [
			{id: 'mend', label: step === 'addresses' ? 'Go to the addresses' : 'Go to the review', about: obstacles.map(({text}) => ({text}))},
			{id: 'without', label: 'Leave the configurations out, and go on with the rest', about: [{text: without.length === 0 ? 'Nothing else is chosen: you can choose something then.' : 'They can be written when nothing is missing any more.'}]},
			{id: 'back', label: 'Back to the choice', about: []},
		],
		pick(id) {
			if (id === 'mend') {
				return {go: {step}};
			}

			if (id === 'back') {
				return {go: {step: 'write'}};
			}

			return {output: {formats: without}, ...(without.length === 0 || output.folder === '' ? {go: {step: 'write'}} : {command: {kind: 'examine', folder: output.folder, formats: without}})};
		},
	};
}

function confirm({output}: DesignContext): Control {
	const {folder, formats: chosen, files = [], obstacles = [], canForce = false} = output;
	const isBlocked = obstacles.length > 0;
	return {
		kind: 'text',
		question: isBlocked ? `Nothing is written to ${folder} yet` : askToWrite(folder, files),
		lines(columns): StyledLine[] {
			const width = Math.max(0, ...files.map(({status}) => status.length));
			return [
				...obstacles.flatMap(({text, tone}) => wrapLine([span(text, tone ?? 'danger')], columns)),
				...files.flatMap(({path, status}) => wrapLine([span(status.padEnd(width), status === 'unchanged' ? 'muted' : 'strong'), span(`  ${path}`)], columns, {hanging: width + 2})),
			];
		},
		...(isBlocked ? {} : {done: {command: {kind: 'write', folder, formats: chosen, isForced: false}}}),
		actions: isBlocked && canForce ? [{key: 'f', label: 'replace them all', run: () => ({command: {kind: 'write', folder, formats: chosen, isForced: true}})}] : [],
	};
}

function askToWrite(folder: string, files: NonNullable<DesignContext['output']['files']>): string {
	const count = (wanted: string) => files.filter(({status}) => status === wanted).length;
	const [removed, left] = [count('removed'), count('unchanged')];
	const written = files.length - removed - left;
	const others = [removed === 0 ? '' : `remove ${removed}`, left === 0 ? '' : `leave ${left} as ${left === 1 ? 'it is' : 'they are'}`].filter(Boolean);
	return `Write ${written} file${written === 1 ? '' : 's'} to ${folder}${others.map(text => `, ${text}`).join('')}?`;
}

function report({output}: DesignContext): Control {
	return {
		kind: 'text',
		question: 'Done',
		lines: columns => (output.report ?? []).flatMap(({text, tone}) => text === '' ? [[]] : wrapLine([span(text, tone)], columns, {hanging: 2})),
		done: {command: {kind: 'quit'}},
		doneLabel: 'leave',
	};
}
