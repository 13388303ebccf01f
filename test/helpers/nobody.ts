import process from 'node:process';

/*
Permissions do not hold root back, and nobody may not run every Node (one below /root, as npm keeps it): a test's own program, begun as root, becomes nobody by itself.
*/

/** Begins a program of a test: as root with the environment `asNobody` it goes on as nobody. */
export const nobodyBanner = `if (process.env.RUN_AS_NOBODY && process.getuid?.() === 0) {
	process.setgroups([]);
	process.setgid(65534);
	process.setuid(65534);
}`;

/** The environment in which a program with that banner has no more rights than any user. */
export const asNobody: NodeJS.ProcessEnv = {...process.env, RUN_AS_NOBODY: '1'};
