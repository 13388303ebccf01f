import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import {parse} from 'yaml';
import {formatAddresses, parseNetwork, type Network} from '../../../source/core/addresses.js';
import {derivePolicies} from '../../../source/core/firewall/policy.js';
import type {Plan} from '../../../source/core/model.js';
import {formatPortRanges} from '../../../source/core/ports.js';
import {aerleon} from '../../../source/renderers/firewall/aerleon.js';
import {UnfitPlanError} from '../../../source/renderers/unfit-plan-error.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {makeAddressedDesigns, makeHostile, readStarterDesigns} from '../../helpers/firewall-designs.js';
import {testIfThere} from '../../helpers/real-tools.js';

const catalog = await readTestCatalog();
const starters = readStarterDesigns(catalog);
const designs = [...starters, ...makeAddressedDesigns(catalog, 20)];

type Term = {
	readonly name: string;
	readonly comment: string;
	readonly action: string;
	readonly protocol?: string;
	readonly logging?: boolean;
	readonly 'source-address'?: string;
	readonly 'destination-address'?: string;
	readonly 'destination-port'?: string;
};
type Definitions = {readonly networks: Readonly<Record<string, {readonly values: ReadonlyArray<{readonly address: string}>}>>; readonly services: Readonly<Record<string, ReadonlyArray<{readonly protocol: string; readonly port: string}>>>};

function read(design: Plan): {policies: Map<string, readonly Term[]>; definitions: Definitions} {
	const files = aerleon.render(design, {});
	const definitions = files.find(({path: name}) => name === 'aerleon-definitions.yaml');
	return {
		policies: new Map(files.filter(file => file !== definitions).map(({path: name, content}) => [name, (parse(content) as {filters: ReadonlyArray<{terms: readonly Term[]}>}).filters[0]!.terms])),
		definitions: parse(definitions!.content) as Definitions,
	};
}

test('every line of the gateway is a term with its addresses, protocol and ports, and the rest is denied at the end', t => {
	for (const design of designs) {
		const {policies, definitions} = read(design);
		const {gateway} = derivePolicies(design).policies!;
		const readNetwork = (name: string) => {
			const texts = definitions.networks[name]!.values.map(({address}) => address);
			// No address of a plan means all of them, and none is read so.
			return name.startsWith('ANY-') ? texts : formatAddresses(texts.map(text => parseNetwork(text) as Network));
		};

		for (const terms of policies.values()) {
			t.deepEqual(terms.map(({name}) => name), [...gateway.rules.map(({line, action, ipVersion}) => action === 'deny' ? `${line}-v${ipVersion}` : line), 'default-deny']);
			t.like(terms.at(-1), {action: 'deny', protocol: undefined, 'source-address': undefined});
			for (const [index, {source, destination, protocol, number, ports, action, ipVersion, isLogged}] of gateway.rules.entries()) {
				const term = terms[index]!;
				const everything = [ipVersion === 4 ? '0.0.0.0/0' : '::/0'];
				t.deepEqual(readNetwork(term['source-address']!), source === undefined ? everything : formatAddresses(source.ranges));
				t.deepEqual(readNetwork(term['destination-address']!), destination === undefined ? everything : formatAddresses(destination.ranges));
				t.is(term.protocol, {tcp: 'tcp', udp: 'udp', icmp: ipVersion === 4 ? 'icmp' : 'icmpv6', ip: number === 41 ? 'ipv6' : 'other'}[protocol]);
				t.deepEqual(term['destination-port'] === undefined ? [] : definitions.services[term['destination-port']]!.map(({port}) => port), formatPortRanges(ports));
				t.is(term.action, action === 'permit' ? 'accept' : 'deny');
				t.is(term.logging ?? false, isLogged);
			}
		}

		t.true([...Object.keys(definitions.networks), ...Object.keys(definitions.services)].every(name => /^[\w\-]+$/v.test(name)));
		t.is(policies.has('aerleon-ciscoasa.yaml'), !gateway.ipVersions.includes(6));
		t.is(policies.has('aerleon-paloalto.yaml'), gateway.rules.every(({protocol}) => protocol !== 'ip'));
		t.true([...policies.values()].flat().every(({comment}) => comment.length <= 128));
	}
});

test('hostile titles leave nothing in a comment that a vendor could read as something else', t => {
	const design = starters.find(({profile}) => profile.name === 'okm-cluster')!;
	const {policies, definitions} = read(makeHostile(design));
	const normal = read(design);
	t.deepEqual(definitions, normal.definitions);
	for (const [name, terms] of policies) {
		t.true(terms.every(({comment}) => /^[\w ,.:\(\)\-]*$/v.test(comment)));
		t.deepEqual(terms.map(({comment: _, ...term}) => term), normal.policies.get(name)!.map(({comment: _, ...term}) => term));
	}
});

test('an IP protocol that Aerleon has no name for is refused', t => {
	const design = starters.find(({profile}) => profile.name === 'okm-cluster')!;
	const error = t.throws(() => aerleon.render({...design, denies: design.denies.map(deny => deny.protocol === 'ip' ? {...deny, number: 253} : deny)}, {}), {instanceOf: UnfitPlanError});
	t.deepEqual(error?.problems.map(({code}) => code), ['firewall/protocol']);
});

testIfThere('aclgen', '--help')('aclgen makes configurations with every line from it', async t => {
	t.timeout(600_000);
	for (const design of starters) {
		/* eslint-disable no-await-in-loop -- One after the other. */
		const folder = await mkdtemp(path.join(os.tmpdir(), 'virt-fw-wizard-aerleon-'));
		const [policies, definitions, output] = ['policies/pol', 'def', 'out'].map(name => path.join(folder, name)) as [string, string, string];
		await Promise.all([policies, definitions, output].map(async name => mkdir(name, {recursive: true})));
		const {gateway} = derivePolicies(design).policies!;
		const isNamed = gateway.rules.every(({protocol}) => protocol !== 'ip');
		for (const {path: name, content} of aerleon.render(design, {})) {
			await writeFile(path.join(name.endsWith('definitions.yaml') ? definitions : policies, name), content);
		}

		const {status, stderr} = spawnSync('aclgen', ['--base_directory', path.dirname(policies), '--definitions_directory', definitions, '--output_directory', output], {encoding: 'utf8'});
		const made = await readdir(output);
		t.is(status, 0, stderr);
		t.is(made.includes('aerleon-paloalto.xml'), isNamed, stderr);
		t.true(made.includes('aerleon-srx.srx') && made.includes('aerleon-fortigate.fgacl'), stderr);
		for (const name of made) {
			const content = await readFile(path.join(output, name), 'utf8');
			t.deepEqual(gateway.rules.filter(({line}) => !content.includes(line)), [], name);
		}

		await rm(folder, {recursive: true});
		/* eslint-enable no-await-in-loop */
	}
});
