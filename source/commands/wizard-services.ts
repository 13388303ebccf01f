import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {parseAnsibleInventory} from '../core/import/ansible.js';
import {applyImport} from '../core/import/apply.js';
import {parseAddressCsv} from '../core/import/csv.js';
import {matchImport} from '../core/import/match.js';
import {deriveHosts} from '../core/hosts.js';
import type {Catalog, Plan, Profile} from '../core/model.js';
import {plan, type PlanOptions} from '../core/plan.js';
import {beginFromExample, completeProfile, makeDraft, openProfile, type Draft} from '../core/profile/draft.js';
import {formatProfile} from '../core/profile/format.js';
import {formatName} from '../core/profile/names.js';
import {findNewProblems, findProfileProblems} from '../core/profile/problems.js';
import {documents, formats, textFormats, type Format, type RenderedFile, type Tools} from '../renderers/index.js';
import {readEarlierPlan} from '../shell/make-plan.js';
import {formatHolder, type ProfileStore} from '../shell/profile-store.js';
import {readCatalog} from '../shell/read-catalog.js';
import {findProfileSource, readProfile} from '../shell/read-profile.js';
import {readTemplates} from '../shell/read-templates.js';
import {readText} from '../shell/read-text.js';
import {renderDocuments} from '../shell/render-documents.js';
import {makeTools} from '../shell/tools.js';
import {listStarters} from '../shell/package-files.js';
import {formatSystemError, UserError} from '../shell/user-error.js';
import {previewDocuments, writeDocuments} from '../shell/write-documents.js';
import {writeFile} from '../shell/write-file.js';
import type {Command, Message, Output, Paragraph} from '../tui/control.js';
import type {CommandContext, CommandOutcome} from '../tui/services.js';
import {version} from '../version.js';
import {isDrawing, parseRenderer, rendererOptionNames} from './renderer.js';

/** Said when somebody begins with an example. */
const beginning: Message = {text: 'Products, answers and zones are those of the example; networks, addresses and the change record are yours to give', tone: 'good'};

type Values = Readonly<Record<string, string | undefined>>;

/**
What the wizard needs once there is a design: reading, deriving, rendering and writing. It is loaded after the first screen.

Every function gives an outcome that the wizard shows; only bugs throw.
*/
export class DesignServices {
	/**
	Read all that the options name.

	@throws {UserError} When the catalog, the templates or the earlier plan cannot be read.
	*/
	static async load(options: {readonly values: Values; readonly store: ProfileStore; readonly today: string; readonly isPiped: boolean}): Promise<DesignServices> {
		const {values} = options;
		const {previous} = values;
		const [catalog, templates, earlier] = await Promise.all([
			readCatalog(values['catalog']),
			readTemplates(values['templates']),
			previous === undefined ? undefined : readEarlierPlan(previous),
			options.store.prepare(),
		]);
		return new DesignServices({...options, catalog, templates, earlier});
	}

	readonly catalog: Catalog;
	/** The document that is to go to standard output when the screen is gone. */
	printed: string | undefined;
	readonly #values: Values;
	readonly #store: ProfileStore;
	readonly #today: string;
	readonly #templates: Readonly<Record<string, string>>;
	readonly #earlier: PlanOptions['earlier'];
	readonly #isPiped: boolean;
	/** Ends what draws for somebody who leaves. */
	readonly #drawing = new AbortController();
	readonly #tools: Tools;
	#rendered: Rendered | undefined;
	#isFirstSave = true;
	/** The last answer is in the store. */
	#isSaved = false;
	/** The profile that this process keeps others from writing. */
	#held: string | undefined;

	private constructor({catalog, values, store, today, templates, earlier, isPiped}: {readonly catalog: Catalog; readonly values: Values; readonly store: ProfileStore; readonly today: string; readonly templates: Readonly<Record<string, string>>; readonly earlier: PlanOptions['earlier']; readonly isPiped: boolean}) {
		this.catalog = catalog;
		this.#values = values;
		this.#tools = makeTools({...parseRenderer(values), signal: this.#drawing.signal});
		this.#store = store;
		this.#today = today;
		this.#templates = templates;
		this.#earlier = earlier;
		this.#isPiped = isPiped;
	}

