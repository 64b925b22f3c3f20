// Topology   h1 - r1 - isp - r2 - h2, and from the same r1 a second tunnel to r3 - h3. GRE in ESP tunnel mode with ip mtu 1400 and the outer
//            DF bit clear, to r2 with 3DES and SHA-1, to r3 with AES-CBC and SHA-512.
// Shows      the advice "ip mtu 1400 in both modes" of the seed and of Cisco document 25885: right for the suite of its day, and two
//            bytes too much for AES-CBC with SHA-512 in tunnel mode.
// You see    which suites 1400 holds for, in both modes, with and without NAT-T; 1480 bytes on the wire whole, and 1500 + 36.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, Lab, Router, Wan } from "../constructs/index.ts";

/** Why 1400, and where it does not hold. */
export function mtu1400(app: App): Lab {
  const lab = new Lab(app, "mtu-1400");

  const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/29" });
  const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30", inside: "192.168.10.1/24" });
  const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/29", inside: "192.168.20.1/24" });
  const r3 = new Router(lab, "r3", { transit: isp.right, outside: "203.0.113.3/29", inside: "192.168.30.1/24" });
  new Host(lab, "h1", { behind: r1, address: "192.168.10.10/24" });
  new Host(lab, "h2", { behind: r2, address: "192.168.20.10/24" });
  new Host(lab, "h3", { behind: r3, address: "192.168.30.10/24" });

  const common = {
    left: r1,
    mode: "tunnel",
    ipMtuBytes: 1400,
    pathMtuDiscovery: false,
    routing: { protocol: "static" },
  } as const;
  new GreIpsecTunnel(lab, "holds", {
    ...common,
    right: r2,
    leftAddress: "172.16.0.1/30",
    rightAddress: "172.16.0.2/30",
    suite: "3des-sha1",
  });
  new GreIpsecTunnel(lab, "exceeds", {
    ...common,
    right: r3,
    leftAddress: "172.16.0.5/30",
    rightAddress: "172.16.0.6/30",
    suite: "aes-cbc-sha512", // leaves 1398
    accept: ["mtu/exceeds-path"],
  });

  return lab;
}
