/** As many texts are kept for each way to write one: far more than a document of hundreds of hosts has. */
const mostTexts = 20_000;

/** Let a function of a text remember what it returned: titles, purposes and evidence stand in a document hundreds of times. */
export function remember(format: (text: string) => string): (text: string) => string {
	const known = new Map<string, string>();
	return text => {
		const remembered = known.get(text);
		if (remembered !== undefined) {
			return remembered;
		}

		if (known.size === mostTexts) {
			known.clear();
		}

		const formatted = format(text);
		known.set(text, formatted);
		return formatted;
	};
}
