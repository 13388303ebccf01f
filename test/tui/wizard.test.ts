import test from 'ava';
import fc from 'fast-check';
import {completeProfile, draftSchema, openProfile, type Draft} from '../../source/core/profile/draft.js';
import {own} from '../../source/core/records.js';
import {doneId, type Command} from '../../source/tui/control.js';
import {findItem, findTab} from '../../source/tui/focus.js';
import type {Key} from '../../source/tui/keys.js';
import type {CommandContext, CommandOutcome} from '../../source/tui/services.js';
import {formatLine} from '../../source/tui/text/styled.js';
import {layOutFrame} from '../../source/tui/view/frame.js';
import type {Snapshot} from '../../source/tui/snapshot.js';
import {beginDraft} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {derivePlan, findFrameFaults, findHighlighted, parseKeys, screenOf, startWizard, type TestWizard} from '../helpers/wizard.js';

const size = {columns: 80, rows: 24};
const allProducts = ['olvm', 'oracle-vm', 'okm', 'vplus'];

/** A wizard with a design of some products, on a step. */
async function openAt(step: string, chosen: readonly string[] = ['olvm'], change: (draft: Draft) => Draft = draft => draft): Promise<TestWizard> {
	const test_ = await startWizard({size});
	await test_.open(change(beginDraft(test_.catalog, chosen)), step);
	return test_;
}

const fieldsOf = ({control}: Snapshot) => control.kind === 'form' ? control.fields : [];
const valueOf = (snapshot: Snapshot, id: string) => fieldsOf(snapshot).find(field => field.id === id)?.value;

/** Press a key until something is highlighted. */
function goTo({press, look}: TestWizard, id: string, key = 'down'): void {
	for (let count = 0; findHighlighted(look()) !== id; count++) {
		if (count > 400) {
			throw new Error(`Nothing is called ${id}: ${findHighlighted(look())} is the last`);
		}

		press(key);
	}
}

test('the first screen needs no design, and begins a new one', async t => {
	const run = (command: Command): CommandOutcome => command.kind === 'start' ? {draft: {...beginDraft(catalog, []), name: command.name, title: command.title}} : {};
	const catalog = await readTestCatalog();
	const {press, type, look, log, wizard, settle} = await startWizard({run: async command => run(command)});
	t.is(look().step, 'start');
	t.is(wizard.draft, undefined);
	press('enter');
	type('My Estate: 漢字!');
	press('enter');
	t.deepEqual(log.findLast(({what}) => what === 'run')!.detail, {kind: 'start', starter: undefined, title: 'My Estate: 漢字!', name: 'my-estate'});
	t.false(look().busy === undefined);
	await settle();
	t.is(look().step, 'products');
	t.is(look().busy, undefined);
	t.is(wizard.draft!.title, 'My Estate: 漢字!');
	t.is(look().saving.state, 'saved');
});

test('the first screen lists what can be gone on with, and refuses what cannot be opened', async t => {
	const saved = [
		{name: 'old', title: 'Old', chosen: ['olvm'], updated: '2026-01-01T00:00:00.000Z', isFinished: true},
		{name: 'last', title: 'Last', chosen: [], updated: '2026-02-01T00:00:00.000Z', isFinished: false},
		{name: 'broken', title: 'broken', chosen: [], updated: '', isFinished: true, problem: 'it is damaged'},
	];
	const test_ = await startWizard({saved, starters: [{name: 'example', title: 'Example'}]});
	t.is(findHighlighted(test_.look()), 'saved:last');
	goTo(test_, 'saved:broken');
	test_.press('enter');
	t.is(test_.look().message?.tone, 'danger');
	t.deepEqual(test_.log.filter(({what}) => what === 'run'), []);
	goTo(test_, 'saved:old', 'up');
	test_.press('d');
	t.is(findHighlighted(test_.look()), 'keep', 'what deletes is not what enter means at once');
	test_.press('enter');
	t.deepEqual(test_.log.filter(({what}) => what === 'run'), []);
	goTo(test_, 'saved:old');
	test_.press('d down enter');
	t.deepEqual(test_.log.at(-1)!.detail, {kind: 'remove', name: 'old'});
});

test('a name that is taken or is no name is refused, and stays typed', async t => {
	const saved = ['old', 'other'].map(name => ({name, title: name, chosen: [], updated: '2026-01-01T00:00:00.000Z', isFinished: true}));
	const test_ = await startWizard({saved});
	goTo(test_, 'saved:old');
	test_.press('r ctrl+u');
	test_.type('other');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['name']);
	test_.press('!');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['name']);
	t.deepEqual(test_.log.filter(({what}) => what === 'run'), []);
	test_.press('ctrl+u');
	test_.type('newer');
	test_.press('enter');
	t.deepEqual(test_.log.at(-1)!.detail, {kind: 'rename', name: 'old', to: 'newer'});
});

test('products are chosen and taken away, and one at least is needed', async t => {
	const {press, look, wizard, getSaved} = await openAt('products', []);
	press('enter');
	t.is(look().step, 'products');
	t.is(look().message?.tone, 'warning');
	press('space down space');
	t.is(wizard.draft!.chosen.length, 2);
	press('space');
	t.is(wizard.draft!.chosen.length, 1);
	t.deepEqual(getSaved(), wizard.draft);
	press('enter');
	t.not(look().step, 'products');
});

test('every answer is on disk before the next key is looked at', async t => {
	const test_ = await openAt('options:olvm');
	test_.log.length = 0;
	test_.press('y down y down y');
	t.deepEqual(test_.log.map(({what}) => what), ['key', 'save', 'key', 'key', 'save', 'key', 'key', 'save']);
	const saves = test_.log.filter(({what}) => what === 'save').map(({detail}) => Object.keys((detail as Draft).products['olvm']?.options ?? {}).length);
	t.deepEqual(saves, [1, 2, 3]);
	t.deepEqual(test_.getSaved(), test_.wizard.draft);
});

