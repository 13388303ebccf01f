import type {Conduit, Flow, Host, Plan, Rule, Zone} from '../core/model.js';
import {compare} from '../core/problem.js';
import {getOrMake} from '../core/records.js';
import {trustLevels} from '../core/vocabulary.js';

const indexes = new WeakMap<Plan, PlanIndex>();

/** The parts of a plan by id, sorted once for all documents. */
export function indexPlan(plan: Plan): PlanIndex {
	return getOrMake(indexes, plan, () => new PlanIndex(plan));
}

/** A plan with its parts found by id. */
export class PlanIndex {
	readonly plan: Plan;
	/** From the least trusted to the most trusted, then by id. */
	readonly zones: readonly Zone[];
	readonly #zones: ReadonlyMap<string, Zone>;
	readonly #hosts: ReadonlyMap<string, Host>;
	readonly #flows: ReadonlyMap<string, Flow>;
	readonly #rules: ReadonlyMap<string, Rule>;
	readonly #linesOfFlow = new Map<string, string[]>();
	readonly #rulesIntoZone = new Map<string, Rule[]>();
	readonly #rulesFromZone = new Map<string, Rule[]>();
	readonly #hostsOfZone = new Map<string, Host[]>();
	readonly #hostRules = new Map<string, Rule[]>();

	constructor(plan: Plan) {
		this.plan = plan;
		this.zones = [...plan.zones].toSorted((a, b) => (trustLevels.indexOf(a.trust) - trustLevels.indexOf(b.trust)) || compare(a.id, b.id));
		this.#zones = new Map(plan.zones.map(zone => [zone.id, zone]));
		this.#hosts = new Map(plan.hosts.map(host => [host.id, host]));
		this.#flows = new Map(plan.flows.map(flow => [flow.id, flow]));
		this.#rules = new Map(plan.rules.map(rule => [rule.id, rule]));
		for (const rule of plan.rules) {
			for (const flow of rule.flows) {
				getOrMake(this.#linesOfFlow, flow, () => []).push(rule.id);
			}

			if (rule.scope === 'network') {
				getOrMake(this.#rulesFromZone, rule.sourceZone, () => []).push(rule);
				getOrMake(this.#rulesIntoZone, rule.destinationZone, () => []).push(rule);
			} else {
				getOrMake(this.#hostRules, rule.destinationZone, () => []).push(rule);
			}
		}

		for (const host of plan.hosts) {
			for (const zone of new Set(host.interfaces.map(entry => entry.zone))) {
				if (zone !== undefined) {
					getOrMake(this.#hostsOfZone, zone, () => []).push(host);
				}
			}
		}
	}

	findZone(id: string | undefined): Zone | undefined {
		return id === undefined ? undefined : this.#zones.get(id);
	}

	findHost(id: string | undefined): Host | undefined {
		return id === undefined ? undefined : this.#hosts.get(id);
	}

	/** Flows of this plan; a removed line's flows may be of an earlier one only. */
	listFlows(ids: readonly string[]): Flow[] {
		return ids.map(id => this.#flows.get(id)).filter(flow => flow !== undefined);
	}

	findRule(id: string): Rule | undefined {
		return this.#rules.get(id);
	}

	listRules({rules}: Pick<Conduit, 'rules'>): Rule[] {
		return rules.map(id => this.#rules.get(id)).filter(rule => rule !== undefined);
	}

	/** Ids of the lines that carry a flow. */
	listLines(flow: string): readonly string[] {
		return this.#linesOfFlow.get(flow) ?? [];
	}

	/** Network lines into a zone. */
	listInbound(zone: string): readonly Rule[] {
		return this.#rulesIntoZone.get(zone) ?? [];
	}

	/** Network lines out of a zone. */
	listOutbound(zone: string): readonly Rule[] {
		return this.#rulesFromZone.get(zone) ?? [];
	}

	/** Host lines inside a zone. */
	listInside(zone: string): readonly Rule[] {
		return this.#hostRules.get(zone) ?? [];
	}

	/** Hosts with an interface in a zone. */
	listHosts(zone: string): readonly Host[] {
		return this.#hostsOfZone.get(zone) ?? [];
	}
}
