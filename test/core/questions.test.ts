/* eslint-disable ava/no-conditional-assertion -- What is to be asserted of a question depends on its kind, and all kinds are there. */
import test from 'ava';
import fc from 'fast-check';
import type {Catalog, Condition, Product} from '../../source/core/model.js';
import type {Inventory} from '../../source/core/hosts.js';
import {type Draft, completeProfile} from '../../source/core/profile/draft.js';
import {findProfileProblems} from '../../source/core/profile/problems.js';
import {answerQuestion, type Question} from '../../source/core/questions.js';
import {own} from '../../source/core/records.js';
import {actAll, beginDraft, listValues, lookAt, randomActions} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';

/** Whether a condition of the catalog holds, read from the answers as somebody would who has only the file. */
function holds(condition: Condition | undefined, product: Product, draft: Draft, inventory: Inventory): boolean | 'unknown' {
	const part = (inner: Condition) => holds(inner, product, draft, inventory);
	const answers = own(draft.products, product.id) ?? {};
	const hostsOf = (name: string) => name.includes('/') ? inventory.findHosts(...name.split('/') as [string, string]) : inventory.findHosts(product.id, name);
	if (condition === undefined) {
		return true;
	}

	if ('all' in condition) {
		const parts = new Set(condition.all.map(inner => part(inner)));
		return parts.has(false) ? false : (parts.has('unknown') ? 'unknown' : true);
	}

	if ('any' in condition) {
		const parts = new Set(condition.any.map(inner => part(inner)));
		return parts.has(true) ? true : (parts.has('unknown') ? 'unknown' : false);
	}

	if ('not' in condition) {
		const inner = part(condition.not);
		return inner === 'unknown' ? inner : !inner;
	}

	if ('option' in condition) {
		const {when, default: otherwise} = product.options[condition.option]!;
		// An answer to a question that is not asked does not count.
		const given = holds(when, product, draft, inventory) === true ? own(answers.options, condition.option) : undefined;
		return String(given ?? otherwise) === condition.is;
	}

	if ('parameter' in condition) {
		const given = own(answers.parameters, condition.parameter) ?? product.parameters[condition.parameter]!.default;
		return given === undefined ? 'unknown' : Number(given) >= condition.atLeast;
	}

	if ('version' in condition) {
		const {atLeast, below} = condition.version;
		const place = product.versions.indexOf(answers.version ?? product.defaultVersion);
		return (atLeast === undefined || place >= product.versions.indexOf(atLeast)) && (below === undefined || place < product.versions.indexOf(below));
	}

	if ('mode' in condition) {
		return (answers.modes ?? []).includes(condition.mode);
	}

	if ('product' in condition) {
		return draft.chosen.includes(condition.product);
	}

	const hosts = hostsOf(condition.component);
	if ('used' in condition) {
		return (hosts.length > 0) === condition.used;
	}

	const shares = (other: string) => hosts.some(host => hostsOf(other).includes(host));
	return 'on' in condition ? shares(condition.on) : hosts.length > 0 && !shares(condition.apart);
}

/** Ids of all questions that the catalog file of a product has, with their conditions. */
function listConditions({versions, modes, components, options, parameters}: Product, catalog: Catalog, draft: Draft): ReadonlyArray<readonly [string, Condition | undefined]> {
	const isPart = (reference: string) => draft.chosen.includes(reference.split('/')[0]!) && catalog.products[reference.split('/')[0]!]?.components[reference.split('/')[1]!] !== undefined;
	return [
		...(versions.length > 1 ? [['version/version', undefined] as const] : []),
		...(modes === undefined ? [] : [['modes/modes', undefined] as const]),
		// Where a component can only be in one place nobody is asked.
		...Object.entries(components).filter(([, {placement, is}]) => new Set([...(is?.filter(reference => isPart(reference)).slice(0, 1) ?? []), ...(placement?.choices ?? ['own-host'])]).size > 1).map(([id, {when}]) => [`component/${id}`, when] as const),
		...Object.entries(options).map(([id, {when}]) => [`option/${id}`, when] as const),
		...Object.entries(parameters).map(([id, {when}]) => [`parameter/${id}`, when] as const),
	];
}

