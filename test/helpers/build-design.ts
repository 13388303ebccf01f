/* eslint-disable no-await-in-loop -- Somebody answers one question after the other. */
import type {Catalog, NetworkRole, Product} from '../../source/core/catalog/schema.js';
import type {Profile, ProfileHost, ProfileZone} from '../../source/core/profile/schema.js';
import {asks, isAt, isHelp, isNoHelp, look, shows, words, type Shown} from './screens.js';
import {keys, type Terminal} from './terminal.js';

/*
Builds a design in the wizard with keys only, from an empty screen, until it is the one of a profile. It knows what somebody knows who
has the profile on paper: the catalog says how a question is worded, and everything else is read from the screen.
*/

export type BuildOptions = {
	readonly profile: Profile;
	readonly catalog: Catalog;
	/** Titles of hosts as documents print them, by id: what the questions for addresses call them. */
	readonly titles: ReadonlyMap<string, string>;
	/** What to begin the networks with. */
	readonly preset: keyof typeof words.presets;
	/** Folder to write the documents to. */
	readonly folder: string;
};

/** An answer to the highlighted field: a text, one of several answers, or none. */
type Answer = {readonly text: string} | {readonly choose: (answer: string) => boolean; readonly isAssumedEnough?: boolean} | undefined;

/** Somebody at the wizard. Each method is at a screen, and ends on another. */
export class Builder {
	/** Every question that was on the screen, in order. */
	readonly screens: string[] = [];

	readonly terminal: Terminal;

	constructor(terminal: Terminal) {
		this.terminal = terminal;
	}

	get shown(): Shown {
		return look(this.terminal);
	}

	/** From the first screen to written documents; the wizard has ended then. */
	async build(options: BuildOptions): Promise<void> {
		await this.start(options.profile.name);
		await this.answerQuestions(options);
		await this.makeNetworks(options);
		await this.giveAddresses(options);
		await this.describeChange(options.profile);
		await this.acceptFindings(options.profile);
		await this.write(options.folder);
	}

	async start(title: string): Promise<void> {
		const {terminal} = this;
		await terminal.waitFor(asks(words.start.question));
		await this.focus(shown => shown.focused.startsWith(words.start.blank));
		await this.press(keys.enter, asks(words.start.titleQuestion));
		await this.press(`${title}${keys.enter}`, isAt(words.steps.products));
	}

	/** Products and all that the catalog asks about them. Ends where the networks begin. */
	async answerQuestions({profile, catalog}: BuildOptions): Promise<void> {
		await this.selectEntries(Object.keys(profile.products).map(id => ({label: catalog.products[id]!.name})));
		await this.goOn();
		while (this.shown.step !== words.steps.segregation) {
			const product = Object.values(catalog.products).find(({name}) => this.shown.question.includes(name));
			if (this.shown.isMulti) {
				const {modes = {}} = product!;
				await this.selectEntries((profile.products[product!.id]!.modes ?? []).map(id => ({label: modes[id]!.name, group: modes[id]!.platform})));
			} else {
				const isHere = await this.answerForm(shown => answerQuestion(shown.focused, profile, catalog, product));
				if (!isHere) {
					continue;
				}
			}

			await this.goOn();
		}
	}

	/** A preset, then the zones and the table of who is where. Ends at the addresses. */
	async makeNetworks({profile, catalog, preset}: BuildOptions): Promise<void> {
		await this.focus(shown => shown.focused.startsWith(words.presets[preset]));
		await this.press(keys.enter, isAt(words.steps.zones));
		await this.makeZones(profile.zones);
		await this.goOn();
		await this.place(profile, catalog);
		// A zone can only go when nobody is in it.
		await this.press(keys.escape, isAt(words.steps.zones));
		await this.deleteZones(profile.zones);
		await this.goOn();
		await this.goOn();
	}

