import test from 'ava';
import type {Catalog} from '../../source/core/model.js';
import {segregations} from '../../source/core/segregation.js';
import type {Draft} from '../../source/core/profile/draft.js';
import {formats} from '../../source/renderers/index.js';
import {formatLine, type StyledLine} from '../../source/tui/text/styled.js';
import {measureLine, measureWidth} from '../../source/tui/text/width.js';
import {layOutFrame, listKeys} from '../../source/tui/view/frame.js';
import {readOut} from '../../source/tui/view/read-out.js';
import type {Snapshot} from '../../source/tui/snapshot.js';
import {act, beginDraft} from '../helpers/draft-actions.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {startWizard, type TestWizard} from '../helpers/wizard.js';

const sizes = [[60, 20], [80, 24], [120, 40], [200, 60]].map(([columns, rows]) => ({columns: columns!, rows: rows!}));

const long = {
	latin: 'Netzwerkübergangsverantwortliche der Abteilung '.repeat(6).slice(0, 199).trim(),
	wide: '防火墙管理者'.repeat(40).slice(0, 200),
	emoji: '👩‍🚒🧱'.repeat(40).slice(0, 196),
	accents: `e${'́'.repeat(3)}`.repeat(50),
	word: 'x'.repeat(200),
	plain: 'A plain title in ASCII that goes on and on. '.repeat(5).slice(0, 200).trim(),
} as const;

/** A design in which everything is as long as it may be. */
function makeDesign(catalog: Catalog, title: string): Draft {
	const all = act(catalog, beginDraft(catalog, Object.keys(catalog.products)), {kind: 'preset', which: segregations.length - 1, value: 0});
	return {
		...all,
		title,
		zones: [
			...all.zones.map((zone, index) => ({...zone, title, networks: [`10.${index}.0.0/16`, `2001:db8:${index}::/48`], vlan: 4094})),
			...Array.from({length: 60}, (_, index) => ({id: `zone-with-a-long-id-that-goes-on-and-on-and-on-${index}`, title, trust: 'restricted' as const})),
		],
		hosts: {...all.hosts, 'olvm-manager': {title, cluster: 'a-cluster', zones: {management: 'zone-with-a-long-id-that-goes-on-and-on-and-on-7'}, addresses: {management: ['10.5.0.1']}}},
		change: {title, requester: title, ticket: title, approvers: [title, title], contacts: [title], reason: `${title}\n${title}`, test: {responsible: title}},
		acceptedFindings: [{finding: 'expiry@expiry', reason: title, by: title, on: '2026-01-01'}],
	};
}

type Screen = {readonly name: string; readonly snapshot: Snapshot};

/** Every step, with its last entries and sub-screens. */
async function listScreens(title: string, isUnicode: boolean): Promise<Screen[]> {
	const catalog = await readTestCatalog();
	const screens: Screen[] = [];
	const {starters, saved} = {
		starters: [{name: 'example', title, description: title}],
		saved: Array.from({length: 30}, (_, index) => ({name: `${'a'.repeat(70)}${index}`, title, chosen: Object.keys(catalog.products), updated: '2026-11-22T10:00:00.000Z', isFinished: index > 0, problem: index === 7 ? title : undefined})),
	};
	const test_: TestWizard = await startWizard({starters, saved, isPiped: true, isUnicode, output: {formats: formats.map(({id}) => id), folder: title, files: Array.from({length: 30}, (_, index) => ({path: `${title.slice(0, 80)}${index}.md`, status: 'unchanged'})), obstacles: [{text: title}], report: [{text: title}]}});
	const {press, look} = test_;
	const add = (name: string) => {
		screens.push({name, snapshot: look()});
	};

	const visit = (name: string) => {
		add(name);
		press('down down down');
		add(`${name}, further down`);
		press('pagedown pagedown');
		add(`${name}, far down`);
		press('end');
		add(`${name}, at the end`);
		press('home');
	};

	visit('start');
	for (const key of ['enter', 'r', 'y', 'x', 'd']) {
		press(`home down down ${key}`);
		add(`start ${key}`);
		press('escape escape');
	}

	press('end enter');
	add('start file');
	press('escape / z z z');
	add('nothing matches');
	await test_.open(makeDesign(catalog, title), 'products');
	const steps = look().rail.map(({id}) => id).slice(1);
	for (const step of steps) {
		// eslint-disable-next-line no-await-in-loop -- One step at a time.
		await test_.open({...makeDesign(catalog, title), name: `design-${screens.length}`}, step);
		if (look().step !== step) {
			throw new Error(`${look().step} instead of ${step}`);
		}

		visit(step);
		// eslint-disable-next-line no-await-in-loop -- Effects are part of what is drawn.
		await test_.settle();
		add(`${step}, with effects`);
		press('help');
		visit(`${step}, help`);
		press('escape');
		const {control} = look();
		switch (control.kind) {
			case 'tabs': {
				for (const [index] of control.tabs.entries()) {
					press(`${index + 1}`);
					visit(`${step}, tab ${index + 1}`);
				}

				press('4 end a');
				add(`${step}, accept`);
				press('escape');
				press('up up up enter');
				add(`${step}, jump`);

				break;
			}

			case 'matrix': {
				press('right right right right right right right right');
				visit(`${step}, to the right`);
				press('down enter');
				visit(`${step}, cell`);
				press('escape down left left left left left left left left left enter');
				add(`${step}, host`);

				break;
			}

			case 'form': {
				press('ctrl+x');
				add(`${step}, export`);
				press('escape');
				test_.paste(`${title} {not an address}`);
				press('ctrl+n');
				add(`${step}, wrong text`);

				break;
			}

			case 'list':
			case 'multi':
			case 'text': {
				press('home enter');
				visit(`${step}, entered`);
				press('escape / 7');
				add(`${step}, filtered`);
			}
		}
	}

	return screens;
}

