import type {PdfElement} from './document.js';

/** Add an element to the structure of a document: what its text is, for those who have it read aloud. */
export function addElement(parent: PdfElement, type: PdfElement['type']): PdfElement {
	const element: PdfElement = {type, children: []};
	parent.children.push(element);
	return element;
}
