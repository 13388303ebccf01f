import type {Plan} from '../../core/model.js';
import {resultColumns, resultsSignature} from '../../core/test-results.js';
import {listHead, listUntestable, listWords, quotePowerShell, type HostTests} from './script-parts.js';

/** The tests of one host as a PowerShell script, from Windows PowerShell 5.1 on; ASCII, as that reads files without a mark in the code page of the machine. */
export function formatPowerShellTests(plan: Plan, tests: HostTests): string {
	const {host, title, file, cases, sources, named, untestable} = tests;
	return [
		...listHead(plan, `Tests from ${title} (${host}), for machines with Windows`, [
			`Run it on each machine of ${title}, as: powershell -ExecutionPolicy Bypass -File test-${file}.ps1`,
			'It needs Windows PowerShell 5.1 or PowerShell 7 and nothing else. It opens connections and closes them again at once, and changes nothing.',
			`Results go to results-${file}-MACHINE.txt in this folder; virt-fw-wizard verify reads them. Exit code 0: nothing failed. 1: something failed or could not be tried.`,
			...listUntestable(untestable),
		]),
		'param(',
		'\t[string] $Out = \'\',',
		'\t# Windows asks a port that refuses again and again, for two seconds.',
		'\t[ValidateRange(3, 60)] [int] $Seconds = 3,',
		'\t[ValidateRange(1, 256)] [int] $Jobs = 32',
		')',
		'Set-StrictMode -Version 2',
		'$ErrorActionPreference = \'Stop\'',
		'',
		`$request = ${quotePowerShell(plan.request.id)}`,
		`$revision = ${quotePowerShell(plan.request.revision)}`,
		`$file = ${quotePowerShell(file)}`,
		`$signature = ${quotePowerShell(resultsSignature)}`,
		`$columns = @(${resultColumns.map(column => quotePowerShell(column)).join(', ')})`,
		'',
		'# Interfaces of this host: name, IP version, first and last address in hexadecimal.',
		'$sources = @(',
		...sources.map(source => `\t,@(${[source.interface, String(source.ipVersion), source.from, source.to].map(word => quotePowerShell(word)).join(', ')})`),
		')',
		'# Interfaces of which only names are known.',
		`$named = @(${named.map(name => quotePowerShell(name)).join(', ')})`,
		'# Kind, subject, interface, IP version, destination, protocol, port, what is expected.',
		'$tests = @(',
		...cases.map(entry => `\t,@(${listWords(entry).map(word => quotePowerShell(word)).join(', ')})`),
		')',
		'',
		powerShellProgram,
	].join('\r\n').replaceAll(/(?<!\r)\n/gv, '\r\n');
}