	async giveAddresses({profile, titles, catalog}: BuildOptions): Promise<void> {
		const wanted = new Map(Object.entries(profile.hosts ?? {}).flatMap(([id, {addresses = {}}]) =>
			Object.entries(addresses).map(([role, list]) => [`${titles.get(id) ?? id}: ${catalog.roles[role as NetworkRole].name.toLowerCase()}`, list.join(', ')] as const)));
		await this.answerForm(({focused}) => {
			const label = [...wanted.keys()].filter(text => focused.startsWith(text)).toSorted((a, b) => b.length - a.length)[0];
			return label === undefined ? undefined : {text: wanted.get(label)!};
		});
		if (this.shown.step === words.steps.addresses) {
			await this.goOn();
		}
	}

	async describeChange({title, change = {}}: Profile): Promise<void> {
		const record = change as Readonly<Record<string, string | readonly string[] | {readonly responsible?: string} | undefined>>;
		await this.answerForm(({focused}): Answer => {
			const [id] = Object.entries(words.change).find(([, label]) => isField(focused, label)) ?? [];
			const value = id === 'design-title' ? title : record[id ?? ''];
			if (value === undefined) {
				return undefined;
			}

			if (id === 'kind' || id === 'logging') {
				return {choose: answer => answer === value};
			}

			return {text: typeof value === 'string' ? value : ('responsible' in value ? value.responsible : (value as readonly string[]).join('; '))};
		});
		await this.goOn();
	}

	async acceptFindings({acceptedFindings = []}: Profile): Promise<void> {
		await this.terminal.waitFor(isAt(words.steps.review));
		if (acceptedFindings.length > 0) {
			await this.press('4', shows(({main}) => main.some(line => line.includes('[4 '))));
		}

		for (const {finding, reason, by, until} of acceptedFindings) {
			await this.hear(keys.home);
			await this.walkDown(({main}) => main.some(line => line.trim() === `${words.findingId}${finding}`), ({main}) => main.join('\n'));
			await this.press('a', asks(words.screens.accept));
			const answers: Readonly<Record<string, string | undefined>> = {[words.acceptance.reason]: reason, [words.acceptance.by]: by, [words.acceptance.until]: until};
			await this.answerForm(({focused}) => {
				const text = Object.entries(answers).find(([label]) => isField(focused, label))?.[1];
				return text === undefined ? undefined : {text};
			});
			await this.press(keys.enter, shows(({main}) => main.some(line => line.includes('[4 '))));
		}

		await this.goOn();
	}

	async write(folder: string): Promise<void> {
		await this.focus(shown => shown.focused.startsWith(words.write.folder));
		await this.press(`${keys.ctrl('u')}${folder}${keys.ctrl('n')}`, asks(words.screens.confirm));
		await this.press(keys.enter, asks(words.screens.done));
		this.terminal.write(keys.enter);
		await this.terminal.exit;
	}

	/** To the next step with the key that does so everywhere. */
	async goOn(): Promise<void> {
		const {step} = this.shown;
		await this.press(keys.ctrl('n'), shows(shown => shown.step !== step || undefined), `a step after ${step}`);
	}

	/** Press keys, wait, and note the question that is then asked. */
	async press(bytes: string, condition: Parameters<Terminal['waitFor']>[0], what?: string): Promise<void> {
		await this.terminal.press(bytes, condition, what);
		const {question} = this.shown;
		if (this.screens.at(-1) !== question) {
			this.screens.push(question);
		}
	}

	/** Highlight a row, from the first one down. */
	async focus(isWanted: (shown: Shown) => boolean): Promise<void> {
		if (!isWanted(this.shown)) {
			await this.hear(keys.home);
			await this.walkDown(isWanted, ({at, focused}) => `${at} ${focused}`);
		}
	}

	/**
	Go down until a row fulfils a condition.

	@param tellApart - What is another text for another row.
	*/
	async walkDown(isWanted: (shown: Shown) => boolean, tellApart: (shown: Shown) => string): Promise<void> {
		while (!isWanted(this.shown)) {
			const before = tellApart(this.shown);
			await this.press(keys.down, shows(shown => tellApart(shown) !== before || undefined), `a row after ${this.shown.focused}`);
		}
	}

