"""Load a configuration of firewalld into the namespace this runs in, without D-Bus: firewalld's own start, and no service behind it.

Standard input is a JSON object from paths below the configuration folder to their content.
"""
import json
import os
import shutil
import sys
import tempfile

from firewall import config

folder = tempfile.mkdtemp(prefix='virt-fw-wizard-firewalld-')
try:
	for path, content in json.load(sys.stdin).items():
		file = os.path.join(folder, path)
		os.makedirs(os.path.dirname(file), exist_ok=True)
		with open(file, 'w', encoding='utf-8') as stream:
			stream.write(content)
	config.set_system_config_paths(folder)
	from firewall.core.fw import Firewall
	Firewall().start()
finally:
	shutil.rmtree(folder)
