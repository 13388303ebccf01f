import type {Command, CommandInput, CommandOption} from './command.js';

const catalogOption: CommandOption = {name: 'catalog', value: 'DIR', summary: 'add the products of this catalog folder, or replace those of the same id'};
const dateOption: CommandOption = {name: 'date', value: 'YYYY-MM-DD', summary: 'the date of the request, instead of today'};
const jsonOption: CommandOption = {name: 'json', summary: 'print JSON for programs'};
const previousOption: CommandOption = {name: 'previous', value: 'FILE', summary: 'plan.json of the earlier request: marks lines as added, changed, kept or removed'};

const profileHelp = '<profile> is a file (YAML or JSON), the name of a starter profile, or - for standard input.';

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
	{
		name: 'generate',
		summary: 'write the documents of a profile',
		usage: '<profile>',
		wordCount: {least: 1, most: 1},
		options: [
			{name: 'out', short: 'o', value: 'DIR', summary: 'folder to write to (default: ./<name of the profile>)'},
			{name: 'format', short: 'f', value: 'LIST', summary: 'formats, comma-separated: topology, ports, change-request, flows, plan (default: all)'},
			{name: 'stdout', summary: 'print one format instead of writing files'},
			{name: 'force', summary: 'replace files that were changed since they were written'},
			{name: 'templates', value: 'DIR', summary: 'use the templates of this folder in place of the built-in ones'},
			catalogOption,
			previousOption,
			dateOption,
			jsonOption,
		],
		details: [
			profileHelp,
			'The documents are written whether or not the request is ready; they say which. `check` gives an exit code for it.',
			'Files are written whole or not at all, never through a link, and never over somebody\'s edits without --force.',
		],
		examples: ['virt-fw-wizard generate estate --out request', 'virt-fw-wizard generate profile.yaml --format change-request --stdout > change-request.md', 'virt-fw-wizard generate profile.yaml --previous request/plan.json --out request-2'],
		async run(input: CommandInput) {
			const {runGenerate} = await import('./generate.js');
			return runGenerate(input);
		},
	},
	{
		name: 'check',
		summary: 'say whether a profile gives a complete request',
		usage: '<profile>',
		wordCount: {least: 1, most: 1},
		options: [catalogOption, dateOption, jsonOption],
		details: [profileHelp, 'Exit code 0 when the request is ready, 1 when it is not, 2 when the profile is wrong.'],
		examples: ['virt-fw-wizard check profile.yaml', 'virt-fw-wizard check profile.yaml --json'],
		async run(input: CommandInput) {
			const {runCheck} = await import('./check.js');
			return runCheck(input);
		},
	},
	{
		name: 'catalog',
		summary: 'look at the facts: list, show, rows, documents, check',
		usage: '<list | show PRODUCT | rows PRODUCT | documents | check [DIR]>',
		wordCount: {least: 1, most: 2},
		options: [catalogOption, jsonOption],
		details: [
			'list: the products. show: one product with its components, options, parameters and modes. rows: every flow of a product with its evidence.',
			'documents: the source documents and how many of their rows are covered. check: the built-in catalog, or the one in DIR; exit code 1 when something is wrong.',
		],
		examples: ['virt-fw-wizard catalog list', 'virt-fw-wizard catalog rows olvm', 'virt-fw-wizard catalog check ./catalog'],
		async run(input: CommandInput) {
			const {runCatalog} = await import('./catalog.js');
			return runCatalog(input);
		},
	},
	{
		name: 'schema',
		summary: 'print a JSON Schema',
		usage: '<profile | plan | catalog | document>',
		wordCount: {least: 1, most: 1},
		options: [],
		details: ['profile: the answers. plan: the contract of plan.json. catalog: a product file. document: the row index of a source document.'],
		examples: ['virt-fw-wizard schema profile > profile.schema.json'],
		async run(input: CommandInput) {
			const {runSchema} = await import('./schema.js');
			return runSchema(input);
		},
	},
];
