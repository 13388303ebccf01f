import type {Plan} from '../../core/model.js';
import {resultColumns, resultsSignature} from '../../core/test-results.js';
import {listHead, listUntestable, listWords, quoteBash, type HostTests} from './script-parts.js';

/** The tests of one host as a Bash script, from Bash 4.1 on. */
export function formatBashTests(plan: Plan, tests: HostTests): string {
	const {host, title, file, cases, sources, named, untestable} = tests;
	return [
		'#!/usr/bin/env bash',
		...listHead(plan, `Tests from ${title} (${host})`, [
			`Run it on each machine of ${title}, as: bash test-${file}.sh`,
			'It opens connections and closes them again at once, changes nothing, and may be run as often as you like. Nobody has to be root.',
			'It needs bash and coreutils. To send from one of several addresses it needs socat, nc or Python besides; for ICMP it needs ping.',
			`Results go to results-${file}-MACHINE.txt in this folder; virt-fw-wizard verify reads them. Exit code 0: nothing failed. 1: something failed or could not be tried.`,
			...listUntestable(untestable),
		]),
		'set -uf',
		'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"',
		'',
		`request=${quoteBash(plan.request.id)}`,
		`revision=${quoteBash(plan.request.revision)}`,
		`file=${quoteBash(file)}`,
		`signature=${quoteBash(resultsSignature)}`,
		`columns=$'${resultColumns.join(String.raw`\t`)}'`,
		'',
		'# Interfaces of this host: name, IP version, first and last address in hexadecimal.',
		'sources=(',
		...sources.map(source => `\t${[source.interface, String(source.ipVersion), source.from, source.to].map(word => quoteBash(word)).join(' ')}`),
		')',
		'# Interfaces of which only names are known.',
		`named=(${named.map(name => quoteBash(name)).join(' ')})`,
		'# Kind, subject, interface, IP version, destination, protocol, port, what is expected.',
		'tests=(',
		...cases.map(entry => `\t${listWords(entry).map(word => quoteBash(word)).join(' ')}`),
		')',
		'',
		bashProgram,
	].join('\n');
}

