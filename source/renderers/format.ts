import type {Plan} from '../core/model.js';
import type {Templates} from './syntax.js';
import type {Tools} from './tools.js';

/** A document as a file: its name in the output folder, and its text or bytes. */
export type RenderedFile = {readonly path: string; readonly content: string | Uint8Array};

/** A document of text. */
export type RenderedText = RenderedFile & {readonly content: string};

/** What every way to write a plan down says of itself. */
type FormatTraits = {
	/** What `--format` takes. */
	readonly id: string;
	readonly name: string;
	/** One line for lists. */
	readonly description: string;
	/** The kind of document that it is listed with. */
	readonly group: 'text' | 'pictures' | 'office' | 'configurations' | 'tests';
	/** It is one file whatever the plan; otherwise the first file stands for all. */
	readonly isSingleFile: boolean;
	/** Its files are text, which a terminal can print. */
	readonly isText: boolean;
	/** Names of the templates it is made with; a template may bring parts of its own. */
	readonly templates: readonly string[];
};

/** One way to write a plan down. */
export type Format = FormatTraits & {
	/** @throws {TemplateError} When a template cannot be rendered. */
	readonly render: (plan: Plan, templates: Templates, tools: Tools) => readonly RenderedFile[] | Promise<readonly RenderedFile[]>;
};

/** One that needs nothing but the plan and its templates, and is there at once. */
export type TextFormat = FormatTraits & {
	readonly isText: true;
	/** @throws {TemplateError} When a template cannot be rendered. */
	readonly render: (plan: Plan, templates: Templates) => readonly RenderedText[];
};
