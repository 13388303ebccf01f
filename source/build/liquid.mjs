/*
Makes liquidjs faster: it is written for templates that wait for something, and ours wait for nothing.

Each step of its work, down to a field of a value, is a generator that hands its own steps to a driver. Here such generators become
plain functions that call each other. What remains are generators that list something, and those behind the functions with promises.
*/
import {readFile} from 'node:fs/promises';

/** Generators that list something, by name. */
const lists = [
	'strictUniq',
	'toPostfix',
	'readExpressionTokens',
	'readFileNameTemplate',
	'candidates',
	'arguments',
	'localScope',
	'_visit',
	'extractVariables',
	'extractFilteredValueVariables',
	'extractValueTokenVariables',
	'extractGroupedExpressionTokenVariables',
];

/**
Make plain functions of all generators that do not list something.

A `yield` stands only where any other expression could, so that without it the same is worked out in the same order.

@param {string} text - Of liquidjs, where each function ends as far from the margin as it begins.
*/
export function makeSynchronous(text) {
	const missing = lists.filter(name => !new RegExp(String.raw`(?:function|^ +)\* ?${name}\(`, 'mv').test(text));
	if (missing.length > 0) {
		throw new Error(`liquidjs no longer has what source/build/liquid.mjs leaves as it is: ${missing.join(', ')}`);
	}

	const kept = new RegExp(String.raw`\* ?(?:${lists.join('|')})\(|__awaiter\(`, 'v');
	let end;
	return text.split(/\r?\n/v).map(line => {
		if (end !== undefined) {
			end = line.startsWith(end) ? undefined : end;
			return line;
		}

		if (kept.test(line)) {
			end = line.endsWith('{') ? `${/^ */v.exec(line)[0]}}` : undefined;
			return line;
		}

		return line.replace(/\bfunction\*/v, 'function').replace(/^(?<indent> +)\*(?=\w+\()/v, '$<indent>').replaceAll(/\byield\*? /gv, '');
	}).join('\n');
}

/** @type {import('esbuild').Plugin} */
export const fastLiquid = {
	name: 'fast-liquid',
	setup(build) {
		// eslint-disable-next-line require-unicode-regexp -- Esbuild reads filters as Go does, which knows no such flag.
		build.onLoad({filter: /[\\/]liquid\.browser\.mjs$/}, async ({path: file}) => ({contents: makeSynchronous(await readFile(file, 'utf8'))}));
	},
};
