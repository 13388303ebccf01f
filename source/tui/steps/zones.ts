import type {Profile, ProfileZone} from '../../core/profile/schema.js';
import {trustLevels} from '../../core/vocabulary.js';
import type {Draft} from '../../core/profile/draft.js';
import {findFreeName, formatName} from '../../core/profile/names.js';
import {own} from '../../core/records.js';
import type {Control, Field, Result} from '../control.js';
import {tryDraft} from '../design.js';
import {readNetworkList} from './lists.js';
import type {DesignContext, StepKind} from './step.js';

/** The zones: their names, trust and networks. */
export const zones: StepKind = () => [{
	id: 'zones',
	title: 'Zones',
	countOpen: ({design: {draft}}) => draft.zones.filter(zone => (zone.networks ?? []).length === 0).length,
	control(context) {
		const {screen = '', about = ''} = context.location.within ?? {};
		switch (screen) {
			case 'zone': {
				return editZone(about, context);
			}

			case 'rename': {
				return askId(about, context);
			}

			case 'delete': {
				return askToDelete(about, context);
			}

			default: {
				return listZones(context);
			}
		}
	},
}];

function listZones({design: {draft}, plan}: DesignContext): Control {
	return {
		kind: 'list',
		question: 'Which zones are there?',
		intro: 'A zone is addresses with one security need. Lines are between zones.',
		entries: [
			...draft.zones.map(zone => ({
				id: zone.id,
				label: zone.title,
				note: `${zone.id}, ${zone.trust}${zone.administration ? ', administration' : ''}`,
				about: [
					{text: (zone.networks ?? []).length === 0 ? 'No network yet: whether it has IPv4, IPv6 or both is not known, and addresses in it cannot be checked.' : `Networks: ${zone.networks!.join(', ')}${zone.vlan === undefined ? '' : `; VLAN ${zone.vlan}`}`},
				],
			})),
			{id: doneEntry, label: 'Continue', about: [{text: 'On to which host is in which zone.'}]},
		],
		pick: id => id === doneEntry ? {go: 'next'} : openZone(draft.zones.findIndex(zone => zone.id === id)),
		proceed: {go: 'next'},
		actions: [
			{
				key: 'a',
				label: 'add',
				run() {
					const {draft: grown} = addZone(draft, `Zone ${draft.zones.length + 1}`);
					return {draft: grown, ...openZone(grown.zones.length - 1)};
				},
			},
			{key: 'r', label: 'new id', run: id => id === undefined || id === doneEntry ? {message: {text: 'To give a zone another id, highlight it first', tone: 'warning'}} : {go: {step: 'zones', within: {screen: 'rename', about: id}}}},
			{key: 'd', label: 'delete', run: id => deleteZone(draft, id, new Set(plan().hosts.map(host => host.id)))},
		],
	};
}

const doneEntry = '\u{0}done';

/** A zone by its place: its id may change while it is edited. */
const openZone = (index: number): Result => ({go: {step: 'zones', within: {screen: 'zone', about: String(index)}}});

/** A design with one more zone, whose id comes from its title. */
export function addZone(draft: Draft, title: string): {readonly draft: Draft; readonly zone: string} {
	const id = findFreeId(draft, title);
	return {draft: {...draft, zones: [...draft.zones, {id, title, trust: 'internal'}]}, zone: id};
}

function findFreeId({zones}: Draft, title: string): string {
	const taken = new Set(zones.map(({id}) => id));
	return findFreeName(formatName(title), id => taken.has(id));
}

/** @param shown - Hosts that the table of placements shows: what is said of others does not count. */
function deleteZone(draft: Draft, id: string | undefined, shown: ReadonlySet<string>): Result {
	if (id === undefined || id === doneEntry) {
		return {message: {text: 'To delete, highlight a zone first', tone: 'warning'}};
	}

	const users = listUsers(draft, id, shown);
	if (users.length > 0) {
		return {message: {text: `In use: ${users.slice(0, 3).join(', ')}${users.length > 3 ? ` and ${users.length - 3} more` : ''}. Place them elsewhere first`, tone: 'warning'}};
	}

	if (draft.zones.length === 1) {
		return {message: {text: 'A design has at least one zone', tone: 'warning'}};
	}

	const {networks = [], vlan} = draft.zones.find(zone => zone.id === id)!;
	return networks.length > 0 || vlan !== undefined ? {go: {step: 'zones', within: {screen: 'delete', about: id}}} : removeZone(draft, id);
}

function removeZone(draft: Draft, id: string): Result {
	const zones = draft.zones.filter(zone => zone.id !== id);
	const place = draft.zones.findIndex(zone => zone.id === id);
	return {draft: {...draft, zones}, go: {step: 'zones', focus: zones[Math.min(place, zones.length - 1)]!.id}, message: {text: `Deleted zone ${id}`, tone: 'good'}};
}

/** Before networks are lost that somebody typed. */
function askToDelete(id: string, {design: {draft}}: DesignContext): Control {
	const zone = draft.zones.find(entry => entry.id === id);
	const facts = zone === undefined ? '' : [...(zone.networks ?? []), ...(zone.vlan === undefined ? [] : [`VLAN ${zone.vlan}`])].join(', ');
	return {
		kind: 'list',
		question: `Delete the zone ${zone?.title ?? id}?`,
		entries: [
			{id: 'keep', label: 'Keep it', about: []},
			{id: 'delete', label: 'Delete it', about: [{text: `Lost with it: ${facts}.`, tone: 'warning'}]},
		],
		pick: choice => choice === 'delete' && zone !== undefined ? removeZone(draft, id) : {go: {step: 'zones', focus: id}},
	};
}

