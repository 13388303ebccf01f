import type {Command, CommandOption, Word} from '../command.js';
import {listContexts, listValuePlaces, quote, type Context} from './contexts.js';

const say = (text: string) => quote(text, 'fish');

/** The script for fish, 3.0 and later. */
export function formatFish(commands: readonly Command[]): string {
	const contexts = listContexts(commands);
	return String.raw`# Completion of virt-fw-wizard for fish. Printed by: virt-fw-wizard completion fish

# Whether what stands before the cursor is a command (with its subcommand), and so many further words.
function __virt_fw_wizard_at --argument-names wanted number
	set -l words (commandline -opc)
	set -e words[1]
	set -l key ''
	set -l count 0
	set -l option ''
	set -l ended ''
	for word in $words
		if test -n "$option"
			set option ''
		else if test -z "$ended"; and test "$word" = --
			set ended 1
		else if test -z "$ended"; and string match -q -- '-?*' "$word"
			switch "$key $word"
				case ${listValuePlaces(contexts).map(({key}) => say(key)).join(' ')}
					set option "$word"
			end
		else
			set -l next (string trim -- "$key $word")
			switch "$next"
				case ${contexts.filter(({key}) => key !== '').map(({key}) => say(key)).join(' ')}
					set key "$next"
				case '*'
					set count (math $count + 1)
			end
		end
	end
	test "$key" = "$wanted"; and test -z "$number" -o "$count" = "$number"
end

# Names that the program knows.
function __virt_fw_wizard_names
	set -l program (commandline -opc)[1]
	set program (string replace -r '^~/' "$HOME/" -- "$program")
	command $program completion names $argv 2> /dev/null
end

# What is typed of a word, or of the value of an option.
function __virt_fw_wizard_typed
	set -l typed (commandline -ct)
	set -l plain (string unescape -- $typed 2> /dev/null)
	string replace -r '^--?[a-z-]+=' '' -- $plain $typed | head -n 1
end

# Files of some endings, and folders; without an ending folders only.
function __virt_fw_wizard_files
	set -l typed (__virt_fw_wizard_typed)
	set -l place (string replace -r '^~/' "$HOME/" -- "$typed")
	for file in $place*
		set -l shown (string replace -- "$place" "$typed" $file)
		if test -d $file
			printf '%s/\\n' $shown
		else
			for ending in $argv
				if string match -q -- "*.$ending" $file
					printf '%s\\n' $shown
				end
			end
		end
	end
end

# Words of a list that do not stand in it yet.
function __virt_fw_wizard_list
	set -l typed (__virt_fw_wizard_typed)
	set -l used (string split ',' -- $typed)
	set -l before (string replace -r '[^,]*$' '' -- $typed)
	for word in $argv
		if not contains -- $word $used[1..-2]
			printf '%s\n' "$before$word"
		end
	end
end

complete -c virt-fw-wizard -f
${contexts.flatMap(context => formatContext(context)).join('\n')}
`;
}

function formatContext({key, next, words, options}: Context): string[] {
	const at = (number?: number) => say(`__virt_fw_wizard_at ${quote(key, 'fish')}${number === undefined ? '' : ` ${number}`}`);
	return [
		...next.map(({name, summary}) => `complete -c virt-fw-wizard -n ${at(0)} -a ${say(name)} -d ${say(summary)}`),
		...words.flatMap(({word}, index) => {
			const answer = formatWord(word);
			return answer === undefined ? [] : [`complete -c virt-fw-wizard -n ${at(index)} -a ${say(answer)}`];
		}),
		...options.map(option => `complete -c virt-fw-wizard -n ${at()} ${formatOption(option)}`),
	];
}

function formatOption({name, short, value, word, summary}: CommandOption): string {
	const answer = word === undefined ? undefined : formatWord(word);
	return [`-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`]), ...(value === undefined ? [] : ['-x']), ...(answer === undefined ? [] : [`-a ${say(answer)}`]), `-d ${say(summary)}`].join(' ');
}

function formatWord(word: Word): string | undefined {
	switch (word.kind) {
		case 'choice': {
			return word.choices.join(' ');
		}

		case 'list': {
			return `(__virt_fw_wizard_list ${word.choices.join(' ')})`;
		}

		case 'folder': {
			return '(__virt_fw_wizard_files)';
		}

		case 'file': {
			return `(__virt_fw_wizard_files ${word.endings.join(' ')})`;
		}

		case 'name': {
			return `(__virt_fw_wizard_names ${word.of.join(' ')})${word.endings === undefined ? '' : ` (__virt_fw_wizard_files ${word.endings.join(' ')})`}`;
		}

		case 'text': {
			return undefined;
		}
	}
}
