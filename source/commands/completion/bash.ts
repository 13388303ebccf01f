import type {Command, Word} from '../command.js';
import {formatKeys, formatPlaces, groupPlaces, listContexts, listSpellings, listValuePlaces, listWordPlaces, quote, type Context} from './contexts.js';

/**
The script for Bash 3.2 and later, as macOS has it: what newer ones add (`compopt`) is used where it is there.

Nothing that is typed or found is ever evaluated. `compgen -W` would: it expands its list.
*/
export function formatBash(commands: readonly Command[]): string {
	const contexts = listContexts(commands);
	return `# Completion of virt-fw-wizard for Bash. Printed by: virt-fw-wizard completion bash

# Add the words that begin with what is typed; the first argument is put in front of each.
_virt_fw_wizard_words() {
	local prefix=$1 word
	shift
	for word in "$@"; do
		if [[ $word == "$current"* ]]; then
			COMPREPLY+=("$(printf '%q' "$prefix$word")")
		fi
	done
}

# Add names that the program knows.
_virt_fw_wizard_names() {
	local name program=\${COMP_WORDS[0]}
	program=\${program/#\\~\\//$HOME/}
	while IFS= read -r name; do
		_virt_fw_wizard_words "$prefix" "$name"
	done < <("$program" completion names "$@" 2> /dev/null)
}

# Add files of some endings, and folders; without an ending folders only.
_virt_fw_wizard_files() {
	local typed=$current file ending
	# What is typed may have quotes, which names do not.
	typed=\${typed#[\\'\\"]}
	typed=\${typed//\\\\/}
	if [[ $typed == '~/'* ]]; then
		typed=$HOME/\${typed#'~/'}
	fi
	# The shell puts quotes around names where they are needed.
	compopt -o filenames 2> /dev/null
	while IFS= read -r file; do
		if [[ -d $file ]]; then
			COMPREPLY+=("$prefix$file")
		else
			for ending in "$@"; do
				if [[ $file == *".$ending" ]]; then
					COMPREPLY+=("$prefix$file")
					break
				fi
			done
		fi
	done < <(compgen -f -- "$typed")
}

# Add words of a list that do not stand in it yet.
_virt_fw_wizard_list() {
	local before='' word
	if [[ $current == *,* ]]; then
		before=\${current%,*},
		current=\${current##*,}
	fi
	compopt -o nospace 2> /dev/null
	for word in "$@"; do
		if [[ ,$before != *",$word,"* ]]; then
			_virt_fw_wizard_words "$prefix$before" "$word"
		fi
	done
}

_virt_fw_wizard() {
	local current=\${COMP_WORDS[COMP_CWORD]} prefix='' key='' option='' count=0 ended='' index word
	COMPREPLY=()
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=\${COMP_WORDS[index]}
		if [[ -n $option ]]; then
			# The shell takes --out=x apart.
			if [[ $word != '=' ]]; then
				option=''
			fi
		elif [[ -z $ended && $word == -- ]]; then
			ended=1
		elif [[ -z $ended && $word == -?* ]]; then
			case "$key $word" in
				${formatKeys(listValuePlaces(contexts).map(({key}) => key))}) option=$word ;;
			esac
		else
			case "\${key:+$key }$word" in
				${formatKeys(contexts.filter(({key}) => key !== '').map(({key}) => key))}) key=\${key:+$key }$word ;;
				*) count=$((count + 1)) ;;
			esac
		fi
	done

	if [[ -n $option ]]; then
		if [[ $current == '=' ]]; then
			current=''
		fi
	elif [[ -z $ended && $current == --*=* ]]; then
		option=\${current%%=*}
		current=\${current#*=}
		prefix=$option=
	fi

	if [[ -n $option ]]; then
		case "$key $option" in
${formatPlaces(groupPlaces(listValuePlaces(contexts), formatWord))}
		esac
	elif [[ -z $ended && $current == -* ]]; then
		case "$key" in
${contexts.filter(({options}) => options.length > 0).map(context => formatOptions(context)).join('\n')}
		esac
	else
		case "$key $count" in
${formatPlaces([...contexts.filter(({next}) => next.length > 0).map(({key, next}) => [`_virt_fw_wizard_words '' ${next.map(({name}) => quote(name)).join(' ')}`, [`${key} 0`]] as const), ...groupPlaces(listWordPlaces(contexts), formatWord)])}
		esac
	fi
}

complete -F _virt_fw_wizard virt-fw-wizard
`;
}

function formatOptions({key, options}: Context): string {
	return `\t\t\t${quote(key)}) _virt_fw_wizard_words '' ${options.flatMap(option => listSpellings(option)).map(spelling => quote(spelling)).join(' ')} ;;`;
}

function formatWord(word: Word): string | undefined {
	const join = (texts: readonly string[]) => texts.map(text => quote(text)).join(' ');
	switch (word.kind) {
		case 'choice': {
			return `_virt_fw_wizard_words "$prefix" ${join(word.choices)}`;
		}

		case 'list': {
			return `_virt_fw_wizard_list ${join(word.choices)}`;
		}

		case 'folder': {
			return '_virt_fw_wizard_files';
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
