/*
How long it takes to derive and write the nftables configuration of an estate, from a profile in a file: 100, 1,000 and 10,000 hosts in 40 zones, with ten addresses each; and how
long nft takes to check what comes out.
*/
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {formatSpread, median} from './bench-figures.mjs';
import {bundleScript, root} from './bundle.mjs';
import {listSystemPath} from './system-path.mjs';

/** How large an estate is, and how its profile is written. Machines that are alike are one entry of a profile, unless each is given one of its own. */
const designs = [
	{hosts: 100, format: 'json'},
	{hosts: 1000, format: 'json'},
	{hosts: 10_000, format: 'json'},
	{hosts: 10_000, format: 'yaml'},
	{hosts: 100, machinesPerEntry: 1, format: 'json'},
	{hosts: 1000, machinesPerEntry: 1, format: 'json'},
];

const gatewayFile = 'nftables-gateway.nft';

/** Tells what a process used, when it ends: the most memory, and time of processors. */
const reportUsage = `
	const {writeFileSync} = require('node:fs');
	process.once('exit', () => {
		const {maxRSS, userCPUTime, systemCPUTime} = process.resourceUsage();
		writeFileSync(process.env.USAGE_REPORT, JSON.stringify({megabytes: maxRSS / 1024, milliseconds: (userCPUTime + systemCPUTime) / 1000}));
	});
`;

/** Writes the profile of a design, and tells how many entries and addresses it has. */
const writing = `
	import {writeFileSync} from 'node:fs';
	import process from 'node:process';
	import {stringify} from 'yaml';
	import {countAddresses, parseAddress} from './source/core/addresses.ts';
	import {fleetDesign} from './test/helpers/fleet-design.ts';

	const [hosts, machinesPerEntry, file] = process.argv.slice(2);
	const profile = fleetDesign(Number(hosts), machinesPerEntry === '' ? undefined : Number(machinesPerEntry));
	writeFileSync(file, file.endsWith('.yaml') ? stringify(profile) : JSON.stringify(profile));
	const servers = Object.values(profile.hosts).filter(({components}) => components !== undefined);
	const addresses = servers.flatMap(host => host.addresses.management);
	process.stdout.write(JSON.stringify({entries: servers.length, addresses: Number(countAddresses(addresses.map(text => parseAddress(text).range)))}));
`;

/**
Measure and print.

@param {{folder: string, rounds: number, run: (args: string[], cwd: string, additions?: Readonly<Record<string, string>>) => {milliseconds: number, stdout: string}}} options - `folder` is for what is written.
*/
export async function benchFleet({folder: parent, rounds, run}) {
	const script = path.join(parent, 'fleet.cjs');
	const hook = path.join(parent, 'report-usage.cjs');
	const report = path.join(parent, 'usage.json');
	await bundleScript({outfile: script, stdin: {resolveDir: root, contents: writing}});
	writeFileSync(hook, reportUsage);

	console.log(`Derive and write nftables, ${rounds} rounds: median ms (min-max) of generate in a whole process, median of the ratios to node -e 0, median ms of processor time, median peak MB; rules and size of the gateway's file, of all files; ms of nft -c -f on the gateway's`);
	for (const {hosts, machinesPerEntry, format} of designs) {
		const profile = path.join(parent, `fleet.${format}`);
		const {entries, addresses} = JSON.parse(run([script, String(hosts), String(machinesPerEntry ?? ''), profile], root).stdout);
		const out = path.join(parent, 'fleet');
		const measure = () => {
			rmSync(out, {recursive: true, force: true});
			const floor = run(['-e', '0'], parent).milliseconds;
			const {milliseconds} = run(['--require', hook, path.join(root, 'dist/cli.cjs'), 'generate', profile, '--format', 'nftables', '--out', out], parent, {USAGE_REPORT: report, XDG_CACHE_HOME: parent});
			return {milliseconds, ratio: milliseconds / floor, usage: JSON.parse(readFileSync(report, 'utf8')), check: timeCheck(path.join(out, gatewayFile))};
		};

		// In the first, compiled code is put aside.
		measure();
		const results = Array.from({length: rounds}, () => measure());
		const gateway = readFileSync(path.join(out, gatewayFile), 'utf8');
		const sizes = readdirSync(out).filter(file => file.endsWith('.nft')).map(file => statSync(path.join(out, file)).size);
		const checks = results.map(({check}) => check);
		const unchecked = checks.find(check => typeof check === 'string');
		console.log([
			`  ${`${hosts.toLocaleString('en')} hosts in ${entries.toLocaleString('en')} entries, ${addresses.toLocaleString('en')} addresses, ${format.toUpperCase()}`.padEnd(62)}`,
			formatSpread(results.map(({milliseconds}) => milliseconds)).padEnd(18),
			`${median(results.map(({ratio}) => ratio)).toFixed(1)}x`.padStart(6),
			`${median(results.map(({usage}) => usage.milliseconds)).toFixed(0)} ms`.padStart(8),
			`${median(results.map(({usage}) => usage.megabytes)).toFixed(0)} MB`.padStart(7),
			`  ${gateway.match(/ comment "/gv).length} rules, ${formatMegabytes(gateway.length)}; ${sizes.length} files, ${formatMegabytes(sizes.reduce((sum, size) => sum + size, 0))}  `,
			unchecked ?? `${formatSpread(checks)} ms`,
		].join(' '));
	}
}

const formatMegabytes = bytes => `${(bytes / 1e6).toFixed(2)} MB`;

/** Milliseconds that nft takes to check a file; or why it does not say. */
function timeCheck(file) {
	const start = performance.now();
	const {status, error, stderr} = spawnSync('nft', ['-c', '-f', file], {encoding: 'utf8', env: {...process.env, PATH: listSystemPath()}});
	const milliseconds = performance.now() - start;
	if (error) {
		return 'not checked: there is no nft';
	}

	if (status === 0) {
		return milliseconds;
	}

	if (stderr.includes('Operation not permitted')) {
		return 'not checked: nft needs root';
	}

	throw new Error(`nft does not take ${file}\n${stderr.slice(0, 2000)}`);
}
