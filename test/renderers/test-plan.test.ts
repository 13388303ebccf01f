import test from 'ava';
import fc from 'fast-check';
import type {Flow, HostInterface, Plan} from '../../source/core/model.js';
import {LineViewer} from '../../source/renderers/line-view.js';
import {PlanIndex} from '../../source/renderers/plan-index.js';
import {deriveTestPlan} from '../../source/renderers/test-plan.js';
import {makeFlow, makeHost, makePlan, makeRule, makeSamplePlan, makeZone} from '../helpers/sample-plan.js';

const derive = (plan: Plan) => {
	const index = new PlanIndex(plan);
	return deriveTestPlan(index, new LineViewer(index));
};

const [a, b] = [makeHost('a', {roles: {management: ['one', '10.0.0.1']}}), makeHost('b', {roles: {management: ['two', '10.0.1.1']}})];
const zones = [makeZone({id: 'one'}), makeZone({id: 'three'}), makeZone({id: 'two'})];
const [cardA, cardB] = [a.interfaces[0]!, b.interfaces[0]!];

/** A plan of lines between two hosts in two zones; `>` from a to b, `<` from b to a. */
function makeLines(lines: ReadonlyArray<readonly [direction: '>' | '<', protocol: Flow['service']['protocol'], ...ports: string[]]>): Plan {
	const flows = lines.map(([direction, protocol, ...ports], position) => makeFlow(`f${position}`, {between: direction === '>' ? [cardA, cardB] : [cardB, cardA], service: {protocol, ports}}));
	return makePlan({zones, hosts: [a, b], flows, rules: flows.map((flow, position) => makeRule(`R-${position}`, [flow], [a, b]))});
}

test('every line has one positive test, UDP and protocols without ports apart', t => {
	const plan = makeLines([['>', 'tcp', '22', '5900-5999'], ['>', 'udp', '53'], ['>', 'icmp']]);
	const {positive, positiveUnanswered} = derive(plan);
	t.deepEqual(positive.map(({line, ports, hasRange}) => [line.id, ports, hasRange]), [['R-0', '22, 5900, 5999', true]]);
	t.deepEqual(positiveUnanswered.map(({line, ports}) => [line.id, ports]), [['R-1', '53'], ['R-2', '']]);
	const sample = derive(makeSamplePlan());
	t.is(sample.positive.length + sample.positiveUnanswered.length, makeSamplePlan().rules.length);
});

test('neighbouring ports are the nearest that no line between the two zones permits', t => {
	const {negative} = derive(makeLines([['>', 'tcp', '443'], ['>', 'tcp', '440-442', '444']]));
	t.deepEqual(negative.map(({neighbours}) => neighbours), ['439, 445', '439, 445']);
});

test('there is no port below the first and above the last', t => {
	const {negative} = derive(makeLines([['>', 'tcp', '1-100'], ['>', 'tcp', '65535']]));
	t.deepEqual(negative.map(({neighbours}) => neighbours), ['101', '65534']);
});

test('the reverse direction is tried only on ports that no line permits that way', t => {
	const {negative} = derive(makeLines([['>', 'tcp', '22', '80'], ['<', 'tcp', '22']]));
	t.deepEqual(negative.map(({line, reverse}) => [line.id, reverse]), [['R-0', 'TCP 80'], ['R-1', '']]);
});

test('another protocol or IP version does not count as permitted', t => {
	const {negative} = derive(makeLines([['>', 'tcp', '53'], ['<', 'udp', '53'], ['>', 'udp', '54']]));
	t.deepEqual(negative.map(({line, neighbours, reverse}) => [line.id, neighbours, reverse]), [['R-0', '52, 54', 'TCP 53']]);
});

test('protocols without ports have only the reverse direction', t => {
	const {negativeUnanswered} = derive(makeLines([['>', 'icmp']]));
	t.deepEqual(negativeUnanswered.map(({neighbours, reverse}) => [neighbours, reverse]), [['', 'ICMP']]);
	t.deepEqual(derive(makeLines([['>', 'icmp'], ['<', 'icmp']])).negativeUnanswered, []);
});

