import type {NetworkRole} from '../../core/catalog/schema.js';
import type {HostDraft} from '../../core/hosts.js';
import type {Draft} from '../../core/profile/draft.js';
import type {ProfileHost} from '../../core/profile/schema.js';
import {own} from '../../core/records.js';
import {listUsedRoles} from '../../core/segregation.js';
import type {Control, MatrixCell, Result} from '../control.js';
import {tryDraft, type Design} from '../design.js';
import {addZone} from './zones.js';
import type {DesignContext, StepKind} from './step.js';

/** The row that holds for every host that has no zone of its own. */
const allHosts = '*';

/** Which interface is in which zone: network roles across, hosts down. */
export const matrix: StepKind = () => [{
	id: 'matrix',
	title: 'Who is where',
	control(context) {
		const {screen = '', about = ''} = context.location.within ?? {};
		switch (screen) {
			case 'cell': {
				const [host, role] = about.split('/') as [string, NetworkRole];
				return chooseZone(host, role, context);
			}

			case 'host': {
				return editHost(about, context);
			}

			default: {
				return showMatrix(context);
			}
		}
	},
}];

function showMatrix({design, plan}: DesignContext): Control {
	const {draft, inventory, catalog} = design;
	const concerned = new Set(plan().hosts.map(({id}) => id));
	// Who no connection of this design concerns is left out.
	const hosts = [...inventory.hosts.values()].filter(({id}) => concerned.has(id));
	const used = new Set(listUsedRoles(hosts, catalog.roles));
	// A role that nobody has now may be placed all the same, and then keeps its zone from being deleted.
	const roles = [...used, ...(Object.keys(catalog.roles) as NetworkRole[]).filter(role => !used.has(role) && own(draft.networks, role) !== undefined)];
	return {
		kind: 'matrix',
		question: 'Which host is in which zone, for each role of its network?',
		intro: 'The first row counts for every host without a zone of its own. A host without an interface in a role uses its management one; * marks what is set for a host alone.',
		columns: roles.map(role => ({id: role, label: catalog.roles[role].name})),
		rows: [
			{id: allHosts, label: 'All hosts', cells: roles.map(role => describeDefault(draft, role)), about: [{text: 'The zone of each role, unless a host says otherwise. Enter changes it.'}]},
			...hosts.map(host => ({
				id: host.id,
				label: host.title,
				cells: roles.map(role => describeCell(design, host, role)),
				about: [{text: `${host.id}: ${host.kind === 'actor' ? 'somebody outside' : host.components.map(({product, component}) => own(own(catalog.products, product)?.components, component)?.name ?? component).join(', ')}. Enter on its name: title, number, cluster.`}],
			})),
		],
		open(row, column) {
			if (column === undefined) {
				return row === allHosts ? {message: {text: 'Go right to a role, then enter', tone: 'muted'}} : {go: {step: 'matrix', within: {screen: 'host', about: row}}};
			}

			const host = inventory.hosts.get(row);
			const role = column as NetworkRole;
			return host === undefined || host.roles.includes(role)
				? {go: {step: 'matrix', within: {screen: 'cell', about: `${row}/${column}`}}}
				: {message: {text: `${host.title} has no interface for ${catalog.roles[role].name.toLowerCase()}`, tone: 'muted'}};
		},
		clear: (row, column) => ({draft: placeInterface(draft, row, column as NetworkRole, undefined)}),
	};
}

function describeDefault({networks}: Draft, role: NetworkRole): MatrixCell {
	const zone = own(networks, role);
	return {text: zone ?? '', isOwn: zone !== undefined, isIdle: zone === undefined};
}

function describeCell({draft, catalog}: Design, host: HostDraft, role: NetworkRole): MatrixCell {
	const given = own(own(draft.hosts, host.id)?.zones, role);
	if (given !== undefined) {
		return {text: given, isOwn: true, isIdle: false};
	}

	const isExplicit = host.kind === 'host' && catalog.roles[role].explicit === true;
	const zone = isExplicit || !host.roles.includes(role) ? undefined : own(draft.networks, role);
	return {text: zone ?? '', isOwn: false, isIdle: zone === undefined};
}

