import test from 'ava';
import {deriveShortIds} from '../../source/core/ids.js';
import type {Plan, Rule} from '../../source/core/model.js';
import {plan} from '../../source/core/plan.js';
import {mergePermits} from '../../source/core/rules.js';
import type {Profile} from '../../source/core/profile/schema.js';
import {readTestCatalog} from '../helpers/catalog.js';

const catalog = await readTestCatalog();
const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};
const formatKey = (host: string) => `network a>b 4 tcp ${host}/management > server/management`;

/** Two hosts whose lines to one server have ids that begin alike. */
function findTwins(): readonly [string, string] {
	const known = new Map<string, string>();
	for (let number = 0; ; number++) {
		const host = `client-${number}`;
		const id = deriveShortIds('R', [formatKey(host)]).get(formatKey(host))!;
		const twin = known.get(id);
		if (twin !== undefined) {
			return [twin, host];
		}

		known.set(id, host);
	}
}

const [first, second] = findTwins();

/** The lines from some hosts to a server, each on a port of its own: those on one port would be one line. */
function derive(hosts: Readonly<Record<string, string>>, earlier?: readonly Rule[]): Plan {
	const profile: Profile = {
		schemaVersion: 1,
		name: 'twins',
		title: 'Twins',
		products: {},
		zones: [{id: 'a', title: 'A', trust: 'internal', networks: ['10.0.0.0/24']}, {id: 'b', title: 'B', trust: 'internal', networks: ['10.0.1.0/24']}],
		networks: {management: 'a'},
		hosts: {server: {zones: {management: 'b'}}, ...Object.fromEntries(Object.keys(hosts).map(id => [id, {title: id}]))},
		siteFlows: Object.entries(hosts).map(([id, ports]) => ({id, initiator: {host: id}, responder: {host: 'server'}, protocol: 'tcp', ports, purpose: 'For the test', reason: 'For the test'})),
	};
	return plan(catalog, profile, earlier === undefined ? options : {...options, earlier: {id: 'earlier', revision: '0', date: '2026-11-21', rules: earlier}});
}

const list = ({rules, removed}: Plan) => Object.fromEntries([...rules, ...removed.map(rule => ({...rule, status: 'removed'}))].map(({id, status, sources}) => [`${sources[0]!.host} ${status}`, id]));

test('a line keeps its id when another one comes whose hash begins alike', t => {
	const before = derive({[first]: '80'});
	const [{id}] = before.rules as [Rule];
	const alone = derive({[first]: '80', [second]: '81'});
	t.true(alone.rules.every(rule => rule.id.length === id.length + 1 && rule.id.startsWith(id)));
	const after = derive({[first]: '80', [second]: '81'}, before.rules);
	t.is(list(after)[`${first} keep`], id);
	t.is(list(after)[`${second} add`]!.length, id.length + 1);
	t.deepEqual(after.removed, []);
	const changed = derive({[first]: '8080', [second]: '81'}, after.rules);
	t.deepEqual(list(changed), {[`${first} change`]: id, [`${second} keep`]: list(after)[`${second} add`]!});
});

test('a line keeps its id when the one goes whose hash begins alike', t => {
	const before = derive({[first]: '80', [second]: '81'});
	const [{id}] = before.rules.filter(({sources}) => sources[0]!.host === second) as [Rule];
	const after = derive({[second]: '81'}, before.rules);
	t.is(list(after)[`${second} keep`], id);
	t.is(after.removed.length, 1);
});

test('a new line does not take the id of one that is to be removed', t => {
	const before = derive({[first]: '80'});
	const [{id}] = before.rules as [Rule];
	const after = derive({[second]: '80'}, before.rules);
	t.is(list(after)[`${first} removed`], id);
	t.true(list(after)[`${second} add`]!.startsWith(id));
	t.not(list(after)[`${second} add`], id);
});

test('lines of a plan that calls them otherwise are matched, and their ids not taken over', t => {
	const before = derive({[first]: '80'});
	const [rule] = before.rules as [Rule];
	for (const id of ['', 'R-', 'R-0000', 'H-' + rule.id.slice(2), '<b>|', 'constructor']) {
		const after = derive({[first]: '80'}, [{...rule, id}]);
		t.deepEqual(list(after), {[`${first} keep`]: rule.id});
	}
});

test('permits that agree in two of three join, and one that another covers stays', t => {
	const permit = (sources: readonly string[], destinations: readonly string[], ...ports: readonly number[]) => ({protocol: 'tcp', sources, destinations, ports: ports.map(port => ({from: port, to: port})), flows: []});
	const wide = permit(['a', 'b'], ['x', 'y'], 80, 443);
	t.deepEqual(mergePermits([permit(['a'], ['x'], 80), permit(['a'], ['y'], 80), permit(['b'], ['x', 'y'], 80)]), [permit(['a', 'b'], ['x', 'y'], 80)]);
	t.deepEqual(mergePermits([wide, permit(['a', 'b'], ['x', 'y'], 443)]), [wide]);
	const covered = permit(['a'], ['x'], 80);
	t.deepEqual(mergePermits([wide, covered]), [covered, wide]);
	t.deepEqual(mergePermits([covered, wide]), mergePermits([wide, covered]));
});
