import {auditFormatIds, defaultFormatIds, formatGroups, formatIds, nameKinds, pictureFormatIds, rendererIds, schemaNames, type Command, type CommandInput, type CommandOption, type Positional} from './command.js';

const catalogOption: CommandOption = {name: 'catalog', value: 'DIR', word: {kind: 'folder'}, summary: 'add the products of this catalog folder, or replace those of the same id'};
const dateOption: CommandOption = {name: 'date', value: 'YYYY-MM-DD', word: {kind: 'text'}, summary: 'the date of the request, instead of today'};
const jsonOption: CommandOption = {name: 'json', summary: 'print JSON for programs'};
const rendererOptions: readonly CommandOption[] = [
	{name: 'renderer', value: 'NAME', word: {kind: 'choice', choices: rendererIds}, summary: `who draws pictures (${pictureFormatIds.join(', ')}): ${rendererIds.join(' or ')}, which must be installed and needs a browser (default: ${rendererIds[0]})`},
	{name: 'browser', value: 'FILE', word: {kind: 'file', endings: []}, summary: 'the browser for mermaid-cli (default: PUPPETEER_EXECUTABLE_PATH, CHROME_PATH, or the first Chrome, Chromium or Edge found)'},
];
const previousOption: CommandOption = {name: 'previous', value: 'FILE', word: {kind: 'file', endings: ['json']}, summary: 'plan.json of the earlier request: marks lines as added, changed, kept or removed'};
/** Of commands that read a profile and derive its plan, see readDesign(). */
const designOptions: readonly CommandOption[] = [catalogOption, previousOption, dateOption];

const resultsOption: CommandOption = {name: 'results', value: 'FILE...', word: {kind: 'file', endings: ['txt']}, isRepeatable: true, summary: 'files that the test scripts wrote (--format tests)'};

const profileEndings = ['yaml', 'yml', 'json'];
const profileWord: Positional = {label: '<profile>', word: {kind: 'name', of: ['profiles', 'starters'], endings: profileEndings}};
const productWord: Positional = {label: 'PRODUCT', word: {kind: 'name', of: ['products']}, isAskedFor: true};
const savedWord: Positional = {label: 'NAME', word: {kind: 'name', of: ['profiles']}, isAskedFor: true};
const newNameWord: Positional = {label: 'NEW', word: {kind: 'text'}, isAskedFor: true};

