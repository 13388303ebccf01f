/*
One machine of the lab: runs inside its network namespace, listens and connects as it is told in lines of JSON, and answers likewise.

A connection counts as through when the other end answered at all: a port that nobody listens on refuses, which a firewall that drops does not let it do.
*/
import dgram from 'node:dgram';
import net from 'node:net';
import process from 'node:process';
import {createInterface} from 'node:readline';

/** More than the gateway forwards at once: whoever sends it has to hear from the gateway that its packets are too big. */
const greetingLength = 4000;

const sockets = new Set();
const tell = answer => process.stdout.write(`${JSON.stringify(answer)}\n`);

const jobs = {
	async listen({endpoints}) {
		await Promise.all(endpoints.map(async ({protocol, address, port}) => protocol === 'tcp' ? listenTcp(address, port) : listenUdp(address, port)));
	},
	async probe({probes}) {
		for (const {id, protocol, from, to, port} of probes) {
			const report = result => tell({id, result});
			if (protocol === 'tcp') {
				probeTcp(from, to, port, report);
			} else {
				probeUdp(from, to, port, report);
			}
		}
	},
	async stop() {
		for (const socket of sockets) {
			socket.removeAllListeners('error').removeAllListeners('message').removeAllListeners('data');
			socket.on('error', () => undefined);
			if (socket.destroy) {
				socket.destroy();
			} else {
				socket.close();
			}
		}

		sockets.clear();
	},
};

function listenTcp(address, port) {
	return new Promise((resolve, reject) => {
		const server = net.createServer(socket => {
			socket.on('error', () => undefined);
			socket.end('here'.padEnd(greetingLength));
		});
		sockets.add(server);
		server.once('error', reject).listen({host: address, port, ipv6Only: true}, resolve);
	});
}

function listenUdp(address, port) {
	return new Promise((resolve, reject) => {
		const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
		sockets.add(socket);
		socket.on('message', (message, {address: sender, port: senderPort}) => {
			socket.send(message, senderPort, sender);
		});
		socket.once('error', reject).bind(port, address, resolve);
	});
}

function probeTcp(from, to, port, report) {
	const socket = net.connect({host: to, port, localAddress: from});
	sockets.add(socket);
	// Only who got all of the greeting has been let through in both directions.
	let length = 0;
	socket.on('data', data => {
		length += data.length;
		if (length === greetingLength) {
			report('open');
			socket.destroy();
		}
	});
	socket.on('error', ({code}) => report(code === 'ECONNREFUSED' ? 'refused' : code));
}

function probeUdp(from, to, port, report) {
	const socket = dgram.createSocket(to.includes(':') ? 'udp6' : 'udp4');
	sockets.add(socket);
	socket.on('error', ({code}) => report(code === 'ECONNREFUSED' ? 'refused' : code));
	socket.on('message', () => report('open'));
	socket.bind(0, from, () => {
		// Nobody repeats a datagram that got lost on the way, as clients do.
		socket.connect(port, to, () => {
			const send = () => socket.send('here?', () => undefined);
			send();
			const timer = setInterval(send, 200);
			socket.once('close', () => clearInterval(timer));
		});
	});
}

for await (const line of createInterface({input: process.stdin})) {
	const order = JSON.parse(line);
	try {
		await jobs[order.do](order);
		tell({done: order.number});
	} catch (error) {
		tell({done: order.number, error: `${error.code ?? ''} ${error.message}`});
	}
}
