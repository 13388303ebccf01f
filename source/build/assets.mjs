/*
Files that come with the program beside its code, in dist/assets/: what pictures and documents are made with. Their names are those of source/renderers/tools.ts.
*/
import {copyFile, mkdir} from 'node:fs/promises';
import path from 'node:path';
import {bundlePage, root} from './bundle.mjs';

/** Packages of which files are copied: their licences belong to the notices. */
export const assetPackages = ['dejavu-fonts-ttf'];

/** DejaVu has the letters of every European language, box drawing and arrows, and may be embedded in documents. */
const fonts = {
	'sans.ttf': 'DejaVuSans.ttf',
	'sans-bold.ttf': 'DejaVuSans-Bold.ttf',
	'mono.ttf': 'DejaVuSansMono.ttf',
};

/**
Make the folder of assets.

@param {string} folder - Of the program.
*/
export async function buildAssets(folder) {
	const assets = path.join(folder, 'assets');
	await mkdir(assets);
	await bundlePage(assets);
	await Promise.all(Object.entries(fonts).map(async ([name, font]) => copyFile(path.join(root, 'node_modules/dejavu-fonts-ttf/ttf', font), path.join(assets, name))));
}
