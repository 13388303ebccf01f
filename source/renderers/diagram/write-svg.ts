import {escapeXml} from '../escape.js';
import {colours, deniedLook, hostLook, trustLooks, type Look} from './palette.js';
import type {Arrow, ArrowKind, Box, Picture, PlacedText, Point} from './picture.js';

const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

/** Write a picture as SVG 1.1: shapes and texts with plain attributes, nothing that is looked up, loaded or run. */
export function writeSvg({name, title, description, width, height, boxes, arrows, legend, texts}: Picture): string {
	const id = (part: string) => escapeXml(`${name}-${part}`);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id('title')} ${id('desc')}" font-family="${fontFamily}">`,
		`<title id="${id('title')}">${escapeXml(title)}</title>`,
		`<desc id="${id('desc')}">${escapeXml(description)}</desc>`,
		`<rect width="${width}" height="${height}" fill="${colours.paper}"/>`,
		...texts.map(text => writeText(text, colours.text)),
		...boxes.map(box => writeBox(box)),
		// Lines first, so that no line crosses the label of another.
		...arrows.map(arrow => writeArrow(arrow)),
		...legend.map(arrow => `<g class="legend">${writeLine(arrow)}${arrow.label.texts.map(text => writeText(text, colours.text)).join('')}</g>`),
		'</svg>\n',
	].join('\n');
}

function writeBox({kind, rect, texts, trust, zones, hosts, lines, fullText}: Box): string {
	const look = findLook(kind, trust);
	const attributes = [
		`class="${kind}"`,
		...(zones.length === 0 ? [] : [`data-zone="${escapeXml(zones.join(' '))}"`]),
		...(hosts.length === 0 ? [] : [`data-host="${escapeXml(hosts.join(' '))}"`]),
		...(lines.length === 0 ? [] : [`data-lines="${escapeXml(lines.join(' '))}"`]),
	];
	return [
		`<g ${attributes.join(' ')}><title>${escapeXml(fullText)}</title>`,
		`<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}"${kind === 'host' ? ' rx="4"' : ''} ${writeLook(look)}/>`,
		...texts.map(text => writeText(text, colours.text)),
		'</g>',
	].join('\n');
}

function findLook(kind: Box['kind'], trust: Box['trust']): Look {
	switch (kind) {
		case 'zone': {
			return trustLooks[trust];
		}

		case 'host': {
			return hostLook;
		}

		case 'denied': {
			return deniedLook;
		}
	}
}

function writeLook({fill, stroke, strokeWidth, dashes}: Look): string {
	return `fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`;
}

function writeArrow(arrow: Arrow): string {
	const {kind, label, lines, sourceZones, targetZones, sourceHosts, targetHosts, fullText} = arrow;
	const data = {'data-source': sourceZones, 'data-target': targetZones, 'data-source-host': sourceHosts, 'data-target-host': targetHosts, 'data-lines': lines};
	const attributes = Object.entries(data).filter(([, ids]) => ids.length > 0).map(([name, ids]) => ` ${name}="${escapeXml(ids.join(' '))}"`);
	const {rect} = label;
	return [
		`<g class="edge ${kind}"${attributes.join('')}><title>${escapeXml(fullText)}</title>`,
		writeLine(arrow),
		`<rect class="label" x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" rx="3" fill="${kind === 'denied' ? colours.denied : colours.paper}" stroke="${findColour(kind)}" stroke-width="1"${findDashes(kind)}/>`,
		...label.texts.map(text => writeText(text, kind === 'denied' ? colours.onDenied : colours.text)),
		'</g>',
	].join('\n');
}

function findColour(kind: ArrowKind): string {
	switch (kind) {
		case 'permitted': {
			return colours.permitted;
		}

		case 'clear-text':
		case 'clear-text-not-ready': {
			return colours.clearText;
		}

		case 'not-ready': {
			return colours.notReady;
		}

		case 'denied': {
			return colours.denied;
		}
	}
}

function findDashes(kind: ArrowKind): string {
	return kind === 'clear-text' || kind === 'clear-text-not-ready' ? ' stroke-dasharray="6 4"' : '';
}

const headLength = 10;
const headWidth = 8;

/** The line of an arrow and its head, which is drawn rather than referred to: an inlined picture then needs no ids of its own. */
function writeLine({kind, points}: Pick<Arrow, 'kind' | 'points'>): string {
	const colour = findColour(kind);
	const end = points.at(-1)!;
	const before = points.at(-2)!;
	const length = Math.max(Math.abs(end.x - before.x), Math.abs(end.y - before.y), 1);
	const along = {x: Math.round((end.x - before.x) / length), y: Math.round((end.y - before.y) / length)};
	const at = (back: number, aside: number): Point => ({x: end.x - (along.x * back) - (along.y * aside), y: end.y - (along.y * back) + (along.x * aside)});
	const stroke = `stroke="${colour}" stroke-width="${kind === 'denied' ? 2 : 1.5}"`;
	if (kind === 'denied') {
		const cross = [[at(18, -6), at(6, 6)], [at(18, 6), at(6, -6)]].map(pair => writePath(pair)).join('');
		return `<path d="${writePath([...points.slice(0, -1), at(6, 0)])}${cross}" fill="none" ${stroke}/>`;
	}

	const isHollow = kind === 'not-ready' || kind === 'clear-text-not-ready';
	const head = [at(0, 0), at(headLength, headWidth / 2), at(headLength, -headWidth / 2)];
	return `<path d="${writePath([...points.slice(0, -1), at(headLength, 0)])}" fill="none" ${stroke}${findDashes(kind)}/><path d="${writePath(head)}Z" fill="${isHollow ? colours.paper : colour}" ${stroke}/>`;
}

function writePath(points: readonly Point[]): string {
	return points.map(({x, y}, position) => `${position === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

function writeText({text, x, y, style, isCentred, isQuiet}: PlacedText, colour: string): string {
	return `<text x="${x}" y="${y}" font-size="${style.size}"${style.isBold ? ' font-weight="bold"' : ''}${isCentred ? ' text-anchor="middle"' : ''} fill="${isQuiet ? colours.quiet : colour}">${escapeXml(text)}</text>`;
}
