import test from 'ava';
import {parseMermaid} from './parse-mermaid.js';

const accepts = test.macro({
	async exec(t, text: string) {
		await t.notThrowsAsync(parseMermaid(text));
	},
	title: (name = '') => `a diagram is accepted: ${name}`,
});

const refuses = test.macro({
	async exec(t, text: string, message: RegExp) {
		await t.throwsAsync(parseMermaid(text), {message});
	},
	title: (name = '') => `a diagram is refused: ${name}`,
});

const topology = `flowchart LR
	subgraph z_management["Management <10.0.0.0/24> #quot;core#quot;"]
		h_engine["Engine"]
	end
	h_engine -->|"R1: TCP 443"| h_host["KVM host"]
	classDef dmz fill:#fee,stroke:#900
	class h_host dmz
`;

test('zones, quoted labels and classes', accepts, topology);
test('front matter that asks for ELK', accepts, `---\ntitle: Topology\nconfig:\n  layout: elk\n  htmlLabels: false\n---\n${topology}`);

test('a label that is not closed', refuses, 'flowchart LR\n\ta["Engine --> b', /Parse error on line 3/v);
test('a quote inside a label', refuses, 'flowchart LR\n\ta -->|"TCP "https" port"| b', /Parse error on line 2/v);
test('a zone that is not closed', refuses, 'flowchart LR\n\tsubgraph z\n\ta --> b', /Parse error on line 4/v);
test('a node called end', refuses, 'flowchart LR\n\tend["Engine"] --> b', /Parse error on line 2/v);
test('front matter that is no YAML', refuses, `---\nconfig:\n  layout: [elk\n---\n${topology}`, /unexpected end of the stream/v);
test('text that is no diagram', refuses, 'Engine to host', /No diagram type detected/v);