	derivePlan(profile: Profile): Plan {
		return plan(this.catalog, profile, {today: this.#today, tool: {name: 'virt-fw-wizard', version}, earlier: this.#earlier});
	}

	/** Save a design; its place in the store is this process's own until another is opened. */
	save(draft: Draft, position: string, isFinished: boolean): {readonly name: string; readonly message?: string | undefined} {
		this.#isSaved = false;
		const {record, notes} = this.#store.save({draft, position, isFinished});
		this.#isSaved = true;
		const {name} = record.draft;
		if (this.#isFirstSave || this.#held !== name) {
			this.#isFirstSave = false;
			this.#hold(name);
		}

		return {name, ...(notes.length === 0 ? {} : {message: notes.join('; ')})};
	}

	/** Nothing is wanted any more: let other processes write again. */
	end(): void {
		this.#drawing.abort();
		this.close();
	}

	/** Let other processes write again. */
	close(): void {
		if (this.#held !== undefined) {
			this.#store.unlock(this.#held);
			this.#held = undefined;
		}
	}

	async run(command: Command, {draft, profile, output, report}: CommandContext): Promise<CommandOutcome> {
		switch (command.kind) {
			case 'start': {
				return this.#start(command.starter, command.title, command.name);
			}

			case 'open': {
				return this.#open(command.name);
			}

			case 'open-file': {
				const file = expandHome(command.file);
				const source = findProfileSource(file);
				if (source.kind === 'saved') {
					return this.#open(source.name);
				}

				if (source.kind === 'starter') {
					return this.#start(source.starter.name, source.starter.title, source.starter.name);
				}

				const read = openProfile(await readProfile(file, this.catalog));
				this.close();
				return {draft: {...read, name: this.#findName(read.name)}, message: {text: `Read ${command.file}; your changes are saved as a design, and the file stays as it is`, tone: 'good'}};
			}

			case 'rename':
			case 'copy': {
				const {record, notes} = command.kind === 'rename' ? this.#store.rename(command.name, command.to) : this.#store.copy(command.name, command.to);
				return {go: {step: 'start', focus: `saved:${record.draft.name}`}, message: {text: [`${command.kind === 'rename' ? 'Renamed' : 'Copied'} to "${record.draft.name}"`, ...notes].join('; '), tone: 'good'}};
			}

			case 'remove': {
				this.#store.remove(command.name);
				return {go: {step: 'start'}, message: {text: `Deleted "${command.name}"`, tone: 'good'}};
			}

			case 'export': {
				const exported = command.name === undefined ? profile! : completeProfile(this.#store.read(command.name).draft, this.catalog);
				writeFile(expandHome(command.file), formatProfile(exported));
				const problems = findProfileProblems(exported, this.catalog).length;
				return {go: 'back', ...(command.name === undefined ? {exported: path.normalize(command.file)} : {}), message: {text: `Exported to ${path.normalize(command.file)}${problems === 0 ? '' : `; ${problems} answer${problems === 1 ? ' is' : 's are'} missing or wrong in it`}`, tone: problems === 0 ? 'good' : 'warning'}};
			}

			case 'import': {
				return this.#import(command.file, draft!, profile!);
			}

			case 'examine': {
				return this.#examine(expandHome(command.folder), await this.#render(profile!, command.formats, report), command.formats);
			}

			case 'write': {
				return this.#write(command, await this.#render(profile!, command.formats, report), profile!);
			}

			case 'print': {
				const [first] = await this.#render(profile!, [command.format], report);
				this.printed = String(first!.content);
				return {isFinished: true, isLeaving: true, output: {report: this.#report([], profile!, output)}};
			}

			case 'quit': {
				return {};
			}
		}
	}

	#start(starter: string | undefined, title: string, name: string): CommandOutcome {
		const unique = this.#findName(name);
		this.close();
		if (starter === undefined) {
			return {draft: makeDraft(unique, title)};
		}

		return {draft: {...beginFromExample(listStarters().find(({name: known}) => known === starter)!.profile), name: unique, title}, message: beginning};
	}

	/** A name that is free; the wanted one where nobody can tell, as saving then says what is wrong, and the wizard goes on without. */
	#findName(wanted: string): string {
		try {
			return this.#store.uniqueName(wanted);
		} catch (error) {
			if (error instanceof UserError) {
				return formatName(wanted);
			}

			throw error;
		}
	}

	#open(name: string): CommandOutcome {
		const {draft, position, isFinished} = this.#store.read(name);
		if (name === this.#held) {
			return {draft, position, isFinished};
		}

		const holder = this.#store.lock(name);
		this.close();
		if (holder === undefined) {
			this.#held = name;
			return {draft, position, isFinished};
		}

		const copy = this.#store.uniqueName(name);
		return {draft: {...draft, name: copy}, position, message: {text: `"${name}" is open in ${formatHolder(holder)}: this is a copy, saved as "${copy}"`, tone: 'warning'}};
	}

	#hold(name: string): void {
		if (this.#held !== name) {
			this.close();
		}

		if (this.#store.lock(name) === undefined) {
			this.#held = name;
		}
	}

	async #import(file: string, draft: Draft, profile: Profile): Promise<CommandOutcome> {
		const text = await readText(expandHome(file));
		const {hosts} = deriveHosts(this.catalog, profile);
		const {entries, problems: unread} = /\.(?:csv|tsv|txt)$/iv.test(file) ? parseAddressCsv(text, file) : parseAnsibleInventory(text, file);
		const {accepted, unmatched, problems} = matchImport(entries, hosts, this.catalog.roles, file);
		const all = [...unread, ...problems];
		const count = accepted.reduce((sum, {addresses}) => sum + addresses.length, 0);
		const left = unmatched.map(({name, why, candidates}) => `"${name}" ${why === 'unknown' ? 'is no host of this design' : (why === 'ambiguous' ? `may be ${candidates.slice(0, 3).join(' or ')}` : 'has several machines, and the host is one')}`);
		const notes = [...all.map(({message, line}) => `${line === undefined ? '' : `line ${line}: `}${message}`), ...left];
		const said = `${count} address${count === 1 ? '' : 'es'} for ${accepted.length} interface${accepted.length === 1 ? '' : 's'}`;
		const listed = {title: `Left out of ${file}`, lines: notes.map((text): Paragraph => ({text, tone: 'warning'}))};
		if (accepted.length === 0) {
			return {message: {text: 'Nothing was imported', tone: 'warning'}, notes: {...listed, lines: notes.length === 0 ? [{text: 'The file holds no host with an address.'}] : listed.lines}};
		}

		const changed = applyImport(draft, accepted, 'replace');
		const broken = findNewProblems(profile, completeProfile(changed, this.catalog), this.catalog);
		if (broken.length > 0) {
			return {message: {text: 'Nothing was imported', tone: 'danger'}, notes: {title: 'These addresses cannot be taken', lines: broken.map(({message}): Paragraph => ({text: message, tone: 'danger'}))}};
		}

		return {draft: changed, go: {step: 'addresses'}, message: {text: said, tone: 'good'}, ...(notes.length === 0 ? {} : {notes: listed})};
	}

	/**
	What was examined is what is written: no format is rendered again for the same answers, also when another one failed.

	@throws {UserError} When a format cannot be made; it names the format.
	*/
	async #render(profile: Profile, ids: readonly string[], report: (progress: string) => void): Promise<readonly RenderedFile[]> {
		const {plan: rendered, files} = this.#remember(profile);
		const chosen = formats.filter(({id}) => ids.includes(id));
		for (const [index, format] of chosen.entries()) {
			if (!files.has(format.id)) {
				/* eslint-disable no-await-in-loop -- They share what the first of them worked out, and memory. */
				if (!immediate.has(format.id)) {
					report(`Making the documents: ${format.name}, ${index + 1} of ${chosen.length}`);
					await sleep(drawingMs);
				}

				files.set(format.id, await renderFormat(format, rendered, this.#templates, this.#tools));
				/* eslint-enable no-await-in-loop */
			}
		}

		return chosen.flatMap(({id}) => files.get(id)!);
	}

	/** The plan of some answers and what was rendered of it, derived once as long as the answers are the same. */
	#remember(profile: Profile): Rendered {
		const key = JSON.stringify(profile);
		if (this.#rendered?.key !== key) {
			this.#rendered = {key, plan: this.derivePlan(profile), files: new Map()};
		}

		return this.#rendered;
	}

	async #examine(folder: string, files: readonly RenderedFile[], chosen: readonly string[]): Promise<CommandOutcome> {
		const {results, problems} = previewDocuments(folder, files);
		const canForce = problems.length > 0 && problems.every(({code}) => code === 'output/foreign');
		return {
			output: {
				folder,
				formats: chosen,
				files: results,
				canForce,
				obstacles: problems.map(({file, message}): Paragraph => ({text: `${file ?? ''}: ${message}`, tone: 'danger'})),
			},
			go: {step: 'write', within: {screen: 'confirm', about: ''}},
		};
	}

	async #write({folder, formats: chosen, isForced}: Extract<Command, {readonly kind: 'write'}>, rendered: readonly RenderedFile[], profile: Profile): Promise<CommandOutcome> {
		const results = await writeDocuments(folder, rendered, {force: isForced});
		const width = Math.max(...results.map(({status}) => status.length));
		const files = results.map(({path: name, status}) => `${status.padEnd(width)}  ${path.join(folder, name)}`);
		return {
			isFinished: true,
			output: {report: this.#report(files, profile, {folder, formats: chosen})},
			go: {step: 'write', within: {screen: 'done', about: ''}},
		};
	}

	/** What is said at the end: the files, whether the request is ready, and how to make the same again. */
	#report(files: readonly string[], profile: Profile, {folder, formats: chosen, printed}: Partial<Output>): Paragraph[] {
		const {ready, notReady} = this.#remember(profile).plan;
		return [
			...files.map(text => ({text})),
			...(files.length === 0 ? [] : [{text: ''}]),
			...(ready ? [{text: 'The request is ready.', tone: 'good' as const}] : [{text: 'The request is not ready:', tone: 'warning' as const}, ...notReady.map(reason => ({text: `- ${reason}`}))]),
			{text: ''},
			...(this.#isSaved
				? [
					{text: `Your answers are saved as "${profile.name}". The same documents again, without questions:`},
					{text: this.#formatCommand(profile.name, {folder, formats: chosen, printed})},
				]
				: [{text: 'Your answers could not be saved.', tone: 'danger' as const}]),
		];
	}

	#formatCommand(name: string, {folder, formats: chosen = [], printed}: {readonly folder?: string | undefined; readonly formats?: readonly string[] | undefined; readonly printed?: string | undefined}): string {
		const isDrawn = isDrawing(printed === undefined ? chosen : [printed]);
		const passed = ['catalog', 'templates', 'previous', 'date', ...(isDrawn ? rendererOptionNames : [])].flatMap(option => this.#values[option] === undefined ? [] : [`--${option}`, quote(this.#values[option])]);
		const target = this.#isPiped && printed !== undefined
			? ['--format', printed, '--stdout']
			: ['--out', quote(folder ?? name), ...formatChoice(chosen)];
		return ['virt-fw-wizard generate', name, ...target, ...passed].join(' ');
	}
}

/** What was made of some answers: their plan, and the files of each format. */
type Rendered = {readonly key: string; readonly plan: Plan; readonly files: Map<string, readonly RenderedFile[]>};

/** Formats that are there before somebody could read that they are being made. */
const immediate: ReadonlySet<string> = new Set(textFormats.map(({id}) => id));

/** How long the screen needs to show what comes next, in milliseconds: Ink draws no two frames within one sixtieth of a second. */
const drawingMs = 20;

/** @throws {UserError} Named after the format, so that somebody knows which one to leave out. */
async function renderFormat(format: Format, rendered: Plan, templates: Readonly<Record<string, string>>, tools: Tools): Promise<readonly RenderedFile[]> {
	try {
		const {files} = await renderDocuments(rendered, [format], {templates, tools});
		return files;
	} catch (error) {
		if (error instanceof UserError) {
			throw new UserError(`${format.name} cannot be made, and nothing was written: ${error.message}`, {problems: error.problems, cause: error, ...(error.hint === undefined ? {} : {hint: error.hint})});
		}

		throw error;
	}
}

/** The option that chooses these formats; none where they are those that are written anyway. */
function formatChoice(chosen: readonly string[]): string[] {
	const isChosen = (list: readonly Format[]) => chosen.length === list.length && list.every(({id}) => chosen.includes(id));
	return isChosen(textFormats) ? [] : ['--format', isChosen(documents) ? 'all' : chosen.join(',')];
}

/** A word as a POSIX shell takes it; Windows' own takes the simple ones the same. */
function quote(word: string): string {
	return /^[\w.\/\\:@%+,\-]+$/v.test(word) && !word.startsWith('-') ? word : (process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll('\'', String.raw`'\''`)}'`);
}

/** Everything that is wrong, where it is more than one line says. */
export function describeProblems(error: unknown): CommandOutcome['notes'] {
	return error instanceof UserError && error.problems.length > 1
		? {title: error.message, lines: error.problems.map(({line, column, message, hint}): Paragraph => ({text: `${line === undefined ? '' : `${line}:${column ?? 1}  `}${message}${hint === undefined ? '' : ` (${hint})`}`, tone: 'danger'}))}
		: undefined;
}

/** A path as a shell would read it. */
function expandHome(file: string): string {
	return file === '~' || file.startsWith('~/') ? path.join(os.homedir(), file.slice(2)) : file;
}

/** What is wrong, as one line; undefined for a bug. */
export function describeFailure(error: unknown): string | undefined {
	if (error instanceof UserError) {
		const [first] = error.problems;
		const more = error.problems.length - 1;
		const place = first === undefined ? '' : `: ${[first.line === undefined ? undefined : `line ${first.line}`, first.message].filter(part => part !== undefined).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
		// What names an option of a command is of no use on a screen, unless the command is to install something.
		const hint = error.hint !== undefined && (!/--|same command/v.test(error.hint) || /\binstall\b/v.test(error.hint)) ? ` (${error.hint})` : '';
		return `${error.message}${place}${hint}`;
	}

	return formatSystemError(error);
}
