import type {Root} from 'mdast';
import {fromMarkdown} from 'mdast-util-from-markdown';
import {gfmTableFromMarkdown} from 'mdast-util-gfm-table';
import {gfmTable} from 'micromark-extension-gfm-table';

/**
Read a document of Markdown as a tree, from which other documents with the same words are made: what a site changes in its template changes in all of them.

CommonMark with tables of GitHub. Everything that values brought in is text in the tree, because it was escaped for Markdown.
*/
export function parseMarkdown(text: string): Root {
	return fromMarkdown(text, {extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()]});
}
