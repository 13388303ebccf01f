import {readFileSync} from 'node:fs';
import process from 'node:process';
import test from 'ava';
import {findCatalogProblems} from '../../source/core/catalog/checks/index.js';
import {parseCatalog} from '../../source/core/catalog/parse.js';

test('the worked example of the catalog\'s readme passes every check', t => {
	const read = (name: string) => readFileSync(`${process.cwd()}/catalog/${name}`, 'utf8');
	const [document, product] = [...read('readme.md').matchAll(/^```yaml\n(?<text>[\s\S]*?)^```$/gmv)].map(match => match.groups!['text']!);
	const {value, problems} = parseCatalog([
		{path: 'roles.yaml', text: read('roles.yaml')},
		{path: 'services.yaml', text: read('services.yaml')},
		{path: 'documents/acme-ports.yaml', text: document!},
		{path: 'products/acme.yaml', text: product!},
	]);
	t.is(problems, undefined);
	t.deepEqual(findCatalogProblems(value!), []);
});
