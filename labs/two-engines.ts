// Topology   h1 - r1 - isp - r2 - h2, GRE in ESP between r1 and r2, OSPF over it; on the engines that TW_HOSTS names, or on one.
// Shows      a lab on several machines: a site stays on one engine, its link to the provider is an overlay network between two.
// You see    a path of 1450 bytes where one engine gives 1500, for VXLAN takes 50; a tunnel that is predicted for it, and proved.
// Takes      about half a minute on two cores.
import type { App } from "cdktf";
import { GreIpsecTunnel, Host, hostsFromEnvironment, Lab, Router, Wan } from "../constructs/index.ts";

/** Two sites on several engines; its ip mtu is what then fits. */
export function twoEngines(app: App): Lab {
  const lab = new Lab(app, "two-engines", { hosts: hostsFromEnvironment() });

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
    routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
  });

  return lab;
}
