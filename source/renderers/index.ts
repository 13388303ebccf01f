import {changeRequest} from './change-request.js';
import {flowsCsv} from './flows-csv.js';
import type {Format, TextFormat} from './format.js';
import {planJson} from './plan-json.js';
import {ports} from './ports.js';
import {topology} from './topology.js';

export type {Format, RenderedFile, RenderedText, TextFormat} from './format.js';
export {planToJson} from './plan-json.js';
export type {Templates} from './template-engine.js';
export {TemplateError} from './template-error.js';
export type {MermaidDiagram, Tools} from './tools.js';

/** Formats of text that are there at once, and are written where nobody chooses; a new one is a file and a line here. */
export const textFormats: readonly TextFormat[] = [
	changeRequest,
	ports,
	topology,
	flowsCsv,
	planJson,
];

/** Every format; a new one that needs time or tools is a file and a line here. */
export const formats: readonly Format[] = [
	...textFormats,
];

/** The format with an id. */
export function findFormat(id: string): Format | undefined {
	return formats.find(format => format.id === id);
}
