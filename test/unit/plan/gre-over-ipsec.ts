/** The declaration that labs/gre-over-ipsec.ts makes, as plain data; test/unit/constructs holds the two to one another. */
import type { LabDeclaration } from "../../../model/declaration.ts";

export function greOverIpsecDeclaration(): LabDeclaration {
  return {
    name: "gre-over-ipsec",
    segments: { "isp-left": {}, "isp-right": {}, "r1-inside": {}, "r2-inside": {} },
    nodes: {
      isp: {
        role: "transit",
        interfaces: {
          eth0: { segment: "isp-left", address: "198.51.100.1/30" },
          eth1: { segment: "isp-right", address: "203.0.113.1/30" },
        },
        routes: [],
      },
      r1: {
        role: "router",
        interfaces: {
          eth0: { segment: "isp-left", address: "198.51.100.2/30" },
          eth1: { segment: "r1-inside", address: "192.168.10.1/24" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "198.51.100.1" }],
      },
      r2: {
        role: "router",
        interfaces: {
          eth0: { segment: "isp-right", address: "203.0.113.2/30" },
          eth1: { segment: "r2-inside", address: "192.168.20.1/24" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "203.0.113.1" }],
      },
      h1: {
        role: "host",
        interfaces: { eth0: { segment: "r1-inside", address: "192.168.10.10/24" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.168.10.1" }],
      },
      h2: {
        role: "host",
        interfaces: { eth0: { segment: "r2-inside", address: "192.168.20.10/24" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.168.20.1" }],
      },
    },
    tunnels: {
      tunnel0: {
        left: { router: "r1", interface: "eth0", address: "172.16.0.1/30" },
        right: { router: "r2", interface: "eth0", address: "172.16.0.2/30" },
        suite: "aes-gcm-16",
        mode: "transport",
        ikeVersion: 2,
        ipMtuBytes: 1442,
        routing: { protocol: "ospf", helloIntervalSeconds: 1, deadIntervalSeconds: 4 },
      },
    },
  };
}
