/**
What services of firewalld open, by their names: those that its zones have by themselves and that hosts of virtualization often have. Facts of the files in
`/usr/lib/firewalld/services` of firewalld 1.3; a service whose file is given counts as that says.
*/
export const firewalldServices: Readonly<Record<string, readonly string[]>> = {
	amqp: ['5672/tcp'], amqps: ['5671/tcp'], bacula: ['9101-9103/tcp'], 'bacula-client': ['9102/tcp'], cockpit: ['9090/tcp'], dhcp: ['67/udp'], dhcpv6: ['547/udp'], dns: ['53/tcp', '53/udp'],
	'docker-registry': ['5000/tcp'], elasticsearch: ['9200/tcp', '9300/tcp'], git: ['9418/tcp'], grafana: ['3000/tcp'], http: ['80/tcp'], http3: ['443/udp'], https: ['443/tcp'], imap: ['143/tcp'], imaps: ['993/tcp'],
	ipp: ['631/tcp', '631/udp'], 'ipp-client': ['631/udp'], 'iscsi-target': ['3260/tcp', '3260/udp'], kerberos: ['88/tcp', '88/udp'], 'kube-apiserver': ['6443/tcp'], ldap: ['389/tcp'], ldaps: ['636/tcp'],
	libvirt: ['16509/tcp'], 'libvirt-tls': ['16514/tcp'], mongodb: ['27017/tcp'], mountd: ['20048/tcp', '20048/udp'], mysql: ['3306/tcp'], nfs: ['2049/tcp'], nfs3: ['2049/tcp', '2049/udp'], ntp: ['123/udp'],
	openvpn: ['1194/udp'], 'ovirt-imageio': ['54322/tcp'], 'ovirt-storageconsole': ['39543/tcp', '55863/tcp'], 'ovirt-vmconsole': ['2223/tcp'], pop3: ['110/tcp'], pop3s: ['995/tcp'], postgresql: ['5432/tcp'],
	prometheus: ['9090/tcp'], rdp: ['3389/tcp'], redis: ['6379/tcp'], 'rpc-bind': ['111/tcp', '111/udp'], smtp: ['25/tcp'], smtps: ['465/tcp'], snmp: ['161/tcp', '161/udp'], snmptrap: ['162/tcp', '162/udp'],
	squid: ['3128/tcp'], ssh: ['22/tcp'], syslog: ['514/udp'], 'syslog-tls': ['6514/tcp', '6514/udp'], telnet: ['23/tcp'], vdsm: ['54321/tcp', '5900-6923/tcp', '49152-49216/tcp'], 'vnc-server': ['5900-5903/tcp'],
	'wbem-http': ['5988/tcp'], 'wbem-https': ['5989/tcp'], wireguard: ['51820/udp'], 'zabbix-agent': ['10050/tcp'], 'zabbix-server': ['10051/tcp'],
};
