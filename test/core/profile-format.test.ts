import test from 'ava';
import fc from 'fast-check';
import {formatProfile} from '../../source/core/profile/format.js';
import {parseProfile} from '../../source/core/profile/parse.js';
import {plan} from '../../source/core/plan.js';
import type {Profile} from '../../source/core/model.js';
import {readTestCatalog} from '../helpers/catalog.js';
import {randomProfile, reorderProfile} from '../helpers/random-profile.js';

const catalog = await readTestCatalog();

test('a profile that was written reads back as the same profile, and gives the same plan', t => {
	const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0'}};
	fc.assert(fc.property(randomProfile(catalog), profile => {
		const text = formatProfile(profile);
		const {value, problems} = parseProfile(text, 'profile.yaml', catalog);
		t.is(problems, undefined);
		t.deepEqual(value, profile);
		t.deepEqual(plan(catalog, value!, options), plan(catalog, profile, options));
		t.is(formatProfile(value!), text);
	}), {numRuns: 30});
});

test('the order in which answers were given does not show', t => {
	const profile: Profile = {zones: [{trust: 'internal', title: 'LAN', id: 'lan'}], networks: {storage: 'lan', management: 'lan'}, products: {olvm: {}, okm: {options: {dns: 'yes'}, version: 'okm-3'}}, title: 'yes', name: 'small', schemaVersion: 1};
	t.is(formatProfile(profile), `# A profile of virt-fw-wizard. "virt-fw-wizard generate" with the name of this file writes its documents.
schemaVersion: 1
name: small
title: 'yes'
products:
  okm:
    version: okm-3
    options:
      dns: 'yes'
  olvm: {}
zones:
  - id: lan
    title: LAN
    trust: internal
networks:
  management: lan
  storage: lan
`);
	for (const order of [1, 2, 3]) {
		const reordered = reorderProfile(profile, order);
		t.is(formatProfile({...reordered, zones: profile.zones}), formatProfile(profile));
	}
});

test('words that look like something else stay words', t => {
	const profile: Profile = {schemaVersion: 1, name: 'small', title: '# no', description: 'a: b\n\n  - c\n"quoted" \'single\' & * ! | > %\n', products: {olvm: {parameters: {}}}, zones: [{id: 'lan', title: 'null', trust: 'internal', networks: ['2001:db8::/32', '10.0.0.0/8']}], networks: {management: 'lan'}, change: {title: '1e3', ticket: '0x10', window: '12:30', owner: '~', requester: '2026-11-22', reason: ' leading', impact: 'trailing ', expiry: '2026-11-23'}};
	t.deepEqual(parseProfile(formatProfile(profile), 'profile.yaml', catalog), {value: profile});
});