test('a save that fails is shown, nothing is lost, and the next one that works says so', async t => {
	const test_ = await openAt('options:olvm');
	test_.failSaving('the disk is full');
	test_.press('y');
	t.like(test_.look().saving, {state: 'failed', problem: 'the disk is full'});
	const [first] = fieldsOf(test_.look());
	t.is(first!.value, 'yes');
	test_.press('down y enter');
	t.is(test_.look().saving.state, 'failed');
	t.is(Object.keys(test_.wizard.draft!.products['olvm']!.options!).length, 2);
	test_.press('ctrl+s');
	t.is(test_.look().message?.tone, 'danger');
	test_.failSaving(undefined);
	test_.press('ctrl+s');
	t.is(test_.look().saving.state, 'saved');
	t.is(test_.look().message?.tone, 'good');
	t.deepEqual(test_.getSaved(), test_.wizard.draft);
});

test('the design can be written to a file from every step, and back again', async t => {
	const test_ = await openAt('options:olvm');
	test_.press('down down ctrl+x');
	t.is(valueOf(test_.look(), 'file'), 'design.yaml');
	test_.press('escape');
	t.is(test_.look().step, 'options:olvm');
	const third = fieldsOf(test_.look())[2];
	t.is(findHighlighted(test_.look()), third!.id);
	test_.press('ctrl+x enter');
	t.deepEqual(test_.log.at(-1)!.detail, {kind: 'export', name: undefined, file: 'design.yaml'});
});

test('going forward and back keeps every answer and every place', async t => {
	const test_ = await openAt('products', ['olvm', 'oracle-vm']);
	const {look, press, wizard} = test_;
	const before = wizard.draft;
	const way: string[] = [];
	const guard = () => {
		t.true(way.length < 30);
	};

	for (; look().step !== 'review';) {
		guard();
		way.push(look().step);
		press('down ctrl+n');
	}

	// The preset is the only step on which going on is an answer.
	t.deepEqual(wizard.draft!.products, before!.products);
	t.deepEqual(wizard.draft!.chosen, before!.chosen);
	t.true(['products', 'versions', 'placement', 'options:olvm', 'options:oracle-vm', 'parameters', 'segregation', 'zones', 'matrix', 'addresses', 'change'].every(step => way.includes(step)), `${way.join(' ')}`);
	const after = wizard.draft;
	const back: string[] = [];
	for (; look().step !== 'products';) {
		guard();
		press('escape');
		back.push(look().step);
	}

	t.deepEqual(back.toReversed(), way);
	t.is(wizard.draft, after);
	t.is(findHighlighted(look()), 'oracle-vm');
});

test('answers that no longer apply are kept, and come back', async t => {
	const test_ = await openAt('options:okm', ['okm', 'olvm']);
	goTo(test_, 'okm/sp-outside-access');
	test_.press('y');
	goTo(test_, 'okm/sp-http', 'up');
	test_.press('y');
	const all = completeProfile(test_.wizard.draft!, test_.catalog);
	goTo(test_, 'okm/sp-outside-access');
	test_.press('n');
	t.is(valueOf(test_.look(), 'okm/sp-http'), undefined);
	t.is(own(completeProfile(test_.wizard.draft!, test_.catalog).products['okm']!.options, 'sp-http'), undefined);
	test_.press('y');
	t.is(valueOf(test_.look(), 'okm/sp-http'), 'yes');
	t.deepEqual(completeProfile(test_.wizard.draft!, test_.catalog), all);
	// The same for a whole product.
	for (; test_.look().step !== 'products';) {
		test_.press('escape');
	}

	goTo(test_, 'okm');
	test_.press('space');
	t.deepEqual(Object.keys(completeProfile(test_.wizard.draft!, test_.catalog).products), ['olvm']);
	t.false(test_.look().rail.some(({id}) => id === 'options:okm'));
	test_.press('space');
	t.deepEqual(completeProfile(test_.wizard.draft!, test_.catalog), all);
});

test('a parameter is taken over when somebody leaves its field, and kept with its problem when it is wrong', async t => {
	const test_ = await openAt('parameters');
	const [first] = fieldsOf(test_.look());
	test_.press('ctrl+u');
	test_.type('99999');
	test_.press('enter');
	t.is(findHighlighted(test_.look()) ?? first!.id, first!.id);
	t.truthy(test_.look().ui.problems![first!.id]);
	t.deepEqual(test_.wizard.draft!.products, {});
	// Leaving the step keeps the text, with what is wrong with it.
	test_.press('ctrl+r');
	t.not(test_.look().step, 'parameters');
	test_.press('ctrl+g home');
	goTo(test_, 'parameters');
	test_.press('enter');
	t.is(test_.look().step, 'parameters');
	t.is(test_.look().ui.texts![first!.id]!.text, '99999');
	t.truthy(test_.look().ui.problems![first!.id]);
	test_.press('ctrl+u');
	test_.type('8443');
	// Leaving is enough for a text that is right.
	test_.press('ctrl+r');
	t.is(Object.values(test_.wizard.draft!.products['olvm']!.parameters!)[0], '8443');
	t.deepEqual(test_.getSaved(), test_.wizard.draft);
});

for (const key of ['enter', 'tab', 'down', 'up', 'ctrl+g', 'ctrl+n', 'ctrl+r', 'ctrl+s', 'ctrl+x', 'ctrl+c', 'pagedown', 'backtab']) {
	test(`${key} takes over what was typed`, async t => {
		const test_ = await openAt('change');
		test_.press('down down');
		test_.type('CHG-1');
		test_.press(key);
		t.is(test_.wizard.draft!.change?.ticket, 'CHG-1');
		t.deepEqual(test_.getSaved(), test_.wizard.draft);
	});
}

test('ctrl+c says once that a text with a problem is not kept', async t => {
	const test_ = await openAt('addresses');
	test_.type('10.1.0.300');
	test_.press('ctrl+c');
	t.false(test_.look().isLeaving);
	t.regex(test_.look().message?.text ?? '', /not kept/v);
	t.is(Object.values(test_.look().ui.texts ?? {})[0]?.text, '10.1.0.300');
	test_.press('ctrl+c');
	t.true(test_.look().isLeaving);
});

