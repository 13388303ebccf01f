import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {text} from 'node:stream/consumers';
import type {IpVersion, Plan} from '../../source/core/model.js';
import {formatAddressRange} from '../../source/core/addresses.js';
import {getOrMake} from '../../source/core/records.js';

/*
A network of namespaces: a router with a bridge for each zone, and around it a machine for each host of a design; two where a host is several machines.
*/

/** A machine of a host: its n-th one, with the n-th address of each interface. */
export type Machine = {
	readonly host: string;
	readonly number: number;
	readonly interfaces: ReadonlyArray<{readonly id: string; readonly zone: string; readonly addresses: ReadonlyArray<{readonly version: IpVersion; readonly address: string}>}>;
};

/** Machines of a design whose addresses are those of `addressDesign()`. */
export function listMachines({hosts}: Plan): Machine[] {
	return hosts.flatMap(host => (host.several ? [0, 1] : [0]).map((number): Machine => ({
		host: host.id,
		number,
		interfaces: host.interfaces.filter(({zone, ranges}) => zone !== undefined && ranges.length > 0).map(({id, zone, ranges}) => ({
			id,
			zone: zone!,
			addresses: ranges.map(range => ({version: range.version, address: formatAddressRange({...range, from: range.from + BigInt(number), to: range.from + BigInt(number)})})),
		})),
	}))).filter(({interfaces}) => interfaces.length > 0);
}

/** Whether this process may make namespaces, and the programs are there. */
export function canBuildNetworks(): boolean {
	const name = `vfw-${process.pid}-try`;
	const can = spawnSync('ip', ['netns', 'add', name]).status === 0 && spawnSync('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset']).status === 0 && spawnSync('ip', ['netns', 'exec', name, 'iptables-save']).status === 0;
	spawnSync('ip', ['netns', 'delete', name]);
	return can;
}

export type Probe = {readonly from: string; readonly to: string; readonly protocol: 'tcp' | 'udp'; readonly port: number};
export type Result = 'open' | 'refused' | 'silent' | (string & {});

type Answer = {readonly done?: number; readonly error?: string; readonly id?: number; readonly result?: Result};

/** A namespace with a process in it that listens and connects. */
class Station {
	readonly name: string;
	readonly #child: ChildProcess;
	readonly #waiting = new Map<number, {readonly resolve: () => void; readonly reject: (error: Error) => void}>();
	#onResult: ((id: number, result: Result) => void) | undefined;
	#orders = 0;

	constructor(name: string) {
		this.name = name;
		run('ip', 'netns', 'add', name);
		run('ip', '-n', name, 'link', 'set', 'lo', 'up');
		// Each error is sent, as each is waited for, and what packets were too big is soon forgotten.
		runInput(['ip', 'netns', 'exec', name, 'sh'], 'for file in ipv4/conf/all/rp_filter ipv4/conf/default/rp_filter ipv4/icmp_ratelimit ipv6/icmp/ratelimit; do echo 0 > /proc/sys/net/$file; done; for version in ipv4 ipv6; do echo 1 > /proc/sys/net/$version/route/mtu_expires; done');
		this.#child = spawn('ip', ['netns', 'exec', name, process.execPath, path.join(process.cwd(), 'test/lab/agent.mjs')], {stdio: ['pipe', 'pipe', 'inherit']});
		createInterface({input: this.#child.stdout!}).on('line', line => {
			const {done, error, id, result} = JSON.parse(line) as Answer;
			if (done === undefined) {
				this.#onResult?.(id!, result!);
				return;
			}

			const {resolve, reject} = this.#waiting.get(done)!;
			this.#waiting.delete(done);
			if (error === undefined) {
				resolve();
			} else {
				reject(new Error(`${name}: ${error}`));
			}
		});
	}

	/** Who gets to know what came of a probe. */
	report(onResult: (id: number, result: Result) => void): void {
		this.#onResult = onResult;
	}

	async order(order: Readonly<Record<string, unknown>>): Promise<void> {
		this.#orders++;
		const number = this.#orders;
		return new Promise((resolve, reject) => {
			this.#waiting.set(number, {resolve, reject});
			this.#child.stdin!.write(`${JSON.stringify({...order, number})}\n`);
		});
	}

	close(): void {
		this.#child.kill('SIGKILL');
		spawnSync('ip', ['netns', 'delete', this.name]);
	}
}

/** A lab that many designs are built in, one after the other; its stations are kept from one to the next. */
export class Lab {
	readonly #stations: Station[] = [];
	readonly #prefix = `vfw-${process.pid}`;
	readonly #router = `${this.#prefix}-router`;
	#machines: readonly Machine[] = [];
	#stationOf = new Map<string, Station>();