/** What is placed in a zone, as somebody would look for it. */
function listUsers({networks, hosts}: Draft, zone: string, shown: ReadonlySet<string>): string[] {
	return [
		...Object.entries(networks).filter(([, id]) => id === zone).map(([role]) => `role ${role}`),
		...Object.entries(hosts ?? {}).filter(([id, host]) => shown.has(id) && Object.values(host.zones ?? {}).includes(zone)).map(([id]) => id),
	];
}

function editZone(about: string, {design}: DesignContext): Control {
	const {draft} = design;
	const zone = draft.zones.find(entry => entry.id === about) ?? draft.zones[Number(about)];
	if (zone === undefined) {
		return {kind: 'form', question: 'This zone is gone', fields: [], done: 'Back', submit: () => ({go: {step: 'zones'}})};
	}

	const {id} = zone;
	const change = (changed: Partial<{[Key in keyof ProfileZone]: ProfileZone[Key] | undefined}>): Draft => ({...draft, zones: draft.zones.map(entry => entry.id === id ? withoutUndefined({...entry, ...changed}) as ProfileZone : entry)});
	const fields: Field[] = [
		{kind: 'text', id: 'title', label: 'Name', value: zone.title, about: [{text: `As documents print it. Its id is ${id}.`}], set: text => tryDraft(design, retitle(draft, zone, text.trim()))},
		{
			kind: 'choice', id: 'trust', label: 'Trust', choices: trustLevels.map(value => ({value, label: value})), value: zone.trust, isDefault: false, about: [{text: 'From least to most trusted: untrusted, dmz, user, internal, restricted. Findings compare the two ends of a line.'}],
			set: value => ({draft: change({trust: value as ProfileZone['trust']})}),
		},
		{
			kind: 'choice', id: 'administration', label: 'For administrators', choices: [{value: 'yes', label: 'yes'}, {value: 'no', label: 'no'}], value: zone.administration === true ? 'yes' : 'no', isDefault: zone.administration === undefined, about: [{text: 'Administrative ports from a zone that is not for administration are a finding.'}],
			set: value => ({draft: change({administration: value === 'yes' ? true : undefined})}),
		},
		{kind: 'text', id: 'networks', label: 'Networks', value: (zone.networks ?? []).join(', '), example: '10.0.0.0/24, 2001:db8::/64', isMultiline: true, about: [{text: 'IPv4 and IPv6 networks with prefix, as many as there are. Zones must not overlap.'}], set: text => readNetworkList(text, networks => tryDraft(design, change({networks: networks.length === 0 ? undefined : [...networks]})))},
		{
			kind: 'text', id: 'vlan', label: 'VLAN', value: zone.vlan === undefined ? '' : String(zone.vlan), about: [{text: '1 to 4094, or nothing.'}],
			set: text => text.trim() === '' ? tryDraft(design, change({vlan: undefined})) : (/^\d{1,4}$/v.test(text.trim()) ? tryDraft(design, change({vlan: Number(text.trim())})) : {problem: 'a VLAN is a number from 1 to 4094'}),
		},
	];
	return {kind: 'form', question: `Zone ${zone.title}`, fields, done: 'Back to the zones', submit: () => ({go: {step: 'zones', focus: id}})};
}

/** A zone with another title; while nobody gave it an id of its own, that follows. */
function retitle(draft: Draft, zone: ProfileZone, title: string): Draft {
	const changed = {...draft, zones: draft.zones.map(entry => entry === zone ? {...entry, title} : entry)};
	const others = {...draft, zones: draft.zones.filter(entry => entry !== zone)};
	return /^zone-\d+$/v.test(zone.id) ? renameZone(changed, zone.id, findFreeId(others, title)) : changed;
}

function askId(id: string, {design}: DesignContext): Control {
	return {
		kind: 'form',
		question: `Which id is zone "${id}" to have?`,
		fields: [{kind: 'text', id: 'id', label: 'Id', value: id, about: [{text: 'Short name in profiles and line tables: lower-case letters, digits and single hyphens. Lines to and from the zone get new ids.'}]}],
		done: 'Rename',
		submit({id: text = ''}) {
			const to = text.trim();
			if (to !== id && design.draft.zones.some(zone => zone.id === to)) {
				return {problems: {id: `there is a zone "${to}" already`}};
			}

			const {draft, problem} = tryDraft(design, renameZone(design.draft, id, to));
			return problem === undefined ? {draft, go: {step: 'zones', focus: to}} : {problems: {id: problem}};
		},
	};
}

function renameZone(draft: Draft, from: string, to: string): Draft {
	const rename = (networks: Profile['networks']): Profile['networks'] => Object.fromEntries(Object.entries(networks).map(([role, zone]) => [role, zone === from ? to : zone]));
	return {
		...draft,
		zones: draft.zones.map(zone => zone.id === from ? {...zone, id: to} : zone),
		networks: rename(draft.networks),
		...(draft.hosts === undefined
			? {}
			: {
				hosts: Object.fromEntries(Object.keys(draft.hosts).map(id => {
					const host = own(draft.hosts, id)!;
					return [id, host.zones === undefined ? host : {...host, zones: rename(host.zones)}];
				})),
			}),
	};
}

function withoutUndefined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