test('what will be written is told from what is left as it is', async t => {
	const files = ['created', 'replaced', 'unchanged', 'removed', 'unchanged'].map((status, index) => ({path: `${index}.md`, status}));
	const test_ = await startWizard({size, run: command => command.kind === 'examine' ? {output: {files, obstacles: []}, go: screenOf('write', 'confirm')} : {}});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'write');
	test_.press('ctrl+n');
	await test_.settle();
	t.regex(test_.look().control.question, /^Write 2 files to [^,]+, remove 1, leave 2 as they are\?$/v);
});

test('escape brings back what was there, and then goes a step back', async t => {
	const test_ = await openAt('change');
	test_.press('down down');
	test_.type('CHG-1');
	test_.press('escape');
	t.is(test_.look().step, 'change');
	t.is(test_.wizard.draft!.change?.ticket, undefined);
	t.deepEqual(test_.look().ui.texts, {});
	test_.press('escape');
	t.is(test_.look().step, 'addresses');
});

test('a thousand pasted addresses are one answer', async t => {
	const test_ = await openAt('addresses');
	const [field] = fieldsOf(test_.look());
	const addresses = Array.from({length: 1000}, (_, index) => `10.1.${Math.floor(index / 250)}.${(index % 250) + 1}`);
	test_.paste(addresses.join('\n'));
	test_.press('enter');
	const [host, role] = field!.id.split('/') as [string, 'management'];
	t.deepEqual(test_.wizard.draft!.hosts![host]!.addresses![role], addresses);
	t.is(test_.look().ui.problems?.[field!.id], undefined);
	t.deepEqual(findFrameFaults(test_.look(), size, true), []);
	test_.press('up');
	test_.paste('\nnot an address!');
	test_.press('down');
	t.truthy(test_.look().ui.problems![field!.id]);
	t.deepEqual(test_.wizard.draft!.hosts![host]!.addresses![role], addresses);
});

test('help opens and closes without losing the place', async t => {
	const test_ = await openAt('options:olvm');
	test_.press('down down down');
	const before = test_.look();
	for (const [open, close] of [['?', 'escape'], ['help', 'help'], ['?', 'enter'], ['?', 'q'], ['?', '?']] as const) {
		test_.press(open);
		t.true(test_.look().isHelp);
		test_.press('down down y n space');
		t.true(test_.look().isHelp);
		test_.press(close);
		t.false(test_.look().isHelp);
		t.deepEqual(test_.look().ui, before.ui);
		t.is(test_.look().step, before.step);
	}

	t.deepEqual(test_.wizard.draft!.products, {});
});

test('while somebody types a question mark is text, and F1 is help', async t => {
	const test_ = await openAt('change');
	test_.type('?');
	t.false(test_.look().isHelp);
	test_.press('help');
	t.true(test_.look().isHelp);
	test_.press('escape');
	t.regex(test_.look().ui.texts!['design-title']!.text, /\?$/v);
});

test('help works on every step, and on the first screen', async t => {
	const first = await startWizard();
	first.press('?');
	t.true(first.look().isHelp);
	t.deepEqual(findFrameFaults(first.look(), size, true), []);
	const whole = await openAt('products', allProducts);
	const {rail} = whole.look();
	for (const {id} of rail.slice(1)) {
		// eslint-disable-next-line no-await-in-loop -- One wizard at a time.
		const test_ = await openAt(id, allProducts);
		t.is(test_.look().step, id);
		test_.press('help');
		t.true(test_.look().isHelp, `${id}`);
		t.deepEqual(findFrameFaults(test_.look(), size, true), [], `${id}`);
	}
});

test('keys pressed while a command runs are applied after it, in order', async t => {
	const test_ = await startWizard({size});
	const draft = beginDraft(test_.catalog, []);
	const opening = test_.open(draft, 'products');
	t.not(test_.look().busy, undefined);
	test_.press('down down space ?');
	t.is(test_.look().step, 'start');
	await opening;
	t.is(test_.look().step, 'products');
	t.is(test_.wizard.draft!.chosen.length, 1);
	t.true(test_.look().isHelp);
	test_.press('escape');
	t.is(findHighlighted(test_.look()), test_.wizard.draft!.chosen[0]);
});

test('ctrl+c leaves at once, also while a command runs, and no key counts after it', async t => {
	const {press, look, log} = await startWizard({
		run: async () => new Promise<CommandOutcome>(() => {
		// It never ends.
		}),
	});
	press('enter enter');
	t.not(look().busy, undefined);
	press('down ctrl+c');
	t.true(look().isLeaving);
	log.length = 0;
	press('down enter y');
	t.deepEqual(log.filter(({what}) => what !== 'key'), []);
});

test('whoever leaves from help keeps what was typed', async t => {
	const test_ = await openAt('change');
	test_.press('down down');
	test_.type('CHG-1');
	test_.press('help ctrl+c');
	t.true(test_.look().isLeaving);
	t.is(test_.getSaved()!.change?.ticket, 'CHG-1');
});

/** A design with an answer that is on no disk. */
async function openUnsaved(run?: (command: Command) => CommandOutcome | Promise<CommandOutcome>): Promise<TestWizard> {
	const test_ = await startWizard({size, ...(run === undefined ? {} : {run})});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'options:olvm');
	test_.failSaving('the disk is full');
	test_.press('y');
	return test_;
}

const asksToLeave = ({control, isHelp, isLeaving}: Snapshot) => !isHelp && !isLeaving && control.question.startsWith('Leave, although');

for (const [place, keys] of [['on a step', 'ctrl+c'], ['in help', 'help ctrl+c'], ['on the first screen', 'escape escape escape escape escape escape ctrl+c']] as const) {
	test(`ctrl+c ${place} asks before answers are lost`, async t => {
		const test_ = await openUnsaved();
		test_.press(keys);
		t.true(asksToLeave(test_.look()));
		test_.press('down enter');
		t.false(test_.look().isLeaving);
		t.false(asksToLeave(test_.look()));
		test_.press('help ctrl+c ctrl+c');
		t.true(test_.look().isLeaving);
	});
}

