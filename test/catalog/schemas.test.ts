import {readFileSync} from 'node:fs';
import process from 'node:process';
import test from 'ava';
import {formatJsonSchema} from '../../source/commands/schema.js';

const files = {catalog: 'catalog/schema.json', document: 'catalog/documents/schema.json'} as const;

for (const [name, file] of Object.entries(files)) {
	test(`${file} is what the program checks with`, t => {
		const written: unknown = JSON.parse(readFileSync(`${process.cwd()}/${file}`, 'utf8'));
		t.deepEqual(written, structuredClone(formatJsonSchema(name as keyof typeof files)), `run: virt-fw-wizard schema ${name} > ${file}`);
	});
}
