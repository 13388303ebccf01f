import DOMPurify from 'dompurify';

/*
Mermaid cleans labels with DOMPurify while it parses, and DOMPurify does nothing without a DOM: its functions are missing then.
What a label may contain is nothing the grammar depends on, so labels pass through as they are, and no DOM is needed.
*/
Object.assign(DOMPurify, {
	addHook: String,
	sanitize: String,
});

/**
Parse a diagram with Mermaid's own grammar, front matter included. Draws nothing.

@throws {Error} When Mermaid would not draw it: a syntax error, unreadable front matter, or no diagram at all.
*/
export async function parseMermaid(text: string): Promise<void> {
	const {default: mermaid} = await import('mermaid');
	try {
		await mermaid.parse(text);
	} catch (error) {
		// Mermaid also throws what only looks like an Error.
		throw new Error(error instanceof Error ? error.message : String(error), {cause: error});
	}
}
