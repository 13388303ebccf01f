import type {Option, Parameter, Product} from './catalog/schema.js';
import type {PlanAnswer} from './model.js';
import {parsePortList, parsePortRange, formatPortRanges, unitePortRanges, type PortRange} from './ports.js';
import type {ProductAnswers} from './profile/schema.js';
import {own} from './records.js';

/** What a parameter came to: a list of ports, a list for each protocol, or a count. */
export type ParameterValue
	= | {readonly kind: 'ports'; readonly ports: readonly string[]; readonly isDefault: boolean}
		| {readonly kind: 'services'; readonly tcp: readonly string[]; readonly udp: readonly string[]}
		| {readonly kind: 'count'; readonly count: number; readonly isDefault: boolean};

/** The answers of one product, with every documented default filled in. */
export type ResolvedAnswers = {
	readonly version: string;
	readonly options: Readonly<Record<string, string>>;
	/** Only parameters that have a value. */
	readonly parameters: Readonly<Record<string, ParameterValue>>;
	readonly modes: ReadonlySet<string>;
	/** Component to `own-host`, `not-used` or `component` / `product/component`. */
	readonly placements: Readonly<Record<string, string>>;
};

/**
Read a parameter's value.

@returns The value, or a phrase that says what is wrong with it.
*/
export function parseParameter(parameter: Parameter, value: string | number | ReadonlyArray<string | number>, isDefault = false): ParameterValue | string {
	const items = typeof value === 'object' ? value.map(String) : [String(value)];
	switch (parameter.kind) {
		case 'count': {
			const count = Number(items[0]);
			return items.length === 1 && /^\d{1,9}$/v.test(items[0]!) ? {kind: 'count', count, isDefault} : 'is no whole number';
		}

		case 'services': {
			return parseServices(items.flatMap(item => item.split(',')).map(item => item.trim()));
		}

		case 'port':
		case 'port-range':
		case 'ports': {
			return parsePortsParameter(parameter, items, isDefault);
		}
	}
}

function parsePortsParameter(parameter: Parameter, items: readonly string[], isDefault: boolean): ParameterValue | string {
	const ranges = parsePortList(items.join(','));
	if (typeof ranges === 'string') {
		return ranges;
	}

	if (parameter.kind !== 'ports' && ranges.length !== 1) {
		return 'is more than one port or range';
	}

	const [first] = ranges;
	if (parameter.kind === 'port' && first!.from !== first!.to) {
		return 'is a range, and one port is asked for';
	}

	if (parameter.from !== undefined && first!.from !== parameter.from) {
		return `does not begin at ${parameter.from}, as the document says`;
	}

	return {kind: 'ports', ports: formatPortRanges(unitePortRanges(ranges)), isDefault};
}

function parseServices(items: readonly string[]): ParameterValue | string {
	const found = {tcp: [] as PortRange[], udp: [] as PortRange[]};
	for (const item of items) {
		const match = /^(?<protocol>tcp|udp)\/(?<ports>.+)$/v.exec(item);
		if (!match?.groups) {
			return `"${item}" is no service as tcp/2049`;
		}

		const range = parsePortRange(match.groups['ports']!);
		if (typeof range === 'string') {
			return `"${item}": ${range}`;
		}

		found[match.groups['protocol'] as 'tcp' | 'udp'].push(range);
	}

	return {kind: 'services', tcp: formatPortRanges(unitePortRanges(found.tcp)), udp: formatPortRanges(unitePortRanges(found.udp))};
}