	/** Press a key that may change nothing, and wait until it was heard: help opens and closes behind it. */
	async hear(key: string): Promise<void> {
		this.terminal.write(key);
		await this.terminal.press(keys.f1, isHelp, 'help');
		await this.terminal.press(keys.f1, isNoHelp, 'help closed');
		this.terminal.pressed -= 2;
	}

	/** Select some entries of a list of several. */
	async selectEntries(entries: ReadonlyArray<{readonly label: string; readonly group?: string}>): Promise<void> {
		for (const {label, group} of entries) {
			const isWanted = (shown: Shown) => (shown.focused.slice(4) === label || shown.focused.slice(4).startsWith(`${label}  `)) && (group === undefined || shown.group === group);
			await this.focus(isWanted);
			if (this.shown.focused.startsWith('[ ]')) {
				await this.press(' ', shows(shown => (isWanted(shown) && !shown.focused.startsWith('[ ]')) || undefined));
			}
		}
	}

	/**
	Answer the fields of a form from the first to the last.

	@returns Whether it is still there, on the row that goes on. A form of one field ends with it.
	*/
	async answerForm(answer: (shown: Shown) => Answer): Promise<boolean> {
		const screen = nameScreen(this.shown);
		while (nameScreen(this.shown) === screen && !this.shown.isDone) {
			const given = answer(this.shown);
			if (given !== undefined && 'choose' in given) {
				await this.choose(given.choose, given.isAssumedEnough);
			}

			const before = this.shown;
			const text = given !== undefined && 'text' in given ? `${keys.ctrl('e')}${keys.ctrl('u')}${given.text}` : '';
			await this.press(`${text}${keys.enter}`, shows(shown => (nameScreen(shown) !== screen || readLabel(shown) !== readLabel(before)) || undefined), `the field after ${before.focused}`);
		}

		return nameScreen(this.shown) === screen;
	}

	/** Change the highlighted answer until it is the wanted one, and given rather than assumed if that makes a difference. */
	async choose(isWanted: (answer: string) => boolean, isAssumedEnough = false): Promise<void> {
		for (let tries = 0; tries < 30; tries++) {
			const {answer, isGiven, isYesNo} = readAnswer(this.shown);
			if (isWanted(answer) && (isGiven || isAssumedEnough)) {
				return;
			}

			const key = isYesNo && isWanted('yes') ? 'y' : (isYesNo && isWanted('no') ? 'n' : keys.right);
			await this.press(key, shows(shown => {
				const now = readAnswer(shown);
				return now.answer !== answer || now.isGiven !== isGiven || undefined;
			}), `another answer than ${answer}`);
		}

		throw new Error(`No answer was the wanted one:\n${this.terminal.screen().join('\n')}`);
	}

	async makeZones(zones: readonly ProfileZone[]): Promise<void> {
		const isZone = (id: string) => ({focused}: Shown) => readZoneId(focused) === id;
		for (const zone of zones) {
			const isThere = this.shown.main.some(line => readZoneId(line.slice(2)) === zone.id);
			if (isThere) {
				await this.focus(isZone(zone.id));
				await this.press(keys.enter, asks(words.screens.zone));
			} else {
				await this.press('a', asks(words.screens.zone));
			}

			await this.answerForm(({focused}): Answer => {
				const [field] = Object.entries(words.zone).find(([, label]) => isField(focused, label)) ?? [];
				if (field === undefined) {
					return undefined;
				}

				switch (field) {
					case 'title': {
						return {text: zone.title};
					}

					case 'trust': {
						return {choose: answer => answer === zone.trust};
					}

					case 'administration': {
						const wanted = zone.administration === true ? 'yes' : 'no';
						return {choose: answer => answer === wanted, isAssumedEnough: true};
					}

					case 'networks': {
						return {text: (zone.networks ?? []).join(', ')};
					}

					case 'vlan': {
						return {text: zone.vlan === undefined ? '' : String(zone.vlan)};
					}

					default: {
						return undefined;
					}
				}
			});
			await this.press(keys.enter, shows(({step, question}) => (step === words.steps.zones && !question.startsWith(words.screens.zone)) || undefined));
			const id = readZoneId(this.shown.focused);
			if (id !== zone.id) {
				await this.press('r', asks(words.screens.zoneId));
				await this.press(`${keys.ctrl('u')}${zone.id}${keys.enter}`, shows(isZone(zone.id)), `zone ${zone.id} in the list`);
			}
		}
	}

