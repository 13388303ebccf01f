import type {Plan} from '../../core/model.js';
import type {TestCase} from '../../core/test-case.js';
import {listHead, quoteBash} from './script-parts.js';

/** Services that others of the request open on one host. */
export type HostServices = {readonly host: string; readonly title: string; readonly file: string; readonly services: ReadonlyArray<Pick<TestCase, 'to' | 'port'> & {readonly protocol: 'tcp' | 'udp'}>};

/** A Bash script that stands in for the services of a host that are not there yet. */
export function formatListeners(plan: Plan, {host, title, file, services}: HostServices): string {
	return [
		'#!/usr/bin/env bash',
		...listHead(plan, `Listeners on ${title} (${host}), in place of services that are not installed yet`, [
			`Run it on each machine of ${title}, as: bash listen-${file}.sh [--seconds N]`,
			'It answers on the ports that the tests try, and only where nobody listens. It ends by itself after 600 seconds, or --seconds N; ctrl+c ends all of it at once.',
			'TCP: it greets and closes. UDP: it sends back at most 64 bytes of what it got. It keeps nothing and runs nothing.',
			'It needs Python, 2.7 or 3: Oracle Linux 8 and 9 have it for their package manager (/usr/libexec/platform-python, python3), 7 has python. Bash alone cannot listen.',
			'Ports below 1024 need root.',
		]),
		'set -uf',
		'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"',
		'',
		'# Protocol, address, port.',
		'services=(',
		...services.map(({protocol, to, port}) => `\t${[protocol, to, String(port)].map(word => quoteBash(word)).join(' ')}`),
		')',
		`file=${quoteBash(file)}`,
		'',
		listenerProgram,
	].join('\n');
}

const listenerProgram = String.raw`seconds=600
if (($# == 2)) && [[ $1 == --seconds && $2 =~ ^[1-9][0-9]{0,4}$ ]]; then
	seconds=$2
elif (($# > 0)); then
	printf 'Usage: bash listen-%s.sh [--seconds N]\n' "$file" >&2
	exit 2
fi

python=''
for name in python3 /usr/libexec/platform-python python python2; do
	if command -v "$name" > /dev/null 2>&1; then python=$name; break; fi
done
if [[ -z $python ]]; then
	printf 'Python is needed: install python3, or start the services themselves\n' >&2
	exit 2
fi

# In the place of this shell, so that ctrl+c and a signal reach it.
exec "$python" -c '
import errno, select, signal, socket, sys, time

seconds, words = int(sys.argv[1]), sys.argv[2:]
if not hasattr(time, "monotonic"):
    time.monotonic = time.time

def leave(*unused):
    sys.exit(0)

for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), leave)

sockets, here, busy = {}, 0, 0
for index in range(0, len(words), 3):
    protocol, address, port = words[index], words[index + 1], int(words[index + 2])
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        end = socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if protocol == "tcp":
            # An earlier run may have left connections that are not forgotten yet; who listens still keeps the port.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        end.bind((address, port))
        if protocol == "tcp":
            end.listen(64)
        end.setblocking(False)
        sockets[end] = protocol
    except (socket.error, UnicodeError) as error:
        number = getattr(error, "errno", None)
        if number in (errno.EADDRNOTAVAIL, None) or isinstance(error, socket.gaierror):
            continue
        here += 1
        if number == errno.EADDRINUSE:
            busy += 1
        print("%s/%s on %s: %s" % (protocol, port, address, "somebody listens already" if number == errno.EADDRINUSE else error.strerror))

here += len(sockets)
if here == 0:
    print("None of the addresses is one of this machine")
    sys.exit(1)
if not sockets:
    print("There is nothing to stand in for")
    sys.exit(0 if busy == here else 1)
print("Listening on %d of %d ports for %d seconds; ctrl+c ends it" % (len(sockets), here, seconds))
sys.stdout.flush()

# The poll of the system, as there may be more ports than select() can watch.
poll = select.poll()
by_number = {}
for end in sockets:
    poll.register(end, select.POLLIN)
    by_number[end.fileno()] = end
until = time.monotonic() + seconds
while time.monotonic() < until:
    try:
        ready = poll.poll(max(0, min(1000, int((until - time.monotonic()) * 1000))))
    except (OSError, select.error) as error:
        continue
    for number, unused in ready:
        end = by_number[number]
        try:
            if sockets[end] == "tcp":
                connection, unused = end.accept()
                try:
                    connection.settimeout(1)
                    connection.sendall(b"virt-fw-wizard\n")
                finally:
                    connection.close()
            else:
                message, sender = end.recvfrom(64)
                end.sendto(message, sender)
        except socket.error:
            pass
' "$seconds" ${'$'}{services[@]+"${'$'}{services[@]}"}
`;
