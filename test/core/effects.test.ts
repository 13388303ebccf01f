import test from 'ava';
import fc from 'fast-check';
import {findEffect, formatEffect, countFindings, countLines, countQuestions} from '../../source/core/effects.js';
import type {Catalog, Plan} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {completeProfile, makeDraft, type Draft} from '../../source/core/profile/draft.js';
import {answerQuestion} from '../../source/core/questions.js';
import {act, actAll, beginDraft, listValues, lookAt, randomActions, type DraftAction} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';

const derive = (catalog: Catalog, draft: Draft): Plan => plan(catalog, completeProfile(draft, catalog), {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});

/** Connections as people see them, of some dispositions. */
function listConnections({flows, hosts}: Plan, ...dispositions: readonly string[]): Set<string> {
	const nameOf = ({host, name}: Plan['flows'][number]['initiator']) => hosts.find(({id}) => id === host)?.title ?? name;
	return new Set(flows.filter(({disposition}) => dispositions.includes(disposition)).map(({service: {protocol, number, ports}, initiator, responder}) => {
		const service = [protocol === 'ip' ? `IP protocol ${number}` : protocol.toUpperCase(), ports.join(', ')].join(' ').trim();
		return `${service} ${nameOf(initiator)} → ${nameOf(responder)}`;
	}));
}

const minus = (all: ReadonlySet<string>, some: ReadonlySet<string>): string[] => [...all].filter(item => !some.has(item)).toSorted();

/** The difference of two plans, counted another way than the wizard does. */
function compare(before: Plan, after: Plan) {
	const count = (of: (plan: Plan) => number) => of(after) - of(before);
	const open = [before, after].map(design => listConnections(design, 'cross-zone', 'intra-zone')) as [Set<string>, Set<string>];
	const waiting = [before, after].map(design => listConnections(design, 'needs-input')) as [Set<string>, Set<string>];
	const conduitRules = ({conduits}: Plan) => new Set(conduits.flatMap(({rules}) => rules)).size;
	return {
		networkLines: count(design => design.rules.filter(({id, sourceZone, destinationZone}) => id !== '' && sourceZone !== destinationZone).length),
		allLines: count(design => design.rules.length),
		conduitRules: count(conduitRules),
		conduits: listConduits(before, after),
		opened: minus(open[1], open[0]),
		closed: minus(open[0], open[1]),
		waiting: minus(waiting[1], waiting[0]),
		dropped: minus(waiting[0], waiting[1]).filter(connection => !open[1].has(connection)),
		questions: count(design => design.openQuestions.filter(({answer}) => answer === undefined).length),
		findings: count(design => design.findings.filter(({status}) => status === 'open').length),
	};
}

/** Lines by direction, counted from the lines themselves. */
function listConduits(before: Plan, after: Plan) {
	const name = ({zones}: Plan, id: string) => zones.find(zone => zone.id === id)!.title;
	const ends = (design: Plan) => design.rules.filter(({scope}) => scope === 'network').map(({sourceZone, destinationZone}) => `${name(design, sourceZone)} → ${name(design, destinationZone)}`);
	const [old, now] = [ends(before), ends(after)];
	return [...new Set([...old, ...now])]
		.map(direction => ({name: direction, lines: now.filter(other => other === direction).length - old.filter(other => other === direction).length}))
		.filter(({lines}) => lines !== 0)
		.toSorted((a, b) => (Math.abs(b.lines) - Math.abs(a.lines)) || (a.name < b.name ? -1 : 1));
}

function check(t: {readonly deepEqual: (actual: unknown, expected: unknown, message?: string) => void}, before: Plan, after: Plan, message: string): void {
	const {networkLines, hostLines, ...rest} = findEffect(before, after);
	const {allLines, conduitRules, ...expected} = compare(before, after);
	t.deepEqual({networkLines, ...rest}, expected, message);
	t.deepEqual(networkLines + hostLines, allLines, message);
}

test('the effect of each answer is the difference of the two plans', async t => {
	const catalog = await readTestCatalog();
	for (const id of Object.keys(catalog.products)) {
		const {inventory, questions} = lookAt(catalog, beginDraft(catalog, [id]));
		const draft = act(catalog, beginDraft(catalog, [id]), {kind: 'preset', which: 2, value: 0});
		t.true(inventory.hosts.size > 0);
		const before = derive(catalog, draft);
		for (const question of questions.filter(({kind}) => kind !== 'modes')) {
			for (const value of listValues(question)) {
				check(t, before, derive(catalog, answerQuestion(draft, question, value)), `${id} ${question.id} ${[value].flat().join(', ')}`);
			}
		}
	}
});

