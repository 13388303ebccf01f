import * as z from 'zod/mini';
import {described} from '../described.js';
import {encryptions, networkRoles, type NetworkRole} from '../vocabulary.js';

export type {Encryption, NetworkRole} from '../vocabulary.js';

/*
The one definition of a catalog file. `catalog/schema.json` is generated from it, `parse.ts` checks files with it
and every other file of the core takes its catalog types from here.
*/

const text = z.string().check(z.trim(), z.minLength(1), z.maxLength(2000));
const idPattern = /^[a-z][a-z\d]*(?:[.\-][a-z\d]+)*$/v;
const id = z.string().check(z.regex(idPattern, 'an id is lower-case letters, digits and hyphens, and starts with a letter'), z.maxLength(80));
const reference = (description: string) => described(z.string().check(z.minLength(1), z.maxLength(200)), description);
const date = z.string().check(z.regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/v, 'a date is written YYYY-MM-DD'));
const url = z.url({protocol: /^https?$/v});

const encryptionSchema = z.enum(encryptions);
const networkRoleSchema = z.enum(networkRoles);

const rowReference = reference('A row of a document index, as `document-id/row-id`');
const sources = described(z.array(rowReference).check(z.minLength(1)), 'The rows this rests on; nothing is stated without one');

/*
Conditions stay plain data and small, so that `conditions.ts` can always say them in words.
*/
export type Condition
	= | {readonly all: readonly Condition[]}
		| {readonly any: readonly Condition[]}
		| {readonly not: Condition}
		| {readonly option: string; readonly is: string}
		| {readonly parameter: string; readonly atLeast: number}
		| {readonly version: {readonly atLeast?: string | undefined; readonly below?: string | undefined}}
		| {readonly component: string; readonly on: string}
		| {readonly component: string; readonly apart: string}
		| {readonly component: string; readonly used: boolean}
		| {readonly mode: string}
		| {readonly product: string};

export const conditionSchema: z.ZodMiniType<Condition> = z.lazy(() => z.union([
	z.strictObject({all: z.array(conditionSchema).check(z.minLength(1))}),
	z.strictObject({any: z.array(conditionSchema).check(z.minLength(1))}),
	z.strictObject({not: conditionSchema}),
	z.strictObject({option: reference('An option of this product'), is: reference('`yes`, `no` or one of its choices')}),
	z.strictObject({parameter: reference('A count parameter of this product'), atLeast: z.number()}),
	z.strictObject({version: z.strictObject({atLeast: z.optional(z.string()), below: z.optional(z.string())})}),
	z.strictObject({component: reference('A component of this product, or `product/component` of another'), on: reference('The component on whose host it runs')}),
	z.strictObject({component: reference('A component of this product, or `product/component` of another'), apart: reference('The component on whose host it does not run, although it is used')}),
	z.strictObject({component: reference('A component of this product, or `product/component` of another'), used: z.boolean()}),
	z.strictObject({mode: reference('A mode of this product')}),
	z.strictObject({product: reference('Another product of the design')}),
]));

const when = described(z.optional(conditionSchema), 'The condition under which it applies; without one it always does');

/** A component runs on a host of its own, on the host of another component, or is not used. */
const placement = z.strictObject({
	default: described(z.string(), '`own-host`, `not-used`, or the component whose host it shares'),
	choices: described(z.array(z.string()).check(z.minLength(1)), 'What the wizard offers; the default is one of them'),
	sources: z.optional(sources),
});

const roles = described(z.array(networkRoleSchema).check(z.minLength(1)), 'Network roles its machine can have an interface for');
const named = described(z.optional(z.array(text)), 'The words the documents use for it, letter for letter; the row check maps them');

const component = z.strictObject({
	name: text,
	summary: text,
	roles,
	several: described(z.optional(z.boolean()), 'A set of alike machines, so that it can talk to others of its kind'),
	placement: z.optional(placement),
	is: described(z.optional(z.array(reference('`product/component`'))), 'The component of another product that it is when both are chosen'),
	when: described(when, 'When the product has this component at all'),
	hostFirewall: described(z.optional(z.strictObject({automaticWhen: conditionSchema, by: text})), 'Who writes its host firewall when it is not the administrator'),
	named,
});

