import test from 'ava';
import fc from 'fast-check';
import {findFreeName, findNameProblem, formatName} from '../../source/core/profile/names.js';

test('every text comes to a name that a profile can be saved under', t => {
	const parts = fc.constantFrom('con', 'nul', 'com1', '.', '-', '..', '.damaged-', 'a', 'ß', 'Ä', '/', ' ', 'constructor', 'x'.repeat(50), '日本');
	fc.assert(fc.property(fc.oneof(fc.string({unit: 'grapheme'}), fc.array(parts).map(words => words.join(''))), typed => {
		const name = formatName(typed);
		t.is(findNameProblem(name), undefined, `${typed} ${name}`);
		t.is(formatName(name), name);
		const taken = new Set([name, `${name}-2`, findFreeName(name, candidate => candidate === name)]);
		const free = findFreeName(name, candidate => taken.has(candidate));
		t.false(taken.has(free));
		t.is(findNameProblem(free), undefined, `${free}`);
	}));
});

test('a name stays as near as possible to what was typed', t => {
	t.deepEqual(['pilot', 'OLVM pilot', 'Größe & Würde', '../../etc/passwd', 'a..b--c', '', '日本', 'con', 'nul.txt', 'constructor', 'x.damaged-2026'].map(typed => formatName(typed)), ['pilot', 'olvm-pilot', 'grosse-wurde', 'etc-passwd', 'a.b-c', 'profile', 'profile', 'profile-con', 'profile-nul.txt', 'profile-constructor', 'x-damaged-2026']);
	t.is(findFreeName('a', name => ['a', 'a-2'].includes(name)), 'a-3');
});
