import {parseAddress, rangesContain} from '../../core/addresses.js';
import {findExpected, toScriptText} from '../../core/test-results.js';
import type {Host, IpVersion, Plan} from '../../core/model.js';
import {compare} from '../../core/problem.js';
import {getOrMake, groupBy} from '../../core/records.js';
import {formatFileId, shortenIds} from '../firewall/files.js';
import type {RenderedText, TextFormat} from '../format.js';
import {formatBashTests} from './bash.js';
import {deriveTestPack, type TestPack} from './cases.js';
import {formatListeners, type HostServices} from './listener.js';
import {formatPowerShellTests} from './powershell.js';
import {kindWords, type HostTests} from './script-parts.js';

/** Scripts that try what the test plan of the change request lists, from the machines themselves. */
export const tests: TextFormat = {
	id: 'tests',
	name: 'Test scripts',
	description: 'Scripts for each host that try what must get through and what must stay closed, and listeners in place of services that are not there yet',
	group: 'tests',
	isSingleFile: false,
	isText: true,
	templates: [],
	render(plan) {
		const pack = deriveTestPack(plan);
		const files = shortenIds(plan.hosts.map(({id}) => id), 80, id => formatFileId({id}));
		const sources = listHostTests(plan, pack, files);
		const services = listHostServices(plan, pack, files);
		return [
			{path: 'tests.txt', content: formatOverview(plan, pack, sources, services)},
			...sources.flatMap(({host, own}): RenderedText[] => [
				{path: `test-${own.file}.sh`, content: formatBashTests(plan, own)},
				// Machines that products run on are Linux; of outsiders nobody knows.
				...(host.kind === 'actor' ? [{path: `test-${own.file}.ps1`, content: formatPowerShellTests(plan, own)}] : []),
			]),
			...services.map((own): RenderedText => ({path: `listen-${own.file}.sh`, content: formatListeners(plan, own)})),
		];
	},
};

type SourceTests = {readonly host: Host; readonly own: HostTests};

function listHostTests(plan: Plan, {cases, untestable}: TestPack, files: ReadonlyMap<string, string>): SourceTests[] {
	const byInterface = groupBy(cases, ({source}) => source);
	return plan.hosts.flatMap((host): SourceTests[] => {
		const own = host.interfaces.filter(({id}) => byInterface.has(id));
		if (own.length === 0) {
			return [];
		}

		// What it cannot try of the lines that it opens.
		const opened = new Set(plan.rules.filter(rule => rule.sources.some(end => end.host === host.id)).map(({id}) => id));
		return [{
			host,
			own: {
				host: host.id,
				title: host.title,
				file: files.get(host.id)!,
				cases: own.flatMap(({id}) => byInterface.get(id)!),
				sources: own.flatMap(({id, ranges}) => ranges.map(({version, from, to}) => ({interface: id, ipVersion: version, from: formatDigits(version, from), to: formatDigits(version, to)}))),
				named: own.filter(({ranges}) => ranges.length === 0).map(({id}) => id),
				untestable: untestable.filter(({subject}) => opened.has(subject)),
			},
		}];
	});
}

const formatDigits = (version: IpVersion, address: bigint): string => address.toString(16).padStart(version === 4 ? 8 : 32, '0');

function listHostServices(plan: Plan, {cases}: TestPack, files: ReadonlyMap<string, string>): HostServices[] {
	const rules = new Map(plan.rules.map(rule => [rule.id, rule]));
	const services = new Map<string, Map<string, HostServices['services'][number]>>();
	for (const {kind, subject, to, protocol, port} of cases) {
		if (kind === 'open' && protocol !== 'icmp') {
			for (const end of rules.get(subject)!.destinations.filter(({addresses}) => addresses.some(text => holds(text, to)))) {
				getOrMake(services, end.host, () => new Map()).set([to, protocol, port].join(' '), {to, protocol, port});
			}
		}
	}

	return plan.hosts.filter(({id}) => services.has(id)).map(host => ({
		host: host.id,
		title: host.title,
		file: files.get(host.id)!,
		services: [...services.get(host.id)!.values()].toSorted((a, b) => compare(a.protocol, b.protocol) || compare(a.to, b.to) || (a.port - b.port)),
	}));
}

/** Whether an address of a line holds the one that is tried, or is that name. */
function holds(text: string, tried: string): boolean {
	const [address, one] = [parseAddress(text), parseAddress(tried)];
	return typeof address !== 'string' && typeof one !== 'string' && (address.kind === 'ip' && one.kind === 'ip' ? rangesContain([address.range], one.range) : text === tried);
}

/** What is to be run where, for the person who has to do it. */
function formatOverview({profile, request, date}: Plan, {cases, untestable}: TestPack, sources: readonly SourceTests[], services: readonly HostServices[]): string {
	const count = (entries: TestPack['cases'], expected: 'open' | 'closed') => entries.filter(({kind}) => findExpected(kind) === expected).length;
	return [
		`Test scripts: ${profile.title}`,
		`Request ${request.id}, revision ${request.revision}, ${date}`,
		'',
		`${cases.length} tests: ${count(cases, 'open')} must get through, ${count(cases, 'closed')} must stay closed.`,
		'',
		'1. Where services are not installed yet, start the listeners on the destinations (they end by themselves):',
		...services.map(({title, file, services: own}) => `   bash listen-${file}.sh    on ${title}: ${own.length} port${own.length === 1 ? '' : 's'}`),
		'2. Run the tests on the machines that open connections:',
		...sources.map(({host, own}) => `   bash test-${own.file}.sh${host.kind === 'actor' ? ` or test-${own.file}.ps1` : ''}    on ${own.title}: ${count(own.cases, 'open')} must get through, ${count(own.cases, 'closed')} must stay closed`),
		`3. Bring the files results-*.txt back, and read them: virt-fw-wizard verify ${profile.name} --results results-*.txt`,
		`   For the change request: virt-fw-wizard generate ${profile.name} --results results-*.txt`,
		'',
		'Of alike machines the first and the last address of each range are tried. The time is that of each machine: set the clocks first.',
		...(untestable.length === 0 ? [] : ['', 'Not tried by any script, and left to a person:', ...untestable.map(({kind, subject, reason}) => `   ${subject} (${kindWords[kind]}): ${reason}`)]),
		'',
	].map(line => toScriptText(line)).join('\n');
}