	get machines(): readonly Machine[] {
		return this.#machines;
	}

	/** Build the network of a design; that of the one before is gone. */
	async build(plan: Plan): Promise<void> {
		await this.clear();
		this.#machines = listMachines(plan);
		while (this.#stations.length < this.#machines.length) {
			this.#stations.push(new Station(`${this.#prefix}-${this.#stations.length}`));
		}

		this.#stationOf = new Map(this.#machines.flatMap((machine, index) => machine.interfaces.flatMap(({addresses}) => addresses.map(({address}) => [address, this.#stations[index]!] as const))));
		run('ip', 'netns', 'add', this.#router);
		// What stays inside a zone is not the gateway's, though the bridge of its zone is here: its frames are kept from the rules.
		runInput(['ip', 'netns', 'exec', this.#router, 'sh'], 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter; for file in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do test ! -e $file || echo 0 > $file; done');
		const zones = plan.zones.map((zone, index) => ({zone, bridge: `zone${index}`}));
		runInput(['ip', '-n', this.#router, '-batch', '-'], [
			'link set lo up',
			...zones.flatMap(({zone, bridge}) => [
				`link add ${bridge} type bridge`,
				// Less than machines send at once, so that each long reply needs the gateway's word that it is too big; the least that IPv6 allows.
				`link set ${bridge} up mtu 1280`,
				...zone.ranges.map(range => `addr add ${formatGateway(range.version, range.from)}/${range.version === 4 ? 16 : 64} dev ${bridge}${range.version === 6 ? ' nodad' : ''}`),
			]),
		].join('\n'));
		const ports = this.#machines.flatMap((machine, index) => this.#connect(machine, this.#stations[index]!.name, index, zones));
		runInput(['ip', '-n', this.#router, '-batch', '-'], ports.join('\n'));
	}

	/** Take the network away; the stations stay. */
	async clear(): Promise<void> {
		await Promise.all(this.#stations.map(async station => station.order({do: 'stop'})));
		for (const [index, {interfaces}] of this.#machines.entries()) {
			const {name} = this.#stations[index]!;
			// Card by card: what goes with a namespace goes some time after it. The rule that comes first, of local addresses, stays.
			const rules = ['rule flush', 'rule add from all lookup main pref 32766'];
			spawnSync('ip', ['-n', name, '-force', '-batch', '-'], {input: [...interfaces.map((_, card) => `link delete card${card}`), ...rules].join('\n')});
			spawnSync('ip', ['-n', name, '-6', '-force', '-batch', '-'], {input: rules.join('\n')});
		}

		this.unload();
		if (this.#machines.length > 0) {
			spawnSync('ip', ['netns', 'delete', this.#router]);
		}

		this.#machines = [];
	}

	/** Take all rules away, those of iptables too. */
	unload(): void {
		for (const name of this.#machines.length === 0 ? [] : [this.#router, ...this.#machines.map((_, index) => this.#stations[index]!.name)]) {
			run('ip', 'netns', 'exec', name, 'nft', 'flush', 'ruleset');
		}
	}

	/**
	Run a program with a file of rules on the gateway, or on every machine of a host.

	@param copies - For a program that takes its time: what prints the rules that hold, and what loads them; the other machines of the host get those of the first one.
	*/
	load(host: 'gateway' | {readonly id: string}, command: readonly string[], content: string, copies: ReadonlyArray<{readonly print: readonly string[]; readonly load: readonly string[]}> = []): void {
		const names = host === 'gateway' ? [this.#router] : this.#machines.flatMap((machine, index) => machine.host === host.id ? [this.#stations[index]!.name] : []);
		for (const name of copies.length === 0 ? names : names.slice(0, 1)) {
			runInput(['ip', 'netns', 'exec', name, ...command], content);
		}

		for (const {print, load} of copies) {
			const printed = runInput(['ip', 'netns', 'exec', names[0]!, ...print], '');
			for (const name of names.slice(1)) {
				runInput(['ip', 'netns', 'exec', name, ...load], printed);
			}
		}
	}

	/** Run a program on a machine, to its end. */
	async run(machine: Machine, command: readonly string[]): Promise<{readonly status: number | undefined; readonly output: string}> {
		const child = this.start(machine, command);
		const exit = once(child, 'close') as Promise<[number | undefined]>;
		const [output, , [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), exit]);
		return {status, output};
	}

	/** Start a program on a machine; whoever does ends it. */
	start(machine: Machine, command: readonly string[]): ChildProcess {
		return spawn('ip', ['netns', 'exec', this.#stations[this.#machines.indexOf(machine)]!.name, ...command], {stdio: ['ignore', 'pipe', 'pipe']});
	}

	/** Whether one address answers another's ICMP echo request. */
	async ping(from: string, to: string): Promise<boolean> {
		const child = spawn('ip', ['netns', 'exec', this.#stationOf.get(from)!.name, 'ping', '-c', '1', '-W', '1', '-I', from, to], {stdio: 'ignore'});
		const [status] = await once(child, 'close') as [number | undefined];
		return status === 0;
	}

	/** Listen where needed, try every probe, and wait until all have answered or nothing more can come. */
	async probe(probes: readonly Probe[], {listens, patienceMs}: {readonly listens: boolean; readonly patienceMs: number}): Promise<Result[]> {
		const results: Result[] = probes.map(() => 'silent');
		let open = probes.length;
		let finish: () => void = () => undefined;
		const finished = new Promise<void>(resolve => {
			finish = resolve;
		});
		const report = (id: number, result: Result): void => {
			if (results[id] === 'silent') {
				results[id] = result;
				open--;
				if (open === 0) {
					finish();
				}
			}
		};

		for (const station of this.#stations) {
			station.report(report);
		}

		if (listens) {
			const endpoints = new Map(probes.map(({to, protocol, port}) => [`${to} ${protocol} ${port}`, {address: to, protocol, port}]));
			await Promise.all([...groupBy([...endpoints.values()], ({address}) => this.#stationOf.get(address)!)].map(async ([station, own]) => station.order({do: 'listen', endpoints: own})));
		}

		await Promise.all([...groupBy(probes.map((probe, id) => ({...probe, id})), ({from}) => this.#stationOf.get(from)!)].map(async ([station, own]) => station.order({do: 'probe', probes: own})));
		if (open > 0) {
			const timer = setTimeout(finish, patienceMs);
			await finished;
			clearTimeout(timer);
		}

		await Promise.all(this.#stations.map(async station => station.order({do: 'stop'})));
		return results;
	}

	close(): void {
		for (const station of this.#stations) {
			station.close();
		}

		spawnSync('ip', ['netns', 'delete', this.#router]);
	}

	/**
	Give a machine its cards.

	@returns What the router has to do for them.
	*/
	#connect({interfaces}: Machine, name: string, index: number, zones: ReadonlyArray<{readonly zone: Plan['zones'][number]; readonly bridge: string}>): string[] {
		const lines: Record<IpVersion, string[]> = {4: [], 6: []};
		const ports: string[] = [];
		for (const [card, {zone: zoneId, addresses}] of interfaces.entries()) {
			const {zone, bridge} = zones.find(({zone: {id}}) => id === zoneId)!;
			const [device, port] = [`card${card}`, `m${index}c${card}`];
			lines[4].push(`link add name ${device} type veth peer name ${port} netns ${this.#router}`, `link set ${device} up`);
			ports.push(`link set ${port} master ${bridge}`, `link set ${port} up`);
			for (const {version, address} of addresses) {
				const network = zone.ranges.find(range => range.version === version)!;
				const prefix = version === 4 ? 16 : 64;
				// What has the address of a card leaves through that card, towards the gateway of its zone: no machine routes around the firewall.
				lines[version].push(
					`addr add ${address}/${prefix} dev ${device}${version === 6 ? ' nodad' : ''}`,
					`rule add from ${address} lookup ${100 + card}`,
					`route add ${formatNetwork(version, network.from)}/${prefix} dev ${device} table ${100 + card}`,
					`route add default via ${formatGateway(version, network.from)} dev ${device} table ${100 + card}`,
				);
			}
		}

		runInput(['ip', '-n', name, '-batch', '-'], lines[4].join('\n'));
		runInput(['ip', '-n', name, '-6', '-batch', '-'], lines[6].join('\n'));
		return ports;
	}
}

function groupBy<Item, Key>(items: readonly Item[], findKey: (item: Item) => Key): Map<Key, Item[]> {
	const groups = new Map<Key, Item[]>();
	for (const item of items) {
		getOrMake(groups, findKey(item), () => []).push(item);
	}

	return groups;
}

/** The first address of a network is its router's. */
const formatGateway = (version: IpVersion, from: bigint): string => formatAddressRange({version, from: from + 1n, to: from + 1n});
const formatNetwork = (version: IpVersion, from: bigint): string => formatAddressRange({version, from, to: from});

function run(command: string, ...args: readonly string[]): void {
	const {status, stderr} = spawnSync(command, args, {encoding: 'utf8'});
	if (status !== 0) {
		throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
	}
}

function runInput([command, ...args]: readonly string[], input: string): string {
	const {status, stdout, stderr} = spawnSync(command!, args, {encoding: 'utf8', input, maxBuffer: 100_000_000});
	if (status !== 0) {
		throw new Error(`${command} ${args.join(' ')}: ${stderr}\n${input}`);
	}

	return stdout;
}
