/* eslint unicorn/prefer-single-call: 'off' -- Each kind of fault is looked for by itself. */
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import type {Plan} from '../../../source/core/model.js';
import {plan as derivePlan} from '../../../source/core/plan.js';
import {compare} from '../../../source/core/problem.js';
import {parseProfile} from '../../../source/core/profile/parse.js';
import {measureText} from '../../../source/renderers/diagram/measure.js';
import {makePictures} from '../../../source/renderers/diagram/pictures.js';
import type {Arrow, Box, Picture, PlacedText, Rect} from '../../../source/renderers/diagram/picture.js';
import {readTestCatalog} from '../../helpers/catalog.js';
import {largeDesign} from '../../helpers/large-design.js';
import {randomProfile} from '../../helpers/random-profile.js';
import {makeHost, makeLargePlan, makePlan, makeSamplePlan, makeZone} from '../../helpers/sample-plan.js';

const catalog = await readTestCatalog();
const options = {today: '2026-11-22', tool: {name: 'virt-fw-wizard', version: '0.0.0'}};
const folder = path.join(process.cwd(), 'templates/profiles');

function makeStarterPlan(file: string): Plan {
	return derivePlan(catalog, parseProfile(readFileSync(path.join(folder, file), 'utf8'), file, catalog).value!, options);
}

const overlap = (a: Rect, b: Rect) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const contains = (outer: Rect, inner: Rect) => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

/** The room of a line of text, as its letters take it. */
function findRoom({text, style, x, y, isCentred}: PlacedText): Rect {
	const width = measureText(text, style);
	return {x: isCentred ? x - (width / 2) : x, y: y - (0.76 * style.size), width, height: style.size};
}

/** What is wrong with the places of things in a picture, in words. */
function findFaults(picture: Picture): string[] {
	const {boxes, arrows, legend, texts, width, height} = picture;
	const faults: string[] = [];
	const page = {x: 0, y: 0, width, height};
	const say = (thing: Box | Arrow) => thing.fullText.replaceAll('\n', ' | ');
	for (const box of boxes) {
		faults.push(...contains(page, box.rect) ? [] : [`off the page: ${say(box)}`]);
		faults.push(...box.texts.filter(text => !contains(grow(box.rect, 1), findRoom(text))).map(text => `text sticks out of its box: ${text.text}`));
	}

	for (const [position, box] of boxes.entries()) {
		for (const other of boxes.slice(position + 1)) {
			const isFrame = box.kind === 'zone' && contains(box.rect, other.rect);
			faults.push(...overlap(box.rect, other.rect) && !isFrame ? [`boxes overlap: ${say(box)} and ${say(other)}`] : []);
			// A frame's own words stand above what is in it.
			faults.push(...isFrame && box.texts.some(text => overlap(findRoom(text), other.rect)) ? [`a box lies on the words of its frame: ${say(other)}`] : []);
		}
	}

	for (const [position, arrow] of [...arrows, ...legend].entries()) {
		const {label, points} = arrow;
		faults.push(...contains(page, label.rect) ? [] : [`off the page: ${say(arrow)}`]);
		faults.push(...label.texts.filter(text => !contains(grow(label.rect, 1), findRoom(text))).map(text => `text sticks out of its label: ${text.text}`));
		faults.push(...points.every(point => contains(page, {...point, width: 0, height: 0})) ? [] : [`an arrow leaves the page: ${say(arrow)}`]);
		for (const box of boxes) {
			const isWithin = box.kind === 'zone' && contains(box.rect, label.rect) && !box.texts.some(text => overlap(findRoom(text), label.rect));
			faults.push(...overlap(box.rect, label.rect) && !isWithin ? [`a label lies on a box: ${say(arrow)} on ${say(box)}`] : []);
		}

		for (const other of [...arrows, ...legend].slice(position + 1)) {
			faults.push(...overlap(label.rect, other.label.rect) ? [`labels overlap: ${say(arrow)} and ${say(other)}`] : []);
		}
	}

	const rooms = texts.map(text => findRoom(text));
	faults.push(...texts.filter((_, position) => !contains(page, rooms[position]!)).map(text => `off the page: ${text.text}`));
	faults.push(...boxes.filter(({rect}) => rooms.some(room => overlap(room, rect))).map(box => `a box lies on the title or a note: ${say(box)}`));
	return faults;
}

function grow({x, y, width, height}: Rect, by: number): Rect {
	return {x: x - by, y: y - by, width: width + (2 * by), height: height + (2 * by)};
}

/** Boxes of hosts, and of zones where these are folded, that an arrow runs through between its ends. */
function findCrossedBoxes({boxes, arrows}: Picture): string[] {
	const solid = boxes.filter(box => box.kind === 'host' || !boxes.some(other => other !== box && contains(box.rect, other.rect)));
	return arrows.flatMap(({points, fullText}) => points.slice(1).flatMap((point, position) => {
		const before = points[position]!;
		const segment = {x: Math.min(before.x, point.x), y: Math.min(before.y, point.y), width: Math.abs(point.x - before.x), height: Math.abs(point.y - before.y)};
		return solid.filter(({rect}) => overlap(grow(segment, 0.5), grow(rect, -2))).map(box => `${fullText} runs through ${box.fullText}`);
	}));
}

const starters = readdirSync(folder);
for (const file of starters) {
	test(`${file}: nothing lies on anything else, and every text fits`, async t => {
		for (const picture of await makePictures(makeStarterPlan(file))) {
			t.deepEqual(findFaults(picture), [], `${picture.name}`);
			t.deepEqual(findCrossedBoxes(picture), [], `${picture.name}`);
			t.true(picture.width <= 3.2 * picture.height, `${picture.name} is too wide for a page`);
		}
	});
}