test('ctrl+c in help leaves at once when the answers can be saved by then', async t => {
	const test_ = await openUnsaved();
	test_.failSaving(undefined);
	test_.press('help ctrl+c');
	t.true(test_.look().isLeaving);
	t.true(test_.wizard.isKept);
});

test('ctrl+c while a command runs asks behind it when answers would be lost, and leaves at once when it is pressed again', async t => {
	let end: (outcome: CommandOutcome) => void = () => undefined;
	const open = async () => {
		const test_ = await openUnsaved(async () => new Promise<CommandOutcome>(resolve => {
			end = resolve;
		}));
		test_.press('ctrl+x enter');
		t.not(test_.look().busy, undefined);
		test_.press('ctrl+c');
		t.false(test_.look().isLeaving);
		t.like(test_.look().message, {tone: 'danger'});
		t.deepEqual(findFrameFaults(test_.look(), {columns: 60, rows: 20}, true), []);
		return test_;
	};

	const impatient = await open();
	impatient.press('ctrl+c');
	t.true(impatient.look().isLeaving);

	const patient = await open();
	end({message: {text: 'It failed', tone: 'danger'}});
	await patient.settle();
	t.true(asksToLeave(patient.look()));

	const kept = await open();
	kept.failSaving(undefined);
	kept.press('ctrl+c');
	t.true(kept.look().isLeaving);
	t.true(kept.wizard.isKept);
});

test('what ends by itself asks too when answers would be lost', async t => {
	const test_ = await openUnsaved(async () => ({isLeaving: true}));
	test_.press('ctrl+x enter');
	await test_.settle();
	t.true(asksToLeave(test_.look()));
	test_.press('end enter');
	t.true(test_.look().isLeaving);
});

test('a design that was saved from the first screen opens in the design', async t => {
	const test_ = await openAt('products');
	test_.press('escape ctrl+s');
	t.is(test_.look().step, 'start');
	await test_.open(test_.getSaved()!, 'start');
	t.is(test_.look().step, 'products');
	await test_.open(test_.getSaved()!, 'no-such-step');
	t.is(test_.look().step, 'products');
});

test('a filter finds an entry, and choosing it forgets the filter', async t => {
	const test_ = await openAt('zones', ['olvm'], draft => ({...draft, zones: [...draft.zones, ...Array.from({length: 40}, (_, index) => ({id: `z${index}`, title: `Zone ${index}`, trust: 'internal' as const}))]}));
	test_.press('/');
	test_.type('z37');
	test_.press('enter');
	t.is(valueOf(test_.look(), 'title'), 'Zone 37');
	test_.press('escape');
	t.is(findHighlighted(test_.look()), 'z37');
	t.falsy(test_.look().ui.filter);
});

test('a zone is added, edited, renamed and deleted, but not while something is in it', async t => {
	const test_ = await openAt('zones');
	test_.press('a ctrl+u');
	test_.type('Backup');
	test_.press('down right down y down');
	test_.paste('10.5.0.0/24, 2001:db8:5::/64');
	test_.press('down');
	test_.type('4095');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['vlan']);
	test_.press('backspace ctrl+n');
	t.like(test_.wizard.draft!.zones[1], {id: 'backup', title: 'Backup', administration: true, networks: ['10.5.0.0/24', '2001:db8:5::/64'], vlan: 409});
	t.is(findHighlighted(test_.look()), 'backup');
	test_.press('r ctrl+u');
	test_.type('lan');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['id']);
	test_.press('ctrl+u');
	test_.type('vault');
	test_.press('enter');
	t.is(test_.wizard.draft!.zones[1]!.id, 'vault');
	t.is(findHighlighted(test_.look()), 'vault');
	goTo(test_, 'lan', 'up');
	test_.press('d');
	t.is(test_.wizard.draft!.zones.length, 2);
	t.is(test_.look().message?.tone, 'warning');
	goTo(test_, 'vault');
	test_.press('d');
	t.regex(test_.look().control.question, /^Delete the zone Backup/v, 'its networks would be lost');
	test_.press('enter');
	t.is(test_.wizard.draft!.zones.length, 2);
	t.is(findHighlighted(test_.look()), 'vault');
	test_.press('d down enter');
	t.deepEqual(test_.wizard.draft!.zones.map(({id}) => id), ['lan']);
	t.is(findHighlighted(test_.look()), 'lan');
	test_.press('a escape');
	goTo(test_, 'zone-2');
	test_.press('d');
	t.deepEqual(test_.wizard.draft!.zones.map(({id}) => id), ['lan'], 'a zone without networks goes at once');
	t.deepEqual(test_.getSaved(), test_.wizard.draft);
});

test('networks that overlap another zone are refused, and stay typed', async t => {
	const test_ = await openAt('zones', ['olvm'], draft => ({...draft, zones: [{...draft.zones[0]!, networks: ['10.0.0.0/16']}, {id: 'other', title: 'Other', trust: 'internal'}]}));
	goTo(test_, 'other');
	test_.press('enter down down down');
	test_.type('10.0.5.0/24');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['networks']);
	t.is(test_.wizard.draft!.zones[1]!.networks, undefined);
	t.is(test_.look().ui.texts!['networks']!.text, '10.0.5.0/24');
});

test('in the matrix a host is placed, and taken back', async t => {
	const test_ = await openAt('matrix', ['olvm'], draft => ({...draft, zones: [...draft.zones, {id: 'mgmt', title: 'Management', trust: 'restricted'}]}));
	goTo(test_, 'olvm-manager');
	test_.press('right enter');
	t.is(test_.look().control.kind, 'list');
	goTo(test_, 'mgmt');
	test_.press('enter');
	t.is(test_.wizard.draft!.hosts!['olvm-manager']!.zones!.management, 'mgmt');
	t.is(findHighlighted(test_.look()), 'olvm-manager');
	t.is(test_.look().ui.column, 'management');
	test_.press('backspace');
	t.is(test_.wizard.draft!.hosts!['olvm-manager'], undefined);
	// The first row is everybody's.
	test_.press('up '.repeat(40).trim());
	test_.press('enter');
	goTo(test_, 'mgmt');
	test_.press('enter');
	t.is(test_.wizard.draft!.networks.management, 'mgmt');
	// A host itself: its name, number and cluster.
	goTo(test_, 'olvm-kvm-host');
	test_.press('left enter');
	test_.type('Hypervisors');
	test_.press('down');
	test_.type('x');
	test_.press('enter');
	t.truthy(test_.look().ui.problems!['count']);
	test_.press('backspace 8 ctrl+n');
	t.like(test_.wizard.draft!.hosts!['olvm-kvm-host'], {title: 'Hypervisors', count: 8});
	t.is(findHighlighted(test_.look()), 'olvm-kvm-host');
});

