#!/bin/bash
# Makes the router's root file system: rootfs.sh OUT.tar   (as root; needs mmdebstrap; the apt sources are this machine's own, if bookworm is in them)
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
packages=frr,strongswan-charon,strongswan-swanctl,libstrongswan-standard-plugins,openssh-server,iproute2,iputils-ping,tcpdump,iptables,conntrack,ethtool,iperf3,netbase,kmod,procps,usr-is-merged
# They are gone again when it is done: nothing that compiles is needed on the machine that builds, nor on a router.
compiler=tcc,libc6-dev,patchelf
# Within a container mounts may be forbidden. apt is taken out by install.sh, so that it cannot be cleaned afterwards.
# usrmerge would bring 47 MB of Perl: the merged root is made by the hooks.
# What a build that is cut short leaves mounted goes with a mount namespace of its own; a container may not have one, nor mounts.
alone=
if unshare --mount true 2>/dev/null; then alone="unshare --mount"; fi
exec $alone mmdebstrap --quiet --mode=root --variant=minbase --skip=check/canmount \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --include="$packages,$compiler" \
  --setup-hook='mkdir -p "$1/etc/apt/preferences.d"; printf "Package: usrmerge\nPin: release *\nPin-Priority: -1\n" >"$1/etc/apt/preferences.d/no-usrmerge"' \
  --aptopt='Apt::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --customize-hook="$here/install.sh \"\$1\"" \
  --skip=cleanup/apt \
  bookworm "$out"
