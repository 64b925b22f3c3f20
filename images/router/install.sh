#!/bin/bash
# Runs while the root file system is made: install.sh ROOT. Puts our files in, takes out what a router does not need.
set -eu
root=$1
here=$(cd "$(dirname "$0")" && pwd)

install -d "$root/usr/lib/tunnelwright" "$root/etc/tunnelwright" "$root/root/.ssh" "$root/etc/strongswan.d/charon"
install -m 0755 "$here"/files/{entry,init,supervise,exec,config,probe,health} "$root/usr/lib/tunnelwright/"
install -m 0644 "$here/files/fstab" "$root/etc/fstab.tunnelwright"
install -m 0644 "$here/files/sshd_config" "$root/etc/ssh/sshd_config"
install -m 0644 "$here/files/strongswan.conf" "$root/etc/strongswan.conf"
install -m 0644 "$here/files/vtysh.conf" "$root/etc/frr/vtysh.conf"
chmod 0700 "$root/root/.ssh"
: >"$root/etc/frr/daemons"
: >"$root/etc/frr/frr.conf"
chroot "$root" chown frr:frr /etc/frr/frr.conf
for tool in iptables ip6tables; do chroot "$root" update-alternatives --quiet --set $tool /usr/sbin/$tool-legacy; done

# The kernel's modules: what GRE, IPsec, filtering and shaping need, and the whole of crypto and lib, whose soft dependencies are in no list.
version=$(ls "$root/usr/lib/uml/modules")
modules=$root/usr/lib/uml/modules/$version
mkdir -p "$root/usr/lib/modules"
ln -sfn "../uml/modules/$version" "$root/usr/lib/modules/$version"
wanted="ip_gre gre ip_vti ip_tunnel ah4 esp4 xfrm_user af_key xfrm4_tunnel gcm ccm seqiv echainiv authenc authencesn cbc ctr des_generic hmac
 sha512_generic ghash-generic chacha20poly1305 crypto_null dummy veth vrf bridge overlay ifb ipv6 sch_netem sch_tbf sch_htb sch_prio sch_ingress
 cls_u32 cls_matchall act_mirred ip_tables iptable_filter iptable_mangle iptable_nat iptable_raw xt_TCPMSS xt_tcpmss xt_policy xt_mark xt_conntrack
 xt_comment xt_length xt_dscp xt_esp xt_multiport xt_statistic xt_u32 xt_LOG xt_limit xt_bpf xt_tcpudp xt_addrtype xt_pkttype xt_MASQUERADE xt_nat
 xt_REDIRECT xt_CT ipt_REJECT af_packet_diag inet_diag udp_diag raw_diag nf_conntrack_netlink drbg jitterentropy_rng"
keep=$(mktemp); all=$(mktemp)
# shellcheck disable=SC2086
chroot "$root" /sbin/modprobe -S "$version" --show-depends -a $wanted 2>/dev/null | sed -n 's#^insmod .*/modules/[^/]*/##p' | sed 's/ *$//' | sort -u >"$keep"
(cd "$modules" && find . -name '*.ko' | sed 's#^\./##' | sort >"$all"
 comm -13 "$keep" "$all" | grep -vE '^kernel/(crypto|lib|arch)/' | xargs -r rm -f
 find . -name '*.ko' -exec strip -g {} +
 find . -type d -empty -delete)
rm -f "$keep" "$all"
chroot "$root" depmod "$version"
echo "$version" >"$root/usr/lib/tunnelwright/kernel-version"
chroot "$root" dpkg-query -W -f '${Package} ${Version}\n' frr strongswan-charon user-mode-linux | tee "$root/usr/lib/tunnelwright/versions" | sed "s/^/version /"

# Keys are a container's own, sources the builder's own, caches nobody's.
rm -f "$root"/etc/ssh/ssh_host_*
rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap "$root"/etc/apt/preferences.d/no-usrmerge
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/* "$root"/var/log/* "$root"/usr/share/zoneinfo "$root"/etc/resolv.conf "$root"/etc/hostname
install -d "$root/var/log"
