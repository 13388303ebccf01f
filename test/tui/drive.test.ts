import test from 'ava';
import fc from 'fast-check';
import {makeDraft} from '../../source/core/profile/draft.js';
import {doneId, type Control, type Entry, type Field, type Result, type Ui} from '../../source/tui/control.js';
import {drive, isTyping, settle, type Driven} from '../../source/tui/drive.js';
import {editField, makeField} from '../../source/tui/text-field.js';
import {parseKeys} from '../helpers/wizard.js';

const options = {page: 5, isNumbered: false, columns: 60};
const draft = makeDraft('design', 'Design');
const entry = (id: string, label = `Entry ${id}`): Entry => ({id, label, about: []});
const ids = (count: number) => Array.from({length: count}, (_, index) => `e${index}`);

type Of<Kind extends Control['kind']> = Extract<Control, {readonly kind: Kind}>;

const list = (overrides: Partial<Of<'list'>> = {}): Of<'list'> => ({kind: 'list', question: 'Which?', entries: ids(30).map(id => entry(id)), pick: id => ({message: {text: id, tone: 'good'}}), ...overrides});

/** Press keys on a control, each on the state the one before it left, and collect what they decided. */
function press(control: Control, keys: string, ui: Ui = {}, with_: Partial<typeof options> = {}): {readonly ui: Ui; readonly results: Result[]; readonly last: Driven} {
	const results: Result[] = [];
	let last: Driven = {ui};
	for (const key of parseKeys(keys)) {
		last = drive(control, last.ui, key, {...options, ...with_});
		results.push(...last.result === undefined ? [] : [last.result]);
	}

	return {ui: last.ui, results, last};
}

const picked = ({results}: {readonly results: readonly Result[]}) => results.map(({message}) => message?.text);

test('in a list every key of a burst moves', t => {
	t.is(press(list(), 'down '.repeat(20)).ui.focus, 'e20');
	t.deepEqual(picked(press(list(), 'down down enter')), ['e2']);
	t.is(press(list(), `${'down '.repeat(20)}up up`).ui.focus, 'e18');
	t.is(press(list(), 'j j j k').ui.focus, 'e2');
});

test('a list ends at its first and last entry', t => {
	t.is(press(list(), 'up up').ui.focus, 'e0');
	t.is(press(list(), 'down '.repeat(99)).ui.focus, 'e29');
	t.is(press(list(), 'end').ui.focus, 'e29');
	t.is(press(list(), 'end home').ui.focus, 'e0');
	t.is(press(list(), 'pagedown').ui.focus, 'e5');
	t.is(press(list(), 'pagedown pagedown pageup').ui.focus, 'e5');
});

test('a list begins at its initial entry, also where that is not there', t => {
	t.deepEqual(picked(press(list({initial: 'e7'}), 'enter')), ['e7']);
	t.deepEqual(picked(press(list({initial: 'gone'}), 'enter')), ['e0']);
	t.deepEqual(picked(press(list(), 'enter', {focus: 'gone'})), ['e0']);
});

test('an empty list takes every key and picks nothing', t => {
	for (const key of 'up down pageup pagedown home end enter ctrl+n escape space tab backspace / x 1'.split(' ')) {
		t.deepEqual(press(list({entries: []}), `${key} enter`).results, [], `${key}`);
	}
});

test('digits go to an entry only where entries are numbered', t => {
	t.is(press(list(), '3').ui.focus, undefined);
	t.is(press(list(), '3', {}, {isNumbered: true}).ui.focus, 'e2');
	t.is(press(list({entries: [entry('a')]}), '3', {}, {isNumbered: true}).ui.focus, undefined);
});

test('a filter leaves the entries that have all its words, and highlights the first', t => {
	const control = list({entries: [entry('a', 'Oracle VM'), entry('b', 'Oracle Linux'), {...entry('c', 'Backup'), note: 'oracle', group: 'Other'}]});
	t.like(press(control, '/ l i n').ui, {focus: 'b', isFiltering: true, filter: 'lin'});
	t.deepEqual(picked(press(control, '/ o t h e r space o r a enter')), ['c']);
	t.deepEqual(picked(press(control, '/ z z enter')), []);
	t.is(press(control, '/ l i n backspace backspace backspace').ui.filter, '');
	t.is(press(control, '/ l i n ctrl+u').ui.filter, '');
	// Letters are text while somebody filters, arrows still move.
	t.like(press(control, '/ o r a c l e down').ui, {focus: 'b', filter: 'oracle'});
	t.is(press(control, '/ j').ui.filter, 'j');
});

