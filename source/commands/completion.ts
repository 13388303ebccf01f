import {nameKinds, exitCodes, type Command, type CommandInput} from './command.js';

/** `completion`: a script for a shell, made from the table of commands; and the names such a script asks for. */
export async function runCompletion({words, write}: CommandInput, commands: readonly Command[]): Promise<number> {
	const [shell, ...kinds] = words;
	switch (shell!) {
		case 'bash': {
			const {formatBash} = await import('./completion/bash.js');
			write(formatBash(commands));
			break;
		}

		case 'zsh': {
			const {formatZsh} = await import('./completion/zsh.js');
			write(formatZsh(commands));
			break;
		}

		case 'fish': {
			const {formatFish} = await import('./completion/fish.js');
			write(formatFish(commands));
			break;
		}

		default: {
			const {listNames} = await import('./completion/names.js');
			write(nameKinds.filter(kind => kinds.includes(kind)).flatMap(kind => listNames(kind)).map(name => `${name}\n`).join(''));
		}
	}

	return exitCodes.done;
}
