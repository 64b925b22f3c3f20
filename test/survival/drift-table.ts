/** What is changed by hand on a running lab, what the plan must show of it, and what healing it may restart: data, for the live test and for docs/survival.md. */

/** The sections of a router's configuration that a plan shows. */
export type SectionName = "sysctl" | "firewall" | "interfaces" | "ipsec" | "routing";
/** What could be restarted by healing. */
export type Part = "charon" | "zebra" | "ospfd" | "IKE SA";

export interface Drift {
  /** What a person did. */
  readonly title: string;
  readonly node: "r1" | "r2" | "isp";
  /** As it is typed on the router. */
  readonly command: string;
  /** The section of the plan that differs, and its lines: `-` what runs, `+` what is declared. Nothing for what is not ours. */
  readonly shows: { readonly section: SectionName; readonly lines: readonly string[] } | null;
  /** What does not run on as it was after the deploy that heals it. */
  readonly restarted: readonly Part[];
}

const swanctlFile = "/etc/swanctl/conf.d/tunnelwright.conf";
const load = "swanctl --load-all --noprompt >/dev/null";
const end = (daemon: string): string =>
  `kill -KILL $(cat /run/tunnelwright/daemons/${daemon}.pid); until [ -e /run/tunnelwright/failed/${daemon} ]; do sleep 0.1; done`;

export const drifts: readonly Drift[] = [
  {
    title: "another ip mtu on the tunnel",
    node: "r1",
    command: "ip link set dev tunnel0 mtu 1300",
    shows: { section: "interfaces", lines: ["-link set dev tunnel0 mtu 1300 up", "+link set dev tunnel0 mtu 1442 up"] },
    restarted: [],
  },
  {
    title: "another TTL, and DF always set",
    node: "r2",
    command: "ip tunnel change tunnel0 mode gre local 203.0.113.2 remote 198.51.100.2 ttl 64 pmtudisc",
    shows: {
      section: "interfaces",
      lines: [
        "-link add name tunnel0 type gre local 203.0.113.2 remote 198.51.100.2 ttl 64 pmtudisc",
        "+link add name tunnel0 type gre local 203.0.113.2 remote 198.51.100.2 ttl 255 nopmtudisc",
      ],
    },
    restarted: [],
  },
  {
    title: "a value of sysctl",
    node: "isp",
    command: "sysctl -qw net.ipv4.conf.eth0.rp_filter=1",
    shows: {
      section: "sysctl",
      lines: ["-net.ipv4.conf.eth0.rp_filter = 1", "+net.ipv4.conf.eth0.rp_filter = 0"],
    },
    restarted: [],
  },
  {
    title: "an address more on an interface of ours",
    node: "r1",
    command: "ip address add 192.0.2.9/24 dev eth1",
    shows: { section: "interfaces", lines: ["-address add 192.0.2.9/24 dev eth1"] },
    restarted: [],
  },
  {
    title: "the tunnel's address taken away",
    node: "r2",
    command: "ip address delete 172.16.0.2/30 dev tunnel0",
    shows: { section: "interfaces", lines: ["+address add 172.16.0.2/30 dev tunnel0"] },
    restarted: [],
  },
  {
    title: "an interface of the transit shut",
    node: "isp",
    command: "ip link set dev eth1 down",
    shows: { section: "interfaces", lines: ["-link set dev eth1 mtu 1500 down", "+link set dev eth1 mtu 1500 up"] },
    restarted: [],
  },
  {
    title: "the drop of unprotected GRE taken away",
    node: "r1",
    command: "iptables -D TW-OUTPUT 1",
    shows: {
      section: "firewall",
      lines: ["+-A TW-OUTPUT -s 198.51.100.2/32 -d 203.0.113.2/32 -p gre -m policy --dir out --pol none -j DROP"],
    },
    restarted: [],
  },
  {
    title: "a rule more in a chain of ours",
    node: "r2",
    command: "iptables -A TW-INPUT -p icmp -j DROP",
    shows: { section: "firewall", lines: ["--A TW-INPUT -p icmp -j DROP"] },
    restarted: [],
  },
  {
    title: "a static route over an interface of ours",
    node: "isp",
    command: "ip route add 10.9.0.0/16 via 198.51.100.2",
    shows: { section: "interfaces", lines: ["-route add 10.9.0.0/16 via 198.51.100.2"] },
    restarted: [],
  },
  {
    // The kernel lets redirects go along with forwarding (Linux Documentation/networking/ip-sysctl.rst, ip_forward).
    title: "forwarding switched off",
    node: "isp",
    command: "sysctl -qw net.ipv4.ip_forward=0",
    shows: {
      section: "sysctl",
      lines: [
        "-net.ipv4.ip_forward = 0",
        "+net.ipv4.ip_forward = 1",
        "-net.ipv4.conf.all.accept_redirects = 1",
        "+net.ipv4.conf.all.accept_redirects = 0",
      ],
    },
    restarted: [],
  },
  {
    title: "a line of swanctl.conf, not loaded",
    node: "r1",
    command: `sed -i 's/dpd_delay = 10s/dpd_delay = 99s/' ${swanctlFile}`,
    shows: { section: "ipsec", lines: ["-dpd_delay = 99s", "+dpd_delay = 10s"] },
    restarted: [],
  },
  {
    title: "another mode loaded, and the file put back",
    node: "r2",
    command: `cp ${swanctlFile} /run/was && sed -i 's/mode = transport/mode = tunnel/' ${swanctlFile} && ${load}; cp /run/was ${swanctlFile}`,
    shows: { section: "ipsec", lines: ["-mode = tunnel", "+mode = transport"] },
    // Charon ends the SAs of a connection that changes, and begins anew by itself.
    restarted: ["IKE SA"],
  },
  {
    title: "another pre-shared key in the file of the keys",
    node: "r1",
    command: "sed -i 's/secret = .*/secret = mine/' /etc/swanctl/conf.d/tunnelwright-secrets.conf",
    shows: { section: "ipsec", lines: ["-# the file of the pre-shared keys was changed"] },
    restarted: [],
  },
  {
    title: "a timer of OSPF",
    node: "r2",
    command: "vtysh -c 'configure terminal' -c 'interface tunnel0' -c 'ip ospf dead-interval 40'",
    shows: { section: "routing", lines: ["-ip ospf dead-interval 40", "+ip ospf dead-interval 4"] },
    restarted: [],
  },
  {
    title: "a line of FRR more, in a section of ours",
    node: "r1",
    command: "vtysh -c 'configure terminal' -c 'router ospf' -c 'redistribute static'",
    shows: { section: "routing", lines: ["-redistribute static"] },
    restarted: [],
  },
  {
    title: "charon ended",
    node: "r2",
    command: end("charon"),
    shows: { section: "ipsec", lines: ["-# charon does not run"] },
    restarted: ["charon", "IKE SA"],
  },
  {
    title: "ospfd ended",
    node: "r1",
    command: end("ospfd"),
    shows: { section: "routing", lines: ["-! ospfd does not run"] },
    restarted: ["ospfd"],
  },
  {
    title: "the tunnel deleted",
    node: "r2",
    command: "ip link delete tunnel0",
    shows: {
      section: "interfaces",
      lines: [
        "+link add name tunnel0 type gre local 203.0.113.2 remote 198.51.100.2 ttl 255 nopmtudisc",
        "+link set dev tunnel0 addrgenmode none",
        "+link set dev tunnel0 mtu 1442 up",
        "+address add 172.16.0.2/30 dev tunnel0",
      ],
    },
    restarted: [],
  },
];

