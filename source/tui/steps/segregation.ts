import {applySegregation, ownNetworks, segregations} from '../../core/segregation.js';
import {own} from '../../core/records.js';
import type {Entry} from '../control.js';
import type {StepKind} from './step.js';

/** How the networks are separated, from which zones and placements are made. */
export const segregation: StepKind = () => [{
	id: 'segregation',
	title: 'Segregation',
	countOpen: ({design: {draft}}) => draft.segregation === undefined && isUntouched(draft.zones) ? 1 : 0,
	control({design: {draft, inventory, catalog}}) {
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
				...segregations.map(({id, title, summary}): Entry => ({
					id,
					label: title,
					...(draft.segregation === id ? {note: 'chosen'} : {}),
					about: [{text: summary}, ...(draft.networkSets?.[id] === undefined ? [] : [{text: 'Your earlier changes to it come back.', tone: 'muted' as const}])],
					preview: () => applySegregation(draft, id, inventory, catalog),
				})),
			],
			initial: isOwn ? ownNetworks : (draft.segregation ?? 'by-role'),
			pick: id => isOwn && id === ownNetworks ? {go: 'next'} : {draft: applySegregation(draft, id, inventory, catalog), go: 'next'},
		};
	},
}];

/** The zone every design begins with. */
function isUntouched(zones: ReadonlyArray<{readonly id: string; readonly networks?: readonly string[] | undefined}>): boolean {
	return zones.length === 1 && zones[0]!.id === 'lan' && zones[0]!.networks === undefined;
}