/** What stands for `<profile>`. */
export const profileHelp = '<profile> is a file (YAML or JSON), the name of a saved profile or of a starter profile, or - for standard input.';

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
	{
		name: 'wizard',
		summary: 'ask step by step, then write the documents; runs also without its name',
		words: [{...profileWord, isOptional: true}],
		options: [
			{name: 'out', short: 'o', value: 'DIR', word: {kind: 'folder'}, summary: 'folder to propose for the documents (default: ./<name of the design>)'},
			{name: 'templates', value: 'DIR', word: {kind: 'folder'}, summary: 'use the templates of this folder in place of the built-in ones'},
			...rendererOptions,
			catalogOption,
			previousOption,
			dateOption,
			{name: 'screen-reader', summary: 'plain numbered text from top to bottom; also with INK_SCREEN_READER=true'},
		],
		details: [
			'It goes on with a saved <profile>, or begins with a copy of another one. Every answer is saved before the next question; the next start offers to go on.',
			'The screen is drawn on standard error. With standard output led to a file or a program, the last step can send one document there instead of writing files.',
			'Colours follow NO_COLOR. Without a UTF-8 locale, or with TERM=dumb, only ASCII is drawn.',
			'Without a terminal it ends with exit code 2 and says what to run instead: generate does all of it without questions.',
		],
		examples: ['virt-fw-wizard', 'virt-fw-wizard wizard estate', 'virt-fw-wizard > change-request.md'],
		async run(input: CommandInput) {
			const {runWizard} = await import('./wizard.js');
			return runWizard(input);
		},
	},
	{
		name: 'generate',
		summary: 'write the documents of a profile',
		words: [profileWord],
		options: [
			{name: 'out', short: 'o', value: 'DIR', word: {kind: 'folder'}, summary: 'folder to write to (default: ./<name of the profile>)'},
			{name: 'format', short: 'f', value: 'LIST', word: {kind: 'list', choices: [...formatIds, ...formatGroups]}, summary: `formats, comma-separated: ${formatIds.join(', ')}; all for every document, configurations for every firewall but those of clouds (default: ${defaultFormatIds.join(', ')})`},
			{name: 'stdout', summary: 'print one --format instead of writing files; of topology it is the overview'},
			{name: 'force', summary: 'replace files that were changed since they were written'},
			{name: 'templates', value: 'DIR', word: {kind: 'folder'}, summary: 'use the templates of this folder in place of the built-in ones'},
			{...resultsOption, summary: `${resultsOption.summary}: section 14 and the record of the change request then say what came of the tests`},
			...rendererOptions,
			...designOptions,
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
		summary: 'say whether the request of a profile is ready, and what is missing',
		words: [profileWord],
		options: [catalogOption, dateOption, jsonOption],
		details: [profileHelp, 'It writes nothing. Exit code 0 when the request is ready, 1 when it is not, 2 when the profile is wrong.'],
		examples: ['virt-fw-wizard check profile.yaml', 'virt-fw-wizard check profile.yaml --json'],
		async run(input: CommandInput) {
			const {runCheck} = await import('./check.js');
			return runCheck(input);
		},
	},
	{
		name: 'explain',
		summary: 'say whether one end of a design may reach another, and why',
		words: [profileWord],
		options: [
			{name: 'from', value: 'END', word: {kind: 'text'}, summary: 'who opens the connection: a zone, a host, HOST/ROLE, an address, a network or a name'},
			{name: 'to', value: 'END', word: {kind: 'text'}, summary: 'who accepts it, likewise'},
			{name: 'service', value: 'SERVICE', word: {kind: 'text'}, summary: 'tcp/443, udp/5900-6923, icmp or ip/112'},
			...designOptions,
			jsonOption,
		],
		details: [
			profileHelp,
			'It names the lines that permit it with the documents behind them, or the documented connections that come nearest. Of a zone all addresses count. Where a zone and a host have one name, write zone:NAME or host:NAME.',
			'Exit code 0 when all of it is permitted, 1 when it is not, or only partly.',
		],
		examples: ['virt-fw-wizard explain estate --from administrators --to olvm-manager --service tcp/443'],
		async run(input: CommandInput) {
			const {runExplain} = await import('./explain.js');
			return runExplain(input);
		},
	},
	{
		name: 'audit',
		summary: 'compare the lines of a profile with what a real firewall has',
		words: [profileWord],
		options: [
			{name: 'ruleset', short: 'r', value: 'FILE...', word: {kind: 'file', endings: []}, isRepeatable: true, summary: 'dumps of one firewall; they come after the profile'},
			{name: 'host', value: 'ID', word: {kind: 'text'}, summary: 'the dump is of the firewall of this host, instead of the gateway between the zones'},
			{name: 'format', short: 'f', value: 'NAME', word: {kind: 'choice', choices: auditFormatIds}, summary: `${auditFormatIds.join(' or ')} (default: ${auditFormatIds[0]})`},
			...designOptions,
			jsonOption,
		],
		details: [
			profileHelp,
			'Dumps are what iptables-save, ip6tables-save, ipset save, nft list ruleset, nft -j list ruleset and firewall-cmd --list-all-zones print, and XML of firewalld (zones, policies, ipsets, services) with its firewalld.conf; what a file is, its text tells.',
			'Each line is implemented, wider than asked, partly there, shadowed by an earlier rule, missing, or not assessable: what cannot be said in addresses, ports and states, as an interface or a rate, counts neither as open nor as closed, and is named. Besides, what the firewall opens that no line asks for.',
			'Exit code 0 when the firewall has every line and opens nothing more, 1 when it does not, 2 when a file cannot be read.',
		],
		examples: ['virt-fw-wizard audit estate --ruleset gateway.nft', 'virt-fw-wizard audit estate --host olvm-manager --ruleset iptables.txt ip6tables.txt'],
		async run(input: CommandInput) {
			const {runAudit} = await import('./audit.js');
			return runAudit(input);
		},
	},
	{
		name: 'verify',
		summary: 'say what the results of the test scripts prove, line by line',
		words: [profileWord],
		options: [
			resultsOption,
			{name: 'out', short: 'o', value: 'FILE', word: {kind: 'file', endings: []}, summary: 'write the report to this new file instead of standard output'},
			{name: 'force', summary: 'replace the file of --out'},
			...designOptions,
			jsonOption,
		],
		details: [
			profileHelp,
			'generate --format tests writes a script for each host, which tries what the host must be able to open and what must stay closed, and writes a file of results. --results takes one file or several and comes after the profile. Files of another revision, or changed by hand so that they contradict themselves, are refused.',
			'Of one address the last result counts. A TCP connection that is refused has got through. Silence proves nothing for UDP and ICMP: it is listed as unanswered. With --previous the removed lines are looked at as well.',
			'Exit code 0 when no test failed and none is missing, 1 otherwise, 2 when a file is wrong.',
		],
		examples: ['virt-fw-wizard generate estate --format tests --out tests', 'virt-fw-wizard verify estate --results results-*.txt', 'virt-fw-wizard generate estate --results results-*.txt --out request'],
		async run(input: CommandInput) {
			const {runVerify} = await import('./verify.js');
			return runVerify(input);
		},
	},
	{
		name: 'catalog',
		summary: 'look at the products and the documents they rest on',
		words: [],
		subcommands: [
			{name: 'list', summary: 'the products', words: []},
			{name: 'show', summary: 'one product with its components, options, parameters and modes', words: [productWord]},
			{name: 'rows', summary: 'every flow of a product with its evidence', words: [productWord]},
			{name: 'documents', summary: 'the source documents and how many of their rows are covered', words: []},
			{name: 'check', summary: 'whether the built-in catalog, or the one in DIR, is right', words: [{label: 'DIR', word: {kind: 'folder'}, isOptional: true}]},
		],
		options: [catalogOption, jsonOption],
		details: [
			'PRODUCT is an id, as list prints it. The exit code of check is 1 when something is wrong.',
		],
		examples: ['virt-fw-wizard catalog list', 'virt-fw-wizard catalog rows olvm', 'virt-fw-wizard catalog check ./catalog'],
		async run(input: CommandInput) {
			const {runCatalog} = await import('./catalog.js');
			return runCatalog(input);
		},
	},
	{
		name: 'profiles',
		summary: 'look at saved profiles, and move them in and out',
		words: [],
		subcommands: [
			{name: 'list', summary: 'every saved profile, and whether it is finished', words: []},
			{name: 'show', summary: 'one saved profile as YAML, or its whole record with --json', words: [savedWord]},
			{name: 'import', summary: 'save the profile of a file, of a starter, or of standard input (-)', words: [{label: 'FILE', word: {kind: 'name', of: ['starters'], endings: profileEndings}}]},
			{name: 'export', summary: 'a saved profile as a YAML file that others can read', words: [savedWord]},
			{name: 'rename', summary: 'give a saved profile another name', words: [savedWord, newNameWord]},
			{name: 'copy', summary: 'copy a saved profile', words: [savedWord, newNameWord]},
			{name: 'delete', summary: 'remove a saved profile for good', words: [savedWord]},
		],
		options: [
			{name: 'name', value: 'NAME', word: {kind: 'text'}, summary: 'save it under this name instead of its own', only: ['import']},
			{name: 'out', short: 'o', value: 'FILE', word: {kind: 'file', endings: profileEndings}, summary: 'write to this new file instead of standard output', only: ['export']},
			{name: 'force', summary: 'replace the file of --out', only: ['export']},
			{name: 'yes', short: 'y', summary: 'do not ask', only: ['delete']},
			{...catalogOption, only: ['show', 'import', 'export']},
			{...jsonOption, only: ['list', 'show', 'import', 'rename', 'copy', 'delete']},
		],
		details: [
			'The wizard saves every design under a name, as a file in the folder that profiles list names; VIRT_FW_WIZARD_HOME chooses another one. A name is lower-case letters, digits and single hyphens or dots.',
			'What is exported is what the answers come to: those that do not apply at the moment are left out.',
		],
		examples: ['virt-fw-wizard profiles list', 'virt-fw-wizard profiles import profile.yaml --name pilot', 'virt-fw-wizard profiles export pilot --out pilot.yaml'],
		async run(input: CommandInput) {
			const {runProfiles} = await import('./profiles.js');
			return runProfiles(input);
		},
	},
	{
		name: 'templates',
		summary: 'look at the wording of the documents, and write it out to change it',
		words: [],
		subcommands: [
			{name: 'list', summary: 'the templates, and the formats that are made with each', words: []},
			{name: 'export', summary: 'write the built-in templates and a guide to them into a folder', words: [{label: 'DIR', word: {kind: 'folder'}}]},
		],
		options: [
			{name: 'force', summary: 'replace templates that were changed since they were written', only: ['export']},
			jsonOption,
		],
		details: [
			'Templates are Liquid, in a sandbox: they cannot read files, run code, or run without end. generate and wizard use those of --templates DIR in place of the built-in ones of the same name.',
			'Files are written whole or not at all, never through a link, and never over somebody\'s edits without --force.',
		],
		examples: ['virt-fw-wizard templates list', 'virt-fw-wizard templates export own-templates', 'virt-fw-wizard generate profile.yaml --templates own-templates'],
		async run(input: CommandInput) {
			const {runTemplates} = await import('./templates.js');
			return runTemplates(input);
		},
	},
	{
		name: 'schema',
		summary: 'print a JSON Schema for editors and programs',
		words: [{label: 'NAME', word: {kind: 'choice', choices: schemaNames}}],
		options: [],
		details: ['profile: the answers. plan: the contract of plan.json. catalog: a product file. document: the row index of a source document.'],
		examples: ['virt-fw-wizard schema profile > profile.schema.json'],
		async run(input: CommandInput) {
			const {runSchema} = await import('./schema.js');
			return runSchema(input);
		},
	},
	{
		name: 'completion',
		summary: 'print a script that completes commands in a shell',
		words: [],
		subcommands: [
			{name: 'bash', summary: 'for Bash', words: []},
			{name: 'zsh', summary: 'for Z shell', words: []},
			{name: 'fish', summary: 'for fish', words: []},
			{name: 'names', summary: 'names that are known only now, for those scripts', words: [{label: 'KIND', word: {kind: 'choice', choices: nameKinds}}, {label: 'KIND', word: {kind: 'choice', choices: nameKinds}, isOptional: true}], isHidden: true},
		],
		options: [],
		details: ['Bash: put `eval "$(virt-fw-wizard completion bash)"` into ~/.bashrc. Z shell: put `source <(virt-fw-wizard completion zsh)` into ~/.zshrc, after compinit. Fish: write the script to ~/.config/fish/completions/virt-fw-wizard.fish.'],
		examples: ['virt-fw-wizard completion bash', 'virt-fw-wizard completion fish > ~/.config/fish/completions/virt-fw-wizard.fish'],
		async run(input: CommandInput) {
			const {runCompletion} = await import('./completion.js');
			return runCompletion(input, commands);
		},
	},
];