/** What a person may have beside ours, and a command that prints it: no plan shows it, no push takes it away. */
export const notOurs: readonly { readonly title: string; readonly command: string; readonly seen: string }[] = [
  {
    title: "a rule in INPUT",
    command: "iptables -A INPUT -p tcp --dport 9 -j REJECT",
    seen: "iptables -S INPUT | grep -e '--dport 9'",
  },
  {
    title: "a chain of one's own",
    command: "iptables -N MINE && iptables -A MINE -j RETURN",
    seen: "iptables -S MINE",
  },
  {
    title: "an address of the loopback, and a route",
    command: "ip address add 192.0.2.77/32 dev lo && ip route add unreachable 192.0.2.128/25",
    seen: "ip address show dev lo | grep -o 192.0.2.77/32; ip route show 192.0.2.128/25",
  },
  {
    title: "a prefix list in FRR",
    command: "vtysh -c 'configure terminal' -c 'ip prefix-list MINE seq 5 permit 10.0.0.0/8'",
    seen: "vtysh -c 'show running-config' | grep MINE",
  },
  {
    title: "a connection of strongSwan",
    command:
      "printf 'connections {\\n mine {\\n  remote_addrs = 192.0.2.2\\n  local {\\n auth = psk\\n }\\n remote {\\n auth = psk\\n }\\n }\\n}\\n' >/etc/swanctl/conf.d/mine.conf && swanctl --load-conns >/dev/null",
    seen: "swanctl --list-conns | grep '^mine'",
  },
  {
    title: "a value of sysctl that we do not write",
    command: "sysctl -qw net.ipv4.tcp_fin_timeout=33",
    seen: "sysctl net.ipv4.tcp_fin_timeout | grep -w 33",
  },
];
