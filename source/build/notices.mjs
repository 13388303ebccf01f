import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {root} from './bundle.mjs';

const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^\/]+\/)?[^\/]+(?=\/)/v;
const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.\-].*)?$/iv;

/** Packages published without the licence that is in their repository. */
const ownCopies = new Set(['dfa', 'fontkit', 'yoga-layout']);

/**
The licences of every package of which a bundle contains code, or the program files.

@param {import('esbuild').Metafile[]} metafiles
@param {string[]} others - Names of packages of which files are copied.
*/
export async function formatNotices(metafiles, others) {
	const folders = new Set(others.map(name => path.join(root, 'node_modules', name)));
	for (const {outputs} of metafiles) {
		for (const {inputs} of Object.values(outputs)) {
			for (const [file, {bytesInOutput}] of Object.entries(inputs)) {
				// What a plugin makes of a package has the name of the plugin's part before its path.
				const folder = packageFolder.exec(file.replace(/^[a-z\-]{2,}:/v, ''))?.[0];
				if (folder && bytesInOutput > 0) {
					folders.add(path.resolve(root, folder));
				}
			}
		}
	}

	const notices = await Promise.all([...folders].toSorted().map(async folder => formatNotice(folder)));
	return [
		'This program contains code of the packages below, each under its own licence.\n',
		...notices,
	].join(`\n${'-'.repeat(80)}\n\n`);
}

async function formatNotice(folder) {
	const {name, version, license} = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	const entries = await readdir(folder);
	const files = entries.filter(file => licenceFile.test(file)).toSorted().map(file => path.join(folder, file));
	if (files.length === 0 && ownCopies.has(name)) {
		files.push(path.join(import.meta.dirname, 'licences', `${name}.txt`));
	}

	if (files.length === 0) {
		throw new Error(`${path.relative(root, folder)} has no licence file, but its code is in the bundle. Copy the text from its repository to source/build/licences and name it in notices.mjs, or do without the package.`);
	}

	const texts = await Promise.all(files.map(async file => readFile(file, 'utf8')));
	return [`${name} ${version} (${license})\n`, ...texts.map(text => `${text.replaceAll('\r\n', '\n').trim()}\n`)].join('\n');
}
