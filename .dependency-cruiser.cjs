/*
Imports point one way:

	cli → commands → tui, shell → renderers → core → yaml, zod and other packages that only compute
*/

const pure = '^source/(?:core|page|renderers)/';
const version = String.raw`version\.ts$`;

/**
@param {string} folder
@param {string[]} allowed - Patterns of what it may import from source/ besides itself.
@param {string} comment
@returns {import('dependency-cruiser').IForbiddenRuleType}
*/
const importsOnly = (folder, allowed, comment) => ({
	name: `${folder}-imports`,
	severity: 'error',
	comment,
	from: {path: `^source/${folder}/`},
	to: {path: '^source/', pathNot: `^source/(?:${[`${folder}/`, ...allowed].join('|')})`},
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		importsOnly('core', [], 'The core turns values into values. What it would import from above it takes as an argument.'),
		importsOnly('renderers', ['core/'], 'A renderer turns a plan into text. It must give the same bytes wherever and whenever it runs.'),
		importsOnly('shell', ['core/', 'renderers/', version], 'The shell is all that touches disk, clock and child processes; it knows no command and no screen.'),
		importsOnly('tui', ['core/', 'renderers/'], 'The wizard gets what it saves and writes with as props, so that tests drive it without a disk.'),
		importsOnly('commands', ['core/', 'renderers/', 'shell/', 'tui/', version], 'A command joins the parts. cli.ts chooses among the commands; none of them knows cli.ts.'),
		importsOnly('page', [String.raw`core/ports\.ts$`], 'The script of the page stands in every page and must stay small. It takes from the core how ports are read, so that a filter and a profile mean the same by one.'),
		{
			name: 'pure-without-node',
			severity: 'error',
			comment: 'Core and renderers see no disk, clock, environment or terminal: the same input gives the same bytes, in other programs too.',
			from: {path: pure},
			to: {dependencyTypes: ['core']},
		},
		{
			name: 'pure-without-screen-and-store',
			severity: 'error',
			comment: 'React and Ink draw and conf stores. Each is heavy, and none of it is needed to derive a plan.',
			from: {path: pure},
			to: {path: 'node_modules/(?:@inkjs/|conf/|ink|react)'},
		},
		{
			name: 'index-is-pure',
			severity: 'error',
			comment: 'index.ts is the core for other programs, which may run where there is no disk.',
			from: {path: String.raw`^source/index\.ts$`},
			to: {path: '^source/', pathNot: pure},
		},
		{
			name: 'program-without-tests-and-build',
			severity: 'error',
			comment: 'What is published contains no test code, and build scripts run on bare Node before there is anything to import.',
			from: {path: '^source/', pathNot: '^source/build/'},
			to: {path: ['^test/', '^source/build/']},
		},
		{
			name: 'no-cycles',
			severity: 'error',
			comment: 'Files that import each other can only be understood together, and which one runs first depends on who asks.',
			from: {},
			to: {circular: true},
		},
		{
			name: 'no-orphans',
			severity: 'error',
			comment: 'A file that imports nothing and that nothing imports is a leftover.',
			from: {path: '^source/', pathNot: String.raw`^source/(?:build/|page/main\.ts$|bin\.ts$|cli\.ts$|index\.ts$)|\.d\.ts$`, orphan: true},
			to: {},
		},
		{
			name: 'resolvable',
			severity: 'error',
			comment: 'An import that leads nowhere is a typing mistake or a package that package.json does not name.',
			from: {},
			to: {couldNotResolve: true},
		},
		{
			name: 'declared-packages',
			severity: 'error',
			comment: 'A package that is there only because another one brought it may be gone after the next install.',
			from: {},
			to: {dependencyTypes: ['npm-no-pkg', 'npm-unknown']},
		},
	],
	options: {
		doNotFollow: {path: 'node_modules'},
		tsConfig: {fileName: 'tsconfig.json'},
		// Type imports count too: a direction that holds only at run time is not one a reader can rely on.
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			conditionNames: ['import', 'require', 'node', 'default', 'types'],
			exportsFields: ['exports'],
			mainFields: ['module', 'main', 'types'],
		},
	},
};
