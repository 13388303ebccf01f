import * as z from 'zod/mini';
import {isDate} from '../dates.js';
import {described} from '../described.js';
import {findUnfitCharacter} from '../text.js';
import {encryptions, maxSlugLength, networkRoles, reservedSlugs, slugPattern, trustLevels} from '../vocabulary.js';

export type {Trust} from '../vocabulary.js';

/*
The one definition of a profile. The published JSON Schema is generated from it.
*/

/** The version that this program writes; older ones are migrated, newer ones refused. */
export const profileVersion = 1;

const fit = (multiline: boolean) => z.refine<string>(text => findUnfitCharacter(text, {multiline}) === undefined, {
	error: issue => `contains ${findUnfitCharacter(String(issue.input), {multiline}) ?? 'an unfit character'}`,
});
const line = z.string().check(z.minLength(1), z.maxLength(200), fit(false));
const prose = z.string().check(z.minLength(1), z.maxLength(4000), fit(true));

/** An id of the profile's own: of a zone, a host, a site flow. */
export const slugSchema = z.string().check(
	z.regex(slugPattern, 'an id is lower-case letters, digits and single hyphens or dots'),
	z.maxLength(maxSlugLength),
	z.refine(text => !reservedSlugs.includes(text), {error: 'this word is reserved'}),
);
const date = z.string().check(z.refine(isDate, {error: 'a date is written YYYY-MM-DD and exists in the calendar'}));

const networkRoleSchema = z.enum(networkRoles);
const yesNo = z.union([z.string(), z.boolean()]);
const parameterValue = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]);

const productAnswers = z.strictObject({
	version: described(z.optional(z.string()), 'One of the versions of the product file; its default when left out'),
	options: described(z.optional(z.record(slugSchema, yesNo)), 'yes, no, or a choice'),
	parameters: described(z.optional(z.record(slugSchema, parameterValue)), 'Ports, ranges, services or counts that the site decides'),
	modes: described(z.optional(z.array(slugSchema)), 'The ways of working that are used'),
	components: described(z.optional(z.record(slugSchema, z.string())), 'own-host, not-used, or the component whose host it shares (component or product/component)'),
});

const zone = z.strictObject({
	id: slugSchema,
	title: line,
	trust: described(z.enum(trustLevels), 'From least to most trusted: untrusted, dmz, user, internal, restricted'),
	administration: described(z.optional(z.boolean()), 'Administrators work from here'),
	networks: described(z.optional(z.array(z.string())), 'CIDR blocks, IPv4 and IPv6'),
	vlan: z.optional(z.int().check(z.minimum(1), z.maximum(4094))),
});

const host = z.strictObject({
	title: z.optional(line),
	components: described(z.optional(z.array(z.string())), 'product/component entries that run here, for hosts beyond the derived ones'),
	count: described(z.optional(z.int().check(z.minimum(1), z.maximum(100_000))), 'How many alike machines this is'),
	cluster: described(z.optional(slugSchema), 'The cluster or pool it belongs to; flows inside a cluster stay inside'),
	zones: described(z.optional(z.partialRecord(networkRoleSchema, slugSchema)), 'Zone of each network role of this host, over the networks of the profile'),
	addresses: described(z.optional(z.partialRecord(networkRoleSchema, z.array(z.string()))), 'Addresses, CIDR blocks, ranges or DNS names of each network role'),
});

const siteEnd = z.strictObject({host: slugSchema, role: z.optional(networkRoleSchema)});
const siteFlow = z.strictObject({
	id: slugSchema,
	initiator: siteEnd,
	responder: siteEnd,
	protocol: z.enum(['tcp', 'udp']),
	ports: described(z.string(), 'As "443" or "80, 5900-5910"'),
	encrypted: z.optional(z.enum(encryptions)),
	purpose: line,
	reason: described(prose, 'Why the site adds a flow that no vendor document states'),
});

const change = z.strictObject({
	title: z.optional(line),
	ticket: z.optional(line),
	project: z.optional(line),
	environment: z.optional(line),
	marking: described(z.optional(line), 'Handling mark, as "internal"'),
	requester: z.optional(line),
	owner: z.optional(line),
	contacts: z.optional(z.array(line)),
	approvers: z.optional(z.array(line)),
	reason: z.optional(prose),
	impact: described(z.optional(prose), 'What breaks without the change'),
	kind: z.optional(z.enum(['permanent', 'temporary'])),
	window: described(z.optional(line), 'When it may be implemented'),
	expiry: described(z.optional(date), 'Last day of a temporary change'),
	review: described(z.optional(date), 'Day of the next review of a permanent change'),
	logging: described(z.optional(z.enum(['none', 'session start', 'session end', 'session start and end'])), 'What the firewall logs for each line'),
	test: z.optional(z.strictObject({responsible: line, note: z.optional(prose)})),
	rollback: z.optional(z.strictObject({responsible: line, note: z.optional(prose)})),
});

const acceptance = z.strictObject({
	finding: described(z.string().check(z.minLength(1), z.maxLength(300), fit(false)), 'Id of the finding as the documents print it'),
	reason: prose,
	by: line,
	on: date,
	until: z.optional(date),
});

export const zonesSchema = z.array(zone).check(z.minLength(1, 'at least one zone is needed'));

/** Network role to zone. */
export const networksSchema = z.partialRecord(networkRoleSchema, slugSchema);

/** A profile: every answer of a design. */
export const profileSchema = z.strictObject({
	$schema: z.optional(z.string()),
	schemaVersion: z.literal(profileVersion),
	name: described(slugSchema, 'Short name, also the file name of a saved profile'),
	title: line,
	description: z.optional(prose),
	products: described(z.record(slugSchema, productAnswers), 'The chosen products'),
	zones: zonesSchema,
	networks: described(networksSchema, 'Network role to zone; `management` carries every role that is not listed'),
	hosts: z.optional(z.record(slugSchema, host)),
	siteFlows: described(z.optional(z.array(siteFlow)), 'Flows the site adds; shown as its own, without vendor evidence'),
	change: z.optional(change),
	acceptedFindings: z.optional(z.array(acceptance)),
	answeredQuestions: described(z.optional(z.record(z.string().check(z.maxLength(200), fit(false)), z.strictObject({answer: prose, by: line, on: date}))), 'Open questions somebody has answered'),
});

export type Profile = z.infer<typeof profileSchema>;
export type ProductAnswers = Profile['products'][string];
export type ProfileZone = Profile['zones'][number];
export type ProfileHost = NonNullable<Profile['hosts']>[string];
export type SiteFlow = NonNullable<Profile['siteFlows']>[number];
export type Change = NonNullable<Profile['change']>;
