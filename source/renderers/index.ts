import {changeRequest} from './change-request.js';
import {flowsCsv} from './flows-csv.js';
import type {Format} from './format.js';
import {planJson} from './plan-json.js';
import {ports} from './ports.js';
import {topology} from './topology.js';

export type {Format, RenderedFile} from './format.js';
export {planToJson} from './plan-json.js';
export type {Templates} from './template-engine.js';
export {TemplateError} from './template-error.js';

/** Every format; a new one is a file and a line here. */
export const formats: readonly Format[] = [
	changeRequest,
	ports,
	topology,
	flowsCsv,
	planJson,
];

/** The format with an id. */
export function findFormat(id: string): Format | undefined {
	return formats.find(format => format.id === id);
}