/**
Fill in every documented default of a product. Words the product does not know are left out: `findProfileProblems()` reports them.

@param applies - Whether an option or a parameter is asked in this design. One that is not counts as not answered: somebody may have answered it in another design.
*/
export function resolveAnswers(product: Product, answers: ProductAnswers, applies: (entry: Option | Parameter) => boolean = () => true): ResolvedAnswers {
	const parameters: Record<string, ParameterValue> = {};
	for (const [id, parameter] of Object.entries(product.parameters)) {
		const given = applies(parameter) ? own(answers.parameters, id) : undefined;
		const value = given ?? parameter.default;
		const parsed = value === undefined ? undefined : parseParameter(parameter, value, given === undefined);
		if (parsed !== undefined && typeof parsed !== 'string') {
			parameters[id] = parsed;
		}
	}

	return {
		version: answers.version !== undefined && product.versions.includes(answers.version) ? answers.version : product.defaultVersion,
		options: Object.fromEntries(Object.entries(product.options).map(([id, option]) => [id, formatOption((applies(option) ? own(answers.options, id) : undefined) ?? option.default)])),
		parameters,
		modes: new Set(answers.modes),
		placements: Object.fromEntries(Object.entries(product.components).map(([id, component]) => [id, own(answers.components, id) ?? component.placement?.default ?? 'own-host'])),
	};
}

/** An option's answer as the word conditions compare. */
export function formatOption(value: string | boolean): string {
	if (typeof value === 'string') {
		return value;
	}

	return value ? 'yes' : 'no';
}

/**
Every answer of a product as text, marked where it is the default: so that a reader sees what was assumed. An answer that does not apply has become the default.

@param describePlacement - Says where a component is, as `on a host of its own`.
*/
export function listAnswers(product: Product, answers: ProductAnswers, resolved: ResolvedAnswers, describePlacement: (placement: string) => string): PlanAnswer[] {
	type Given = {readonly question: string; readonly value: string; readonly label?: string | undefined; readonly isDefault: boolean};
	const entry = (kind: PlanAnswer['kind'], id: string, {question, value, label = value, isDefault}: Given): PlanAnswer => ({product: product.id, kind, id, question, value, label, isDefault});
	const {version, modes, placements, options, parameters} = resolved;
	return [
		entry('version', 'version', {question: 'Version', value: version, isDefault: answers.version === undefined}),
		...Object.entries(product.modes ?? {}).filter(([id]) => modes.has(id)).map(([id, mode]) => entry('mode', id, {question: mode.platform, value: mode.name, isDefault: false})),
		...Object.entries(product.components).filter(([, component]) => component.placement !== undefined).map(([id, component]) => entry('component', id, {
			question: `Where does ${component.name} run?`,
			value: placements[id]!,
			label: describePlacement(placements[id]!),
			isDefault: own(answers.components, id) === undefined,
		})),
		...Object.entries(product.options).map(([id, option]) => entry('option', id, {
			question: option.question,
			value: options[id]!,
			label: own(option.choices, options[id]!),
			isDefault: !isGivenOption(own(answers.options, id), options[id]!),
		})),
		...Object.entries(product.parameters).map(([id, parameter]) => entry('parameter', id, {
			question: parameter.question,
			value: formatParameter(parameters[id]),
			isDefault: !isGivenParameter(parameter, own(answers.parameters, id), parameters[id]),
		})),
	];
}

function isGivenOption(given: string | boolean | undefined, resolved: string): boolean {
	return given !== undefined && formatOption(given) === resolved;
}

function isGivenParameter(parameter: Parameter, given: Parameters<typeof parseParameter>[1] | undefined, resolved: ParameterValue | undefined): boolean {
	const parsed = given === undefined ? undefined : parseParameter(parameter, given);
	return parsed !== undefined && typeof parsed !== 'string' && formatParameter(parsed) === formatParameter(resolved);
}

function formatParameter(value: ParameterValue | undefined): string {
	switch (value?.kind) {
		case undefined: {
			return '(not given; the documents give no default)';
		}

		case 'count': {
			return String(value.count);
		}

		case 'ports': {
			return value.ports.join(', ');
		}

		case 'services': {
			return [...value.tcp.map(port => `tcp/${port}`), ...value.udp.map(port => `udp/${port}`)].join(', ');
		}
	}
}
