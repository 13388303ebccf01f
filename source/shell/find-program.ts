import {accessSync, constants, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** What decides where programs are: given, so that each system can be tested on any. */
export type Machine = {
	readonly platform: NodeJS.Platform;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** What is at a path, links followed: a program is a file that may be run. */
	readonly look: (file: string) => 'program' | 'file' | 'folder' | 'nothing';
};

/** The machine this runs on. */
export function findMachine(): Machine {
	const {platform, env: environment} = process;
	return {
		platform,
		environment,
		cwd: process.cwd(),
		look(file) {
			try {
				const status = statSync(file);
				if (!status.isFile()) {
					return status.isDirectory() ? 'folder' : 'nothing';
				}
			} catch {
				return 'nothing';
			}

			try {
				// Windows has no such permission, and says yes to every file.
				accessSync(file, constants.X_OK);
				return 'program';
			} catch {
				return 'file';
			}
		},
	};
}

/** `node:path` as the system of a machine has it. */
export function findPathStyle({platform}: Machine): typeof path.posix {
	return platform === 'win32' ? path.win32 : path.posix;
}

/** The value of an environment variable; one that is empty counts as not set, and Windows does not look at capitals. */
export function readVariable({environment, platform}: Machine, name: string): string | undefined {
	const key = platform === 'win32' ? Object.keys(environment).find(known => known.toUpperCase() === name.toUpperCase()) : name;
	const value = key === undefined ? undefined : environment[key];
	return value === '' ? undefined : value;
}

/**
Folders of the search path, in their order.

Those that are not absolute are left out: what lies in the folder somebody happens to be in is not run.
*/
export function listPathFolders(machine: Machine): string[] {
	const style = findPathStyle(machine);
	return (readVariable(machine, 'PATH') ?? '').split(style.delimiter).filter(folder => style.isAbsolute(folder));
}

/** The first program on the search path with one of some names; an earlier name in a later folder wins. */
export function findOnPath(names: readonly string[], machine: Machine): string | undefined {
	const style = findPathStyle(machine);
	const folders = listPathFolders(machine);
	const ending = machine.platform === 'win32' ? '.exe' : '';
	return names.flatMap(name => folders.map(folder => style.join(folder, `${name}${ending}`))).find(file => machine.look(file) === 'program');
}