const nameOf = ({product, kind, id}: Question) => `${product}:${kind}/${id}`;

function listExpected(catalog: Catalog, draft: Draft): {readonly asked: string[]; readonly expected: string[]; readonly idle: string[]} {
	const {inventory, questions} = lookAt(catalog, draft);
	const all = draft.chosen.flatMap(id => listConditions(catalog.products[id]!, catalog, draft).map(([name, when]) => ({name: `${id}:${name}`, isAsked: holds(when, catalog.products[id]!, draft, inventory) === true})));
	const asked = questions.map(question => nameOf(question));
	const given = new Set(questions.filter(question => question.kind === 'component' && !question.isDefault).map(question => nameOf(question)));
	return {asked, expected: all.filter(({isAsked}) => isAsked).map(({name}) => name), idle: all.filter(({name, isAsked}) => !isAsked && !given.has(name)).map(({name}) => name)};
}

test('every question is asked exactly when its condition holds, for every answer that another hangs on', async t => {
	const catalog = await readTestCatalog();
	const seen = {asked: new Set<string>(), idle: new Set<string>()};
	const look = (draft: Draft) => {
		const {asked, expected, idle} = listExpected(catalog, draft);
		t.deepEqual(asked.toSorted(), expected.toSorted(), `${JSON.stringify(draft.products)}`);
		t.is(new Set(asked).size, asked.length);
		for (const name of expected) {
			seen.asked.add(name);
		}

		for (const name of idle) {
			seen.idle.add(name);
		}
	};

	for (const chosen of [...Object.keys(catalog.products).map(id => [id]), Object.keys(catalog.products)]) {
		const begin = beginDraft(catalog, chosen);
		const bare = {...begin, products: {}};
		look(begin);
		look(bare);
		// Each answer alone, then all of them one after another; from every mode and from none.
		for (const start of [begin, bare]) {
			let all: Draft = start;
			for (const question of lookAt(catalog, start).questions) {
				for (const value of listValues(question)) {
					look(answerQuestion(start, question, value));
					all = answerQuestion(all, question, value);
					look(all);
				}
			}
		}
	}

	const conditional = Object.entries(catalog.products).flatMap(([id, product]) => listConditions(product, catalog, beginDraft(catalog, [id])).filter(([, when]) => when !== undefined).map(([name]) => `${id}:${name}`));
	t.deepEqual(conditional.filter(name => !seen.asked.has(name)), [], 'each was asked once');
	t.deepEqual(conditional.filter(name => !seen.idle.has(name)), [], 'and once was not');
});

test('every question is asked exactly when its condition holds, whatever else was answered', async t => {
	const catalog = await readTestCatalog();
	fc.assert(fc.property(randomActions, actions => {
		const draft = actAll(catalog, beginDraft(catalog, Object.keys(catalog.products)), actions);
		const {asked, expected} = listExpected(catalog, draft);
		t.deepEqual(asked.toSorted(), expected.toSorted());
	}), {numRuns: 60});
});

test('an answer is shown, and taking it back brings the default', async t => {
	const catalog = await readTestCatalog();
	const begin = beginDraft(catalog, Object.keys(catalog.products));
	const find = (draft: Draft, {product, kind, id}: Question) => lookAt(catalog, draft).questions.find(question => question.product === product && question.kind === kind && question.id === id)!;
	for (const question of lookAt(catalog, begin).questions) {
		if (question.kind === 'modes') {
			continue;
		}

		t.true(question.isDefault, `${nameOf(question)}`);
		for (const value of listValues(question)) {
			const answered = answerQuestion(begin, question, value);
			const {value: shown, isDefault} = find(answered, question) as Exclude<Question, {readonly kind: 'modes'}>;
			t.is(shown, [value].flat().join(', '));
			t.false(isDefault);
			t.deepEqual(find(answerQuestion(answered, question, undefined), question), question);
			// No other answer is touched.
			t.deepEqual(completeProfile(answerQuestion(answered, question, undefined), catalog), completeProfile(begin, catalog));
		}
	}
});

