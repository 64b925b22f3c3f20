/** The declaration that labs/dual-hub.ts makes, as plain data; test/unit/labs holds the two to one another. */
import type { LabDeclaration } from "../../../model/declaration.ts";

export function dualHubDeclaration(): LabDeclaration {
  const neighbours = () => ({
    helloIntervalSeconds: 1,
    deadIntervalSeconds: 4,
    bfd: { intervalMs: 300, multiplier: 3 },
  });
  return {
    name: "dual-hub",
    segments: {
      "isp1-left": {},
      "isp1-right": {},
      "isp2-left": {},
      "isp2-right": {},
      "hub1-core": { ospf: neighbours() },
      "hub2-core": { ospf: neighbours() },
      "r1-inside": {},
      "core-inside": {},
    },
    nodes: {
      isp1: {
        role: "transit",
        interfaces: {
          eth0: { segment: "isp1-left", address: "198.51.100.1/30" },
          eth1: { segment: "isp1-right", address: "203.0.113.1/30" },
        },
        routes: [],
      },
      isp2: {
        role: "transit",
        interfaces: {
          eth0: { segment: "isp2-left", address: "198.51.100.5/30" },
          eth1: { segment: "isp2-right", address: "203.0.113.5/30" },
        },
        routes: [],
      },
      r1: {
        role: "router",
        interfaces: {
          eth0: { segment: "isp1-left", address: "198.51.100.2/30" },
          eth1: { segment: "r1-inside", address: "192.168.10.1/24" },
          eth2: { segment: "isp2-left", address: "198.51.100.6/30" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "198.51.100.1" }],
      },
      hub1: {
        role: "router",
        interfaces: {
          eth0: { segment: "isp1-right", address: "203.0.113.2/30" },
          eth1: { segment: "hub1-core", address: "10.0.1.1/30" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "203.0.113.1" }],
      },
      hub2: {
        role: "router",
        interfaces: {
          eth0: { segment: "isp2-right", address: "203.0.113.6/30" },
          eth1: { segment: "hub2-core", address: "10.0.2.1/30" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "203.0.113.5" }],
      },
      core: {
        role: "router",
        interfaces: {
          eth0: { segment: "core-inside", address: "192.168.20.1/24" },
          eth1: { segment: "hub1-core", address: "10.0.1.2/30" },
          eth2: { segment: "hub2-core", address: "10.0.2.2/30" },
        },
        routes: [],
      },
      h1: {
        role: "host",
        interfaces: { eth0: { segment: "r1-inside", address: "192.168.10.10/24" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.168.10.1" }],
      },
      h2: {
        role: "host",
        interfaces: { eth0: { segment: "core-inside", address: "192.168.20.10/24" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.168.20.1" }],
      },
    },
    tunnels: {
      tunnel0: {
        left: { router: "r1", interface: "eth0", address: "172.16.0.1/30" },
        right: { router: "hub1", interface: "eth0", address: "172.16.0.2/30" },
        routing: { protocol: "ospf", cost: 10, ...neighbours() },
      },
      tunnel1: {
        left: { router: "r1", interface: "eth2", address: "172.16.0.5/30" },
        right: { router: "hub2", interface: "eth0", address: "172.16.0.6/30" },
        routing: { protocol: "ospf", cost: 100, ...neighbours() },
      },
    },
  };
}

/** The same after a change by hand. */
export function dualHubChanged(change: (lab: LabDeclaration) => void): LabDeclaration {
  const lab = dualHubDeclaration();
  change(lab);
  return lab;
}