test('the same holds for large designs', async t => {
	const plans = [makeSamplePlan(), makePlan({}), makeLargePlan({zones: 6, hostsPerZone: 9, peers: 3}), makeLargePlan({zones: 13, hostsPerZone: 2, peers: 3}), derivePlan(catalog, largeDesign(0.05), options), derivePlan(catalog, largeDesign(0.3), options)];
	for (const plan of plans) {
		// eslint-disable-next-line no-await-in-loop
		for (const picture of await makePictures(plan)) {
			t.deepEqual(findFaults(picture), [], `${picture.name}`);
			t.deepEqual(findCrossedBoxes(picture), [], `${picture.name}`);
		}
	}
});

test('the same holds for any design, whatever its texts', async t => {
	await t.notThrowsAsync(fc.assert(fc.asyncProperty(randomProfile(catalog, {maxProducts: 2}), async profile => {
		const faults = (await makePictures(derivePlan(catalog, profile, options))).flatMap(picture => findFaults(picture)); // eslint-disable-line unicorn/no-await-expression-member
		if (faults.length > 0) {
			throw new Error(faults.join('\n'));
		}
	}), {numRuns: 25, includeErrorInReport: true}));
});

test('the overview has an arrow for each conduit with its lines, and a box for each zone with its hosts', async t => {
	const plan = makeStarterPlan('estate.yaml');
	const [overview] = await makePictures(plan);
	const listSorted = (groups: ReadonlyArray<readonly string[]>) => groups.map(lines => lines.toSorted().join(' ')).toSorted(compare);
	t.deepEqual(listSorted(overview!.arrows.filter(({kind}) => kind !== 'denied').map(({lines}) => lines)), listSorted(plan.conduits.map(({rules}) => rules)));
	t.deepEqual(overview!.boxes.filter(({kind}) => kind === 'zone').flatMap(({zones}) => zones).toSorted(), plan.zones.map(({id}) => id).toSorted());
	for (const zone of plan.zones) {
		const drawn = overview!.boxes.filter(({kind, zones}) => kind === 'host' && zones.includes(zone.id)).flatMap(({hosts}) => hosts);
		t.deepEqual(drawn.toSorted(), plan.hosts.filter(host => host.interfaces.some(entry => entry.zone === zone.id)).map(({id}) => id).toSorted());
	}

	t.deepEqual(overview!.arrows.filter(({kind}) => kind === 'denied').flatMap(({lines}) => lines).toSorted(), plan.denies.map(({id}) => id).toSorted());
});

test('zones stand from left to right by their trust where arrows join them', async t => {
	const [overview] = await makePictures(makeStarterPlan('olvm-segregated.yaml'));
	const left = (zone: string) => overview!.boxes.find(box => box.kind === 'zone' && box.zones.includes(zone))!.rect.x;
	t.true(left('dmz') < left('clients'));
	t.true(left('clients') < left('admin'));
	t.true(left('admin') < left('management'));
});

test('the details of a design have each of its lines', async t => {
	for (const file of starters) {
		const plan = makeStarterPlan(file);
		// eslint-disable-next-line no-await-in-loop
		const details = (await makePictures(plan)).filter(({zone}) => zone !== undefined); // eslint-disable-line unicorn/no-await-expression-member
		const shown = new Set(details.flatMap(({arrows, boxes}) => [...arrows, ...boxes].flatMap(({lines}) => lines)));
		t.deepEqual(plan.rules.filter(({id}) => !shown.has(id)).map(({id}) => id), [], `${file}`);
	}
});

test('what differs in colour differs in shape and words too', async t => {
	const sample = makeSamplePlan();
	const pictures = await makePictures({...sample, rules: sample.rules.map(rule => ({...rule, isReady: rule.id !== 'R-FED4' && rule.id !== 'R-FED6'}))});
	const [overview] = pictures;
	const textsOf = (kind: Arrow['kind']) => overview!.arrows.filter(arrow => arrow.kind === kind).flatMap(({label}) => label.texts.map(({text}) => text)).join(' ');
	t.regex(textsOf('clear-text'), /clear text: TCP\u{A0}8080/v);
	t.regex(textsOf('not-ready'), /not ready/v);
	t.regex(textsOf('denied'), /DENY IP protocol 41/v);
	t.deepEqual(overview!.legend.map(({kind}) => kind), ['clear-text', 'not-ready', 'denied']);
});

test('lines between the machines of one host stand in its box', async t => {
	const core = (await makePictures(makeSamplePlan())).find(({zone}) => zone === 'core'); // eslint-disable-line unicorn/no-await-expression-member
	const nodes = core!.boxes.find(({hosts}) => hosts.includes('nodes'))!;
	t.deepEqual(nodes.lines, ['H-BEAT']);
	t.regex(nodes.texts.map(({text}) => text).join(' '), /Among themselves: UDP\u{A0}694 clear text: UDP\u{A0}694 not ready/v);
	t.false(core!.arrows.some(({lines}) => lines.includes('H-BEAT')));
});

test('a text that is too long is cut within its box, and stands there in full for who points at it', async t => {
	const title = `${'Very long name '.repeat(30)}end`;
	const [overview] = await makePictures(makePlan({zones: [makeZone({id: 'one', title})], hosts: [makeHost('a', {title: 'x'.repeat(500), roles: {management: ['one', '10.0.0.1']}})]}));
	t.deepEqual(findFaults(overview!), []);
	t.regex(overview!.boxes[0]!.texts.map(({text}) => text).join(' '), /Very long name .*…/v);
});