	async deleteZones(zones: readonly ProfileZone[]): Promise<void> {
		const known = new Set(zones.map(({id}) => id));
		for (;;) {
			const extra = this.shown.main.map(line => readZoneId(line.slice(2))).find(id => id !== undefined && !known.has(id));
			if (extra === undefined) {
				return;
			}

			await this.focus(({focused}) => readZoneId(focused) === extra);
			await this.press('d', shows(({main}) => !main.some(line => readZoneId(line.slice(2)) === extra) || undefined), `zone ${extra} deleted`);
		}
	}

	/** The table: what counts for all, then host by host its settings and its own zones. */
	async place({networks, hosts = {}}: Profile, catalog: Catalog): Promise<void> {
		await this.focus(({focused}) => focused.startsWith(words.matrix.allHosts));
		await this.placeRow(networks, catalog, () => true);
		const seen = new Set<string>();
		for (;;) {
			const {focused} = this.shown;
			await this.press(keys.down, shows(shown => shown.focused !== focused || undefined), `the row after ${focused}`);
			if (this.shown.isDone) {
				break;
			}

			const id = await this.readHostId();
			if (seen.has(id)) {
				continue;
			}

			seen.add(id);
			const host = Object.hasOwn(hosts, id) ? hosts[id]! : {};
			await this.describeHost(host);
			await this.placeRow(host.zones ?? {}, catalog, cell => cell.endsWith('*'));
		}
	}

	async readHostId(): Promise<string> {
		let id = '';
		await this.terminal.waitFor(shows(({main}) => {
			id = words.matrix.about.exec(main.join(' '))?.groups?.['id'] ?? '';
			return id !== '' || undefined;
		}), 'the id of the host');
		return id;
	}

	async describeHost({title, count, cluster}: ProfileHost): Promise<void> {
		if (title === undefined && count === undefined && cluster === undefined) {
			return;
		}

		await this.press(keys.enter, asks(words.screens.host));
		await this.answerForm(({focused}): Answer => {
			const field = (['title', 'count', 'cluster'] as const).find(key => isField(focused, words.host[key]));
			const value = field === undefined ? undefined : {title, count, cluster}[field];
			return value === undefined ? undefined : {text: String(value)};
		});
		await this.press(keys.enter, shows(({question}) => !question.startsWith(words.screens.host) || undefined));
	}

	/** Set the cells of the highlighted row. Ends on its name. */
	async placeRow(wanted: Profile['networks'], catalog: Catalog, isOwn: (cell: string) => boolean): Promise<void> {
		for (const role of readRoles(this.shown, catalog)) {
			// A role that nobody has loses its column with its zone.
			const index = readRoles(this.shown, catalog).indexOf(role);
			const read = (shown: Shown) => readCell(shown, role, catalog);
			const isHere = (shown: Shown) => read(shown).startsWith('[') || undefined;
			const cell = read(this.shown);
			const zone = wanted[role];
			const given = cell !== '·' && isOwn(cell) ? cell.replace(/\*$/v, '') : '';
			if (index === -1 || given === (zone ?? '')) {
				continue;
			}

			await this.press(keys.right.repeat(index + 1), shows(isHere), `column ${role}`);
			if (zone === undefined) {
				await this.press(keys.backspace, shows(shown => !isOwn(read(shown).slice(1, -1)) || ['', '[·]'].includes(read(shown)) || undefined), `${role} cleared`);
			} else {
				await this.press(keys.enter, lines => asks(words.screens.cell)(lines) ?? lines.some(line => line.includes(words.matrix.noInterface)));
				if (this.shown.question.startsWith(words.screens.cell)) {
					await this.focus(({focused}) => readZoneId(focused) === zone);
					await this.press(keys.enter, shows(({question}) => !question.startsWith(words.screens.cell) || undefined));
				}
			}

			await this.press(keys.home, shows(shown => isHere(shown) === undefined || undefined), 'the name of the row');
		}
	}
}

