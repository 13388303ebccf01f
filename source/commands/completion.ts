import type {Command, CommandInput} from './command.js';

export async function runCompletion(_input: CommandInput, _commands: readonly Command[]): Promise<number> {
	return 0;
}
