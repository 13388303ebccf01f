#!/bin/sh
# Run a script for ufw, from standard input, where it changes nothing: in a network and mount namespace of its own, with copies of the folders that ufw writes to.
set -eu
work=$(mktemp -d)
trap 'umount /etc/ufw /etc/default; rm -r "$work"' EXIT
cp -a /etc/ufw /etc/default "$work"
# As after installation, whatever this machine has.
cp /usr/share/ufw/iptables/*.rules "$work/ufw/"
sed -i 's/^ENABLED=.*/ENABLED=no/' "$work/ufw/ufw.conf"
mount --bind "$work/ufw" /etc/ufw
mount --bind "$work/default" /etc/default
cat > "$work/script"
sh "$work/script"