test('the effect of anything at all is the difference of the two plans, and the way back is its opposite', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomActions, randomActions, (first, then) => {
		const draft = actAll(catalog, beginDraft(catalog, ['olvm']), first);
		const [before, after] = [derive(catalog, draft), derive(catalog, actAll(catalog, draft, then))];
		check(t, before, after, 'there');
		check(t, after, before, 'back');
		const [there, back] = [findEffect(before, after), findEffect(after, before)];
		t.is(there.networkLines + back.networkLines, 0);
		t.is(there.questions + back.questions, 0);
		t.deepEqual(there.opened, back.closed);
		t.deepEqual(there.closed, back.opened);
	}), {numRuns: 40});
});

test('nothing is said where nothing changes', async t => {
	const catalog = await readTestCatalog();
	const draft = beginDraft(catalog, Object.keys(catalog.products));
	const [before, after] = [derive(catalog, draft), derive(catalog, {...draft, title: 'Another title'})];
	t.deepEqual(findEffect(before, after), {networkLines: 0, hostLines: 0, conduits: [], opened: [], closed: [], waiting: [], dropped: [], questions: 0, findings: 0});
	t.notRegex(formatEffect(findEffect(before, after)), /[\d+:;]/v);
});

test('an answer that opens a connection names it', async t => {
	const catalog = await readTestCatalog();
	const draft = beginDraft(catalog, ['olvm']);
	const effect = findEffect(derive(catalog, draft), derive(catalog, {...draft, products: {olvm: {options: {kdump: 'yes'}}}}));
	t.true(effect.opened.some(connection => connection.startsWith('UDP 7410 ')));
	t.deepEqual(effect.closed, []);
	t.regex(formatEffect(effect), /^\+\d+ .*UDP 7410 /v);
	const back = findEffect(derive(catalog, {...draft, products: {olvm: {options: {kdump: 'yes'}}}}), derive(catalog, draft));
	t.deepEqual(back.closed, effect.opened);
	t.regex(formatEffect(back), /^-\d+ /v);
});

test('more connections than are named are counted', t => {
	const none = {conduits: [], networkLines: 0, hostLines: 0, opened: [], closed: [], waiting: [], dropped: [], questions: 0, findings: 0};
	const opened = ['a', 'b', 'c', 'd', 'e'];
	t.regex(formatEffect({...none, networkLines: 5, opened}), /a, b, c\b.*\b2 more connections$/v);
	t.notRegex(formatEffect({...none, networkLines: 5, opened}, 5), /more/v);
	t.regex(formatEffect({...none, networkLines: 5, opened}, 0), /5/v);
	t.regex(formatEffect({...none, networkLines: 1}), /\+1 line\b/v);
	t.regex(formatEffect({...none, hostLines: -2}), /-2 [\w ]*lines\b/v);
	t.regex(formatEffect({...none, questions: 1, findings: -1}), /\+1 [\w ]+; -1 [\w ]+/v);
});

test('what is answered or accepted is not counted', async t => {
	const catalog = await readTestCatalog();
	const draft = act(catalog, beginDraft(catalog, ['olvm']), {kind: 'preset', which: 2, value: 0} satisfies DraftAction);
	const before = derive(catalog, draft);
	const finding = before.findings.find(({status}) => status === 'open')!;
	const question = before.openQuestions.find(({blocking}) => !blocking)!;
	const after = derive(catalog, {
		...draft,
		acceptedFindings: [{finding: finding.id, reason: 'known', by: 'A. Architect', on: '2026-11-22'}],
		answeredQuestions: {[question.id]: {answer: 'yes', by: 'A. Architect', on: '2026-11-22'}},
	});
	t.is(countFindings(after), countFindings(before) - 1);
	t.is(countQuestions(after), countQuestions(before) - 1);
	t.like(findEffect(before, after), {questions: -1, findings: -1, networkLines: 0, hostLines: 0});
	t.is(countLines(before, 'network') + countLines(before, 'host'), before.rules.length);
});

test('a design without any product has nothing to open or to ask', async t => {
	const catalog = await readTestCatalog();
	const empty = derive(catalog, makeDraft('a', 'A'));
	t.deepEqual([countLines(empty, 'network'), countLines(empty, 'host'), countQuestions(empty)], [0, 0, 0]);
});