const actor = z.strictObject({
	name: text,
	summary: text,
	roles,
	shared: described(z.optional(id), 'Host id shared by all products that mean the same outsider, as dns-server'),
	unnamed: described(z.optional(z.boolean()), 'The documents leave open who this is: no rule until the site names addresses'),
	administers: described(z.optional(z.boolean()), 'People or programs that administer the product: a proposal of networks puts them with the administrators'),
	named,
});

const option = z.strictObject({
	question: described(text, 'A short question'),
	summary: described(text, 'What yes means, or what is chosen, as words that can follow "because"'),
	kind: z.enum(['yes-no', 'choice']),
	choices: z.optional(z.record(id, text)),
	default: z.string(),
	when,
	sources: z.optional(sources),
});

const parameter = z.strictObject({
	question: text,
	summary: text,
	kind: described(z.enum(['port', 'ports', 'port-range', 'services', 'count']), '`services` is a list as tcp/2049, udp/111'),
	default: described(z.optional(z.union([z.string(), z.array(z.string()), z.number()])), 'The documented default; left out where the documents give none'),
	documented: described(z.optional(text), 'How the documents print the value where it is no number, as 6900-?'),
	from: described(z.optional(z.number()), 'The documented first port of a range whose end the site must give'),
	when,
	sources,
});

const mode = z.strictObject({
	name: text,
	platform: described(text, 'The platform it is a way to work with'),
	summary: text,
	caution: described(z.optional(text), 'What to know about the version or completeness of its source'),
	sources: z.optional(sources),
});

const party = z.union([
	z.strictObject({component: reference('A component of this product'), role: described(z.union([networkRoleSchema, z.array(networkRoleSchema).check(z.minLength(1))]), 'Its network role, or roles in order of preference')}),
	z.strictObject({actor: reference('An actor of this product'), role: z.optional(z.union([networkRoleSchema, z.array(networkRoleSchema).check(z.minLength(1))]))}),
]);

const service = z.strictObject({
	protocol: z.enum(['tcp', 'udp', 'icmp', 'ip']),
	number: described(z.optional(z.number().check(z.minimum(0), z.maximum(255))), 'The IP protocol number when protocol is ip'),
	ports: described(z.optional(z.array(z.string().check(z.regex(/^\d{1,5}(?:-\d{1,5})?$/v, 'a port text is a number or first-last'))).check(z.minLength(1))), 'Destination ports as quoted texts'),
	parameter: described(z.optional(z.string()), 'The parameter the ports come from instead'),
	application: described(z.optional(id), 'An entry of catalog/services.yaml'),
});

const reading = z.strictObject({
	chosen: described(text, 'What this catalog does'),
	because: text,
	others: described(z.array(z.strictObject({row: rowReference, says: text})).check(z.minLength(1)), 'What the documents say that this reading does not follow'),
});

const flow = z.strictObject({
	id,
	summary: described(text, 'The purpose in our own words'),
	mode: described(z.optional(z.union([id, z.array(id).check(z.minLength(1))])), 'The mode or modes it belongs to'),
	initiator: party,
	responder: party,
	service,
	need: z.enum(['required', 'optional', 'conditional']),
	when,
	scope: described(z.optional(z.literal('cluster')), 'Only between hosts of one cluster'),
	encrypted: encryptionSchema,
	action: z.optional(z.enum(['permit', 'deny'])),
	family: described(z.optional(z.enum(['ipv4', 'ipv6'])), 'The only IP version it concerns'),
	withheld: described(z.optional(z.strictObject({unless: z.optional(conditionSchema), reason: text})), 'Documented, but not opened unless the condition holds'),
	reading: described(z.optional(reading), 'How a contradiction was resolved, with both readings'),
	review: described(z.optional(text), 'What the reviewer should look at, because the document is unclear'),
	sources,
});

const advice = z.strictObject({
	id,
	for: described(z.enum(['design', 'change-plan', 'risk']), 'Who acts on it: the designer, the person who makes the change, the person who carries the risk'),
	text,
	component: described(z.optional(z.string()), 'The component on whose host it is a prerequisite'),
	own: described(z.optional(z.boolean()), 'Advice of this project, not of the document'),
	when,
	sources,
});

