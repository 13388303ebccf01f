import {EvidenceFinder, findRow} from '../core/evidence.js';
import {showLine} from '../core/text.js';
import type {Control} from './control.js';
import type {Design} from './design.js';
import type {NamedEffect} from './previews.js';
import {getSigns, writeSigns} from './text/signs.js';
import type {Described} from './described.js';
import {line, span, type StyledLine} from './text/styled.js';
import {wrapLine} from './text/width.js';

export type HelpContext = {
	/** What is said above the question's answers, where a small screen may have cut it. */
	readonly intro: string | undefined;
	/** What is asked about. */
	readonly focused: Described | undefined;
	/** What other answers change; asked each time, as some of it is derived while help is open. */
	readonly listEffects: () => readonly NamedEffect[];
	readonly isUnicode: boolean;
};

/** Help on a question: what it means, what other answers change, what the vendor's documents say and where, and the keys. */
export function makeHelp({catalog}: Design, {intro, focused, listEffects, isUnicode}: HelpContext): Control {
	const evidence = new EvidenceFinder(catalog);
	const {ellipsis} = getSigns(isUnicode);
	return {
		kind: 'text',
		question: focused === undefined ? 'Help' : showLine(focused.label),
		lines(columns) {
			const paragraph = (styled: StyledLine, hanging = 0) => wrapLine(styled, columns, {hanging});
			const sources = focused?.sources ?? [];
			const effects = listEffects();
			return [
				...(intro === undefined ? [] : [...paragraph(line(showLine(intro))), []]),
				...(focused?.lines?.(columns) ?? []),
				...(focused?.about ?? []).flatMap(({text, tone}) => paragraph([span(showLine(text), tone)])),
				...(effects.length === 0 ? [] : [[], line(span('What another answer changes', 'strong'))]),
				...effects.flatMap(({label, effect}) => paragraph(line(span(`${label}: `, 'accent'), effect === undefined ? ellipsis : writeSigns(showLine(effect, 10_000), isUnicode)), 2)),
				...(sources.length === 0 ? [] : [[], line(span('What the documents say', 'strong'))]),
				...sources.flatMap(reference => {
					const {title, section, where, caution} = evidence.get(reference);
					const says = findRow(catalog, reference)?.row.says;
					return [
						...paragraph(line(showLine(`${title}: ${section}, ${where}`)), 2),
						...(says === undefined ? [] : paragraph(line(span(`  ${showLine(says)}`, 'muted')), 2)),
						...(caution === undefined ? [] : paragraph(line(span(`  ! ${showLine(caution)}`, 'warning')), 2)),
					];
				}),
				...(focused === undefined ? [] : [[]]),
				line(span('Keys', 'strong')),
				...listKeys(isUnicode).flatMap(([keys, meaning]) => paragraph(line(span(keys.padEnd(16), 'accent'), meaning), 16)),
			];
		},
	};
}

/** The keys and what they do; the readme's table is made from them. */
export function listKeys(isUnicode: boolean): ReadonlyArray<readonly [string, string]> {
	return [
		[isUnicode ? '↑ ↓ or k j' : 'up down or k j', 'move; Page Up, Page Down, Home and End too'],
		[isUnicode ? '← → or space' : 'left right space', 'another answer to the highlighted question; y and n answer yes and no'],
		['enter', 'choose, or go on to the next field; on the last row to the next step'],
		['ctrl+n', 'go on to the next step at once'],
		['escape', 'what was there before, while you type; else one step back, and every answer stays'],
		[isUnicode ? '← → or h l' : 'left right or h l', 'in a table the next role, in the review the next tab; 1 to 4 choose a tab'],
		['(answer)', 'nobody gave it: the documents or this tool assume it; [answer] was given'],
		['/', 'filter a list, or a tab of the review, by words; escape shows all again'],
		['space', 'select or unselect where several can be chosen'],
		['ctrl+g', 'go to any step'],
		['ctrl+x', 'write the answers to a file'],
		['ctrl+r', 'go to the review; from there enter leads to a question and escape back'],
		['ctrl+s', 'says where the answers are saved; they are after every answer'],
		['? or F1', 'this help; F1 also while you type'],
		['ctrl+z', 'put the wizard aside (fg brings it back)'],
		['ctrl+c', 'leave; the next start offers to go on here'],
	];
}
