import {createRequire} from 'node:module';
import path from 'node:path';
import process from 'node:process';
import {packageFolder} from './package-files.js';
import {findSystemCode, MissingToolError, UserError} from './user-error.js';

/** What is used of resvg, which is no dependency: whichever version somebody has installed comes without its types. */
type Draw = (svg: string, options: {
	readonly font: {readonly loadSystemFonts: boolean; readonly fontFiles: readonly string[]; readonly defaultFontFamily: string; readonly sansSerifFamily: string};
	readonly fitTo: {readonly mode: 'zoom'; readonly value: number};
}) => Promise<{readonly asPng: () => Uint8Array}>;

const packageName = '@resvg/resvg-js';

/**
Draw a picture of SVG as PNG by resvg, which somebody has to install: it is native code, and most people need no pixels.

Only the fonts of this program are used, so that the same picture has the same bytes on every machine.

@param scale - Pixels for each unit of the picture.
@throws {UserError} When resvg is not there or cannot be loaded.
*/
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
	const draw = findRenderer();
	const picture = await draw(svg, {
		font: {
			loadSystemFonts: false,
			fontFiles: ['sans.ttf', 'sans-bold.ttf'].map(name => path.join(packageFolder, 'assets', name)),
			defaultFontFamily: 'DejaVu Sans',
			sansSerifFamily: 'DejaVu Sans',
		},
		fitTo: {mode: 'zoom', value: scale},
	});
	return picture.asPng();
}

let renderer: Draw | undefined;

/** Look beside the program, where it is installed together with resvg, then from the working folder upwards, where people who run it by `npx` can put it. */
function findRenderer(): Draw {
	if (renderer !== undefined) {
		return renderer;
	}

	const places = [packageFolder, process.cwd()];
	for (const place of places) {
		const load = createRequire(path.join(place, 'from-here.js'));
		const file = findFile(load);
		if (file !== undefined) {
			try {
				({renderAsync: renderer} = load(file) as {readonly renderAsync: Draw});
				return renderer;
			} catch (error) {
				throw new UserError(`${packageName} is installed, but cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, {cause: error, hint: `install it anew on this machine: npm install --no-save ${packageName}; it lies in ${path.dirname(file)}`});
			}
		}
	}

	throw new MissingToolError(`pictures as PNG need the package ${packageName}, which is not installed`, {hint: `type here: npm install --no-save ${packageName}; --format svg needs nothing`});
}

function findFile(load: NodeJS.Require): string | undefined {
	try {
		return load.resolve(packageName);
	} catch (error) {
		if (findSystemCode(error) === 'MODULE_NOT_FOUND') {
			return undefined;
		}

		throw error;
	}
}