const openQuestion = z.strictObject({
	id,
	text,
	askOf: described(z.enum(['vendor', 'network team', 'security team', 'platform team', 'storage team']), 'Who can answer'),
	flows: described(z.optional(z.array(z.string())), 'Flows of this product it is about'),
	when,
	sources,
});

/** A catalog file: one product. */
export const productSchema = z.strictObject({
	$schema: z.optional(z.string()),
	id,
	name: text,
	kind: z.enum(['virtualization', 'key management', 'backup', 'infrastructure']),
	summary: described(text, 'One line of what it is'),
	versions: described(z.array(z.string()).check(z.minLength(1)), 'Oldest first; conditions compare by position'),
	defaultVersion: z.string(),
	reviewed: described(date, 'When a person last compared the whole file with its documents'),
	documents: described(z.array(id).check(z.minLength(1)), 'Ids of files in catalog/documents/'),
	components: z.record(id, component),
	actors: z.record(id, actor),
	options: z.record(id, option),
	parameters: z.record(id, parameter),
	modes: z.optional(z.record(id, mode)),
	flows: z.array(flow).check(z.minLength(1)),
	advice: z.array(advice),
	openQuestions: z.array(openQuestion),
	moved: described(z.optional(z.record(id, id)), 'Old flow id to new flow id, so that saved profiles still resolve'),
});

const row = z.strictObject({
	id,
	section: text,
	where: described(text, 'Enough to find the row again: its place in the section'),
	kind: described(z.enum(['flow', 'statement']), 'A flow row names ports; a statement asks for or says something else'),
	from: described(z.optional(z.array(text)), 'Initiators in the words of the document; left out where it names none'),
	to: described(z.optional(z.array(text)), 'Responders, likewise'),
	services: described(z.optional(z.array(z.string())), 'As tcp/22, udp/161, icmp, ip/41, tcp/6900-? for an open end, tcp/NAME for a named setting, unstated'),
	encrypted: z.optional(encryptionSchema),
	need: described(z.optional(z.enum(['stated', 'optional', 'conditional'])), 'As the document marks it'),
	says: described(text, 'What the row says, in our own words'),
	setAside: described(z.optional(text), 'Why no catalog entry rests on it'),
});

/** An index of every row of one source document, against which the catalog is checked. */
export const documentSchema = z.strictObject({
	$schema: z.optional(z.string()),
	id,
	title: text,
	publisher: text,
	edition: z.optional(text),
	url: z.optional(url),
	retrieved: date,
	extent: described(text, 'How much of the document could be read'),
	caution: z.optional(text),
	rows: z.array(row).check(z.minLength(1)),
});

const roleEntry = z.strictObject({
	name: text,
	summary: text,
	explicit: described(z.optional(z.boolean()), 'A host has an interface in this role only where the profile gives it one; outsiders live in it'),
});
/** `catalog/roles.yaml`: the words for each network role. */
export const rolesSchema = z.record(networkRoleSchema, roleEntry);

const application = z.strictObject({
	name: text,
	administrative: described(z.optional(z.boolean()), 'It gives control over the responder'),
	clearText: described(z.optional(z.boolean()), 'Known to be readable on the wire'),
	alternative: described(z.optional(text), 'The encrypted way to do the same'),
});
/** `catalog/services.yaml`: applications that several products speak. */
export const applicationsSchema = z.record(id, application);

export type Product = z.infer<typeof productSchema>;
export type Component = Product['components'][string];
export type Actor = Product['actors'][string];
export type Option = Product['options'][string];
export type Parameter = Product['parameters'][string];
export type CatalogFlow = Product['flows'][number];
export type Party = CatalogFlow['initiator'];
export type Advice = Product['advice'][number];
export type OpenQuestion = Product['openQuestions'][number];
export type SourceDocument = z.infer<typeof documentSchema>;
export type Row = SourceDocument['rows'][number];
export type Roles = Readonly<Record<NetworkRole, z.infer<typeof roleEntry>>>;
export type Applications = Readonly<Record<string, z.infer<typeof application>>>;

/** Everything the catalog folder holds, keyed by id and in order of id. */
export type Catalog = {
	readonly products: Readonly<Record<string, Product>>;
	readonly documents: Readonly<Record<string, SourceDocument>>;
	readonly roles: Roles;
	readonly applications: Applications;
};
