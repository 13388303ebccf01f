import {suggest} from '../core/problem.js';
import {showLine} from '../core/text.js';
import type {ToolOptions} from '../shell/tools.js';
import {UserError} from '../shell/user-error.js';
import {pictureFormatIds, rendererIds, type CommandInput} from './command.js';

/** The options that say who draws pictures. */
export const rendererOptionNames = ['renderer', 'browser'] as const;

/**
Who is to draw pictures, from the options of a command.

@throws {UserError} When there is no such renderer, or it has no use for a browser.
*/
export function parseRenderer({renderer, browser}: CommandInput['values']): ToolOptions {
	const known = rendererIds.find(id => id === renderer);
	if (renderer !== undefined && known === undefined) {
		throw new UserError(`--renderer names no renderer: "${showLine(renderer, 80)}"`, {hint: suggest(renderer, rendererIds)});
	}

	if (browser !== undefined && known !== 'mermaid-cli') {
		throw new UserError('--browser is for mermaid-cli, which nothing asks for', {hint: 'add --renderer mermaid-cli, or leave --browser away'});
	}

	return {...(known === undefined ? {} : {renderer: known}), ...(browser === undefined ? {} : {browser})};
}

/** Whether there is something to draw among some formats, given by their ids. */
export function isDrawing(ids: readonly string[]): boolean {
	return ids.some(id => pictureFormatIds.includes(id));
}

/** @throws {UserError} When somebody says who draws, and nothing is drawn. */
export function requireDrawing({renderer}: CommandInput['values'], ids: readonly string[]): void {
	if (renderer !== undefined && !isDrawing(ids)) {
		throw new UserError('--renderer says who draws pictures, and no format that is written is one', {hint: `name one with --format: ${pictureFormatIds.join(', ')}; or leave --renderer away`});
	}
}
