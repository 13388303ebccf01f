import {suggest} from '../problem.js';
import {addressVariables, type InventoryBuilder, type Place} from './ansible-groups.js';
import {quote} from './problem-list.js';

type Section = {readonly group: string; readonly kind: 'hosts' | 'children' | 'vars'};

const kinds = ['hosts', 'children', 'vars'] as const;

/**
Read an inventory in the INI format of ansible-core.

@see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html
*/
export function readIniInventory(text: string, builder: InventoryBuilder): void {
	// Undefined under a heading that cannot be read: what stands there is in no known group.
	let section: Section | undefined = {group: 'ungrouped', kind: 'hosts'};
	const children: Array<{readonly parent: string; readonly child: string; readonly place: Place}> = [];
	builder.addGroup('ungrouped', {line: 1, column: 1});
	for (const [index, raw] of text.split(/\r\n?|\n/v).entries()) {
		const content = raw.trim();
		const place = {line: index + 1, column: raw.length - raw.trimStart().length + 1};
		if (content === '' || content.startsWith('#') || content.startsWith(';')) {
			continue;
		}

		const heading = /^\[(?<group>[^\s:\]]+)(?::(?<kind>\w+))?\]\s*(?:#.*)?$/v.exec(content)?.groups;
		if (heading !== undefined || (content.startsWith('[') && content.endsWith(']'))) {
			section = readHeading(heading, content, place, builder);
			continue;
		}

		switch (section?.kind) {
			case undefined: {
				break;
			}

			case 'hosts': {
				readHostLine(raw, section.group, place, builder);
				break;
			}

			case 'children': {
				const child = /^(?<child>[^\s:\]]+)\s*(?:#.*)?$/v.exec(content)?.groups?.['child'];
				if (child === undefined) {
					builder.problems.add({code: 'ansible/children', ...place, message: `${quote(content)} is no name of a group`});
				} else {
					children.push({parent: section.group, child, place});
				}

				break;
			}

			case 'vars': {
				readVariable(content, section.group, place, builder);
				break;
			}
		}
	}

	// A group may be named as a child before its own heading.
	for (const {parent, child, place} of children) {
		if (builder.hasGroup(child)) {
			builder.addChild(parent, child);
		} else {
			builder.problems.add({code: 'ansible/unknown-group', ...place, message: `there is no group ${quote(child)}`, hint: `give it a heading of its own, as [${quote(child).slice(1, -1)}]`});
		}
	}
}

function readHeading(heading: Readonly<Record<string, string | undefined>> | undefined, content: string, place: Place, builder: InventoryBuilder): Section | undefined {
	if (heading === undefined) {
		builder.problems.add({code: 'ansible/heading', ...place, message: `${quote(content)} is no heading: what stands under it was not read`, hint: 'write [group], [group:children] or [group:vars], without blanks'});
		return undefined;
	}

	const group = heading['group']!;
	const kind = kinds.find(known => known === (heading['kind'] ?? 'hosts'));
	if (kind === undefined) {
		builder.problems.add({code: 'ansible/heading', ...place, message: `${quote(content)} is no heading: what stands under it was not read`, hint: suggest(heading['kind'] ?? '', kinds)});
		return undefined;
	}

	return builder.addGroup(group, place) ? {group, kind} : undefined;
}

function readHostLine(raw: string, group: string, place: Place, builder: InventoryBuilder): void {
	const words = splitWords(raw);
	if (typeof words === 'string') {
		builder.problems.add({code: 'ansible/quote', ...place, message: words});
		return;
	}

	const [pattern, ...assignments] = joinTemplates(words);
	const stray = assignments.find(word => !word.text.includes('='));
	if (pattern === undefined) {
		return;
	}

	if (stray !== undefined) {
		builder.problems.add({code: 'ansible/host-line', line: place.line, column: stray.column, message: `${quote(stray.text)} is no variable: the line was not read`, hint: 'after the name of a host each word is written key=value'});
		return;
	}

	if (pattern.text.trim() === '---') {
		builder.problems.add({code: 'ansible/format', ...place, message: 'this line begins a YAML text', hint: 'give the file the ending .yaml'});
		return;
	}

	const names = builder.addHosts(pattern.text, group, place);
	for (const {text, column} of assignments) {
		const [variable, value] = splitAssignment(text);
		if (isAddressVariable(variable)) {
			builder.setHostAddress(names, variable, readLiteral(value), {line: place.line, column});
		}
	}
}

function readVariable(content: string, group: string, place: Place, builder: InventoryBuilder): void {
	if (!content.includes('=')) {
		builder.problems.add({code: 'ansible/variable', ...place, message: `${quote(content)} is no variable`, hint: 'write key=value'});
		return;
	}

	const [variable, value] = splitAssignment(content);
	if (isAddressVariable(variable.trim())) {
		builder.setGroupAddress(group, variable.trim(), readLiteral(value.trim()), place);
	}
}

function isAddressVariable(word: string): boolean {
	return addressVariables.includes(word as 'ansible_host');
}

function splitAssignment(text: string): [string, string] {
	const at = text.indexOf('=');
	return [text.slice(0, at), text.slice(at + 1)];
}

/** Values are Python literals where they can be: a text keeps no quotes of its own. */
function readLiteral(value: string): string {
	return /^(?<quotes>["'])(?<text>[^"'\\]*)\k<quotes>\s*(?:#.*)?$/v.exec(value)?.groups?.['text'] ?? value;
}

/** Put the words of a template together that somebody wrote with blanks and without quotes: it is a template that is wrong, not its words. */
function joinTemplates(words: readonly Word[]): Word[] {
	const joined: Word[] = [];
	let isOpen = false;
	for (const word of words) {
		const last = joined.at(-1);
		if (isOpen && last !== undefined) {
			joined[joined.length - 1] = {...last, text: `${last.text} ${word.text}`};
		} else {
			joined.push(word);
		}

		const opened = word.text.lastIndexOf('{{');
		const closed = word.text.lastIndexOf('}}');
		isOpen = opened === closed ? isOpen : opened > closed;
	}

	return joined;
}

type Word = {readonly text: string; readonly column: number};

/**
Split a line as a POSIX shell does: quotes of both kinds, backslashes, and `#` for a comment, which as Ansible reads it may stand inside
a word too.

@returns The words, or a phrase saying what is wrong.
*/
function splitWords(line: string): Word[] | string {
	const words: Word[] = [];
	let parts: string[] | undefined;
	let start = 0;
	for (const {0: match, index, groups} of line.matchAll(/(?<blanks>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<plain>[^\s"#'\\]+)|(?<other>.)/gsv)) {
		if (groups!['other'] === '#') {
			break;
		}

		if (groups!['other'] !== undefined) {
			return groups!['other'] === '\\' ? 'the line ends with a backslash' : `the quote in column ${index + 1} is not closed: the line was not read`;
		}

		if (groups!['blanks'] !== undefined) {
			if (parts !== undefined) {
				words.push({text: parts.join(''), column: start + 1});
			}

			parts = undefined;
			continue;
		}

		if (parts === undefined) {
			parts = [];
			start = index;
		}

		parts.push(groups!['single'] ?? groups!['double']?.replaceAll(/\\(["\\])/gv, '$1') ?? groups!['escaped'] ?? groups!['plain'] ?? match);
	}

	return parts === undefined ? words : [...words, {text: parts.join(''), column: start + 1}];
}