test('escape ends a filter before it goes back', t => {
	const filtered = press(list(), '/ e 7');
	t.is(filtered.ui.focus, 'e7');
	const shown = press(list(), 'escape', filtered.ui);
	t.like(shown.ui, {focus: 'e7', filter: '', isFiltering: false});
	t.not(shown.last.isIdle, true);
	t.true(press(list(), 'escape', shown.ui).last.isIdle);
});

test('what is pasted into a filter is one line', t => {
	const {ui} = drive(list(), {isFiltering: true, filter: ''}, {kind: 'paste', text: 'e1\ne2'}, options);
	t.is(ui.filter, 'e1 e2');
});

test('actions run on the highlighted entry, and not while somebody filters', t => {
	const control = list({actions: [{key: 'a', label: 'add', run: id => ({message: {text: `added ${id}`, tone: 'good'}})}, {key: 'ctrl+o', label: 'open', run: id => ({message: {text: `opened ${id}`, tone: 'good'}})}]});
	t.deepEqual(picked(press(control, 'down a')), ['added e1']);
	t.deepEqual(picked(press(control, 'down ctrl+o')), ['opened e1']);
	t.deepEqual(press(control, '/ a').results, []);
	t.deepEqual(picked(press(list({entries: [], actions: control.actions!}), 'a')), ['added undefined']);
});

test('going on is what a list says it is, or its highlighted entry', t => {
	t.deepEqual(picked(press(list(), 'down ctrl+n')), ['e1']);
	t.deepEqual(press(list({proceed: {go: 'next'}}), 'down ctrl+n').results, [{go: 'next'}]);
});

test('in a selection space toggles, and enter goes on or says what is missing', t => {
	const chosen = new Set<string>();
	const toggled: string[] = [];
	const control = (): Of<'multi'> => ({
		kind: 'multi',
		question: 'Which?',
		entries: ids(5).map(id => ({...entry(id), isChosen: chosen.has(id)})),
		toggle(id) {
			toggled.push(id);
			return draft;
		},
		refuse: () => chosen.size === 0 ? 'one at least' : undefined,
	});
	t.deepEqual(press(control(), 'down space down tab').results, [{draft}, {draft}]);
	t.deepEqual(toggled, ['e1', 'e2']);
	t.deepEqual(press(control(), 'enter').results, [{message: {text: 'one at least', tone: 'warning'}}]);
	t.deepEqual(press(control(), 'ctrl+n').results, [{message: {text: 'one at least', tone: 'warning'}}]);
	chosen.add('e1');
	t.deepEqual(press(control(), 'enter').results, [{go: 'next'}]);
	// While filtering a space is text, and enter ends it.
	t.like(press(control(), '/ e space 3').ui, {filter: 'e 3', focus: 'e3'});
	t.deepEqual(press(control(), '/ e 3 enter').results, []);
	t.deepEqual(press(control(), '/ e 3 enter space').results, [{draft}]);
	t.is(toggled.at(-1), 'e3');
});

type ChoiceField = Extract<Field, {readonly kind: 'choice'}>;

const choice = (id: string, values: readonly string[], value = values[0]!): ChoiceField => ({kind: 'choice', id, label: id, about: [], choices: values.map(text => ({value: text, label: text})), value, isDefault: false, set: text => ({message: {text: `${id}=${text}`, tone: 'good'}})});
const text = (id: string, value = '', extra: Partial<Extract<Field, {readonly kind: 'text'}>> = {}): Field => ({kind: 'text', id, label: id, about: [], value, ...extra});
const checked = (id: string, value = ''): Field => text(id, value, {set: typed => typed === 'bad' ? {problem: 'this is bad'} : {draft: {...draft, title: typed}}});
const form = (fields: readonly Field[], submit: Of<'form'>['submit'] = () => ({go: 'next'})): Of<'form'> => ({kind: 'form', question: 'What?', fields, submit});

