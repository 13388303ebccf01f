import {configurations, documents, findFormat, formats, textFormats, type Format} from '../renderers/index.js';
import type {Plan} from '../core/model.js';
import {findNearest} from '../core/problem.js';
import {own} from '../core/records.js';
import {showLine} from '../core/text.js';
import {makePlan} from '../shell/make-plan.js';
import {readCatalog} from '../shell/read-catalog.js';
import {readProfile} from '../shell/read-profile.js';
import {readTemplates} from '../shell/read-templates.js';
import {renderDocuments} from '../shell/render-documents.js';
import {makeTools} from '../shell/tools.js';
import {UserError} from '../shell/user-error.js';
import {writeDocuments} from '../shell/write-documents.js';
import {exitCodes, formatGroups, formatJson, type CommandInput} from './command.js';
import {formatReadiness} from './check.js';
import {parseRenderer, requireDrawing} from './renderer.js';
import {formatResults} from './results.js';

/** `generate`: profile → plan → documents, written to a folder or to standard output. */
export async function runGenerate({words, values, lists, switches, write, writeError}: CommandInput): Promise<number> {
	const drawing = parseRenderer(values);
	const {formats: chosen, optional} = chooseFormats(values['format']);
	requireDrawing(values, chosen.map(({id}) => id));
	if (switches.has('stdout') && (chosen.length !== 1 || values['out'] !== undefined)) {
		throw new UserError('--stdout prints one format', {hint: 'name it with --format, and leave --out away'});
	}

	if (switches.has('stdout') && !chosen[0]!.isText) {
		throw new UserError(`--stdout prints text, and ${chosen[0]!.id} is none`, {hint: 'name a folder with --out'});
	}

	if (values['out'] === '-') {
		throw new UserError('--out names a folder', {hint: 'for standard output write --stdout and one --format; for a folder of that name, --out ./-'});
	}

	const catalog = await readCatalog(values['catalog']);
	const profile = await readProfile(words[0]!, catalog);
	const [design, templates] = await Promise.all([makePlan(catalog, profile, {date: values['date'], previous: values['previous']}), readTemplates(values['templates'])]);
	const plan = lists['results'] === undefined ? design : await addResults(design, lists['results']);
	const {files, left} = await renderDocuments(plan, chosen, {templates, tools: makeTools(drawing), optional});
	if (switches.has('stdout')) {
		// A format of several files begins with the one that stands for all: the overview.
		write(String(files[0]!.content));
		return exitCodes.done;
	}

	const folder = values['out'] ?? profile.name;
	const results = await writeDocuments(folder, files, {force: switches.has('force')});
	if (switches.has('json')) {
		write(formatJson({folder, files: results, leftOut: left.map(({format}) => format.id), ready: plan.ready, notReady: plan.notReady}));
	} else {
		writeError(formatResults(folder, results));
		writeError(left.map(({format, message, hint}) => `${format.id} is left out: ${message}${hint === undefined ? '' : `; ${hint}`}\n`).join(''));
		writeError(formatReadiness(plan));
	}

	return exitCodes.done;
}

/** The plan with what its tests gave; the code for it is loaded only where there is something to read. */
async function addResults(plan: Plan, files: readonly string[]): Promise<Plan> {
	const {readResults} = await import('../shell/read-results.js');
	return {...plan, testResults: await readResults(plan, files)};
}

const groups: Readonly<Record<string, readonly Format[]>> = {all: documents, configurations} satisfies Record<(typeof formatGroups)[number], readonly Format[]>;

/** The formats that a list names; those that only a group stands for may be left out where something they need is not installed. */
function chooseFormats(list: string | undefined): {readonly formats: readonly Format[]; readonly optional: ReadonlySet<Format>} {
	if (list === undefined) {
		return {formats: textFormats, optional: new Set()};
	}

	const words = list.split(',').map(word => word.trim());
	const grouped = words.flatMap(word => own(groups, word) ?? []);
	const ids = words.filter(word => own(groups, word) === undefined);
	const unknown = [...new Set(ids)].filter(id => findFormat(id) === undefined);
	if (unknown.length > 0) {
		const known = [...formats.map(format => format.id), ...formatGroups];
		// The list is closed: who wants none of those that are near must see all of them.
		const nearest = unknown.length === 1 ? findNearest(unknown[0]!, known) : undefined;
		throw new UserError(`--format names what is no format: ${unknown.slice(0, 10).map(id => `"${showLine(id, 80)}"`).join(', ')}`, {hint: nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`});
	}

	const named = new Set(ids.map(id => findFormat(id)!));
	return {formats: [...new Set(words.flatMap(word => own(groups, word) ?? [findFormat(word)!]))], optional: new Set(grouped.filter(format => !named.has(format)))};
}
