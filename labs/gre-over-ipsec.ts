// Topology   h1 - r1 - isp - r2 - h2, GRE in ESP transport mode (AES-GCM-16, IKEv2) between r1 and r2, OSPF over the tunnel.
// Shows      what GRE over IPsec costs: 58 of 1500 bytes, so that 1442 fit; a transit that sees ESP, IKE and ICMP and nothing else.
// You see    each number predicted, then measured: SA algorithms, modes, OSPF, the tunnel's MTU to the byte, sizes on the wire.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** The first lab: two sites, one provider between them, one tunnel. */
export function greOverIpsec(app: App): Lab {
  const lab = new Lab(app, "gre-over-ipsec");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30", inside: "192.168.20.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });

  new GreIpsecTunnel(lab, "tunnel0", {
    left: r1,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    suite: "aes-gcm-16",
    mode: "transport",
    ikeVersion: 2,
    ipMtuBytes: 1442, // the largest that fits; synth refuses 1443
    routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
  });

  return lab;
}
