import type {Draft} from '../../core/profile/draft.js';
import {own} from '../../core/records.js';
import {applySegregation, completeSegregation, ownNetworks, segregations} from '../../core/segregation.js';
import type {Entry} from '../control.js';
import type {Design} from '../design.js';
import type {StepKind} from './step.js';

/** How the networks are separated, from which zones and placements are made. */
export const segregation: StepKind = () => [{
	id: 'segregation',
	title: 'Segregation',
	countOpen: ({design: {draft}}) => draft.segregation === undefined && isUntouched(draft.zones) ? 1 : 0,
	control({design}) {
		const {draft, inventory, catalog} = design;
		const completed = completeSegregation(draft, inventory, catalog);
		const isOwn = draft.segregation === undefined && !isUntouched(draft.zones);
		const keep: Entry = {id: ownNetworks, label: 'As it is now', note: `${draft.zones.length} zones`, about: [{text: 'Zones and placements stay as they are.'}]};
		const before = own(draft.networkSets, ownNetworks);
		const restored: Entry[] = before === undefined || isUntouched(before.zones)
			? []
			: [{id: ownNetworks, label: 'As it was before', note: `${before.zones.length} zones`, about: [{text: 'The zones and placements that the design had before it was given others here.'}], preview: () => applySegregation(draft, ownNetworks, inventory, catalog)}];
		return {
			kind: 'list',
			question: 'How are the networks separated?',
			intro: 'A beginning: zones, and which host is in which, can be changed on the next two screens.',
			entries: [
				...(isOwn ? [keep] : restored),
				...(completed === draft ? [] : [describeCompletion(design, completed)]),
				...segregations.map(({id, title, summary}): Entry => ({
					id,
					label: title,
					...(draft.segregation === id ? {note: 'chosen'} : {}),
					about: [{text: summary}, ...(draft.networkSets?.[id] === undefined ? [] : [{text: 'Your earlier changes to it come back.', tone: 'muted' as const}])],
					preview: () => applySegregation(draft, id, inventory, catalog),
				})),
			],
			initial: isOwn ? ownNetworks : (draft.segregation ?? 'by-role'),
			pick(id) {
				if (id === completionId) {
					return {draft: completed, go: 'next'};
				}

				return isOwn && id === ownNetworks ? {go: 'next'} : {draft: applySegregation(draft, id, inventory, catalog), go: 'next'};
			},
		};
	},
}];

const completionId = '\u{0}complete';

/** What products that came after a preset need: its zones for their roles, and its places for who connects to them. */
function describeCompletion({draft, inventory}: Design, completed: Draft): Entry {
	const titles = completed.zones.slice(draft.zones.length).map(({title}) => title);
	const placed = Object.entries(completed.hosts ?? {}).filter(([id, {zones}]) => zones !== undefined && own(draft.hosts, id)?.zones === undefined).map(([id]) => inventory.hosts.get(id)?.title ?? id);
	const list = (names: readonly string[]) => `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
	return {
		id: completionId,
		label: 'As it is now, with what is new since',
		note: [...(titles.length === 0 ? [] : [`+${titles.length} zone${titles.length === 1 ? '' : 's'}`]), ...(placed.length === 0 ? [] : [`${placed.length} host${placed.length === 1 ? '' : 's'} to place`])].join(', '),
		about: [
			{text: 'The design has grown since the networks were separated. This places what is new as the choice below marked "chosen" does, and changes nothing else.'},
			...(titles.length === 0 ? [] : [{text: `New zones: ${list(titles)}.`}]),
			...(placed.length === 0 ? [] : [{text: `Placed: ${list(placed)}.`}]),
		],
		preview: () => completed,
	};
}

/** The zone every design begins with. */
function isUntouched(zones: ReadonlyArray<{readonly id: string; readonly networks?: readonly string[] | undefined}>): boolean {
	return zones.length === 1 && zones[0]!.id === 'lan' && zones[0]!.networks === undefined;
}
