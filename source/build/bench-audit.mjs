/*
How long an audit of a dump of 10,000 rules takes.
*/
import path from 'node:path';
import {formatSpread, median} from './bench-figures.mjs';
import {bundleScript, root} from './bundle.mjs';

const ruleCount = 10_000;

/** @param {{folder: string, rounds: number, run: (args: string[], cwd: string) => {stdout: string}}} options */
export async function benchAudit({folder, rounds, run}) {
	const outfile = path.join(folder, 'audit.cjs');
	await bundleScript({
		outfile,
		stdin: {
			resolveDir: root,
			contents: `
				import {readFileSync} from 'node:fs';
				import process from 'node:process';
				import {auditPolicy} from './source/core/audit/audit.ts';
				import {readRuleset} from './source/core/audit/read.ts';
				import {derivePolicies} from './source/core/firewall/policy.ts';
				import {plan} from './source/core/plan.ts';
				import {parseProfile} from './source/core/profile/parse.ts';
				import {formatNftables} from './source/renderers/firewall/nftables.ts';
				import {formatIptables} from './source/renderers/firewall/iptables.ts';

				const [catalogFile, profileFile, kind, count] = process.argv.slice(2);
				const catalog = JSON.parse(readFileSync(catalogFile, 'utf8'));
				const design = plan(catalog, parseProfile(readFileSync(profileFile, 'utf8'), 'profile.yaml', catalog).value, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}});
				const policy = derivePolicies(design).policies.gateway;

				// Rules of others before our own, each for a host and a port, as gateways gather them.
				const others = Array.from({length: Number(count)}, (_, index) => ({from: \`172.16.\${Math.floor(index / 200)}.\${index % 200 + 1}\`, to: \`172.\${20 + index % 8}.\${index % 97}.\${index % 89 + 1}\`, port: 1000 + index % 5000}));
				const marker = kind === 'nft' ? '\\t\\tct state invalid drop\\n' : '-A FORWARD -m conntrack --ctstate INVALID -j DROP\\n';
				const own = kind === 'nft' ? formatNftables(design, policy, 'x').replace(/^table.*\\ndelete.*\\n/mv, '') : formatIptables(design, policy, 4, 'x');
				const lines = others.map(({from, to, port}) => kind === 'nft' ? \`\\t\\tip saddr \${from} ip daddr \${to} tcp dport \${port} counter packets 5 bytes 300 accept\\n\` : \`-A FORWARD -s \${from}/32 -d \${to}/32 -p tcp -m tcp --dport \${port} -j ACCEPT\\n\`);
				const text = own.replace(marker, () => marker + lines.join(''));

				const start = performance.now();
				const before = process.cpuUsage();
				const ruleset = readRuleset([{name: 'dump', text}]);
				if (ruleset.problems) {
					throw new Error(JSON.stringify(ruleset.problems));
				}

				const {lines: found, openings} = auditPolicy(policy, ruleset.value);
				const milliseconds = performance.now() - start;
				const {user, system} = process.cpuUsage(before);
				process.stdout.write(JSON.stringify({milliseconds, processor: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024, lines: found.length, openings: openings.length}));
			`,
		},
	});

	console.log(`Audit, ${rounds} rounds: median ms (min-max) to read and compare ${ruleCount.toLocaleString('en')} rules, median ms of processor time for it, median peak MB of the process`);
	for (const kind of ['nft', 'iptables']) {
		const results = Array.from({length: rounds}, () => JSON.parse(run([outfile, path.join(root, 'dist/catalog.json'), path.join(root, 'templates/profiles/estate.yaml'), kind, String(ruleCount)], root).stdout));
		const [{lines, openings}] = results;
		console.log(`  ${kind.padEnd(28)} ${formatSpread(results.map(({milliseconds}) => milliseconds)).padEnd(22)} ${median(results.map(({processor}) => processor)).toFixed(0)} ms ${median(results.map(({megabytes}) => megabytes)).toFixed(0)} MB   ${lines} lines, ${openings} openings`);
	}
}