test('defaults are those of the catalog', async t => {
	const catalog = await readTestCatalog();
	for (const question of lookAt(catalog, beginDraft(catalog, Object.keys(catalog.products))).questions) {
		const product = catalog.products[question.product]!;
		switch (question.kind) {
			case 'version': {
				t.is(question.value, product.defaultVersion);
				t.deepEqual(question.choices.map(({value}) => value), product.versions);
				break;
			}

			case 'option': {
				t.is(question.value, product.options[question.id]!.default);
				t.true(question.choices.some(({value}) => value === question.value));
				break;
			}

			case 'parameter': {
				t.is(question.value, [product.parameters[question.id]!.default ?? []].flat().join(', '));
				break;
			}

			case 'component': {
				const {is, placement} = product.components[question.id]!;
				t.is(question.value, is?.[0] ?? placement?.default ?? '');
				t.true(question.choices.some(({value}) => value === question.value));
				break;
			}

			case 'modes': {
				t.deepEqual(question.values, Object.keys(product.modes!));
				break;
			}
		}
	}
});

test('each question of a design says what it is about and what each answer is called', async t => {
	const catalog = await readTestCatalog();
	for (const question of lookAt(catalog, beginDraft(catalog, Object.keys(catalog.products))).questions) {
		t.not(question.text, '');
		t.not(question.summary, '');
		if (question.kind !== 'parameter') {
			t.true(question.choices.length > 1);
			t.is(new Set(question.choices.map(choice => `${'group' in choice ? choice.group : ''}: ${choice.label}`)).size, question.choices.length, `${nameOf(question)}`);
		}
	}
});

test('a component that another product of the design is can be that one or a machine of its own', async t => {
	const catalog = await readTestCatalog();
	const find = (draft: Draft, id: string) => lookAt(catalog, draft).questions.find(question => question.kind === 'component' && question.id === id);
	const alone = beginDraft(catalog, ['vplus']);
	t.is(find(alone, 'ovirt-manager'), undefined);
	const both = beginDraft(catalog, ['olvm', 'vplus']);
	const question = find(both, 'ovirt-manager');
	t.like(question, {value: 'olvm/manager', isDefault: true, choices: [{value: 'olvm/manager'}, {value: 'own-host'}]});
	t.deepEqual(lookAt(catalog, both).inventory.findHosts('vplus', 'ovirt-manager'), ['olvm-manager']);
	const apart = answerQuestion(both, question!, 'own-host');
	t.deepEqual(lookAt(catalog, apart).inventory.findHosts('vplus', 'ovirt-manager'), ['vplus-ovirt-manager']);
	const same = answerQuestion(both, question!, 'olvm/manager');
	t.deepEqual(lookAt(catalog, same).inventory.findHosts('vplus', 'ovirt-manager'), ['olvm-manager']);
	// The answer is kept while the other product is away, and does not count.
	const without = {...same, chosen: ['vplus']};
	t.deepEqual(lookAt(catalog, without).inventory.findHosts('vplus', 'ovirt-manager'), ['vplus-ovirt-manager']);
	t.deepEqual(findProfileProblems(completeProfile(without, catalog), catalog), []);
	t.deepEqual(lookAt(catalog, {...without, chosen: ['olvm', 'vplus']}).inventory.findHosts('vplus', 'ovirt-manager'), ['olvm-manager']);
});

test('words that are properties of JavaScript objects are no answers', async t => {
	const catalog = await readTestCatalog();
	const draft = {...beginDraft(catalog, ['olvm', 'constructor', '__proto__', 'toString'].slice(0, 1)), products: JSON.parse('{"olvm": {"options": {"toString": "yes"}, "components": {"valueOf": "own-host"}}}') as Draft['products']};
	t.deepEqual(lookAt(catalog, draft).questions, lookAt(catalog, beginDraft(catalog, ['olvm'])).questions);
});