test('presets come and go with what was changed in them, and zones of one\'s own come back', async t => {
	const test_ = await openAt('segregation', ['olvm'], draft => ({...draft, zones: [{id: 'mine', title: 'Mine', trust: 'internal', networks: ['10.0.0.0/8']}], networks: {management: 'mine'}}));
	t.is(findHighlighted(test_.look()), 'own');
	goTo(test_, 'flat');
	test_.press('enter escape');
	t.is(test_.wizard.draft!.segregation, 'flat');
	goTo(test_, 'by-role');
	test_.press('enter');
	t.true(test_.wizard.draft!.zones.length > 4);
	test_.press('escape');
	goTo(test_, 'own', 'up');
	test_.press('enter');
	t.deepEqual(test_.wizard.draft!.zones.map(({id}) => id), ['mine']);
	t.deepEqual(test_.wizard.draft!.zones[0]!.networks, ['10.0.0.0/8']);
	test_.press('escape');
	t.is(findHighlighted(test_.look()), 'own');
	test_.press('enter');
	t.is(test_.look().step, 'zones');
});

test('a product that comes after the networks were separated is placed as they are, on request', async t => {
	const test_ = await openAt('segregation', ['olvm']);
	goTo(test_, 'by-role');
	test_.press('enter');
	const before = test_.wizard.draft!;
	test_.press('escape');
	await test_.open({...before, chosen: ['olvm', 'vplus'], products: beginDraft(test_.catalog, ['olvm', 'vplus']).products}, 'segregation');
	const {control} = test_.look();
	t.is(findHighlighted(test_.look()), 'by-role', 'going on changes nothing');
	const entry = control.kind === 'list' ? control.entries[0] : undefined;
	t.regex(entry?.note ?? '', /^\+1 zone, \d+ hosts to place$/v);
	goTo(test_, entry!.id, 'up');
	test_.press('enter');
	t.deepEqual(test_.wizard.draft!.zones.slice(0, before.zones.length), before.zones);
	t.deepEqual(test_.wizard.draft!.zones.slice(before.zones.length).map(({id}) => id), ['backup']);
	test_.press('escape');
	const after = test_.look().control;
	t.false(after.kind === 'list' && after.entries.some(({id}) => id === entry!.id), 'there is nothing left to add');
});

const tabOf = ({control, ui}: Snapshot) => control.kind === 'tabs' ? (ui.tab ?? control.tabs[0]!.id) : undefined;

/** Go to an item of the findings whose id begins so. */
function goToFinding(test_: TestWizard, prefix: string): string {
	for (let count = 0; tabOf(test_.look()) !== 'findings' && count < 9; count++) {
		test_.press('right');
	}

	const {control} = test_.look();
	const items = control.kind === 'tabs' ? control.tabs.find(({id}) => id === 'findings')!.items(50).filter(({isHeading}) => isHeading !== true) : [];
	const index = items.findIndex(({id}) => id.startsWith(prefix));
	if (index === -1) {
		throw new Error(`No item begins with ${prefix}: ${items.map(({id}) => id).join(', ')}`);
	}

	test_.press('home');
	test_.press('down '.repeat(index).trim());
	return items[index]!.id;
}

test('the review leads to a question and back', async t => {
	const test_ = await openAt('review');
	goToFinding(test_, 'change');
	test_.press('enter');
	t.is(test_.look().step, 'change');
	t.true(test_.look().isReturning);
	test_.type('Somebody');
	test_.press('enter escape');
	t.is(test_.look().step, 'review');
	t.is(tabOf(test_.look()), 'findings');
	t.false(test_.look().isReturning);
	// Going on leads back too.
	goToFinding(test_, 'change');
	test_.press('enter ctrl+n');
	t.is(test_.look().step, 'review');
	// From there escape is the step before.
	test_.press('escape');
	t.is(test_.look().step, 'change');
	t.false(test_.look().isReturning);
});

test('every item of the review leads somewhere that exists, and back', async t => {
	const test_ = await openAt('review', allProducts);
	const {control} = test_.look();
	t.is(control.kind, 'tabs');
	for (const tab of control.kind === 'tabs' ? control.tabs : []) {
		for (const item of tab.items(50).filter(({target}) => target !== undefined).slice(0, 60)) {
			const {go} = tab.open(item);
			t.true(typeof go === 'object' && test_.look().rail.some(({id}) => id === go.step), `${tab.id} ${item.id}`);
		}
	}

	for (const tab of control.kind === 'tabs' ? control.tabs : []) {
		test_.press('1');
		for (let count = 0; tabOf(test_.look()) !== tab.id && count < 9; count++) {
			test_.press('right');
		}

		for (let count = 0; count < 25; count++) {
			test_.press('enter');
			const there = test_.look();
			t.deepEqual(findFrameFaults(there, size, true), []);
			// What is to be answered is what is highlighted.
			const fields = there.control.kind === 'form' ? [...there.control.fields.map(({id}) => id), doneId] : undefined;
			t.true(fields === undefined || there.ui.focus === undefined || fields.includes(there.ui.focus), `${there.step} ${there.ui.focus}`);

			if (there.step !== 'review' || there.control.kind !== 'tabs') {
				test_.press('escape');
				for (let again = 0; test_.look().control.kind !== 'tabs' && again < 3; again++) {
					test_.press('escape');
				}
			}

			t.is(test_.look().step, 'review');
			t.is(tabOf(test_.look()), tab.id);
			test_.press('down');
		}
	}
});

