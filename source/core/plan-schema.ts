import * as z from 'zod/mini';
import {dispositions, severities} from './model.js';
import type {Outcome} from './problem.js';
import {parseStructuredText} from './structured-text.js';
import {encryptions, networkRoles, trustLevels} from './vocabulary.js';

/*
The contract of plan.json. Objects are open: a newer program may add keys, and readers ignore what they do not know.
*/

const texts = z.array(z.string());
const networkRoleSchema = z.enum(networkRoles);
const encryptionSchema = z.enum(encryptions);
const ipVersion = z.union([z.literal(4), z.literal(6)]);
const protocol = z.enum(['tcp', 'udp', 'icmp', 'ip']);
const need = z.enum(['required', 'optional', 'conditional']);
const evidence = z.looseObject({document: z.string(), title: z.string(), section: z.string(), where: z.string(), row: z.string(), url: z.optional(z.string()), caution: z.optional(z.string())});
const flowEnd = z.looseObject({component: z.string(), name: z.string(), host: z.optional(z.string()), zone: z.optional(z.string()), role: networkRoleSchema});
const ruleEnd = z.looseObject({host: z.string(), title: z.string(), role: networkRoleSchema, interface: z.string(), addresses: texts, placeholder: z.optional(z.string())});

const rule = z.looseObject({
	id: z.string(),
	scope: z.enum(['network', 'host']),
	conduit: z.string(),
	sourceZone: z.string(),
	destinationZone: z.string(),
	ipVersion,
	protocol,
	number: z.optional(z.number()),
	ports: texts,
	sources: z.array(ruleEnd),
	destinations: z.array(ruleEnd),
	need,
	encrypted: z.enum([...encryptions, 'mixed']),
	services: z.array(z.looseObject({ports: texts, encrypted: encryptionSchema, purpose: z.string(), application: z.optional(z.string())})),
	logging: z.string(),
	expiry: z.string(),
	flows: texts,
	status: z.enum(['add', 'change', 'keep']),
	isReady: z.boolean(),
});

/** Plan.json as other programs may rely on it. */
export const planSchema = z.looseObject({
	schema: z.literal('virt-fw-wizard/plan/1'),
	tool: z.looseObject({name: z.string(), version: z.string()}),
	date: z.string(),
	request: z.looseObject({id: z.string(), revision: z.string(), earlier: z.optional(z.looseObject({id: z.string(), revision: z.string(), date: z.string()}))}),
	profile: z.looseObject({name: z.string(), title: z.string(), hash: z.string(), schemaVersion: z.number()}),
	catalog: z.looseObject({
		hash: z.string(),
		products: z.array(z.looseObject({id: z.string(), name: z.string(), version: z.string(), reviewed: z.string()})),
		documents: z.array(z.looseObject({id: z.string(), title: z.string(), publisher: z.string(), retrieved: z.string(), rows: z.number(), setAside: z.array(z.looseObject({row: z.string(), says: z.string(), reason: z.string()}))})),
	}),
	zones: z.array(z.looseObject({
		id: z.string(),
		title: z.string(),
		trust: z.enum(trustLevels),
		administration: z.boolean(),
		vlan: z.optional(z.number()),
		networks: texts,
		ipVersions: z.array(ipVersion),
	})),
	hosts: z.array(z.looseObject({
		id: z.string(),
		title: z.string(),
		kind: z.enum(['host', 'actor']),
		components: z.array(z.looseObject({product: z.string(), component: z.string()})),
		cluster: z.string(),
		hostFirewall: z.looseObject({automatic: z.boolean(), by: z.string()}),
		interfaces: z.array(z.looseObject({id: z.string(), role: networkRoleSchema, zone: z.optional(z.string()), ipVersions: z.array(ipVersion), isPlaceholder: z.boolean()})),
	})),
	flows: z.array(z.looseObject({
		id: z.string(),
		product: z.string(),
		catalogFlow: z.string(),
		disposition: z.enum(dispositions),
		reason: z.string(),
		initiator: flowEnd,
		responder: flowEnd,
		service: z.looseObject({protocol, number: z.optional(z.number()), ports: texts, application: z.optional(z.string()), documentedPorts: z.optional(texts)}),
		need,
		encrypted: encryptionSchema,
		purpose: z.string(),
		ipVersions: z.array(ipVersion),
		sources: z.array(evidence),
	})),
	rules: z.array(rule),
	removed: z.array(rule),
	denies: z.array(z.looseObject({
		id: z.string(),
		ipVersion: z.optional(ipVersion), protocol,
		number: z.optional(z.number()),
		ports: texts,
		source: z.string(),
		destination: z.string(),
		purpose: z.string(),
		flows: texts,
		sources: z.array(evidence),
	})),
	findings: z.array(z.looseObject({
		id: z.string(),
		check: z.string(),
		title: z.string(),
		severity: z.enum(severities),
		status: z.enum(['open', 'accepted', 'not-assessable']),
		message: z.string(),
		why: z.string(),
		remedy: z.string(),
		rules: texts,
		flows: texts,
	})),
	openQuestions: z.array(z.looseObject({id: z.string(), product: z.string(), text: z.string(), askOf: z.string(), blocking: z.boolean(), flows: texts, sources: z.array(evidence)})),
	advice: z.array(z.looseObject({id: z.string(), product: z.string(), for: z.string(), text: z.string(), hosts: texts, own: z.boolean(), sources: z.array(evidence)})),
	ready: z.boolean(),
	notReady: texts,
});

/** Read a plan.json that an earlier run wrote, with every problem at once when it is none. */
export function parsePlan(text: string, file: string): Outcome<z.infer<typeof planSchema>> {
	const outcome = parseStructuredText(text, planSchema, file);
	return outcome.problems ? outcome : {value: outcome.value.value};
}
