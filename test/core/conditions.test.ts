import test from 'ava';
import fc from 'fast-check';
import type {ResolvedAnswers} from '../../source/core/answers.js';
import type {Condition, Product} from '../../source/core/catalog/schema.js';
import {evaluate, findFailingParts, formatCondition, type ConditionContext} from '../../source/core/conditions.js';

/** As much of a product as conditions look at. */
const product = {
	id: 'acme',
	name: 'Acme',
	versions: ['4.10', '4.9', '5'],
	components: {manager: {name: 'Manager'}, proxy: {name: 'Proxy'}, database: {name: 'Database'}, node: {name: 'Node'}},
	options: {
		console: {question: 'Is the console used?', kind: 'yes-no'},
		storage: {question: 'Which storage?', kind: 'choice', choices: {nfs: 'NFS export', iscsi: 'iSCSI target'}},
	},
	parameters: {'node-count': {summary: 'the number of nodes', kind: 'count'}, 'web-port': {summary: 'the web port', kind: 'port'}},
	modes: {fast: {name: 'Fast mode'}},
} as unknown as Product;

const hosts: Readonly<Record<string, readonly string[]>> = {manager: ['m'], proxy: ['m'], database: [], node: ['n1', 'n2']};

function makeContext(answers: Partial<ResolvedAnswers> = {}): ConditionContext {
	return {
		product,
		answers: {version: '4.9', options: {console: 'yes', storage: 'nfs'}, parameters: {'node-count': {kind: 'count', count: 2, isDefault: false}}, modes: new Set(['fast']), placements: {}, ...answers},
		findHosts: component => hosts[component] ?? [],
		isChosen: id => id === 'acme' || id === 'beta',
	};
}

const context = makeContext();

const evaluates = test.macro({
	exec(t, condition: Condition, expected: boolean | 'unknown', words: string) {
		t.is(evaluate(condition, context), expected);
		t.is(formatCondition(condition, product), words);
	},
	title: (_, condition: Condition, expected: boolean | 'unknown') => `${JSON.stringify(condition)} is ${expected}, and can be said`,
});

test(evaluates, {option: 'console', is: 'yes'}, true, '"Is the console used?" is answered yes');
test(evaluates, {option: 'console', is: 'no'}, false, '"Is the console used?" is answered no');
test(evaluates, {option: 'storage', is: 'iscsi'}, false, '"Which storage?" is answered iSCSI target');
test(evaluates, {parameter: 'node-count', atLeast: 2}, true, 'the number of nodes is at least 2');
test(evaluates, {parameter: 'node-count', atLeast: 3}, false, 'the number of nodes is at least 3');
test(evaluates, {parameter: 'web-port', atLeast: 1}, 'unknown', 'the web port is at least 1');
// Versions stand in the order of the product file, whatever their numbers.
test(evaluates, {version: {atLeast: '4.10'}}, true, 'Acme 4.10 or later');
test(evaluates, {version: {atLeast: '4.9'}}, true, 'Acme 4.9 or later');
test(evaluates, {version: {atLeast: '5'}}, false, 'Acme 5 or later');
test(evaluates, {version: {below: '4.9'}}, false, 'Acme before 4.9');
test(evaluates, {version: {below: '5'}}, true, 'Acme before 5');
test(evaluates, {version: {atLeast: '4.10', below: '5'}}, true, 'Acme 4.10 or later and before 5');
test(evaluates, {component: 'proxy', on: 'manager'}, true, 'Proxy runs on the host of Manager');
test(evaluates, {component: 'node', on: 'manager'}, false, 'Node runs on the host of Manager');
test(evaluates, {component: 'database', on: 'manager'}, false, 'Database runs on the host of Manager');
test(evaluates, {component: 'proxy', apart: 'manager'}, false, 'Proxy runs on another host than Manager');
test(evaluates, {component: 'node', apart: 'manager'}, true, 'Node runs on another host than Manager');
test(evaluates, {component: 'database', apart: 'manager'}, false, 'Database runs on another host than Manager');
test(evaluates, {component: 'node', apart: 'database'}, true, 'Node runs on another host than Database');
test(evaluates, {component: 'node', used: true}, true, 'Node is used');
test(evaluates, {component: 'database', used: true}, false, 'Database is used');
test(evaluates, {component: 'database', used: false}, true, 'Database is not used');
test(evaluates, {mode: 'fast'}, true, 'Fast mode is used');
test(evaluates, {mode: 'safe'}, false, 'safe is used');
test(evaluates, {product: 'beta'}, true, 'beta is part of the design');
test(evaluates, {product: 'gamma'}, false, 'gamma is part of the design');
test(evaluates, {all: [{mode: 'fast'}, {product: 'beta'}]}, true, 'Fast mode is used and beta is part of the design');
test(evaluates, {all: [{mode: 'fast'}, {product: 'gamma'}]}, false, 'Fast mode is used and gamma is part of the design');
test(evaluates, {any: [{mode: 'safe'}, {product: 'beta'}]}, true, 'safe is used or beta is part of the design');
test(evaluates, {any: [{mode: 'safe'}]}, false, 'safe is used');
test(evaluates, {all: [{mode: 'fast'}, {any: [{mode: 'safe'}, {product: 'beta'}]}]}, true, 'Fast mode is used and (safe is used or beta is part of the design)');
test(evaluates, {not: {component: 'node', on: 'manager'}}, true, 'not: Node runs on the host of Manager');
test(evaluates, {not: {option: 'console', is: 'yes'}}, false, 'it is not so that "Is the console used?" is answered yes');
test(evaluates, {not: {any: [{mode: 'safe'}, {product: 'gamma'}]}}, true, 'it is not so that safe is used or gamma is part of the design');
test(evaluates, {not: {not: {mode: 'fast'}}}, true, 'it is not so that not: Fast mode is used');

