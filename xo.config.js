/*
XO's own rules, less those that fight the house style.
*/

/** The abbreviations XO asks to write out, as in its own configuration, which an override of the rule would lose. */
const abbreviations = {
	arr: 'array',
	e: 'error',
	el: 'element',
	elem: 'element',
	err: 'error',
	len: 'length',
	msg: 'message',
	num: 'number',
	obj: 'object',
	opts: 'options',
	param: 'parameter',
	params: 'parameters',
	prev: 'previous',
	req: 'request',
	res: 'result',
	ret: 'returnValue',
	str: 'string',
	temp: 'temporary',
	tmp: 'temporary',
	val: 'value',
};

/** @type {import('xo').FlatXoConfig} */
const config = [
	{
		ignores: ['.build/**'],
	},
	{
		rules: {
			// Without XO's `application → app`: an application is a word of the catalog.
			'unicorn/prevent-abbreviations': ['error', {
				checkFilenames: false,
				checkDefaultAndNamespaceImports: false,
				checkShorthandImports: false,
				extendDefaultReplacements: false,
				replacements: Object.fromEntries(Object.entries(abbreviations).map(([short, long]) => [short, {[long]: true}])),
			}],
			// What makes a line long is a sentence for people, and a sentence is easier to search for in one piece.
			'@stylistic/max-len': ['warn', {
				code: 200,
				tabWidth: 4,
				ignoreComments: true,
				ignoreUrls: true,
				ignoreStrings: true,
				ignoreTemplateLiterals: true,
			}],
			// An assertion stands where the lines above it made sure of what the compiler cannot follow, as after a match or a check against a list.
			'@typescript-eslint/no-unsafe-type-assertion': 'off',
			// Keys that need quotes are somebody else's words: error codes, characters, file names.
			'@typescript-eslint/naming-convention': 'off',
			// Without XO's limit of three on one line: a problem of four parts or a few imported names read best on one, while it is not too long.
			'@stylistic/object-curly-newline': ['error', {multiline: true, consistent: true}],
		},
	},
	{
		files: ['test/**'],
		rules: {
			// AVA runs what the build makes of the tests and so knows only that folder.
			'ava/no-ignored-test-files': 'off',
		},
	},
	{
		files: ['source/bin.ts', 'source/cli.ts'],
		rules: {
			// They become CommonJS, which starts faster and has no top-level await.
			'unicorn/prefer-top-level-await': 'off',
			// The program's own two files are the only ones that end the process.
			'unicorn/no-process-exit': 'off',
		},
	},
];

export default config;
