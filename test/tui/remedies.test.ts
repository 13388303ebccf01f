import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {checks} from '../../source/core/analysis/index.js';
import {changeFieldLabels, remedySteps, sayRemedy} from '../../source/tui/review/remedies.js';
import {formatLine} from '../../source/tui/text/styled.js';
import {beginDraft} from '../helpers/draft-actions.js';
import {startWizard} from '../helpers/wizard.js';

/** What only who writes a profile as a file knows. */
const isOfFile = /\b(?:change|hosts|products|zones|networks)\.|acceptedFindings|in the profile|administration:/v;

const samples: ReadonlyArray<readonly [remedy: string, said: string]> = [
	['Set change.kind, with change.expiry for a temporary change', 'Set "Permanent or temporary", with "Last day" for a temporary change (step "The change")'],
	['Name hosts.kvm-hosts.addresses.management and hosts.manager.addresses.cluster', 'Name the addresses of kvm-hosts (management) and the addresses of manager (cluster) (step "Addresses")'],
	['Set products.olvm.parameters.vm-console-ports, and the same ports in the product', 'Set "vm-console-ports", and the same ports in the product (step "Ports and counts")'],
	['Name the networks of dmz under zones in the profile', 'Name the networks of dmz (step "Zones")'],
	['Give the role a zone of its own under networks in the profile, with a network', 'Give the role a zone of its own, with a network (step "Who is where")'],
	['Mark that zone with administration: true', 'Mark that zone with "For administrators" (step "Zones")'],
	['Which addresses has "KMA" in the role management? Name them under hosts.okm-kma.addresses.management', 'Which addresses has "KMA" in the role management? Give them (step "Addresses")'],
	['Which addresses has "NTP"? Name them under hosts.ntp.addresses, or switch off what needs it', 'Which addresses has "NTP"? Give them, or switch off what needs it (step "Addresses")'],
	['Which ports? set products.okm.parameters.a', 'Which ports? set "a" (step "Ports and counts")'],
	['Port of X: set products.okm.parameters.a-b; the documents give no value', 'Port of X: give it; the documents give no value (step "Ports and counts")'],
	['Which zone is kma in for the role backup? Set networks.backup, or hosts.kma.zones.backup', 'Which zone is kma in for the role backup? Choose one for all hosts, or for this one (step "Who is where")'],
	['It can be added as a site flow (siteFlows in the profile)', 'It can be added as a site flow (siteFlows in the file that ctrl+x writes)'],
	['Take it out of acceptedFindings, or write expiry@expiry if that is what was meant', 'Take the acceptance back: highlight this finding and press u'],
	['Correct the address', 'Correct the address'],
];

for (const [remedy, said] of samples) {
	test(`on the screen it is said otherwise: ${remedy}`, t => {
		t.is(sayRemedy(remedy), said);
	});
}

for (const {id, remedy} of checks) {
	test(`${id}: what to do is said without keys of a profile`, async t => {
		t.notRegex(sayRemedy(remedy), isOfFile);
		// Remedies of single findings stand in the file of the check; their names are filled in as a plan would.
		const source = await readFile(path.join(process.cwd(), 'source/core/analysis', `${id}.ts`), 'utf8');
		const texts = [...source.matchAll(/\bremedy: (?<quoted>'(?:[^'\\]|\\.)*'|`[^`]*`)/gv)].map(({groups}) => groups!['quoted']!.slice(1, -1).replaceAll(/\$\{(?<name>[^\}]*)\}/gv, (_, name: string) => name === 'path' ? 'products.olvm.parameters.ports' : 'something'));
		t.true(texts.length > 0);
		for (const text of texts) {
			t.notRegex(sayRemedy(text), isOfFile);
		}
	});
}

test('open questions of a design without answers are asked without keys of a profile', async t => {
	const test_ = await startWizard();
	const {catalog} = test_;
	await test_.open(beginDraft(catalog, Object.keys(catalog.products)), 'review');
	const {control} = test_.look();
	const questions = control.kind === 'tabs' ? control.tabs.find(({id}) => id === 'findings')!.items(80).filter(({id}) => id.startsWith('question:')) : [];
	t.true(questions.length > 20);
	for (const {lines, detail = []} of questions) {
		t.notRegex([...lines, ...detail].map(styled => formatLine(styled)).join(' '), isOfFile);
	}
});

test('every check has a file of its name', async t => {
	const files = new Set(await readdir(path.join(process.cwd(), 'source/core/analysis')));
	t.deepEqual(checks.map(({id}) => `${id}.ts`).filter(file => !files.has(file)), []);
});

test('steps and fields are called as the wizard calls them', async t => {
	const {catalog, open, look} = await startWizard();
	const draft = beginDraft(catalog, Object.keys(catalog.products));
	const labels = new Map<string, string>();
	for (const kind of ['temporary', 'permanent']) {
		// eslint-disable-next-line no-await-in-loop -- Only one design is open at a time.
		await open({...draft, name: kind, change: {kind: kind as 'temporary'}}, 'change');
		const {control} = look();
		for (const {id, label} of control.kind === 'form' ? control.fields : []) {
			labels.set(id, label);
		}
	}

	t.deepEqual(Object.keys(changeFieldLabels).map(id => labels.get(id)), Object.values(changeFieldLabels));
	const titles = new Map(look().rail.map(({id, title}) => [id, title]));
	t.deepEqual(Object.keys(remedySteps).map(id => titles.get(id)), Object.values(remedySteps));
});
