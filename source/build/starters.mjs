import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {root} from './bundle.mjs';

/** The largest starter profile, as the one that asks most of the program. */
export async function findLargestStarter() {
	const folder = path.join(root, 'templates/profiles');
	const files = await readdir(folder);
	const starters = await Promise.all(files.filter(file => file.endsWith('.yaml')).map(async file => {
		const {size} = await stat(path.join(folder, file));
		return {file: path.join(folder, file), size};
	}));
	return starters.toSorted((a, b) => b.size - a.size || (a.file < b.file ? -1 : 1))[0]?.file;
}
