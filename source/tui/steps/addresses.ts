import {listSiteHosts} from '../../core/hosts.js';
import {own} from '../../core/records.js';
import type {HostInterface, NetworkRole, Plan} from '../../core/model.js';
import type {Control, Field, Paragraph} from '../control.js';
import {tryDraft} from '../design.js';
import {changeHost} from './matrix.js';
import {readAddressList} from './lists.js';
import type {DesignContext, StepKind} from './step.js';

/** Addresses of every interface that a line needs. They may wait: documents then print a named placeholder. */
export const addresses: StepKind = () => [{
	id: 'addresses',
	title: 'Addresses',
	countOpen: ({plan}) => listInterfaces(plan()).filter(({entry}) => entry.isPlaceholder).length,
	control: context => context.location.within?.screen === 'import' ? askImport(context) : listAddresses(context),
}];

type Interface = {readonly title: string; readonly entry: HostInterface};

function listInterfaces({hosts}: Plan): Interface[] {
	return hosts.flatMap(host => host.interfaces.filter(({zone}) => zone !== undefined).map(entry => ({title: host.title, entry})));
}

function listAddresses({design, plan}: DesignContext): Control {
	const {draft, catalog} = design;
	const zones = new Map(draft.zones.map((zone, index) => [zone.id, {...zone, index}]));
	const rank = ({entry}: Interface) => zones.get(entry.zone!)?.index ?? 0;
	const fields = listInterfaces(plan()).toSorted((a, b) => rank(a) - rank(b)).map(({title, entry}): Field => {
		const {host, role} = entry;
		const zone = zones.get(entry.zone!);
		const networks = zone?.networks ?? [];
		return {
			kind: 'text',
			id: `${host}/${role}`,
			label: `${title}: ${catalog.roles[role].name.toLowerCase()}`,
			group: zone === undefined ? '' : `${zone.title}${networks.length === 0 ? '' : `, ${networks.join(', ')}`}`,
			value: (own(own(draft.hosts, host)?.addresses, role) ?? []).join(', '),
			placeholder: 'later',
			isMultiline: true,
			about: [...describeCount(own(own(draft.hosts, host)?.addresses, role) ?? []), {text: 'Addresses, networks, ranges as 10.0.0.1-10.0.0.9, or DNS names; a pasted list will do. Without one the documents print a placeholder, and the request is not ready where a line between zones needs it.'}],
			set: text => readAddressList(text, list => tryDraft(design, setAddresses(design.draft, host, role, list))),
		};
	});
	return {
		kind: 'form',
		question: 'Which addresses do they have?',
		fields,
		actions: [{key: 'ctrl+o', label: 'import a file', run: () => ({go: {step: 'addresses', within: {screen: 'import', about: ''}}})}],
		submit: () => ({go: 'next'}),
	};
}

/** How many there are, where the field is too short to show them. */
function describeCount(list: readonly string[]): Paragraph[] {
	return list.length > 2 ? [{text: `${list.length} entries, from ${list[0]!} to ${list.at(-1)!}.`}] : [];
}

function setAddresses(draft: DesignContext['design']['draft'], host: string, role: NetworkRole, list: readonly string[]): DesignContext['design']['draft'] {
	const {addresses: before, ...rest} = own(draft.hosts, host) ?? {};
	const {[role]: _, ...others} = before ?? {};
	// Nothing else may say that a host of the site's own flows is in that network.
	const after = list.length > 0 || listSiteHosts(draft).includes(host) ? {...others, [role]: [...list]} : others;
	return changeHost(draft, host, Object.keys(after).length > 0 ? {...rest, addresses: after} : rest);
}

function askImport({plan}: DesignContext): Control {
	const {hosts} = plan();
	const example = hosts.find(({kind}) => kind === 'host') ?? hosts[0];
	return {
		kind: 'form',
		question: 'Import addresses from which file?',
		intro: 'A CSV file whose first line is host,role,address, or an Ansible inventory (INI or YAML). It replaces addresses of the interfaces in it.',
		fields: [{kind: 'text', id: 'file', label: 'File', value: '', example: 'addresses.csv', about: [{text: `A host is named by its title${example === undefined ? '' : ` (as ${example.title}) or its id (${example.id})`}; the step "Who is where" shows both. What matches no host is listed and left out.`}]}],
		done: 'Import',
		submit: ({file = ''}) => file.trim() === '' ? {problems: {file: 'name a file, as addresses.csv'}} : {command: {kind: 'import', file: file.trim()}},
	};
}
