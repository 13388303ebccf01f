import type {Component, NetworkRole, Product} from './catalog/schema.js';
import {resolveAnswers, type ResolvedAnswers} from './answers.js';
import {evaluate, type ConditionContext} from './conditions.js';
import type {Catalog, ComponentReference, Profile} from './model.js';
import {compare} from './problem.js';
import {getOrMake, own} from './records.js';

/** A chosen product with its answers, and what its conditions are evaluated against. */
export type ChosenProduct = {
	readonly product: Product;
	readonly answers: ResolvedAnswers;
	readonly context: ConditionContext;
};

/** A host before its interfaces are placed. */
export type HostDraft = {
	readonly id: string;
	readonly title: string;
	readonly kind: 'host' | 'actor';
	readonly components: readonly ComponentReference[];
	readonly several: boolean;
	readonly roles: readonly NetworkRole[];
	readonly hostFirewall: {readonly automatic: boolean; readonly by: string};
	/** A product document leaves open who this is: only the site's addresses name it. */
	readonly unnamed: boolean;
};

/** The products and hosts of a design. */
export type Inventory = {
	/** In order of product id. */
	readonly chosen: readonly ChosenProduct[];
	/** In order of host id. */
	readonly hosts: ReadonlyMap<string, HostDraft>;
	/** Hosts of `product/component`, or of `product/actor`. */
	readonly findHosts: (product: string, party: string) => readonly string[];
};

/** Id of the host a component or actor gets when the profile does not say otherwise. */
export function formatHostId(product: string, party: string): string {
	return `${product}-${party}`;
}

/**
Find the machines of a design: one for each component with a host of its own, shared where the profile or the catalog
says that a component runs on, or is, another one; and one for each outsider.
*/
export function deriveHosts(catalog: Catalog, profile: Profile): Inventory {
	const resolver = new HostResolver(catalog, profile);
	const members = new Map<string, Member[]>();
	for (const {product} of resolver.chosen) {
		for (const [id, component] of Object.entries(product.components)) {
			for (const host of resolver.findHosts(product.id, id)) {
				getOrMake(members, host, () => []).push({kind: 'host', product, id, component});
			}
		}

		for (const [id, actor] of Object.entries(product.actors)) {
			for (const host of resolver.findHosts(product.id, id)) {
				getOrMake(members, host, () => []).push({kind: 'actor', product, id, actor});
			}
		}
	}

	const siteHosts = listSiteHosts(profile).filter(id => !members.has(id)).map(id => [id, describeSiteHost(id, profile)] as const);
	const drafts = [...[...members].map(([id, parts]) => [id, describeHost(id, parts, profile, resolver)] as const), ...siteHosts].toSorted(([a], [b]) => compare(a, b));
	return {chosen: resolver.chosen, hosts: new Map(drafts), findHosts: (product, party) => resolver.findHosts(product, party)};
}

type Member
	= | {readonly kind: 'host'; readonly product: Product; readonly id: string; readonly component: Component}
		| {readonly kind: 'actor'; readonly product: Product; readonly id: string; readonly actor: Product['actors'][string]};

function describeHost(id: string, members: readonly Member[], profile: Profile, resolver: HostResolver): HostDraft {
	const components = members.filter(member => member.kind === 'host');
	const leading = components.find(member => formatHostId(member.product.id, member.id) === id) ?? components[0] ?? members[0]!;
	const name = leading.kind === 'host' ? leading.component.name : leading.actor.name;
	const automatic = components.find(({product, component}) => component.hostFirewall !== undefined && evaluate(component.hostFirewall.automaticWhen, resolver.getContext(product.id)) === true);
	return {
		id,
		title: own(profile.hosts, id)?.title ?? name,
		kind: components.length > 0 ? 'host' : 'actor',
		components: members.map(member => ({product: member.product.id, component: member.id})),
		several: members.some(member => member.kind === 'actor' || member.component.several === true),
		roles: [...new Set(members.flatMap(member => member.kind === 'host' ? member.component.roles : member.actor.roles))],
		hostFirewall: automatic ? {automatic: true, by: automatic.component.hostFirewall!.by} : {automatic: false, by: 'administrator'},
		unnamed: components.length === 0 && members.every(member => member.kind === 'actor' && member.actor.unnamed === true),
	};
}

/** Hosts of a profile, or of a draft of one, that flows of the site concern. */
export function listSiteHosts({siteFlows = [], hosts = {}}: Pick<Profile, 'siteFlows' | 'hosts'>): string[] {
	const used = new Set(siteFlows.flatMap(flow => [flow.initiator.host, flow.responder.host]));
	return Object.keys(hosts).filter(id => used.has(id));
}

function describeSiteHost(id: string, profile: Profile): HostDraft {
	const host = own(profile.hosts, id)!;
	return {
		id,
		title: host.title ?? id,
		kind: 'actor',
		components: [],
		several: true,
		roles: [...new Set([...Object.keys(host.zones ?? {}), ...Object.keys(host.addresses ?? {}), 'management'])] as NetworkRole[],
		hostFirewall: {automatic: false, by: 'administrator'},
		unnamed: false,
	};
}