const unknown: Condition = {parameter: 'web-port', atLeast: 1};
const holds: Condition = {mode: 'fast'};
const fails: Condition = {mode: 'safe'};

test('what nobody has answered decides nothing that is decided already', t => {
	t.false(evaluate({all: [unknown, fails]}, context));
	t.is(evaluate({all: [unknown, holds]}, context), 'unknown');
	t.true(evaluate({any: [unknown, holds]}, context));
	t.is(evaluate({any: [unknown, fails]}, context), 'unknown');
	t.is(evaluate({not: unknown}, context), 'unknown');
});

test('a version the product does not have is a mistake of the program', t => {
	t.throws(() => evaluate({version: {atLeast: '6'}}, context), {instanceOf: RangeError, message: /acme has no version 6/v});
	t.throws(() => evaluate({version: {below: '5'}}, makeContext({version: '6'})), {instanceOf: RangeError});
});

test('an option nobody has answered is answered by no word', t => {
	t.false(evaluate({option: 'constructor', is: 'yes'}, context));
	t.false(evaluate({option: 'console', is: 'yes'}, makeContext({options: {}})));
});

test('of a condition that fails only the parts that fail are said', t => {
	t.deepEqual(findFailingParts({all: [holds, fails, {option: 'console', is: 'no'}]}, context), [fails, {option: 'console', is: 'no'}]);
	t.deepEqual(findFailingParts({all: [holds, {all: [fails, holds]}]}, context), [fails]);
	t.deepEqual(findFailingParts({all: [unknown, fails]}, context), [fails]);
	t.deepEqual(findFailingParts({any: [fails, {product: 'gamma'}]}, context), [{any: [fails, {product: 'gamma'}]}]);
	t.deepEqual(findFailingParts({not: holds}, context), [{not: holds}]);
	t.deepEqual(findFailingParts(fails, context), [fails]);
});

const {condition: anyCondition} = fc.letrec<{condition: Condition}>(tie => ({
	condition: fc.oneof(
		{maxDepth: 4},
		fc.constantFrom(holds, fails, unknown),
		fc.array(tie('condition'), {minLength: 1, maxLength: 3}).map(all => ({all})),
		fc.array(tie('condition'), {minLength: 1, maxLength: 3}).map(any => ({any})),
		tie('condition').map(not => ({not})),
	),
}));

test('conditions follow the laws of logic, and the parts that fail do fail', t => {
	fc.assert(fc.property(fc.array(anyCondition, {minLength: 1, maxLength: 3}), conditions => {
		const all = evaluate({all: conditions}, context);
		t.is(all, evaluate({all: conditions.toReversed()}, context));
		t.is(evaluate({not: {all: conditions}}, context), evaluate({any: conditions.map(not => ({not}))}, context));
		t.is(evaluate({not: {not: conditions[0]!}}, context), evaluate(conditions[0]!, context));
		const parts = all === false ? findFailingParts({all: conditions}, context) : [fails];
		t.true(parts.length > 0 && parts.every(part => evaluate(part, context) === false));
	}));
});
