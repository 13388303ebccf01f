/*
Closed lists of words that catalog, profile and plan share. They are apart from the schemas that check them, because most of the program knows the words and
checks nothing: to build a schema takes longer than to derive a plan.
*/

/** Network roles an interface can have; `catalog/roles.yaml` holds the words for each. */
export const networkRoles = ['management', 'storage', 'migration', 'guest', 'heartbeat', 'client', 'console', 'backup', 'out-of-band'] as const;
export type NetworkRole = (typeof networkRoles)[number];

/** What a document says of encryption: `unstated` where it is silent, never a guess. */
export const encryptions = ['yes', 'no', 'unstated'] as const;
export type Encryption = (typeof encryptions)[number];

/** An id of a profile's own, as of a zone or host: lower-case letters and digits, in parts with single hyphens or dots between them. */
export const slugPattern = /^[a-z\d]+(?:[.\-][a-z\d]+)*$/v;

/** The longest such id, in characters. */
export const maxSlugLength = 80;

/** Words that are no ids: they mean something else to the language this program is written in. */
export const reservedSlugs: readonly string[] = ['constructor', 'prototype'];

/** Trust of a zone, from the least to the most trusted. */
export const trustLevels = ['untrusted', 'dmz', 'user', 'internal', 'restricted'] as const;
export type Trust = (typeof trustLevels)[number];