function chooseZone(hostId: string, role: NetworkRole, {design}: DesignContext): Control {
	const {draft, inventory, catalog} = design;
	const host = inventory.hosts.get(hostId);
	const current = host === undefined ? own(draft.networks, role) : own(own(draft.hosts, hostId)?.zones, role);
	const common = own(draft.networks, role);
	const roleName = catalog.roles[role].name;
	const clearId = '\u{0}none';
	const newZoneId = '\u{0}new';
	const isNeeded = host === undefined && role === 'management';
	return {
		kind: 'list',
		question: `Which zone is ${roleName.toLowerCase()} of ${host?.title ?? 'all hosts'} in?`,
		intro: `${catalog.roles[role].summary}.`,
		entries: [
			...draft.zones.map(zone => ({
				id: zone.id,
				label: zone.title,
				note: `${zone.id}${zone.id === current ? ', now' : ''}`,
				about: [{text: (zone.networks ?? []).length === 0 ? `Trust: ${zone.trust}` : `Trust: ${zone.trust}; ${zone.networks!.join(', ')}`}],
				preview: () => placeInterface(draft, hostId, role, zone.id),
			})),
			{
				id: newZoneId,
				label: 'In a new zone',
				about: [{text: `A zone named after ${host?.title ?? roleName}; its trust and networks are on the step before.`}],
			},
			...(isNeeded
				? []
				: [{
					id: clearId,
					label: host === undefined ? 'None: it uses management' : (common === undefined || (host.kind === 'host' && catalog.roles[role].explicit === true) ? 'No interface of its own' : `As all hosts: ${common}`),
					about: [],
					preview: () => placeInterface(draft, hostId, role, undefined),
				}]),
		],
		initial: current ?? (host === undefined ? clearId : (common ?? clearId)),
		pick(id) {
			if (id === newZoneId) {
				const {draft: grown, zone} = addZone(draft, host?.title ?? roleName);
				return {draft: placeInterface(grown, hostId, role, zone), go: {step: 'matrix', focus: hostId}, message: {text: `Made zone ${zone}; its trust and networks are on the step before`, tone: 'good'}};
			}

			return {draft: placeInterface(draft, hostId, role, id === clearId ? undefined : id), go: {step: 'matrix', focus: hostId}};
		},
	};
}

function placeInterface(draft: Draft, host: string, role: NetworkRole, zone: string | undefined): Draft {
	const change = (networks: Draft['networks']): Draft['networks'] => {
		const {[role]: _, ...rest} = networks;
		return zone === undefined ? rest : {...rest, [role]: zone};
	};

	if (host === allHosts) {
		return {...draft, networks: change(draft.networks)};
	}

	const {zones, ...rest} = own(draft.hosts, host) ?? {};
	const changed = change(zones ?? {});
	return changeHost(draft, host, Object.keys(changed).length > 0 ? {...rest, zones: changed} : rest);
}

/** A design in which a host has other settings; without any it is not listed. */
export function changeHost(draft: Draft, id: string, host: ProfileHost): Draft {
	const {[id]: _, ...others} = draft.hosts ?? {};
	return {...draft, hosts: Object.keys(host).length > 0 ? {...draft.hosts, [id]: host} : others};
}

function editHost(id: string, {design}: DesignContext): Control {
	const {draft, inventory} = design;
	const host = inventory.hosts.get(id);
	const settings = own(draft.hosts, id) ?? {};
	const set = (changed: Partial<{[Key in keyof ProfileHost]: ProfileHost[Key] | undefined}>) => tryDraft(design, changeHost(draft, id, Object.fromEntries(Object.entries({...settings, ...changed}).filter(([, value]) => value !== undefined))));
	const back: Result = {go: {step: 'matrix', focus: id}};
	return {
		kind: 'form',
		question: `Host ${host?.title ?? id}`,
		fields: [
			{kind: 'text', id: 'title', label: 'Name', value: settings.title ?? '', ...(host === undefined ? {} : {placeholder: host.title}), about: [{text: 'As documents print it.'}], set: text => set({title: text.trim() === '' ? undefined : text.trim()})},
			{
				kind: 'text', id: 'count', label: 'Machines', value: settings.count === undefined ? '' : String(settings.count), placeholder: 'as many as there are addresses', about: [{text: 'How many alike machines this is.'}],
				set: text => text.trim() === '' ? set({count: undefined}) : (/^\d{1,6}$/v.test(text.trim()) ? set({count: Number(text.trim())}) : {problem: 'write a number'}),
			},
			{kind: 'text', id: 'cluster', label: 'Cluster or pool', value: settings.cluster ?? '', placeholder: 'none', about: [{text: 'Some connections only exist between machines of one cluster.'}], set: text => set({cluster: text.trim() === '' ? undefined : text.trim()})},
		],
		done: 'Back to the table',
		submit: () => back,
	};
}
