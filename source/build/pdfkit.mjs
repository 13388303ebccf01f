/*
Makes pdfkit write the same bytes with every version of Node, and leaves out what pages of text and drawings never need.

- It compresses with fflate: the zlib of Node gives other bytes after an update of Node.
- Fonts come as TrueType, so that nothing unpacks WOFF2; pictures come as SVG, so that nothing reads PNG.
*/
const compressor = `
const {zlibSync} = require('fflate');

module.exports = {deflateSync: bytes => Buffer.from(zlibSync(bytes))};
`;

const neverUsed = `
module.exports = function () {
	throw new Error('This program has no code for it: see source/build/pdfkit.mjs');
};
`;

/** By name, for the package that imports it. */
const replacements = {
	zlib: {importer: 'pdfkit', contents: compressor},
	'brotli/decompress.js': {importer: 'fontkit', contents: neverUsed},
	'png-js': {importer: 'pdfkit', contents: neverUsed},
};

const namespace = 'instead-of';

/** @type {import('esbuild').Plugin} */
export const leanPdfkit = {
	name: 'lean-pdfkit',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onResolve({filter: /^(?:zlib|brotli\/decompress\.js|png-js)$/}, ({path: name, importer}) => importer.includes(`/node_modules/${replacements[name].importer}/`) ? {path: name, namespace} : undefined);
		// eslint-disable-next-line require-unicode-regexp -- As above.
		build.onLoad({filter: /.*/, namespace}, ({path: name}) => ({contents: replacements[name].contents, resolveDir: import.meta.dirname}));
	},
};