const powerShellProgram = String.raw`function Get-Digits([Net.IPAddress] $address) {
	return (($address.GetAddressBytes() | ForEach-Object { $_.ToString('x2') }) -join '')
}

# The addresses of this machine that are in the plan, by interface and IP version.
$own = @{}
$addressOf = @{}
foreach ($card in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
	foreach ($entry in $card.GetIPProperties().UnicastAddresses) {
		$address = [Net.IPAddress]::Parse($entry.Address.ToString().Split('%')[0])
		$digits = Get-Digits $address
		$own[$digits] = $true
		foreach ($source in $sources) {
			$key = $source[0] + ' ' + $source[1]
			if (-not $addressOf.ContainsKey($key) -and $digits.Length -eq $source[2].Length -and [string]::CompareOrdinal($digits, $source[2]) -ge 0 -and [string]::CompareOrdinal($digits, $source[3]) -le 0) {
				$addressOf[$key] = $address
			}
		}
	}
}

# What a test proves, as verify reckons it too.
function Get-Verdict([string] $expected, [string] $protocol, [string] $detail) {
	switch ($detail) {
		'not-run' { return 'not-run' }
		'open' { if ($expected -ceq 'open') { return 'passed' } else { return 'failed' } }
		'unreachable' { if ($expected -ceq 'open') { return 'failed' } else { return 'passed' } }
		'refused' { if ($expected -ceq 'closed') { return 'failed' } elseif ($protocol -ceq 'tcp') { return 'passed' } else { return 'unanswered' } }
	}
	if ($protocol -cne 'tcp') { return 'unanswered' }
	if ($expected -ceq 'open') { return 'failed' } else { return 'passed' }
}

function Set-Failure($state, $problem) {
	while ($null -ne $problem -and $problem -isnot [Net.Sockets.SocketException]) { $problem = $problem.InnerException }
	if ($null -eq $problem) { $state.Detail = 'not-run'; $state.Remark = 'could not be tried'; return }
	switch ($problem.SocketErrorCode.ToString()) {
		'ConnectionRefused' { $state.Detail = 'refused' }
		# Windows says so where an ICMP message came back.
		'ConnectionReset' { $state.Detail = 'refused' }
		# An answer that is longer than the room for it is an answer.
		'MessageSize' { $state.Detail = 'open' }
		'TimedOut' { $state.Detail = 'timed-out' }
		'HostUnreachable' { $state.Detail = 'unreachable' }
		default { $state.Detail = 'not-run'; $state.Remark = 'could not be tried: ' + $_ }
	}
}

function Start-Test($test) {
	$state = @{ Test = $test; Detail = ''; Remark = ''; From = '-'; Socket = $null; Async = $null; Skip = $false; Time = '' }
	$address = $null
	if (-not [Net.IPAddress]::TryParse($test[4], [ref] $address)) {
		$family = if ($test[3] -ceq '6') { 'InterNetworkV6' } else { 'InterNetwork' }
		try { $address = [Net.Dns]::GetHostAddresses($test[4]) | Where-Object { $_.AddressFamily.ToString() -ceq $family } | Select-Object -First 1 } catch { $address = $null }
		if ($null -eq $address) { $state.Detail = 'not-run'; $state.Remark = 'the name has no address here' }
	}
	if ($null -ne $address -and $own.ContainsKey((Get-Digits $address))) { $state.Skip = $true; return $state }
	$key = $test[2] + ' ' + $test[3]
	$from = $null
	if ($addressOf.ContainsKey($key)) { $from = $addressOf[$key]; $state.From = $from.ToString() }
	elseif ($named -ccontains $test[2]) { $state.Remark = 'only a name of the source is known: the system chose the address' }
	elseif ($state.Detail -ceq '') { $state.Detail = 'not-run'; $state.Remark = 'this machine has no address of that interface' }
	if ($state.Detail -cne '') { return $state }
	try {
		if ($test[5] -ceq 'icmp') {
			# Ping cannot be sent from a chosen address here.
			$state.Socket = New-Object Net.NetworkInformation.Ping
			$state.Async = $state.Socket.SendPingAsync($address, $Seconds * 1000)
			return $state
		}
		$type = if ($test[5] -ceq 'tcp') { [Net.Sockets.SocketType]::Stream } else { [Net.Sockets.SocketType]::Dgram }
		$protocol = if ($test[5] -ceq 'tcp') { [Net.Sockets.ProtocolType]::Tcp } else { [Net.Sockets.ProtocolType]::Udp }
		$socket = New-Object Net.Sockets.Socket($address.AddressFamily, $type, $protocol)
		$state.Socket = $socket
		if ($null -ne $from) { $socket.Bind((New-Object Net.IPEndPoint($from, 0))) }
		if ($test[5] -ceq 'tcp') {
			$state.Async = $socket.BeginConnect($address, [int] $test[6], $null, $null)
		} else {
			$socket.Connect($address, [int] $test[6])
			[void] $socket.Send([Text.Encoding]::ASCII.GetBytes('virt-fw-wizard'))
			$state.Buffer = New-Object byte[] 65536
			$state.Async = $socket.BeginReceive($state.Buffer, 0, 65536, [Net.Sockets.SocketFlags]::None, $null, $null)
		}
	} catch { Set-Failure $state $_.Exception }
	return $state
}

function Complete-Test($state, [DateTime] $until) {
	if ($state.Skip) { return }
	if ($state.Detail -ceq '') {
		try {
			if ($state.Test[5] -ceq 'icmp') {
				$state.Remark = 'the system chose the address it was sent from'
				if ($state.Async.Result.Status.ToString() -ceq 'Success') { $state.Detail = 'open' } else { $state.Detail = 'timed-out' }
			} else {
				$rest = [Math]::Max(0, [int] ($until - [DateTime]::UtcNow).TotalMilliseconds)
				if ($state.Async.AsyncWaitHandle.WaitOne($rest)) {
					if ($state.Test[5] -ceq 'tcp') { $state.Socket.EndConnect($state.Async) } else { [void] $state.Socket.EndReceive($state.Async) }
					$state.Detail = 'open'
				} else {
					$state.Detail = 'timed-out'
				}
			}
		} catch { Set-Failure $state $_.Exception }
	}
	if ($null -ne $state.Socket) { $state.Socket.Dispose() }
	$state.Time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
}

$lines = New-Object Collections.Generic.List[string]
$counts = @{ 'passed' = 0; 'failed' = 0; 'unanswered' = 0; 'not-run' = 0 }
for ($start = 0; $start -lt $tests.Count; $start += $Jobs) {
	$batch = @($tests[$start..([Math]::Min($start + $Jobs, $tests.Count) - 1)])
	$states = @(foreach ($test in $batch) { Start-Test $test })
	$until = [DateTime]::UtcNow.AddSeconds($Seconds)
	foreach ($state in $states) {
		Complete-Test $state $until
		if ($state.Skip) { continue }
		$test = $state.Test
		$verdict = Get-Verdict $test[7] $test[5] $state.Detail
		$counts[$verdict]++
		$line = @($test[0], $test[1], $test[2], $test[3], $state.From, $test[4], $test[5], $test[6], $test[7], $verdict, $state.Detail, $state.Time, $state.Remark) -join [char] 9
		$lines.Add($line)
		if ($verdict -ceq 'failed' -or $verdict -ceq 'not-run') { Write-Host ($verdict.ToUpperInvariant() + '  ' + $line.Replace([string] [char] 9, ' ')) }
	}
}

$machine = [Environment]::MachineName -creplace '[^A-Za-z0-9_.-]', '_'
$user = [Environment]::UserName -creplace '[^A-Za-z0-9_.-]', '_'
if ($user.Length -gt 64) { $user = $user.Substring(0, 64) }
if ($Out -ceq '') { $Out = 'results-' + $file + '-' + $machine + '.txt' }
$target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
$all = @($signature, ('# request ' + $request), ('# revision ' + $revision), ('# by ' + $user + '@' + $machine), ($columns -join [char] 9)) + $lines.ToArray() + @('# end ' + $lines.Count)
[IO.File]::WriteAllText($target, (($all -join [char] 10) + [char] 10), (New-Object Text.ASCIIEncoding))
Write-Host ('{0} tests: {1} passed, {2} failed, {3} unanswered (which proves nothing), {4} not run' -f $lines.Count, $counts['passed'], $counts['failed'], $counts['unanswered'], $counts['not-run'])
Write-Host ('Results: ' + $target)
if ($counts['failed'] -gt 0 -or $counts['not-run'] -gt 0) { exit 1 }
exit 0
`;
