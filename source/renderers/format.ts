import type {Plan} from '../core/model.js';
import type {Templates} from './template-engine.js';

/** A document as a file: its path below the output folder, and its text. */
export type RenderedFile = {readonly path: string; readonly content: string};

/** One way to write a plan down. */
export type Format = {
	/** What `--format` takes. */
	readonly id: string;
	readonly name: string;
	/** One line for lists. */
	readonly description: string;
	/** It is one file whatever the plan; otherwise the first file stands for all. */
	readonly isSingleFile: boolean;
	/** Names of the templates it is made with; a template may bring parts of its own. */
	readonly templates: readonly string[];
	/** @throws {TemplateError} When a template cannot be rendered. */
	readonly render: (plan: Plan, templates: Templates) => RenderedFile[];
};
