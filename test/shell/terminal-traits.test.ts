import test from 'ava';
import {findTerminalTraits} from '../../source/shell/terminal.js';

type Options = NonNullable<Parameters<typeof findTerminalTraits>[0]>;

const look = (env: Options['env'], {platform = 'linux', isInputTerminal = true, isErrorTerminal = true}: Omit<Options, 'env'> = {}) => findTerminalTraits({env: env ?? {}, platform, isInputTerminal, isErrorTerminal});

test('there is somebody to ask only where keys and drawing have a terminal', t => {
	t.true(look({}).isInteractive);
	t.false(look({}, {isInputTerminal: false}).isInteractive);
	t.false(look({}, {isErrorTerminal: false}).isInteractive);
	t.false(look({}, {isInputTerminal: false, isErrorTerminal: false}).isInteractive);
});

const isUnicode = test.macro<[Options['env'], NodeJS.Platform, boolean]>({
	exec(t, env, platform, expected) {
		t.is(look(env, {platform}).isUnicode, expected);
	},
	title: (_, env, platform, expected) => `${platform} with ${Object.entries(env ?? {}).map(([name, value]) => `${name}="${value}"`).join(' ') || 'nothing set'} ${expected ? 'has' : 'has no'} Unicode`,
});

test(isUnicode, {LANG: 'en_US.UTF-8'}, 'linux', true);
test(isUnicode, {LANG: 'de_DE.utf8'}, 'linux', true);
test(isUnicode, {LANG: 'C.UTF-8', TERM: 'xterm-256color'}, 'linux', true);
test(isUnicode, {}, 'linux', false);
test(isUnicode, {LANG: 'C'}, 'linux', false);
test(isUnicode, {LANG: 'en_US.ISO-8859-1'}, 'linux', false);
// POSIX: the first of the three that is set and not empty decides.
test(isUnicode, {LC_ALL: 'C', LANG: 'en_US.UTF-8'}, 'linux', false);
test(isUnicode, {LC_CTYPE: 'C', LANG: 'en_US.UTF-8'}, 'linux', false);
test(isUnicode, {LC_ALL: 'en_US.UTF-8', LC_CTYPE: 'C', LANG: 'C'}, 'linux', true);
test(isUnicode, {LC_ALL: '', LC_CTYPE: '', LANG: 'en_US.UTF-8'}, 'linux', true);
test(isUnicode, {LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C'}, 'linux', true);
test(isUnicode, {LANG: 'en_US.UTF-8', TERM: 'linux'}, 'linux', false);
test(isUnicode, {LANG: 'en_US.UTF-8', TERM: 'dumb'}, 'linux', false);
// Terminal programs of macOS show Unicode also where no locale is set.
test(isUnicode, {}, 'darwin', true);
test(isUnicode, {LANG: 'C'}, 'darwin', false);
test(isUnicode, {LANG: 'de_DE.UTF-8'}, 'darwin', true);
test(isUnicode, {}, 'win32', false);
test(isUnicode, {LANG: 'en_US.UTF-8'}, 'win32', false);
test(isUnicode, {WT_SESSION: '0a1b'}, 'win32', true);
test(isUnicode, {TERM_PROGRAM: 'vscode'}, 'win32', true);
test(isUnicode, {ConEmuTask: '{cmd}'}, 'win32', true);
test(isUnicode, {TERM: 'xterm-256color'}, 'win32', true);
test(isUnicode, {TERM: 'dumb', WT_SESSION: '0a1b'}, 'win32', false);

test('a dumb terminal has no second screen', t => {
	t.false(look({TERM: 'dumb'}).isFullScreen);
	t.true(look({TERM: 'xterm'}).isFullScreen);
	t.true(look({TERM: 'linux'}).isFullScreen);
	t.true(look({}).isFullScreen);
});

test('a screen reader is served where the environment asks for it, and not otherwise', t => {
	t.true(look({INK_SCREEN_READER: 'true'}).isReadOut);
	t.false(look({}).isReadOut);
	t.false(look({INK_SCREEN_READER: 'false'}).isReadOut);
	t.false(look({INK_SCREEN_READER: ''}).isReadOut);
});

test('without options the process itself is looked at', t => {
	// Node leaves out `isTTY` where there is no terminal.
	t.is(typeof findTerminalTraits().isInteractive, 'boolean');
});