const bashProgram = String.raw`usage() {
	printf '%s\n' "Usage: bash test-$file.sh [--out FILE] [--seconds N] [--jobs N] [--own ADDRESS]..." \
		'  --out FILE      write the results there' \
		'  --seconds N     wait so long for an answer, 1 to 60 (default 3)' \
		'  --jobs N        try so many at once, 1 to 256 (default 32)' \
		'  --own ADDRESS   an address of this machine, where the system cannot be asked'
}

out='' seconds=3 jobs=32 own=()
while (($# > 0)); do
	case $1 in
		-h | --help) usage; exit 0 ;;
		--out | --seconds | --jobs | --own)
			if (($# < 2)); then usage >&2; exit 2; fi
			case $1 in
				--out) out=$2 ;;
				--seconds) seconds=$2 ;;
				--jobs) jobs=$2 ;;
				--own) own+=("$2") ;;
			esac
			shift 2 ;;
		*) usage >&2; exit 2 ;;
	esac
done
if ! [[ $seconds =~ ^[1-9][0-9]?$ && $jobs =~ ^[1-9][0-9]{0,2}$ ]] || ((seconds > 60 || jobs > 256)); then usage >&2; exit 2; fi

machine=$(uname -n); machine=${'$'}{machine//[!A-Za-z0-9_.-]/_}
user=$(id -un 2>/dev/null || id -u); user=${'$'}{user//[!A-Za-z0-9_.-]/_}
machine=${'$'}{machine:0:64} user=${'$'}{user:0:64}
if [[ -z $out ]]; then out=results-$file-$machine.txt; fi
case $out in -*) out=./$out ;; esac
if [[ -d $out ]]; then printf '%s is a folder\n' "$out" >&2; exit 2; fi

scratch=$(mktemp -d) || exit 2
workers=()
finish() { rm -rf -- "$scratch"; }
stop() { kill ${'$'}{workers[@]+"${'$'}{workers[@]}"} 2>/dev/null; exit 130; }
trap finish EXIT
trap stop INT TERM HUP

# An address as hexadecimal digits, which sort as the addresses do; nothing for what is none.
expand() {
	local text=$1 head tail part digits='' count
	local -a front=() back=()
	if [[ $text =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$ ]]; then
		printf '%02x%02x%02x%02x' "$((10#${'$'}{BASH_REMATCH[1]}))" "$((10#${'$'}{BASH_REMATCH[2]}))" "$((10#${'$'}{BASH_REMATCH[3]}))" "$((10#${'$'}{BASH_REMATCH[4]}))"
		return
	fi
	if ! [[ $text =~ ^[0-9A-Fa-f:]+$ && $text == *:* ]]; then return; fi
	head=$text tail=''
	if [[ $text == *::* ]]; then head=${'$'}{text%%::*} tail=${'$'}{text#*::}; fi
	IFS=: read -r -a front <<< "$head"
	IFS=: read -r -a back <<< "$tail"
	count=$((8 - ${'$'}{#front[@]} - ${'$'}{#back[@]}))
	for part in ${'$'}{front[@]+"${'$'}{front[@]}"}; do digits+=$(printf '%04x' "0x$part"); done
	while ((count-- > 0)); do digits+=0000; done
	for part in ${'$'}{back[@]+"${'$'}{back[@]}"}; do digits+=$(printf '%04x' "0x$part"); done
	printf '%s' "$digits"
}

# The addresses of this machine.
list_own() {
	local address
	if command -v ip > /dev/null 2>&1; then
		ip -o addr show 2>/dev/null | while read -r _ _ _ address _; do printf '%s\n' "${'$'}{address%%/*}"; done
	elif command -v hostname > /dev/null 2>&1; then
		for address in $(hostname -I 2>/dev/null); do printf '%s\n' "$address"; done
	fi
}

if ((${'$'}{#own[@]} == 0)); then
	while read -r address; do own+=("$address"); done < <(list_own)
fi
own_digits=()
for address in ${'$'}{own[@]+"${'$'}{own[@]}"}; do own_digits+=("$(expand "$address")"); done

# The address of an interface on this machine: the first of its own that is in the plan.
declare -A address_of=()
for ((i = 0; i < ${'$'}{#sources[@]}; i += 4)); do
	key="${'$'}{sources[i]} ${'$'}{sources[i + 1]}" first=${'$'}{sources[i + 2]} last=${'$'}{sources[i + 3]}
	for ((j = 0; j < ${'$'}{#own[@]}; j++)); do
		digits=${'$'}{own_digits[j]}
		if [[ -z ${'$'}{address_of[$key]-} && ${'$'}{#digits} == "${'$'}{#first}" && ! $digits < $first && ! $digits > $last ]]; then address_of[$key]=${'$'}{own[j]}; fi
	done
done

# Who can send from a chosen address.
python='' binder='' nc_options=(-n -z)
for name in python3 /usr/libexec/platform-python python python2; do
	if command -v "$name" > /dev/null 2>&1; then python=$name; break; fi
done
if command -v socat > /dev/null 2>&1; then
	binder=socat
elif [[ -n $python ]]; then
	binder=python
elif command -v nc > /dev/null 2>&1; then
	# The last choice: not every nc tells a refused UDP packet from a lost one.
	binder=nc
	# Ncat has no -z in every version.
	if [[ $(nc -h 2>&1) == *--send-only* ]]; then nc_options=(-n --send-only); fi
fi

python_probe='
import errno, socket, sys
source, target, port, protocol, seconds = sys.argv[1:6]
family = socket.AF_INET6 if ":" in target else socket.AF_INET
probe = socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM)
probe.settimeout(float(seconds))
try:
    probe.bind((source, 0))
    probe.connect((target, int(port)))
    if protocol == "udp":
        probe.send(b"virt-fw-wizard\n")
        probe.recv(64)
except socket.timeout:
    sys.exit(124)
except socket.error as error:
    sys.stderr.write(str(error))
    sys.exit(124 if error.errno == errno.ETIMEDOUT else 1)
'

# Programs keep to the seconds themselves, and a busy machine takes its time to start them: this ends what hangs.
patience=$((seconds + 10))

# Each probe ends with 0 for an answer, 124 when nothing came, and otherwise says on standard error why not.
probe_tcp() {
	local from=$1 to=$2 port=$3
	case $4 in
		# The seconds begin when Bash runs, in which another one connects.
		'') timeout -k 1 "$patience" bash -c 'exec 4< <(printf "%s\n" "$BASHPID"; exec 3<> "/dev/tcp/$1/$2" && printf "open\n")
read -r child <&4 || exit 1
answer=""
IFS= read -r -t "$3" answer <&4
status=$?
kill "$child" 2> /dev/null
if [[ $answer == open ]]; then exit 0; fi
if ((status > 128)); then exit 124; fi
exit 1' probe "$to" "$port" "$seconds" ;;
		socat)
			case $to in
				*:*) timeout -k 1 "$patience" socat -u /dev/null "TCP6:[$to]:$port,bind=[$from],connect-timeout=$seconds" ;;
				*) timeout -k 1 "$patience" socat -u /dev/null "TCP4:$to:$port,bind=$from,connect-timeout=$seconds" ;;
			esac ;;
		nc) timeout -k 1 "$patience" nc -v "${'$'}{nc_options[@]}" -s "$from" -w "$seconds" "$to" "$port" < /dev/null ;;
		python) timeout -k 1 "$patience" "$python" -ES -c "$python_probe" "$from" "$to" "$port" tcp "$seconds" ;;
	esac
}

probe_udp() {
	local from=$1 to=$2 port=$3 answer
	case $4 in
		'')
			timeout -k 1 "$patience" bash -c 'exec 3<> "/dev/udp/$1/$2" || exit 1
printf "virt-fw-wizard\n" >&3 || exit 1
IFS= read -r -d "" -t "$3" -n 1 -u 3 answer
status=$?
if ((status > 128)); then exit 124; fi
exit "$status"' probe "$to" "$port" "$seconds"
			return ;;
		python)
			timeout -k 1 "$patience" "$python" -ES -c "$python_probe" "$from" "$to" "$port" udp "$seconds"
			return ;;
		socat)
			case $to in
				*:*) answer=$(printf 'virt-fw-wizard\n' | timeout -k 1 "$patience" socat -t "$seconds" - "UDP6:[$to]:$port,bind=[$from]" | head -c 1 | od -An -tx1) ;;
				*) answer=$(printf 'virt-fw-wizard\n' | timeout -k 1 "$patience" socat -t "$seconds" - "UDP4:$to:$port,bind=$from" | head -c 1 | od -An -tx1) ;;
			esac ;;
		# Standard input stays open: some end with it before the answer is there.
		nc) answer=$( { printf 'virt-fw-wizard\n'; sleep "$seconds"; } | timeout -k 1 "$seconds" nc -n -u -s "$from" "$to" "$port" | head -c 1 | od -An -tx1) ;;
	esac
	if [[ -n $answer ]]; then return 0; fi
	return 124
}

probe_icmp() {
	local from=$1 to=$2
	local -a options=(-n -c 1 -W "$seconds")
	local name=ping status errors
	if [[ -n $from ]]; then options+=(-I "$from"); fi
	if [[ $to == *:* ]]; then
		if command -v ping6 > /dev/null 2>&1; then name=ping6; else options+=(-6); fi
	fi
	if ! command -v "$name" > /dev/null 2>&1; then printf 'there is no ping' >&2; return 2; fi
	errors=$(timeout -k 1 "$patience" "$name" "${'$'}{options[@]}" "$to" 2>&1 > /dev/null)
	status=$?
	# It warns where the address is not that of the card: only what keeps it from trying matters.
	if ((status == 1)); then return 124; fi
	if ((status != 0)); then printf '%s' "$errors" >&2; fi
	return "$status"
}

# What an exit code and a message mean.
classify() {
	case $1/$2 in
		0/*) detail=open ;;
		*[Rr]efused* | *[Rr]eset\ by\ peer*) detail=refused ;;
		*[Nn]o\ route\ to\ host* | *[Hh]ost\ is\ unreachable*) detail=unreachable ;;
		# Whoever says something besides did not wait in vain but could not be run.
		124/ | 137/* | *[Tt]imed\ out* | *TIMEOUT*) detail=timed-out ;;
		*)
			# Without a route from here, or without a right, the test says nothing.
			detail=not-run remark=${'$'}{2//[!A-Za-z0-9 .,:_-]/ }
			remark="could not be tried: ${'$'}{remark:0:160}" ;;
	esac
}

# Sets what happened, of the test that is tried.
probe() {
	local errors status
	errors=$("probe_$1" "${'$'}{@:2}" 2>&1 > /dev/null)
	status=$?
	classify "$status" "$errors"
}

judge() {
	case $1/$2/$3 in
		*/not-run) result=not-run ;;
		open/*/open | open/tcp/refused) result=passed ;;
		open/tcp/* | open/*/unreachable) result=failed ;;
		closed/*/open | closed/*/refused) result=failed ;;
		closed/tcp/* | closed/*/unreachable) result=passed ;;
		*) result=unanswered ;;
	esac
}

is_named() {
	local name
	for name in ${'$'}{named[@]+"${'$'}{named[@]}"}; do if [[ $name == "$1" ]]; then return 0; fi; done
	return 1
}

# How many addresses of the same IP version this machine can send from, to other machines.
count_alike() {
	local word count=0
	for word in ${'$'}{own_digits[@]+"${'$'}{own_digits[@]}"}; do
		case $word in
			7f?????? | 0000000000000000000000000000000[01] | fe[89ab]*????????????????????????????) ;;
			*) if ((${'$'}{#word} == ${'$'}{#1})); then count=$((count + 1)); fi ;;
		esac
	done
	printf '%s' "$count"
}

# Try one test: its words. What came of it is one line on standard output, a single word where the destination is this machine.
try() {
	local kind=$1 subject=$2 source=$3 version=$4 to=$5 protocol=$6 port=$7 expected=$8
	local address=$to from=${'$'}{address_of[$3 $4]-} route='' chosen='' by_whom='' remark='' detail='' result='' digits word previous=''
	digits=$(expand "$address")
	if [[ -z $digits ]]; then
		# A name: the address that it has here.
		address=''
		if command -v getent > /dev/null 2>&1; then read -r address _ < <(getent "ahostsv$version" "$to"); fi
		digits=$(expand "$address")
	fi
	for word in ${'$'}{own_digits[@]+"${'$'}{own_digits[@]}"}; do if [[ -n $digits && $word == "$digits" ]]; then printf 'own'; return; fi; done
	if [[ -z $digits ]]; then
		detail=not-run remark='the name has no address here'
	elif [[ -z $from ]] && ! is_named "$source"; then
		detail=not-run remark='this machine has no address of that interface'
	else
		if command -v ip > /dev/null 2>&1; then
			# A packet that has no way out of this machine tells nothing of a firewall.
			route=$(ip -o route get "$address" 2>/dev/null)
			if (($? == 2)) && { [[ -z $from ]] || ! ip -o route get "$address" from "$from" > /dev/null 2>&1; }; then detail=not-run remark='there is no route from here'; fi
			for word in $route; do
				if [[ $previous == src ]]; then chosen=$word; fi
				previous=$word
			done
		fi
		if [[ -n $detail ]]; then
			:
		elif [[ -z $from ]]; then
			remark='only a name of the source is known: the system chose the address'
		elif [[ $protocol == icmp || $chosen == "$from" ]]; then
			:
		elif [[ -n $binder ]]; then
			by_whom=$binder
		elif [[ -n $chosen ]]; then
			detail=not-run remark="sending from $from needs socat, nc or Python: the system would send from $chosen"
		elif (($(count_alike "$digits") > 1)); then
			detail=not-run remark="sending from $from needs socat, nc or Python: this machine has several addresses, and the system would choose"
		else
			remark='the system chose the address it was sent from: choosing it needs socat, nc or Python'
		fi
		if [[ -z $detail ]]; then
			probe "$protocol" "$from" "$address" "$port" "$by_whom"
			# What should answer gets a second chance, as a packet may be lost.
			if [[ $detail == timed-out && $expected == open ]]; then probe "$protocol" "$from" "$address" "$port" "$by_whom"; fi
		fi
	fi
	judge "$expected" "$protocol" "$detail"
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$kind" "$subject" "$source" "$version" "${'$'}{from:--}" "$to" "$protocol" "$port" "$expected" "$result" "$detail" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$remark"
}

# Every so-many-th test is one worker's.
work() {
	local i
	for ((i = $1; i < ${'$'}{#tests[@]} / 8; i += jobs)); do
		printf '%s\t' "$i"
		try "${'$'}{tests[@]:i * 8:8}" || true
		printf '\n'
	done > "$scratch/work.$1"
}

files=()
for ((w = 0; w < jobs && w < ${'$'}{#tests[@]} / 8; w++)); do
	work "$w" &
	workers+=("$!")
	files+=("$scratch/work.$w")
done
wait

# Who stops reading what is printed does not stop the results.
trap '' PIPE
passed=0 failed=0 unanswered=0 unrun=0 count=0 own_count=0
{
	printf '%s\n# request %s\n# revision %s\n# by %s\n%s\n' "$signature" "$request" "$revision" "$user@$machine" "$columns"
	while IFS= read -r line; do
		line=${'$'}{line#*$'\t'}
		if [[ $line == own ]]; then own_count=$((own_count + 1)); continue; fi
		# Of a worker that was ended.
		if [[ -z $line ]]; then continue; fi
		printf '%s\n' "$line"
		count=$((count + 1))
		IFS=$'\t' read -r _ _ _ _ _ _ _ _ _ verdict _ <<< "$line"
		case $verdict in
			passed) passed=$((passed + 1)) ;;
			failed) failed=$((failed + 1)); printf 'FAILED  %s\n' "${'$'}{line//$'\t'/ }" >&2 ;;
			unanswered) unanswered=$((unanswered + 1)) ;;
			*) unrun=$((unrun + 1)); printf 'NOT RUN %s\n' "${'$'}{line//$'\t'/ }" >&2 ;;
		esac
	done < <(sort -n ${'$'}{files[@]+"${'$'}{files[@]}"} < /dev/null)
	printf '# end %s\n' "$count"
} > "$scratch/results" || exit 2
if ((count + own_count != ${'$'}{#tests[@]} / 8)); then
	printf 'Tests were lost, as when the system ends a process for want of memory: no results are written. Try again with fewer --jobs.\n' >&2
	exit 2
fi
if ! { cat "$scratch/results" > "$out.partial" && mv -f -- "$out.partial" "$out"; }; then exit 2; fi
printf '%s tests: %s passed, %s failed, %s unanswered (which proves nothing), %s not run\nResults: %s\n' "$count" "$passed" "$failed" "$unanswered" "$unrun" "$out"
if ((failed > 0 || unrun > 0)); then exit 1; fi
exit 0
`;
