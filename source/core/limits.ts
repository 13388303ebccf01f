/** The longest profile or catalog text that is read, in characters: a profile of 100,000 addresses has room, and an answer still comes soon. */
export const maxTextLength = 4_000_000;

/** The longest JSON that is read, in characters: a plan.json of thousands of hosts. */
export const maxJsonLength = 200_000_000;

/** How deep lists and maps may be nested: far deeper than in any profile or catalog file. */
export const maxDepth = 100;
