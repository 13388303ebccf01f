import path from 'node:path';
import process from 'node:process';
import {root} from './bundle.mjs';

/** Where programs are looked for, without those of packages, which npm puts first: one of them is called nft, as the one of the system. */
export function listSystemPath() {
	const own = path.join(root, 'node_modules/.bin');
	return (process.env.PATH ?? '').split(path.delimiter).filter(folder => path.resolve(folder) !== own).join(path.delimiter);
}
