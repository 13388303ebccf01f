#!/bin/sh
# Run a script for ufw, from standard input, where it changes nothing: in a network and mount namespace of its own, with copies of the folders that ufw writes to.
set -eu
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; umount /etc/ufw /etc/default; rm -r "$work"' EXIT
cp -a /etc/ufw /etc/default "$work"
# As after installation, whatever this machine has.
cp /usr/share/ufw/iptables/*.rules "$work/ufw/"
sed -i 's/^ENABLED=.*/ENABLED=no/' "$work/ufw/ufw.conf"
mount --bind "$work/ufw" /etc/ufw
mount --bind "$work/default" /etc/default
mkfifo "$work/requests" "$work/answers"
/usr/bin/python3 "$(dirname "$0")/ufw-server.py" "$work/requests" "$work/answers" &
server=$!
mkdir "$work/bin"
cat > "$work/bin/ufw" <<END
#!/bin/sh
printf '%s\n' "\$@" > $work/requests
read -r status < $work/answers
exit "\$status"
END
chmod +x "$work/bin/ufw"
cat > "$work/script"
PATH="$work/bin:$PATH" sh "$work/script"
