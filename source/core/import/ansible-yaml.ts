import {suggest, type Problem} from '../problem.js';
import {own} from '../records.js';
import {readTree, type Tree} from '../structured-text.js';
import {addressVariables, type InventoryBuilder, type Place} from './ansible-groups.js';
import {quote} from './problem-list.js';

type Data = Readonly<Record<string, unknown>>;
type Path = readonly string[];

const sections = ['hosts', 'children', 'vars'] as const;

/**
Read an inventory in the YAML format of ansible-core, or the JSON that `ansible-inventory --list` prints.

@see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html
@see https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html#inventory-script-conventions
*/
export function readYamlInventory(text: string, file: string, builder: InventoryBuilder): void {
	// A tag only says how Ansible treats the value, and blanks in its place keep every line and column.
	const read = readTree(text.replaceAll(/(?<=\s)!(?:vault-encrypted|vault|unsafe)(?=\s)/gv, tag => ' '.repeat(tag.length)), file);
	if (read.problems) {
		for (const problem of read.problems) {
			builder.problems.add(problem);
		}

		return;
	}

	for (const problem of read.value.problems.filter(({path}) => concernsAddresses(path))) {
		builder.problems.add(problem);
	}

	new YamlReader(read.value, builder).read();
}

/** Variables hold what they like: of those only the address matters. */
function concernsAddresses(path: Problem['path']): boolean {
	for (let index = 1; index < path.length; index += 2) {
		if (path[index] === 'vars' || path[index] === 'hosts') {
			const variable = path[index + (path[index] === 'vars' ? 1 : 2)];
			return variable === undefined || variable === '<<' || addressVariables.includes(variable as 'ansible_host');
		}
	}

	return true;
}

class YamlReader {
	readonly #tree: Tree;
	readonly #builder: InventoryBuilder;
	/** A script prints hosts and children as lists, and the variables of all hosts apart. */
	#isPrinted = false;

	constructor(tree: Tree, builder: InventoryBuilder) {
		this.#tree = tree;
		this.#builder = builder;
	}

	read(): void {
		const {data} = this.#tree;
		if (!isData(data)) {
			this.#addProblem('ansible/structure', [], 'the text is no inventory', 'an inventory begins with a group, as "all:", and its hosts and children below');
			return;
		}

		if (typeof own(data, 'plugin') === 'string') {
			this.#addProblem('ansible/plugin', ['plugin'], 'this is the configuration of an inventory plugin, which holds no hosts', 'import what ansible-inventory --list prints for it');
			return;
		}

		const meta = own(data, '_meta');
		this.#isPrinted = isData(meta);
		for (const [name, group] of Object.entries(data)) {
			if (name !== '_meta' || !this.#isPrinted) {
				this.#readGroup(name, group, [name]);
			}
		}

		const variables = isData(meta) ? own(meta, 'hostvars') : undefined;
		for (const [name, values] of isData(variables) ? Object.entries(variables) : []) {
			this.#readAddresses(values, ['_meta', 'hostvars', name], (...given) => {
				this.#builder.setHostAddress([name], ...given);
			});
		}
	}

	#readGroup(name: string, group: unknown, path: Path): boolean {
		if (!this.#builder.addGroup(name, this.#find(path))) {
			return false;
		}

		if (group === null) {
			return true;
		}

		if (!isData(group)) {
			this.#addProblem('ansible/structure', path, `the group ${quote(name)} is written as a value`, 'its hosts stand under "hosts:"');
			return true;
		}

		for (const [section, content] of Object.entries(group)) {
			const sectionPath = [...path, section];
			switch (section) {
				case 'hosts': {
					for (const [pattern, variables] of this.#listEntries(content, sectionPath)) {
						this.#readHosts(pattern, variables, name, [...sectionPath, pattern]);
					}

					break;
				}

				case 'children': {
					for (const [child, below] of this.#listEntries(content, sectionPath)) {
						if (this.#readGroup(child, below, [...sectionPath, child])) {
							this.#builder.addChild(name, child);
						}
					}

					break;
				}

				case 'vars': {
					this.#readAddresses(content, sectionPath, (...given) => {
						this.#builder.setGroupAddress(name, ...given);
					});
					break;
				}

				default: {
					this.#addProblem('ansible/section', sectionPath, `a group has no part ${quote(section)}, which was passed over`, suggest(section, sections));
				}
			}
		}

		return true;
	}

	#readHosts(pattern: string, variables: unknown, group: string, path: Path): void {
		const names = this.#builder.addHosts(pattern, group, this.#find(path));
		this.#readAddresses(variables, path, (...given) => {
			this.#builder.setHostAddress(names, ...given);
		});
	}

	#readAddresses(variables: unknown, path: Path, set: (variable: string, value: unknown, place: Place) => void): void {
		if (!isData(variables)) {
			return;
		}

		for (const variable of addressVariables) {
			const value = own(variables, variable);
			if (value !== undefined) {
				set(variable, value, this.#find([...path, variable], false));
			}
		}
	}

	/** Names and what stands behind them; a single name may stand for itself. */
	#listEntries(content: unknown, path: Path): ReadonlyArray<readonly [string, unknown]> {
		if (content === null) {
			return [];
		}

		if (typeof content === 'string') {
			return [[content, null]];
		}

		if (isData(content)) {
			return Object.entries(content);
		}

		if (this.#isPrinted && Array.isArray(content)) {
			return content.filter(name => typeof name === 'string').map(name => [name, null]);
		}

		this.#addProblem('ansible/structure', path, `${quote(path.at(-1) ?? '')} holds no names with a colon after each`, 'write each on a line of its own, as "web1.example.com:"');
		return [];
	}

	#find(path: Path, isAboutKey = true): Place {
		const {line = 1, column = 1} = this.#tree.locate({code: '', message: '', path, ...(isAboutKey ? {isAboutKey} : {})});
		return {line, column};
	}

	#addProblem(code: string, path: Path, message: string, hint: string): void {
		this.#builder.problems.add({code, path, ...this.#find(path), message, hint});
	}
}

function isData(value: unknown): value is Data {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
