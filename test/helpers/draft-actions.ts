import fc from 'fast-check';
import type {Catalog, NetworkRole} from '../../source/core/model.js';
import {deriveHosts, type Inventory} from '../../source/core/hosts.js';
import {completeProfile, makeDraft, type Draft} from '../../source/core/profile/draft.js';
import {answerQuestion, listQuestions, type Question} from '../../source/core/questions.js';
import {own} from '../../source/core/records.js';
import {applySegregation, segregations} from '../../source/core/segregation.js';

/*
What somebody does to a design, as data: positions in lists that depend on the design so far, so that fast-check can leave steps out and the
rest still means something.
*/

const kinds = ['choose', 'answer', 'answer', 'answer', 'mode', 'mode', 'mode', 'preset', 'zone', 'networks', 'place', 'address'] as const;

export type DraftAction = {readonly kind: (typeof kinds)[number]; readonly which: number; readonly value: number};

/** Anything the wizard can do to a design, in any order. */
export const randomActions: fc.Arbitrary<readonly DraftAction[]> = fc.array(fc.record({kind: fc.constantFrom(...kinds), which: fc.nat({max: 9999}), value: fc.nat({max: 9999})}), {maxLength: 30});

/** What the wizard knows of a design. */
export function lookAt(catalog: Catalog, draft: Draft): {readonly inventory: Inventory; readonly questions: readonly Question[]} {
	const inventory = deriveHosts(catalog, completeProfile(draft, catalog));
	return {inventory, questions: listQuestions(catalog, draft, inventory)};
}

/** A design of some products without any other answer, but with the ways of working of those that cannot do without. */
export function beginDraft(catalog: Catalog, chosen: readonly string[]): Draft {
	const products = Object.fromEntries(chosen.flatMap(id => {
		const modes = Object.keys(catalog.products[id]!.modes ?? {});
		return modes.length === 0 ? [] : [[id, {modes}]];
	}));
	return {...makeDraft('design', 'Design'), chosen: [...chosen], products};
}

/** Every answer that a question takes; for a parameter some that its kind allows. */
export function listValues(question: Question): ReadonlyArray<string | readonly string[]> {
	switch (question.kind) {
		case 'modes': {
			return question.choices.map(({value}) => [value]);
		}

		case 'parameter': {
			const from = question.parameter.from ?? 20_000;
			return {port: [String(from), '443'], ports: ['80, 443', '8000-8010'], 'port-range': [`${from}-${from + 9}`, String(from)], services: [['tcp/2049', 'udp/111'], ['tcp/20048']], count: ['0', '2']}[question.parameter.kind];
		}

		case 'version':
		case 'component':
		case 'option': {
			return question.choices.map(({value}) => value);
		}
	}
}

const pick = <Value>(values: readonly Value[], position: number): Value | undefined => values[position % Math.max(1, values.length)];

/** Do one thing, as far as the design offers it. */
export function act(catalog: Catalog, draft: Draft, {kind, which, value}: DraftAction): Draft {
	const {inventory, questions} = lookAt(catalog, draft);
	switch (kind) {
		case 'choose': {
			const id = pick(Object.keys(catalog.products), which)!;
			return {...draft, chosen: Object.keys(catalog.products).filter(product => (product === id) !== draft.chosen.includes(product))};
		}

		case 'answer': {
			const question = pick(questions.filter(entry => entry.kind !== 'modes'), which);
			// Every fifth answer is taken back.
			return question === undefined ? draft : answerQuestion(draft, question, value % 5 === 4 ? undefined : pick(listValues(question), value));
		}

		case 'mode': {
			const question = questions.find(entry => entry.kind === 'modes');
			const id = question?.kind === 'modes' ? pick(question.choices, which)!.value : '';
			return question?.kind === 'modes' ? answerQuestion(draft, question, question.choices.map(choice => choice.value).filter(mode => (mode === id) !== question.values.includes(mode))) : draft;
		}

		case 'preset': {
			return applySegregation(draft, pick(segregations, which)!.id, inventory, catalog);
		}

		case 'zone': {
			const id = `zone-${which % 5}`;
			const isUsed = Object.values(draft.networks).includes(id) || Object.values(draft.hosts ?? {}).some(host => Object.values(host.zones ?? {}).includes(id));
			const others = draft.zones.filter(zone => zone.id !== id);
			return others.length === draft.zones.length ? {...draft, zones: [...others, {id, title: `Zone ${which}`, trust: 'internal'}]} : (isUsed || others.length === 0 ? draft : {...draft, zones: others});
		}

		case 'networks': {
			// A network for each zone id of its own: zones never overlap.
			const index = which % draft.zones.length;
			return {...draft, zones: draft.zones.map((zone, position) => position === index ? {...zone, networks: [`10.${position}.0.0/16`], title: `Edited ${value}`} : zone)};
		}

		case 'place': {
			const role = pick<NetworkRole>(['management', 'storage', 'client', 'console', 'backup', 'guest'], value)!;
			const zone = pick(draft.zones, which + value)!.id;
			const host = pick([...inventory.hosts.keys(), '*'], which)!;
			return host === '*' ? {...draft, networks: {...draft.networks, [role]: zone}} : {...draft, hosts: {...draft.hosts, [host]: {...own(draft.hosts, host), zones: {...own(draft.hosts, host)?.zones, [role]: zone}}}};
		}

		case 'address': {
			const host = pick([...inventory.hosts.values()], which);
			// A name lies in no zone, so that it is right wherever its host is.
			return host === undefined ? draft : {...draft, hosts: {...draft.hosts, [host.id]: {...own(draft.hosts, host.id), addresses: {...own(draft.hosts, host.id)?.addresses, [pick(host.roles, value)!]: [`host-${value}.example`]}}}};
		}
	}
}

/** Do one thing after another. */
export function actAll(catalog: Catalog, draft: Draft, actions: readonly DraftAction[]): Draft {
	let current = draft;
	for (const action of actions) {
		current = act(catalog, current, action);
	}

	return current;
}
