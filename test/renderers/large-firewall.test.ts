import {spawnSync} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {mergeAddressRanges, parseAddress, type AddressRange} from '../../source/core/addresses.js';
import type {Plan, Profile, Rule, RuleEnd} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {nftables} from '../../source/renderers/firewall/nftables.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {fleetDesign} from '../helpers/fleet-design.js';
import {testWith} from '../helpers/real-tools.js';

const catalog = await readTestCatalog();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-large-'));

test.after.always(async () => {
	await rm(scratch, {recursive: true, force: true});
});

const derive = (profile: Profile): Plan => plan(catalog, profile, {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}});

/** A configuration as its text says it. */
type Parsed = {
	/** Elements by the name of their set. */
	readonly sets: ReadonlyMap<string, readonly AddressRange[]>;
	readonly rules: ReadonlyArray<{readonly line: string; readonly text: string; readonly source: string | undefined; readonly destination: string | undefined}>;
};

function parseRange(text: string): AddressRange {
	const parsed = parseAddress(text);
	if (typeof parsed === 'string' || parsed.kind === 'name') {
		throw new TypeError(`${text} is no address`);
	}

	return parsed.range;
}

function parse(t: ExecutionContext, content: string): Parsed {
	const found = [...content.matchAll(/^\tset (?<name>\S+) \{\n\t\ttype (?<type>ipv[46])_addr\n\t\tflags interval\n\t\telements = \{ (?<elements>.+) \}\n\t\}$/gmv)].map(({groups}) => groups!);
	const sets = new Map(found.map(({name, elements}) => [name!, elements!.split(', ').map(text => parseRange(text))]));
	t.is(sets.size, content.split('\n').filter(line => line.startsWith('\tset ')).length, 'every set can be read, and none stands twice');
	for (const {name, type} of found) {
		t.true(sets.get(name!)!.every(({version}) => `ipv${version}` === type));
	}

	const rules = content.split('\n').filter(line => line.includes(' comment "')).map(text => ({
		line: /comment "(?<line>[^"]+)"$/v.exec(text)!.groups!['line']!,
		text: text.replaceAll(/@\S+|"[^"]+"/gv, '…'),
		source: /saddr @(?<name>\S+)/v.exec(text)?.groups?.['name'],
		destination: /daddr @(?<name>\S+)/v.exec(text)?.groups?.['name'],
	}));
	return {sets, rules};
}

/** The addresses that a profile gives the ends of a line. */
function listAddresses(profile: Profile, ends: readonly RuleEnd[], version: 4 | 6): readonly AddressRange[] {
	const texts = new Set(ends.map(({host, role}) => profile.hosts?.[host]?.addresses?.[role] ?? []));
	return mergeAddressRanges([...texts].flat().map(text => parseRange(text)).filter(range => range.version === version));
}

const formatKey = ({version, from, to}: AddressRange): string => `${version} ${from} ${to}`;

const designs = [
	['pools', fleetDesign(400)],
	['single machines', fleetDesign(120, 1)],
] as const;

test('the number of rules depends neither on the number of hosts nor on how many entries they are', t => {
	const summarize = (profile: Profile) => {
		const [gateway] = nftables.render(derive(profile), {});
		const {rules, sets} = parse(t, gateway!.content);
		return {rules: rules.map(({text}) => text).toSorted(), sets: sets.size};
	};

	const smallest = summarize(fleetDesign(100));
	t.true(smallest.rules.length > 100);
	t.deepEqual(summarize(fleetDesign(1000)), smallest);
	t.deepEqual(summarize(fleetDesign(4000)), smallest);
	t.deepEqual(summarize(fleetDesign(300, 1)), smallest);
});

for (const [title, profile] of designs) {
	test(`every address is in exactly the sets of the lines it belongs to: ${title}`, t => {
		const design = derive(profile);
		const lines = new Map(design.rules.map(rule => [rule.id, rule]));
		const addresses = new Set<string>();
		for (const {path: file, content} of nftables.render(design, {})) {
			if (file.endsWith('-rollback.nft')) {
				continue;
			}

			const host = /^nftables-host-(?<host>.+)\.nft$/v.exec(file)?.groups?.['host'];
			const isOfHost = (end: RuleEnd) => host === undefined || end.host === host;
			const {sets, rules} = parse(t, content);
			const wanted = design.rules.filter(({scope, destinations}) => host === undefined ? scope === 'network' : destinations.some(end => isOfHost(end)));
			const permits = rules.filter(({line}) => lines.has(line));
			t.deepEqual(permits.map(({line}) => line), wanted.map(({id}) => id), `${file}`);
			for (const {line, source, destination} of permits) {
				const {sources, destinations, ipVersion}: Rule = lines.get(line)!;
				t.deepEqual(sets.get(source!), listAddresses(profile, sources, ipVersion), `${file} ${line}`);
				t.deepEqual(sets.get(destination!), listAddresses(profile, destinations.filter(end => isOfHost(end)), ipVersion), `${file} ${line}`);
			}

			t.deepEqual([...sets.keys()].toSorted(), [...new Set(permits.flatMap(({source, destination}) => [source!, destination!]))].toSorted(), `${file}`);
			for (const range of [...sets.values()].flat()) {
				addresses.add(formatKey(range));
			}
		}

		const given = Object.values(profile.hosts!).flatMap(({components, addresses: all}) => components === undefined ? [] : all!.management!);
		t.deepEqual(given.map(text => parseRange(text)).filter(range => !addresses.has(formatKey(range))), [], 'no address of a machine is missing');
	});
}

const testWithNft = testWith(['nft', '-c', 'list ruleset']);

testWithNft('nft takes the configurations of a thousand hosts', async t => {
	for (const {path: file, content} of nftables.render(derive(fleetDesign(1000)), {}).filter((_, index) => index < 6)) {
		// eslint-disable-next-line no-await-in-loop -- One after the other.
		await writeFile(path.join(scratch, file), content);
		const {status, stderr} = spawnSync('nft', ['-c', '-f', path.join(scratch, file)], {encoding: 'utf8'});
		t.is(status, 0, `${file}: ${stderr}`);
	}
});