test('a finding is accepted with a reason and a name, and taken back', async t => {
	const test_ = await openAt('review');
	const plan = derivePlan(test_.catalog, completeProfile(test_.wizard.draft!, test_.catalog));
	const {id} = plan.findings.find(({status}) => status === 'open')!;
	goToFinding(test_, `finding:${id}`);
	test_.press('a enter enter enter enter');
	t.truthy(test_.look().ui.problems!['reason']);
	test_.type('It is known');
	test_.press('enter');
	test_.type('A. Architect');
	test_.press('enter');
	test_.type('2026-02-30');
	test_.press('ctrl+n');
	t.truthy(test_.look().ui.problems!['until']);
	test_.press('ctrl+u');
	test_.type('2027-01-31');
	test_.press('ctrl+n');
	t.deepEqual(test_.wizard.draft!.acceptedFindings, [{finding: id, reason: 'It is known', by: 'A. Architect', on: '2026-11-22', until: '2027-01-31'}]);
	t.is(test_.look().control.kind, 'tabs');
	goToFinding(test_, `finding:${id}`);
	test_.press('u');
	t.deepEqual(test_.wizard.draft!.acceptedFindings, []);
	test_.press('u');
	t.is(test_.look().message?.tone, 'warning');
});

test('a name that is too long is no reason to ask for another reason', async t => {
	const test_ = await openAt('review');
	goToFinding(test_, 'finding:');
	test_.press('a');
	test_.type('It is known');
	test_.press('enter');
	test_.paste('x'.repeat(201));
	test_.press('ctrl+n');
	t.truthy(test_.look().ui.problems!['by']);
	t.is(findHighlighted(test_.look()), 'by');
	t.is(test_.wizard.draft!.acceptedFindings, undefined);
	test_.press('ctrl+u');
	test_.type('A. Architect');
	test_.press('ctrl+n');
	t.like(test_.wizard.draft!.acceptedFindings?.[0], {reason: 'It is known', by: 'A. Architect'});
});

test('an open question of the documents is answered', async t => {
	const test_ = await openAt('review', allProducts);
	const plan = derivePlan(test_.catalog, completeProfile(test_.wizard.draft!, test_.catalog));
	const {id} = plan.openQuestions.find(({blocking}) => !blocking)!;
	goToFinding(test_, `question:${id}`);
	test_.press('enter ctrl+n');
	t.truthy(test_.look().ui.problems!['answer']);
	test_.type('Yes');
	test_.press('down');
	test_.type('Support');
	test_.press('ctrl+n');
	t.deepEqual(test_.wizard.draft!.answeredQuestions, {[id]: {answer: 'Yes', by: 'Support', on: '2026-11-22'}});
	t.is(test_.look().control.kind, 'tabs');
});

test('documents are looked at before they are written, and what was changed by hand is replaced only on request', async t => {
	const test_ = await startWizard({
		size, run(command) {
			const outcomes: Partial<Record<Command['kind'], CommandOutcome>> = {
				examine: {output: {files: [{path: 'request.md', status: 'changed'}], canForce: true, obstacles: [{text: 'changed by hand'}]}, go: screenOf('write', 'confirm')},
				write: {isFinished: true, output: {report: [{text: 'written'}]}, go: screenOf('write', 'done')},
			};
			return outcomes[command.kind] ?? {};
		},
	});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'write');
	test_.press('ctrl+n');
	t.like(test_.log.at(-1)!.detail, {kind: 'examine', folder: 'design'});
	test_.press('enter');
	t.like(test_.log.findLast(({what}) => what === 'run')!.detail, {kind: 'examine'});
	test_.press('f');
	t.like(test_.log.findLast(({what}) => what === 'run')!.detail, {kind: 'write', isForced: true});
	t.is(test_.look().control.question, 'Done');
	test_.press('enter');
	t.true(test_.look().isLeaving);
});

test('a tab of the review is filtered by words, at 60x20 too, and escape shows all again', async t => {
	const test_ = await startWizard({size: {columns: 60, rows: 20}});
	await test_.open(beginDraft(test_.catalog, ['olvm', 'okm']), 'review');
	const list = () => {
		const {control, ui} = test_.look();
		const tab = control.kind === 'tabs' ? findTab(control, ui).tab : undefined;
		return findItem(tab!, tab!.items(50), ui);
	};

	test_.press('/');
	t.falsy(test_.look().ui.isFiltering, 'a picture has no filter');
	for (const [number, word] of [['2', 'okm'], ['3', '443'], ['4', 'approver']] as const) {
		test_.press(number);
		const all = list().selectable;
		test_.press('/');
		test_.type(word);
		t.true(test_.look().isTyping);
		t.deepEqual(findFrameFaults(test_.look(), {columns: 60, rows: 20}, true), []);
		const {items, selectable} = list();
		t.true(selectable.length > 0 && selectable.length < all.length, `${selectable.length} of ${all.length} have ${word}`);
		t.true(items.every((item, index) => item.isHeading !== true || items[index + 1]?.isHeading !== true), 'no heading stands alone');
		test_.press('enter');
		t.false(test_.look().isTyping);
		test_.press('end');
		const {id} = list().selectable.at(-1)!;
		test_.press('escape');
		t.deepEqual(list().selectable, all);
		t.is(test_.look().step, 'review');
		t.is(list().selectable[list().focus]!.id, id);
	}

	test_.press('/');
	test_.type('no such word');
	t.deepEqual(list().selectable, []);
	t.regex(layOutFrame(test_.look(), {columns: 60, rows: 20}, true).body.detail.map(styled => formatLine(styled)).join(' '), /Nothing matches/v);
	test_.press('down enter a u enter escape');
	t.is(test_.look().step, 'review');
	test_.press('escape');
	t.not(test_.look().step, 'review');
});

test('an acceptance that no longer counts is taken back in the review', async t => {
	const test_ = await openAt('review', ['olvm'], draft => ({...draft, acceptedFindings: [{finding: 'no-such@finding', reason: 'a', by: 'b', on: '2026-01-01'}]}));
	test_.press('4 /');
	test_.type('no-such');
	test_.press('enter');
	test_.press('u');
	t.deepEqual(test_.wizard.draft!.acceptedFindings, []);
});