test('in a form of choices arrows and space change the answer, around its ends', t => {
	const control = form([choice('a', ['x', 'y', 'z']), choice('b', ['no', 'yes'])]);
	t.deepEqual(picked(press(control, 'right')), ['a=y']);
	t.deepEqual(picked(press(control, 'space')), ['a=y']);
	t.deepEqual(picked(press(control, 'left')), ['a=z']);
	t.deepEqual(picked(press(form([choice('a', ['x', 'y', 'z'], 'z')]), 'right')), ['a=x']);
	t.deepEqual(picked(press(form([choice('a', ['x', 'y'], 'gone')]), 'right')), ['a=x']);
});

test('y and n answer what has only these two answers', t => {
	const control = form([choice('a', ['x', 'y', 'z']), choice('b', ['no', 'yes'])]);
	t.deepEqual(picked(press(control, 'down y down up n')), ['b=yes', 'b=no']);
	t.deepEqual(picked(press(control, 'down Y N')), ['b=yes', 'b=no']);
	t.deepEqual(press(control, 'y').results, []);
});

test('enter goes from field to field and on from the last row', t => {
	const control = form([choice('a', ['x', 'y']), checked('b'), choice('c', ['x', 'y'])]);
	t.is(press(control, 'enter').ui.focus, 'b');
	t.is(press(control, 'enter enter enter').ui.focus, doneId);
	t.deepEqual(press(control, 'enter enter enter enter').results, [{go: 'next'}]);
	t.is(press(control, 'tab tab backtab').ui.focus, 'b');
	t.is(press(control, 'end').ui.focus, doneId);
	t.deepEqual(press(control, 'ctrl+n').results, [{go: 'next'}]);
	t.deepEqual(press(form([checked('only', 'x')]), 'enter').results, [{go: 'next'}], 'a form of one question needs no second enter');
	t.deepEqual(press(form([]), 'enter').results, [{go: 'next'}], 'nor does one without any');
});

test('letters are text in a text field, and keys elsewhere', t => {
	const control = form([text('a'), choice('b', ['x', 'y'])]);
	t.true(isTyping(control, {}));
	t.false(isTyping(control, {focus: 'b'}));
	t.false(isTyping(control, {focus: doneId}));
	t.is(press(control, 'j k q ? / y').ui.texts!['a']!.text, 'jkq?/y');
	t.is(press(control, 'down j').ui.focus, doneId);
});

test('a text is taken over when somebody leaves its field, once', t => {
	const control = form([checked('a'), checked('b')]);
	const left = press(control, 'h i enter');
	t.deepEqual(left.results, [{draft: {...draft, title: 'hi'}}]);
	t.true(left.last.isAgain);
	t.deepEqual(left.ui.texts, {});
	// The same text as before is no change.
	t.deepEqual(press(form([checked('a', 'x'), checked('b')]), 'backspace x enter').results, []);
	t.like(settle(control, press(control, 'h i').ui), {result: {draft: {...draft, title: 'hi'}}});
	t.is(settle(control, {}).result, undefined);
});

test('a text that is wrong stays with its problem, and whoever goes on sees it', t => {
	const control = form([checked('a'), checked('b')]);
	const wrong = press(control, 'b a d enter');
	t.like(wrong.ui, {problems: {a: 'this is bad'}, texts: {a: {text: 'bad'}}});
	t.is(wrong.ui.focus, 'a');
	t.deepEqual(wrong.results, []);
	t.is(press(control, 'enter ctrl+n down', wrong.ui).ui.focus, 'a');
	// Who goes up may, and comes back from the last row.
	const up = press(control, 'down b a d up', {});
	t.like(up.ui, {focus: 'a', problems: {b: 'this is bad'}, texts: {b: {text: 'bad'}}});
	t.is(press(control, 'ctrl+n', up.ui).ui.focus, 'b');
	t.deepEqual(press(control, 'ctrl+n', up.ui).results, []);
	// Another letter takes the problem away.
	t.deepEqual(press(control, '!', wrong.ui).ui.problems, {});
	t.like(settle(control, wrong.ui), {ui: {texts: {a: {text: 'bad'}}, problems: {a: 'this is bad'}}});
});

