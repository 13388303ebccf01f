/*
Lets the program hash with Node, which takes a fifth of the time of JavaScript that runs once. The core for other programs stays without Node.
*/

// Node loads its own only when there is something to hash, which for most commands there is not.
const contents = 'let crypto;\nexport const sha256 = bytes => (crypto ??= process.getBuiltinModule("node:crypto")).hash("sha256", bytes, "buffer");\n';

/** @type {import('esbuild').Plugin} */
export const nativeHashes = {
	name: 'native-hashes',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onLoad({filter: /[\\/]@noble[\\/]hashes[\\/]esm[\\/]sha2\.js$/}, () => ({contents, loader: 'js'}));
	},
};