test('keys that come while documents are made and looked at are no answer to what follows, and progress is shown', async t => {
	let end: (outcome: CommandOutcome) => void = () => undefined;
	let report: CommandContext['report'] = () => undefined;
	const test_ = await startWizard({
		size, run: async (_command, context) => new Promise<CommandOutcome>(resolve => {
			end = resolve;
			({report} = context);
		}),
	});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'write');
	test_.press('ctrl+n enter f enter down escape');
	report('Making the documents: PDF, 7 of 13');
	t.is(test_.look().busy, 'Making the documents: PDF, 7 of 13');
	end({output: {files: [{path: 'request.md', status: 'changed'}], obstacles: []}, go: screenOf('write', 'confirm')});
	await test_.settle();
	t.is(test_.look().busy, undefined);
	t.regex(test_.look().control.question, /^Write 1 file/v);
	t.deepEqual(test_.log.filter(({what}) => what === 'run').map(({detail}) => (detail as Command).kind), ['open', 'examine']);
	report('late');
	t.is(test_.look().busy, undefined);
});

test('a format that cannot be made is told where formats are chosen, and every choice stays', async t => {
	const test_ = await startWizard({size, output: {formats: ['ports', 'plan']}, run: async () => ({message: {text: 'PNG cannot be made (npm install it)', tone: 'danger'}})});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'write');
	test_.type('-x');
	test_.press('ctrl+n');
	await test_.settle();
	t.is(test_.look().step, 'write');
	t.is(test_.look().message?.tone, 'danger');
	t.is(valueOf(test_.look(), 'folder'), 'design-x');
	t.deepEqual(test_.wizard.output.formats, ['ports', 'plan']);
});

test('firewall configurations that lack addresses say so where they are chosen, and the rest can be written without them', async t => {
	const test_ = await startWizard({size, output: {formats: ['plan', 'nftables', 'ufw']}});
	await test_.open(beginDraft(test_.catalog, ['olvm']), 'write');
	const aboutOf = (id: string) => fieldsOf(test_.look()).find(field => field.id === id)!.about.map(({text}) => text).join(' ');
	t.regex(aboutOf('nftables'), /Not possible yet: \d+ interfaces have no address: .*KVM host \(management\)/v);
	t.notRegex(aboutOf('plan'), /Not possible/v);
	test_.press('ctrl+n');
	t.is(test_.look().control.kind, 'list');
	t.false(test_.log.some(({detail}) => (detail as Command | undefined)?.kind === 'examine'));
	goTo(test_, 'mend', 'up');
	test_.press('enter');
	t.is(test_.look().step, 'addresses');
	await test_.open({...test_.wizard.draft!, name: 'again'}, 'write');
	test_.press('ctrl+n down enter');
	t.deepEqual(test_.log.findLast(({what}) => what === 'run')!.detail, {kind: 'examine', folder: 'again', formats: ['plan']});
});

test('firewall configurations of a design with all addresses are examined at once', async t => {
	const test_ = await startWizard({size, output: {formats: ['nftables']}});
	const addresses = {'olvm-manager': '10.2.0.1', 'olvm-kvm-host': '10.2.0.2'};
	const draft = beginDraft(test_.catalog, ['olvm']);
	const {hosts} = derivePlan(test_.catalog, completeProfile(draft, test_.catalog));
	const given = Object.fromEntries(hosts.map(({id, interfaces}, index) => [id, {addresses: Object.fromEntries(interfaces.map(({role}, position) => [role, [own(addresses, id) ?? `10.3.${index}.${position + 1}`]]))}]));
	await test_.open({...draft, hosts: given}, 'write');
	test_.press('ctrl+n');
	t.like(test_.log.findLast(({what}) => what === 'run')!.detail, {kind: 'examine', formats: ['nftables']});
});

test('of a long list of addresses the screen says how many there are', async t => {
	const test_ = await openAt('addresses');
	const [field] = fieldsOf(test_.look());
	test_.paste(Array.from({length: 300}, (_, index) => `10.2.${Math.floor(index / 250)}.${(index % 250) + 1}`).join('\n'));
	test_.press('enter up');
	t.is(fieldsOf(test_.look()).find(({id}) => id === field!.id)!.about[0]!.text, '300 entries, from 10.2.0.1 to 10.2.1.50.');
});

test('what is said of an answer is a sentence', async t => {
	const {catalog} = await startWizard();
	for (const step of ['placement', 'options:vplus', 'options:olvm']) {
		// eslint-disable-next-line no-await-in-loop -- Only one design is open at a time.
		const test_ = await openAt(step, Object.keys(catalog.products));
		for (const {label, about} of fieldsOf(test_.look())) {
			t.regex(about[0]!.text, /^\p{Lu}.*[.?!]$/v, `${label}`);
		}
	}
});

test('names with commas in them stay one name each', async t => {
	const test_ = await openAt('change');
	const give = (text: string) => {
		goTo(test_, 'approvers', 'up');
		test_.press('ctrl+u');
		test_.type(text);
		test_.press('enter');
		return test_.wizard.draft!.change?.approvers;
	};

	goTo(test_, 'approvers');
	t.deepEqual(give('Smith, John; Doe, Jane'), ['Smith, John', 'Doe, Jane']);
	t.deepEqual(give('Smith, John;'), ['Smith, John']);
	const field = valueOf(test_.look(), 'approvers')!;
	t.deepEqual(give(`${field} `), ['Smith, John'], 'what is shown means the same when it is typed again');
	t.deepEqual(give('A. Smith, B. Jones'), ['A. Smith', 'B. Jones']);
});

test('what a design is about can be said, and taken back', async t => {
	const test_ = await openAt('change');
	goTo(test_, 'description');
	test_.type('Two sites.');
	test_.press('enter');
	t.is(test_.wizard.draft!.description, 'Two sites.');
	test_.press('up ctrl+u enter');
	t.false('description' in test_.wizard.draft!);
});

