import process from 'node:process';
import type Conf from 'conf';

/**
Load conf, which takes longer than all the rest of the program: only who writes needs it.

A package of conf's listens for every signal that ends a process, to tidy up, and sends it again. Two listeners that do so defeat those of
this program, which hold a signal back until files are whole. What it would remove is removed here anyway.
*/
export async function loadConf(): Promise<typeof Conf> {
	const before = new Map(listSignals().map(signal => [signal, new Set(process.listeners(signal))]));
	const {default: loaded} = await import('conf');
	for (const signal of listSignals()) {
		for (const listener of process.listeners(signal)) {
			if (before.get(signal)?.has(listener) !== true) {
				// Node ignores this one from the start, and would no longer when its last listener goes: a file that would be too large is an error, and no end.
				if (signal === 'SIGXFSZ') {
					process.on(signal, ignore);
				}

				process.off(signal, listener);
			}
		}
	}

	return loaded;
}

function listSignals(): NodeJS.Signals[] {
	return process.eventNames().filter((name): name is NodeJS.Signals => typeof name === 'string' && name.startsWith('SIG'));
}

function ignore(): void {
	// Nothing.
}
