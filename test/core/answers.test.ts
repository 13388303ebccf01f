import test from 'ava';
import type {Catalog, Condition, Product} from '../../source/core/catalog/schema.js';
import {deriveHosts} from '../../source/core/hosts.js';
import {plan} from '../../source/core/plan.js';
import type {ProductAnswers, Profile} from '../../source/core/profile/schema.js';
import {readTestCatalog} from '../helpers/catalog.js';

const yesNo = (when?: Condition) => ({question: 'Yes or no?', summary: 'Yes', kind: 'yes-no' as const, default: 'no', when});
const port = (when?: Condition) => ({question: 'Which port?', summary: 'The port', kind: 'port' as const, default: '80', when, sources: ['manual/web']});
const acme: Product = {
	id: 'acme',
	name: 'Acme',
	kind: 'virtualization',
	summary: 'A product for tests',
	versions: ['1', '2'],
	defaultVersion: '2',
	reviewed: '2026-11-22',
	documents: [],
	components: {
		manager: {name: 'Manager', summary: 'It manages', roles: ['management']},
		// A part that only answers bring, and an option that only the part brings.
		console: {name: 'Console', summary: 'It shows', roles: ['management'], when: {option: 'remote', is: 'yes'}},
	},
	actors: {administrator: {name: 'Administrators', summary: 'They look', roles: ['management']}},
	options: {
		new: yesNo({version: {atLeast: '2'}}),
		remote: yesNo({option: 'new', is: 'yes'}),
		recorded: yesNo({component: 'console', used: true}),
		// Each asks for the other: neither is asked.
		hen: yesNo({option: 'egg', is: 'yes'}),
		egg: yesNo({option: 'hen', is: 'yes'}),
	},
	parameters: {plain: port(), recording: port({option: 'recorded', is: 'yes'})},
	flows: [{
		id: 'recording',
		summary: 'Records',
		initiator: {actor: 'administrator'},
		responder: {component: 'manager', role: 'management'},
		service: {protocol: 'tcp', parameter: 'recording'},
		need: 'required',
		when: {option: 'recorded', is: 'yes'},
		encrypted: 'yes',
		sources: [],
	}],
	advice: [],
	openQuestions: [],
};
const {roles} = await readTestCatalog();
const catalog: Catalog = {products: {acme}, documents: {}, roles, applications: {}};
const makeProfile = (answers: ProductAnswers): Profile => ({schemaVersion: 1, name: 'test', title: 'Test', products: {acme: answers}, zones: [{id: 'a', title: 'A', trust: 'internal'}], networks: {management: 'a'}});

function resolve(answers: ProductAnswers) {
	const {chosen, findHosts} = deriveHosts(catalog, makeProfile(answers));
	const {options, parameters} = chosen[0]!.answers;
	const {recording, plain} = parameters;
	return {yes: Object.keys(options).filter(id => options[id] === 'yes'), ports: [plain, recording].map(value => value?.kind === 'ports' ? value.ports.join(',') : ''), hasConsole: findHosts('acme', 'console').length > 0};
}

const everything: ProductAnswers = {options: {new: 'yes', remote: true, recorded: 'yes'}, parameters: {plain: 81, recording: 82}};

test('an answer counts where it is asked, through a chain of conditions', t => {
	t.deepEqual(resolve(everything), {yes: ['new', 'remote', 'recorded'], ports: ['81', '82'], hasConsole: true});
});

test('an answer that does not apply counts as the default, and so does all that hangs on it', t => {
	t.deepEqual(resolve({...everything, version: '1'}), {yes: [], ports: ['81', '80'], hasConsole: false});
	t.deepEqual(resolve({...everything, options: {...everything.options, remote: 'no'}}), {yes: ['new'], ports: ['81', '80'], hasConsole: false});
	t.deepEqual(resolve({options: {recorded: 'yes'}}), {yes: [], ports: ['80', '80'], hasConsole: false});
});

test('conditions that ask for each other end somewhere, always at the same', t => {
	const first = resolve({options: {hen: 'yes', egg: 'yes'}});
	t.deepEqual(resolve({options: {egg: 'yes', hen: 'yes'}}), first);
});

test('a plan needs no flow for an answer that does not apply, and shows the default', t => {
	const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};
	const derive = (answers: ProductAnswers) => {
		const {flows, answers: shown} = plan(catalog, makeProfile(answers), options);
		return [flows.map(({disposition}) => disposition), shown.filter(({id}) => id === 'recorded' || id === 'recording').map(({value, isDefault}) => [value, isDefault])];
	};

	t.deepEqual(derive(everything), [['intra-zone'], [['yes', false], ['82', false]]]);
	t.deepEqual(derive({...everything, version: '1'}), [['not-needed'], [['no', true], ['80', true]]]);
});
