import test from 'ava';
import {showLine} from '../../source/core/text.js';

test('a text that is too long is cut between its characters', t => {
	t.is(showLine('abc', 3), 'abc');
	t.is(showLine('abcd', 3), 'abc…');
	t.is(showLine('a😀b', 3), 'a😀…');
	t.is(showLine('a😀b', 2), 'a…');
});
