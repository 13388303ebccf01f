/*
Diagrams of a plan as SVG, without a browser: other renderers put them into documents.

Every element of the plan is a `<g>`:

- `class="zone"` with `data-zone` (zone ids, separated by spaces; several where one box stands for several zones),
- `class="host"` with `data-host` and `data-zone`,
- `class="edge permitted|clear-text|not-ready|clear-text-not-ready|denied"` with `data-lines` (line ids; ids of denies), `data-source` and `data-target` (zone ids),
  and, where they lead to hosts, `data-source-host` and `data-target-host`.

A zone or host with lines that stay within it has `data-lines` too. Each of them has a `<title>` with its whole text. Ids are `<name>-title` and `<name>-desc` only, so that
several diagrams can stand in one page. There is no script, style, link or reference in it.
*/
import type {Plan} from '../../core/model.js';
import {nameInLetters, type Letters} from './letters.js';
import {makeOverview, makePictures, type PictureOfPlan} from './pictures.js';
import {writeSvg} from './write-svg.js';

export type {Letters} from './letters.js';

/** A picture of a plan. */
export type Diagram = {
	/** Name of its file without ending: `diagram`, `diagram-<zone>`, `all-hosts`. */
	readonly name: string;
	/** The zone that a detail is about; undefined for pictures of the whole design. */
	readonly zone: string | undefined;
	readonly title: string;
	/** What it shows, in a sentence for who cannot see it. */
	readonly description: string;
	/** A whole document of SVG 1.1, which can also stand in HTML. */
	readonly svg: string;
	/** In pixels at its natural size. */
	readonly width: number;
	readonly height: number;
};

// Several formats have the same pictures, and to lay them out is most of their work: they are drawn once for each plan.
const drawn = new WeakMap<Plan, Promise<readonly Diagram[]>>();

/** Below a picture with other names than the plan. */
const idsNote = 'Zones and hosts whose names the letters of this picture cannot show are called by their ids here; the diagrams as SVG and the web page show the names.';

/**
The overview alone: all zones, and one arrow for each direction between two.

@param letters - What the picture is written with, where that is not left to who opens it.
*/
export async function drawOverview(plan: Plan, letters: Letters = hasAll): Promise<Diagram> {
	const named = nameInLetters(plan, letters);
	const diagrams = await drawn.get(named);
	return diagrams?.[0] ?? write(await makeOverview(named, listNamingNotes(plan, named)));
}

/**
All diagrams of a plan: the overview first, then each zone that has a host or a line, then all hosts where these are few. Asked again for the same plan it answers at once.

@param letters - What the pictures are written with, where that is not left to who opens them.
*/
export async function drawDiagrams(plan: Plan, letters: Letters = hasAll): Promise<readonly Diagram[]> {
	const named = nameInLetters(plan, letters);
	const diagrams = drawn.get(named) ?? drawAll(named, listNamingNotes(plan, named));
	drawn.set(named, diagrams);
	return diagrams;
}

async function drawAll(plan: Plan, notes: readonly string[]): Promise<readonly Diagram[]> {
	const pictures = await makePictures(plan, notes);
	return pictures.map(picture => write(picture));
}

function hasAll(): boolean {
	return true;
}

function listNamingNotes(plan: Plan, named: Plan): readonly string[] {
	return named === plan ? [] : [idsNote];
}

function write(picture: PictureOfPlan): Diagram {
	const {name, zone, title, description, width, height} = picture;
	return {name, zone, title, description, svg: writeSvg(picture), width, height};
}