test('the effect of each answer is told once it is derived', async t => {
	const test_ = await openAt('options:olvm');
	goTo(test_, 'olvm/kdump');
	t.deepEqual([...test_.look().effects.values()], [undefined]);
	await test_.settle();
	t.regex([...test_.look().effects.values()][0]!, /UDP 7410/v);
	const {counts} = test_.look();
	test_.press('y');
	await test_.settle();
	const sum = ({networkLines, hostLines}: NonNullable<typeof counts>) => networkLines + hostLines;
	t.true(sum(test_.look().counts!) > sum(counts!));
});

test('help says all of what another answer changes, also what is derived while it is open', async t => {
	const test_ = await openAt('products', []);
	const read = () => {
		const {control} = test_.look();
		return control.kind === 'text' ? control.lines(60).map(styled => formatLine(styled).trim()).join(' ') : '';
	};

	test_.press('down help');
	t.regex(read(), /What another answer changes With it: …/v);
	await test_.settle();
	t.regex(read(), /With it: \+\d+ host firewall lines: TCP .* and \d+ more connections; .*; \+\d+ findings/v);
});

test('what introduces a question is shown whole, or the screen says that help has it', async t => {
	const {catalog} = await startWizard();
	const draft = beginDraft(catalog, ['olvm', 'oracle-vm']);
	for (const small of [{columns: 60, rows: 20}, {columns: 60, rows: 16}]) {
		/* eslint-disable no-await-in-loop -- Only one design is open at a time. */
		const test_ = await startWizard({size: small});
		await test_.open({...draft, name: `at-${small.columns}-${small.rows}`}, 'addresses');
		/* eslint-enable no-await-in-loop */
		let cut = 0;
		const look = () => {
			const snapshot = test_.look();
			const shown = layOutFrame(snapshot, small, true).question.map(styled => formatLine(styled).trim()).join(' ');
			const last = snapshot.control.intro?.split(' ').at(-1);
			t.true(last === undefined || shown.trim().endsWith(last) || shown.includes('(help shows all)'), `${snapshot.control.question}: ${shown}`);
			cut += shown.includes('(help shows all)') ? 1 : 0;
		};

		test_.press('ctrl+o');
		look();
		t.is(cut, small.rows < 18 ? 1 : 0);
		test_.press('escape ctrl+r');
		goToFinding(test_, 'question:');
		for (let count = 0; count < 12; count++) {
			test_.press('enter');
			look();
			test_.press('help');
			const {control} = test_.look();
			test_.press('help');
			const {intro = ''} = test_.look().control;
			t.true(control.kind !== 'text' || intro === '' || control.lines(500).some(styled => formatLine(styled).includes(intro.slice(0, 80))));
			if (test_.look().step !== 'review' || test_.look().control.kind !== 'tabs') {
				test_.press('escape');
			}

			test_.press('down');
		}
	}
});

test('keys that mean nothing change nothing', async t => {
	for (const step of ['products', 'options:olvm', 'parameters', 'segregation', 'zones', 'matrix', 'addresses', 'change', 'review', 'write']) {
		// eslint-disable-next-line no-await-in-loop -- One wizard at a time.
		const test_ = await openAt(step);
		const {ui, control: {question}} = test_.look();
		const {draft} = test_.wizard;
		test_.press('ctrl+p ctrl+q ctrl+t');
		t.deepEqual(test_.look().ui, ui, `${step}`);
		t.is(test_.look().control.question, question);
		t.is(test_.wizard.draft, draft);
	}
});

const randomKeys: fc.Arbitrary<readonly Key[]> = fc.array(fc.oneof(
	{weight: 8, arbitrary: fc.constantFrom(...parseKeys('up down down left right enter enter escape tab backtab home end pageup pagedown space y n'))},
	{weight: 2, arbitrary: fc.constantFrom(...parseKeys('ctrl+n ctrl+s ctrl+r ctrl+x ctrl+u ctrl+k ctrl+w ctrl+o backspace delete help ?'))},
	{weight: 2, arbitrary: fc.constantFrom(...parseKeys('a d f r u x / 1 2 3 4 é'))},
	{weight: 1, arbitrary: fc.constantFrom('10.0.0.1', '10.0.0.0/24\n2001:db8::/64', '8443', 'a-name', '漢字 '.repeat(40), '{bad}', '2026-12-31').map((text): Key => ({kind: 'paste', text}))},
), {maxLength: 60});

for (const [title, step, count] of [['products', 'products', 150], ['ways of working', 'modes:vplus', 100], ['placement', 'placement', 60], ['options', 'options:olvm', 60], ['parameters', 'parameters', 100], ['segregation', 'segregation', 80], ['zones', 'zones', 150], ['the matrix', 'matrix', 150], ['addresses', 'addresses', 100], ['the change', 'change', 80], ['the review', 'review', 60], ['writing', 'write', 60]] as const) {
	test(`whatever keys come from ${title} on, no answer is lost and there is always a screen`, async t => {
		const catalog = await readTestCatalog();
		await fc.assert(fc.asyncProperty(randomKeys, fc.subarray(['olvm', 'oracle-vm', 'okm'], {minLength: 1}), async (keys, others) => {
			const chosen = step === 'modes:vplus' ? ['vplus'] : (step === 'placement' || step === 'options:olvm' ? ['olvm', 'vplus'] : [...new Set(['olvm', ...others])]);
			const test_ = await openAt(step, chosen);
			t.is(test_.look().step, step);
			for (const key of keys) {
				test_.wizard.press(key);
				t.deepEqual(findFrameFaults(test_.look(), size, true), []);
				t.deepEqual(test_.getSaved(), test_.wizard.draft);
			}

			t.is(draftSchema.safeParse(test_.wizard.draft).error?.message, undefined);
			t.notThrows(() => derivePlan(catalog, completeProfile(test_.wizard.draft!, catalog)));
			// It can be opened again as it was left.
			const again = await startWizard({size});
			await again.open(test_.getSaved()!, test_.look().step);
			t.is(again.look().step, test_.look().step === 'start' ? 'products' : test_.look().step);
			t.deepEqual(openProfile(completeProfile(again.wizard.draft!, catalog)).products, openProfile(completeProfile(test_.wizard.draft!, catalog)).products);
		}), {numRuns: count, verbose: 1});
	});
}
