"""Run ufw's own program many times without starting an interpreter for each: a design has hundreds of its commands.

Arguments: two pipes. Each request is a command line, one argument a line; the answer is its exit status. What it prints goes where this prints.
"""
import os
import sys

import ufw.backend
import ufw.frontend  # Only so that no command has to load it.
import ufw.util

# Each command asks the kernel with a dozen of iptables what it can do, which stays the same.
capabilities = {exe: ufw.util.get_netfilter_capabilities(exe) for exe in ('/usr/sbin/iptables', '/usr/sbin/ip6tables')}
ask = ufw.util.get_netfilter_capabilities
ufw.util.get_netfilter_capabilities = lambda exe='/sbin/iptables', *rest: capabilities.get(exe) or ask(exe, *rest)

requests, answers = sys.argv[1:]
program = '/usr/sbin/ufw'
with open(program, encoding='utf-8') as stream:
	code = compile(stream.read(), program, 'exec')

while True:
	with open(requests, encoding='utf-8') as stream:
		words = stream.read().splitlines()
	child = os.fork()
	if child == 0:
		sys.argv = [program, *words]
		exec(code, {'__name__': '__main__'})
		sys.exit(0)
	_, status = os.waitpid(child, 0)
	with open(answers, 'w', encoding='utf-8') as stream:
		stream.write(f'{os.waitstatus_to_exitcode(status)}\n')
