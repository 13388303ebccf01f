import {findAll, split} from './rows.js';

/** What a reader chose in a diagram. */
export type Choice
	= | {readonly kind: 'zone'; readonly zone: string}
		| {readonly kind: 'lines'; readonly source: string; readonly target: string; readonly lines: readonly string[]};

const zoomStep = 1.25;
const minZoom = 0.25;
const maxZoom = 8;
/** A pointer that moved less, in pixels, was pressed and not dragged. */
const slack = 4;

/**
The pictures of the page: one at a time, larger and smaller, and each arrow and zone can be chosen.

A picture that is larger than its frame is scrolled as anything else is: by arrow keys, wheel, touch and bars of the browser itself.
*/
export class Diagrams {
	readonly #picker = document.querySelector<HTMLSelectElement>('#diagram-choice');
	readonly #frames = findAll('details.diagram') as HTMLDetailsElement[];

	constructor(onChoice: (choice: Choice) => void) {
		for (const frame of this.#frames) {
			new Canvas(frame.querySelector('.canvas')!, onChoice).start();
			// A title of its own for every picture is one too many beside the list.
			frame.querySelector('summary')!.hidden = true;
		}

		this.#picker?.addEventListener('change', () => {
			this.#show(frame => frame.dataset['name'] === this.#picker!.value);
		});
		for (const button of findAll('[data-zoom]')) {
			button.addEventListener('click', () => {
				this.#frames.find(frame => frame.open)?.querySelector('.canvas')?.dispatchEvent(new CustomEvent('zoom', {detail: button.dataset['zoom']}));
			});
		}

		this.#show(frame => frame === this.#frames[0]);
	}

	/** Show the picture of a zone, where it has one; who was in another picture is in this one then. */
	showZone(zone: string): void {
		const next = this.#frames.find(frame => frame.dataset['zone'] === zone);
		if (next !== undefined) {
			const wasInPicture = document.activeElement?.closest('.canvas') !== null;
			this.#show(frame => frame === next);
			if (wasInPicture) {
				next.querySelector<HTMLElement>('.canvas')!.focus({preventScroll: true});
			}
		}
	}

	#show(isWanted: (frame: HTMLDetailsElement) => boolean): void {
		for (const frame of this.#frames) {
			frame.open = isWanted(frame);
			frame.classList.toggle('unchosen', !frame.open);
			if (frame.open && this.#picker !== null) {
				this.#picker.value = frame.dataset['name']!;
			}
		}
	}
}

/** A picture in its frame. */
class Canvas {
	readonly #element: HTMLElement;
	readonly #picture: SVGSVGElement;
	readonly #onChoice: (choice: Choice) => void;
	readonly #width: number;
	readonly #height: number;
	/** Compared with the size at which all of it is in the frame. */
	#zoom = 1;
	#wasDragged = false;

	constructor(element: HTMLElement, onChoice: (choice: Choice) => void) {
		this.#element = element;
		this.#picture = element.querySelector('svg')!;
		this.#onChoice = onChoice;
		const {width, height} = this.#picture.viewBox.baseVal;
		this.#width = width;
		this.#height = height;
	}

