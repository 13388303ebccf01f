import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {pathToFileURL} from 'node:url';

/** Whether a program can be started. */
export function hasProgram(name: string): boolean {
	return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

async function run(program: string, args: readonly string[]): Promise<string> {
	const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe']});
	const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	if (child.exitCode !== 0) {
		throw new Error(`${program} ended with ${String(child.exitCode)}: ${errors}`);
	}

	return output;
}

/**
Open a document in LibreOffice and save it in another format.

@param format - As `pdf`, or with a filter and its options.
@returns The files that it wrote, by name.
*/
export async function convertInOffice(name: string, content: Uint8Array, format: string): Promise<ReadonlyMap<string, Uint8Array>> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-office-'));
	try {
		const source = path.join(folder, name);
		const output = path.join(folder, 'out');
		await writeFile(source, content);
		// A profile of its own: LibreOffice runs once for each.
		await run('soffice', [`-env:UserInstallation=${pathToFileURL(path.join(folder, 'profile')).href}`, '--headless', '--convert-to', format, '--outdir', output, source]);
		const names = await readdir(output);
		return new Map(await Promise.all(names.map(async file => [file, await readFile(path.join(output, file))] as const)));
	} finally {
		await rm(folder, {recursive: true, force: true, maxRetries: 5});
	}
}

/** The text of a PDF file, page by page. */
export async function readPdf(content: Uint8Array): Promise<readonly string[]> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-pdf-'));
	try {
		const file = path.join(folder, 'document.pdf');
		await writeFile(file, content);
		const pages = await run('pdftotext', ['-layout', file, '-']);
		return pages.split('\f').slice(0, -1);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

/** Whether LibreOffice and poppler are installed, to read documents as people do. */
export const hasOffice = hasProgram('soffice') && hasProgram('pdftotext');

/**
The text of each page of a document, as LibreOffice lays it out.

@param ending - As `docx`, by which LibreOffice knows what it reads.
*/
export async function readPages(content: Uint8Array, ending: string): Promise<readonly string[]> {
	const files = await convertInOffice(`document.${ending}`, content, 'pdf');
	return readPdf(files.get('document.pdf')!);
}
