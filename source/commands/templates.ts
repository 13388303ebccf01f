import {formats} from '../renderers/index.js';
import {showLine} from '../core/text.js';
import {readBuiltInTemplates, readTemplateGuide} from '../shell/read-templates.js';
import {UserError} from '../shell/user-error.js';
import {writeDocuments} from '../shell/write-documents.js';
import {exitCodes, formatJson, type CommandInput} from './command.js';
import {formatResults} from './results.js';

/** Remembers which templates were written, beside what remembers documents. */
const manifest = '.virt-fw-wizard-templates.json';

/** `templates`: the wording of the documents, to look at and to start from. */
export async function runTemplates({words: [subcommand, folder], switches, write, writeError}: CommandInput): Promise<number> {
	const templates = readBuiltInTemplates();
	if (subcommand === 'list') {
		const entries = Object.keys(templates).map(file => ({file, formats: formats.filter(format => format.templates.includes(file)).map(({id}) => id)}));
		const width = Math.max(...entries.map(({file}) => file.length));
		write(switches.has('json') ? formatJson(entries) : entries.map(entry => `${entry.file.padEnd(width)}  ${entry.formats.join(', ')}\n`).join(''));
		return exitCodes.done;
	}

	if (folder === '-') {
		throw new UserError('templates export writes files into a folder', {hint: 'name one; for a folder of that name, ./-'});
	}

	const files = [
		{path: 'readme.md', content: await readTemplateGuide()},
		...Object.entries(templates).map(([path, content]) => ({path, content})),
	];
	const results = await writeDocuments(folder!, files, {force: switches.has('force'), manifest});
	if (switches.has('json')) {
		write(formatJson({folder, files: results}));
	} else {
		writeError(formatResults(folder!, results));
		writeError(`Change what you like, remove the rest, and write documents with: virt-fw-wizard generate <profile> --templates ${showLine(folder!, 200)}\n`);
	}

	return exitCodes.done;
}
