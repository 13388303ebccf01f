import path from 'node:path';
import esbuild from 'esbuild';

/**
Import a file of the program that needs no Node, which is TypeScript, through a bundle in memory.

@param {string} entry - Below the root of the project.
*/
export async function importSource(entry) {
	const {outputFiles: [{text}]} = await esbuild.build({
		absWorkingDir: path.resolve(import.meta.dirname, '../..'),
		entryPoints: [entry],
		bundle: true,
		write: false,
		format: 'esm',
		platform: 'neutral',
		mainFields: ['module', 'main'],
		target: 'esnext',
		logLevel: 'warning',
	});
	return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
