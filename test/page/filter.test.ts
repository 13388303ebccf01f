import test from 'ava';
import fc from 'fast-check';
import {facets, formatPlace, isPort, matches, parsePlace, type Filter, type Subject} from '../../source/page/filter.js';

const makeSubject = (traits: Subject['traits'], {text = '', subjects = []}: {readonly text?: string; readonly subjects?: readonly Subject[]} = {}): Subject => ({text: () => text, traits, subjects});

const line = makeSubject({zone: ['office', 'core'], product: ['acme'], port: ['443', '5900-6923'], encrypted: ['no', 'yes'], disposition: ['cross-zone'], conduit: ['office>core'], lines: ['R-1']}, {text: 'portal clients 10.1.0.0/25'});

const finds = test.macro({
	exec(t, filter: Filter, expected: boolean) {
		t.is(matches(line, filter), expected);
	},
	title: name => `a line ${name!}`,
});

test('is shown when nothing is asked for', finds, {}, true);
test('is found by either zone', finds, {zone: 'core'}, true);
test('is not found by another zone', finds, {zone: 'edge'}, false);
test('is found by a port inside its range', finds, {port: '6000'}, true);
test('is found by the first port of its range', finds, {port: '5900'}, true);
test('is found by the last port of its range', finds, {port: '6923'}, true);
test('is not found by the port behind its range', finds, {port: '6924'}, false);
test('is not found by a port that only begins alike', finds, {port: '44'}, false);
test('is found by a range that overlaps its own', finds, {port: '6900-7000'}, true);
test('is found by one of several answers on encryption', finds, {encrypted: 'no'}, true);
test('is found by what became of it', finds, {disposition: 'cross-zone'}, true);
test('is found by words in any order', finds, {text: '10.1.0 Portal'}, true);
test('is not found when one word is missing', finds, {text: 'portal nobody'}, false);
test('is not found when one of two answers is wrong', finds, {zone: 'core', port: '22'}, false);
test('is found among chosen lines', finds, {lines: 'R-0 R-1'}, true);
test('is not found among other lines', finds, {lines: 'R-10'}, false);

test('a row without traits is shown when one of its lines is', t => {
	const finding = makeSubject({}, {text: 'clear text', subjects: [makeSubject({zone: ['edge'], port: ['22']}), line]});
	t.true(matches(finding, {zone: 'core', port: '443'}));
	t.true(matches(finding, {text: 'clear', zone: 'edge'}));
	t.true(matches(finding, {text: 'portal', zone: 'core'}));
	t.false(matches(finding, {zone: 'edge', port: '443'}), 'both must hold for the same line');
	t.false(matches(makeSubject({}), {zone: 'core'}));
});

test('a row of a zone is not shown for another zone, whatever its lines', t => {
	const host = makeSubject({zone: ['core']}, {subjects: [line]});
	t.true(matches(host, {zone: 'core', port: '443'}));
	t.false(matches(host, {zone: 'office'}));
});

test('a deny belongs to every zone', t => {
	t.true(matches(makeSubject({zone: ['*']}), {zone: 'core'}));
});

test('the address of a line is its id, and that of a view says all that is asked for', t => {
	t.is(formatPlace({filter: {}, at: ''}), '');
	t.is(formatPlace({filter: {}, at: 'R-7Q4X'}), 'R-7Q4X');
	t.is(formatPlace({filter: {zone: 'core', port: '443'}, at: ''}), 'zone=core&port=443');
	t.is(formatPlace({filter: {conduit: 'office>core'}, at: 'R-7Q4X'}), 'conduit=office%3Ecore&at=R-7Q4X');
	t.deepEqual(parsePlace('R-7Q4X'), {filter: {}, at: 'R-7Q4X'});
	t.deepEqual(parsePlace('zone=core&port=443&unknown=x&text='), {filter: {zone: 'core', port: '443'}, at: ''});
	t.deepEqual(parsePlace('%E0%A4%A'), {filter: {}, at: '%E0%A4%A'});
});

test('an address can be read back, whatever was typed', t => {
	const texts = fc.string({unit: 'grapheme', minLength: 1});
	fc.assert(fc.property(fc.record(Object.fromEntries(facets.map(facet => [facet, texts])), {requiredKeys: []}), fc.constantFrom('', 'R-7Q4X', 'findings'), (filter, at) => {
		t.deepEqual(parsePlace(formatPlace({filter, at})), {filter, at});
	}));
});

test('a port is a number or a range', t => {
	t.deepEqual(['443', '5900-6923', '0', '70000', '22-', 'ssh', ''].map(text => isPort(text)), [true, true, false, false, false, false, false]);
});
