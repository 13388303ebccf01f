import type {Tone} from './text/styled.js';

/** How a tone looks, as Ink's Text takes it. */
export type Look = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean; readonly inverse?: boolean};

/**
Every colour of the wizard, named by meaning: of the 16 of any terminal, those that can be read on a light and on a dark background.

Without colour only bold, dim and inverse are left, and no meaning hangs on those either.
*/
export const theme: Readonly<Record<Tone, Look>> = {
	plain: {},
	muted: {dimColor: true},
	strong: {bold: true},
	accent: {color: 'cyan', bold: true},
	good: {color: 'green'},
	warning: {color: 'magenta'},
	danger: {color: 'red', bold: true},
	selected: {color: 'cyan', bold: true},
	caret: {inverse: true},
};

/** The same without colours. */
export const colorlessTheme: Readonly<Record<Tone, Look>> = Object.fromEntries(Object.entries(theme).map(([tone, {color: _, ...look}]) => [tone, look])) as Record<Tone, Look>;
