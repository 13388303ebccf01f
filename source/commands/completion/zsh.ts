import type {Command, Word} from '../command.js';
import {formatKeys, formatPlaces, groupPlaces, listContexts, listSpellings, listValuePlaces, listWordPlaces, quote} from './contexts.js';

/** The script for Z shell: to be sourced after compinit, or to lie in a folder of `fpath` as `_virt-fw-wizard`. */
export function formatZsh(commands: readonly Command[]): string {
	const contexts = listContexts(commands);
	return `#compdef virt-fw-wizard
# Completion of virt-fw-wizard for Z shell. Printed by: virt-fw-wizard completion zsh

_virt_fw_wizard_names() {
	local -a names
	names=("\${(@f)$("\${\${(Q)words[1]}/#\\~\\//$HOME/}" completion names "$@" 2> /dev/null)}")
	names=(\${names:#})
	compadd -- $names
}

# Files of some endings, and folders.
_virt_fw_wizard_files() {
	_files -g "*.(\${(j:|:)@})(-.)"
}

# Words of a list that do not stand in it yet.
_virt_fw_wizard_list() {
	compset -P '*,'
	local -a used
	used=("\${(@s:,:)IPREFIX##*=}")
	compadd -q -S , -- \${@:|used}
}

_virt_fw_wizard() {
	local key='' option='' ended='' word
	local -i count=0 index
	local -a entries
	for ((index = 2; index < CURRENT; index++)); do
		word=\${(Q)words[index]}
		if [[ -n $option ]]; then
			option=''
		elif [[ -z $ended && $word == -- ]]; then
			ended=1
		elif [[ -z $ended && $word == -?* ]]; then
			case "$key $word" in
				${formatKeys(listValuePlaces(contexts).map(({key}) => key))}) option=$word ;;
			esac
		else
			case "\${key:+$key }$word" in
				${formatKeys(contexts.filter(({key}) => key !== '').map(({key}) => key))}) key="\${key:+$key }$word" ;;
				*) ((++count)) ;;
			esac
		fi
	done

	if [[ -z $option && -z $ended && $PREFIX == --*=* ]]; then
		option=\${PREFIX%%=*}
		compset -P '*='
	fi

	if [[ -n $option ]]; then
		case "$key $option" in
${formatPlaces(groupPlaces(listValuePlaces(contexts), formatWord))}
		esac
	elif [[ -z $ended && $PREFIX == -* ]]; then
		case "$key" in
${contexts.filter(({options}) => options.length > 0).map(({key, options}) => `\t\t\t${quote(key)}) entries=(${options.flatMap(option => listSpellings(option).map(spelling => formatEntry(spelling, option.summary))).join(' ')}) ;;`).join('\n')}
		esac
		_describe -o option entries
	else
		case "$key $count" in
${contexts.filter(({next}) => next.length > 0).map(({key, next}) => `\t\t\t${quote(`${key} 0`)}) entries=(${next.map(({name, summary}) => formatEntry(name, summary)).join(' ')}); _describe command entries ;;`).join('\n')}
${formatPlaces(groupPlaces(listWordPlaces(contexts), formatWord))}
		esac
	fi
}

if [[ \${funcstack[1]} == _virt[-_]fw[-_]wizard ]]; then
	_virt_fw_wizard "$@"
else
	compdef _virt_fw_wizard virt-fw-wizard
fi
`;
}

/** A word and what it means, in the form of _describe. */
function formatEntry(word: string, summary: string): string {
	return quote(`${word.replaceAll(':', String.raw`\:`)}:${summary}`);
}

function formatWord(word: Word): string | undefined {
	const join = (texts: readonly string[]) => texts.map(text => quote(text)).join(' ');
	switch (word.kind) {
		case 'choice': {
			return `compadd -- ${join(word.choices)}`;
		}

		case 'list': {
			return `_virt_fw_wizard_list ${join(word.choices)}`;
		}

		case 'folder': {
			return '_files -/';
		}

		case 'file': {
			return `_virt_fw_wizard_files ${join(word.endings)}`;
		}

		case 'name': {
			return `_virt_fw_wizard_names ${join(word.of)}${word.endings === undefined ? '' : `; _virt_fw_wizard_files ${join(word.endings)}`}`;
		}

		case 'text': {
			return undefined;
		}
	}
}