const ascii = /^[ -~]*$/v;

/** What the wizard itself writes, without what people wrote. */
const stripTitle = (text: string, title: string) => [...text].filter(character => ascii.test(character) || !title.includes(character)).join('');

/** Everything that is wrong with a screen, in words. */
function findFaults({name, snapshot}: Screen, size: {readonly columns: number; readonly rows: number}, isUnicode: boolean, title: string): string[] {
	const faults: string[] = [];
	const where = `${name} at ${size.columns}x${size.rows}`;
	const expect = (isRight: boolean, what: string) => {
		if (!isRight) {
			faults.push(what);
		}
	};

	const expectNone = (texts: readonly unknown[], what: string) => {
		expect(texts.length === 0, `${what}: ${JSON.stringify(texts)}`);
	};

	const frame = layOutFrame(snapshot, size, isUnicode);
	const {header, rail, railWidth, question, body, height, message, footer} = frame;
	const rows = body.rows.flatMap(row => row.lines);
	const main: readonly StyledLine[] = [...question, ...body.head, ...rows, ...body.detail];
	const isTooWide = (columns: number) => (styled: StyledLine) => measureLine(styled) > columns || formatLine(styled).includes('\n');
	expectNone([header, ...message, ...footer].filter(isTooWide(size.columns)).map(styled => formatLine(styled)), `${where}: too wide`);
	expectNone(rail.filter(isTooWide(railWidth)).map(styled => formatLine(styled)), `${where}: rail too wide`);
	expectNone(main.filter(isTooWide(size.columns - railWidth)).map(styled => formatLine(styled)), `${where}: body too wide`);
	const used = question.length + body.head.length + rows.length + (body.detail.length > 0 ? body.detail.length + 1 : 0);
	expect(used <= height, `${where}: ${used} lines in ${height}`);
	expect(rail.length <= height, `${where}: rail`);
	expect(2 + height + message.length + footer.length <= size.rows - 1, `${where}: too high`);
	// What is highlighted can be seen: its mark stands in front of it.
	const {control, ui} = snapshot;
	const isEmpty = control.kind === 'text' || (control.kind === 'tabs' && rows.length === 0) || (ui.filter !== undefined && ui.filter !== '' && rows.length === 0);
	expect(body.rows.filter(row => row.isFocused && row.lines.length > 0).length === (isEmpty ? 0 : 1), `${where}: highlight`);
	// Every key of the screen is named.
	const keys = footer.map(styled => formatLine(styled)).join(' ');
	expectNone(listKeys(snapshot, isUnicode).filter(({keys: key, label}) => !keys.includes(`${key} ${label}`)), `${where}: keys`);
	const ellipsis = isUnicode ? '…' : '...';
	const isCut = (styled: StyledLine) => formatLine(styled).trimEnd().endsWith(ellipsis);
	const mayCut = control.kind === 'matrix' || control.kind === 'form' || control.kind === 'text' || (control.kind === 'tabs');
	expectNone([...question, ...footer, ...message, ...body.detail, ...(mayCut ? [] : rows)].filter(styled => isCut(styled)).map(styled => formatLine(styled)).filter(text => !/: (?:…|\.\.\.)$/v.test(text)), `${where}: cut`);
	expectNone(rail.filter(styled => isCut(styled)).map(styled => formatLine(styled)), `${where}: steps that are cut`);
	if (!isUnicode) {
		expectNone([header, ...rail, ...main, ...message, ...footer].map(styled => stripTitle(formatLine(styled), title)).filter(text => !ascii.test(text)), `${where}: not ASCII`);
	}

	const read = readOut(snapshot, size, isUnicode);
	expectNone(read.filter(text => measureWidth(text) > size.columns || text.includes('\n')), `${where}: read out too wide`);
	expect(read.length <= size.rows - 1, `${where}: ${read.length} lines are read out`);
	expect(read.join(' ').includes('Keys: '), `${where}: no keys are read out`);
	if (!isUnicode) {
		expectNone(read.map(text => stripTitle(text, title)).filter(text => !ascii.test(text)), `${where}: read out, not ASCII`);
	}

	return faults;
}

// Every kind of title is drawn in the narrowest terminal and in one other, with Unicode and without by turns.
for (const [index, [kind, title]] of Object.entries(long).entries()) {
	test(`${kind} titles of 200 characters: every screen fits, shows what is highlighted and names its keys`, async t => {
		const isUnicode = index % 2 === 1;
		const screens = await listScreens(title, isUnicode);
		t.true(screens.length > 100);
		const [narrowest, ...others] = sizes;
		const faults = screens.flatMap(screen => [narrowest!, others[index % others.length]!].flatMap(size => findFaults(screen, size, isUnicode, title)));
		t.deepEqual(faults.slice(0, 20), [], `${faults.length} faults`);
	});
}

test('a terminal smaller than any screen still gets a frame that it can show', async t => {
	const {look} = await startWizard();
	for (const size of [{columns: 20, rows: 8}, {columns: 1, rows: 1}, {columns: 40, rows: 5}]) {
		t.notThrows(() => layOutFrame(look(), size, true));
		t.notThrows(() => readOut(look(), size, true));
	}
});
