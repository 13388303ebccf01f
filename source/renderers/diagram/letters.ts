import type {Plan} from '../../core/model.js';

/** Whether the letters that a picture is written with include a character, and show it where it belongs. */
export type Letters = (character: string) => boolean;

/**
A plan with names that some letters can show: zones and hosts whose titles they cannot show are called by their ids, which tables give beside the titles, and the design by its
name. What has no other name is shown as code points, as `[U+6F22]`: a box of a missing letter looks like that of any other.

@returns The plan itself where its names can be shown.
*/
export function nameInLetters(plan: Plan, letters: Letters): Plan {
	const canShow = (text: string) => [...text].every(character => letters(character));
	const rename = <Item extends {readonly id: string; readonly title: string}>(item: Item): Item => canShow(item.title) ? item : {...item, title: item.id};
	const spell = (text: string) => [...text].map(character => letters(character) ? character : `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`).join('');
	const {profile, request, zones, hosts, denies} = plan;
	const texts = [profile.title, request.id, ...[...zones, ...hosts].map(({title}) => title), ...denies.flatMap(({source, destination}) => [source, destination])];
	return texts.every(text => canShow(text))
		? plan
		: {
			...plan,
			profile: canShow(profile.title) ? profile : {...profile, title: spell(profile.name)},
			request: {...request, id: spell(request.id)},
			zones: zones.map(zone => rename(zone)),
			hosts: hosts.map(host => rename(host)),
			denies: denies.map(deny => ({...deny, source: spell(deny.source), destination: spell(deny.destination)})),
		};
}
