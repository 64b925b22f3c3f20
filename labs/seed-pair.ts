// Topology   h1 - r1 - isp - r2 - h2, GRE in ESP transport mode (3DES, SHA-1, IKEv1) between r1 and r2, OSPF over the tunnel.
// Shows      the sample pair of the text that this project grew from, addresses and all, its errors mended where they stood (all: docs/seed.md).
// You see    1400 bytes inside make 1456 on the wire, where 1442 would fit; and told at synth: two weak algorithms, and what IOS would do of the keepalive.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** The seed's pair: tunnel protection on one side, a crypto map on the other, 3DES, ip mtu 1400. */
export function seedPair(app: App): Lab {
  const lab = new Lab(app, "seed-pair");

  // The seed has the routers' addresses alone: the provider's, the sites and the hosts are ours.
  const isp = new Wan(lab, "isp", { left: "9.1.1.145/30", right: "9.1.1.33/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "9.1.1.146/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "9.1.1.35/29", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });

  // Seed: the key is CISCO. Ours is 32 random bytes, made once, in one file of the lab: a word of five letters is guessed at once.
  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "192.168.1.1/24",
    rightAddress: "192.168.1.2/24",

    // Seed: titled IPsec over GRE. What it configures is the other order: GRE inside, ESP outside.
    order: "gre-over-ipsec",

    // Seed: access-list 100 on R2 permits gre from R1's address to R2's. A crypto map's list begins with the router's own address,
    // so R2's must name 9.1.1.35 first; here each router's policy is written from its own side.
    leftProtection: "tunnel-protection",
    // Seed: crypto map VPN is never applied to an interface, so R2 would send its GRE in clear. Ours guards the outside, eth0.
    rightProtection: "crypto-map",

    // Seed: ISAKMP policy with pre-share alone, which on IOS is DES and group 1. The suite has 3DES and group 2 for IKE as well:
    // as weak as the seed's ESP, no weaker.
    suite: "3des-sha1",
    ikeVersion: 1,

    // Seed: R1 has no mode, which is tunnel, and R2 has transport: the two must be equal. Transport as on R2, because GRE already runs
    // between the IPsec peers and needs no second IP header: 1442 bytes fit, in tunnel mode 1422.
    mode: "transport",

    // Seed: GRE costs 24 bytes without its own header. The 24 are IP (20) and GRE (4); ESP comes on top.
    // Seed: 1400 is right for both modes. For this suite, yes (1456 and 1480 on the wire); not for AES-CBC with SHA-512 in tunnel mode: 1398.
    ipMtuBytes: 1400,
    tcpMssBytes: 1360,

    // Seed: ICMP "code 3 type 4" must pass. It is type 3, code 4, which the check path-mtu waits for.
    pathMtuDiscovery: true,

    // Seed: keepalive and access-list stand behind R1's prompt, but are R2's.
    // Seed: keepalive against an end with tunnel protection. On IOS the answers come back in clear and R2's tunnel goes
    // down; here they come back in ESP, and 60 to 80 s after R1 is gone R2's line protocol is down. OSPF below is quicker.
    rightKeepalive: { periodSeconds: 20, retryCount: 3 },

    // The seed's point, that routing runs inside the tunnel; it names no protocol.
    routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
  });

  return lab;
}