class HostResolver {
	readonly chosen: readonly ChosenProduct[];
	readonly #catalog: Catalog;
	readonly #profile: Profile;
	readonly #byProduct = new Map<string, ChosenProduct & {readonly context: {answers: ResolvedAnswers}}>();
	/** Hosts that the profile lists a party on. */
	readonly #listed = new Map<string, string[]>();
	readonly #found = new Map<string, readonly string[]>();
	readonly #underway = new Set<string>();

	constructor(catalog: Catalog, profile: Profile) {
		this.#catalog = catalog;
		this.#profile = profile;
		for (const [id, host] of Object.entries(profile.hosts ?? {}).toSorted(([a], [b]) => compare(a, b))) {
			for (const reference of new Set(host.components)) {
				getOrMake(this.#listed, reference, () => []).push(id);
			}
		}

		for (const [id, answers] of Object.entries(profile.products).toSorted(([a], [b]) => compare(a, b))) {
			const product = own(catalog.products, id);
			if (product) {
				const resolved = resolveAnswers(product, answers);
				const context: ConditionContext & {answers: ResolvedAnswers} = {
					product,
					answers: resolved,
					findHosts: component => this.findHosts(...splitReference(component, id)),
					isChosen: other => own(profile.products, other) !== undefined,
				};
				this.#byProduct.set(id, {product, answers: resolved, context});
			}
		}

		this.#settleAnswers();
		this.chosen = [...this.#byProduct.values()];
	}

	getContext(product: string): ConditionContext {
		return this.#byProduct.get(product)!.context;
	}

	findHosts(product: string, party: string): readonly string[] {
		const reference = `${product}/${party}`;
		const known = this.#found.get(reference);
		if (known) {
			return known;
		}

		// Two components that each run together with the other have no host at all; the profile check reports it.
		if (this.#underway.has(reference)) {
			return [];
		}

		this.#underway.add(reference);
		const hosts = this.#resolve(product, party, reference);
		this.#underway.delete(reference);
		this.#found.set(reference, hosts);
		return hosts;
	}

	/**
	Let what is not asked in this design count as not answered.

	One answer can decide whether another one is asked, and that again another: it takes as many rounds as such a chain is long.
	*/
	#settleAnswers(): void {
		const conditional = [...this.#byProduct.values()].filter(({product}) => hasIdleAnswers(product, this.#profile.products[product.id]!));
		const most = conditional.reduce((sum, {product}) => sum + Object.keys(product.options).length, 1);
		for (let round = 0, isSettled = conditional.length === 0; !isSettled && round <= most; round++) {
			const settled = conditional.map(({product, context}) => resolveAnswers(product, this.#profile.products[product.id]!, ({when}) => when === undefined || evaluate(when, context) === true));
			isSettled = true;
			for (const [index, answers] of settled.entries()) {
				const {product, context} = conditional[index]!;
				isSettled &&= JSON.stringify(context.answers.options) === JSON.stringify(answers.options);
				context.answers = answers;
				this.#byProduct.set(product.id, {product, answers, context});
			}

			// Where components run may hang on answers too.
			this.#found.clear();
		}
	}

	#resolve(productId: string, party: string, reference: string): readonly string[] {
		const chosen = this.#byProduct.get(productId);
		if (!chosen) {
			return [];
		}

		const actor = own(chosen.product.actors, party);
		if (actor) {
			return this.#listed.get(reference) ?? [actor.shared ?? formatHostId(productId, party)];
		}

		const component = own(chosen.product.components, party);
		if (!component || (component.when !== undefined && evaluate(component.when, chosen.context) !== true)) {
			return [];
		}

		const listed = this.#listed.get(reference);
		if (listed) {
			return listed;
		}

		const given = own(own(this.#profile.products, productId)?.components, party);
		const same = given === undefined ? component.is?.find(other => this.#isChosen(other)) : undefined;
		const placement = same ?? given ?? component.placement?.default ?? 'own-host';
		switch (placement) {
			case 'not-used': {
				return [];
			}

			case 'own-host': {
				return [formatHostId(productId, party)];
			}

			default: {
				const [otherProduct, other] = splitReference(placement, productId);
				return this.findHosts(otherProduct, other);
			}
		}
	}

	#isChosen(reference: string): boolean {
		const [product, component] = splitReference(reference, '');
		return this.#byProduct.has(product) && own(own(this.#catalog.products, product)?.components, component) !== undefined;
	}
}

/** Whether a profile answers something that is not asked in every design. */
function hasIdleAnswers({options, parameters}: Product, answers: Profile['products'][string]): boolean {
	return Object.keys(answers.options ?? {}).some(id => own(options, id)?.when !== undefined)
		|| Object.keys(answers.parameters ?? {}).some(id => own(parameters, id)?.when !== undefined);
}

/** Split `product/component`, or a bare `component` of the given product. */
export function splitReference(reference: string, product: string): [string, string] {
	const slash = reference.indexOf('/');
	return slash === -1 ? [product, reference] : [reference.slice(0, slash), reference.slice(slash + 1)];
}
