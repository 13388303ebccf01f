import type {CompiledTemplate} from './compiled-template.js';

/*
None: the build puts those that it compiles in the place of this file, see source/build/templates.mjs.
*/

/** The templates that were compiled, by name. */
export const templates: Readonly<Record<string, CompiledTemplate>> = {};

/** The text of each. */
export const readTexts = (): Readonly<Record<string, string>> => ({});
