import type {Problem} from '../problem.js';
import {InventoryBuilder, type AnsibleHost} from './ansible-groups.js';
import {readIniInventory} from './ansible-ini.js';
import {readYamlInventory} from './ansible-yaml.js';
import {ProblemList, refuseLongText} from './problem-list.js';

export type {AnsibleHost} from './ansible-groups.js';

/** The machines of an inventory that could be read, and what in it could not. */
export type AnsibleInventory = {readonly entries: readonly AnsibleHost[]; readonly problems: readonly Problem[]};

/**
Read the hosts of an Ansible inventory, in INI, in YAML, or as `ansible-inventory --list` prints it.

Ranges are counted out, ports dropped, and a host is in every group that contains one of its groups. An address is what `ansible_host` of
the host or of its nearest group says. Where that is encrypted, a template or no address, it is a problem and the host has no address;
the name of a host counts as its address only where nothing else is said. Other variables are not looked at.

@param file - The file's name as the user knows it. Its ending tells the format; without one that is known, the text does.
@returns What could be read, in the order of the text. Problems do not keep the other hosts from being read, except in YAML that is broken.
*/
export function parseAnsibleInventory(text: string, file: string): AnsibleInventory {
	const problems = new ProblemList(file);
	if (refuseLongText(text, problems)) {
		return {entries: [], problems: problems.list()};
	}

	const source = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
	const builder = new InventoryBuilder(problems);
	if (findFormat(source, file) === 'yaml') {
		readYamlInventory(source, file, builder);
	} else {
		readIniInventory(source, builder);
	}

	const entries = builder.list();
	return {entries, problems: problems.list()};
}

/** The format of an inventory, whose files often have no ending. */
function findFormat(text: string, file: string): 'ini' | 'yaml' {
	const ending = /\.(?<ending>[^.\/\\]+)$/v.exec(file)?.groups?.['ending']?.toLowerCase();
	if (ending === 'yaml' || ending === 'yml' || ending === 'json') {
		return 'yaml';
	}

	if (ending === 'ini' || ending === 'cfg') {
		return 'ini';
	}

	const first = /^[^\S\n\r]*(?<line>[^\s#;].*)$/mv.exec(text)?.groups?.['line']?.slice(0, 1000).trim() ?? '';
	// A key of YAML alone on its line; in INI a colon at the end means nothing.
	return /^(?:---|%YAML|\{)/v.test(first) || /^[^\s=\[].*:(?:\s+#.*)?$/v.test(first) || /^[^\s=\[]+:\s/v.test(first) ? 'yaml' : 'ini';
}
