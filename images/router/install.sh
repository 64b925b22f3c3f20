#!/bin/bash
# Runs while the root file system is made: install.sh ROOT. Puts our files in, and takes out what no router needs.
set -eu
root=$1
here=$(cd "$(dirname "$0")" && pwd)
library=$root/usr/lib/tunnelwright
in_root() { chroot "$root" /usr/bin/env LC_ALL=C PATH=/usr/sbin:/usr/bin "$@"; }

# ---- ours
install -d "$library" "$root/etc/swanctl/conf.d"
install -d -m 0700 "$root"/etc/tunnelwright{,/nothing}
for section in sysctl firewall interfaces ipsec ipsec-secrets routing keepalive; do : >"$root/etc/tunnelwright/nothing/$section"; done
install -d -m 0700 "$root/root/.ssh"
install -m 0755 "$here"/files/{entry,init,supervise,health,config,probe,impair,line-follows-sa,relay} "$library"
install -m 0644 "$here"/files/{frames,daemons,steps,line-down} "$library"
install -m 0644 "$here/files/fstab" "$root/etc/fstab.tunnelwright"
install -m 0644 "$here/files/modprobe.conf" "$root/etc/modprobe.d/tunnelwright.conf"
install -m 0644 "$here/files/sshd_config" "$root/etc/ssh/sshd_config"
install -m 0644 "$here/files/strongswan.conf" "$root/etc/strongswan.conf"
install -m 0644 "$here/files/vtysh.conf" "$root/etc/frr/vtysh.conf"
: >"$root/etc/frr/frr.conf"
in_root chown frr:frr /etc/frr/frr.conf
# The guest's kernel has no nf_tables for IP.
for tool in iptables ip6tables; do in_root update-alternatives --quiet --set $tool /usr/sbin/$tool-legacy; done

# ---- the programs in C, against the C library that they will run with
compile() { # FOLDER PROGRAM
  cp -r "$here/$1" "$root/tmp/$1"
  in_root sh -ec "cd /tmp/$1 && tcc -Wall -Werror -D_GNU_SOURCE *.c -o $2"
  strip "$root$2"
  rm -r "$root/tmp/$1"
}
compile keepalive /usr/sbin/tw-keepalive
compile exec /usr/lib/tunnelwright/exec
in_root usermod --shell /usr/lib/tunnelwright/exec root

# ---- the kernel: Debian 13's user-mode Linux, in which a fork costs half of what it costs in Debian 12's (docs/decisions/0008-a-newer-kernel.md).
# It runs with the C library that it was linked against, which is for it alone: all else here is Debian 12's.
newer() { APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --quiet -o APT::Sandbox::User=root -o "Dir::Etc::SourceList=$root/etc/apt/kernel.list" -o Dir::Etc::SourceParts=/dev/null "$@"; }
archive=$(APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get indextargets --format '$(CODENAME) $(REPO_URI)' "Created-By: Packages" | sed -n '/^bookworm /{s///p;q}')
echo "deb [signed-by=$root/usr/share/keyrings/debian-archive-keyring.gpg] $archive trixie main" >"$root/etc/apt/kernel.list"
newer update
mkdir "$root/tmp/kernel"
(
  cd "$root/tmp/kernel"
  newer download user-mode-linux libc6
  for package in *.deb; do dpkg-deb --extract "$package" "${package%%_*}"; done
  install -d "$root/usr/lib/uml" "$root/usr/share/doc/user-mode-linux"
  mv user-mode-linux/usr/lib/uml/modules "$root/usr/lib/uml/"
  install -m 0644 user-mode-linux/usr/share/doc/user-mode-linux/copyright "$root/usr/share/doc/user-mode-linux/"
  install -m 0755 libc6/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$root/usr/lib/uml/ld.so"
  install -m 0755 -t "$root/usr/lib/uml" libc6/usr/lib/x86_64-linux-gnu/libc.so.6 user-mode-linux/usr/bin/linux.uml
)
# `entry` says where that library is; who loads it stands in the program.
in_root patchelf --set-interpreter /usr/lib/uml/ld.so /usr/lib/uml/linux.uml
rm -r "$root/tmp/kernel" "$root/etc/apt/kernel.list"
in_root dpkg --purge patchelf tcc libc6-dev libc-dev-bin linux-libc-dev libcrypt-dev libnsl-dev libtirpc-dev rpcsvc-proto >/dev/null

