import {parseAddress} from '../addresses.js';
import {formatHostId, type HostDraft} from '../hosts.js';
import {findNearest} from '../problem.js';
import {getOrMake} from '../records.js';

/** Likely hosts are looked for so many names only: the search compares letter by letter. */
const maxSearches = 200;

type Index = Map<string, Set<string>>;

/** Finds the hosts of a design by the names that people and other programs have for them. */
export class HostNames {
	readonly #hosts: ReadonlyMap<string, HostDraft>;
	readonly #foldedIds: Index = new Map();
	/** By title or `product/component`, in lower case. */
	readonly #texts: Index = new Map();
	/** By what is left of an id, by title and by component, folded. */
	readonly #names: Index = new Map();
	#searches = 0;

	constructor(hosts: ReadonlyMap<string, HostDraft>) {
		this.#hosts = hosts;
		for (const {id, title, components} of hosts.values()) {
			add(this.#foldedIds, foldName(id), id);
			add(this.#texts, title.trim().toLowerCase(), id);
			add(this.#names, foldName(title), id);
			for (const {product, component} of components) {
				add(this.#texts, `${product}/${component}`, id);
				add(this.#names, foldName(component), id);
				add(this.#names, foldName(formatHostId(product, component)), id);
				if (id.startsWith(`${product}-`)) {
					add(this.#names, foldName(id.slice(product.length + 1)), id);
				}
			}
		}
	}

	/** Ids of the hosts that a person may mean: by id, title or `product/component`. */
	findByText(text: string): readonly string[] {
		const word = text.trim();
		return this.#findById(word) ?? list(this.#texts, word.toLowerCase());
	}

	/** Ids of the hosts that a name of another program may mean: besides by the id without its product, or one component. */
	findByName(name: string): readonly string[] {
		const known = this.#findById(name) ?? list(this.#names, foldName(name));
		if (known.length > 0) {
			return known;
		}

		// Only an id is sure enough to be taken out of a longer name, and an address has no first part.
		const parsed = parseAddress(name);
		const label = /^(?<label>[^.]+)[.]/v.exec(name)?.groups?.['label'];
		return label === undefined || typeof parsed === 'string' || parsed.kind === 'ip' ? [] : list(this.#foldedIds, foldName(label));
	}

	/** Ids of the hosts with a name like this one, the nearest first; none at all after many searches. */
	findNear(word: string): readonly string[] {
		this.#searches++;
		if (this.#searches > maxSearches) {
			return [];
		}

		const folded = foldName(word);
		return [...new Set([this.#foldedIds, this.#names, this.#texts].flatMap(index => {
			const nearest = findNearest(folded, [...index.keys()]);
			return nearest === undefined ? [] : list(index, nearest);
		}))].slice(0, 5);
	}

	/** The host that an id means, exactly or else folded; undefined when it is none or may be several. */
	#findById(word: string): readonly string[] | undefined {
		if (this.#hosts.has(word)) {
			return [word];
		}

		const folded = list(this.#foldedIds, foldName(word));
		return folded.length === 1 ? folded : undefined;
	}
}

/** Programs that allow no hyphens in a name have underscores there, and titles have blanks. */
export function foldName(name: string): string {
	return name.trim().toLowerCase().replaceAll(/[\s_]+/gv, '-');
}

function add(index: Index, key: string, id: string): void {
	getOrMake(index, key, () => new Set()).add(id);
}

function list(index: Index, key: string): readonly string[] {
	return [...index.get(key) ?? []];
}
