import {DumpError, truncatedHint} from './reading.js';

/** An element of XML with what is in it; texts between elements are joined. */
export type Node = {readonly name: string; readonly attributes: Readonly<Record<string, string>>; readonly children: Node[]; text: string};

const entities: Readonly<Record<string, string>> = {'&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': '\'', '&amp;': '&'};
const decode = (text: string): string => text.replaceAll(/&(?:lt|gt|quot|apos|amp);/gv, entity => entities[entity]!);

/**
Read the elements of a small XML file, as programs write their configuration: no DTD, no entities of its own, no namespaces.

@throws {DumpError} When it is cut off or something else.
*/
export function parseXml(file: string, text: string): Node {
	const root: Node = {name: '', attributes: {}, children: [], text: ''};
	const open: Node[] = [root];
	const pattern = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w\-]*)((?:\s+[A-Za-z_][\w\-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</gv;
	let line = 1;
	for (const [whole, closing, name, attributes = '', single] of text.matchAll(pattern)) {
		const current = open.at(-1)!;
		if (whole === '<') {
			throw new DumpError(file, line, 'this is no XML that can be read here', truncatedHint);
		}

		if (name === undefined) {
			current.text += whole.startsWith('<') ? '' : decode(whole);
		} else if (closing === '/') {
			if (current.name !== name || open.length === 1) {
				throw new DumpError(file, line, `<${current.name}> is not closed`, truncatedHint);
			}

			open.pop();
		} else {
			const pairs = [...attributes.matchAll(/([\w\-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gv)].map(([, key, double, simple]) => [key!, decode(double ?? simple ?? '')] as const);
			const node: Node = {name, attributes: Object.fromEntries(pairs), children: [], text: ''};
			current.children.push(node);
			if (single !== '/') {
				open.push(node);
			}
		}

		line += whole.split('\n').length - 1;
	}

	const [first, ...more] = root.children;
	if (open.length > 1 || first === undefined || more.length > 0 || root.text.replaceAll('\uFEFF', '').trim() !== '') {
		throw new DumpError(file, line, open.length > 1 ? `<${open.at(-1)!.name}> is not closed` : 'this is no XML that can be read here', truncatedHint);
	}

	return first;
}