# ---- the kernel's modules: GRE, IPsec, filtering and shaping; all of crypto and lib, whose soft dependencies stand in no list
kernel=$(ls "$root/usr/lib/uml/modules")
modules=$root/usr/lib/uml/modules/$kernel
mkdir -p "$root/usr/lib/modules"
ln -sfn "../uml/modules/$kernel" "$root/usr/lib/modules/$kernel"
wanted="ip_gre gre ip_vti ip_tunnel ah4 esp4 xfrm_user af_key xfrm4_tunnel dummy veth vrf bridge overlay ifb ipv6
 sch_netem sch_tbf sch_htb sch_prio sch_ingress cls_u32 cls_matchall act_mirred
 ip_tables iptable_filter iptable_mangle iptable_nat iptable_raw xt_TCPMSS xt_tcpmss xt_policy xt_mark xt_conntrack xt_comment xt_length
 xt_dscp xt_esp xt_multiport xt_statistic xt_u32 xt_LOG xt_limit xt_bpf xt_tcpudp xt_addrtype xt_pkttype xt_MASQUERADE xt_nat xt_REDIRECT xt_devgroup ip6table_filter
 xt_CT ipt_REJECT af_packet_diag inet_diag udp_diag raw_diag nf_conntrack_netlink"
# shellcheck disable=SC2086
keep=$(in_root modprobe -S "$kernel" --show-depends -a $wanted | sed -n 's#^insmod .*/modules/[^/]*/\([^ ]*\).*#\1#p' | sort -u)
(
  cd "$modules"
  find . -name '*.ko' -printf '%P\n' | grep -vE '^kernel/(crypto|lib|arch)/' | sort | comm -13 <(echo "$keep") - | xargs -r rm
  find . -name '*.ko' -exec strip -g {} +
  find . -type d -empty -delete
)
in_root depmod "$kernel"

{
  echo "linux $kernel"
  in_root dpkg-query -W -f '${Package} ${Version}\n' frr strongswan-charon
} >"$library/versions"

# ---- what no router needs: installing, file systems, character sets, other routing daemons, an SSH client's agents
in_root dpkg --purge --force-depends --force-remove-essential --force-remove-protected \
  apt libapt-pkg6.0 gpgv debian-archive-keyring libgnutls30 libp11-kit0 libtasn1-6 libhogweed6 libnettle8 libffi8 \
  e2fsprogs libext2fs2 libss2 logsave tzdata >/dev/null 2>&1
rm -rf "$root"/usr/lib/x86_64-linux-gnu/{gconv,libmvec.so.1,engines-3,tc/q_atm.so} "$root"/usr/share/{bash-completion,lintian,gcc,zoneinfo,locale,i18n} \
  "$root"/usr/lib/frr/{babeld,eigrpd,fabricd,isisd,ldpd,nhrpd,ospf6d,pathd,pbrd,pimd,pim6d,ripd,ripngd,sharpd,vrrpd} \
  "$root"/usr/lib/x86_64-linux-gnu/frr/modules/{pathd_pcep,dplane_fpm_nl,zebra_fpm,zebra_cumulus_mlag,bgpd_bmp,bgpd_rpki}.so \
  "$root"/usr/bin/ssh-{add,agent,keyscan,copy-id,argv0} "$root"/usr/lib/openssh/ssh-{keysign,pkcs11-helper,sk-helper} "$root/etc/ssh/moduli" \
  "$root"/var/lib/dpkg/info/*.{symbols,templates,shlibs} "$root"/usr/lib/systemd/system "$root"/etc/{init.d,rc?.d,cron.*,systemd,logrotate.d}
# Nothing that was left may miss a library; the kernel has its own.
in_root env LD_LIBRARY_PATH=/usr/lib/uml /usr/lib/uml/linux.uml --version >/dev/null
missing=$(find "$root"/usr/{bin,sbin,lib} -path "$root/usr/lib/uml" -prune -o -type f \( -perm -100 -o -name '*.so*' \) -print | sed "s#^$root##" | in_root xargs ldd 2>/dev/null | awk '/^\// { file = $1 } /not found/ { printf "%s needs %s; ", file, $1 }')
[ -z "$missing" ] || { echo "E: libraries are missing: $missing" >&2; exit 1; }

# ---- keys are a container's own, names and sources the builder's, caches nobody's
# (mmdebstrap itself takes the rest of /etc/apt away.)
rm -rf "$root"/etc/ssh/ssh_host_* "$root"/etc/apt/{sources.list*,preferences.d,trusted.gpg.d,auth.conf.d,apt.conf.d/99mmdebstrap} \
  "$root"/var/lib/apt/* "$root"/var/{cache,log,backups}/* "$root"/etc/{resolv.conf,hostname,machine-id,passwd-,group-,shadow-,gshadow-}