/** The network roles of the table in order, with where they stand: that changes with the names in it. */
function readColumns({main}: Shown, {roles}: Catalog): ReadonlyArray<{readonly role: NetworkRole; readonly from: number}> {
	const head = main.find(line => line.includes(`${roles.management.name} `) || line.trim() === roles.management.name)!;
	return Object.entries(roles).map(([role, {name}]) => ({role: role as NetworkRole, from: head.indexOf(name)})).filter(({from}) => from !== -1).toSorted((a, b) => a.from - b.from);
}

const readRoles = (shown: Shown, catalog: Catalog) => readColumns(shown, catalog).map(({role}) => role);

function readCell(shown: Shown, wanted: NetworkRole, catalog: Catalog): string {
	const columns = readColumns(shown, catalog);
	const index = columns.findIndex(({role}) => role === wanted);
	return index === -1 ? '' : (shown.main[shown.at] ?? '').slice(columns[index]!.from, columns[index + 1]?.from).trim();
}

/** The id in a list of zones: it stands behind the title, with what else is to be known. */
function readZoneId(entry: string): string | undefined {
	return /\S {2}(?<id>[a-z\d]+(?:-[a-z\d]+)*)(?:,.*)?$/v.exec(entry.trimEnd())?.groups?.['id'];
}

/** What tells a screen from others. The name of a zone or host may change while its form is open. */
function nameScreen({step, question}: Shown): string {
	const named = [words.screens.zone, words.screens.host].find(beginning => question.startsWith(beginning));
	return `${step}: ${named ?? question}`;
}

/** Whether a row of a form is that of a field; an empty one shows nothing behind its label. */
const isField = (focused: string, label: string) => focused === label || focused.startsWith(`${label} `);

/** The question of a form's row without its answer. */
function readLabel({focused}: Shown): string {
	const parts = focused.split(/ {2,}/v);
	return (/^[\[\(]/v.test(focused) ? parts[1] : parts[0]) ?? '';
}

/** The answer of a highlighted choice: in brackets when it was given, in parentheses while it is assumed. */
function readAnswer({focused, below}: Pick<Shown, 'focused' | 'below'>): {readonly answer: string; readonly isGiven: boolean; readonly isYesNo: boolean} {
	const pattern = /(?:^|\s{2})(?<text>\[[^\[\]]+\]|\([^\(\)]+\))(?:\s|$)/v;
	const text = (/^[\[\(]/v.test(below) ? below : pattern.exec(focused)?.groups?.['text']) ?? '';
	const answer = text.slice(1, -1).trim();
	return {answer, isGiven: text.startsWith('['), isYesNo: answer === 'yes' || answer === 'no'};
}

/** What a profile answers to a question of the catalog. */
function answerQuestion(label: string, {products}: Profile, catalog: Catalog, product: Product | undefined): Answer {
	for (const [id, answers] of Object.entries(products)) {
		const entry = catalog.products[id]!;
		if (product !== undefined && product.id !== id) {
			continue;
		}

		if (label.includes(`Which release of ${entry.name}?`)) {
			return answers.version === undefined ? undefined : {choose: answer => answer === answers.version};
		}

		for (const [option, {question, choices}] of Object.entries(entry.options)) {
			const value = answers.options?.[option];
			if (label.includes(question) && typeof value === 'string') {
				return {choose: answer => answer === (choices?.[value] ?? value)};
			}
		}

		for (const [parameter, {question}] of Object.entries(entry.parameters)) {
			const value = answers.parameters?.[parameter];
			if (isField(label, question) && value !== undefined) {
				return {text: [value].flat().join(', ')};
			}
		}

		for (const [component, {name}] of Object.entries(entry.components)) {
			const value = answers.components?.[component];
			if (isField(label, `${name}: on which host?`) && value !== undefined) {
				const {placements} = words;
				const target = placements[value as 'own-host'] ?? `${placements.host}${entry.components[value]?.name ?? value}`;
				return {choose: answer => answer === target};
			}
		}
	}

	return undefined;
}