test('texts without a meaning of their own count when the form is done', t => {
	const got: unknown[] = [];
	const control = form([text('a', 'first'), text('b', 'second')], texts => {
		got.push(texts);
		return texts['b'] === 'seconds' ? {go: 'next'} : {problems: {b: 'more'}};
	});
	const refused = press(control, 'ctrl+n');
	t.like(refused.ui, {focus: 'b', problems: {b: 'more'}});
	const {results} = press(control, 's ctrl+n', refused.ui);
	t.deepEqual(results, [{go: 'next'}]);
	t.deepEqual(got, [{a: 'first', b: 'second'}, {a: 'first', b: 'seconds'}]);
});

test('what was pasted keeps its line breaks only where they mean something', t => {
	const paste = (field: Field, pasted: string) => drive(form([field]), {}, {kind: 'paste', text: pasted}, options).ui.texts!['a'];
	t.deepEqual(paste(text('a', '', {isMultiline: true}), '10.0.0.1\n10.0.0.2\n'), {text: '10.0.0.1\n10.0.0.2\n', caret: 18});
	t.deepEqual(paste(text('a'), ' 10.0.0.1 \n 10.0.0.2\n'), {text: '10.0.0.1 10.0.0.2', caret: 17});
	const many = Array.from({length: 1000}, (_, index) => `10.0.${Math.floor(index / 250)}.${index % 250}`).join('\n');
	t.is(paste(text('a', '', {isMultiline: true}), many)!.text, many);
});

test('actions on control keys work while somebody types, and take the text over first', t => {
	const control = {...form([checked('a'), checked('b')]), actions: [{key: 'ctrl+o', label: 'open', run: (id: string | undefined): Result => ({message: {text: `open ${id}`, tone: 'good'}})}]};
	t.deepEqual(picked(press(control, 'ctrl+o')), ['open a']);
	const typed = press(control, 'h i ctrl+o');
	t.true(typed.last.isAgain);
	t.deepEqual(press(control, 'b a d ctrl+o').results, []);
});

const matrix: Of<'matrix'> = {
	kind: 'matrix',
	question: 'Where?',
	columns: ['x', 'y', 'z'].map(id => ({id, label: id})),
	rows: ids(10).map(id => ({id, label: id, cells: ['x', 'y', 'z'].map(() => ({text: 'lan', isOwn: false, isIdle: false})), about: []})),
	open: (row, column) => ({message: {text: `open ${row} ${column}`, tone: 'good'}}),
	clear: (row, column) => ({message: {text: `clear ${row} ${column}`, tone: 'good'}}),
};

test('in a matrix arrows move both ways and end at its edges', t => {
	t.deepEqual(picked(press(matrix, 'enter')), ['open e0 undefined']);
	t.deepEqual(picked(press(matrix, 'down down right right enter')), ['open e2 y']);
	t.deepEqual(picked(press(matrix, 'right right right right right space')), ['open e0 z']);
	t.deepEqual(picked(press(matrix, 'right left left enter')), ['open e0 undefined']);
	t.deepEqual(picked(press(matrix, 'end home enter')), ['open e0 undefined']);
	t.deepEqual(picked(press(matrix, 'tab l h backtab end delete')), ['clear e0 z']);
	t.deepEqual(picked(press(matrix, 'right backspace')), ['clear e0 x']);
	t.deepEqual(press(matrix, 'backspace').results, [], 'a name has nothing to take back');
	t.deepEqual(press(matrix, `${'down '.repeat(10)}enter`).results, [{go: 'next'}]);
	t.deepEqual(press(matrix, `${'down '.repeat(10)}backspace space`).results, []);
	t.deepEqual(press(matrix, 'down ctrl+n').results, [{go: 'next'}]);
	t.is(press(matrix, 'pagedown').ui.focus, 'e5');
});

const tabs: Of<'tabs'> = {
	kind: 'tabs',
	question: 'Right?',
	tabs: ['one', 'two', 'none'].map(id => ({
		id,
		label: id,
		items: () => id === 'none' ? [] : [{id: 'heading', lines: [[]], isHeading: true as const}, ...ids(9).map(item => ({id: `${id} ${item}`, lines: [[]]}))],
		open: item => ({message: {text: item.id, tone: 'good'}}),
	})),
	actions: [{key: 'a', label: 'accept', run: id => ({message: {text: `accept ${id}`, tone: 'good'}})}],
};

