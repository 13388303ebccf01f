/*
A screen as a picture that looks the same wherever it is shown: each run of text is held to its cells, whatever font there is, and signs that
fonts draw in many ways, or not at all, are drawn here. There is no script in it, and nothing is loaded.
*/

/** @typedef {import('./screen-terminal.mjs').Run} Run */

/** Pixels of one cell. Fonts are six tenths as wide as they are high. */
const cellWidth = 9;
const cellHeight = 20;
const fontSize = 15;
/** From the top of a cell to the line that letters stand on. */
const baseline = 15;
const padding = 18;
const barHeight = 34;

const fonts = 'ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',\'Liberation Mono\',monospace';

/** Each colour of a terminal with a class, on a light and on a dark window; all reach the contrast of 4.5 to 1 that WCAG 2.2 asks of text. */
const colors = {
	plain: {light: '#1f2328', dark: '#e6edf3'},
	dim: {light: '#5d6670', dark: '#9aa4ae'},
	red: {light: '#b42318', dark: '#ff8f85'},
	green: {light: '#1a7031', dark: '#5bd672'},
	yellow: {light: '#7d5700', dark: '#e3b341'},
	blue: {light: '#0a58ca', dark: '#79b8ff'},
	magenta: {light: '#8b2fa0', dark: '#dc9bff'},
	cyan: {light: '#0b6b7c', dark: '#56d4dd'},
};
const paletteClasses = ['plain', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'plain'];
const frame = {
	window: {light: '#ffffff', dark: '#0d1117'},
	bar: {light: '#f0f2f5', dark: '#1a2028'},
	edge: {light: '#c4cbd3', dark: '#3a434d'},
};

/*
Signs as lines within their cell, from its upper left corner, in pixels. Those of a frame meet their neighbours at the middle of the edges.
*/
const [w, h] = [cellWidth, cellHeight];
const [x, y] = [w / 2, h / 2];
const strokes = {
	'─': `M0 ${y}h${w}`,
	'│': `M${x} 0v${h}`,
	'┌': `M${w} ${y}H${x}V${h}`,
	'┐': `M0 ${y}H${x}V${h}`,
	'└': `M${x} 0V${y}H${w}`,
	'┘': `M${x} 0V${y}H0`,
	'├': `M${x} 0v${h}M${x} ${y}H${w}`,
	'┤': `M${x} 0v${h}M${x} ${y}H0`,
	'❯': 'M2.5 5.5l4 4.5l-4 4.5',
	'✓': 'M1.5 10.5l2.5 3.5l4-8',
	'✗': 'M2 6l5 8m0-8l-5 8',
	'→': 'M.5 10h7.5m-3-3l3 3l-3 3',
	'←': 'M8.5 10h-7.5m3-3l-3 3l3 3',
	'↑': 'M4.5 15v-9.5m-3 3l3-3l3 3',
	'↓': 'M4.5 5v9.5m-3-3l3 3l3-3',
	'▶': 'M0 10h3M2 6.5l5.5 3.5l-5.5 3.5z',
};
const filled = new Set('▶');

const escape = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
Draw a screen in a plain window.

@param {{
	readonly runs: readonly (readonly Run[])[],
	readonly columns: number,
	readonly caption: string,
	readonly title: string,
	readonly description: string,
}} screen - `caption` stands on the window; title and description are for who cannot see it.
*/
export function drawScreen({runs, columns, caption, title, description}) {
	const width = (columns * cellWidth) + (2 * padding);
	const height = barHeight + (runs.length * cellHeight) + (2 * padding) - 8;
	const rows = runs.flatMap((row, index) => row.length === 0 ? [] : [`<g transform="translate(${padding} ${barHeight + padding - 4 + (index * cellHeight)})">${row.map(run => drawRun(run)).join('')}</g>`]);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
		`<title id="title">${escape(title)}</title>`,
		`<desc id="description">${escape(description)}</desc>`,
		'<style>',
		`text{font:${fontSize}px ${fonts};white-space:pre}path{fill:none;stroke-width:1.4;stroke-linejoin:round;stroke-linecap:round}.b{font-weight:700}path.b{stroke-width:2}`,
		formatColors('light'),
		`@media(prefers-color-scheme:dark){${formatColors('dark')}}`,
		'</style>',
		`<rect class="window" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9"/>`,
		`<path class="bar" d="M.5 ${barHeight}V9.5a9 9 0 0 1 9-9H${width - 9.5}a9 9 0 0 1 9 9V${barHeight}z"/>`,
		`<g class="edge">${[20, 38, 56].map(center => `<circle cx="${center}" cy="${barHeight / 2}" r="5"/>`).join('')}</g>`,
		`<text class="dim" x="${width / 2}" y="${(barHeight / 2) + 5}" text-anchor="middle">${escape(caption)}</text>`,
		...rows,
		'</svg>',
		'',
	].join('\n');
}

function formatColors(scheme) {
	return [
		...Object.entries(colors).map(([name, color]) => `.${name}{fill:${color[scheme]}}path.${name}{fill:none;stroke:${color[scheme]}}path.${name}.f{fill:${color[scheme]}}`),
		`.window{fill:${frame.window[scheme]};stroke:${frame.edge[scheme]}}.bar{fill:${frame.bar[scheme]};stroke:${frame.edge[scheme]};stroke-width:1}path.bar{fill:${frame.bar[scheme]}}.edge{fill:${frame.edge[scheme]}}.back{fill:${frame.window[scheme]}}path.back{fill:none;stroke:${frame.window[scheme]}}`,
	].join('');
}

/** @param {Run} run */
function drawRun({text, column, cells, color, isBold, isDim, isInverse}) {
	const name = color === undefined ? (isDim ? 'dim' : 'plain') : paletteClasses[color % 8];
	const shade = color !== undefined && isDim ? ' opacity=".75"' : '';
	const back = isInverse ? `<rect class="${name}" x="${column * cellWidth}" width="${cells * cellWidth}" height="${cellHeight}"/>` : '';
	const className = `${isInverse ? 'back' : name}${isBold ? ' b' : ''}`;
	const parts = splitSigns(text, column, cells);
	return back + parts.map(part => part.sign === undefined ? drawText(part, className, shade) : drawSign(part, className, shade)).join('');
}

/** Take a run apart into texts and signs. */
function splitSigns(text, column, cells) {
	if ([...text].length !== cells) {
		throw new Error(`Not each character of "${text}" takes one cell`);
	}

	const parts = [];
	let at = column;
	for (const segment of text) {
		const sign = Object.hasOwn(strokes, segment) ? segment : undefined;
		const last = parts.at(-1);
		if (last !== undefined && last.sign === sign && (sign === undefined || sign === '─')) {
			last.text += segment;
		} else {
			parts.push({sign, text: segment, column: at});
		}

		at++;
	}

	return parts.filter(part => part.text.trim() !== '');
}

function drawText({text, column}, className, shade) {
	const trimmed = text.trim();
	const start = column + text.length - text.trimStart().length;
	return `<text class="${className}"${shade} x="${start * cellWidth}" y="${baseline}" textLength="${[...trimmed].length * cellWidth}">${escape(trimmed)}</text>`;
}

function drawSign({sign, text, column}, className, shade) {
	const lines = sign === '─' ? `M0 ${y}h${w * text.length}` : strokes[sign];
	return `<path class="${className}${filled.has(sign) ? ' f' : ''}"${shade} transform="translate(${column * cellWidth})" d="${lines}"/>`;
}