test('hosts of one zone are not tried in reverse', t => {
	const {negative} = derive(makeSamplePlan());
	t.is(negative.find(({line}) => line.id === 'H-AGNT')!.reverse, '');
});

test('no negative test names a port that a line permits', t => {
	const port = fc.integer({min: 1, max: 12}).map(String);
	const range = fc.tuple(fc.integer({min: 1, max: 12}), fc.integer({min: 0, max: 4})).map(([from, length]) => `${from}-${from + length + 1}`);
	const lines = fc.array(fc.tuple(fc.constantFrom('>' as const, '<' as const), fc.constantFrom('tcp' as const, 'udp' as const), fc.oneof(port, range)), {minLength: 1, maxLength: 6});
	fc.assert(fc.property(lines, drafts => {
		const {negative, negativeUnanswered} = derive(makeLines(drafts));
		const permits = (direction: '>' | '<', protocol: string, tried: number) => drafts.some(([way, name, ports]) => {
			const [from, to = from] = ports.split('-').map(Number);
			return way === direction && name === protocol && from! <= tried && tried <= to!;
		});
		for (const {line, neighbours, reverse} of [...negative, ...negativeUnanswered]) {
			const [way, back] = line.sourceZone.id === 'one' ? ['>', '<'] as const : ['<', '>'] as const;
			const protocol = line.protocol.toLowerCase();
			const forth = neighbours.split(', ').filter(Boolean).map(port => permits(way, protocol, Number(port)));
			const against = reverse.split(' ').slice(1).map(port => permits(back, protocol, Number(port)));
			t.false([...forth, ...against].includes(true));
		}
	}));
});

test('zones without a line into a zone try one of its services', t => {
	const tests = derive(makeLines([['>', 'udp', '53'], ['>', 'tcp', '22']])).zones;
	t.deepEqual(tests.map(({zone, from, line, port}) => [zone.id, from.map(({id}) => id), line.id, port]), [['two', ['three'], 'R-1', '22']]);
});

test('a withheld service is tried where no line permits it between the same machines', t => {
	const c = makeHost('c', {roles: {management: ['one', '10.0.0.2']}});
	const plan = makeLines([['>', 'tcp', '22', '8000-8100']]);
	const listTried = (port: string, source?: HostInterface, hosts = [a, b, c]) => {
		const ends = makeFlow('w', {between: [source ?? cardA, cardB]});
		const withheld = makeFlow('w', {...ends, disposition: 'not-opened', service: {protocol: 'tcp', ports: [port]}, ...(source === undefined && {initiator: makeFlow('w', {}).initiator})});
		return derive({...plan, hosts, flows: [...plan.flows, withheld]}).withheld;
	};

	t.deepEqual(listTried('23'), [{service: 'TCP 23', initiator: 'somebody', responder: 'b', flow: 'acme/w', result: ''}]);
	t.is(listTried('23', cardA).length, 1);
	t.deepEqual(listTried('8050'), [], 'Whoever is not known may be the host of the line');
	t.deepEqual(listTried('8050', cardA), []);
	t.deepEqual(listTried('8050', c.interfaces[0]).map(({initiator}) => initiator), ['c'], 'The line is for another host');
	const shared = makeHost('c', {roles: {management: ['one', '10.0.0.1-10.0.0.2']}});
	t.deepEqual(listTried('8050', shared.interfaces[0], [a, b, shared]), [], 'The two share an address');
});

test('a removed line is tried on the ports that no line permits any more', t => {
	const plan = makeLines([['>', 'tcp', '22']]);
	const removed = (...ports: string[]) => makeRule('R-GONE', [makeFlow('old', {between: [cardA, cardB], service: {protocol: 'tcp', ports}})], [a, b]);
	t.deepEqual(derive({...plan, removed: [removed('21-23')]}).removed.map(({line, ports}) => [line.id, ports]), [['R-GONE', '21, 23']]);
	t.deepEqual(derive({...plan, removed: [removed('22')]}).removed, []);
});
