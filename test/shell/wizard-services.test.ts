import test from 'ava';
import {describeFailure} from '../../source/commands/wizard-services.js';
import {UserError} from '../../source/shell/user-error.js';

test('what to install is said on the screen, and options of a command are not', t => {
	const describe = (hint: string) => describeFailure(new UserError('It failed', {hint}));
	t.is(describe('npm install --global some-package'), 'It failed (npm install --global some-package)');
	t.is(describe('add --force'), 'It failed');
});