test('tabs go around, and each remembers its place', t => {
	t.is(press(tabs, 'right').ui.tab, 'two');
	t.is(press(tabs, 'left').ui.tab, 'none');
	t.is(press(tabs, 'right right right').ui.tab, 'one');
	t.is(press(tabs, '2').ui.tab, 'two');
	t.is(press(tabs, '9').ui.tab, undefined);
	t.deepEqual(picked(press(tabs, 'down down right down left enter')), ['one e2']);
	t.deepEqual(picked(press(tabs, 'down down right down enter')), ['two e1']);
	t.deepEqual(picked(press(tabs, 'enter')), ['one e0'], 'a heading is not selected');
	t.deepEqual(picked(press(tabs, 'end a')), ['accept one e8']);
	t.deepEqual(press(tabs, 'ctrl+n').results, [{go: 'next'}]);
});

test('a tab without items takes every key', t => {
	t.deepEqual(picked(press(tabs, '3 down up end home pagedown pageup enter a')), ['accept undefined']);
});

test('a text scrolls to its end and not beyond, and enter is what it says', t => {
	const control: Of<'text'> = {kind: 'text', question: 'Done', lines: () => Array.from({length: 20}, () => []), done: {command: {kind: 'quit'}}};
	// The last page of five lines.
	t.is(press(control, 'down '.repeat(99)).ui.scroll, 15);
	t.is(press(control, 'end up').ui.scroll, 14, 'no key is without effect after the end');
	t.is(press(control, 'down down up').ui.scroll, 1);
	t.is(press(control, 'up').ui.scroll, 0);
	t.deepEqual(press(control, 'down enter').results, [{command: {kind: 'quit'}}]);
	t.deepEqual(press({...control, lines: () => []}, 'down up end enter').results, [{command: {kind: 'quit'}}]);
	const {done: _, ...closed} = control;
	t.deepEqual(press(closed, 'enter').results, []);
});

test('keys that mean nothing change nothing', t => {
	for (const control of [list(), form([choice('a', ['x', 'y'])]), matrix, tabs] as readonly Control[]) {
		for (const key of ['ctrl+g', 'ctrl+p', '!', 'é', 'delete', 'backspace', 'escape']) {
			const {last} = press(control, key, {});
			t.deepEqual(last, {ui: {}, isIdle: true}, `${control.kind} ${key}`);
		}
	}
});

test('a text field moves and deletes by what people see as one character', t => {
	const edit = (start: string, keys: string) => {
		let field = makeField(start);
		for (const key of parseKeys(keys)) {
			field = editField(field, key) ?? field;
		}

		return field;
	};

	t.deepEqual(edit('aé', 'backspace'), {text: 'a', caret: 1});
	t.deepEqual(edit('👩‍🚒b', 'left left delete'), {text: 'b', caret: 0});
	t.deepEqual(edit('漢字', 'left x'), {text: '漢x字', caret: 2});
	t.deepEqual(edit('one two  ', 'ctrl+w'), {text: 'one ', caret: 4});
	t.deepEqual(edit('one two', 'ctrl+w ctrl+w ctrl+w'), {text: '', caret: 0});
	t.deepEqual(edit('one two', 'left left left ctrl+u'), {text: 'two', caret: 0});
	t.deepEqual(edit('one two', 'left left left ctrl+k'), {text: 'one ', caret: 4});
	t.deepEqual(edit('abc', 'home x end y ctrl+a z ctrl+e !'), {text: 'zxabcy!', caret: 7});
	t.deepEqual(edit('', 'left right backspace delete ctrl+w ctrl+u ctrl+k'), {text: '', caret: 0});
	t.is(editField(makeField('a'), {kind: 'named', name: 'ctrl+g'}), undefined);
});

test('in a text field the caret stands within the text, whatever is typed', t => {
	const keys = fc.array(fc.oneof(fc.constantFrom(...parseKeys('left right home end backspace delete ctrl+w ctrl+u ctrl+k ctrl+a ctrl+e')), fc.string({unit: fc.constantFrom('a', ' ', '́', '漢', '👩', '‍', '🚒', '\n'), minLength: 1, maxLength: 3}).map(typed => ({kind: 'text' as const, text: typed}))), {maxLength: 40});
	fc.assert(fc.property(keys, all => {
		let field = makeField('');
		for (const key of all) {
			field = editField(field, key)!;
			t.true(field.caret >= 0 && field.caret <= makeField(field.text).caret);
		}
	}), {numRuns: 200});
});