	start(): void {
		this.#element.classList.add('live');
		this.#makeChoices();
		this.#element.addEventListener('keydown', event => {
			const action = ({'+': 'in', '=': 'in', '-': 'out', 0: 'fit'} as const)[event.key];
			if (action !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
				event.preventDefault();
				this.#act(action);
			}
		});
		this.#element.addEventListener('zoom', event => {
			this.#act((event as CustomEvent<string>).detail);
		});
		// Trackpads send a pinch as a wheel with the control key. A wheel alone scrolls.
		this.#element.addEventListener('wheel', event => {
			if (event.ctrlKey) {
				event.preventDefault();
				this.#setZoom(this.#zoom * Math.exp(-event.deltaY / 200), event);
			}
		}, {passive: false});
		this.#dragWithMouse();
		const fit = () => {
			this.#setZoom(this.#zoom);
		};

		fit();
		new ResizeObserver(fit).observe(this.#element);
	}

	#act(action: string): void {
		if (action === 'fit') {
			this.#setZoom(1);
		} else {
			this.#setZoom(action === 'in' ? this.#zoom * zoomStep : this.#zoom / zoomStep);
		}
	}

	/** @param pointer - What is below it stays there; otherwise the middle of the frame does. */
	#setZoom(zoom: number, pointer?: {readonly clientX: number; readonly clientY: number}): void {
		const frame = this.#element.getBoundingClientRect();
		if (frame.width === 0) {
			// It is not shown.
			return;
		}

		const [x, y] = pointer === undefined ? [frame.width / 2, frame.height / 2] : [pointer.clientX - frame.left, pointer.clientY - frame.top];
		const before = this.#picture.getBoundingClientRect();
		const [partX, partY] = [(x + frame.left - before.left) / before.width, (y + frame.top - before.top) / before.height];
		this.#zoom = Math.min(maxZoom, Math.max(minZoom, zoom));
		const fit = Math.min(this.#element.clientWidth, this.#width, document.documentElement.clientHeight * 0.75 * this.#width / this.#height);
		this.#picture.style.width = `${fit * this.#zoom}px`;
		const after = this.#picture.getBoundingClientRect();
		this.#element.scrollBy(after.left + (partX * after.width) - frame.left - x, after.top + (partY * after.height) - frame.top - y);
	}

	#dragWithMouse(): void {
		let start: {readonly x: number; readonly y: number; readonly left: number; readonly top: number} | undefined;
		this.#element.addEventListener('pointerdown', event => {
			this.#wasDragged = false;
			if (event.pointerType === 'mouse' && event.button === 0) {
				start = {x: event.clientX, y: event.clientY, left: this.#element.scrollLeft, top: this.#element.scrollTop};
			}
		});
		addEventListener('pointermove', event => {
			// A button that is let go where nobody hears of it, as after marked text was dragged.
			if (event.buttons === 0) {
				start = undefined;
			}

			if (start !== undefined) {
				this.#wasDragged ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > slack;
				if (this.#wasDragged) {
					this.#element.scrollTo(start.left + start.x - event.clientX, start.top + start.y - event.clientY);
				}
			}
		});
		const end = () => {
			start = undefined;
		};

		addEventListener('pointerup', end);
		addEventListener('pointercancel', end);
	}

	/** Make arrows and zones links for every kind of reader. */
	#makeChoices(): void {
		// An image has no parts that can be chosen.
		this.#picture.setAttribute('role', 'group');
		for (const part of this.#picture.querySelectorAll<SVGGElement>('g.edge[data-lines], g.zone[data-zone]')) {
			const choice = readChoice(part);
			if (choice === undefined) {
				continue;
			}

			part.setAttribute('role', 'link');
			part.setAttribute('tabindex', '0');
			part.setAttribute('aria-label', formatName(part));
			part.addEventListener('click', event => {
				event.stopPropagation();
				if (!this.#wasDragged) {
					this.#onChoice(choice);
				}
			});
			part.addEventListener('keydown', event => {
				if (event.key === 'Enter') {
					this.#onChoice(choice);
				}
			});
		}
	}
}

/** What somebody hears who cannot see the picture, and what somebody says who speaks to it: then it must have the words that are seen. */
function formatName(part: SVGGElement): string {
	const title = part.querySelector('title')?.textContent ?? '';
	const seen = [...part.querySelectorAll('text')].map(({textContent}) => textContent).join(' ');
	return title.includes(seen) ? title : `${seen}. ${title}`;
}

function readChoice(part: SVGGElement): Choice | undefined {
	const {zone, lines, source, target} = part.dataset;
	if (part.classList.contains('edge')) {
		return {kind: 'lines', source: source ?? '', target: target ?? '', lines: split(lines)};
	}

	// A box that stands for several zones has no picture of its own.
	return zone === undefined || split(zone).length !== 1 ? undefined : {kind: 'zone', zone};
}
